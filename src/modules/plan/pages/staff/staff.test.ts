/** The working pages of a plan, through the real web application: who sees what, what each form takes and refuses, and what two people do at once. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestApp, type TestPerson, testApp } from '../../../../../test/support/harness.ts';
import type { Ctx } from '#kernel';
import { createPlan, saveIndicator, saveItem } from '../../drafting.ts';
import { recordFact } from '../../news.ts';
import { assignOwner } from '../../owners.ts';
import { publicPlan } from '../../public.ts';
import { rollUp } from '../../progress.ts';
import { hideText, refuseRedaction } from '../../redaction.ts';
import { findPlan, type PlanState, readPlan } from '../../state.ts';
import { formsOnly, staffRoutes } from './routes.ts';

let t: TestApp;
let network: { id: string; slug: string };
let editor: TestPerson;
let approver: TestPerson;
let owner: TestPerson;
let reader: TestPerson;
let asEditor: Ctx;
const evil = `"><script>alert('x')</script>{evil}'`;

const fields = {
  title: { en: 'Plan One', es: 'Plan Uno' },
  levels: [
    { one: { en: 'Goal' }, many: { en: 'Goals' } },
    { one: { en: 'Action' }, many: { en: 'Actions' } },
  ],
  statuses: [{ code: 'completed', class: 'done' as const, label: { en: 'Completed at last' } }],
  themes: [{ key: 'youth', title: { en: 'Young people' } }],
  publishedTotals: [],
};
const itemFields = (title: string, more: object = {}) => ({
  parentRef: null,
  position: 0,
  number: '',
  title: { en: title },
  leaf: true,
  ...more,
});

/** A plan with a goal (1), two actions under it (2, 3) and an indicator (4). */
async function planted(slug: string): Promise<string> {
  await createPlan(asEditor, { slug, fields });
  await saveItem(asEditor, { plan: slug, ref: null, fields: itemFields('Goal', { leaf: false, number: '1' }) });
  await saveItem(asEditor, {
    plan: slug,
    ref: null,
    fields: itemFields('Train hotels', { parentRef: 1, number: '1.1', due: '2026-01-15' }),
  });
  await saveItem(asEditor, {
    plan: slug,
    ref: null,
    fields: itemFields('Open a line', { parentRef: 1, number: '1.2', position: 1 }),
  });
  await saveIndicator(asEditor, {
    plan: slug,
    ref: null,
    fields: {
      title: { en: 'Hotels trained' },
      direction: 'up',
      baseline: { value: 0, on: '2026-01-01' },
      target: { value: 100, on: '2026-12-31' },
      period: 'month',
      item: 2,
      figure: null,
    },
  });
  return `/alpha/staff/plans/${slug}`;
}
const draft = (slug: string): Promise<PlanState> =>
  t.db.run({ networkId: network.id }, async (tx) => readPlan(tx, await findPlan(tx, network.id, slug), 'draft'));
const html = async (path: string, as: TestPerson = editor): Promise<string> => {
  const response = await t.fetch(path, { as });
  expect(response.status, path).toBe(200);
  return response.text();
};
const send = (
  path: string,
  values: Record<string, string | string[] | File>,
  as: TestPerson = editor,
  page = '/alpha/staff/plans',
) => t.submit(path, values, { as, page });

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-06-15T12:00:00Z');
  network = await t.network('alpha');
  approver = await t.person(network.id, ['plan_approver'], { name: 'Ada Second' });
  owner = await t.person(network.id, ['plan_owner'], { name: 'Olga Keeper' });
  reader = await t.person(network.id, ['auditor'], { name: 'Rae Reader' });
});
// A session of its own for each test: one session may write only so often in a minute.
beforeEach(async () => {
  editor = await t.person(network.id, ['plan_editor'], { name: 'Ed Writer' });
  asEditor = await t.ctx(network.id, editor);
});
afterAll(() => t.close());

test('every page opens for each role that may read it, in both languages, and for nobody else', async () => {
  const at = await planted('roles');
  const stranger = await t.person((await t.network('beta')).id, ['network_admin', 'plan_editor']);
  const other = await t.person(network.id, ['agency_admin']);
  const people = [editor, approver, owner, reader];
  const hidden = await hideText(await t.ctx(network.id, owner), {
    plan: 'roles',
    text: 'Train hotels',
    why: 'mistake',
  });
  for (const route of staffRoutes.filter(({ method }) => method === 'GET')) {
    const path = route.path
      .replace('/:network/staff/plans/:plan', at)
      .replace('/:network', '/alpha')
      .replace('indicators/:ref', 'indicators/4')
      .replace(':ref', '2')
      .replace('/:n', '/1')
      .replace(':id', hidden.id);
    if (path.endsWith('publication/1')) continue;
    for (const person of people) {
      const allowed = (route.access as readonly string[]).some((role) => person.roles.includes(role));
      for (const lang of ['en', 'es']) {
        const response = await t.fetch(`${path}?lang=${lang}`, { as: person });
        const there = formsOnly.includes(route.path) ? 303 : 200;
        expect(response.status, `${path} ${person.roles.join()} ${lang}`).toBe(allowed ? there : 404);
        if (response.status === 200 && !path.endsWith('.csv')) expect(await response.text()).toMatch(/<h1>/);
      }
    }
    expect((await t.fetch(path, { as: other })).status, path).toBe(404);
    expect((await t.fetch(path, { as: stranger })).status, path).toBe(404);
    expect((await t.fetch(path)).headers.get('location'), path).toMatch(/^\/sign-in/);
  }
  await refuseRedaction(asEditor, { id: hidden.id });
});

