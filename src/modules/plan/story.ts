/**
 * How a plan came to be what it is. `diffRevision` says what differs between two snapshots, for the person who approves a revision and for the
 * public history; `storyOf` tells one item's life in order, for its page. Both return message keys and values, never sentences: days are ISO,
 * statuses and fields are codes for an ICU `select`.
 */
import { diffItem, scopeWords, statusSteps, valueWords, verb } from './item-difference.ts';
import { buildOutline, flattenOutline } from './outline.ts';
import type { Words } from './progress.ts';
import type { Day, Text } from './shape.ts';
import type { Change, ChangeKind, Signed, SnapshotItem } from './snapshot.ts';
import { standing } from './standing.ts';

export type { Change, Signed, SnapshotItem } from './snapshot.ts';

/**
 * What differs between two snapshots, in reading order of the newer one, gone items last. Rows that only shifted because a neighbour came,
 * went or moved are not reported, and numbers that only followed their parent's are counted in `below` of the parent's line.
 */
export function diffRevision(before: SnapshotItem[], after: SnapshotItem[]): Change[] {
  const was = new Map(before.map((item) => [item.ref, item]));
  const is = new Map(after.map((item) => [item.ref, item]));
  const order = flattenOutline(buildOutline(after).roots);
  const shifted = reordered(before, order, was);
  const renumberings = new Map<number, Change>();
  const changes: Change[] = [];
  for (const { ref } of order) {
    const item = is.get(ref)!;
    const old = was.get(ref);
    if (old === undefined) {
      const values = { number: item.number, status: standing(item, '9999-12-31').status };
      changes.push({ ref, kind: 'added', said: { key: 'plan.story.added', values }, subject: item.title });
      continue;
    }
    if (old.parentRef !== item.parentRef) {
      const [from, to] = [nameOf(was, old.parentRef), nameOf(is, item.parentRef)];
      changes.push({
        ref,
        kind: 'moved',
        before: from,
        after: to,
        said: {
          key: `plan.story.${from === '' ? 'movedFromTop' : to === '' ? 'movedToTop' : 'moved'}`,
          values: { from, to },
        },
      });
    } else if (shifted.has(ref)) {
      changes.push({ ref, kind: 'moved', said: { key: 'plan.story.reordered', values: {} } });
    }
    if (old.number !== item.number) renumber(old, item, was, is, renumberings, changes);
    changes.push(...diffItem(old, item, (target) => nameOf(is, target) || String(target)));
  }
  for (const { ref, number, title } of before) {
    if (is.has(ref)) continue;
    changes.push({ ref, kind: 'scope', said: { key: 'plan.story.gone', values: { number } }, subject: title });
  }
  return changes;
}

/** An item by its printed number, by its English title in a plan without numbers; empty for the top level. */
function nameOf(items: Map<number, SnapshotItem>, ref: number | null): string {
  return numberOf(items, ref) || (ref !== null && items.get(ref)?.title.en) || '';
}

function numberOf(items: Map<number, SnapshotItem>, ref: number | null): string {
  return (ref !== null && items.get(ref)?.number) || '';
}

/** Reports a new number, or counts it under the ancestor whose new number it follows. Parents come before their children. */
function renumber(
  old: SnapshotItem,
  item: SnapshotItem,
  was: Map<number, SnapshotItem>,
  is: Map<number, SnapshotItem>,
  renumberings: Map<number, Change>,
  changes: Change[],
): void {
  const { ref, parentRef } = item;
  const leader = parentRef === null || parentRef !== old.parentRef ? undefined : renumberings.get(parentRef);
  const [prefix, next] = [numberOf(was, parentRef), numberOf(is, parentRef)];
  if (
    leader &&
    prefix !== '' &&
    old.number.startsWith(prefix) &&
    item.number === next + old.number.slice(prefix.length)
  ) {
    leader.said.values.below = Number(leader.said.values.below) + 1;
    renumberings.set(ref, leader);
    return;
  }
  const values = { before: old.number, after: item.number, below: 0 };
  const said = { key: `plan.story.number${verb(old.number, item.number)}`, values };
  const change: Change = { ref, kind: 'renumbered', before: old.number, after: item.number, said };
  renumberings.set(ref, change);
  changes.push(change);
}

