/**
 * Forward-only migrations: each module's `migrations/*.sql` in order, each file in one transaction with its line in the ledger,
 * so a failing file leaves nothing. A file that has run may not change; the ledger keeps its checksum.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { root } from '../config.ts';
import type { Database } from './database.ts';

export interface Migration {
  module: string;
  name: string;
  text: string;
  checksum: string;
}

/** The SQL files of the kernel and of the named modules, in the order they run. */
export function findMigrations(modules: string[]): Migration[] {
  const folders = [
    ['kernel', join(root, 'src/kernel/migrations')],
    ...modules.map((name) => [name, join(root, 'src/modules', name, 'migrations')]),
  ] as [string, string][];
  return folders.flatMap(([module, folder]) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((file) => file.endsWith('.sql'))
          .sort()
          .map((file) => {
            const text = readFileSync(join(folder, file), 'utf8');
            return { module, name: file, text, checksum: createHash('sha256').update(text).digest('hex') };
          })
      : [],
  );
}

/**
 * Brings the database to the newest state and returns what ran. Safe to call at every start and from several processes at once.
 * Throws, changing nothing, when a file that already ran was changed or removed.
 */
export async function migrate(
  db: Database,
  migrations: Migration[],
  onStep?: (step: Migration) => void,
): Promise<Migration[]> {
  await prepare(db);
  // What has run stays so: most starts find everything done and need no lock. The rest is asked again under the lock, in case another process is at it.
  const before = await ledgerOf(db.owner);
  const done: Migration[] = [];
  for (const step of migrations) {
    if (hasRun(step, before)) continue;
    const ran = await db.owner.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(7201990, 1)`.execute(tx);
      await sql`set local role waymark_owner`.execute(tx);
      if (hasRun(step, await ledgerOf(tx))) return false;
      await sql.raw(step.text).execute(tx);
      await sql`insert into waymark_ledger.migration (module, name, checksum) values (${step.module}, ${step.name}, ${step.checksum})`.execute(
        tx,
      );
      return true;
    });
    if (ran) {
      done.push(step);
      onStep?.(step);
    }
  }
  const files = new Set(migrations.map((m) => `${m.module}/${m.name}`));
  const ahead = [...(await ledgerOf(db.owner)).keys()].find((name) => !files.has(name));
  if (ahead) {
    throw new Error(
      `The database has run ${ahead}, which this release does not have. Start the newer release, or restore a backup made by this one.`,
    );
  }
  return done;
}

/** The checksum of each file that has run, by `module/name`. */
async function ledgerOf(db: Database['owner']): Promise<Map<string, string>> {
  const { rows } = await sql<{ file: string; checksum: string }>`
    select module || '/' || name as file, checksum from waymark_ledger.migration`.execute(db);
  return new Map(rows.map((row) => [row.file, row.checksum]));
}

function hasRun(step: Migration, ledger: Map<string, string>): boolean {
  const known = ledger.get(`${step.module}/${step.name}`);
  if (known !== undefined && known !== step.checksum) {
    throw new Error(
      `Migration ${step.module}/${step.name} was changed after it ran. Put its text back and write a new file.`,
    );
  }
  return known !== undefined;
}

/** Makes the three roles and the ledger. Roles belong to the whole server, so another database may have made them already. */
async function prepare(db: Database): Promise<void> {
  await db.owner.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(7201990, 1)`.execute(tx);
    await sql
      .raw(`
      do $$
      declare
        name text;
        mine boolean;
      begin
        foreach name in array array['waymark_owner', 'waymark_app', 'waymark_public'] loop
          begin
            if not exists (select 1 from pg_roles where rolname = name) then
              execute format('create role %I nologin nosuperuser nocreatedb nocreaterole nobypassrls', name);
            end if;
          exception when duplicate_object or unique_violation then null;
          end;
          mine := pg_has_role(current_user, name, 'member');
          -- From version 16 on, whoever makes a role is a member of it and yet may not become it before it is granted.
          if mine and current_setting('server_version_num')::int >= 160000 then mine := pg_has_role(current_user, name, 'set'); end if;
          if not mine then execute format('grant %I to current_user', name); end if;
        end loop;
        if not exists (select 1 from pg_namespace where nspname = 'waymark_ledger') then
          execute format('grant create on database %I to waymark_owner', current_database());
          set local role waymark_owner;
          create schema waymark_ledger;
          create table waymark_ledger.migration (
            module text not null, name text not null, checksum text not null, applied_at timestamptz not null default now(), primary key (module, name));
          alter table waymark_ledger.migration enable row level security;
          alter table waymark_ledger.migration force row level security;
          create policy owner on waymark_ledger.migration for all to waymark_owner using (true) with check (true);
          comment on column waymark_ledger.migration.module is 'class=structural';
          comment on column waymark_ledger.migration.name is 'class=structural';
          comment on column waymark_ledger.migration.checksum is 'class=structural';
          comment on column waymark_ledger.migration.applied_at is 'class=structural';
        end if;
      end $$`)
      .execute(tx);
  });
}