test('what another role may not do answers as if it were not there, and changes nothing', async () => {
  const at = await planted('denied');
  const before = await draft('denied');
  for (const route of staffRoutes.filter(({ method }) => method === 'POST')) {
    const path = route.path
      .replace('/:network/staff/plans/:plan', at)
      .replace('/:network', '/alpha')
      .replace('indicators/:ref', 'indicators/4')
      .replace(':ref', '2');
    for (const person of [approver, owner, reader]) {
      if ((route.access as readonly string[]).some((role) => person.roles.includes(role))) continue;
      expect(
        (await send(path, { 'title.en': 'Changed', note: 'x' }, person)).status,
        `${path} ${person.roles.join()}`,
      ).toBe(404);
    }
  }
  expect(await draft('denied')).toEqual(before);
});

test('a plan is made with its own levels and words, and a bad one is drawn again with what to enter', async () => {
  const bad = await send('/alpha/staff/plans/new', {
    'title.en': '',
    slug: 'No Good',
    shape: 'own',
    startsOn: '2026-02-30',
  });
  expect(bad.status).toBe(422);
  const text = await bad.text();
  expect(text).toContain('href="#f-title-en"');
  expect(text).toContain('Name at least one level.');
  expect(text).toContain('value="No Good"');
  for (const slug of ['new', 'import', 'Bad Slug', 'roles']) {
    const again = await send('/alpha/staff/plans/new', { 'title.en': 'A', slug, shape: 'pillars' });
    expect([slug, again.status]).toEqual([slug, 422]);
    expect(await again.text()).toContain('href="#f-slug"');
  }
  const made = await send('/alpha/staff/plans/new', {
    'title.en': 'Second phase',
    'title.es': 'Segunda fase',
    slug: 'phase-2',
    shape: 'own',
    'levels.0.one.en': 'Pathway',
    'levels.0.many.en': 'Pathways',
    'levels.2.one.en': 'Step',
    'levels.2.many.en': 'Steps',
    'word.done.en': 'Finished',
    startsOn: '2026-01-01',
    predecessor: 'roles',
  });
  expect(made.headers.get('location')).toBe('/alpha/staff/plans/phase-2?said=plan.staff.said.made');
  const state = await draft('phase-2');
  expect(state.fields.levels.map(({ one }) => one.en)).toEqual(['Pathway', 'Step']);
  expect(state.fields.statuses).toEqual([{ code: 'done', class: 'done', label: { en: 'Finished' } }]);
  expect(await html('/alpha/staff/plans')).toContain('Second phase');
});

test('the working view says who needs what and why, and its filters are in the address', async () => {
  const at = await planted('work');
  const all = await html(at);
  expect(all).toMatch(/<b>Late\.<\/b> Due January 15, 2026, 151 days ago, and not completed\./);
  expect(all).toContain('No member of staff keeps it current.');
  expect(all).toContain('Ask for publication');
  const late = await html(`${at}?mark=late`);
  expect(late).toContain('Train hotels');
  expect(late).not.toContain('Open a line');
  expect(await html(`${at}?status=done`)).toContain('No item fits these filters.');
  expect(await html(`${at}?level=0`)).not.toContain('Train hotels');
  expect(await html(`${at}?owner=nobody`)).toContain('Open a line');
  expect(await html(`${at}?theme=youth`)).toContain('No item fits these filters.');
  expect(await html(`${at}?mark=rubbish&level=x&status=%27`)).toContain('Open a line');
});

