/** Duplicates: two records that were one. What belonged to the duplicate moves over with a version each; both keep their histories. */
import type { Ctx, Tx } from '#kernel';
import { authorOf } from '#kernel';
import { holdings, type Rec, recordsById, saveRecords, type ToSave } from './records.ts';
import { records } from './tables.ts';

type By = Pick<Ctx, 'app' | 'actor'>;

/** Merges `from` into `into`, both of one network and kind; what pointed to the one points to the other. */
export async function addMerge(
  tx: Tx,
  ctx: By,
  networkId: string,
  from: Rec,
  into: Rec,
  reason: string,
): Promise<void> {
  await saveRecords(tx, ctx, networkId, await moved(tx, networkId, from, into.id), { source: 'staff', note: 'merge' });
  await records(tx)
    .insertInto('app.record_merge')
    .values({
      network_id: networkId,
      from_id: from.id,
      into_id: into.id,
      reason,
      author_id: authorOf(ctx),
      at: ctx.app.clock(),
    })
    .execute();
}

/** Ends a merge; what was moved stays where it is. The id it led to, or null when there was none. */
export async function endMerge(tx: Tx, ctx: By, networkId: string, id: string): Promise<string | null> {
  const ended = await records(tx)
    .updateTable('app.record_merge')
    .set({ undone_at: ctx.app.clock(), undone_by: authorOf(ctx) })
    .where('network_id', '=', networkId)
    .where('from_id', '=', id)
    .where('undone_at', 'is', null)
    .returning('into_id')
    .executeTakeFirst();
  return ended?.into_id ?? null;
}

/** What points to a record, pointing to another. */
async function moved(tx: Tx, networkId: string, from: Rec, intoId: string): Promise<ToSave[]> {
  const holding = (await holdings(tx, networkId, [from.organizationId])).get(from.organizationId);
  const field = `${from.kind}_id`;
  const guests = from.kind === 'location' ? await linksAt(tx, networkId, from.id) : [];
  const all = holding ? [...holding.programs, ...holding.services, ...holding.locations, ...holding.links] : [];
  const seen = new Set<string>();
  return [...all, ...guests]
    .filter((one) => one.id !== from.id && one.fields[field] === from.id && !seen.has(one.id) && seen.add(one.id))
    .map((one) => ({ id: one.id, kind: one.kind, fields: { ...one.fields, [field]: intoId } }));
}

async function linksAt(tx: Tx, networkId: string, locationId: string): Promise<Rec[]> {
  const rows = await records(tx)
    .selectFrom('app.record')
    .select('id')
    .where('network_id', '=', networkId)
    .where('location_id', '=', locationId)
    .execute();
  return recordsById(
    tx,
    networkId,
    rows.map((row) => row.id),
  );
}
