/** The pages that keep the records: what each role gets, what forms take and refuse, and that nothing hidden is in any answer. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { kinds, recordsById, shape } from '#modules/organisations';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { richRecords } from '../../../../test/support/rich-records.ts';
import { saveTerm } from '../own/words.ts';
import { termByCode } from '../taxonomy/index.ts';
import { saveRecord } from './actions.ts';
import { controlOf, partsOf } from './controls.ts';
import { groupsOf } from './sections.ts';

let t: TestApp;
let network: { id: string; slug: string };
let editor: TestPerson;
let other: TestPerson;
let approver: TestPerson;
let admin: TestPerson;
let as: Ctx;
let org: string;
let service: string;
let place: string;

const all = '/alpha/staff/directory';
const record = (id: string, rest = '') => `${all}/records/${id}${rest}`;
const now = async (id: string) =>
  (await t.app.db.run({ networkId: network.id, scope: 'system' }, (tx) => recordsById(tx, network.id, [id])))[0]!;
const text = async (path: string, who: TestPerson) => {
  const answer = await t.fetch(path, { as: who });
  expect(answer.status, path).toBe(200);
  return answer.text();
};
const errorsIn = (html: string) => /id="errors">([\s\S]*?)<\/ul>/.exec(html)?.[1] ?? '';

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  editor = await t.person(network.id, ['directory_editor'], { name: 'Ed Ditor' });
  other = await t.person(network.id, ['directory_editor'], { name: 'Otha Editor' });
  approver = await t.person(network.id, ['directory_approver']);
  admin = await t.person(network.id, ['network_admin']);
  as = await t.ctx(network.id, editor);
  org = (await saveRecord(as, { kind: 'organization', fields: { name: 'Harbor Rest' }, marks: { name: 'public' } })).id;
  service = (
    await saveRecord(as, {
      kind: 'service',
      fields: {
        organization_id: org,
        name: 'Night shelter',
        status: 'active',
        phones: [{ id: randomUUID(), number: '555-0100' }],
      },
      marks: { name: 'public', status: 'public', phones: 'hotline' },
    })
  ).id;
  place = (
    await saveRecord(as, {
      kind: 'location',
      fields: { organization_id: org, name: 'Front house', location_type: 'physical' },
    })
  ).id;
});
afterAll(() => t?.close());

test('every field of every kind, and every part of every child, has a control', () => {
  for (const kind of kinds) {
    const groups = groupsOf({ kind, confidential: false });
    const shown = groups.flatMap((group) => [...group.values, ...group.lists]).sort();
    const fields = Object.entries(shape[kind])
      .filter(([name, field]) => field.class !== 'link' && name !== 'attributes')
      .map(([name]) => name);
    expect(shown, kind).toEqual(fields.sort());
    for (const group of groups) {
      for (const name of group.values) expect(controlOf(name), name).toBeTruthy();
      for (const name of group.lists) expect(shape[kind][name]!.list, name).toBe(true);
    }
  }
  // A shape has a page of its own (area-page.tsx).
  const left = new Set(['id', 'attributes', 'updated', 'code', 'extent', 'extent_type', 'translations']);
  for (const one of richRecords())
    for (const [name, value] of Object.entries(one.fields)) {
      if (!shape[one.kind][name]?.list || name === 'attributes') continue;
      const parts = Object.keys((value as object[])[0]!).filter((part) => !left.has(part));
      const asked = partsOf[name]!.map((part) => part.name);
      const said = (value as { translations?: { es: object } }[])[0]!.translations?.es ?? {};
      for (const part of Object.keys(said))
        expect(partsOf[name]!.find((one) => one.name === part)?.words, `${name}.${part}`).toBe(true);
      expect(
        parts.filter((part) => !asked.includes(part)),
        `${one.kind}.${name}`,
      ).toEqual([]);
    }
});

test('every page of a record that uses every field opens, in both languages', async () => {
  const rich = richRecords();
  const ids = new Map<string, string>();
  ids.set(
    'organization',
    (await saveRecord(as, { kind: 'organization', fields: rich[0]!.fields, marks: rich[0]!.marks })).id,
  );
  for (const kind of ['program', 'service', 'location'] as const) {
    const found = rich.find((one) => one.kind === kind)!;
    const { program_id: _, ...fields } = found.fields;
    ids.set(
      kind,
      (
        await saveRecord(as, {
          kind,
          fields: { ...fields, organization_id: ids.get('organization')! },
          marks: found.marks,
        })
      ).id,
    );
  }
  for (const [kind, id] of ids) {
    const rec = await now(id);
    const paths = ['', '/history', '/marks'];
    for (const group of groupsOf(rec)) {
      if (group.values.length > 0) paths.push(`/edit/${group.key}`);
      for (const list of group.lists) {
        paths.push(`/lists/${list}/new`);
        for (const child of (rec.fields[list] as { id: string }[] | undefined) ?? [])
          paths.push(`/lists/${list}/${child.id}`);
      }
    }
    for (const path of paths) for (const lang of ['en', 'es']) await text(`${record(id, path)}?lang=${lang}`, editor);
    expect(kind).toBe(rec.kind);
  }
  await text(`${all}/providers/${ids.get('organization')}`, editor);
});

test('a form keeps what was typed when somebody else was faster, shows what they changed, and overwrites nothing unseen', async () => {
  const path = record(service, '/edit/who');
  const { seq } = await now(service);
  const first = await t.submit(
    path,
    { seq: String(seq), 'name.en': 'Night shelter', 'description.en': 'Ten beds.' },
    { as: other },
  );
  expect(first.status).toBe(303);
  const late = await t.submit(
    path,
    { seq: String(seq), 'name.en': 'Night house', 'name.es': 'Casa de noche' },
    { as: editor },
  );
  expect(late.status).toBe(409);
  const html = await late.text();
  expect(html).toContain('Otha Editor');
  expect(html).toContain('Ten beds.');
  expect(html).toContain('value="Casa de noche"');
  expect((await now(service)).fields).toMatchObject({ name: 'Night shelter', description: 'Ten beds.' });
  const again = /name="seq" value="(\d+)"/.exec(html)![1]!;
  const saved = await t.submit(
    path,
    { seq: again, 'name.en': 'Night house', 'name.es': 'Casa de noche', 'description.en': 'Ten beds.' },
    { as: editor },
  );
  expect(saved.status).toBe(303);
  expect((await now(service)).fields).toMatchObject({
    name: 'Night house',
    translations: { es: { name: 'Casa de noche' } },
  });
});

test('a new child has the mark of its list, one child can be opened alone, and the mark of a value that goes away goes too', async () => {
  const path = record(service, '/lists/phones');
  const page = await text(`${path}/new`, editor);
  expect(page).toContain('Like the rest of the list (now: Hotline)');
  await t.submit(
    `${path}/new`,
    { seq: String((await now(service)).seq), number: '555-0111', audience: 'list' },
    { as: editor },
  );
  let rec = await now(service);
  const added = (rec.fields.phones as { id: string; number: string }[]).find((one) => one.number === '555-0111')!;
  expect(rec.marks[`phones/${added.id}`]).toBeUndefined();
  await t.submit(
    `${path}/${added.id}`,
    { seq: String(rec.seq), number: '555-0111', audience: 'public' },
    { as: editor },
  );
  rec = await now(service);
  expect(rec.marks).toMatchObject({ phones: 'hotline', [`phones/${added.id}`]: 'public' });
  await t.submit(`${path}/${added.id}/removal`, { seq: String(rec.seq) }, { as: editor, page: `${path}/${added.id}` });
  rec = await now(service);
  expect(Object.keys(rec.marks)).not.toContain(`phones/${added.id}`);
});

test('hours are read, shown as a week, and saved only when they are said to be right; two meanings are refused', async () => {
  const path = record(service, '/hours');
  const seq = String((await now(service)).seq);
  const doubt = await t.submit(path, { seq, step: 'read', said: '7-7' }, { as: editor });
  expect(doubt.status).toBe(422);
  const look = await t.submit(path, { seq, step: 'read', said: 'Mon-Fri 9am-5pm' }, { as: editor });
  expect(look.status).toBe(200);
  expect(await look.text()).toContain('Is this the week?');
  expect((await now(service)).fields.schedules).toBeUndefined();
  await t.submit(path, { seq, step: 'save', said: 'Mon-Fri 9am-5pm' }, { as: editor });
  expect((await now(service)).fields.schedules).toMatchObject([
    { freq: 'WEEKLY', byday: 'MO,TU,WE,TH,FR', opens_at: '09:00', closes_at: '17:00' },
  ]);
});

test('terms are chosen from the taxonomy and the network’s own; one that has ended is offered nowhere new', async () => {
  await saveTerm(as, {
    code: 'own.boat-house',
    parent: 'service.shelter',
    name: { en: 'Boat house', es: 'Casa flotante' },
  });
  await saveTerm(as, {
    code: 'own.old-barge',
    parent: 'service.shelter',
    name: { en: 'Old barge', es: 'Barcaza' },
    ended: true,
  });
  const path = record(service, '/terms/needs');
  const page = await text(path, editor);
  expect(page).toContain('Boat house');
  expect(page).not.toContain('Old barge');
  const shelter = termByCode('service.shelter')!.id;
  await t.submit(path, { seq: String((await now(service)).seq), term: [shelter] }, { as: editor });
  const kept = (await now(service)).fields.attributes as { id: string }[];
  expect(kept).toMatchObject([{ taxonomy_term_id: shelter, link_type: 'need' }]);
  const intake = termByCode('intake.pets')!.id;
  await t.submit(
    record(service, '/terms/intake'),
    { seq: String((await now(service)).seq), [`intake:${intake}`]: 'eligibility_exclude' },
    { as: editor },
  );
  await t.submit(
    record(service, '/terms/referrals'),
    { seq: String((await now(service)).seq), accepting_referrals: 'waitlist', warm_transfer: '' },
    { as: editor },
  );
  expect((await now(service)).fields.attributes).toMatchObject([
    kept[0]!,
    { taxonomy_term_id: intake, link_type: 'eligibility_exclude' },
    { link_type: 'accepting_referrals', value: 'waitlist' },
  ]);
});

test('a faulty form says what to enter and keeps what was typed', async () => {
  const seq = String((await now(place)).seq);
  const answer = await t.submit(
    record(place, '/edit/where'),
    { seq, latitude: 'north', longitude: '200', 'transportation.en': 'Bus 7' },
    { as: editor },
  );
  expect(answer.status).toBe(422);
  const html = await answer.text();
  expect(errorsIn(html)).toContain('Enter a number');
  expect(html).toContain('Bus 7');
  expect(html).toContain('value="north"');
});

test('a hidden place is sealed from the first moment: no page, address, version or log says where it is; it opens once, with a reason', async () => {
  const path = `${all}/providers/${org}/new/hidden-place`;
  const secret = {
    address_1: '9 Canary Quay',
    city: 'Seacretville',
    state_province: 'TX',
    postal_code: '77999',
    phone: '555-0666',
  };
  const wrong = await t.submit(path, { name: '', ...secret }, { as: editor });
  expect(wrong.status).toBe(422);
  const made = await t.submit(path, { name: 'Shelter A', services: [service], ...secret }, { as: editor });
  expect(made.status).toBe(303);
  const location = made.headers.get('location')!;
  expect(location).not.toMatch(/Canary|Seacret/);
  const id = /records\/([0-9a-f-]{36})/.exec(location)![1]!;
  for (const who of [editor, approver])
    for (const page of [
      all,
      `${all}/providers/${org}`,
      record(id),
      record(id, '/history'),
      record(id, '/marks'),
      record(service),
      `${all}/duplicates`,
    ])
      expect(await text(page, who), page).not.toMatch(/Canary|Seacret|77999|555-0666/);
  expect(t.logged.join('\n')).not.toMatch(/Canary|Seacret|555-0666/);
  expect((await t.fetch(record(id, '/place'), { as: approver })).status).toBe(404);
  expect((await t.submit(record(id, '/opening'), { reason: 'curious' }, { as: editor, page: record(id) })).status).toBe(
    404,
  );
  const none = await t.submit(record(id, '/opening'), { reason: '' }, { as: approver, page: record(id) });
  expect(none.status).toBe(422);
  expect(await none.text()).not.toMatch(/Canary/);
  const open = await t.submit(
    record(id, '/opening'),
    { reason: 'a ride there tonight' },
    { as: approver, page: record(id) },
  );
  expect(open.status).toBe(200);
  expect(open.headers.get('cache-control')).toContain('no-store');
  expect(await open.text()).toContain('9 Canary Quay');
});

test('two duplicates merge after a look, both ids lead to one, and they part again', async () => {
  const twin = (await saveRecord(as, { kind: 'organization', fields: { name: 'Harbor Rest' } })).id;
  expect(await text(`${all}/duplicates`, editor)).toContain('Harbor Rest / Harbor Rest');
  const path = `${all}/duplicates/${org}/${twin}`;
  await text(path, editor);
  expect((await t.submit(path, { step: 'look', reason: '' }, { as: editor })).status).toBe(422);
  const look = await t.submit(path, { step: 'look', into: org, reason: 'the same house' }, { as: editor });
  expect(await look.text()).toContain('Both addresses lead to the one that stays.');
  expect((await t.submit(path, { step: 'merge', into: org, reason: 'the same house' }, { as: editor })).status).toBe(
    303,
  );
  for (const page of [record(twin), `${all}/providers/${twin}`]) {
    const led = await t.fetch(page, { as: editor });
    expect(led.status).toBe(303);
    expect(led.headers.get('location')).toContain(org);
  }
  expect(await text(record(twin, '/history'), editor)).toContain('This record was merged into');
  await t.submit(record(twin, '/parting'), {}, { as: editor, page: record(org) });
  expect((await t.fetch(record(twin), { as: editor })).status).toBe(200);
});

test('the overview is for administrators too, the records are not; a name that is looked for stands in no address', async () => {
  expect(await text(all, admin)).toContain('Harbor Rest');
  for (const path of [`${all}/providers/${org}`, record(org), `${all}/duplicates`])
    expect((await t.fetch(path, { as: admin })).status).toBe(404);
  const asked = await t.submit(all, { name: 'hÁrbor' }, { as: editor });
  const found = asked.headers.get('location')!;
  expect(found.toLowerCase()).not.toContain('rbor');
  expect(await text(found, editor)).toContain('Harbor Rest');
  expect(await text(`${all}?missing=services`, editor)).not.toContain('Night house');
  const elsewhere = await t.network('beta');
  const stranger = await t.person(elsewhere.id, ['directory_editor']);
  expect((await t.fetch(`/beta/staff/directory/records/${org}`, { as: stranger })).status).toBe(404);
});

test('a check is noted with its day and its way; a past day shows what stood then', async () => {
  const done = await t.submit(
    record(service, '/checks'),
    { field: 'phones', how: 'phone', on: '2020-01-01' },
    { as: editor, page: record(service) },
  );
  expect(done.status).toBe(303);
  expect(await text(record(service, '/history'), editor)).toContain('By phone');
  const early = await t.fetch(`${record(service)}?asOf=2020-01-01`, { as: editor });
  expect(early.headers.get('location')).toContain('noted.notYet');
  expect(await text(early.headers.get('location')!, editor)).toContain('On that day there was nothing of it here yet.');
  const real = new Date();
  t.setClock(new Date(real.getTime() + 3 * 86_400_000));
  await saveRecord(as, {
    id: org,
    kind: 'organization',
    seq: (await now(org)).seq,
    fields: { name: 'Harbor Renamed' },
    marks: {},
  });
  const day = new Date(real.getTime() + 86_400_000).toISOString().slice(0, 10);
  // Sessions end in three days.
  const later = await t.person(network.id, ['directory_editor']);
  const past = await text(`${record(org)}?asOf=${day}`, later);
  expect(past).toContain('Harbor Rest');
  expect(past).not.toContain('Harbor Renamed');
});

test('the words beside a box belong to it alone: on no form do two controls share an id', async () => {
  const keeper = await t.person(network.id, ['directory_editor']);
  const forms = ['needs', 'audience', 'intake', 'referrals'].map((use) => record(service, `/terms/${use}`));
  for (const path of [...forms, record(service, '/marks'), record(service, '/lists/schedules/new'), record(place)]) {
    const answer = await t.fetch(path, { as: keeper });
    if (answer.status === 404) continue;
    const ids = [...(await answer.text()).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      path,
    ).toEqual([]);
  }
  expect(await text(record(service, '/terms/needs'), keeper)).toMatch(
    /type="checkbox" id="f-term-[\s\S]*type="checkbox" id="f-term-/,
  );
});