test('several items are reviewed or given an owner and a due day at once, all or none', async () => {
  const at = await planted('bulk');
  expect((await send(`${at}/reviews`, {})).status).toBe(422);
  expect(await (await send(`${at}/reviews`, {})).text()).toContain('Check at least one item in the list.');
  const assign = { refs: ['2', '3'], person: owner.id, due: '2027-03-01', 'query.mark': 'late' };
  const done = await send(`${at}/assignments`, assign);
  expect(done.headers.get('location')).toBe('/alpha/staff/plans/bulk?mark=late&said=plan.staff.said.assigned');
  expect((await draft('bulk')).items.map(({ due }) => due)).toEqual([undefined, '2027-03-01', '2027-03-01']);
  expect(await html(`${at}?owner=${owner.id}`)).toContain('Olga Keeper');
  const wrong: Record<string, string>[] = [
    { refs: '2' },
    { refs: '2', due: '2026-02-30' },
    { refs: '2', person: 'nobody' },
  ];
  for (const bad of wrong) {
    const refused = await send(`${at}/assignments`, bad);
    expect([bad, refused.status]).toEqual([bad, 422]);
    expect(await refused.text()).toMatch(/value="2" checked|checked="" |checked/);
  }
  expect((await send(`${at}/assignments`, { refs: ['2', '99'], due: '2028-01-01' })).status).toBe(404);
  expect((await draft('bulk')).items[1]!.due).toBe('2027-03-01');
});

test('an item is added under another and edited in place; every wrong field is named and nothing typed is lost', async () => {
  const at = await planted('edit');
  expect(await html(`${at}/items/new?under=1`)).toContain('value="1.3"');
  const added = await send(`${at}/items/new`, {
    'title.en': 'Third',
    parentRef: '1',
    number: '1.3',
    leaf: 'yes',
    themes: 'youth',
    pillars: ['prevent', 'partner'],
    dependsOn: '1.1, #3',
    fundingNeeded: '12,500.50',
    partners: 'Alpha House\n\nBeta Clinic',
  });
  expect(added.headers.get('location')).toBe(`${at}/items/5?said=plan.staff.said.added`);
  const third = (await draft('edit')).items.find(({ ref }) => ref === 5)!;
  expect(third).toMatchObject({
    parentRef: 1,
    position: 2,
    dependsOn: [2, 3],
    fundingNeeded: 12500.5,
    partners: ['Alpha House', 'Beta Clinic'],
    themes: ['youth'],
    pillars: ['prevent', 'partner'],
  });
  const page = await html(`${at}/items/5`);
  const basedOn = /name="basedOn" value="(\d+)"/.exec(page)![1]!;
  const bad = await send(`${at}/items/5`, {
    basedOn,
    'title.en': '',
    'title.es': 'Tercero',
    due: '2026-02-30',
    fundingNeeded: 'a lot',
    dependsOn: '9.9',
    'milestones.1.title.es': 'Solo español',
    'description.en': evil,
    leaf: 'yes',
  });
  expect(bad.status).toBe(422);
  const text = await bad.text();
  for (const id of ['title-en', 'fundingNeeded', 'dependsOn', 'milestones-1-title-en'])
    expect(text).toContain(`href="#f-${id}"`);
  expect(text).toContain('Tercero');
  expect(text).toContain('9.9');
  expect(text).not.toContain('<script>alert');
  const days = await send(`${at}/items/5`, { basedOn, 'title.en': 'Third', due: '2026-02-30', leaf: 'yes' });
  expect(await days.text()).toContain('href="#f-due"');
  const good = await send(`${at}/items/5`, {
    basedOn,
    'title.en': 'Third, better',
    leaf: 'yes',
    'milestones.0.title.en': 'Vote',
    'milestones.0.due': '2026-07-01',
  });
  expect(good.headers.get('location')).toBe(`${at}/items/5?said=plan.staff.said.saved`);
  expect((await draft('edit')).items.find(({ ref }) => ref === 5)).toMatchObject({
    title: { en: 'Third, better' },
    parentRef: 1,
    milestones: [{ title: { en: 'Vote' }, due: '2026-07-01' }],
  });
  expect(await html(`${at}/items/5?said=plan.staff.said.saved`)).toContain('Saved.');
});

test('two people edit one item: nothing is saved over, both texts are shown, and what does not clash is put together', async () => {
  const at = await planted('clash');
  const basedOn = /name="basedOn" value="(\d+)"/.exec(await html(`${at}/items/2`))![1]!;
  const first = {
    basedOn,
    'title.en': 'Train all hotels',
    number: '1.1',
    lead: 'Police',
    due: '2026-01-15',
    leaf: 'yes',
  };
  const admin = await t.person(network.id, ['network_admin'], { name: 'Otto Other' });
  expect((await send(`${at}/items/2`, first, admin)).status).toBe(303);
  const second = { basedOn, 'title.en': 'Train hotels and motels', number: '1.1', due: '2026-09-30', leaf: 'yes' };
  const clash = await send(`${at}/items/2`, second);
  expect(clash.status).toBe(409);
  const text = await clash.text();
  expect(text).toContain('Otto Other saved this while you were writing');
  expect(text).toContain('Train all hotels');
  expect(text).toContain('Train hotels and motels');
  expect(text).toContain('Taken over from them: Lead.');
  expect(text).toMatch(/name="lead"[^>]*value="Police"/);
  expect(text).toMatch(/name="due"[^>]*value="2026-09-30"/);
  expect((await draft('clash')).items[1]!.title.en).toBe('Train all hotels');
  const newest = /name="basedOn" value="(\d+)"/.exec(text)![1]!;
  expect((await send(`${at}/items/2`, { ...second, basedOn: newest, lead: 'Police' })).status).toBe(303);
  expect((await draft('clash')).items[1]).toMatchObject({
    title: { en: 'Train hotels and motels' },
    lead: 'Police',
    due: '2026-09-30',
  });
});

