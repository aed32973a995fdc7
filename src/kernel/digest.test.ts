/** One letter a day, nothing twice, nothing lost: whatever breaks, whenever the clock jumps. */
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestApp, type TestPerson, testApp } from '../../test/support/harness.ts';
import type { Database } from './database.ts';
import { dueDay, sendDigests } from './digest.ts';
import type { DigestItem, DigestSource } from './module.ts';

let t: TestApp;
let network: string;
let person: TestPerson;
/** What the one source tells everyone now. */
let items: DigestItem[];
const source: DigestSource = { name: 'test', items: async () => items };

beforeEach(async () => {
  t = await testApp({ baseUrl: 'https://waymark.test' });
  t.setClock('2026-03-02T14:00:00Z'); // 8:00 in Chicago
  network = (await t.network('alpha', { timezone: 'America/Chicago' })).id;
  person = await t.person(network, ['staff'], { email: 'reader@example.org', name: 'Reader' });
  items = [{ key: 'a', text: 'First thing', path: '/alpha/first', urgency: 'due' }];
});
afterEach(() => t.close());

const run = async (sources: DigestSource[] = [source], id = network) =>
  sendDigests(t.app, (await t.app.networks.byId(id))!, sources);
const letters = () =>
  t.db.run(
    { scope: 'system' },
    async (tx) =>
      (
        await sql<{
          address: string;
          subject: string;
          body: string;
        }>`select address, subject, body from app.mail order by created_at, address`.execute(tx)
      ).rows,
  );

test('the letter groups late, due, waiting and news, with whole addresses, in the reader’s language', async () => {
  const lea = await t.person(network, ['staff'], { email: 'zz-lea@example.org', name: 'Lea', locale: 'es' });
  const spoken: DigestSource = {
    name: 'test',
    items: async (ctx, reader) => [
      { key: 'n', text: 'News', path: '/alpha/n', urgency: 'news' },
      { key: 'w', text: 'Waits', path: '/alpha/w', urgency: 'waiting' },
      { key: 'd', text: ctx.locale === 'es' ? 'Vence' : 'Due', path: '/alpha/d', urgency: 'due' },
      { key: 'l', text: `Late for ${[...reader.roles].join()}`, path: '/alpha/l?tab=1', urgency: 'late' },
    ],
  };
  expect(await run([spoken])).toBe(2);
  const [english, spanish] = await letters();
  expect(english!.address).toBe(person.email);
  expect(english!.subject).toBe('One thing is late, 4 new things in all');
  const places = [
    'LATE',
    'Late for staff',
    'https://waymark.test/alpha/l?tab=1',
    'DUE SOON',
    'Due',
    'WAITING FOR YOU',
    'Waits',
    'NEWS',
    'https://waymark.test/alpha/n',
  ].map((part) => english!.body.indexOf(part));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  expect(spanish!.address).toBe(lea.email);
  expect(spanish!.body).toContain('ATRASADO');
  expect(spanish!.body).toContain('Vence');
});

test('nothing to say gives no letter, and something new later that day waits for the next morning', async () => {
  items = [];
  expect(await run()).toBe(0);
  items = [{ key: 'a', text: 'New', path: '/a', urgency: 'news' }];
  t.setClock('2026-03-02T20:00:00Z');
  expect(await run()).toBe(0);
  t.setClock('2026-03-03T14:00:00Z');
  expect(await run()).toBe(1);
});

test('nothing is told twice, and what was not told yesterday is told today', async () => {
  await run();
  items = [...items, { key: 'b', text: 'Second thing', path: '/alpha/second', urgency: 'due' }];
  t.setClock('2026-03-02T23:00:00Z');
  await run();
  expect(await letters()).toHaveLength(1);
  // Two days without a running server.
  t.setClock('2026-03-05T14:00:00Z');
  await run();
  const all = await letters();
  expect(all).toHaveLength(2);
  expect(all[1]!.body).toContain('Second thing');
  expect(all[1]!.body).not.toContain('First thing');
  t.setClock('2026-03-06T14:00:00Z');
  await run();
  expect(await letters()).toHaveLength(2);
});

test('what stood in a letter that could not be delivered is told again', async () => {
  await run();
  await t.db.run({ scope: 'system' }, (tx) =>
    sql`update app.mail set failed_at = now(), last_error = 'EENVELOPE 550'`.execute(tx),
  );
  t.setClock('2026-03-03T14:00:00Z');
  expect(await run()).toBe(1);
  expect((await letters())[1]!.body).toContain('First thing');
});

