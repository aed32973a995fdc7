/**
 * News of one item: dated facts (status, scope, updates, values), reviews that found no change, and notes for colleagues. Facts are drafts until a
 * revision with them is approved; a published one is answered, never erased.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, Problem, authorOf } from '#kernel';
import { addFacts, findItem, keepers, lockPlan, onDay, slug } from './drafting.ts';
import { textSchema } from './fields.ts';
import { mustOwn } from './owners.ts';
import { statusClasses } from './shape.ts';
import { standing } from './standing.ts';
import { readPlan } from './state.ts';
import { type FactData, plans } from './tables.ts';

const reason = textSchema(2000).optional();

/** News of one item. Excluding must say why; leaving the plan must say into what where it went into something. */
export const factInput = z.discriminatedUnion('kind', [
  onDay.extend({
    kind: z.literal('status'),
    status: z.enum(statusClasses),
    label: z.string().max(60).optional(),
    reason,
  }),
  onDay.extend({
    kind: z.literal('scope'),
    change: z.enum(['added', 'merged', 'split', 'superseded', 'removed']),
    into: z.array(z.coerce.number().int().min(1)).max(60).optional(),
    reason,
  }),
  onDay.extend({ kind: z.literal('update'), text: textSchema(8000) }),
  onDay.extend({ kind: z.literal('value'), value: z.coerce.number().nullable(), note: reason }),
]);

export const recordFact = action('plan.fact.record', {
  input: factInput,
  may: keepers,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    return { plan, item: await findItem(tx, plan, input.ref) };
  },
  check: async ({ tx, input, loaded, ctx }) => {
    await mustOwn(tx, ctx, loaded.item.id);
    if (input.kind === 'status' && input.status === 'excluded' && !input.reason)
      throw Problem.invalid({ reason: { key: 'plan.field.excludeWhy' } });
    if (input.kind === 'scope' && input.change === 'removed' && !input.reason)
      throw Problem.invalid({ reason: { key: 'plan.field.excludeWhy' } });
    if (input.kind === 'status' && !(loaded.item.fields as { leaf?: boolean }).leaf)
      throw Problem.conflict('plan.problem.onlyLeaves');
    if ((input.kind === 'value') !== (loaded.item.kind === 'indicator'))
      throw Problem.notFound('plan.problem.noItem', { ref: input.ref });
    if (input.kind === 'value' && (loaded.item.fields as { figure?: string | null }).figure)
      throw Problem.conflict('plan.problem.boundFigure');
    if (input.kind === 'scope' && ['merged', 'split', 'superseded'].includes(input.change)) {
      if (!input.into?.length) throw Problem.invalid({ into: { key: 'plan.field.intoWhat' } });
      for (const ref of input.into) await findItem(tx, loaded.plan, ref);
    }
  },
  run: async ({ tx, input, loaded, ctx }) => {
    const data: FactData =
      input.kind === 'status'
        ? { status: input.status, label: input.label, reason: input.reason }
        : input.kind === 'scope'
          ? { kind: input.change, into: input.into, reason: input.reason }
          : input.kind === 'update'
            ? { text: input.text }
            : { value: input.value, note: input.note };
    await addFacts(tx, ctx, loaded.plan, [{ itemId: loaded.item.id, on: input.on, kind: input.kind, data }]);
  },
  audit: ({ input, loaded }) => ({ subject: `plan:${loaded.plan.id}/${input.ref}`, fields: [input.kind] }),
});

/** Takes a fact back: a draft is dropped, a submitted or published one is answered by a fact that retracts it. */
export const retractFact = action('plan.fact.retract', {
  input: z.object({ plan: slug, fact: z.uuid(), reason: textSchema(2000).optional() }),
  may: keepers,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    const fact = await plans(tx)
      .selectFrom('app.plan_fact')
      .selectAll()
      .where('plan_id', '=', plan.id)
      .where('id', '=', input.fact)
      .executeTakeFirst();
    if (!fact) throw Problem.notFound();
    return { plan, fact };
  },
  check: ({ tx, ctx, loaded }) => mustOwn(tx, ctx, loaded.fact.item_id),
  run: async ({ tx, input, loaded: { plan, fact }, ctx }) => {
    if (fact.revision_id === null) {
      // With it goes what answered it while it waited in a revision that was returned.
      await sql`delete from app.plan_fact where id in (
        with recursive gone(id) as (
          select ${fact.id}::uuid union select f.id from app.plan_fact f join gone on f.retracts = gone.id)
        select id from gone)`.execute(tx);
      return;
    }
    if (fact.kind === 'scope' || fact.kind === 'value') throw Problem.conflict('plan.problem.recordAgain');
    let data: FactData = { text: null };
    if (fact.kind === 'status') {
      // The retracting fact says what was true instead: what the item's other facts say of that day.
      const { items } = await readPlan(tx, plan, 'draft');
      const item = items.find((one) => one.facts.some((f) => f.id === fact.id));
      const others = item?.facts.filter((f) => f.id !== fact.id) ?? [];
      const { status } = standing({ ref: 0, scope: [], facts: others }, fact.on_day);
      if (status === 'excluded' && !input.reason) throw Problem.invalid({ reason: { key: 'plan.field.excludeWhy' } });
      data = { status, reason: input.reason };
    }
    await addFacts(tx, ctx, plan, [
      { itemId: fact.item_id, on: fact.on_day, kind: fact.kind, data, retracts: fact.id },
    ]);
  },
  audit: ({ loaded }) => ({ subject: `plan-fact:${loaded.fact.id}`, fields: ['retracts'] }),
});

/** "Looked at, no change." */
export const reviewItem = action('plan.item.review', {
  input: onDay,
  may: keepers,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    return { plan, item: await findItem(tx, plan, input.ref) };
  },
  check: ({ tx, ctx, loaded }) => mustOwn(tx, ctx, loaded.item.id),
  run: async ({ tx, input, loaded: { plan, item }, ctx }) => {
    await plans(tx)
      .insertInto('app.plan_review')
      .values({
        network_id: plan.network_id,
        plan_id: plan.id,
        item_id: item.id,
        on_day: input.on,
        author_id: authorOf(ctx),
        at: ctx.app.clock(),
      })
      .execute();
  },
  audit: ({ input, loaded }) => ({ subject: `plan:${loaded.plan.id}/${input.ref}`, fields: ['review'] }),
});

/** A note for colleagues; it is never part of a revision. */
export const addNote = action('plan.item.note', {
  input: z.object({ plan: slug, ref: z.coerce.number().int().min(0), body: z.string().trim().min(1).max(4000) }),
  may: keepers,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    return { plan, item: await findItem(tx, plan, input.ref) };
  },
  run: async ({ tx, input, loaded: { plan, item }, ctx }) => {
    await plans(tx)
      .insertInto('app.plan_note')
      .values({
        network_id: plan.network_id,
        plan_id: plan.id,
        item_id: item.id,
        body: input.body,
        author_id: authorOf(ctx),
        at: ctx.app.clock(),
      })
      .execute();
  },
  audit: ({ input, loaded }) => ({ subject: `plan:${loaded.plan.id}/${input.ref}`, fields: ['note'] }),
});
