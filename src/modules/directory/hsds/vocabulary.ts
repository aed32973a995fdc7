/**
 * The taxonomies and terms that this network's directory may name: the default vocabularies whole, and of the network's own terms those that a public
 * record uses. What only internal records use is not here, in no list and in no count.
 */
import type { Locale, Tx } from '#kernel';
import type { Fields } from '#modules/organisations';
import { defaultTaxonomy, termByCode } from '../taxonomy/index.ts';
import type { TermOf } from './shape.ts';

export interface Vocabulary {
  /** HSDS taxonomies. */
  taxonomies: Fields[];
  /** HSDS terms with `taxonomy_detail`, parents before children. */
  terms: Fields[];
  term: TermOf;
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

/** The vocabulary of a network in one language. The only place that knows where terms come from. */
export async function vocabularyOf(tx: Tx, networkId: string, locale: Locale): Promise<Vocabulary> {
  const own = await ownTerms(tx, networkId);
  return own.length === 0 ? defaults(locale) : assemble(locale, [...defaultEntries(), ...own]);
}

/** Terms that the network added and that a public record uses. */
async function ownTerms(_tx: Tx, _networkId: string): Promise<Entry[]> {
  return [];
}

const made = new Map<Locale, Vocabulary>();

function defaults(locale: Locale): Vocabulary {
  const known = made.get(locale) ?? assemble(locale, defaultEntries());
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

function assemble(locale: Locale, entries: readonly Entry[]): Vocabulary {
  const say = (text: { en: string; es?: string }) => text[locale] ?? text.en;
  const taxonomies = defaultTaxonomy().vocabularies.map(
    ({ id, name, uri, license }): Fields => ({
      id,
      name: say(name),
      description: `${say(name)} (${license})`,
      ...(uri ? { uri } : {}),
    }),
  );
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
    named: (word) => {
      const asked = plain(word);
      return asked.length < 3 ? [] : spoken.filter(([, said]) => said.includes(` ${asked}`)).map(([id]) => id);
    },
  };
}

/** Small letters without accents. */
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
