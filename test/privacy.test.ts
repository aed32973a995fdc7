/**
 * What the database promises whatever the code above it does: every column says what it is, every table is closed to who is not its tenant, the
 * public role reads what was published and nothing else. The canary that tries those promises is in test/canary.test.ts.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker } from '../src/kernel/worker.ts';
import { modules } from '../src/modules.ts';
import { testApp, type TestApp } from './support/harness.ts';

let t: TestApp;

beforeAll(async () => {
  t = await testApp();
  // The queue's own schema is made by the first worker, and is looked at too.
  await (await startWorker(t.app, modules)).stop();
});
afterAll(() => t?.close());

const ask = async <T>(query: ReturnType<typeof sql<T>>): Promise<T[]> => (await query.execute(t.db.owner)).rows;
const names = async (query: ReturnType<typeof sql<{ name: string }>>): Promise<string[]> =>
  (await ask(query)).map((row) => row.name);

const classes = ['public', 'internal', 'staff', 'identifying', 'secret', 'structural'];
/** Schemas that PostgreSQL itself brings, and the words of this query for "not one of them". */
const ours = sql`n.nspname !~ '^pg_(catalog|toast|temp)' and n.nspname <> 'information_schema'`;
const kept = sql`n.nspname in ('app', 'site', 'waymark_ledger')`;

test('the database has the schemas we know of, and no other', async () => {
  const found = await names(sql`select nspname as name from pg_namespace n where ${ours} order by 1`);
  expect(found.sort()).toEqual(['app', 'ctx', 'pgboss', 'public', 'site', 'waymark_ledger']);
  const strays = await names(sql`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'ctx') and c.relkind in ('r', 'p', 'v', 'm', 'f') and not exists (
      select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')`);
  expect(strays).toEqual([]);
});

test('every table has row-level security, enabled and forced, and a policy', async () => {
  const tables = await ask(sql<{ name: string; enabled: boolean; forced: boolean; policies: number }>`
    select n.nspname || '.' || c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and ${kept}`);
  expect(tables.length).toBeGreaterThan(25);
  expect(tables.filter((row) => !row.enabled || !row.forced || row.policies === 0)).toEqual([]);
});

test('no view and no foreign table stands beside the tables, where row-level security would not follow', async () => {
  expect(
    await names(sql`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('v', 'm', 'f') and ${kept} and not coalesce('security_invoker=true' = any(c.reloptions), false)`),
  ).toEqual([]);
});

test('no policy for the app or the public lets everyone change everything', async () => {
  const open = await names(sql`
    select p.polrelid::regclass || ' ' || p.polname as name from pg_policy p
    where p.polpermissive and p.polcmd <> 'r' and p.polroles <> array[(select oid from pg_roles where rolname = 'waymark_owner')]
      and (pg_get_expr(p.polqual, p.polrelid) = 'true' or pg_get_expr(p.polwithcheck, p.polrelid) = 'true')`);
  expect(open).toEqual([]);
});

test('every column says what it holds', async () => {
  const columns = await ask(sql<{ name: string; class: string | null }>`
    select n.nspname || '.' || c.relname || '.' || a.attname as name,
      substring(col_description(c.oid, a.attnum) from '^class=([a-z]+)$') as class
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and ${kept} and a.attnum > 0 and not a.attisdropped`);
  expect(columns.length).toBeGreaterThan(150);
  expect(columns.filter((column) => !column.class || !classes.includes(column.class))).toEqual([]);
  expect(
    columns.filter(({ name, class: of }) => name.startsWith('site.') && of !== 'public' && of !== 'structural'),
    'the schema site holds what the public may read',
  ).toEqual([]);
});

test('columns that are named like people or keys are not called public', async () => {
  const suspicious = await names(sql`
    select c.oid::regclass || '.' || a.attname as name
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and ${kept} and a.attnum > 0 and not a.attisdropped
      and a.attname ~ '(^|_)(email|phone|address|token|secret|password|hash|ip|user_agent|birth|ssn|wrapped)(_|$)'
      and col_description(c.oid, a.attnum) in ('class=public', 'class=internal')`);
  expect(suspicious).toEqual([]);
});

const doings = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'];

/** `table PRIVILEGE` for everything a role may do to tables, whole or by column, in every schema that is not PostgreSQL's own. */
const tableRights = (role: string) =>
  names(sql`
    select n.nspname || '.' || c.relname || ' ' || doing as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join unnest(${doings}::text[]) doing
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${ours}
      and (has_table_privilege(${role}, c.oid, doing)
        or (doing in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege(${role}, c.oid, doing)))
    order by 1`);

const callable = (role: string) =>
  names(sql`
    select n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where ${ours} and has_schema_privilege(${role}, n.oid, 'USAGE') and has_function_privilege(${role}, p.oid, 'EXECUTE')
      and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by 1`);

