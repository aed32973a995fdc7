/** Shapes from records to whoever asks: found by both readers alike, told as the area served, and held back where a hidden place is run. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ctx, Problem } from '#kernel';
import { type Fields, marksForAll, recordsById, saveRecords, type ToSave } from '#modules/organisations';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { list } from '../../../../test/support/hsds-network.ts';
import { outline, zip } from '../gazetteer/index.ts';
import { readServices } from '../pages/read.ts';
import { saveRecord } from '../records/actions.ts';
import { lookAtArea } from '../records/area-look.ts';
import { keeperOf, mostRows } from '../search/memory/keeper.ts';
import { type SearchAudience, type SearchQuery, searchServices } from '../search/index.ts';
import { shapeDigest, warningsOf } from './held.ts';
import { isShape, readExtent } from './shape.ts';
import { insideOf } from './squares.ts';

let t: TestApp;
/** The same database with nothing kept in memory. */
let plain: TestApp['app'];
let network: { id: string; slug: string };
let system: Ctx;
let drawer: TestPerson;
let looker: TestPerson;
let refuge: string;

const ids = {
  open: randomUUID(),
  office: randomUUID(),
  ring: randomUUID(),
  county: randomUUID(),
  named: randomUUID(),
  house: randomUUID(),
  hidden: randomUUID(),
  area: randomUUID(),
};
/** A square of 0.3 degrees in the middle of Houston with a hole of 0.1. */
const box = (west: number, south: number, size: number) => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const ring = JSON.stringify({ type: 'Polygon', coordinates: [box(-95.5, 29.6, 0.3), box(-95.4, 29.7, 0.1)] });
const harris = JSON.stringify(outline('48201')!.geometry);
const tight = 'POLYGON ((-95.3712 29.7512, -95.3612 29.7512, -95.3612 29.7612, -95.3712 29.7612, -95.3712 29.7512))';

const service = (id: string, organization: string, name: string, more: Fields): ToSave => ({
  id,
  kind: 'service',
  fields: { organization_id: organization, name, status: 'active', ...more },
});
const served = (extent: string, name?: string) => ({
  service_areas: [{ id: ids.area, ...(name ? { name } : {}), extent, extent_type: 'geojson' }],
});

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-03-04T18:00:00Z');
  plain = { ...t.app, db: { ...t.app.db } };
  keeperOf(plain, 0);
  keeperOf(t.app, mostRows);
  network = await t.network('alpha');
  system = await t.ctx(network.id, 'system');
  drawer = await t.person(network.id, ['directory_editor']);
  looker = await t.person(network.id, ['directory_vetter']);
  const records: ToSave[] = [
    { id: ids.open, kind: 'organization', fields: { name: 'Open Door' } },
    // Far away: an office in Dallas that serves Houston.
    {
      id: ids.office,
      kind: 'location',
      fields: {
        organization_id: ids.open,
        location_type: 'physical',
        name: 'Office',
        latitude: 32.78,
        longitude: -96.8,
      },
    },
    service(ids.ring, ids.open, 'Street team', served(ring, 'Harris County, TX')),
    { id: randomUUID(), kind: 'service_at_location', fields: { service_id: ids.ring, location_id: ids.office } },
    service(ids.county, ids.open, 'County line', served(harris)),
    service(ids.named, ids.open, 'Valley line', {
      service_areas: [{ id: randomUUID(), name: 'Fort Bend County, TX' }],
    }),
    { id: ids.house, kind: 'organization', fields: { name: 'Quiet House' } },
    {
      id: ids.hidden,
      kind: 'location',
      confidential: true,
      fields: { organization_id: ids.house, location_type: 'physical', name: 'House' },
    },
  ];
  await t.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
    saveRecords(
      tx,
      system,
      network.id,
      records.map((one) => ({ ...one, marks: marksForAll(one.kind, one.fields, 'public') })),
      { source: 'staff' },
    ),
  );
  await list(t, system, [ids.open, ids.house]);
  const { fields } = service(randomUUID(), ids.house, 'Refuge', served(tight));
  refuge = (
    await saveRecord(await t.ctx(network.id, drawer), {
      kind: 'service',
      fields,
      marks: marksForAll('service', fields, 'public'),
    })
  ).id;
});
afterAll(() => t?.close());

async function found(query: SearchQuery, audience: SearchAudience = 'public') {
  await keeperOf(t.app).prepare(network.id, audience);
  const memory = await searchServices(t.app, network.id, audience, query);
  const database = await searchServices(plain, network.id, audience, query);
  expect(memory.hits).toEqual(database.hits);
  expect(memory.total).toBe(database.total);
  return new Map(memory.hits.map((hit) => [hit.id, hit]));
}
const near = (lat: number, lon: number, radiusKm = 5): SearchQuery => ({
  near: { lat, lon, label: 'here', radiusKm },
});

test('a point inside a shape finds the service, and is told that the area fits and not the office; one in its hole does not', async () => {
  const inside = await found(near(29.65, -95.45));
  expect(inside.get(ids.ring)).toMatchObject({ place: 'area' });
  expect(inside.get(ids.ring)!.matched).toContainEqual({ kind: 'place', by: 'area' });
  expect(inside.get(ids.county)).toMatchObject({ place: 'area' });
  expect(inside.has(ids.named)).toBe(false);
  // The name of the area says the whole county; its shape says more exactly.
  expect((await found(near(29.75, -95.35))).has(ids.ring)).toBe(false);
  expect((await found(near(29.75, -95.35))).has(ids.county)).toBe(true);
  expect((await found(near(32.78, -96.8))).get(ids.ring)).toMatchObject({ place: 'office' });
  const all = await found({ near: { lat: 29.65, lon: -95.45, label: 'here' } });
  expect(all.get(ids.ring)).toMatchObject({ place: 'area' });
});

