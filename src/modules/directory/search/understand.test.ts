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

/** Words that nobody's services use and nothing resembles. */
const unheard = (text: string) => {
  const words = text.split(' ');
  return understand(
    words,
    words.map((word) => fact(word, 0)),
    defaultTerms(),
  );
};
const codes = (text: string) => unheard(text).named.flatMap((one) => one.terms.map((term) => term.code));

test('what happened is understood in whatever words, order and language it is told', () => {
  for (const text of ['me pega mi esposo', 'mi marido toma y me golpea', 'my boyfriend beats me', 'he hit me'])
    expect(codes(text), text).toContain('service.shelter.domestic-violence');
  expect(codes('no tengo donde vivir')).not.toContain('1126');
  expect(codes('ya no quiero vivir')).toContain('1126');
});

test('a word is put right by its sound, and by the words beside it', () => {
  const right = (text: string) => unheard(text).corrected.map(({ to }) => to);
  expect(right('biolencia domestica')).toContain('violencia');
  expect(right('sicologo')).toEqual(['psicologo']);
  expect(right('lugar para dromir')).toContain('dormir');
  expect(right('grin card')).toEqual(['green']);
  expect(right('zeppelin'), 'a word that is like none is left as it is').toEqual([]);
});
