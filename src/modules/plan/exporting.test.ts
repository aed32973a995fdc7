/** Files: what goes out comes back the same, and the number of queries does not grow with the plan. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { loadDemo } from '../../demo/load.ts';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import { createPlan } from './drafting.ts';
import { type PlanFormat, readPlan as readFile, writePlan } from './exchange/index.ts';
import { exportPlan } from './exporting.ts';
import { confirmImport, previewImport } from './importing.ts';
import { leavesOf } from './state.ts';

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
        fields: {
          title: { en: 'Empty' },
          levels: [{ one: { en: 'Item' }, many: { en: 'Items' } }],
          statuses: [],
          themes: [],
          publishedTotals: [],
        },
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
