/**
 * Opening hours worked out a second time, for the tests alone: nothing here is shared with the engine. It walks through a stretch of time in small
 * steps, asks Intl.DateTimeFormat what the clock on the wall shows at each, writes out every date that a row names by listing weeks and months, and
 * paints what each says on the steps. Slow and plain on purpose.
 */
import type { ScheduleRow } from './opening-hours.ts';

export interface Walk {
  zone: string;
  from: number;
  step: number;
  length: number;
  /** The highest wall time shown up to a step, and the lowest from it on, as YYYYMMDDHHMM. */
  highest: Float64Array;
  lowest: Float64Array;
}

export const stateNames = ['closed', 'unknown', 'open by appointment', 'open'];

const names = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const oneDay = 864e5;

export function walk(zone: string, from: number, to: number, step: number): Walk {
  const length = (to - from) / (step * 60_000);
  const highest = new Float64Array(length);
  const lowest = new Float64Array(length);
  const show = shower(zone);
  for (let at = 0; at < length; at++) {
    lowest[at] = show(from + at * step * 60_000);
    highest[at] = Math.max(lowest[at]!, highest[at - 1] ?? 0);
  }
  for (let at = length - 2; at >= 0; at--) lowest[at] = Math.min(lowest[at]!, lowest[at + 1]!);
  return { zone, from, step, length, highest, lowest };
}

/** Three days, minute by minute, around each change of the clock in a year. */
export function minuteWalk(zone: string, year: number): Walk[] {
  const show = shower(zone);
  const found: Walk[] = [];
  for (let noon = Date.UTC(year, 0, 1, 12); noon < Date.UTC(year, 11, 31); noon += oneDay) {
    if (show(noon) % 10_000 === show(noon + oneDay) % 10_000) continue;
    found.push(walk(zone, noon - oneDay, noon + 2 * oneDay, 1));
  }
  return found;
}

function shower(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (at) => {
    const [, day, month, year, hour, minute] = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/.exec(format.format(at))!;
    return Number(`${year}${month}${day}${hour}${minute}`);
  };
}

const otherWalks = new Map<string, Walk>();

function walkIn(zone: string, over: Walk): Walk {
  if (zone === over.zone) return over;
  const key = `${zone} ${over.from} ${over.step} ${over.length}`;
  if (!otherWalks.has(key))
    otherWalks.set(key, walk(zone, over.from, over.from + over.length * over.step * 60_000, over.step));
  return otherWalks.get(key)!;
}

