/** Importing: shown first, written once, all or nothing; what the file does not say stays. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { testApp, type TestApp, type TestPerson } from '../../../test/support/harness.ts';
import { saveItem } from './drafting.ts';
import { recordFact } from './news.ts';
import { type ImportChoices, type ImportCounts, importSweep } from './import-pending.ts';
import { confirmImport, previewImport, showImport } from './importing.ts';
import { rollUp } from './progress.ts';
import { approveRevision, requestPublication } from './publishing.ts';
import { findPlan, leavesOf, type PlanState, readPlan } from './state.ts';
import { plans } from './tables.ts';

let t: TestApp;
let network: { id: string; slug: string };
let editor: TestPerson;
let ctx: Ctx;
let approver: Ctx;
let n = 0;
let slug = '';

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-11-21T12:00:00Z');
  network = await t.network('alpha');
  editor = await t.person(network.id, ['plan_editor']);
  ctx = await t.ctx(network.id, editor);
  approver = await t.ctx(network.id, await t.person(network.id, ['plan_approver']));
});
beforeEach(() => {
  slug = `plan-${++n}`;
});
afterAll(() => t.close());

const bytes = (text: string) => new TextEncoder().encode(text);
const preview = (text: string, more: ImportChoices & { filename?: string } = {}) =>
  previewImport(ctx, { planSlug: slug, filename: 'plan.txt', bytes: bytes(text), ...more });
async function load(text: string, more: ImportChoices & { filename?: string } = {}): Promise<ImportCounts> {
  const shown = await preview(text, more);
  expect(shown.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return confirmImport(ctx, { id: shown.id, basis: shown.basis });
}
const draft = (): Promise<PlanState> =>
  t.db.run({ networkId: network.id }, async (tx) => readPlan(tx, await findPlan(tx, network.id, slug), 'draft'));
const versions = async (): Promise<number> =>
  (await t.db.run({ networkId: network.id }, (tx) => plans(tx).selectFrom('app.plan_version').select('seq').execute()))
    .length;
const written = (counts: ImportCounts) =>
  counts.added + counts.changed + counts.statuses + counts.removed + counts.totals;

const page = `Objective 1: Prevent
Strategy 1.1: Train people
Tactic 1.1.1: Train hotel staff
Completed
Tactic 1.1.2: Print cards for taxis
In Progress
Strategy 1.2: Tell the public
Tactic 1.2.1: Run a campaign on buses
Not Yet Begun
Tactic 1.2.2: Hold a fair every spring
Not Necessary
`;

test('a pasted page becomes a plan with levels, statuses on their day, and one root version', async () => {
  const shown = await preview(page, { asOf: '2026-01-31' });
  expect(shown.read.levels).toEqual([
    { name: 'Objective', count: 1 },
    { name: 'Strategy', count: 2 },
    { name: 'Tactic', count: 4 },
  ]);
  expect(shown.counted).toEqual({ done: 1, active: 1, notBegun: 1, ongoing: 0, excluded: 1, unknown: 0 });
  expect(shown.changes.added).toHaveLength(7);
  await expect(draft()).rejects.toMatchObject({ kind: 'notFound' });
  const counts = await confirmImport(ctx, { id: shown.id, basis: shown.basis });
  expect(counts).toMatchObject({ added: 7, changed: 0, statuses: 4 });
  const state = await draft();
  expect(rollUp(leavesOf(state), '2026-01-31')).toMatchObject({ done: 1, active: 1, notBegun: 1, excluded: 1 });
  expect(rollUp(leavesOf(state), '2026-01-30')).toMatchObject({ unknown: 4 });
  const dropped = state.items.find((item) => item.number === '1.2.2')!;
  expect(dropped.facts[0]!.reason?.en).toContain('imported document');
  expect(dropped.facts[0]!.reason?.es).toContain('documento importado');
});

test('importing the same file again changes nothing', async () => {
  await load(page, { asOf: '2026-01-31' });
  const before = await versions();
  const again = await preview(page, { asOf: '2026-01-31' });
  expect(again.nothing).toBe(true);
  expect(written(await confirmImport(ctx, { id: again.id, basis: again.basis }))).toBe(0);
  const later = await load(page, { asOf: '2026-06-30' });
  expect(written(later)).toBe(0);
  expect(later.untouched).toBe(7);
  expect(await versions()).toBe(before);
});

test('a renamed tactic gets one new version and no double', async () => {
  await load(page, { asOf: '2026-01-31' });
  const before = await versions();
  const ref = (await draft()).items.find((item) => item.number === '1.1.1')!.ref;
  const counts = await load(page.replace('Train hotel staff', 'Train the staff of hotels and motels'), {
    asOf: '2026-01-31',
  });
  expect(counts).toMatchObject({ added: 0, changed: 1, statuses: 0 });
  expect(await versions()).toBe(before + 1);
  const items = (await draft()).items;
  expect(items).toHaveLength(7);
  expect(items.find((item) => item.ref === ref)?.title.en).toBe('Train the staff of hotels and motels');
});

test('a status that moved on is one new fact on its day, and the earlier one stays', async () => {
  await load(page, { asOf: '2026-01-31' });
  const counts = await load(page.replace('In Progress', 'Completed'), { asOf: '2026-06-30' });
  expect(counts).toMatchObject({ added: 0, changed: 0, statuses: 1 });
  const state = await draft();
  expect(rollUp(leavesOf(state), '2026-06-29')).toMatchObject({ done: 1, active: 1 });
  expect(rollUp(leavesOf(state), '2026-06-30')).toMatchObject({ done: 2, active: 0 });
});

test('what the file does not say stays: descriptions, owners, Spanish words, due days', async () => {
  await load(page, { asOf: '2026-01-31' });
  const item = (await draft()).items.find((one) => one.number === '1.1.1')!;
  const { parentRef, position, number, leaf } = item;
  await saveItem(ctx, {
    plan: slug,
    ref: item.ref,
    fields: {
      parentRef,
      position,
      number,
      leaf,
      title: { en: item.title.en, es: 'Capacitar' },
      due: '2026-12-31',
      lead: 'A',
    },
  });
  expect(written(await load(page, { asOf: '2026-01-31' }))).toBe(0);
  expect((await draft()).items.find((one) => one.ref === item.ref)).toMatchObject({
    title: { en: 'Train hotel staff', es: 'Capacitar' },
    due: '2026-12-31',
    lead: 'A',
  });
});

test('a document in Spanish adds the Spanish words and leaves the English', async () => {
  await load('Objective 1: Prevent\nTactic 1.1: Train\nTactic 1.2: Tell\n');
  await load('Objetivo 1: Prevenir\nTáctica 1.1: Capacitar\nTáctica 1.2: Informar\n');
  const titles = (await draft()).items.map((item) => item.title);
  expect(titles).toEqual([
    { en: 'Prevent', es: 'Prevenir' },
    { en: 'Train', es: 'Capacitar' },
    { en: 'Tell', es: 'Informar' },
  ]);
});

test('an item that the file leaves out stays, unless a person says that it left the plan on a day', async () => {
  await load(page, { asOf: '2026-01-31' });
  const shorter = page.replace(/Tactic 1\.1\.2.*\nIn Progress\n/, '');
  const kept = await preview(shorter, { asOf: '2026-06-30' });
  expect(kept.changes.missing.map((item) => item.number)).toEqual(['1.1.2']);
  expect(written(await confirmImport(ctx, { id: kept.id, basis: kept.basis }))).toBe(0);
  expect(rollUp(leavesOf(await draft()), '2026-06-30').active).toBe(1);
  const counts = await load(shorter, { asOf: '2026-06-30', missing: 'remove', removedOn: '2026-06-30' });
  expect(counts.removed).toBe(1);
  const state = await draft();
  expect(rollUp(leavesOf(state), '2026-06-29').active).toBe(1);
  expect(rollUp(leavesOf(state), '2026-06-30').active).toBe(0);
  expect(written(await load(shorter, { asOf: '2026-06-30', missing: 'remove' }))).toBe(0);
});

test('a new row between two others moves nobody, and joins a published plan on the day of the file', async () => {
  await load(page, { asOf: '2026-01-31' });
  await approveRevision(approver, { plan: slug, n: (await requestPublication(ctx, { plan: slug })).n });
  const more = page.replace('Strategy 1.2', 'Tactic 1.1.3: Visit barbers\nIn Progress\nStrategy 1.2');
  const counts = await load(
    more.replace('Tactic 1.1.3', 'Tactic 1.1.9').replace('1.1.9: Visit barbers', '1.1.3: Visit barbers'),
    {
      asOf: '2026-06-30',
    },
  );
  expect(counts).toMatchObject({ added: 1, changed: 0, statuses: 1 });
  const state = await draft();
  expect(rollUp(leavesOf(state), '2026-06-29').total).toBe(4);
  expect(rollUp(leavesOf(state), '2026-06-30').total).toBe(5);
  expect(written(await load(more, { asOf: '2026-07-31' }))).toBe(0);
});

test('a tactic under another strategy moves there and keeps its permanent number', async () => {
  await load('Objective 1: A\nTactic 1.1: Train hotel staff\nObjective 2: B\nTactic 2.1: Print the cards\n');
  const ref = (await draft()).items.find((item) => item.title.en === 'Train hotel staff')!.ref;
  const counts = await load(
    'Objective 1: A\nObjective 2: B\nTactic 2.1: Print the cards\nTactic 2.2: Train hotel staff\n',
  );
  expect(counts).toMatchObject({ added: 0, moved: 1 });
  const state = await draft();
  const under = state.items.find((item) => item.number === '2')!.ref;
  expect(state.items.find((item) => item.ref === ref)).toMatchObject({ parentRef: under, number: '2.2' });
});

test('published totals are kept once for each day', async () => {
  const totals = `${page}\nLast updated: January 31st, 2026\nCompleted 1 Tactics\nIn Progress 1 Tactics\nNot Yet Begun 1 Tactics\nNot Necessary 1 Tactics\n`;
  expect((await load(totals)).totals).toBe(1);
  expect((await load(totals)).totals).toBe(0);
  expect((await draft()).fields.publishedTotals).toMatchObject([
    { asOf: '2026-01-31', done: 1, active: 1, notBegun: 1, excluded: 1 },
  ]);
});

test('a word nobody knows is mapped by a person, and remembered for the next file of this plan', async () => {
  const strange = page.replace('In Progress', 'Caution');
  const first = await preview(strange, { asOf: '2026-01-31' });
  expect(first.read.statusWords.find((word) => word.word === 'Caution')?.class).toBe(null);
  expect(first.counted.unknown).toBe(1);
  const mapped = await previewImport(ctx, {
    id: first.id,
    planSlug: slug,
    filename: '',
    bytes: new Uint8Array(),
    asOf: '2026-01-31',
    statusMap: { Caution: 'active' },
  });
  expect(mapped.id).toBe(first.id);
  expect(mapped.counted).toMatchObject({ active: 1, unknown: 0 });
  await confirmImport(ctx, { id: mapped.id, basis: mapped.basis });
  expect((await preview(strange, { asOf: '2026-01-31' })).nothing).toBe(true);
});

test('levels get the names a person gives them', async () => {
  const shown = await preview(page);
  const named = await previewImport(ctx, {
    id: shown.id,
    planSlug: slug,
    filename: '',
    bytes: new Uint8Array(),
    levelNames: ['Pathway', 'Goal', 'Action'],
  });
  await confirmImport(ctx, { id: named.id, basis: named.basis });
  expect((await draft()).fields.levels.map((level) => level.one.en)).toEqual(['Pathway', 'Goal', 'Action']);
});

test('what stops a file is said with its line, and such a file is never written', async () => {
  const shown = await preview('Objective 1: A\nTactic 1.1: Train\nTactic 1.1: Train again\n');
  expect(shown.ready).toBe(false);
  expect(shown.problems.find((problem) => problem.severity === 'error')).toMatchObject({ line: 3 });
  await expect(confirmImport(ctx, { id: shown.id, basis: shown.basis })).rejects.toMatchObject({
    key: 'plan.import.problem.notReady',
  });
  const long = await preview(`Objective 1: A\nTactic 1.1: ${'long words '.repeat(70)}\nTactic 1.2: B\n`);
  expect(long.problems.find((problem) => problem.severity === 'error')).toMatchObject({ line: 2 });
  await expect(draft()).rejects.toMatchObject({ kind: 'notFound' });
});

test('not a plan at all is a clear sentence', async () => {
  for (const text of ['', 'Dear all, lunch is at noon.', '\u0000\u0001\u0002']) {
    const shown = await preview(text);
    expect(shown.ready, text).toBe(false);
    expect(shown.problems[0]!.message.length).toBeGreaterThan(10);
  }
});

test('a draft that somebody changed meanwhile is looked at again before anything is written', async () => {
  await load(page, { asOf: '2026-01-31' });
  const shown = await preview(page.replace('In Progress', 'Completed'), { asOf: '2026-06-30' });
  const ref = (await draft()).items.find((item) => item.number === '1.1.2')!.ref;
  await recordFact(ctx, { plan: slug, ref, kind: 'status', on: '2026-05-01', status: 'done' });
  await expect(confirmImport(ctx, { id: shown.id, basis: shown.basis })).rejects.toMatchObject({
    key: 'plan.import.problem.changedMeanwhile',
  });
  const again = await showImport(ctx, shown.id);
  expect(again.nothing).toBe(true);
});

test('an import is confirmed once', async () => {
  const shown = await preview(page);
  await confirmImport(ctx, { id: shown.id, basis: shown.basis });
  await expect(confirmImport(ctx, { id: shown.id, basis: shown.basis })).rejects.toMatchObject({
    key: 'plan.import.problem.done',
  });
});

test('the file is dropped when it is confirmed, and after a day when it is not', async () => {
  const first = await preview(page);
  await confirmImport(ctx, { id: first.id, basis: first.basis });
  const left = await preview(page);
  const held = () =>
    t.db.run({ networkId: network.id }, (tx) =>
      plans(tx).selectFrom('app.plan_import').select(['id', 'file']).where('slug', '=', slug).execute(),
    );
  expect((await held()).find((row) => row.id === first.id)?.file).toBe(null);
  expect((await held()).map((row) => row.id)).toContain(left.id);
  const quiet = await preview(page);
  t.setClock('2026-11-23T12:00:00Z');
  await importSweep.run(await t.ctx(network.id, 'system'), {});
  expect((await held()).map((row) => row.id)).toEqual([first.id]);
  t.setClock('2026-11-21T12:00:00Z');
  expect(quiet.id).not.toBe(left.id);
});

test('another network and a person without the role find nothing', async () => {
  const shown = await preview(page);
  const other = await t.network(`other-${n}`);
  const stranger = await t.ctx(other.id, await t.person(other.id, ['plan_editor']));
  await expect(showImport(stranger, shown.id)).rejects.toMatchObject({ kind: 'notFound' });
  await expect(confirmImport(stranger, { id: shown.id, basis: shown.basis })).rejects.toMatchObject({
    kind: 'notFound',
  });
  const reader = await t.ctx(network.id, await t.person(network.id, ['auditor']));
  await expect(showImport(reader, shown.id)).rejects.toMatchObject({ kind: 'forbidden' });
  await expect(previewImport(reader, { planSlug: slug, filename: 'a.txt', bytes: bytes(page) })).rejects.toMatchObject({
    kind: 'forbidden',
  });
});

test('a circle of dependencies in a file is refused with its line, and one with the plan by the database', async () => {
  const csv = (rows: string) => `Level,Number,Title,Depends on\n${rows}`;
  const circle = await preview(csv('Goal,1,One,\nAction,1.1,First,1.2\nAction,1.2,Second,1.1\n'), {
    filename: 'a.csv',
  });
  expect(circle.ready).toBe(false);
  await load(csv('Goal,1,One,\nAction,1.1,Lay the first stone,\nAction,1.2,Paint the roof,1.1\n'), {
    filename: 'a.csv',
  });
  const first = (await draft()).items.find((item) => item.number === '1.1')!;
  expect((await draft()).items.find((item) => item.number === '1.2')?.dependsOn).toEqual([first.ref]);
});

const seed = path.resolve(
  process.env.WAYMARK_SHARED ?? path.resolve(import.meta.dirname, '../../../../shared'),
  'seeds/000_9e6cc38383cb18cd.txt',
);

test.skipIf(!existsSync(seed))('the published page of a real plan keeps its structure, totals and day', async () => {
  const input = { planSlug: slug, filename: 'page.txt', bytes: readFileSync(seed) };
  const shown = await previewImport(ctx, input);
  expect(shown.read.levels.map((level) => level.count)).toEqual([6, 13, 64]);
  expect(shown.leaves).toBe(64);
  expect(shown.read.published).toMatchObject({
    asOf: '2019-04-25',
    done: 41,
    active: 14,
    notBegun: 8,
    excluded: 1,
    percent: 65,
  });
  await confirmImport(ctx, { id: shown.id, basis: shown.basis });
  const state = await draft();
  expect(leavesOf(state)).toHaveLength(64);
  expect(rollUp(leavesOf(state), '2026-11-21', state.fields.publishedTotals)).toMatchObject({
    percent: 65,
    source: 'published',
  });
  expect((await previewImport(ctx, input)).nothing).toBe(true);
});

test('the audit names what was touched and never what was written', async () => {
  await load(page, { asOf: '2026-01-31' });
  const rows = await t.db.run({ networkId: network.id }, (tx) =>
    sql<{
      action: string;
      fields: string[];
    }>`select action, fields from app.audit_entry where action like 'plan.import.%'
      order by seq desc limit 2`.execute(tx),
  );
  expect(rows.rows.map((row) => row.action)).toEqual(['plan.import.confirm', 'plan.import.preview']);
  expect(rows.rows[0]!.fields).toEqual(['added', 'statuses']);
});
