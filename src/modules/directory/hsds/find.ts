/**
 * Which public records fit a question, as ids in order: one query, however many parameters. Everything is read from site.directory_document as the
 * public role; a record that is only internal is no row here, so it can change neither a list nor a count.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#kernel';
import type { Fields } from '#modules/organisations';
import { covers, type Spot } from './coverage.ts';
import type { Asked } from './parameters.ts';
import type { Vocabulary } from './vocabulary.ts';

export type ListedKind = 'service' | 'organization' | 'service_at_location';

export interface Found {
  total: number;
  ids: string[];
}

type Condition = RawBuilder<unknown>;

/** What of a document is looked at: each document is taken apart once, however much is asked. */
const parts = sql`(alternate_name text, description text, translations json, attributes json, schedules json, service_areas json, minimum_age numeric,
  maximum_age numeric, latitude float8, longitude float8, service_id uuid, location_id uuid)`;

/**
 * Ids of the records that fit, by name. `slice` null gives all of them. A postcode sends every candidate through the areas they serve, and with
 * `proximity` the nearest come first.
 */
export async function find(
  tx: Tx,
  networkId: string,
  kind: ListedKind,
  asked: Asked,
  vocabulary: Vocabulary,
  spot: Spot | null,
  slice: { offset: number; limit: number } | null,
): Promise<Found> {
  const where = fitting(networkId, kind, asked, vocabulary);
  if (spot) return near(tx, where, spot, asked.proximity, slice);
  const part = slice ? sql`limit ${slice.limit} offset ${slice.offset}` : sql``;
  // The count stands beside the page, so that a page beyond the last has one too.
  const { rows } = await sql<{ total: number; ids: string[] | null }>`
    with found as materialized (select d.id, d.name from site.directory_document d where ${where})
    select (select count(*)::int from found) as total,
      (select array_agg(p.id::text order by p.name, p.id) from (select id, name from found order by name, id ${part}) p) as ids`.execute(
    tx,
  );
  return { total: rows[0]!.total, ids: rows[0]!.ids ?? [] };
}

/** What a row `d` must be. Tests of what documents say are sets of ids, made once each, not once a row. */
function fitting(networkId: string, kind: ListedKind, asked: Asked, vocabulary: Vocabulary): Condition {
  const out: Condition[] = [sql`d.network_id = ${networkId} and d.kind = ${kind}`];
  if (asked.organization_id) {
    // Who kept the id of a record that was merged since asks for the one it became.
    out.push(sql`d.organization_id in (${asked.organization_id}::uuid, (
      select into_id from site.directory_alias where network_id = ${networkId} and id = ${asked.organization_id}::uuid))`);
  }
  if (asked.modified_after) out.push(sql`d.modified >= ${asked.modified_after}`);
  const having = (saying: Condition, cheap?: Condition) => out.push(among(networkId, kind, saying, cheap));
  for (const id of asked.taxonomy_term_id ?? []) having(tagged([id]), holds(id));
  for (const id of asked.taxonomy_id ?? []) {
    const terms = vocabulary.terms.filter((term) => term.taxonomy_id === id).map((term) => String(term.id));
    if (terms.length === 0) out.push(sql`false`);
    else having(tagged(terms), holds('taxonomy_term_id'));
  }
  for (const word of new Set((asked.search ?? '').split(/\s+/).filter((one) => one !== ''))) {
    const owner = sql`d.organization_id in (select w.id from site.directory_document w where w.network_id = ${networkId}
      and w.kind = 'organization' and position(ctx.fold(${word}) in ctx.fold(w.name)) > 0)`;
    out.push(sql`(${owner} or ${among(networkId, kind, says(word, vocabulary.named(word)))})`);
  }
  const told = forWhom(asked);
  for (const one of told) having(one);
  return sql.join(out, sql` and `);
}

