/**
 * The plan as first published beside today's: what stayed, what joined, and how each item that is gone left. A percentage that moves because
 * the scope moved is explained here instead of being left for the reader to guess.
 */
import type { Progress } from './progress.ts';
import { emptyTally, progressOf, rollUp } from './progress.ts';
import type { Day, ScopeFact, StatusClass } from './shape.ts';
import type { Leaf, Standing } from './standing.ts';
import { standing } from './standing.ts';

/** An item of the baseline that is no longer in scope: when, why, and what it became. */
export interface Departure {
  ref: number;
  on: Day;
  into: number[];
  reason?: ScopeFact['reason'];
}

export interface Baseline {
  baselineDay: Day;
  day: Day;
  kept: number[];
  /** Joined after the baseline day and is still there. */
  added: number[];
  /** Joined after the baseline day and has left again. */
  cameAndWent: number[];
  merged: Departure[];
  split: Departure[];
  superseded: Departure[];
  removed: Departure[];
  /** The plan on the baseline day itself. */
  atBaseline: Progress;
  /**
   * How far what was first promised is today. An item that left is followed to what it went into and is done when all of that is done;
   * items that went into the same thing count once; an item that went nowhere keeps its last status, so that dropping work never raises
   * the figure.
   */
  ofBaseline: Progress;
  /** The plan as it stands: the headline. */
  ofToday: Progress;
}

/** Compares the scope of the baseline day with that of the day; null for a day before the baseline, when there is nothing to compare with. */
export function baseline(leaves: Leaf[], baselineDay: Day, day: Day): Baseline | null {
  if (day < baselineDay) return null;
  const now = new Map(leaves.map((leaf) => [leaf.ref, standing(leaf, day)]));
  const lists: Pick<Baseline, 'kept' | 'added' | 'cameAndWent'> = { kept: [], added: [], cameAndWent: [] };
  const departures: Record<'merged' | 'split' | 'superseded' | 'removed', Departure[]> = {
    merged: [],
    split: [],
    superseded: [],
    removed: [],
  };
  // Keyed by what became of them, so that merged items count once.
  const promised = new Map<string, StatusClass>();
  for (const leaf of leaves) {
    const { inScope, left } = now.get(leaf.ref)!;
    if (!standing(leaf, baselineDay).inScope) {
      if (inScope) lists.added.push(leaf.ref);
      else if (left) lists.cameAndWent.push(leaf.ref);
      continue;
    }
    if (inScope) lists.kept.push(leaf.ref);
    else if (left && left.kind !== 'added') {
      const { on, reason } = left;
      departures[left.kind].push({ ref: leaf.ref, on, into: left.into ?? [], ...(reason && { reason }) });
    }
    const became = successors(leaf.ref, now);
    promised.set(became.join(), together(became.map((ref) => now.get(ref)!.status)));
  }
  const tally = emptyTally();
  for (const status of promised.values()) tally[status] += 1;
  return {
    baselineDay,
    day,
    ...lists,
    ...departures,
    atBaseline: rollUp(leaves, baselineDay),
    ofBaseline: progressOf(tally, day),
    ofToday: rollUp(leaves, day),
  };
}

/** The status of one promise that is now kept by several items. */
function together(statuses: StatusClass[]): StatusClass {
  const counting = statuses.filter((status) => status !== 'excluded');
  const kinds = new Set(counting);
  if (kinds.size === 0) return 'excluded';
  if (kinds.size === 1) return counting[0]!;
  const begun = kinds.has('done') || kinds.has('active') || kinds.has('ongoing');
  return begun ? 'active' : 'notBegun';
}

/**
 * What an item has become: the items in scope at the end of its trail (itself while it is in scope), sorted; itself alone where the trail ends
 * in nothing. Every item is visited once per trail, so a trail that bites its tail ends too.
 */
function successors(start: number, now: Map<number, Standing>): number[] {
  const seen = new Set([start]);
  const found: number[] = [];
  for (const ref of seen) {
    const at = now.get(ref);
    if (at?.inScope) found.push(ref);
    else for (const target of at?.left?.into ?? []) seen.add(target);
  }
  return found.length > 0 ? found.sort((a, b) => a - b) : [start];
}
