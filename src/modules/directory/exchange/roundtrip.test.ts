/** Out and in again: HSDS to tables and back is the same to the letter, whatever the records hold; exports of a network come back whole. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ctx, root } from '#kernel';
import {
  type Audience,
  canonical,
  type Fields,
  type Kind,
  recordSchema,
  saveRecords,
  shape,
  type ToSave,
} from '#modules/organisations';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { fromHsds, toHsds } from '../hsds/shape.ts';
import { project } from '../project.ts';
import { directory } from '../tables.ts';
import { assemble } from './assemble.ts';
import { beginExport, exportBytes, type ExportFormat } from './exporting.ts';
import { importNow, plainChoices } from './importing.ts';
import { addTable } from './read-tables.ts';
import { readCsv } from './read-tables.ts';
import { readFile } from './reading.ts';
import { RawTables } from './rows.ts';
import { cellText, columnsOf, csvLine, rowsOf } from './to-tables.ts';

const nowhere = '6f2d4bbd-6a5a-4b53-9d7c-1de9ac5e0001';
// Texts as people paste them: other letters, quotes, line ends, what a spreadsheet would run. Outer blanks are the only thing an import takes away.
const texts = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      '=1+1',
      '+1 555',
      '-2',
      '@x',
      'a,"b"\nc',
      'línea\r\ndos',
      "'=quoted",
      'ñandú',
      '家',
      '0012',
      'true',
      '1e5',
      ';|\t',
      'null',
    ),
  )
  .map((text) => text.replaceAll('\0', '').trim() || 'x');
const days = fc
  .date({ min: new Date('1950-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));
const some: Record<string, fc.Arbitrary<unknown>> = {
  email: fc.constantFrom('a@example.org', 'b.c+d@example.co.uk'),
  website: fc.constantFrom('https://example.org', 'http://example.org/a?b=c#d'),
  number: fc.constantFrom('555-010-0001', '+1 (555) 010-0002', '1-800-555-0100'),
  byday: fc.constantFrom('MO', 'MO,WE', '1TU'),
  freq: fc.constantFrom('WEEKLY', 'MONTHLY'),
  wkst: fc.constant('MO'),
  opens_at: fc.constantFrom('09:00', '17:30:00', '08:15Z'),
  closes_at: fc.constantFrom('24:00', '02:00-05:00'),
  updated: fc.constant('2026-01-02T03:04:05Z'),
  currency: fc.constant('USD'),
  extension: fc.integer({ min: 0, max: 99_999 }),
  minimum_age: fc.integer({ min: 0, max: 120 }),
  maximum_age: fc.integer({ min: 0, max: 120 }),
  year_incorporated: fc.integer({ min: 1800, max: 2090 }),
  latitude: fc.double({ min: -90, max: 90, noNaN: true }).map((one) => one + 0),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }).map((one) => one + 0),
  postal_code: fc.constantFrom('77001', '00901-1234'),
  code: fc.constantFrom('es', 'quc'),
};
for (const name of ['url', 'uri', 'logo', 'schedule_link']) some[name] = some.website!;
for (const name of ['valid_from', 'valid_to', 'dtstart', 'until', 'assured_date']) some[name] = days;
some.extent = fc.constantFrom(
  'East of the river, "both" banks',
  '{ "type": "Polygon",\n "coordinates": [[[-95.60, 29.6], [-95.2, 29.6], [-95.2, 29.9], [-95.60, 29.6]]] }',
  'POLYGON ((-95.6 29.6, -95.2 29.6, -95.2 29.90, -95.6 29.6))',
  '<kml></kml>',
  '{"type":"Topology","objects":{},"arcs":[]}',
);
some.translations = fc.record({ es: fc.record({ description: texts }) });
some.assurer_email = some.email!;
for (const name of ['timezone', 'count', 'interval', 'amount', 'available', 'maximum'])
  some[name] = fc.integer({ min: -12, max: 400 });

/** A record of any zod shape, from the schema itself, so that a field that is added is tried too. */
interface Def {
  type: string;
  innerType?: { def: Def };
  element?: { def: Def };
  shape?: Record<string, { def: Def }>;
  entries?: Record<string, string>;
  in?: { def: Def };
}
function of(def: Def, name: string, depth = 0): fc.Arbitrary<unknown> {
  if (def.type === 'optional') return of(def.innerType!.def, name, depth);
  if (name === 'id' || name.endsWith('_id')) return fc.uuid();
  if (some[name] && def.type !== 'array' && def.type !== 'object') return some[name];
  switch (def.type) {
    case 'array':
      return fc.array(of(def.element!.def, name.replace(/s$/, ''), depth + 1), {
        minLength: depth > 2 ? 0 : 1,
        maxLength: 2,
      });
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(def.shape!)
            .filter(([key]) => !(depth > 2 && key === 'attributes'))
            .map(([key, value]) => [key, of(value.def, key, depth + 1)]),
        ),
        {
          requiredKeys: Object.entries(def.shape!)
            .filter(([, value]) => value.def.type !== 'optional')
            .map(([key]) => key),
        },
      );
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries!));
    case 'boolean':
      return fc.constant(true);
    case 'number':
      return fc.integer({ min: 0, max: 1_000 });
    default:
      return texts;
  }
}
const recordOf = (kind: Kind, links: Fields): fc.Arbitrary<Fields> =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(shape[kind])
          .filter(([, field]) => field.class !== 'link')
          .map(([name, field]) => [name, of((field.value as unknown as { def: Def }).def, name)]),
      ),
      { requiredKeys: ['name', 'status', 'location_type'].filter((name) => name in shape[kind]) },
    )
    .map((fields) => cleaned({ ...fields, ...links }));

