/** Everything the working page of one item shows, read in one go. */
import { allows, Problem, type Req } from '#kernel';
import { keepers, findItem, networkId } from '../../drafting.ts';
import type { ItemFields } from '../../fields.ts';
import { publicRevisions, type PublicRevision } from '../../public.ts';
import { type PlanItem, type PlanRow, type PlanState, readPlan, snapshotOf } from '../../state.ts';
import type { Change } from '../../snapshot.ts';
import { diffRevision } from '../../story.ts';
import { type Keeper, type Kept, keptPlan } from '../../upkeep.ts';
import { me, mayEdit, now } from './frame.tsx';
import {
  type Around,
  aroundItem,
  type FactRecord,
  factsOf,
  peopleWith,
  planHere,
  reading,
  versionOf,
} from './reading.ts';

export interface ItemView {
  plan: PlanRow;
  state: PlanState;
  item: PlanItem;
  kept: Kept;
  /** The newest version: what an edit is based on, by whom, when. */
  version: { seq: number; fields: ItemFields; by: string | null; at: Date };
  /** As the public sees it; null while it is not published. */
  published: PlanItem | null;
  pending: Change[];
  facts: FactRecord[];
  around: Around;
  people: Keeper[];
  revisions: PublicRevision[];
  /** May this person change the text? May they at least record news of it? */
  edit: boolean;
  tell: boolean;
}

export const refHere = (req: Req): number => {
  const text = req.params.ref ?? '';
  if (!/^[1-9]\d{0,8}$/.test(text)) throw Problem.notFound('plan.problem.noItem', { ref: text.slice(0, 20) });
  return Number(text);
};

export async function readItem(req: Req): Promise<ItemView> {
  const { ctx } = req;
  const ref = refHere(req);
  const view = await reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    const row = await findItem(tx, plan, ref);
    if (row.kind !== 'item') throw Problem.notFound('plan.problem.noItem', { ref });
    const { state, kept } = await keptPlan(tx, plan, now(req), ctx.network!.timezone);
    const before = await readPlan(tx, plan, 'published').catch((error) => {
      if (error instanceof Problem && error.kind === 'notFound') return null;
      throw error;
    });
    const version = (await versionOf(tx, row.id))!;
    const changes = before ? diffRevision(snapshotOf(before), snapshotOf(state)) : [];
    return {
      plan,
      state,
      item: state.items.find((item) => item.ref === ref)!,
      kept: kept.get(ref)!,
      version: { ...version, fields: version.fields as ItemFields },
      published: before?.items.find((item) => item.ref === ref) ?? null,
      pending: changes.filter((change) => change.ref === ref),
      facts: await factsOf(tx, plan.id, row.id),
      around: await aroundItem(tx, plan.id, row.id),
      people: await peopleWith(tx, networkId(ctx), null),
    };
  });
  const edit = mayEdit(ctx);
  const own = view.around.owners.some(({ person, until }) => person === me(ctx) && until === null);
  return {
    ...view,
    revisions: await publicRevisions(ctx.app, networkId(ctx), view.plan.id, { ref }),
    edit,
    tell: edit || (own && allows(keepers, ctx)),
  };
}
