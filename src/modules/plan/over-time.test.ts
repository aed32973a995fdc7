import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbDay, arbLeaves, dayOf, printed } from '../../../test/support/leaves.ts';
import { overTime } from './over-time.ts';
import { type Progress, rollUp } from './progress.ts';

test('every point of the chart is what the roll-up gives for its day, and no change between points is missed', () => {
  const published = [printed('2018-06-15'), printed('2019-12-01', { percent: 12 })];
  fc.assert(
    fc.property(arbLeaves, arbDay, arbDay, (leaves, a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      for (const step of ['month', 'change'] as const) {
        const points = overTime(leaves, published, from, to, step);
        expect([points[0]!.day, points.at(-1)!.day]).toEqual([from, to]);
        for (const { day, progress } of points) expect(progress).toEqual(rollUp(leaves, day, published));
      }
      const figures = ({ done, total, unknown, excluded, source, percent }: Progress) => [
        done,
        total,
        unknown,
        excluded,
        source,
        percent,
      ];
      const changes = overTime(leaves, published, from, to, 'change');
      for (let n = 0; n < 36; n += 1) {
        const day = dayOf(n);
        if (day < from || day > to) continue;
        const point = changes.findLast((one) => one.day <= day)!;
        expect(figures(point.progress)).toEqual(figures(rollUp(leaves, day, published)));
      }
    }),
  );
});

test('a monthly chart stands on the last day of each month, leap years included', () => {
  const days = overTime([], [], '2020-01-10', '2020-04-05', 'month').map(({ day }) => day);
  expect(days).toEqual(['2020-01-10', '2020-01-31', '2020-02-29', '2020-03-31', '2020-04-05']);
  expect(overTime([], [], '2020-02-01', '2020-01-01', 'month')).toEqual([]);
  expect(overTime([], [], '2020-02-01', '2020-02-01', 'change')).toHaveLength(1);
});