test('the day begins at seven where the network is, also when the clocks change', () => {
  const at = (instant: string, zone = 'America/Chicago') => dueDay(new Date(instant), zone);
  expect(at('2026-03-02T12:59:59Z')).toBeNull(); // 6:59 in winter
  expect(at('2026-03-02T13:00:00Z')).toBe('2026-03-02');
  expect(at('2026-03-08T11:59:59Z')).toBeNull(); // the night the clocks go forward: 6:59
  expect(at('2026-03-08T12:00:00Z')).toBe('2026-03-08');
  expect(at('2026-11-01T12:59:59Z')).toBeNull(); // the night they go back: 6:59
  expect(at('2026-11-01T13:00:00Z')).toBe('2026-11-01');
  expect(at('2026-03-03T05:30:00Z')).toBe('2026-03-02'); // late that evening, after an outage
  expect(at('2026-03-02T16:00:00Z', 'Pacific/Honolulu')).toBeNull();
});

test('hour after hour over a change of clocks gives one letter a day, no more', async () => {
  t.setClock('2026-03-06T00:00:00Z');
  let n = 0;
  source.items = async () => [{ key: `item ${++n}`, text: 'Always something', path: '/x', urgency: 'news' }];
  for (let hour = 0; hour < 24 * 4; hour++) {
    t.setClock(new Date(Date.parse('2026-03-06T00:00:00Z') + hour * 3_600_000));
    await run();
  }
  source.items = async () => items;
  // The 6th to the 9th in Chicago; the clocks change on the 8th. Midnight UTC on the 6th is still the evening of the 5th.
  expect(await letters()).toHaveLength(5);
});

test('someone in two networks gets one letter, at their first network’s seven o’clock, that says which is which', async () => {
  const honolulu = (await t.network('beta', { timezone: 'Pacific/Honolulu' })).id;
  await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .insertInto('app.role_grant')
      .values({
        person_id: person.id,
        network_id: honolulu,
        role: 'auditor',
        granted_by: null,
        ended_by: null,
        granted_at: new Date('2030-01-01'),
      })
      .execute(),
  );
  expect(await run([source], honolulu)).toBe(0);
  expect(await run()).toBe(1);
  t.setClock('2026-03-02T20:00:00Z');
  expect(await run([source], honolulu)).toBe(0);
  const [letter] = await letters();
  expect(letter!.body).toContain('First thing (Network alpha)');
  expect(letter!.body).toContain('First thing (Network beta)');
});

test('people who left get nothing', async () => {
  await t.db.run({ scope: 'system' }, (tx) =>
    tx.updateTable('app.person').set({ disabled_at: new Date() }).where('id', '=', person.id).execute(),
  );
  expect(await run()).toBe(0);
});

test('a module that fails is left out and named; the others are told today and it tomorrow', async () => {
  const broken: DigestSource = {
    name: 'broken',
    items: async () => {
      throw new Error('no');
    },
  };
  await expect(run([broken, source])).rejects.toThrow('These digest sources failed: broken.');
  expect(await letters()).toHaveLength(1);
  t.setClock('2026-03-03T14:00:00Z');
  broken.items = async () => [{ key: 'late', text: 'From the mended module', path: '/x', urgency: 'news' }];
  expect(await run([broken, source])).toBe(1);
  expect((await letters())[1]!.body).toContain('From the mended module');
});

test('a crash before or inside any step, followed by another run, gives each person exactly one letter', async () => {
  await t.person(network, ['staff'], { email: 'second@example.org' });
  const real = t.app.db;
  const step = { n: 0, breakAt: 0, inside: false };
  const fragile: Database = {
    ...real,
    run: (tenant, work) =>
      real.run(tenant, async (tx) => {
        const here = ++step.n === step.breakAt;
        if (here && !step.inside) throw new Error('crash');
        const result = await work(tx);
        // Everything was written, and the process died before the commit.
        if (here) throw new Error('crash');
        return result;
      }),
  };
  let crashes = 0;
  for (let day = 2, last = false; !last; day++) {
    for (const inside of [false, true]) {
      t.setClock(new Date(Date.UTC(2026, 2, day * 2 + (inside ? 1 : 0), 14)));
      items = [{ key: `day ${day} ${inside}`, text: 'Thing of the day', path: '/x', urgency: 'news' }];
      const before = (await letters()).length;
      Object.assign(step, { n: 0, breakAt: day - 1, inside });
      t.app.db = fragile;
      const outcome = await run().then(
        () => 'went through',
        () => 'crashed',
      );
      t.app.db = real;
      if (outcome === 'crashed') crashes++;
      else last = true;
      await run();
      await run();
      const written = (await letters()).slice(before).map((letter) => letter.address);
      expect(written.sort()).toEqual([person.email, 'second@example.org']);
    }
  }
  // The list of readers, and for each of two readers one transaction: three places, each broken before and inside.
  expect(crashes).toBe(6);
});

test('two processes at the same moment write one letter', async () => {
  await Promise.all([run(), run(), run()]);
  expect(await letters()).toHaveLength(1);
});
