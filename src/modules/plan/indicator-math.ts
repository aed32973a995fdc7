/**
 * What an indicator's values say on a day. The direction is data and is never guessed from baseline and target: where they contradict it, or
 * where there is none, the answer is "undefined" and says why.
 *
 * Two families: `up`, `down` and `milestone` travel from a baseline to a target and have a share of the way; `keepAtLeast` and `keepAtMost`
 * hold a line, have no way to travel and so can be neither ahead nor late. Nothing is clamped: −20 % and 130 % of the way are shown as such.
 */
import type { Words } from './progress.ts';
import type { Day, Text } from './shape.ts';

export type Direction = 'up' | 'down' | 'keepAtLeast' | 'keepAtMost' | 'milestone' | 'undefined';
export type Period = 'month' | 'quarter' | 'year';

/** One measurement. `value: null` says that there is none for this day, and `why` that it was looked for. */
export interface IndicatorValue {
  on: Day;
  value: number | null;
  why?: Text;
}

/** A baseline or target; dated when it is known for when. */
export interface Mark {
  value: number;
  on?: Day;
}

export interface Indicator {
  direction: Direction;
  baseline?: Mark | null;
  /** For the two keeping directions: the line to hold. */
  target?: Mark | null;
  /** How often a value is due; absent when it is not. */
  period?: Period | null;
  /** The day from which values are due; otherwise the baseline's day or that of the first value. */
  from?: Day | null;
  /** In the order recorded: of two values of one day the later wins. */
  values: IndicatorValue[];
}

export type IndicatorState =
  | 'met'
  | 'onWay'
  | 'notYet'
  | 'regressed'
  | 'surpassed'
  | 'kept'
  | 'broken'
  | 'noData'
  | 'undefined';

/** A closed period without a number. `why` is there when somebody recorded that there is none. */
export interface MissingPeriod {
  /** `2019-03`, `2019-Q1` or `2019`. */
  period: string;
  from: Day;
  to: Day;
  why?: Text;
}

export interface Assessment {
  state: IndicatorState;
  /** Why the state is what it is. */
  because: Words;
  /** The newest number on or before the day. */
  latest: { on: Day; value: number } | null;
  /** The share of the way from baseline to target, unclamped (0.5 is half way); null where there is no way to travel. */
  share: number | null;
  /** How the latest number compares with the one before it, in the indicator's own direction. */
  trend: 'better' | 'worse' | 'same' | null;
  /** The target's day has passed and the target is not reached. Never true of a line that is to be held. */
  late: boolean;
  /** Where an even pace from a dated baseline to a dated target would be on the day; null before the baseline's day. */
  expected: { value: number; share: number } | null;
  /** The latest number against that pace on the number's own day, since figures arrive late. */
  pace: 'ahead' | 'level' | 'behind' | null;
  /** The newest entry, when it is newer than the latest number and says that there is none. */
  unavailable: { on: Day; why?: Text } | null;
  /** Every period that closed before the day and has no number, oldest first. */
  missing: MissingPeriod[];
  /** Periods that closed before the day; with `missing` it gives "11 of 12 reported". */
  periodsDue: number;
}

/** What the indicator says on the day. Linear in values and periods. Values that are no finite numbers count as missing. */
export function assess(indicator: Indicator, day: Day): Assessment {
  const values = indicator.values.filter(({ on }) => on <= day);
  const numbers = newestPerDay(values).filter(isNumber);
  const latest = numbers.at(-1) ?? null;
  const previous = numbers.at(-2) ?? null;
  const newest = newestPerDay(values).at(-1);
  const sense = senseOf(indicator.direction);
  const route = routeOf(indicator);
  const { state, because } = judge(indicator, route, latest?.value ?? null);
  const reached = state === 'met' || state === 'surpassed';
  const paceAtLatest = route && latest && paceOn(indicator, route, latest.on);
  return {
    state,
    because,
    latest: latest && { on: latest.on, value: latest.value },
    share: route && latest && shareOf(route, latest.value),
    trend:
      latest && previous && sense !== 0
        ? compare((latest.value - previous.value) * sense, 'better', 'same', 'worse')
        : null,
    late: route !== null && !reached && indicator.target?.on !== undefined && day > indicator.target.on,
    expected: route && paceOn(indicator, route, day),
    pace: paceAtLatest ? compare((latest.value - paceAtLatest.value) * sense, 'ahead', 'level', 'behind') : null,
    unavailable: newest && !isNumber(newest) ? { on: newest.on, ...(newest.why && { why: newest.why }) } : null,
    ...completeness(indicator, values, day),
  };
}

/** A way from a start to a goal, in the indicator's direction. Without a baseline `start` is null. */
interface Route {
  start: number | null;
  goal: number;
  sense: 1 | -1;
}

function senseOf(direction: Direction): 1 | -1 | 0 {
  if (direction === 'undefined') return 0;
  return direction === 'down' || direction === 'keepAtMost' ? -1 : 1;
}

