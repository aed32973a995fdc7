/**
 * A hidden place moves by fifty kilometres, and its record says something else: everything that the public and partners can ask for answers with the
 * same bytes as before. The recording is first shown to hear a public place that moves.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { directoryModule } from '../src/modules/directory/index.ts';
import { type Heard, files, listen, stale, unasked } from './support/directory-doors.ts';
import { shapeDigest } from '../src/modules/directory/areas/held.ts';
import { act, directoryWorld, hiddenAt, hiddenPoint, more, movedPoint, type World } from './support/directory-world.ts';
import { testApp } from './support/harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let w: World;

beforeAll(async () => {
  const t = await testApp({ trustProxy: true });
  t.setClock('2026-06-02T15:00:00Z');
  w = await directoryWorld(t);
  await drawAround(hiddenPoint);
});
afterAll(() => w?.t.close());

test('every route of the directory that the public or a partner may open is asked', () => {
  expect(unasked().map((key) => `Add a case for ${key} to test/support/directory-doors.ts`)).toEqual([]);
  expect(stale()).toEqual([]);
});

const area = randomUUID();
/** In no other number of this world; and what only a drawn shape has. */
const corner = '.8135791';
const drawing = 'wm-map__area';
let drawn = '';

/** An editor draws an area of the shelter closely around its hidden place: the very thing that must not come out. */
async function drawAround({ latitude, longitude }: typeof hiddenPoint): Promise<void> {
  const [west, east] = [longitude - 0.01, longitude + 0.01];
  const [south, north] = [Math.floor(latitude) + Number(corner), latitude + 0.01];
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  drawn = JSON.stringify({ type: 'Polygon', coordinates: [ring] });
  const { fields, seq } = await newest(more.shelter);
  const areas = fields.service_areas as unknown[];
  await act(w, w.people.editor, 'directory.record.save', {
    id: more.shelter,
    kind: 'service',
    seq,
    fields: {
      ...fields,
      service_areas: [...areas, { id: area, name: 'Around the house', extent: drawn, extent_type: 'geojson' }],
    },
  });
}

interface Recording {
  heard: Map<string, Heard>;
  rows: Map<string, string>;
}

/** Tables of the public and of partners, with what tells when a row was last written. */
async function rows(): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  const tables = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and (n.nspname = 'site' or c.oid::regclass::text ~ '^app.directory_(document|search|word)$')`.execute(
    w.t.db.owner,
  );
  for (const { name } of tables.rows) {
    const { rows: found } = await sql<{ row: string }>`
      select x.xmin::text || ' ' || x.ctid::text || ' ' || x::text as row from ${sql.raw(name)} x order by 1`.execute(
      w.t.db.owner,
    );
    out.set(name, found.map(({ row }) => row).join('\n'));
  }
  return out;
}

async function record(): Promise<Recording> {
  const heard = new Map<string, Heard>();
  for (const viewer of ['public', 'partner'] as const)
    for (const one of [...(await listen(w, viewer)), ...(await files(w, viewer))]) {
      const key = `${viewer} ${one.asked}`;
      // The same question may be asked twice, and must be answered alike.
      heard.set(`${key} #${[...heard.keys()].filter((other) => other.startsWith(`${key} #`)).length}`, one);
    }
  // What the partner put on the list to share is not there before the next time.
  await sql`delete from app.directory_basket`.execute(w.t.db.owner);
  await sql`delete from app.directory_share`.execute(w.t.db.owner);
  const ctx = await w.t.ctx(w.network.id, 'system');
  for (const source of directoryModule.indicators) {
    const values = await source.values(ctx, ['2026-01-31', '2026-06-02']);
    heard.set(`figure ${source.key}`, { asked: source.key, status: 200, headers: '', body: JSON.stringify(values) });
  }
  return { heard, rows: await rows() };
}

/** What came out otherwise; the first twenty are enough to know. */
function differences(before: Recording, after: Recording, most = 20): string[] {
  const out: string[] = [];
  for (const key of new Set([...before.heard.keys(), ...after.heard.keys()])) {
    const [one, two] = [before.heard.get(key), after.heard.get(key)];
    if (!one || !two) out.push(`${key}: ${one ? 'no answer any more' : 'a new answer'}`);
    else if (JSON.stringify(one) !== JSON.stringify(two)) out.push(`${key}: ${firstDifference(one, two)}`);
  }
  for (const [name, text] of before.rows) if (after.rows.get(name) !== text) out.push(`rows of ${name}`);
  return out.slice(0, most);
}

