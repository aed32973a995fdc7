/** The shape of the taxonomy, and that words a person in need types lead somewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { root } from '#kernel';
import {
  ancestorsOf,
  childrenOf,
  defaultTaxonomy,
  fromOhana,
  languageNamed,
  languages,
  sameAs,
  stableId,
  termByCode,
  termsOf,
  vocabularies,
} from './index.ts';
import ohanaCodes from './open-eligibility/ohana-codes.json' with { type: 'json' };

const { terms } = defaultTaxonomy();
const words = z.array(z.string().trim().min(2).max(60));
const schema = z.strictObject({
  id: z.uuid({ version: 'v5' }),
  vocabulary: z.enum(vocabularies.map((one) => one.code)),
  code: z.string().regex(/^(\d{4}|[a-z]+(\.[a-z0-9-]+)+)$/),
  parent: z.string().nullable(),
  name: z.strictObject({ en: z.string().min(2).max(80), es: z.string().min(2).max(90) }),
  synonyms: z.strictObject({ en: words, es: words }),
  related: z
    .array(z.string().regex(/^\d{4}$/))
    .min(1)
    .optional(),
  ages: z.strictObject({ from: z.int().min(0), to: z.int().nullable() }).optional(),
});

test('every term has an id, a code and both languages', () => {
  expect(z.array(schema).safeParse(terms).error).toBeUndefined();
  expect(termsOf('open-eligibility')).toHaveLength(289);
  for (const { code } of vocabularies) expect(termsOf(code).length, code).toBeGreaterThan(4);
});

test('no id and no code is given twice', () => {
  const ids = [...terms, ...vocabularies].map((one) => one.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(terms.map((term) => term.code)).size).toBe(terms.length);
});

test('an id follows from the code alone, as RFC 9562 says', () => {
  for (const term of terms) {
    const name = term.vocabulary === 'open-eligibility' ? `open-eligibility:${term.code}` : `waymark:${term.code}`;
    expect(stableId(name)).toBe(term.id);
  }
});

test('a parent stands before its children, in the same vocabulary, so there is no ring', () => {
  const seen = new Set<string>();
  for (const term of terms) {
    if (term.parent !== null) {
      expect(seen.has(term.parent), term.code).toBe(true);
      expect(termByCode(term.parent)!.vocabulary).toBe(term.vocabulary);
      expect(childrenOf(term.parent)).toContain(term);
    }
    for (const code of term.related ?? []) expect(termByCode(code)?.vocabulary, code).toBe('open-eligibility');
    seen.add(term.code);
  }
});

test('names within one branch differ in both languages', () => {
  for (const siblings of Map.groupBy(terms, (term) => `${term.vocabulary} ${term.parent}`).values()) {
    for (const language of ['en', 'es'] as const) {
      expect(new Set(siblings.map((term) => term.name[language])).size).toBe(siblings.length);
    }
  }
});

test('a term in several places has one Spanish name and the same search words', () => {
  for (const term of terms) {
    for (const code of sameAs(term.code)) {
      expect({ ...termByCode(code), id: 0, code: 0, parent: 0 }).toEqual({ ...term, id: 0, code: 0, parent: 0 });
    }
  }
  expect(sameAs('1114')).toEqual(['1114', '1132', '1234']);
  expect(sameAs('nothing')).toEqual([]);
});

test('no search word is said twice of one term, in whatever capitals', () => {
  for (const { synonyms, code } of terms) {
    for (const list of [synonyms.en, synonyms.es]) {
      expect(new Set(list.map((word) => word.toLowerCase())).size, code).toBe(list.length);
    }
  }
});

/** Whether a term's name or search words hold these words. */
const hit = (text: string) =>
  terms
    .filter(({ name, synonyms }) =>
      [name.en, name.es, ...synonyms.en, ...synonyms.es].some((word) =>
        word.toLowerCase().includes(text.toLowerCase()),
      ),
    )
    .map((term) => term.code);

test.each([
  ['place to sleep', '1121'],
  ['dónde dormir', '1121'],
  ['albergue', 'service.shelter.domestic-violence'],
  ['refugio', 'service.shelter'],
  ['protective order', 'service.legal.protective-order'],
  ['orden de protección', 'service.legal.protective-order'],
  ['abogado', '1111'],
  ['green card', '1381'],
  ['T visa', 'service.legal.t-visa'],
  ['visa T', 'service.legal.t-visa'],
  ['visa U', 'service.legal.u-visa'],
  ['food stamps', '1133'],
  ['cupones de alimentos', '1133'],
  ['rape kit', 'service.health.forensic-exam'],
  ['quitar tatuaje', 'service.health.tattoo'],
  ['no me pagaron', 'service.legal.labor'],
  ['borrar antecedentes', 'service.legal.records'],
  ['pañales', '1157'],
  ['dentista', '1184'],
  ['me rastrean el celular', 'service.crisis.digital-safety'],
])('"%s" leads to %s', (text, code) => {
  expect(hit(text)).toContain(code);
});

