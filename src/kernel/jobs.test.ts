/** Jobs are asked for in a transaction and run after it: on the embedded database's one connection as well as on a server. */
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../test/support/harness.ts';
import { jobHealth, jobMetrics } from './job-health.ts';
import { bossDatabase, collectJobs, forwardRequests, openQueues, runJob } from './jobs.ts';
import type { Ctx } from './context.ts';
import { recordEvents } from './events.ts';
import { defineModule, type Job, type Module } from './module.ts';
import { startWorker, type Worker } from './worker.ts';

let t: TestApp;
let alpha: string;
let worker: Worker | null = null;

beforeEach(async () => {
  t = await testApp();
  alpha = (await t.network('alpha')).id;
});
afterEach(async () => {
  await worker?.stop();
  worker = null;
  await t.close();
});

const moduleWith = (parts: Partial<Module>) => defineModule({ name: 'test', messages: { en: {}, es: {} }, ...parts });
const requests = async () =>
  t.db.run(
    { scope: 'system' },
    async (tx) =>
      (
        await sql<{
          id: string;
          job: string;
          network_id: string;
        }>`select * from app.job_request where queued_at is null order by job`.execute(tx)
      ).rows,
  );
const queued = async (name: string) =>
  (
    await sql<{
      id: string;
      data: unknown;
      state: string;
    }>`select id, data, state from pgboss.job where name = ${name}`.execute(t.db.owner)
  ).rows;

/** A promise and its resolve function, to wait for what the worker does without watching the clock. */
function signal<T>() {
  let give!: (value: T) => void;
  const given = new Promise<T>((resolve) => {
    give = resolve;
  });
  return { give, given };
}

