/** What the benchmarks share: a plan of any size, a server on a free port, and a bounded load from the same machine. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import autocannon from 'autocannon';
import pino from 'pino';
import { openApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import type { Actor, App, Ctx } from '../src/kernel/context.ts';
import { openDatabase } from '../src/kernel/database.ts';
import { translator } from '../src/kernel/i18n.ts';
import {
  addFacts,
  addItems,
  approveRevision,
  createPlan,
  lockPlan,
  type NewFact,
  requestPublication,
} from '#modules/plan';

export async function benchApp(databaseUrl: string | null = null): Promise<App> {
  const db = await openDatabase({ databaseUrl, databasePool: 8, dataDir: null });
  const config = {
    ...readConfig({ NODE_ENV: 'test', DATA_DIR: mkdtempSync(join(tmpdir(), 'waymark-bench-')) }),
    rootKey: randomBytes(32),
    databaseUrl,
  };
  // Logging as in production: every request is a line, written to nowhere.
  return openApp({
    config,
    db,
    log: pino({ level: 'info', base: null }, pino.destination({ dest: '/dev/null', sync: true })),
  });
}

export interface Bench {
  app: App;
  networkId: string;
  /** Two people, for asking and approving. */
  one: Ctx;
  two: Ctx;
}

export async function benchNetwork(app: App): Promise<Bench> {
  const { networkId, people } = await app.db.run({ scope: 'system' }, async (tx) => {
    const network = await tx
      .insertInto('app.network')
      .values({ slug: 'bench', name: '{"en":"Bench","es":"Bench"}' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const agency = await tx
      .insertInto('app.agency')
      .values({ slug: 'office', name: '{"en":"Office"}' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const made: string[] = [];
    for (const name of ['one', 'two']) {
      const person = await tx
        .insertInto('app.person')
        .values({ email: `${name}@example.org`, name, agency_id: agency.id })
        .returning('id')
        .executeTakeFirstOrThrow();
      await tx
        .insertInto('app.role_grant')
        .values({
          person_id: person.id,
          network_id: network.id,
          role: 'network_admin',
          granted_by: null,
          ended_by: null,
        })
        .execute();
      made.push(person.id);
    }
    return { networkId: network.id, people: made, agency: agency.id };
  });
  app.networks.touch(networkId);
  const network = await app.networks.byId(networkId);
  const ctx = (personId: string): Ctx => {
    const actor: Actor = {
      kind: 'person',
      personId,
      name: 'bench',
      email: 'bench@example.org',
      agencyId: networkId,
      roles: new Set(['network_admin']),
      sessionId: '',
      stepUpAt: new Date(),
    };
    return { app, network, actor, locale: 'en', t: translator('en'), requestId: 'bench', purpose: '' };
  };
  return { app, networkId, one: ctx(people[0]!), two: ctx(people[1]!) };
}

/** A draft of so many tactics: objectives of eight strategies of eight tactics, two status facts each. */
export async function fillPlan(bench: Bench, slug: string, leaves: number): Promise<void> {
  const level = (one: string) => ({ one: { en: one }, many: { en: `${one}s` } });
  await createPlan(bench.one, {
    slug,
    fields: {
      title: { en: `Plan of ${leaves}` },
      levels: [level('Objective'), level('Strategy'), level('Tactic')],
      statuses: [],
      themes: [],
      publishedTotals: [],
    },
  });
  await bench.app.db.run({ networkId: bench.networkId }, async (tx) => {
    const plan = await lockPlan(tx, bench.one, slug);
    const items: { ref: number; kind: 'item'; fields: object }[] = [];
    const facts: (Omit<NewFact, 'itemId'> & { ref: number })[] = [];
    const add = (parentRef: number | null, position: number, number: string, leaf: boolean): number => {
      const ref = items.length + 1;
      const more = leaf ? { lead: 'Mayor’s Office', due: day(ref * 3) } : {};
      items.push({
        ref,
        kind: 'item',
        fields: { parentRef, position, number, title: { en: title(ref), es: `${title(ref)} es` }, leaf, ...more },
      });
      return ref;
    };
    let n = 0;
    for (let o = 1; n < leaves; o++) {
      const objective = add(null, o, String(o), false);
      for (let s = 1; s <= 8 && n < leaves; s++) {
        const strategy = add(objective, s, `${o}.${s}`, false);
        for (let k = 1; k <= 8 && n < leaves; k++, n++) {
          const ref = add(strategy, k, `${o}.${s}.${k}`, true);
          facts.push({ ref, on: day(n), kind: 'status', data: { status: 'active' } });
          if (n % 3 !== 0) facts.push({ ref, on: day(n + 90), kind: 'status', data: { status: 'done' } });
        }
      }
    }
    const ids = await addItems(tx, bench.one, plan, items);
    await addFacts(
      tx,
      bench.one,
      plan,
      facts.map(({ ref, ...fact }) => ({ ...fact, itemId: ids.get(ref)! })),
    );
  });
}

/** Publishes whatever is drafted. */
export async function publishAll(bench: Bench, plan: string): Promise<void> {
  const { n } = await requestPublication(bench.one, { plan });
  await approveRevision(bench.two, { plan, n });
}

const words =
  'train staff partner clinic survivor council fund campaign hotel ordinance screening shelter referral data outreach'.split(
    ' ',
  );
const title = (i: number): string =>
  Array.from({ length: 9 }, (_, k) => words[(i * 7 + k * 3) % words.length]).join(' ');
const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + (i % 800))).toISOString().slice(0, 10);

/** A generated plan as a file of our own format: objectives of eight strategies of eight tactics, with two status facts each. */
export function generatedCsv(leaves: number): string {
  const lines = ['Level,Number,Title,Title (Spanish),Status,Status since'];
  const status = [
    'Completed',
    'In Progress',
    'Not Yet Begun',
    'Completed',
    'In Progress',
    'Ongoing',
    'No Longer Needed',
    'Completed',
  ];
  let n = 0;
  for (let o = 1; n < leaves; o++) {
    lines.push(`Objective,${o},${title(n)},,,`);
    for (let s = 1; s <= 8 && n < leaves; s++) {
      lines.push(`Strategy,${o}.${s},${title(n + 1)},,,`);
      for (let k = 1; k <= 8 && n < leaves; k++, n++)
        lines.push(`Tactic,${o}.${s}.${k},${title(n + 2)},${title(n + 3)} es,${status[n % status.length]},${day(n)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server: ServerType = serve({ fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise<void>((resolve) => server.once('listening', () => resolve()));
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

export interface Load {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  non2xx: number;
}

/** A bounded load on loopback. */
export async function load(
  url: string,
  connections: number,
  seconds: number,
  headers: Record<string, string> = {},
): Promise<Load> {
  const result = await autocannon({ url, connections, duration: seconds, headers, workers: 1 });
  return {
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p95: result.latency.p97_5,
    p99: result.latency.p99,
    non2xx: result.non2xx,
  };
}

/** Times of one call after another, in ms; `warm` runs are not counted. */
export async function times(
  runs: number,
  warm: number,
  call: () => Promise<unknown>,
): Promise<{ p50: number; p95: number; max: number }> {
  const taken: number[] = [];
  for (let i = 0; i < runs + warm; i++) {
    const started = performance.now();
    await call();
    if (i >= warm) taken.push(performance.now() - started);
  }
  taken.sort((a, b) => a - b);
  const at = (q: number) => taken[Math.min(taken.length - 1, Math.ceil(q * taken.length) - 1)]!;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
