/**
 * Whether a door is open at an instant, and how sure that is. Three answers: open, closed, and unknown, which is never told as closed.
 *
 * Which row decides: rows add up, as HSDS says, whatever their dates; a row with dates does not push out one without, because publishers date rows
 * for their own bookkeeping. Only a row marked as an exception (closed, or other hours) removes anything: on the days it names it stands in place
 * of all regular rows, and of two exceptions the one that spans fewer days counts ("closed 20 December to 3 January" but "24 December 10 to 4").
 * As many days and one says closed, one open: unknown. A night belongs to the day it begins on; what of it falls on a day with an exception is
 * unknown. A day on which no row is in force, before, between or after their dates, is unknown: nobody said closed.
 */
import { dayBegins, reached, wallAt } from './opening-hours-clock.ts';
import { type ReadRow, readRow, type ScheduleRow, type UnknownReason } from './opening-hours-row.ts';

export type { ScheduleRow, UnknownReason } from './opening-hours-row.ts';

/** Which row decided (its place in the list) and how; a kind without a row speaks of all rows together. */
export interface Because {
  kind: 'hours' | 'all_day' | 'exception' | 'closure' | 'outside_hours' | UnknownReason;
  row?: number;
  /** Open, but only for who has an appointment. */
  appointment?: boolean;
}

export interface OpenAnswer {
  state: 'open' | 'closed' | 'unknown';
  /** When this answer ends; missing when it does not within the days looked at (open around the clock, say). */
  until?: Date;
  /** Not open now: when it next certainly opens, if that is within a year. */
  next?: Date;
  because: Because;
}

export interface OpenInterval {
  opens: Date;
  closes: Date;
  /** False: it may be open or closed between the two. Outside all intervals it is closed. */
  certain: boolean;
  appointment: boolean;
}

/** A stretch that is not certainly closed. `level`: 3 open, 2 open by appointment, 1 a span in doubt, 0 a day of which nothing is known. */
export interface Stretch {
  start: number;
  end: number;
  level: 0 | 1 | 2 | 3;
  because: Because;
}

const dayLength = 86_400_000;

/** The answer for one instant. `zone` is the clock of the place (IANA name; RangeError when there is none such). */
export function openAt(schedules: ScheduleRow[], instant: Date, zone: string): OpenAnswer {
  const rows = readRows(schedules, zone);
  const at = instant.getTime();
  const coming = rows.some((row) => row.vague === null && !row.closed && row.to >= Math.floor(at / dayLength) - 2);
  for (const days of [9, 100, 400]) {
    const ahead = stretches(rows, zone, at, at + days * dayLength);
    const now = ahead[0] && ahead[0].start <= at ? ahead[0] : null;
    const next = ahead.find((one) => one.start > at && one.level >= 2);
    const open = now !== null && now.level >= 2;
    if (!open && !next && days < 400 && coming) continue;
    const same = (one: Stretch) => now !== null && answerOf(one) === answerOf(now);
    let end = now === null ? ahead[0]?.start : now.end;
    for (const one of ahead.slice(1)) if (now !== null && one.start === end && same(one)) end = one.end;
    return {
      state: now === null ? 'closed' : open ? 'open' : 'unknown',
      ...(end !== undefined && end < at + days * dayLength ? { until: new Date(end) } : {}),
      ...(!open && next ? { next: new Date(next.start) } : {}),
      because: now?.because ?? closedBecause(rows, zone, at),
    };
  }
  throw new Error('no answer');
}

/**
 * Everything that is not certainly closed from `from` up to `to`, in order, without overlaps, cut at both ends: for a search that asks the database
 * which doors are open at an instant. A certain interval holds the instant: open. An uncertain one: unknown. None: closed.
 */
export function intervals(schedules: ScheduleRow[], zone: string, from: Date, to: Date): OpenInterval[] {
  const joined: Stretch[] = [];
  for (const one of stretches(readRows(schedules, zone), zone, from.getTime(), to.getTime())) {
    const last = joined.at(-1);
    if (last && last.end === one.start && answerOf(last) === answerOf(one)) last.end = one.end;
    else joined.push({ ...one });
  }
  return joined.map((one) => ({
    opens: new Date(one.start),
    closes: new Date(one.end),
    certain: one.level >= 2,
    appointment: one.level === 2,
  }));
}

export const readRows = (schedules: ScheduleRow[], zone: string): ReadRow[] =>
  schedules.map((row, index) => readRow(row, index, zone));

/** The rows that speak for a day: exceptions that count, exceptions in doubt that may count, and the rows whose hours hold. */
export function rowsFor(rows: ReadRow[], day: number): { sure: ReadRow[]; doubtful: ReadRow[]; laid: ReadRow[] } {
  const naming = rows.filter((row) => row.vague === null && row.names(day));
  const exceptions = naming.filter((row) => row.exception);
  const narrowest = Math.min(...exceptions.filter((row) => row.doubt === null).map((row) => row.width));
  const sure = exceptions.filter((row) => row.doubt === null && row.width === narrowest);
  const doubtful = exceptions.filter((row) => row.doubt !== null && row.width <= narrowest);
  return { sure, doubtful, laid: sure.length > 0 ? sure : naming.filter((row) => !row.exception) };
}

