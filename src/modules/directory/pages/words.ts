/**
 * The words of one network: the default taxonomy with its own terms, and its own places. Read again when something public changed; terms have ids of
 * their own in each network, so their names may stand in one table.
 */
import type { App, Network } from '#kernel';
import type { Locale } from '#ui';
import type { OwnPlace } from '../gazetteer/index.ts';
import { ownPlaces, ownTerms } from '../own/read.ts';
import { defaultTerms, type SearchTerm, TermBook } from '../search/terms.ts';
import { defaultTaxonomy, languageNamed } from '../taxonomy/index.ts';

export interface NetworkWords {
  terms: TermBook;
  places: OwnPlace[];
}

/** `own`: the terms as they were read. The same terms stay the same book: it takes a while to make, and answers to searches hold for one. */
const known = new Map<string, { epoch: number; own: string; words: NetworkWords }>();
const ownNames = new Map<string, Record<Locale, string>>();

export async function networkWords(
  app: Pick<App, 'db'>,
  network: Pick<Network, 'id' | 'epoch'>,
): Promise<NetworkWords> {
  const held = known.get(network.id);
  if (held?.epoch === network.epoch) return held.words;
  const read = await app.db.readPublic(network.id, async (tx) => ({
    terms: await ownTerms(tx, network.id),
    places: await ownPlaces(tx, network.id),
  }));
  for (const term of read.terms) ownNames.set(term.id, term.name);
  const own = JSON.stringify(read.terms);
  const words = { terms: held?.own === own ? held.words.terms : bookOf(read.terms), places: read.places };
  known.set(network.id, { epoch: network.epoch, own, words });
  return words;
}

const bookOf = (own: readonly SearchTerm[]): TermBook =>
  own.length === 0 ? defaultTerms() : new TermBook([...defaultTaxonomy().terms, ...own]);

/** The name of a term in the reader's language; empty for one that is not known. */
export const termName = (id: string, locale: Locale): string =>
  defaultTerms().byId(id)?.name[locale] ?? ownNames.get(id)?.[locale] ?? '';

/** A language's name, or its code where it has none. */
export const languageName = (code: string, locale: Locale): string => languageNamed(code)?.name[locale] ?? code;
