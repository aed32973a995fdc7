/**
 * A small Waymark that is meant to be killed: every transaction writes an event, a job and a letter, and is acknowledged on standard output once
 * it committed. With DRAIN=1 it writes nothing, finishes what is left, and ends. Bundled and started by src/kernel/crash.test.ts.
 */
import { sql } from 'kysely';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { recordEvents } from '../../src/kernel/events.ts';
import { jobHealth } from '../../src/kernel/job-health.ts';
import { defineModule } from '../../src/kernel/module.ts';
import { systemCtx } from '../../src/kernel/system.ts';
import { startWorker } from '../../src/kernel/worker.ts';

const { SHIFT_HOURS, FIRST, DRAIN } = process.env;
const config = readConfig({ ...process.env, NODE_ENV: 'test', LOG_LEVEL: 'silent' });
// Each life is an hour after the one before, so that what was put back for later is due.
const app = await openApp({ config, clock: () => new Date(Date.now() + Number(SHIFT_HOURS) * 3_600_000) });

await sql`create table if not exists app.crash_effect (what text not null, id integer not null)`.execute(app.db.owner);
await sql`create table if not exists app.crash_written (id integer not null)`.execute(app.db.owner);
await sql`grant select, insert on app.crash_effect, app.crash_written to waymark_app`.execute(app.db.owner);
await app.db.run({ scope: 'system' }, (tx) =>
  sql`insert into app.network (slug, name) values ('alpha', '{"en":"Alpha"}') on conflict do nothing`.execute(tx),
);
const network = (await app.networks.bySlug('alpha'))!;
const letter = (id: number, from: string) => ({
  to: 'reader@example.org',
  subject: `${from} ${id}`,
  text: 'words',
  key: `${from} ${id}`,
});

const worker = await startWorker(app, [
  defineModule({
    name: 'crash',
    messages: { en: {}, es: {} },
    subscribers: [
      {
        event: 'crash.happened',
        name: 'applies',
        apply: async (tx, _ctx, event) => {
          await sql`insert into app.crash_effect values ('apply', ${event.ids.id})`.execute(tx);
        },
      },
      {
        event: 'crash.happened',
        name: 'writes',
        run: async (ctx, event) => {
          await ctx.app.db.run({ networkId: ctx.network!.id }, (tx) =>
            ctx.app.services.mail.send(tx, letter(Number(event.ids.id), 'event')),
          );
        },
      },
    ],
    jobs: [
      {
        name: 'crash.work',
        run: async (ctx, data) => {
          await ctx.app.db.run({ networkId: ctx.network!.id }, (tx) =>
            ctx.app.services.mail.send(tx, letter(Number(data.id), 'job')),
          );
        },
      },
    ],
  }),
]);

const say = (line: string) => new Promise<void>((done) => process.stdout.write(`${line}\n`, () => done()));
await say('up');

if (DRAIN) {
  for (;;) {
    await sql`update pgboss.job set start_after = now() where state = 'retry'`.execute(app.db.owner);
    const { queues, requests, outbox, mail } = await jobHealth(app);
    const jobs = queues
      .filter((queue) => queue.job === 'crash.work')
      .reduce((sum, queue) => sum + queue.waiting + queue.later + queue.active, 0);
    if (jobs + requests.waiting + outbox.waiting + mail.waiting === 0) break;
    await new Promise((done) => setTimeout(done, 250));
  }
  await worker.stop();
  await app.db.close();
  await say('drained');
} else {
  const ctx = await systemCtx(app, 'crash', network.id, 'crash');
  for (let id = Number(FIRST); ; id++) {
    await app.db.run({ scope: 'system', networkId: network.id }, async (tx) => {
      await sql`insert into app.crash_written values (${id})`.execute(tx);
      await recordEvents(tx, ctx, [{ name: 'crash.happened', ids: { id } }]);
      await app.services.jobs.send(tx, 'crash.work', { id });
      await app.services.mail.send(tx, letter(id, 'own'));
    });
    app.services.events!.nudge();
    await say(`committed ${id}`);
    // Not faster than it is delivered, or only the writing would ever be interrupted.
    while ((await jobHealth(app)).mail.waiting > 3) await new Promise((done) => setTimeout(done, 5));
  }
}
