import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { createPlan, saveItem } from '../drafting.ts';
import { previewImport } from '../importing.ts';

let t: TestApp;
let network: { id: string; slug: string };
let as: TestPerson;

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  as = await t.person(network.id, ['plan_editor']);
});
afterAll(() => t.close());

test('the preview names an item that the file does not touch by its number and title, never by our own number', async () => {
  const ctx = await t.ctx(network.id, as);
  const levels = [{ one: { en: 'Goal' }, many: { en: 'Goals' } }];
  const fields = { title: { en: 'Plan' }, levels, statuses: [], themes: [], publishedTotals: [] };
  await createPlan(ctx, { slug: 'one', fields });
  const add = (number: string, title: string, more: object = {}) =>
    saveItem(ctx, {
      plan: 'one',
      ref: null,
      fields: { parentRef: null, position: 0, number, title: { en: title }, leaf: true, ...more },
    });
  const cards = await add('', 'Print cards');
  const line = await add('2', 'Open a line', { position: 1 });
  const train = await add('3', 'Train hotels', { position: 2, dependsOn: [cards] });
  const file = await (await t.fetch('/alpha/staff/plans/one/export/csv', { as })).text();
  const rows = file.split(/\r?\n/);
  const at = rows.findIndex((row) => row.includes('Train hotels'));
  const column = rows
    .find((row) => /depends on/i.test(row))!
    .split(',')
    .findIndex((cell) => /depends on/i.test(cell));
  const cells = rows[at]!.split(',');
  expect(cells[column]).toBe(String(cards));
  cells[column] = String(line);
  rows[at] = cells.join(',');
  const { id, changes } = await previewImport(ctx, {
    planSlug: 'one',
    filename: 'plan.csv',
    bytes: Buffer.from(rows.join('\r\n')),
  });
  expect(changes.changed.map(({ ref }) => ref)).toEqual([train]);
  const page = await (await t.fetch(`/alpha/staff/plans/import/${id}`, { as })).text();
  expect(page).toContain('Waits for: added 2 Open a line; removed Print cards');
});
