/**
 * Puts the house together: database, services, and the order in which a request meets the middleware. Used by the server, the command line,
 * the tests and the benchmarks alike.
 */
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import pino, { type Logger } from 'pino';
import type { Config } from './config.ts';
import { findAsset } from './kernel/assets.ts';
import type { App } from './kernel/context.ts';
import { type Database, openDatabase } from './kernel/database.ts';
import { serve } from './kernel/http.ts';
import { addMessages } from './kernel/i18n.ts';
import en from './kernel/messages/en.json' with { type: 'json' };
import es from './kernel/messages/es.json' with { type: 'json' };
import { mayCollect, metrics } from './kernel/metrics.ts';
import { jobHealth, jobMetrics } from './kernel/job-health.ts';
import { findMigrations, migrate, type Migration } from './kernel/migrate.ts';
import type { Module, Route } from './kernel/module.ts';
import { openDoor, preflight } from './kernel/open-door.ts';
import { networkDirectory } from './kernel/networks.ts';
import { Problem } from './kernel/problem.ts';
import { installServices } from './kernel/services.ts';
import { openVault, type Vault } from './kernel/vault.ts';
import { modules as registered } from './modules.ts';
import uiEn from './ui/messages/en.json' with { type: 'json' };
import uiEs from './ui/messages/es.json' with { type: 'json' };

const defaultBody = 256 * 1024;

addMessages({ en, es });
addMessages({ en: uiEn, es: uiEs });
for (const module of registered) addMessages(module.messages);

export interface StartOptions {
  config: Config;
  /** An opened database, for tests; else opened from the settings. */
  db?: Database;
  log?: Logger;
  clock?: () => Date;
  onMigration?: (step: Migration) => void;
}

/** Opens the database, migrates, and returns the running parts without a web server. */
export async function openApp(options: StartOptions): Promise<App> {
  const { config } = options;
  const db =
    options.db ??
    (await openDatabase({
      databaseUrl: config.databaseUrl,
      databasePool: config.databasePool,
      dataDir: config.dataDir,
    }));
  let vault: Vault;
  try {
    await migrate(db, findMigrations(registered.map((m) => m.name)), options.onMigration);
    vault = await openVault({ db, rootKey: config.rootKey, dataDir: config.dataDir, env: config.env });
  } catch (error) {
    if (!options.db) await db.close();
    throw error;
  }
  const log = options.log ?? pino({ level: config.logLevel, base: null }, pino.destination({ dest: 1, sync: false }));
  const app: App = {
    config,
    db,
    log,
    clock: options.clock ?? (() => new Date()),
    networks: networkDirectory(db),
    // The rest is put in by installServices.
    services: { vault, registry: { reservedSlugs: reservedSlugs(), roles: allRoles() } } as Partial<
      App['services']
    > as App['services'],
  };
  installServices(app);
  return app;
}

/** First path parts that no network may take, because the deployment itself lives there. */
export const reservedSlugs = (): Set<string> =>
  new Set([
    'assets',
    'healthz',
    'readyz',
    'metrics',
    'api',
    ...registered
      .flatMap((m) => m.routes.map((r) => r.path.split('/')[1] ?? ''))
      .filter((part) => part && !part.startsWith(':')),
  ]);

/** Every role and the message key of its name. */
const allRoles = (): Map<string, string> => new Map(registered.flatMap((m) => Object.entries(m.roles)));

/** Every route of the product, those of the deployment before those of a network, so that `/sign-in` is never taken for a network. */
export const allRoutes = (): Route[] => {
  const routes = registered.flatMap((m) => m.routes);
  return [
    ...routes.filter((r) => !r.path.startsWith('/:network')),
    ...routes.filter((r) => r.path.startsWith('/:network')),
  ];
};

/** The web application. */
export function webApp(app: App): Hono {
  const web = new Hono();
  // Known before the first visitor comes, so that a database that goes away afterwards takes no help page with it.
  void app.networks.all().catch(() => {});
  const byName: ReadonlyMap<string, Module> = new Map(registered.map((m) => [m.name, m]));
  const measured = metrics();

  web.use(async (c, next) => {
    const requestId = randomUUID().slice(0, 13);
    c.set('requestId' as never, requestId as never);
    const started = performance.now();
    await next();
    c.res.headers.set('x-request-id', requestId);
    const ms = performance.now() - started;
    // The path and never the query: what people look for stays with them. A path that holds a one-time token is named by its route; the
    // second guard is for tokens at an address that no route knows (mistyped, cut off).
    const path = (c.get('loggedPath' as never) as string | undefined) ?? c.req.path.replace(/[\w-]{40,}/g, '…');
    app.log.info(
      { requestId, method: c.req.method, path, status: c.res.status, ms: Math.round(ms * 10) / 10 },
      'request',
    );
    measured.request(c.req.method, c.res.status, ms);
  });

  web.get('/healthz', (c) => c.text('ok\n'));
  web.get('/readyz', async (c) => {
    try {
      await app.db.run({}, async (tx) => tx.selectFrom('app.network').select('id').limit(1).execute());
      return c.text('ready\n');
    } catch {
      return c.text('The database does not answer.\n', 503);
    }
  });
  web.get('/metrics', async (c) => {
    if (!mayCollect(app.config.metricsToken, c.req.header('authorization'))) return c.notFound();
    const work = jobMetrics(await jobHealth(app), app.clock());
    return c.body(`${await measured.text()}\n${work}`, 200, { 'content-type': measured.type });
  });
  web.get('/assets/:name', (c) => {
    const asset = findAsset(c.req.param('name'));
    if (!asset) return c.text('There is no such file.\n', 404);
    const accepts = c.req.header('accept-encoding') ?? '';
    const [bytes, encoding] = /\bbr\b/.test(accepts)
      ? [asset.brotli, 'br']
      : /\bgzip\b/.test(accepts)
        ? [asset.gzip, 'gzip']
        : [asset.body, null];
    return c.body(bytes as unknown as ArrayBuffer, 200, {
      'content-type': asset.type,
      'cache-control': c.req.query('v') === asset.hash ? 'public, max-age=31536000, immutable' : 'no-cache',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
      ...(encoding ? { 'content-encoding': encoding } : {}),
    });
  });

  for (const route of allRoutes()) {
    const handler = route.open ? openDoor(app, serve(app, route, byName)) : serve(app, route, byName);
    if (route.open) web.options(route.path, preflight);
    if (route.method === 'GET') {
      web.get(route.path, handler);
      continue;
    }
    const maxSize = route.maxBody ?? defaultBody;
    const tooLarge = serve(
      app,
      {
        ...route,
        access: 'public',
        method: 'GET',
        handler: () => {
          throw new Problem('tooLarge', 'kernel.problem.tooLarge', {
            megabytes: Math.round((maxSize / 1_048_576) * 10) / 10,
          });
        },
      },
      byName,
    );
    web.post(route.path, bodyLimit({ maxSize, onError: route.open ? openDoor(app, tooLarge) : tooLarge }), handler);
  }
  const missing: Route = {
    method: 'GET',
    path: '*',
    access: 'public',
    handler: () => {
      throw Problem.notFound();
    },
  };
  const missingHere = serve(app, { ...missing, path: '/:network/*' }, byName);
  web.all('/api/*', serve(app, { ...missing, kind: 'api' }, byName));
  web.all('/:network/*', missingHere);
  web.notFound(serve(app, missing, byName));
  return web;
}
