/** Second looks that were given to shapes of whoever runs a hidden place (held.ts). Who gives them: ../records/area-look.ts. */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import type { Holding } from '#modules/organisations';
import { directory } from '../tables.ts';
import { runsHiddenPlace } from './held.ts';

/** The looks that count for what these organisations run, by lookKey. No query where none of them runs a hidden place. */
export async function looksFor(tx: Tx, networkId: string, holdings: Iterable<Holding>): Promise<Set<string>> {
  const records = [...holdings]
    .filter(runsHiddenPlace)
    .flatMap(({ services, links }) => [...services, ...links])
    .filter(({ fields }) => Array.isArray(fields.service_areas))
    .map(({ id }) => id);
  if (records.length === 0) return new Set();
  const rows = await directory(tx)
    .selectFrom('app.directory_area_look')
    .select(['record_id', 'area_id', 'shape'])
    .where('network_id', '=', networkId)
    .where('record_id', 'in', records)
    .execute();
  return new Set(rows.map((row) => `${row.record_id}/${row.area_id}/${row.shape}`));
}

/** The look at one shape, with the name of who looked, or null. */
export async function lookAt(
  tx: Tx,
  networkId: string,
  of: { recordId: string; areaId: string; shape: string },
): Promise<{ by: string | null; at: Date } | null> {
  const found = await sql<{ by: string | null; at: Date }>`
    select p.name as by, l.at from app.directory_area_look l left join app.person p on p.id = l.author_id
    where l.network_id = ${networkId} and l.record_id = ${of.recordId} and l.area_id = ${of.areaId} and l.shape = ${of.shape}`.execute(
    tx,
  );
  return found.rows[0] ?? null;
}
