import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Direction, Indicator, IndicatorState, IndicatorValue } from './indicator-math.ts';
import { assess } from './indicator-math.ts';

const day = '2024-12-31';
const at = (value: number | null, on = '2024-06-30'): IndicatorValue => ({ on, value });
const make = (
  direction: Direction,
  start: number | null,
  goal: number | null,
  ...values: (number | null)[]
): Indicator => ({
  direction,
  baseline: start === null ? null : { value: start },
  target: goal === null ? null : { value: goal },
  values: values.map((value, index) => at(value, `2024-0${index + 1}-15`)),
});

test.each<[string, Direction, number | null, number | null, number, IndicatorState, number | null]>([
  ['half way up', 'up', 0, 100, 50, 'onWay', 0.5],
  ['at the goal', 'up', 0, 100, 100, 'met', 1],
  ['past the goal', 'up', 0, 100, 130, 'surpassed', 1.3],
  ['at the start', 'up', 0, 100, 0, 'notYet', 0],
  ['below the start', 'up', 0, 100, -20, 'regressed', -0.2],
  ['half way down', 'down', 200, 100, 150, 'onWay', 0.5],
  ['down to the goal', 'down', 200, 100, 100, 'met', 1],
  ['past a falling goal', 'down', 200, 100, 70, 'surpassed', 1.3],
  ['worse than the start of a fall', 'down', 200, 100, 220, 'regressed', -0.2],
  ['short of the goal without a baseline', 'up', null, 100, 90, 'notYet', null],
  ['at a falling goal without a baseline', 'down', null, 100, 100, 'met', null],
  ['goal equal to start, reached', 'up', 50, 50, 50, 'met', null],
  ['goal equal to start, passed', 'up', 50, 50, 60, 'surpassed', null],
  ['goal equal to start, fallen below', 'up', 50, 50, 40, 'regressed', null],
  ['above a floor', 'keepAtLeast', 85, 80, 82, 'kept', null],
  ['on the floor', 'keepAtLeast', 85, 80, 80, 'kept', null],
  ['below the floor', 'keepAtLeast', 85, 80, 79, 'broken', null],
  ['under a ceiling', 'keepAtMost', null, 10, 9, 'kept', null],
  ['over the ceiling', 'keepAtMost', null, 10, 11, 'broken', null],
  ['a milestone not reached', 'milestone', null, null, 0, 'notYet', 0],
  ['a milestone reached', 'milestone', null, null, 1, 'met', 1],
  ['two of five steps', 'milestone', null, 5, 2, 'onWay', 0.4],
  ['no direction', 'undefined', 0, 100, 50, 'undefined', null],
  ['no target', 'up', 0, null, 50, 'undefined', null],
  ['a floor without a height', 'keepAtLeast', 0, null, 50, 'undefined', null],
])('%s', (_, direction, start, goal, value, state, share) => {
  const result = assess(make(direction, start, goal, value), day);
  expect(result).toMatchObject({ state, latest: { value } });
  if (share === null) expect(result.share).toBeNull();
  else expect(result.share).toBeCloseTo(share, 12);
});

test('a met “keep above 80” is neither late nor behind, whatever its baseline, target day and age', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 80, max: 200 }),
      fc.integer({ min: 0, max: 200 }),
      fc.boolean(),
      (value, start, atMost) => {
        const direction = atMost ? 'keepAtMost' : 'keepAtLeast';
        const result = assess(
          {
            direction,
            baseline: { value: start, on: '2020-01-01' },
            target: { value: atMost ? 200 : 80, on: '2021-01-01' },
            values: [at(value)],
          },
          day,
        );
        expect(result).toMatchObject({ state: 'kept', late: false, pace: null, expected: null });
      },
    ),
  );
});

test('the direction is never guessed: a target on the wrong side is said to contradict it', () => {
  expect(assess(make('up', 80, 60, 70), day)).toMatchObject({
    state: 'undefined',
    share: null,
    because: { key: 'plan.indicator.contradiction', values: { baseline: 80, target: 60, value: 70 } },
  });
  expect(assess(make('down', 60, 80, 70), day).state).toBe('undefined');
});

test('up and down are mirror images', () => {
  const int = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(int, int, int, (start, goal, value) => {
      const up = assess(make('up', start, goal, value), day);
      const down = assess(make('down', -start, -goal, -value), day);
      expect(down.state).toBe(up.state);
      expect(down.share ?? 'none').toBe(up.share ?? 'none');
    }),
  );
});

test('without a number there is no data, and what was recorded instead is told', () => {
  expect(assess(make('up', 0, 10), day)).toMatchObject({
    state: 'noData',
    latest: null,
    share: null,
    unavailable: null,
  });
  const why = { en: 'The survey was not held' };
  const gap = { ...make('up', 0, 10), values: [at(4, '2024-01-15'), { on: '2024-02-15', value: null, why }] };
  expect(assess(gap, day)).toMatchObject({
    state: 'onWay',
    latest: { value: 4 },
    unavailable: { on: '2024-02-15', why },
  });
  expect(assess(make('up', 0, 10, Number.NaN), day).state).toBe('noData');
});

