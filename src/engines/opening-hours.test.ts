import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intervals, openAt, type ScheduleRow } from './opening-hours.ts';
import { spansOn, weekTable } from './opening-hours-week.ts';

const chicago = 'America/Chicago';
const week = (byday: string, opens_at?: string, closes_at?: string): ScheduleRow => ({
  freq: 'WEEKLY',
  byday,
  opens_at,
  closes_at,
});
const office = week('MO,TU,WE,TH,FR', '09:00', '17:00');
const ask = (rows: ScheduleRow[], at: string, zone = chicago) => {
  const answer = openAt(rows, new Date(at), zone);
  return { ...answer, until: answer.until?.toISOString(), next: answer.next?.toISOString() };
};

test('an office is open on a weekday and says until when, and closed at night and says when it opens next', () => {
  expect(ask([office], '2026-10-06T15:00:00Z')).toEqual({
    state: 'open',
    until: '2026-10-06T22:00:00.000Z',
    next: undefined,
    because: { kind: 'hours', row: 0 },
  });
  expect(ask([office], '2026-10-09T23:00:00Z')).toEqual({
    state: 'closed',
    until: '2026-10-12T14:00:00.000Z',
    next: '2026-10-12T14:00:00.000Z',
    because: { kind: 'outside_hours' },
  });
});

test('a holiday closes the door, and a day inside the holidays with hours of its own opens it', () => {
  const rows: ScheduleRow[] = [
    office,
    { valid_from: '2026-12-20', valid_to: '2027-01-03', closed: true },
    { valid_from: '2026-12-24', valid_to: '2026-12-24', exception: true, opens_at: '10:00', closes_at: '16:00' },
  ];
  expect(ask(rows, '2026-12-23T18:00:00Z')).toMatchObject({
    state: 'closed',
    next: '2026-12-24T16:00:00.000Z',
    because: { kind: 'closure', row: 1 },
  });
  expect(ask(rows, '2026-12-24T16:30:00Z')).toMatchObject({ state: 'open', because: { kind: 'exception', row: 2 } });
  expect(ask(rows, '2026-12-24T22:30:00Z')).toMatchObject({
    state: 'closed',
    next: '2027-01-04T15:00:00.000Z',
    because: { kind: 'outside_hours', row: 2 },
  });
});

test('a holiday without a year closes every year, but for the year that says otherwise', () => {
  const rows = [office, { valid_from: '0001-01-01', valid_to: '0001-01-01', closed: true, every_year: true }];
  expect(ask(rows, '2027-01-01T18:00:00Z').because).toEqual({ kind: 'closure', row: 1 });
  const open = {
    valid_from: '2027-01-01',
    valid_to: '2027-01-01',
    exception: true,
    opens_at: '10:00',
    closes_at: '14:00',
  };
  expect(ask([...rows, open], '2027-01-01T18:00:00Z')).toMatchObject({
    state: 'open',
    because: { kind: 'exception', row: 2 },
  });
  expect(ask([...rows, open], '2029-01-01T18:00:00Z').because).toEqual({ kind: 'closure', row: 1 });
});

test('what nobody knows is unknown and never closed, and says why', () => {
  const why = (rows: ScheduleRow[], at = '2026-10-06T15:00:00Z') => {
    const { state, because } = ask(rows, at);
    expect(state).toBe('unknown');
    return because.kind;
  };
  expect(why([])).toBe('no_hours');
  expect(why([{}])).toBe('no_hours');
  expect(why([{ description: 'Call for hours' }])).toBe('text_only');
  expect(why([{ by_appointment: true }])).toBe('appointment');
  expect(why([week('TU', '08:00')])).toBe('partly');
  expect(why([week('TU')])).toBe('partly');
  expect(why([{ opens_at: '09:00', closes_at: '17:00' }])).toBe('partly');
  expect(why([week('SA', '08:00', '12:00'), { description: 'Also some weekday mornings' }])).toBe('partly');
  expect(why([{ ...office, verified: false }])).toBe('unverified');
  expect(why([{ ...office, verified: false }], '2026-10-06T04:00:00Z')).toBe('unverified');
  expect(why([{ ...office, until: '2026-09-30' }])).toBe('lapsed');
  expect(why([{ ...office, valid_from: '2027-01-01' }])).toBe('lapsed');
  expect(why([{ ...office, dtstart: '2026-01-05', count: 10 }])).toBe('lapsed');
  expect(why([{ ...office, interval: 2 }])).toBe('partly');
  expect(why([{ ...office, closes_at: 'late' }])).toBe('partly');
  expect(why([office, { closed: true, description: 'Public holidays' }])).toBe('partly');
  const day = { valid_from: '2026-10-06', valid_to: '2026-10-06' };
  expect(
    why([office, { ...day, closed: true }, { ...day, exception: true, opens_at: '08:00', closes_at: '12:00' }]),
  ).toBe('conflict');
});

