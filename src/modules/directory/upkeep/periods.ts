/** How often a network checks its values: the usual periods, or its own by class. */
import { z } from 'zod';
import { action, type Tx, authorOf } from '#kernel';
import { keepers } from '../records/actions.ts';
import { type CheckedClass, checkedClasses, defaultPeriods, type Periods } from './due.ts';
import { upkeep } from './tables.ts';

export async function periodsOf(tx: Tx, networkId: string): Promise<Periods> {
  const rows = await upkeep(tx)
    .selectFrom('app.directory_review_period')
    .select(['class', 'days'])
    .where('network_id', '=', networkId)
    .execute();
  return { ...defaultPeriods, ...Object.fromEntries(rows.map((row) => [row.class, row.days])) };
}

const days = z.coerce.number().int().min(1).max(3_650);

/** Sets every period of the network, in days. */
export const savePeriods = action('directory.upkeep.periods', {
  input: z.object(Object.fromEntries(checkedClasses.map((name) => [name, days])) as Record<CheckedClass, typeof days>),
  may: keepers,
  run: async ({ tx, input, ctx }) => {
    const by = { set_by: authorOf(ctx), set_at: ctx.app.clock() };
    await upkeep(tx)
      .insertInto('app.directory_review_period')
      .values(checkedClasses.map((name) => ({ network_id: ctx.network!.id, class: name, days: input[name], ...by })))
      .onConflict((c) =>
        c.columns(['network_id', 'class']).doUpdateSet((eb) => ({ days: eb.ref('excluded.days'), ...by })),
      )
      .execute();
  },
  audit: ({ ctx }) => ({ subject: `network:${ctx.network!.id}`, fields: [...checkedClasses] }),
});
