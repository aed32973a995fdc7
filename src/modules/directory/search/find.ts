/**
 * One search: the words are understood, everything asked for becomes one look into the index, and what comes back is told with its reasons. Two
 * statements for words and places; asking who is open takes one more, because hours are judged here (hours.ts) and not in the database.
 */
import { sql } from 'kysely';
import type { App, Tx } from '#kernel';
import { asTsquery, type Condition, eachWord } from './condition.ts';
import { type Hours, hoursKey, knowsHours, rememberHours, stateOf } from './hours.ts';
import { keeperOf, reading } from './memory/keeper.ts';
import type { KeptDirectory } from './memory/directory.ts';
import { MemoryReader, Moved } from './memory/reader.ts';
import { plan, type Plan } from './plan.ts';
import {
  type Count,
  type FacetName,
  facetNames,
  flagNames,
  type Hit,
  type RankPart,
  type Reason,
  type SearchQuery,
  type SearchResult,
} from './query.ts';
import { flagBits } from './rows.ts';
import { type Found, type FoundHit, type SearchAudience, type Source, type ToFind, weighed } from './source.ts';
import { defaultTerms, type TermBook } from './terms.ts';
import { askedWords, understand, type Understood, type WordFact } from './understand.ts';

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
  const now = app.clock();
  const answer = (source: Source) => search(source, networkId, query, terms, now, zone);
  const kept = network ? keeperOf(app).take(networkId, audience) : null;
  return (
    (kept && (await fromMemory(app, kept, networkId, audience, answer))) ??
    reading(app.db, networkId, audience, (tx) => answer(new Reader(tx, audience)))
  );
}

