/**
 * Finds for each row of a file the item of the plan that it is: the same permanent number, the same words, or the same place. So importing
 * again changes nothing, and neither a renamed nor a renumbered item becomes a duplicate. What is not sure is said and left to a person.
 */
import type { ImportProblem, PlanRow, Text } from '../shape.ts';
import { type ExchangeLocale, excerpt, Problems } from './problems.ts';
import { likeness, LikenessIndex } from '#engines/likeness';
import { fold } from './words.ts';

export interface ExistingItem {
  ref: number;
  number: string;
  title: Text;
  depth: number;
  parentRef: number | null;
}

export type How = 'ref' | 'number+title' | 'title' | 'number' | 'new';

export interface Match {
  row: PlanRow;
  /** The item's permanent number, or null for a new one. */
  ref: number | null;
  how: How;
}

export interface Matches {
  /** One for each incoming row, in the order of the file. */
  matches: Match[];
  /** Permanent numbers of items that the file does not mention. */
  unmatched: number[];
  problems: ImportProblem[];
}

/** Words alike enough to be the same item under another number, or to doubt that it is new. */
const same = 0.75;
const similar = 0.55;
/** Below this, an item that kept its number has changed so much that a person should look. */
const renamed = 0.35;
/** How far the best must be ahead of the second best. */
const ahead = 0.08;

const key = (number: string): string =>
  number
    .trim()
    .replace(/[.:)]+$/, '')
    .toLowerCase();

/** Matches rows (parents before children) with items. Each item is given to one row at most. */
export function matchRows(
  existing: readonly ExistingItem[],
  incoming: readonly PlanRow[],
  locale: ExchangeLocale = 'en',
): Matches {
  const problems = new Problems(locale);
  const matches: Match[] = incoming.map((row) => ({ row, ref: null, how: 'new' }));
  const free = new Map(existing.map((item) => [item.ref, item]));
  const byRef = new Map(existing.map((item) => [item.ref, item]));
  const parents = parentIndexes(incoming);
  const take = (i: number, item: ExistingItem, how: How) => {
    matches[i] = { row: incoming[i]!, ref: item.ref, how };
    free.delete(item.ref);
  };
  const parentOf = (i: number): number | null | undefined => {
    const parent = parents[i]!;
    return parent < 0 ? null : (matches[parent]!.ref ?? undefined);
  };
  const place = (i: number) => ({ line: incoming[i]!.line ?? i + 1 });

  byPermanentNumber(incoming, byRef, take, problems, place);

  // Level by level, so that the parents are settled before two equal children have to be told apart by them.
  const deepest = incoming.reduce((max, row) => Math.max(max, row.depth), 0);
  for (let depth = 0; depth <= deepest; depth++) {
    const level = incoming.flatMap((row, i) => (row.depth === depth ? [i] : []));
    const open = () => level.filter((i) => matches[i]!.ref === null);
    const items = [...free.values()].filter((item) => item.depth === depth);
    const still = () => items.filter((item) => free.has(item.ref));

    // The same number and the same words.
    exact(
      open(),
      still(),
      (row) => `${key(row.number)}|${words(row.title)}`,
      incoming,
      parentOf,
      (i, item) => take(i, item, 'number+title'),
    );
    // The same words under another number, or in another place.
    exact(
      open(),
      still(),
      (row) => words(row.title),
      incoming,
      parentOf,
      (i, item) => take(i, item, 'title'),
    );
    // The same number with words that are still alike.
    const numbered = group(still(), (item) => key(item.number));
    const candidates = (i: number): ExistingItem[] => {
      const number = key(incoming[i]!.number);
      const all = number === '' ? [] : (numbered.get(number) ?? []).filter((item) => free.has(item.ref));
      const near = all.filter((item) => item.parentRef === parentOf(i));
      return near.length > 0 ? near : all;
    };
    for (const i of open()) {
      const [only, second] = candidates(i);
      if (only && !second && likenessOf(only.title, incoming[i]!.title) >= renamed) take(i, only, 'number');
    }
    // Words that are nearly the same under another number.
    const index = new LikenessIndex(still().map((item) => ({ id: item.ref, text: words(item.title) })));
    for (const i of open()) {
      const [best, next] = index.nearest(words(incoming[i]!.title), (ref) => free.has(ref));
      if (best && best.score >= same && (!next || best.score - next.score >= ahead))
        take(i, byRef.get(best.id)!, 'title');
    }
    // The same number is all that is left: the item was written anew.
    for (const i of open()) {
      const row = incoming[i]!;
      const [only, second] = candidates(i);
      if (!only) continue;
      if (second) {
        problems.warn('plan.exchange.match.several', place(i), { number: row.number, title: excerpt(row.title.en) });
        continue;
      }
      take(i, only, 'number');
      problems.warn('plan.exchange.match.renamed', place(i), {
        number: row.number,
        title: excerpt(row.title.en),
        other: excerpt(only.title.en),
      });
    }
    for (const i of open()) {
      const row = incoming[i]!;
      const [best] = index.nearest(words(row.title), (ref) => free.has(ref));
      if (best && best.score >= similar) {
        const other = byRef.get(best.id)!;
        problems.warn('plan.exchange.match.doubtful', place(i), {
          number: row.number,
          title: excerpt(row.title.en),
          other: excerpt(`${other.number} ${other.title.en}`),
        });
      }
    }
  }
  return {
    matches,
    unmatched: existing.filter((item) => free.has(item.ref)).map((item) => item.ref),
    problems: problems.list(),
  };
}

