import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbDay, arbLeaves, dayOf, fact, leaf, month, plan, printed, replay } from '../../../test/support/leaves.ts';
import { overTime } from './over-time.ts';
import {
  byGroup,
  compareGroups,
  difference,
  differenceParts,
  lastUpdated,
  rollUp,
  standing,
  wholePercent,
} from './progress.ts';
import { statusClasses } from './shape.ts';

// The rule

test.each([
  ['2019-04-25', { done: 41, active: 14, notBegun: 8, excluded: 1 }, 65],
  ['2020-06-15', { done: 52, active: 7, notBegun: 3, excluded: 2 }, 84],
  ['2020-06-15', { done: 81, active: 0, notBegun: 0, excluded: 10 }, 100],
])('the city’s own figures of %s come out as the page printed them', (day, counts, percent) => {
  const progress = rollUp(plan(day, counts), day);
  expect(progress).toMatchObject({ ...counts, percent, asOf: day, source: 'facts' });
  expect(progress.rule.key).toBe('plan.rule.counted');
  expect(progress.rule.values).toMatchObject({ done: counts.done, excluded: counts.excluded });
});

test('between the two published days the plan gained eleven done and one excluded', () => {
  const before = rollUp(plan('2019-04-25', { done: 41, active: 14, notBegun: 8, excluded: 1 }), '2019-04-25');
  const after = rollUp(plan('2020-06-15', { done: 52, active: 7, notBegun: 3, excluded: 2 }), '2020-06-15');
  const change = difference(before, after);
  expect(change).toMatchObject({ comparable: true, from: '2019-04-25', to: '2020-06-15', percent: 19, total: 0 });
  expect(differenceParts(change)).toEqual([
    { status: 'done', change: 11 },
    { status: 'active', change: -7 },
    { status: 'notBegun', change: -5 },
    { status: 'excluded', change: 1 },
  ]);
});

test.each([
  [1, 200, 1],
  [1, 201, 0],
  [1, 8, 13],
  [3, 8, 38],
  [5, 8, 63],
  [199, 200, 100],
  [1, 2, 50],
  [0, 7, 0],
  [7, 7, 100],
  [1, 3, 33],
  [2, 3, 67],
])('%i of %i is %i percent, halves going up', (done, of, percent) => {
  expect(wholePercent(done, of)).toBe(percent);
});

test('a percentage is exact where floating point is not', () => {
  const exact = (done: number, of: number) => Number((200n * BigInt(done) + BigInt(of)) / (2n * BigInt(of)));
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 1_000_000 }), (a, of) => {
      const done = a % (of + 1);
      expect(wholePercent(done, of)).toBe(exact(done, of));
    }),
  );
});

test('an empty plan has words and no number', () => {
  expect(rollUp([], '2024-01-01')).toMatchObject({
    total: 0,
    percent: null,
    source: 'none',
    rule: { key: 'plan.rule.empty' },
  });
});

test('a plan with everything excluded has words and no number', () => {
  expect(rollUp(plan('2024-01-01', { excluded: 3 }), '2024-01-01')).toMatchObject({
    excluded: 3,
    total: 3,
    percent: null,
    source: 'facts',
    rule: { key: 'plan.rule.allExcluded', values: { excluded: 3 } },
  });
});

test('a plan of which nothing is known is not said to be at zero', () => {
  expect(rollUp(plan('2024-01-01', { unknown: 4 }), '2024-01-01')).toMatchObject({
    unknown: 4,
    percent: null,
    source: 'none',
    rule: { key: 'plan.rule.unknown' },
  });
});

test('a leaf of unknown status counts as not done, and the rule says how many there are', () => {
  expect(rollUp(plan('2024-01-01', { done: 1, unknown: 1 }), '2024-01-01')).toMatchObject({
    percent: 50,
    rule: { key: 'plan.rule.someUnknown', values: { unknown: 1 } },
  });
});

test('ongoing work stays in the divisor', () => {
  expect(rollUp(plan('2024-01-01', { done: 1, ongoing: 3 }), '2024-01-01').percent).toBe(25);
});

// Published totals

