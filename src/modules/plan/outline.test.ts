import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlatItem } from './outline.ts';
import { buildOutline, deepest, flattenOutline, rollUpBranches, walk } from './outline.ts';
import type { Leaf } from './progress.ts';
import { rollUp } from './progress.ts';
import { statusClasses } from './shape.ts';

const row = (ref: number, parentRef: number | null, position = 0): FlatItem => ({ ref, parentRef, position });
const refs = (items: FlatItem[]) => flattenOutline(buildOutline(items).roots).map(({ ref }) => ref);

/** Any forest of up to 40 items, handed over in any order: each item hangs under one of smaller number, or under nothing. */
const arbForest = fc
  .array(fc.record({ parent: fc.nat(), position: fc.integer({ min: -5, max: 5 }), at: fc.nat() }), { maxLength: 40 })
  .map((raw) =>
    raw
      .map(({ parent, position, at }, index) => {
        const chosen = parent % (index + 1);
        return { at, item: row(index + 1, chosen === 0 ? null : chosen, position) };
      })
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item),
  );

test('siblings stand in the order of their positions, equal ones by permanent number', () => {
  expect(refs([row(3, 1, 1), row(1, null, 5), row(2, null, 4), row(5, 1, 0), row(4, 1, 1)])).toEqual([2, 1, 5, 3, 4]);
});

test('a tree taken apart and built again is the same tree', () => {
  fc.assert(
    fc.property(arbForest, (items) => {
      const { roots, problems } = buildOutline(items);
      expect(problems).toEqual([]);
      const flat = flattenOutline(roots);
      expect(flat).toHaveLength(items.length);
      expect(flattenOutline(buildOutline(flat).roots)).toEqual(flat);
      const parents = new Map(items.map(({ ref, parentRef }) => [ref, parentRef]));
      for (const { ref, parentRef } of flat) expect(parentRef).toBe(parents.get(ref));
    }),
  );
});

test('a row whose parent is missing is lifted to the end of the top level and reported', () => {
  const { roots, problems } = buildOutline([row(2, 99, -1), row(1, null), row(3, 2)]);
  expect(problems).toEqual([{ kind: 'orphan', ref: 2, parentRef: 99 }]);
  expect(roots.map(({ item }) => item.ref)).toEqual([1, 2]);
  expect(roots[1]!.children.map(({ item, depth }) => [item.ref, depth])).toEqual([[3, 1]]);
});

test('a loop of parents is cut at its lowest ref and reported once, and nothing under it vanishes', () => {
  const items = [row(7, 6), row(5, 7), row(6, 5), row(8, 6), row(1, null), row(9, 9)];
  const { roots, problems } = buildOutline(items);
  expect(problems).toEqual([
    { kind: 'cycle', ref: 5, loop: [7, 6, 5] },
    { kind: 'cycle', ref: 9, loop: [9] },
  ]);
  expect(flattenOutline(roots).map(({ ref, depth }) => [ref, depth])).toEqual([
    [1, 0],
    [5, 0],
    [6, 1],
    [7, 2],
    [8, 2],
    [9, 0],
  ]);
});

test('whatever the parents are, every item comes out exactly once', () => {
  const arb = fc.array(
    fc.record({ ref: fc.integer({ min: 1, max: 12 }), parentRef: fc.option(fc.integer({ min: 1, max: 14 })) }),
    {
      maxLength: 14,
    },
  );
  fc.assert(
    fc.property(arb, (raw) => {
      const items = raw.map((one, position) => ({ ...one, position }));
      const { roots, problems } = buildOutline(items);
      const distinct = [...new Set(items.map(({ ref }) => ref))].sort((a, b) => a - b);
      expect(
        flattenOutline(roots)
          .map(({ ref }) => ref)
          .sort((a, b) => a - b),
      ).toEqual(distinct);
      expect(problems.filter(({ kind }) => kind === 'duplicate')).toHaveLength(items.length - distinct.length);
    }),
  );
});

test('a number that appears twice keeps its first row and the second is reported', () => {
  const { roots, problems } = buildOutline([row(1, null), row(1, null, 3)]);
  expect(roots).toHaveLength(1);
  expect(problems).toEqual([{ kind: 'duplicate', ref: 1 }]);
});

test('fifty levels are fine and the fifty-first is reported', () => {
  const chain = (length: number) => Array.from({ length }, (_, index) => row(index + 1, index === 0 ? null : index));
  expect(buildOutline(chain(deepest + 1)).problems).toEqual([]);
  expect(buildOutline(chain(deepest + 2)).problems).toEqual([{ kind: 'tooDeep', ref: 51, depth: 50 }]);
});

test('every branch’s progress is the roll-up of the leaves under it', () => {
  const statuses = fc.infiniteStream(fc.constantFrom(...statusClasses));
  fc.assert(
    fc.property(arbForest, statuses, (items, stream) => {
      const parents = new Set(items.map(({ parentRef }) => parentRef));
      const leaves: Leaf[] = items
        .filter(({ ref }) => !parents.has(ref))
        .map(({ ref }) => ({
          ref,
          facts: [{ id: `f${ref}`, on: '2020-01-01', status: stream.next().value }],
          scope: ref % 5 === 0 ? [{ on: '2020-01-02', kind: 'removed' as const }] : [],
        }));
      const { roots } = buildOutline(items);
      const progress = rollUpBranches(roots, leaves, '2020-06-01');
      for (const branch of walk(roots)) {
        if (branch.children.length === 0) {
          expect(progress.has(branch.item.ref)).toBe(false);
          continue;
        }
        const under = new Set([...walk([branch])].map(({ item }) => item.ref));
        const expected = rollUp(
          leaves.filter(({ ref }) => under.has(ref)),
          '2020-06-01',
        );
        expect(progress.get(branch.item.ref)).toEqual(expected);
      }
    }),
  );
});

test('20,000 items, fifty levels deep, come through whole; a chain of 20,000 is reported and does not overflow', () => {
  const wide = Array.from({ length: 20_000 }, (_, index) => row(index + 1, index % 50 === 0 ? null : index, -index));
  const { roots, problems } = buildOutline(wide);
  expect([problems.length, roots.length]).toEqual([0, 400]);
  const flat = flattenOutline(roots);
  expect([flat.length, Math.max(...flat.map(({ depth }) => depth))]).toEqual([20_000, 49]);
  const leaves = wide.map(
    ({ ref }): Leaf => ({ ref, facts: [{ id: `f${ref}`, on: '2020-01-01', status: 'done' }], scope: [] }),
  );
  expect(rollUpBranches(roots, leaves, '2020-01-01').get(1)).toMatchObject({ done: 50, percent: 100 });

  const chain = Array.from({ length: 20_000 }, (_, index) => row(index + 1, index === 0 ? null : index));
  const deep = buildOutline(chain);
  expect(deep.problems).toHaveLength(20_000 - 50);
  expect(rollUpBranches(deep.roots, leaves, '2020-01-01').get(1)!.done).toBe(20_000);
});
