/**
 * What a public plan page shows on a day, worked out once and drawn by page, embed, feed, API and files alike.
 */
import { Problem, type Req, today } from '#kernel';
import { isDay } from '../../fields.ts';
import { type Branch, buildOutline, rollUpBranches } from '../../outline.ts';
import { lastUpdated, type Progress, rollUp } from '../../progress.ts';
import { type PublicItem, type PublicPlan, publicPlan, publicPlans, searchItems } from '../../public.ts';
import type { Day, StatusClass } from '../../shape.ts';
import { type Standing, standing } from '../../standing.ts';

export interface PlanOnDay {
  plan: PublicPlan;
  /** Every item the plan ever had, in no order. */
  items: PublicItem[];
  leaves: PublicItem[];
  roots: Branch<PublicItem>[];
  /** The day the page speaks of; never later than today. */
  day: Day;
  isToday: boolean;
  progress: Progress;
  branches: Map<number, Progress>;
  standings: Map<number, Standing>;
  /** Day of the newest fact or update up to `day`; null when nothing has happened. */
  updated: Day | null;
}

/** A day from the address. Throws invalid for 2019-02-30 and the like. */
export function dayFrom(value: string | undefined, field: string): Day | null {
  if (!value) return null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || !isDay(value))
    throw Problem.invalid({ [field]: { key: 'plan.field.day' } }, 'plan.problem.badDay');
  return value;
}

/** The plan named in the address on the day named there (`?asOf=`), today without one. */
export async function planOnDay(req: Req, slug = req.params.plan ?? ''): Promise<PlanOnDay> {
  const { ctx } = req;
  if (!ctx.network) throw Problem.notFound();
  const now = today(ctx);
  const asked = dayFrom(req.query.asOf, 'asOf');
  const { plan, items } = await publicPlan(ctx.app, ctx.network.id, slug);
  return onDay(plan, items, asked && asked < now ? asked : now, !asked || asked >= now);
}

/** Pure: a plan's rows as they stand on a day. Linear in items and facts. */
export function onDay(plan: PublicPlan, items: PublicItem[], day: Day, isToday: boolean): PlanOnDay {
  const leaves = items.filter((item) => item.leaf);
  const standings = new Map<number, Standing>();
  for (const leaf of leaves) standings.set(leaf.ref, standing(leaf, day));
  const { roots } = buildOutline(items);
  const told = [...items.map(({ updated }) => updated), ...plan.fields.publishedTotals.map(({ asOf }) => asOf)];
  const updates = told.filter((on) => on !== undefined).map((on) => ({ on }));
  return {
    plan,
    items,
    leaves,
    roots,
    day,
    isToday,
    progress: rollUp(leaves, day, plan.fields.publishedTotals, standings),
    branches: rollUpBranches(roots, leaves, day, standings),
    standings,
    updated: lastUpdated(leaves, updates, day),
  };
}

export interface Filters {
  status: StatusClass | '';
  theme: string;
  lead: string;
  under: number | null;
  q: string;
}

export function filtersFrom(query: Record<string, string>): Filters {
  return {
    status: (query.status ?? '') as Filters['status'],
    theme: query.theme ?? '',
    lead: query.lead ?? '',
    under: Number(query.under) || null,
    q: (query.q ?? '').slice(0, 200),
  };
}

export const anyFilter = (f: Filters): boolean => Boolean(f.status || f.theme || f.lead || f.under || f.q);

/** The leaves in scope on the day that fit every filter, in outline order. */
export async function filtered(req: Req, view: PlanOnDay, filters: Filters): Promise<PublicItem[]> {
  const found = filters.q ? await searchItems(req.ctx.app, req.ctx.network!.id, view.plan.id, filters.q) : null;
  const list: PublicItem[] = [];
  const visit = (branch: Branch<PublicItem>, inside: boolean): void => {
    const { item } = branch;
    const within = inside || filters.under === null || item.ref === filters.under;
    const at = view.standings.get(item.ref);
    if (
      at?.inScope &&
      within &&
      (!filters.status || at.status === filters.status) &&
      (!filters.theme || item.themes?.includes(filters.theme)) &&
      (!filters.lead || item.lead === filters.lead) &&
      (!found || found.has(item.ref))
    ) {
      list.push(item);
    }
    for (const child of branch.children) visit(child, inside || item.ref === filters.under);
  };
  for (const root of view.roots) visit(root, filters.under === null);
  return list;
}

/** The plan that came before, if it is published too. */
export async function predecessorOf(req: Req, plan: PublicPlan): Promise<PublicPlan | null> {
  if (!plan.predecessorId || !req.ctx.network) return null;
  return (await publicPlans(req.ctx.app, req.ctx.network.id)).find((other) => other.id === plan.predecessorId) ?? null;
}
