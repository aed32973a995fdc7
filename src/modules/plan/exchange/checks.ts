/** What can only be seen when all items are read: permanent numbers used twice, numbers that point nowhere, items that wait for each other in a circle. */
import type { PlanRow } from '../shape.ts';
import type { Draft } from './draft.ts';
import type { Problems } from './problems.ts';

/** A row as it is read. `waitsFor` holds printed numbers where the file has no permanent ones yet. */
export interface ReadRow extends PlanRow {
  waitsFor?: string[];
}

type Item = { row: ReadRow; draft: Draft };

/** Checks refs, dependencies and what items went into, and turns printed numbers into refs where the file has both. */
export function checkLinks(items: Item[], problems: Problems): void {
  const byRef = new Map<number, Item>();
  const byNumber = new Map<string, Item>();
  for (const item of items) {
    const { ref, number } = item.row;
    if (ref !== undefined) {
      if (byRef.has(ref)) problems.error('plan.exchange.duplicateRef', item.draft.place, { ref: String(ref) });
      else byRef.set(ref, item);
    }
    if (number && !byNumber.has(number)) byNumber.set(number, item);
  }
  const edges = new Map<Item, Item[]>();
  for (const item of items) {
    const to: Item[] = [];
    for (const ref of item.row.dependsOn ?? []) {
      const target = byRef.get(ref);
      if (target) to.push(target);
      else problems.error('plan.exchange.dependsOnNothing', item.draft.place, { number: String(ref) });
    }
    for (const { into } of item.row.scope ?? [])
      for (const ref of into ?? [])
        if (!byRef.has(ref)) problems.error('plan.exchange.wentIntoNothing', item.draft.place, { ref: String(ref) });
    const numbers = item.draft.waitsFor ?? [];
    const refs: number[] = [];
    for (const number of numbers) {
      const target = byNumber.get(number);
      if (!target) problems.error('plan.exchange.dependsOnNothing', item.draft.place, { number });
      else {
        to.push(target);
        if (target.row.ref !== undefined) refs.push(target.row.ref);
      }
    }
    if (numbers.length > 0) {
      if (refs.length === numbers.length) item.row.dependsOn = refs;
      else item.row.waitsFor = numbers;
    }
    if (to.length > 0) edges.set(item, to);
  }
  const circle = findCircle(items, edges);
  if (circle) {
    const names = circle.map((item) => item.row.number || String(item.row.ref ?? item.row.title.en));
    problems.error('plan.exchange.cycle', circle[0]!.draft.place, { path: [...names, names[0]!].join(' → ') });
  }
}

/** One circle of dependencies, or null. Depth first without recursion: a chain may be as long as the plan. */
function findCircle(items: Item[], edges: Map<Item, Item[]>): Item[] | null {
  const state = new Map<Item, 'open' | 'closed'>();
  for (const start of items) {
    if (state.has(start)) continue;
    const path: { item: Item; next: number }[] = [{ item: start, next: 0 }];
    state.set(start, 'open');
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const target = edges.get(top.item)?.[top.next++];
      if (!target) {
        state.set(top.item, 'closed');
        path.pop();
      } else if (state.get(target) === 'open') {
        const from = path.findIndex(({ item }) => item === target);
        return path.slice(from).map(({ item }) => item);
      } else if (!state.has(target)) {
        state.set(target, 'open');
        path.push({ item: target, next: 0 });
      }
    }
  }
  return null;
}