/** The way to travel; null for lines to be held, for a missing direction or target, and where baseline and target contradict the direction. */
function routeOf({ direction, baseline, target }: Indicator): Route | null {
  const milestone = direction === 'milestone';
  if (!milestone && direction !== 'up' && direction !== 'down') return null;
  // A milestone without numbers is a thing that has happened (1) or has not (0).
  const goal = target?.value ?? (milestone ? 1 : null);
  const start = baseline?.value ?? (milestone ? 0 : null);
  const sense = direction === 'down' ? -1 : 1;
  if (goal === null || (start !== null && (goal - start) * sense < 0)) return null;
  return { start, goal, sense };
}

function judge(
  indicator: Indicator,
  route: Route | null,
  value: number | null,
): { state: IndicatorState; because: Words } {
  const { direction, baseline, target } = indicator;
  const say = (state: IndicatorState, key: string = state) => ({
    state,
    because: {
      key: `plan.indicator.${key}`,
      values: {
        direction,
        ...(value !== null && { value }),
        ...(target && { target: target.value }),
        ...(baseline && { baseline: baseline.value }),
      },
    },
  });
  if (value === null) return say('noData');
  if (direction === 'undefined') return say('undefined', 'noDirection');
  if (direction === 'keepAtLeast' || direction === 'keepAtMost') {
    if (!target) return say('undefined', 'noTarget');
    const holds = direction === 'keepAtLeast' ? value >= target.value : value <= target.value;
    return say(holds ? 'kept' : 'broken');
  }
  if (route === null) return say('undefined', target ? 'contradiction' : 'noTarget');
  const { start, goal, sense } = route;
  if (value === goal) return say('met');
  if ((value - goal) * sense > 0) return say('surpassed');
  if (start === null || value === start) return say('notYet');
  return say((value - start) * sense < 0 ? 'regressed' : 'onWay');
}

/** Null without a baseline, and where the goal is the start: there is no way to have a share of. Adding 0 keeps −0 off the page. */
function shareOf({ start, goal }: Route, value: number): number | null {
  return start === null || goal === start ? null : (value - start) / (goal - start) + 0;
}

/** The even pace on a day: level with the goal once its day has come. A milestone has no pace, it happens or it does not. */
function paceOn({ direction, baseline, target }: Indicator, { start, goal }: Route, day: Day) {
  if (direction === 'milestone' || start === null || !baseline?.on || !target?.on) return null;
  if (target.on <= baseline.on || day < baseline.on) return null;
  const share = Math.min(1, dayNumber(day, baseline.on) / dayNumber(target.on, baseline.on));
  return { value: start + (goal - start) * share, share };
}

/** The periods that closed before the day, from the first that was due, and those among them without a number. */
function completeness(indicator: Indicator, values: IndicatorValue[], day: Day) {
  const first = indicator.from ?? indicator.baseline?.on ?? earliest(values);
  const missing: MissingPeriod[] = [];
  if (!indicator.period || first === undefined) return { missing, periodsDue: 0 };
  const size = { month: 1, quarter: 3, year: 12 }[indicator.period];
  const index = (on: Day) => Math.floor((Number(on.slice(0, 4)) * 12 + Number(on.slice(5, 7)) - 1) / size);
  const said = new Map<number, IndicatorValue>();
  for (const value of newestPerDay(values)) {
    const at = index(value.on);
    if (isNumber(value) || !isNumber(said.get(at))) said.set(at, value);
  }
  // The baseline is itself the number of its period.
  const { baseline } = indicator;
  if (baseline?.on) said.set(index(baseline.on), { on: baseline.on, value: baseline.value });
  let periodsDue = 0;
  for (let at = index(first); ; at += 1) {
    const [from, to] = [firstOf(at * size), dayBefore(firstOf((at + 1) * size))];
    if (to >= day) return { missing, periodsDue };
    periodsDue += 1;
    const value = said.get(at);
    if (isNumber(value)) continue;
    missing.push({ period: periodName(indicator.period, from), from, to, ...(value?.why && { why: value.why }) });
  }
}

function periodName(period: Period, from: Day): string {
  if (period === 'year') return from.slice(0, 4);
  if (period === 'month') return from.slice(0, 7);
  return `${from.slice(0, 4)}-Q${Math.ceil(Number(from.slice(5, 7)) / 3)}`;
}

function isNumber(value: IndicatorValue | undefined): value is IndicatorValue & { value: number } {
  return value !== undefined && Number.isFinite(value.value);
}

/** One value a day, the later recorded, oldest day first. */
function newestPerDay(values: IndicatorValue[]): IndicatorValue[] {
  const byDay = new Map(values.map((value) => [value.on, value]));
  return [...byDay.values()].sort((a, b) => (a.on < b.on ? -1 : 1));
}

function earliest(values: IndicatorValue[]): Day | undefined {
  return values.reduce<Day | undefined>((low, { on }) => (low === undefined || on < low ? on : low), undefined);
}

function compare<A, B, C>(difference: number, over: A, even: B, under: C): A | B | C {
  return difference > 0 ? over : difference < 0 ? under : even;
}

function dayNumber(day: Day, since: Day): number {
  return (Date.parse(day) - Date.parse(since)) / 86_400_000;
}

/** The first day of a month counted from year 0. */
function firstOf(months: number): Day {
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`;
}

function dayBefore(day: Day): Day {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}
