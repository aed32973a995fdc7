/**
 * The one roll-up: the only place where the progress of a plan is worked out. The page, the API, the embed, the feed, the spreadsheet and the
 * mails all show what this file returns.
 *
 *     percent = done ÷ (all − excluded), rounded half up, over the leaves that are in scope that day
 *
 * A number that would mislead is not given: an empty plan, a plan with everything excluded and a plan of which nothing is known have
 * `percent: null` and a rule that the page puts into words. When nothing is known but the plan's own page once printed totals, those are
 * shown, as of their day, and named as such.
 */
import type { Day, PublishedTotals, StatusClass } from './shape.ts';
import { statusClasses } from './shape.ts';
import type { Leaf, Slot, Standing } from './standing.ts';
import { liveFacts, slotFrom, slotOf } from './standing.ts';

export type { Leaf, Standing } from './standing.ts';
export { standing } from './standing.ts';

/** A message key and its arguments; the page turns it into a sentence in the reader's language. */
export interface Words {
  key: string;
  values: Record<string, string | number>;
}

/** How many leaves are in each slot. */
export type Tally = Record<Slot, number>;

/** How far a plan, a branch or a group is on a day. The six classes add up to `total`. */
export interface Progress extends Record<StatusClass, number> {
  /** Leaves in scope, the excluded among them. */
  total: number;
  /** Whole percent, or null where a number would mislead; then `rule` says why. */
  percent: number | null;
  rule: Words;
  asOf: Day;
  source: 'facts' | 'published' | 'none';
  /** Where the published totals were printed, when they are what is shown. */
  publishedSource?: string;
}

/** Every key that `Progress.rule` and `Difference.because` can carry. */
export const ruleKeys = [
  'plan.rule.counted',
  'plan.rule.someUnknown',
  'plan.rule.published',
  'plan.rule.publishedDiffers',
  'plan.rule.empty',
  'plan.rule.allExcluded',
  'plan.rule.unknown',
  'plan.rule.differentSource',
  'plan.rule.differentRule',
] as const;
type RuleKey = (typeof ruleKeys)[number];

/** Whole percent, half up: 0.5 → 1. Integers only, so no rounding error; null when there is nothing to divide by. */
export function wholePercent(done: number, of: number): number | null {
  return of > 0 ? Math.floor((200 * done + of) / (2 * of)) : null;
}

/** A tally of nothing. */
export function emptyTally(): Tally {
  return { done: 0, active: 0, notBegun: 0, ongoing: 0, excluded: 0, unknown: 0, left: 0, absent: 0 };
}

/** The slot of a leaf, from standings of that day where they are at hand. */
function slotOn(leaf: Leaf, day: Day, standings?: ReadonlyMap<number, Standing>): Slot {
  const known = standings?.get(leaf.ref);
  return known ? slotFrom(known) : slotOf(leaf, day);
}

/** The progress of the leaves on the day. Linear in leaves and facts; `standings` saves working them out twice. */
export function rollUp(
  leaves: Leaf[],
  day: Day,
  published: PublishedTotals[] = [],
  standings?: ReadonlyMap<number, Standing>,
): Progress {
  const tally = emptyTally();
  for (const leaf of leaves) tally[slotOn(leaf, day, standings)] += 1;
  return progressOf(tally, day, newestPublished(published, day));
}

/**
 * A tally as progress: the rule itself. Published totals are used only while no leaf that counts has a known status, and not when the plan is
 * empty because everything in it has left.
 */