test('a circle of waiting items and a place under oneself are refused with a sentence', async () => {
  const at = await planted('circle');
  const based = async (ref: number) => /name="basedOn" value="(\d+)"/.exec(await html(`${at}/items/${ref}`))![1]!;
  await send(`${at}/items/2`, {
    basedOn: await based(2),
    'title.en': 'A',
    number: '1.1',
    dependsOn: '1.2',
    leaf: 'yes',
  });
  const circle = await send(`${at}/items/3`, {
    basedOn: await based(3),
    'title.en': 'B',
    number: '1.2',
    dependsOn: '1.1',
    leaf: 'yes',
  });
  expect(circle.status).toBe(409);
  expect(await circle.text()).toContain('wait for each other in a circle');
  expect((await send(`${at}/items/1/place`, { 'place.parentRef': '1', 'place.place': '1' })).status).toBe(422);
  expect((await send(`${at}/items/2/place`, { 'place.parentRef': '', 'place.place': 'first' })).status).toBe(422);
  expect((await send(`${at}/items/3/place`, { 'place.parentRef': '1', 'place.place': '1' })).status).toBe(303);
  const order = (await draft('circle')).items
    .filter(({ parentRef }) => parentRef === 1)
    .sort((a, b) => a.position - b.position);
  expect(order.map(({ ref }) => ref)).toEqual([3, 2]);
});

test('news of an item is recorded with its day, and a day that has not come is refused', async () => {
  const at = await planted('news');
  const item = `${at}/items/2`;
  expect((await send(`${item}/status`, { 'status.on': '2026-06-01', 'status.status': 'done:completed' })).status).toBe(
    303,
  );
  expect(await html(item)).toContain('Completed at last');
  for (const [path, values, field] of [
    ['status', { 'status.on': '2026-06-16', 'status.status': 'active:' }, 'status-on'],
    ['status', { 'status.on': '2026-02-30', 'status.status': 'active:' }, 'status-on'],
    ['status', { 'status.on': '2026-06-01' }, 'status-status'],
    ['status', { 'status.on': '2026-06-01', 'status.status': 'finished:' }, 'status-status'],
    ['status', { 'status.on': '2026-06-01', 'status.status': 'excluded:' }, 'status-reason-en'],
    [
      'status',
      { 'status.on': '2026-06-01', 'status.status': 'active:', 'status.reason.es': 'Solo español' },
      'status-reason-en',
    ],
    ['updates', { 'update.on': '2026-06-01', 'update.text.en': ' ' }, 'update-text-en'],
    ['scope', { 'scope.on': '2026-06-01', 'scope.change': 'merged' }, 'scope-into'],
    ['scope', { 'scope.on': '2026-06-01', 'scope.change': 'merged', 'scope.into': '7.7' }, 'scope-into'],
    ['notes', { 'note.body': '' }, 'note-body'],
    ['owners', {}, 'owner-person'],
    ['retractions', {}, 'retract-fact'],
  ] as const) {
    const refused = await send(`${item}/${path}`, values as Record<string, string>);
    expect([path, values, refused.status]).toEqual([path, values, 422]);
    expect(await refused.text()).toContain(`href="#f-${field}"`);
  }
  expect((await send(`${at}/items/1/status`, { 'status.on': '2026-06-01', 'status.status': 'done:' })).status).toBe(
    409,
  );
  expect(
    (await send(`${item}/updates`, { 'update.on': '2026-06-10', 'update.text.en': `First class held ${evil}` })).status,
  ).toBe(303);
  expect((await send(`${item}/notes`, { 'note.body': `Call them ${evil}` })).status).toBe(303);
  expect((await send(`${item}/reviews`, {})).status).toBe(303);
  expect(
    (
      await send(`${item}/scope`, {
        'scope.on': '2026-06-12',
        'scope.change': 'merged',
        'scope.into': '1.2',
        'scope.reason.en': 'One thing',
      })
    ).status,
  ).toBe(303);
  const page = await html(item);
  expect(page).toContain('June 12, 2026: merged into 1.2');
  expect(page).toContain('Left the plan on Jun 12, 2026.');
  expect(page).toContain('Notes are for colleagues. They are never published.');
  expect(page).not.toContain('<script>alert');
  const status = /<option value="([^"]+)">[^<]*Completed at last/.exec(page)![1]!;
  expect((await send(`${item}/retractions`, { 'retract.fact': status })).status).toBe(303);
  expect((await draft('news')).items[1]!.facts).toEqual([]);
});