test('a plan of unknown statuses shows the newest totals its page printed by that day', () => {
  const leaves = plan('2019-01-01', { unknown: 64 });
  const published = [
    printed('2020-06-15', { done: 52, active: 7, notBegun: 3, excluded: 2, percent: 84 }),
    printed('2019-04-25', { percent: 65, source: 'page of 2019' }),
  ];
  expect(rollUp(leaves, '2019-12-31', published)).toMatchObject({
    done: 41,
    total: 64,
    percent: 65,
    asOf: '2019-04-25',
    source: 'published',
    publishedSource: 'page of 2019',
    rule: { key: 'plan.rule.published', values: { printed: 65 } },
  });
  expect(rollUp(leaves, '2021-01-01', published)).toMatchObject({ percent: 84, asOf: '2020-06-15' });
  expect(rollUp(leaves, '2019-04-24', published)).toMatchObject({ percent: null, source: 'none', unknown: 64 });
});

test('one known status is enough for the facts to speak, and an exclusion alone is not', () => {
  const published = [printed('2019-04-25')];
  expect(rollUp(plan('2019-05-01', { done: 1, unknown: 9 }), '2019-06-01', published).source).toBe('facts');
  expect(rollUp(plan('2019-05-01', { excluded: 1, unknown: 9 }), '2019-06-01', published).source).toBe('published');
});

test('a plan emptied by removals is empty, whatever was once printed', () => {
  const leaves = [leaf(1, [], [{ on: '2020-01-01', kind: 'removed' }])];
  expect(rollUp(leaves, '2021-01-01', [printed('2019-04-25')]).rule.key).toBe('plan.rule.empty');
  expect(rollUp([], '2021-01-01', [printed('2019-04-25')]).source).toBe('published');
});

test('a printed percentage that our rule does not give is named beside ours', () => {
  expect(rollUp([], '2021-01-01', [printed('2019-04-25', { percent: 64 })])).toMatchObject({
    percent: 65,
    rule: { key: 'plan.rule.publishedDiffers', values: { printed: 64 } },
  });
});

test('totals that are no counts are passed over', () => {
  const published = [
    printed('2019-04-25'),
    printed('2019-05-01', { done: Number.NaN }),
    printed('2019-05-02', { excluded: -1 }),
  ];
  expect(rollUp([], '2021-01-01', published).asOf).toBe('2019-04-25');
});

test('facts are not subtracted from printed totals, but printed totals of one rule are', () => {
  const facts = rollUp(plan('2021-01-01', { done: 60, active: 4 }), '2021-01-01');
  const early = rollUp([], '2019-12-01', [printed('2019-04-25')]);
  const late = rollUp([], '2020-12-01', [printed('2020-06-15', { done: 52, active: 7, notBegun: 3, excluded: 2 })]);
  const other = rollUp([], '2020-12-01', [printed('2020-06-15', { percent: 12 })]);
  const none = rollUp(plan('2018-01-01', { unknown: 64 }), '2018-01-01');
  expect(difference(early, facts)).toMatchObject({ comparable: false, because: { key: 'plan.rule.differentSource' } });
  expect(difference(none, facts)).toMatchObject({ comparable: false });
  expect(difference(early, other)).toMatchObject({ comparable: false, because: { key: 'plan.rule.differentRule' } });
  expect(difference(early, late)).toMatchObject({ comparable: true, done: 11, active: -7, notBegun: -5, excluded: 1 });
  expect(differenceParts(difference(early, facts))).toEqual([]);
});

// Standing

test('a fact counts from its own day on, and of two of one day the later recorded wins', () => {
  const one = leaf(1, [fact('2020-03-01', 'active'), fact('2020-01-01', 'notBegun'), fact('2020-03-01', 'done')]);
  expect(standing(one, '2019-12-31')).toMatchObject({ status: 'unknown', since: null, because: null });
  expect(standing(one, '2020-01-01').status).toBe('notBegun');
  expect(standing(one, '2020-02-29').status).toBe('notBegun');
  expect(standing(one, '2020-03-01')).toMatchObject({ status: 'done', since: '2020-03-01', because: one.facts[2] });
});

test('a retracted fact never counted, not even on the days before it was retracted', () => {
  const wrong = fact('2020-03-01', 'done');
  const right = fact('2020-06-01', 'active', { retracts: wrong.id });
  const one = leaf(1, [fact('2020-01-01', 'notBegun'), wrong, right]);
  expect(standing(one, '2020-04-01').status).toBe('notBegun');
  expect(standing(one, '2020-06-01').status).toBe('active');
});

