import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { textDifference } from '#engines/text-difference';
import { Mask, wordsToFind } from './redaction-mask.ts';

const cut = (text: string, ...texts: string[]) => new Mask([{ texts }]).text(text);

test('a text is found however it is written again: capitals, blanks, line ends, accents in two forms', () => {
  for (const written of [
    'We met María Vogel.',
    'We met MARÍA  VOGEL.',
    'We met maría\nvogel.',
    'We met María\u00a0Vogel.'.normalize('NFD'),
  ])
    expect(cut(written, 'María Vogel')).toBe('We met [taken out].');
});

test('only whole words are taken out, signs in the text mean themselves, and neighbours become one mark', () => {
  expect(cut('Ana and Anabel, Ana-Lucía, ana.', 'Ana')).toBe('[taken out] and Anabel, [taken out]-Lucía, [taken out].');
  expect(cut('Call 1.2 (night) or 1x2 (night)', '1.2 (night)')).toBe('Call [taken out] or 1x2 (night)');
  expect(cut('Maria Lopez Garcia came', 'Maria Lopez', 'Lopez Garcia')).toBe('[taken out] came');
});

test('in a Spanish text the mark is Spanish; codes, days, ids and keys of messages stay', () => {
  const mask = new Mask([{ texts: ['active', 'Vogel', 'plan', '2026-01-02'] }]);
  const value = {
    id: 'Vogel',
    title: { en: 'The Vogel plan', es: 'El caso Vogel' },
    facts: [{ id: 'x', on: '2026-01-02', status: 'active', reason: { en: 'active' } }],
    said: { key: 'plan.story.status', values: { from: 'active', name: 'Vogel' } },
    n: 3,
    none: null,
  };
  expect(mask.value(value)).toEqual({
    ...value,
    title: { en: 'The [taken out] [taken out]', es: 'El caso [retirado]' },
    said: { key: 'plan.story.status', values: { from: 'active', name: '[taken out]' } },
  });
  expect([...mask.found].sort()).toEqual(['name', 'title']);
  const untouched = { title: { en: 'Nothing here' } };
  expect(mask.value(untouched)).toBe(untouched);
});

test('a key that was made from the text is taken out with it', () => {
  const mask = new Mask([{ texts: ['Wilhelmina Vogel'] }]);
  expect(
    mask.value({ themes: ['wilhelmina-vogel', 'homes'], said: { values: { added: 'homes, wilhelmina-vogel' } } }),
  ).toEqual({ themes: ['taken-out', 'homes'], said: { values: { added: 'homes, [taken out]' } } });
});

test('a whole text is taken out only beside its own item, and only where it is the whole', () => {
  const mask = new Mask([{ texts: ['Done.'], whole: { plan: 'p', ref: 4 } }]);
  const changes = [
    { ref: 4, text: { en: 'Done.' } },
    { ref: 4, text: { en: 'All is Done.' } },
    { ref: 5, text: { en: 'Done.' } },
  ];
  expect(mask.value(changes, { plan: 'p' }).map(({ text }) => text.en)).toEqual([
    '[taken out]',
    'All is Done.',
    'Done.',
  ]);
  expect(mask.value(changes, { plan: 'q' })).toBe(changes);
});

test('a text that runs over the pieces of a marked-up difference is in none of them afterwards', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('Wilhelmina', 'Vogel', 'met', 'the', 'team', 'again'), { maxLength: 12 }),
      fc.array(fc.constantFrom('Wilhelmina', 'Vogel', 'met', 'the', 'team', 'again'), { maxLength: 12 }),
      (before, after) => {
        const words = textDifference(before.join(' '), after.join(' '));
        const masked = new Mask([{ texts: ['Wilhelmina Vogel'] }]).value({ words });
        expect(masked.words).toHaveLength(words.length);
        for (const skipped of ['added', 'removed'] as const) {
          const side = (pieces: typeof words) =>
            pieces
              .filter(({ kind }) => kind !== skipped)
              .map(({ text }) => text)
              .join('');
          expect(side(masked.words)).not.toMatch(/Wilhelmina\s+Vogel/);
          if (!/Wilhelmina\s+Vogel/.test(before.join(' ') + after.join(' '))) expect(masked.words).toEqual(words);
        }
      },
    ),
  );
});

test('the database is given the longest plain word to look for, or looks at every row', () => {
  expect(wordsToFind({ texts: ['Doña María Jiménez', '713-555-0199'] })).toEqual(['mar', '0199']);
  expect(wordsToFind({ texts: ['Vogel', 'ñ'] })).toBeNull();
});
