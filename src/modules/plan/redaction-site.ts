/** The public copies while text is hidden, and after: everything public is what was published, with marks where something is hidden. */
import type { App, Text, Tx } from '#kernel';
import { writeItems } from './public-copy.ts';
import { Mask, type Taken } from './redaction-mask.ts';
import { readPlan } from './state.ts';
import { plans } from './tables.ts';

/** Writes the plans and items of the network's public pages anew: what was published, through the mask. */
export async function hideItems(tx: Tx, networkId: string, mask: Mask): Promise<void> {
  const published = await plans(tx)
    .selectFrom('site.plan')
    .select(['plan_id as id', 'network_id', 'slug'])
    .where('network_id', '=', networkId)
    .execute();
  for (const plan of published) {
    const state = await readPlan(tx, plan, 'published');
    const around = { plan: plan.id };
    await plans(tx)
      .updateTable('site.plan')
      .set({ fields: JSON.stringify(mask.value(state.fields, { ...around, ref: 0 })) })
      .where('plan_id', '=', plan.id)
      .execute();
    await writeItems(tx, plan, null, {
      items: state.items.map((item) => mask.value(item, around)),
      indicators: state.indicators.map((indicator) => mask.value(indicator, around)),
    });
  }
}

/** The moments at which published text of a plan was taken out, newest first: all that the public learns of it. */
export async function publicRedactions(
  app: Pick<App, 'db'>,
  networkId: string,
  planId: string,
): Promise<{ id: string; at: Date }[]> {
  return app.db.readPublic(networkId, async (tx) =>
    plans(tx)
      .selectFrom('site.plan_redaction')
      .select(['id', 'taken_out_at as at'])
      .where('plan_id', '=', planId)
      .orderBy('taken_out_at', 'desc')
      .limit(100)
      .execute(),
  );
}

interface Told {
  note: Partial<Text>;
  changes: unknown;
}

const sealedAt = (planId: string, n: number) => ({ table: 'app.plan_hidden', column: 'sealed', row: `${planId}/${n}` });

/**
 * Writes the public history anew. What it said before anything was hidden is kept sealed as long as something waits; `gone` is taken out of that for
 * good. System scope: only then do the seals open.
 */
export async function hideHistory(
  app: App,
  tx: Tx,
  networkId: string,
  { hidden, gone }: { hidden: Taken[]; gone?: Taken },
): Promise<void> {
  const { vault } = app.services;
  const shown = await plans(tx)
    .selectFrom('site.plan_revision as r')
    .leftJoin('app.plan_hidden as h', (join) => join.onRef('h.plan_id', '=', 'r.plan_id').onRef('h.n', '=', 'r.n'))
    .select(['r.plan_id', 'r.n', 'r.note', 'r.changes', 'h.sealed'])
    .where('r.network_id', '=', networkId)
    .execute();
  for (const { plan_id, n, note, changes, sealed } of shown) {
    const place = sealedAt(plan_id, n);
    const around = { plan: plan_id };
    const now: Told = { note, changes };
    const kept = sealed ? (JSON.parse(await vault.openText(tx, 'deployment', place, sealed)) as Told) : now;
    const told = gone ? new Mask([gone]).value(kept, around) : kept;
    const masked = new Mask(hidden).value(told, around);
    if (JSON.stringify(masked) !== JSON.stringify(now))
      await plans(tx)
        .updateTable('site.plan_revision')
        .set({ note: JSON.stringify(masked.note), changes: JSON.stringify(masked.changes) })
        .where('plan_id', '=', plan_id)
        .where('n', '=', n)
        .execute();
    if (masked === told && sealed)
      await plans(tx).deleteFrom('app.plan_hidden').where('plan_id', '=', plan_id).where('n', '=', n).execute();
    else if (masked !== told && (told !== kept || !sealed)) {
      const fresh = await vault.seal(tx, 'deployment', place, JSON.stringify(told));
      await plans(tx)
        .insertInto('app.plan_hidden')
        .values({ network_id: networkId, plan_id, n, sealed: fresh })
        .onConflict((oc) => oc.columns(['network_id', 'plan_id', 'n']).doUpdateSet({ sealed: fresh }))
        .execute();
    }
  }
}
