/**
 * The words by which services are sorted and found, each in English and Spanish with the words people would type: Open Eligibility as the default
 * taxonomy, and Waymark's own short vocabularies for what it lacks (services for survivors, whom a service is for, what it asks at intake).
 * Everything here is data without a state; a network's own terms live in the database and may hang under these by their ids.
 */
import { createHash } from 'node:crypto';
import openEligibility from './open-eligibility/terms.json' with { type: 'json' };
import own from './waymark-terms.json' with { type: 'json' };

export { fromOhana } from './crosswalk.ts';
export { languageNamed, languages } from './languages.ts';

type Both<T> = { en: T; es: T };

/** One term. `code` is unique over all vocabularies. `related`: Open Eligibility codes that a search should bring along. `ages` in full years. */
export type Term = {
  id: string;
  vocabulary: VocabularyCode;
  code: string;
  parent: string | null;
  name: Both<string>;
  synonyms: Both<string[]>;
  related?: string[];
  ages?: { from: number; to: number | null };
};

export type VocabularyCode =
  | 'open-eligibility'
  | 'service'
  | 'specialisation'
  | 'situation'
  | 'gender'
  | 'age'
  | 'household'
  | 'accessibility'
  | 'cost'
  | 'intake';

/** A vocabulary: a taxonomy in the sense of HSDS. */
export type Vocabulary = { id: string; code: VocabularyCode; name: Both<string>; uri?: string; license: string };

/** All ids here are version 5 UUIDs within this namespace, so that every installation has the same ones. */
const namespace = '5b0d3f1e-7a52-4c0e-9d3f-2f6f0c1a8e47';

/** The id of a name for ever: RFC 9562, version 5. Names used: `open-eligibility:<code>`, `waymark:<code>`, `vocabulary:<code>`. */
export function stableId(name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const vocabulary = (code: VocabularyCode, en: string, es: string): Vocabulary => ({
  id: stableId(`vocabulary:${code}`),
  code,
  name: { en, es },
  license: 'Apache-2.0',
});

export const vocabularies: readonly Vocabulary[] = [
  {
    ...vocabulary('open-eligibility', 'Open Eligibility', 'Open Eligibility'),
    uri: 'https://openeligibility.org',
    license: 'CC-BY-SA-3.0',
  },
  vocabulary('service', 'Services for survivors', 'Servicios para sobrevivientes'),
  vocabulary('specialisation', 'Who they know well how to help', 'A quiénes saben ayudar bien'),
  vocabulary('situation', 'What happened', 'Qué pasó'),
  vocabulary('gender', 'Genders served', 'Géneros que atienden'),
  vocabulary('age', 'Ages served', 'Edades que atienden'),
  vocabulary('household', 'Who may come together', 'Quiénes pueden venir juntos'),
  vocabulary('accessibility', 'Accessibility', 'Accesibilidad'),
  vocabulary('cost', 'Cost', 'Costo'),
  vocabulary('intake', 'Who can and cannot come in', 'Quién puede entrar y quién no'),
];

const terms: readonly Term[] = [
  ...openEligibility.map((term) => ({ ...term, vocabulary: 'open-eligibility' as const })),
  ...(own as Term[]),
];
const byCode = new Map(terms.map((term) => [term.code, term]));
const byParent = Map.groupBy(terms, (term) => term.parent);
const byName = Map.groupBy(terms, (term) => `${term.vocabulary} ${term.name.en}`);

/** All vocabularies and all their terms, parents before children. */
export const defaultTaxonomy = () => ({ vocabularies, terms });

/** The terms of one vocabulary, in their order. */
export const termsOf = (code: VocabularyCode): Term[] => terms.filter((term) => term.vocabulary === code);

export const termByCode = (code: string): Term | undefined => byCode.get(code);

/** The terms right under one. */
export const childrenOf = (code: string): Term[] => byParent.get(code) ?? [];

/** The terms above one, nearest first. */
export function ancestorsOf(code: string): Term[] {
  const parent = byCode.get(byCode.get(code)?.parent ?? '');
  return parent ? [parent, ...ancestorsOf(parent.code)] : [];
}

/**
 * Codes of the same term wherever it stands, itself included: Open Eligibility lists "Help Pay for Food" in four places, and whoever looks for
 * one means all.
 */
export function sameAs(code: string): string[] {
  const term = byCode.get(code);
  return term ? byName.get(`${term.vocabulary} ${term.name.en}`)!.map((one) => one.code) : [];
}
