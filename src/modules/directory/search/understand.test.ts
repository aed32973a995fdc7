/** What a question means before anything is looked up. */
import { expect, test } from 'vitest';
import { termByCode } from '../taxonomy/index.ts';
import { defaultTerms } from './terms.ts';
import { understand, type WordFact } from './understand.ts';

/** A word as the database tells of it: used by `n` services; a little word has no stem. */
const fact = (word: string, n: number, little = false): WordFact => ({
  word,
  n,
  en: little ? '' : word,
  es: little ? '' : word,
});

test('little words around the name of a term do not keep it from being all that was asked', () => {
  const words = ['a', 'place', 'to', 'sleep'];
  const out = understand(
    words,
    [fact('a', 0, true), fact('place', 3), fact('to', 0, true), fact('sleep', 0)],
    defaultTerms(),
  );
  expect(out.whole.length).toBeGreaterThan(0);
  expect(out.missing, 'a word of the name is understood although no service has it').toEqual([]);
});

test('a word beside the name of a term is not lost', () => {
  const out = understand(['shelter', 'zebra'], [fact('shelter', 5), fact('zebra', 0)], defaultTerms());
  expect(out.whole).toEqual([]);
  expect(out.missing).toEqual(['zebra']);
  expect(out.named.flatMap((one) => one.terms.map((term) => term.id))).toContain(termByCode('service.shelter')!.id);
});

test('a word for a need and for all that stands above it means the need', () => {
  const out = understand(['therapy'], [fact('therapy', 5)], defaultTerms());
  expect(new Set(out.whole.map((term) => term.name.en))).toEqual(new Set(['Counseling']));
});
