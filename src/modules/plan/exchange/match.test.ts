import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlanRow } from '../shape.ts';
import { type ExistingItem, matchRows } from './match.ts';

const row = (number: string, title: string, more: Partial<PlanRow> = {}): PlanRow => ({
  depth: number.split('.').length - 1,
  number,
  title: { en: title },
  leaf: true,
  history: [],
  ...more,
});
/** Items as they would be kept after a first import of these rows. */
const keep = (rows: PlanRow[]): ExistingItem[] => {
  const last: number[] = [];
  return rows.map(({ number, title, depth }, i) => {
    last[depth] = i + 1;
    return { ref: i + 1, number, title, depth, parentRef: depth === 0 ? null : last[depth - 1]! };
  });
};
const first = [
  row('1', 'Build the team'),
  row('1.1', 'Hire an advocate for the night shift'),
  row('1.2', 'Train the police to ask first'),
  row('2', 'Tell people'),
  row('2.1', 'Print posters in two languages'),
  row('2.2', 'Hire an advocate for the day'),
];
const summary = (rows: PlanRow[], existing = keep(first)) =>
  matchRows(existing, rows).matches.map(({ ref, how }) => `${ref} ${how}`);

test('importing again finds every item', () => {
  const { matches, unmatched, problems } = matchRows(keep(first), first);
  expect(matches.map(({ ref }) => ref)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(matches.every(({ how }) => how === 'number+title')).toBe(true);
  expect([unmatched, problems]).toEqual([[], []]);
});

test('importing any plan again finds every item, whatever repeats in it', () => {
  const item = fc.record({
    climb: fc.nat({ max: 2 }),
    number: fc.constantFrom('', '1', '2', 'a'),
    title: fc.constantFrom('Hire staff', 'Train', 'Plan', '¿?', ''),
  });
  fc.assert(
    fc.property(fc.array(item, { maxLength: 25 }), (items) => {
      let depth = -1;
      const rows = items.map(({ climb, number, title }) => {
        depth = Math.max(0, depth + 1 - climb);
        return row(number, title, { depth });
      });
      const { matches, unmatched } = matchRows(keep(rows), rows);
      expect(matches.map(({ ref }) => ref)).toEqual(rows.map((_, i) => i + 1));
      expect(unmatched).toEqual([]);
    }),
  );
});

test('a renamed item keeps its number and makes no duplicate', () => {
  const rows = first.map((r) => (r.number === '1.2' ? row('1.2', 'Train police officers to ask first') : r));
  expect(summary(rows)[2]).toBe('3 number');
  expect(matchRows(keep(first), rows).problems).toEqual([]);
});

test('an item written anew under its number is the same item, and a person is asked to look', () => {
  const { matches, problems } = matchRows(
    keep(first),
    first.map((r) => (r.number === '2.1' ? row('2.1', 'Go on the radio') : r)),
  );
  expect(matches[4]).toMatchObject({ ref: 5, how: 'number' });
  expect(problems.map((p) => p.message)).toEqual([
    '2.1: the words changed from “Print posters in two languages” to “Go on the radio”. It was taken as the same item with a new name. Check it.',
  ]);
});

test('a renumbered item keeps its words and makes no duplicate', () => {
  const rows = [
    first[0]!,
    row('1.1', 'Open an office'),
    row('1.2', first[1]!.title.en),
    row('1.3', first[2]!.title.en),
    ...first.slice(3),
  ];
  const { matches, unmatched } = matchRows(keep(first), rows);
  expect(matches.map(({ ref, how }) => `${ref} ${how}`)).toEqual([
    '1 number+title',
    'null new',
    '2 title',
    '3 title',
    '4 number+title',
    '5 number+title',
    '6 number+title',
  ]);
  expect(unmatched).toEqual([]);
});

test('an item that was both renumbered and lightly reworded is found by its words', () => {
  const rows = [
    first[0]!,
    row('1.1', 'Write down what we know'),
    row('1.5', 'Hire one advocate for the night shift'),
    first[2]!,
    ...first.slice(3),
  ];
  expect(summary(rows).slice(1, 3)).toEqual(['null new', '2 title']);
});

test('an item moved below another parent keeps its identity', () => {
  const rows = [first[0]!, first[1]!, first[3]!, first[4]!, first[5]!, row('2.3', first[2]!.title.en)];
  expect(summary(rows)[5]).toBe('3 title');
});

test('a permanent number wins over words and printed numbers', () => {
  const rows = [
    row('1', 'Build the team', { ref: 1 }),
    row('1.1', first[2]!.title.en, { ref: 3 }),
    row('1.2', first[1]!.title.en, { ref: 2 }),
  ];
  expect(summary(rows)).toEqual(['1 ref', '3 ref', '2 ref']);
});

test('permanent numbers of another plan are not believed', () => {
  const rows = [
    row('7', 'Roads', { ref: 1 }),
    row('7.1', 'Pave them', { ref: 2 }),
    row('7.2', 'Mark them', { ref: 3 }),
  ];
  const { matches, problems, unmatched } = matchRows(keep(first), rows);
  expect(matches.every(({ ref }) => ref === null)).toBe(true);
  expect(problems[0]).toMatchObject({ severity: 'error', message: expect.stringContaining('belong to another plan') });
  expect(unmatched).toHaveLength(6);
});

test('an unknown permanent number is said, and the item is found by its words', () => {
  const { matches, problems } = matchRows(keep(first), [row('1', 'Build the team', { ref: 77 })]);
  expect(matches[0]).toMatchObject({ ref: 1, how: 'number+title' });
  expect(problems[0]?.message).toContain('77');
});

test('the same words below different parents are told apart by their parents', () => {
  const rows = [row('1', 'North'), row('1.1', 'Hire staff'), row('2', 'South'), row('2.1', 'Hire staff')];
  const existing = keep(rows);
  const renumbered = [row('5', 'South'), row('5.1', 'Hire staff'), row('6', 'North'), row('6.1', 'Hire staff')];
  expect(matchRows(existing, renumbered).matches.map(({ ref }) => ref)).toEqual([3, 4, 1, 2]);
});

test('what is like an item but not surely the same is new, and a person is asked', () => {
  const { matches, problems, unmatched } = matchRows(keep(first), [
    first[0]!,
    row('1.9', 'Hire an advocate for the evening and one for the night, paid by the county'),
  ]);
  expect(matches[1]).toMatchObject({ ref: null, how: 'new' });
  expect(problems[0]?.message).toContain('may be “1.1 Hire an advocate for the night shift”');
  expect(unmatched).toEqual([2, 3, 4, 5, 6]);
});
