/** A plan as a file to take away: the same rows whether it is read from the draft or from what the public sees. */
import type { PlanFile } from './exchange/index.ts';
import type { PlanFields } from './fields.ts';
import { buildOutline, walk } from './outline.ts';
import type { PlanRow } from './shape.ts';
import { liveFacts } from './standing.ts';
import type { PlanItem } from './state.ts';

/** Rows in outline order, each with its permanent number and whole dated history. */
export function planFileOf(plan: { fields: PlanFields; items: PlanItem[] }): PlanFile {
  const rows: PlanRow[] = [];
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
        .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)),
      added: item.scope.find((fact) => fact.kind === 'added')?.on,
    });
  }
  return {
    title: plan.fields.title,
    levels: plan.fields.levels,
    published: plan.fields.publishedTotals.at(-1) ?? null,
    rows,
  };
}