test('who only owns items tells news of their own and changes nothing else', async () => {
  const at = await planted('owned');
  await assignOwner(asEditor, { plan: 'owned', ref: 2, on: '2026-06-01', person: owner.id });
  const status = { 'status.on': '2026-06-01', 'status.status': 'active:' };
  expect((await send(`${at}/items/2/status`, status, owner)).status).toBe(303);
  expect((await send(`${at}/items/3/status`, status, owner)).status).toBe(404);
  expect((await send(`${at}/reviews`, { refs: ['2', '3'] }, owner)).status).toBe(404);
  expect((await send(`${at}/indicators/4/values`, { on: '2026-05-31', value: '5' }, owner)).status).toBe(303);
  const mine = await html(`${at}/items/2`, owner);
  expect(mine).toContain('Record a status');
  expect(mine).not.toContain('Change the text and details');
  expect(mine).not.toContain('It left the plan');
  expect(await html(`${at}/items/3`, owner)).not.toContain('Record a status');
  const work = await html(at, owner);
  expect(work.match(/name="refs"/g)).toHaveLength(1);
  expect(work).not.toContain('Give owner or due date');
  expect(await html(at, reader)).not.toContain('name="refs"');
  await send(`${at}/items/2/owners/end`, { person: owner.id });
  expect((await send(`${at}/items/2/status`, status, owner)).status).toBe(404);
});

test('an indicator is made, judged unclamped with because, and bound to a live figure', async () => {
  const at = await planted('measured');
  const bad = await send(`${at}/indicators/new`, {
    'title.en': '',
    'target.value': 'x',
    'baseline.on': '2026-01-01',
    figure: 'made.up',
  });
  expect(bad.status).toBe(422);
  const wrong = await bad.text();
  for (const id of ['title-en', 'direction', 'target-value', 'baseline-value', 'figure'])
    expect(wrong).toContain(`href="#f-${id}"`);
  const value = (on: string, number: string, more: object = {}) =>
    send(`${at}/indicators/4/values`, { on, value: number, ...more });
  expect((await value('2026-02-28', '-20')).status).toBe(303);
  expect(await html(`${at}/indicators/4`)).toContain('-20 % of the way');
  expect((await value('2026-03-31', '130')).status).toBe(303);
  const page = await html(`${at}/indicators/4`);
  expect(page).toContain('130 % of the way');
  expect(page).toContain('Past the goal');
  expect((await value('2026-04-30', '')).status).toBe(422);
  expect((await value('2026-04-30', '', { 'note.en': 'No count was held' })).status).toBe(303);
  expect(await html(`${at}/indicators/4`)).toContain('No figure for April 30, 2026: No count was held');
  expect((await value('2026-07-01', '1')).status).toBe(422);
  expect((await value('2026-02-30', '1')).status).toBe(422);
  expect((await value('2026-05-31', 'ten')).status).toBe(422);

  const basedOn = /name="basedOn" value="(\d+)"/.exec(await html(`${at}/indicators/4/edit`))![1]!;
  const bound = {
    basedOn,
    'title.en': 'Share completed',
    direction: 'up',
    'baseline.value': '0',
    'baseline.on': '2026-04-01',
    'target.value': '100',
    period: 'month',
    figure: 'plan.percent',
  };
  expect((await send(`${at}/indicators/4/edit`, bound)).status).toBe(303);
  const stale = await send(`${at}/indicators/4/edit`, { ...bound, 'title.en': 'Another name' });
  expect(stale.status).toBe(409);
  expect(await stale.text()).toContain('Share completed');
  const live = await html(`${at}/indicators/4`);
  expect(live).toContain('Live figure: Percent completed over all published plans');
  expect(live).not.toContain('Add a value');
  expect((await value('2026-05-31', '9')).status).toBe(409);
});

