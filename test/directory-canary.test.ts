/**
 * Canaries in everything that must not come out of the directory: hidden places, values for insiders, providers that are not public, applications,
 * references, evidence, notes, proposals. Whatever the public or a partner can ask for, and every place data flows to, is searched for them.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startWorker } from '../src/kernel/worker.ts';
import { modules } from '../src/modules.ts';
import { type Canary, canaryHits } from './support/canary.ts';
import { type Heard, files, listen, pdfText } from './support/directory-doors.ts';
import { canariesFor, canary, directoryWorld, hiddenPoint, more, tags, type World } from './support/directory-world.ts';
import { testApp } from './support/harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let w: World;
const found: string[] = [];

beforeAll(async () => {
  const t = await testApp({ trustProxy: true });
  t.setClock('2026-06-02T15:00:00Z');
  w = await directoryWorld(t);
  await work();
});
afterAll(() => w?.t.close());

const ask = async <T>(query: ReturnType<typeof sql<T>>): Promise<T[]> => (await query.execute(w.t.db.owner)).rows;

/** The real worker, until nothing waits any more. */
async function work(): Promise<void> {
  const worker = await startWorker(w.t.app, modules);
  try {
    for (let round = 0; round < 600; round++) {
      const [waiting] = await ask(sql<{ n: number }>`
        select (select count(*)::int from app.outbox_event where delivered_at is null) + (select count(*)::int from app.job_request)
          + (select count(*)::int from pgboss.job where state < 'completed' and start_after <= now()) as n`);
      if (waiting!.n === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('The worker left events or jobs undone.');
  } finally {
    await worker.stop();
  }
}

/** Where the hidden place is, however exactly. */
const points = [hiddenPoint.latitude, hiddenPoint.longitude].map((value) => value.toFixed(3));

/** Notes what a text gives away. */
function pour(drain: string, text: string, canaries: readonly Canary[]): void {
  const hits = [...canaryHits(text, canaries), ...points.filter((point) => text.includes(point))];
  if (hits.length > 0) found.push(`${drain}: ${[...new Set(hits)].slice(0, 4).join(', ')}`);
}
const nothingFound = () => expect(found.splice(0).slice(0, 20)).toEqual([]);

test('the canaries are all there: somebody inside reads each of them', async () => {
  const [held] = await ask(sql<{ text: string }>`
    select string_agg(x::text, ' ') as text from (
      select v::text as x from app.record_version v union all select e::text from app.directory_event e union all select n::text from app.directory_note n
      union all select p::text from app.directory_proposal p union all select s::text from app.directory_saved_search s
      union all select v::text from app.directory_visit v union all select m::text from app.record_merge m) all_of_it`);
  const [waits] = await ask(sql<{ n: number }>`select count(sealed)::int as n from app.directory_place_proposal`);
  expect(waits!.n).toBe(1);
  const sealed = ['amberhid', 'gorsedra', 'oliveterm', 'rowanmov'];
  expect(tags.filter((tag) => !sealed.includes(tag) && canaryHits(held!.text, [canary[tag]]).length === 0)).toEqual([]);
  const page = `/alpha/staff/services/${more.shelter}`;
  const shown = await w.t.submit(
    `${page}/places`,
    { location: more.hiddenPlace, reason: 'A ride is on the way' },
    { as: w.people.advocate, page },
  );
  expect(canaryHits(await shown.text(), [canary.amberhid])).not.toEqual([]);
});

let heard: Heard[] = [];

test.each(['public', 'partner'] as const)(
  'nothing that the %s may ask for gives a canary away: no page, file, header or address',
  async (viewer) => {
    heard = [...(await listen(w, viewer)), ...(await files(w, viewer))];
    expect(heard.length).toBeGreaterThan(150);
    const canaries = canariesFor(viewer);
    for (const one of heard) {
      pour(`${viewer} ${one.asked}, headers`, one.headers, canaries);
      pour(`${viewer} ${one.asked}, ${one.status}`, one.body, canaries);
    }
    nothingFound();
    if (viewer === 'partner') {
      // The partner's own canary shows that the reading reads: pages, papers and files alike.
      for (const kind of ['/staff/services/', 'list.pdf?for=partner', '/s/~', '"tabular"', '"xlsx"', '"csv"', '"hsds"'])
        expect(
          heard.filter((one) => one.asked.includes(kind) && canaryHits(one.body, [canary.pansypart]).length > 0).length,
          kind,
        ).toBeGreaterThan(0);
      expect(pdfText(Buffer.from(''))).toBe('');
    }
  },
);

test('what the public role can select holds no canary, in any table and any column', async () => {
  const tables = await ask(sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm', 'v') and n.nspname = 'site' order by 1`);
  expect(tables.map(({ name }) => name)).toContain('site.directory_document');
  const inside = new Set([
    more.inside,
    more.quiet,
    more.quietPlace,
    more.hiddenPlace,
    more.declined,
    more.unlisted,
    more.secretProgram,
    more.duplicate,
    more.duplicateService,
    w.applied,
    more.demoted,
    more.unpublished,
    more.kitchenPlace,
  ]);
  for (const { name } of tables)
    for (const { text } of await ask(sql<{ text: string }>`select x::text as text from ${sql.raw(name)} x`)) {
      pour(
        name,
        text,
        canariesFor('public').filter((one) => name !== 'site.directory_term' || one !== canary.oliveterm),
      );
      for (const id of inside)
        if (text.includes(id)) found.push(`${name}: the id ${id} of a record that is not public`);
    }
  nothingFound();
});

test('what partners read from holds no canary but theirs', async () => {
  for (const name of ['app.directory_document', 'app.directory_search', 'app.directory_word'])
    for (const { text } of await ask(
      sql<{ text: string }>`select x::text as text from ${sql.raw(name)} x where audience = 'partner'`,
    ))
      pour(`${name} of partners`, text, canariesFor('partner'));
  nothingFound();
});

test('what the hotline reads from holds no hidden place, nothing of vetting and no applicant', async () => {
  for (const name of ['app.directory_document', 'app.directory_search', 'app.directory_word'])
    for (const { text } of await ask(
      sql<{ text: string }>`select x::text as text from ${sql.raw(name)} x where audience = 'hotline'`,
    ))
      pour(`${name} of the hotline`, text, canariesFor('hotline'));
  nothingFound();
});

test('events, jobs, the queue and the log hold no canary', async () => {
  const drains = await ask(sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and (n.nspname in ('pgboss', 'waymark_ledger') or c.oid::regclass::text
      in ('app.outbox_event', 'app.outbox_delivery', 'app.job_request', 'app.job_status', 'app.digest_told'))`);
  const all = tags.map((tag) => canary[tag]);
  for (const { name } of drains)
    for (const { text } of await ask(sql<{ text: string }>`select x::text as text from ${sql.raw(name)} x`))
      pour(name, text, all);
  // A reason for a merge is told to the audit on purpose; nothing else of the directory's words is.
  for (const { text } of await ask(
    sql<{ text: string }>`select x::text as text from app.audit_entry x where action like 'directory.%'`,
  ))
    pour(
      'app.audit_entry',
      text,
      all.filter((one) => one !== canary.maplemer),
    );
  expect(w.t.logged.length).toBeGreaterThan(100);
  for (const line of w.t.logged) pour('the log', line, all);
  nothingFound();
});

test('secret codes and tokens stand in no log, no event and no table that is not their own', async () => {
  const secrets = w.codes.map((code) => code.replaceAll(' ', ''));
  expect(secrets.length).toBe(3);
  const lines = w.t.logged.join('\n').replaceAll(' ', '');
  for (const code of secrets) expect(lines.includes(code)).toBe(false);
  const letters = await ask(sql<{ kind: string; body: string }>`
    select kind, subject || ' ' || body as body from app.mail where kind like 'directory.upkeep.%'`);
  const tokens = letters.flatMap(({ body }) => [...body.matchAll(/\/check\/([\w-]{20,})/g)].map(([, token]) => token!));
  expect(tokens.length).toBeGreaterThan(0);
  // Who holds a letter reads what it asks about, as those who refer read it, and never where a hidden place is or what vetting knows.
  const kept = tags
    .filter((tag) => !['cedarhot', 'pansypart', 'elderint', 'oliveterm'].includes(tag))
    .map((tag) => canary[tag]);
  for (const { body } of letters)
    pour(
      'a letter',
      body,
      tags.map((tag) => canary[tag]),
    );
  for (const token of tokens)
    for (const path of [`/alpha/services/check/${token}`, `/alpha/services/check/${token}?lang=es`]) {
      const response = await w.t.fetch(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const text = await response.text();
      expect(text).toContain('name="c.');
      pour('the page of a letter', text, kept);
    }
  const [tables] = await ask(sql<{ text: string }>`
    select string_agg(x::text, ' ') as text from (select l::text as x from app.directory_request_link l union all select e::text from app.outbox_event e
      union all select a::text from app.audit_entry a union all select j::text from app.job_request j) all_of_it`);
  for (const token of tokens) {
    expect(tables!.text.includes(token)).toBe(false);
    expect(w.t.logged.join('\n').includes(token)).toBe(false);
  }
  nothingFound();
});
