import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp, type TestPerson } from '../../../test/support/harness.ts';
import type { Ctx } from '#kernel';
import { createPlan, saveIndicator, saveItem } from './drafting.ts';
import { recordFact, retractFact } from './news.ts';
import { publicItemsInFull, publicPlan, publicRevisions } from './public.ts';
import { approveRevision, pendingChanges, requestPublication, returnRevision } from './publishing.ts';
import { rollUp } from './progress.ts';
import { findPlan } from './state.ts';

let t: TestApp;
let network: { id: string; slug: string };
let editor: TestPerson;
let approver: TestPerson;
let asEditor: Ctx;
let asApprover: Ctx;

const fields = {
  title: { en: 'Plan' },
  levels: [{ one: { en: 'Goal' }, many: { en: 'Goals' } }],
  statuses: [],
  themes: [],
  publishedTotals: [],
};
const item = (title: string, more: object = {}) => ({
  parentRef: null,
  position: 0,
  number: '1',
  title: { en: title },
  leaf: true,
  ...more,
});

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  editor = await t.person(network.id, ['plan_editor']);
  approver = await t.person(network.id, ['plan_approver', 'plan_editor']);
  asEditor = await t.ctx(network.id, editor);
  asApprover = await t.ctx(network.id, approver);
});
afterAll(() => t.close());

test('a draft is invisible until a second person approves it, and then it is there whole', async () => {
  await createPlan(asEditor, { slug: 'one', fields });
  const ref = await saveItem(asEditor, { plan: 'one', ref: null, fields: item('First') });
  await recordFact(asEditor, { plan: 'one', ref, on: '2026-01-02', kind: 'status', status: 'done' });
  await expect(publicPlan(t.app, network.id, 'one')).rejects.toMatchObject({ kind: 'notFound' });
  const { n } = await requestPublication(asEditor, { plan: 'one' });
  await expect(publicPlan(t.app, network.id, 'one')).rejects.toMatchObject({ kind: 'notFound' });
  await approveRevision(asApprover, { plan: 'one', n });
  const { plan, items } = await publicPlan(t.app, network.id, 'one');
  expect(plan.fields.title.en).toBe('Plan');
  expect(rollUp(items, '2026-01-02').percent).toBe(100);
  expect(rollUp(items, '2026-01-01').percent).toBe(null);
});

test('whoever asked cannot approve, through the action or around it', async () => {
  await createPlan(asApprover, { slug: 'two', fields });
  const { n, id } = await requestPublication(asApprover, { plan: 'two' });
  await expect(approveRevision(asApprover, { plan: 'two', n })).rejects.toMatchObject({
    key: 'plan.problem.secondPerson',
  });
  await expect(
    t.db.run({ networkId: network.id }, (tx) =>
      sql`update app.plan_revision set approved_by = ${approver.id}, approved_at = now() where id = ${id}`.execute(tx),
    ),
  ).rejects.toThrow(/two_people/);
});

test('excluding says why, and its author cannot be the one who approves it', async () => {
  await createPlan(asEditor, { slug: 'three', fields });
  const ref = await saveItem(asEditor, { plan: 'three', ref: null, fields: item('First') });
  await expect(
    recordFact(asApprover, { plan: 'three', ref, on: '2026-01-02', kind: 'status', status: 'excluded' }),
  ).rejects.toMatchObject({
    fields: { reason: { key: 'plan.field.excludeWhy' } },
  });
  await recordFact(asApprover, {
    plan: 'three',
    ref,
    on: '2026-01-02',
    kind: 'status',
    status: 'excluded',
    reason: { en: 'Done by the state.' },
  });
  const { n } = await requestPublication(asEditor, { plan: 'three' });
  await expect(approveRevision(asApprover, { plan: 'three', n })).rejects.toMatchObject({
    key: 'plan.problem.ownExclusion',
  });
});

