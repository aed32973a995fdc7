/** The pages of a campaign: a provider answers by the link of a letter, and people see to what was answered. What needs no letter: desk.test.ts. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import {
  hiddenName,
  hiddenStreet,
  keptInside,
  type Provider,
  UpkeepNetwork,
} from '../../../../test/support/upkeep-network.ts';
import { records } from '#modules/organisations';
import { vetting } from '../vetting/tables.ts';

vi.setConfig({ testTimeout: 120_000 });

let t: TestApp;
let n: UpkeepNetwork;
let heron: Provider;
let wren: Provider;
let owl: Provider;
let finch: Provider;
let path: string;
let editor: TestPerson;
let vetter: TestPerson;
const base = '/upkeep/staff/directory/upkeep';

beforeAll(async () => {
  t = await testApp();
  n = await UpkeepNetwork.make(t, 'upkeep', '2026-01-10');
  heron = await n.provider('Heron House', '2026-01-10', { email: 'desk@heron.example.org', public: true });
  wren = await n.provider('Casa Reyezuelo', '2026-02-10', { email: 'casa@wren.example.org', hidden: true });
  owl = await n.provider('Owl Legal Aid', '2026-02-10', { email: 'desk@owl.example.org' });
  finch = await n.provider('Finch House', '2026-02-10', { email: 'desk@finch.example.org', hidden: true });
  await n.describe(finch);
  await on('2026-03-01');
});
afterAll(() => t?.close());

/** Goes on with the work of that day, as people who signed in on it. */
async function on(day: string): Promise<void> {
  await n.work(day);
  editor = await t.person(n.network.id, ['directory_editor']);
  vetter = await t.person(n.network.id, ['directory_vetter']);
}

const text = async (address: string, as?: TestPerson) => (await t.fetch(address, as ? { as } : {})).text();
const form = (address: string, fields: Record<string, string | string[]>, page = address, as?: TestPerson) =>
  t.submit(address, fields, { page, ...(as && { as }) });
const state = async (organization: string) => (await n.requests(organization))[0]!.state;
const checks = (record: string) =>
  n.system((tx) =>
    records(tx).selectFrom('app.record_check').selectAll().where('record_id', '=', record).orderBy('seq').execute(),
  );
const proposals = () =>
  n.system((tx) => vetting(tx).selectFrom('app.directory_proposal').selectAll().orderBy('proposed_at').execute());
/** The hidden fields that say which version of each record was shown. */
const versions = (page: string) =>
  Object.fromEntries(
    [...page.matchAll(/name="(s\.[0-9a-f-]+)" value="(\d+)"/g)].map(([, name, value]) => [name!, value!]),
  );

test('a campaign is drafted, shows whom it would ask, and begins when a person begins it', async () => {
  const made = await form(
    `${base}/campaigns`,
    {
      name: 'Spring check',
      way: 'once',
      answerBy: '2026-03-12',
      listings: 'all',
      asks: 'all',
      remind: '21',
      escalate: '14',
      demote: '14',
    },
    `${base}/campaigns/new`,
    editor,
  );
  expect(made.status).toBe(422);
  expect(await made.text()).toContain('at least 14 days from now');
  const good = await form(
    `${base}/campaigns`,
    {
      name: 'Spring check',
      way: 'once',
      answerBy: '2026-04-01',
      listings: 'all',
      asks: 'all',
      'letter.en': 'Thank you.',
      remind: '21',
      escalate: '14',
      demote: '14',
      escalateTo: vetter.id,
    },
    `${base}/campaigns/new`,
    editor,
  );
  const at = good.headers.get('location')!;
  expect(await text(at, editor)).toContain('4 providers would be asked today');
  await n.work('2026-03-01');
  expect(await n.letters()).toEqual([]);
  expect((await form(`${at}/start`, {}, at, editor)).status).toBe(303);
  await n.work('2026-03-01');
  expect(await n.letters()).toHaveLength(4);
  expect(await text(at, editor)).toContain('0 of 4 have answered everything.');
  expect((await form(`${at}/start`, {}, at, editor)).status).toBe(409);
  path = await n.link('desk@heron.example.org');
});

