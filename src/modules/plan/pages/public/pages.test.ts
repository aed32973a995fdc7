import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { testApp, type TestApp, type TestPerson } from '../../../../../test/support/harness.ts';
import { createPlan, saveIndicator, saveItem } from '../../drafting.ts';
import { recordFact } from '../../news.ts';
import { approveRevision, requestPublication } from '../../publishing.ts';
import { planDetailShape } from '../../api.ts';

let t: TestApp;
let asEditor: Ctx;
let asApprover: Ctx;
let editor: TestPerson;

const level = (one: string, many: string) => ({ one: { en: one }, many: { en: many } });
const nasty = `<script>alert(1)</script>"'&`;

async function publish(plan: string): Promise<void> {
  const { n } = await requestPublication(asEditor, { plan });
  await approveRevision(asApprover, { plan, n });
}

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-06-01T12:00:00Z');
  const network = await t.network('alpha');
  await t.network('beta');
  editor = await t.person(network.id, ['plan_editor'], { name: 'Canary Editor' });
  const approver = await t.person(network.id, ['plan_approver']);
  asEditor = await t.ctx(network.id, editor);
  asApprover = await t.ctx(network.id, approver);

  const totals = [
    { asOf: '2019-04-25', done: 41, active: 14, notBegun: 8, excluded: 1, percent: 65 },
    { asOf: '2020-06-15', done: 52, active: 7, notBegun: 3, excluded: 2, percent: 84 },
  ];
  await createPlan(asEditor, {
    slug: 'published',
    fields: {
      title: { en: 'Phase two', es: 'Fase dos' },
      levels: [level('Tactic', 'Tactics')],
      statuses: [],
      themes: [],
      publishedTotals: totals,
    },
  });
  for (let i = 0; i < 64; i++) {
    await saveItem(asEditor, {
      plan: 'published',
      ref: null,
      fields: { parentRef: null, position: i, number: String(i + 1), title: { en: `Tactic ${i + 1}` }, leaf: true },
    });
  }
  await publish('published');

  await createPlan(asEditor, {
    slug: 'living',
    fields: {
      title: { en: 'Living plan', es: 'Plan vivo' },
      levels: [level('Goal', 'Goals'), level('Action', 'Actions')],
      statuses: [],
      themes: [{ key: 'care', title: { en: 'Care', es: 'Cuidado' } }],
      publishedTotals: [],
    },
  });
  const goal = await saveItem(asEditor, {
    plan: 'living',
    ref: null,
    fields: { parentRef: null, position: 0, number: '1', title: { en: 'Goal one' }, leaf: false },
  });
  const a = await saveItem(asEditor, {
    plan: 'living',
    ref: null,
    fields: {
      parentRef: goal,
      position: 0,
      number: '1.1',
      title: { en: nasty },
      leaf: true,
      themes: ['care'],
      lead: 'Clinic',
      due: '2026-01-31',
    },
  });
  const b = await saveItem(asEditor, {
    plan: 'living',
    ref: null,
    fields: { parentRef: goal, position: 1, number: '1.2', title: { en: 'Second', es: 'Segunda acción' }, leaf: true },
  });
  await recordFact(asEditor, { plan: 'living', ref: a, on: '2026-01-10', kind: 'status', status: 'active' });
  await recordFact(asEditor, { plan: 'living', ref: b, on: '2026-01-10', kind: 'status', status: 'notBegun' });
  await recordFact(asEditor, { plan: 'living', ref: b, on: '2026-03-10', kind: 'status', status: 'done' });
  const k = await saveIndicator(asEditor, {
    plan: 'living',
    ref: null,
    fields: {
      title: { en: 'People seen' },
      direction: 'up',
      baseline: { value: 10, on: '2026-01-01' },
      target: { value: 20 },
      period: null,
      item: a,
      figure: null,
    },
  });
  await recordFact(asEditor, { plan: 'living', ref: k, on: '2026-02-01', kind: 'value', value: 25 });
  await publish('living');
}, 120_000);
afterAll(() => t.close());

const page = async (path: string): Promise<string> => {
  const response = await t.fetch(path);
  expect(response.status, path).toBe(200);
  return response.text();
};

/** Whether the page holds the words; a failing test then says which, and not the whole page. */
const says = async (path: string, words: string): Promise<string | true> =>
  (await page(path)).includes(words) ? true : `no “${words}” in ${path}`;

test('a plan whose statuses are unknown shows the totals that were published, as of the day asked', async () => {
  expect(await page('/alpha/plans/published?asOf=2019-04-25')).toMatch(/65%/);
  expect(await page('/alpha/plans/published')).toMatch(/84%/);
  expect(await page('/alpha/plans/published?asOf=2018-01-01')).not.toMatch(/\d+%<\/b>/);
  expect(
    await says(
      '/alpha/plans/published?asOf=2020-06-15&since=2019-04-25',
      '+11 completed, −7 in progress, −5 not begun, +1 no longer needed',
    ),
  ).toBe(true);
});

test('a plan of one level is one list, in its order', async () => {
  const html = await (await t.fetch('/alpha/plans/published')).text();
  expect(html.split('<ul class="wm-plan__leaves">')).toHaveLength(2);
  const titles = [...html.matchAll(/<\/span> Tactic (\d+)<\/a>/g)].map((found) => Number(found[1]));
  expect(titles).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
});

