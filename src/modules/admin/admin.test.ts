/** Administration as administrators meet it: every form with good and bad input, who may see what, and two people at one form. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestApp, type TestPerson, testApp } from '../../../test/support/harness.ts';
import { sql } from 'kysely';
import { appendAudit } from '../../kernel/audit.ts';
import { versionOf } from './forms.ts';
import { newKey } from './lines.ts';
import { troublesOf } from './pages/health.tsx';
import { listPeople } from './people.ts';
import { languagesOf } from './settings.ts';

let t: TestApp;
let network: { id: string; slug: string };
let admin: TestPerson;
let auditor: TestPerson;
let staff: TestPerson;
let foreign: TestPerson;
let operator: TestPerson;
let count = 0;

const nasty = `<script>alert('x')</script> "&' 'quoted' Ünïcode`;
const escaped = '&lt;script&gt;';

beforeAll(async () => {
  t = await testApp();
  const other = await t.network('other');
  foreign = await t.person(other.id, ['network_admin', 'auditor']);
  operator = await t.person(other.id, ['operator'], { name: 'Olive Operator' });
});
afterAll(() => t.close());

// A network of its own for every test, so that none depends on another.
beforeEach(async () => {
  network = await t.network(`net-${++count}`);
  admin = await t.person(network.id, ['network_admin'], { name: 'Ada Admin' });
  auditor = await t.person(network.id, ['auditor'], { name: 'Aud Itor' });
  staff = await t.person(network.id, ['staff'], { name: 'Sam Staff' });
});

const at = (rest: string) => `/${network.slug}/admin${rest}`;
const text = async (path: string, as?: TestPerson) => (await t.fetch(path, { as })).text();
const row = () =>
  t.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.network').selectAll().where('id', '=', network.id).executeTakeFirstOrThrow(),
  );
const entries = (action: string) =>
  t.db.run({ scope: 'system' }, (tx) =>
    tx
      .selectFrom('app.audit_entry')
      .selectAll()
      .where('chain', '=', network.id)
      .where('action', '=', action)
      .orderBy('seq')
      .execute(),
  );
const version = async (path: string) => /name="version" value="([^"]*)"/.exec(await text(path, admin))![1]!;

const settings = {
  'name.en': 'Harbor County',
  'name.es': 'Condado de Harbor',
  'tagline.en': 'Together',
  'tagline.es': 'Juntos',
  'note.en': '',
  'note.es': '',
  languages: ['en', 'es'],
  defaultLocale: 'en',
  timezone: 'America/Denver',
  accent: '#0f6b4f',
};

// --- who may see what -------------------------------------------------------------------------------------------------------------------------

test('administration pages open for administrators in both languages and answer everyone else like pages that do not exist', async () => {
  for (const path of [
    '',
    '/settings',
    '/lines',
    '/lines/new',
    '/people',
    `/people/${staff.id}`,
    '/agencies',
    '/agencies/new',
    `/agencies/${staff.agencyId}`,
    '/audit',
    '/health',
  ]) {
    for (const lang of ['en', 'es']) {
      const response = await t.fetch(`${at(path)}?lang=${lang}`, { as: admin });
      expect(response.status, path).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const html = await response.text();
      expect(html).toContain(`<html lang="${lang}">`);
      expect(html).toContain('name="robots" content="noindex"');
    }
    expect((await t.fetch(at(path), { as: staff })).status, path).toBe(404);
    expect((await t.fetch(at(path), { as: foreign })).status, path).toBe(404);
    const stranger = await t.fetch(at(path));
    expect(stranger.status, path).toBe(303);
    expect(stranger.headers.get('location')).toMatch(/^\/sign-in/);
  }
});

test('an auditor sees the audit and nothing else of the administration', async () => {
  expect((await t.fetch(at('/audit'), { as: auditor })).status).toBe(200);
  expect((await t.fetch(at('/audit.csv'), { as: auditor })).status).toBe(200);
  for (const path of ['', '/settings', '/lines', '/people', '/agencies', '/health']) {
    expect((await t.fetch(at(path), { as: auditor })).status, path).toBe(404);
  }
});

test('a form sent by someone who may not is answered like a missing page, and changes nothing', async () => {
  for (const who of [staff, auditor, foreign]) {
    const before = await row();
    for (const path of ['/settings', '/lines', '/agencies', `/people/${staff.id}/roles`]) {
      const sent = await t.submit(
        at(path),
        { ...settings, role: 'network_admin' },
        { as: who, page: `/${network.slug}/staff` },
      );
      // Someone of another network cannot even open a page here to take a form's hidden field from.
      expect([404, 409], path).toContain(sent.status);
    }
    expect(await row()).toEqual(before);
  }
});

test('the start page says pleasantly that nothing waits, to every member and to nobody else', async () => {
  for (const who of [admin, auditor, staff]) {
    const html = await text(`/${network.slug}/staff`, who);
    expect(html).toContain('What needs you today');
    expect(html).toContain(who.name);
  }
  expect(await text(`/${network.slug}/staff?lang=es`, staff)).toContain('Lo que le espera hoy');
  expect((await t.fetch(`/${network.slug}/staff`, { as: foreign })).status).toBe(404);
});

// --- set-up guide ----------------------------------------------------------------------------------------------------------------------------

test('the guide ticks a step when the fact is there, and unticks it when the fact is gone', async () => {
  const open = async () => (await text(at(''), admin)).match(/wm-status--notBegun/g)?.length ?? 0;
  const before = await open();
  await t.submit(at('/lines'), { 'name.en': 'Line', phone: '713-555-0100' }, { as: admin, page: at('/lines/new') });
  expect(await open()).toBe(before - 1);
  await t.submit(at('/lines/line/removal'), {}, { as: admin });
  expect(await open()).toBe(before);
});

// --- settings --------------------------------------------------------------------------------------------------------------------------------

test('settings are saved, shown to the public at once, and audited by the names of what changed', async () => {
  const sent = await t.submit(at('/settings'), { ...settings, version: await version(at('/settings')) }, { as: admin });
  expect(sent.status).toBe(303);
  expect(sent.headers.get('location')).toBe(`${at('/settings')}?said=admin.said.settings`);
  expect(await text(sent.headers.get('location')!, admin)).toContain('The settings are saved.');
  expect(await row()).toMatchObject({
    name: { en: 'Harbor County', es: 'Condado de Harbor' },
    timezone: 'America/Denver',
    accent: '#0f6b4f',
    languages: ['en', 'es'],
  });
  const home = await text(`/${network.slug}`);
  expect(home).toContain('Harbor County');
  expect(home).toContain('/accent/0f6b4f.css');
  const [entry] = await entries('admin.settings.save');
  expect(entry?.fields.sort()).toEqual(['accent', 'name', 'tagline', 'timezone']);
  expect(JSON.stringify(entry)).not.toContain('Harbor County');
});

test('a bad setting says what to enter, keeps what was entered, and saves nothing', async () => {
  const before = await row();
  const current = await version(at('/settings'));
  const cases: [Record<string, string | string[]>, string][] = [
    [{ 'name.en': '' }, 'Enter the name of the network in English.'],
    [{ accent: 'green' }, 'Enter a color as #'],
    [{ accent: '#ffee00' }, 'This color is too light'],
    [{ languages: [] }, 'Choose at least one language.'],
    [{ languages: ['en'], defaultLocale: 'es' }, 'Choose a first language that is among'],
    [{ timezone: 'Moon/Base' }, 'Choose a time zone from the list.'],
    [{ 'tagline.en': 'x'.repeat(201) }, 'Enter at most 200 characters.'],
    [{ languages: ['en', 'xx'] }, 'Choose one of the options.'],
  ];
  for (const [wrong, sentence] of cases) {
    const sent = await t.submit(at('/settings'), { ...settings, version: current, ...wrong }, { as: admin });
    const html = await sent.text();
    expect(sent.status, sentence).toBe(422);
    expect(html, sentence).toContain(sentence);
    expect(html).toContain('value="Condado de Harbor"');
    expect(html).toContain('id="errors"');
  }
  expect(await row()).toEqual(before);
});

test('the contrast that a refused colour has is said in numbers', async () => {
  const sent = await t.submit(
    at('/settings'),
    { ...settings, accent: '#777777', version: await version(at('/settings')) },
    { as: admin },
  );
  expect(await sent.text()).toContain('its contrast is 4.4 to 1');
});

test('two people at the settings: the second is told, loses nothing, sees what the first saved, and may then decide', async () => {
  const second = await t.person(network.id, ['network_admin']);
  const stale = await version(at('/settings'));
  expect((await t.submit(at('/settings'), { ...settings, version: stale }, { as: admin })).status).toBe(303);
  const late = { ...settings, 'name.en': 'Bay County', version: stale };
  const refused = await t.submit(at('/settings'), late, { as: second });
  expect(refused.status).toBe(409);
  const html = await refused.text();
  expect(html).toContain('Someone else saved changes while you were writing.');
  expect(html).toContain('value="Bay County"');
  expect(html).toContain('Harbor County / Condado de Harbor');
  expect((await row()).name.en).toBe('Harbor County');
  const fresh = /name="version" value="([^"]*)"/.exec(html)![1]!;
  expect((await t.submit(at('/settings'), { ...late, version: fresh }, { as: second })).status).toBe(303);
  expect((await row()).name.en).toBe('Bay County');
});

test('a change that the form does not show is no conflict', async () => {
  const shown = await version(at('/settings'));
  await t.submit(at('/lines'), { 'name.en': 'Line', phone: '713-555-0100' }, { as: admin, page: at('/lines/new') });
  expect((await t.submit(at('/settings'), { ...settings, version: shown }, { as: admin })).status).toBe(303);
});

test('names with markup and quotes are shown as they were typed, everywhere', async () => {
  await t.submit(
    at('/settings'),
    { ...settings, 'name.en': nasty, 'tagline.en': nasty, 'note.en': nasty, version: await version(at('/settings')) },
    { as: admin },
  );
  await t.submit(
    at('/lines'),
    { 'name.en': nasty, 'for.en': nasty, phone: '713-555-0100' },
    { as: admin, page: at('/lines/new') },
  );
  await t.submit(at('/agencies'), { 'name.en': nasty }, { as: admin, page: at('/agencies/new') });
  for (const path of [
    `/${network.slug}`,
    `/${network.slug}/help`,
    '/',
    at('/settings'),
    at('/lines'),
    at('/agencies'),
  ]) {
    const html = await text(path, admin);
    expect(html, path).toContain(escaped);
    expect(html, path).not.toContain('<script>alert');
  }
});

// --- help lines ------------------------------------------------------------------------------------------------------------------------------

const line = {
  'name.en': 'Harbor Line',
  'name.es': 'Línea Harbor',
  phone: '713-555-0100',
  sms: '55501',
  smsWord: 'HELP',
  chatUrl: 'https://chat.example.org/x',
};
const add = (fields: Record<string, string>) => t.submit(at('/lines'), fields, { as: admin, page: at('/lines/new') });

test('a line is added, changed, moved and removed with ordinary forms, and the public sees each step', async () => {
  expect((await add(line)).status).toBe(303);
  expect((await add({ 'name.en': 'Second Line', phone: '211' })).status).toBe(303);
  let help = await text(`/${network.slug}/help`);
  expect(help.indexOf('Harbor Line')).toBeLessThan(help.indexOf('Second Line'));
  expect((await t.submit(at('/lines/second-line/place'), {}, { as: admin, page: at('/lines') })).status).toBe(303);
  help = await text(`/${network.slug}/help`);
  expect(help.indexOf('Second Line')).toBeLessThan(help.indexOf('Harbor Line'));
  const saved = await t.submit(
    at('/lines/harbor-line'),
    { ...line, 'name.en': 'Bay Line', version: await version(at('/lines/harbor-line')) },
    { as: admin },
  );
  expect(saved.status).toBe(303);
  expect(await text(`/${network.slug}/help`)).toContain('Bay Line');
  expect((await t.submit(at('/lines/harbor-line/removal'), {}, { as: admin })).status).toBe(303);
  expect(await text(`/${network.slug}/help`)).not.toContain('Bay Line');
  expect((await entries('admin.line.save'))[0]).toMatchObject({ subject: 'line:harbor-line', fields: ['name'] });
  expect((await entries('admin.line.add'))[0]?.fields).toContain('phone');
});

test('a line that nobody could reach, or with a number, word or chat that cannot be one, is refused with what to enter', async () => {
  const cases: [Record<string, string>, string][] = [
    [{ phone: '', sms: '', smsWord: '', chatUrl: '' }, 'Enter a phone number, a number for text messages, or'],
    [{ 'name.en': ' ' }, 'Enter the name of the line in English.'],
    [{ phone: 'call us' }, 'Enter a number of 3 to 15 digits'],
    [{ phone: '12' }, 'Enter a number of 3 to 15 digits'],
    [{ phone: '1'.repeat(16) }, 'Enter a number of 3 to 15 digits'],
    [{ smsWord: 'two words' }, 'Enter one word of letters and digits'],
    [{ sms: '', smsWord: 'HELP' }, 'Enter the number that the word is sent to.'],
    [{ chatUrl: 'http://chat.example.org' }, 'Enter an address that begins with https://'],
    [{ chatUrl: 'javascript:alert(1)' }, 'Enter an address that begins with https://'],
    [{ chatUrl: 'https://user:pass@chat.example.org' }, 'Enter an address that begins with https://'],
  ];
  for (const [wrong, sentence] of cases) {
    const sent = await add({ ...line, ...wrong });
    expect(sent.status, sentence).toBe(422);
    const html = await sent.text();
    expect(html).toContain(sentence);
    expect(html).toContain('value="Línea Harbor"');
  }
  expect((await row()).lines).toEqual([]);
});

test('two people at one line: the second is told and keeps every word; a line removed meanwhile can be added again', async () => {
  await add(line);
  const stale = await version(at('/lines/harbor-line'));
  await t.submit(at('/lines/harbor-line'), { ...line, phone: '713-555-0199', version: stale }, { as: admin });
  const refused = await t.submit(
    at('/lines/harbor-line'),
    { ...line, phone: '713-555-0155', version: stale },
    { as: admin },
  );
  expect(refused.status).toBe(409);
  const html = await refused.text();
  expect(html).toContain('value="713-555-0155"');
  expect(html).toContain('call 713-555-0199');
  await t.submit(at('/lines/harbor-line/removal'), {}, { as: admin });
  const gone = await t.submit(at('/lines/harbor-line'), { ...line, version: stale }, { as: admin, page: at('/lines') });
  expect(gone.status).toBe(409);
  const again = await gone.text();
  expect(again).toContain('Someone else removed this line');
  expect(again).toContain('value="Harbor Line"');
  expect(again).toContain(`action="${at('/lines')}"`);
});

test('removing asks first and names the line; an unknown line is no page', async () => {
  await add(line);
  expect(await text(at('/lines/harbor-line/removal'), admin)).toContain('713-555-0100');
  expect((await row()).lines).toHaveLength(1);
  for (const path of ['/lines/nothing', '/lines/nothing/removal'])
    expect((await t.fetch(at(path), { as: admin })).status).toBe(404);
  for (const path of ['/lines/nothing/removal', '/lines/nothing/place']) {
    expect((await t.submit(at(path), {}, { as: admin, page: at('/lines') })).status).toBe(404);
  }
});

test('twenty lines are enough', async () => {
  for (let n = 0; n < 20; n++) expect((await add({ 'name.en': `Line ${n}`, phone: '211' })).status).toBe(303);
  const full = await add({ 'name.en': 'One more', phone: '211' });
  expect(full.status).toBe(409);
  expect(await full.text()).toContain('There are already 20 lines.');
});

// --- people and roles ------------------------------------------------------------------------------------------------------------------------

test('the list of people shows those of this network with their roles, and leaves an entry of who looked', async () => {
  const html = await text(at('/people'), admin);
  for (const person of [admin, auditor, staff]) expect(html).toContain(person.name);
  expect(html).not.toContain(foreign.name);
  const looked = await entries('admin.people.list');
  expect(looked).toHaveLength(1);
  expect(looked[0]).toMatchObject({ outcome: 'read', actor_id: admin.id });
});

test('a role is given and ended by forms; both are audited and the grant stays as history', async () => {
  const page = at(`/people/${staff.id}`);
  expect((await t.submit(`${page}/roles`, { role: 'auditor' }, { as: admin, page })).status).toBe(303);
  expect((await t.fetch(at('/audit'), { as: staff })).status).toBe(200);
  const [grant] = await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .selectFrom('app.role_grant')
      .selectAll()
      .where('person_id', '=', staff.id)
      .where('role', '=', 'auditor')
      .execute(),
  );
  expect(grant?.granted_by).toBe(admin.id);
  expect((await t.submit(at(`/roles/${grant!.id}/end`), { person: staff.id }, { as: admin, page })).status).toBe(303);
  expect((await t.fetch(at('/audit'), { as: staff })).status).toBe(404);
  const [ended] = await t.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.role_grant').selectAll().where('id', '=', grant!.id).execute(),
  );
  expect(ended).toMatchObject({ ended_by: admin.id });
  expect(ended?.ended_at).not.toBeNull();
  expect((await entries('admin.role.grant'))[0]).toMatchObject({
    subject: `person:${staff.id}`,
    fields: ['role:auditor'],
  });
  expect(await entries('admin.role.end')).toHaveLength(1);
});

test('no form can give the operator’s role, a made-up role, or a role twice', async () => {
  const page = at(`/people/${staff.id}`);
  for (const [role, status] of [
    ['operator', 422],
    ['king', 422],
    ['', 422],
    ['staff', 409],
  ] as const) {
    expect((await t.submit(`${page}/roles`, { role }, { as: admin, page })).status, role).toBe(status);
  }
  expect(await text(page, admin)).not.toContain('value="operator"');
});

test('people of other networks cannot be seen or given a role, and their roles cannot be ended from here', async () => {
  expect((await t.fetch(at(`/people/${foreign.id}`), { as: admin })).status).toBe(404);
  expect((await t.fetch(at('/people/not-an-id'), { as: admin })).status).toBe(404);
  const sent = await t.submit(
    at(`/people/${foreign.id}/roles`),
    { role: 'auditor' },
    { as: admin, page: at('/people') },
  );
  expect(sent.status).toBe(404);
  const [grant] = await t.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.role_grant').selectAll().where('person_id', '=', foreign.id).execute(),
  );
  const page = at(`/people/${admin.id}`);
  expect((await t.submit(at(`/roles/${grant!.id}/end`), { person: admin.id }, { as: admin, page })).status).toBe(404);
});

test('the last administrator stays; with a second one the first may go, and a closed account does not count', async () => {
  const grantOf = async (person: TestPerson) =>
    (
      await t.db.run({ scope: 'system' }, (tx) =>
        tx
          .selectFrom('app.role_grant')
          .select('id')
          .where('person_id', '=', person.id)
          .where('role', '=', 'network_admin')
          .executeTakeFirstOrThrow(),
      )
    ).id;
  const page = at(`/people/${admin.id}`);
  const end = async () => t.submit(at(`/roles/${await grantOf(admin)}/end`), { person: admin.id }, { as: admin, page });
  const refused = await end();
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('This is the last administrator of the network.');
  const second = await t.person(network.id, ['network_admin']);
  const close = (at: Date | null) =>
    t.db.run({ scope: 'system' }, (tx) =>
      tx.updateTable('app.person').set({ disabled_at: at }).where('id', '=', second.id).execute(),
    );
  await close(new Date());
  expect((await end()).status).toBe(409);
  await close(null);
  const gone = await end();
  expect(gone.status).toBe(303);
  expect(gone.headers.get('location')).toBe(`/${network.slug}?said=admin.said.roleEnded`);
});

test('two administrators who end each other at the same moment leave one', async () => {
  const second = await t.person(network.id, ['network_admin']);
  const grants = await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .selectFrom('app.role_grant')
      .select(['id', 'person_id'])
      .where('network_id', '=', network.id)
      .where('role', '=', 'network_admin')
      .execute(),
  );
  const end = (by: TestPerson, whose: TestPerson) =>
    t.submit(
      at(`/roles/${grants.find((g) => g.person_id === whose.id)!.id}/end`),
      { person: whose.id },
      { as: by, page: at(`/people/${whose.id}`) },
    );
  await Promise.all([end(admin, second), end(second, admin)]);
  const left = await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .selectFrom('app.role_grant')
      .select('id')
      .where('network_id', '=', network.id)
      .where('role', '=', 'network_admin')
      .where('ended_at', 'is', null)
      .execute(),
  );
  expect(left).toHaveLength(1);
});

test('once an agency has its own administrator, the network’s administrator gives nobody there a role that opens its records', async () => {
  await t.person(network.id, ['agency_admin'], { agencyId: auditor.agencyId });
  const page = at(`/people/${auditor.id}`);
  for (const role of ['staff', 'agency_admin']) {
    const sent = await t.submit(`${page}/roles`, { role }, { as: admin, page });
    expect(sent.status, role).toBe(409);
    expect(await sent.text()).toContain('This agency has an administrator of its own');
  }
  expect((await t.submit(`${page}/roles`, { role: 'plan_editor' }, { as: admin, page })).status).toBe(303);
});

test('the network’s administrator cannot end an agency’s own administrator and so open its records', async () => {
  const keeper = await t.person(network.id, ['agency_admin']);
  const grant = await t.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.role_grant').select('id').where('person_id', '=', keeper.id).executeTakeFirstOrThrow(),
  );
  const page = at(`/people/${keeper.id}`);
  const sent = await t.submit(at(`/roles/${grant.id}/end`), { person: keeper.id }, { as: admin, page });
  expect(sent.status).toBe(409);
  expect(await sent.text()).toContain('This agency has an administrator of its own');
});

test('giving and ending roles asks again who one is when that is long ago', async () => {
  const page = at(`/people/${staff.id}`);
  await t.db.run({ scope: 'system' }, (tx) =>
    tx.updateTable('app.session').set({ step_up_at: null }).where('person_id', '=', admin.id).execute(),
  );
  const sent = await t.submit(`${page}/roles`, { role: 'auditor' }, { as: admin, page });
  expect(sent.status).toBe(303);
  expect(sent.headers.get('location')).toMatch(/^\/account\/confirm/);
  expect(await entries('admin.role.grant')).toHaveLength(0);
});

// --- agencies --------------------------------------------------------------------------------------------------------------------------------

test('an agency is added, renamed, and one that is known joins', async () => {
  expect(
    (await t.submit(at('/agencies'), { 'name.en': 'Bay Clinic' }, { as: admin, page: at('/agencies/new') })).status,
  ).toBe(303);
  const html = await text(at('/agencies'), admin);
  expect(html).toContain('Bay Clinic');
  const id = new RegExp(`/agencies/([0-9a-f-]{36})">Bay Clinic`).exec(html)![1]!;
  const renamed = await t.submit(
    at(`/agencies/${id}`),
    { 'name.en': 'Bay Health', 'name.es': 'Salud Bay' },
    { as: admin },
  );
  expect(renamed.status).toBe(303);
  expect(await text(`${at('/agencies')}?lang=es`, admin)).toContain('Salud Bay');
  const joined = await t.submit(
    at('/agencies/members'),
    { agencyId: foreign.agencyId },
    { as: admin, page: at('/agencies/new') },
  );
  expect(joined.status).toBe(303);
  // It works in two networks now, so neither may change its name for the other.
  const shared = await t.submit(at(`/agencies/${foreign.agencyId}`), { 'name.en': 'Taken over' }, { as: admin });
  expect(shared.status).toBe(409);
  expect(await shared.text()).toContain('works in other networks too');
  expect((await entries('admin.agency.join'))[0]).toMatchObject({ subject: `agency:${foreign.agencyId}` });
});

test('an agency without a name, one that does not exist or is not here is refused', async () => {
  const page = at('/agencies/new');
  expect((await t.submit(at('/agencies'), { 'name.en': '' }, { as: admin, page })).status).toBe(422);
  for (const agencyId of ['', 'nonsense', '00000000-0000-4000-8000-000000000000']) {
    const sent = await t.submit(at('/agencies/members'), { agencyId }, { as: admin, page });
    expect(sent.status).toBe(422);
    expect(await sent.text()).toContain('Choose an agency from the list.');
  }
  expect((await t.submit(at('/agencies/members'), { agencyId: admin.agencyId }, { as: admin, page })).status).toBe(409);
  expect((await t.fetch(at(`/agencies/${foreign.agencyId}`), { as: admin })).status).toBe(404);
  expect((await t.submit(at(`/agencies/${foreign.agencyId}`), { 'name.en': 'Mine' }, { as: admin, page })).status).toBe(
    404,
  );
});

// --- audit -----------------------------------------------------------------------------------------------------------------------------------

test('the audit shows newest first who did what, and denials too', async () => {
  await add(line);
  await expect(listPeople(await t.ctx(network.id, staff), {})).rejects.toThrow('forbidden');
  const html = (await text(at('/audit'), auditor)).split('<tbody')[1]!;
  expect(html.indexOf('admin.people.list')).toBeLessThan(html.indexOf('admin.line.add'));
  expect(html).toContain('<strong>Refused</strong>');
  const denied = (await text(at('/audit?outcome=denied'), auditor)).split('<tbody')[1]!;
  expect(denied).toContain('Sam Staff');
  expect(denied).not.toContain('admin.line.add');
});

test('filters by act, person, outcome and day narrow the list; nonsense is ignored; nothing personal stands in the address', async () => {
  await add(line);
  const rows = async (query: string) =>
    ((await text(at(`/audit?${query}`), auditor)).match(/role="rowheader"/g) ?? []).length;
  expect(await rows('action=admin.line.add')).toBe(1);
  expect(await rows(`person=${admin.id}&outcome=done`)).toBe(1);
  expect(await rows(`person=${staff.id}`)).toBe(0);
  expect(await rows('to=2001-01-01')).toBe(0);
  expect(await rows('from=2001-01-01&action=admin.line.add')).toBe(1);
  for (const wrong of ['outcome=maybe', 'person=me', 'from=2019-02-30', "action=';drop", 'page=99999', 'page=-1']) {
    expect(await rows(wrong), wrong).toBeGreaterThan(0);
  }
  expect(await text(at('/audit'), auditor)).toContain(`<option value="${admin.id}">Ada Admin</option>`);
});

test('a day begins where the network is', async () => {
  await t.db.run({ scope: 'system' }, (tx) =>
    tx.updateTable('app.network').set({ timezone: 'Pacific/Honolulu' }).where('id', '=', network.id).execute(),
  );
  t.app.networks.touch(network.id);
  await add(line);
  const [entry] = await entries('admin.line.add');
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Pacific/Honolulu' }).format(entry!.at);
  const found = await text(at(`/audit?from=${day}&to=${day}&action=admin.line.add`), auditor);
  expect(found.match(/role="rowheader"/g)).toHaveLength(1);
});

test('long audits come in pages', async () => {
  const ctx = await t.ctx(network.id, 'system');
  await t.db.run({ networkId: network.id }, async (tx) => {
    for (let n = 0; n < 60; n++) await appendAudit(tx, ctx, { action: `test.act.${n}`, outcome: 'done' });
  });
  const first = await text(at('/audit'), auditor);
  expect(first).toContain('Showing 1–50 of 60');
  const second = await text(at('/audit?page=2'), auditor);
  expect(second.split('<tbody')[1]).toContain('test.act.0<');
  expect(second.split('<tbody')[1]).not.toContain('test.act.59<');
});

test('the download holds what the filter shows, cannot run as a formula, and is itself an entry', async () => {
  const ctx = await t.ctx(network.id, 'system');
  await t.db.run({ networkId: network.id }, async (tx) => {
    await appendAudit(tx, ctx, {
      action: 'test.formula',
      outcome: 'read',
      reason: '=HYPERLINK("http://x")',
    });
  });
  const response = await t.fetch(at('/audit.csv?action=test.formula'), { as: auditor });
  expect(response.headers.get('content-type')).toContain('text/csv');
  expect(response.headers.get('content-disposition')).toMatch(/attachment; filename=".*audit-\d{4}-\d{2}-\d{2}\.csv"/);
  const lines = (await response.text()).trim().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).not.toMatch(/,"?=/);
  expect(await entries('admin.audit.export')).toHaveLength(1);
});

test('the check finds the chain whole, and names the first entry that was altered', async () => {
  await add(line);
  const whole = await text(at('/audit?check=yes'), auditor);
  expect(whole).toMatch(/Checked now: all \d+ entries are in place/);
  await t.db.owner.transaction().execute(async (tx) => {
    await sql`set local role waymark_owner`.execute(tx);
    await sql`update app.audit_entry set subject = 'line:other' where chain = ${network.id} and action = 'admin.line.add'`.execute(
      tx,
    );
  });
  const [altered] = await entries('admin.line.add');
  const broken = await text(at('/audit?check=yes'), auditor);
  expect(broken).toContain(`Entry ${altered!.seq} does not fit`);
});

// --- mail and jobs ---------------------------------------------------------------------------------------------------------------------------

test('mail and jobs say in one sentence whether all is well', async () => {
  expect(await text(at('/health'), admin)).toContain('All is well.');
  const now = new Date('2026-03-01T12:00:00Z');
  const quiet = {
    queues: [],
    schedules: [],
    requests: { waiting: 0, oldestWaiting: null },
    outbox: { waiting: 0, oldestWaiting: null, givenUp: 0 },
    mail: { waiting: 0, oldestWaiting: null, failed: 0 },
  } as unknown as Parameters<typeof troublesOf>[0];
  expect(troublesOf(quiet, now)).toEqual([]);
  const before = new Date('2026-03-01T11:40:00Z');
  expect(troublesOf({ ...quiet, requests: { waiting: 1, oldestWaiting: before } }, now)).toEqual([
    'admin.health.stuck',
  ]);
  expect(troublesOf({ ...quiet, mail: { ...quiet.mail, failed: 2, oldestWaiting: before } }, now)).toEqual([
    'admin.health.failedMail',
    'admin.health.mailWaits',
  ]);
});

// --- deployment ------------------------------------------------------------------------------------------------------------------------------

const newNetwork = {
  'name.en': 'Delta',
  slug: 'delta',
  timezone: 'America/Chicago',
  languages: ['es', 'en'],
  defaultLocale: 'es',
};

test('an operator adds a network and is its first administrator; nobody else sees these pages', async () => {
  for (const path of ['/admin', '/admin/networks/new']) {
    expect((await t.fetch(path, { as: operator })).status).toBe(200);
    expect((await t.fetch(path, { as: admin })).status).toBe(404);
    expect((await t.fetch(path)).status).toBe(303);
  }
  const sent = await t.submit('/admin/networks', newNetwork, { as: operator, page: '/admin/networks/new' });
  expect(sent.status).toBe(303);
  expect(sent.headers.get('location')).toBe('/delta/admin?said=admin.said.networkAdded');
  expect((await t.fetch('/delta/admin', { as: operator })).status).toBe(200);
  expect((await t.fetch('/delta')).status).toBe(200);
  const made = await t.app.networks.bySlug('delta');
  expect(made?.languages).toEqual(['es', 'en']);
  const again = await t.submit('/admin/networks', newNetwork, { as: operator, page: '/admin/networks/new' });
  expect(again.status).toBe(422);
  expect(await again.text()).toContain('This address is taken.');
});

test('a network cannot take an address of the deployment or one that is no address', async () => {
  for (const slug of ['admin', 'leave', 'assets', 'api', 'sign-in', 'A B', '9lives', '', 'x', '../etc']) {
    const sent = await t.submit(
      '/admin/networks',
      { ...newNetwork, slug },
      { as: operator, page: '/admin/networks/new' },
    );
    expect(sent.status, slug).toBe(422);
  }
});

// --- rules -----------------------------------------------------------------------------------------------------------------------------------

test('a version is the same for the same values in any order of keys, and another for another value', () => {
  expect(versionOf({ a: 1, b: { c: 'x', d: ['y'] } })).toBe(versionOf({ b: { d: ['y'], c: 'x' }, a: 1 }));
  expect(versionOf({ a: 1 })).not.toBe(versionOf({ a: 2 }));
  expect(versionOf(['a', 'b'])).not.toBe(versionOf(['b', 'a']));
});

test('keys are made of names, are never taken twice, and are never the address of the form', () => {
  expect(newKey('Línea de Ayuda — 24 h', [])).toBe('linea-de-ayuda-24-h');
  expect(newKey('Line', ['line', 'line-2'])).toBe('line-3');
  expect(newKey('New', [])).toBe('new-2');
  expect(newKey('日本', [])).toBe('line');
});

test('the first language leads the list and is never twice in it', () => {
  expect(languagesOf(['en', 'es'], 'es')).toEqual(['es', 'en']);
  expect(languagesOf(['en'], 'en')).toEqual(['en']);
});
