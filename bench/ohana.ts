/**
 * The weighted full-text SQL that directories of the Ohana family use, written anew for the same records: a stored vector with weights, plainto_tsquery,
 * ts_rank over everything that matches, the total, and the newest change for the cache key. It knows no counts of facets; `counts` adds the ones ours has,
 * in the SQL one would write for them. The connection is the owner's own: no row-level security, no transaction.
 */
import { sql } from 'kysely';
import type { App } from '../src/kernel/context.ts';
import type { Document } from '../src/modules/directory/documents.ts';
import { searchRows } from '../src/modules/directory/search/rows.ts';
import { defaultTerms } from '../src/modules/directory/search/terms.ts';

export type Given = Record<string, string>;

/** Fills a table with these services and returns what answers a query from it. */
export async function weightedFullText(app: App, networkId: string, documents: readonly Document[]) {
  const { owner } = app.db;
  await sql`create schema if not exists peer`.execute(owner);
  await sql`drop table if exists peer.place`.execute(owner);
  await sql`create table peer.place (id uuid primary key, name text, document json, needs text[], tags text[], languages text[], spots text[], flags int,
    area text, least real, updated_at timestamptz default now(), tsv tsvector)`.execute(owner);
  const rows = searchRows(documents, { networkId, terms: defaultTerms() });
  const bodies = new Map(documents.map((one) => [one.id, one.body]));
  for (let at = 0; at < rows.length; at += 1_000) {
    const part = rows.slice(at, at + 1_000).map((row) => {
      const body = bodies.get(row.id)!;
      return {
        ...row,
        document: JSON.stringify(body),
        area: (body.service_areas as { name: string }[])[0]!.name,
        terms: row.texts.termsEn,
        owner: row.texts.organization,
        body: row.texts.bodyEn,
      };
    });
    await sql`insert into peer.place (id, name, document, needs, tags, languages, spots, flags, area, least, tsv)
      select id, name, document::json, needs, tags, languages, spots, flags, area, "minimumAge",
        setweight(to_tsvector('english', name), 'B') || setweight(to_tsvector('english', body), 'A') || setweight(to_tsvector('english', owner), 'B') || setweight(to_tsvector('english', terms), 'A')
      from json_to_recordset(${JSON.stringify(part)}::json) as r(id uuid, name text, document text, needs text[], tags text[], languages text[], spots text[],
        flags int, area text, "minimumAge" real, terms text, owner text, body text)`.execute(owner);
  }
  await sql`create index on peer.place using gin (tsv)`.execute(owner);
  await sql`create index on peer.place using gin (to_tsvector('english', area))`.execute(owner);
  await sql`create index on peer.place using gin (languages)`.execute(owner);
  await sql`vacuum analyze peer.place`.execute(owner);

  return async (given: Given, counts: boolean) => {
    const where = sql`tsv @@ plainto_tsquery('english', ${given.text}) ${given.language ? sql`and languages && array[${given.language}]` : sql``}
      ${given.county ? sql`and to_tsvector('english', area) @@ plainto_tsquery('english', 'Harris')` : sql``} ${given.age ? sql`and (least is null or least <= ${Number(given.age)})` : sql``}`;
    const hits =
      await sql`select id, name, document from peer.place where ${where} order by ts_rank(tsv, plainto_tsquery('english', ${given.text})) desc, updated_at desc limit 20`.execute(
        owner,
      );
    const found = await sql<{
      n: number;
    }>`select count(*)::int as n, max(updated_at) from peer.place where ${where}`.execute(owner);
    const each = (column: string) =>
      sql`select ${column} as facet, k, count(*)::int as n from m cross join unnest(${sql.ref(`m.${column}`)}) k group by k`;
    const facets = counts
      ? await sql`with m as materialized (select needs, tags, languages, spots, flags from peer.place where ${where})
          ${sql.join(['needs', 'tags', 'languages', 'spots'].map(each), sql` union all `)}
          union all select 'flags', flags::text, count(*)::int from m group by flags order by n desc`.execute(owner)
      : { rows: [] };
    return { total: found.rows[0]!.n, hits: hits.rows, facets: facets.rows };
  };
}