test('a retraction that is itself retracted gives the first fact back', () => {
  const first = fact('2020-01-01', 'done');
  const second = fact('2020-02-01', 'active', { retracts: first.id });
  const third = fact('2020-03-01', 'done', { retracts: second.id });
  expect(standing(leaf(1, [first, second, third]), '2020-02-15')).toMatchObject({
    status: 'done',
    since: '2020-01-01',
  });
  const again = fact('2020-04-01', 'notBegun', { retracts: third.id });
  expect(standing(leaf(1, [first, second, third, again]), '2020-03-15')).toMatchObject({
    status: 'active',
    since: '2020-02-01',
  });
});

test('facts that retract each other in a loop, and those that retract nothing known, hang nothing up', () => {
  const loop = [
    fact('2020-01-01', 'done', { id: 'a', retracts: 'b' }),
    fact('2020-02-01', 'active', { id: 'b', retracts: 'a' }),
  ];
  expect(standing(leaf(1, loop), '2021-01-01').status).toBe('unknown');
  expect(standing(leaf(1, [fact('2020-01-01', 'done', { id: 'c', retracts: 'c' })]), '2021-01-01').status).toBe(
    'unknown',
  );
  expect(standing(leaf(1, [fact('2020-01-01', 'done', { retracts: 'gone' })]), '2021-01-01').status).toBe('done');
});

test('an item is not there before it was added, nor from the day it was merged, and a merged item counts once', () => {
  const target = leaf(3, [fact('2019-01-01', 'active')]);
  const merged = leaf(
    2,
    [fact('2019-02-01', 'done')],
    [
      { on: '2019-02-01', kind: 'added' },
      { on: '2020-02-01', kind: 'merged', into: [3] },
    ],
  );
  expect(standing(merged, '2019-01-31').inScope).toBe(false);
  expect(standing(merged, '2019-01-31').left).toBeUndefined();
  expect(standing(merged, '2019-02-01').inScope).toBe(true);
  expect(standing(merged, '2020-02-01')).toMatchObject({ inScope: false, status: 'done', left: { into: [3] } });
  expect(rollUp([target, merged], '2020-01-31').total).toBe(2);
  expect(rollUp([target, merged], '2020-02-01')).toMatchObject({ total: 1, active: 1, done: 0 });
});

test('an item that was removed and added again is there again; one that is part of its own split stays', () => {
  const back = leaf(
    1,
    [],
    [
      { on: '2020-01-01', kind: 'removed' },
      { on: '2021-01-01', kind: 'added' },
    ],
  );
  expect(['2019-06-01', '2020-06-01', '2021-06-01'].map((day) => standing(back, day).inScope)).toEqual([
    true,
    false,
    true,
  ]);
  const split = leaf(4, [], [{ on: '2020-01-01', kind: 'split', into: [4, 9] }]);
  expect(standing(split, '2020-06-01').inScope).toBe(true);
});

// Properties

test('standing agrees with replaying the plan day by day', () => {
  fc.assert(
    fc.property(arbLeaves, arbDay, (leaves, day) => {
      for (const one of leaves) {
        const { inScope, status } = standing(one, day);
        expect({ inScope, status }).toEqual(replay(one, day));
      }
    }),
    { numRuns: 300 },
  );
});

test('the six classes add up to the total, and the percentage is a whole number from 0 to 100 or none', () => {
  fc.assert(
    fc.property(arbLeaves, arbDay, (leaves, day) => {
      const progress = rollUp(leaves, day);
      expect(statusClasses.reduce((n, status) => n + progress[status], 0)).toBe(progress.total);
      expect(progress.total).toBe(leaves.filter((one) => replay(one, day).inScope).length);
      if (progress.percent !== null) {
        expect(Number.isInteger(progress.percent) && progress.percent >= 0 && progress.percent <= 100).toBe(true);
      }
    }),
  );
});

test('the order of the leaves, and of facts of different days, changes nothing', () => {
  fc.assert(
    fc.property(arbLeaves, arbDay, fc.infiniteStream(fc.nat()), (leaves, day, stream) => {
      const shuffle = <T>(list: T[]) =>
        list
          .map((value) => ({ value, at: stream.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ value }) => value);
      // Facts of one day keep their order, since that order says which was recorded later.
      const byDay = <T extends { on: string }>(list: T[]) =>
        shuffle([...new Set(list.map(({ on }) => on))]).flatMap((on) => list.filter((one) => one.on === on));
      const mixed = shuffle(leaves.map((one) => ({ ...one, facts: byDay(one.facts), scope: byDay(one.scope) })));
      expect(rollUp(mixed, day)).toEqual(rollUp(leaves, day));
    }),
  );
});

