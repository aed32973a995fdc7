/**
 * Since when each value of many records stands, and when somebody last made sure of it: the same as `provenance.ts` says of one record, asked for a
 * whole network in two queries, with days alone and no values.
 */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import type { Kind } from './shape.ts';

/** One record with the days of its values. */
export interface ValueDays {
  id: string;
  kind: Kind;
  organizationId: string;
  /** The service or place a link joins; the service's own id for a service. */
  serviceId: string | null;
  confidential: boolean;
  /** Day on which the record was made. */
  made: string;
  /** HSDS status of a service. */
  status: string | null;
  /** Field → the day on which its present value came. */
  since: Record<string, string>;
  /** Field, or '*', → the newest day on which somebody made sure of it. */
  checked: Record<string, string>;
}

/** The values of organisations (null: of every one) and of all they run, in days of `timeZone`. Merged records are not among them. */
export async function valueDays(
  tx: Tx,
  networkId: string,
  organizationIds: readonly string[] | null,
  timeZone: string,
): Promise<ValueDays[]> {
  const only = organizationIds === null ? null : [...new Set(organizationIds)];
  // Said without a parameter that may be null, so that an index can be used.
  const ours =
    only === null ? sql`true` : sql`(r.id = any(${only}::uuid[]) or r.organization_id = any(${only}::uuid[]))`;
  const found = await sql<Omit<ValueDays, 'checked'>>`
    with chosen as (
      select r.id, r.kind, coalesce(r.organization_id, r.id) as owner, r.service_id, r.confidential, r.created_at
      from app.record r where r.network_id = ${networkId}
        and ${ours} and not exists (select 1 from app.record_merge m where m.network_id = r.network_id and m.from_id = r.id and m.undone_at is null))
    select c.id, c.kind, c.owner as "organizationId", c.confidential, n.fields->>'status' as status,
      case when c.kind = 'service' then c.id else c.service_id end as "serviceId",
      (c.created_at at time zone ${timeZone}::text)::date::text as made,
      (select coalesce(jsonb_object_agg(e.key, (came.at at time zone ${timeZone}::text)::date::text), '{}') from jsonb_each(n.fields) e
        cross join lateral (
          select v.at from app.record_version v where v.network_id = ${networkId} and v.record_id = c.id and v.seq > coalesce((
            select max(x.seq) from app.record_version x where x.network_id = ${networkId} and x.record_id = c.id
              and x.fields->e.key is distinct from e.value), 0)
          order by v.seq limit 1) came) as since
    from chosen c cross join lateral (
      select v.fields from app.record_version v where v.network_id = ${networkId} and v.record_id = c.id order by v.seq desc limit 1) n
    order by c.created_at, c.id`.execute(tx);
  const checks = await sql<{ id: string; field: string; day: string }>`
    select k.record_id as id, k.field, max(k.on_day)::text as day
    from app.record_check k join app.record r on r.network_id = k.network_id and r.id = k.record_id
    where k.network_id = ${networkId} and ${ours}
    group by k.record_id, k.field`.execute(tx);
  const byRecord = Map.groupBy(checks.rows, (row) => row.id);
  return found.rows.map((row) => ({
    ...row,
    checked: Object.fromEntries((byRecord.get(row.id) ?? []).map(({ field, day }) => [field, day])),
  }));
}
