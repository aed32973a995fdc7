/** The book of providers says what a fresh reading says, after everything that people can do to records. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { organizationSums, recordsById, valueDays } from '#modules/organisations';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import { warmUp } from '../../kernel/warm.ts';
import { bookOf, readBook } from './book.ts';
import { hidePlace } from './hidden-places.ts';
import { directoryModule } from './index.ts';
import { eventsOf } from './project.ts';
import { checkRecord, mergeRecords, partRecords, saveRecord } from './records/actions.ts';
import { keeperOf } from './search/memory/keeper.ts';
import { directory } from './tables.ts';
import { basesOf, checkedClasses, countBases, countDue, defaultPeriods, type Value, valuesOf } from './upkeep/due.ts';

let t: TestApp;
let network: { id: string; slug: string };
let editor: Ctx;

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-03-01T12:00:00Z');
  network = await t.network('alpha');
  editor = await t.ctx(network.id, await t.person(network.id, ['directory_editor']));
});
afterAll(() => t?.close());

/** Both readings of one moment: the book as the last answer left it, brought up to date, and everything read anew. */
async function bothNow(ctx = editor) {
  const zone = ctx.network!.timezone;
  return t.db.run({ networkId: network.id }, async (tx) => {
    const book = await bookOf(tx, ctx);
    const sums = await organizationSums(tx, network.id, null);
    const values = Map.groupBy(valuesOf(await valueDays(tx, network.id, null, zone)), (one) => one.organizationId);
    const events = await eventsOf(
      tx,
      network.id,
      sums.map((one) => one.id),
    );
    const fresh = sums
      .map((one) => ({
        sums: one,
        events: events.get(one.id) ?? [],
        due: countDue(values.get(one.id) ?? [], defaultPeriods, '2027-03-01'),
      }))
      .sort((a, b) => (`${a.sums.folded} ${a.sums.id}` < `${b.sums.folded} ${b.sums.id}` ? -1 : 1));
    const kept = [...book.values()].map((one) => ({
      sums: one.sums,
      events: one.events,
      due: countBases(one.bases, defaultPeriods, '2027-03-01'),
    }));
    return { fresh, kept };
  });
}
async function same(ctx = editor): Promise<number> {
  const { fresh, kept } = await bothNow(ctx);
  expect(kept).toEqual(fresh);
  return kept.length;
}

const add = async (name: string) => {
  const org = await saveRecord(editor, { kind: 'organization', fields: { name } });
  const place = await saveRecord(editor, {
    kind: 'location',
    fields: { organization_id: org.id, location_type: 'physical', phones: [{ id: randomUUID(), number: '555-0100' }] },
  });
  const service = await saveRecord(editor, {
    kind: 'service',
    fields: { organization_id: org.id, name: `${name} shelter`, status: 'active' },
  });
  await saveRecord(editor, { kind: 'service_at_location', fields: { service_id: service.id, location_id: place.id } });
  return { org: org.id, place: place.id, service: service.id };
};

test('after records, checks, events, merges and hidden places the book is what a fresh reading says', async () => {
  expect(await same()).toBe(0);
  const [a, b] = [await add('Alpha House'), await add('Álamo House')];
  expect(await same()).toBe(2);
  const [rec] = await t.db.run({ networkId: network.id }, (tx) => recordsById(tx, network.id, [a.org]));
  await saveRecord(editor, { id: a.org, kind: 'organization', seq: rec!.seq, fields: { name: 'Zeta House' } });
  await same();
  await checkRecord(editor, { id: b.service, field: '*', how: 'phone', on: '2026-02-20' });
  await same();
  await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
    directory(tx)
      .insertInto('app.directory_event')
      .values({
        network_id: network.id,
        organization_id: b.org,
        on_day: '2026-02-01',
        kind: 'applied',
        author_id: null,
      })
      .execute(),
  );
  await same();
  await hidePlace(editor, { location: a.place });
  const { kept } = await bothNow();
  expect(kept.find(({ sums }) => sums.id === a.org)!.sums.phone).toBe(false);
  await same();
  await mergeRecords(editor, { from: b.org, into: a.org, reason: 'the same house' });
  expect(await same()).toBe(1);
  await partRecords(editor, { id: b.org });
  expect(await same()).toBe(2);
});

test('what a transaction wrote that ended later than a newer one is not missed', async () => {
  if (t.db.kind === 'embedded') return;
  const c = await add('Slow House');
  await same();
  let go: () => void = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  let begun: () => void = () => {};
  const started = new Promise<void>((resolve) => (begun = resolve));
  const slow = t.db.run({ networkId: network.id, scope: 'system' }, async (tx) => {
    await directory(tx)
      .insertInto('app.directory_event')
      .values({
        network_id: network.id,
        organization_id: c.org,
        on_day: '2026-02-01',
        kind: 'applied',
        author_id: null,
      })
      .execute();
    begun();
    await held;
  });
  await started;
  await checkRecord(editor, { id: c.service, field: '*', how: 'phone', on: '2026-02-21' });
  await same();
  go();
  await slow;
  await same();
});

test('read in behind a start it is the same, whoever writes and asks meanwhile', async () => {
  for (const asked of [false, true]) {
    const later = { ...editor, app: { ...t.app, db: { ...t.app.db } } };
    const [reading, written] = [readBook(later), add(`House ${asked}`)];
    const asking = asked ? t.db.run({ networkId: network.id }, (tx) => bookOf(tx, later)) : null;
    await Promise.all([reading, written, asking]);
    const { service } = await written;
    await checkRecord(editor, { id: service, field: '*', how: 'phone', on: '2026-02-22' });
    expect(await same(later)).toBe(await same());
  }
});

test('what is read in behind a start is there before anybody asks, and one network that fails stops no other', async () => {
  const app = { ...t.app, db: { ...t.app.db } };
  const other = await t.network('beta');
  const went: string[] = [];
  const broken = { name: 'broken', warm: () => Promise.reject(new Error('not today')) };
  const told = { name: 'told', warm: async (ctx: Ctx) => void went.push(ctx.network!.id) };
  await warmUp(app, [broken, directoryModule, told], new AbortController().signal);
  expect(went.toSorted()).toEqual([network.id, other.id].toSorted());
  expect(keeperOf(app).take(network.id, 'public')).not.toBeNull();
  const stopped = AbortSignal.abort();
  await warmUp(app, [told], stopped);
  expect(went).toHaveLength(2);
});

test('counting by days is counting by values', () => {
  const day = fc
    .integer({ min: 0, max: 1500 })
    .map((n) => Temporal.PlainDate.from('2023-01-01').add({ days: n }).toString());
  const value = fc.record({ class: fc.constantFrom(...checkedClasses), since: day, checked: fc.option(day) });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 30 }), day, (some, on) => {
      const values = some.map(
        (one): Value => ({ ...one, record: 'r', kind: 'service', organizationId: 'o', field: 'name' }),
      );
      expect(countBases(basesOf(values), defaultPeriods, on)).toEqual(countDue(values, defaultPeriods, on));
    }),
  );
});