/** Null when the directory changes so much that the database has to answer. */
async function fromMemory(
  app: Pick<App, 'db' | 'log'>,
  kept: KeptDirectory,
  networkId: string,
  audience: SearchAudience,
  answer: (source: Source) => Promise<SearchResult>,
): Promise<SearchResult | null> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    if (!(await kept.refresh())) {
      keeperOf(app).drop(networkId, audience);
      return null;
    }
    try {
      return await answer(new MemoryReader(kept));
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
  now: Date,
  zone: string,
): Promise<SearchResult> {
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
    hits: (found.hits ?? []).map((hit) => hitOf(hit, planned, words, query, now, zone, terms, locale)),
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

const fieldNames = { a: 'name', b: 'term', c: 'organization', d: 'description' } as const;

/** `words`: one a group of the plan, as it stands in the directory. */
function hitOf(
  hit: FoundHit,
  planned: Plan,
  words: readonly string[],
  query: SearchQuery,
  now: Date,
  zone: string,
  terms: TermBook,
  locale: 'en' | 'es',
): Hit {
  const { card, hoursKey: key } = hit;
  if (key) rememberHours(key, card.hours);
  const office = planned.metres === null ? hit.office === true : hit.far !== null && hit.far <= planned.metres;
  const place = !planned.place ? null : office ? (hit.area ? 'both' : 'office') : hit.area ? 'area' : null;
  const matched: Reason[] = (hit.fields ?? []).flatMap((field, at): Reason[] =>
    field && words[at] ? [{ kind: 'word', word: words[at], field: fieldNames[field as keyof typeof fieldNames] }] : [],
  );
  for (const id of hit.needs ?? []) {
    const term = terms.byId(id);
    if (term) matched.push({ kind: 'term', termId: id, term: term.name[locale] });
  }
  if (place) matched.push({ kind: 'place', by: place });
  return {
    id: hit.id,
    organizationId: hit.org,
    name: hit.name,
    organization: card.organization,
    matched,
    ...(hit.far === null ? {} : { distanceKm: Math.round(hit.far / 100) / 10 }),
    place,
    open: stateOf(key, planned.openAt ?? now, zone),
    offices: card.offices,
    json: hit.json,
    ...(query.explain ? { explain: { score: round(hit.score), parts: partsOf(hit.parts, planned) } } : {}),
  };
}

/** Words as they stand in the directory: what was corrected is not told back as it was typed. */
const asUnderstood = ({ corrected }: Understood, words: string): string =>
  words
    .split(' ')
    .map((word) => corrected.find((one) => one.from === word)?.to ?? word)
    .join(' ');

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** The weights stand in 0016_search_direct.sql too. */
function partsOf([said, focus, exact, term, near]: FoundHit['parts'], planned: Plan): RankPart[] {
  const all: RankPart[] = [
    { part: 'words', weight: round(planned.groups.reduce((sum, group) => sum + group.weight, 0)), value: round(said) },
    { part: 'nameFocus', weight: 0.2, value: round(0.2 * Math.min(1, focus)) },
    { part: 'exactName', weight: 1, value: exact },
    { part: 'term', weight: 0.5, value: round(0.5 * term) },
    { part: 'near', weight: 0.4, value: round(0.4 * near) },
  ];
  return all.filter((one) => one.value > 0);
}

/** Which facet a column's key belongs to, and how it is told there. */
function countsOf(rows: readonly [string, string, number][]): SearchResult['facets'] {
  const out = Object.fromEntries(facetNames.map((name) => [name, [] as Count[]])) as SearchResult['facets'];
  const plainly: Record<string, FacetName> = { needs: 'needs', languages: 'languages' };
  const byLetter: Record<string, FacetName> = {
    's:': 'specialisations',
    't:': 'trafficking',
    'x:': 'accessibility',
    'c:': 'counties',
    'p:': 'cities',
  };
  for (const [column, key, count] of rows) {
    const whole = plainly[column];
    if (whole) out[whole].push({ id: key, count });
    else if (column !== 'flags') out[byLetter[key.slice(0, 2)]!].push({ id: key.slice(2), count });
  }
  return out;
}

function flagsOf(rows: readonly [string, string, number][]): SearchResult['flags'] {
  const out = { free: 0, minors: 0, accepting: 0, warmTransfer: 0 };
  for (const [name, key, count] of rows)
    if (name === 'flags') for (const flag of flagNames) if (Number(key) & flagBits[flag]) out[flag] += count;
  return out;
}

const within = (value: unknown, least: number, most: number, other: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : other;

/** Answers by the functions of 0002_search.sql and 0016_search_direct.sql, for one audience. */
class Reader implements Source {
  readonly #tx: Tx;
  readonly #schema: string;
  readonly #audience: SearchAudience;

  constructor(tx: Tx, audience: SearchAudience) {
    this.#tx = tx;
    this.#audience = audience;
    this.#schema = audience === 'public' ? 'site' : 'app';
  }

  words(asked: readonly string[]): Promise<WordFact[]> {
    return this.#call<WordFact[]>('directory_words', [asked]);
  }

  hours(services: readonly string[]): Promise<[string, Hours][]> {
    return this.#call<[string, Hours][]>('directory_hours', [services]);
  }

  async find(asked: ToFind): Promise<Found> {
    const text = (condition: Condition | null) => condition && asTsquery(condition);
    const found = await this.#call<Found & { hits: (FoundHit & { document?: unknown })[] | null }>('directory_find', [
      asTsquery(asked.wanted),
      text(asked.byName),
      eachWord(asked.groups, ''),
      eachWord(asked.groups, ':A'),
      eachWord(asked.groups, ':B'),
      eachWord(asked.groups, ':C'),
      asked.groups.map((group) => group.weight),
      asked.loose,
      text(asked.byOffice),
      text(asked.byArea),
      asked.lat,
      asked.lon,
      asked.metres,
      asked.age,
      asked.open,
      asked.terms,
      asked.below,
      asked.phrase,
      asked.sort,
      asked.skip,
      asked.take,
      asked.most,
      asked.facets,
      asked.doors,
    ]);
    for (const hit of found.hits ?? []) {
      hit.json = JSON.stringify(hit.document);
      hit.hoursKey = hoursKey(hit.card.hours);
      delete hit.document;
    }
    return found;
  }

  finish(found: Found): Promise<Found> {
    return Promise.resolve(found);
  }

  async #call<T>(name: string, given: readonly unknown[]): Promise<T> {
    const all = this.#audience === 'public' ? given : [...given, this.#audience];
    const found = await sql<{
      found: T | null;
    }>`select ${sql.id(this.#schema, name)}(${sql.join(all.map((one) => sql.val(one)))}) as found`.execute(this.#tx);
    return (found.rows[0]!.found ?? []) as T;
  }
}
