/** Files: what goes out comes back the same, and the number of queries does not grow with the plan. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { loadDemo } from '../../demo/load.ts';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import { createPlan, saveIndicator } from './drafting.ts';
import { type PlanFormat, readPlan as readFile, writePlan } from './exchange/index.ts';
import { exportPlan } from './exporting.ts';
import { confirmImport, previewImport } from './importing.ts';
import { rollUp } from './progress.ts';
import { findPlan, leavesOf, type PlanState, readPlan } from './state.ts';

let t: TestApp;
let harbor: string;
let network: string;
let ctx: Ctx;

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-11-21T12:00:00Z');
  await loadDemo(t.app);
  harbor = (await t.app.networks.bySlug('harbor'))!.id;
  network = (await t.network('beta')).id;
  ctx = await t.ctx(network, await t.person(network, ['plan_editor']));
});
afterAll(() => t.close());

async function bring(slug: string, filename: string, bytes: Uint8Array) {
  const shown = await previewImport(ctx, { planSlug: slug, filename, bytes });
  expect(shown.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return confirmImport(ctx, { id: shown.id, basis: shown.basis });
}

const stateOf = (networkId: string, slug: string): Promise<PlanState> =>
  t.db.run({ networkId }, async (tx) => readPlan(tx, await findPlan(tx, networkId, slug), 'draft'));
const days = ['2024-12-31', '2025-06-30', '2026-09-30'];
const progressOn = (state: PlanState) => days.map((day) => rollUp(leavesOf(state), day));
const empty = {
  title: { en: 'Empty' },
  levels: [{ one: { en: 'Item' }, many: { en: 'Items' } }],
  statuses: [],
  themes: [],
  publishedTotals: [],
};

/** Every statement the application sends, begin, role and commit aside. */
async function statements(work: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const client = await t.db.pool.connect();
  const proto = Object.getPrototypeOf(client) as { query: (...args: unknown[]) => unknown };
  client.release();
  const original = proto.query;
  proto.query = function (this: unknown, ...args: unknown[]) {
    const text = typeof args[0] === 'string' ? args[0] : ((args[0] as { text?: string } | undefined)?.text ?? '');
    if (!/^(begin|commit|rollback|start transaction)|set_config/i.test(text)) sent.push(text);
    return original.apply(this, args);
  };
  try {
    await work();
  } finally {
    proto.query = original;
  }
  return sent;
}

test.each(['csv', 'json', 'xlsx'] as PlanFormat[])(
  'a plan goes out as %s, comes into an empty plan, and goes out the same',
  async (format) => {
    for (const slug of ['2024-2027', 'dv-2025']) {
      const out = await writePlan(await exportPlan(t.app, harbor, slug, 'draft'), format);
      const to = `${slug}-${format}`;
      await createPlan(ctx, {
        slug: to,
        fields: empty,
      });
      await bring(to, `plan.${format}`, out);
      const back = await writePlan(await exportPlan(t.app, network, to, 'draft'), format);
      if (format === 'xlsx') {
        const [a, b] = [await readFile(out), await readFile(back)];
        expect(b.rows).toEqual(a.rows);
        expect(b).toEqual(a);
      } else expect(Buffer.from(back).equals(Buffer.from(out)), slug).toBe(true);
      const again = await previewImport(ctx, { planSlug: to, filename: `plan.${format}`, bytes: out });
      expect(again.nothing, slug).toBe(true);
    }
  },
);

test('a plan that an import makes from our own file keeps its permanent numbers', async () => {
  const out = await writePlan(await exportPlan(t.app, harbor, '2021-2023', 'published'), 'csv');
  await bring('made', 'plan.csv', out);
  const [before, after] = [
    await exportPlan(t.app, harbor, '2021-2023', 'published'),
    await exportPlan(t.app, network, 'made', 'draft'),
  ];
  expect(after.rows.map((row) => row.ref)).toEqual(before.rows.map((row) => row.ref));
});

