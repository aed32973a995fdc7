/** What the database refuses by itself: these statements are tried as the application's own role, past every action. */
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp, type TestPerson } from '../../../test/support/harness.ts';
import type { Ctx } from '#kernel';
import { createPlan, saveItem } from './drafting.ts';
import { recordFact } from './news.ts';
import { approveRevision, requestPublication, returnRevision } from './publishing.ts';

let t: TestApp;
let network: { id: string; slug: string };
let editor: TestPerson;
let asEditor: Ctx;
let asApprover: Ctx;
let ref: number;
let approved: string;
let plan: string;

const fields = {
  title: { en: 'Plan' },
  levels: [{ one: { en: 'Goal' }, many: { en: 'Goals' } }],
  statuses: [],
  themes: [],
  publishedTotals: [],
};

const asApp = (statement: RawBuilder<unknown>) =>
  t.db.run({ networkId: network.id, personId: editor.id }, (tx) => statement.execute(tx));
const idOf = async (statement: RawBuilder<unknown>) => ((await asApp(statement)).rows[0] as { id: string }).id;

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  editor = await t.person(network.id, ['plan_editor']);
  asEditor = await t.ctx(network.id, editor);
  asApprover = await t.ctx(network.id, await t.person(network.id, ['plan_approver']));
  await createPlan(asEditor, { slug: 'one', fields });
  const first = { parentRef: null, position: 0, number: '1', title: { en: 'First' }, leaf: true };
  ref = await saveItem(asEditor, { plan: 'one', ref: null, fields: first });
  await recordFact(asEditor, { plan: 'one', ref, on: '2026-01-02', kind: 'status', status: 'active' });
  const { n, id } = await requestPublication(asEditor, { plan: 'one' });
  await approveRevision(asApprover, { plan: 'one', n });
  approved = id;
  plan = await idOf(sql`select id from app.plan where slug = 'one'`);
  await recordFact(asEditor, { plan: 'one', ref, on: '2026-02-02', kind: 'status', status: 'done' });
  await saveItem(asEditor, { plan: 'one', ref, fields: { ...first, title: { en: 'Second' } } });
});
afterAll(() => t.close());

test('no fact and no version is put into a revision that two people approved already', async () => {
  for (const [columns, values] of [
    ['plan_fact (network_id, plan_id, item_id, revision_id, on_day, kind, data)', `on_day, kind, data`],
    ['plan_version (network_id, plan_id, item_id, revision_id, fields)', 'fields'],
  ] as const)
    await expect(
      asApp(sql`insert into app.${sql.raw(columns)} select network_id, plan_id, item_id, ${approved}::uuid, ${sql.raw(values)}
        from app.${sql.raw(columns.split(' ')[0]!)} where revision_id is null`),
      columns,
    ).rejects.toThrow(/begins as a draft/);
  for (const table of ['plan_fact', 'plan_version'])
    await expect(
      asApp(sql`update app.${sql.raw(table)} set revision_id = ${approved}::uuid where revision_id is null`),
      table,
    ).rejects.toThrow(/decided revision takes no more/);
});

test('what an approved revision holds does not leave it, change or go', async () => {
  for (const table of ['plan_fact', 'plan_version']) {
    const where = sql`where revision_id = ${approved}::uuid`;
    const it = sql`app.${sql.raw(table)}`;
    await expect(asApp(sql`update ${it} set revision_id = null ${where}`)).rejects.toThrow(/cannot leave/);
    await expect(asApp(sql`update ${it} set author_id = null ${where}`)).rejects.toThrow(/cannot be changed/);
    await expect(asApp(sql`delete from ${it} ${where}`)).rejects.toThrow(/cannot be deleted/);
  }
  await expect(asApp(sql`update app.plan_item set kind = 'indicator' where ref = ${ref}`)).rejects.toThrow(/cannot be/);
  await expect(asApp(sql`delete from app.plan_item where ref = ${ref}`)).rejects.toThrow(/cannot be deleted/);
});

test('a decided revision stays as it was decided, and nobody makes one that is decided from the start', async () => {
  const where = sql`where id = ${approved}::uuid`;
  for (const change of [
    sql`note = '{"en": "Other"}'`,
    sql`approved_at = now()`,
    sql`approved_by = null, approved_at = null`,
    sql`n = 99`,
  ])
    await expect(asApp(sql`update app.plan_revision set ${change} ${where}`)).rejects.toThrow(/cannot be changed/);
  await expect(asApp(sql`delete from app.plan_revision ${where}`)).rejects.toThrow(/cannot be deleted/);
  await expect(
    asApp(sql`insert into app.plan_revision (network_id, plan_id, n, requested_by, requested_at, approved_by, approved_at)
      select network_id, plan_id, 50, approved_by, now(), requested_by, now() from app.plan_revision ${where}`),
  ).rejects.toThrow(/begins as a request/);
  await expect(asApp(sql`delete from app.plan where id = ${plan}::uuid`)).rejects.toThrow(/published plan/);
});

test('what was asked is what is decided, and what was returned takes nothing more', async () => {
  const { id } = await requestPublication(asEditor, { plan: 'one', note: 'Please' });
  await expect(
    asApp(sql`update app.plan_revision set note = '{"en": "Other"}' where id = ${id}::uuid`),
  ).rejects.toThrow(/only decided/);
  await expect(
    asApp(sql`update app.plan_revision set requested_by = (select approved_by from app.plan_revision
      where approved_by is not null limit 1) where id = ${id}::uuid`),
  ).rejects.toThrow(/only decided/);
  await returnRevision(asApprover, { plan: 'one', reason: 'Not yet.' });
  await expect(
    asApp(sql`update app.plan_fact set revision_id = ${id}::uuid where revision_id is null`),
  ).rejects.toThrow(/decided revision takes no more/);
  await expect(asApp(sql`update app.plan_revision set return_reason = 'Other' where id = ${id}::uuid`)).rejects.toThrow(
    /cannot be changed/,
  );
});

test('the public history is written by an approval and never rewritten', async () => {
  await expect(
    asApp(sql`update site.plan_revision set note = '{"en": "Other"}' where plan_id = ${plan}::uuid`),
  ).rejects.toThrow(/cannot be changed/);
  await expect(asApp(sql`delete from site.plan_revision where plan_id = ${plan}::uuid`)).rejects.toThrow(
    /cannot be deleted/,
  );
  await expect(asApp(sql`delete from site.plan where plan_id = ${plan}::uuid`)).rejects.toThrow(/published plan/);
  await expect(
    asApp(sql`insert into site.plan_revision
      select plan_id, 77, network_id, published_at, note, changes, requested_by_agency, approved_by_agency
      from site.plan_revision where plan_id = ${plan}::uuid`),
  ).rejects.toThrow(/only an approved revision/);
});

test('a plan that was never published can still be thrown away', async () => {
  await createPlan(asEditor, { slug: 'never', fields });
  await asApp(sql`delete from app.plan where slug = 'never'`);
  expect((await asApp(sql`select 1 from app.plan where slug = 'never'`)).rows).toEqual([]);
});
