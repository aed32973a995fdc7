/**
 * Jobs: work asked for in a transaction and done after it, at least once, by whichever process has a worker.
 *
 *   send(tx) → app.job_request → (one transaction) → pg-boss queue → run → done, request deleted
 *                                                       ↺ tried again, later and later; then → failed, kept a week
 *
 * pg-boss keeps queues, retries and the clock of schedules; it lives in its own schema, which the app's role cannot enter.
 * Why requests go through a table of ours: docs/decisions/0005-jobs-and-outbox.md
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, PgBoss, Queue } from 'pg-boss';
import type { App } from './context.ts';
import { afterCommit, type Database, type Tx } from './database.ts';
import { cleanError } from './clean-error.ts';
import type { Job, Module, Schedule } from './module.ts';
import { systemCtx } from './system.ts';

export interface JobOptions {
  /** Accepted once per job and network, for two weeks after it was done: a timer set twice runs once. */
  key?: string;
  /** Not before. */
  startAfter?: Date;
  /** The job's network, where the transaction does not say (system scope). */
  networkId?: string;
}

export interface JobService {
  /**
   * Asks for a job in the open transaction: it runs if the transaction commits, and only then. Without a transaction (null) it is asked for at once.
   * `data` carries ids, never values.
   */
  send(tx: Tx | null, job: string, data: Record<string, unknown>, options?: JobOptions): Promise<void>;
}

declare module './context.ts' {
  interface Services {
    jobs: JobService;
  }
}

export const bossSchema = 'pgboss';
const forwardAtOnce = 100;
const pollSeconds = 10;
const keptDays = 14;
const queueRules = {
  retryLimit: 8,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 3600,
  expireInSeconds: 900,
  // A process that died is noticed after a minute, not after the quarter of an hour a job may take.
  heartbeatSeconds: 60,
  retentionSeconds: keptDays * 86_400,
  deleteAfterSeconds: keptDays * 86_400,
} satisfies Partial<Queue>;

/** What lies in a queue. `scheduled` marks a tick of the clock that is still to be dealt out to the networks. */
interface Parcel {
  networkId: string | null;
  data: Record<string, unknown>;
  scheduled?: 'network';
}

/** The service that actions use; works with or without a running worker. */
export function jobService(app: App): JobService {
  const send: JobService['send'] = async (tx, job, data, options = {}) => {
    if (!tx) return app.db.run({ scope: 'system' }, (own) => send(own, job, data, options));
    await sql`
      with asked as (select coalesce(${options.networkId ?? null}::uuid, ctx.network_id()) as network_id, ${options.key ?? null}::text as key)
      insert into app.job_request (id, network_id, job, data, start_after, created_at)
      select case when key is null then gen_random_uuid()
          else substr(encode(sha256(convert_to(concat_ws(chr(31), ${job}::text, network_id, key), 'UTF8')), 'hex'), 1, 32)::uuid end,
        network_id, ${job}, ${JSON.stringify(data)}::jsonb, ${options.startAfter ?? null}, ${app.clock()}
      from asked on conflict do nothing`.execute(tx);
    afterCommit(() => app.services.wake('jobs'));
  };
  return { send };
}

/**
 * pg-boss over our own connections. Not its ready-made adapter, for two reasons: a block of several statements must give back the rows of each,
 * and one that fails midway must not leave its transaction open on a connection that others use next (the embedded database has only one).
 */
export function bossDatabase(db: Database): Db {
  return {
    async executeSql(text, values) {
      const client = await db.pool.connect();
      try {
        return await client.query(text, values);
      } catch (error) {
        await client.query('rollback').catch(() => {});
        throw error;
      } finally {
        client.release();
      }
    },
  };
}

