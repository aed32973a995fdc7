/**
 * Writing a draft: plans, items and indicators, and what every write needs; dated facts are in news.ts, owners in owners.ts. Nothing here is public until a revision with it is approved (publishing.ts).
 * Every write adds a row; none is changed.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, type Ctx, Problem, type Tx, authorOf } from '#kernel';
import { daySchema, indicatorFields, itemFields, type PlanFields, planFields } from './fields.ts';
import { findPlan, type PlanRow, readPlan } from './state.ts';
import { type FactData, plans } from './tables.ts';

/** Who keeps plans; owners may only tell news of what is theirs. */
export const editors = ['plan_editor', 'network_admin'] as const;
export const keepers = ['plan_editor', 'network_admin', 'plan_owner'] as const;

export const slug = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, { error: 'plan.field.slug' });

/** One item on one day. */
export const onDay = z.object({ plan: slug, ref: z.coerce.number().int().min(1), on: daySchema });

/** The network of the request; every plan action happens inside one. */
export function networkId(ctx: Ctx): string {
  if (!ctx.network) throw Problem.notFound();
  return ctx.network.id;
}

/** Adds an item with its first version; `ref` null takes the next free number. Returns the number. */
export async function addItem(
  tx: Tx,
  ctx: Ctx,
  plan: PlanRow,
  item: { ref: number | null; kind: 'plan' | 'item' | 'indicator'; fields: unknown },
): Promise<{ id: string; ref: number }> {
  const ref =
    item.ref ??
    (
      await plans(tx)
        .selectFrom('app.plan_item')
        .select((eb) => eb.fn.coalesce(eb.fn.max('ref'), eb.lit(0)).as('last'))
        .where('plan_id', '=', plan.id)
        .executeTakeFirstOrThrow()
    ).last + 1;
  const made = await plans(tx)
    .insertInto('app.plan_item')
    .values({ network_id: plan.network_id, plan_id: plan.id, ref, kind: item.kind })
    .returning(['id', 'ref'])
    .executeTakeFirstOrThrow();
  await addVersion(tx, ctx, plan, made.id, item.fields);
  return made;
}

export async function addVersion(tx: Tx, ctx: Ctx, plan: PlanRow, itemId: string, fields: unknown): Promise<void> {
  await plans(tx)
    .insertInto('app.plan_version')
    .values({
      network_id: plan.network_id,
      plan_id: plan.id,
      item_id: itemId,
      revision_id: null,
      fields: JSON.stringify(fields),
      author_id: authorOf(ctx),
      at: ctx.app.clock(),
    })
    .execute();
}

export interface NewFact {
  itemId: string;
  on: string;
  kind: 'status' | 'scope' | 'update' | 'value';
  data: FactData;
  retracts?: string | null;
}

/** Adds facts as drafts, in the order given; in batches, so that thousands cost few statements. */
export async function addFacts(tx: Tx, ctx: Ctx, plan: PlanRow, facts: NewFact[]): Promise<void> {
  for (let i = 0; i < facts.length; i += 500) {
    await plans(tx)
      .insertInto('app.plan_fact')
      .values(
        facts.slice(i, i + 500).map((fact) => ({
          network_id: plan.network_id,
          plan_id: plan.id,
          item_id: fact.itemId,
          revision_id: null,
          on_day: fact.on,
          kind: fact.kind,
          data: JSON.stringify(fact.data),
          retracts: fact.retracts ?? null,
          author_id: authorOf(ctx),
          at: ctx.app.clock(),
        })),
      )
      .execute();
  }
}

/** Locks the plan for the transaction, so that two people writing at once take turns. */
export async function lockPlan(tx: Tx, ctx: Ctx, planSlug: string): Promise<PlanRow> {
  const plan = await findPlan(tx, networkId(ctx), planSlug);
  await plans(tx).selectFrom('app.plan').select('id').where('id', '=', plan.id).forUpdate().execute();
  return plan;
}

