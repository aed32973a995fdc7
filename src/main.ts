/**
 * The server: settings, database, demo, web and worker; then what a person needs to know to go on. Ends gracefully on SIGTERM and SIGINT.
 */
import { serve } from '@hono/node-server';
import { openApp, webApp } from './app.ts';
import { ConfigError, demoDoorsOpen, readConfig } from './config.ts';
import { loadDemo } from './demo/load.ts';
import { setupLink } from './kernel/identity/setup.ts';
import { warmUp } from './kernel/warm.ts';
import { startWorker } from './kernel/worker.ts';
import { modules } from './modules.ts';

const say = (line = ''): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const config = readConfig();
  const app = await openApp({ config, onMigration: (step) => say(`  database: ${step.module} ${step.name}`) });
  if (config.demo) {
    const fresh = (await app.networks.all()).length === 0;
    if (fresh) say('  loading the demo …');
    await loadDemo(app);
  }
  const worker = await startWorker(app, modules);
  const server = serve({ fetch: webApp(app).fetch, port: config.port, hostname: config.host });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });

  const stopping = new AbortController();
  const warm = warmUp(app, modules, stopping.signal);
  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    // Requests under way are finished; connections that only wait are closed.
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if ('closeIdleConnections' in server) server.closeIdleConnections();
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    await worker.stop();
    await Promise.race([warm, new Promise((resolve) => setTimeout(resolve, 5_000))]);
    await app.db.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());

  say();
  say(`Waymark is at ${config.baseUrl}`);
  if (config.demo) {
    say(`  Public plan   ${config.baseUrl}/harbor/plans/2024-2027   (fictional Harbor County, a demo)`);
    say(`  Houston       ${config.baseUrl}/houston/plans/phase-2`);
    if (demoDoorsOpen(config)) {
      say(`  Sign in       ${config.baseUrl}/sign-in   with one button as any of these demo people:`);
      for (const person of await demoPeople(app)) say(`                ${person.name} — ${person.roles}`);
      if (config.demoToAnyone)
        say(
          '  WARNING       DEMO_TO_ANYONE is set: whoever reaches this address is administrator with one press and reads every letter. Nothing real may be entered.',
        );
    } else {
      say(
        '  Sign in       not with one button: HOST or BASE_URL lets others than this machine in. DEMO_TO_ANYONE=1 allows it to everyone who gets here.',
      );
    }
  }
  if (!config.smtpUrl)
    say(
      `  Mail          kept here, not sent${demoDoorsOpen(config) ? `: ${config.baseUrl}/dev/mail` : '; set SMTP_URL to send it'}`,
    );
  const link = await setupLink(app);
  if (link) say(`  First set-up  ${link}   (works once, for 24 hours)`);
  say();
}

async function demoPeople(app: Awaited<ReturnType<typeof openApp>>): Promise<{ name: string; roles: string }[]> {
  const rows = await app.db.run({ scope: 'system' }, (tx) =>
    tx
      .selectFrom('app.person as p')
      .innerJoin('app.role_grant as g', 'g.person_id', 'p.id')
      .select(['p.name', 'g.role'])
      .where('p.is_demo', '=', true)
      .where('g.ended_at', 'is', null)
      .orderBy('p.created_at')
      .orderBy('p.name')
      .execute(),
  );
  const byName = new Map<string, Set<string>>();
  for (const row of rows) byName.set(row.name, (byName.get(row.name) ?? new Set()).add(row.role));
  return [...byName].map(([name, roles]) => ({ name, roles: [...roles].join(', ') }));
}

main().catch((error: unknown) => {
  const listening = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const text = listening
    ? `Port ${process.env.PORT ?? 3000} is taken. Set another, for example PORT=3001 npm start.`
    : error instanceof ConfigError
      ? `These settings need attention:\n${error.message}`
      : error instanceof Error
        ? error.message
        : String(error);
  process.stderr.write(`\nWaymark could not start.\n${text}\n`);
  if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
