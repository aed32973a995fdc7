/** How the background work is doing, for the administrators' page and the machine's own collector: numbers, times and codes, no person. */
import { sql } from 'kysely';
import type { App } from './context.ts';
import { bossSchema } from './jobs.ts';
import { type MailHealth, mailHealth } from './mail.ts';
import { type OutboxHealth, outboxHealth } from './outbox.ts';

export interface QueueHealth {
  job: string;
  /** Ready to be done. */
  waiting: number;
  /** To be done at a later time: set for later, or tried and put back. */
  later: number;
  active: number;
  /** Given up in the last two weeks. */
  failed: number;
  /** When the job that waits longest became ready. */
  oldestWaiting: Date | null;
  lastSuccess: Date | null;
  lastFailure: Date | null;
  lastError: string | null;
}

export interface ScheduleHealth {
  job: string;
  /** UTC, five fields. */
  cron: string;
  networkId: string | null;
  lastSuccess: Date | null;
  lastFailure: Date | null;
}

export interface JobHealth {
  queues: QueueHealth[];
  schedules: ScheduleHealth[];
  /** Asked for and not yet in a queue; more than a few for long means that no worker runs. */
  requests: { waiting: number; oldestWaiting: Date | null };
  outbox: OutboxHealth;
  mail: MailHealth;
}

type Counts = { name: string; waiting: number; later: number; active: number; failed: number; oldest: Date | null };
type Status = {
  job: string;
  network_id: string | null;
  succeeded_at: Date | null;
  failed_at: Date | null;
  last_error: string;
};

/** Reads the state of all background work. Call it outside a transaction. Works also where no worker ever ran. */
export async function jobHealth(app: App): Promise<JobHealth> {
  const { owner } = app.db;
  const installed = await sql<{
    there: boolean;
  }>`select to_regclass(${`${bossSchema}.schedule`}) is not null as there`.execute(owner);
  const there = installed.rows[0]!.there;
  const counts = there ? (await queueCounts(app)).rows : [];
  const schedules = there
    ? (
        await sql<{
          name: string;
          cron: string;
        }>`select name, cron from ${sql.table(`${bossSchema}.schedule`)} order by name, cron`.execute(owner)
      ).rows
    : [];
  return app.db.run({ scope: 'system' }, async (tx) => {
    const status = (
      await sql<Status>`select job, network_id, succeeded_at, failed_at, last_error from app.job_status order by job, network_id`.execute(
        tx,
      )
    ).rows;
    const requests = await sql<{ waiting: number; oldest: Date | null }>`
      select count(*) as waiting, min(created_at) as oldest from app.job_request where queued_at is null`.execute(tx);
    return {
      queues: counts.map((row) => {
        const own = status.filter((s) => s.job === row.name);
        const failing = own.filter((s) => s.last_error !== '').sort(byTime((s) => s.failed_at));
        return {
          job: row.name,
          waiting: row.waiting,
          later: row.later,
          active: row.active,
          failed: row.failed,
          oldestWaiting: row.oldest,
          lastSuccess: latest(own.map((s) => s.succeeded_at)),
          lastFailure: latest(own.map((s) => s.failed_at)),
          lastError: failing[0]?.last_error ?? null,
        };
      }),
      schedules: schedules.flatMap(({ name, cron }) => {
        const own = status.filter((s) => s.job === name);
        if (own.length === 0) return [{ job: name, cron, networkId: null, lastSuccess: null, lastFailure: null }];
        return own.map((s) => ({
          job: name,
          cron,
          networkId: s.network_id,
          lastSuccess: s.succeeded_at,
          lastFailure: s.failed_at,
        }));
      }),
      requests: { waiting: requests.rows[0]!.waiting, oldestWaiting: requests.rows[0]!.oldest },
      outbox: await outboxHealth(tx),
      mail: await mailHealth(app, tx),
    };
  });
}

/** Every queue of ours with its jobs by state; those that pg-boss keeps for itself are left out. */
const queueCounts = (app: App) =>
  sql<Counts>`
  select q.name,
    count(*) filter (where j.state in ('created', 'retry') and j.start_after <= now()) as waiting,
    count(*) filter (where j.state in ('created', 'retry') and j.start_after > now()) as later,
    count(*) filter (where j.state = 'active') as active,
    count(*) filter (where j.state = 'failed') as failed,
    min(j.start_after) filter (where j.state in ('created', 'retry') and j.start_after <= now()) as oldest
  from ${sql.table(`${bossSchema}.queue`)} q left join ${sql.table(`${bossSchema}.job`)} j on j.name = q.name
  where q.name not like '\\_\\_pgboss%' group by q.name order by q.name`.execute(app.db.owner);

const latest = (times: (Date | null)[]): Date | null =>
  times.filter((time) => time !== null).sort((a, b) => b.getTime() - a.getTime())[0] ?? null;
const byTime =
  <T>(of: (item: T) => Date | null) =>
  (a: T, b: T) =>
    (of(b)?.getTime() ?? 0) - (of(a)?.getTime() ?? 0);

/** The same as lines for a collector (Prometheus text format). */
export function jobMetrics(health: JobHealth, now: Date): string {
  const age = (since: Date | null) => (since ? Math.max(0, (now.getTime() - since.getTime()) / 1000) : 0);
  const lines: string[] = [];
  const gauge = (name: string, help: string, values: [labels: string, value: number][]) => {
    lines.push(
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      ...values.map(([labels, value]) => `${name}${labels} ${value}`),
    );
  };
  const states = ['waiting', 'later', 'active', 'failed'] as const;
  gauge(
    'waymark_jobs',
    'Jobs by queue and state',
    health.queues.flatMap((queue) =>
      states.map((state): [string, number] => [`{job="${queue.job}",state="${state}"}`, queue[state]]),
    ),
  );
  gauge(
    'waymark_job_last_success_timestamp_seconds',
    'When a job of this queue last ended well',
    health.queues.flatMap((queue): [string, number][] =>
      queue.lastSuccess ? [[`{job="${queue.job}"}`, queue.lastSuccess.getTime() / 1000]] : [],
    ),
  );
  gauge('waymark_job_requests_waiting', 'Jobs asked for and not yet queued', [['', health.requests.waiting]]);
  gauge('waymark_outbox_waiting', 'Events not yet handed to every subscriber', [['', health.outbox.waiting]]);
  gauge('waymark_outbox_lag_seconds', 'Age of the oldest of them', [['', age(health.outbox.oldestWaiting)]]);
  gauge('waymark_outbox_given_up', 'Deliveries given up in the last month', [['', health.outbox.givenUp]]);
  gauge('waymark_mail_waiting', 'Letters not yet sent', [['', health.mail.waiting]]);
  gauge('waymark_mail_lag_seconds', 'Age of the oldest of them', [['', age(health.mail.oldestWaiting)]]);
  gauge('waymark_mail_failed', 'Letters given up in the last month', [['', health.mail.failed]]);
  return `${lines.join('\n')}\n`;
}