/** `d` is, or belongs to, a record of which `saying` holds. `cheap` is true of all of those, and found without taking the document apart. */
function among(networkId: string, kind: ListedKind, saying: Condition, cheap: Condition = sql`true`): Condition {
  const hits = (
    of: Condition,
  ) => sql`select o.id from site.directory_document o cross join lateral (select ${cheap} as possible) c
    cross join lateral json_to_record(case when c.possible then o.document end) as p${parts}
    where o.network_id = ${networkId} and ${of} and c.possible and ${saying}`;
  if (kind === 'service') return sql`d.id in (${hits(sql`o.kind = 'service'`)})`;
  if (kind === 'organization')
    return sql`d.id in (select h.organization_id from site.directory_document h where h.network_id = ${networkId} and h.id in (${hits(sql`o.kind in ('organization', 'service')`)}))`;
  return sql`d.id in (
    with said as materialized (${hits(sql`o.kind in ('service', 'location', 'service_at_location')`)})
    select l.id from site.directory_document l cross join lateral json_to_record(l.document) as r(service_id uuid, location_id uuid)
    where l.network_id = ${networkId} and l.kind = 'service_at_location'
      and (l.id in (select id from said) or r.service_id in (select id from said) or r.location_id in (select id from said)))`;
}

/** Somewhere in the document, cheaply. */
const holds = (text: string): Condition => sql`o.document::text like ${`%${text}%`}`;

/** Has an attribute with one of these terms. */
const tagged = (terms: readonly string[]): Condition =>
  sql`exists (select 1 from json_array_elements(p.attributes) a where a->>'taxonomy_term_id' = any(${[...terms]}::text[]))`;

/** Has a word in its name, its description or a translation of them, or has a term that the word names. */
function says(word: string, named: readonly string[]): Condition {
  const said = sql`position(ctx.fold(${word}) in ctx.fold(concat_ws(' ', o.name, p.alternate_name, p.description,
    p.translations->'es'->>'name', p.translations->'es'->>'alternate_name', p.translations->'es'->>'description'))) > 0`;
  return named.length > 0 ? sql`(${said} or ${tagged(named)})` : said;
}

/** Ages and hours. */
function forWhom(asked: Asked): Condition[] {
  const out: Condition[] = [];
  if (asked.minimum_age !== undefined) out.push(sql`p.minimum_age >= ${asked.minimum_age}`);
  if (asked.maximum_age !== undefined) out.push(sql`p.maximum_age <= ${asked.maximum_age}`);
  const hours: Condition[] = [];
  // Five characters of a time compare like the time: 09:00, 17:30.
  if (asked.start_time) hours.push(sql`left(s->>'opens_at', 5) >= ${asked.start_time.slice(0, 5)}`);
  if (asked.end_time) hours.push(sql`left(s->>'closes_at', 5) <= ${asked.end_time.slice(0, 5)}`);
  if (asked.day) hours.push(sql`s->>'byday' like ${`%${asked.day}%`}`);
  if (hours.length > 0)
    out.push(
      sql`exists (select 1 from json_array_elements(p.schedules) s where s->>'closed' is null and ${sql.join(hours, sql` and `)})`,
    );
  return out;
}

type Candidate = { id: string; areas: Fields[] | null; lat: number | null; lon: number | null };

/** Those of the places that serve a postcode, or lie near it. */
async function near(
  tx: Tx,
  where: Condition,
  spot: Spot,
  metres: number | undefined,
  slice: { offset: number; limit: number } | null,
): Promise<Found> {
  const { rows } = await sql<Candidate>`
    select d.id::text as id, coalesce(p.service_areas, s.document->'service_areas') as areas, q.latitude as lat, q.longitude as lon
    from site.directory_document d cross join lateral json_to_record(d.document) as p${parts}
    left join site.directory_document s on s.network_id = d.network_id and s.kind = 'service' and s.id = p.service_id
    left join site.directory_document l on l.network_id = d.network_id and l.kind = 'location' and l.id = p.location_id
    left join lateral json_to_record(l.document) as q(latitude float8, longitude float8) on true
    where ${where} order by d.name, d.id`.execute(tx);
  const known = new Map<string, boolean>();
  const serves = (area: Fields): boolean => {
    const key = JSON.stringify([area.name, area.description, area.extent, area.extent_type]);
    const said = known.get(key) ?? covers(area, spot);
    known.set(key, said);
    return said;
  };
  let kept = rows
    .filter((row) => row.areas === null || row.areas.some(serves))
    .map(({ id, lat, lon }) => ({ id, metres: lat === null || lon === null ? null : spot.metresTo({ lat, lon }) }));
  if (metres !== undefined) {
    kept = kept.filter((row) => row.metres !== null && row.metres <= metres);
    kept.sort((a, b) => a.metres! - b.metres!);
  }
  const ids = kept.map((row) => row.id);
  return { total: ids.length, ids: slice ? ids.slice(slice.offset, slice.offset + slice.limit) : ids };
}