const describeRole = async (role: string) =>
  (
    await ask(sql<Record<string, boolean>>`
      select rolsuper as super, rolbypassrls as bypass, rolcreatedb as databases, rolcreaterole as roles, rolcanlogin as login,
        rolreplication as replication, exists (select 1 from pg_auth_members where member = r.oid) as member,
        exists (select 1 from pg_class where relowner = r.oid) or exists (select 1 from pg_proc where proowner = r.oid)
          or exists (select 1 from pg_namespace where nspowner = r.oid) as owner,
        has_database_privilege(r.oid, current_database(), 'CREATE') or exists (
          select 1 from pg_namespace n where ${ours} and has_schema_privilege(r.oid, n.oid, 'CREATE')) as creates
      from pg_roles r where rolname = ${role}`)
  )[0]!;

const powerless = {
  super: false,
  bypass: false,
  databases: false,
  roles: false,
  login: false,
  replication: false,
  member: false,
  owner: false,
  creates: false,
};

test('the public role may select what stands in the schema site, and do nothing else anywhere', async () => {
  const site = await names(sql`
    select 'site.' || c.relname || ' SELECT' as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'site' and c.relkind in ('r', 'p', 'v') order by 1`);
  expect(site.length).toBeGreaterThan(0);
  expect(await tableRights('waymark_public')).toEqual(site);
  expect(await describeRole('waymark_public')).toEqual(powerless);
  expect(await callable('waymark_public')).toEqual([
    'ctx.agency_id',
    'ctx.earth_box',
    'ctx.earth_metres',
    'ctx.earth_point',
    'ctx.fold',
    'ctx.is_system',
    'ctx.network_id',
    'ctx.person_id',
    'ctx.stem_en',
    'ctx.stem_es',
    'site.directory_find',
    'site.directory_hours',
    'site.directory_look',
    'site.directory_order',
    'site.directory_rows',
    'site.directory_rows_after',
    'site.directory_size',
    'site.directory_stems',
    'site.directory_words',
  ]);
  expect(
    await names(sql`select n.nspname as name from pg_namespace n
      where ${ours} and n.nspname <> 'public' and has_schema_privilege('waymark_public', n.oid, 'USAGE') order by 1`),
  ).toEqual(['ctx', 'site']);
  expect(
    await names(sql`select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where ${ours} and case when c.relkind = 'S' then has_sequence_privilege('waymark_public', c.oid, 'USAGE,SELECT,UPDATE') end`),
  ).toEqual([]);
});

test('the public role is refused when it tries', async () => {
  const { id } = await t.network('tried');
  const tables = await names(sql`
    select n.nspname || '.' || quote_ident(c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and ${ours} order by 1`);
  for (const table of tables) {
    const reading = t.db.readPublic(id, (tx) => sql`select * from ${sql.raw(table)} limit 1`.execute(tx));
    if (table.startsWith('site.')) await expect(reading, table).resolves.toBeDefined();
    else await expect(reading, table).rejects.toThrow(/permission denied/);
  }
  const writing = t.db.readPublic(id, (tx) => sql`delete from site.plan`.execute(tx));
  await expect(writing).rejects.toThrow(/permission denied/);
});

test('the app role cannot step around row-level security, empty a table, or change its shape', async () => {
  expect(await describeRole('waymark_app')).toEqual(powerless);
  const rights = await tableRights('waymark_app');
  expect(rights.filter((right) => /TRUNCATE|REFERENCES|TRIGGER/.test(right))).toEqual([]);
  expect(rights.filter((right) => !/^(app|site)\./.test(right))).toEqual([]);
});

test('the audit chain can be read and added to by the app, never changed', async () => {
  const rights = await tableRights('waymark_app');
  expect(rights.filter((right) => right.startsWith('app.audit_'))).toEqual(['app.audit_entry SELECT']);
});

test('functions that run with the owner’s rights are few, and look nothing up by a changeable path', async () => {
  const definers = await ask(sql<{ name: string; config: string[] | null }>`
    select n.nspname || '.' || p.proname as name, p.proconfig as config from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where ${ours} and p.prosecdef order by 1`);
  expect(definers.map((one) => one.name)).toEqual([
    'app.audit_append',
    'app.directory_document_changed',
    'app.directory_events_changed',
    'app.directory_find',
    'app.directory_hours',
    'app.directory_look',
    'app.directory_rows',
    'app.directory_rows_after',
    'app.directory_search_changed',
    'app.directory_size',
    'app.directory_visit_another_agency',
    'app.directory_withdraw_letters',
    'app.directory_words',
    'app.plan_take_out',
    'app.record_hide_place',
    'app.records_changed',
    'site.directory_document_changed',
    'site.directory_find',
    'site.directory_hours',
    'site.directory_look',
    'site.directory_order',
    'site.directory_rows',
    'site.directory_rows_after',
    'site.directory_search_changed',
    'site.directory_size',
    'site.directory_words',
  ]);
  for (const { config } of definers) expect(config).toContain('search_path=pg_catalog, pg_temp');
});