test('a night shift belongs to the day it begins on, and is in doubt where it runs into a closed day', () => {
  const night = week('TH', '20:00', '06:00');
  expect(ask([night], '2026-12-25T09:00:00Z').state).toBe('open');
  const rows = [night, { valid_from: '2026-12-25', valid_to: '2026-12-25', closed: true }];
  expect(ask(rows, '2026-12-25T04:00:00Z')).toMatchObject({ state: 'open', until: '2026-12-25T06:00:00.000Z' });
  expect(ask(rows, '2026-12-25T09:00:00Z')).toMatchObject({
    state: 'unknown',
    until: '2026-12-25T12:00:00.000Z',
    because: { kind: 'conflict', row: 0 },
  });
});

test('a door that never closes has no end', () => {
  const always = { freq: 'WEEKLY', byday: 'MO,TU,WE,TH,FR,SA,SU', all_day: true };
  expect(ask([always], '2026-11-01T06:30:00Z')).toEqual({
    state: 'open',
    until: undefined,
    next: undefined,
    because: { kind: 'all_day', row: 0 },
  });
  const from = new Date('2026-01-01T06:00:00Z');
  const to = new Date('2027-01-01T06:00:00Z');
  for (const zone of [chicago, 'America/Havana', 'Australia/Lord_Howe', 'Pacific/Kiritimati'])
    expect(intervals([always], zone, from, to)).toEqual([
      { opens: from, closes: to, certain: true, appointment: false },
    ]);
});

test('from one to three is one, two or three hours when the clocks are changed', () => {
  const rows = [week('SU', '01:00', '03:00')];
  const on = (from: string, zone: string) =>
    intervals(rows, zone, new Date(from), new Date(Date.parse(from) + 864e5)).map(
      ({ opens, closes, certain }) =>
        `${opens.toISOString().slice(11, 16)} ${closes.toISOString().slice(11, 16)} ${certain}`,
    );
  expect(on('2026-03-01T06:00:00Z', chicago)).toEqual(['07:00 09:00 true']);
  expect(on('2026-03-08T06:00:00Z', chicago)).toEqual(['07:00 08:00 true']);
  expect(on('2026-11-01T05:00:00Z', chicago)).toEqual(['06:00 09:00 true']);
  expect(on('2026-11-01T07:00:00Z', 'America/Phoenix')).toEqual(['08:00 10:00 true']);
  expect(on('2026-03-08T03:30:00Z', 'America/St_Johns')).toEqual(['04:30 05:30 true']);
  expect(on('2026-03-07T10:00:00Z', 'Pacific/Kiritimati')).toEqual(['11:00 13:00 true']);
});

test('a time that shows twice is in doubt from the first to the second', () => {
  const between = intervals(
    [week('SA', '22:00', '01:30')],
    chicago,
    new Date('2026-11-01T00:00:00Z'),
    new Date('2026-11-02T00:00:00Z'),
  );
  expect(between.map(({ opens, closes, certain }) => [opens.toISOString(), closes.toISOString(), certain])).toEqual([
    ['2026-11-01T03:00:00.000Z', '2026-11-01T06:30:00.000Z', true],
    ['2026-11-01T06:30:00.000Z', '2026-11-01T07:30:00.000Z', false],
  ]);
  expect(ask([week('SA', '22:00', '01:30')], '2026-11-01T07:10:00Z').because).toEqual({ kind: 'clock_change', row: 0 });
});

test('a time that does not exist is reached when the clock jumps over it', () => {
  expect(ask([week('SU', '02:30', '05:00')], '2026-03-08T07:30:00Z').next).toBe('2026-03-08T08:00:00.000Z');
});

test('an offset that the place itself uses means its wall clock, another one means what it says', () => {
  const rows = [{ ...office, opens_at: '09:00-06:00', closes_at: '17:00-06:00' }];
  expect(ask(rows, '2026-07-07T14:30:00Z').state).toBe('open');
  expect(ask(rows, '2026-07-07T14:30:00Z', 'America/Phoenix').state).toBe('closed');
  expect(ask([{ ...office, timezone: 3 }], '2026-07-07T06:30:00Z').state).toBe('open');
  expect(ask([{ ...office, timezone: 'America/New_York' }], '2026-07-07T13:30:00Z').state).toBe('open');
  expect(ask([{ ...office, timezone: 'Nowhere/At_All' }], '2026-07-07T15:00:00Z').because.kind).toBe('partly');
});

