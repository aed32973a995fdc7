import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import { type Ctx, translator } from '#kernel';
import { orderPlans } from './batch.ts';
import { followPlan } from './bulk.ts';
import { createPlan, savePlan } from './drafting.ts';
import type { PlanFields } from './fields.ts';
import { say } from './pages/words.ts';
import { publicPlan, publicPlans, publicRevisions } from './public.ts';
import { approveRevision, pendingChanges, requestPublication, returnRevision } from './publishing.ts';
import { diffSettings } from './settings-difference.ts';
import { findPlan } from './state.ts';

let t: TestApp;
let network: { id: string; slug: string };
let asEditor: Ctx;
let asApprover: Ctx;

const fields: PlanFields = {
  title: { en: 'Plan', es: 'Plan' },
  levels: [{ one: { en: 'Goal' }, many: { en: 'Goals' } }],
  statuses: [{ code: 'done', class: 'done', label: { en: 'Finished' } }],
  themes: [{ key: 'homes', title: { en: 'Homes' } }],
  publishedTotals: [],
};

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  asEditor = await t.ctx(network.id, await t.person(network.id, ['plan_editor']));
  asApprover = await t.ctx(network.id, await t.person(network.id, ['plan_approver']));
});
afterAll(() => t.close());

const publish = async (plan: string) =>
  approveRevision(asApprover, { plan, n: (await requestPublication(asEditor, { plan })).n });
const shown = async (plan: string) => (await publicPlan(t.app, network.id, plan)).plan;
const told = async (plan: string) => {
  const [newest] = await publicRevisions(t.app, network.id, (await shown(plan)).id);
  return newest!.changes.map(({ said }) => say({ locale: 'en', t: translator('en') }, said));
};

const changed: PlanFields = {
  ...fields,
  title: { en: 'New plan', es: 'Plan' },
  levels: [
    { one: { en: 'Goal', es: 'Meta' }, many: { en: 'Aims' } },
    { one: { en: 'Action' }, many: { en: 'Actions' } },
  ],
  statuses: [{ code: 'done', class: 'ongoing', label: { en: 'Finished' } }],
  themes: [{ key: 'youth', title: { en: 'Young people' } }],
  startsOn: '2026-01-01',
  publishedTotals: [
    { asOf: '2026-02-01', done: 1, active: 2, notBegun: 3, excluded: 0, percent: 17, source: 'Report' },
  ],
};

test('every setting that goes public is told: to who approves before, to the public after', async () => {
  await createPlan(asEditor, { slug: 'one', fields });
  await publish('one');
  await savePlan(asEditor, { plan: 'one', fields: changed });
  const { n } = await requestPublication(asEditor, { plan: 'one' });
  const pending = await t.db.run({ networkId: network.id }, async (tx) =>
    pendingChanges(tx, await findPlan(tx, network.id, 'one'), 'proposed'),
  );
  await approveRevision(asApprover, { plan: 'one', n });
  const [newest] = await publicRevisions(t.app, network.id, (await shown('one')).id);
  expect(newest!.changes).toEqual(JSON.parse(JSON.stringify(pending)));
  expect(newest!.changes.filter(({ kind }) => kind === 'settings')).toHaveLength(9);
  expect(await told('one')).toEqual([
    'Settings of the plan: first day: January 1, 2026',
    'Settings of the plan: name of level 1, one of them (Spanish): Meta',
    'Settings of the plan: name of level 1, several: Goals is now Aims',
    'Settings of the plan: a level was added: Action',
    'Settings of the plan: a level, as several of them are called was added: Actions',
    'Settings of the plan: the word “Finished” counted as completed and now counts as ongoing',
    'Settings of the plan: a theme was added: Young people',
    'Settings of the plan: a theme was removed: Homes',
    'Settings of the plan: totals printed on February 1, 2026: 1 completed, 2 in progress, 3 not begun, 0 not counted, 17 % printed',
    'Title: changed',
  ]);
  for (const path of ['/alpha/plans/one/history', '/alpha/plans/one/feed.atom']) {
    const page = await (await t.fetch(path)).text();
    expect(page, path).toContain('name of level 1, several: Goals is now Aims');
  }
  const history = await (await t.fetch('/alpha/plans/one/history')).text();
  for (const words of ['Young people', 'Homes', 'Report', 'Action']) expect(history, words).toContain(words);
  expect(await (await t.fetch('/alpha/plans/one/history?lang=es')).text()).toContain('Ajustes del plan: primer día');
});

