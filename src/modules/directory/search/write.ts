/**
 * Writes the search rows of organisations beside their documents, in the same transaction. A row that comes out the same is not touched. Words are
 * counted, so that the last service that used one takes it along; counts are written at the end, in one order, so that two changes at once wait for
 * each other and never in a ring.
 */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import type { Document } from '../documents.ts';
import { placesElsewhere, type RowContext, type SearchRow, searchRows } from './rows.ts';
import { defaultTerms } from './terms.ts';

type Shown = 'public' | 'partner' | 'hotline';

/** Documents of organisations that offer something at the places of others: their rows are made last, when those places have been written. */
type Guests = { audience: Shown; documents: Document[] };

export class SearchWriter {
  readonly #tx: Tx;
  readonly #context: RowContext;
  readonly #words = new Map<Shown, Map<string, number>>();
  #guests: Guests[] = [];

  constructor(tx: Tx, networkId: string, more: Partial<RowContext> = {}) {
    this.#tx = tx;
    this.#context = { terms: defaultTerms(), ...more, networkId };
  }

  /** Rows of these organisations for one audience: `documents` are all they have for it. */
  async write(audience: Shown, organizationIds: readonly string[], documents: readonly Document[]): Promise<void> {
    const elsewhere = new Set(placesElsewhere(documents));
    const guests = new Set(
      documents.filter((one) => elsewhere.has(String(one.body.location_id))).map((one) => one.organizationId),
    );
    const [later, now] = [true, false].map((guest) =>
      documents.filter((one) => guests.has(one.organizationId) === guest),
    );
    if (later!.length > 0) this.#guests.push({ audience, documents: later! });
    const ids = organizationIds.filter((id) => !guests.has(id));
    await this.#save(audience, ids, searchRows(now!, this.#context));
  }

  /** To be called once, after the last `write`. */
  async finish(): Promise<void> {
    for (const { audience, documents } of this.#guests) {
      const places = await this.#placesKnown(audience, placesElsewhere(documents));
      const ids = [...new Set(documents.map((one) => one.organizationId))];
      await this.#save(audience, ids, searchRows(documents, { ...this.#context, places }));
    }
    this.#guests = [];
    for (const [audience, words] of this.#words) await this.#count(audience, words);
    this.#words.clear();
  }

  async #placesKnown(audience: Shown, ids: readonly string[]): Promise<Map<string, Document>> {
    const { table, where } = target(audience, 'directory_document');
    const found = await sql<{ id: string; organization_id: string; name: string; document: Document['body'] }>`
      select id, organization_id, name, document from ${table} d
      where d.network_id = ${this.#context.networkId} ${where} and d.kind = 'location' and d.id = any(${[...ids]}::uuid[])`.execute(
      this.#tx,
    );
    return new Map(
      found.rows.map(({ id, organization_id: organizationId, name, document: body }) => [
        id,
        { kind: 'location', id, organizationId, name, body },
      ]),
    );
  }

