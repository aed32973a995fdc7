/**
 * Two-person publishing.
 *
 *   draft → requested → approved (published)
 *                    ↘ returned, or withdrawn by who asked → draft again
 *
 * Asking pins everything written so far; what is written afterwards waits for the next time. A second person approves; the database refuses the same
 * one. Approval copies what changed into the schema site, in the same transaction: the public sees all of a revision or nothing of it.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, type Ctx, Problem, type Text, type Tx } from '#kernel';
import { editors, lockPlan } from './drafting.ts';
import { writeItems } from './public-copy.ts';
import { type PlanRow, type PlanState, readPlan, snapshotOf } from './state.ts';
import { diffSettings } from './settings-difference.ts';
import type { Change } from './snapshot.ts';
import { diffRevision } from './story.ts';
import { plans } from './tables.ts';

export const approvers = ['plan_approver', 'network_admin'] as const;

const planInput = z.object({ plan: z.string().max(60) });

/** The revision that waits for a decision. Throws conflict when there is none. */
async function waiting(tx: Tx, plan: PlanRow) {
  const row = await plans(tx)
    .selectFrom('app.plan_revision')
    .selectAll()
    .where('plan_id', '=', plan.id)
    .where('approved_at', 'is', null)
    .where('returned_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw Problem.conflict('plan.problem.nothingWaiting');
  return row;
}

export const requestPublication = action('plan.revision.request', {
  input: planInput.extend({
    note: z.string().trim().max(1000).optional(),
    noteEs: z.string().trim().max(1000).optional(),
  }),
  may: editors,
  load: ({ tx, ctx, input }) => lockPlan(tx, ctx, input.plan),
  run: async ({ tx, input, loaded: plan, ctx, emit }) => {
    if (ctx.actor.kind !== 'person') throw Problem.forbidden();
    const last = await plans(tx)
      .selectFrom('app.plan_revision')
      .select(['n', 'approved_at', 'returned_at'])
      .where('plan_id', '=', plan.id)
      .orderBy('n', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (last && !last.approved_at && !last.returned_at) throw Problem.conflict('plan.problem.alreadyWaiting');
    const note = { ...(input.note ? { en: input.note } : {}), ...(input.noteEs ? { es: input.noteEs } : {}) };
    const revision = await plans(tx)
      .insertInto('app.plan_revision')
      .values({
        network_id: plan.network_id,
        plan_id: plan.id,
        n: (last?.n ?? 0) + 1,
        note: JSON.stringify(note),
        requested_by: ctx.actor.personId,
        requested_at: ctx.app.clock(),
        approved_by: null,
        approved_at: null,
        returned_by: null,
        returned_at: null,
        return_reason: null,
        predecessor_id: plan.predecessor_id,
        position: plan.position,
      })
      .returning(['id', 'n'])
      .executeTakeFirstOrThrow();
    let pinned = 0;
    for (const table of ['app.plan_version', 'app.plan_fact'] as const) {
      const done = await plans(tx)
        .updateTable(table)
        .set({ revision_id: revision.id })
        .where('plan_id', '=', plan.id)
        .where('revision_id', 'is', null)
        .executeTakeFirst();
      pinned += Number(done.numUpdatedRows);
    }
    if (pinned === 0 && !(await placeDiffers(tx, plan))) throw Problem.conflict('plan.problem.nothingToPublish');
    emit('plan.revision.requested', { plan: plan.id, revision: revision.id });
    return { ...revision, pinned };
  },
  audit: ({ loaded, result }) => ({ subject: `plan:${loaded.id}/r${result.n}`, fields: ['requested'] }),
});

/** Whether the plan follows another phase, or stands in another place, than the public reads. */
async function placeDiffers(tx: Tx, plan: PlanRow): Promise<boolean> {
  const shown = await shownPlace(tx, plan.id);
  return shown !== null && (shown.predecessor_id !== plan.predecessor_id || shown.position !== plan.position);
}

/** Gives the waiting revision's rows back to the draft. Its line stays in the history with who and why. */
async function giveBack(tx: Tx, ctx: Ctx, revisionId: string, why: string): Promise<void> {
  if (ctx.actor.kind !== 'person') throw Problem.forbidden();
  await plans(tx)
    .updateTable('app.plan_version')
    .set({ revision_id: null })
    .where('revision_id', '=', revisionId)
    .execute();
  await plans(tx)
    .updateTable('app.plan_fact')
    .set({ revision_id: null })
    .where('revision_id', '=', revisionId)
    .execute();
  await plans(tx)
    .updateTable('app.plan_revision')
    .set({ returned_by: ctx.actor.personId, returned_at: ctx.app.clock(), return_reason: why })
    .where('id', '=', revisionId)
    .execute();
}

export const returnRevision = action('plan.revision.return', {
  input: planInput.extend({ reason: z.string().trim().min(1).max(2000) }),
  may: approvers,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    return { plan, revision: await waiting(tx, plan) };
  },
  run: async ({ tx, input, loaded, ctx, emit }) => {
    await giveBack(tx, ctx, loaded.revision.id, input.reason);
    emit('plan.revision.returned', { plan: loaded.plan.id, revision: loaded.revision.id });
  },
  audit: ({ loaded }) => ({ subject: `plan:${loaded.plan.id}/r${loaded.revision.n}`, fields: ['returned'] }),
});

export const withdrawRevision = action('plan.revision.withdraw', {
  input: planInput,
  may: editors,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    return { plan, revision: await waiting(tx, plan) };
  },
  check: ({ loaded, ctx }) => {
    if (ctx.actor.kind !== 'person' || ctx.actor.personId !== loaded.revision.requested_by) throw Problem.forbidden();
  },
  run: ({ tx, loaded, ctx }) => giveBack(tx, ctx, loaded.revision.id, ''),
  audit: ({ loaded }) => ({ subject: `plan:${loaded.plan.id}/r${loaded.revision.n}`, fields: ['withdrawn'] }),
});