/** Empty lists are the same as none; sizes stay within what a record may hold. */
function cleaned(fields: Fields): Fields {
  return JSON.parse(
    JSON.stringify(fields, (_key, value: unknown) => (Array.isArray(value) && value.length === 0 ? undefined : value)),
  ) as Fields;
}

const [org, program, service, place, link] = [1, 2, 3, 4, 5].map((n) => `0b0d3f1e-7a52-4c0e-9d3f-2f6f0c1a8e4${n}`) as [
  string,
  string,
  string,
  string,
  string,
];
const whole = fc.tuple(
  recordOf('organization', {}),
  recordOf('program', { organization_id: org }),
  recordOf('service', { organization_id: org, program_id: program }),
  recordOf('location', { organization_id: org }),
  recordOf('service_at_location', { service_id: service, location_id: place }),
);
const named = (all: Fields[]): { kind: Kind; id: string; fields: Fields }[] =>
  (['organization', 'program', 'service', 'location', 'service_at_location'] as const).map((kind, i) => ({
    kind,
    id: [org, program, service, place, link][i]!,
    fields: all[i]!,
  }));

test('HSDS to tables and back loses nothing, whatever stands in it', () => {
  fc.assert(
    fc.property(whole, (all) => {
      const records = named(all).map(({ kind, id, fields }) => ({ kind, hsds: toHsds(kind, { id, ...fields }) }));
      for (const { kind, hsds } of records)
        expect(recordSchema[kind].safeParse(fromHsds(kind, hsds)).success).toBe(true);
      const files = new Map<string, string>();
      for (const { kind, hsds } of records)
        for (const { table, cells } of rowsOf(kind, hsds))
          files.set(
            table,
            (files.get(table) ?? csvLine(columnsOf[table]!)) +
              csvLine(columnsOf[table]!.map((name) => cellText(cells[name]))),
          );
      const raw = new RawTables();
      for (const [table, text] of files)
        addTable(`${table}.csv`, readCsv(`${table}.csv`, new TextEncoder().encode(text), raw), raw);
      const { records: back, faults } = assemble(raw, nowhere, new Map());
      expect(faults).toEqual([]);
      for (const { kind, hsds } of records) {
        const found = back.find((one) => one.kind === kind)!;
        expect(canonical(toHsds(kind, { id: found.id, ...found.fields }))).toBe(canonical(hsds));
      }
    }),
    { numRuns: 60 },
  );
});

