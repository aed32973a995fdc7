/**
 * Reads one schedule row into what can be laid on a calendar, and says what it leaves open. A row may say which days and which hours, only one of
 * the two, or nothing but words; what is missing or cannot be read is never filled in, it becomes a doubt that the answer carries.
 */
import { knownZone, usesOffset } from './opening-hours-clock.ts';
import { type DayRule, dayNumber, dayOfLast, monthDay, namesDay, saysWhichDays } from './opening-hours-days.ts';

/**
 * A schedule row: the fields of HSDS 3.1 by their names, days as YYYY-MM-DD, times as HH:MM with or without seconds and offset, and what
 * directories know beyond it. Texts from a CSV file are fine everywhere.
 */
export interface ScheduleRow {
  valid_from?: string | null;
  valid_to?: string | null;
  dtstart?: string | null;
  /** Hours from UTC as HSDS has it, an offset such as -05:00, or a zone's name. Missing: the place's own clock. */
  timezone?: number | string | null;
  until?: string | null;
  count?: number | string | null;
  wkst?: string | null;
  freq?: string | null;
  interval?: number | string | null;
  byday?: string | null;
  byweekno?: number | string | null;
  bymonthday?: number | string | null;
  byyearday?: number | string | null;
  description?: string | null;
  opens_at?: string | null;
  closes_at?: string | null;
  schedule_link?: string | null;
  attending_type?: string | null;
  notes?: string | null;
  /** Closed on the days that the row names, whatever other rows say. Makes the row an exception. */
  closed?: boolean | null;
  /** On the days that the row names its hours stand in place of the regular ones. */
  exception?: boolean | null;
  /** An exception that comes back: only month and day of valid_from and valid_to count. */
  every_year?: boolean | null;
  /** Open around the clock on the days that the row names. */
  all_day?: boolean | null;
  by_appointment?: boolean | null;
  /** False when nobody has confirmed the row: it is shown, but nothing is certain because of it. */
  verified?: boolean | null;
}

export type UnknownReason =
  | 'no_hours'
  | 'text_only'
  | 'partly'
  | 'unverified'
  | 'lapsed'
  | 'appointment'
  | 'conflict'
  | 'clock_change';

export interface ReadRow {
  index: number;
  exception: boolean;
  closed: boolean;
  /** Exceptions: how many days it spans. The narrower one is meant when two cover a day. */
  width: number;
  /** In force from and to these days, both included. */
  from: number;
  to: number;
  /** Names nothing that can be laid on a calendar, and why. */
  vague: UnknownReason | null;
  /** What it names is not certain, and why. */
  doubt: UnknownReason | null;
  verified: boolean;
  names: (day: number) => boolean;
  allDay: boolean;
  /** Minutes after midnight. A closing time at or before the opening time is the next day's. */
  opens: number | null;
  closes: number | null;
  appointment: boolean;
  zone: string;
}

