/**
 * One database behind one driver: the embedded PostgreSQL (PGlite) or a server, both through `pg` and Kysely.
 *
 * Every statement of the product runs inside `run` or `readPublic`, which open a transaction, take off the login's own rights by
 * switching to the app's or the public's role, and say who is asking (row-level security reads it); `glance` does the same for one
 * statement. Outside them only migrations work.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import {
  CompiledQuery,
  type Driver,
  Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type Transaction,
  type TransactionSettings,
} from 'kysely';
import pg from 'pg';
import { EmbeddedWire } from './embedded-wire.ts';
import type { KernelTables } from './tables.ts';

// Days stay days ('2019-04-25', no time zone can move them); counts and amounts are numbers.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

/** A transaction that already knows who is asking. */
export type Tx = Transaction<KernelTables>;

/** Who is asking, as row-level security sees it. */
export interface Tenant {
  networkId?: string | null;
  agencyId?: string | null;
  personId?: string | null;
  /** 'system' is the kernel's own work: sign-in, jobs, administration from the command line. */
  scope?: 'system' | '';
}

export interface Database {
  kind: 'embedded' | 'server';
  /** Owner-side access for migrations, jobs' own schema and backup. The product never uses it. */
  owner: Kysely<KernelTables>;
  /** The connections themselves, for the job queue's own statements (src/kernel/jobs.ts). */
  pool: pg.Pool;
  /** Opens a transaction as the app, for one tenant. Commits when `work` returns, rolls back whole when it throws. */
  run<T>(tenant: Tenant, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Opens a read-only transaction as the public role, which can select from the schema `site` and nothing else. */
  readPublic<T>(networkId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * One read-only statement as the app or the public in one message, where a transaction takes four: for a question that is asked before every answer.
   * `statement` is whole; values stand in it by `literal`. Its rows. Never inside a transaction.
   */
  glance<R>(as: 'app' | 'public', networkId: string, statement: string): Promise<R[]>;
  /** Grows with whatever was done here but the public's reading, before its caller knows. While it stands still, this process has changed nothing. */
  turns(): number;
  /** The embedded engine, for dumps; null on a server. */
  pglite: PGlite | null;
  close(): Promise<void>;
}

const publicRole = 'waymark_public';
const inside = new AsyncLocalStorage<{ role: string; settings: string; after: (() => void)[] }>();

/** Calls `wake` once the open transaction has committed, never when it rolls back; at once where none is open. */
export function afterCommit(wake: () => void): void {
  const open = inside.getStore();
  if (open) open.after.push(wake);
  else wake();
}

export interface OpenOptions {
  databaseUrl: string | null;
  databasePool?: number;
  /** Folder of the embedded database; null keeps it in memory (tests). */
  dataDir: string | null;
  /** A dump to start from (tests). */
  template?: Blob;
}

/** Opens the database. Throws with a plain sentence when the embedded folder is in use by another process. */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  if (options.databaseUrl) {
    const pool = new pg.Pool({
      connectionString: options.databaseUrl,
      max: options.databasePool ?? 10,
      connectionTimeoutMillis: 10_000,
    });
    // An idle connection that dies is replaced at the next use; without a listener it would end the process.
    pool.on('error', () => {});
    return wrap('server', pool, null, async () => {});
  }
  const { PGlite } = await import('@electric-sql/pglite');
  const unlock = options.dataDir ? lock(options.dataDir) : () => {};
  try {
    const folder = options.dataDir ? join(options.dataDir, 'pg') : undefined;
    const pglite = new PGlite({
      extensions: await searchExtensions(),
      ...(folder ? { dataDir: folder } : {}),
      ...(options.template ? { loadDataDir: options.template } : {}),
    });
    await pglite.waitReady;
    // One connection by nature: everything, jobs included, waits its turn in this pool.
    const pool = new pg.Pool({
      stream: () => new EmbeddedWire(pglite),
      user: 'postgres',
      ssl: false,
      max: 1,
      idleTimeoutMillis: 0,
    });
    return wrap('embedded', pool, pglite, async () => {
      await pglite.close();
      unlock();
    });
  } catch (error) {
    unlock();
    throw error;
  }
}

/** A text as it stands in a statement of `glance`. */
export const literal = (value: string): string => pg.escapeLiteral(value);

/** Settings that end with the transaction. */
const setting = (values: Record<string, string>): string =>
  `select ${Object.entries(values)
    .map(([name, value]) => `set_config('${name}', ${literal(value)}, true)`)
    .join(', ')}`;

/** Begins a transaction and says who is asking in one message: every page opens several. */
class TenantDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;
  readonly #turned: () => void;