let t: TestApp;
beforeAll(async () => {
  t = await testApp();
});
afterAll(() => t?.close());

let count = 0;
async function filled(): Promise<{ ctx: Ctx; id: string }> {
  count += 1;
  const { id } = await t.network(`trip-${count}`);
  const ctx = await t.ctx(id, 'system');
  const all = named(fc.sample(whole, { numRuns: 1, seed: 7 })[0]!);
  const hidden = '0b0d3f1e-7a52-4c0e-9d3f-2f6f0c1a8e49';
  const save: ToSave[] = [
    ...all.map(({ kind, id: one, fields }) => ({
      kind,
      id: one,
      fields: { ...fields, ...(kind === 'service' ? { status: 'active', name: '=cmd()' } : {}) },
      marks: Object.fromEntries(Object.keys(fields).map((name) => [name, 'public' as const])),
    })),
    {
      kind: 'location',
      id: hidden,
      confidential: true,
      fields: { organization_id: org, location_type: 'physical', name: 'Hidden house' },
    },
    {
      kind: 'service_at_location',
      id: '0b0d3f1e-7a52-4c0e-9d3f-2f6f0c1a8e48',
      fields: { service_id: service, location_id: hidden },
    },
  ];
  await t.app.db.run({ networkId: id, scope: 'system' }, async (tx) => {
    await saveRecords(tx, ctx, id, save, { source: 'staff' });
    for (const kind of ['proposed', 'listed', 'published'] as const)
      await directory(tx)
        .insertInto('app.directory_event')
        .values({ network_id: id, organization_id: org, on_day: '2026-01-01', kind, author_id: null })
        .execute();
    await project(tx, ctx, null);
  });
  return { ctx, id };
}

async function exported(ctx: Ctx, audience: Audience, format: ExportFormat): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of exportBytes(ctx, await beginExport(ctx, { audience, format }))) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

test.each(['hsds', 'tabular'] as const)(
  'what a network exports as %s another takes in, and exports the same again',
  async (format) => {
    const { ctx } = await filled();
    const file = await exported(ctx, 'vetting', format);
    expect(
      Buffer.from(format === 'hsds' ? file : Buffer.concat(Object.values(unzipSync(file)))).includes('Hidden house'),
    ).toBe(false);
    count += 1;
    const other = await t.ctx((await t.network(`trip-${count}`)).id, 'system');
    const read = readFile(format === 'hsds' ? 'all.json' : 'all.zip', file, {
      network: other.network!.id,
      choices: {},
      mappings: {},
      known: {},
    });
    const done = await importNow(other, { reading: read, choices: plainChoices, dry: false, onProgress: () => {} });
    expect(done.rejected).toEqual([]);
    expect(done.written).toMatchObject({
      organizations: 1,
      programs: 1,
      services: 1,
      locations: 1,
      service_at_locations: 1,
    });
    const again = await exported(other, 'vetting', format);
    // A service that is also offered at a hidden place says so; the file cannot bring that place along.
    const seen = (bytes: Uint8Array) =>
      format === 'hsds'
        ? (JSON.parse(new TextDecoder().decode(bytes)) as { contents: Fields[] }).contents.map((one) =>
            withoutHint(one),
          )
        : Object.keys(unzipSync(bytes));
    expect(canonical(seen(again))).toBe(canonical(seen(file)));
  },
);

const withoutHint = (one: Fields): Fields => ({
  ...one,
  attributes: ((one.attributes as Fields[] | undefined) ?? []).filter(
    (attribute) => attribute.label !== 'confidential_place',
  ),
});