const forever = Number.POSITIVE_INFINITY;
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Reads a row of a place whose clock is `zone`. Never throws for what a row says. */
export function readRow(row: ScheduleRow, index: number, zone: string): ReadRow {
  const bad: string[] = [];
  const exception = row.exception === true || row.closed === true;
  const start = day(row.dtstart, bad);
  const validFrom = day(row.valid_from, bad);
  const validTo = day(row.valid_to, bad);
  const until = day(row.until, bad);
  const rule = readRule(row, start, bad);
  const count = whole(row.count, bad, 1);
  const opens = time(row.opens_at, bad, zone);
  const closes = endOfDay(time(row.closes_at, bad, zone));
  const rowZone = readZone(row.timezone, bad, zone);
  if (opens?.minutes === 1440) bad.push('opens_at');
  if (opens?.zone && closes?.zone && opens.zone !== closes.zone) bad.push('closes_at');

  const single =
    rule === null && !exception ? (start ?? (validFrom !== null && validFrom === validTo ? validFrom : null)) : null;
  const lastByCount =
    rule !== null && count !== null && start !== null
      ? dayOfLast(rule, count, Math.min(validTo ?? forever, until ?? forever))
      : null;
  const from = Math.max(validFrom ?? -forever, start ?? -forever);
  const to = Math.min(validTo ?? forever, until ?? forever, lastByCount ?? forever, single ?? forever);
  const saysDays = exception
    ? rule !== null
      ? saysWhichDays(rule)
      : Number.isFinite(from) || Number.isFinite(to)
    : rule !== null
      ? saysWhichDays(rule) && !(count !== null && start === null)
      : single !== null;
  const allDay = row.all_day === true || (opens?.minutes === 0 && closes !== null && closes.minutes % 1440 === 0);
  const saysTimes = allDay || opens !== null || closes !== null;
  const season = yearly(row, exception, validFrom, validTo, bad);

  const read: ReadRow = {
    index,
    exception,
    closed: row.closed === true,
    width: season ? season.width : to - from + 1,
    from: season ? -forever : from,
    to: season ? forever : to,
    vague: null,
    doubt: null,
    verified: row.verified !== false,
    names: (at) =>
      (season ? season.holds(at) : at >= from && at <= to) &&
      (rule === null || namesDay(rule, at)) &&
      (single === null || at === single),
    allDay,
    opens: allDay ? null : (opens?.minutes ?? null),
    closes: allDay || closes === null ? null : closes.minutes % 1440,
    appointment: row.by_appointment === true,
    zone: opens?.zone ?? closes?.zone ?? rowZone,
  };
  if (bad.length > 0) {
    // Where a field cannot be read the rule cannot be trusted either: the row weighs on every day between the bounds that can be read.
    read.doubt = 'partly';
    if (exception) read.names = (at) => at >= read.from && at <= read.to;
    else read.vague = 'partly';
  } else if (exception) {
    if (!saysDays || (read.closed && saysTimes)) read.doubt = saysDays ? 'conflict' : 'partly';
  } else if (!saysDays && !saysTimes) {
    const dated = rule !== null || Number.isFinite(from) || Number.isFinite(to);
    read.vague = read.appointment
      ? 'appointment'
      : rule === null && words(row)
        ? 'text_only'
        : dated
          ? 'partly'
          : 'no_hours';
  } else if (!saysDays) {
    read.doubt = 'partly';
  }
  if (!read.verified) read.doubt = 'unverified';
  return read;
}

function readRule(row: ScheduleRow, start: number | null, bad: string[]): DayRule | null {
  const freq = text(row.freq)?.toUpperCase();
  const interval = whole(row.interval, bad, 1) ?? 1;
  const wkst = weekdays.indexOf(text(row.wkst)?.toUpperCase() ?? 'MO');
  const rule: DayRule = {
    freq: freq === 'MONTHLY' ? 'MONTHLY' : 'WEEKLY',
    interval,
    wkst,
    byday: [],
    byweekno: numbers(row.byweekno, bad, 53),
    bymonthday: numbers(row.bymonthday, bad, 31),
    byyearday: numbers(row.byyearday, bad, 366),
    start,
  };
  if (wkst < 0) bad.push('wkst');
  if (freq !== undefined && freq !== 'WEEKLY' && freq !== 'MONTHLY') bad.push('freq');
  for (const part of list(row.byday)) {
    const found = /^([+-]?\d)?([A-Z]{2})$/.exec(part.toUpperCase());
    const weekday = found ? weekdays.indexOf(found[2]!) : -1;
    const nth = Number(found?.[1] ?? 0);
    // "The second Monday" means nothing in a weekly rule.
    if (weekday < 0 || Math.abs(nth) > 5 || found?.[1]?.endsWith('0') || (nth !== 0 && rule.freq === 'WEEKLY'))
      bad.push('byday');
    else rule.byday.push({ nth, weekday });
  }
  const empty = rule.byday.length + rule.byweekno.length + rule.bymonthday.length + rule.byyearday.length === 0;
  // Days of the month without a frequency can only be meant monthly; it makes no difference but for an interval.
  if (freq === undefined && rule.bymonthday.length > 0) rule.freq = 'MONTHLY';
  return freq === undefined && empty ? null : rule;
}