test('by appointment is told apart from an open door', () => {
  const rows = [{ ...week('TU', '09:00', '17:00'), by_appointment: true }, week('TU', '10:00', '12:00')];
  expect(ask(rows, '2026-10-06T14:30:00Z')).toMatchObject({
    state: 'open',
    until: '2026-10-06T15:00:00.000Z',
    because: { row: 0, appointment: true },
  });
  expect(ask(rows, '2026-10-06T15:30:00Z').because).toEqual({ kind: 'hours', row: 1 });
});

test('a week is shown with like days together, split hours side by side and a holiday apart', () => {
  const rows = [
    week('MO,TU,WE,TH,FR', '09:00', '12:00'),
    week('MO,TU,WE,TH,FR', '13:00', '17:00'),
    week('SA', '10:00', '14:00'),
    week('SA', '14:00', '02:00'),
    { valid_from: '2026-10-07', valid_to: '2026-10-07', closed: true },
  ];
  const lines = weekTable(rows, '2026-10-05', chicago).map(
    ({ weekdays, hours }) =>
      `${weekdays.join()} ${hours.state}${hours.exception ? '!' : ''} ${hours.spans.map((span) => `${span.opens}-${span.closes}${span.nextDay ? '+' : ''}`).join()}`,
  );
  expect(lines).toEqual([
    '1,2 open 09:00-12:00,13:00-17:00',
    '3 closed! ',
    '4,5 open 09:00-12:00,13:00-17:00',
    '6 open 10:00-02:00+',
    '7 closed ',
  ]);
});

test('a day tells what is missing', () => {
  expect(spansOn([week('MO', '20:00')], '2026-10-05', chicago)).toMatchObject({
    state: 'unknown',
    spans: [{ opens: '20:00', closes: null, doubt: 'partly' }],
  });
  expect(spansOn([], '2026-10-05', chicago)).toMatchObject({
    state: 'unknown',
    spans: [],
    because: { kind: 'no_hours' },
  });
  expect(spansOn([{ ...office, timezone: 'America/New_York' }], '2026-10-05', chicago).spans).toMatchObject([
    { opens: '08:00', closes: '16:00' },
  ]);
  expect(spansOn([{ ...week('SU', '23:00', '02:00'), timezone: '+03:00' }], '2026-10-04', chicago).spans).toMatchObject(
    [{ opens: '15:00', closes: '18:00', nextDay: false }],
  );
  expect(() => spansOn([], '2026-02-30', chicago)).toThrow(RangeError);
});

test('no row, however wrong, makes it fail', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('MO', '-1FR', '0MO', '25:00', '24:00', '99', '-1', 'Z', '+15:00', '2026-02-30', '00010101'),
  );
  const keys = [
    'valid_from',
    'valid_to',
    'dtstart',
    'timezone',
    'until',
    'count',
    'wkst',
    'freq',
    'interval',
    'byday',
    'byweekno',
    'bymonthday',
    'byyearday',
    'opens_at',
    'closes_at',
  ];
  const row = fc.dictionary(fc.constantFrom(...keys), fc.oneof(word, fc.constant(null)), {
    maxKeys: 6,
  }) as fc.Arbitrary<ScheduleRow>;
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (rows) => {
      const { state } = openAt(rows, new Date('2026-10-06T15:00:00Z'), chicago);
      expect(['open', 'closed', 'unknown']).toContain(state);
      weekTable(rows, '2026-10-05', chicago);
    }),
    { numRuns: 500 },
  );
});

const shared = process.env.WAYMARK_SHARED ?? resolve(import.meta.dirname, '../../../shared');
const examples = resolve(shared, 'standards/hsds/examples/service_full.json');
test.skipIf(!existsSync(examples))(
  "the standard's own example names one day of 2005 that its weeks leave out, and is over since",
  () => {
    const { schedules: rows } = JSON.parse(readFileSync(examples, 'utf8')) as { schedules: ScheduleRow[] };
    expect(rows.length).toBeGreaterThan(0);
    expect(ask(rows, '2026-10-06T15:00:00Z')).toMatchObject({ state: 'unknown', because: { kind: 'lapsed', row: 0 } });
    expect(ask(rows, '2005-01-01T15:00:00Z').state).toBe('closed');
  },
);
