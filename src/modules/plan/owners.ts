/** Who keeps an item current: members of staff, from a day on. Ended, never deleted. */
import { z } from 'zod';
import { action, type Ctx, Problem, type Tx } from '#kernel';
import { editors, findItem, lockPlan, onDay } from './drafting.ts';
import { plans } from './tables.ts';

/** A person with only the owner role may tell news of their own items and of nothing else. */
export async function mustOwn(tx: Tx, ctx: Ctx, itemId: string): Promise<void> {
  if (ctx.actor.kind !== 'person') return;
  if (editors.some((role) => ctx.actor.kind === 'person' && ctx.actor.roles.has(role))) return;
  const own = await plans(tx)
    .selectFrom('app.plan_owner')
    .select('id')
    .where('item_id', '=', itemId)
    .where('person_id', '=', ctx.actor.personId)
    .where('until', 'is', null)
    .executeTakeFirst();
  if (!own) throw Problem.forbidden();
}

/** Says which member of staff keeps an item current, from a day on. */
export const assignOwner = action('plan.owner.assign', {
  input: onDay.extend({ person: z.uuid() }),
  may: editors,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    const holds = await tx
      .selectFrom('app.role_grant')
      .select('id')
      .where('person_id', '=', input.person)
      .where('network_id', '=', plan.network_id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (!holds) throw Problem.invalid({ person: { key: 'kernel.field.choose' } });
    return { plan, item: await findItem(tx, plan, input.ref) };
  },
  run: async ({ tx, input, loaded: { plan, item } }) => {
    await plans(tx)
      .insertInto('app.plan_owner')
      .values({
        network_id: plan.network_id,
        plan_id: plan.id,
        item_id: item.id,
        person_id: input.person,
        since: input.on,
        until: null,
      })
      .onConflict((oc) => oc.doNothing())
      .execute();
  },
  audit: ({ input, loaded }) => ({ subject: `plan:${loaded.plan.id}/${input.ref}`, fields: ['owner'] }),
});

export const endOwner = action('plan.owner.end', {
  input: onDay.extend({ person: z.uuid() }),
  may: editors,
  load: async ({ tx, ctx, input }) => {
    const plan = await lockPlan(tx, ctx, input.plan);
    return { plan, item: await findItem(tx, plan, input.ref) };
  },
  run: async ({ tx, input, loaded: { item } }) => {
    await plans(tx)
      .updateTable('app.plan_owner')
      .set({ until: input.on })
      .where('item_id', '=', item.id)
      .where('person_id', '=', input.person)
      .where('until', 'is', null)
      .execute();
  },
  audit: ({ input, loaded }) => ({ subject: `plan:${loaded.plan.id}/${input.ref}`, fields: ['owner'] }),
});
