/** Taking text out, through the pages: what each of the two people reads and does, and what the start page tells. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, type TestPerson, testApp } from '../../../../../test/support/harness.ts';
import { createPlan, saveItem } from '../../drafting.ts';
import { recordFact } from '../../news.ts';
import { approveRevision, requestPublication } from '../../publishing.ts';

let t: TestApp;
let network: { id: string; slug: string };
let owner: TestPerson;
let editor: TestPerson;
let approver: TestPerson;
let ref: number;
const at = '/alpha/staff/plans/one';

const html = async (path: string, as: TestPerson): Promise<string> => {
  const response = await t.fetch(path, { as });
  expect(response.status, path).toBe(200);
  return response.text();
};
const send = (path: string, values: Record<string, string>, as: TestPerson) =>
  t.submit(path, values, { as, page: `${at}/redactions` });
const shown = async (path: string) => (await t.fetch(path)).text();

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  owner = await t.person(network.id, ['plan_owner'], { name: 'Olga Keeper' });
  editor = await t.person(network.id, ['plan_editor'], { name: 'Ed Writer' });
  approver = await t.person(network.id, ['plan_approver'], { name: 'Ada Second' });
  const asEditor = await t.ctx(network.id, editor);
  const levels = [{ one: { en: 'Goal' }, many: { en: 'Goals' } }];
  const fields = { title: { en: 'Plan One' }, levels, statuses: [], themes: [], publishedTotals: [] };
  await createPlan(asEditor, { slug: 'one', fields });
  ref = await saveItem(asEditor, {
    plan: 'one',
    ref: null,
    fields: { parentRef: null, position: 0, number: '1', title: { en: 'Open a line' }, leaf: true },
  });
  const update = { plan: 'one', ref, on: '2026-01-02', kind: 'update' as const };
  await recordFact(asEditor, { ...update, text: { en: 'Wilma Amsel called.', es: 'Llamó Wilma Amsel.' } });
  const { n } = await requestPublication(asEditor, { plan: 'one' });
  await approveRevision(await t.ctx(network.id, approver), { plan: 'one', n });
});
afterAll(() => t.close());

test('whoever keeps an item hides a name; the second person reads it, decides, and the public sees a mark', async () => {
  const refused = await send(`${at}/redactions`, { text: 'Somebody else', why: 'person' }, owner);
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain('This text stands in no plan of this network.');
  const unreasoned = await send(`${at}/redactions`, { text: 'Wilma Amsel' }, owner);
  expect(unreasoned.status).toBe(422);
  expect(await shown(`/alpha/plans/one/items/${ref}`)).toContain('Wilma Amsel');

  expect((await send(`${at}/redactions`, { text: 'wilma amsel', why: 'safety' }, owner)).status).toBe(303);
  expect(await shown(`/alpha/plans/one/items/${ref}`)).not.toContain('Wilma Amsel');
  const own = await html(`${at}/redactions`, owner);
  expect(own).toContain('waits for a second person');
  expect(own).not.toContain('wilma');
  expect(own).toContain('Search engines and web archives may show an older copy');
  expect(await html(`${at}/publication`, editor)).toContain('Nothing can be published until that is decided.');

  const start = await html('/alpha/staff', approver);
  const [, path] = /href="([^"]*\/redactions\/[^"]*)"[^>]*>Olga Keeper has hidden text/.exec(start)!;
  const page = await html(path!, approver);
  expect(page).toContain('wilma amsel');
  expect(page).toContain('It could put somebody in danger');
  expect(page).toContain('It stands in 1 place');
  expect(page).toContain('Plan One · 1 Open a line');
  expect((await send(`${path}/confirmation`, {}, owner)).status).toBe(404);
  expect(await shown(`/alpha/plans/one/history`)).not.toContain('Text was taken out');

  expect((await send(`${path}/confirmation`, {}, approver)).status).toBe(303);
  expect(await html(`${at}/redactions`, editor)).toContain('Taken out in 1 place, confirmed by Ada Second');
  expect(await html(`${at}/items/${ref}`, editor)).not.toContain('Wilma');
  expect(await shown(`/alpha/plans/one/items/${ref}?lang=es`)).toContain('Llamó [retirado].');
  expect(await shown(`/alpha/plans/one/history?lang=es`)).toContain('Se retiró un texto de este plan');
  const late = await html(path!, approver);
  expect(late).toContain('This request was decided already.');
  expect((await send(`${path}/refusal`, {}, approver)).status).toBe(409);
});

test('a whole update is chosen on the page of its item, and comes back when the second person refuses', async () => {
  const item = await html(`${at}/items/${ref}`, editor);
  const [, link] = /href="([^"]*\/redactions\?fact=[^"]*)"/.exec(item)!;
  const form = await html(link!, editor);
  expect(form).toContain('This whole text will be taken out');
  expect(form).toContain('[taken out] called.');
  const [, fact] = /name="fact" value="([^"]*)"/.exec(form)!;
  expect((await send(`${at}/redactions`, { fact: fact!, why: 'private' }, editor)).status).toBe(303);
  expect(await shown(`/alpha/plans/one/items/${ref}`)).not.toContain('called.');
  const [, path] = /href="([^"]*\/redactions\/[^"]*)"/.exec(await html(`${at}/redactions`, approver))!;
  expect(await html(path!, editor)).toContain('Somebody else must decide it.');
  expect((await send(`${path}/confirmation`, {}, editor)).status).toBe(409);
  expect((await send(`${path}/refusal`, {}, approver)).status).toBe(303);
  expect(await shown(`/alpha/plans/one/items/${ref}`)).toContain('[taken out] called.');
  expect((await send(`${at}/redactions/not-an-id/refusal`, {}, approver)).status).toBe(404);
  expect((await t.fetch(`${at}/redactions?fact=00000000-0000-4000-8000-000000000000`, { as: editor })).status).toBe(
    404,
  );
});