test('the page of a letter shows what its reader may see, asks the rest without showing it, and is kept by nobody', async () => {
  const response = await t.fetch(path);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  const page = await response.text();
  expect(page).toContain('noindex');
  expect(page).toContain('555-0100');
  expect(page).toContain('1 Open Street');
  expect(page).toContain('We know this, and do not show it on this page.');
  expect(page).not.toContain(keptInside);
  const spanish = await text(path.replace('lang=en', 'lang=es'));
  expect(spanish).toContain('Sigue bien');
  expect(spanish).toContain('Lo sabemos, y no lo mostramos en esta página.');
});

test('of a hidden place only this is asked: is it still where we know; moving it changes no byte', async () => {
  const link = await n.link('casa@wren.example.org');
  const page = await text(link);
  expect(page).toContain('Is it still at the place we know?');
  expect(page).toContain('A place that is kept secret');
  expect(page).not.toContain(hiddenStreet);
  expect(page).not.toContain(hiddenName);
  const { sealPlace } = await import('../hidden-places.ts');
  const ctx = await n.ctx();
  await n.system((tx) =>
    sealPlace(tx, ctx, n.network.id, wren.place, { addresses: [{ address_1: 'Elsewhere 1' }], latitude: 1 }),
  );
  expect(await text(link)).toBe(page);
  const answer = await form(link, { ...versions(page), [`c.${wren.place}.*`]: 'wrong' }, link);
  expect(answer.status).toBe(303);
  expect((await n.requests(wren.organization))[0]!.answers).toMatchObject([
    { record: wren.place, field: '*', answer: 'moved' },
  ]);
  const staff = await text(`${base}/listings/${wren.organization}`, editor);
  expect(staff).toContain('It moved. Call them');
  expect(staff).not.toContain(hiddenStreet);
});

test('what is still right is noted as made sure of by the provider; a new value waits for review; words wait for a person', async () => {
  const page = await text(path);
  const answer = await form(
    path,
    {
      ...versions(page),
      [`c.${heron.organization}.name`]: 'same',
      [`v.${heron.service}.phones`]: '555-0100\n555-0142',
      [`c.${heron.service}.fees`]: 'wrong',
      [`v.${heron.place}.addresses`]: 'We are on the second floor now.',
    },
    path,
  );
  expect(answer.headers.get('location')).toContain('said=directory.upkeep.said.partly');
  expect(await checks(heron.organization)).toMatchObject([
    { field: 'name', how: 'provider', on_day: '2026-03-01', author_id: null },
  ]);
  const [proposal] = await proposals();
  expect(proposal).toMatchObject({ record_id: heron.service, via: 'link', outcome: null, proposed_by: null });
  expect((proposal!.fields.phones as { number: string }[]).map(({ number }) => number)).toEqual([
    '555-0100',
    '555-0142',
  ]);
  expect((await n.record(heron.service)).fields.phones).toHaveLength(1);
  const answers = (await n.requests(heron.organization))[0]!.answers;
  expect(answers.map(({ field, answer: said, note }) => [field, said, note]).sort()).toEqual([
    ['addresses', 'wrong', 'We are on the second floor now.'],
    ['fees', 'wrong', ''],
    ['name', 'same', ''],
    ['phones', 'changed', ''],
  ]);
  const board = await text(`${base}?show=review`, editor);
  expect(board).toContain('Heron House');
  expect(board).toContain('3 answers to review');
  const again = await text(path);
  expect(again).not.toContain(`name="c.${heron.service}.phones"`);
});

