/** Events reach every subscriber in order, take effect once, and a bad one holds up nobody else. */
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../test/support/harness.ts';
import { recordEvents } from './events.ts';
import type { Subscriber } from './module.ts';
import { deliverEvents, forgetEvents, outboxHealth, releaseClaims } from './outbox.ts';

let t: TestApp;
let alpha: string;
let beta: string;
const start = Date.parse('2026-03-02T12:00:00Z');
const after = (seconds: number) => t.setClock(new Date(start + seconds * 1000));

beforeEach(async () => {
  t = await testApp();
  after(0);
  alpha = (await t.network('alpha')).id;
  beta = (await t.network('beta')).id;
});
afterEach(() => t.close());

const happen = async (networkId: string, ...ids: number[]) => {
  const ctx = await t.ctx(networkId, 'system');
  await t.db.run({ networkId }, (tx) =>
    recordEvents(
      tx,
      ctx,
      ids.map((id) => ({ name: 'test.happened', ids: { id } })),
    ),
  );
};
const health = () => t.db.run({ scope: 'system' }, outboxHealth);

test('every subscriber gets every event once, in order, with the network it happened in', async () => {
  const seen: string[] = [];
  const subscribers: Subscriber[] = ['one', 'two'].map((name) => ({
    event: 'test.happened',
    name,
    run: async (ctx, event) => void seen.push(`${name} ${ctx.network!.slug} ${event.ids.id}`),
  }));
  await happen(alpha, 1, 2, 3);
  await happen(beta, 4);
  expect(await deliverEvents(t.app, subscribers)).toBe(4);
  expect(await deliverEvents(t.app, subscribers)).toBe(0);
  for (const name of ['one', 'two']) {
    expect(seen.filter((line) => line.startsWith(`${name} alpha`))).toEqual([1, 2, 3].map((n) => `${name} alpha ${n}`));
  }
  expect([...seen].sort()).toEqual([
    'one alpha 1',
    'one alpha 2',
    'one alpha 3',
    'one beta 4',
    'two alpha 1',
    'two alpha 2',
    'two alpha 3',
    'two beta 4',
  ]);
  expect(await health()).toMatchObject({ waiting: 0, retrying: 0, givenUp: 0 });
});

test('events of a transaction that rolls back are never told', async () => {
  const ctx = await t.ctx(alpha, 'system');
  const failing = t.db.run({ networkId: alpha }, async (tx) => {
    await recordEvents(tx, ctx, [{ name: 'test.happened', ids: {} }]);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await health()).toMatchObject({ waiting: 0 });
});

test('what `apply` writes and the note that it did are one transaction', async () => {
  let fail = true;
  const subscriber: Subscriber = {
    event: 'test.happened',
    name: 'counts',
    apply: async (tx, ctx) => {
      await sql`update app.network set tagline = jsonb_build_object('en', coalesce(tagline->>'en', '') || 'x') where id = ${ctx.network!.id}`.execute(
        tx,
      );
      if (fail) throw new Error('after the write');
    },
  };
  const marks = async () =>
    t.db.run(
      { scope: 'system' },
      async (tx) =>
        (await tx.selectFrom('app.network').select('tagline').where('id', '=', alpha).executeTakeFirstOrThrow()).tagline
          .en ?? '',
    );
  await happen(alpha, 1);
  await deliverEvents(t.app, [subscriber]);
  expect(await marks()).toBe('');
  fail = false;
  after(10);
  await Promise.all([deliverEvents(t.app, [subscriber]), deliverEvents(t.app, [subscriber])]);
  expect(await marks()).toBe('x');
});

test('a failing event waits longer each time, holds back its own subscriber in its own network, and nothing else', async () => {
  const seen: string[] = [];
  const tries: number[] = [];
  const subscribers: Subscriber[] = [
    {
      event: 'test.happened',
      name: 'picky',
      run: async (ctx, event) => {
        if (event.ids.id === 1) {
          tries.push((t.app.clock().getTime() - start) / 1000);
          throw new Error('cannot');
        }
        seen.push(`picky ${ctx.network!.slug} ${event.ids.id}`);
      },
    },
    {
      event: 'test.happened',
      name: 'easy',
      run: async (ctx, event) => void seen.push(`easy ${ctx.network!.slug} ${event.ids.id}`),
    },
  ];
  await happen(alpha, 1, 2);
  await happen(beta, 3);
  await deliverEvents(t.app, subscribers);
  expect([...seen].sort()).toEqual(['easy alpha 1', 'easy alpha 2', 'easy beta 3', 'picky beta 3']);
  expect(await health()).toMatchObject({ waiting: 2, retrying: 1, givenUp: 0, lastError: 'Error: cannot' });

  for (let second = 1; second < 200_000 && !seen.includes('picky alpha 2'); second += 5) {
    // Look only when something can have become due: the steps of the waiting time are known to be at least five seconds.
    const due = await t.db.run(
      { scope: 'system' },
      async (tx) =>
        (
          await sql<{
            at: Date;
          }>`select max(due_at) as at from app.outbox_delivery where done_at is null and failed_at is null`.execute(tx)
        ).rows[0]!.at,
    );
    if (due) second = Math.max(second, (due.getTime() - start) / 1000);
    after(second);
    await deliverEvents(t.app, subscribers);
  }
  expect(seen).toContain('picky alpha 2');
  expect(tries).toHaveLength(10);
  const waits = tries.slice(1).map((at, n) => at - tries[n]!);
  expect([...waits].sort((a, b) => a - b)).toEqual(waits);
  expect(await health()).toMatchObject({ waiting: 0, retrying: 0, givenUp: 1 });
});

test('what a dead process had claimed is taken up again, later in general and at once where no other process can be', async () => {
  let calls = 0;
  const subscriber: Subscriber = { event: 'test.happened', name: 'counted', run: async () => void calls++ };
  await happen(alpha, 1);
  await t.db.run({ scope: 'system' }, async (tx) => {
    const { rows } = await sql<{ id: number }>`select id from app.outbox_event`.execute(tx);
    await sql`insert into app.outbox_delivery (event_id, subscriber, tries, due_at) values (${rows[0]!.id}, 'counted', 1, ${new Date(start + 300_000)})`.execute(
      tx,
    );
  });
  await deliverEvents(t.app, [subscriber]);
  expect(calls).toBe(0);
  await releaseClaims(t.app);
  await deliverEvents(t.app, [subscriber]);
  expect(calls).toBe(1);
});

test('an event nobody listens to is settled, and all are forgotten a month after they were told', async () => {
  await happen(alpha, 1);
  expect(await deliverEvents(t.app, [])).toBe(1);
  const left = () =>
    t.db.run({ scope: 'system' }, async (tx) => (await sql`select id from app.outbox_event`.execute(tx)).rows.length);
  after(29 * 86_400);
  await forgetEvents(t.app);
  expect(await left()).toBe(1);
  after(31 * 86_400);
  await forgetEvents(t.app);
  expect(await left()).toBe(0);
});
