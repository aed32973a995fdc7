/** Files into the directory: what arrives, what is refused and how it is said, twice the same, and who may let whom see it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ctx, root } from '#kernel';
import { type Holding, holdings, recordsById, saveRecords } from '#modules/organisations';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { directory } from '../tables.ts';
import { defaultTaxonomy } from '../taxonomy/index.ts';
import { confirmImport, importNow, plainChoices, previewImport, rereadImport } from './importing.ts';
import { listImport } from './listing-steps.ts';
import { partsOfFolder } from './parts.ts';
import { readFile, reading } from './reading.ts';
import { type ImportChoices, imports } from './store.ts';
import { vettingDigest } from '../vetting/start.tsx';
import type { Counts, Summary } from './summary.ts';

const ohana = join(process.env.WAYMARK_SHARED ?? join(root, '../shared'), 'data/directory/ohana-smc');

let t: TestApp;
let n = 0;
beforeAll(async () => {
  t = await testApp();
});
afterAll(() => t?.close());

const network = async () => {
  n += 1;
  const made = await t.network(`net-${n}`);
  return { id: made.id, ctx: await t.ctx(made.id, 'system') };
};
const bytes = (text: string) => new TextEncoder().encode(text);
const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

async function bring(ctx: Ctx, name: string, file: Uint8Array, choices: Partial<ImportChoices> = {}): Promise<Summary> {
  const all = { ...plainChoices, ...choices };
  const read = readFile(name, file, { network: ctx.network!.id, choices: all, mappings: {}, known: {} });
  return importNow(ctx, { reading: read, choices: all, dry: false, onProgress: () => {} });
}
const held = (ctx: Ctx): Promise<Holding[]> =>
  t.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) => [
    ...(await holdings(tx, ctx.network!.id)).values(),
  ]);
const versions = (ctx: Ctx) =>
  t.app.db
    .run({ networkId: ctx.network!.id, scope: 'system' }, (tx) =>
      sql<{
        n: number;
        text: string;
      }>`select count(*)::int as n, coalesce(string_agg(fields::text, ''), '') as text from app.record_version where network_id = ${ctx.network!.id}`.execute(
        tx,
      ),
    )
    .then(({ rows }) => rows[0]!);

const org = 'organizations.csv';
const base = {
  [org]: 'id,name,description\n1,Open Door,Help\n2,Harbor House,Shelter\n',
  'services.csv': 'id,organization_id,name,status,email\n1,1,Counseling,active,help@example.org\n2,2,Shelter,active,\n',
  'locations.csv':
    'id,organization_id,name,location_type,confidential\n1,1,Main office,physical,\n2,2,House,physical,yes\n',
  'service_at_location.csv': 'id,service_id,location_id\n1,1,1\n2,2,2\n',
  'addresses.csv':
    'id,location_id,address_1,city,state_province,postal_code,country,address_type\n1,1,12 Elm Street,Springfield,TX,75001,US,physical\n2,2,99 Secret Lane,Springfield,TX,75001,US,physical\n',
  'phones.csv': 'id,service_id,location_id,number\n1,1,,555-010-0001\n2,2,,555-010-0002\n',
};

test.skipIf(!existsSync(ohana))('a package as Ohana writes it arrives whole, and again changes nothing', async () => {
  const { ctx } = await network();
  const choices = plainChoices;
  const read = () =>
    reading(() => partsOfFolder(ohana), { network: ctx.network!.id, choices, mappings: {}, known: {} });
  const run = () => importNow(ctx, { reading: read(), choices, dry: false, onProgress: () => {} });
  const first = await run();
  const expected = { organizations: 8, locations: 22, services: 23, phones: 54, programs: 1, contacts: 31 };
  expect(first.read).toMatchObject({ ...expected, contacts: first.read.contacts });
  expect(first.written).toMatchObject({ ...expected, contacts: first.read.contacts });
  expect(first.rejected.every((fault) => fault.of === 'value')).toBe(true);
  const all = await held(ctx);
  const passports = all.flatMap((one) => one.services).find((one) => one.fields.name === 'Passport Photos')!;
  expect(passports.fields.languages).toMatchObject([{ name: 'Spanish', code: 'es' }]);
  expect(passports.fields.schedules).toContainEqual(
    expect.objectContaining({ freq: 'WEEKLY', byday: 'MO', opens_at: '14:00', closes_at: '16:00' }),
  );
  const needs = (
    passports.fields.attributes as { link_type: string; taxonomy_term_id?: string; label: string }[]
  ).filter((one) => one.link_type === 'need');
  const known = new Map(defaultTaxonomy().terms.map((term) => [term.id, term.name.en]));
  expect(needs).toHaveLength(6);
  expect(needs.map((one) => known.get(one.taxonomy_term_id!))).toEqual(needs.map((one) => one.label));
  const before = await versions(ctx);
  const again = await run();
  expect(Object.values(again.written).every((count) => count === 0)).toBe(true);
  expect(again.changed).toEqual({});
  expect((await versions(ctx)).n).toBe(before.n);
});

test('a confidential place arrives without its address in any version, and its service is there', async () => {
  const { ctx } = await network();
  const done = await bring(ctx, 'all.zip', zip(base));
  expect(done.written).toMatchObject({
    organizations: 2,
    services: 2,
    locations: 2,
    service_at_locations: 2,
    phones: 2,
  });
  expect(done.hidden).toBe(1);
  expect((await versions(ctx)).text).not.toContain('Secret Lane');
  const sealed = await t.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, (tx) =>
    directory(tx)
      .selectFrom('app.confidential_location')
      .selectAll()
      .where('network_id', '=', ctx.network!.id)
      .execute(),
  );
  expect(sealed).toHaveLength(1);
  const house = (await held(ctx)).find((one) => one.organization.fields.name === 'Harbor House');
  expect(house!.locations[0]).toMatchObject({ confidential: true, fields: { name: 'House' } });
  expect((await bring(ctx, 'all.zip', zip(base))).changed).toEqual({});
  // Without the column the place stays hidden: what was once confidential is not opened by a file.
  const open = {
    ...base,
    'locations.csv': 'id,organization_id,name,location_type\n1,1,Main office,physical\n2,2,House,physical\n',
  };
  await bring(ctx, 'all.zip', zip(open));
  expect((await versions(ctx)).text).not.toContain('Secret Lane');
});

test('a place that was open and that a file calls confidential is hidden in every version', async () => {
  const { ctx } = await network();
  const open = {
    ...base,
    'locations.csv': 'id,organization_id,name,location_type\n1,1,Main office,physical\n2,2,House,physical\n',
  };
  await bring(ctx, 'all.zip', zip(open));
  expect((await versions(ctx)).text).toContain('Secret Lane');
  await bring(ctx, 'all.zip', zip(base));
  expect((await versions(ctx)).text).not.toContain('Secret Lane');
});

test('a link to nothing changes nothing, and every row that hangs on it is named', async () => {
  const { ctx } = await network();
  const broken = {
    ...base,
    'services.csv': 'id,organization_id,name,status\n1,1,Counseling,active\n2,77,Shelter,active\n',
  };
  const done = await bring(ctx, 'all.zip', zip(broken));
  expect(done.stopped).toBe(true);
  expect(done.rejected).toContainEqual(
    expect.objectContaining({ file: 'services.csv', line: 3, column: 'organization_id', key: 'missingLink' }),
  );
  expect(done.rejected).toContainEqual(expect.objectContaining({ file: 'phones.csv', line: 3, key: 'dependant' }));
  expect(await held(ctx)).toEqual([]);
  const rest = await bring(ctx, 'all.zip', zip(broken), { skipBroken: true });
  expect(rest.written).toMatchObject({ organizations: 2, services: 1, phones: 1 });
});

test('a bad value is left out and named with its line and column; the row stays', async () => {
  const { ctx } = await network();
  const done = await bring(
    ctx,
    'all.zip',
    zip({
      ...base,
      'services.csv':
        'id,organization_id,name,status,email,url,minimum_age,assured_date\n1,1,Counseling,active,nobody at example,www.example.org,18 and over,"January 01, 0001"\n2,2,Shelter,open,,not a url,,\n',
      'phones.csv': 'id,service_id,number\n1,1,Call 555-010-0001 and ask for the night desk\n',
    }),
  );
  expect(done.rejected.map(({ file, line, column, key }) => [file, line, column, key])).toEqual([
    ['services.csv', 2, 'email', 'email'],
    ['services.csv', 2, 'assured_date', 'day'],
    ['services.csv', 3, 'url', 'url'],
  ]);
  const service = (await held(ctx)).flatMap((one) => one.services).find((one) => one.fields.name === 'Counseling')!;
  expect(service.fields).toMatchObject({ url: 'https://www.example.org', minimum_age: 18 });
  expect(service.fields.phones).toMatchObject([
    { number: '555-010-0001', description: 'Call and ask for the night desk' },
  ]);
});

test('what a person changed since stays, what the file changed is taken, and overwriting is a choice', async () => {
  const { ctx, id } = await network();
  await bring(ctx, 'all.zip', zip(base));
  const first = (await held(ctx)).find((one) => one.organization.fields.name === 'Open Door');
  await t.app.db.run({ networkId: id, scope: 'system' }, (tx) =>
    saveRecords(
      tx,
      ctx,
      id,
      [{ ...first!.organization, fields: { ...first!.organization.fields, description: 'Ours' } }],
      { source: 'staff' },
    ),
  );
  const now = async () =>
    (await t.app.db.run({ networkId: id, scope: 'system' }, (tx) => recordsById(tx, id, [first!.organization.id])))[0]!
      .fields;
  await bring(ctx, 'all.zip', zip(base));
  expect(await now()).toMatchObject({ description: 'Ours' });
  const moved = { ...base, [org]: 'id,name,description\n1,Open Door Center,Theirs\n2,Harbor House,Shelter\n' };
  const done = await bring(ctx, 'all.zip', zip(moved));
  expect(await now()).toMatchObject({ name: 'Open Door Center', description: 'Ours' });
  expect(done.notes).toContainEqual(expect.objectContaining({ key: 'keptOurs', column: 'description', line: 2 }));
  await bring(
    ctx,
    'all.zip',
    zip({ ...base, [org]: 'id,name,description\n1,Open Door Center,Newest\n2,Harbor House,Shelter\n' }),
    { overwrite: true },
  );
  expect(await now()).toMatchObject({ description: 'Newest' });
});

test('likely duplicates are proposed and never merged', async () => {
  const { ctx } = await network();
  await bring(ctx, 'all.zip', zip(base));
  const more =
    'Organization,Service,Phone,Address,City,State,Zip\n"Open Door, Inc.",Counselling,(555) 010-0001,12 Elm Street,Springfield,TX,75001\n';
  const done = await bring(ctx, 'list.csv', bytes(more));
  expect(done.duplicates).toContainEqual(
    expect.objectContaining({
      kind: 'organization',
      name: 'Open Door, Inc.',
      other: expect.objectContaining({ name: 'Open Door', inFile: false }),
      because: ['name', 'phone', 'address'],
    }),
  );
  expect(await held(ctx)).toHaveLength(3);
  expect(JSON.stringify(done.duplicates)).not.toContain('Secret');
});

test('files made to harm end in a sentence, and nothing is written', async () => {
  const { ctx } = await network();
  const fault = async (name: string, file: Uint8Array) => (await bring(ctx, name, file)).rejected[0]?.key;
  expect(await fault('x.zip', zip({ '../../etc/organizations.csv': 'id,name\n1,A\n' }))).toBe('escapes');
  expect(await fault('x.zip', zip({ 'organizations.csv': `id,name\n1,${'0'.repeat(30_000_000)}\n` }))).toBe('bomb');
  expect(await fault('x.zip', zip({ 'readme.txt': 'hello' }))).toBe('nothingInside');
  expect(await fault('x.json', bytes('{"id": '))).toBe('badJson');
  expect(await fault('x.json', bytes('{"hello": 1}'))).toBe('noRecords');
  expect(await fault('x.csv', bytes(''))).toBe('empty');
  expect(
    await fault('x.csv', new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8].flatMap((one) => Array<number>(50).fill(one)))),
  ).toBe('binary');
  expect(await held(ctx)).toEqual([]);
});

test('a byte order mark, other letters, ragged rows, ids twice and circles are dealt with in words', async () => {
  const { ctx } = await network();
  const utf16 = new Uint8Array(Buffer.from('\uFEFFid,name,parent_organization_id\n1,Niñez,2\n2,Two,1\n', 'utf16le'));
  const circle = await bring(ctx, 'organizations.csv', utf16);
  expect(circle.rejected.map((one) => one.key)).toEqual(['circle']);
  expect((await held(ctx)).map((one) => one.organization.fields.name).sort()).toEqual(['Niñez', 'Two']);
  const latin = new Uint8Array(Buffer.from('id,name\n3,Niñez tres\n', 'latin1'));
  const read = await bring(ctx, 'organizations.csv', latin);
  expect(read.notes.map((one) => one.key)).toContain('notUtf8');
  const odd = await bring(
    ctx,
    'organizations.csv',
    bytes('\uFEFFid,name\n4,Four,and more\n5,Five\n5,Other five\n,None\n'),
  );
  expect(odd.rejected.map(({ key, line }) => [key, line])).toEqual([
    ['ragged', 2],
    ['twice', 4],
    ['noId', 5],
  ]);
  expect((await held(ctx)).map((one) => one.organization.fields.name)).toContain('Five');
});

const published = async (ctx: Ctx) =>
  t.app.db.readPublic(ctx.network!.id, (tx) =>
    directory(tx).selectFrom('site.directory_document').select(['kind', 'document']).execute(),
  );

test('by page: shown, kept sealed, confirmed; nobody outside vetting sees it', async () => {
  const { ctx: system, id } = await network();
  const editor = await t.ctx(id, await t.person(id, ['directory_editor']));
  const waits = await previewImport(editor, { filename: 'all.zip', bytes: zip(base) });
  const row = () =>
    t.app.db.run({ networkId: id, scope: 'system' }, (tx) =>
      imports(tx).selectFrom('app.directory_import').selectAll().where('id', '=', waits).executeTakeFirstOrThrow(),
    );
  const shown = await row();
  expect(JSON.stringify(shown)).not.toContain('Secret Lane');
  expect(shown.summary.new).toEqual({ organization: 2, service: 2, location: 2, service_at_location: 2 });
  expect(await held(system)).toEqual([]);
  await expect(confirmImport(editor, { id: waits, basis: 'another' })).rejects.toThrow(
    'directory.exchange.problem.changedMeanwhile',
  );
  const counts: Counts = await confirmImport(editor, { id: waits, basis: shown.summary.basis });
  expect(counts).toMatchObject({ organizations: 2 });
  expect(await published(system)).toEqual([]);
  expect((await row()).sealed).toBeNull();
  await expect(confirmImport(editor, { id: waits, basis: shown.summary.basis })).rejects.toThrow(
    'directory.exchange.problem.done',
  );
});

test('listing and publishing an import takes an approver who is another person', async () => {
  const { ctx: system, id } = await network();
  const one = await t.ctx(id, await t.person(id, ['directory_editor', 'directory_approver']));
  const other = await t.ctx(id, await t.person(id, ['directory_approver']));
  const editor = await t.ctx(id, await t.person(id, ['directory_editor']));
  const waits = await previewImport(one, { filename: 'all.zip', bytes: zip(base) });
  await rereadImport(one, waits, { ...plainChoices, show: 'public' });
  const { basis } = (
    await t.app.db.run({ networkId: id, scope: 'system' }, (tx) =>
      imports(tx).selectFrom('app.directory_import').selectAll().where('id', '=', waits).executeTakeFirstOrThrow(),
    )
  ).summary;
  await confirmImport(one, { id: waits, basis });
  expect(await published(system)).toEqual([]);
  await expect(listImport(one, { id: waits })).rejects.toThrow('directory.exchange.problem.another');
  await expect(listImport(editor, { id: waits })).rejects.toThrow('kernel.problem.notFound');
  const asked = async (ctx: Ctx) => {
    const { personId, roles } = ctx.actor as { personId: string; roles: ReadonlySet<string> };
    return (await vettingDigest.items(ctx, { id: personId, roles })).map(({ path }) => path);
  };
  const path = `/${system.network!.slug}/staff/directory/import/${waits}`;
  expect(await asked(other)).toEqual([path]);
  expect(await asked(one)).toEqual([]);
  await listImport(other, { id: waits });
  expect(await asked(other)).toEqual([]);
  await expect(listImport(other, { id: waits })).rejects.toThrow('directory.exchange.problem.done');
  const rows = await published(system);
  expect(rows.map((row) => row.kind).sort()).toEqual([
    'location',
    'organization',
    'organization',
    'service',
    'service',
    'service_at_location',
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/Secret Lane|"House"/);
  const events = await t.app.db.run({ networkId: id, scope: 'system' }, (tx) =>
    directory(tx)
      .selectFrom('app.directory_event')
      .select(['kind', 'author_id'])
      .where('network_id', '=', id)
      .execute(),
  );
  expect(
    new Set(
      events.map(
        (event) =>
          `${event.kind} ${event.author_id === (one.actor as { personId?: string }).personId ? 'one' : 'other'}`,
      ),
    ),
  ).toEqual(new Set(['proposed one', 'listed other', 'published other']));
});
