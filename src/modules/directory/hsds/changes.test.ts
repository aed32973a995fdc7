/**
 * When a record has changed for the public: with anything inside its whole answer, and with nothing else. Each change is made the way staff make it, and
 * what `modified_after` tells is held against which answers came out otherwise.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { type Fields, type Marks, marksForAll, saveRecords } from '#modules/organisations';
import { type Given, list, plainService } from '../../../../test/support/hsds-network.ts';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { richIds, richRecords } from '../../../../test/support/rich-records.ts';
import { sealPlace } from '../hidden-places.ts';
import { project } from '../project.ts';
import { termByCode } from '../taxonomy/index.ts';

let t: TestApp;
let ctx: Ctx;
const ids = richIds();
const rich = richRecords(ids, termByCode('1102')!.id);
const [guest, house, quiet] = [randomUUID(), randomUUID(), randomUUID()];
const secondHand: Given = { kind: 'organization', id: guest, fields: { name: 'Second Hand', description: 'Goods' } };
const pantry = plainService(guest, 'Food Pantry');
const atOffice: Given = {
  kind: 'service_at_location',
  id: randomUUID(),
  fields: { service_id: pantry.id, location_id: ids.location },
};
const alone = plainService(guest, 'Letters');
const inside: Given = {
  kind: 'program',
  id: randomUUID(),
  fields: { organization_id: guest, name: 'Inside', description: 'For the hotline' },
  marks: { name: 'hotline', description: 'hotline' },
};
const hidden: Given = {
  kind: 'location',
  id: house,
  confidential: true,
  fields: { organization_id: guest, location_type: 'physical', name: 'The House' },
};
const lists = ['services', 'service_at_locations', 'organizations'] as const;

/** As an action does: the records, and the documents of whom they belong to. */
async function save(...given: Given[]): Promise<void> {
  const { id } = ctx.network!;
  await t.db.run({ networkId: id, scope: 'system' }, async (tx) => {
    const whole = given.map((one) => ({ marks: marksForAll(one.kind, one.fields, 'public'), ...one }));
    const { organizations } = await saveRecords(tx, ctx, id, whole, { source: 'staff' });
    await project(tx, ctx, organizations);
  });
  t.app.networks.touch(id);
}

beforeAll(async () => {
  t = await testApp({ trustProxy: true });
  ctx = await t.ctx((await t.network('alpha')).id, 'system');
  t.setClock('2026-03-01T12:00:00Z');
  const organizations: Given[] = [
    secondHand,
    { kind: 'organization', id: quiet, fields: { name: 'Quiet Place', description: 'Not public' } },
  ];
  const secret: Given = {
    kind: 'service_at_location',
    id: randomUUID(),
    fields: { service_id: alone.id, location_id: house },
  };
  await save(...rich, ...organizations, pantry, atOffice, alone, inside, hidden, secret);
  await list(t, ctx, [ids.organization, guest]);
  await list(t, ctx, [quiet], false);
});
afterAll(() => t?.close());

let asked = 0;
const text = async (path: string): Promise<string> => {
  const headers = { 'x-forwarded-for': `10.3.${asked >> 8}.${asked++ & 255}` };
  return (await t.fetch(`/alpha/hsds${path}`, { headers })).text();
};
type Listed = { contents: (Fields & { id: string })[] };
const contents = async (path: string) => (JSON.parse(await text(path)) as Listed).contents;

/** The whole answer of every record, without the days of change in it. */
async function answers(): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  for (const name of lists)
    for (const query of name === 'organizations' ? ['full=true', 'full_service=true'] : ['full=true'])
      for (const one of await contents(`/${name}?${query}`)) {
        const said = JSON.stringify(one, (key, value: unknown) => (key === 'last_modified' ? '' : value));
        out.set(`${name} ${one.id}`, `${out.get(`${name} ${one.id}`) ?? ''}${said}`);
      }
  return out;
}
const since = async (at: string): Promise<string[]> => {
  const found: string[] = [];
  for (const name of lists)
    for (const one of await contents(`/${name}?modified_after=${at}`)) found.push(`${name} ${one.id}`);
  return found.sort();
};

const given = (kind: string) => rich.find((one) => one.kind === kind)!;
const otherwise = (one: Given, fields: Fields, marks: Marks = {}): Given => {
  const next = { ...one.fields, ...fields };
  return { ...one, fields: next, marks: { ...marksForAll(one.kind, next, 'public'), ...marks } };
};
const office = given('location');
const phone = [{ id: randomUUID(), number: '555-0123' }];
const changes: [string, number, Given][] = [
  ['a service in a list inside', 4, otherwise(given('service'), { phones: phone })],
  ['its organization', 4, otherwise(given('organization'), { description: 'Another description' })],
  ['its program', 4, otherwise(given('program'), { description: 'Another description' })],
  ['a service at a location', 4, otherwise(given('service_at_location'), { phones: phone })],
  ['a place, of another organization too', 7, otherwise(office, { transportation: 'Bus 9' })],
  ['a link of another organization to it', 3, otherwise(atOffice, { description: 'At the back' })],
  ['a service without places', 2, otherwise(alone, { description: 'Pens and stamps' })],
  ['a place that goes', 5, { ...office, marks: marksForAll('location', office.fields, 'hotline') }],
];

