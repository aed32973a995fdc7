/**
 * Writing many things of a plan at once, all or nothing: reviews, owners and due days of checked items, a file of indicator values, the order of an
 * outline, and which phase a plan follows.
 */
import { z } from 'zod';
import { action, Problem, type Tx, authorOf } from '#kernel';
import { addFacts, addVersion, checkPlace, editors, findItem, keepers, lockPlan, networkId } from './drafting.ts';
import { mustOwn } from './owners.ts';
import { daySchema, type IndicatorFields, type ItemFields, textSchema } from './fields.ts';
import { buildOutline, walk } from './outline.ts';
import { findPlan, type PlanRow, readPlan } from './state.ts';
import { plans } from './tables.ts';

const planSlug = z.string().max(60);
const refs = z.array(z.coerce.number().int().min(1)).min(1, { error: 'plan.staff.field.checkSome' }).max(2000);

/** The newest version of each named item of the outline. Throws notFound when one is none. */
async function findItems(tx: Tx, plan: PlanRow, wanted: number[]) {
  const found = [];
  for (const ref of new Set(wanted)) {
    const item = await findItem(tx, plan, ref);
    if (item.kind !== 'item') throw Problem.notFound('plan.problem.noItem', { ref });
    found.push(item);
  }
  return found;
}

/** "Looked at, no change", for several items. */
export const reviewItems = action('plan.items.review', {
  input: z.object({ plan: planSlug, refs, on: daySchema }),
  may: keepers,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    return { plan, items: await findItems(tx, plan, input.refs) };
  },
  check: async ({ tx, ctx, loaded }) => {
    for (const item of loaded.items) await mustOwn(tx, ctx, item.id);
  },
  run: async ({ tx, input, loaded: { plan, items }, ctx }) => {
    await plans(tx)
      .insertInto('app.plan_review')
      .values(
        items.map((item) => ({
          network_id: plan.network_id,
          plan_id: plan.id,
          item_id: item.id,
          on_day: input.on,
          author_id: authorOf(ctx),
          at: ctx.app.clock(),
        })),
      )
      .execute();
    return items.length;
  },
  audit: ({ loaded }) => ({ subject: `plan:${loaded.plan.id}`, fields: ['reviews'] }),
});

/** Gives several items an owner, a due day, or both. */
export const assignItems = action('plan.items.assign', {
  input: z
    .object({ plan: planSlug, refs, on: daySchema, person: z.uuid().optional(), due: daySchema.optional() })
    .refine((input) => input.person || input.due, { error: 'plan.staff.field.ownerOrDue', path: ['person'] }),
  may: editors,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    if (input.person) {
      const holds = await tx
        .selectFrom('app.role_grant')
        .select('id')
        .where('person_id', '=', input.person)
        .where('network_id', '=', plan.network_id)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (!holds) throw Problem.invalid({ person: { key: 'kernel.field.choose' } });
    }
    return { plan, items: await findItems(tx, plan, input.refs) };
  },
  run: async ({ tx, input, loaded: { plan, items }, ctx }) => {
    const { person } = input;
    if (person) {
      await plans(tx)
        .insertInto('app.plan_owner')
        .values(
          items.map((item) => ({
            network_id: plan.network_id,
            plan_id: plan.id,
            item_id: item.id,
            person_id: person,
            since: input.on,
            until: null,
          })),
        )
        .onConflict((oc) => oc.doNothing())
        .execute();
    }
    for (const item of input.due ? items : []) {
      const fields = item.fields as ItemFields;
      if (fields.due !== input.due) await addVersion(tx, ctx, plan, item.id, { ...fields, due: input.due });
    }
    return items.length;
  },
  audit: ({ input, loaded }) => ({
    subject: `plan:${loaded.plan.id}`,
    fields: [...(input.person ? ['owner'] : []), ...(input.due ? ['due'] : [])],
  }),
});

