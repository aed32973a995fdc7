/** Axes: where ticks go and where a value lands. Pure numbers, shared by the charts. */
import { dayToTime } from './format.ts';

const dayLength = 86_400_000;

/** Round numbers that cover `low`–`high` with at most `most` steps; always at least two ticks, so an axis is never empty. */
export function niceTicks(low: number, high: number, most = 5): number[] {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** A linear map from one range to another. */
export const scale =
  (from: readonly [number, number], to: readonly [number, number]) =>
  (value: number): number =>
    from[0] === from[1] ? (to[0] + to[1]) / 2 : to[0] + ((value - from[0]) / (from[1] - from[0])) * (to[1] - to[0]);

/** Up to five days to write under a time axis, and how: by year, month or day, whichever fits the span. */
export function dayTicks(first: string, last: string): { day: string; style: 'year' | 'month' | 'short' }[] {
  const from = dayToTime(first);
  const to = dayToTime(last);
  const days = (to - from) / dayLength;
  if (!(days > 0)) return [{ day: first, style: 'short' }];
  if (days < 75) return even(from, to, 3).map((day) => ({ day, style: 'short' as const }));
  const months = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((count) => days / 30.44 / count <= 5) ?? 600;
  const ticks: string[] = [];
  const start = new Date(from);
  let month =
    Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth() + (start.getUTCDate() > 1 ? 1 : 0)) / months) * months;
  for (; Date.UTC(Math.floor(month / 12), month % 12, 1) <= to; month += months) {
    ticks.push(new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)).toISOString().slice(0, 10));
  }
  return ticks.map((day) => ({ day, style: months >= 12 ? ('year' as const) : ('month' as const) }));
}

const even = (from: number, to: number, count: number) =>
  Array.from({ length: count }, (_, index) =>
    new Date(from + Math.round(((to - from) * index) / (count - 1) / dayLength) * dayLength).toISOString().slice(0, 10),
  );
