/** The set-up guide's own steps. Each reads facts; nothing is ticked by hand, and what is undone later is open again. Modules add theirs. */
import { type Ctx, type SetupStep, tenantOf } from '#kernel';
import { listAgencies } from './agencies.ts';
import { readLines } from './lines.ts';
import { readSettings } from './settings.ts';

/** How many people hold a role here. Counts only: nobody is shown. */
const peopleWithRoles = (ctx: Ctx): Promise<number> =>
  ctx.app.db.run(tenantOf(ctx), async (tx) => {
    const row = await tx
      .selectFrom('app.role_grant')
      .select((eb) => eb.fn.count<number>('person_id').distinct().as('people'))
      .where('network_id', '=', ctx.network!.id)
      .where('ended_at', 'is', null)
      .executeTakeFirstOrThrow();
    return row.people;
  });

export const steps: SetupStep[] = [
  {
    label: 'admin.guide.name',
    path: '/admin/settings',
    order: 10,
    done: async (ctx) => {
      const settings = await readSettings(ctx);
      return settings.languages.every((locale) => Boolean(settings.name[locale] && settings.tagline[locale]));
    },
  },
  {
    label: 'admin.guide.line',
    path: '/admin/lines',
    order: 20,
    done: async (ctx) => (await readLines(ctx)).length > 0,
  },
  {
    label: 'admin.guide.agency',
    path: '/admin/agencies',
    order: 30,
    done: async (ctx) => (await listAgencies(ctx)).length > 1,
  },
  {
    label: 'admin.guide.colleague',
    path: '/admin/people',
    order: 40,
    done: async (ctx) => (await peopleWithRoles(ctx)) > 1,
  },
];

/** Every step of every module, in order, with whether it is done. */
export async function guideFor(ctx: Ctx, all: readonly SetupStep[]): Promise<(SetupStep & { isDone: boolean })[]> {
  const sorted = [...all].sort((a, b) => a.order - b.order);
  return Promise.all(sorted.map(async (step) => ({ ...step, isDone: await step.done(ctx) })));
}
