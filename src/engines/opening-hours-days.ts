/**
 * Which days a schedule row names, as day numbers (0 is 1970-01-01) without any clock or zone. HSDS borrows WEEKLY and MONTHLY from RFC 5545 and
 * bends them: most rows have no first event, weeks and days of the year may narrow a weekly rule. Recurrence libraries (rrule, rrule-temporal) list
 * instants from a first event on; what is needed is one question, "does this row name this day". That is smaller by hand than by translating
 * into a library's rules, and a second implementation checks it over a whole year (opening-hours-year.test.ts).
 */

export interface DayRule {
  freq: 'WEEKLY' | 'MONTHLY';
  interval: number;
  /** First day of the week, Monday is 0. */
  wkst: number;
  /** `nth` is 0 for "each one", 2 for the second of the month, -1 for the last. */
  byday: { nth: number; weekday: number }[];
  byweekno: number[];
  bymonthday: number[];
  byyearday: number[];
  /** The first event's day: the phase of the interval, and the day itself where nothing else names one. */
  start: number | null;
}

const dayLength = 86_400_000;
const longestCount = 36_525;

/** The number of a day written YYYY-MM-DD or YYYYMMDD (a time behind it is left out), or null when there is no such day. */
export function dayNumber(text: string): number | null {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})(?:$|[T ])/.exec(text.trim());
  if (!parts) return null;
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? null : at / dayLength;
}

export const dayText = (day: number): string => new Date(day * dayLength).toISOString().slice(0, 10);

/** Monday is 0. */
export const weekdayOf = (day: number): number => modulo(day + 3, 7);

/** Month and day as one number that can be compared, 1225 for 25 December. */
export function monthDay(day: number): number {
  const date = new Date(day * dayLength);
  return (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}

/** Whether the rule names any day by itself; without a first event "every second week" or "weekly" does not say which. */
export function saysWhichDays(rule: DayRule): boolean {
  if (rule.start !== null) return true;
  return rule.interval === 1 && rule.byday.length + rule.bymonthday.length + rule.byyearday.length > 0;
}

/** Whether the rule names this day. Where no first event is given the phase of an interval is left open and every period counts. */
export function namesDay(rule: DayRule, day: number): boolean {
  const date = new Date(day * dayLength);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const dayOfMonth = date.getUTCDate();
  const monthLength = new Date(Date.UTC(2000, month + 1, 0)).getUTCDate() - (month === 1 && !isLeap(year) ? 1 : 0);
  if (rule.start !== null) {
    if (day < rule.start) return false;
    if (rule.interval > 1 && modulo(periodsSince(rule, rule.start, day), rule.interval) !== 0) return false;
  }
  if (rule.byweekno.length > 0) {
    const week = weekOfYear(day, rule.wkst);
    if (!holds(rule.byweekno, week.number, week.count)) return false;
  }
  if (rule.bymonthday.length > 0 && !holds(rule.bymonthday, dayOfMonth, monthLength)) return false;
  if (rule.byyearday.length > 0) {
    const first = dayNumber(`${String(year).padStart(4, '0')}-01-01`)!;
    if (!holds(rule.byyearday, day - first + 1, isLeap(year) ? 366 : 365)) return false;
  }
  if (rule.byday.length > 0) {
    return rule.byday.some(
      ({ nth, weekday }) =>
        weekday === weekdayOf(day) &&
        (nth === 0 || nth === Math.ceil(dayOfMonth / 7) || nth === -Math.ceil((monthLength - dayOfMonth + 1) / 7)),
    );
  }
  if (rule.bymonthday.length + rule.byyearday.length > 0 || rule.start === null) return true;
  return rule.freq === 'WEEKLY'
    ? weekdayOf(day) === weekdayOf(rule.start)
    : dayOfMonth === new Date(rule.start * dayLength).getUTCDate();
}

/** The day of the `count`th event from the first one on; null when it never comes up to `last`, nor within a hundred years. */
export function dayOfLast(rule: DayRule, count: number, last: number): number | null {
  if (rule.start === null) return null;
  let left = count;
  const end = Math.min(last, rule.start + longestCount);
  for (let day = rule.start; day <= end; day++) {
    if (namesDay(rule, day) && --left === 0) return day;
  }
  return null;
}

function periodsSince(rule: DayRule, start: number, day: number): number {
  if (rule.freq === 'WEEKLY') return (weekStart(day, rule.wkst) - weekStart(start, rule.wkst)) / 7;
  const months = (at: number) =>
    new Date(at * dayLength).getUTCFullYear() * 12 + new Date(at * dayLength).getUTCMonth();
  return months(day) - months(start);
}

/** RFC 5545: week 1 is the first with at least four days in the year, so a week belongs to the year of its fourth day. */
function weekOfYear(day: number, wkst: number): { number: number; count: number } {
  const fourth = weekStart(day, wkst) + 3;
  const year = String(new Date(fourth * dayLength).getUTCFullYear()).padStart(4, '0');
  const number = Math.floor((fourth - dayNumber(`${year}-01-01`)!) / 7) + 1;
  return { number, count: number + Math.floor((dayNumber(`${year}-12-31`)! - fourth) / 7) };
}

const weekStart = (day: number, wkst: number): number => day - modulo(weekdayOf(day) - wkst, 7);
const holds = (list: number[], at: number, length: number): boolean =>
  list.includes(at) || list.includes(at - length - 1);
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const modulo = (value: number, by: number): number => ((value % by) + by) % by;
