/** The plan's steps of the set-up guide: there is a plan, and the public can read one. */
import { type SetupStep, tenantOf } from '#kernel';
import { plans } from './tables.ts';

export const setupSteps: SetupStep[] = [
  {
    label: 'admin.guide.plan',
    path: '/staff/plans',
    order: 50,
    done: (ctx) =>
      ctx.app.db.run(tenantOf(ctx), async (tx) => {
        const plan = await plans(tx)
          .selectFrom('app.plan')
          .select('id')
          .where('network_id', '=', ctx.network!.id)
          .limit(1)
          .executeTakeFirst();
        return plan !== undefined;
      }),
  },
  {
    label: 'admin.guide.publish',
    path: '/staff/plans',
    order: 60,
    done: (ctx) =>
      ctx.app.db.run(tenantOf(ctx), async (tx) => {
        const revision = await plans(tx)
          .selectFrom('app.plan_revision')
          .select('id')
          .where('network_id', '=', ctx.network!.id)
          .where('approved_at', 'is not', null)
          .limit(1)
          .executeTakeFirst();
        return revision !== undefined;
      }),
  },
];