export const approveRevision = action('plan.revision.approve', {
  input: planInput.extend({ n: z.coerce.number().int().min(1) }),
  may: approvers,
  public: true,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    const revision = await waiting(tx, plan);
    // What was looked at is what is approved: another request may have come in between.
    if (revision.n !== input.n) throw Problem.conflict('plan.problem.nothingWaiting');
    return { plan, revision };
  },
  check: async ({ tx, loaded, ctx }) => {
    if (ctx.actor.kind !== 'person') throw Problem.forbidden();
    if (ctx.actor.personId === loaded.revision.requested_by) throw Problem.conflict('plan.problem.secondPerson');
    const own = await plans(tx)
      .selectFrom('app.plan_fact')
      .select('id')
      .where('revision_id', '=', loaded.revision.id)
      .where('author_id', '=', ctx.actor.personId)
      // Both take something out of what is counted.
      .where(
        sql<boolean>`((kind = 'status' and data->>'status' = 'excluded') or (kind = 'scope' and data->>'kind' = 'removed'))`,
      )
      .limit(1)
      .executeTakeFirst();
    if (own) throw Problem.conflict('plan.problem.ownExclusion');
    const hidden = await plans(tx)
      .selectFrom('app.plan_redaction')
      .select('id')
      .where('network_id', '=', loaded.plan.network_id)
      .where('outcome', 'is', null)
      .limit(1)
      .executeTakeFirst();
    // What is published now could hold the very text that somebody has hidden.
    if (hidden) throw Problem.conflict('plan.problem.redactionWaiting');
  },
  run: async ({ tx, loaded: { plan, revision }, ctx, emit }) => {
    if (ctx.actor.kind !== 'person') throw Problem.forbidden();
    const before = revision.n === 1 ? null : await readPlan(tx, plan, 'published').catch(whenMissing);
    const shown = await shownPlace(tx, plan.id);
    const place = askedPlace(plan, revision);
    const now = ctx.app.clock();
    await plans(tx)
      .updateTable('app.plan_revision')
      .set({ approved_by: ctx.actor.personId, approved_at: now })
      .where('id', '=', revision.id)
      .execute();
    const after = await readPlan(tx, plan, 'published');
    const changes = await differences(tx, before, after, shown, place);
    await writeSite(tx, plan, place, before, after, { n: revision.n, at: now });
    const agencies = await tx
      .selectFrom('app.person as p')
      .innerJoin('app.agency as a', 'a.id', 'p.agency_id')
      .select(['p.id', 'a.name'])
      .where('p.id', 'in', [revision.requested_by, ctx.actor.personId])
      .execute();
    const agencyOf = (person: string): Text => agencies.find((a) => a.id === person)?.name ?? { en: '' };
    await plans(tx)
      .insertInto('site.plan_revision')
      .values({
        plan_id: plan.id,
        n: revision.n,
        network_id: plan.network_id,
        published_at: now,
        note: JSON.stringify(revision.note),
        // The first publication is the plan itself; listing every line of it as a change would tell nothing.
        changes: JSON.stringify(before ? changes : []),
        requested_by_agency: JSON.stringify(agencyOf(revision.requested_by)),
        approved_by_agency: JSON.stringify(agencyOf(ctx.actor.personId)),
      })
      .execute();
    emit('plan.revision.published', { plan: plan.id, revision: revision.id });
    return { n: revision.n, changes: changes.length };
  },
  audit: ({ loaded }) => ({
    subject: `plan:${loaded.plan.id}/r${loaded.revision.n}`,
    fields: ['approved', 'published'],
  }),
});

