/** What the plans tell each person: on the start page every time, in the daily mail once. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, type TestPerson, testApp } from '../../../../../test/support/harness.ts';
import type { Ctx, Network } from '#kernel';
import { sendDigests } from '../../../../kernel/digest.ts';
import { assignItems, reviewItems } from '../../bulk.ts';
import { createPlan, saveItem } from '../../drafting.ts';
import { recordFact } from '../../news.ts';
import { assignOwner, endOwner } from '../../owners.ts';
import { approveRevision, requestPublication, returnRevision } from '../../publishing.ts';
import { upkeepDigest } from './start.tsx';

let t: TestApp;
let network: Network;
let owner: TestPerson;
let approver: TestPerson;
let asEditor: Ctx;
let asApprover: Ctx;

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-06-15T15:00:00Z');
  const { id } = await t.network('alpha', { timezone: 'America/Chicago' });
  network = (await t.app.networks.byId(id))!;
  owner = await t.person(id, ['plan_owner'], { name: 'Olga Keeper', locale: 'es' });
  approver = await t.person(id, ['plan_approver'], { name: 'Ada Second' });
  asEditor = await t.ctx(id, await t.person(id, ['plan_editor'], { name: 'Ed Writer' }));
  asApprover = await t.ctx(id, approver);
  await createPlan(asEditor, {
    slug: 'one',
    fields: {
      title: { en: 'Plan One', es: 'Plan Uno' },
      levels: [{ one: { en: 'Action' }, many: { en: 'Actions' } }],
      statuses: [],
      themes: [],
      publishedTotals: [],
    },
  });
  for (const [number, due] of [
    ['1', '2026-06-01'],
    ['2', '2026-07-01'],
    ['3', '2026-12-01'],
  ] as const) {
    const ref = await saveItem(asEditor, {
      plan: 'one',
      ref: null,
      fields: {
        parentRef: null,
        position: Number(number),
        number,
        title: { en: `Item ${number}`, es: `Elemento ${number}` },
        leaf: true,
        due,
      },
    });
    await assignOwner(asEditor, { plan: 'one', ref, on: '2026-06-01', person: owner.id });
  }
});
afterAll(() => t.close());

/** Runs the daily mail and returns what was written to each person that day. */
async function mailOf(day: string): Promise<Record<string, string>> {
  t.setClock(`${day}T15:00:00Z`);
  await sendDigests(t.app, network, [upkeepDigest]);
  const { rows } = await t.db.run({ scope: 'system' }, (tx) =>
    sql<{
      name: string;
      body: string;
    }>`select p.name, m.body from app.mail m join app.person p on p.id = m.person_id where m.key like ${`%${day}`}`.execute(
      tx,
    ),
  );
  return Object.fromEntries(rows.map(({ name, body }) => [name, body]));
}

test('an owner is told what is late and due, in their language, and the next day nothing is said again', async () => {
  const first = await mailOf('2026-06-15');
  expect(Object.keys(first)).toEqual(['Olga Keeper']);
  expect(first['Olga Keeper']).toContain('1 Elemento 1: Atrasado. Vencía el 1 de junio de 2026, hace 14 días');
  expect(first['Olga Keeper']).toContain('2 Elemento 2: Vence pronto. Vence el 1 de julio de 2026');
  expect(first['Olga Keeper']).toContain('/alpha/staff/plans/one/items/1');
  expect(first['Olga Keeper']).not.toContain('Elemento 3');
  expect(await mailOf('2026-06-16')).toEqual({});
});

test('a new occasion is told once more: another due day, or the day itself passing', async () => {
  await assignItems(asEditor, { plan: 'one', refs: [1], on: '2026-06-16', due: '2026-06-16' });
  const moved = await mailOf('2026-06-17');
  expect(moved['Olga Keeper']).toContain('Elemento 1');
  expect(moved['Olga Keeper']).not.toContain('Elemento 2');
  const passed = await mailOf('2026-07-02');
  expect(passed['Olga Keeper']).toContain('2 Elemento 2: Atrasado');
  expect(passed['Olga Keeper']).not.toContain('Elemento 1');
});