export function progressOf(tally: Tally, day: Day, published: PublishedTotals | null = null): Progress {
  const counts = pick((status) => tally[status]);
  const total = sum(counts);
  const of = total - counts.excluded;
  const known = of - counts.unknown;
  const nothingKnown = counts.unknown > 0 ? known === 0 : total === 0 && tally.left === 0;
  if (nothingKnown && published !== null) return fromPublished(published);

  const percent = known > 0 ? wholePercent(counts.done, of) : null;
  const key: RuleKey =
    total === 0
      ? 'plan.rule.empty'
      : of === 0
        ? 'plan.rule.allExcluded'
        : known === 0
          ? 'plan.rule.unknown'
          : counts.unknown > 0
            ? 'plan.rule.someUnknown'
            : 'plan.rule.counted';
  const values = { done: counts.done, of, excluded: counts.excluded, unknown: counts.unknown };
  const source = known > 0 || (of === 0 && total > 0) ? 'facts' : 'none';
  return { ...counts, total, percent, rule: { key, values }, asOf: day, source };
}

/** Totals as printed. Where the printed percentage is not what our rule gives, the rule says both. */
function fromPublished(totals: PublishedTotals): Progress {
  const { done, active, notBegun, excluded, asOf, source } = totals;
  const total = done + active + notBegun + excluded;
  const of = total - excluded;
  const ours = wholePercent(done, of);
  const printed = totals.percent ?? ours;
  const differs = ours !== null && printed !== null && Math.floor(printed + 0.5) !== ours;
  const key: RuleKey = differs ? 'plan.rule.publishedDiffers' : 'plan.rule.published';
  const values = { done, of, excluded, asOf, ...(printed !== null && { printed }) };
  return {
    done,
    active,
    notBegun,
    ongoing: 0,
    excluded,
    unknown: 0,
    total,
    percent: ours ?? printed,
    rule: { key, values },
    asOf,
    source: 'published',
    ...(source !== undefined && { publishedSource: source }),
  };
}

/** The newest usable totals on or before the day; of two of one day the later in the list. Totals that are no counts are passed over. */
export function newestPublished(published: PublishedTotals[], day: Day): PublishedTotals | null {
  let newest: PublishedTotals | null = null;
  for (const totals of published) {
    if (isCount(totals) && totals.asOf <= day && (newest === null || totals.asOf >= newest.asOf)) newest = totals;
  }
  return newest;
}

/** Whether the totals are whole, non-negative numbers; anything else was misread and is passed over. */
export function isCount({ done, active, notBegun, excluded, percent }: PublishedTotals): boolean {
  const counts = [done, active, notBegun, excluded];
  return counts.every((n) => Number.isSafeInteger(n) && n >= 0) && (percent === undefined || Number.isFinite(percent));
}

/**
 * The day of the newest fact or update, from their own days only, so that working anything out again never moves it. A retracted fact never
 * counted. With `until`, later days are left out. Null when nothing has happened.
 */
export function lastUpdated(leaves: Leaf[], updates: { on: Day }[] = [], until?: Day): Day | null {
  let newest: Day | null = null;
  const look = (dated: { on: Day }[]) => {
    for (const { on } of dated)
      if ((newest === null || on > newest) && (until === undefined || on <= until)) newest = on;
  };
  for (const leaf of leaves) {
    look(liveFacts(leaf.facts));
    look(leaf.scope);
  }
  look(updates);
  return newest;
}

/** What changed between two days, or why the two must not be subtracted. `percent` is in points, null unless both have one. */
export type Difference =
  | ({ comparable: true; from: Day; to: Day; total: number; percent: number | null } & Record<StatusClass, number>)
  | { comparable: false; from: Day; to: Day; because: Words };

/** The arithmetic behind a rule: differing wording of one arithmetic does not stand in the way of a comparison. */
function arithmetic(progress: Progress): string {
  return progress.source === 'facts' ? 'counted' : progress.rule.key;
}

