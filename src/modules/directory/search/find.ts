/**
 * One search: the words are understood, everything asked for becomes one look into the index, and what comes back is told with its reasons. Answered from
 * memory where the directory is in it, else by the database: two statements for words and places; asking who is open takes one more, because hours are
 * judged here (hours.ts) and not in the database.
 */
import type { App } from '#kernel';
import { DatabaseReader } from './database-reader.ts';
import { knowsHours, rememberHours, stateOf } from './hours.ts';
import { groundOf } from './memory/answers.ts';
import { keeperOf, reading } from './memory/keeper.ts';
import type { KeptDirectory } from './memory/directory.ts';
import { MemoryReader, Moved } from './memory/reader.ts';
import { instantOf, plan, type Plan } from './plan.ts';
import type { SearchQuery, SearchResult } from './query.ts';
import { type Found, type SearchAudience, type Source, weighed } from './source.ts';
import { defaultTerms, type TermBook } from './terms.ts';
import { countsOf, flagsOf, hitOf, type Settled, toldAt } from './told.ts';
import { askedWords, understand, type Understood } from './understand.ts';

const mostSkipped = 10_000;
/** Changes that come while a search is answered from memory; after so many the database answers. */
const mostAttempts = 4;

/**
 * Searches what an audience may see of a network. Never throws for what a query says: values that mean nothing are left out. Empty when the network
 * is unknown.
 */
export async function searchServices(
  app: Pick<App, 'db' | 'networks' | 'clock' | 'log'>,
  networkId: string,
  audience: SearchAudience,
  query: SearchQuery,
  terms: TermBook = defaultTerms(),
): Promise<SearchResult> {
  const network = await app.networks.byId(networkId);
  const zone = network?.timezone ?? 'UTC';
  const settle = (source: Source) => search(source, networkId, query, terms, zone);
  const kept = network ? keeperOf(app).take(networkId, audience) : null;
  const settled =
    (kept && (await fromMemory(app, kept, networkId, audience, query, terms, settle))) ??
    (await reading(app.db, networkId, audience, (tx) => settle(new DatabaseReader(tx, audience))));
  return toldAt(settled, instantOf(query) ?? app.clock(), zone);
}

/** Null when the directory changes so much that the database has to answer. */
async function fromMemory(
  app: Pick<App, 'db' | 'log'>,
  kept: KeptDirectory,
  networkId: string,
  audience: SearchAudience,
  query: SearchQuery,
  terms: TermBook,
  settle: (source: Source) => Promise<Settled>,
): Promise<Settled | null> {
  const keeper = keeperOf(app);
  // Who is open at an instant is asked once.
  const question = instantOf(query) ? null : `${networkId} ${audience} ${JSON.stringify(query)}`;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    if (!(await kept.refresh())) {
      keeper.drop(networkId, audience);
      return null;
    }
    const ground = groundOf(kept.snapshot, terms);
    const given = question && keeper.answers.given(question, ground);
    if (given) return given;
    try {
      const settled = await settle(new MemoryReader(kept));
      if (question) keeper.answers.keep(question, ground, settled);
      return settled;
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
    }
  }
  return null;
}

async function search(
  reader: Source,
  networkId: string,
  query: SearchQuery,
  terms: TermBook,
  zone: string,
): Promise<Settled> {
  const perPage = Math.trunc(within(query.perPage, 1, 100, 20));
  const page = Math.trunc(within(query.page, 1, mostSkipped / perPage, 1));
  const asked = askedWords(query.text ?? '');
  const understood = understand(asked, asked.length > 0 ? await reader.words(asked) : [], terms);
  const nothing = asked.length > 0 && understood.groups.length === 0 && understood.whole.length === 0;
  let planned = plan(networkId, query, understood, terms, false);
  let found: Found = { total: 0, doors: null, facets: [], hits: [] };
  let hoursUnknown = 0;
  let loosened = understood.missing.length > 0 && !nothing;
  if (!nothing) {
    const run = async () => {
      let open: string[] | null = null;
      if (planned.openAt) {
        const doors = await openDoors(reader, planned, zone);
        ({ open } = doors);
        hoursUnknown = doors.unknown;
      }
      return reader.find({
        ...planned,
        open,
        skip: (page - 1) * perPage,
        take: perPage,
        most: Math.max(weighed, page * perPage),
        facets: query.facets !== false,
        doors: false,
      });
    };
    found = await run();
    if (found.total === 0 && understood.groups.length > 1) {
      planned = plan(networkId, query, understood, terms, true);
      found = await run();
      loosened ||= found.total! > 0;
    }
  }
  found = await reader.finish(found);
  const counts = countsOf(found.facets ?? []);
  const words = planned.groups.map((group) => asUnderstood(understood, group.from));
  const shown = new Set(counts.needs.map(({ id }) => id));
  const locale = query.locale ?? 'en';
  return {
    total: found.total ?? 0,
    page,
    perPage,
    hits: (found.hits ?? []).map((hit) => hitOf(hit, planned, words, query, terms, locale)),
    facets: counts,
    flags: flagsOf(found.facets ?? []),
    corrected: understood.corrected,
    // A term that nothing found carries is not told: it may be in use where this audience cannot look.
    expanded: understood.named.flatMap(({ from, terms: named }) =>
      named
        .filter((term) => shown.has(term.id))
        .slice(0, 1)
        .map((term) => ({ from: asUnderstood(understood, from), term: term.name[locale], termId: term.id })),
    ),
    loosened,
    hoursUnknown,
  };
}

/** Keys of the hours that are open then, among what would be found. */
async function openDoors(reader: Source, planned: Plan, zone: string): Promise<{ open: string[]; unknown: number }> {
  const { doors } = await reader.find({
    ...planned,
    open: null,
    skip: 0,
    take: 0,
    most: weighed,
    facets: false,
    doors: true,
  });
  const missing = (doors ?? []).filter(([key]) => key !== null && !knowsHours(key)).map(([, , sample]) => sample);
  for (const [key, hours] of missing.length > 0 ? await reader.hours(missing) : []) rememberHours(key, hours);
  const open: string[] = [];
  let unknown = 0;
  for (const [key, count] of doors ?? []) {
    const state = stateOf(key, planned.openAt!, zone);
    if (state === 'open') open.push(key!);
    else if (state === 'unknown') unknown += count;
  }
  return { open, unknown };
}

/** Words as they stand in the directory: what was corrected is not told back as it was typed. */
const asUnderstood = ({ corrected }: Understood, words: string): string =>
  words
    .split(' ')
    .map((word) => corrected.find((one) => one.from === word)?.to ?? word)
    .join(' ');

const within = (value: unknown, least: number, most: number, other: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : other;
