/** Keeps the entries of organizations in step with their public documents, in the same transaction. An entry that comes out the same is not touched. */
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#kernel';
import type { TermBook } from '../search/terms.ts';
import { entriesOf, type Told } from './entries.ts';

/** To be called when all documents are written: a service may be offered at the place of another organization. `now` is when they were. */
export async function keepEntries(
  tx: Tx,
  networkId: string,
  organizationIds: readonly string[],
  terms: TermBook,
  now: Date,
): Promise<void> {
  const ids = [...organizationIds];
  const own = await read(tx, networkId, sql`d.organization_id = any(${ids}::uuid[])`);
  const known = new Set(own.map((one) => one.id));
  const elsewhere = own
    .filter((one) => one.kind === 'service_at_location')
    .map((one) => String(one.body.location_id))
    .filter((id) => !known.has(id));
  const guests =
    elsewhere.length === 0
      ? []
      : await read(tx, networkId, sql`d.kind = 'location' and d.id = any(${[...new Set(elsewhere)]}::uuid[])`);
  const made = JSON.stringify(entriesOf([...own, ...guests], terms));
  await sql`
    delete from site.directory_entry d where d.network_id = ${networkId} and d.organization_id = any(${ids}::uuid[])
      and not exists (select 1 from json_to_recordset(${made}::json) as m(kind text, id uuid) where m.kind = d.kind and m.id = d.id)`.execute(
    tx,
  );
  await sql`
    insert into site.directory_entry as d (network_id, kind, id, organization_id, service_id, name, terms, minimum_age, maximum_age, hours, areas, said,
      point, words, told, changed)
    select ${networkId}::uuid, m.kind, m.id, m."organizationId", m."serviceId", m.name, m.terms, m."minimumAge", m."maximumAge", m.hours, m.areas, m.said,
      ctx.earth_point(m.latitude, m.longitude),
      case when m.words <> '' then to_tsvector('pg_catalog.english', m.words) || to_tsvector('pg_catalog.spanish', m.words) end, m.told, m.modified
    from json_to_recordset(${made}::json) as m(kind text, id uuid, "organizationId" uuid, "serviceId" uuid, name text, terms uuid[], "minimumAge" float8,
      "maximumAge" float8, hours text[], areas text[], said text[], latitude float8, longitude float8, words text, told text, modified timestamptz)
    on conflict (network_id, kind, id) do update set organization_id = excluded.organization_id, service_id = excluded.service_id, name = excluded.name,
      terms = excluded.terms, minimum_age = excluded.minimum_age, maximum_age = excluded.maximum_age, hours = excluded.hours, areas = excluded.areas, said = excluded.said,
      point = excluded.point, words = excluded.words, told = excluded.told,
      -- An entry of before there were digests has changed when its documents did.
      changed = case d.told when excluded.told then d.changed when '' then excluded.changed else ${now}::timestamptz end
    where (d.told, d.organization_id, d.service_id, d.name, d.terms, d.minimum_age, d.maximum_age, d.hours, d.areas, d.point::text, d.words)
      is distinct from (excluded.told, excluded.organization_id, excluded.service_id, excluded.name, excluded.terms, excluded.minimum_age,
        excluded.maximum_age, excluded.hours, excluded.areas, excluded.point::text, excluded.words)`.execute(tx);
}

async function read(tx: Tx, networkId: string, where: RawBuilder<unknown>): Promise<Told[]> {
  const { rows } = await sql<Told>`
    select d.kind, d.id::text as id, d.organization_id::text as "organizationId", d.name, d.document as body, d.modified
    from site.directory_document d where d.network_id = ${networkId} and ${where} order by d.kind, d.id`.execute(tx);
  return rows;
}
