/** Facts of a file beside those of the plan: what is new is said once, and the file's last word of a day stays the last. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReadRow } from './exchange/index.ts';
import { newFacts, scopeOf } from './import-facts.ts';
import type { ScopeFact } from './shape.ts';
import type { PlanItem } from './state.ts';

const fact = fc.record({
  on: fc.constantFrom('2025-01-01', '2025-01-02', '2025-01-03'),
  key: fc.constantFrom('a', 'b', 'c'),
});
const facts = fc.array(fact, { maxLength: 8 });
const news = (given: { on: string; key: string }[], held: { on: string; key: string }[]) =>
  newFacts(given, held, ({ key }) => key);

test('what was written once is nothing new the second time, whatever the plan said before', () => {
  fc.assert(
    fc.property(facts, facts, (given, held) => {
      expect(news(given, [...held, ...news(given, held)])).toEqual([]);
    }),
  );
});

test('on a day to which something is added, the last word is that of the file', () => {
  fc.assert(
    fc.property(facts, facts, (given, held) => {
      const added = news(given, held);
      for (const { on } of added) {
        const last = (list: { on: string; key: string }[]) => list.findLast((one) => one.on === on)?.key;
        expect(last([...held, ...added])).toBe(last(given));
      }
    }),
  );
});

test('a plan without facts takes all of the file, in the order of time', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const inTime = [...given].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
      expect(news(given, [])).toEqual(inTime);
    }),
  );
});

const row = (scope: ScopeFact[], ref?: number): ReadRow => ({
  ref,
  depth: 1,
  number: '1.1',
  title: { en: 'Train' },
  leaf: true,
  history: [],
  scope,
});
const item = (scope: ScopeFact[]): PlanItem => ({
  ref: 7,
  parentRef: null,
  position: 0,
  number: '1.1',
  title: { en: 'Train' },
  leaf: true,
  facts: [],
  scope,
  updates: [],
});
const merged: ScopeFact = { on: '2025-01-02', kind: 'merged', into: [3, 4] };

test('what an item went into is compared in the numbers of the plan, in any order', () => {
  const refOf = (ref: number) => ref + 100;
  expect(scopeOf(7, row([merged], 7), undefined, refOf, null)).toMatchObject([
    { ref: 7, on: '2025-01-02', fact: { kind: 'merged', into: [103, 104] } },
  ]);
  expect(scopeOf(7, row([merged], 7), item([{ ...merged, into: [104, 103] }]), refOf, null)).toEqual([]);
  expect(scopeOf(7, row([merged], 7), item([merged]), refOf, null)).toHaveLength(1);
});

test('an item that already left in the file does not join a published plan again on the day of the file', () => {
  const same = (ref: number) => ref;
  expect(scopeOf(7, row([merged], 7), undefined, same, '2026-01-01').map(({ on, fact }) => [on, fact.kind])).toEqual([
    ['2025-01-02', 'merged'],
  ]);
  expect(scopeOf(7, row([], 7), undefined, same, '2026-01-01')).toMatchObject([
    { on: '2026-01-01', fact: { kind: 'added' } },
  ]);
  expect(scopeOf(7, row([], 7), item([]), same, '2026-01-01')).toEqual([]);
});

test('a day of joining in a file from elsewhere says nothing new about an item that joined on another', () => {
  const joined: ScopeFact = { on: '2025-05-05', kind: 'added' };
  const file: ScopeFact = { on: '2025-06-06', kind: 'added' };
  expect(scopeOf(7, row([file]), item([joined]), (ref) => ref, null)).toEqual([]);
  expect(scopeOf(7, row([file]), item([]), (ref) => ref, null)).toHaveLength(1);
});
