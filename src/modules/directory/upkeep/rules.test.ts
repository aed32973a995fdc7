/** The rules of upkeep by themselves: when a value is due, what follows in a request, whom a campaign asks. */
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { positionOf, standing, type ListingEvent } from '../listing.ts';
import { countDue, defaultPeriods, dueOf, noticeDays, type Value, valuesOf } from './due.ts';
import type { Listing } from './read.ts';
import { nextStep, openOf, type RequestEvent, stateOf } from './request.ts';
import { closingOf, toAsk } from './steps.ts';

const plus = (day: string, days: number) => Temporal.PlainDate.from(day).add({ days }).toString();
const days = fc.integer({ min: 0, max: 3_000 }).map((n) => plus('2020-01-01', n));
const classes = fc.constantFrom('contact', 'hours', 'eligibility', 'place', 'identity', 'text', 'capacity');

test('a phone number is due for a month after five, and late after half a year', () => {
  const phone = { class: 'contact', since: '2026-01-01', checked: null } as const;
  expect(dueOf(phone, defaultPeriods, '2026-05-30')).toEqual({ state: 'fine', by: '2026-06-30', from: null });
  expect(dueOf(phone, defaultPeriods, '2026-05-31')).toEqual({ state: 'due', by: '2026-06-30', from: '2026-05-31' });
  expect(dueOf(phone, defaultPeriods, '2026-06-30').state).toBe('due');
  expect(dueOf(phone, defaultPeriods, '2026-07-01')).toEqual({ state: 'late', by: '2026-06-30', from: '2026-07-01' });
  expect(dueOf({ ...phone, checked: '2026-06-01' }, defaultPeriods, '2026-07-01').state).toBe('fine');
});

test('a value becomes due and then late once, and a later check never makes it late sooner', () => {
  fc.assert(
    fc.property(
      classes,
      days,
      fc.option(days),
      fc.integer({ min: 1, max: 3_650 }),
      days,
      (of, since, checked, period, day) => {
        const periods = { ...defaultPeriods, [of]: period };
        const value = { class: of, since, checked: checked !== null && checked >= since ? checked : null };
        const now = dueOf(value, periods, day);
        const order = ['fine', 'due', 'late'];
        expect(order.indexOf(dueOf(value, periods, plus(day, 1)).state)).toBeGreaterThanOrEqual(
          order.indexOf(now.state),
        );
        if (now.from) expect(now.from <= day).toBe(true);
        expect(now.state === 'late').toBe(day > now.by);
        expect(noticeDays(period)).toBeLessThan(period);
        const again = dueOf({ ...value, checked: plus(value.checked ?? since, 1) }, periods, day);
        expect(again.by >= now.by).toBe(true);
      },
    ),
  );
});

const record = (more: object) => ({
  id: randomUUID(),
  kind: 'service' as const,
  organizationId: randomUUID(),
  serviceId: null,
  confidential: false,
  made: '2026-01-01',
  status: 'active',
  since: {},
  checked: {},
  ...more,
});

test('a check of the whole record counts for each value, and one from before a value came does not', () => {
  const [name, phones] = valuesOf([
    record({
      since: { phones: '2026-03-01', organization_id: '2026-01-01', name: '2026-01-01', translations: '2026-01-01' },
      checked: { '*': '2026-02-01', phones: '2026-02-15' },
    }),
  ]);
  expect(name).toMatchObject({ field: 'name', class: 'identity', checked: '2026-02-01' });
  expect(phones).toMatchObject({ field: 'phones', class: 'contact', checked: null });
});

test('a hidden place is one question, and nothing is asked of a service that is gone', () => {
  const place = record({
    kind: 'location',
    confidential: true,
    status: null,
    since: { name: '2026-02-01', languages: '2026-02-01' },
  });
  expect(valuesOf([place]).map(({ field, class: of, since }) => [field, of, since])).toEqual([
    ['*', 'place', '2026-01-01'],
  ]);
  const gone = record({ status: 'defunct', since: { name: '2026-01-01' } });
  gone.serviceId = gone.id as never;
  const link = record({
    kind: 'service_at_location',
    serviceId: gone.id,
    status: null,
    since: { phones: '2026-01-01' },
  });
  expect(valuesOf([gone, link])).toEqual([]);
});

