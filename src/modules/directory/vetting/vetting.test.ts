/** From an application to the directory: steps with evidence, a visitor of another agency, two people, a provider's choice and its account. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordsById, saveRecords } from '#modules/organisations';
import { Applicant } from '../../../../test/support/applying.ts';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { choiceOf } from '../choice.ts';
import { project } from '../project.ts';
import { directory } from '../tables.ts';
import { addListingEvent } from './events.ts';
import { proposeChanges } from './proposals.ts';
import { vettingDigest } from './start.tsx';

let t: TestApp;
let network: { id: string; slug: string };
let vetter: TestPerson;
let approver: TestPerson;
let visitor: TestPerson;
let provider: TestPerson;
let id: string;
const base = '/cedar/staff/vetting';

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-11-22T18:00:00Z');
  network = await t.network('cedar');
  vetter = await t.person(network.id, ['directory_vetter'], { name: 'Vera Vetter' });
  approver = await t.person(network.id, ['directory_approver', 'directory_vetter'], { name: 'Abel Approver' });
  visitor = await t.person(network.id, ['directory_visitor'], { name: 'Vic Visitor' });
  provider = await t.person(network.id, ['provider'], { name: 'Paz Provider' });
  await new Applicant(t, 'cedar').applyWhole();
  id = (await system((tx) => sql<{ id: string }>`select id from app.record where kind = 'organization'`.execute(tx)))
    .rows[0]!.id;
});
afterAll(() => t?.close());

const system = <T>(work: Parameters<typeof t.db.run<T>>[1]) =>
  t.db.run({ networkId: network.id, scope: 'system' }, work);
const text = async (path: string, as: TestPerson) => (await t.fetch(path, { as })).text();
const post = (path: string, fields: Record<string, string | string[]>, as: TestPerson, page?: string) =>
  t.submit(path, fields, { as, page: page ?? `${base}/${id}` });
const step = (fields: Record<string, string>, as = vetter) => post(`${base}/${id}/steps`, fields, as);
const move = (fields: Record<string, string>, as = vetter) => post(`${base}/${id}/moves`, fields, as);
const kinds = async () =>
  (
    await system((tx) =>
      directory(tx)
        .selectFrom('app.directory_event')
        .select('kind')
        .where('organization_id', '=', id)
        .orderBy('seq')
        .execute(),
    )
  ).map((row) => row.kind);
const shown = (audience: 'public' | 'hotline') =>
  audience === 'public'
    ? t.db.readPublic(network.id, (tx) =>
        directory(tx).selectFrom('site.directory_document').select(['name', 'document']).execute(),
      )
    : system((tx) =>
        directory(tx)
          .selectFrom('app.directory_document')
          .select(['name', 'document'])
          .where('audience', '=', 'hotline')
          .execute(),
      );

const good = { survivors: 'good', sustainable: 'good', collaboration: 'mixed', ability: 'good' };

test('the queue shows who waits, and the answers open with an entry in the audit', async () => {
  expect(await text(base, vetter)).toContain('Casa Violeta');
  const answers = await text(`${base}/${id}/application`, vetter);
  expect(answers).toContain('Reference One');
  expect(answers).toContain('Twelve beds');
  expect(answers).not.toContain('Quietwater');
  const read = await system((tx) =>
    sql<{
      n: number;
    }>`select count(*)::int as n from app.audit_entry where action = 'directory.application.read' and outcome = 'read'`.execute(
      tx,
    ),
  );
  expect(read.rows[0]!.n).toBe(1);
  for (const person of [visitor, provider]) expect((await t.fetch(base, { as: person })).status).toBe(404);
});

test('steps come in their order, each with what it showed', async () => {
  expect((await step({ step: 'called', spokeWith: 'Contact', note: 'All well' })).status).toBe(409);
  expect((await step({ step: 'reviewed', ...good })).status).toBe(422);
  expect((await step({ step: 'reviewed', ...good, note: 'Clear answers' })).status).toBe(303);
  expect((await step({ step: 'called', spokeWith: 'Contact Canary', note: 'Talked for an hour' })).status).toBe(303);
  expect((await move({ kind: 'skipped', step: 'referenced' })).status).toBe(409);
  expect((await move({ kind: 'skipped', step: 'referenced', 'reason-skipped': 'Known to us for years' })).status).toBe(
    303,
  );
  const page = await text(`${base}/${id}`, vetter);
  expect(page).toContain('Skipped');
  expect(page).toContain('Known to us for years');
  expect((await step({ step: 'visited', visit: randomUUID() })).status).toBe(422);
  expect(await kinds()).toEqual(['applied', 'reviewed', 'called', 'skipped']);
});

let visit: string;
test('a visit goes to another agency, and the database insists', async () => {
  const colleague = await t.person(network.id, ['directory_visitor'], { agencyId: vetter.agencyId });
  const page = await text(`${base}/${id}`, vetter);
  expect(page).toContain('Vic Visitor');
  expect(page).not.toContain(colleague.name);
  expect((await post(`${base}/${id}/visits`, { visitor: colleague.id }, vetter)).status).toBe(422);
  await expect(
    system((tx) =>
      sql`insert into app.directory_visit (network_id, organization_id, visitor_id, asked_by) values (${network.id}, ${id}, ${colleague.id}, ${vetter.id})`.execute(
        tx,
      ),
    ),
  ).rejects.toThrow(/another agency/);
  const place = /name="places" value="([^"]+)"/.exec(page)![1]!;
  expect(
    (await post(`${base}/${id}/visits`, { visitor: visitor.id, dueOn: '2099-01-01', places: place }, vetter)).status,
  ).toBe(303);
  visit = (await system((tx) => sql<{ id: string }>`select id from app.directory_visit`.execute(tx))).rows[0]!.id;
});

test('the visitor sees what the visit needs and nothing else; the hidden place opens for this visit, and is recorded', async () => {
  const at = `/cedar/staff/visits/${visit}`;
  const page = await text(at, visitor);
  expect(page).toContain('Casa Violeta');
  expect(page).toContain('Contact Canary');
  for (const word of ['Quietwater', 'Reference One', 'Twelve beds', 'Talked for an hour'])
    expect(page).not.toContain(word);
  for (const path of [`${base}/${id}`, `${base}/${id}/application`])
    expect((await t.fetch(path, { as: visitor })).status).toBe(404);
  const stranger = await t.person(network.id, ['directory_visitor']);
  expect((await t.fetch(at, { as: stranger })).status).toBe(404);
  const place = /name="place" value="([^"]+)"/.exec(page)![1]!;
  expect(await (await t.submit(`${at}/place`, { place }, { as: visitor, page: at })).text()).toContain(
    '917 Quietwater Lane',
  );
  expect((await t.submit(`${at}/place`, { place }, { as: stranger, page: '/cedar/staff/visits' })).status).toBe(404);
  const seen = await system((tx) =>
    sql<{
      actor_id: string;
    }>`select actor_id from app.audit_entry where action = 'directory.visit.place' and outcome = 'read'`.execute(tx),
  );
  expect(seen.rows).toEqual([{ actor_id: visitor.id }]);
  const report = {
    exists: 'yes',
    private: 'yes',
    safe: 'yes',
    staffed: 'unseen',
    rights: 'yes',
    accessible: 'no',
    wouldSend: 'yes',
    met: 'Night staff',
    note: 'Calm and clean',
  };
  expect((await t.submit(at, { ...report, on: '2099-01-01' }, { as: visitor })).status).toBe(422);
  const on = '2026-11-20';
  expect((await t.submit(at, { ...report, on }, { as: visitor })).status).toBe(303);
  // What was told for the visit is told no more.
  expect((await t.submit(`${at}/place`, { place }, { as: visitor, page: '/account' })).status).toBe(404);
  expect((await step({ step: 'visited', visit })).status).toBe(303);
  expect(await text(`${base}/${id}`, vetter)).toContain('Calm and clean');
});

test('whoever proposes cannot decide, and the database holds to it', async () => {
  expect((await move({ kind: 'proposed' }, approver)).status).toBe(303);
  expect(await text(`${base}/${id}`, approver)).toContain('A second person must decide');
  const decide = (as: TestPerson) => post(`${base}/${id}/decision`, { decision: 'listed', audience: 'hotline' }, as);
  expect((await decide(approver)).status).toBe(409);
  expect((await decide(vetter)).status).toBe(404);
  const insert = (author: string, person: string) =>
    t.db.run({ networkId: network.id, personId: person }, (tx) =>
      sql`insert into app.directory_event (network_id, organization_id, on_day, kind, author_id) values (${network.id}, ${id}, '2026-11-22', 'listed', ${author})`.execute(
        tx,
      ),
    );
  await expect(insert(approver.id, approver.id)).rejects.toThrow(/cannot decide/);
  await expect(insert(vetter.id, approver.id)).rejects.toThrow(/signed by/);
  expect(await shown('hotline')).toEqual([]);
  const second = await t.person(network.id, ['directory_approver']);
  const items = await vettingDigest.items(await t.ctx(network.id, 'system'), {
    id: second.id,
    roles: new Set(second.roles),
  });
  expect(items.map((item) => item.text)).toEqual(['Decide on Casa Violeta (made up)']);
  expect((await post(`${base}/${id}/decision`, { decision: 'listed', audience: 'hotline' }, second)).status).toBe(303);
});

test('listed inside is not public; public is what the provider chose, field by field', async () => {
  const inside = JSON.stringify(await shown('hotline'));
  expect(inside).toContain('Night shelter');
  for (const word of ['Contact Canary', 'Quietwater', 'Canarytown']) expect(inside).not.toContain(word);
  expect(await shown('public')).toEqual([]);
  const at = `${base}/${id}/public`;
  const page = await text(at, vetter);
  const boxes = [...page.matchAll(/name="(f:[^"]+)"/g)].map(([, name]) => name!);
  const of = (field: string) =>
    Object.fromEntries(boxes.filter((name) => name.endsWith(`:${field}`)).map((name) => [name, 'yes']));
  const said = { saidBy: 'Contact Canary, director', saidOn: '2026-01-05', how: 'phone' };
  expect((await t.submit(at, { ...of('description'), ...said }, { as: vetter })).status).toBe(422);
  expect((await t.submit(at, { ...of('name'), ...of('phones') }, { as: vetter })).status).toBe(422);
  expect((await t.submit(at, { ...of('name'), ...of('status'), ...said }, { as: vetter })).status).toBe(303);
  const open = await shown('public');
  expect(open.map((row) => row.name).sort()).toEqual(['Casa Violeta (made up)', 'Night shelter']);
  expect(JSON.stringify(open)).not.toMatch(/555 010|night shelter and legal help|Contact Canary/);
  const kept = await system((tx) =>
    sql<{ data: unknown }>`select data from app.directory_event where kind = 'published'`.execute(tx),
  );
  expect(kept.rows[0]!.data).toMatchObject(said);
  expect((await move({ kind: 'unpublished', 'reason-unpublished': 'They called' })).status).toBe(303);
  expect(await shown('public')).toEqual([]);
});

test('one telephone number can be public and the other not; what is added later is not, and the choice is a fact of its day', async () => {
  const ctx = await t.ctx(network.id, 'system');
  const [desk, back, later] = [randomUUID(), randomUUID(), randomUUID()];
  const save = (phones: Record<string, unknown>[]) =>
    system(async (tx) => {
      const [rec] = await recordsById(tx, network.id, [id]);
      await saveRecords(tx, ctx, network.id, [{ id, kind: 'organization', fields: { ...rec!.fields, phones } }], {
        source: 'staff',
      });
      await project(tx, ctx, [id]);
    });
  const numbers = [
    { id: desk, number: '555 010 0170' },
    { id: back, number: '555 010 0171' },
  ];
  await save(numbers);
  const at = `${base}/${id}/public`;
  const page = await text(at, vetter);
  expect(page).toContain(`name="f:${id}:phones/${desk}"`);
  expect(page).not.toMatch(/name="f:[^"]+"[^>]*checked/);
  const said = { saidBy: 'Contact Canary, director', saidOn: '2026-01-05', how: 'phone' };
  const boxes = { [`f:${id}:name`]: 'yes', [`f:${id}:phones/${desk}`]: 'yes' };
  expect((await t.submit(at, { ...boxes, ...said }, { as: vetter })).status).toBe(303);
  await save([...numbers, { id: later, number: '555 010 0172' }]);
  const open = JSON.stringify(await shown('public'));
  expect(open).toContain('555 010 0170');
  expect(open).not.toMatch(/555 010 017[12]/);
  const editor = await t.person(network.id, ['directory_editor']);
  const marks = await text(`/cedar/staff/directory/records/${id}/marks`, editor);
  expect(marks).toContain('Contact Canary, director');
  const choice = await system((tx) => choiceOf(tx, network.id, id));
  expect(choice).toMatchObject({ on: '2026-11-22', saidBy: 'Contact Canary, director' });
  expect([...choice!.chosen]).toEqual(['name', `phones/${desk}`]);
  await expect(system((tx) => sql`update app.directory_choice set chosen = '{}'`.execute(tx))).rejects.toThrow(
    /cannot be changed/,
  );
  expect((await move({ kind: 'unpublished', 'reason-unpublished': 'They called' })).status).toBe(303);
});

test('a provider reads its own record and nothing of another, and what it changes waits for somebody', async () => {
  const own = '/cedar/staff/my-organization';
  expect((await t.fetch(own, { as: provider })).status).toBe(404);
  expect((await post(`${base}/${id}/accounts`, { person: provider.id }, vetter)).status).toBe(303);
  const other = randomUUID();
  const ctx = await t.ctx(network.id, 'system');
  await system(async (tx) => {
    await saveRecords(
      tx,
      ctx,
      network.id,
      [{ id: other, kind: 'organization', fields: { name: 'Someone Else' }, marks: { name: 'public' } }],
      { source: 'staff' },
    );
    for (const kind of ['listed', 'published'] as const)
      await directory(tx)
        .insertInto('app.directory_event')
        .values({ network_id: network.id, organization_id: other, on_day: '2026-01-01', kind, author_id: null })
        .execute();
    await project(tx, ctx, [other]);
  });
  const page = await text(own, provider);
  expect(page).toContain('Casa Violeta');
  expect(page).not.toContain('Someone Else');
  expect(await text(`${own}?seen=hotline`, provider)).toContain('Night shelter');
  expect(page).toContain('They see nothing of you');
  for (const path of [`${own}/${other}`, `${base}/${id}`, base, `${base}/changes`, `/cedar/staff/visits/${visit}`])
    expect((await t.fetch(path, { as: provider })).status, path).toBe(404);
  expect((await t.submit(`${own}/${other}`, { name: 'Taken' }, { as: provider, page: own })).status).toBe(404);

  const edit = `${own}/${id}`;
  expect(
    (
      await t.submit(
        edit,
        { name: 'Casa Violeta (made up)', description: 'New words', phones: '555 010 0142\n555 010 0155' },
        { as: provider },
      )
    ).status,
  ).toBe(303);
  expect(JSON.stringify(await shown('hotline'))).not.toContain('New words');
  const list = await text(`${base}/changes`, vetter);
  const change = new RegExp(`${base}/changes/([0-9a-f-]+)`).exec(list)![1]!;
  const at = `${base}/changes/${change}`;
  expect(await text(at, vetter)).toContain('New words');
  expect((await t.submit(at, { 'accept:phones': 'yes' }, { as: vetter })).status).toBe(422);
  expect((await t.submit(at, { 'accept:phones': 'yes', reason: 'Too short a text' }, { as: vetter })).status).toBe(303);
  expect((await t.submit(at, { 'accept:phones': 'yes' }, { as: vetter })).status).toBe(409);
  const now = JSON.stringify(await shown('hotline'));
  expect(now).toContain('555 010 0155');
  expect(now).not.toContain('New words');
  expect(await text(own, provider)).toContain('Too short a text');
  const facts = await system((tx) =>
    sql<{ field: string; how: string }>`select field, how from app.record_check`.execute(tx),
  );
  expect(facts.rows).toEqual([{ field: 'phones', how: 'provider' }]);
});

test('a newer proposal takes the place of the one that waits and keeps its other fields', async () => {
  const ctx = await t.ctx(network.id, 'system');
  const ask = (values: Record<string, unknown>) =>
    system((tx) => proposeChanges(tx, ctx, { organizationId: id, recordId: id, values, via: 'link' }));
  await ask({ description: 'First', website: 'https://one.example' });
  const second = await ask({ description: 'Second' });
  const open = await system((tx) =>
    sql<{ id: string; fields: unknown }>`select id, fields from app.directory_proposal where outcome is null`.execute(
      tx,
    ),
  );
  expect(open.rows).toEqual([{ id: second, fields: { description: 'Second', website: 'https://one.example' } }]);
  await expect(ask({ organization_id: randomUUID() })).rejects.toMatchObject({ kind: 'invalid' });
  await expect(ask({ email: 'not one' })).rejects.toMatchObject({ kind: 'invalid' });
  expect(await ask({ description: 'A night shelter and legal help.', website: null })).toBeNull();
  const left = await system((tx) => sql`select 1 from app.directory_proposal where outcome is null`.execute(tx));
  expect(left.rows).toEqual([]);
});

test('set aside, put back, do not contact: each is legal only where it makes sense', async () => {
  const ctx = await t.ctx(network.id, 'system');
  const add = (kind: Parameters<typeof addListingEvent>[3], data = {}, on?: string) =>
    system(async (tx) => {
      await addListingEvent(tx, ctx, id, kind, data, on);
      await project(tx, ctx, [id]);
    });
  await expect(add('restored')).rejects.toMatchObject({ key: 'directory.vetting.refused.restored' });
  await expect(add('demoted', { reason: 'Audit late' }, '2020-01-01')).rejects.toMatchObject({
    key: 'directory.vetting.refused.day',
  });
  await add('demoted', { reason: 'Audit late' });
  expect(JSON.stringify(await shown('hotline'))).not.toContain('Night shelter');
  await add('restored');
  expect(JSON.stringify(await shown('hotline'))).toContain('Night shelter');
  const before = await system((tx) => sql<{ n: number }>`select count(*)::int as n from app.mail`.execute(tx));
  expect((await move({ kind: 'doNotContact', 'reason-doNotContact': 'They asked' })).status).toBe(303);
  expect((await move({ kind: 'unlisted', 'reason-unlisted': 'They closed' })).status).toBe(303);
  expect((await move({ kind: 'reopened', step: 'visited', 'reason-reopened': 'They opened again' })).status).toBe(303);
  const after = await system((tx) => sql<{ n: number }>`select count(*)::int as n from app.mail`.execute(tx));
  expect(after.rows).toEqual(before.rows);
  expect(await text(`${base}/${id}`, vetter)).toContain('To be visited');
});

test('a declined applicant reads why in kind words, never the reason of the file', async () => {
  const applicant = new Applicant(t, 'cedar');
  const before = new Set(
    (
      await system((tx) => sql<{ id: string }>`select id from app.record where kind = 'organization'`.execute(tx))
    ).rows.map((row) => row.id),
  );
  await applicant.applyWhole();
  const made = (
    await system((tx) => sql<{ id: string }>`select id from app.record where kind = 'organization'`.execute(tx))
  ).rows.find((row) => !before.has(row.id))!.id;
  const at = `${base}/${made}`;
  expect(
    (await post(`${at}/decision`, { decision: 'declined', 'reason-declined': 'Secret reason' }, vetter, at)).status,
  ).toBe(422);
  expect(
    (
      await post(
        `${at}/decision`,
        {
          decision: 'declined',
          'reason-declined': 'Secret reason',
          words: 'Please come back with a second reference.',
        },
        vetter,
        at,
      )
    ).status,
  ).toBe(303);
  const status = await (await applicant.get('/status')).text();
  expect(status).toContain('Please come back with a second reference.');
  expect(status).not.toContain('Secret reason');
});
