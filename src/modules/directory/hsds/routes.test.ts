/** The HSDS API from outside: every endpoint and parameter, what is not public, how it refuses. Shapes are held to the schemas in schemas.test.ts. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx, Tx } from '#kernel';
import { type Given, list, plainService, saveAll } from '../../../../test/support/hsds-network.ts';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { richIds, richRecords } from '../../../../test/support/rich-records.ts';
import { sealPlace } from '../hidden-places.ts';
import { project } from '../project.ts';
import { directory } from '../tables.ts';
import { defaultTaxonomy, termByCode } from '../taxonomy/index.ts';

let t: TestApp;
let ctx: Ctx;
const ids = richIds();
const food = termByCode('1102')!;
const other = randomUUID();
const quiet = randomUUID();
const house = randomUUID();
const hiddenService = plainService(other, 'Night House', { minimum_age: 12 });
const pantry = plainService(other, 'Food Pantry', {
  description: 'Groceries on Fridays',
  schedules: [{ id: randomUUID(), byday: 'FR', freq: 'WEEKLY', opens_at: '10:00', closes_at: '12:00' }],
  maximum_age: 60,
});
const inside = plainService(quiet, 'Zebra Counseling');

type Body = { contents: Record<string, unknown>[]; total_items: number } & Record<string, unknown>;
const ask = (path: string, init?: RequestInit) => t.fetch(`/alpha/hsds${path}`, init);
const body = async (path: string, init?: RequestInit) => (await (await ask(path, init)).json()) as Body;
const names = async (path: string, init?: RequestInit) =>
  (await body(path, init)).contents.map((one) => one.name as string);
const form = (fields: Record<string, string>): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields) });

beforeAll(async () => {
  t = await testApp();
  const network = await t.network('alpha');
  ctx = await t.ctx(network.id, 'system');
  t.setClock('2026-03-01T12:00:00Z');
  const organizations: Given[] = [
    { kind: 'organization', id: other, fields: { name: 'Second Hand', description: 'Goods' } },
    { kind: 'organization', id: quiet, fields: { name: 'Quiet Place', description: 'Not public' } },
  ];
  await saveAll(t, ctx, [
    ...richRecords(ids, food.id),
    ...organizations,
    hiddenService,
    pantry,
    inside,
    {
      kind: 'location',
      id: house,
      confidential: true,
      fields: { organization_id: other, location_type: 'physical', name: 'The House' },
    },
    { kind: 'service_at_location', id: randomUUID(), fields: { service_id: hiddenService.id, location_id: house } },
  ]);
  await list(t, ctx, [ids.organization, other]);
  await list(t, ctx, [quiet], false);
});
afterAll(() => t?.close());

test('the base address says what it is and where its document stands, with and without a slash at its end', async () => {
  for (const path of ['', '/']) {
    const about = await body(path);
    expect(about).toMatchObject({ version: '3.1', openapi_url: 'http://localhost/alpha/hsds/openapi.json' });
    const document = await (await t.fetch(new URL(String(about.openapi_url)).pathname)).json();
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'http://localhost/alpha/hsds' }] });
    expect(Object.keys((document as { paths: object }).paths)).toHaveLength(11);
  }
  const product = (await (await t.fetch('/api/v1/openapi.json')).json()) as { paths: object };
  expect(Object.keys(product.paths)).toContain('/{network}/hsds/services/{id}');
});

test('a page says what it is a page of', async () => {
  expect(await body('/services?per_page=2')).toMatchObject({
    total_items: 3,
    total_pages: 2,
    page_number: 1,
    size: 2,
    first_page: true,
    last_page: false,
    empty: false,
  });
  expect(await body('/services?per_page=2&page=2')).toMatchObject({ size: 1, first_page: false, last_page: true });
  expect(await body('/services?page=9')).toMatchObject({
    total_items: 3,
    size: 0,
    empty: true,
    last_page: true,
    contents: [],
  });
  expect(await body('/services?search=nothingatall')).toMatchObject({
    total_items: 0,
    total_pages: 0,
    first_page: true,
    last_page: true,
  });
});

test('parameters combine as AND, by GET, form and JSON alike', async () => {
  expect(await names('/services')).toEqual(['Food Pantry', 'Night House', 'Shelter']);
  const questions: [Record<string, string>, string[]][] = [
    [{ search: 'pantry fridays' }, ['Food Pantry']],
    [{ search: 'PANTRY shelter' }, ['Shelter', 'Food Pantry']],
    [{ search: 'Español' }, ['Shelter']],
    [{ search: 'comida' }, ['Shelter']],
    [{ search: 'second' }, ['Food Pantry', 'Night House']],
    [{ taxonomy_term_id: food.id }, ['Shelter']],
    [{ taxonomy_id: defaultTaxonomy().vocabularies[0]!.id }, ['Shelter']],
    [{ taxonomy_id: defaultTaxonomy().vocabularies[1]!.id }, []],
    [{ organization_id: other }, ['Food Pantry', 'Night House']],
    [{ organization_id: other, search: 'night' }, ['Night House']],
    [{ organization_id: other, taxonomy_term_id: food.id }, []],
    [{ modified_after: '2026-03-01T12:00:00Z' }, ['Food Pantry', 'Night House', 'Shelter']],
    [{ modified_after: '2026-03-01T12:00:01Z' }, []],
    [{ modified_after: '2026-03-01' }, ['Food Pantry', 'Night House', 'Shelter']],
    [{ minimum_age: '13' }, ['Shelter']],
    [{ minimum_age: '12' }, ['Night House', 'Shelter']],
    [{ maximum_age: '60' }, ['Food Pantry']],
    [{ day: 'friday' }, ['Food Pantry']],
    [{ day: 'MO', start_time: '09:00', end_time: '17:00' }, ['Shelter']],
    [{ day: 'MO', start_time: '09:01' }, []],
  ];
  for (const [fields, expected] of questions) {
    const query = `/services?${new URLSearchParams(fields)}`;
    expect(await names(query), query).toEqual(expected);
    expect(await names('/services', form(fields)), query).toEqual(expected);
    const asJson = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) };
    expect(await names('/services', asJson), query).toEqual(expected);
  }
});

test('minimal gives ids and days of change of all on one page, full gives everything inside', async () => {
  const minimal = await body('/services?minimal=true');
  expect(minimal.contents).toHaveLength(3);
  for (const one of minimal.contents) expect(Object.keys(one)).toEqual(['id', 'modified_date']);
  const full = (await body('/services?full=true&search=shelter')).contents[0]!;
  expect(full).toEqual(await body(`/services/${ids.service}`));
  expect(full).toMatchObject({
    organization: { id: ids.organization, name: 'Open Door', phones: [{ languages: [{ code: 'es' }] }] },
    program: { id: ids.program },
    service_at_locations: [
      { id: ids.service_at_location, location: { id: ids.location, addresses: [{ city: 'Houston' }] } },
    ],
    last_modified: '2026-03-01T12:00:00.000Z',
  });
  const attributes = (full as unknown as { attributes: { label: string; taxonomy_term?: object }[] }).attributes;
  expect(attributes).toContainEqual(
    expect.objectContaining({ taxonomy_term: expect.objectContaining({ name: 'Food' }) }),
  );
  expect(attributes).toContainEqual(
    expect.objectContaining({ label: 'translation:es:name', value: 'Shelter, en español' }),
  );
});

test('lists show one to one fields, a service with its organization and program', async () => {
  const [, , shelter] = (await body('/services')).contents;
  expect(Object.values(shelter!).some((value) => Array.isArray(value))).toBe(false);
  expect(shelter).toMatchObject({ organization: { name: 'Open Door' }, program: { name: 'Night Program' } });
  const [place] = (await body('/service_at_locations')).contents;
  expect(place).toMatchObject({
    location: { name: 'Main Office' },
    service: { name: 'Shelter', organization: { name: 'Open Door' } },
  });
});

test('organizations have their places, programs and the ids of their services, and with full_service the services whole', async () => {
  const plain = await body(`/organizations/${ids.organization}`);
  expect(plain).toMatchObject({ locations: [{ id: ids.location }], programs: [{ id: ids.program }] });
  expect(plain.services).toEqual([
    { id: ids.service, organization_id: ids.organization, name: 'Shelter', status: 'active' },
  ]);
  const whole = await body(`/organizations/${ids.organization}?full_service=true`);
  expect(whole).toMatchObject({ services: [{ service_at_locations: [{ location: { id: ids.location } }] }] });
  expect(await names('/organizations')).toEqual(['Open Door', 'Second Hand']);
  expect(await names(`/organizations?taxonomy_term_id=${food.id}`)).toEqual(['Open Door']);
  expect((await body('/organizations?full=true')).contents[0]).toEqual(plain);
  expect((await body('/organizations?full_service=true')).contents[0]).toEqual(whole);
  expect(await names('/organizations?search=pantry')).toEqual(['Second Hand']);
});

test('a postcode finds the places whose area covers it, with proximity those near it', async () => {
  const total = async (query: string) => (await body(`/service_at_locations?${query}`)).total_items;
  expect(await total('')).toBe(1);
  expect(await total('postcode=77002')).toBe(1);
  expect(await total('postcode=77002-1234')).toBe(1);
  expect(await total('postcode=75201')).toBe(0);
  expect(await total('postcode=77002&proximity=5000')).toBe(1);
  expect(await total('postcode=77002&proximity=1')).toBe(0);
  expect(await total(`postcode=77002&organization_id=${other}`)).toBe(0);
});

test('ndjson gives all results, a line each, as the list and as full shows them', async () => {
  for (const query of ['', '&full=true', '&minimal=true', '&per_page=1&page=2']) {
    const response = await ask(`/services?format=ndjson${query}`);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const got = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(got).toEqual((await body(`/services?${query.replace('&per_page=1&page=2', '')}`)).contents);
  }
  expect(await (await ask('/services?format=ndjson&search=nothingatall')).text()).toBe('');
  expect((await (await ask('/taxonomies?format=ndjson')).text()).split('\n')).toHaveLength(
    defaultTaxonomy().vocabularies.length + 1,
  );
});

test('moving a hidden place changes no byte of any answer', async () => {
  const paths = [
    '/services',
    '/services?full=true',
    '/organizations?full_service=true',
    '/service_at_locations?full=true',
    '/services?minimal=true',
  ];
  const near = ['/service_at_locations?postcode=77002', '/service_at_locations?postcode=77002&proximity=90000'];
  const all = async () => Promise.all([...paths, ...near].map(async (path) => (await ask(path)).text()));
  const move = (latitude: number) =>
    t.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) => {
      await sealPlace(tx, ctx, ctx.network!.id, house, { latitude, longitude: -95.36 });
      await project(tx, ctx, null);
    });
  await move(29.76);
  const before = await all();
  t.setClock('2026-04-01T12:00:00Z');
  await move(30.21);
  expect(await all()).toEqual(before);
});

test('missing, internal, hidden, foreign and unreadable ids all get the same bytes', async () => {
  const away = await t.network('beta');
  expect(away.slug).toBe('beta');
  const answers: string[] = [];
  for (const path of [
    `/services/${randomUUID()}`,
    `/services/${inside.id}`,
    `/services/${ids.organization}`,
    '/services/not-an-id',
    `/organizations/${quiet}`,
    `/service_at_locations/${house}`,
    `/taxonomies/${randomUUID()}`,
    '/taxonomy_terms/x',
  ])
    answers.push(await bytes(await ask(path)));
  answers.push(await bytes(await t.fetch(`/beta/hsds/services/${ids.service}`)));
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^404 .*application\/problem\+json/s);
  for (const path of ['/services', '/services?search=zebra', '/organizations', '/services?full=true&format=ndjson'])
    expect(await (await ask(path)).text()).not.toMatch(/zebra|quiet place|the house/i);
  expect(JSON.stringify(await body(`/services/${hiddenService.id}`))).toContain('"label":"confidential_place"');
});

const bytes = async (response: Response) =>
  `${response.status} ${JSON.stringify([...response.headers].filter(([name]) => name !== 'x-request-id'))} ${await response.text()}`;

test('an id that was merged leads to the record it became, and nowhere when that is not public', async () => {
  const [old, lost] = [randomUUID(), randomUUID()];
  await t.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) => {
    await directory(tx)
      .insertInto('site.directory_alias')
      .values([
        { network_id: ctx.network!.id, id: old, into_id: pantry.id },
        { network_id: ctx.network!.id, id: lost, into_id: inside.id },
      ])
      .execute();
  });
  const response = await ask(`/services/${old}?lang=es`, { redirect: 'manual' });
  expect(response.status).toBe(308);
  expect(response.headers.get('location')).toBe(`http://localhost/alpha/hsds/services/${pantry.id}?lang=es`);
  expect((await ask(`/services/${lost}`)).status).toBe(404);
  expect((await ask(`/organizations/${old}`)).status).toBe(404);
});

test('what does not fit is refused with 400, the name of the parameter and what to send, never with what was sent', async () => {
  const wrong = [
    '/services?page=0',
    '/services?page=1.5',
    '/services?per_page=-1',
    '/services?per_page=many',
    '/services?format=xml',
    '/services?taxonomy_term_id=food',
    '/services?organization_id=1',
    '/services?modified_after=yesterday',
    '/services?modified_after=2026-02-30T99:00:00Z',
    '/services?modified_after=2026-02-30',
    '/services?modified_after=2026-04-31T10:00:00Z',
    '/services?minimal=perhaps',
    '/services?full=2',
    '/services?day=someday',
    '/services?day=monkey',
    '/services?start_time=25:00',
    '/services?end_time=24:30',
    '/services?page=1&page=2',
    `/services?search=${'x'.repeat(201)}`,
    '/service_at_locations?postcode=SW1A',
    '/service_at_locations?postcode=00000',
    '/service_at_locations?proximity=100',
    '/taxonomy_terms?parent_id=x',
    `/organizations/${ids.organization}?full_service=x`,
  ];
  for (const path of wrong) {
    const response = await ask(path);
    expect(response.status, path).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const { detail, parameter } = (await response.json()) as { detail: string; parameter: string };
    expect(
      path.split(/[?&]/).some((part) => part.startsWith(`${parameter}=`)),
      path,
    ).toBe(true);
    expect(detail, path).toMatch(/^\w+: Send .*\.$/);
    expect(detail).not.toContain('directory.');
  }
  const notJson = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"search":' };
  expect((await ask('/services', notJson)).status).toBe(400);
  expect((await ask('/services', { ...notJson, body: '[1]' })).status).toBe(400);
  expect((await ask('/services', { ...notJson, body: '{"search":{"a":1}}' })).status).toBe(400);
  expect((await ask('/services?unknown=1&search=')).status).toBe(200);
});

test('words that were looked for stand in no log, whichever way they came', async () => {
  await ask('/services?search=canaryword');
  await ask('/services', form({ search: 'canaryword' }));
  await ask('/services?format=canaryword');
  expect(t.logged.some((line) => line.includes('/alpha/hsds/services'))).toBe(true);
  expect(t.logged.filter((line) => line.includes('canaryword'))).toEqual([]);
});

test('a page takes the same few questions to the database however much is on it', async () => {
  const counted = async (path: string) => {
    const plain = t.app.db.readPublic;
    let asked = 0;
    t.app.db.readPublic = <T>(networkId: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
      plain<T>(networkId, (tx) =>
        work(
          tx.withPlugin({
            transformQuery: ({ node }) => {
              asked += 1;
              return node;
            },
            transformResult: async ({ result }) => result,
          }) as typeof tx,
        ),
      );
    try {
      await (await ask(path)).text();
    } finally {
      t.app.db.readPublic = plain;
    }
    return asked;
  };
  for (const path of [
    '/services',
    '/services?full=true',
    '/organizations?full_service=true',
    '/service_at_locations?full=true',
  ]) {
    const separator = path.includes('?') ? '&' : '?';
    await ask(path);
    const few = await counted(`${path}${separator}per_page=1`);
    expect(few, path).toBeGreaterThan(1);
    expect(few, path).toBeLessThanOrEqual(6);
    expect(await counted(path), path).toBeLessThanOrEqual(6);
  }
});
