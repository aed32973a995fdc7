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
  const where = sql.join(conditions(networkId, kind, asked, vocabulary), sql` and `);
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

function conditions(networkId: string, kind: ListedKind, asked: Asked, vocabulary: Vocabulary): Condition[] {
  const out: Condition[] = [sql`d.network_id = ${networkId} and d.kind = ${kind}`];
  if (asked.organization_id) {
    // Who kept the id of a record that was merged since asks for the one it became.
    out.push(sql`d.organization_id in (${asked.organization_id}::uuid, (
      select into_id from site.directory_alias where network_id = ${networkId} and id = ${asked.organization_id}::uuid))`);
  }
  if (asked.modified_after) out.push(sql`d.modified >= ${asked.modified_after}`);
  for (const id of asked.taxonomy_term_id ?? []) out.push(tagged(kind, [id]));
  for (const id of asked.taxonomy_id ?? [])
    out.push(
      tagged(
        kind,
        vocabulary.terms.filter((term) => term.taxonomy_id === id).map((term) => String(term.id)),
      ),
    );
  for (const word of new Set((asked.search ?? '').split(/\s+/).filter((part) => part !== '')))
    out.push(says(kind, word, vocabulary));
  out.push(...forWhom(kind, asked));
  return out;
}

/** The records whose attributes and words count for a record: a place where a service is offered is found by what is said of the service. */
function about(kind: ListedKind): Condition {
  const same = sql`o.network_id = d.network_id`;
  if (kind === 'service') return sql`${same} and o.kind = 'service' and o.id = d.id`;
  if (kind === 'organization')
    return sql`${same} and o.organization_id = d.id and o.kind in ('organization', 'service')`;
  return sql`${same} and (o.kind, o.id) in (('service_at_location', d.id), ('service', (d.document->>'service_id')::uuid),
    ('location', (d.document->>'location_id')::uuid))`;
}

/** Has an attribute with one of these terms. */
function tagged(kind: ListedKind, terms: readonly string[]): Condition {
  if (terms.length === 0) return sql`false`;
  // Cheap first: most documents do not hold the id anywhere.
  const holds =
    terms.length === 1
      ? sql`o.document::text like ${`%${terms[0]}%`}`
      : sql`o.document::text like '%taxonomy_term_id%'`;
  const source = kind === 'service' ? sql`(select d.document, d.kind) o` : sql`site.directory_document o`;
  const tie = kind === 'service' ? sql`true` : about(kind);
  return sql`exists (select 1 from ${source} where ${tie} and ${holds} and exists (
    select 1 from json_array_elements(coalesce(o.document->'attributes', '[]')) a where a->>'taxonomy_term_id' = any(${[...terms]}::text[])))`;
}

/** Has a word in its name, its description or a translation of them, in its organization's name, or has a term that the word names. */
function says(kind: ListedKind, word: string, vocabulary: Vocabulary): Condition {
  const named = vocabulary.named(word);
  const text = (
    row: Condition,
  ) => sql`ctx.fold(concat_ws(' ', ${row}.name, ${row}.document->>'alternate_name', ${row}.document->>'description',
    ${row}.document->'translations'->'es'->>'name', ${row}.document->'translations'->'es'->>'alternate_name',
    ${row}.document->'translations'->'es'->>'description'))`;
  const own = sql`position(ctx.fold(${word}) in ${text(sql`d`)}) > 0`;
  const owner = sql`exists (select 1 from site.directory_document w where w.network_id = d.network_id and w.kind = 'organization'
    and w.id = d.organization_id and position(ctx.fold(${word}) in ctx.fold(w.name)) > 0)`;
  const others =
    kind === 'service'
      ? sql`false`
      : sql`exists (select 1 from site.directory_document o where ${about(kind)} and position(ctx.fold(${word}) in ${text(sql`o`)}) > 0)`;
  return sql`(${own} or ${owner} or ${others} or ${tagged(kind, named)})`;
}

/** Ages and hours, of the service or of the place it is offered at. */
function forWhom(kind: ListedKind, asked: Asked): Condition[] {
  const out: Condition[] = [];
  const of = (test: Condition) =>
    kind === 'service'
      ? sql`exists (select 1 from (select d.document) o where ${test})`
      : sql`exists (select 1 from site.directory_document o where ${about(kind)} and ${test})`;
  if (asked.minimum_age !== undefined) out.push(of(sql`(o.document->>'minimum_age')::numeric >= ${asked.minimum_age}`));
  if (asked.maximum_age !== undefined) out.push(of(sql`(o.document->>'maximum_age')::numeric <= ${asked.maximum_age}`));
  const hours: Condition[] = [];
  // Five characters of a time compare like the time: 09:00, 17:30.
  if (asked.start_time) hours.push(sql`left(s->>'opens_at', 5) >= ${asked.start_time.slice(0, 5)}`);
  if (asked.end_time) hours.push(sql`left(s->>'closes_at', 5) <= ${asked.end_time.slice(0, 5)}`);
  if (asked.day) hours.push(sql`s->>'byday' like ${`%${asked.day}%`}`);
  if (hours.length > 0)
    out.push(
      of(sql`exists (select 1 from json_array_elements(coalesce(o.document->'schedules', '[]')) s
        where s->>'closed' is null and ${sql.join(hours, sql` and `)})`),
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
    select d.id::text as id, coalesce(d.document->'service_areas', s.document->'service_areas') as areas,
      (l.document->>'latitude')::float8 as lat, (l.document->>'longitude')::float8 as lon
    from site.directory_document d
    left join site.directory_document s on s.network_id = d.network_id and s.kind = 'service' and s.id = (d.document->>'service_id')::uuid
    left join site.directory_document l on l.network_id = d.network_id and l.kind = 'location' and l.id = (d.document->>'location_id')::uuid
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
