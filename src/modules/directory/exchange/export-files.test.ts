/** Large files to be taken along: watched while they are made, for the person who asked alone, locked where they lie, gone after an hour. */
import { inflateRawSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { exportSweep, exportWork } from './export-files.ts';
import { beginExport, exportBytes } from './exporting.ts';
import { importNow, plainChoices } from './importing.ts';
import { readFile } from './reading.ts';

let t: TestApp;
let ctx: Ctx;
let editor: TestPerson;
let other: TestPerson;
const here = '/alpha/staff/directory/export';
const organizations = 210;
const noon = '2026-06-02T17:00:00Z';

beforeAll(async () => {
  t = await testApp();
  t.setClock(noon);
  const network = await t.network('alpha');
  ctx = await t.ctx(network.id, 'system');
  editor = await t.person(network.id, ['directory_editor']);
  other = await t.person(network.id, ['directory_editor']);
  const rows = (head: string, line: (n: number) => string) =>
    strToU8([head, ...Array.from({ length: organizations }, (_, n) => line(n))].join('\n'));
  const file = zipSync({
    'organizations.csv': rows('id,name', (n) => `${n},Tamarind house ${n}`),
    'services.csv': rows('id,organization_id,name,status', (n) => `${n},${n},Tamarind rooms ${n},active`),
  });
  const choices = { ...plainChoices, show: 'public' as const };
  const reading = readFile('all.zip', file, { network: network.id, choices, mappings: {}, known: {} });
  await importNow(ctx, { reading, choices, dry: false, onProgress: () => {} });
}, 120_000);
afterAll(() => t?.close());

const read = async (path: string, as: TestPerson) => (await t.fetch(path, { as })).text();
const send = (path: string, fields: Record<string, string>, as: TestPerson) =>
  t.submit(path, fields, { as, page: here });
const count = async () =>
  (
    await sql<{ files: number; pieces: number }>`select (select count(*)::int from app.directory_export) as files,
      (select count(*)::int from app.directory_export_piece) as pieces`.execute(t.db.owner)
  ).rows[0];

/** Asks for a file; returns the address of the work. */
async function ask(format: string, as = editor): Promise<string> {
  const sent = await send(here, { audience: 'hotline', format }, as);
  expect(sent.status).toBe(303);
  return sent.headers.get('location')!;
}
const perform = (work: string) => exportWork.job.run(ctx, { id: work.split('/').at(-1)! });

async function make(format: string, as = editor): Promise<string> {
  const work = await ask(format, as);
  await perform(work);
  const done = await t.fetch(work, { as });
  expect([done.status, done.headers.get('location')]).toEqual([303, `${here}?said=directory.exchange.said.made`]);
  return /export\/files\/([\w-]+)/.exec(await read(here, as))![1]!;
}

async function remove(): Promise<void> {
  await sql`delete from app.directory_export`.execute(t.db.owner);
}

async function whole(format: 'hsds' | 'tabular' | 'xlsx' | 'csv'): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of exportBytes(ctx, await beginExport(ctx, { audience: 'hotline', format }))) parts.push(part);
  return Buffer.concat(parts);
}

test('while a large file is made the page says how far it is and asks again by itself; another person finds no such page', async () => {
  const work = await ask('hsds');
  const shown = await t.fetch(work, { as: editor });
  expect(shown.status).toBe(200);
  expect(shown.headers.get('refresh')).toBe('2');
  expect(await shown.text()).toContain('<progress');
  expect((await t.fetch(work, { as: other })).status).toBe(404);
  // The same asked for again is the same work.
  expect(await ask('hsds')).toBe(work);
  await perform(work);
  await remove();
});

