/**
 * The taxonomies and terms that this network's directory may name: the default vocabularies whole, and of the network's own terms those that a public
 * record uses. What only internal records use is not here, in no list and in no count.
 */
import { sql } from 'kysely';
import type { Locale, Tx } from '#kernel';
import type { Fields } from '#modules/organisations';
import { type OwnTerm, ownTerms } from '../own/read.ts';
import { defaultTerms, TermBook } from '../search/terms.ts';
import { defaultTaxonomy, stableId, termByCode } from '../taxonomy/index.ts';
import type { TermOf } from './shape.ts';

export interface Vocabulary {
  /** HSDS taxonomies. */
  taxonomies: Fields[];
  /** HSDS terms with `taxonomy_detail`, parents before children. */
  terms: Fields[];
  term: TermOf;
  /** The same terms as a search knows them. */
  book: TermBook;
  /** Ids of the terms that a word names, in English or Spanish. */
  named(word: string): string[];
}

/** A term before it is put into words. `parentId` and `taxonomyId` are ids. */
interface Entry {
  id: string;
  code: string;
  parentId: string | null;
  taxonomyId: string;
  name: { en: string; es?: string };
  synonyms: { en: string[]; es: string[] };
}

/** Kept per network and language for as long as nothing in it changes. */
const kept = new Map<string, { stamp: string; vocabulary: Vocabulary }>();
const mostKept = 200;

/** The vocabulary of a network in one language. The only place that knows where terms come from. */
export async function vocabularyOf(tx: Tx, networkId: string, locale: Locale): Promise<Vocabulary> {
  const own = await ownTerms(tx, networkId);
  const shown = own.length === 0 ? [] : await usedOf(tx, networkId, own);
  if (shown.length === 0) return defaults(locale);
  const key = `${networkId} ${locale}`;
  const stamp = JSON.stringify(shown);
  const known = kept.get(key);
  if (known?.stamp === stamp) return known.vocabulary;
  const vocabulary = assemble(locale, withOwn(networkId, shown), bookOf(shown), ownTaxonomy(networkId));
  if (kept.size >= mostKept) kept.clear();
  kept.set(key, { stamp, vocabulary });
  return vocabulary;
}

/** Terms of the network that a public record uses, and those they stand under. */
async function usedOf(tx: Tx, networkId: string, own: readonly OwnTerm[]): Promise<OwnTerm[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct t::text as id from site.directory_entry e cross join lateral unnest(e.terms) t
    where e.network_id = ${networkId} and e.kind = 'organization' and t = any(${own.map((term) => term.id)}::uuid[])`.execute(
    tx,
  );
  const used = new Set(rows.map((row) => row.id));
  const byCode = new Map(own.map((term) => [term.code, term]));
  const shown = new Set<OwnTerm>();
  for (const term of own)
    if (used.has(term.id))
      for (let at: OwnTerm | undefined = term; at && !shown.has(at); at = byCode.get(at.parent ?? '')) shown.add(at);
  return own.filter((term) => shown.has(term));
}

/** What words name: a term that only insiders use may change no public search. */
const bookOf = (shown: readonly OwnTerm[]) => new TermBook([...defaultTaxonomy().terms, ...shown]);

const ownTaxonomy = (networkId: string) => ({
  id: stableId(`vocabulary:own:${networkId}`),
  name: { en: 'Terms of this network', es: 'Términos de esta red' },
});

function withOwn(networkId: string, own: readonly OwnTerm[]): Entry[] {
  const byCode = new Map(own.map((term) => [term.code, term.id]));
  return [
    ...defaultEntries(),
    ...own.map(({ id, code, parent, name, synonyms }) => ({
      id,
      code,
      parentId: (parent && (byCode.get(parent) ?? termByCode(parent)?.id)) || null,
      taxonomyId: ownTaxonomy(networkId).id,
      name,
      synonyms,
    })),
  ];
}

const made = new Map<Locale, Vocabulary>();

function defaults(locale: Locale): Vocabulary {
  const known = made.get(locale) ?? assemble(locale, defaultEntries(), defaultTerms());
  made.set(locale, known);
  return known;
}

function defaultEntries(): Entry[] {
  const ids = new Map(defaultTaxonomy().vocabularies.map((one) => [one.code, one.id]));
  return defaultTaxonomy().terms.map(({ id, code, parent, vocabulary, name, synonyms }) => ({
    id,
    code,
    parentId: (parent && termByCode(parent)?.id) || null,
    taxonomyId: ids.get(vocabulary)!,
    name,
    synonyms,
  }));
}

function assemble(
  locale: Locale,
  entries: readonly Entry[],
  book: TermBook,
  own?: ReturnType<typeof ownTaxonomy>,
): Vocabulary {
  const say = (text: { en: string; es?: string }) => text[locale] ?? text.en;
  const taxonomies = defaultTaxonomy().vocabularies.map(
    ({ id, name, uri, license }): Fields => ({
      id,
      name: say(name),
      description: `${say(name)} (${license})`,
      ...(uri ? { uri } : {}),
    }),
  );
  if (own) taxonomies.push({ id: own.id, name: say(own.name), description: say(own.name) });
  const taxonomy = new Map(taxonomies.map((one) => [one.id, one]));
  const byId = new Map(entries.map((one) => [one.id, one]));
  const path = (entry: Entry): string => {
    const parent = entry.parentId === null ? undefined : byId.get(entry.parentId);
    return parent ? `${path(parent)} › ${say(entry.name)}` : say(entry.name);
  };
  const terms = entries.map((entry): Fields => {
    const detail = taxonomy.get(entry.taxonomyId)!;
    return {
      id: entry.id,
      code: entry.code,
      name: say(entry.name),
      description: path(entry),
      ...(entry.parentId === null ? {} : { parent_id: entry.parentId }),
      taxonomy: detail.name,
      taxonomy_detail: detail,
      taxonomy_id: detail.id,
      language: entry.name[locale] === undefined ? 'en' : locale,
    };
  });
  const hsdsById = new Map(terms.map((term) => [String(term.id), term]));
  const spoken = entries.map((entry): [string, string] => {
    const said = [entry.name.en, entry.name.es ?? '', ...entry.synonyms.en, ...entry.synonyms.es];
    return [entry.id, ` ${said.map(plain).join(' ')}`];
  });
  return {
    taxonomies,
    terms,
    term: (id) => hsdsById.get(id),
    book,
    named: (word) => {
      const asked = plain(word);
      return asked.length < 3 ? [] : spoken.filter(([, said]) => said.includes(` ${asked}`)).map(([id]) => id);
    },
  };
}

/** Small letters without accents. */
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
