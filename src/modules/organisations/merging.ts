/** Duplicates: two records that were one. What belonged to the duplicate moves over with a version each; both keep their histories. */
import type { Ctx, Tx } from '#kernel';
import { authorOf } from '#kernel';
import { holdings, type Rec, recordsById, saveRecords, type ToSave } from './records.ts';
import type { Audience } from './shape.ts';
import { records } from './tables.ts';
import { narrowed } from './visibility.ts';

type By = Pick<Ctx, 'app' | 'actor'>;

/**
 * Merges `from` into `into`, both of one network and kind; what pointed to the one points to the other, and nothing that moves is open to more than
 * `widest`.
 */
export async function addMerge(
  tx: Tx,
  ctx: By,
  networkId: string,
  from: Rec,
  into: Rec,
  reason: string,
  widest: Audience = 'public',
): Promise<void> {
  const toSave = (await moved(tx, networkId, from, into.id)).map((one) => ({
    ...one,
    marks: narrowed(one.marks, widest),
  }));
  await saveRecords(tx, ctx, networkId, toSave, { source: 'staff', note: 'merge' });
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

/** What points to a record, pointing to another; links of a service that moves with its organisation are saved with it. */
async function moved(tx: Tx, networkId: string, from: Rec, intoId: string): Promise<(ToSave & Pick<Rec, 'marks'>)[]> {
  const holding = (await holdings(tx, networkId, [from.organizationId])).get(from.organizationId);
  const field = `${from.kind}_id`;
  const guests = from.kind === 'location' ? await linksAt(tx, networkId, from.id) : [];
  const all = holding ? [...holding.programs, ...holding.services, ...holding.locations, ...holding.links] : [];
  const seen = new Set<string>();
  return [...all, ...guests]
    .filter((one) => one.id !== from.id && (one.fields[field] === from.id || isLinkOf(from, one)))
    .filter((one) => !seen.has(one.id) && seen.add(one.id))
    .map(({ id, kind, fields, marks }) => ({
      id,
      kind,
      fields: fields[field] === from.id ? { ...fields, [field]: intoId } : fields,
      marks,
    }));
}

const isLinkOf = (from: Rec, one: Rec): boolean => from.kind === 'organization' && one.kind === 'service_at_location';

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
