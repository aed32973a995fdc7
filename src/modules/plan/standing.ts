/**
 * Where one leaf of a plan stands on one day, read from its dated facts. Nothing is stored: the same facts always give the same answer.
 *
 * Rules, in the order they are applied:
 * 1. A fact counts from its day on, that day included. Days say when something was true, not when it was typed.
 * 2. A retracted fact never counted, on any day: a retraction mends the past. A retraction can itself be retracted, and then the first fact
 *    counts again. Facts that retract each other in a loop (the tables forbid it) count for nothing.
 * 3. Of two facts of one day the one recorded later wins; so lists are handed over in the order they were recorded.
 * 4. An item is in scope from its first day, unless its first scope fact is its addition: then from that day. It leaves on the day of a later
 *    merge, split, supersession or removal, and comes back if it is added again. An item that "went into" itself keeps its place.
 */
import type { Day, ScopeFact, StatusClass, StatusFact } from './shape.ts';

/** A leaf as the roll-up sees it. `facts` and `scope` stand in the order they were recorded. */
export interface Leaf {
  /** Permanent number. */
  ref: number;
  facts: StatusFact[];
  scope: ScopeFact[];
  themes?: string[];
  pillars?: string[];
}

/** A leaf on a day. `status` is read from the facts even when the leaf is out of scope; `left` says how it left. */
export interface Standing {
  inScope: boolean;
  status: StatusClass;
  /** The day of the deciding fact; null while the status is unknown for want of one. */
  since: Day | null;
  because: StatusFact | null;
  left?: ScopeFact;
}

/** The facts that were never retracted, in the order given. Linear. */
export function liveFacts<F extends StatusFact>(facts: F[]): F[] {
  if (!facts.some((fact) => fact.retracts !== undefined)) return facts;
  const place = new Map(facts.map((fact, index) => [fact.id, index]));
  const target = facts.map((fact) => (fact.retracts === undefined ? undefined : place.get(fact.retracts)));
  const against = facts.map(() => 0);
  for (const hit of target) if (hit !== undefined) against[hit]! += 1;

  // Begin with the facts nobody retracts; each of them settles its target, and a target that falls frees what it retracted.
  const verdict = facts.map((): 'live' | 'dead' | null => null);
  const queue: number[] = [];
  const free = (index: number) => {
    if (against[index] === 0 && verdict[index] === null) {
      verdict[index] = 'live';
      queue.push(index);
    }
  };
  for (let index = 0; index < facts.length; index += 1) free(index);
  for (let at = 0; at < queue.length; at += 1) {
    const hit = target[queue[at]!];
    if (hit === undefined || verdict[hit] !== null) continue;
    verdict[hit] = 'dead';
    const freed = target[hit];
    if (freed === undefined) continue;
    against[freed]! -= 1;
    free(freed);
  }
  return facts.filter((_, index) => verdict[index] === 'live');
}

/** Whether this scope fact puts the item out of scope. */
function leaves(ref: number, fact: ScopeFact): boolean {
  return fact.kind !== 'added' && !fact.into?.includes(ref);
}

/** Where the leaf stands on the day. Linear in its facts. */
export function standing(leaf: Leaf, day: Day): Standing {
  let because: StatusFact | null = null;
  for (const fact of liveFacts(leaf.facts)) {
    if (fact.on <= day && (because === null || fact.on >= because.on)) because = fact;
  }
  let first: ScopeFact | undefined;
  let last: ScopeFact | undefined;
  for (const fact of leaf.scope) {
    if (first === undefined || fact.on < first.on) first = fact;
    if (fact.on <= day && (last === undefined || fact.on >= last.on)) last = fact;
  }
  const gone = last !== undefined && leaves(leaf.ref, last);
  return {
    inScope: last === undefined ? first?.kind !== 'added' : !gone,
    status: because?.status ?? 'unknown',
    since: because?.on ?? null,
    because,
    ...(gone && { left: last }),
  };
}

/** What a leaf adds to a roll-up: its class, `left` once it has left scope, or `absent` before it joined. */
export type Slot = StatusClass | 'left' | 'absent';

/** The slot of a leaf on a day. */
export const slotOf = (leaf: Leaf, day: Day): Slot => slotFrom(standing(leaf, day));

/** The slot of a standing that was already worked out. */
export const slotFrom = ({ inScope, status, left }: Standing): Slot => (inScope ? status : left ? 'left' : 'absent');

/**
 * Every day on which the leaf's slot changes, oldest first, after the slot it had before all facts (`on: ''`). The sweep that draws a chart
 * is built on it; agreeing with `standing` on every day is a tested property.
 */
export function slots(leaf: Leaf): { on: Day; slot: Slot }[] {
  const byDay = (a: { on: Day }, b: { on: Day }) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0);
  const facts = [...liveFacts(leaf.facts)].sort(byDay);
  const scope = [...leaf.scope].sort(byDay);
  let status: StatusClass = 'unknown';
  let place: 'in' | 'left' | 'absent' = scope[0]?.kind === 'added' ? 'absent' : 'in';
  const slot = (): Slot => (place === 'in' ? status : place);
  const out: { on: Day; slot: Slot }[] = [{ on: '', slot: slot() }];
  for (let f = 0, s = 0; f < facts.length || s < scope.length; ) {
    const nextFact = facts[f]?.on;
    const nextScope = scope[s]?.on;
    const on = nextFact === undefined || (nextScope !== undefined && nextScope < nextFact) ? nextScope! : nextFact;
    for (; facts[f]?.on === on; f += 1) status = facts[f]!.status;
    for (; scope[s]?.on === on; s += 1) place = leaves(leaf.ref, scope[s]!) ? 'left' : 'in';
    if (out.at(-1)!.slot !== slot()) out.push({ on, slot: slot() });
  }
  return out;
}
