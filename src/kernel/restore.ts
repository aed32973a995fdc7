/**
 * Restore: a backup into an empty database, in one transaction; any doubt about the file or the database, and nothing is written.
 *
 *   read the whole file → bring the schema to where the backup was → lock, see that all is empty → rows → keys → sequences → checks → commit
 *
 * The rest of the migrations, which the release has and the backup had not, run afterwards on the restored rows (the caller migrates).
 */
import { sql } from 'kysely';
import { asOwner, keyTables, ledger, onlyInKeys, tablesOf, type TableShape } from './backup.ts';
import { BackupError, type BackupHeader, type BackupTrailer, readBackup, readHeader } from './backup-file.ts';
import type { Database, Tx } from './database.ts';
import { type Migration, migrate } from './migrate.ts';
import type { RootKeeper } from './root-key.ts';

export interface RestoreOptions {
  db: Database;
  root: RootKeeper;
  file: string;
  /** The newest key file of this deployment, not the one made with the backup; null restores without people's keys: what is sealed stays shut. */
  keysFile: string | null;
  /** Every migration of this release, in order. */
  migrations: Migration[];
  onProgress?: (table: string, rows: number) => void;
}

export interface RestoreSummary {
  madeAt: string;
  release: string;
  tables: number;
  rows: number;
  /** People whose sealed fields open again. */
  peopleWithKeys: number;
  /** Keys in the key file that were left out because the person had been shredded. */
  keysLeftOut: number;
}

/** Throws BackupError with a sentence, having written nothing but perhaps empty tables. */
export async function restore(options: RestoreOptions): Promise<RestoreSummary> {
  const { db, root, file, keysFile } = options;
  const head = await expectHeader(file, 'data');
  if (keysFile) await expectHeader(keysFile, 'keys');
  // Read once to the end before the database is touched.
  await drain(file, root);
  if (keysFile) await drain(keysFile, root);
  await bringSchemaTo(head, options);
  return db.owner.transaction().execute(async (tx) => {
    await asOwner(tx);
    await sameLedger(tx, head);
    const tables = await tablesOf(tx);
    await refuseUnlessEmpty(tx, tables);
    const putBack = await openDoors(tx);
    const trailer = await load(
      tx,
      file,
      root,
      tables.filter((t) => !onlyInKeys.includes(t.name)),
      false,
      options.onProgress,
    );
    for (const [name, count] of Object.entries(trailer.counts)) {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(tx);
      if (rows[0]?.n !== count)
        throw new BackupError(
          `${name}: ${rows[0]?.n} rows arrived where the backup has ${count}. Nothing was restored.`,
        );
    }
    const keys = keysFile
      ? await loadKeys(tx, keysFile, root, tables, options.onProgress)
      : { peopleWithKeys: 0, keysLeftOut: 0 };
    try {
      await sql`set constraints all immediate`.execute(tx);
    } catch (error) {
      throw new BackupError(
        `The rows of ${file} do not belong together: ${(error as Error).message}. Nothing was restored.`,
      );
    }
    await putBack();
    for (const [name, { value, called }] of Object.entries(trailer.sequences)) {
      await sql`select setval(${name}::regclass, ${value}, ${called})`.execute(tx);
    }
    const rows = Object.values(trailer.counts).reduce((sum, n) => sum + n, 0);
    return { madeAt: head.madeAt, release: head.release, tables: Object.keys(trailer.counts).length, rows, ...keys };
  });
}

async function expectHeader(file: string, holds: BackupHeader['holds']): Promise<BackupHeader> {
  const head = await readHeader(file);
  if (head.holds !== holds) {
    throw new BackupError(
      holds === 'data'
        ? `${file} holds people's keys only. Give the backup itself, and this file with --keys.`
        : `${file} is a backup, not a key file.`,
    );
  }
  return head;
}

async function drain(file: string, root: RootKeeper): Promise<void> {
  for await (const _part of readBackup(file, root));
}

/** Runs on a new database exactly the migrations that the backup had. */
async function bringSchemaTo(head: BackupHeader, { db, migrations, file }: RestoreOptions): Promise<void> {
  const had = new Map(head.migrations.map((m) => [`${m.module}/${m.name}`, m.checksum]));
  const wanted = migrations.filter((m) => had.has(`${m.module}/${m.name}`));
  const known = new Set(wanted.map((m) => `${m.module}/${m.name}`));
  const newer = [...had.keys()].find((name) => !known.has(name));
  if (newer)
    throw new BackupError(
      `${file} was made by release ${head.release}, which has ${newer}; this release does not. Restore it with that release.`,
    );
  const changed = wanted.find((m) => had.get(`${m.module}/${m.name}`) !== m.checksum);
  if (changed)
    throw new BackupError(
      `${file} was made with another text of ${changed.module}/${changed.name} than this release has. Restore it with release ${head.release}.`,
    );
  const there = await sql<{
    known: boolean;
  }>`select to_regclass('waymark_ledger.migration') is not null as known`.execute(db.owner);
  if (there.rows[0]?.known) {
    const ran = await db.owner.transaction().execute(async (tx) => {
      await asOwner(tx);
      return ledger(tx);
    });
    const ahead = ran.find((m) => !had.has(`${m.module}/${m.name}`));
    if (ahead) {
      throw new BackupError(
        `This database has already run ${ahead.module}/${ahead.name}, which the backup has not. Restore into a new, empty database; it is brought up to date afterwards.`,
      );
    }
  }
  await migrate(db, wanted);
}

