/** The import pages, through the web application: choose, check, correct, confirm; and every way of getting it wrong. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { startWorker } from '../../../kernel/worker.ts';
import { modules } from '../../../modules.ts';
import { importWork } from '../importing.ts';
import { findPlan, readPlan } from '../state.ts';

let t: TestApp;
let network: { id: string; slug: string };
let as: TestPerson;

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-11-21T12:00:00Z');
  network = await t.network('alpha');
  as = await t.person(network.id, ['plan_editor']);
});
afterAll(() => t.close());

const start = '/alpha/staff/plans/import';
const text = `Objective 1: Prevent
Tactic 1.1: Train hotel staff
Completed
Tactic 1.2: Print cards for taxis
Caution
Tactic 1.3: Run a campaign on buses
Not Yet Begun
`;
const draft = (slug: string) =>
  t.db.run({ networkId: network.id }, async (tx) => readPlan(tx, await findPlan(tx, network.id, slug), 'draft'));
const location = (response: Response): string => response.headers.get('location') ?? '';
const basis = (html: string): string => /name="basis" value="([^"]*)"/.exec(html)?.[1] ?? '';
const plain = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

test('a pasted text is shown, corrected, confirmed, and the plan says what came in', async () => {
  const sent = await t.submit(start, { text, slug: 'phase-1', asOf: '2026-06-30' }, { as });
  expect(sent.status).toBe(303);
  const check = location(sent);
  const first = await (await t.fetch(check, { as })).text();
  expect(plain(first)).toContain('“Caution” (once) means');
  expect(plain(first)).toMatch(/Where Kind What it says/);
  const again = await t.submit(
    check,
    {
      title: 'Safe at work',
      'level.0': 'Pathway',
      'level.1': 'Action',
      'word.0': 'Caution',
      'class.0': 'active',
      asOf: '2026-06-30',
    },
    { as },
  );
  expect(again.status).toBe(303);
  expect(location(again)).toContain('said=plan.import.said.reread');
  const second = await (await t.fetch(check, { as })).text();
  expect(second).toContain('value="Pathway"');
  await expect(draft('phase-1')).rejects.toMatchObject({ kind: 'notFound' });
  const done = await t.submit(`${check}/confirmation`, { basis: basis(second) }, { as, page: check });
  expect(done.status).toBe(303);
  const landed = await t.fetch(location(done), { as });
  expect(landed.status).toBe(200);
  expect(plain(await landed.text())).toContain('4 new items, none changed, 3 statuses recorded');
  const state = await draft('phase-1');
  expect(state.fields.title.en).toBe('Safe at work');
  expect(state.fields.statuses.map((word) => word.label.en)).toEqual(['Completed', 'Not Yet Begun']);
  expect(state.fields.levels.map((level) => level.one.en)).toEqual(['Pathway', 'Action']);
  expect(state.items.find((item) => item.number === '1.2')?.facts[0]).toMatchObject({
    on: '2026-06-30',
    status: 'active',
  });
  const twice = await t.submit(`${check}/confirmation`, { basis: basis(second) }, { as, page: start });
  expect(twice.status).toBe(409);
});

test('a file goes into the plan of the address, and the same file again would change nothing', async () => {
  const file = new File(
    [
      'Level,Number,Title,Status\nObjective,1,Prevent,\nTactic,1.1,Train hotel staff,Completed\nTactic,1.2,Print cards for taxis,Completed\n',
    ],
    'tracker.csv',
  );
  const there = '/alpha/staff/plans/phase-1/import';
  const sent = await t.submit(there, { file }, { as });
  const shown = await (await t.fetch(location(sent), { as })).text();
  expect(plain(shown)).toContain('One status recorded');
  expect(plain(shown)).toContain('One item is not in the file');
  const done = await t.submit(`${location(sent)}/confirmation`, { basis: basis(shown) }, { as, page: location(sent) });
  expect(location(done)).toMatch(/^\/alpha\/staff\/plans\/phase-1\?said=plan\.import\.said\.done/);
  const again = await t.submit(there, { file }, { as });
  const nothing = await (await t.fetch(location(again), { as })).text();
  expect(plain(nothing)).toContain('Nothing would change');
  expect(nothing).not.toContain('/confirmation');
});

test('items that are not in the file leave only when a person says so', async () => {
  const there = '/alpha/staff/plans/phase-1/import';
  const sent = await t.submit(
    there,
    { text: 'Objective 1: Prevent\nTactic 1.1: Train hotel staff\nTactic 1.2: Print cards for taxis\n' },
    { as },
  );
  const check = location(sent);
  await t.submit(check, { missing: 'remove', removedOn: '2026-11-01', asOf: '2026-11-20' }, { as });
  const shown = await (await t.fetch(check, { as })).text();
  expect(plain(shown)).toContain('Items that are not in the file and leave the plan 1');
  await t.submit(`${check}/confirmation`, { basis: basis(shown) }, { as, page: check });
  const gone = (await draft('phase-1')).items.find((item) => item.number === '1.3');
  expect(gone?.scope).toMatchObject([{ on: '2026-11-01', kind: 'removed' }]);
});

test('what was forgotten is said beside its field, and what was pasted is kept', async () => {
  const wrong = async (fields: Record<string, string | File>, says: RegExp) => {
    const answer = await t.submit(start, fields, { as });
    const html = await answer.text();
    expect(answer.status, plain(html).slice(0, 300)).toBe(422);
    expect(html).toContain('id="errors"');
    expect(plain(html)).toMatch(says);
    return html;
  };
  await wrong({ slug: 'x' }, /Choose a file, or paste the text/);
  await wrong({ text, file: new File(['a'], 'a.txt'), slug: 'x' }, /not both/);
  expect(await wrong({ text }, /enter the address of a new one/)).toContain('Print cards for taxis');
  await wrong({ text, slug: 'Phase 1' }, /small letters, numbers and hyphens/);
  await wrong({ text, slug: 'import' }, /taken by a page/);
  await wrong({ text, slug: 'phase-9', asOf: '2019-02-30' }, /Enter a real day/);
  await wrong({ text: 'Dear all, lunch is at noon.', slug: 'phase-9' }, /plan/);
  await wrong(
    { file: new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])], 'a.png'), slug: 'phase-9' },
    /./,
  );
});

test('a problem in the file is named with its line or cell, and there is nothing to confirm', async () => {
  const broken = new File(
    ['Level,Number,Title,Status\nGoal,1,A,\nAction,1.1,#REF!,Completed\nAction,1.2,B,2019-02-30\n'],
    'a.csv',
  );
  const sent = await t.submit(start, { file: broken, slug: 'broken' }, { as });
  const html = await (await t.fetch(location(sent), { as })).text();
  expect(plain(html)).toMatch(/problems? stops? this import/);
  expect(plain(html)).toMatch(/#REF!/);
  expect(html).not.toContain('/confirmation');
  const forced = await t.submit(`${location(sent)}/confirmation`, { basis: 'new' }, { as, page: start });
  expect(forced.status).toBe(409);
});

test('markup in a file is text on the page', async () => {
  const sent = await t.submit(
    start,
    { text: 'Objective 1: <script>alert(1)</script>\nTactic 1.1: "><img src=x onerror=alert(1)>\n', slug: 'markup' },
    { as },
  );
  const html = await (await t.fetch(location(sent), { as })).text();
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('<img src=x');
});

test('a plan that changed meanwhile is shown anew instead of being overwritten', async () => {
  const there = '/alpha/staff/plans/phase-1/import';
  const first = location(
    await t.submit(there, { text: 'Objective 1: Prevent\nTactic 1.1: Train all hotel staff\n' }, { as }),
  );
  const second = location(
    await t.submit(there, { text: 'Objective 1: Prevent\nTactic 1.1: Train the hotel staff\n' }, { as }),
  );
  const old = basis(await (await t.fetch(first, { as })).text());
  const held = basis(await (await t.fetch(second, { as })).text());
  expect((await t.submit(`${second}/confirmation`, { basis: held }, { as, page: second })).status).toBe(303);
  const late = await t.submit(`${first}/confirmation`, { basis: old }, { as, page: first });
  expect(late.status).toBe(409);
  const html = await late.text();
  expect(plain(html)).toContain('The plan was changed after this page was shown');
  expect(basis(html)).not.toBe(old);
});

test('in Spanish every sentence of the pages is Spanish', async () => {
  const form = plain(await (await t.fetch(`${start}?lang=es`, { as })).text());
  expect(form).toContain('Elija un archivo o pegue el texto de su plan');
  const sent = await t.submit(`${start}?lang=es`, { text, slug: 'fase-1' }, { as });
  expect(location(sent)).toContain('lang=es');
  const shown = plain(await (await t.fetch(location(sent), { as })).text());
  expect(shown).toContain('Revise antes de importar');
  expect(shown).toContain('Elija qué significa');
});

test('who may not import finds nothing there, and an import that is gone says what to do', async () => {
  const reader = await t.person(network.id, ['auditor']);
  expect((await t.fetch(start, { as: reader })).status).toBe(404);
  expect((await t.fetch(start)).status).toBe(303);
  const gone = await t.fetch(`${start}/00000000-0000-4000-8000-000000000000`, { as });
  expect(gone.status).toBe(404);
  expect(plain(await gone.text())).toContain('Choose the file again');
  expect((await t.fetch(`${start}/nonsense`, { as })).status).toBe(404);
  expect((await t.fetch('/alpha/staff/plans/nothing/import', { as })).status).toBe(404);
});

test('the draft comes out as a file', async () => {
  const csv = await t.fetch('/alpha/staff/plans/phase-1/export/csv', { as });
  expect(csv.headers.get('content-disposition')).toContain('phase-1-draft.csv');
  expect(await csv.text()).toContain('Print cards for taxis');
  expect((await t.fetch('/alpha/staff/plans/phase-1/export/pdf', { as })).status).toBe(404);
});

test('a file of thousands is written by the worker while a page says how far it is, and asking twice writes once', async () => {
  const lines = Array.from({ length: 600 }, (_, n) => `Action,1.${n + 1},Deed ${n + 1} of a long plan,Completed`);
  const file = new File([['Level,Number,Title,Status', 'Goal,1,Prevent,', ...lines].join('\n')], 'long.csv');
  const check = location(await t.submit(start, { file, slug: 'long', asOf: '2026-06-30' }, { as }));
  const shown = await (await t.fetch(check, { as })).text();
  const confirm = () => t.submit(`${check}/confirmation`, { basis: basis(shown) }, { as, page: check });
  const waiting = location(await confirm());
  expect(waiting).toMatch(/\/work\/[0-9a-f-]{36}$/);
  expect(location(await confirm())).toBe(waiting);
  const page = await t.fetch(waiting, { as });
  expect(page.headers.get('refresh')).toBe('2');
  const html = await page.text();
  expect(html).toContain('<progress');
  expect(plain(html)).toContain('written whole, or not at all');
  await expect(draft('long')).rejects.toMatchObject({ kind: 'notFound' });
  const other = await t.person(network.id, ['plan_editor']);
  expect((await t.fetch(waiting, { as: other })).status).toBe(404);

  const worker = await startWorker(t.app, modules);
  try {
    await vi.waitUntil(async () => (await t.fetch(waiting, { as })).status === 303, { timeout: 50_000, interval: 50 });
  } finally {
    await worker.stop();
  }
  const done = location(await t.fetch(waiting, { as }));
  expect(done).toMatch(/^\/alpha\/staff\/plans\/long\?said=plan\.import\.said\.done&added=601/);
  expect((await draft('long')).items).toHaveLength(601);
  expect((await confirm()).status).toBe(409);
});

test('a large file whose plan changed before it was written says so and writes nothing', async () => {
  const lines = Array.from({ length: 600 }, (_, n) => `Action,1.${n + 1},Deed ${n + 1} of a long plan,In Progress`);
  const file = new File([['Level,Number,Title,Status', 'Goal,1,Prevent,', ...lines].join('\n')], 'long.csv');
  const there = '/alpha/staff/plans/long/import';
  const check = location(await t.submit(there, { file, asOf: '2026-07-31' }, { as }));
  const shown = await (await t.fetch(check, { as })).text();
  const waiting = location(await t.submit(`${check}/confirmation`, { basis: basis(shown) }, { as, page: check }));
  const small = location(
    await t.submit(there, { text: 'Goal 1: Prevent harm\nAction 1.1: Deed 1 of a long plan\n' }, { as }),
  );
  const smallShown = await (await t.fetch(small, { as })).text();
  await t.submit(`${small}/confirmation`, { basis: basis(smallShown) }, { as, page: small });
  const id = waiting.split('/').at(-1)!;
  await importWork.job.run(await t.ctx(network.id, 'system'), { id });
  const late = await t.fetch(waiting, { as });
  expect(late.status).toBe(409);
  expect(plain(await late.text())).toContain('The plan was changed after this page was shown');
  expect((await draft('long')).items.find((item) => item.number === '1.5')?.facts).toHaveLength(1);
});

const seed = path.resolve(
  process.env.WAYMARK_SHARED ?? path.resolve(import.meta.dirname, '../../../../../shared'),
  'seeds/000_9e6cc38383cb18cd.txt',
);
test.skipIf(!existsSync(seed))(
  'the published page of a real plan shows its totals beside what was counted',
  async () => {
    const sent = await t.submit(start, { file: new File([readFileSync(seed)], 'page.txt'), slug: 'real' }, { as });
    const shown = plain(await (await t.fetch(location(sent), { as })).text());
    expect(shown).toContain('6 × Objective, 13 × Strategy, 64 × Tactic');
    expect(shown).toContain('April 25, 2019');
    expect(shown).toMatch(/Completed 41 0 In progress 14 0 Not yet begun 8 0 No longer needed 1 0/);
    expect(shown).toMatch(/Percent complete 65\s*% not known/);
  },
);
