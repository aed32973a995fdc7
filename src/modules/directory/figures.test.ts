/** The figures of the directory, as of any day. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { saveRecords } from '#modules/organisations';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import { directoryFacts, directoryFigures, figuresOn } from './figures.ts';
import { directory } from './tables.ts';
import { termByCode } from './taxonomy/index.ts';

let t: TestApp;
let network: { id: string };
let ctx: Ctx;
const native = termByCode('specialisation.native')!.id;

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  ctx = await t.ctx(network.id, 'system');
  // 128 listed, 57 public, 92 serving minors; 12 of them since September, 9 of these public.
  await t.app.db.run({ networkId: network.id, scope: 'system' }, async (tx) => {
    t.setClock('2018-01-01T12:00:00Z');
    const ids = Array.from({ length: 128 }, () => ({ org: randomUUID(), service: randomUUID() }));
    await saveRecords(
      tx,
      ctx,
      network.id,
      ids.flatMap(({ org, service }, i) => [
        { id: org, kind: 'organization' as const, fields: { name: `Provider ${i}` } },
        {
          id: service,
          kind: 'service' as const,
          fields: {
            organization_id: org,
            name: 'Help',
            status: 'active',
            minimum_age: i < 92 ? 12 : 18,
            ...(i % 16 === 0
              ? { attributes: [{ id: randomUUID(), taxonomy_term_id: native, link_type: 'specialisation' }] }
              : {}),
          },
        },
      ]),
      { source: 'staff' },
    );
    const add = (organization_id: string, kind: 'listed' | 'published' | 'demoted', on_day: string) =>
      directory(tx)
        .insertInto('app.directory_event')
        .values({ network_id: network.id, organization_id, on_day, kind, author_id: null })
        .execute();
    for (const [i, { org }] of ids.entries()) {
      const on = i < 116 ? '2018-03-01' : '2018-10-15';
      await add(org, 'listed', on);
      if (i < 48 || i >= 119) await add(org, 'published', on);
    }
    // One is demoted later, and one service stops taking minors later still.
    await add(ids[0]!.org, 'demoted', '2019-06-01');
    t.setClock('2019-09-01T12:00:00Z');
    await saveRecords(
      tx,
      ctx,
      network.id,
      [
        {
          id: ids[1]!.service,
          kind: 'service',
          fields: { organization_id: ids[1]!.org, name: 'Help', status: 'active', minimum_age: 21 },
        },
      ],
      { source: 'staff' },
    );
  });
});
afterAll(() => t?.close());

test('128 listed, 57 of them public, 92 serving minors, 12 new since September of which 9 public', async () => {
  const facts = await directoryFacts(ctx);
  expect(figuresOn(facts, '2018-12-31', '2018-09-01')).toMatchObject({
    listed: 128,
    public: 57,
    minors: 92,
    added: { listed: 12, public: 9 },
  });
  expect(figuresOn(facts, '2018-12-31').specialisations.get(native)).toBe(8);
});

test('a past day keeps its figures, whatever happened later', async () => {
  const facts = await directoryFacts(ctx);
  expect(figuresOn(facts, '2018-02-28')).toMatchObject({ listed: 0, public: 0, minors: 0 });
  expect(figuresOn(facts, '2018-09-30')).toMatchObject({ listed: 116, public: 48 });
  expect(figuresOn(facts, '2019-07-01')).toMatchObject({ listed: 127, public: 56, minors: 91 });
  expect(figuresOn(facts, '2019-10-01')).toMatchObject({ listed: 127, minors: 90 });
});

test('a plan can be bound to them', async () => {
  const values = async (key: string) =>
    (await directoryFigures.find((one) => one.key === key)!.values(ctx, ['2018-12-31'])).map((one) => one.value);
  expect(await values('directory.listed')).toEqual([128]);
  expect(await values('directory.added')).toEqual([128]);
  expect(await values('directory.for-native')).toEqual([8]);
});
