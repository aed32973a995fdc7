/** The page of a service area's shape: read and shown before it is saved, refused in words, looked at by a second person where a place is hidden. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordsById, saveRecords } from '#modules/organisations';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { list } from '../../../../test/support/hsds-network.ts';
import { outline } from '../gazetteer/index.ts';
import { shapeDigest } from '../areas/held.ts';
import { saveRecord } from './actions.ts';

let t: TestApp;
let network: { id: string };
let editor: TestPerson;
let other: TestPerson;
let org: string;
let service: string;

const path = (rest: string) => `/alpha/staff/directory/records/${service}${rest}`;
const now = async () =>
  (await t.app.db.run({ networkId: network.id, scope: 'system' }, (tx) => recordsById(tx, network.id, [service])))[0]!;
const areas = async () => ((await now()).fields.service_areas as Record<string, string>[] | undefined) ?? [];
const errorsIn = (html: string) => /id="errors">([\s\S]*?)<\/ul>/.exec(html)?.[1] ?? '';
const post = async (rest: string, fields: Record<string, string>, as = editor) =>
  t.submit(path(rest), { seq: String((await now()).seq), ...fields }, { as });

const county = JSON.stringify({ ...outline('48201')!, properties: { name: 'Harris & friends' } });
const small = 'POLYGON ((-95.37 29.75, -95.36 29.75, -95.36 29.76, -95.37 29.76, -95.37 29.75))';

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  editor = await t.person(network.id, ['directory_editor'], { name: 'Ed Ditor' });
  other = await t.person(network.id, ['directory_vetter'], { name: 'Otha Vetter' });
  const as = await t.ctx(network.id, editor);
  org = (await saveRecord(as, { kind: 'organization', fields: { name: 'Harbor Rest' }, marks: { name: 'public' } })).id;
  const fields = { organization_id: org, name: 'Street team', status: 'active' };
  service = (await saveRecord(as, { kind: 'service', fields, marks: { name: 'public', status: 'public' } })).id;
  await list(t, await t.ctx(network.id, 'system'), [org]);
});
afterAll(() => t?.close());

test('a shape is shown as it was understood before anything is saved, and what was pasted is kept word for word', async () => {
  const shown = await post('/areas/new', { step: 'read', shape: county });
  expect(shown.status).toBe(200);
  const html = await shown.text();
  expect(html).toContain('wm-map__area');
  expect(html).toContain('square miles');
  expect(html).toContain('44 corners');
  expect(html).toContain('Harris County, TX');
  expect(html).toContain('value="Harris &amp; friends"');
  expect(await areas()).toEqual([]);
  const nameless = await post('/areas/new', { step: 'save', shape: county, 'name.es': 'El condado' });
  expect(nameless.status).toBe(422);
  expect(await nameless.text()).toContain('value="El condado"');
  const saved = await post('/areas/new', {
    step: 'save',
    shape: county,
    'name.en': 'The county',
    'name.es': 'Todo el condado',
  });
  expect(saved.status).toBe(303);
  expect(await areas()).toEqual([
    {
      id: expect.any(String),
      name: 'The county',
      translations: { es: { name: 'Todo el condado' } },
      extent: county,
      extent_type: 'geojson',
    },
  ]);
});

test('a shape that cannot be read is told what to do, in both languages, and stays in the form', async () => {
  const [area] = await areas();
  for (const [shape, en, es] of [
    ['', 'Choose a file, or paste', 'Elija un archivo o pegue'],
    ['North of the bayou', 'This is no shape', 'Esto no es una figura'],
    ['<kml/>', 'This is KML', 'Esto es KML'],
    ['POLYGON ((29.75 -95.37, 29.76 -95.37, 29.76 -95.36, 29.75 -95.37))', 'wrong way round', 'al revés'],
    ['POLYGON ((-95.37 29.75, -95.36 29.75, -95.36 29.76))', 'too few corners', 'muy pocas esquinas'],
  ] as const) {
    for (const [lang, words] of [
      ['en', en],
      ['es', es],
    ] as const) {
      const answer = await post(`/areas/${area!.id}?lang=${lang}`, { step: 'read', shape });
      expect(answer.status).toBe(422);
      const html = await answer.text();
      expect(errorsIn(html)).toContain(words);
      expect(html).toContain(`>${shape.replace('<', '&lt;').replace('>', '&gt;')}</textarea>`);
    }
  }
  expect((await areas())[0]!.extent).toBe(county);
});

test('where nobody hides, a shape marked public is on the public page at once: drawn, and in words', async () => {
  const { seq, fields, marks } = await now();
  await saveRecord(await t.ctx(network.id, editor), {
    id: service,
    kind: 'service',
    seq,
    fields,
    marks: { ...marks, service_areas: 'public' },
  });
  for (const [lang, words] of [
    ['en', 'It serves the area on the map: The county.'],
    ['es', 'Atiende la zona del mapa: Todo el condado.'],
  ]) {
    const html = await (await t.fetch(`/alpha/services/${service}?lang=${lang}`)).text();
    expect(html.replaceAll(/<[^>]+>/g, '')).toContain(words);
    expect(html).toContain('wm-map__area');
  }
  const hsds = await (await t.fetch(`/alpha/hsds/services/${service}`)).json();
  expect(hsds.service_areas).toMatchObject([{ name: 'The county', extent: county, extent_type: 'geojson' }]);
});

test('with a hidden place the keeper is warned, and only another person can show the shape', async () => {
  const system = await t.ctx(network.id, 'system');
  const place = randomUUID();
  await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
    saveRecords(
      tx,
      system,
      network.id,
      [
        {
          id: place,
          kind: 'location',
          confidential: true,
          fields: { organization_id: org, location_type: 'physical' },
        },
      ],
      { source: 'staff' },
    ),
  );
  const [area] = await areas();
  const here = `/areas/${area!.id}`;
  const preview = await (await post(here, { step: 'read', shape: small })).text();
  expect(preview).toContain('smaller than 25 square kilometers');
  expect(preview).toContain('only when somebody else has looked');
  await post(here, { step: 'save', shape: small, 'name.en': 'The county' });
  expect((await areas())[0]).toMatchObject({ extent: small, extent_type: 'text' });
  const publicPage = async () => (await t.fetch(`/alpha/services/${service}`)).text();
  expect(await publicPage()).not.toContain('wm-map__area');
  expect(await publicPage()).toContain('The county');
  const own = await (await t.fetch(path(here), { as: editor })).text();
  expect(own).toContain('you drew this shape');
  expect(own).not.toContain(`${here}/look`);
  const seen = shapeDigest(small);
  const refused = await post(`${here}/look`, { seen });
  expect(refused.status).toBe(409);
  expect(errorsIn(await refused.text())).toContain('Somebody else has to look');
  expect(await (await t.fetch(path(here), { as: other })).text()).toContain(`value="${seen}"`);
  expect((await post(`${here}/look`, { seen }, other)).status).toBe(303);
  expect(await (await t.fetch(path(here), { as: other })).text()).toContain('Otha Vetter');
  expect(await publicPage()).toContain('wm-map__area');
});

test('a shape is taken out and its name stays; an area that is only a shape goes whole; who is nobody’s area is not found', async () => {
  const [area] = await areas();
  expect((await post(`/areas/${area!.id}/removal`, {})).status).toBe(303);
  expect(await areas()).toEqual([{ id: area!.id, name: 'The county' }]);
  await post('/areas/new', { step: 'save', shape: small });
  const drawn = (await areas()).find((one) => one.extent)!;
  expect((await post(`/areas/${drawn.id}/removal`, {})).status).toBe(303);
  expect(await areas()).toHaveLength(1);
  for (const rest of [`/areas/${drawn.id}`, '/areas/nothing'])
    expect((await t.fetch(path(rest), { as: editor })).status).toBe(404);
});