test('values come from a file that is shown first, say each bad line, are written once, and go out as they came in', async () => {
  const at = await planted('pasted');
  const file = `${at}/indicators/4/values/file`;
  const held = async () => (await draft('pasted')).indicators[0]!.values;
  const bad = await send(file, { text: 'day,value,note\n2026-02-30,1\n2026-03-31,5' });
  expect(bad.status).toBe(422);
  expect(await bad.text()).toContain('Line 2: “2026-02-30” is not a real day');
  expect((await send(file, { text: '  ' })).status).toBe(422);
  expect((await send(file, { file: new File([new Uint8Array([0x50, 0x4b, 3, 4, 0, 0])], 'x.xlsx') })).status).toBe(422);
  const csv = `day,value,note,note_es\r\n2026-03-31,5,${`'=1+1`},\r\n2026-04-30,,No count,Sin conteo\r\n`;
  const shown = await send(file, { file: new File([csv], 'values.csv', { type: 'text/csv' }) });
  expect(shown.status).toBe(200);
  expect(await shown.text()).toContain('2 lines were understood. Nothing is saved yet.');
  expect(await held()).toEqual([]);
  expect((await send(file, { text: csv, confirm: 'yes' })).headers.get('location')).toContain(
    'said=plan.staff.said.valued',
  );
  expect(await held()).toEqual([
    { on: '2026-03-31', value: 5, why: { en: '=1+1' } },
    { on: '2026-04-30', value: null, why: { en: 'No count', es: 'Sin conteo' } },
  ]);
  expect((await send(file, { text: csv, confirm: 'yes' })).headers.get('location')).toContain(
    'said=plan.staff.said.sameValues',
  );
  expect(await held()).toHaveLength(2);
  const out = await t.fetch(`${at}/indicators/4/values.csv`, { as: reader });
  expect(out.headers.get('content-disposition')).toMatch(/^attachment/);
  expect(await out.text()).toBe(csv);
});

test('a revision is asked for, read, returned, withdrawn and approved; nobody approves what they asked for', async () => {
  const at = await planted('two');
  const both = await t.person(network.id, ['plan_editor', 'plan_approver'], { name: 'Bo Both' });
  expect(await html(`${at}/publication`)).toContain('These people may approve it: Ada Second');
  expect((await send(`${at}/publication/requests`, { note: 'x'.repeat(1001) })).status).toBe(422);
  expect((await send(`${at}/publication/requests`, { note: 'The first publication' }, both)).status).toBe(303);
  expect((await send(`${at}/publication/requests`, {})).status).toBe(409);
  const own = await html(`${at}/publication`, both);
  expect(own).toContain('Take the request back');
  expect(own).not.toContain('Check and approve');
  expect(await html(`${at}/publication/approval`, both)).toContain('another person must approve it');
  expect((await send(`${at}/publication/approval`, { n: '1' }, both)).status).toBe(409);
  expect((await send(`${at}/publication/withdrawal`, {})).status).toBe(404);
  expect((await send(`${at}/publication/withdrawal`, {}, both)).status).toBe(303);

  await send(`${at}/publication/requests`, {});
  expect((await send(`${at}/publication/return`, { reason: '' }, approver)).status).toBe(422);
  expect((await send(`${at}/publication/return`, { reason: `Say it plainly ${evil}` }, approver)).status).toBe(303);
  const back = await html(`${at}/publication`);
  expect(back).toContain('Say it plainly');
  expect(back).not.toContain('<script>alert');

  await send(`${at}/publication/requests`, {});
  const check = await html(`${at}/publication/approval`, approver);
  expect(check).toContain('/alpha/plans/two');
  expect(check).toContain('The status of 2 items is not known yet.');
  expect((await send(`${at}/publication/approval`, { n: '2' }, approver)).status).toBe(409);
  expect((await send(`${at}/publication/approval`, { n: '3' }, approver)).status).toBe(303);
  expect((await publicPlan(t.app, network.id, 'two')).plan.revision).toBe(3);
  expect(await html(`${at}/publication/3`)).toContain('This revision made the plan public');
  expect((await t.fetch(`${at}/publication/2`, { as: editor })).status).toBe(404);
  expect(await html(`${at}/publication`)).toContain('Nothing is drafted.');
});

test('an exclusion is seen as such, cannot be approved by who proposed it, and never raises the figure unseen', async () => {
  const at = await planted('excluded');
  const both = await t.person(network.id, ['plan_editor', 'plan_approver']);
  await recordFact(asEditor, { plan: 'excluded', ref: 2, on: '2026-05-01', kind: 'status', status: 'done' });
  await recordFact(asEditor, { plan: 'excluded', ref: 3, on: '2026-05-01', kind: 'status', status: 'active' });
  await send(`${at}/publication/requests`, {});
  await send(`${at}/publication/approval`, { n: '1' }, approver);
  const exclude = {
    'status.on': '2026-06-01',
    'status.status': 'excluded:',
    'status.reason.en': 'The state does it now',
  };
  const recorded = await send(`${at}/items/3/status`, exclude, both);
  expect(recorded.headers.get('location')).toContain('said=plan.staff.said.excluded');
  await send(`${at}/publication/requests`, {});
  expect(await html(`${at}/publication`, both)).toContain('No longer counts');
  const check = await html(`${at}/publication/approval`, both);
  expect(check).toContain('50% becomes 100%');
  expect(check).toContain('1 item will no longer count in the percentage.');
  const refused = await send(`${at}/publication/approval`, { n: '2' }, both);
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('another person must approve it');
  const headline = async () =>
    rollUp(
      (await publicPlan(t.app, network.id, 'excluded')).items.filter(({ leaf }) => leaf),
      '2026-06-15',
    );
  expect(await headline()).toMatchObject({ percent: 50, excluded: 0 });
  expect((await send(`${at}/publication/approval`, { n: '2' }, approver)).status).toBe(303);
  expect(await headline()).toMatchObject({ percent: 100, excluded: 1 });
});