function whenMissing(error: unknown): null {
  if (error instanceof Problem && error.kind === 'notFound') return null;
  throw error;
}

/** The two settings of a plan that no version holds. */
type PlanPlace = Pick<PlanRow, 'predecessor_id' | 'position'>;

/** As the public reads them; null for a plan that is not published. */
async function shownPlace(tx: Tx, planId: string): Promise<PlanPlace | null> {
  const row = await plans(tx)
    .selectFrom('site.plan')
    .select(['predecessor_id', 'position'])
    .where('plan_id', '=', planId)
    .executeTakeFirst();
  return row ?? null;
}

/** As they were when publication was asked for. An earlier release did not keep them. */
const askedPlace = (
  plan: PlanPlace,
  revision: { predecessor_id: string | null; position: number | null },
): PlanPlace =>
  revision.position === null
    ? { predecessor_id: plan.predecessor_id, position: plan.position }
    : { predecessor_id: revision.predecessor_id, position: revision.position };

/** Everything that differs for the public: settings, then items. At the first publication all of it is new. */
async function differences(
  tx: Tx,
  before: PlanState | null,
  after: PlanState,
  shown: PlanPlace | null,
  place: PlanPlace,
): Promise<Change[]> {
  const items = diffRevision(before ? snapshotOf(before) : [], snapshotOf(after));
  if (!before || !shown) return items;
  const settings = diffSettings(
    { fields: before.fields, follows: await phaseTitle(tx, shown.predecessor_id), place: shown.position + 1 },
    { fields: after.fields, follows: await phaseTitle(tx, place.predecessor_id), place: place.position + 1 },
  );
  return [...settings, ...items];
}

/** The published English title of a plan; '' for one that is not public, whose title is nobody's to read yet. */
async function phaseTitle(tx: Tx, planId: string | null): Promise<string | null> {
  if (planId === null) return null;
  const row = await plans(tx).selectFrom('site.plan').select('fields').where('plan_id', '=', planId).executeTakeFirst();
  return (row?.fields as { title: Text } | undefined)?.title.en ?? '';
}

/** What the waiting revision, or else the draft, would change, in words. */
export async function pendingChanges(tx: Tx, plan: PlanRow, which: 'draft' | 'proposed'): Promise<Change[]> {
  const before = await readPlan(tx, plan, 'published').catch(whenMissing);
  const after = await readPlan(tx, plan, which);
  const asked = which === 'proposed' ? await waiting(tx, plan).catch(whenNothing) : null;
  return differences(tx, before, after, await shownPlace(tx, plan.id), asked ? askedPlace(plan, asked) : plan);
}

function whenNothing(error: unknown): null {
  if (error instanceof Problem && error.kind === 'conflict') return null;
  throw error;
}

/** Copies what differs into the public schema. */
async function writeSite(
  tx: Tx,
  plan: PlanRow,
  place: PlanPlace,
  before: PlanState | null,
  after: PlanState,
  revision: { n: number; at: Date },
): Promise<void> {
  await plans(tx)
    .insertInto('site.plan')
    .values({
      plan_id: plan.id,
      network_id: plan.network_id,
      slug: plan.slug,
      position: place.position,
      predecessor_id: place.predecessor_id,
      fields: JSON.stringify(after.fields),
      revision: revision.n,
      published_at: revision.at,
    })
    .onConflict((oc) =>
      oc.column('plan_id').doUpdateSet((eb) => ({
        slug: eb.ref('excluded.slug'),
        position: eb.ref('excluded.position'),
        predecessor_id: eb.ref('excluded.predecessor_id'),
        fields: eb.ref('excluded.fields'),
        revision: eb.ref('excluded.revision'),
        published_at: eb.ref('excluded.published_at'),
      })),
    )
    .execute();
  await writeItems(tx, plan, before, after);
}