test('missed days lose nothing: what came due meanwhile is told on the first day mail works again', async () => {
  await assignItems(asEditor, { plan: 'one', refs: [3], on: '2026-07-02', due: '2026-07-04' });
  const after = await mailOf('2026-07-20');
  expect(after['Olga Keeper']).toContain('3 Elemento 3: Atrasado');
});

test('who no longer keeps an item, or has finished it, is told nothing about it', async () => {
  await endOwner(asEditor, { plan: 'one', ref: 1, on: '2026-07-20', person: owner.id });
  await recordFact(asEditor, { plan: 'one', ref: 2, on: '2026-07-20', kind: 'status', status: 'done' });
  await assignItems(asEditor, { plan: 'one', refs: [1, 2], on: '2026-07-20', due: '2026-07-19' });
  expect(await mailOf('2026-07-21')).toEqual({});
});

test('approvers are told what waits for them, and who asked is told what became of it', async () => {
  const { n } = await requestPublication(asEditor, { plan: 'one' });
  const asked = await mailOf('2026-07-22');
  expect(asked['Ada Second']).toContain(`Plan One: revision ${n} waits for your approval. Ed Writer asked for it.`);
  expect(asked['Ed Writer']).toBeUndefined();
  expect(await mailOf('2026-07-23')).toEqual({});
  await returnRevision(asApprover, { plan: 'one', reason: 'Say it plainly.' });
  const back = await mailOf('2026-07-24');
  expect(back['Ed Writer']).toContain(`Ada Second returned your revision ${n}: Say it plainly.`);
  const again = await requestPublication(asEditor, { plan: 'one' });
  await approveRevision(asApprover, { plan: 'one', n: again.n });
  const published = await mailOf('2026-07-25');
  expect(published['Ed Writer']).toContain(`your revision ${again.n} is published`);
  expect(published['Ada Second']).toBeUndefined();
  expect(await mailOf('2026-07-26')).toEqual({});
});

test('an item that nobody looks at is told as stale once, and again only after it was looked at and forgotten again', async () => {
  t.setClock('2026-07-26T15:00:00Z');
  await assignOwner(asEditor, { plan: 'one', ref: 1, on: '2026-07-26', person: owner.id });
  await reviewItems(asEditor, { plan: 'one', refs: [1], on: '2099-01-01' });
  expect((await mailOf('2099-04-01'))['Olga Keeper']).not.toContain('1 Elemento 1: Desatendido');
  expect((await mailOf('2099-04-03'))['Olga Keeper']).toContain('1 Elemento 1: Desatendido');
  expect((await mailOf('2099-04-04'))['Olga Keeper']).toBeUndefined();
  await reviewItems(asEditor, { plan: 'one', refs: [1], on: '2099-04-05' });
  expect((await mailOf('2099-08-01'))['Olga Keeper']).toContain('1 Elemento 1: Desatendido');
});

test('the start page says what needs each person today, or that nothing does', async () => {
  const clock = '2026-07-27T15:00:00Z';
  t.setClock(clock);
  const start = async (person: TestPerson) => (await t.fetch('/alpha/staff', { as: person })).text();
  const keeper = await t.person(network.id, ['plan_owner', 'plan_editor']);
  await assignOwner(asEditor, { plan: 'one', ref: 3, on: '2026-07-27', person: keeper.id });
  const page = await start(keeper);
  expect(page).toContain('3 Item 3: Late. Due July 4, 2026');
  expect(page).toContain('/alpha/staff/plans/one/items/3');
  const idle = await t.person(network.id, ['plan_approver']);
  expect(await start(idle)).toContain('Nothing in the plans needs you today.');
  const outsider = await t.person(network.id, ['auditor']);
  expect(await start(outsider)).not.toContain('In the plans');
});