test('the differences name every change in words, texts marked up, settings too', async () => {
  const at = await planted('diff');
  await send(`${at}/publication/requests`, {});
  await send(`${at}/publication/approval`, { n: '1' }, approver);
  const based = async (path: string) => /name="basedOn" value="(\d+)"/.exec(await html(path))![1]!;
  await send(`${at}/items/2`, {
    basedOn: await based(`${at}/items/2`),
    'title.en': 'Train every hotel',
    number: '1.1',
    due: '2026-08-01',
    themes: 'youth',
    fundingNeeded: '5000',
    leaf: 'yes',
  });
  await send(`${at}/items/3/updates`, { 'update.on': '2026-06-10', 'update.text.en': 'The line answers at night.' });
  const page = await html(`${at}/publication`);
  expect(page).toMatch(/<ins>.*every.*<\/ins>/s);
  expect(page).toContain('Due date: January 15, 2026 is now August 1, 2026');
  expect(page).toContain('Themes: added Young people');
  expect(page).toContain('Funding needed: $5,000');
  expect(page).toContain('The line answers at night.');
  const item = await html(`${at}/items/2`);
  expect(item).toMatch(/\d changes are not public yet/);
  expect(await html(`${at}/items/3`)).toMatch(/Update of June 10, 2026 <span class="usa-tag">Draft/);
  const form = settingsValues(await html(`${at}/settings`));
  expect((await send(`${at}/settings`, { ...form, 'levels.1.many.en': 'Deeds' })).status).toBe(303);
  expect(await html(`${at}/publication`)).toContain('name of level 2, several: Actions is now Deeds');
});

/** Every field of the settings form as a browser would send it. */
function settingsValues(page: string): Record<string, string> {
  const form = /<form[^>]*action="[^"]*\/settings"[^>]*>(.*?)<\/form>/s.exec(page)![1]!;
  const values: Record<string, string> = {};
  for (const [, attrs] of form.matchAll(/<input([^>]*)>/g)) {
    const name = / name="([^"]*)"/.exec(` ${attrs}`)?.[1];
    if (name && name !== '_csrf') values[name] = / value="([^"]*)"/.exec(` ${attrs}`)?.[1] ?? '';
  }
  for (const [, attrs, text] of form.matchAll(/<textarea([^>]*)>([^<]*)<\/textarea>/g))
    values[/name="([^"]*)"/.exec(attrs!)![1]!] = text!;
  for (const [, name, options] of form.matchAll(/<select[^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/gs))
    values[name!] = /value="([^"]*)" selected/.exec(options!)?.[1] ?? '';
  return values;
}

test('settings are saved, refused field by field, and put together when two people save', async () => {
  const at = await planted('settings');
  const form = settingsValues(await html(`${at}/settings`));
  const totals = {
    'totals.0.asOf': '2019-04-25',
    'totals.0.done': '41',
    'totals.0.active': '14',
    'totals.0.notBegun': '8',
    'totals.0.excluded': '1',
    'totals.0.percent': '65',
  };
  const bad = await send(`${at}/settings`, {
    ...form,
    'title.en': '',
    reviewEveryDays: '3',
    endsOn: '2020-01-01',
    startsOn: '2021-01-01',
    'totals.0.done': '-1',
    'statuses.1.label.en': 'Nearly',
    'themes.0.title.en': '',
    'themes.0.title.es': 'Jóvenes',
  });
  expect(bad.status).toBe(422);
  const text = await bad.text();
  for (const id of ['title-en', 'endsOn', 'totals-0-done', 'totals-0-asOf', 'statuses-1-class', 'themes-0-title-en'])
    expect(text).toContain(`href="#f-${id}"`);
  const days = await send(`${at}/settings`, { ...form, reviewEveryDays: '3' });
  expect(await days.text()).toContain('href="#f-reviewEveryDays"');
  expect(
    (await send(`${at}/settings`, { ...form, ...totals, reviewEveryDays: '30', 'themes.1.title.en': 'Homes' })).status,
  ).toBe(303);
  const { fields: saved } = await draft('settings');
  expect(saved.publishedTotals).toEqual([
    { asOf: '2019-04-25', done: 41, active: 14, notBegun: 8, excluded: 1, percent: 65 },
  ]);
  expect(saved.themes).toEqual([...fields.themes, { key: 'homes', title: { en: 'Homes' } }]);
  const clash = await send(`${at}/settings`, { ...form, 'summary.en': 'What we do' });
  expect(clash.status).toBe(409);
  const both = await clash.text();
  expect(both).toContain('What we do');
  expect(both).toContain('value="Homes"');
  expect((await draft('settings')).fields.summary).toBeUndefined();
});

