/**
 * Opening hours for showing: what a day's sign on the door says, and a week of them with like days together. Times are those that the clock of the
 * place shows; how they fall when clocks are changed is left to openAt and intervals.
 */
import { reached, wallAt } from './opening-hours-clock.ts';
import { dayNumber, dayText } from './opening-hours-days.ts';
import type { ReadRow } from './opening-hours-row.ts';
import { type Because, dayUnknown, readRows, rowsFor, type ScheduleRow, type UnknownReason } from './opening-hours.ts';

export interface DaySpan {
  /** HH:MM, or null when not known. Open around the clock is 00:00 to 24:00. */
  opens: string | null;
  closes: string | null;
  /** It closes on the day after. */
  nextDay: boolean;
  appointment: boolean;
  /** Why it is not certain; missing when it is. */
  doubt?: UnknownReason;
}

export interface DayHours {
  /** Unknown: no span is certain, and nobody said closed. */
  state: 'open' | 'closed' | 'unknown';
  spans: DaySpan[];
  /** Set by a holiday or another exception, not by the regular week. */
  exception: boolean;
  /** There may be hours beyond those listed. */
  more: boolean;
  because: Because;
}

export interface WeekLine {
  /** Days in a row with the same hours, YYYY-MM-DD. */
  days: string[];
  /** Monday is 1. */
  weekdays: number[];
  hours: DayHours;
}

interface Laid {
  opens: number | null;
  closes: number | null;
  appointment: boolean;
  doubt: UnknownReason | null;
  row: number;
}

/** The hours that begin on a day (YYYY-MM-DD; RangeError for no such day), touching and overlapping ones joined. */
export function spansOn(schedules: ScheduleRow[], day: string, zone: string): DayHours {
  return hoursOf(readRows(schedules, zone), numberOf(day), zone);
}

/** Seven days from `from` on, neighbours with the same hours on one line. */
export function weekTable(schedules: ScheduleRow[], from: string, zone: string): WeekLine[] {
  const rows = readRows(schedules, zone);
  const first = numberOf(from);
  const lines: WeekLine[] = [];
  let likeness = '';
  for (let day = first; day < first + 7; day++) {
    const hours = hoursOf(rows, day, zone);
    const { because: _, ...shown } = hours;
    const like = JSON.stringify(shown);
    if (like !== likeness) lines.push({ days: [], weekdays: [], hours });
    likeness = like;
    lines.at(-1)!.days.push(dayText(day));
    lines.at(-1)!.weekdays.push(((day + 3) % 7) + 1);
  }
  return lines;
}

function hoursOf(rows: ReadRow[], day: number, zone: string): DayHours {
  const { sure, doubtful } = rowsFor(rows, day);
  const unknown = dayUnknown(rows, day, sure);
  // A row on another clock may begin on this day by its own calendar's day before or after.
  const laid = rows.every((row) => row.zone === zone)
    ? laidOn(rows, day, day, zone)
    : [day - 1, day, day + 1].flatMap((at) => laidOn(rows, at, day, zone));
  const spans = joined(laid);
  const open = spans.find((span) => span.doubt === null);
  const doubted = spans.find((span) => span.doubt !== null);
  const closure = sure.find((row) => row.closed);
  const closed: Because = closure ? { kind: 'closure', row: closure.index } : { kind: 'outside_hours' };
  return {
    state: open ? 'open' : doubted || unknown ? 'unknown' : 'closed',
    spans: spans.map((span) => ({
      opens: clock(span.opens),
      closes: span.closes === null ? null : span.closes > 1440 ? clock(span.closes - 1440) : clock(span.closes),
      nextDay: span.closes !== null && span.closes > 1440,
      appointment: span.appointment,
      ...(span.doubt ? { doubt: span.doubt } : {}),
    })),
    exception: sure.length + doubtful.length > 0,
    more: unknown !== null,
    because: open
      ? { kind: rows[open.row]!.exception ? 'exception' : rows[open.row]!.allDay ? 'all_day' : 'hours', row: open.row }
      : doubted
        ? { kind: doubted.doubt!, row: doubted.row }
        : (unknown ?? closed),
  };
}

/** The spans that rows lay on their day `at` and that begin on the place's day `shown`. */
function laidOn(rows: ReadRow[], at: number, shown: number, zone: string): Laid[] {
  const { sure, doubtful, laid } = rowsFor(rows, at);
  const torn = sure.some((row) => row.closed) && sure.some((row) => !row.closed);
  const doubt = doubtful[0]?.doubt ?? (torn ? 'conflict' : null);
  return [...laid, ...doubtful].flatMap((row) => {
    if (row.closed || (row.zone === zone && at !== shown)) return [];
    const known = row.opens !== null && row.closes !== null;
    const missing = row.allDay || known ? null : row.appointment ? 'appointment' : 'partly';
    const span: Laid = {
      opens: row.allDay ? 0 : row.opens,
      closes: row.allDay ? 1440 : closing(row),
      appointment: row.appointment,
      doubt: row.doubt ?? doubt ?? missing,
      row: row.index,
    };
    return row.zone === zone ? [span] : moved(span, row.zone, at, zone, shown);
  });
}

/** Minutes from the midnight that the day begins with; midnight as a closing time is the one that it ends with. */
const closing = ({ opens, closes }: ReadRow): number | null =>
  closes !== null && closes <= (opens ?? 0) ? closes + 1440 : closes;

/** A span read on the clock of the place. */
function moved(span: Laid, from: string, at: number, zone: string, shown: number): Laid[] {
  const there = (minutes: number) => {
    const wall = wallAt(zone, reached(from, at + Math.floor(minutes / 1440), minutes % 1440).first);
    return (wall.day - shown) * 1440 + wall.minutes;
  };
  const opens = span.opens === null ? null : there(span.opens);
  const closes = span.closes === null ? null : there(span.closes);
  const begins = opens ?? closes ?? (at - shown) * 1440;
  return begins >= 0 && begins < 1440 ? [{ ...span, opens, closes }] : [];
}

function joined(laid: Laid[]): Laid[] {
  const result: Laid[] = [];
  for (const span of laid.sort((a, b) => (a.opens ?? -1) - (b.opens ?? -1) || (a.closes ?? 0) - (b.closes ?? 0))) {
    const last = result.find(
      (one) =>
        one.appointment === span.appointment &&
        one.doubt === span.doubt &&
        (one.opens === null || one.closes === null || span.opens === null || span.closes === null
          ? one.opens === span.opens && one.closes === span.closes
          : span.opens <= one.closes),
    );
    if (!last) result.push({ ...span });
    else if (last.closes !== null && span.closes !== null) last.closes = Math.max(last.closes, span.closes);
  }
  return result;
}

function numberOf(day: string): number {
  const number = dayNumber(day);
  if (number === null) throw new RangeError('A day is written YYYY-MM-DD.');
  return number;
}

const clock = (minutes: number | null): string | null =>
  minutes === null
    ? null
    : `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
