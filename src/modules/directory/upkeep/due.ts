/**
 * When a value has to be checked again: worked out from the day it came, the day somebody last made sure of it, and the network's period for its
 * class. Pure; nothing of it is stored, so a missed night changes nothing and any day can be asked for.
 *
 *   fine → due (the last days before) → late (nobody made sure in time)
 *
 * A hidden place is one value, `*`: whether it is still where we know it to be. What its record says beside that is not asked.
 */
import { type FieldClass, type Kind, shape, type ValueDays } from '#modules/organisations';

export type CheckedClass = Exclude<FieldClass, 'link'>;
/** Days between two checks, by class. */
export type Periods = Record<CheckedClass, number>;

export const checkedClasses = [
  'contact',
  'hours',
  'eligibility',
  'place',
  'identity',
  'text',
  'capacity',
] as const satisfies CheckedClass[];

export const defaultPeriods: Periods = {
  capacity: 7,
  hours: 180,
  contact: 180,
  eligibility: 365,
  place: 365,
  identity: 365,
  text: 365,
};

/** One value that somebody has to make sure of from time to time. */
export interface Value {
  record: string;
  kind: Kind;
  organizationId: string;
  /** HSDS field name; `*` for a hidden place. */
  field: string;
  class: CheckedClass;
  /** Day it came. */
  since: string;
  /** Newest day at or after it came on which somebody made sure. */
  checked: string | null;
}

export type DueState = 'fine' | 'due' | 'late';

export interface Due {
  state: DueState;
  /** Last day on which it counts as known. */
  by: string;
  /** First day of the state; null for one that is fine. */
  from: string | null;
}

/** What a person cannot confirm: points follow from the address, the rest is for machines. */
const unasked = new Set([
  'latitude',
  'longitude',
  'location_type',
  'uri',
  'logo',
  'external_identifier',
  'external_identifier_type',
]);
/** Services that nobody is sent to; nobody has to check them either. */
const gone = new Set(['inactive', 'defunct']);

/** The class by which a field is checked. Whether a service runs at all is asked as often as its hours: only places free change by the day. */
export function classOf(kind: Kind, field: string): CheckedClass | null {
  if (kind === 'service' && field === 'status') return 'hours';
  const found = shape[kind][field]?.class;
  return found === undefined || found === 'link' ? null : found;
}

const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** Days before the end on which a value is called due: a quarter of its period, a month at most. */
export const noticeDays = (period: number): number => Math.min(30, Math.floor(period / 4));

export function dueOf(value: Pick<Value, 'class' | 'since' | 'checked'>, periods: Periods, day: string): Due {
  const period = periods[value.class];
  const base = value.checked && value.checked > value.since ? value.checked : value.since;
  const by = addDays(base, period);
  if (day > by) return { state: 'late', by, from: addDays(by, 1) };
  const from = addDays(by, -noticeDays(period));
  return day >= from ? { state: 'due', by, from } : { state: 'fine', by, from: null };
}

/** The values of records that have to be checked, in the order in which pages show them. */
export function valuesOf(records: readonly ValueDays[]): Value[] {
  const out = new Set(records.filter((one) => one.status !== null && gone.has(one.status)).map((one) => one.id));
  return records.flatMap((one) => {
    if (one.serviceId !== null && out.has(one.serviceId)) return [];
    const value = (field: string, of: CheckedClass, since: string): Value => {
      const days = [one.checked[field], one.checked['*']].filter((day) => day !== undefined && day >= since);
      return {
        record: one.id,
        kind: one.kind,
        organizationId: one.organizationId,
        field,
        class: of,
        since,
        checked: days.sort().at(-1) ?? null,
      };
    };
    if (one.confidential) return [value('*', 'place', one.made)];
    return Object.keys(shape[one.kind]).flatMap((field) => {
      const since = one.since[field];
      const of = classOf(one.kind, field);
      return since === undefined || of === null || unasked.has(field) ? [] : [value(field, of, since)];
    });
  });
}

/** Values of one class that were last known to be right on one day, counted as days since 1970: all that a count needs of them. */
export interface Base {
  class: CheckedClass;
  day: number;
  n: number;
}

const dayNumber = (day: string): number => Date.parse(day) / 86_400_000;
const dayAt = (number: number): string => new Date(number * 86_400_000).toISOString().slice(0, 10);

export function basesOf(values: readonly Value[]): Base[] {
  const out = new Map<string, Base>();
  for (const value of values) {
    const day = value.checked && value.checked > value.since ? value.checked : value.since;
    const key = `${value.class} ${day}`;
    const base = out.get(key);
    if (base) base.n += 1;
    else out.set(key, { class: value.class, day: dayNumber(day), n: 1 });
  }
  return [...out.values()];
}

/** The same as `countDue` says of the values that these stand for. */
export function countBases(bases: readonly Base[], periods: Periods, day: string): Count {
  const out: Count = { late: 0, due: 0, lateSince: null, classes: {} };
  const today = dayNumber(day);
  let since = Number.POSITIVE_INFINITY;
  for (const base of bases) {
    const period = periods[base.class];
    const by = base.day + period;
    if (today > by) {
      out.late += base.n;
      out.classes[base.class] = (out.classes[base.class] ?? 0) + base.n;
      since = Math.min(since, by + 1);
    } else if (today >= by - noticeDays(period)) out.due += base.n;
  }
  if (out.late > 0) out.lateSince = dayAt(since);
  return out;
}

/** How many values of a listing are due and late, and since when the oldest is. */
export interface Count {
  late: number;
  due: number;
  /** Since when the longest late value is late; null when none is. */
  lateSince: string | null;
  /** Late values by class. */
  classes: Partial<Record<CheckedClass, number>>;
}

export function countDue(values: readonly Value[], periods: Periods, day: string): Count {
  const out: Count = { late: 0, due: 0, lateSince: null, classes: {} };
  for (const value of values) {
    const { state, from } = dueOf(value, periods, day);
    if (state === 'fine') continue;
    out[state] += 1;
    if (state === 'due') continue;
    out.classes[value.class] = (out.classes[value.class] ?? 0) + 1;
    if (out.lateSince === null || from! < out.lateSince) out.lateSince = from;
  }
  return out;
}