/** As another network reads it. */
const readAgain = (name: string, bytes: Uint8Array) =>
  readFile(name, bytes, { network: nowhere, choices: {}, mappings: {}, known: {} });

test('a plain list holds no formula, and comes back by its own column names', async () => {
  const { ctx } = await filled();
  const file = await exported(ctx, 'public', 'csv');
  const text = new TextDecoder().decode(file);
  expect(text).toContain("'=cmd()");
  expect(text).not.toContain('Hidden house');
  const read = readAgain('list.csv', file);
  expect(read.records.find((one) => one.kind === 'service')).toMatchObject({ id: service, fields: { name: '=cmd()' } });
});

test('as a workbook the list has the same cells, each of them a text that stays one', async () => {
  const { ctx } = await filled();
  const file = await exported(ctx, 'public', 'xlsx');
  const parts = unzipSync(file);
  const sheet = new TextDecoder().decode(parts['xl/worksheets/sheet1.xml']);
  expect(sheet).not.toContain('Hidden house');
  expect(sheet).not.toMatch(/<f[ >]/);
  const types = [...sheet.matchAll(/<c [^>]*>/g)].map(([cell]) => / t="(\w+)"/.exec(cell)?.[1]);
  expect(new Set(types)).toEqual(new Set(['inlineStr']));
  // Style 3 has the mark that keeps a text a text when somebody edits the cell.
  expect(sheet).toMatch(/ s="3" t="inlineStr"><is><t xml:space="preserve">=cmd\(\)</);
  const styles = new TextDecoder().decode(parts['xl/styles.xml']);
  expect(/<cellXfs.*<\/cellXfs>/.exec(styles)![0].split('<xf ')[4]).toContain('quotePrefix="1"');
  const read = readAgain('list.xlsx', file);
  const csv = readAgain('list.csv', await exported(ctx, 'public', 'csv'));
  expect(read.faults).toEqual([]);
  expect(read.records.map(({ kind, id, fields }) => ({ kind, id, fields }))).toEqual(
    csv.records.map(({ kind, id, fields }) => ({ kind, id, fields })),
  );
  expect(read.records.find((one) => one.kind === 'service')).toMatchObject({ fields: { name: '=cmd()' } });
});

test('an audience that sees nothing is given nothing', async () => {
  count += 1;
  const { id } = await t.network(`trip-${count}`);
  const ctx = await t.ctx(id, 'system');
  await t.app.db.run({ networkId: id, scope: 'system' }, (tx) =>
    saveRecords(
      tx,
      ctx,
      id,
      [{ kind: 'organization', id: org, fields: { name: 'Unlisted' }, marks: { name: 'public' } }],
      { source: 'staff' },
    ),
  );
  for (const audience of ['public', 'partner', 'hotline'] as const)
    for (const format of ['hsds', 'csv'] as const)
      expect(new TextDecoder().decode(await exported(ctx, audience, format))).not.toContain('Unlisted');
  expect(JSON.parse(new TextDecoder().decode(await exported(ctx, 'public', 'hsds')))).toMatchObject({
    contents: [],
    organizations: [],
    empty: true,
  });
});

const standards = join(process.env.WAYMARK_SHARED ?? join(root, '../shared'), 'standards/hsds/examples');
test.skipIf(!existsSync(standards))(
  'the official examples are read: a page, a whole service, a whole organization',
  () => {
    for (const name of [
      'service_full.json',
      'organization_full.json',
      'service_list.json',
      'service_at_location_full.json',
    ]) {
      const read = readFile(name, readFileSync(join(standards, name)), {
        network: nowhere,
        choices: {},
        mappings: {},
        known: {},
      });
      expect(read.records.map((one) => one.kind)).toContain('service');
      expect(read.faults.filter((fault) => fault.of !== 'value')).toEqual([]);
    }
  },
);
