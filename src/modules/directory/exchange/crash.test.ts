/**
 * Kill -9 in the middle of an import into the directory: all of it or nothing, on either database, and afterwards the same file comes in whole. In the
 * middle of an export: there is no file that lacks its end, and the work is taken up again.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { strToU8, zipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../test/support/harness.ts';
import { openApp } from '../../../app.ts';
import { readConfig, root } from '../../../config.ts';
import { type Database, openDatabase } from '../../../kernel/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'waymark-directory-crash-'));
// Below the project, so that installed packages are found.
const built = join(root, 'node_modules/.cache/waymark-directory-crash', `${process.pid}`);
const child = join(built, 'crashing-directory-import.mjs');
const exporter = join(built, 'crashing-directory-export.mjs');
const file = join(folder, 'all.zip');
// With their organizations more than the 500 records that go into one statement.
const services = 440;
let env: Record<string, string> = {};
let open: () => Promise<Database>;
let person = '';

beforeAll(async () => {
  mkdirSync(built, { recursive: true });
  await build({
    entryPoints: ['import', 'export'].map((what) => join(root, `test/support/crashing-directory-${what}.ts`)),
    outdir: built,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'error',
  });
  const rows = (head: string, line: (n: number) => string, count: number) =>
    strToU8([head, ...Array.from({ length: count }, (_, n) => line(n))].join('\n'));
  writeFileSync(
    file,
    zipSync({
      'organizations.csv': rows('id,name', (n) => `${n},House ${n}`, services / 5),
      'services.csv': rows(
        'id,organization_id,name,status',
        (n) => `${n},${n % (services / 5)},Service ${n},active`,
        services,
      ),
      'phones.csv': rows('id,service_id,number', (n) => `${n},${n},555-0100`, services),
    }),
  );
  const { db, url } = await testDatabase();
  await db.close();
  const dataDir = join(folder, 'data');
  env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATA_DIR: dataDir,
    ...(url ? { DATABASE_URL: url } : {}),
  };
  open = () => openDatabase({ databaseUrl: url, databasePool: 2, dataDir: url ? null : dataDir });
  const first = await open();
  await openApp({ config: readConfig(env), db: first });
  await first.run({ scope: 'system' }, async (tx) => {
    const { rows } = await sql<{ id: string }>`
      with n as (insert into app.network (slug, name) values ('alpha', '{"en":"Alpha"}') returning id),
        a as (insert into app.agency (slug, name) values ('office', '{"en":"Office"}') returning id)
      insert into app.person (email, name, agency_id) select 'e@example.org', 'E', a.id from a returning id`.execute(
      tx,
    );
    person = rows[0]!.id;
    await sql`insert into app.role_grant (person_id, network_id, role) select ${person}, id, 'directory_editor' from app.network`.execute(
      tx,
    );
  });
  await first.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(built, { recursive: true, force: true });
});

const importing = (deadly?: string) =>
  spawnSync(process.execPath, [child, 'alpha', file, ...(deadly ? [deadly] : [])], { env, encoding: 'utf8' });

async function held() {
  const db = await open();
  const { rows } = await db.run({ scope: 'system' }, (tx) =>
    sql<
      Record<string, number>
    >`select (select count(*)::int from app.record) as records, (select count(*)::int from app.record_version) as versions,
      (select count(*)::int from app.directory_event) as events, (select count(*)::int from app.directory_import_record) as said,
      (select count(*)::int from site.directory_document) as documents`.execute(tx),
  );
  await db.close();
  return rows[0];
}
const nothing = { records: 0, versions: 0, events: 0, said: 0, documents: 0 };
const all = services + services / 5;

test.each([
  'insert into "app"."record_version"',
  'insert into app.directory_import_record',
  'insert into site.directory_document',
])('killed while it sends “%s”, nothing of the import is there', async (statement) => {
  const ran = importing(statement);
  expect(ran.stderr).toBe('');
  expect(ran.signal).toBe('SIGKILL');
  expect(await held()).toEqual(nothing);
});

test('afterwards the same file comes in whole, and once more changes nothing', async () => {
  const ran = importing();
  expect(ran.stderr).toBe('');
  expect(JSON.parse(ran.stdout)).toMatchObject({ organizations: services / 5, services, phones: services });
  const whole = { records: all, versions: all, events: (services / 5) * 3, said: all, documents: all };
  expect(await held()).toEqual(whole);
  const again = importing();
  expect(JSON.parse(again.stdout)).toMatchObject({ organizations: 0, services: 0 });
  expect(await held()).toEqual(whole);
});

const exporting = (deadly?: string) =>
  spawnSync(process.execPath, [exporter, 'alpha', person, ...(deadly ? [deadly] : [])], { env, encoding: 'utf8' });

async function exports() {
  const db = await open();
  const { rows } = await db.run({ scope: 'system' }, (tx) =>
    sql<{ ready: number; open: number }>`select
      (select count(*)::int from app.directory_export where finished_at is not null) as ready,
      (select count(*)::int from app.long_work where finished_at is null) as open`.execute(tx),
  );
  await db.close();
  return rows[0];
}

test.each([
  'insert into "app"."directory_export"',
  'insert into "app"."directory_export_piece"',
  'update app.long_work',
])(
  'an export that is killed while it sends “%s” gives no file, and is made by whoever takes it up again',
  async (statement) => {
    const before = (await exports())!;
    const killed = exporting(statement);
    expect([killed.stderr, killed.signal]).toEqual(['', 'SIGKILL']);
    expect(await exports()).toEqual({ ...before, open: 1 });
    const again = exporting();
    expect([again.stderr, again.signal]).toEqual(['', null]);
    // A row for each service and one of headings, in the one file of its kind.
    expect(again.stdout).toBe(String(services + 1));
    expect(await exports()).toEqual({ ready: 1, open: 0 });
  },
);
