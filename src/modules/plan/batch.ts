/**
 * Thousands of rows of a draft at once, for imports and the demonstration: 500 rows a statement, whatever the size. The same rows that drafting.ts
 * adds one by one, in the transaction of whoever calls.
 */
import type { Ctx, Tx } from '#kernel';
import { authorOf } from '#kernel';
import type { Day } from './shape.ts';
import type { PlanRow } from './state.ts';
import { plans } from './tables.ts';

/** Rows in one statement: far below PostgreSQL's limit of 65,535 parameters. */
const batchSize = 500;

function batches<T>(list: readonly T[]): T[][] {
  const out: T[][] = [];
  for (let i = 0; i < list.length; i += batchSize) out.push(list.slice(i, i + batchSize));
  return out;
}

export interface NewItem {
  ref: number;
  kind: 'item' | 'indicator';
  fields: unknown;
}

/** Adds items with their first versions. All items come before the first version, so that a version may wait for any of them. Gives ref → item id. */
export async function addItems(
  tx: Tx,
  ctx: Ctx,
  plan: PlanRow,
  items: readonly NewItem[],
): Promise<Map<number, string>> {
  const ids = new Map<number, string>();
  for (const batch of batches(items)) {
    const made = await plans(tx)
      .insertInto('app.plan_item')
      .values(batch.map(({ ref, kind }) => ({ network_id: plan.network_id, plan_id: plan.id, ref, kind })))
      .returning(['id', 'ref'])
      .execute();
    for (const { id, ref } of made) ids.set(ref, id);
  }
  await addVersions(
    tx,
    ctx,
    plan,
    items.map(({ ref, fields }) => ({ itemId: ids.get(ref)!, fields })),
  );
  return ids;
}

/** Adds a version to each of several items. */
export async function addVersions(
  tx: Tx,
  ctx: Ctx,
  plan: PlanRow,
  versions: readonly { itemId: string; fields: unknown }[],
): Promise<void> {
  for (const batch of batches(versions)) {
    await plans(tx)
      .insertInto('app.plan_version')
      .values(
        batch.map(({ itemId, fields }) => ({
          network_id: plan.network_id,
          plan_id: plan.id,
          item_id: itemId,
          revision_id: null,
          fields: JSON.stringify(fields),
          author_id: authorOf(ctx),
          at: ctx.app.clock(),
        })),
      )
      .execute();
  }
}

/** Item ids by ref, of everything the plan holds. */
export async function itemIds(tx: Tx, plan: Pick<PlanRow, 'id'>): Promise<Map<number, string>> {
  const rows = await plans(tx)
    .selectFrom('app.plan_item')
    .select(['id', 'ref'])
    .where('plan_id', '=', plan.id)
    .execute();
  return new Map(rows.map((row) => [row.ref, row.id]));
}

/** Says who keeps which item current, from a day on. */
export async function assignOwners(
  tx: Tx,
  plan: PlanRow,
  owners: readonly { itemId: string; personId: string; since: Day }[],
): Promise<void> {
  for (const batch of batches(owners)) {
    await plans(tx)
      .insertInto('app.plan_owner')
      .values(
        batch.map(({ itemId, personId, since }) => ({
          network_id: plan.network_id,
          plan_id: plan.id,
          item_id: itemId,
          person_id: personId,
          since,
          until: null,
        })),
      )
      .onConflict((oc) => oc.doNothing())
      .execute();
  }
}

/** Puts the plans of a network in the order of their slugs given here. Published plans take their place with their next revision. */
export async function orderPlans(tx: Tx, networkId: string, slugs: readonly string[]): Promise<void> {
  for (const [position, slug] of slugs.entries()) {
    await plans(tx)
      .updateTable('app.plan')
      .set({ position })
      .where('network_id', '=', networkId)
      .where('slug', '=', slug)
      .execute();
  }
}

/** Takes everything that a network published out of the public schema; for a network that is about to be removed. */
export async function removePublished(tx: Tx, networkId: string): Promise<void> {
  await plans(tx).deleteFrom('site.plan').where('network_id', '=', networkId).execute();
}
