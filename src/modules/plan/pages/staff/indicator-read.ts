/** What the pages of indicators read. */
import { allows, Problem, type Req } from '#kernel';
import { findItem, keepers } from '../../drafting.ts';
import type { IndicatorFields } from '../../fields.ts';
import { boundValues } from '../../figures.ts';
import { type PlanIndicator, type PlanRow, type PlanState, readPlan } from '../../state.ts';
import { mayEdit, me } from './frame.tsx';
import { refHere } from './item-read.ts';
import { aroundItem, type FactRecord, factsOf, planHere, reading, versionOf } from './reading.ts';

/** The draft of the plan in the address. */
export const readState = (req: Req): Promise<{ plan: PlanRow; state: PlanState }> =>
  reading(req.ctx, async (tx) => {
    const plan = await planHere(tx, req.ctx, req.params.plan);
    return { plan, state: await readPlan(tx, plan, 'draft') };
  });

export interface IndicatorView {
  plan: PlanRow;
  state: PlanState;
  indicator: PlanIndicator;
  version: { seq: number; fields: IndicatorFields; by: string | null; at: Date };
  facts: FactRecord[];
  /** May this person enter values: editors, and whoever keeps the item it is evidence for. */
  tell: boolean;
}

export async function readIndicator(req: Req): Promise<IndicatorView> {
  const { ctx } = req;
  const ref = refHere(req);
  const view = await reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    const row = await findItem(tx, plan, ref);
    if (row.kind !== 'indicator') throw Problem.notFound('plan.staff.problem.noIndicator');
    const state = await readPlan(tx, plan, 'draft');
    const version = (await versionOf(tx, row.id))!;
    const { item } = version.fields as IndicatorFields;
    const kept = item === null ? null : await aroundItem(tx, plan.id, (await findItem(tx, plan, item)).id);
    const own = kept?.owners.some(({ person, until }) => person === me(ctx) && until === null) ?? false;
    return {
      tell: mayEdit(ctx) || (own && allows(keepers, ctx)),
      plan,
      state,
      indicator: state.indicators.find((one) => one.ref === ref)!,
      version: { ...version, fields: version.fields as IndicatorFields },
      facts: await factsOf(tx, plan.id, row.id),
    };
  });
  return { ...view, indicator: await boundValues(req, view.indicator) };
}
