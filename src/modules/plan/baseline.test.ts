import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbLeaves, dayOf, fact, leaf, month, replay } from '../../../test/support/leaves.ts';
import { baseline } from './baseline.ts';

test('the baseline says what was added, merged, split, superseded and removed since, and merged items count once', () => {
  const on = '2020-01-01';
  const done = (day = '2019-06-01') => [fact(day, 'done')];
  const leaves = [
    leaf(1, done()),
    leaf(2, done(), [{ on, kind: 'merged', into: [1], reason: { en: 'Same work' } }]),
    leaf(3, [], [{ on, kind: 'split', into: [10, 11] }]),
    leaf(4, [], [{ on, kind: 'superseded', into: [12] }]),
    leaf(5, [fact('2019-06-01', 'notBegun')], [{ on, kind: 'removed' }]),
    leaf(10, done('2020-06-01'), [{ on, kind: 'added' }]),
    leaf(11, [fact('2020-06-01', 'active')], [{ on, kind: 'added' }]),
    leaf(12, done('2020-06-01'), [{ on, kind: 'added' }]),
    leaf(
      13,
      [],
      [
        { on, kind: 'added' },
        { on: '2020-03-01', kind: 'removed' },
      ],
    ),
  ];
  const result = baseline(leaves, '2019-07-01', '2020-12-31')!;
  expect(result).toMatchObject({
    kept: [1],
    added: [10, 11, 12],
    cameAndWent: [13],
    merged: [{ ref: 2, on, into: [1], reason: { en: 'Same work' } }],
    split: [{ ref: 3, into: [10, 11] }],
    superseded: [{ ref: 4, into: [12] }],
    removed: [{ ref: 5, into: [] }],
  });
  // Four promises: 1 and 2 together, done; 3, under way in its parts; 4, done as 12; 5, dropped and so not done.
  expect(result.ofBaseline).toMatchObject({ done: 2, active: 1, notBegun: 1, total: 4, percent: 50 });
  expect(result.ofToday).toMatchObject({ done: 3, active: 1, total: 4, percent: 75 });
  expect(result.atBaseline).toMatchObject({ done: 2, total: 5, percent: 40 });
  expect(baseline(leaves, '2019-07-01', '2019-06-30')).toBeNull();
});

test('a trail of mergers is followed to its end, and a trail that bites its tail ends', () => {
  const merged = (ref: number, into: number[]) =>
    leaf(ref, [fact('2019-01-01', 'active')], [{ on: '2020-01-01', kind: 'merged', into }]);
  const long = Array.from({ length: 2000 }, (_, index) => merged(index + 1, [index + 2]));
  const leaves = [...long, leaf(2001, [fact('2020-01-01', 'done')])];
  expect(baseline(leaves, '2019-06-01', '2020-06-01')!.ofBaseline).toMatchObject({ total: 1, done: 1, percent: 100 });
  expect(baseline([merged(1, [2]), merged(2, [1])], '2019-06-01', '2020-06-01')!.ofBaseline).toMatchObject({
    active: 2,
  });
});

test('every item of the baseline is in exactly one list', () => {
  fc.assert(
    fc.property(arbLeaves, month, month, (leaves, a, b) => {
      const [start, day] = [dayOf(Math.min(a, b)), dayOf(Math.max(a, b))];
      const { kept, merged, split, superseded, removed, added } = baseline(leaves, start, day)!;
      const gone = [merged, split, superseded, removed].flat().map(({ ref }) => ref);
      const then = leaves.filter((one) => replay(one, start).inScope).map(({ ref }) => ref);
      expect([...kept, ...gone].sort((x, y) => x - y)).toEqual(then);
      const today = leaves.filter((one) => replay(one, day).inScope).map(({ ref }) => ref);
      expect([...kept, ...added].sort((x, y) => x - y)).toEqual(today);
    }),
  );
});
