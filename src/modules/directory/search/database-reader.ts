/** One search answered by the database: the functions of 0002_search.sql and 0016_search_direct.sql, for one audience. */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import { asTsquery, type Condition, eachWord } from './condition.ts';
import { type Hours, hoursKey } from './hours.ts';
import type { Found, FoundHit, SearchAudience, Source, ToFind } from './source.ts';
import type { WordFact } from './understand.ts';

type Row = Omit<FoundHit, 'json'> & { document?: unknown };

export class DatabaseReader implements Source {
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
    const found = await this.#call<Omit<Found, 'hits'> & { hits: Row[] | null }>('directory_find', [
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
    return {
      ...found,
      hits:
        found.hits &&
        found.hits.map(({ document, ...hit }) => ({
          ...hit,
          hoursKey: hoursKey(hit.card.hours),
          json: Buffer.from(JSON.stringify(document)),
        })),
    };
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
