/** What both sides of a publication read: what the public has, what it would get, what differs, who may decide. */
import { Problem, type Req, redirect } from '#kernel';
import { networkId } from '../../drafting.ts';
import { approvers, pendingChanges } from '../../publishing.ts';
import { type PlanRow, type PlanState, readPlan } from '../../state.ts';
import type { Change } from '../../snapshot.ts';
import type { Keeper } from '../../upkeep.ts';
import { base, me } from './frame.tsx';
import { listRedactions } from './redaction.tsx';
import {
  type Drafted,
  draftedIn,
  isWaiting,
  type ListedRevision,
  listRevisions,
  peopleWith,
  planHere,
  reading,
} from './reading.ts';

export interface PublicationView {
  plan: PlanRow;
  drafted: Drafted;
  revisions: ListedRevision[];
  waiting: ListedRevision | undefined;
  published: PlanState | null;
  /** What the public would read: with the waiting revision, or else with everything drafted. */
  next: PlanState;
  changes: Change[];
  /** Text is hidden in the network and not decided, so nothing can be published. */
  hidden: boolean;
  /** Who may approve: everyone with the role but the one who asks or asked. */
  approvers: Keeper[];
}

export async function readPublication(req: Req): Promise<PublicationView> {
  const { ctx } = req;
  return reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    const revisions = await listRevisions(tx, plan.id);
    const waiting = revisions.find(isWaiting);
    const which = waiting ? 'proposed' : 'draft';
    const published = await readPlan(tx, plan, 'published').catch((error) => {
      if (error instanceof Problem && error.kind === 'notFound') return null;
      throw error;
    });
    const next = await readPlan(tx, plan, which);
    const asker = waiting?.askedBy ?? me(ctx);
    return {
      plan,
      revisions,
      waiting,
      published,
      next,
      hidden: (await listRedactions(tx, networkId(ctx))).some(({ outcome }) => outcome === null),
      drafted: await draftedIn(tx, plan.id),
      changes: await pendingChanges(tx, plan, which),
      approvers: (await peopleWith(tx, networkId(ctx), approvers)).filter(({ id }) => id !== asker),
    };
  });
}

/** The address of the plan's publication page. */
export const at = (req: Req): string => `${base(req.ctx, req.params.plan)}/publication`;

/** Back to the publication page, with what was done. */
export const done = (req: Req, said: string) => redirect(req, at(req), { said: `plan.staff.said.${said}` });
