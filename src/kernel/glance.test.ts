/** One statement in one message: the same rights and the same tenant as a transaction, and nothing of it stays on the connection. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp } from '../../test/support/harness.ts';
import { literal } from './database.ts';

let t: TestApp;
let alpha: string;
let beta: string;
beforeAll(async () => {
  t = await testApp();
  alpha = (await t.network('alpha')).id;
  beta = (await t.network('beta')).id;
});
afterAll(() => t?.close());

const who = 'select current_user::text as role, ctx.network_id()::text as network';

test('it is asked as the app or the public, of one network, and the connection forgets both', async () => {
  expect(await t.app.db.glance('public', alpha, who)).toEqual([{ role: 'waymark_public', network: alpha }]);
  expect(await t.app.db.glance('app', beta, who)).toEqual([{ role: 'waymark_app', network: beta }]);
  const { rows } = await sql<{ role: string; network: string | null; reads: string }>`
    select current_user::text as role, ctx.network_id()::text as network, current_setting('transaction_read_only') as reads`.execute(
    t.app.db.owner,
  );
  expect(rows[0]!.role).not.toMatch(/^waymark_(app|public)$/);
  expect(rows[0]).toMatchObject({ network: null, reads: 'off' });
});

test('it sees no other network, no table that is not of its role, and writes nothing', async () => {
  const { glance } = t.app.db;
  expect(await glance('app', alpha, 'select slug from app.network')).toEqual(
    await t.app.db.run({ networkId: alpha }, (tx) => tx.selectFrom('app.network').select('slug').execute()),
  );
  await expect(glance('public', alpha, 'select * from app.network')).rejects.toThrow('permission denied');
  await expect(glance('app', alpha, 'update app.network set slug = slug')).rejects.toThrow('read-only');
  await expect(glance('app', alpha, 'select 1/0')).rejects.toThrow('division by zero');
  expect(await glance('public', beta, who)).toEqual([{ role: 'waymark_public', network: beta }]);
});

test('a value is a literal whatever stands in it, and an open transaction is not waited for', async () => {
  const hostile = `x'; set role postgres; select '\\`;
  expect(await t.app.db.glance('public', alpha, `select ${literal(hostile)} as said`)).toEqual([{ said: hostile }]);
  await expect(t.app.db.glance('public', hostile, who)).rejects.toThrow();
  await expect(t.app.db.run({}, () => t.app.db.glance('public', alpha, who))).rejects.toThrow('inside another');
});

test('a transaction that could not begin leaves nothing open on its connection', async () => {
  const one = () => t.app.db.run({ networkId: alpha }, (tx) => sql<{ n: number }>`select 1 as n`.execute(tx));
  await expect(t.app.db.run({ networkId: 'a\0b' }, () => Promise.resolve())).rejects.toThrow();
  for (let i = 0; i < 12; i++) expect((await one()).rows).toEqual([{ n: 1 }]);
});