function firstDifference(one: Heard, two: Heard): string {
  const [a, b] = [`${one.status} ${one.headers} ${one.body}`, `${two.status} ${two.headers} ${two.body}`];
  let at = 0;
  while (a[at] === b[at]) at += 1;
  return `…${a.slice(Math.max(0, at - 60), at + 60)}… is …${b.slice(Math.max(0, at - 60), at + 60)}…`;
}

let before: Recording;

test('nothing moves: the same questions are answered with the same bytes twenty minutes later', async () => {
  before = await record();
  expect(before.heard.size).toBeGreaterThan(500);
  expect(w.t.logged.filter((line) => line.includes('request failed')).slice(0, 3)).toEqual([]);
  expect([...before.heard.values()].filter((one) => one.status === 200).length).toBeGreaterThan(300);
  w.t.setClock('2026-06-02T15:20:00Z');
  expect(differences(before, await record())).toEqual([]);
});

test('the hidden place moves by fifty kilometres and says something else of itself: not one byte for the public and for partners', async () => {
  w.t.setClock('2026-06-02T15:40:00Z');
  await act(w, w.people.editor, 'directory.place.move', {
    location: more.hiddenPlace,
    place: hiddenAt(movedPoint, '9 Elsewhere Road'),
  });
  await act(w, w.people.editor, 'directory.record.save', {
    id: more.hiddenPlace,
    kind: 'location',
    seq: (await newest(more.hiddenPlace)).seq,
    fields: { organization_id: more.house, location_type: 'virtual', name: 'Another name' },
  });
  expect(differences(before, await record())).toEqual([]);
});

test('a shape drawn around the hidden place comes out of no door of the public or of partners before somebody else has looked at it', async () => {
  const told = ({ heard, rows: tables }: Recording) => [
    ...[...heard].flatMap(([key, one]) => {
      const said = JSON.stringify(one);
      return said.includes(corner) || said.includes(drawing) ? [key] : [];
    }),
    ...[...tables].flatMap(([name, text]) =>
      text.split('\n').some((row) => row.includes(corner) && !/ \([^)]*,hotline,/.test(row)) ? [name] : [],
    ),
  ];
  expect(told(before)).toEqual([]);
  const look = { record: more.shelter, area, shape: shapeDigest(drawn) };
  await expect(act(w, w.people.editor, 'directory.area.look', look)).rejects.toThrow('ownLook');
  await act(w, w.people.approver, 'directory.area.look', look);
  before = await record();
  const now = told(before);
  for (const door of [
    'public GET',
    'partner GET',
    '/hsds/services',
    'site.directory_document',
    'app.directory_document',
  ])
    expect(now.filter((one) => one.includes(door)).length, door).toBeGreaterThan(0);
  await act(w, w.people.editor, 'directory.place.move', {
    location: more.hiddenPlace,
    place: hiddenAt(hiddenPoint, '11 Elsewhere Road'),
  });
  expect(differences(before, await record())).toEqual([]);
});

test('a public place that moves is heard at many doors', async () => {
  w.t.setClock('2026-06-02T16:20:00Z');
  const { fields, seq } = await newest(more.office);
  await act(w, w.people.editor, 'directory.record.save', {
    id: more.office,
    kind: 'location',
    seq,
    fields: { ...fields, latitude: 30.206, longitude: -95.363 },
  });
  const told = differences(before, await record(), Infinity);
  for (const door of [
    'GET /alpha/services/results',
    '/hsds/services',
    '/hsds/service_at_locations',
    'staff/services/results',
    'export',
    'rows of site.directory_search',
  ])
    expect(told.filter((one) => one.includes(door)).length, door).toBeGreaterThan(0);
});

async function newest(id: string): Promise<{ fields: Record<string, unknown>; seq: number }> {
  const { rows: found } = await sql<{ fields: Record<string, unknown>; seq: string }>`
    select fields, seq from app.record_version where record_id = ${id} order by seq desc limit 1`.execute(w.t.db.owner);
  return { fields: found[0]!.fields, seq: Number(found[0]!.seq) };
}
