/** Questions about all records of a network at once. */
import type { Tx } from '#kernel';
import { records } from './tables.ts';

/** Id of a merged record → the id it leads to. There are few: duplicates that somebody found. */
export async function mergedRecords(tx: Tx, networkId: string): Promise<Map<string, string>> {
  const rows = await records(tx)
    .selectFrom('app.record_merge')
    .select(['from_id', 'into_id'])
    .where('network_id', '=', networkId)
    .where('undone_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.from_id, row.into_id]));
}

/** Ids of every organisation, oldest first; those that were merged into another are among them. */
export async function organizationIds(tx: Tx, networkId: string): Promise<string[]> {
  const rows = await records(tx)
    .selectFrom('app.record')
    .select('id')
    .where('network_id', '=', networkId)
    .where('kind', '=', 'organization')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}