test('a letter takes people, prices, words of the taxonomy, and a new address that is sealed at once', async () => {
  const link = await n.link('desk@finch.example.org');
  const page = await text(link);
  const v = `v.${finch.service}`;
  // The person inside is not shown, and another can be told all the same.
  expect(page).not.toContain(keptInside);
  expect(page).toContain(`name="${v}.contacts.new.name"`);
  const p = `p.${finch.place}`;
  const place = {
    [`${p}.address_1`]: '5 Newcanary Row',
    [`${p}.city`]: 'Houston',
    [`${p}.state_province`]: 'TX',
    [`${p}.postal_code`]: '77002',
  };
  const short = await form(link, { ...versions(page), ...place, [`${p}.city`]: '' }, link);
  expect(short.status).toBe(422);
  expect((await n.requests(finch.organization))[0]!.answers).toEqual([]);
  const answer = await form(
    link,
    {
      ...versions(page),
      ...place,
      [`${v}.contacts.new.name`]: 'Fay Finch',
      [`${v}.cost_options.new.option`]: 'One night',
      [`${v}.attributes.referrals.shown`]: 'yes',
      [`${v}.attributes.referrals.warm_transfer`]: 'ask',
      [`${v}.attributes.referrals.accepts_minors`]: 'yes',
    },
    link,
  );
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).not.toContain('Newcanary');
  const request = (await n.requests(finch.organization))[0]!;
  expect(request.answers.map(({ field, answer: said }) => [field, said]).sort()).toEqual([
    ['*', 'changed'],
    ['attributes', 'changed'],
    ['contacts', 'changed'],
    ['cost_options', 'changed'],
  ]);
  const [proposal] = (await proposals()).filter(({ record_id }) => record_id === finch.service);
  expect(proposal!.fields.contacts).toMatchObject([{ name: keptInside }, { name: 'Fay Finch' }]);
  expect(proposal!.fields.cost_options).toMatchObject([{ option: 'Old price' }, { option: 'One night' }]);
  expect(proposal!.fields.attributes).toMatchObject([
    { link_type: 'warm_transfer', value: 'ask' },
    { label: 'accepts_minors', value: 'yes' },
  ]);
  expect((await n.record(finch.service)).fields.contacts).toHaveLength(1);
  const held = await n.system((tx) =>
    sql<{ text: string }>`
    select coalesce(string_agg(x::text, ' '), '') as text from (select a::text as x from app.directory_answer a union all
      select q::text from app.directory_proposal q union all select m::text from app.mail m union all select e::text from app.outbox_event e
      union all select u::text from app.audit_entry u union all select d::text from app.directory_place_proposal d) all_of_it`.execute(
      tx,
    ),
  );
  expect(held.rows[0]!.text).not.toContain('Newcanary');
  expect(t.logged.join('\n')).not.toContain('Newcanary');
  const board = await text(`${base}?show=review`, editor);
  expect(board).toContain('Finch House');
  expect(await text('/upkeep/staff/vetting/changes', vetter)).toContain('New address of a hidden place');
});

test('a value that cannot be is named, and nothing of that answer is kept', async () => {
  const page = await text(path);
  const refused = await form(
    path,
    { ...versions(page), [`v.${heron.service}.minimum_age`]: 'young', [`c.${heron.service}.name`]: 'same' },
    path,
  );
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain('young');
  expect(await checks(heron.service)).toEqual([]);
  const emptied = await form(path, { ...versions(page), [`v.${heron.service}.name`]: '' }, path);
  expect(emptied.status).toBe(422);
});

test('what changed while it was read is shown again', async () => {
  const page = await text(path);
  const old = { ...versions(page), [`s.${heron.service}`]: '1' };
  const answer = await form(path, { ...old, [`c.${heron.service}.name`]: 'same' }, path);
  expect(answer.headers.get('location')).toContain('stale=1');
  expect(await checks(heron.service)).toEqual([]);
});

