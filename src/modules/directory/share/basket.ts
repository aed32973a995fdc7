/** The list a person is putting together for somebody: up to thirty services, kept for a day. It says nothing of whom it is for. */
import { z } from 'zod';
import { action, type Ctx, tenantOf, type Tx } from '#kernel';
import { personOf, readers } from '../pages/staff/who.ts';
import { sharing } from './tables.ts';

export const mostServices = 30;
const keptHours = 24;

async function held(tx: Tx, ctx: Ctx): Promise<string[]> {
  const row = await sharing(tx)
    .selectFrom('app.directory_basket')
    .select(['services', 'at'])
    .where('network_id', '=', ctx.network!.id)
    .where('person_id', '=', personOf(ctx))
    .executeTakeFirst();
  return row && row.at.getTime() > ctx.app.clock().getTime() - keptHours * 3_600_000 ? row.services : [];
}

/** The ids on the person's list, in the order in which they were put there. */
export const basketOf = (ctx: Ctx): Promise<string[]> => ctx.app.db.run(tenantOf(ctx), (tx) => held(tx, ctx));

/** Puts a service on the list, takes it off, or empties the list. A full list takes no more. */
export const changeBasket = action('directory.basket.change', {
  input: z.union([z.object({ add: z.uuid() }), z.object({ remove: z.uuid() }), z.object({ clear: z.literal(true) })]),
  may: readers,
  load: ({ tx, ctx }) => held(tx, ctx),
  run: async ({ tx, input, loaded, ctx }) => {
    const services =
      'add' in input
        ? [...new Set([...loaded, input.add])].slice(0, mostServices)
        : 'remove' in input
          ? loaded.filter((id) => id !== input.remove)
          : [];
    const row = { network_id: ctx.network!.id, person_id: personOf(ctx), services, at: ctx.app.clock() };
    await sharing(tx)
      .insertInto('app.directory_basket')
      .values(row)
      .onConflict((c) => c.columns(['network_id', 'person_id']).doUpdateSet({ services, at: row.at }))
      .execute();
    return services.length;
  },
  audit: ({ ctx }) => ({ subject: `person:${personOf(ctx)}`, fields: ['services'] }),
});
