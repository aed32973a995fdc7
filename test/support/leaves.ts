/** Leaves of a plan for tests of its progress: made by hand, made at random, and replayed day by day. */
import fc from 'fast-check';
import type { Leaf } from '../../src/modules/plan/progress.ts';
import {
  type PublishedTotals,
  type ScopeFact,
  type StatusClass,
  statusClasses,
  type StatusFact,
} from '../../src/modules/plan/shape.ts';

let serial = 0;
export const fact = (on: string, status: StatusClass, more: Partial<StatusFact> = {}): StatusFact => ({
  id: `f${++serial}`,
  on,
  status,
  ...more,
});
export const leaf = (
  ref: number,
  facts: StatusFact[] = [],
  scope: ScopeFact[] = [],
  more: Partial<Leaf> = {},
): Leaf => ({
  ref,
  facts,
  scope,
  ...more,
});
export const plan = (day: string, counts: Partial<Record<StatusClass, number>>, from = 1): Leaf[] => {
  let ref = from;
  return statusClasses.flatMap((status) =>
    Array.from({ length: counts[status] ?? 0 }, () => leaf(ref++, status === 'unknown' ? [] : [fact(day, status)])),
  );
};
export const printed = (asOf: string, more: Partial<PublishedTotals> = {}): PublishedTotals => ({
  asOf,
  done: 41,
  active: 14,
  notBegun: 8,
  excluded: 1,
  ...more,
});

export const month = fc.integer({ min: 0, max: 35 });
export const dayOf = (n: number) => `${2018 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}-15`;
export const arbFacts = fc
  .array(
    fc.record({
      on: month,
      status: fc.constantFrom(...statusClasses),
      retracts: fc.option(fc.nat(5), { nil: undefined }),
    }),
    {
      maxLength: 6,
    },
  )
  .map((raw) =>
    raw.map(
      ({ on, status, retracts }, index): StatusFact => ({
        id: String(index),
        on: dayOf(on),
        status,
        // As the tables hold it: a fact retracts one that was recorded earlier.
        ...(retracts !== undefined && retracts < index && { retracts: String(retracts) }),
      }),
    ),
  );
export const arbScope = fc
  .array(fc.record({ on: month, kind: fc.constantFrom('added', 'merged', 'split', 'superseded', 'removed') }), {
    maxLength: 4,
  })
  .map((raw) => raw.map(({ on, kind }): ScopeFact => ({ on: dayOf(on), kind: kind as ScopeFact['kind'] })));
export const arbLeaves = fc
  .array(fc.record({ facts: arbFacts, scope: arbScope, themes: fc.subarray(['a', 'b', 'c']) }), { maxLength: 12 })
  .map((raw) => raw.map((one, index): Leaf => ({ ref: index + 1, ...one })));
export const arbDay = month.map(dayOf);

/** The oracle: replays every day from the first, changing one remembered state at a time, with none of the code under test. */
export function replay(one: Leaf, day: string): { inScope: boolean; status: StatusClass } {
  // A fact is live unless a live fact recorded after it retracts it, so the last recorded is judged first.
  const live = new Set<string>();
  for (const candidate of [...one.facts].reverse()) {
    if (!one.facts.some((later) => live.has(later.id) && later.retracts === candidate.id)) live.add(candidate.id);
  }
  const days = Array.from({ length: 36 }, (_, n) => dayOf(n));
  const firstScope = days.flatMap((d) => one.scope.filter(({ on }) => on === d))[0];
  let inScope = firstScope === undefined || firstScope.kind !== 'added';
  let status: StatusClass = 'unknown';
  for (const today of days) {
    if (today > day) break;
    for (const f of one.facts) if (f.on === today && live.has(f.id)) status = f.status;
    for (const s of one.scope) if (s.on === today) inScope = s.kind === 'added';
  }
  return { inScope, status };
}