/** The first step at which the clock shows this or later. */
function firstShown(over: Walk, stamp: number): number {
  let [low, high] = [0, over.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (over.highest[middle]! >= stamp) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The step from which on the clock shows nothing before this any more. */
function lastShown(over: Walk, stamp: number): number {
  let [low, high] = [0, over.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (over.lowest[middle]! >= stamp) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Said {
  row: ScheduleRow;
  special: boolean;
  words: boolean;
  doubt: boolean;
  rank: number;
  begin: string;
  end: string;
  dates: (date: string) => boolean;
  zone: string;
}

/** 0 closed, 1 unknown, 2 open by appointment, 3 open, for each step. */
export function answerByWalking(rows: ScheduleRow[], zone: string, over: Walk): Uint8Array {
  const states = new Uint8Array(over.length);
  const paint = (from: number, to: number, state: number) => {
    for (let at = from; at < to; at++) if (states[at]! < state) states[at] = state;
  };
  const said = rows.map((row) => understand(row, zone));
  const before = iso(over.from - 3 * oneDay);
  const after = iso(over.from + over.length * over.step * 60_000 + 3 * oneDay);
  for (let date = before; date <= after; date = plus(date, 1)) {
    const special = speaking(said, date);
    if (special.firm.length === 0 && silent(said, date)) {
      paint(firstShown(over, stamp(date, 0)), firstShown(over, stamp(plus(date, 1), 0)), 1);
    }
    const rowsOfDay =
      special.firm.length > 0 ? special.firm : said.filter((one) => !one.special && !one.words && one.dates(date));
    const fight = special.firm.some((one) => one.row.closed) && special.firm.some((one) => !one.row.closed);
    for (const one of [...rowsOfDay, ...special.loose]) {
      if (one.row.closed) continue;
      const own = walkIn(one.zone, over);
      const sure = one.doubt || fight || special.loose.length > 0 ? 1 : one.row.by_appointment ? 2 : 3;
      const opens = minutes(one.row.opens_at);
      const closes = minutes(one.row.closes_at);
      const dawn = firstShown(own, stamp(date, 0));
      const midnight = firstShown(own, stamp(plus(date, 1), 0));
      if (one.row.all_day || (opens === 0 && closes === 0)) paint(dawn, midnight, sure);
      else if (opens === null && closes === null) paint(dawn, midnight, 1);
      else if (closes === null) paint(firstShown(own, stamp(date, opens!)), midnight, 1);
      else if (opens === null) paint(dawn, closes === 0 ? midnight : lastShown(own, stamp(date, closes)), 1);
      else {
        const over24 = closes <= opens;
        const start = stamp(date, opens);
        const stop = stamp(over24 ? plus(date, 1) : date, closes);
        const tomorrow = speaking(said, plus(date, 1));
        const stoppers = [...tomorrow.firm, ...tomorrow.loose];
        const cut = over24 && stoppers.length > 0 && !stoppers.includes(one);
        paint(lastShown(own, start), cut ? Math.min(midnight, firstShown(own, stop)) : firstShown(own, stop), sure);
        if (firstShown(own, start) < lastShown(own, start) || firstShown(own, stop) < lastShown(own, stop) || cut) {
          paint(firstShown(own, start), lastShown(own, stop), 1);
        }
      }
    }
  }
  return states;
}

/** The exceptions that count on a date, and those that might. */
function speaking(said: Said[], date: string): { firm: Said[]; loose: Said[] } {
  const all = said.filter((one) => one.special && one.dates(date)).sort((a, b) => a.rank - b.rank);
  const best = all.find((one) => !one.doubt)?.rank ?? Number.POSITIVE_INFINITY;
  return {
    firm: all.filter((one) => !one.doubt && one.rank === best),
    loose: all.filter((one) => one.doubt && one.rank <= best),
  };
}

/** Whether the regular rows leave a day open to guessing outside of their hours. */
function silent(said: Said[], date: string): boolean {
  const current = said.filter((one) => !one.special && date >= one.begin && date <= one.end);
  if (current.some((one) => one.words && !nothing(one.row))) return true;
  return !current.some((one) => !one.words && one.row.verified !== false);
}

const nothing = (row: ScheduleRow): boolean =>
  Object.keys(row).every((key) => key === 'verified' || key === 'timezone' || row[key as keyof ScheduleRow] === false);

function understand(row: ScheduleRow, place: string): Said {
  const special = Boolean(row.exception || row.closed);
  const parts = row.byday?.split(',') ?? [];
  const unreadable = row.opens_at === 'nine' || (row.freq === 'WEEKLY' && parts.some((part) => part.length > 2));
  const ruled = Boolean(row.freq || row.byday || row.bymonthday || row.byyearday || row.byweekno);
  const begin =
    [row.valid_from, row.dtstart]
      .filter((one) => one)
      .sort()
      .at(-1) ?? '0000-00-00';
  const ends = [row.valid_to, row.until].filter((one): one is string => Boolean(one));
  if (!ruled && !special && row.dtstart) ends.push(row.dtstart);
  if (!ruled && !special && !row.dtstart && row.valid_from && row.valid_from === row.valid_to) ends.push(row.valid_to);
  const daysNamed = special
    ? ruled || Boolean(row.valid_from || row.valid_to)
    : ruled
      ? Boolean(row.dtstart) ||
        (!((row.interval ?? 1) !== 1 || row.count) && Boolean(row.byday || row.bymonthday || row.byyearday))
      : Boolean(row.dtstart || (row.valid_from && row.valid_from === row.valid_to));
  const timesNamed = Boolean(row.all_day || row.opens_at || row.closes_at);
  const listed = ruled ? list(row) : null;
  if (listed && row.count && row.dtstart && listed.length >= Number(row.count))
    ends.push(listed[Number(row.count) - 1]!);
  const end = ends.sort()[0] ?? '9999-12-31';
  const set = listed && new Set(listed);
  const season = (date: string) => {
    const [first, last, key] = [row.valid_from!.slice(5), row.valid_to!.slice(5), date.slice(5)];
    return first <= last ? first <= key && key <= last : first <= key || key <= last;
  };
  return {
    row,
    special,
    words: !special && (unreadable || (!daysNamed && !timesNamed)),
    doubt: row.verified === false || !daysNamed || unreadable || Boolean(row.closed && timesNamed),
    rank:
      special && row.valid_from && row.valid_to
        ? (Date.parse(row.valid_to) - Date.parse(row.valid_from)) / oneDay + (row.every_year ? 0.5 : 0)
        : Number.POSITIVE_INFINITY,
    begin,
    end,
    dates: (date) => (row.every_year ? season(date) : date >= begin && date <= end) && (set === null || set.has(date)),
    zone: zoneOf(row, place),
  };
}

/** Every date a rule names from the end of 2024 to early 2027, in order, by listing its weeks or months. */
function list(row: ScheduleRow): string[] {
  const found = new Set<string>();
  const origin = row.dtstart ?? '2024-11-01';
  const every = row.dtstart ? Number(row.interval ?? 1) : 1;
  const days = row.byday?.split(',') ?? [];
  if (row.freq === 'MONTHLY') {
    const [year, month] = origin.split('-').map(Number) as [number, number];
    for (let at = month - 1; at < (2027 - year) * 12 + 2; at += every) {
      const dates: string[] = [];
      const first = iso(Date.UTC(year, at, 1));
      for (let date = first; date.slice(0, 7) === first.slice(0, 7); date = plus(date, 1)) dates.push(date);
      let chosen = dates;
      if (row.bymonthday) {
        const wanted = String(row.bymonthday).split(',').map(Number);
        chosen = wanted.map((one) => dates.at(one > 0 ? one - 1 : one)).filter((one) => one !== undefined);
      }
      if (days.length > 0) {
        const picked = days.flatMap((part) => {
          const same = dates.filter((date) => part.endsWith(nameOf(date)));
          const nth = Number.parseInt(part, 10);
          return Number.isNaN(nth)
            ? same
            : nth > 0
              ? same.slice(nth - 1, nth)
              : same.slice(nth, nth + 1 || undefined).slice(0, same.length + nth < 0 ? 0 : 1);
        });
        chosen = chosen.filter((date) => picked.includes(date));
      } else if (!row.bymonthday && !row.byyearday && row.dtstart) {
        chosen = chosen.filter((date) => date.slice(8) === row.dtstart!.slice(8));
      }
      for (const date of chosen) found.add(date);
    }
  } else {
    const turn = row.wkst ?? 'MO';
    let week = origin;
    while (nameOf(week) !== turn) week = plus(week, -1);
    for (; week < '2027-01-15'; week = plus(week, 7 * every)) {
      for (let at = 0; at < 7; at++) {
        const date = plus(week, at);
        if (days.length > 0 ? days.includes(nameOf(date)) : !row.dtstart || nameOf(date) === nameOf(row.dtstart)) {
          if (!row.byweekno || inWeeks(String(row.byweekno).split(',').map(Number), week, turn)) found.add(date);
        }
      }
    }
  }
  const yearDays = row.byyearday ? String(row.byyearday).split(',').map(Number) : null;
  return [...found]
    .filter(
      (date) =>
        date >= (row.dtstart ?? '') && (!yearDays || yearDays.some((one) => date === yearDay(date.slice(0, 4), one))),
    )
    .sort();
}

function yearDay(year: string, nth: number): string {
  return nth > 0 ? plus(`${year}-01-01`, nth - 1) : plus(`${Number(year) + 1}-01-01`, nth);
}

/** Week 1 holds 4 January; the weeks of a year end where the next year's begin. */
function inWeeks(wanted: number[], week: string, turn: string): boolean {
  const firstWeek = (year: number) => {
    let date = `${year}-01-04`;
    while (nameOf(date) !== turn) date = plus(date, -1);
    return date;
  };
  let year = Number(week.slice(0, 4)) + 1;
  while (firstWeek(year) > week) year--;
  return wanted.some(
    (one) =>
      week === plus(one > 0 ? firstWeek(year) : firstWeek(year + 1), 7 * (one > 0 ? one - 1 : one)) &&
      inYear(firstWeek(year), week, firstWeek(year + 1)),
  );
}

const inYear = (first: string, week: string, next: string): boolean => week >= first && week < next;

function zoneOf(row: ScheduleRow, place: string): string {
  if (row.timezone === undefined || row.timezone === null) return place;
  const name = String(row.timezone);
  if (name.includes('/')) return name;
  const hours = Number.parseInt(name, 10);
  const shown = [0, 6].map((month) => {
    const at = Date.UTC(2026, month, 10, 12);
    const wall = String(shower(place)(at));
    return (
      (Date.UTC(
        Number(wall.slice(0, 4)),
        Number(wall.slice(4, 6)) - 1,
        Number(wall.slice(6, 8)),
        Number(wall.slice(8, 10)),
        Number(wall.slice(10)),
      ) -
        at) /
      36e5
    );
  });
  return shown.includes(hours) ? place : `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
}

function minutes(time: string | null | undefined): number | null {
  if (!time) return null;
  if (time === '23:59' || time === '24:00') return 0;
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);
const plus = (date: string, days: number): string => iso(Date.parse(date) + days * oneDay);
const nameOf = (date: string): string => names[new Date(date).getUTCDay()]!;
const stamp = (date: string, minute: number): number =>
  Number(date.replaceAll('-', '')) * 10_000 + Math.floor(minute / 60) * 100 + (minute % 60);