test('a search function answers for the network of its connection alone, and the public cannot call those of the staff', async () => {
  const { id } = await t.network('searched');
  const nobody = await t.db.run({}, (tx) =>
    sql<{ found: unknown }>`select app.directory_words(array['shelter'], 'hotline') as found`.execute(tx),
  );
  expect(nobody.rows[0]!.found).toMatchObject([{ n: 0, longer: null }]);
  const staffs = t.db.readPublic(id, (tx) => sql`select app.directory_words(array['shelter'], 'hotline')`.execute(tx));
  await expect(staffs).rejects.toThrow(/permission denied/);
  // What changed is told of one's own network alone too.
  const before = '1:1:';
  const changed = await t.db.run({}, (tx) =>
    sql<{ found: unknown; events: unknown }>`
      select app.records_changed(${before}::pg_snapshot)->'changed' as found, app.directory_events_changed(${before}::pg_snapshot) as events`.execute(
      tx,
    ),
  );
  expect(changed.rows[0]).toEqual({ found: null, events: null });
  const ours = t.db.readPublic(id, (tx) => sql`select app.records_changed(${before}::pg_snapshot)`.execute(tx));
  await expect(ours).rejects.toThrow(/permission denied/);
});

/** Unique indexes without a tenant or an unguessable value among their columns, and why each tells a stranger nothing. */
const openOracles: Record<string, string> = {
  network_slug_key: 'the address of a network is public, and only the system adds networks',
  agency_slug_key: 'the short name of an agency is public, and only the system adds agencies',
  outbox_delivery_pkey: 'begins with a number that only the database gives, and only the system writes it',
  person_email_key: 'one account for an address; written by the system alone, and no page says whether it was there',
  passkey_credential_id_key: 'chosen at random by the authenticator',
  migration_pkey: 'names of files of this repository',
};

test('no unique index tells one tenant what another has', async () => {
  const indexes = await ask(sql<{ name: string; columns: string[]; types: string[]; generated: string[] }>`
    select c.relname as name, array_agg(a.attname::text) as columns, array_agg(a.atttypid::regtype::text) as types,
      array_agg(a.attidentity::text) as generated
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
    where i.indisunique and ${kept} group by 1`);
  expect(indexes.length).toBeGreaterThan(30);
  const telling = indexes.filter(
    ({ columns, types, generated }) =>
      !columns.some((column) => ['network_id', 'agency_id', 'person_id', 'chain'].includes(column)) &&
      // Random ids and hashes cannot be guessed; numbers that only the database gives cannot be tried.
      !types.some((type) => type === 'uuid' || type === 'bytea') &&
      !generated.every((how) => how === 'a'),
  );
  expect(telling.map((index) => index.name).sort()).toEqual(Object.keys(openOracles).sort());
});

// A member of staff works in many networks, so app.person belongs to none of them.
test('a key between two tables of a tenant carries the tenant', async () => {
  const keys = await ask(sql<{ name: string; from: string; to: string; tenant: string; carried: boolean }>`
    select k.conname as name, k.conrelid::regclass::text as "from", k.confrelid::regclass::text as "to", a.attname as tenant,
      exists (select 1 from generate_subscripts(k.conkey, 1) i where k.conkey[i] = a.attnum and k.confkey[i] = b.attnum) as carried
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = k.conrelid and a.attname in ('network_id', 'agency_id')
    join pg_attribute b on b.attrelid = k.confrelid and b.attname = a.attname
    where k.contype = 'f' and ${kept} and k.confrelid <> 'app.person'::regclass`);
  expect(keys.length).toBeGreaterThan(5);
  expect(keys.filter((key) => !key.carried).map(({ from, name, to }) => `${from}.${name} → ${to}`)).toEqual([]);
});

test('who is nobody sees no row of any table, but the names of networks and agencies', async () => {
  const one = await t.network('one');
  const two = await t.network('two');
  await t.person(one.id, ['network_admin']);
  await t.person(two.id, ['staff']);
  const tables = await names(sql`
    select n.nspname || '.' || quote_ident(c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('app', 'site') and has_table_privilege('waymark_app', c.oid, 'SELECT') order by 1`);
  const seen: string[] = [];
  for (const table of tables) {
    const { rows } = await t.db.run({}, (tx) => sql`select 1 from ${sql.raw(table)} limit 1`.execute(tx));
    if (rows.length > 0) seen.push(table);
  }
  expect(seen).toEqual(['app.agency', 'app.network']);
});