const words = (title: Text): string => fold(title.en || title.es || '');
const likenessOf = (a: Text, b: Text): number => likeness(words(a), words(b));

type Place = (i: number) => { line: number };

/** Permanent numbers are believed, unless most of them plainly speak of other things: then the file is of another plan. */
function byPermanentNumber(
  incoming: readonly PlanRow[],
  byRef: ReadonlyMap<number, ExistingItem>,
  take: (i: number, item: ExistingItem, how: How) => void,
  problems: Problems,
  place: Place,
): void {
  const known = incoming.flatMap((row, i) => {
    const item = row.ref === undefined ? undefined : byRef.get(row.ref);
    return item ? [{ row, i, item }] : [];
  });
  const changed = known.filter(
    ({ row, item }) => key(row.number) !== key(item.number) && likenessOf(row.title, item.title) < renamed,
  );
  if (changed.length >= 2 && changed.length * 2 > known.length) {
    problems.error('plan.exchange.match.otherPlan', place(changed[0]!.i), { count: changed.length, all: known.length });
    return;
  }
  const taken = new Set<number>();
  for (const { i, item } of known) {
    if (taken.has(item.ref)) continue;
    taken.add(item.ref);
    take(i, item, 'ref');
  }
  for (const { row, i, item } of changed) {
    problems.warn('plan.exchange.match.refChanged', place(i), {
      ref: String(item.ref),
      other: excerpt(item.title.en),
      title: excerpt(row.title.en),
    });
  }
  for (const [i, row] of incoming.entries()) {
    if (row.ref !== undefined && !byRef.has(row.ref)) {
      problems.warn('plan.exchange.match.unknownRef', place(i), {
        ref: String(row.ref),
        number: row.number,
        title: excerpt(row.title.en),
      });
    }
  }
}

/** Pairs rows and items with equal keys. Several with one key: first those below the same parent, then those left over in order. */
function exact(
  open: number[],
  items: ExistingItem[],
  keyOf: (row: { number: string; title: Text }) => string,
  incoming: readonly PlanRow[],
  parentOf: (i: number) => number | null | undefined,
  take: (i: number, item: ExistingItem) => void,
): void {
  const waiting = group(items, keyOf);
  const rest: number[] = [];
  const used = new Set<number>();
  const give = (i: number, item: ExistingItem) => {
    used.add(item.ref);
    take(i, item);
  };
  for (const i of open) {
    const found = waiting
      .get(keyOf(incoming[i]!))
      ?.find((item) => !used.has(item.ref) && item.parentRef === parentOf(i));
    if (found) give(i, found);
    else rest.push(i);
  }
  for (const i of rest) {
    const found = waiting.get(keyOf(incoming[i]!))?.find((item) => !used.has(item.ref));
    if (found) give(i, found);
  }
}

function group<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const at = keyOf(item);
    const list = groups.get(at);
    if (list) list.push(item);
    else groups.set(at, [item]);
  }
  return groups;
}

/** For each row the index of the row above it in the tree, or -1. */
function parentIndexes(rows: readonly PlanRow[]): number[] {
  const last: number[] = [];
  return rows.map((row, i) => {
    last.length = Math.min(last.length, row.depth);
    const parent = row.depth === 0 ? -1 : (last[row.depth - 1] ?? -1);
    last[row.depth] = i;
    return parent;
  });
}