test('the page, the API, the embed, the feed and the file tell the same figures', async () => {
  const api = planDetailShape.parse(await (await t.fetch('/api/v1/networks/alpha/plans/living')).json());
  expect(api.progress).toMatchObject({
    done: 1,
    active: 1,
    notBegun: 0,
    percent: 50,
    asOf: '2026-06-01',
    source: 'facts',
  });
  for (const path of ['/alpha/plans/living', '/alpha/plans/living/embed', '/alpha/plans', '/alpha/plans/living/print'])
    expect(await says(path, '50%')).toBe(true);
  expect(await says('/alpha/plans/living/feed.atom', '50%')).toBe(true);
  const past = planDetailShape.parse(
    await (await t.fetch('/api/v1/networks/alpha/plans/living?asOf=2026-02-01')).json(),
  );
  expect(past.progress).toMatchObject({ done: 0, active: 1, notBegun: 1, percent: 0, asOf: '2026-02-01' });
  const json = JSON.parse(await page('/alpha/plans/living/plan.json'));
  expect(json.progress.percent).toBe(50);
  expect(await says('/alpha/plans/living/plan.csv', '2026-03-10')).toBe(true);
});

test('what people wrote is shown as text, never as markup', async () => {
  for (const path of [
    '/alpha/plans/living',
    '/alpha/plans/living/feed.atom',
    '/alpha/plans/living/items/2',
    '/alpha/plans/living/history',
    '/alpha/plans/living/print',
    '/alpha/plans/living/embed',
    '/alpha/plans/living?q=script',
  ]) {
    expect(await page(path), path).not.toContain('<script>alert');
  }
});

test('the public page needs no script, sets no cookie and lets no other site frame it; the embed may be framed', async () => {
  const response = await t.fetch('/alpha/plans/living');
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  const embed = await t.fetch('/alpha/plans/living/embed');
  expect(embed.headers.get('content-security-policy')).toContain('frame-ancestors *');
  expect(await embed.text()).not.toContain('<script');
});

test('a conditional request is answered 304 until something public changes', async () => {
  const first = await t.fetch('/alpha/plans/living');
  const etag = first.headers.get('etag')!;
  const again = await t.fetch('/alpha/plans/living', { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
  await recordFact(asEditor, {
    plan: 'living',
    ref: 2,
    on: '2026-05-30',
    kind: 'update',
    text: { en: 'Opened the second room.' },
  });
  expect((await t.fetch('/alpha/plans/living', { headers: { 'if-none-match': etag } })).status).toBe(304);
  await publish('living');
  expect((await t.fetch('/alpha/plans/living', { headers: { 'if-none-match': etag } })).status).toBe(200);
});

test('the story of an item tells who agreed, and names agencies and never staff', async () => {
  const text = await page('/alpha/plans/living/items/2');
  expect(text).toContain('Opened the second room.');
  expect(text).not.toContain('Canary Editor');
  expect(await page('/alpha/plans/living/history')).not.toContain('Canary Editor');
});

test('an indicator past its goal says so, unclamped', async () => {
  expect(await says('/alpha/plans/living/items/2', '150%')).toBe(true);
});

test('filters narrow the lines and say how many of how many', async () => {
  expect(await says('/alpha/plans/living?theme=care', '1 item fits, of 2')).toBe(true);
  expect(await says('/alpha/plans/living?q=segunda+accion', '1 item fits, of 2')).toBe(true);
  expect(await says('/alpha/plans/living?status=excluded', 'Nothing fits.')).toBe(true);
});

test('Spanish falls back to English text and marks it', async () => {
  const text = await page('/alpha/plans/living?lang=es');
  expect(text).toContain('<html lang="es"');
  expect(text).toContain('Segunda acción');
  expect(text).toContain('<span lang="en">Goal one</span>');
});

test('an impossible day, an unknown plan and an unknown network are answered in words', async () => {
  const day = await t.fetch('/alpha/plans/living?asOf=2019-02-30');
  expect(day.status).toBe(422);
  expect(await day.text()).toContain('not a real day');
  const api = await t.fetch('/api/v1/networks/alpha/plans/living?asOf=2019-02-30');
  expect([api.status, api.headers.get('content-type')]).toEqual([422, 'application/problem+json; charset=utf-8']);
  expect((await t.fetch('/alpha/plans/nothing')).status).toBe(404);
  expect((await t.fetch('/beta/plans/living')).status).toBe(404);
  const network = await t.fetch('/nowhere/plans');
  expect(network.status).toBe(404);
  expect(await network.text()).toContain('nowhere');
  expect((await t.fetch('/alpha/plans/living/items/999')).status).toBe(404);
  expect((await t.fetch('/alpha/plans/living/items/x')).status).toBe(404);
});

test('plans are compared side by side and never added', async () => {
  const text = await page('/compare?plans=alpha/published,alpha/living');
  expect(text).toContain('84%');
  expect(text).toContain('50%');
  expect((await t.fetch('/compare?plans=alpha/none')).status).toBe(404);
});

test('every documented address answers with what its document says', async () => {
  const document = (await (await t.fetch('/api/v1/openapi.json')).json()) as { paths: Record<string, unknown> };
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/api/v1/networks/{network}/plans/{plan}', '/api/v1/networks']),
  );
  expect((await t.fetch('/api')).status).toBe(200);
});