/** Values of one indicator, as drafts, in the order given. Days that already say the same are passed over, so a file can be sent twice. */
export const recordValues = action('plan.indicator.values', {
  input: z.object({
    plan: planSlug,
    ref: z.coerce.number().int().min(1),
    values: z
      .array(z.object({ on: daySchema, value: z.number().nullable(), note: textSchema(2000).optional() }))
      .min(1)
      .max(5000),
  }),
  may: keepers,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    return { plan, item: await findItem(tx, plan, input.ref) };
  },
  check: async ({ tx, ctx, input, loaded }) => {
    if (loaded.item.kind !== 'indicator') throw Problem.notFound('plan.problem.noItem', { ref: input.ref });
    const { item, figure } = loaded.item.fields as IndicatorFields;
    // Whoever keeps the item enters the figures of its evidence.
    await mustOwn(tx, ctx, item === null ? loaded.item.id : (await findItem(tx, loaded.plan, item)).id);
    if (figure) throw Problem.conflict('plan.problem.boundFigure');
  },
  run: async ({ tx, input, loaded: { plan, item }, ctx }) => {
    const { indicators } = await readPlan(tx, plan, 'draft');
    const held = new Map(indicators.find((one) => one.ref === item.ref)?.values.map((value) => [value.on, value]));
    const fresh = input.values.filter(({ on, value, note }) => {
      const before = held.get(on);
      return before === undefined || before.value !== value || (before.why?.en ?? '') !== (note?.en ?? '');
    });
    await addFacts(
      tx,
      ctx,
      plan,
      fresh.map(({ on, value, note }) => ({ itemId: item.id, on, kind: 'value', data: { value, note } })),
    );
    return fresh.length;
  },
  audit: ({ input, loaded }) => ({ subject: `plan:${loaded.plan.id}/${input.ref}`, fields: ['value'] }),
});

/** Moves an item under another (or to the top level) and to a place in that list, counted from 1; its new neighbours make room. */
export const placeItem = action('plan.item.place', {
  input: z.object({
    plan: planSlug,
    ref: z.coerce.number().int().min(1),
    parentRef: z.coerce.number().int().min(1).nullable(),
    place: z.coerce.number().int().min(1, { error: 'plan.staff.field.place' }).max(10_000),
  }),
  may: editors,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    const [item] = await findItems(tx, plan, [input.ref]);
    return { plan, item: item! };
  },
  check: ({ tx, input, loaded }) => checkPlace(tx, loaded.plan, input.ref, input.parentRef),
  run: async ({ tx, input, loaded: { plan }, ctx }) => {
    const { items } = await readPlan(tx, plan, 'draft');
    const { roots } = buildOutline(items);
    const parent = [...walk(roots)].find((branch) => branch.item.ref === input.parentRef);
    const list = (parent ? parent.children : roots).map((branch) => branch.item.ref).filter((ref) => ref !== input.ref);
    list.splice(Math.min(input.place - 1, list.length), 0, input.ref);
    for (const [position, ref] of list.entries()) {
      const item = await findItem(tx, plan, ref);
      const fields = item.fields as ItemFields;
      if (fields.position === position && fields.parentRef === input.parentRef) continue;
      await addVersion(tx, ctx, plan, item.id, { ...fields, position, parentRef: input.parentRef });
    }
  },
  audit: ({ input, loaded }) => ({ subject: `plan:${loaded.plan.id}/${input.ref}`, fields: ['place'] }),
});

/** Says which earlier phase a plan follows; none when empty. Phases never go round in a circle. */
export const followPlan = action('plan.plan.follow', {
  input: z.object({ plan: planSlug, predecessor: planSlug.nullable() }),
  may: editors,
  load: async ({ tx, ctx, input }) => ({
    plan: await lockPlan(tx, ctx, input.plan),
    before: input.predecessor ? await findPlan(tx, networkId(ctx), input.predecessor) : null,
  }),
  check: async ({ tx, loaded: { plan, before } }) => {
    const rows = await plans(tx)
      .selectFrom('app.plan')
      .select(['id', 'predecessor_id'])
      .where('network_id', '=', plan.network_id)
      .execute();
    const earlier = new Map(rows.map((row) => [row.id, row.predecessor_id]));
    const seen = new Set<string>();
    for (let at: string | null = before?.id ?? null; at && !seen.has(at); at = earlier.get(at) ?? null) {
      if (at === plan.id) throw Problem.invalid({ predecessor: { key: 'plan.staff.field.phaseCircle' } });
      seen.add(at);
    }
  },
  run: async ({ tx, loaded: { plan, before } }) => {
    await plans(tx)
      .updateTable('app.plan')
      .set({ predecessor_id: before?.id ?? null })
      .where('id', '=', plan.id)
      .execute();
  },
  audit: ({ loaded }) => ({ subject: `plan:${loaded.plan.id}`, fields: ['predecessor'] }),
});
