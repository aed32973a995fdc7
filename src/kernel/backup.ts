/**
 * Backup: every table of the schemas app and site at one moment, as PostgreSQL's own text, so that it can be restored into the embedded
 * database or a server alike. People's keys go to a file of their own, because a backup that holds them would undo shredding.
 * Why and how long each is kept: docs/decisions/0004-backups-and-shredding.md
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { root as folder } from '../config.ts';
import {
  BackupError,
  type BackupHeader,
  type BackupPart,
  type BackupSummary,
  type BackupTrailer,
  writeBackup,
} from './backup-file.ts';
import type { Database, Tx } from './database.ts';
import type { RootKeeper } from './root-key.ts';

/** In the key file. Tenant keys are in both: a newer key file may go with older data, and must open it. */
export const keyTables = ['app.person_key', 'app.person_shredded', 'app.vault_key'];
/** In the key file only. */
export const onlyInKeys = ['app.person_key'];

export interface BackupOptions {
  db: Database;
  root: RootKeeper;
  /** Where the data goes; null writes the keys alone. */
  file: string | null;
  /** Where people's keys go; null leaves them out. */
  keysFile: string | null;
  now: Date;
  onProgress?: (table: string, rows: number) => void;
}

/** Writes the file and the key file from one and the same moment. Throws BackupError with a sentence. */
export async function backup(
  options: BackupOptions,
): Promise<{ data: BackupSummary | null; keys: BackupSummary | null }> {
  const { db, root, file, keysFile, now } = options;
  return db.owner
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await asOwner(tx);
      const tables = await tablesOf(tx);
      const head = {
        waymark: 'backup',
        format: 1,
        madeAt: now.toISOString(),
        release: release(),
        rootKey: root.id,
        migrations: await ledger(tx),
      } as const;
      const write = (path: string, holds: BackupHeader['holds'], wanted: TableShape[]) =>
        writeBackup(path, { ...head, holds }, root, parts(tx, wanted, holds === 'data', options.onProgress));
      const data =
        file &&
        (await write(
          file,
          'data',
          tables.filter((t) => !onlyInKeys.includes(t.name)),
        ));
      const keys =
        keysFile &&
        (await write(
          keysFile,
          'keys',
          tables.filter((t) => keyTables.includes(t.name)),
        ));
      return { data: data || null, keys: keys || null };
    });
}

export const release = (): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

/** As the owner of the tables, with every value written in one way whatever the server's settings. */
export async function asOwner(tx: Tx): Promise<void> {
  await sql`set local role waymark_owner`.execute(tx);
  await sql`select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true),
    set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true)`.execute(tx);
}

export interface TableShape {
  /** `schema.table` */
  name: string;
  columns: { name: string; type: string }[];
}

/** Every table of the product with the columns that hold something (generated ones compute themselves). */
export async function tablesOf(tx: Tx): Promise<TableShape[]> {
  const { rows } = await sql<{ name: string; readable: boolean; columns: TableShape['columns'] }>`
    select n.nspname || '.' || c.relname as name,
      exists (select 1 from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname and p.roles @> '{waymark_owner}'
        and p.cmd = 'ALL' and p.qual = 'true') or not c.relforcerowsecurity as readable,
      (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('app', 'site') and c.relkind in ('r', 'p') and not c.relispartition order by 1`.execute(tx);
  // A table whose rows the owner cannot see would be backed up as empty.
  const hidden = rows.find((row) => !row.readable);
  if (hidden)
    throw new BackupError(
      `${hidden.name} has no policy for its owner, so its rows cannot be backed up. Protect it with ctx.protect.`,
    );
  return rows.map(({ name, columns }) => ({ name, columns }));
}

/** The migrations that ran, in the order they ran. */
export async function ledger(tx: Tx): Promise<BackupHeader['migrations']> {
  const { rows } = await sql<BackupHeader['migrations'][number]>`
    select module, name, checksum from waymark_ledger.migration order by applied_at, module, name`.execute(tx);
  return rows;
}

async function* parts(
  tx: Tx,
  tables: TableShape[],
  withSequences: boolean,
  onProgress?: BackupOptions['onProgress'],
): AsyncGenerator<Exclude<BackupPart, { kind: 'trailer' }>, BackupTrailer['sequences']> {
  for (const { name, columns } of tables) {
    yield { kind: 'table', table: name, columns: columns.map((c) => c.name) };
    const texts = sql.join(columns.map((c) => sql`${sql.ref(c.name)}::text`));
    // As text and not as a parameterised cursor: DECLARE takes no parameters, and there are none.
    await sql`declare waymark_backup no scroll cursor for select to_json(array[${texts}])::text as line from ${sql.table(name)}`.execute(
      tx,
    );
    let total = 0;
    // Few at first, then as many as make about a megabyte, so that large rows do not fill the memory.
    for (let many = 16; ; ) {
      const { rows } = await sql<{ line: string }>`fetch forward ${sql.raw(String(many))} from waymark_backup`.execute(
        tx,
      );
      if (rows.length === 0) break;
      const lines = rows.map((row) => row.line);
      total += lines.length;
      yield { kind: 'rows', lines };
      onProgress?.(name, total);
      const size = lines.reduce((sum, line) => sum + line.length, 0);
      many = Math.max(1, Math.min(2_000, many * 4, Math.floor((1_048_576 * lines.length) / Math.max(1, size))));
    }
    await sql`close waymark_backup`.execute(tx);
  }
  return withSequences ? sequences(tx) : {};
}

/** Read after the rows, so that no sequence stands before a row that uses it. */
async function sequences(tx: Tx): Promise<BackupTrailer['sequences']> {
  const { rows } = await sql<{ name: string }>`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('app', 'site') and c.relkind = 'S' order by 1`.execute(tx);
  const found: BackupTrailer['sequences'] = {};
  for (const { name } of rows) {
    const state = await sql<{
      value: number;
      called: boolean;
    }>`select last_value as value, is_called as called from ${sql.table(name)}`.execute(tx);
    found[name] = state.rows[0]!;
  }
  return found;
}
