/**
 * One search answered from memory. What is found is read from the database when all is known, together with what changed meanwhile: when anything did,
 * nothing is answered and the search starts anew with the change taken in. So a record taken off the list is never shown, counted or corrected to.
 */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import type { Hours } from '../hours.ts';
import type { Found, FoundHit, SearchAudience, Source, ToFind } from '../source.ts';
import type { WordFact } from '../understand.ts';
import { doorsOf, facetsOf, matching, rank } from './rank.ts';
import type { Row, Snapshot } from './snapshot.ts';
import { type Stems, stemsOf } from './stems.ts';

/** The rows are not as they were when the search began. */
export class Moved extends Error {
  /** What changed, if this search is the first to learn of it. */
  readonly look: Look | null;
  readonly generation: number;

  constructor(look: Look | null, generation: number) {
    super('The directory changed during a search.');
    this.look = look;
    this.generation = generation;
  }
}

type Look = {
  now: string;
  changed: string[] | null;
  hits: [id: string, org: string, name: string, card: FoundHit['card'], document: FoundHit['document']][] | null;
};

/** The functions of 0009_search_reader.sql, for one audience. */
export class Tables {
  readonly #tx: Tx;
  readonly #audience: SearchAudience;

  constructor(tx: Tx, audience: SearchAudience) {
    this.#tx = tx;
    this.#audience = audience;
  }

  size(): Promise<[rows: number, seen: string]> {
    return this.#call('directory_size', []);
  }

  async rows(ids: readonly string[] | null, after: string, take: number): Promise<Row[]> {
    return (
      (await this.#call<Row[] | null>('directory_rows', [
        sql`${ids}::uuid[]`,
        sql`${after}::uuid`,
        sql`${take}::int`,
      ])) ?? []
    );
  }

  look(seen: string, ids: readonly string[]): Promise<Look> {
    return this.#call('directory_look', [sql`${seen}::pg_snapshot`, sql`${ids}::uuid[]`]);
  }

  async hours(ids: readonly string[]): Promise<[string, Hours][]> {
    return (await this.#call<[string, Hours][] | null>('directory_hours', [sql`${ids}::uuid[]`])) ?? [];
  }

  async stems(words: readonly string[]): Promise<ReadonlyMap<string, Stems>> {
    return stemsOf(words, (missing) => this.#call('directory_stems', [sql`${missing}::text[]`], false));
  }

  async #call<T>(name: string, given: ReturnType<typeof sql>[], ofAudience = true): Promise<T> {
    const open = this.#audience === 'public';
    const all = open || !ofAudience ? given : [...given, sql`${this.#audience}::text`];
    const found = await sql<{
      found: T;
    }>`select ${sql.id(open ? 'site' : 'app', name)}(${sql.join(all)}) as found`.execute(this.#tx);
    return found.rows[0]!.found;
  }
}

/** More than so many changed rows are not taken in one by one. */
const mostChanges = 1_000;

/** Takes changed rows in, as they are now. False when they are too many. */
export async function takeIn(tables: Tables, snapshot: Snapshot, { look, generation }: Moved): Promise<boolean> {
  if (!look?.changed) return true;
  if (look.changed.length > mostChanges) return false;
  const rows = await tables.rows(look.changed, noId, 0);
  const stems = await tables.stems([...new Set(rows.flatMap((row) => row[14]))]);
  // Another search was quicker: its rows may be newer than these.
  if (snapshot.generation !== generation) return true;
  for (const id of look.changed) snapshot.remove(id);
  for (const row of rows) snapshot.add(row, stems);
  snapshot.seen = look.now;
  return true;
}

export const noId = '00000000-0000-0000-0000-000000000000';

export class MemoryReader implements Source {
  readonly #tables: Tables;
  readonly #snapshot: Snapshot;
  readonly #generation: number;
  readonly #seen: string;

  constructor(tables: Tables, snapshot: Snapshot) {
    this.#tables = tables;
    this.#snapshot = snapshot;
    this.#generation = snapshot.generation;
    this.#seen = snapshot.seen;
  }

  async words(asked: readonly string[]): Promise<WordFact[]> {
    const stems = await this.#tables.stems(asked);
    return this.#snapshot.vocabulary.facts(asked, stems);
  }

  hours(services: readonly string[]): Promise<[string, Hours][]> {
    return this.#tables.hours(services);
  }

  /** Hits are without their documents until `finish`. */
  find(asked: ToFind): Promise<Found> {
    const snapshot = this.#snapshot;
    const rows = matching(snapshot, asked);
    if (asked.doors) return Promise.resolve({ total: null, doors: doorsOf(snapshot, rows), facets: null, hits: null });
    return Promise.resolve({
      total: rows.length,
      doors: null,
      facets: asked.facets ? facetsOf(snapshot, rows) : [],
      hits: rank(snapshot, asked, rows).map((hit) => ({ ...hit, org: '', name: '', card: empty, document: {} })),
    });
  }

  async finish(found: Found): Promise<Found> {
    const snapshot = this.#snapshot;
    const hits = found.hits ?? [];
    const look = await this.#tables.look(
      this.#seen,
      hits.map(({ id }) => id),
    );
    // Another search took changes in while this one waited: what was worked out is of two moments.
    if (snapshot.generation !== this.#generation) throw new Moved(null, 0);
    if (look.changed) throw new Moved(look, this.#generation);
    if (snapshot.seen === this.#seen) snapshot.seen = look.now;
    const shown = new Map((look.hits ?? []).map((one) => [one[0], one]));
    return {
      ...found,
      hits: hits.flatMap((hit) => {
        const one = shown.get(hit.id);
        return one ? [{ ...hit, org: one[1], name: one[2], card: one[3], document: one[4] }] : [];
      }),
    };
  }
}

const empty: FoundHit['card'] = { organization: '', offices: [], hours: [] };
