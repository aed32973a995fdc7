/** A plan as a file, from the draft or as the public sees it. The number of queries does not grow with the plan. */
import { type App, Problem } from '#kernel';
import type { PlanFile } from './exchange/index.ts';
import type { PlanFields } from './fields.ts';
import { planFileOf } from './file.ts';
import { findPlan, type PlanItem, readPlan } from './state.ts';
import { plans } from './tables.ts';

/** Reads a plan for `writePlan`. Whoever calls decides who may see a draft. Throws notFound. */
export async function exportPlan(
  app: Pick<App, 'db'>,
  networkId: string,
  slug: string,
  which: 'draft' | 'published',
): Promise<PlanFile> {
  if (which === 'draft')
    return app.db.run({ networkId }, async (tx) =>
      planFileOf(await readPlan(tx, await findPlan(tx, networkId, slug), 'draft')),
    );
  return app.db.readPublic(networkId, async (tx) => {
    const plan = await plans(tx)
      .selectFrom('site.plan')
      .select(['plan_id', 'fields'])
      .where('slug', '=', slug)
      .executeTakeFirst();
    if (!plan) throw Problem.notFound('plan.problem.noPlan', { slug });
    const rows = await plans(tx)
      .selectFrom('site.plan_item')
      .select(['ref', 'head', 'detail'])
      .where('plan_id', '=', plan.plan_id)
      .where('kind', '=', 'item')
      .orderBy('ref')
      .execute();
    const items = rows.map(
      ({ ref, head, detail }) => ({ ref, ...(head as object), ...(detail as object) }) as PlanItem,
    );
    return planFileOf({ fields: plan.fields as PlanFields, items });
  });
}
