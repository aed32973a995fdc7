/** Kill -9 in the middle of an import: all of it or nothing, on either database, and the same file can be imported afterwards. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/harness.ts';
import { openApp } from '../../app.ts';
import { readConfig, root } from '../../config.ts';
import { type Database, openDatabase } from '../../kernel/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'waymark-crash-'));
// Below the project, so that installed packages are found.
const built = join(root, 'node_modules/.cache/waymark-crash', `${process.pid}`);
const child = join(built, 'crashing-import.mjs');
const file = join(folder, 'plan.csv');
// More than the 500 that go into one statement.
const leaves = 560;
let env: Record<string, string> = {};
let open: () => Promise<Database>;
let person = '';

beforeAll(async () => {
  mkdirSync(built, { recursive: true });
  await build({
    entryPoints: [join(root, 'test/support/crashing-import.ts')],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'error',
  });
  const lines = ['Level,Number,Title,Status'];
  for (let n = 0; n < leaves; n++) {
    if (n % 40 === 0) lines.push(`Goal,${n / 40 + 1},Goal ${n},`);
    lines.push(`Action,${Math.floor(n / 40) + 1}.${(n % 40) + 1},Deed ${n} of the long plan,Completed`);
  }
  writeFileSync(file, lines.join('\n'));

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
    await sql`insert into app.role_grant (person_id, network_id, role) select ${person}, id, 'plan_editor' from app.network`.execute(
      tx,
    );
  });
  await first.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(built, { recursive: true, force: true });
});

const importing = (...how: string[]) =>
  spawnSync(process.execPath, [child, 'alpha', file, ...how], { env, encoding: 'utf8' });

async function held() {
  const db = await open();
  const { rows } = await db.run({ scope: 'system' }, (tx) =>
    sql<{ plans: number; items: number; facts: number; confirmed: number }>`select
      (select count(*) from app.plan) as plans, (select count(*) from app.plan_item where kind = 'item') as items,
      (select count(*) from app.plan_fact) as facts,
      (select count(*) from app.plan_import where confirmed_at is not null) as confirmed`.execute(tx),
  );
  await db.close();
  return rows[0];
}

async function unfinished() {
  const db = await open();
  const { rows } = await db.run({ scope: 'system' }, (tx) =>
    sql<{ n: number }>`select count(*) as n from app.long_work where finished_at is null`.execute(tx),
  );
  await db.close();
  return rows[0]?.n;
}

test.each(['insert into "app"."plan_item"', 'insert into "app"."plan_fact"', 'set constraints all immediate'])(
  'killed while it sends “%s”, nothing of the import is there',
  async (statement) => {
    const ran = importing(statement);
    expect(ran.stderr).toBe('');
    expect(ran.signal).toBe('SIGKILL');
    expect(ran.stdout).toBe('');
    expect(await held()).toEqual({ plans: 0, items: 0, facts: 0, confirmed: 0 });
  },
);

test('afterwards the same file is imported whole', async () => {
  const ran = importing();
  expect(ran.stderr).toBe('');
  expect(JSON.parse(ran.stdout)).toMatchObject({ added: leaves + leaves / 40, statuses: leaves });
  expect(await held()).toEqual({ plans: 1, items: leaves + leaves / 40, facts: leaves, confirmed: 1 });
});

test('killed as it commits, there is all of it or nothing', async () => {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('Completed', 'In Progress'));
  const before = (await held())!;
  const ran = importing('commit');
  const after = (await held())!;
  expect([before.facts, before.facts + leaves]).toContain(after.facts);
  expect(after.confirmed - before.confirmed).toBe(after.facts === before.facts ? 0 : 1);
  if (ran.stdout) expect(after.facts).toBe(before.facts + leaves);
});

test.each([
  ['insert into "app"."plan_fact"', 'Not Yet Begun'],
  ['update app.long_work', 'Completed'],
  ['commit', 'In Progress'],
])(
  'long work that is killed while it sends “%s” is done once, by whoever takes it up again',
  async (statement, status) => {
    // A status that no earlier import left behind, so that every action changes.
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(Completed|In Progress|Not Yet Begun)$/gm, status));
    const before = (await held())!;
    const killed = importing(statement, person);
    expect([killed.stderr, killed.signal]).toEqual(['', 'SIGKILL']);
    const between = (await held())!;
    expect([before.facts, before.facts + leaves]).toContain(between.facts);
    if (statement !== 'commit') expect(between).toEqual(before);
    const again = importing('-', person);
    expect([again.stderr, again.signal]).toEqual(['', null]);
    expect(await held()).toMatchObject({ facts: before.facts + leaves, confirmed: before.confirmed + 1 });
    expect(await unfinished()).toBe(0);
  },
);