/** Opens the queues of all jobs, and their schedules. Jobs are not worked yet. */
export async function openQueues(app: App, jobs: readonly Job[], schedules: readonly Schedule[]): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  const embedded = app.db.kind === 'embedded';
  const boss = new PgBoss({
    db: bossDatabase(app.db),
    schema: bossSchema,
    backend: embedded ? 'pglite' : 'postgres',
    cronWorkerIntervalSeconds: 15,
    flowIntervalSeconds: 3600,
    queueCacheIntervalSeconds: 300,
    // The embedded database blocks the process while it works; nothing there grows enough to need these.
    ...(embedded ? { reindex: false as const, monitorVacuum: false } : {}),
  });
  boss.on('error', (error) => app.log.error({ err: cleanError(error) }, 'job queue'));
  boss.on('warning', ({ message }) => app.log.warn({ said: message }, 'job queue'));
  await boss.start();
  try {
    const known = new Set((await boss.getQueues()).map((queue) => queue.name));
    for (const { name } of jobs) {
      if (known.has(name)) await boss.updateQueue(name, queueRules);
      else await boss.createQueue(name, queueRules);
      // Fills pg-boss's memory of the queue, so that inserting within our transaction asks for no second connection.
      await boss.insert(name, []);
    }
    await setSchedules(boss, schedules);
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
  return boss;
}

async function setSchedules(boss: PgBoss, schedules: readonly Schedule[]): Promise<void> {
  const keyOf = (schedule: Schedule) =>
    createHash('sha256')
      .update(`${schedule.cron} ${schedule.per ?? 'network'}`)
      .digest('hex')
      .slice(0, 12);
  const wanted = new Map(schedules.map((schedule) => [`${schedule.job} ${keyOf(schedule)}`, schedule]));
  for (const old of await boss.getSchedules()) {
    if (!wanted.delete(`${old.name} ${old.key}`)) await boss.unschedule(old.name, old.key);
  }
  for (const schedule of wanted.values()) {
    const parcel: Parcel = {
      networkId: null,
      data: {},
      ...(schedule.per === 'deployment' ? {} : { scheduled: 'network' as const }),
    };
    await boss.schedule(schedule.job, schedule.cron, parcel, { tz: 'UTC', key: keyOf(schedule), missed: 'once' });
  }
}

/**
 * Copies what was asked for into the queues: reading, inserting and marking are one transaction, so each request arrives exactly once.
 * Requests for a job this release does not know stay, for the release that does. Returns the names of the queues that got work.
 */
export async function forwardRequests(app: App, boss: PgBoss, jobs: readonly Job[]): Promise<Set<string>> {
  const { fromKysely } = await import('pg-boss');
  const names = jobs.map((job) => job.name);
  const filled = new Set<string>();
  for (;;) {
    const moved = await app.db.owner.transaction().execute(async (tx) => {
      await sql`select set_config('app.scope', 'system', true)`.execute(tx);
      const { rows } = await sql<{
        id: string;
        network_id: string | null;
        job: string;
        data: Record<string, unknown>;
        start_after: Date | null;
      }>`
        select id, network_id, job, data, start_after from app.job_request where queued_at is null and job = any(${names}::text[])
        order by created_at, id limit ${forwardAtOnce} for update skip locked`.execute(tx);
      if (rows.length === 0) return 0;
      for (const [name, requests] of Map.groupBy(rows, (row) => row.job)) {
        filled.add(name);
        await boss.insert(
          name,
          requests.map((row) => ({
            id: row.id,
            data: { networkId: row.network_id, data: row.data } satisfies Parcel,
            ...(row.start_after ? { startAfter: row.start_after } : {}),
          })),
          { db: fromKysely(tx) },
        );
      }
      await sql`update app.job_request set queued_at = ${app.clock()} where id = any(${rows.map((row) => row.id)}::uuid[])`.execute(
        tx,
      );
      return rows.length;
    });
    if (moved < forwardAtOnce) return filled;
  }
}

/** Starts working the queues, one job of each name at a time in this process. Returns how to wake each of them. */
export async function workQueues(app: App, boss: PgBoss, jobs: readonly Job[]): Promise<Map<string, () => void>> {
  const wake = new Map<string, () => void>();
  for (const job of jobs) {
    const id = await boss.work<Parcel>(
      job.name,
      { batchSize: 1, pollingIntervalSeconds: pollSeconds },
      async ([taken]) => {
        if (!taken) return;
        if (taken.data.scheduled === 'network') {
          await dealOut(app, boss, job.name, taken.id);
          wake.get(job.name)?.();
          return;
        }
        await runJob(app, job, taken.id, taken.data);
        wake.get(job.name)?.();
      },
    );
    wake.set(job.name, () => boss.notifyWorker(id));
  }
  return wake;
}

