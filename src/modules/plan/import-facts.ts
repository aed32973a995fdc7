/**
 * Dated facts of a file's row that the plan does not say yet: statuses, and how the item joined or left. Facts are only ever added; what the plan
 * has and the file does not stays.
 */
import type { ReadRow } from './exchange/index.ts';
import type { ImportRules, ScopeChange, StatusChange } from './import-changes.ts';
import type { Day, ScopeFact, StatusFact } from './shape.ts';
import { liveFacts, standing } from './standing.ts';
import type { PlanItem } from './state.ts';

const inTime = (a: { on: Day }, b: { on: Day }): number => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0);

/**
 * Facts of `given` that `held` does not have, oldest first. Of one day the last fact counts, so where something is added to a day, the file's last
 * word of that day is said last. What was added once is nothing new the second time.
 */
export function newFacts<F extends { on: Day }>(
  given: readonly F[],
  held: readonly { on: Day; key: string }[],
  keyOf: (fact: F) => string,
): F[] {
  const left = new Map<string, number>();
  const spot = (on: Day, key: string): string => `${on} ${key}`;
  for (const { on, key } of held) left.set(spot(on, key), (left.get(spot(on, key)) ?? 0) + 1);
  const out: F[] = [];
  for (const facts of Map.groupBy([...given].sort(inTime), (fact) => fact.on).values()) {
    const fresh = facts.filter((fact) => {
      const at = spot(fact.on, keyOf(fact));
      const count = left.get(at) ?? 0;
      left.set(at, count - 1);
      return count <= 0;
    });
    out.push(...fresh);
    const last = facts.at(-1)!;
    if (fresh.length > 0 && keyOf(fresh.at(-1)!) !== keyOf(last)) out.push(last);
  }
  return out;
}

/** Statuses of the row that the facts do not already say. A file of ours carries a whole history; any other says how things stand on one day. */
export function statusesOf(
  ref: number,
  row: ReadRow,
  before: PlanItem | undefined,
  rules: ImportRules,
): StatusChange[] {
  const item = before ?? { ref, scope: [], facts: [] as StatusFact[] };
  const own = row.ref !== undefined;
  const held = liveFacts(item.facts as StatusFact[]).map(({ on, status }) => ({ on, key: status }));
  const said: StatusFact[] = [];
  const out: StatusChange[] = [];
  for (const { on, status, reason } of own
    ? newFacts(row.history, held, (fact) => fact.status)
    : [...row.history].sort(inTime)) {
    const now = standing({ ref, scope: item.scope, facts: [...item.facts, ...said] }, on);
    if (!own && now.status === status) continue;
    const why = reason ?? (status === 'excluded' ? rules.why.excluded : undefined);
    said.push({ id: `new-${said.length}`, on, status });
    out.push({ ref, row, on, before: now.status, fact: { status, ...(why && { reason: why }) } });
  }
  return out;
}

const scopeKey = ({ kind, into }: Pick<ScopeFact, 'kind' | 'into'>): string =>
  `${kind} ${[...(into ?? [])].sort((a, b) => a - b).join(' ')}`;

/**
 * How the row joined and left, where the plan does not say so. `refOf` gives the permanent number in the plan of one in the file. A row of which the file
 * says nothing joins on the day of the file when it is new in a plan that the public already sees (`joins`).
 */
export function scopeOf(
  ref: number,
  row: ReadRow,
  before: PlanItem | undefined,
  refOf: (inFile: number) => number | undefined,
  joins: Day | null,
): ScopeChange[] {
  const change = ({ on, kind, into, reason }: ScopeFact): ScopeChange => {
    const to = (into ?? []).map(refOf).filter((one) => one !== undefined);
    return { ref, row, on, fact: { kind, ...(to.length > 0 && { into: to }), ...(reason && { reason }) } };
  };
  if (!row.scope?.length) return joins && !before && row.leaf ? [change({ on: joins, kind: 'added' })] : [];
  const held = before?.scope ?? [];
  const joined = held.some((fact) => fact.kind === 'added');
  // A column of days in a file from elsewhere says when the item joined, not that it joined again.
  const given = row.ref === undefined && joined ? row.scope.filter((fact) => fact.kind !== 'added') : row.scope;
  return newFacts(
    given.map(change),
    held.map((fact) => ({ on: fact.on, key: scopeKey(fact) })),
    ({ fact }) => scopeKey(fact),
  );
}
