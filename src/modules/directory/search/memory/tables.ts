/** What the memory asks of the database: the functions of 0009_search_reader.sql and 0010_search_shown.sql, for one audience. */
import { sql } from 'kysely';
import { type App, literal, type Tx } from '#kernel';
import type { Hours } from '../hours.ts';
import type { Card } from '../rows.ts';
import type { SearchAudience } from '../source.ts';
import type { Row } from './snapshot.ts';
import { type Stems, stemsOf } from './stems.ts';

/** What is shown of a service beside what is worked out: its card, and its document as it is kept. */
export type Shown = [id: string, org: string, name: string, card: Card, document: string];

/** One moment of the database: what changed since the moment that was given, and what is shown of services, both as of the same instant. */
export type Look = { now: string; changed: string[] | null; hits: Shown[] | null };

/** What changed since a moment, asked in one message: it goes before every answer. */
export async function glance(
  db: App['db'],
  networkId: string,
  audience: SearchAudience,
  seen: string,
): Promise<Omit<Look, 'hits'>> {
  const open = audience === 'public';
  const given = [`${literal(seen)}::pg_snapshot`, `'{}'::uuid[]`, ...(open ? [] : [literal(audience)])];
  const statement = `select ${open ? 'site' : 'app'}.directory_look(${given.join(', ')}) as found`;
  const [row] = await db.glance<{ found: Look }>(open ? 'public' : 'app', networkId, statement);
  return row!.found;
}

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

  async rows(ids: readonly string[]): Promise<Row[]> {
    return (await this.#call<Row[] | null>('directory_rows', [sql`${ids}::uuid[]`, sql`null`, sql`null`])) ?? [];
  }

  /** Rows that follow a name and id in the order of names, in no order among themselves. */
  async rowsAfter(name: string, id: string, take: number): Promise<Row[]> {
    const given = [sql`${name}::text`, sql`${id}::uuid`, sql`${take}::int`];
    return (await this.#call<Row[] | null>('directory_rows_after', given)) ?? [];
  }

  look(seen: string, ids: readonly string[]): Promise<Look> {
    return this.#call('directory_look', [sql`${seen}::pg_snapshot`, sql`${ids}::uuid[]`]);
  }

  async hours(ids: readonly string[]): Promise<[string, Hours][]> {
    return (await this.#call<[string, Hours][] | null>('directory_hours', [sql`${ids}::uuid[]`])) ?? [];
  }

  stems(words: readonly string[]): Promise<ReadonlyMap<string, Stems>> {
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
