import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeSegments, StackedBar } from './bars.tsx';
import { LineChart, StepAreaChart } from './charts.tsx';
import { pagesToOffer } from './pager.tsx';
import { plainUi } from './plain.ts';
import { dayTicks, niceTicks } from './scale.ts';
import { statusOrder } from './status.tsx';

const ui = plainUi();
const text = async (node: unknown) => String(await node);
const segments = fc.uniqueArray(fc.record({ status: fc.constantFrom(...statusOrder), count: fc.nat(10_000) }), {
  selector: (s) => s.status,
});

test('the parts of a bar meet without gaps and end at 100 percent', () => {
  fc.assert(
    fc.property(segments, (given) => {
      const placed = placeSegments(given);
      expect(placed.map((part) => part.count).sort()).toEqual(
        given
          .map((s) => s.count)
          .filter(Boolean)
          .sort(),
      );
      let end = 0;
      for (const part of placed) {
        expect(part.x).toBeCloseTo(end, 6);
        expect(part.width).toBeGreaterThanOrEqual(0);
        end = part.x + part.width;
      }
      if (placed.length > 0) expect(end).toBeCloseTo(100, 6);
    }),
  );
});

test('what does not count stands beside the bar and is said in words', async () => {
  const html = await text(
    <StackedBar
      ui={ui}
      id="b"
      label="Progress"
      segments={[
        { status: 'done', count: 41 },
        { status: 'active', count: 14 },
        { status: 'notBegun', count: 8 },
        { status: 'excluded', count: 1 },
      ]}
    />,
  );
  expect(html).toContain('41 Completed; 14 In progress; 8 Not yet begun; 1 No longer needed, not counted');
  // 41, 14 and 8 of 63: the excluded one takes no part of the hundred.
  expect(html).toContain('x="0%" width="65.08%"');
  expect(html).toContain('x="65.08%" width="22.22%"');
  expect(html).toContain('x="87.3%" width="12.7%"');
});

test('a bar with nothing to show says so', async () => {
  expect(await text(<StackedBar ui={ui} id="b" label="Progress" segments={[]} />)).toContain('Nothing to count yet');
});

test('axes cover their values with few round steps', () => {
  const value = fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1000);
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const ticks = niceTicks(low, high);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(8);
      const slack = (high - low || Math.abs(high) || 1) * 1e-6;
      expect(ticks[0]!).toBeLessThanOrEqual(low + slack);
      expect(ticks.at(-1)!).toBeGreaterThanOrEqual(high - slack);
    }),
  );
});

test('time axes name at most six days, all inside the span', () => {
  const day = fc.integer({ min: 0, max: 40_000 }).map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, day, (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const ticks = dayTicks(from, to);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(6);
      for (const tick of ticks) expect(tick.day >= from && tick.day <= to).toBe(true);
    }),
  );
});

test('a line has a gap where a value is missing, and its ends are said in words', async () => {
  const html = await text(
    <LineChart
      ui={ui}
      id="c"
      title="People trained"
      target={500}
      points={[
        { day: '2019-01-01', value: 100 },
        { day: '2019-04-01', value: 180 },
        { day: '2019-07-01', value: null },
        { day: '2019-10-01', value: 260 },
        { day: '2020-01-01', value: 610 },
      ]}
    />,
  );
  const line = /class="wm-line" d="([^"]+)"/.exec(html)?.[1] ?? '';
  expect(line.match(/M/g)).toHaveLength(2);
  expect(line.match(/L/g)).toHaveLength(2);
  expect(html).toContain('From January 1, 2019 to January 1, 2020. First value 100, last value 610. Target: 500');
  expect(html.length).toBeLessThan(6_000);
});

test('charts without values say so instead of drawing an empty frame', async () => {
  for (const chart of [
    <LineChart ui={ui} id="a" title="T" points={[{ day: '2020-01-01', value: null }]} />,
    <StepAreaChart ui={ui} id="b" title="T" steps={[]} />,
  ]) {
    const html = await text(chart);
    expect(html).toContain('no values to draw');
    expect(html).not.toContain('<svg');
  }
});

test('no chart ever writes NaN or Infinity', async () => {
  const day = fc.integer({ min: 0, max: 30_000 }).map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));
  const points = fc.array(fc.record({ day, value: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })) }), {
    maxLength: 8,
  });
  const steps = fc.array(
    fc.record({
      day,
      counts: fc.record({ done: fc.nat(50), active: fc.nat(50), excluded: fc.nat(5) }, { requiredKeys: [] }),
    }),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(points, steps, fc.boolean(), async (series, days, zero) => {
      const sorted = <T extends { day: string }>(list: T[]) => list.sort((a, b) => a.day.localeCompare(b.day));
      expect(await text(<LineChart ui={ui} id="a" title="T" zero={zero} points={sorted(series)} />)).not.toMatch(
        /NaN|Infinity/,
      );
      expect(await text(<StepAreaChart ui={ui} id="b" title="T" steps={sorted(days)} />)).not.toMatch(/NaN|Infinity/);
    }),
  );
});

test('stacked steps hold until the next day and end on the day asked for', async () => {
  const html = await text(
    <StepAreaChart
      ui={ui}
      id="s"
      title="T"
      until="2021-01-01"
      steps={[
        { day: '2019-01-01', counts: { notBegun: 10 } },
        { day: '2020-01-01', counts: { done: 10 } },
      ]}
    />,
  );
  expect(html).toContain(
    'From January 1, 2019 to January 1, 2021. First value 10 Not yet begun, last value 10 Completed.',
  );
  const done = /<path d="([^"]+)" class="wm-area wm-fill-accent"/.exec(html)?.[1];
  // Flat on the ground for the first year (365 of 731 days: x 46 to 255.7), then up to ten (the axis ends there: y 14) until the right edge.
  expect(done).toBe('M46 210V210H255.7V14H466V210H255.7V210H46Z');
});

test('the pager offers first, last and the neighbours', () => {
  expect(pagesToOffer(1, 1)).toEqual([1]);
  expect(pagesToOffer(4, 32)).toEqual([1, 2, 3, 4, 5, 0, 32]);
  expect(pagesToOffer(16, 32)).toEqual([1, 0, 15, 16, 17, 0, 32]);
});
