/**
 * What every organisation of a network has, in short, worked out in the database by one query: a list of four thousand is filtered before it is cut into
 * pages.
 */
import { sql } from 'kysely';
import type { Tx } from '#kernel';

/** What an organisation and all it runs have, in short. */
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

/** The organisations of a network whose name has `name` in it (as it is folded; '' for all), in the order of names. Merged ones are not among them. */
export async function organizationSums(tx: Tx, networkId: string, name: string): Promise<OrganizationSums[]> {
  const { rows } = await sql<OrganizationSums>`
    with now as materialized (
      select r.id, r.kind, coalesce(r.organization_id, r.id) as owner, v.fields
      from app.record r cross join lateral (
        select v.fields from app.record_version v where v.network_id = r.network_id and v.record_id = r.id order by v.seq desc limit 1) v
      where r.network_id = ${networkId} and not exists (
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
      where k.network_id = ${networkId} group by 1)
    select n.id, coalesce(n.fields->>'name', '') as name, ctx.fold(coalesce(n.fields->>'name', '')) as folded, s.services, k.kinds, c.checked,
      s.phone, s.hours, s.languages, s.needs, s.spanish
    from now n join sums s on s.owner = n.id left join kinds k on k.owner = n.id left join checks c on c.owner = n.id
    where n.kind = 'organization' and (${name} = '' or position(ctx.fold(${name}) in ctx.fold(coalesce(n.fields->>'name', ''))) > 0)
    order by folded, n.id`.execute(tx);
  return rows;
}
