/** Which rows the working view shows: the outline in reading order, or the items that fit every filter of the address. */
import { statusClasses } from '../../shape.ts';
import { type Branch, buildOutline, walk } from '../../outline.ts';
import type { PlanItem, PlanState } from '../../state.ts';
import { type Kept, type MarkKind, markKinds } from '../../upkeep.ts';

export interface WorkFilters {
  level: number | null;
  status: string;
  /** A person's id, `me`, or `nobody`. */
  owner: string;
  theme: string;
  mark: MarkKind | '' | 'any';
}

const among = <T extends string>(value: string | undefined, allowed: readonly T[]): T | '' =>
  allowed.find((one) => one === value) ?? '';

/** Reads the address; anything that is no filter filters nothing. */
export function workFilters(query: Record<string, string>): WorkFilters {
  const depth = /^\d{1,2}$/.test(query.level ?? '') ? Number(query.level) : null;
  return {
    level: depth,
    status: among(query.status, statusClasses),
    owner: (query.owner ?? '').slice(0, 40),
    theme: (query.theme ?? '').slice(0, 60),
    mark: among(query.mark, [...markKinds, 'any'] as const),
  };
}

export const anyFilter = (filters: WorkFilters): boolean =>
  filters.level !== null || Boolean(filters.status || filters.owner || filters.theme || filters.mark);

export interface WorkRow {
  branch: Branch<PlanItem>;
  kept: Kept;
}

/** The rows in reading order. Status, owner, theme and marks are asked of leaves only. */
export function workRows(state: PlanState, kept: Map<number, Kept>, filters: WorkFilters, person: string): WorkRow[] {
  const owner = filters.owner === 'me' ? person : filters.owner;
  const aboutLeaves = Boolean(filters.status || filters.owner || filters.theme || filters.mark);
  const rows: WorkRow[] = [];
  for (const branch of walk(buildOutline(state.items).roots)) {
    const own = kept.get(branch.item.ref)!;
    if (filters.level !== null && branch.depth !== filters.level) continue;
    if (aboutLeaves && !(branch.item.leaf && own.inScope)) continue;
    if (filters.status && own.status !== filters.status) continue;
    if (owner === 'nobody' ? own.owners.length > 0 : owner && !own.owners.some(({ id }) => id === owner)) continue;
    if (filters.theme && !branch.item.themes?.includes(filters.theme)) continue;
    if (filters.mark && !own.marks.some(({ kind }) => filters.mark === 'any' || kind === filters.mark)) continue;
    rows.push({ branch, kept: own });
  }
  return rows;
}
