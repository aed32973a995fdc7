/**
 * Which public records fit a question, as ids in order: one query over their entries (entries.ts), however many parameters. A record that is only
 * internal has no entry, so it can change neither a list nor a count.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#kernel';
import { inOrder, type Reading, readingsOf } from '../search/index.ts';
import { areasCovering, type Spot } from './coverage.ts';
import type { ListedKind } from './entries.ts';
import type { Asked } from './parameters.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Found {
  total: number;
  ids: string[];
}

export interface Slice {
  offset: number;
  limit: number;
}

type Part = RawBuilder<unknown>;

/**
 * Ids of the records that fit: by name; with words in the order of a search; with `proximity` the nearest first. `slice` null gives all of them. Words
 * that nothing has all of are looked for one by one.
 */
export async function find(
  tx: Tx,
  networkId: string,
  kind: ListedKind,
  asked: Asked,
  vocabulary: Vocabulary,
  spot: Spot | null,
  slice: Slice | null,
): Promise<Found> {
  const where = [sql`e.network_id = ${networkId} and e.kind = ${kind}`, ...narrowing(networkId, asked, vocabulary)];
  if (spot) {
    const areas = await areasCovering(tx, networkId, kind, spot);
    where.push(sql`(e.areas is null or exists (select 1 from unnest(e.areas) a where a = any(${areas}::text[])))`);
  }
  const far =
    spot && asked.proximity !== undefined
      ? sql`ctx.earth_metres(e.point, ctx.earth_point(${spot.place.lat}::float8, ${spot.place.lon}::float8))`
      : null;
  if (far) where.push(sql`${far} <= ${asked.proximity}`);
  const fit = sql`select e.id, e.name, e.service_id, e.organization_id, e.words, ${far ?? sql`0`} as far
    from site.directory_entry e where ${sql.join(where, sql` and `)}`;
  const readings = asked.search ? await readingsOf(tx, networkId, asked.search, vocabulary.book) : [];
  if (readings.length === 0) return page(tx, sql`with found as (select *, 0 as place from (${fit}) f)`, slice);
  for (const reading of readings) {
    if (kind !== 'organization' && !reading.plan) continue;
    const found = await page(tx, said(kind, fit, reading, where.length > 1), slice);
    if (found.total > 0) return found;
  }
  return { total: 0, ids: [] };
}

async function page(tx: Tx, found: Part, slice: Slice | null): Promise<Found> {
  const part = slice ? sql`limit ${slice.limit} offset ${slice.offset}` : sql``;
  const order = sql`far, place, name, id`;
  // The count stands beside the page, so that a page beyond the last has one too.
  const { rows } = await sql<{ total: number; ids: string[] | null }>`${found}
    select (select count(*)::int from found) as total,
      (select array_agg(p.id::text order by ${order}) from (select id, far, place, name from found order by ${order} ${part}) p) as ids`.execute(
    tx,
  );
  return { total: rows[0]!.total, ids: rows[0]!.ids ?? [] };
}

/** Of what fits, what words find, with its place in their order. An organization is found by its own words, or by its services. */
function said(kind: ListedKind, fit: Part, { plan, inOwn }: Reading, narrowed: boolean): Part {
  const ids = kind === 'organization' || !narrowed ? sql`null` : sql`array(select distinct service_id from fit)`;
  const services = plan ? inOrder(plan, ids) : sql`(select null::uuid, null::uuid, 0 where false)`;
  const ordered = sql`with fit as materialized (${fit}), ordered(service_id, owner_id, place) as materialized (select * from ${services} o)`;
  if (kind !== 'organization')
    return sql`${ordered}, found as materialized (
      select fit.id, fit.name, fit.far, o.place from fit join ordered o on o.service_id = fit.service_id)`;
  return sql`${ordered}, found as materialized (
    select fit.id, fit.name, fit.far, case when own.said then 0 else o.place end as place
    from fit cross join lateral (select coalesce(fit.words @@ ${inOwn}::tsquery, false) as said) own
    left join (select owner_id, min(place) as place from ordered group by owner_id) o on o.owner_id = fit.organization_id
    where own.said or o.place is not null)`;
}

/** What an entry `e` must be. */
function narrowing(networkId: string, asked: Asked, vocabulary: Vocabulary): Part[] {
  const out: Part[] = [];
  if (asked.organization_id)
    // Who kept the id of a record that was merged since asks for the one it became.
    out.push(sql`e.organization_id in (${asked.organization_id}::uuid, (
      select into_id from site.directory_alias where network_id = ${networkId} and id = ${asked.organization_id}::uuid))`);
  if (asked.modified_after) out.push(sql`e.changed >= ${asked.modified_after}`);
  const having = (terms: readonly string[]) =>
    out.push(sql`exists (select 1 from unnest(e.terms) t where t = any(${[...terms]}::uuid[]))`);
  for (const id of asked.taxonomy_term_id ?? []) having([id]);
  for (const id of asked.taxonomy_id ?? [])
    having(vocabulary.terms.filter((term) => term.taxonomy_id === id).map((term) => String(term.id)));
  if (asked.minimum_age !== undefined) out.push(sql`e.minimum_age >= ${asked.minimum_age}`);
  if (asked.maximum_age !== undefined) out.push(sql`e.maximum_age <= ${asked.maximum_age}`);
  // Five characters of a time compare like the time: 09:00, 17:30.
  const hours: Part[] = [];
  if (asked.day) hours.push(sql`left(h, 2) = ${asked.day}`);
  if (asked.start_time) hours.push(sql`substr(h, 4, 5) >= ${asked.start_time.slice(0, 5)}`);
  if (asked.end_time) hours.push(sql`substr(h, 10, 5) <= ${asked.end_time.slice(0, 5)}`);
  if (hours.length > 0) out.push(sql`exists (select 1 from unnest(e.hours) h where ${sql.join(hours, sql` and `)})`);
  return out;
}