/** The fewest items that must have been moved among their siblings: all but a longest run that kept its order. */
function reordered(before: SnapshotItem[], order: SnapshotItem[], was: Map<number, SnapshotItem>): Set<number> {
  const place = new Map(flattenOutline(buildOutline(before).roots).map(({ ref }, index) => [ref, index]));
  const families = new Map<number | null, number[]>();
  for (const { ref, parentRef } of order) {
    if (!was.has(ref) || was.get(ref)!.parentRef !== parentRef) continue;
    const family = families.get(parentRef);
    if (family === undefined) families.set(parentRef, [ref]);
    else family.push(ref);
  }
  const moved = new Set<number>();
  for (const family of families.values()) {
    const kept = new Set(longestRun(family, (ref) => place.get(ref)!));
    for (const ref of family) if (!kept.has(ref)) moved.add(ref);
  }
  return moved;
}

/** A longest subsequence that rises by `rank`; n log n. */
function longestRun(list: number[], rank: (one: number) => number): number[] {
  const tails: number[] = [];
  const previous = list.map(() => -1);
  list.forEach((one, index) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rank(list[tails[middle]!]!) < rank(one)) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? tails[low - 1]! : -1;
    tails[low] = index;
  });
  const run: number[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index]!) run.push(list[index]!);
  return run.reverse();
}

/** One moment of an item's life. `counted: false` marks a fact that was later retracted: still told, never hidden. */
export interface Entry extends Signed {
  on: Day;
  kind: ChangeKind | 'milestone' | 'review';
  said: Words;
  counted: boolean;
  reason?: Text;
  /** The narrative of an update. */
  text?: Text;
  /** The milestone or indicator the entry is about. */
  subject?: Text;
  /** A difference of wording, owner, due day and the like, with its marked-up text. */
  change?: Change;
}

/** An approved revision, for the changes that are not facts of their own. */
export interface ToldRevision extends Signed {
  on: Day;
  changes: Change[];
}

const ranks = [
  'added',
  'scope',
  'moved',
  'renumbered',
  'changed',
  'status',
  'milestone',
  'indicator',
  'update',
  'review',
];

/**
 * The life of one item, oldest first. Status, scope, updates, reviews, milestones and figures come from the item's own dated facts; wording,
 * owners, dates and places from the revisions that changed them. `numberOfRef` gives the printed number of a merger's target.
 */
export function storyOf(
  item: SnapshotItem,
  revisions: ToldRevision[] = [],
  numberOfRef: (ref: number) => string = String,
): Entry[] {
  const entries: Entry[] = [];
  const tell = (on: Day, kind: Entry['kind'], said: Words, more: Partial<Entry> & Signed = {}) =>
    entries.push({ on, kind, said, counted: true, ...more });
  for (const fact of item.scope) {
    tell(fact.on, 'scope', scopeWords(fact, numberOfRef), {
      ...signed(fact),
      ...(fact.reason && { reason: fact.reason }),
    });
  }
  for (const { fact, counted, said } of statusSteps(item.facts)) {
    tell(fact.on, 'status', said, { counted, ...signed(fact), ...(fact.reason && { reason: fact.reason }) });
  }
  for (const { title, doneOn } of item.milestones ?? []) {
    if (doneOn)
      tell(doneOn, 'milestone', { key: 'plan.story.milestoneDone', values: { on: doneOn } }, { subject: title });
  }
  for (const indicator of item.indicators ?? []) {
    for (const value of indicator.values) {
      tell(value.on, 'indicator', valueWords(value), {
        subject: indicator.title,
        ...(value.why && { reason: value.why }),
      });
    }
  }
  for (const update of item.updates ?? []) {
    tell(
      update.on,
      'update',
      { key: 'plan.story.update', values: { on: update.on } },
      { text: update.text, ...signed(update) },
    );
  }
  for (const review of item.reviews ?? []) {
    tell(review.on, 'review', { key: 'plan.story.reviewed', values: { on: review.on } }, signed(review));
  }
  const ownFacts = new Set(['status', 'scope', 'update', 'indicator']);
  for (const revision of revisions) {
    for (const change of revision.changes) {
      if (change.ref !== item.ref || ownFacts.has(change.kind) || change.said.key === 'plan.story.milestoneDone')
        continue;
      tell(revision.on, change.kind, change.said, { change, ...signed(revision) });
    }
  }
  return entries.sort((a, b) => (a.on === b.on ? ranks.indexOf(a.kind) - ranks.indexOf(b.kind) : a.on < b.on ? -1 : 1));
}

function signed({ by, approvedBy }: Signed): Signed {
  return { ...(by !== undefined && { by }), ...(approvedBy !== undefined && { approvedBy }) };
}