/** Why nothing is known of a day beyond the spans named on it, or null where outside of them it is closed. */
export function dayUnknown(rows: ReadRow[], day: number, sure: ReadRow[]): Because | null {
  if (sure.length > 0) return null;
  const regular = rows.filter((row) => !row.exception && row.vague !== 'no_hours');
  if (regular.length === 0) return { kind: 'no_hours' };
  const inForce = regular.filter((row) => day >= row.from && day <= row.to);
  const said = inForce.filter((row) => row.vague === null);
  const vague = inForce.find((row) => row.vague !== null);
  if (vague)
    return { kind: said.length > 0 && vague.vague === 'text_only' ? 'partly' : vague.vague!, row: vague.index };
  if (said.length === 0) {
    const past = regular.filter((row) => row.to < day).sort((a, b) => b.to - a.to)[0];
    return { kind: 'lapsed', row: (past ?? regular.sort((a, b) => a.from - b.from)[0]!).index };
  }
  return said.some((row) => row.verified) ? null : { kind: 'unverified', row: said[0]!.index };
}

/** What is not certainly closed between two instants, in order; where several say something the surest wins, then the earlier row. */
function stretches(rows: ReadRow[], zone: string, from: number, to: number): Stretch[] {
  const found: Stretch[] = [];
  // Clocks are at most 14 hours from UTC and a night reaches into the next day.
  for (let day = Math.floor(from / dayLength) - 2; day <= Math.floor(to / dayLength) + 1; day++) {
    found.push(...stretchesOf(rows, zone, day));
  }
  const kept = found.filter((one) => one.end > from && one.start < to && one.start < one.end);
  kept.sort((a, b) => a.start - b.start);
  const edges = [...new Set(kept.flatMap((one) => [Math.max(one.start, from), Math.min(one.end, to)]))].sort(
    (a, b) => a - b,
  );
  const result: Stretch[] = [];
  let active: Stretch[] = [];
  let arriving = 0;
  for (const [index, start] of edges.slice(0, -1).entries()) {
    while (arriving < kept.length && kept[arriving]!.start <= start) active.push(kept[arriving++]!);
    active = active.filter((one) => one.end > start);
    const best = active.reduce<Stretch | null>(
      (chosen, one) => (chosen === null || surer(one, chosen) ? one : chosen),
      null,
    );
    if (best === null) continue;
    const last = result.at(-1);
    const end = edges[index + 1]!;
    if (
      last &&
      last.end === start &&
      last.level === best.level &&
      last.because.row === best.because.row &&
      last.because.kind === best.because.kind
    )
      last.end = end;
    else result.push({ ...best, start, end });
  }
  return result;
}

const surer = (one: Stretch, than: Stretch): boolean =>
  one.level > than.level || (one.level === than.level && (one.because.row ?? -1) < (than.because.row ?? -1));

const answerOf = (one: Stretch): number => (one.level === 0 ? 1 : one.level);

function stretchesOf(rows: ReadRow[], zone: string, day: number): Stretch[] {
  const { sure, doubtful, laid } = rowsFor(rows, day);
  const found: Stretch[] = [];
  const unknown = dayUnknown(rows, day, sure);
  if (unknown) found.push({ start: dayBegins(zone, day), end: dayBegins(zone, day + 1), level: 0, because: unknown });
  const torn = sure.some((row) => row.closed) && sure.some((row) => !row.closed);
  const doubt = doubtful[0]?.doubt ?? (torn ? 'conflict' : null);
  let tomorrow: ReturnType<typeof rowsFor> | null = null;
  for (const row of [...laid, ...doubtful]) {
    if (row.closed) continue;
    const night = row.opens !== null && row.closes !== null && row.closes <= row.opens;
    if (night) tomorrow ??= rowsFor(rows, day + 1);
    const stopped = tomorrow !== null && tomorrow.sure.length + tomorrow.doubtful.length > 0;
    const cut = night && stopped && ![...tomorrow!.sure, ...tomorrow!.doubtful].includes(row);
    found.push(...lay(row, day, row.doubt ?? doubt, cut));
  }
  return found;
}

/** A row's hours on one day as instants. */
function lay(row: ReadRow, day: number, doubt: UnknownReason | null, cutAtMidnight: boolean): Stretch[] {
  const { zone, opens, closes, index } = row;
  const unsure = (start: number, end: number, kind: UnknownReason): Stretch => ({
    start,
    end,
    level: 1,
    because: { kind: doubt ?? kind, row: index },
  });
  const open = (start: number, end: number): Stretch =>
    doubt
      ? unsure(start, end, doubt)
      : {
          start,
          end,
          level: row.appointment ? 2 : 3,
          because: {
            kind: row.exception ? 'exception' : row.allDay ? 'all_day' : 'hours',
            row: index,
            ...(row.appointment ? { appointment: true } : {}),
          },
        };
  const [begins, ends] = [dayBegins(zone, day), dayBegins(zone, day + 1)];
  if (row.allDay) return [open(begins, ends)];
  const missing = row.appointment ? 'appointment' : 'partly';
  if (opens === null && closes === null) return [unsure(begins, ends, missing)];
  if (closes === null) return [unsure(reached(zone, day, opens!).first, ends, missing)];
  if (opens === null) return [unsure(begins, closes === 0 ? ends : reached(zone, day, closes).last, missing)];
  const start = reached(zone, day, opens);
  const end = reached(zone, closes <= opens ? day + 1 : day, closes);
  const certainEnd = cutAtMidnight ? Math.min(end.first, ends) : end.first;
  const found = [open(start.last, certainEnd)];
  if (start.first < start.last || end.first < end.last) found.push(unsure(start.first, end.last, 'clock_change'));
  if (certainEnd < end.first) found.push(unsure(certainEnd, end.last, 'conflict'));
  return found;
}

function closedBecause(rows: ReadRow[], zone: string, at: number): Because {
  const { sure } = rowsFor(rows, wallAt(zone, at).day);
  if (sure.length === 0) return { kind: 'outside_hours' };
  const closure = sure.find((row) => row.closed);
  return closure ? { kind: 'closure', row: closure.index } : { kind: 'outside_hours', row: sure[0]!.index };
}
