import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import { createPlan, saveItem } from './drafting.ts';
import { recordFact } from './news.ts';
import { boundValues, daysToAsk, figuresOf, planFigures } from './figures.ts';
import { approveRevision, requestPublication } from './publishing.ts';
import type { PlanIndicator } from './state.ts';

let t: TestApp;
let ctx: Ctx;
let approver: Ctx;
let reader: Ctx;
const modules = new Map([['plan', { indicators: planFigures }]]);
const bound: PlanIndicator = {
  ref: 9,
  id: '',
  title: { en: 'x' },
  direction: 'up',
  values: [],
  item: null,
  figure: 'plan.percent',
};

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-06-15T12:00:00Z');
  const network = await t.network('alpha');
  ctx = await t.ctx(network.id, await t.person(network.id, ['plan_editor']));
  approver = await t.ctx(network.id, await t.person(network.id, ['plan_approver']));
  reader = await t.ctx(network.id, null);
});
afterAll(() => t.close());

async function plan(slug: string, more: object = {}): Promise<number> {
  const words = [{ one: { en: 'Action' }, many: { en: 'Actions' } }];
  await createPlan(ctx, {
    slug,
    fields: { title: { en: slug }, levels: words, statuses: [], themes: [], publishedTotals: [], ...more },
  });
  const first = await saveItem(ctx, {
    plan: slug,
    ref: null,
    fields: { parentRef: null, position: 0, number: '1', title: { en: 'One' }, leaf: true },
  });
  await saveItem(ctx, {
    plan: slug,
    ref: null,
    fields: { parentRef: null, position: 1, number: '2', title: { en: 'Two' }, leaf: true },
  });
  return first;
}
const publish = async (slug: string) =>
  approveRevision(approver, { plan: slug, n: (await requestPublication(ctx, { plan: slug })).n });
const status = (slug: string, ref: number, on: string, is: 'done' | 'active') =>
  recordFact(ctx, { plan: slug, ref, on, kind: 'status', status: is });

test('a live figure is asked for the end of each closed period since the baseline, and for today', () => {
  expect(daysToAsk({ period: 'quarter', baseline: { value: 0, on: '2025-11-02' } }, '2026-06-15')).toEqual([
    '2025-12-31',
    '2026-03-31',
    '2026-06-15',
  ]);
  expect(daysToAsk({ period: 'year', baseline: null }, '2026-06-15')).toEqual([
    '2024-12-31',
    '2025-12-31',
    '2026-06-15',
  ]);
  expect(daysToAsk({ period: 'month', baseline: { value: 0, on: '1990-01-01' } }, '2026-06-15')).toHaveLength(61);
  expect(daysToAsk({ period: 'month', baseline: { value: 0, on: '2030-01-01' } }, '2026-06-15')).toEqual([
    '2026-06-15',
  ]);
});

test('plans publish what is approved and nothing that is drafted', async () => {
  const ref = await plan('one');
  await status('one', ref, '2026-05-20', 'done');
  const percent = figuresOf(modules).find(({ key }) => key === 'plan.percent')!;
  expect(await percent.values(reader, ['2026-06-15'])).toEqual([{ on: '2026-06-15', value: null }]);
  await publish('one');
  expect(await percent.values(reader, ['2026-05-19', '2026-06-15'])).toEqual([
    { on: '2026-05-19', value: null },
    { on: '2026-06-15', value: 50 },
  ]);
});

test('a bound indicator shows the figure as it is now, and nothing when the figure is gone', async () => {
  const held = await boundValues(
    { ctx: reader, module: modules },
    { ...bound, period: 'month', baseline: { value: 0, on: '2026-04-01' } },
  );
  expect(held.values).toEqual([
    { on: '2026-04-30', value: null },
    { on: '2026-05-31', value: 50 },
    { on: '2026-06-15', value: 50 },
  ]);
  expect((await boundValues({ ctx: reader, module: modules }, { ...bound, figure: 'gone.figure' })).values).toEqual([]);
});

test('plans are counted together, but never with totals that follow another rule', async () => {
  const ref = await plan('two');
  await status('two', ref, '2026-06-01', 'active');
  await publish('two');
  const [done, percent] = await Promise.all(planFigures.map((figure) => figure.values(reader, ['2026-06-15'])));
  expect([done![0]!.value, percent![0]!.value]).toEqual([1, 25]);
  await plan('three', { publishedTotals: [{ asOf: '2026-01-01', done: 40, active: 0, notBegun: 0, excluded: 0 }] });
  await publish('three');
  expect(await planFigures[0]!.values(reader, ['2026-06-15'])).toEqual([{ on: '2026-06-15', value: null }]);
});