test('a ZIP code asks by its middle, a county and a state by what a shape serves of them', async () => {
  const middle = zip('77002')!;
  expect(insideOf(shape(harris))(middle.lat, middle.lon)).toBe(true);
  expect([...(await found({ area: { zip: '77002' } })).keys()]).toContain(ids.county);
  expect([...(await found({ area: { county: '48201', state: 'TX' } })).keys()]).toEqual(
    expect.arrayContaining([ids.ring, ids.county]),
  );
  const neighbour = await found({ area: { county: '48157', state: 'TX' } });
  expect([...neighbour.keys()]).toEqual([ids.named]);
  expect([...(await found({ area: { state: 'TX' } })).keys()]).toEqual(
    expect.arrayContaining([ids.ring, ids.county, ids.named]),
  );
  expect((await found({ area: { state: 'LA' } })).size).toBe(0);
});

const shape = (extent: string) => {
  const read = readExtent(extent);
  if (!isShape(read)) throw new Error(JSON.stringify(read));
  return read;
};

test('from anywhere both readers answer alike, and who is inside a county finds what serves it', async () => {
  const inside = insideOf(shape(harris));
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 29.4, max: 30.3, noNaN: true }),
      fc.double({ min: -96, max: -94.8, noNaN: true }),
      async (lat, lon) => {
        const hits = await found(near(lat, lon));
        if (inside(lat, lon)) expect(hits.get(ids.county)).toMatchObject({ place: 'area' });
      },
    ),
    { numRuns: 60 },
  );
});

const areasSeen = async (audience: SearchAudience) =>
  (await readServices(t.app, network.id, audience, [refuge])).get(refuge)!.service.body.service_areas as
    | Fields[]
    | undefined;
const refused = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof Problem ? error.key : String(error)),
  );

test('of whoever runs a hidden place no shape is shown to the public or partners, found by it or counted, before a second person looked', async () => {
  expect(await areasSeen('hotline')).toEqual([{ id: ids.area, extent: tight, extent_type: 'geojson' }]);
  expect((await found(near(29.756, -95.366), 'hotline')).has(refuge)).toBe(true);
  for (const audience of ['public', 'partner'] as const) {
    expect(await areasSeen(audience)).toBeUndefined();
    expect((await found(near(29.756, -95.366), audience)).has(refuge)).toBe(false);
  }
  const look = { record: refuge, area: ids.area, shape: shapeDigest(tight) };
  const [own, other] = [await t.ctx(network.id, drawer), await t.ctx(network.id, looker)];
  expect(await refused(lookAtArea(own, look))).toBe('directory.records.area.ownLook');
  expect(await refused(lookAtArea(other, { ...look, shape: shapeDigest(ring) }))).toBe(
    'directory.records.area.changed',
  );
  await lookAtArea(other, look);
  await lookAtArea(other, look);
  for (const audience of ['public', 'partner'] as const) {
    expect(await areasSeen(audience)).toHaveLength(1);
    expect((await found(near(29.756, -95.366), audience)).get(refuge)).toMatchObject({ place: 'area' });
  }
});

test('a look counts for one shape: drawn anew it is held back again, whoever draws, and the name stays', async () => {
  const other = await t.ctx(network.id, looker);
  const { fields } = service(randomUUID(), ids.house, 'Refuge', served(ring, 'The north side'));
  const now = await t.db.run({ networkId: network.id, scope: 'system' }, async (tx) => {
    return (await recordsById(tx, network.id, [refuge]))[0]!;
  });
  await saveRecord(other, { id: refuge, kind: 'service', seq: now.seq, fields });
  expect(await areasSeen('public')).toEqual([{ id: ids.area, name: 'The north side' }]);
  expect(await refused(lookAtArea(other, { record: refuge, area: ids.area, shape: shapeDigest(ring) }))).toBe(
    'directory.records.area.ownLook',
  );
  await lookAtArea(await t.ctx(network.id, drawer), { record: refuge, area: ids.area, shape: shapeDigest(ring) });
  expect(await areasSeen('public')).toHaveLength(1);
});

test('a look is never changed or taken out', async () => {
  for (const statement of ['update app.directory_area_look set shape = shape', 'delete from app.directory_area_look'])
    await expect(
      t.db.run({ networkId: network.id, scope: 'system' }, async (tx) => {
        await sql.raw(statement).execute(tx);
      }),
    ).rejects.toThrow();
});

test('small parts, holes and circles are warned of; a county is not', () => {
  const circle = Array.from({ length: 65 }, (_, at) => {
    const angle = ((at % 64) / 64) * 2 * Math.PI;
    return [-95.4 + (0.2 * Math.cos(angle)) / Math.cos((29.7 * Math.PI) / 180), 29.7 + 0.2 * Math.sin(angle)];
  });
  const of = (...rings: number[][][]) => warningsOf(shape(JSON.stringify({ type: 'Polygon', coordinates: rings })));
  expect(warningsOf(shape(tight))).toEqual(['small']);
  expect(of(box(-95.5, 29.6, 0.3), box(-95.4, 29.7, 0.03))).toEqual(['small']);
  expect(of(circle)).toEqual(['round']);
  expect(of(box(-95.5, 29.6, 0.3))).toEqual([]);
  for (const fips of ['48201', '48157', '48301'])
    expect(warningsOf(shape(JSON.stringify(outline(fips)!.geometry))), fips).toEqual([]);
});