test('a job asked for in a transaction that rolls back never exists', async () => {
  const failing = t.db.run({ networkId: alpha }, async (tx) => {
    await t.app.services.jobs.send(tx, 'test.work', { id: 1 });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await requests()).toEqual([]);
});

test('a key is accepted once per job and network, also after the request has moved on', async () => {
  const beta = (await t.network('beta')).id;
  const jobs: Job[] = [{ name: 'test.work', run: async () => {} }];
  const boss = await openQueues(t.app, jobs, []);
  try {
    const ask = (networkId: string, key: string) =>
      t.db.run({ networkId }, (tx) => t.app.services.jobs.send(tx, 'test.work', {}, { key }));
    await ask(alpha, 'one');
    await ask(alpha, 'one');
    expect(await requests()).toHaveLength(1);
    await forwardRequests(t.app, boss, jobs);
    await ask(alpha, 'one');
    await ask(alpha, 'two');
    await ask(beta, 'one');
    await forwardRequests(t.app, boss, jobs);
    expect(await requests()).toEqual([]);
    expect(await queued('test.work')).toHaveLength(3);
  } finally {
    await boss.stop();
  }
});

test('moving a request is all or nothing, and a request for an unknown job waits for the release that knows it', async () => {
  const jobs: Job[] = [{ name: 'test.work', run: async () => {} }];
  const boss = await openQueues(t.app, jobs, []);
  try {
    await t.app.services.jobs.send(null, 'test.work', {}, { networkId: alpha });
    await t.app.services.jobs.send(null, 'test.tomorrow', {}, { networkId: alpha });
    // The request cannot be marked: the insert into the queue must be taken back too.
    await sql`create function app.refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`.execute(
      t.db.owner,
    );
    await sql`create trigger refuse before update on app.job_request execute function app.refuse()`.execute(t.db.owner);
    await expect(forwardRequests(t.app, boss, jobs)).rejects.toThrow('no');
    expect(await queued('test.work')).toEqual([]);
    await sql`drop trigger refuse on app.job_request`.execute(t.db.owner);
    expect(await forwardRequests(t.app, boss, jobs)).toEqual(new Set(['test.work']));
    expect(await queued('test.work')).toHaveLength(1);
    expect((await requests()).map((row) => row.job)).toEqual(['test.tomorrow']);
  } finally {
    await boss.stop();
  }
});

test('a job that is still owed comes back after a restore without the queue’s schema, one that was done does not', async () => {
  const ran: unknown[] = [];
  const again = signal<true>();
  const work = (name: string, run: Job['run']): Job => ({ name, run });
  const owed = work('test.owed', async (_ctx, data) => {
    ran.push(data.id);
    again.give(true);
  });
  const finished = work('test.finished', async (_ctx, data) => void ran.push(data.id));
  const boss = await openQueues(t.app, [owed, finished], []);
  await t.app.services.jobs.send(null, 'test.owed', { id: 'owed' }, { networkId: alpha });
  await t.app.services.jobs.send(null, 'test.finished', { id: 'finished' }, { networkId: alpha });
  await forwardRequests(t.app, boss, [owed, finished]);
  const [row] = await queued('test.finished');
  await runJob(t.app, finished, row!.id, row!.data as { networkId: string; data: Record<string, unknown> });
  await boss.stop();
  await sql`drop schema pgboss cascade`.execute(t.db.owner);
  worker = await startWorker(t.app, [moduleWith({ jobs: [owed, finished] })]);
  await again.given;
  expect(ran).toEqual(['finished', 'owed']);
  expect(await queued('test.finished')).toEqual([]);
});

test('a failing statement of the queue leaves no open transaction behind on a shared connection', async () => {
  const queue = bossDatabase(t.db);
  await expect(queue.executeSql('begin; select 1; select 1/0; commit')).rejects.toThrow();
  for (let n = 0; n < 6; n++) {
    const { rows } = await queue.executeSql('select 1 as one');
    expect(rows[0].one).toBe(1);
  }
  expect(await t.app.networks.byId(alpha)).not.toBeNull();
});

test('the app’s own role cannot enter the queue’s schema', async () => {
  const boss = await openQueues(t.app, [{ name: 'test.work', run: async () => {} }], []);
  await boss.stop();
  await expect(t.db.run({ scope: 'system' }, (tx) => sql`select 1 from pgboss.job`.execute(tx))).rejects.toThrow(
    /permission denied/,
  );
});

test('the worker runs a committed job with its network, and the job may use the database and ask for more', async () => {
  const done = signal<Ctx>();
  const jobs: Job[] = [
    {
      name: 'test.first',
      run: async (ctx, data) => {
        await ctx.app.db.run({ networkId: ctx.network!.id }, (tx) =>
          ctx.app.services.jobs.send(tx, 'test.second', { from: data.id }),
        );
      },
    },
    {
      name: 'test.second',
      run: async (ctx, data) => {
        if (data.from === 7) done.give(ctx);
      },
    },
  ];
  worker = await startWorker(t.app, [moduleWith({ jobs })]);
  await t.db.run({ networkId: alpha }, (tx) => t.app.services.jobs.send(tx, 'test.first', { id: 7 }));
  const ctx = await done.given;
  expect(ctx.network!.slug).toBe('alpha');
  expect(ctx.actor).toEqual({ kind: 'system', job: 'test.second' });
  expect(ctx.t('kernel.error.home')).toBe('Go to the home page');
});

test('one connection is enough: transactions, jobs and the queue’s own work take turns', async () => {
  let left = 40;
  const done = signal<true>();
  const jobs: Job[] = ['test.a', 'test.b'].map((name) => ({
    name,
    run: async (ctx: Ctx) => {
      await ctx.app.db.run({ scope: 'system' }, (tx) => tx.selectFrom('app.network').select('id').execute());
      if (--left === 0) done.give(true);
    },
  }));
  worker = await startWorker(t.app, [moduleWith({ jobs })]);
  const ask = (n: number) =>
    t.db.run({ networkId: alpha }, async (tx) => {
      await tx.selectFrom('app.network').select('id').execute();
      await t.app.services.jobs.send(tx, n % 2 ? 'test.a' : 'test.b', { n });
    });
  await Promise.all(Array.from({ length: 40 }, (_, n) => ask(n)));
  expect(await done.given).toBe(true);
});

test('an event reaches its subscriber through the worker after the commit', async () => {
  const told = signal<string>();
  const subscribers: Module['subscribers'] = [
    { event: 'test.happened', name: 'listens', run: async (_ctx, event) => told.give(String(event.ids.id)) },
  ];
  worker = await startWorker(t.app, [moduleWith({ subscribers })]);
  const ctx = await t.ctx(alpha, 'system');
  await t.db.run({ networkId: alpha }, (tx) => recordEvents(tx, ctx, [{ name: 'test.happened', ids: { id: 'e1' } }]));
  t.app.services.events!.nudge();
  expect(await told.given).toBe('e1');
});

test('a failing job is noted without the values of the row it stumbled over, put back, and shows in health', async () => {
  const boss = await openQueues(t.app, [{ name: 'test.work', run: async () => {} }], []);
  await boss.stop();
  const job: Job = {
    name: 'test.work',
    run: async (ctx) => {
      await ctx.app.db.run({ scope: 'system' }, (tx) =>
        tx.insertInto('app.person').values({ email: 'Canary@Example.org', name: 'Canary', agency_id: alpha }).execute(),
      );
    },
  };
  const parcel = { networkId: alpha, data: {} };
  t.setClock('2026-03-02T12:00:00Z');
  const thrown = await runJob(t.app, job, '00000000-0000-0000-0000-000000000001', parcel).catch(
    (error: Error) => error,
  );
  expect(String((thrown as Error).message)).toContain('database error 23');
  t.setClock('2026-03-02T13:00:00Z');
  const health = await jobHealth(t.app);
  expect(health.queues.find((queue) => queue.job === 'test.work')).toMatchObject({
    lastSuccess: null,
    lastFailure: new Date('2026-03-02T12:00:00Z'),
    lastError: (thrown as Error).message,
  });
  expect(JSON.stringify([health, t.logged])).not.toMatch(/canary/i);
  await runJob(t.app, { ...job, run: async () => {} }, '00000000-0000-0000-0000-000000000001', parcel);
  expect((await jobHealth(t.app)).queues.find((queue) => queue.job === 'test.work')).toMatchObject({
    lastSuccess: new Date('2026-03-02T13:00:00Z'),
    lastError: null,
  });
});

test('schedules follow the modules from one start to the next', async () => {
  const jobs: Job[] = [{ name: 'test.work', run: async () => {} }];
  const crons = async () => (await jobHealth(t.app)).schedules.map((schedule) => `${schedule.job} ${schedule.cron}`);
  for (const [schedules, expected] of [
    [[{ job: 'test.work', cron: '0 5 * * *' }], ['test.work 0 5 * * *']],
    [
      [
        { job: 'test.work', cron: '0 6 * * *' },
        { job: 'test.work', cron: '0 7 * * 1', per: 'deployment' as const },
      ],
      ['test.work 0 6 * * *', 'test.work 0 7 * * 1'],
    ],
    [[], []],
  ] as const) {
    const boss = await openQueues(t.app, jobs, schedules);
    await boss.stop();
    expect(await crons()).toEqual(expected);
  }
});

test('a tick of the clock becomes one job for each network', async () => {
  const beta = (await t.network('beta')).id;
  const ran: (string | null)[] = [];
  const done = signal<true>();
  const jobs: Job[] = [
    {
      name: 'test.work',
      run: async (ctx) => {
        ran.push(ctx.network?.id ?? null);
        if (ran.length === 2) done.give(true);
      },
    },
  ];
  const boss = await openQueues(t.app, jobs, []);
  await boss.insert('test.work', [{ data: { networkId: null, data: {}, scheduled: 'network' } }]);
  await boss.stop();
  worker = await startWorker(t.app, [moduleWith({ jobs })]);
  await done.given;
  expect([...ran].sort()).toEqual([alpha, beta].sort());
});

test('health works before any worker ran, and its numbers become lines for a collector', async () => {
  await t.app.services.jobs.send(null, 'test.work', {}, { networkId: alpha });
  const before = await jobHealth(t.app);
  expect(before).toMatchObject({
    queues: [],
    schedules: [],
    requests: { waiting: 1 },
    mail: { route: 'outbox', waiting: 0 },
  });
  const boss = await openQueues(t.app, [{ name: 'test.work', run: async () => {} }], []);
  await boss.insert('test.work', [{ data: {} }, { data: {}, startAfter: 3600 }]);
  await boss.stop();
  const health = await jobHealth(t.app);
  expect(health.queues).toEqual([
    {
      job: 'test.work',
      waiting: 1,
      later: 1,
      active: 0,
      failed: 0,
      oldestWaiting: expect.any(Date),
      lastSuccess: null,
      lastFailure: null,
      lastError: null,
    },
  ]);
  const lines = jobMetrics(health, t.app.clock());
  expect(lines).toContain('waymark_jobs{job="test.work",state="later"} 1\n');
  expect(lines).toContain('waymark_job_requests_waiting 1\n');
});

test('two jobs of one name, and a schedule without its job, are refused at start', () => {
  const job: Job = { name: 'test.work', run: async () => {} };
  expect(() => collectJobs([job], [moduleWith({ jobs: [job] })], [])).toThrow('Two jobs are called test.work.');
  expect(() => collectJobs([], [moduleWith({ schedules: [{ job: 'test.gone', cron: '0 0 * * *' }] })], [])).toThrow(
    'test.gone',
  );
});