test('what is written after asking waits for the next revision, and returning gives everything back', async () => {
  await createPlan(asEditor, { slug: 'four', fields });
  const ref = await saveItem(asEditor, { plan: 'four', ref: null, fields: item('Asked') });
  const { n } = await requestPublication(asEditor, { plan: 'four' });
  await saveItem(asEditor, { plan: 'four', ref, fields: item('Later') });
  await approveRevision(asApprover, { plan: 'four', n });
  expect((await publicPlan(t.app, network.id, 'four')).items[0]?.title.en).toBe('Asked');

  const second = await requestPublication(asEditor, { plan: 'four' });
  await returnRevision(asApprover, { plan: 'four', reason: 'Say it more simply.' });
  expect((await publicPlan(t.app, network.id, 'four')).items[0]?.title.en).toBe('Asked');
  const third = await requestPublication(asEditor, { plan: 'four' });
  expect(third.n).toBe(second.n + 1);
  await approveRevision(asApprover, { plan: 'four', n: third.n });
  expect((await publicPlan(t.app, network.id, 'four')).items[0]?.title.en).toBe('Later');
  const [newest] = await publicRevisions(t.app, network.id, (await publicPlan(t.app, network.id, 'four')).plan.id);
  expect(newest?.changes.map((c) => [c.kind, c.field])).toEqual([['changed', 'title']]);
});

test('a published fact is answered, not erased; a draft fact is dropped', async () => {
  await createPlan(asEditor, { slug: 'five', fields });
  const ref = await saveItem(asEditor, { plan: 'five', ref: null, fields: item('First') });
  await recordFact(asEditor, { plan: 'five', ref, on: '2026-01-02', kind: 'status', status: 'active' });
  await recordFact(asEditor, { plan: 'five', ref, on: '2026-02-02', kind: 'status', status: 'done' });
  await approveRevision(asApprover, { plan: 'five', n: (await requestPublication(asEditor, { plan: 'five' })).n });
  const { plan, items } = await publicPlan(t.app, network.id, 'five');
  const wrong = items[0]!.facts.find((f) => f.status === 'done')!;
  await retractFact(asEditor, { plan: 'five', fact: wrong.id, reason: { en: 'It was not finished.' } });
  await approveRevision(asApprover, { plan: 'five', n: (await requestPublication(asEditor, { plan: 'five' })).n });
  const after = await publicItemsInFull(t.app, network.id, plan.id);
  expect(after.items[0]!.facts).toHaveLength(3);
  expect(rollUp(after.items, '2026-03-01')).toMatchObject({ active: 1, done: 0 });
  await expect(
    t.db.run({ networkId: network.id }, (tx) => sql`delete from app.plan_fact where id = ${wrong.id}`.execute(tx)),
  ).rejects.toThrow(/cannot be deleted/);
  await expect(
    t.db.run({ networkId: network.id }, (tx) =>
      sql`update app.plan_fact set on_day = '2020-01-01' where id = ${wrong.id}`.execute(tx),
    ),
  ).rejects.toThrow(/cannot be changed/);
});

test('taking back what ended an exclusion brings the exclusion back, so it says why', async () => {
  await createPlan(asEditor, { slug: 'seven', fields });
  const ref = await saveItem(asEditor, { plan: 'seven', ref: null, fields: item('First') });
  const why = { en: 'Another plan does it.' };
  await recordFact(asEditor, { plan: 'seven', ref, on: '2026-01-02', kind: 'status', status: 'excluded', reason: why });
  await recordFact(asEditor, { plan: 'seven', ref, on: '2026-02-02', kind: 'status', status: 'active' });
  await approveRevision(asApprover, { plan: 'seven', n: (await requestPublication(asEditor, { plan: 'seven' })).n });
  const { items } = await publicPlan(t.app, network.id, 'seven');
  const { id } = items[0]!.facts.find((f) => f.status === 'active')!;
  await expect(retractFact(asEditor, { plan: 'seven', fact: id })).rejects.toMatchObject({
    fields: { reason: { key: 'plan.field.excludeWhy' } },
  });
  // Whoever brings an exclusion back this way cannot approve it either.
  await retractFact(asApprover, { plan: 'seven', fact: id, reason: why });
  const { n } = await requestPublication(asEditor, { plan: 'seven' });
  await expect(approveRevision(asApprover, { plan: 'seven', n })).rejects.toMatchObject({
    key: 'plan.problem.ownExclusion',
  });
});