test('nothing of the settings is public before somebody approves it, not even the phase and the place in the list', async () => {
  await createPlan(asEditor, { slug: 'two', fields });
  await createPlan(asEditor, { slug: 'three', fields });
  await publish('three');
  await createPlan(asEditor, { slug: 'secret', fields: { ...fields, title: { en: 'Not public yet' } } });
  const { predecessorId: none, fields: before } = await shown('three');
  expect(none).toBeNull();

  // Asked for with one phase, changed before it is approved: the public gets what was asked for.
  await followPlan(asEditor, { plan: 'three', predecessor: 'one' });
  expect((await shown('three')).predecessorId).toBeNull();
  const { n } = await requestPublication(asEditor, { plan: 'three' });
  await followPlan(asEditor, { plan: 'three', predecessor: 'secret' });
  await savePlan(asEditor, { plan: 'three', fields: { ...fields, title: { en: 'Later', es: 'Plan' } } });
  await t.db.run({ networkId: network.id }, (tx) => orderPlans(tx, network.id, ['three', 'two', 'one']));
  expect((await shown('three')).predecessorId).toBeNull();
  await approveRevision(asApprover, { plan: 'three', n });
  expect((await shown('three')).predecessorId).toBe((await shown('one')).id);
  expect((await shown('three')).fields).toEqual(before);
  expect(await told('three')).toEqual(['Settings of the plan: it follows the plan “New plan” now']);
  expect((await publicPlans(t.app, network.id)).map(({ slug }) => slug)).toEqual(['one', 'three']);

  await publish('three');
  expect(await told('three')).toEqual([
    'Settings of the plan: it follows an earlier plan that is not public',
    'Settings of the plan: place in the list of plans: 3 is now 1',
    'Title: changed',
  ]);
  await publish('one');
  expect((await publicPlans(t.app, network.id)).map(({ slug }) => slug)).toEqual(['three', 'one']);
});

test('another phase alone is enough to ask for publication, and the same one is not', async () => {
  await createPlan(asEditor, { slug: 'four', fields });
  await publish('four');
  await expect(requestPublication(asEditor, { plan: 'four' })).rejects.toMatchObject({
    key: 'plan.problem.nothingToPublish',
  });
  await followPlan(asEditor, { plan: 'four', predecessor: 'three' });
  await requestPublication(asEditor, { plan: 'four' });
  await returnRevision(asApprover, { plan: 'four', reason: 'Which one?' });
  expect((await shown('four')).predecessorId).toBeNull();
  await publish('four');
  expect((await shown('four')).predecessorId).toBe((await shown('three')).id);
  await followPlan(asEditor, { plan: 'four', predecessor: null });
  await publish('four');
  expect(await told('four')).toEqual(['Settings of the plan: it follows no earlier plan anymore']);
});

test('settings that are the same are not told, whatever the order of their parts in the database', () => {
  const same = JSON.parse(JSON.stringify(changed)) as PlanFields;
  const settings = { fields: changed, follows: 'Plan', place: 1 };
  expect(diffSettings(settings, { ...settings, fields: same })).toEqual([]);
  const themes = [...changed.themes, ...fields.themes];
  const swapped = diffSettings(
    { ...settings, fields: { ...changed, themes } },
    { ...settings, fields: { ...changed, themes: [...themes].reverse() } },
  );
  expect(swapped.map(({ said }) => [said.key, said.values])).toEqual([['plan.story.rowOrder', { setting: 'theme' }]]);
});