function yearly(row: ScheduleRow, exception: boolean, from: number | null, to: number | null, bad: string[]) {
  if (row.every_year !== true) return null;
  if (!exception || from === null || to === null) {
    bad.push('every_year');
    return null;
  }
  const [first, last] = [monthDay(from), monthDay(to)];
  const holds = (at: number) => {
    const key = monthDay(at);
    return first <= last ? key >= first && key <= last : key >= first || key <= last;
  };
  let width = 0;
  for (let at = 0; at < 365; at++) if (holds(at)) width++;
  // Written for one year it is the more exact of two that span as many days.
  return { holds, width: width + 0.5 };
}

/** An offset that the place's own clocks use is taken as the place's clock: a door that opens at nine does so in summer too. */
function readZone(given: number | string | null | undefined, bad: string[], zone: string): string {
  const name = text(given);
  if (name === undefined) return zone;
  const offset = offsetMinutes(name);
  if (offset === null) {
    const known = /^[A-Za-z]/.test(name) ? knownZone(name) : null;
    if (known === null) bad.push('timezone');
    return known ?? zone;
  }
  if (usesOffset(zone, offset)) return zone;
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

function offsetMinutes(name: string): number | null {
  if (/^(?:Z|UTC|GMT)$/i.test(name)) return 0;
  const parts = /^([+-]?)(\d{1,2})(?::?([0-5]\d)|\.(\d+))?(?::00)?$/.exec(name);
  if (!parts || Number(parts[2]) > 14) return null;
  const size = Number(parts[2]) * 60 + (parts[4] ? Math.round(Number(`0.${parts[4]}`) * 60) : Number(parts[3] ?? 0));
  return parts[1] === '-' ? -size : size;
}

/** Minutes after midnight and the zone where the time names an offset. */
function time(
  given: string | null | undefined,
  bad: string[],
  zone: string,
): { minutes: number; zone?: string } | null {
  const value = text(given);
  if (value === undefined) return null;
  const parts = /^(\d{1,2}):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i.exec(value);
  const minutes = parts ? Number(parts[1]) * 60 + Number(parts[2]) : 1441;
  if (!parts || minutes > 1440) {
    bad.push('time');
    return null;
  }
  return { minutes, ...(parts[3] ? { zone: readZone(parts[3], bad, zone) } : {}) };
}

/** The end of the day, which many write 23:59 because their forms refuse 24:00. */
const endOfDay = <T extends { minutes: number } | null>(closes: T): T =>
  closes?.minutes === 1439 ? { ...closes, minutes: 1440 } : closes;

function day(given: string | null | undefined, bad: string[]): number | null {
  const value = text(given);
  const number = value === undefined ? null : dayNumber(value);
  if (value !== undefined && number === null) bad.push('day');
  return number;
}

function whole(given: number | string | null | undefined, bad: string[], least: number): number | null {
  const value = text(given);
  if (value === undefined) return null;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least) return number;
  bad.push('number');
  return null;
}

function numbers(given: number | string | null | undefined, bad: string[], most: number): number[] {
  const values = list(given).map(Number);
  const fine = values.filter((value) => Number.isInteger(value) && value !== 0 && Math.abs(value) <= most);
  if (fine.length < values.length) bad.push('numbers');
  return fine;
}

const list = (given: number | string | null | undefined): string[] =>
  (text(given) ?? '').split(/[\s,;]+/).filter((part) => part !== '');

const words = (row: ScheduleRow): boolean =>
  [row.description, row.notes, row.schedule_link, row.attending_type].some((value) => text(value) !== undefined);

function text(given: number | string | null | undefined): string | undefined {
  const value = given === null || given === undefined ? '' : String(given).trim();
  return value === '' ? undefined : value;
}
