import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerByWalking, minuteWalk, stateNames, type Walk, walk } from './opening-hours-by-walking.ts';
import { intervals, openAt, type ScheduleRow } from './opening-hours.ts';
import { spansOn } from './opening-hours-week.ts';

const zones = [
  'America/Chicago',
  'America/New_York',
  'America/Phoenix',
  'America/St_Johns',
  'Pacific/Kiritimati',
  'America/Havana',
  'Australia/Lord_Howe',
];

const maybe = <T>(value: fc.Arbitrary<T>, weight = 1) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });
const day = fc
  .integer({ min: -500, max: 500 })
  .map((away) => new Date(Date.UTC(2026, 5, 15 + away)).toISOString().slice(0, 10));
const quarter = fc.oneof(
  fc
    .integer({ min: 0, max: 95 })
    .map((at) => `${String(at >> 2).padStart(2, '0')}:${String((at & 3) * 15).padStart(2, '0')}`),
  fc.constantFrom('00:00', '01:00', '02:00', '02:30', '03:00', '09:00:00', '17:00'),
);
const closing = fc.oneof(
  { weight: 8, arbitrary: quarter },
  { weight: 1, arbitrary: fc.constantFrom('23:59', '24:00') },
);
const some = (most: number, length = 4) =>
  fc
    .uniqueArray(
      fc.integer({ min: -most, max: most }).filter((one) => one !== 0),
      { minLength: 1, maxLength: length },
    )
    .map(String);
const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const weekdays = fc.uniqueArray(weekday, { minLength: 1, maxLength: 6 }).map(String);

const hours = fc.oneof(
  { weight: 8, arbitrary: fc.record({ opens_at: quarter, closes_at: closing }) },
  { weight: 1, arbitrary: fc.record({ opens_at: quarter }) },
  { weight: 1, arbitrary: fc.record({ closes_at: closing }) },
  { weight: 1, arbitrary: fc.constant({ all_day: true }) },
  { weight: 1, arbitrary: fc.constant({}) },
);
const flags = fc.record({
  by_appointment: maybe(fc.boolean()),
  verified: fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant(false) }),
  timezone: fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom<string | number>(-5, '-06:00', 'America/Chicago', 'America/Phoenix') },
  ),
});
const bounds = fc.record({ valid_from: maybe(day), valid_to: maybe(day), until: maybe(day) });
const weekly = fc.record({
  freq: fc.constantFrom('WEEKLY', undefined),
  byday: weekdays,
  dtstart: maybe(day),
  interval: maybe(fc.integer({ min: 1, max: 4 })),
  wkst: maybe(weekday),
  count: maybe(fc.integer({ min: 1, max: 80 })),
  byweekno: maybe(some(53, 12)),
  byyearday: fc.constant(undefined),
});
const plainWeek = fc.record({ freq: fc.constant('WEEKLY'), byday: weekdays });
const monthly = fc.record({
  freq: fc.constant('MONTHLY'),
  byday: maybe(
    fc
      .uniqueArray(
        fc.tuple(fc.constantFrom('', 1, 2, 3, 4, 5, -1, -2, -5), weekday).map((parts) => parts.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map(String),
    3,
  ),
  bymonthday: maybe(some(31, 6), 3),
  byyearday: maybe(some(366, 40)),
  dtstart: maybe(day, 3),
  interval: maybe(fc.integer({ min: 1, max: 5 })),
  count: maybe(fc.integer({ min: 1, max: 12 })),
});
const rule = fc.oneof(
  { weight: 4, arbitrary: plainWeek },
  { weight: 3, arbitrary: weekly },
  { weight: 3, arbitrary: monthly },
);
const regular = fc.tuple(rule, bounds, hours, flags).map((parts) => Object.assign({}, ...parts) as ScheduleRow);
const exception = fc
  .tuple(day, fc.integer({ min: 0, max: 40 }), fc.boolean(), hours, flags, maybe(fc.constant(true)), maybe(plainWeek))
  .map(
    ([from, length, closed, open, flag, every_year, days]): ScheduleRow => ({
      valid_from: from,
      valid_to: new Date(Date.parse(from) + length * 864e5).toISOString().slice(0, 10),
      ...(closed ? { closed } : { exception: true, ...open }),
      ...flag,
      every_year,
      ...days,
    }),
  );
const odd = fc.constantFrom<ScheduleRow>(
  { description: 'Weekday mornings, call first' },
  { by_appointment: true },
  { opens_at: '09:00', closes_at: '17:00' },
  { dtstart: '2026-08-08', opens_at: '10:00', closes_at: '14:00' },
  { freq: 'WEEKLY', byday: '2MO', opens_at: '09:00', closes_at: '17:00' },
  { freq: 'WEEKLY', byday: 'MO', opens_at: 'nine', closes_at: '17:00', valid_to: '2026-06-30' },
  { closed: true },
  { valid_from: '2026-12-24', valid_to: '2026-12-24', closed: true, opens_at: '12:00' },
  {},
);
const schedules = fc
  .oneof(
    { weight: 4, arbitrary: fc.tuple(fc.array(regular, { maxLength: 4 }), fc.array(exception, { maxLength: 3 })) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.array(fc.oneof(regular, odd), { maxLength: 4 }), fc.array(exception, { maxLength: 2 })),
    },
  )
  .map(([regulars, exceptions]) =>
    [...regulars, ...exceptions].map((row) => JSON.parse(JSON.stringify(row)) as ScheduleRow),
  );

const walks = new Map(
  zones.map((zone): [string, Walk] => [zone, walk(zone, Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1), 15)]),
);

