import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { findMigrations, migrate } from './migrate.ts';

const db = await openDatabase({ databaseUrl: null, dataDir: null });
afterAll(() => db.close());

test('migrating twice runs each file once', async () => {
  const files = findMigrations([]);
  expect((await migrate(db, files)).length).toBe(files.length);
  expect(await migrate(db, files)).toEqual([]);
});

test('a failing file leaves nothing of itself', async () => {
  const bad = { module: 'x', name: '1.sql', text: 'create table app.half (id int); select 1/0;', checksum: 'c' };
  await expect(migrate(db, [...findMigrations([]), bad])).rejects.toThrow(/division by zero/);
  const found = await sql<{ n: number }>`select count(*) as n from pg_class where relname = 'half'`.execute(db.owner);
  expect(found.rows[0]?.n).toBe(0);
});

test('a file that was changed after it ran is refused', async () => {
  const [first, ...rest] = findMigrations([]);
  await expect(migrate(db, [{ ...first!, checksum: 'other' }, ...rest])).rejects.toThrow(/was changed after it ran/);
});

test('a login that is no superuser, and may only make roles, prepares an empty database of its own', async () => {
  const own = await openDatabase({ databaseUrl: null, dataDir: null });
  try {
    await sql
      .raw(`create role clerk login createrole; alter database ${await nameOf(own)} owner to clerk`)
      .execute(own.owner);
    // One connection: everything from here on is done by the clerk.
    await sql`set session authorization clerk`.execute(own.owner);
    const files = findMigrations([]);
    expect((await migrate(own, files)).length).toBe(files.length);
    expect(await own.run({}, (tx) => tx.selectFrom('app.network').selectAll().execute())).toEqual([]);
  } finally {
    await own.close();
  }
});

const nameOf = async (own: Database): Promise<string> =>
  (await sql<{ name: string }>`select quote_ident(current_database()) as name`.execute(own.owner)).rows[0]!.name;

test('the app cannot read what another network wrote, and the public role cannot read the app schema', async () => {
  const add = (slug: string) =>
    db.run({ scope: 'system' }, (tx) =>
      tx.insertInto('app.network').values({ slug, name: '{"en":"A"}' }).returning('id').executeTakeFirstOrThrow(),
    );
  const a = await add('aa');
  const b = await add('bb');
  const agency = await db.run({ scope: 'system' }, (tx) =>
    tx.insertInto('app.agency').values({ slug: 'mayor', name: '{"en":"M"}' }).returning('id').executeTakeFirstOrThrow(),
  );
  await db.run({ networkId: a.id }, (tx) =>
    tx.insertInto('app.agency_network').values({ agency_id: agency.id, network_id: a.id }).execute(),
  );
  expect(await db.run({ networkId: b.id }, (tx) => tx.selectFrom('app.agency_network').selectAll().execute())).toEqual(
    [],
  );
  expect(await db.run({}, (tx) => tx.selectFrom('app.agency_network').selectAll().execute())).toEqual([]);
  await expect(db.readPublic(a.id, (tx) => tx.selectFrom('app.network').selectAll().execute())).rejects.toThrow(
    /permission denied/,
  );
  await expect(
    db.run({ networkId: a.id }, (tx) =>
      tx.insertInto('app.agency_network').values({ agency_id: agency.id, network_id: b.id }).execute(),
    ),
  ).rejects.toThrow(/row-level security/);
});