test('a part is confirmed by one button; when all is answered the link is over, as if it had never been', async () => {
  for (const record of [heron.organization, heron.service, heron.place]) {
    const page = await text(path);
    if (!page.includes(`value="${record}"`) && !page.includes(`name="s.${record}"`)) continue;
    const open = [...page.matchAll(new RegExp(`name="c\\.(${record}\\.[*a-z_]+)"`, 'g'))].map(([, one]) => `c.${one}`);
    const fields = open.length > 1 ? { allRight: record } : Object.fromEntries(open.map((one) => [one, 'same']));
    const done = await form(path, { ...versions(page), ...fields }, path);
    expect(done.status).toBe(303);
  }
  expect(await state(heron.organization)).toBe('answered');
  const over = await t.fetch(path);
  expect(over.status).toBe(404);
  const never = await t.fetch(path.replace(/check\/[^?]+/, `check/${'A'.repeat(43)}`));
  const said = await over.text();
  expect(said.length).toBe((await never.text()).length);
  expect(said).toContain('<h1>This link is no longer open</h1>');
  expect(said).toContain('<title>This link is no longer open');
  expect(await text(path.replace('lang=en', 'lang=es'))).toContain('<h1>Este enlace ya no está abierto</h1>');
  expect(await text('/upkeep/services/check')).toContain('Thank you. Everything is answered.');
});

test('whoever has a letter may ask for no more of them', async () => {
  const link = await n.link('desk@owl.example.org');
  const stop = link.replace('?', '/stop?');
  expect((await form(stop, {}, link)).status).toBe(422);
  expect((await form(stop, { stop: 'yes' }, link)).status).toBe(303);
  expect(await n.kinds(owl.organization)).toEqual(['listed', 'doNotContact']);
  await n.work('2026-03-02');
  for (const day of ['2026-03-24', '2026-05-01', '2026-06-01']) await on(day);
  expect((await n.letters()).filter(({ address }) => address === 'desk@owl.example.org')).toHaveLength(1);
  expect(await state(owl.organization)).toBe('calling');
  expect(await text(`${base}?show=calls`, editor)).toContain('Owl Legal Aid');
  expect(await n.kinds(owl.organization)).toEqual(['listed', 'doNotContact']);
});

test('a link of one network opens nothing in another', async () => {
  await t.network('elsewhere');
  const link = await n.link('casa@wren.example.org');
  expect((await t.fetch(link)).status).toBe(200);
  expect((await t.fetch(link.replace('/upkeep/', '/elsewhere/'))).status).toBe(404);
});

test('what a provider wrote is marked as done by a person, and is gone from the board', async () => {
  const at = `${base}/listings/${wren.organization}`;
  const page = await text(at, vetter);
  const seq = /name="seq" value="(\d+)"/.exec(page)![1]!;
  expect((await form(`${base}/answers/settled`, { seq }, at, editor)).status).toBe(303);
  expect(await text(at, editor)).not.toContain('name="seq"');
});

test('the start page says what has to be done, to those who do it', async () => {
  const start = await text('/upkeep/staff', editor);
  expect(start).toContain('Keeping the directory current');
  expect(start).toContain('1 provider to call');
  const advocate = await t.person(n.network.id, ['advocate']);
  expect(await text('/upkeep/staff', advocate)).not.toContain('Keeping the directory current');
  expect((await t.fetch(base, { as: advocate })).status).toBe(404);
});

test('no address that was hidden stands in any letter, log, answer or event', async () => {
  const everything = await n.system((tx) =>
    sql<{ all: string }>`select coalesce(string_agg(to_jsonb(x)::text, ' '), '') as all from (
      select to_jsonb(m) as x from app.mail m union all select to_jsonb(a) from app.directory_answer a
      union all select to_jsonb(e) from app.directory_request_event e union all select to_jsonb(r) from app.directory_request r
      union all select to_jsonb(d) from app.directory_event d) x`.execute(tx),
  );
  expect(everything.rows[0]!.all).toContain('Heron House');
  expect(everything.rows[0]!.all).not.toContain(hiddenStreet);
  expect(t.logged.join('\n')).not.toContain(hiddenStreet);
});
