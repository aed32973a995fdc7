/**
 * Figures that modules publish (`defineModule({ indicators })`), read live for an indicator that is bound to one, and the two that plans publish
 * themselves. A bound indicator stores no values: what is shown is what the other module says today.
 */
import { type Ctx, type IndicatorSource, type Module, today } from '#kernel';
import { type Progress, rollUp, wholePercent } from './progress.ts';
import { publicPlan, publicPlans } from './public.ts';
import type { Day } from './shape.ts';
import { leavesOf, type PlanIndicator } from './state.ts';

type Modules = ReadonlyMap<string, Pick<Module, 'indicators'>>;

/** Every figure that some module publishes, in the order of the modules. */
export const figuresOf = (modules: Modules): IndicatorSource[] => [...modules.values()].flatMap((m) => m.indicators);

export const findFigure = (modules: Modules, key: string): IndicatorSource | undefined =>
  figuresOf(modules).find((figure) => figure.key === key);

/** At most this many closed periods are asked for: five years of months. */
const mostPeriods = 60;
const monthsIn = { month: 1, quarter: 3, year: 12 } as const;

/**
 * The days a live figure is asked for: the last day of each closed period since the baseline (or over the past two years), then the day itself.
 */
export function daysToAsk(indicator: Pick<PlanIndicator, 'period' | 'baseline'>, day: Day): Day[] {
  const size = monthsIn[indicator.period ?? 'month'];
  const month = (on: Day) => Number(on.slice(0, 4)) * 12 + Number(on.slice(5, 7)) - 1;
  const last = Math.floor(month(day) / size);
  const first = indicator.baseline?.on ? Math.floor(month(indicator.baseline.on) / size) : last - 24 / size;
  const days: Day[] = [];
  for (let at = Math.max(first, last - mostPeriods); at < last; at += 1) days.push(lastDayBefore((at + 1) * size));
  return [...days.filter((one) => one < day), day];
}

/** The day before the first of a month counted from year 0. */
function lastDayBefore(months: number): Day {
  return new Date(Date.UTC(Math.floor(months / 12), months % 12, 0)).toISOString().slice(0, 10);
}

/**
 * An indicator with the values it shows: its own, or for one that is bound to a figure what that figure says now. A figure that nobody publishes
 * any more has none.
 */
export async function boundValues(
  req: { ctx: Ctx; module: Modules },
  indicator: PlanIndicator,
): Promise<PlanIndicator> {
  if (!indicator.figure) return indicator;
  const figure = findFigure(req.module, indicator.figure);
  return { ...indicator, values: figure ? await figure.values(req.ctx, daysToAsk(indicator, today(req.ctx))) : [] };
}

/** The published plans of the network as they stood on each day; a plan with nothing in it that day is left out. */
async function published(ctx: Ctx, days: Day[]): Promise<{ on: Day; plans: Progress[] }[]> {
  if (!ctx.network) return [];
  const { id } = ctx.network;
  const held: Awaited<ReturnType<typeof publicPlan>>[] = [];
  for (const { slug } of await publicPlans(ctx.app, id)) held.push(await publicPlan(ctx.app, id, slug));
  return days.map((on) => ({
    on,
    plans: held
      .map(({ plan, items }) => rollUp(leavesOf({ items }), on, plan.fields.publishedTotals))
      .filter((progress) => progress.total > 0),
  }));
}

/**
 * What plans publish as figures. Only approved facts count. Plans are put together only while all of them are counted from facts: totals that
 * were printed elsewhere follow their own rule and are never added to ours, so then there is no figure.
 */
export const planFigures: IndicatorSource[] = [
  {
    key: 'plan.leaves-done',
    label: 'plan.staff.figure.leavesDone',
    unit: 'count',
    values: async (ctx, days) =>
      (await published(ctx, days)).map(({ on, plans }) => ({ on, value: together(plans)?.done ?? null })),
  },
  {
    key: 'plan.percent',
    label: 'plan.staff.figure.percent',
    unit: 'percent',
    values: async (ctx, days) =>
      (await published(ctx, days)).map(({ on, plans }) => {
        const sum = together(plans);
        return { on, value: sum && wholePercent(sum.done, sum.of) };
      }),
  },
];

function together(plans: Progress[]): { done: number; of: number } | null {
  if (plans.length === 0 || plans.some(({ source }) => source !== 'facts')) return null;
  return plans.reduce((sum, one) => ({ done: sum.done + one.done, of: sum.of + one.total - one.excluded }), {
    done: 0,
    of: 0,
  });
}