test('finishing one more leaf never lowers the percentage', () => {
  fc.assert(
    fc.property(arbLeaves, arbDay, fc.nat(), (leaves, day, pick) => {
      const open = leaves.filter(
        (one) => standing(one, day).inScope && !['done', 'excluded'].includes(standing(one, day).status),
      );
      const chosen = open[pick % (open.length || 1)];
      const after = leaves.map((one) =>
        one === chosen ? { ...one, facts: [...one.facts, { id: 'new', on: day, status: 'done' as const }] } : one,
      );
      const [was, is] = [rollUp(leaves, day), rollUp(after, day)];
      expect(is.percent ?? 0).toBeGreaterThanOrEqual(was.percent ?? 0);
      expect(is.done).toBe(was.done + (chosen ? 1 : 0));
    }),
  );
});

test('a fact of a later day changes no earlier day, unless it retracts one', () => {
  fc.assert(
    fc.property(arbLeaves, month, month, fc.constantFrom(...statusClasses), (leaves, a, b, status) => {
      const [day, later] = [dayOf(Math.min(a, b)), dayOf(Math.max(a, b) + 1)];
      const after = leaves.map((one) => ({ ...one, facts: [...one.facts, { id: 'new', on: later, status }] }));
      expect(rollUp(after, day)).toEqual(rollUp(leaves, day));
    }),
  );
});

// Last updated

test('“last updated” is the day of the newest thing that happened, and working things out again does not move it', () => {
  const wrong = fact('2091-01-01', 'done');
  const leaves = [
    leaf(1, [fact('2019-04-25', 'done')], [{ on: '2019-05-01', kind: 'added' }]),
    leaf(2, [wrong, fact('2019-03-01', 'active', { retracts: wrong.id })]),
  ];
  const before = lastUpdated(leaves);
  rollUp(leaves, '2030-01-01');
  overTime(leaves, [], '2010-01-01', '2030-01-01', 'month');
  expect([before, lastUpdated(leaves)]).toEqual(['2019-05-01', '2019-05-01']);
  expect(lastUpdated(leaves, [{ on: '2019-06-02' }])).toBe('2019-06-02');
  expect(lastUpdated(leaves, [{ on: '2019-06-02' }], '2019-04-30')).toBe('2019-04-25');
  expect(lastUpdated([])).toBeNull();
});

// Groups

test('a leaf counts once in each theme it carries, and those without a theme come last', () => {
  const done = [fact('2020-01-01', 'done')];
  const groups = byGroup(
    [
      leaf(3, [fact('2020-01-01', 'active')], []),
      leaf(1, done, [], { themes: ['schools', 'health', 'schools'] }),
      leaf(2, [fact('2020-01-01', 'notBegun')], [], { themes: ['health'] }),
    ],
    '2020-02-01',
    'themes',
  );
  expect(groups.map(({ group, progress }) => [group, progress.done, progress.total, progress.percent])).toEqual([
    ['schools', 1, 1, 100],
    ['health', 1, 2, 50],
    [null, 0, 1, 0],
  ]);
});

test('each theme’s progress is the roll-up of the leaves that carry it', () => {
  fc.assert(
    fc.property(arbLeaves, arbDay, (leaves, day) => {
      for (const { group, progress } of byGroup(leaves, day, 'themes')) {
        const members = leaves.filter((one) =>
          group === null ? one.themes!.length === 0 : one.themes!.includes(group),
        );
        expect(progress).toEqual(rollUp(members, day));
      }
    }),
  );
});

test('plans of two cities stand side by side through the crosswalk, each on its own day and never summed', () => {
  const one = {
    plan: 'river-city',
    day: '2020-02-01',
    leaves: [leaf(1, [fact('2020-01-01', 'done')], [], { pillars: ['prevent'] })],
  };
  const two = {
    plan: 'hill-city',
    day: '2021-02-01',
    leaves: [
      leaf(1, [fact('2021-01-01', 'active')], [], { pillars: ['prevention'] }),
      leaf(2, [], [], { pillars: ['constructor'] }),
    ],
    crosswalk: { prevention: 'prevent' },
  };
  const rows = compareGroups([one, two]);
  expect(
    rows.map(({ group, comparable, plans }) => [group, comparable, plans.map(({ progress }) => progress?.percent)]),
  ).toEqual([
    ['prevent', true, [100, 0]],
    ['constructor', true, [undefined, null]],
  ]);
  expect(rows[0]!.plans.map(({ progress }) => progress?.asOf)).toEqual(['2020-02-01', '2021-02-01']);
});