test('the way up and down a branch is known', () => {
  expect(ancestorsOf('1150').map((term) => term.name.en)).toEqual([
    'Long-Term Housing',
    'Residential Housing',
    'Housing',
  ]);
  expect(childrenOf('1123').map((term) => term.code)).toEqual(['1124', '1125']);
  expect(ancestorsOf('nothing')).toEqual([]);
});

test('the words of the design are there: specialisations, kinds of trafficking, intake in and out', () => {
  for (const code of [
    'lgbtq',
    'native',
    'refugees',
    'ethnic-minorities',
    'homeless',
    'hiv',
    'religious-minorities',
    'minors',
  ]) {
    expect(termByCode(`specialisation.${code}`), code).toBeDefined();
  }
  for (const code of ['trafficking.sex', 'trafficking.labor', 'trafficking.child-sex', 'violence.domestic']) {
    expect(termByCode(`situation.${code}`), code).toBeDefined();
  }
  for (const code of ['active-addiction', 'criminal-record', 'pets', 'boys-over-12', 'undocumented']) {
    expect(termByCode(`intake.${code}`), code).toBeDefined();
  }
});

test('every code of the older edition has a present one, and most stand in the same place', () => {
  for (const [old, code] of Object.entries(ohanaCodes)) {
    expect(termByCode(code)?.vocabulary, old).toBe('open-eligibility');
    expect(fromOhana(old)).toBe(code);
  }
  expect(fromOhana('101-04')).toBe('1121');
  expect(fromOhana(' 111-05 ')).toBe('1390');
  expect(termByCode(fromOhana('101-02')!)!.name.en).toBe('Emergency Payments');
  expect(fromOhana('999')).toBeNull();
  expect(fromOhana('constructor')).toBeNull();
});

test('a language is known by its code, its names and what people call it', () => {
  const codes = languages().map((language) => language.code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.length).toBeGreaterThan(150);
  for (const locale of ['en', 'es'] as const) {
    expect(new Set(languages().map(({ name }) => name[locale])).size, locale).toBe(codes.length);
  }
  for (const { code, name } of languages()) {
    expect(code).toMatch(/^[a-z]{2,3}$/);
    // Mam alone is called as its code is.
    if (code !== 'mam') expect([name.en.toLowerCase(), name.es.toLowerCase()]).not.toContain(code);
  }
  for (const [text, code] of [
    ['Spanish', 'es'],
    ['español', 'es'],
    ['Chinese (Mandarin)', 'cmn'],
    ['Chinese (Cantonese)', 'yue'],
    ['Tagalog', 'tl'],
    ['Taiwanese', 'nan'],
    ['Vietnamese', 'vi'],
    ['ASL', 'ase'],
    ['Farsi', 'fa'],
    ['criollo haitiano', 'ht'],
    ['náhuatl', 'nah'],
  ] as const) {
    expect(languageNamed(text)?.code, text).toBe(code);
  }
  expect(languageNamed('Klingonish')).toBeNull();
});

test('the licence of Open Eligibility lies beside its terms and is named in NOTICE', () => {
  const folder = join(root, 'src/modules/directory/taxonomy/open-eligibility');
  expect(readFileSync(join(folder, 'LICENSE.md'), 'utf8')).toContain('Attribution-ShareAlike 3.0 Unported');
  expect(readFileSync(join(root, 'NOTICE'), 'utf8')).toContain('Open Eligibility');
});

const shared = join(process.env.WAYMARK_SHARED ?? join(root, '../shared'), 'data/directory');

test.skipIf(!existsSync(shared))('codes, names and parents are those of the original', () => {
  const original = JSON.parse(readFileSync(join(shared, 'open-eligibility/taxonomy.json'), 'utf8')) as {
    id: string;
    name: string;
    parent_id: string;
  }[];
  expect(termsOf('open-eligibility').map(({ code, name, parent }) => [code, name.en, parent ?? '0'])).toEqual(
    original.map(({ id, name, parent_id }) => [id, name, parent_id]),
  );
});