test.each(['csv', 'json', 'xlsx'] as PlanFormat[])(
  'a plan taken to another network as %s makes the same progress on every day: what was merged or replaced is not counted again',
  async (format) => {
    const out = await writePlan(await exportPlan(t.app, harbor, '2024-2027', 'draft'), format);
    const slug = `moved-${format}`;
    expect((await bring(slug, `plan.${format}`, out)).scope).toBe(7);
    const [was, is] = [await stateOf(harbor, '2024-2027'), await stateOf(network, slug)];
    const left = was.items.filter((item) => item.scope.some((fact) => fact.into?.length));
    expect(left.map((item) => item.scope.at(-1)!.kind).sort()).toEqual(['merged', 'split', 'superseded']);
    const published = await exportPlan(t.app, harbor, '2024-2027', 'published');
    for (const item of left)
      expect(published.rows.find((row) => row.ref === item.ref)!.scope).toMatchObject(item.scope);
    const scopes = (state: PlanState) => state.items.map(({ ref, scope }) => ({ ref, scope }));
    expect(scopes(is)).toEqual(scopes(was));
    expect(progressOn(is)).toEqual(progressOn(was));
    expect(new Set(progressOn(is).map((day) => day.total)).size).toBeGreaterThan(1);
    expect((await previewImport(ctx, { planSlug: slug, filename: `plan.${format}`, bytes: out })).nothing).toBe(true);
  },
);

test('where permanent numbers are taken, items get others and still say what they went into', async () => {
  const slug = 'renumbered';
  await createPlan(ctx, { slug, fields: empty });
  for (let n = 1; n <= 36; n++)
    await saveIndicator(ctx, {
      plan: slug,
      ref: null,
      fields: {
        title: { en: `Count ${n}` },
        direction: 'up',
        baseline: null,
        target: null,
        period: null,
        item: null,
        figure: null,
      },
    });
  const out = await writePlan(await exportPlan(t.app, harbor, '2024-2027', 'draft'), 'csv');
  await bring(slug, 'plan.csv', out);
  const [was, is] = [await stateOf(harbor, '2024-2027'), await stateOf(network, slug)];
  const into = (state: PlanState) =>
    state.items
      .flatMap((item) => item.scope.flatMap((fact) => fact.into ?? []))
      .map((ref) => state.items.find((item) => item.ref === ref)!.title.en)
      .sort();
  expect(is.items.some((item) => was.items.find((one) => one.title.en === item.title.en)!.ref !== item.ref)).toBe(true);
  expect(into(is)).toEqual(into(was));
  expect(into(is)).toHaveLength(4);
  expect(progressOn(is)).toEqual(progressOn(was));
  expect((await previewImport(ctx, { planSlug: slug, filename: 'plan.csv', bytes: out })).nothing).toBe(true);
});

test('an emptied cell of our own file empties the field, and a column that is not there leaves it alone', async () => {
  const slug = 'emptied';
  const start = await exportPlan(t.app, harbor, '2024-2027', 'draft');
  const full = start.rows.find((row) => row.leaf && row.lead && row.due && row.partners?.length)!;
  await bring(slug, 'plan.csv', await writePlan(start, 'csv'));
  const item = async () => (await stateOf(network, slug)).items.find((one) => one.ref === full.ref)!;
  const emptied = {
    ...start,
    rows: start.rows.map((row) =>
      row.ref === full.ref
        ? { ...row, title: { en: row.title.en }, due: undefined, partners: [], history: [], scope: [] }
        : row,
    ),
  };
  const before = await item();
  for (const format of ['csv', 'xlsx'] as const) {
    const shown = await previewImport(ctx, {
      planSlug: slug,
      filename: `plan.${format}`,
      bytes: await writePlan(emptied, format),
    });
    expect(shown.changes.changed.map((change) => [change.ref, [...change.changed].sort()])).toEqual([
      [full.ref, ['due', 'partners', 'title']],
    ]);
  }
  // Columns are known by their names: under other names these three are not there.
  const whole = new TextDecoder().decode(await writePlan(emptied, 'csv'));
  const narrow = whole.replace(',Lead,Partners,Due,', ',Colour,Shape,Size,');
  expect(narrow).not.toBe(whole);
  await bring(slug, 'narrow.csv', new TextEncoder().encode(narrow));
  expect(await item()).toMatchObject({
    title: { en: full.title.en },
    due: full.due,
    partners: full.partners,
    lead: full.lead,
  });
  expect((await item()).title.es).toBeUndefined();
  await bring(slug, 'plan.csv', await writePlan(emptied, 'csv'));
  const after = await item();
  expect([after.due, after.partners, after.lead]).toEqual([undefined, undefined, full.lead]);
  expect([after.facts.length, after.scope.length]).toEqual([before.facts.length, before.scope.length]);
});

