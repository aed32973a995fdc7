/**
 * The outline of a plan: from flat rows that name their parent to a sorted tree and back, and the roll-up of every branch in one pass.
 *
 * Nothing here recurses, so a deep outline cannot overflow the stack. A row with a problem is not hidden: it is lifted to the top level and
 * reported, and whoever saves or imports refuses while there are problems.
 */
import type { Progress, Tally } from './progress.ts';
import { emptyTally, progressOf } from './progress.ts';
import type { Day } from './shape.ts';
import { type Leaf, slotFrom, type Standing, standing } from './standing.ts';

/** What an outline needs to know of an item. `position` orders siblings; equal positions fall back to the permanent number. */
export interface FlatItem {
  ref: number;
  parentRef: number | null;
  position: number;
}

/** An item with what stands under it. Depth 0 is the top level. */
export interface Branch<T extends FlatItem> {
  item: T;
  depth: number;
  children: Branch<T>[];
}

/**
 * What is wrong with a row. `duplicate`: the ref was there before and this row is left out; `orphan`: its parent is not in the list; `cycle`:
 * its parents lead back to it (`loop` names them all); `tooDeep`: it stands below the allowed depth.
 */
export type OutlineProblem =
  | { kind: 'duplicate'; ref: number }
  | { kind: 'orphan'; ref: number; parentRef: number }
  | { kind: 'cycle'; ref: number; loop: number[] }
  | { kind: 'tooDeep'; ref: number; depth: number };

/** The deepest level an outline may have, counted from 0: fifty levels. */
export const deepest = 49;

/** The sorted tree of the items and everything wrong with them. Linear, but for the sorting of siblings. */
export function buildOutline<T extends FlatItem>(items: T[]): { roots: Branch<T>[]; problems: OutlineProblem[] } {
  const problems: OutlineProblem[] = [];
  const branches = new Map<number, Branch<T>>();
  for (const item of items) {
    if (branches.has(item.ref)) problems.push({ kind: 'duplicate', ref: item.ref });
    else branches.set(item.ref, { item, depth: 0, children: [] });
  }
  const cut = findCycles(branches, problems);
  const roots: Branch<T>[] = [];
  for (const branch of branches.values()) {
    const { ref, parentRef } = branch.item;
    const parent = parentRef === null ? undefined : branches.get(parentRef);
    if (parentRef !== null && parent === undefined) problems.push({ kind: 'orphan', ref, parentRef });
    if (parent === undefined || cut.has(ref)) roots.push(branch);
    else parent.children.push(branch);
  }
  const bySpot = (a: Branch<T>, b: Branch<T>) => a.item.position - b.item.position || a.item.ref - b.item.ref;
  // Lifted rows go after the true top level, whatever position they had under their parent.
  const lifted = (branch: Branch<T>) => (branch.item.parentRef === null ? 0 : 1);
  roots.sort((a, b) => lifted(a) - lifted(b) || bySpot(a, b));
  for (const branch of walk(roots)) {
    branch.children.sort(bySpot);
    for (const child of branch.children) child.depth = branch.depth + 1;
    if (branch.depth > deepest) problems.push({ kind: 'tooDeep', ref: branch.item.ref, depth: branch.depth });
  }
  return { roots, problems };
}

/** Finds loops of parents and returns the item at which each is cut: the one with the lowest ref. Every item is stepped on at most twice. */
function findCycles<T extends FlatItem>(branches: Map<number, Branch<T>>, problems: OutlineProblem[]): Set<number> {
  const cut = new Set<number>();
  const walked = new Map<number, number>();
  for (const start of branches.keys()) {
    let ref: number | null = start;
    const path: number[] = [];
    while (ref !== null && branches.has(ref) && !walked.has(ref)) {
      walked.set(ref, start);
      path.push(ref);
      ref = branches.get(ref)!.item.parentRef;
    }
    if (ref === null || walked.get(ref) !== start || !branches.has(ref)) continue;
    const loop = path.slice(path.indexOf(ref));
    const lowest = loop.reduce((low, one) => Math.min(low, one));
    cut.add(lowest);
    problems.push({ kind: 'cycle', ref: lowest, loop });
  }
  return cut;
}

/** Every branch in reading order, each before what stands under it. Children may be sorted while walking: they are read afterwards. */
export function* walk<T extends FlatItem>(roots: Branch<T>[]): Generator<Branch<T>> {
  const stack = [...roots].reverse();
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    yield branch;
    for (let index = branch.children.length - 1; index >= 0; index -= 1) stack.push(branch.children[index]!);
  }
}

/** Back to rows, in reading order, with parent and position as they stand in the tree now (positions from 0). */
export function flattenOutline<T extends FlatItem>(roots: Branch<T>[]): (T & { depth: number })[] {
  const spots = new Map<Branch<T>, { parentRef: number | null; position: number; depth: number }>();
  roots.forEach((branch, position) => spots.set(branch, { parentRef: null, position, depth: 0 }));
  const rows: (T & { depth: number })[] = [];
  for (const branch of walk(roots)) {
    const spot = spots.get(branch)!;
    branch.children.forEach((child, position) =>
      spots.set(child, { parentRef: branch.item.ref, position, depth: spot.depth + 1 }),
    );
    rows.push({ ...branch.item, ...spot });
  }
  return rows;
}

const slotNames = Object.keys(emptyTally()) as (keyof Tally)[];

/**
 * The progress of every branch that has something under it, by ref: it counts the leaves below, and itself if it is one. One pass upward from the
 * last row, with the rule of `progress.ts`. What has nothing under it is asked for its standing instead. `standings` are those of the leaves on the
 * day, where they are at hand.
 */
export function rollUpBranches<T extends FlatItem>(
  roots: Branch<T>[],
  leaves: Leaf[],
  day: Day,
  standings?: ReadonlyMap<number, Standing>,
): Map<number, Progress> {
  const places = standings ?? new Map(leaves.map((leaf) => [leaf.ref, standing(leaf, day)]));
  const tallies = new Map<Branch<T>, Tally>();
  const progress = new Map<number, Progress>();
  const countItself = (branch: Branch<T>, tally: Tally) => {
    const at = places.get(branch.item.ref);
    if (at !== undefined) tally[slotFrom(at)] += 1;
  };
  const parents = [...walk(roots)].filter((branch) => branch.children.length > 0);
  for (const branch of parents.reverse()) {
    const tally = emptyTally();
    countItself(branch, tally);
    for (const child of branch.children) {
      const under = tallies.get(child);
      if (under === undefined) countItself(child, tally);
      else for (const slot of slotNames) tally[slot] += under[slot];
    }
    tallies.set(branch, tally);
    progress.set(branch.item.ref, progressOf(tally, day));
  }
  return progress;
}