/** One job for each network, under ids that follow from the tick: dealt out again after a crash, none is added. */
async function dealOut(app: App, boss: PgBoss, name: string, tick: string): Promise<void> {
  const networks = await app.networks.all();
  const idFor = (networkId: string) => {
    const hex = createHash('sha256').update(`${tick} ${networkId}`).digest('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  };
  await boss.insert(
    name,
    networks.map((network) => ({ id: idFor(network.id), data: { networkId: network.id, data: {} } satisfies Parcel })),
  );
}

/** Runs one job and notes how it went. What it throws is cleaned first: pg-boss keeps it. */
export async function runJob(
  app: App,
  job: Job,
  id: string,
  parcel: { networkId: string | null; data: Record<string, unknown> },
): Promise<void> {
  try {
    const ctx = await systemCtx(app, job.name, parcel.networkId, `job-${id.slice(0, 13)}`);
    await job.run(ctx, parcel.data);
    await note(app, job.name, parcel.networkId, null, id);
  } catch (error) {
    const err = cleanError(error);
    app.log.error({ job: job.name, id, err }, 'job failed');
    const said = `${err.name}: ${err.message}`.slice(0, 300);
    await note(app, job.name, parcel.networkId, said).catch(() => {});
    throw new Error(said);
  }
}

async function note(
  app: App,
  job: string,
  networkId: string | null,
  error: string | null,
  doneId?: string,
): Promise<void> {
  const now = app.clock();
  await app.db.run({ scope: 'system' }, async (tx) => {
    await sql`insert into app.job_status as s (job, network_id, succeeded_at, failed_at, last_error)
      select ${job}, ${networkId}::uuid, ${error === null ? now : null}::timestamptz, ${error === null ? null : now}::timestamptz, ${error ?? ''}
      where ${networkId}::uuid is null or exists (select 1 from app.network where id = ${networkId}::uuid)
      on conflict (job, network_id) do update set succeeded_at = coalesce(excluded.succeeded_at, s.succeeded_at),
        failed_at = coalesce(excluded.failed_at, s.failed_at), last_error = excluded.last_error`.execute(tx);
    if (doneId) await sql`delete from app.job_request where id = ${doneId}::uuid`.execute(tx);
  });
}

/**
 * At start: offers every job that is still owed to the queues once more. The queue refuses those it has, so this adds only what it lost,
 * which is everything when the database was restored from a backup.
 */
export async function requeueOwed(app: App): Promise<void> {
  await app.db.run({ scope: 'system' }, (tx) =>
    sql`update app.job_request set queued_at = null where queued_at is not null`.execute(tx),
  );
}

/** Drops requests whose job was given up, before the queue forgets it too and would take it again. */
export async function forgetRequests(app: App): Promise<void> {
  const before = new Date(app.clock().getTime() - (keptDays - 1) * 86_400_000);
  await app.db.run({ scope: 'system' }, (tx) =>
    sql`delete from app.job_request where queued_at is not null and greatest(created_at, start_after) < ${before}`.execute(
      tx,
    ),
  );
}

/** At the start of the only process there can be (embedded database): jobs still marked active were taken by a process that is gone. */
export async function releaseJobs(app: App, boss: PgBoss, jobs: readonly Job[]): Promise<void> {
  const { rows } = await sql<{ name: string; id: string }>`
    select name, id from ${sql.ref(`${bossSchema}.job`)} where state = 'active'`.execute(app.db.owner);
  const names = new Set(jobs.map((job) => job.name));
  for (const [name, taken] of Map.groupBy(rows, (row) => row.name)) {
    if (names.has(name))
      await boss.fail(
        name,
        taken.map((row) => row.id),
        { message: 'The process ended while it ran.' },
      );
  }
}

/** Every job of the modules, checked: names are unique, schedules name a job. Throws otherwise, at start. */
export function collectJobs(
  own: readonly Job[],
  modules: readonly Pick<Module, 'jobs' | 'schedules'>[],
  ownSchedules: readonly Schedule[],
) {
  const jobs = [...own, ...modules.flatMap((module) => module.jobs)];
  const schedules = [...ownSchedules, ...modules.flatMap((module) => module.schedules)];
  const names = new Set<string>();
  for (const { name } of jobs) {
    if (names.has(name)) throw new Error(`Two jobs are called ${name}.`);
    names.add(name);
  }
  for (const { job } of schedules)
    if (!names.has(job)) throw new Error(`A schedule names the job ${job}, which does not exist.`);
  return { jobs, schedules };
}
