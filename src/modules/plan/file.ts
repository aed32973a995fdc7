/** A plan as a file to take away: the same rows whether it is read from the draft or from what the public sees. */
import type { PlanFile } from './exchange/index.ts';
import type { PlanFields } from './fields.ts';
import { buildOutline, walk } from './outline.ts';
import type { Day, PlanRow } from './shape.ts';
import { liveFacts } from './standing.ts';
import type { PlanItem } from './state.ts';

/** Oldest first; facts of one day stay in the order they were recorded. */
const inTime = (a: { on: Day }, b: { on: Day }): number => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0);

/** Rows in outline order, each with its permanent number and every dated fact of its status and scope. */
export function planFileOf(plan: { fields: PlanFields; items: PlanItem[] }): PlanFile {
  const rows: PlanRow[] = [];
  const refs = new Set(plan.items.map((item) => item.ref));
  for (const { item, depth } of walk(buildOutline(plan.items).roots)) {
    const {
      ref,
      number,
      title,
      description,
      leaf,
      lead,
      partners,
      due,
      themes,
      pillars,
      fundingNeeded,
      fundingSecured,
      dependsOn,
      milestones,
    } = item;
    rows.push({
      ref,
      depth,
      number,
      title,
      description,
      leaf,
      lead,
      partners,
      due,
      themes,
      pillars,
      fundingNeeded,
      fundingSecured,
      dependsOn,
      milestones,
      history: liveFacts(item.facts)
        .map(({ on, status, reason }) => ({ on, status, reason }))
        .sort(inTime),
      scope: item.scope
        .map(({ on, kind, into, reason }) => ({ on, kind, into: into?.filter((to) => refs.has(to)), reason }))
        .sort(inTime),
    });
  }
  return {
    title: plan.fields.title,
    levels: plan.fields.levels,
    published: plan.fields.publishedTotals.at(-1) ?? null,
    rows,
  };
}