test.each(changes)('%s: what comes out otherwise is told as changed, and nothing else', async (what, most, change) => {
  const at = `2026-04-${String(changes.findIndex(([one]) => one === what) + 1).padStart(2, '0')}T08:00:00.000Z`;
  const before = await answers();
  t.setClock(at);
  await save(change);
  const after = await answers();
  const differs = [...after.keys()].filter((key) => before.get(key) !== after.get(key)).sort();
  expect(differs.length).toBeGreaterThan(1);
  expect(differs.length).toBeLessThanOrEqual(most);
  expect(await since(at)).toEqual(differs);
  const services = differs.flatMap((key) => (key.startsWith('services ') ? [key.slice(9)] : []));
  for (const one of await contents('/services?minimal=true'))
    expect(one.modified_date === at, one.id).toBe(services.includes(one.id));
  for (const id of services) expect(JSON.parse(await text(`/services/${id}`))).toMatchObject({ last_modified: at });
});

test('a term of the network that is called otherwise has changed the records that carry it', async () => {
  const at = '2026-05-01T08:00:00.000Z';
  const id = randomUUID();
  const name = (en: string) => JSON.stringify({ en, es: en });
  await sql`insert into site.directory_term (network_id, id, code, name) values (${ctx.network!.id}, ${id}, 'own.attic', ${name('Attic')})`.execute(
    t.db.owner,
  );
  await save(otherwise(alone, { attributes: [{ id: randomUUID(), taxonomy_term_id: id, link_type: 'need' }] }));
  expect(await text(`/services/${alone.id}`)).toContain('Attic');
  t.setClock(at);
  await sql`update site.directory_term set name = ${name('Loft')} where id = ${id}`.execute(t.db.owner);
  await t.db.run({ networkId: ctx.network!.id, scope: 'system' }, (tx) => project(tx, ctx, null));
  expect(await text(`/services/${alone.id}`)).toContain('Loft');
  expect(await since(at)).toEqual([`organizations ${guest}`, `services ${alone.id}`].sort());
});

/** Every row of the directory that the public reads, with what tells when it was last written; names of terms and places are public by nature. */
async function rows(): Promise<string> {
  const tables = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c 
    where c.relnamespace = 'site'::regnamespace and c.relkind = 'r' and c.relname !~ '^directory_(term|place)$'`.execute(
    t.db.owner,
  );
  const out: string[] = [];
  for (const { name } of tables.rows) {
    const { rows: found } = await sql<{ row: string }>`
      select x.xmin::text || ' ' || x.ctid::text || ' ' || x::text as row from ${sql.raw(name)} x order by 1`.execute(
      t.db.owner,
    );
    out.push(name, ...found.map(({ row }) => row));
  }
  return out.join('\n');
}

test('what changes inside alone changes no byte of any answer, and writes no row that the public reads', async () => {
  const at = '2026-06-01T08:00:00.000Z';
  const queries = [
    '',
    '?full=true',
    '?format=ndjson&full=true',
    `?modified_after=${at}`,
    '?search=letters',
    '?search=house',
  ];
  const everything = async (): Promise<string[]> => {
    const paths = lists.flatMap((name) => queries.map((query) => `/${name}${query}`));
    const out: string[] = [];
    for (const path of [
      ...paths,
      '/services?minimal=true',
      '/services?minimal=true&modified_after=2026-01-01',
      '/service_at_locations?postcode=77002&proximity=900000',
      '/taxonomy_terms?search=attic',
    ])
      out.push(`${path} ${await text(path)}`);
    return [...out, await rows()];
  };
  const before = await everything();
  t.setClock(at);
  const moveHouse = () =>
    t.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) => {
      await sealPlace(tx, ctx, ctx.network!.id, house, { latitude: 30.21, longitude: -95.36 });
      await project(tx, ctx, null);
    });
  const term = randomUUID();
  const quietPlace: Given = {
    kind: 'location',
    id: randomUUID(),
    fields: {
      organization_id: quiet,
      location_type: 'physical',
      name: 'Quiet office',
      latitude: 29.7,
      longitude: -95.3,
    },
  };
  const steps: Record<string, () => Promise<unknown>> = {
    'a field of a service for the hotline': () =>
      save(
        otherwise(
          pantry,
          { alert: 'Full until June', wait_time: 'A week' },
          { alert: 'hotline', wait_time: 'vetting' },
        ),
      ),
    'a field of an organization for partners': () =>
      save(otherwise(secondHand, { email: 'inside@example.org' }, { email: 'partner' })),
    'a program inside': () => save(otherwise(inside, { description: 'Otherwise' }, inside.marks)),
    'what a hidden place says of itself': () => save(otherwise(hidden, { name: 'Another name' })),
    'where a hidden place is': moveHouse,
    'a provider inside, with a place where a public service is offered': async () => {
      await save(quietPlace, plainService(quiet, 'House of letters'));
      await save({
        kind: 'service_at_location',
        id: randomUUID(),
        fields: { service_id: alone.id, location_id: quietPlace.id },
      });
      await save(otherwise(quietPlace, { latitude: 29.9 }));
    },
    'a term that only insiders use, called as a public service is': async () => {
      await sql`insert into site.directory_term (network_id, id, code, name)
        values (${ctx.network!.id}, ${term}, 'own.inside', '{"en":"Letters","es":"Cartas"}')`.execute(t.db.owner);
      const attributes = [{ id: randomUUID(), taxonomy_term_id: term, link_type: 'need' }];
      await save(plainService(quiet, 'Letters by night', { attributes }));
      await t.db.run({ networkId: ctx.network!.id, scope: 'system' }, (tx) => project(tx, ctx, null));
    },
  };
  for (const [what, change] of Object.entries(steps)) {
    await change();
    const now = await everything();
    expect(
      now.findIndex((one, n) => one !== before[n]),
      `${what}: the answer at this place differs`,
    ).toBe(-1);
  }
});
