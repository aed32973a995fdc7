/** The demonstration loads once, tells believable stories, and touches nothing that is not its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import { publicPlan, publicPlans, publicRevisions } from '../modules/plan/public.ts';
import { rollUp } from '../modules/plan/progress.ts';
import { approveRevision } from '../modules/plan/publishing.ts';
import { findPlan, leavesOf, readPlan } from '../modules/plan/state.ts';
import { plans } from '../modules/plan/tables.ts';
import { testApp, type TestApp } from '../../test/support/harness.ts';
import harborJson from './data/harbor.json' with { type: 'json' };
import type { DemoNetwork } from './data/shape.ts';
import { demoAccounts, loadDemo, resetDemo } from './load.ts';

const harborData = harborJson as DemoNetwork;
let t: TestApp;
/** Providers that the public finds in the directory of a network. */
const listedIn = (networkId: string) =>
  t.app.db.readPublic(networkId, async (tx) => {
    const found = await sql<{ n: number }>`
      select count(*)::int as n from site.directory_document where network_id = ${networkId} and kind = 'organization'`.execute(
      tx,
    );
    return found.rows[0]!.n;
  });
const at = async (slug: string) => (await t.app.networks.bySlug(slug))!;

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-11-21T12:00:00Z');
  const summary = await loadDemo(t.app);
  expect(summary.loaded).toEqual(['harbor', 'houston']);
});
afterAll(() => t.close());

test('both networks are marked as demonstrations and say so', async () => {
  for (const slug of ['harbor', 'houston']) {
    const network = await at(slug);
    expect(network.isDemo).toBe(true);
    expect(network.note.en).toMatch(/demonstration/i);
    expect(network.note.es?.length).toBeGreaterThan(20);
    expect(network.lines.length).toBe(4);
  }
});

test('the order of the plans is that of the file, the phase under way first', async () => {
  const harbor = await at('harbor');
  const list = await publicPlans(t.app, harbor.id);
  expect(list.map((plan) => plan.slug)).toEqual(['2024-2027', '2021-2023', 'dv-2025']);
  expect(list[0]!.predecessorId).toBe(list[1]!.id);
});

test('what is published is what the data say on the last day it takes in', async () => {
  const harbor = await at('harbor');
  for (const plan of harborData.plans) {
    const day = plan.slug === '2024-2027' ? '2026-09-30' : '2026-11-21';
    const { items } = await publicPlan(t.app, harbor.id, plan.slug);
    const counted = rollUp(leavesOf({ items }), day);
    const expected = { done: 0, active: 0, notBegun: 0, ongoing: 0, excluded: 0 };
    for (const row of plan.rows.filter((one) => one.leaf && !one.scope?.some((fact) => fact.kind !== 'added')))
      expected[row.history.findLast((fact) => fact.on <= day)!.status as keyof typeof expected] += 1;
    expect(counted, plan.slug).toMatchObject({ ...expected, unknown: 0 });
  }
});

test('a plan of the past reads as it stood then', async () => {
  const { items } = await publicPlan(t.app, (await at('harbor')).id, '2024-2027');
  expect(rollUp(leavesOf({ items }), '2024-12-31')).toMatchObject({
    done: 7,
    active: 21,
    notBegun: 24,
    excluded: 0,
    percent: 13,
  });
});

test('Houston shows the published totals of both days, and knows no status', async () => {
  const houston = await at('houston');
  const { plan, items } = await publicPlan(t.app, houston.id, 'phase-2');
  expect(plan.revision).toBe(2);
  expect(items.filter((item) => item.leaf)).toHaveLength(64);
  expect(items).toHaveLength(6 + 13 + 64);
  expect(plan.fields.publishedTotals.map((p) => [p.asOf, p.done, p.active, p.notBegun, p.excluded])).toEqual([
    ['2019-04-25', 41, 14, 8, 1],
    ['2020-06-15', 52, 7, 3, 2],
  ]);
  const first = (await publicPlans(t.app, houston.id)).find((one) => one.slug === 'phase-1')!;
  expect(first.fields.publishedTotals).toMatchObject([
    { asOf: '2020-06-15', done: 81, active: 0, notBegun: 0, excluded: 10 },
  ]);
});

test('every revision after the first tells differences, in order of the days two people agreed on', async () => {
  const harbor = await at('harbor');
  const { plan } = await publicPlan(t.app, harbor.id, '2024-2027');
  const told = (await publicRevisions(t.app, harbor.id, plan.id)).reverse();
  expect(told).toHaveLength(7);
  expect(told[0]!.changes).toEqual([]);
  for (const [n, revision] of told.entries()) {
    if (n === 0) continue;
    expect(revision.changes.length, `revision ${revision.n}`).toBeGreaterThan(5);
    expect(revision.publishedAt.getTime()).toBeGreaterThan(told[n - 1]!.publishedAt.getTime());
    expect(revision.note.es).toBeTruthy();
  }
  const kinds = new Set(told.flatMap((revision) => revision.changes.map((change) => change.kind)));
  for (const kind of ['added', 'status', 'scope', 'update', 'indicator'] as const) expect(kinds, kind).toContain(kind);
});