/** The newest version of an item: its sequence number is what an edit form was based on. */
export async function findItem(tx: Tx, plan: PlanRow, ref: number) {
  const row = await plans(tx)
    .selectFrom('app.plan_item as i')
    .innerJoin('app.plan_version as v', 'v.item_id', 'i.id')
    .select(['i.id', 'i.ref', 'i.kind', 'v.seq', 'v.fields'])
    .where('i.plan_id', '=', plan.id)
    .where('i.ref', '=', ref)
    .orderBy('v.seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) throw Problem.notFound('plan.problem.noItem', { ref });
  return row;
}

export const createPlan = action('plan.plan.create', {
  input: z.object({ slug, fields: planFields, predecessor: slug.optional() }),
  may: editors,
  run: async ({ tx, input, ctx }) => createPlanRow(tx, ctx, input),
  audit: ({ result }) => ({ subject: `plan:${result.id}`, fields: ['slug', 'fields', 'predecessor'] }),
});

/** Makes the plan with its own first version, inside an open transaction (also used by an import that makes a new plan). */
export async function createPlanRow(
  tx: Tx,
  ctx: Ctx,
  input: { slug: string; fields: PlanFields; predecessor?: string },
): Promise<PlanRow> {
  const network = networkId(ctx);
  const taken = await plans(tx)
    .selectFrom('app.plan')
    .select('id')
    .where('network_id', '=', network)
    .where('slug', '=', input.slug)
    .executeTakeFirst();
  if (taken) throw Problem.invalid({ slug: { key: 'plan.field.slugTaken', values: { slug: input.slug } } });
  const predecessor = input.predecessor ? await findPlan(tx, network, input.predecessor) : null;
  const count = await plans(tx)
    .selectFrom('app.plan')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('network_id', '=', network)
    .executeTakeFirstOrThrow();
  const row = await plans(tx)
    .insertInto('app.plan')
    .values({
      network_id: network,
      slug: input.slug,
      position: count.n,
      predecessor_id: predecessor?.id ?? null,
      created_by: authorOf(ctx),
    })
    .returning(['id', 'network_id', 'slug', 'position', 'predecessor_id', 'review_every_days'])
    .executeTakeFirstOrThrow();
  await addItem(tx, ctx, row, { ref: 0, kind: 'plan', fields: planFields.parse(input.fields) });
  return row;
}

const based = z.coerce.number().int().optional();

/** Refuses an edit that was based on an older version than the newest: somebody else saved in between. */
function refuseStale(basedOn: number | undefined, newest: number): void {
  if (basedOn !== undefined && basedOn !== newest) throw Problem.conflict('plan.problem.editedMeanwhile');
}

export const savePlan = action('plan.plan.save', {
  input: z.object({
    plan: slug,
    fields: planFields,
    basedOn: based,
    reviewEveryDays: z.coerce.number().int().min(7).max(730).optional(),
  }),
  may: editors,
  load: ({ tx, ctx, input }) => lockPlan(tx, ctx, input.plan),
  run: async ({ tx, input, loaded: plan, ctx }) => {
    const root = await findItem(tx, plan, 0);
    refuseStale(input.basedOn, root.seq);
    await addVersion(tx, ctx, plan, root.id, input.fields);
    if (input.reviewEveryDays) {
      await plans(tx)
        .updateTable('app.plan')
        .set({ review_every_days: input.reviewEveryDays })
        .where('id', '=', plan.id)
        .execute();
    }
  },
  audit: ({ loaded }) => ({ subject: `plan:${loaded.id}`, fields: ['fields'] }),
});

/** Adds (`ref` null) or edits an item of the outline. A circle in the outline or among dependencies is refused. */
export const saveItem = action('plan.item.save', {
  input: z.object({
    plan: slug,
    ref: z.coerce.number().int().min(1).nullable(),
    basedOn: based,
    fields: itemFields,
    addedOn: daySchema.optional(),
  }),
  may: editors,
  load: ({ tx, ctx, input }) => lockPlan(tx, ctx, input.plan),
  run: async ({ tx, input, loaded: plan, ctx }) => {
    await checkPlace(tx, plan, input.ref, input.fields.parentRef);
    if (input.ref === null) {
      const made = await addItem(tx, ctx, plan, { ref: null, kind: 'item', fields: input.fields });
      if (input.addedOn)
        await addFacts(tx, ctx, plan, [{ itemId: made.id, on: input.addedOn, kind: 'scope', data: { kind: 'added' } }]);
      return made.ref;
    }
    const item = await findItem(tx, plan, input.ref);
    if (item.kind !== 'item') throw Problem.notFound('plan.problem.noItem', { ref: input.ref });
    refuseStale(input.basedOn, item.seq);
    await addVersion(tx, ctx, plan, item.id, input.fields);
    await refuseCircle(tx);
    return item.ref;
  },
  audit: ({ loaded, result }) => ({ subject: `plan:${loaded.id}/${result}`, fields: ['fields'] }),
});

/** Has the database check now, not at the end, that no items wait for each other in a circle. Throws conflict. */
export async function refuseCircle(tx: Tx): Promise<void> {
  try {
    await sql`set constraints all immediate`.execute(tx);
  } catch (error) {
    if ((error as { constraint?: string }).constraint === 'plan_dependency_acyclic')
      throw Problem.conflict('plan.problem.circle');
    throw error;
  }
}

/** The parent must exist and must not stand under the item itself. */
export async function checkPlace(tx: Tx, plan: PlanRow, ref: number | null, parentRef: number | null): Promise<void> {
  if (parentRef === null) return;
  const { items } = await readPlan(tx, plan, 'draft');
  const parentOf = new Map(items.map((item) => [item.ref, item.parentRef]));
  if (!parentOf.has(parentRef)) throw Problem.invalid({ parentRef: { key: 'plan.field.noParent' } });
  for (
    let at: number | null | undefined = parentRef, steps = 0;
    at != null && steps <= items.length;
    at = parentOf.get(at), steps++
  ) {
    if (at === ref) throw Problem.invalid({ parentRef: { key: 'plan.field.parentBelow' } });
  }
}

export const saveIndicator = action('plan.indicator.save', {
  input: z.object({
    plan: slug,
    ref: z.coerce.number().int().min(1).nullable(),
    basedOn: based,
    fields: indicatorFields,
  }),
  may: editors,
  load: ({ tx, ctx, input }) => lockPlan(tx, ctx, input.plan),
  run: async ({ tx, input, loaded: plan, ctx }) => {
    if (input.fields.item !== null) await findItem(tx, plan, input.fields.item);
    if (input.ref === null)
      return (await addItem(tx, ctx, plan, { ref: null, kind: 'indicator', fields: input.fields })).ref;
    const item = await findItem(tx, plan, input.ref);
    if (item.kind !== 'indicator') throw Problem.notFound('plan.problem.noItem', { ref: input.ref });
    refuseStale(input.basedOn, item.seq);
    await addVersion(tx, ctx, plan, item.id, input.fields);
    return item.ref;
  },
  audit: ({ loaded, result }) => ({ subject: `plan:${loaded.id}/${result}`, fields: ['fields'] }),
});
