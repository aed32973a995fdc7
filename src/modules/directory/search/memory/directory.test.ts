/** How old an answer may be: what this process saved is seen at once, what another saved 2 ms later. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { testApp, type TestApp } from '../../../../../test/support/harness.ts';
import { listing } from '../../../../../test/support/listing.ts';
import { searchServices } from '../index.ts';
import { keeperOf } from './keeper.ts';

let t: TestApp;
let network: { id: string };
let add: ReturnType<typeof listing>['add'];
beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  ({ add } = listing(t, network.id, await t.ctx(network.id, 'system')));
});
// Time stands still but where a test moves it.
beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());
afterAll(() => t?.close());

const total = async () => {
  await keeperOf(t.app).prepare(network.id, 'public');
  return (await searchServices(t.app, network.id, 'public', { text: 'counsel' })).total;
};
const made = (id: string) =>
  add(randomUUID(), `Counsel house ${id.slice(0, 4)}`, 'public', [{ id, fields: { name: 'Counsel' } }]);

test('what this process saved is in the search that follows, with no time between', async () => {
  for (const expected of [1, 2, 3]) {
    await made(randomUUID());
    expect(await total()).toBe(expected);
    expect(await total()).toBe(expected);
  }
  // By the owner's own connection too.
  await sql`delete from site.directory_search where network_id = ${network.id}`.execute(t.app.db.owner);
  expect(await total()).toBe(0);
});

test('what another process took off is out of every search that begins 2 ms later', async () => {
  await made(randomUUID());
  expect(await total()).toBe(1);
  // Past all that this process counts, as from elsewhere.
  await t.app.db.pool.query(`delete from site.directory_search where network_id = '${network.id}'`);
  vi.advanceTimersByTime(1);
  expect(await total()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await total()).toBe(0);
});

test('only the reading of the public leaves the count of turns as it is', async () => {
  const { db } = t.app;
  const turned = async (work: () => Promise<unknown>) => {
    const before = db.turns();
    await work().catch(() => {});
    return db.turns() - before;
  };
  expect(await turned(() => db.readPublic(network.id, (tx) => sql`select 1`.execute(tx)))).toBe(0);
  expect(await turned(() => db.glance('app', network.id, 'select 1'))).toBe(0);
  expect(await turned(() => db.run({ networkId: network.id }, (tx) => sql`select 1`.execute(tx)))).toBe(1);
  expect(await turned(() => db.run({}, () => Promise.reject(new Error('rolled back'))))).toBe(1);
  expect(await turned(() => sql`select 1`.execute(db.owner))).toBe(1);
});