test.each(['hsds', 'tabular', 'xlsx', 'csv'] as const)(
  'what is fetched of a %s file is the export to the byte, under a name that says what it is',
  async (format) => {
    const id = await make(format);
    const fetched = await send(`${here}/files/${id}`, {}, editor);
    expect(fetched.status).toBe(200);
    const bytes = Buffer.from(await fetched.arrayBuffer());
    expect(bytes.equals(await whole(format))).toBe(true);
    expect(fetched.headers.get('content-length')).toBe(String(bytes.length));
    expect(fetched.headers.get('cache-control')).toBe('no-store');
    expect(fetched.headers.get('content-disposition')).toMatch(/^attachment; filename="directory-alpha-hotline\.\w+"$/);
    const { rows } = await sql<{ fields: string[]; actor_id: string }>`
      select fields, actor_id from app.audit_entry where action = 'directory.export.fetch' and subject = ${`directory-export:${id}`}`.execute(
      t.db.owner,
    );
    expect(rows).toEqual([{ fields: ['hotline', format], actor_id: editor.id }]);
    await remove();
  },
);

test('a file is its person’s alone: another editor sees it nowhere, cannot fetch it and cannot remove it', async () => {
  const id = await make('csv');
  expect(await read(here, other)).not.toContain(id);
  for (const path of [`${here}/files/${id}`, `${here}/files/${id}/removal`]) {
    const refused = await send(path, {}, other);
    expect(refused.status).toBe(404);
    expect(await refused.text()).toContain('This file is no longer here. Make it again.');
  }
  expect(await count()).toMatchObject({ files: 1 });
  const removed = await send(`${here}/files/${id}/removal`, {}, editor);
  expect(removed.status).toBe(303);
  expect(await count()).toEqual({ files: 0, pieces: 0 });
});

test('where it lies a file says nothing: not in the clear and not merely packed', async () => {
  await make('csv');
  const { rows } = await sql<{ sealed: Buffer }>`select sealed from app.directory_export_piece`.execute(t.db.owner);
  expect(rows.length).toBeGreaterThan(0);
  for (const { sealed } of rows) {
    expect(sealed.includes('Tamarind')).toBe(false);
    for (let at = 0; at < 64; at++) {
      let text = '';
      try {
        text = inflateRawSync(sealed.subarray(at)).toString('utf8');
      } catch {
        // Sealed: nothing to unpack here.
      }
      expect(text).not.toContain('Tamarind');
    }
  }
  await remove();
});

test('after an hour a file is over, and the sweep takes it away with its pieces', async () => {
  const id = await make('csv');
  t.setClock('2026-06-02T17:59:59Z');
  expect((await send(`${here}/files/${id}`, {}, editor)).status).toBe(200);
  await exportSweep.run(ctx, {});
  expect(await count()).toMatchObject({ files: 1 });
  t.setClock('2026-06-02T18:00:00Z');
  expect((await send(`${here}/files/${id}`, {}, editor)).status).toBe(404);
  expect(await read(here, editor)).not.toContain(id);
  await exportSweep.run(ctx, {});
  expect(await count()).toEqual({ files: 0, pieces: 0 });
  t.setClock(noon);
});

test('a newer file of the same kind takes the place of the older', async () => {
  const first = await make('csv');
  const second = await make('csv');
  expect(second).not.toBe(first);
  expect(await count()).toMatchObject({ files: 1 });
  await remove();
});

test('where the disk is full the person is told, nothing is offered, and what was kept is taken away', async () => {
  await sql`create function app.no_room() returns trigger language plpgsql as
    $$ begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$`.execute(t.db.owner);
  await sql`create trigger no_room before insert on app.directory_export_piece execute function app.no_room()`.execute(
    t.db.owner,
  );
  const work = await ask('csv');
  await perform(work);
  await sql`drop function app.no_room cascade`.execute(t.db.owner);
  const told = await t.fetch(work, { as: editor });
  expect(told.status).toBe(409);
  const html = await told.text();
  expect(html).toContain('work-');
  expect(html).not.toContain('export/files/');
  expect(await count()).toEqual({ files: 0, pieces: 0 });
  await make('csv');
  await remove();
});

test('whoever lost the role meanwhile gets no file', async () => {
  const leaving = await t.person(ctx.network!.id, ['directory_editor']);
  const work = await ask('csv', leaving);
  await sql`update app.role_grant set ended_at = now() where person_id = ${leaving.id}`.execute(t.db.owner);
  await perform(work);
  expect(await count()).toEqual({ files: 0, pieces: 0 });
});