function painted(rows: ScheduleRow[], zone: string, over: Walk): Uint8Array {
  const states = new Uint8Array(over.length);
  let before = -1;
  const step = over.step * 60_000;
  for (const { opens, closes, certain, appointment } of intervals(
    rows,
    zone,
    new Date(over.from),
    new Date(over.from + over.length * step),
  )) {
    const [start, end] = [(opens.getTime() - over.from) / step, (closes.getTime() - over.from) / step];
    expect([start, end].every(Number.isInteger) && start < end && start >= before, 'in order, on the grid').toBe(true);
    before = end;
    states.fill(certain ? (appointment ? 2 : 3) : 1, start, end);
  }
  return states;
}

function disagreement(rows: ScheduleRow[], zone: string, over: Walk, engine: Uint8Array): string | null {
  const naive = answerByWalking(rows, zone, over);
  const at = naive.findIndex((state, index) => state !== engine[index]);
  if (at < 0) return null;
  const when = new Date(over.from + at * over.step * 60_000).toISOString();
  return `${zone} ${when}: walking says ${stateNames[naive[at]!]}, the engine ${stateNames[engine[at]!]}`;
}

test('over a whole year, quarter of an hour by quarter of an hour, the answers are those of somebody who only looks at the wall clock', () => {
  fc.assert(
    fc.property(
      schedules,
      fc.constantFrom(...zones),
      fc.array(fc.nat(35_039), { minLength: 6, maxLength: 6 }),
      (rows, zone, instants) => {
        const over = walks.get(zone)!;
        const engine = painted(rows, zone, over);
        expect(disagreement(rows, zone, over, engine)).toBe(null);
        for (const index of instants) {
          const answer = openAt(rows, new Date(over.from + index * 900_000), zone);
          const state = engine[index]!;
          const said =
            answer.state === 'open' ? (answer.because.appointment ? 2 : 3) : answer.state === 'unknown' ? 1 : 0;
          expect(said).toBe(state);
          const change = engine.findIndex((one, later) => later > index && one !== state);
          const until = answer.until && (answer.until.getTime() - over.from) / 900_000;
          if (until !== undefined) expect(change < 0 ? until >= over.length : until === change).toBe(true);
          else expect(change < 0 || change >= index + 9 * 96).toBe(true);
          const next = engine.findIndex((one, later) => later > index && one >= 2);
          if (state < 2 && next >= 0) expect((answer.next!.getTime() - over.from) / 900_000).toBe(next);
          if (state >= 2) expect(answer.next).toBe(undefined);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('around both changes of the clock the answers hold to the minute', () => {
  const minute = fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.oneof(fc.nat(59), fc.constantFrom(0, 30)))
    .map(([hour, at]) => `0${hour}:${String(at).padStart(2, '0')}`);
  const late = fc.nat(59).map((at) => `22:${String(at).padStart(2, '0')}`);
  const daily = fc
    .tuple(fc.oneof(minute, minute, late), minute, fc.boolean())
    .map(([opens_at, closes_at, by_appointment]) => ({
      freq: 'WEEKLY',
      byday: 'MO,TU,WE,TH,FR,SA,SU',
      opens_at,
      closes_at,
      by_appointment,
    }));
  for (const zone of zones) {
    const changes = minuteWalk(zone, 2026);
    expect(changes.length).toBe(['America/Phoenix', 'Pacific/Kiritimati'].includes(zone) ? 0 : 2);
    for (const over of changes) {
      fc.assert(
        fc.property(fc.array(daily, { minLength: 1, maxLength: 2 }), (rows) => {
          expect(disagreement(rows, zone, over, painted(rows, zone, over))).toBe(null);
        }),
        { numRuns: 25 },
      );
    }
  }
});

test('what is shown for each day of a year of regular hours is what is answered', () => {
  const zone = 'America/Phoenix';
  const over = walks.get(zone)!;
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const here = regular.map((row): ScheduleRow => ({ ...row, timezone: undefined }));
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          { weight: 6, arbitrary: here },
          odd.filter((row) => !row.closed),
        ),
        { maxLength: 4 },
      ),
      (rows) => {
        const shown = new Uint8Array(over.length);
        // The walk begins at midnight UTC, which is 17:00 of the last day of 2025 here.
        for (let day = -2; day <= 365; day++) {
          const hours = spansOn(rows, new Date(over.from + day * 864e5).toISOString().slice(0, 10), zone);
          const paint = (opens: number, closes: number, state: number) => {
            for (
              let at = Math.max(0, day * 96 + 28 + opens / 15);
              at < day * 96 + 28 + closes / 15 && at < over.length;
              at++
            )
              shown[at] = Math.max(shown[at]!, state);
          };
          if (hours.more) paint(0, 1440, 1);
          for (const span of hours.spans) {
            const opens = span.opens === null ? 0 : minutes(span.opens);
            const closes = span.closes === null ? 1440 : minutes(span.closes) + (span.nextDay ? 1440 : 0);
            paint(opens, closes, span.doubt ? 1 : span.appointment ? 2 : 3);
          }
          expect(hours.state === 'open').toBe(hours.spans.some((span) => !span.doubt));
          expect(hours.state === 'closed').toBe(hours.spans.length === 0 && !hours.more);
        }
        const answered = painted(rows, zone, over);
        expect(shown.findIndex((state, at) => state !== answered[at])).toBe(-1);
      },
    ),
    { numRuns: 60 },
  );
});