  constructor(config: PostgresDialectConfig, turned: () => void) {
    super(config);
    this.#config = config;
    this.#turned = turned;
  }

  override createDriver(): Driver {
    return new TenantDriver(this.#config, this.#turned);
  }
}

type Connection = Parameters<PostgresDriver['rollbackTransaction']>[0];

class TenantDriver extends PostgresDriver {
  readonly #turned: () => void;

  constructor(config: PostgresDialectConfig, turned: () => void) {
    super(config);
    this.#turned = turned;
  }

  override async releaseConnection(connection: Connection): Promise<void> {
    if (inside.getStore()?.role !== publicRole) this.#turned();
    await super.releaseConnection(connection);
  }

  override async beginTransaction(connection: Connection, settings: TransactionSettings): Promise<void> {
    const tenant = inside.getStore();
    if (!tenant) return super.beginTransaction(connection, settings);
    try {
      await connection.executeQuery(CompiledQuery.raw(`begin; ${tenant.settings}`));
    } catch (error) {
      // It may have begun: a connection goes back without a transaction.
      await this.rollbackTransaction(connection).catch(() => {});
      throw error;
    }
  }
}

function outside(): void {
  // On the embedded database this would wait for itself for ever; on a server it would read another moment.
  if (inside.getStore()) throw new Error('A transaction was opened inside another: pass the `tx` you have.');
}

/** What migration 0006_search.sql creates: a server has them in its own folder, the embedded engine is given them at each start. */
async function searchExtensions() {
  const [{ pg_trgm }, { unaccent }, { cube }] = await Promise.all([
    import('@electric-sql/pglite/contrib/pg_trgm'),
    import('@electric-sql/pglite/contrib/unaccent'),
    import('@electric-sql/pglite/contrib/cube'),
  ]);
  return { pg_trgm, unaccent, cube };
}

function wrap(kind: Database['kind'], pool: pg.Pool, pglite: PGlite | null, after: () => Promise<void>): Database {
  let turns = 0;
  const owner = new Kysely<KernelTables>({ dialect: new TenantDialect({ pool }, () => turns++) });
  const begin = async <T>(role: string, tenant: Tenant, work: (tx: Tx) => Promise<T>): Promise<T> => {
    outside();
    const after: (() => void)[] = [];
    const settings = setting({
      role,
      'app.network': tenant.networkId ?? '',
      'app.agency': tenant.agencyId ?? '',
      'app.person': tenant.personId ?? '',
      'app.scope': tenant.scope ?? '',
    });
    const result = await inside.run({ role, settings, after }, () => owner.transaction().execute(work));
    for (const wake of after) wake();
    return result;
  };
  return {
    kind,
    owner,
    pool,
    pglite,
    run: (tenant, work) => begin('waymark_app', tenant, work),
    readPublic: (networkId, work) => begin(publicRole, { networkId }, work),
    turns: () => turns,
    async glance<R>(as: 'app' | 'public', networkId: string, statement: string): Promise<R[]> {
      outside();
      // Statements of one message are one transaction, and these settings end with it.
      const set = setting({ role: `waymark_${as}`, 'app.network': networkId, transaction_read_only: 'on' });
      const results = await pool.query(`${set}; ${statement}`);
      return (results as unknown as pg.QueryResult<R & pg.QueryResultRow>[])[1]!.rows;
    },
    async close() {
      await owner.destroy();
      await after();
    },
  };
}

/**
 * Takes the embedded folder for this process: two processes on one folder silently lose rows.
 * A lock left by a process that is gone is taken over.
 */
function lock(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'lock');
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(readFileSync(file, 'utf8'));
      if (attempt > 0 || (holder !== process.pid && alive(holder))) {
        throw new Error(
          `The embedded database in ${dataDir} is in use by process ${holder}. Stop it first (for example the running server), or use a PostgreSQL server.`,
        );
      }
      rmSync(file, { force: true });
    }
  }
  return () => rmSync(file, { force: true });
}

function alive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