test('a fact that was answered while it waited, and then returned, can still be dropped', async () => {
  await createPlan(asEditor, { slug: 'eight', fields });
  const ref = await saveItem(asEditor, { plan: 'eight', ref: null, fields: item('First') });
  await recordFact(asEditor, { plan: 'eight', ref, on: '2026-01-02', kind: 'status', status: 'done' });
  await requestPublication(asEditor, { plan: 'eight' });
  const facts = async () =>
    (
      await t.db.run({ networkId: network.id }, (tx) =>
        sql<{ id: string; retracts: string | null }>`select f.id, f.retracts from app.plan_fact f
          join app.plan p on p.id = f.plan_id where p.slug = 'eight' order by f.seq`.execute(tx),
      )
    ).rows;
  const [first] = await facts();
  await retractFact(asEditor, { plan: 'eight', fact: first!.id });
  await returnRevision(asApprover, { plan: 'eight', reason: 'Not yet.' });
  expect((await facts()).map((f) => f.retracts)).toEqual([null, first!.id]);
  await retractFact(asEditor, { plan: 'eight', fact: first!.id });
  expect(await facts()).toEqual([]);
});

test('nothing that the public will read goes unsaid to who approves: an action made a heading, how a figure is counted, why', async () => {
  await createPlan(asEditor, { slug: 'nine', fields });
  const ref = await saveItem(asEditor, { plan: 'nine', ref: null, fields: item('First') });
  const figure = {
    title: { en: 'People' },
    definition: { en: 'Everyone once.' },
    direction: 'up' as const,
    baseline: null,
    target: null,
    period: null,
    item: ref,
    figure: null,
  };
  const indicator = await saveIndicator(asEditor, { plan: 'nine', ref: null, fields: figure });
  const value = { plan: 'nine', ref: indicator, on: '2026-01-02', kind: 'value' as const, value: 3 };
  await recordFact(asEditor, value);
  await approveRevision(asApprover, { plan: 'nine', n: (await requestPublication(asEditor, { plan: 'nine' })).n });

  await saveItem(asEditor, { plan: 'nine', ref, fields: item('First', { leaf: false }) });
  const definition = { en: 'Everyone twice.' };
  await saveIndicator(asEditor, { plan: 'nine', ref: indicator, fields: { ...figure, definition } });
  await recordFact(asEditor, { ...value, note: { en: 'Two are said to be sisters.' } });
  const changes = await t.db.run({ networkId: network.id }, async (tx) =>
    pendingChanges(tx, await findPlan(tx, network.id, 'nine'), 'draft'),
  );
  expect(changes.map(({ said, reason }) => [said.key, said.values.field, reason?.en])).toEqual([
    ['plan.story.notCounted', undefined, undefined],
    ['plan.story.indicatorFieldChanged', 'definition', undefined],
    ['plan.story.value', undefined, 'Two are said to be sisters.'],
  ]);
});

test('a circle of dependencies is refused by the database', async () => {
  await createPlan(asEditor, { slug: 'six', fields });
  const a = await saveItem(asEditor, { plan: 'six', ref: null, fields: item('A') });
  const b = await saveItem(asEditor, { plan: 'six', ref: null, fields: item('B', { dependsOn: [a] }) });
  await expect(
    saveItem(asEditor, { plan: 'six', ref: a, fields: item('A', { dependsOn: [b] }) }),
  ).rejects.toMatchObject({ key: 'plan.problem.circle' });
  await expect(saveItem(asEditor, { plan: 'six', ref: a, fields: item('A', { parentRef: b }) })).resolves.toBe(a);
  await expect(saveItem(asEditor, { plan: 'six', ref: b, fields: item('B', { parentRef: a }) })).rejects.toMatchObject({
    kind: 'invalid',
  });
});

test('taking an item out of the plan says why, and its author cannot be the one who approves it', async () => {
  await createPlan(asEditor, { slug: 'removed', fields });
  const ref = await saveItem(asEditor, { plan: 'removed', ref: null, fields: item('First') });
  const gone = { plan: 'removed', ref, on: '2026-01-02', kind: 'scope', change: 'removed' } as const;
  await expect(recordFact(asApprover, gone)).rejects.toMatchObject({
    fields: { reason: { key: 'plan.field.excludeWhy' } },
  });
  await recordFact(asApprover, { ...gone, reason: { en: 'The state does it now.' } });
  const { n } = await requestPublication(asEditor, { plan: 'removed' });
  await expect(approveRevision(asApprover, { plan: 'removed', n })).rejects.toMatchObject({
    key: 'plan.problem.ownExclusion',
  });
});