test('phases follow each other and never go round in a circle', async () => {
  await planted('phase-a');
  await planted('phase-b');
  const follow = (plan: string, predecessor: string) =>
    send(`/alpha/staff/plans/${plan}/settings/predecessor`, { predecessor });
  expect((await follow('phase-b', 'phase-a')).status).toBe(303);
  const circle = await follow('phase-a', 'phase-b');
  expect(circle.status).toBe(422);
  expect(await circle.text()).toContain('This plan comes before that one already.');
  expect((await follow('phase-a', 'phase-a')).status).toBe(422);
  expect((await follow('phase-b', 'nowhere')).status).toBe(404);
  expect((await follow('phase-b', '')).status).toBe(303);
});

test('the address of a form, opened, leads to the page the form stands on, in the chosen language', async () => {
  const at = await planted('forms');
  const to = async (path: string) => (await t.fetch(path, { as: editor })).headers.get('location');
  expect(await to(`${at}/items/2/status?lang=es`)).toBe(`${at}/items/2?lang=es`);
  expect(await to(`${at}/publication/return`)).toBe(`${at}/publication`);
  const gets = new Set(staffRoutes.filter(({ method }) => method === 'GET').map(({ path }) => path));
  for (const { path } of staffRoutes) expect(gets.has(path), path).toBe(true);
});

test('unknown plans, items and indicators are not there, whatever stands in the address', async () => {
  const at = await planted('missing');
  for (const path of [
    '/alpha/staff/plans/nope',
    `${at}/items/99`,
    `${at}/items/0`,
    `${at}/items/4`,
    `${at}/items/x`,
    `${at}/indicators/2`,
    `${at}/indicators/99`,
    `${at}/items/2147483648`,
    `${at}/publication/x`,
  ]) {
    expect([path, (await t.fetch(path, { as: editor })).status]).toEqual([path, 404]);
  }
});

test('texts in the plan are words on every page, never markup', async () => {
  const at = await planted('markup');
  await createPlan(asEditor, {
    slug: 'markup-2',
    fields: {
      ...fields,
      title: { en: evil },
      levels: [{ one: { en: evil }, many: { en: evil } }],
      statuses: [{ code: 'c', class: 'active', label: { en: evil } }],
      themes: [{ key: 't', title: { en: evil } }],
    },
  });
  const ref = await saveItem(asEditor, {
    plan: 'markup-2',
    ref: null,
    fields: itemFields(evil, {
      number: evil.slice(0, 39),
      lead: evil,
      themes: ['t'],
      description: { en: evil },
      milestones: [{ title: { en: evil }, due: '2026-01-01' }],
    }),
  });
  await recordFact(asEditor, {
    plan: 'markup-2',
    ref,
    on: '2026-01-01',
    kind: 'status',
    status: 'active',
    reason: { en: evil },
  });
  await saveIndicator(asEditor, {
    plan: 'markup-2',
    ref: null,
    fields: {
      title: { en: evil },
      unit: { en: evil.slice(0, 39) },
      definition: { en: evil },
      direction: 'up',
      baseline: null,
      target: null,
      period: null,
      item: ref,
      figure: null,
    },
  });
  const other = at.replace('markup', 'markup-2');
  await send(`${other}/publication/requests`, { note: evil });
  for (const path of [
    '/alpha/staff/plans',
    other,
    `${other}/items/${ref}`,
    `${other}/items/new`,
    `${other}/indicators`,
    `${other}/indicators/${ref + 1}`,
    `${other}/publication`,
    `${other}/settings`,
  ]) {
    expect(await html(path), path).not.toContain('<script>alert');
  }
  await send(`${other}/publication/approval`, { n: '1' }, approver);
  expect(await html(`${other}/publication/1`)).not.toContain('<script>alert');
});

test('an item that nobody looked at for the review interval is stale until somebody says that nothing changed', async () => {
  const at = await planted('stale');
  await assignOwner(asEditor, { plan: 'stale', ref: 2, on: '2026-06-01', person: owner.id });
  t.setClock('2099-06-15T12:00:00Z');
  const later = await t.person(network.id, ['plan_editor']);
  expect(await html(`${at}?mark=stale`, later)).toContain('Open a line');
  expect((await send(`${at}/reviews`, { all: 'yes', shown: '2 3' }, later)).status).toBe(303);
  expect(await html(`${at}?mark=stale`, later)).toContain('No item fits these filters.');
  t.setClock('2026-06-15T12:00:00Z');
});
