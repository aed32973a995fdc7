/**
 * What every organisation of a network has, in short, worked out in the database by one query: a list of four thousand is filtered before it is cut into
 * pages.
 */
import { sql } from 'kysely';
import type { Tx } from '#kernel';

/** What an organisation and all it runs have, in short. `folded`: its name as it is looked for and sorted by. */
export interface OrganizationSums {
  id: string;
  name: string;
  folded: string;
  services: number;
  kinds: string[] | null;
  checked: string | null;
  phone: boolean;
  hours: boolean;
  languages: boolean;
  needs: boolean;
  spanish: boolean;
}

/** These organisations of a network (null: all). Merged ones are not among them. */
export async function organizationSums(
  tx: Tx,
  networkId: string,
  organizationIds: readonly string[] | null,
): Promise<OrganizationSums[]> {
  const only = organizationIds === null ? null : [...new Set(organizationIds)];
  // Said without a parameter that may be null, so that an index can be used.
  const ours =
    only === null ? sql`true` : sql`(r.id = any(${only}::uuid[]) or r.organization_id = any(${only}::uuid[]))`;
  const { rows } = await sql<OrganizationSums>`
    with now as materialized (
      select r.id, r.kind, coalesce(r.organization_id, r.id) as owner, v.fields
      from app.record r cross join lateral (
        select v.fields from app.record_version v where v.network_id = r.network_id and v.record_id = r.id order by v.seq desc limit 1) v
      where r.network_id = ${networkId} and ${ours} and not exists (
        select 1 from app.record_merge m where m.network_id = r.network_id and m.from_id = r.id and m.undone_at is null)),
    sums as (
      select owner,
        count(*) filter (where kind = 'service')::int as services,
        bool_or(fields ? 'phones') as phone, bool_or(fields ? 'schedules') as hours,
        bool_or(kind = 'service' and fields ? 'languages') as languages,
        bool_or(kind = 'service' and fields->'attributes' @> '[{"link_type":"need"}]') as needs,
        bool_and(kind <> 'service' or fields->'translations'->'es' ? 'name') as spanish
      from now group by owner),
    kinds as (
      select owner, (array_agg(term order by n desc, term))[1:3] as kinds from (
        select owner, a->>'taxonomy_term_id' as term, count(*) as n from now
        cross join lateral jsonb_array_elements(case when jsonb_typeof(fields->'attributes') = 'array' then fields->'attributes' else '[]' end) a
        where kind = 'service' and a->>'link_type' = 'need' and a->>'taxonomy_term_id' is not null group by 1, 2) t group by owner),
    checks as (
      select coalesce(r.organization_id, r.id) as owner, max(k.on_day)::text as checked
      from app.record_check k join app.record r on r.network_id = k.network_id and r.id = k.record_id
      where k.network_id = ${networkId} and ${ours} group by 1)
    select n.id, coalesce(n.fields->>'name', '') as name, ctx.fold(coalesce(n.fields->>'name', '')) as folded, s.services, k.kinds, c.checked,
      s.phone, s.hours, s.languages, s.needs, s.spanish
    from now n join sums s on s.owner = n.id left join kinds k on k.owner = n.id left join checks c on c.owner = n.id
    where n.kind = 'organization' and (${only}::uuid[] is null or n.id = any(${only}::uuid[]))`.execute(tx);
  return rows;
}

/** Those of these organisations that name an email address in their record, in that of a service, or of somebody to ask for. One query for all. */
export async function organizationsWithEmail(
  tx: Tx,
  networkId: string,
  organizationIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select distinct coalesce(r.organization_id, r.id) as id
    from app.record r cross join lateral (
      select v.fields from app.record_version v where v.network_id = r.network_id and v.record_id = r.id order by v.seq desc limit 1) v
    where r.network_id = ${networkId} and r.kind in ('organization', 'service')
      and (r.id = any(${[...organizationIds]}::uuid[]) or r.organization_id = any(${[...organizationIds]}::uuid[]))
      and (v.fields ? 'email' or jsonb_path_exists(v.fields, '$.contacts[*].email'))
      and not exists (
        select 1 from app.record_merge m where m.network_id = r.network_id and m.from_id = r.id and m.undone_at is null)`.execute(
    tx,
  );
  return new Set(rows.map(({ id }) => id));
}

/** How a name that somebody types is looked for among folded ones. */
export async function foldedName(tx: Tx, name: string): Promise<string> {
  const { rows } = await sql<{ folded: string }>`select ctx.fold(${name}) as folded`.execute(tx);
  return rows[0]!.folded;
}

export interface Changed {
  /** The snapshot to ask with next time. */
  now: string;
  organizationIds: string[];
}

/** The organisations of which a record or a check came since a snapshot; with null, only the snapshot of now. Merges are not among it. */
export async function changedSince(tx: Tx, seen: string | null): Promise<Changed> {
  if (seen === null) {
    const { rows } = await sql<{ now: string }>`select pg_current_snapshot()::text as now`.execute(tx);
    return { now: rows[0]!.now, organizationIds: [] };
  }
  const { rows } = await sql<{
    found: { now: string; changed: string[] | null };
  }>`select app.records_changed(${seen}::pg_snapshot) as found`.execute(tx);
  return { now: rows[0]!.found.now, organizationIds: rows[0]!.found.changed ?? [] };
}

/** The organisations that these records belong to. */
export async function ownersOf(tx: Tx, networkId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct coalesce(organization_id, id) as id from app.record where network_id = ${networkId} and id = any(${[...ids]}::uuid[])`.execute(
    tx,
  );
  return rows.map((row) => row.id);
}
