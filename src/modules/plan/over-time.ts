/**
 * Progress over time, for a chart and the table beside it: one sweep over all facts, sorted once, with the rule of `progress.ts` at each point.
 */
import type { Progress } from './progress.ts';
import { emptyTally, isCount, progressOf } from './progress.ts';
import type { Day, PublishedTotals } from './shape.ts';
import { statusClasses } from './shape.ts';
import type { Leaf, Slot } from './standing.ts';
import { slots } from './standing.ts';

/** One point of a chart. */
export interface Point {
  day: Day;
  progress: Progress;
}

/**
 * Progress from one day to another, both included, for a chart and the table beside it. `month` gives the last day of every month between;
 * `change` gives every day on which the figures changed. One sweep over all facts, sorted once. Empty if `to` is before `from`.
 */
export function overTime(
  leaves: Leaf[],
  published: PublishedTotals[],
  from: Day,
  to: Day,
  step: 'month' | 'change',
): Point[] {
  if (to < from) return [];
  const tally = emptyTally();
  const moves: { on: Day; was: Slot; is: Slot }[] = [];
  for (const leaf of leaves) {
    const [start, ...rest] = slots(leaf);
    tally[start!.slot] += 1;
    let was = start!.slot;
    for (const { on, slot } of rest) {
      moves.push({ on, was, is: slot });
      was = slot;
    }
  }
  moves.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  const printed = published.filter(isCount).sort((a, b) => (a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : 0));
  const inside = (day: Day) => day > from && day < to;
  const between =
    step === 'month' ? monthEnds(from, to) : [...moves.map(({ on }) => on), ...printed.map(({ asOf }) => asOf)];
  const days = [...new Set([from, ...between.filter(inside).sort(), to])];

  const points: Point[] = [];
  let move = 0;
  let print = -1;
  for (const day of days) {
    for (; move < moves.length && moves[move]!.on <= day; move += 1) {
      tally[moves[move]!.was] -= 1;
      tally[moves[move]!.is] += 1;
    }
    while (print + 1 < printed.length && printed[print + 1]!.asOf <= day) print += 1;
    const progress = progressOf(tally, day, printed[print] ?? null);
    const before = points.at(-1)?.progress;
    const news = before === undefined || day === to || step === 'month' || !sameFigures(before, progress);
    if (news) points.push({ day, progress });
  }
  return points;
}

function sameFigures(a: Progress, b: Progress): boolean {
  return statusClasses.every((status) => a[status] === b[status]) && a.source === b.source && a.percent === b.percent;
}

/** The last day of every month from the month of `from` to the month of `to`. */
function monthEnds(from: Day, to: Day): Day[] {
  const out: Day[] = [];
  let [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))];
  const last = to.slice(0, 7);
  for (;;) {
    const name = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
    if (name > last) return out;
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
    out.push(`${name}-${days}`);
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
}
