/**
 * A running Waymark for a test file: its own database (embedded, or a copy on the server the suite was given), its own clock, the real web
 * application. Nothing is replaced by a stand-in.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { sql } from 'kysely';
import pino from 'pino';
import { inject } from 'vitest';
import { openApp, webApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Actor, App, Ctx } from '../../src/kernel/context.ts';
import { type Database, openDatabase } from '../../src/kernel/database.ts';
import { translator } from '../../src/kernel/i18n.ts';
import { startSession } from '../../src/kernel/identity/session.ts';
import { templateName } from './global-setup.ts';

export type TestApp = {
  app: App;
  web: Hono;
  db: Database;
  /** Everything the application logged, one JSON line each. */
  logged: string[];
  /** Moves the application's clock. */
  setClock(at: Date | string): void;
  network(slug: string, more?: { languages?: string[]; timezone?: string }): Promise<{ id: string; slug: string }>;
  agency(networkId: string, slug: string): Promise<string>;
  /** A person with roles in a network, and a cookie that is signed in as them. */
  person(
    networkId: string,
    roles: string[],
    more?: { email?: string; name?: string; agencyId?: string; locale?: string },
  ): Promise<TestPerson>;
  /** A Ctx as that person, anonymous, or as the system. */
  ctx(networkId: string | null, who?: TestPerson | 'system' | null): Promise<Ctx>;
  fetch(path: string, init?: RequestInit & { as?: TestPerson }): Promise<Response>;
  /** Submits a form the way a browser does: reads the hidden field from `page` first (default: the same path). */
  submit(
    path: string,
    fields: Record<string, string | string[] | File>,
    options?: { as?: TestPerson; page?: string },
  ): Promise<Response>;
  close(): Promise<void>;
};

export interface TestPerson {
  id: string;
  email: string;
  name: string;
  agencyId: string;
  cookie: string;
  roles: string[];
}

let template: Blob | undefined;

/** An empty, migrated database of its own. */
export async function testDatabase(): Promise<{ db: Database; url: string | null }> {
  const serverUrl = inject('serverUrl');
  if (!serverUrl) {
    template ??= new Blob([readFileSync(inject('embeddedTemplate')!)]);
    return { db: await openDatabase({ databaseUrl: null, dataDir: null, template }), url: null };
  }
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = await openDatabase({ databaseUrl: serverUrl, databasePool: 2, dataDir: null });
  // The template may be in use by another file's copy for a moment.
  for (let attempt = 0; ; attempt++) {
    try {
      await sql.raw(`create database ${name} template ${templateName}`).execute(admin.owner);
      break;
    } catch (error) {
      if (attempt > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await admin.close();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { db: await openDatabase({ databaseUrl: url.href, databasePool: 5, dataDir: null }), url: url.href };
}

export async function testApp(settings: Partial<Config> = {}): Promise<TestApp> {
  const { db } = await testDatabase();
  const logged: string[] = [];
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => logged.push(line) });
  let now: Date | null = null;
  const config: Config = {
    ...readConfig({ NODE_ENV: 'test', DATA_DIR: mkdtempSync(join(tmpdir(), 'waymark-data-')) }),
    baseUrl: 'http://localhost',
    demo: false,
    rootKey: randomBytes(32),
    ...settings,
  };
  const app = await openApp({ config, db, log, clock: () => now ?? new Date() });
  const web = webApp(app);

  const test: TestApp = {
    app,
    web,
    db,
    logged,
    setClock: (at) => {
      now = new Date(at);
    },
    async network(slug, more = {}) {
      const made = await db.run({ scope: 'system' }, (tx) =>
        tx
          .insertInto('app.network')
          .values({ slug, name: JSON.stringify({ en: `Network ${slug}`, es: `Red ${slug}` }), ...more })
          .returning(['id', 'slug'])
          .executeTakeFirstOrThrow(),
      );
      app.networks.touch(made.id);
      return made;
    },
    async agency(networkId, slug) {
      return db.run({ scope: 'system' }, async (tx) => {
        const { id } = await tx
          .insertInto('app.agency')
          .values({ slug, name: JSON.stringify({ en: `Agency ${slug}`, es: `Agencia ${slug}` }) })
          .returning('id')
          .executeTakeFirstOrThrow();
        await tx.insertInto('app.agency_network').values({ agency_id: id, network_id: networkId }).execute();
        return id;
      });
    },
    async person(networkId, roles, more = {}) {
      const tag = randomBytes(4).toString('hex');
      const agencyId = more.agencyId ?? (await test.agency(networkId, `agency-${tag}`));
      const email = more.email ?? `p-${tag}@example.org`;
      const name = more.name ?? `Person ${tag}`;
      const { id, token } = await db.run({ scope: 'system' }, async (tx) => {
        const person = await tx
          .insertInto('app.person')
          .values({ email, name, agency_id: agencyId, locale: more.locale ?? 'en' })
          .returning('id')
          .executeTakeFirstOrThrow();
        for (const role of roles) {
          const deployment = role === 'operator';
          await tx
            .insertInto('app.role_grant')
            .values({
              person_id: person.id,
              network_id: deployment ? null : networkId,
              role,
              granted_by: null,
              ended_by: null,
            })
            .execute();
        }
        return { id: person.id, token: await startSession(tx, app, person.id, 'passkey', 'test') };
      });
      return { id, email, name, agencyId, roles, cookie: `waymark=${token}` };
    },
    async ctx(networkId, who = null) {
      const network = networkId ? await app.networks.byId(networkId) : null;
      const actor: Actor =
        who === 'system'
          ? { kind: 'system', job: 'test' }
          : who
            ? {
                kind: 'person',
                personId: who.id,
                name: who.name,
                email: who.email,
                agencyId: who.agencyId,
                roles: new Set(who.roles),
                sessionId: '',
                stepUpAt: app.clock(),
              }
            : { kind: 'anonymous' };
      return { app, network, actor, locale: 'en', t: translator('en'), requestId: 'test', purpose: '' };
    },
    async fetch(path, init = {}) {
      const { as, ...rest } = init;
      const headers = new Headers(rest.headers);
      if (as) headers.set('cookie', as.cookie);
      return web.fetch(new Request(`http://localhost${path}`, { ...rest, headers }));
    },
    async submit(path, fields, options = {}) {
      const shown = await test.fetch(options.page ?? path, { as: options.as });
      const csrf = /name="_csrf" value="([^"]*)"/.exec(await shown.text())?.[1];
      const files = Object.values(fields).some((v) => v instanceof File);
      const body = files ? new FormData() : new URLSearchParams();
      if (csrf) body.append('_csrf', csrf);
      for (const [key, value] of Object.entries(fields)) {
        for (const one of Array.isArray(value) ? value : [value]) (body as FormData).append(key, one);
      }
      return test.fetch(path, {
        method: 'POST',
        body,
        as: options.as,
        headers: { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
      });
    },
    close: () => db.close(),
  };
  return test;
}
