/** The story of records: every version with who wrote it, every check, what was merged into what, and which records a link joins. */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import type { CheckFact, VersionFact } from './provenance.ts';
import type { Fields, Kind, Marks } from './shape.ts';
import { type CheckWay, records, type Source } from './tables.ts';

/** A version with its marks and the name of who wrote it. */
export interface Version extends VersionFact {
  marks: Marks;
  by: string | null;
}
export interface Check extends CheckFact {
  by: string | null;
  at: Date;
}
export interface Story {
  versions: Version[];
  checks: Check[];
}

/** All versions (oldest first) and checks of records up to an instant (null: now), with names. Two queries, whatever the number. */
export async function storiesOf(
  tx: Tx,
  networkId: string,
  ids: readonly string[],
  asOf: Date | null = null,
): Promise<Map<string, Story>> {
  const out = new Map<string, Story>(ids.map((id) => [id, { versions: [], checks: [] }]));
  if (ids.length === 0) return out;
  type Row = { id: string; authorId: string | null; by: string | null; at: Date };
  const versions = await sql<Row & { seq: number; fields: Fields; marks: Marks; source: Source; note: string }>`
    select v.record_id as id, v.seq, v.fields, v.marks, v.source, v.note, v.author_id as "authorId", p.name as by, v.at
    from app.record_version v left join app.person p on p.id = v.author_id
    where v.network_id = ${networkId} and v.record_id = any(${[...ids]}::uuid[])
      and (${asOf}::timestamptz is null or v.at <= ${asOf}::timestamptz) order by v.seq`.execute(tx);
  const checks = await sql<Row & { field: string; on: string; how: CheckWay }>`
    select k.record_id as id, k.field, k.on_day::text as on, k.how, k.author_id as "authorId", p.name as by, k.at
    from app.record_check k left join app.person p on p.id = k.author_id
    where k.network_id = ${networkId} and k.record_id = any(${[...ids]}::uuid[])
      and (${asOf}::timestamptz is null or k.at <= ${asOf}::timestamptz) order by k.on_day, k.seq`.execute(tx);
  for (const { id, ...row } of versions.rows) out.get(id)?.versions.push({ ...row, seq: Number(row.seq) });
  for (const { id, ...row } of checks.rows) out.get(id)?.checks.push(row);
  return out;
}

/** What a record is and whose, also when it was merged into another; null when there is none. */
export async function recordKind(
  tx: Tx,
  networkId: string,
  id: string,
): Promise<{ kind: Kind; organizationId: string } | null> {
  const row = await records(tx)
    .selectFrom('app.record')
    .select(['kind', 'organization_id'])
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? { kind: row.kind, organizationId: row.organization_id ?? id } : null;
}

/** A record that leads to another. */
export interface Merged {
  id: string;
  at: Date;
  reason: string;
  by: string | null;
  name: string | null;
}

/** The records that were merged into this one, oldest merge first. */
export async function mergedInto(tx: Tx, networkId: string, id: string): Promise<Merged[]> {
  const found = await sql<Merged>`
    select m.from_id as id, m.at, m.reason, p.name as by,
      (select v.fields->>'name' from app.record_version v where v.network_id = m.network_id and v.record_id = m.from_id order by v.seq desc limit 1) as name
    from app.record_merge m left join app.person p on p.id = m.author_id
    where m.network_id = ${networkId} and m.into_id = ${id}::uuid and m.undone_at is null order by m.at`.execute(tx);
  return found.rows;
}

/** The links of a service or a place: the link, and the record at its other end. */
export async function linkIds(
  tx: Tx,
  networkId: string,
  rec: { id: string; kind: 'service' | 'location' },
): Promise<{ link: string; other: string }[]> {
  const rows = await records(tx)
    .selectFrom('app.record')
    .select(['id', 'service_id', 'location_id'])
    .where('network_id', '=', networkId)
    .where('kind', '=', 'service_at_location')
    .where(rec.kind === 'service' ? 'service_id' : 'location_id', '=', rec.id)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ link: row.id, other: (rec.kind === 'service' ? row.location_id : row.service_id)! }));
}

/** Which of these services are offered where: every link of them. */
export async function linksOfServices(
  tx: Tx,
  networkId: string,
  services: readonly string[],
): Promise<{ id: string; serviceId: string; locationId: string }[]> {
  const { rows } = await sql<{ id: string; serviceId: string; locationId: string }>`
    select id, service_id as "serviceId", location_id as "locationId" from app.record
    where network_id = ${networkId} and kind = 'service_at_location' and service_id = any(${[...services]}::uuid[])`.execute(
    tx,
  );
  return rows;
}

/** A text that is another as soon as any record of the network has a new version, or was merged or parted. */
export async function recordsStamp(tx: Tx, networkId: string): Promise<string> {
  const { rows } = await sql<{ stamp: string }>`
    select concat_ws(' ', (select max(seq) from app.record_version where network_id = ${networkId}),
      (select count(*) from app.record_merge where network_id = ${networkId}),
      (select count(undone_at) from app.record_merge where network_id = ${networkId})) as stamp`.execute(tx);
  return rows[0]!.stamp;
}
