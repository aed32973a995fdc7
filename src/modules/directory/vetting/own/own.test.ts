/** A provider proposes people, prices and words of the taxonomy, and says where a hidden place is now; nothing changes before a second person looked. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { type Fields, recordsById, saveRecords } from '#modules/organisations';
import { testApp, type TestApp, type TestPerson } from '../../../../../test/support/harness.ts';
import { openPlace, sealPlace } from '../../hidden-places.ts';
import { accepting, servesMinors, termsLinked, warmTransfer } from '../../features.ts';
import { termByCode } from '../../taxonomy/index.ts';
import { vetting } from '../tables.ts';

let t: TestApp;
let network: { id: string; slug: string };
let ctx: Ctx;
let provider: TestPerson;
let editor: TestPerson;
let vetter: TestPerson;
const org = randomUUID();
const service = randomUUID();
const place = randomUUID();
const person = randomUUID();
const secret = randomUUID();
const own = '/cedar/staff/my-organization';
const changes = '/cedar/staff/vetting/changes';
const canary = 'Quietwater Canary Lane';
const old = { addresses: [{ id: randomUUID(), address_1: 'Old Canary Street' }] };

const system = <T>(work: Parameters<typeof t.db.run<T>>[1]) =>
  t.db.run({ networkId: network.id, scope: 'system' }, work);
const now = async (id: string) => (await system((tx) => recordsById(tx, network.id, [id])))[0]!;
const text = async (path: string, as: TestPerson) => (await t.fetch(path, { as })).text();
const term = (code: string) => termByCode(code)!.id;
const sealedNow = () => system((tx) => openPlace(tx, ctx, network.id, place));

beforeAll(async () => {
  t = await testApp();
  network = await t.network('cedar');
  ctx = await t.ctx(network.id, 'system');
  [provider, editor, vetter] = (await Promise.all(
    ['provider', 'directory_editor', 'directory_vetter'].map((role) => t.person(network.id, [role])),
  )) as [TestPerson, TestPerson, TestPerson];
  const fields: Fields = {
    organization_id: org,
    name: 'Night shelter',
    status: 'active',
    contacts: [{ id: person, name: 'Ana Contact', email: 'ana@cedar.example' }],
    attributes: [
      { id: randomUUID(), link_type: 'need', taxonomy_term_id: term('service.shelter') },
      { id: secret, link_type: 'audience', label: 'kept', value: 'what no vocabulary knows' },
    ],
  };
  await system(async (tx) => {
    await saveRecords(
      tx,
      ctx,
      network.id,
      [
        { id: org, kind: 'organization', fields: { name: 'Casa Cedro' } },
        { id: service, kind: 'service', fields },
        {
          id: place,
          kind: 'location',
          fields: { organization_id: org, location_type: 'physical', name: 'The house' },
          confidential: true,
        },
      ],
      { source: 'staff' },
    );
    await sealPlace(tx, ctx, network.id, place, old);
    await vetting(tx)
      .insertInto('app.directory_provider')
      .values({ network_id: network.id, person_id: provider.id, organization_id: org, linked_by: null })
      .execute();
  });
});
afterAll(() => t?.close());

test('people, prices, needs, intake rules, kinds of trafficking, minors, referrals and warm transfer can be proposed, and wait', async () => {
  const path = `${own}/${service}`;
  const page = await text(path, provider);
  for (const name of [
    `contacts.${person}.name`,
    'contacts.new.name',
    'cost_options.new.amount',
    'attributes.referrals.warm_transfer',
    'attributes.referrals.accepts_minors',
    `attributes.specialisations.${term('specialisation.minors')}`,
  ])
    expect(page).toContain(`name="${name}"`);
  const [trafficking] = [...page.matchAll(/name="(attributes\.situations\.[^"]{36})"/g)].map(([, name]) => name!);
  const intake = [...page.matchAll(/name="(attributes\.intake\.[^"]{36})"/g)].map(([, name]) => name!);
  const before = await now(service);
  const sent = await t.submit(
    path,
    {
      [`contacts.${person}.name`]: 'Ana Contact',
      [`contacts.${person}.email`]: 'ana.new@cedar.example',
      'contacts.new.name': 'Bea Second',
      'contacts.new.phones': '555-0160',
      'cost_options.new.option': 'A night',
      'cost_options.new.amount': '5',
      'attributes.needs.shown': 'yes',
      [`attributes.needs.${term('service.shelter')}`]: 'yes',
      'attributes.specialisations.shown': 'yes',
      [`attributes.specialisations.${term('specialisation.minors')}`]: 'yes',
      'attributes.situations.shown': 'yes',
      [trafficking!]: 'yes',
      'attributes.intake.shown': 'yes',
      [intake[0]!]: 'eligibility_include',
      [intake.at(-1)!]: 'eligibility_exclude',
      'attributes.referrals.shown': 'yes',
      'attributes.referrals.accepting_referrals': 'waitlist',
      'attributes.referrals.warm_transfer': 'ask',
      'attributes.referrals.accepts_minors': 'yes',
    },
    { as: provider },
  );
  expect(sent.status).toBe(303);
  expect(await now(service)).toEqual(before);
  const change = new RegExp(`${changes}/([0-9a-f-]{36})`).exec(await text(changes, editor))![1]!;
  const review = await text(`${changes}/${change}`, editor);
  for (const word of ['Bea Second', 'ana.new@cedar.example', 'A night', 'Waiting list', 'Minors: Yes'])
    expect(review).toContain(word);
  // The provider cannot decide it, and who may decides it field by field.
  expect((await t.fetch(`${changes}/${change}`, { as: provider })).status).toBe(404);
  const accept = { 'accept:contacts': 'yes', 'accept:attributes': 'yes', 'accept:cost_options': 'yes' };
  expect((await t.submit(`${changes}/${change}`, accept, { as: editor })).status).toBe(303);
  const { fields, marks } = await now(service);
  expect(fields.contacts).toMatchObject([
    { id: person, name: 'Ana Contact', email: 'ana.new@cedar.example' },
    { name: 'Bea Second', phones: [{ number: '555-0160' }] },
  ]);
  expect(fields.cost_options).toMatchObject([{ option: 'A night', amount: 5 }]);
  expect(termsLinked(fields, 'need')).toEqual([term('service.shelter')]);
  expect(termsLinked(fields, 'specialisation')).toEqual([term('specialisation.minors')]);
  expect(termsLinked(fields, 'trafficking')).toHaveLength(1);
  expect(termsLinked(fields, 'eligibility_include')).toHaveLength(1);
  expect(termsLinked(fields, 'eligibility_exclude')).toHaveLength(1);
  expect([accepting(fields), warmTransfer(fields), servesMinors(fields)]).toEqual(['waitlist', 'ask', true]);
  // What no vocabulary knows was not asked for and stays.
  expect((fields.attributes as { id: string }[]).some(({ id }) => id === secret)).toBe(true);
  expect(marks).toEqual({});
});

test('a person is taken out, a fault names its control, and what is as it was is no proposal', async () => {
  const path = `${own}/${service}`;
  const bad = await t.submit(
    path,
    { 'contacts.new.name': 'Cleo', 'contacts.new.email': 'no address' },
    { as: provider },
  );
  expect(bad.status).toBe(422);
  const html = await bad.text();
  expect(html).toContain('value="no address"');
  expect(html).toMatch(/href="#f-contacts-new-email"/);
  const { fields } = await now(service);
  const shown = Object.fromEntries(
    (fields.contacts as Fields[]).flatMap((one) => [
      [`contacts.${String(one.id)}.name`, String(one.name)],
      [`contacts.${String(one.id)}.email`, String(one.email ?? '')],
      [`contacts.${String(one.id)}.phones`, ((one.phones ?? []) as Fields[]).map((phone) => phone.number).join('\n')],
    ]),
  );
  const open = () =>
    system((tx) =>
      vetting(tx).selectFrom('app.directory_proposal').select('fields').where('outcome', 'is', null).execute(),
    );
  expect((await t.submit(path, shown, { as: provider })).status).toBe(303);
  expect(await open()).toEqual([]);
  await t.submit(path, { ...shown, [`contacts.${person}.out`]: 'yes' }, { as: provider });
  const [left] = await open();
  expect(left!.fields.contacts).toMatchObject([{ name: 'Bea Second' }]);
});

const moved = {
  address_1: canary,
  city: 'Harbor City',
  state_province: 'TX',
  postal_code: '77001',
  phone: '555-0188',
};

test('the new address of a hidden place goes sealed, opens only with a reason, and is written by who reviewed it', async () => {
  const path = `${own}/${place}/place`;
  expect(await text(`${own}/${place}`, provider)).toContain(`${place}/place`);
  expect((await t.submit(path, { ...moved, city: '' }, { as: provider })).status).toBe(422);
  const sent = await t.submit(path, moved, { as: provider });
  expect(sent.status).toBe(303);
  expect(sent.headers.get('location')).not.toContain('Canary');
  expect(await sealedNow()).toEqual(old);
  const list = await text(changes, vetter);
  const id = new RegExp(`${changes}/places/([0-9a-f-]{36})`).exec(list)![1]!;
  const at = `${changes}/places/${id}`;
  for (const page of [
    list,
    await text(at, vetter),
    await text(changes, editor),
    await text(own, provider),
    await text(path, provider),
  ])
    expect(page).not.toContain('Quietwater');
  // An editor sees that it waits, and opens nothing.
  for (const as of [editor, provider]) expect((await t.fetch(at, { as })).status).toBe(404);
  expect((await t.submit(`${at}/opening`, { why: 'curious' }, { as: editor, page: changes })).status).toBe(404);

  expect((await t.submit(`${at}/opening`, { why: '' }, { as: vetter, page: at })).status).toBe(422);
  expect((await t.submit(at, { accept: 'yes', read: 'f'.repeat(64) }, { as: vetter })).status).toBe(409);
  const opened = await (
    await t.submit(`${at}/opening`, { why: 'They wrote that they moved' }, { as: vetter, page: at })
  ).text();
  expect(opened).toContain(canary);
  const read = /name="read" value="([0-9a-f]{64})"/.exec(opened)![1]!;
  const entry = await system((tx) =>
    sql<{ actor_id: string; reason: string; fields: string[] }>`
      select actor_id, reason, fields from app.audit_entry where action = 'directory.place.proposed' and outcome = 'read'`.execute(
      tx,
    ),
  );
  expect(entry.rows).toMatchObject([{ actor_id: vetter.id, reason: 'They wrote that they moved' }]);
  expect((await t.submit(at, { accept: 'yes', read }, { as: vetter })).status).toBe(303);
  expect(await sealedNow()).toMatchObject({ addresses: [{ address_1: canary }], phones: [{ number: '555-0188' }] });
  expect((await t.submit(at, { accept: 'yes', read }, { as: vetter, page: changes })).status).toBe(409);
  expect(await text(own, provider)).toContain('New address of a hidden place');
});

test('who proposed it cannot accept it; a newer one takes its place; one that is turned down says why; and nothing of it is left anywhere', async () => {
  const both = await t.person(network.id, ['provider', 'directory_vetter']);
  await system((tx) =>
    vetting(tx)
      .insertInto('app.directory_provider')
      .values({ network_id: network.id, person_id: both.id, organization_id: org, linked_by: null })
      .execute(),
  );
  const path = `${own}/${place}/place`;
  await t.submit(path, { ...moved, address_1: `${canary} first` }, { as: provider });
  await t.submit(path, { ...moved, address_1: `${canary} second` }, { as: both });
  const rows = await system((tx) =>
    vetting(tx)
      .selectFrom('app.directory_place_proposal')
      .select(['id', 'outcome', 'sealed'])
      .orderBy('proposed_at')
      .execute(),
  );
  expect(rows.map(({ outcome, sealed }) => [outcome, sealed === null])).toEqual([
    ['accepted', true],
    ['superseded', true],
    [null, false],
  ]);
  const at = `${changes}/places/${rows[2]!.id}`;
  const opened = await (await t.submit(`${at}/opening`, { why: 'my own' }, { as: both, page: at })).text();
  const read = /name="read" value="([0-9a-f]{64})"/.exec(opened)![1]!;
  expect((await t.submit(at, { accept: 'yes', read }, { as: both })).status).toBe(409);
  expect((await t.submit(at, { reason: '' }, { as: vetter })).status).toBe(422);
  expect((await t.submit(at, { reason: 'We could not reach you' }, { as: vetter })).status).toBe(303);
  expect(await text(own, provider)).toContain('We could not reach you');
  expect(await sealedNow()).toMatchObject({ addresses: [{ address_1: canary }] });
  const tables = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('app', 'site', 'pgboss')`.execute(t.db.owner);
  for (const { name } of tables.rows) {
    const found = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.raw(name)} x where x::text ilike '%quietwater%' or x::text ilike '%555-0188%'`.execute(
      t.db.owner,
    );
    expect([name, found.rows[0]!.n]).toEqual([name, 0]);
  }
  expect(t.logged.join('\n')).not.toMatch(/quietwater|555-0188/i);
});

test('a place that is open, of another provider, or of another network cannot be moved this way', async () => {
  const [other, theirs] = [randomUUID(), randomUUID()];
  await system((tx) =>
    saveRecords(
      tx,
      ctx,
      network.id,
      [
        { id: other, kind: 'organization', fields: { name: 'Someone Else' } },
        {
          id: theirs,
          kind: 'location',
          fields: { organization_id: other, location_type: 'physical' },
          confidential: true,
        },
      ],
      { source: 'staff' },
    ),
  );
  for (const id of [theirs, service, org, randomUUID()]) {
    expect((await t.fetch(`${own}/${id}/place`, { as: provider })).status).toBe(404);
    expect((await t.submit(`${own}/${id}/place`, moved, { as: provider, page: own })).status).toBe(404);
  }
});