/** From `a` to `b`: +11 done means eleven more in `b`. Unlike sources or rules are not subtracted. */
export function difference(a: Progress, b: Progress): Difference {
  const span = { from: a.asOf, to: b.asOf };
  const refuse = (key: RuleKey): Difference => ({ comparable: false, ...span, because: { key, values: span } });
  if (a.source !== b.source) return refuse('plan.rule.differentSource');
  if (arithmetic(a) !== arithmetic(b)) return refuse('plan.rule.differentRule');
  const percent = a.percent === null || b.percent === null ? null : b.percent - a.percent;
  return { comparable: true, ...span, ...pick((status) => b[status] - a[status]), total: b.total - a.total, percent };
}

/** The changes in the order a sentence names them, those of zero left out: "+11 completed, −7 in progress, −5 not begun, +1 excluded". */
export function differenceParts(change: Difference): { status: StatusClass; change: number }[] {
  if (!change.comparable) return [];
  return statusClasses.flatMap((status) => (change[status] === 0 ? [] : [{ status, change: change[status] }]));
}

/** One group of a cross-cutting category; `group` is null for the leaves that carry none. */
export interface Group {
  group: string | null;
  progress: Progress;
}

/**
 * Progress by theme or pillar, in order of first appearance, the leaves without one last. A leaf counts once in each group it carries; the
 * groups overlap, so they never add up to the plan and no total is given.
 */
export function byGroup(leaves: Leaf[], day: Day, key: 'themes' | 'pillars'): Group[] {
  const tallies = new Map<string | null, Tally>();
  for (const leaf of leaves) {
    const slot = slotOf(leaf, day);
    const names: (string | null)[] = leaf[key]?.length ? [...new Set(leaf[key])] : [null];
    for (const name of names) {
      let tally = tallies.get(name);
      if (tally === undefined) tallies.set(name, (tally = emptyTally()));
      tally[slot] += 1;
    }
  }
  const groups = [...tallies].map(([group, tally]) => ({ group, progress: progressOf(tally, day) }));
  return [...groups.filter(({ group }) => group !== null), ...groups.filter(({ group }) => group === null)];
}

/** A plan in a comparison: its own day (phases end on different days) and, where its words differ, a map from its groups to the shared ones. */
export interface ComparedPlan {
  plan: string;
  leaves: Leaf[];
  day: Day;
  crosswalk?: Record<string, string>;
}

/** One shared group, with each plan's progress in the order of the plans; null where a plan has nothing in it. */
export interface ComparedGroup {
  group: string | null;
  plans: { plan: string; progress: Progress | null }[];
  /** Whether the plans' figures follow the same rule, so that a reader may set one beside the other. */
  comparable: boolean;
}

/** Plans side by side through a shared crosswalk. There is no sum across plans. */
export function compareGroups(plans: ComparedPlan[], key: 'themes' | 'pillars' = 'pillars'): ComparedGroup[] {
  const columns = plans.map(({ leaves, day, crosswalk }) => {
    const shared = new Map(Object.entries(crosswalk ?? {}));
    const walk = (leaf: Leaf) => ({ ...leaf, [key]: leaf[key]?.map((name) => shared.get(name) ?? name) });
    return new Map(byGroup(leaves.map(walk), day, key).map(({ group, progress }) => [group, progress]));
  });
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  return [...names.filter((name) => name !== null), ...names.filter((name) => name === null)].map((group) => {
    const cells = plans.map(({ plan }, index) => ({ plan, progress: columns[index]!.get(group) ?? null }));
    const rules = new Set(cells.flatMap(({ progress }) => (progress === null ? [] : [arithmetic(progress)])));
    return { group, plans: cells, comparable: rules.size === 1 };
  });
}

function pick(value: (status: StatusClass) => number): Record<StatusClass, number> {
  // Written out: this runs once for every branch of a plan, and an object made from entries costs five times as much.
  return {
    done: value('done'),
    active: value('active'),
    notBegun: value('notBegun'),
    ongoing: value('ongoing'),
    excluded: value('excluded'),
    unknown: value('unknown'),
  };
}

function sum(counts: Record<StatusClass, number>): number {
  return statusClasses.reduce((total, status) => total + counts[status], 0);
}