test('a small draft waits for a second person, and the approver of the demonstration can approve it', async () => {
  const harbor = await at('harbor');
  const waiting = await t.db.run({ networkId: harbor.id }, async (tx) => {
    const plan = await findPlan(tx, harbor.id, '2024-2027');
    const list = await plans(tx)
      .selectFrom('app.plan_revision')
      .select(['n', 'requested_by'])
      .where('plan_id', '=', plan.id)
      .where('approved_at', 'is', null)
      .execute();
    const publisher = await tx
      .selectFrom('app.person')
      .selectAll()
      .where('email', '=', 'publisher@harbor.example')
      .executeTakeFirstOrThrow();
    return { list, publisher, draft: await readPlan(tx, plan, 'draft') };
  });
  expect(waiting.list).toHaveLength(1);
  const before = await publicPlan(t.app, harbor.id, '2024-2027');
  const { publisher } = waiting;
  const ctx = await t.ctx(harbor.id, {
    id: publisher.id,
    name: publisher.name,
    email: publisher.email,
    agencyId: publisher.agency_id,
    cookie: '',
    roles: ['plan_approver'],
  });
  await approveRevision(ctx, { plan: '2024-2027', n: waiting.list[0]!.n });
  const after = await publicPlan(t.app, harbor.id, '2024-2027');
  expect(after.plan.revision).toBe(before.plan.revision + 1);
  expect(rollUp(leavesOf(after), '2026-11-21')).toMatchObject(rollUp(leavesOf(waiting.draft), '2026-11-21'));
});

test('owners keep some open items, others have none, and some were looked at lately', async () => {
  const harbor = await at('harbor');
  const counts = await t.db.run({ networkId: harbor.id }, async (tx) => {
    const plan = await findPlan(tx, harbor.id, '2024-2027');
    const n = async (table: 'app.plan_owner' | 'app.plan_review' | 'app.plan_note') =>
      (await plans(tx).selectFrom(table).select('item_id').where('plan_id', '=', plan.id).execute()).length;
    return { owners: await n('app.plan_owner'), reviews: await n('app.plan_review'), notes: await n('app.plan_note') };
  });
  expect(counts.owners).toBeGreaterThan(20);
  expect(counts.owners).toBeLessThan(52);
  expect(counts.reviews).toBeGreaterThan(2);
  expect(counts.notes).toBe(1);
});

test('everyone listed can be found with their roles, and is marked as made up', async () => {
  for (const account of demoAccounts()) {
    const found = await t.db.run({ scope: 'system' }, (tx) =>
      tx
        .selectFrom('app.person as p')
        .innerJoin('app.role_grant as g', 'g.person_id', 'p.id')
        .leftJoin('app.network as n', 'n.id', 'g.network_id')
        .select(['p.is_demo', 'p.name', 'g.role', 'n.slug'])
        .where('p.email', '=', account.email)
        .execute(),
    );
    expect(found.map((row) => row.role).sort(), account.email).toEqual([...account.roles].sort());
    for (const row of found) {
      expect(row.is_demo).toBe(true);
      expect(row.name).toMatch(/\(demo\)$/);
      expect(row.slug ?? null).toBe(account.networks[0] ?? null);
    }
  }
});

test('loading again does nothing', async () => {
  const count = () =>
    t.db.run({ scope: 'system' }, (tx) =>
      sql<{ n: number }>`select (select count(*) from app.plan_version) + (select count(*) from app.plan_fact)
        + (select count(*) from app.audit_entry) + (select count(*) from app.person) as n`.execute(tx),
    );
  const before = (await count()).rows;
  expect((await loadDemo(t.app)).loaded).toEqual([]);
  expect((await count()).rows).toEqual(before);
});

test('a reset puts everything back and leaves other networks alone', async () => {
  const own = await t.network('own-city');
  const person = await t.person(own.id, ['network_admin']);
  await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .updateTable('app.network')
      .set({ tagline: JSON.stringify({ en: 'Changed' }) })
      .where('slug', '=', 'harbor')
      .execute(),
  );
  const before = (await at('harbor')).id;
  const summary = await resetDemo(t.app);
  expect(summary.loaded).toEqual(['harbor', 'houston']);
  const harbor = await at('harbor');
  expect(harbor.id).not.toBe(before);
  expect(harbor.tagline.en).toBe(harborData.tagline.en);
  expect(await publicPlans(t.app, before)).toEqual([]);
  expect(await listedIn(before)).toBe(0);
  expect(await listedIn(harbor.id)).toBeGreaterThan(10);
  expect((await publicPlan(t.app, harbor.id, '2024-2027')).plan.revision).toBe(7);
  expect((await at('own-city')).id).toBe(own.id);
  expect((await t.fetch('/own-city', { as: person })).status).toBe(200);
});

test('a load that was cut short begins again', async () => {
  const before = (await at('houston')).id;
  await t.db.owner.transaction().execute(async (tx) => {
    await sql`set local role waymark_owner`.execute(tx);
    await sql`delete from app.audit_entry where chain = ${before} and action = 'demo.load'`.execute(tx);
  });
  expect((await loadDemo(t.app)).loaded).toEqual(['houston']);
  expect((await at('houston')).id).not.toBe(before);
});

test('a reset refuses where one of the addresses belongs to a real network, before it removes anything', async () => {
  const before = (await at('harbor')).id;
  await t.db.run({ scope: 'system' }, (tx) =>
    tx.updateTable('app.network').set({ is_demo: false }).where('slug', '=', 'houston').execute(),
  );
  await expect(resetDemo(t.app)).rejects.toThrow(/houston is not a demonstration/);
  t.app.networks.touch(before);
  expect((await at('harbor')).id).toBe(before);
  expect((await loadDemo(t.app)).taken).toEqual(['houston']);
});