async function sameLedger(tx: Tx, head: BackupHeader): Promise<void> {
  const names = (list: BackupHeader['migrations']) =>
    JSON.stringify(list.map((m) => [m.module, m.name, m.checksum]).sort());
  if (names(await ledger(tx)) !== names(head.migrations))
    throw new BackupError('The database changed its schema meanwhile. Nothing was restored.');
}

async function refuseUnlessEmpty(tx: Tx, tables: TableShape[]): Promise<void> {
  await sql`lock table ${sql.join(tables.map((t) => sql.table(t.name)))} in access exclusive mode`.execute(tx);
  const full: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ some: boolean }>`select exists (select 1 from ${sql.table(name)}) as some`.execute(tx);
    if (rows[0]?.some) full.push(name);
  }
  if (full.length > 0) {
    throw new BackupError(
      `This database is not empty (${full.slice(0, 3).join(', ')}${full.length > 3 ? ` and ${full.length - 3} more tables` : ''}). ` +
        'Restore into a new database: another DATABASE_URL, or another DATA_DIR.',
    );
  }
}

/**
 * Rows arrive table by table, so a row may come before the one it refers to, and no trigger may act on what already happened: references are
 * checked at the end, triggers rest. Returns what puts everything back.
 */
async function openDoors(tx: Tx): Promise<() => Promise<void>> {
  const keys = await sql<{ table: string; name: string; deferrable: boolean; deferred: boolean }>`
    select n.nspname || '.' || c.relname as table, k.conname as name, k.condeferrable as deferrable, k.condeferred as deferred
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and n.nspname in ('app', 'site') and k.conparentid = 0`.execute(tx);
  const triggers = await sql<{ table: string; name: string }>`
    select n.nspname || '.' || c.relname as table, t.tgname as name
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and t.tgenabled = 'O' and n.nspname in ('app', 'site')`.execute(tx);
  for (const key of keys.rows) {
    await sql`alter table ${sql.table(key.table)} alter constraint ${sql.ref(key.name)} deferrable initially deferred`.execute(
      tx,
    );
  }
  for (const one of triggers.rows)
    await sql`alter table ${sql.table(one.table)} disable trigger ${sql.ref(one.name)}`.execute(tx);
  return async () => {
    for (const one of triggers.rows)
      await sql`alter table ${sql.table(one.table)} enable trigger ${sql.ref(one.name)}`.execute(tx);
    for (const key of keys.rows) {
      const as = key.deferrable ? `deferrable initially ${key.deferred ? 'deferred' : 'immediate'}` : 'not deferrable';
      await sql`alter table ${sql.table(key.table)} alter constraint ${sql.ref(key.name)} ${sql.raw(as)}`.execute(tx);
    }
  };
}

/** Inserts every row of a file; `merging` leaves rows that are there already. The file is checked again to its end. */
async function load(
  tx: Tx,
  file: string,
  root: RootKeeper,
  tables: TableShape[],
  merging: boolean,
  onProgress?: RestoreOptions['onProgress'],
): Promise<BackupTrailer> {
  const shapes = new Map(tables.map((t) => [t.name, t]));
  let insert: (lines: string[]) => Promise<void> = async () => {};
  let name = '';
  let done = 0;
  for await (const part of readBackup(file, root)) {
    if (part.kind === 'trailer') {
      const left = [...shapes.keys()];
      if (left.length > 0) throw new BackupError(`${file} lacks ${left.join(', ')}. Nothing was restored.`);
      return part.trailer;
    }
    if (part.kind === 'table') {
      name = part.table;
      done = 0;
      const shape = shapes.get(name);
      const same =
        shape && JSON.stringify(shape.columns.map((c) => c.name).sort()) === JSON.stringify([...part.columns].sort());
      if (!same)
        throw new BackupError(
          `${file}: ${name} is not a table of this database, or has other columns. Nothing was restored.`,
        );
      shapes.delete(name);
      const types = new Map(shape.columns.map((c) => [c.name, c.type]));
      const values = sql.join(part.columns.map((column, i) => sql.raw(`(r->>${i})::${types.get(column)}`)));
      const into = sql`insert into ${sql.table(name)} (${sql.join(part.columns.map((c) => sql.ref(c)))}) overriding system value`;
      insert = async (lines) => {
        await sql`${into} select ${values} from jsonb_array_elements(${`[${lines.join(',')}]`}::jsonb) as r
          ${merging ? sql`on conflict do nothing` : sql``}`.execute(tx);
      };
      continue;
    }
    await insert(part.lines);
    done += part.lines.length;
    onProgress?.(name, done);
  }
  throw new BackupError(`${file} ends too early. Nothing was restored.`);
}

/** The keys of the people in the data, without those who were shredded before or since. */
async function loadKeys(
  tx: Tx,
  file: string,
  root: RootKeeper,
  tables: TableShape[],
  onProgress?: RestoreOptions['onProgress'],
) {
  await load(
    tx,
    file,
    root,
    tables.filter((t) => keyTables.includes(t.name)),
    true,
    onProgress,
  );
  // A key file may be newer than the data: agencies that the data does not know take their keys with them.
  for (const name of keyTables) {
    await sql`delete from ${sql.table(name)} k where k.agency_id is not null
      and not exists (select 1 from app.agency a where a.id = k.agency_id)`.execute(tx);
  }
  const out = await sql`delete from app.person_key k using app.person_shredded s
    where s.agency_id = k.agency_id and s.subject_id = k.subject_id`.execute(tx);
  const { rows } = await sql<{
    n: number;
  }>`select count(distinct (agency_id, subject_id)) as n from app.person_key`.execute(tx);
  return { peopleWithKeys: rows[0]?.n ?? 0, keysLeftOut: Number(out.numAffectedRows ?? 0) };
}