test('counting says how many, of which kind, and since when the longest', () => {
  const value = (of: Value['class'], since: string): Value => ({
    record: 'r',
    kind: 'service',
    organizationId: 'o',
    field: of,
    class: of,
    since,
    checked: null,
  });
  const some = [
    value('contact', '2026-01-01'),
    value('hours', '2025-12-01'),
    value('text', '2026-01-01'),
    value('contact', '2026-01-20'),
  ];
  expect(countDue(some, defaultPeriods, '2026-07-01')).toEqual({
    late: 2,
    due: 1,
    lateSince: '2026-05-31',
    classes: { contact: 1, hours: 1 },
  });
});

const waits = { remind: 21, escalate: 14, demote: 14 };
const event = (kind: RequestEvent['kind'], on: string): RequestEvent => ({
  kind,
  on,
  why: kind === 'calling' ? 'noAddress' : null,
});

test('the reminder comes after three weeks, people are told after that and never before the day to answer by, and then it is set aside', () => {
  const events = [event('asked', '2026-03-01')];
  expect(nextStep(events, '2026-04-30', waits)).toEqual({ step: 'reminded', from: '2026-03-22' });
  events.push(event('reminded', '2026-03-22'));
  expect(nextStep(events, '2026-04-30', waits)).toEqual({ step: 'escalated', from: '2026-05-01' });
  expect(nextStep(events, '2026-03-25', waits)).toEqual({ step: 'escalated', from: '2026-04-05' });
  events.push(event('escalated', '2026-05-01'));
  expect(nextStep(events, '2026-04-30', waits)).toEqual({ step: 'demoted', from: '2026-05-15' });
  expect(nextStep([...events, event('demoted', '2026-05-15')], '2026-04-30', waits)).toBeNull();
  expect(nextStep([...events, event('calling', '2026-05-02')], '2026-04-30', waits)).toBeNull();
  expect(stateOf(events, null)).toBe('escalated');
  expect(stateOf(events, 'answered')).toBe('answered');
});

test('whatever the clock does, each step comes once, in its order, and never sooner than promised after the one before', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -40, max: 90 }), { minLength: 1, maxLength: 40 }), (jumps) => {
      const events: RequestEvent[] = [event('asked', '2026-03-01')];
      let day = '2026-03-01';
      for (const jump of jumps) {
        day = plus(day, jump);
        for (const _twice of [1, 2]) {
          const next = nextStep(events, '2026-04-01', waits);
          if (next && day >= next.from) events.push(event(next.step, day));
        }
      }
      const order = ['asked', 'reminded', 'escalated', 'demoted'];
      expect(events.map(({ kind }) => kind)).toEqual(order.slice(0, events.length));
      const apart = [21, 14, 14];
      for (const [i, wait] of apart.slice(0, events.length - 1).entries())
        expect(events[i + 1]!.on >= plus(events[i]!.on, wait)).toBe(true);
    }),
  );
});

test('an asked value is settled by an answer, by somebody who made sure since, or by a change since', () => {
  const asked = ['a', 'b', 'c', 'd', 'e'].map((record) => ({ record, field: 'name' }));
  const open = openOf(
    asked,
    '2026-03-01',
    [asked[0]!],
    new Map([
      ['a:name', { since: '2025-01-01', checked: null }],
      ['b:name', { since: '2025-01-01', checked: '2026-03-01' }],
      ['c:name', { since: '2026-03-02', checked: null }],
      ['d:name', { since: '2025-01-01', checked: '2026-02-28' }],
    ]),
  );
  expect(open.map(({ record }) => record)).toEqual(['d']);
});

const listingOf = (events: Omit<ListingEvent, 'seq' | 'authorId' | 'data'>[], day: string): Listing => {
  const all = events.map((one, seq) => ({ ...one, seq, authorId: null, data: {} }));
  return { id: 'o', events: all, standing: standing(all, day), position: positionOf(all) };
};