test('only what was known by the day counts, and a value recorded again replaces the first', () => {
  const indicator = { ...make('up', 0, 10), values: [at(9, '2024-05-01'), at(2, '2024-03-01'), at(3, '2024-03-01')] };
  expect(assess(indicator, '2024-04-01')).toMatchObject({ latest: { on: '2024-03-01', value: 3 } });
  expect(assess(indicator, '2024-05-01').latest).toEqual({ on: '2024-05-01', value: 9 });
  expect(assess(indicator, '2024-02-01').state).toBe('noData');
});

test('the trend is read in the indicator’s own direction', () => {
  expect(assess(make('down', 100, 0, 60, 50), day).trend).toBe('better');
  expect(assess(make('keepAtLeast', null, 80, 95, 90), day)).toMatchObject({ state: 'kept', trend: 'worse' });
  expect(assess(make('up', 0, 100, 50, null, 50), day).trend).toBe('same');
  expect(assess(make('undefined', 0, 100, 50, 60), day).trend).toBeNull();
});

test('an even pace runs from a dated baseline to a dated target, and a number is held against its own day', () => {
  const indicator = (value: number, on: string): Indicator => ({
    direction: 'down',
    baseline: { value: 100, on: '2023-01-01' },
    target: { value: 0, on: '2023-01-11' },
    values: [at(value, on)],
  });
  expect(assess(indicator(50, '2023-01-06'), '2023-01-08')).toMatchObject({
    pace: 'level',
    expected: { share: 0.7 },
    late: false,
  });
  expect(assess(indicator(49, '2023-01-06'), '2023-01-08').pace).toBe('ahead');
  expect(assess(indicator(51, '2023-01-06'), '2023-01-08').pace).toBe('behind');
  expect(assess(indicator(51, '2023-01-06'), '2024-01-01')).toMatchObject({
    late: true,
    expected: { value: 0, share: 1 },
  });
  expect(assess(indicator(-5, '2023-01-12'), '2024-01-01')).toMatchObject({
    late: false,
    state: 'surpassed',
    pace: 'ahead',
  });
  expect(assess(indicator(51, '2022-12-01'), '2022-12-31')).toMatchObject({ expected: null, pace: null });
});

test('a milestone whose day has passed is late, and one that is reached is not', () => {
  const target = { value: 1, on: '2024-03-01' };
  expect(assess({ direction: 'milestone', target, values: [at(0, '2024-01-01')] }, day).late).toBe(true);
  expect(assess({ direction: 'milestone', target, values: [] }, day)).toMatchObject({ late: true, state: 'noData' });
  expect(assess({ direction: 'milestone', target, values: [at(1, '2024-06-01')] }, day).late).toBe(false);
});

test('closed months without a number are named, and those explained carry their reason', () => {
  const why = { en: 'The office was closed' };
  const indicator: Indicator = {
    direction: 'up',
    period: 'month',
    values: [at(1, '2023-11-20'), at(2, '2023-12-05'), { on: '2024-01-31', value: null, why }, at(4, '2024-03-01')],
  };
  const { missing, periodsDue } = assess(indicator, '2024-04-30');
  expect(missing).toEqual([
    { period: '2024-01', from: '2024-01-01', to: '2024-01-31', why },
    { period: '2024-02', from: '2024-02-01', to: '2024-02-29' },
  ]);
  expect(periodsDue).toBe(5);
  expect(assess(indicator, '2024-05-01').missing.at(-1)!.period).toBe('2024-04');
});

test('quarters and years are counted by the calendar, and the baseline is the number of its own period', () => {
  const base: Indicator = { direction: 'up', baseline: { value: 1, on: '2022-05-10' }, values: [] };
  expect(assess({ ...base, period: 'quarter' }, '2023-01-01').missing.map(({ period }) => period)).toEqual([
    '2022-Q3',
    '2022-Q4',
  ]);
  expect(assess({ ...base, period: 'year' }, '2025-01-01').missing.map(({ period }) => period)).toEqual([
    '2023',
    '2024',
  ]);
  expect(assess({ ...base, period: 'year', from: '2021-03-01' }, '2022-12-31')).toMatchObject({
    periodsDue: 1,
    missing: [{ period: '2021', from: '2021-01-01', to: '2021-12-31' }],
  });
  expect(assess({ ...base, period: null }, day)).toMatchObject({ missing: [], periodsDue: 0 });
  expect(assess({ direction: 'up', period: 'month', values: [] }, day).missing).toEqual([]);
});