  async #save(audience: Shown, organizationIds: readonly string[], rows: readonly SearchRow[]): Promise<void> {
    const { networkId } = this.#context;
    const { table, where, column, value } = target(audience, 'directory_search');
    const known = await sql<{ id: string; digest: string }>`
      select id, digest from ${table} d
      where d.network_id = ${networkId} ${where} and d.organization_id = any(${[...organizationIds]}::uuid[])`.execute(
      this.#tx,
    );
    const digests = new Map(known.rows.map((row) => [row.id, row.digest]));
    const changed = rows.filter((row) => digests.get(row.id) !== row.digest);
    const now = new Set(rows.map((row) => row.id));
    const gone = [...digests.keys()].filter((id) => !now.has(id));
    // A service may have come from another organisation, so its old row is looked for by its own id too.
    const old = [...gone, ...changed.map((row) => row.id)];
    if (old.length === 0) return;
    const before = await sql<{ spoken: string[] }>`
      delete from ${table} d where d.network_id = ${networkId} ${where} and d.id = any(${old}::uuid[]) returning d.spoken`.execute(
      this.#tx,
    );
    for (const row of before.rows) this.#tally(audience, row.spoken, -1);
    for (const row of changed) this.#tally(audience, row.spoken, 1);
    if (changed.length === 0) return;
    await sql`
      insert into ${table} (network_id, ${column}id, organization_id, name, sort_name, digest, needs, tags, languages, spots, flags, minimum_age,
        maximum_age, hours_key, points, place, words, head, spoken, card)
      select ${networkId}::uuid, ${value}r.id, r."organizationId", r.name, r."sortName", r.digest, r.needs, r.tags, r.languages, r.spots, r.flags,
        r."minimumAge", r."maximumAge", r."hoursKey", p.points, p.place,
        strip(v.head) || strip(to_tsvector('pg_catalog.english', r."bodyEn")) || strip(to_tsvector('pg_catalog.spanish', r."bodyEs"))
          || array_to_tsvector(r.keys) || array_to_tsvector(array(select 'A:' || stem from unnest(tsvector_to_array(v.name)) stem)),
        v.head, r.spoken, r.card
      from (select r.*, r.texts ->> 'name' as "nameText", r.texts ->> 'bodyEn' as "bodyEn", r.texts ->> 'bodyEs' as "bodyEs" from json_to_recordset(${JSON.stringify(changed)}::json) as r(
        id uuid, "organizationId" uuid, name text, "sortName" text, digest text, needs uuid[], tags text[], languages text[], spots text[], flags int,
        "minimumAge" real, "maximumAge" real, "hoursKey" text, points json, keys text[], texts json, spoken text[], card json)) r
      cross join lateral (select to_tsvector('pg_catalog.english', r."nameText") || to_tsvector('pg_catalog.spanish', r."nameText") as name) n
      cross join lateral (select n.name, setweight(n.name, 'A')
        || setweight(to_tsvector('pg_catalog.english', r.texts ->> 'termsEn') || to_tsvector('pg_catalog.spanish', r.texts ->> 'termsEs'), 'B')
        || setweight(to_tsvector('pg_catalog.english', r.texts ->> 'organization') || to_tsvector('pg_catalog.spanish', r.texts ->> 'organization'), 'C') as head) v
      cross join lateral (select array_agg(x.at) as points, case count(*) when 0 then null when 1 then (array_agg(x.at))[1] else
          public.cube(array[min(public.cube_ll_coord(x.at, 1)), min(public.cube_ll_coord(x.at, 2)), min(public.cube_ll_coord(x.at, 3))],
            array[max(public.cube_ll_coord(x.at, 1)), max(public.cube_ll_coord(x.at, 2)), max(public.cube_ll_coord(x.at, 3))]) end as place
        from (select ctx.earth_point((o ->> 'lat')::float8, (o ->> 'lon')::float8) as at from json_array_elements(r.points) o) x) p`.execute(
      this.#tx,
    );
  }

  #tally(audience: Shown, words: readonly string[], by: number): void {
    let counts = this.#words.get(audience);
    if (!counts) this.#words.set(audience, (counts = new Map()));
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + by);
  }

  async #count(audience: Shown, counts: ReadonlyMap<string, number>): Promise<void> {
    const changed = [...counts].filter(([, by]) => by !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
    if (changed.length === 0) return;
    const { table, where, column, value } = target(audience, 'directory_word');
    const words = changed.map(([word]) => word);
    await sql`
      insert into ${table} as d (network_id, ${column}word, n, stem_en, stem_es)
      select ${this.#context.networkId}::uuid, ${value}c.word, c.n, ctx.stem_en(c.word), ctx.stem_es(c.word)
      from unnest(${words}::text[], ${changed.map(([, by]) => by)}::int[]) c(word, n) order by c.word collate "C"
      on conflict (network_id, ${column}word) do update set n = d.n + excluded.n`.execute(this.#tx);
    const fewer = changed.filter(([, by]) => by < 0).map(([word]) => word);
    if (fewer.length > 0)
      await sql`delete from ${table} d where d.network_id = ${this.#context.networkId} ${where} and d.word = any(${fewer}::text[]) and d.n <= 0`.execute(
        this.#tx,
      );
  }
}

/** The table of an audience, and how its rows are told from those of another. */
function target(audience: Shown, name: 'directory_document' | 'directory_search' | 'directory_word') {
  const open = audience === 'public';
  return {
    table: open ? sql.table(`site.${name}`) : sql.table(`app.${name}`),
    where: open ? sql`` : sql`and d.audience = ${audience}`,
    column: open ? sql`` : sql`audience, `,
    value: open ? sql`` : sql`${audience}, `,
  };
}