test('a campaign that asks once asks who was listed when it began, once; one that goes on asks who has something due, at most monthly', () => {
  const value = (of: Value['class'], checked: string): Value => ({
    record: 'r',
    kind: 'service',
    organizationId: 'o',
    field: of,
    class: of,
    since: '2020-01-01',
    checked,
  });
  const fresh = [value('contact', '2026-02-28'), value('text', '2026-02-28')];
  const old = [value('contact', '2025-01-01'), value('text', '2026-02-28')];
  const once = { continuous: false, listings: 'all', organizations: [], asks: 'all', startedOn: '2026-03-01' } as const;
  const goesOn = { ...once, continuous: true, asks: 'due' } as const;
  const early = listingOf([{ kind: 'listed', on: '2026-01-01' }], '2026-03-10');
  const late = listingOf([{ kind: 'listed', on: '2026-03-05' }], '2026-03-10');
  const ask = (
    campaign: Parameters<typeof toAsk>[0],
    listing: Listing,
    values: Value[],
    before: Parameters<typeof toAsk>[3] = [],
  ) => toAsk(campaign, listing, values, before, defaultPeriods, '2026-03-10').map(({ field }) => field);
  expect(ask(once, early, fresh)).toEqual(['contact', 'text']);
  expect(ask(once, late, fresh)).toEqual([]);
  expect(ask(once, early, fresh, [{ organizationId: 'o', askedOn: '2026-03-01', closedOn: '2026-03-02' }])).toEqual([]);
  expect(ask({ ...once, asks: 'due' }, early, old)).toEqual(['contact']);
  expect(ask({ ...once, listings: 'public' }, early, old)).toEqual([]);
  expect(ask({ ...once, listings: 'internal' }, early, fresh)).toEqual(['contact', 'text']);
  expect(ask({ ...once, listings: 'chosen' }, early, fresh)).toEqual([]);
  expect(ask({ ...once, listings: 'chosen', organizations: ['o'] }, early, fresh)).toEqual(['contact', 'text']);
  expect(ask({ ...once, startedOn: null }, early, fresh)).toEqual([]);
  expect(ask(goesOn, late, old)).toEqual(['contact']);
  expect(ask(goesOn, late, fresh)).toEqual([]);
  expect(ask(goesOn, late, [value('capacity', '2025-01-01')])).toEqual([]);
  expect(ask(goesOn, late, old, [{ organizationId: 'o', askedOn: '2026-01-01', closedOn: '2026-02-20' }])).toEqual([]);
  expect(ask(goesOn, late, old, [{ organizationId: 'o', askedOn: '2026-01-01', closedOn: '2026-01-20' }])).toEqual([
    'contact',
  ]);
  expect(ask(goesOn, late, old, [{ organizationId: 'o', askedOn: '2026-01-01', closedOn: null }])).toEqual([]);
});

test('a request is over when all is answered, nobody is listed any more, the campaign ended, or a person put it back', () => {
  const listed = listingOf([{ kind: 'listed', on: '2026-01-01' }], '2026-06-01');
  const aside = listingOf(
    [
      { kind: 'listed', on: '2026-01-01' },
      { kind: 'demoted', on: '2026-05-01' },
    ],
    '2026-06-01',
  );
  const running = { endedAt: null };
  const over = { endedAt: new Date() };
  const asked = { events: [{ ...event('asked', '2026-03-01'), mailId: null }] };
  const demoted = { events: [...asked.events, { ...event('demoted', '2026-05-01'), mailId: null }] };
  const open = [{ record: 'r', field: 'name' }];
  expect(closingOf(asked, running, listed, open)).toBeNull();
  expect(closingOf(asked, running, listed, [])).toBe('answered');
  expect(closingOf(asked, running, undefined, open)).toBe('unlisted');
  expect(closingOf(asked, over, listed, open)).toBe('ended');
  expect(closingOf(demoted, over, aside, open)).toBeNull();
  expect(closingOf(demoted, running, listed, open)).toBe('restored');
});
