/** A network that brings in what it took out itself: a person who sends the file back untouched changes nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ctx, root } from '#kernel';
import { type Fields, holdings, type Rec } from '#modules/organisations';
import { loadDemo } from '../../../demo/load.ts';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { beginExport, type ExportFormat, exportBytes } from './exporting.ts';
import { importNow, kindsOutside, plainChoices } from './importing.ts';
import { partsOfFolder } from './parts.ts';
import { readFile, reading, type Reading } from './reading.ts';

const ohana = join(process.env.WAYMARK_SHARED ?? join(root, '../shared'), 'data/directory/ohana-smc');

let t: TestApp;
let ctx: Ctx;
beforeAll(async () => {
  t = await testApp({ demo: true });
  await loadDemo(t.app);
  ctx = await t.ctx((await t.app.networks.bySlug('harbor'))!.id, 'system');
}, 120_000);
afterAll(() => t?.close());

async function exported(format: ExportFormat, of = ctx): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of exportBytes(of, await beginExport(of, { audience: 'vetting', format }))) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

const recordsNamed = (name: string): Promise<Rec[]> =>
  t.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) =>
    [...(await holdings(tx, ctx.network!.id)).values()]
      .flatMap((one) => one.services)
      .filter((one) => one.fields.name === name),
  );

const forms = [
  ['hsds', 'all.json'],
  ['tabular', 'all.zip'],
  ['csv', 'list.csv'],
  ['xlsx', 'list.xlsx'],
] as const;

test.each(forms)('as %s: nothing is new, and nothing changes', async (format, name) => {
  const options = { network: ctx.network!.id, choices: {}, mappings: {}, known: {} };
  const bytes = await exported(format);
  const first = readFile(name, bytes, options);
  const known = await kindsOutside(ctx, first.outside);
  const read = readFile(name, bytes, { ...options, known });
  // Also where the file's word counts more than ours.
  for (const overwrite of [false, true]) {
    const choices = { ...plainChoices, overwrite };
    const summary = await importNow(ctx, { reading: read, choices, dry: true, onProgress: () => {} });
    expect(summary.read.services).toBeGreaterThan(20);
    expect({ new: summary.new, changed: summary.changed, rejected: summary.rejected }).toEqual({
      new: {},
      changed: {},
      rejected: [],
    });
    expect(summary.notes.filter((note) => note.key.startsWith('kept'))).toEqual([]);
  }
});

test.skipIf(!existsSync(ohana)).each(forms)(
  'a directory that came from another program comes back as %s: nothing changes',
  async (format, name) => {
    const made = await t.network(`other-${format}`);
    const other = await t.ctx(made.id, 'system');
    const choices = { ...plainChoices, overwrite: true };
    const bring = (read: Reading, dry: boolean) =>
      importNow(other, { reading: read, choices, dry, onProgress: () => {} });
    const options = { network: made.id, choices: {}, mappings: {}, known: {} };
    const first = await bring(
      reading(() => partsOfFolder(ohana), options),
      false,
    );
    expect(first.new.service).toBeGreaterThan(10);
    const bytes = await exported(format, other);
    const outside = readFile(name, bytes, options).outside;
    const again = await bring(readFile(name, bytes, { ...options, known: await kindsOutside(other, outside) }), true);
    expect({ new: again.new, changed: again.changed }).toEqual({ new: {}, changed: {} });
  },
);

test('one number put right in the list changes that number, and takes nothing from the others that a list cannot carry', async () => {
  const text = new TextDecoder().decode(await exported('csv'));
  const [service] = (await recordsNamed('Someone at your side at the hospital')) as [Rec];
  const before = service.fields.phones as Fields[];
  expect(before).toHaveLength(2);
  expect(before[1]).toMatchObject({ type: 'advocates', description: 'Ask for whoever leads the shift' });
  const both = `${before[0]!.number as string}; ${before[1]!.number as string}`;
  const corrected = new TextEncoder().encode(text.replace(both, `(361) 555-0199; ${before[1]!.number as string}`));
  const read = readFile('list.csv', corrected, { network: ctx.network!.id, choices: {}, mappings: {}, known: {} });

  const careful = await importNow(ctx, { reading: read, choices: plainChoices, dry: true, onProgress: () => {} });
  expect(careful.changed).toEqual({});
  expect(careful.notes.filter((note) => note.key.startsWith('kept'))).toMatchObject([
    { key: 'keptEntered', column: 'phones' },
  ]);
  const choices = { ...plainChoices, overwrite: true };
  const done = await importNow(ctx, { reading: read, choices, dry: false, onProgress: () => {} });
  expect(done.changed).toEqual({ service: 1 });
  const [now] = (await recordsNamed('Someone at your side at the hospital')) as [Rec];
  expect(now.fields.phones).toEqual([before[1], expect.objectContaining({ number: '(361) 555-0199' })]);
  expect({ ...now.fields, phones: null }).toEqual({ ...service.fields, phones: null });
});