test('the published file and the draft file of a plan with nothing waiting are the same', async () => {
  for (const format of ['csv', 'json'] as const) {
    const [draft, published] = await Promise.all([
      exportPlan(t.app, harbor, 'dv-2025', 'draft'),
      exportPlan(t.app, harbor, 'dv-2025', 'published'),
    ]);
    expect(Buffer.from(await writePlan(draft, format)).equals(Buffer.from(await writePlan(published, format)))).toBe(
      true,
    );
  }
});

test('a plan that is not there, or not published, is not found', async () => {
  await expect(exportPlan(t.app, network, 'nothing', 'draft')).rejects.toMatchObject({ kind: 'notFound' });
  await expect(exportPlan(t.app, network, 'made', 'published')).rejects.toMatchObject({ kind: 'notFound' });
  await expect(exportPlan(t.app, network, '2024-2027', 'draft')).rejects.toMatchObject({ kind: 'notFound' });
});

const large = (leaves: number): Uint8Array => {
  const lines = ['Level,Number,Title,Status,Lead,Due'];
  for (let goal = 1, left = leaves; left > 0; goal++) {
    lines.push(`Goal,${goal},Goal number ${goal} of the long plan,,,`);
    for (let one = 1; one <= 50 && left > 0; one++, left--)
      lines.push(
        `Action,${goal}.${one},Deed ${goal * 50 + one} for district ${(goal * 7919 + one * 104729) % 9973},${['Completed', 'In Progress', 'Not Yet Begun'][left % 3]},Office ${one},2027-03-31`,
      );
  }
  return new TextEncoder().encode(lines.join('\n'));
};

test('the statements of an import grow by batches of 500, and those of an export not at all', async () => {
  const cost: { rows: number; confirm: number; draft: number }[] = [];
  for (const rows of [100, 400, 2000]) {
    const slug = `large-${rows}`;
    const shown = await previewImport(ctx, {
      planSlug: slug,
      filename: 'plan.csv',
      bytes: large(rows),
      asOf: '2026-06-30',
    });
    const confirm = await statements(() => confirmImport(ctx, { id: shown.id, basis: shown.basis }));
    const draft = await statements(() => exportPlan(t.app, network, slug, 'draft'));
    cost.push({ rows, confirm: confirm.length, draft: draft.length });
    expect((await exportPlan(t.app, network, slug, 'draft')).rows.filter((row) => row.leaf)).toHaveLength(rows);
  }
  expect(cost.map((one) => one.draft)).toEqual([3, 3, 3]);
  expect(cost[1]!.confirm).toBe(cost[0]!.confirm);
  // 2,040 items in five batches of items and five of versions, 2,000 statuses in four.
  expect(cost[2]!.confirm - cost[0]!.confirm).toBe(4 + 4 + 3);
  const published: number[] = [];
  for (const slug of ['2024-2027', 'dv-2025'])
    published.push((await statements(() => exportPlan(t.app, harbor, slug, 'published'))).length);
  expect(published).toEqual([2, 2]);
});

test('leaves of a file are the leaves of the plan', async () => {
  const file = await exportPlan(t.app, harbor, '2024-2027', 'published');
  expect(leavesOf({ items: file.rows })).toHaveLength(56);
});
