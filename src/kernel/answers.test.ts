/** What every answer carries and what no answer, log or row may hold; and how much one visitor gets before others are protected from them. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, type TestPerson, testApp } from '../../test/support/harness.ts';

let t: TestApp;
let person: TestPerson;
const home = 'https://waymark.example.org';
const address = '203.0.113.77';

beforeAll(async () => {
  t = await testApp({ baseUrl: home, demo: true, demoToAnyone: true, trustProxy: true });
  const network = await t.network('alpha');
  person = await t.person(network.id, ['staff']);
  await t.db.run({ scope: 'system' }, async (tx) => {
    await tx.updateTable('app.network').set({ is_demo: true }).execute();
    await tx.updateTable('app.person').set({ is_demo: true }).where('id', '=', person.id).execute();
  });
}, 60_000);
afterAll(() => t.close());

/** A request as it comes through the proxy, from one address and browser. */
const ask = (path: string, browser: string, init: RequestInit = {}) =>
  t.web.fetch(
    new Request(`${home}${path}`, {
      ...init,
      headers: { 'user-agent': browser, 'x-forwarded-for': address, 'sec-fetch-site': 'same-origin', ...init.headers },
    }),
    { incoming: { socket: { remoteAddress: '127.0.0.1' } } },
  );
const post = (path: string, browser: string, body: BodyInit) => ask(path, browser, { method: 'POST', body });
const signIn = (browser: string) => post('/sign-in/demo', browser, new URLSearchParams({ person: person.id }));

test('every page over https is told to stay there, lets nothing foreign run and is framed by nobody', async () => {
  for (const path of ['/', '/alpha', '/alpha/help', '/sign-in', '/alpha/nothing', '/account']) {
    const { headers } = await ask(path, 'headers');
    expect(headers.get('strict-transport-security'), path).toContain('max-age=31536000');
    expect(headers.get('content-security-policy'), path).toMatch(
      /default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self';/,
    );
    expect(headers.get('content-security-policy'), path).not.toContain('unsafe');
    expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
  }
});

test('the session is a cookie of this host alone that no script reads, and the database knows only its hash', async () => {
  const done = await signIn('cookie');
  expect(done.status).toBe(303);
  const cookie = done.headers.get('set-cookie')!;
  expect(cookie).toMatch(/^__Host-waymark=[\w-]{43};/);
  for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(part);
  expect(cookie).not.toContain('Domain');
  const token = /=([\w-]+);/.exec(cookie)![1]!;
  const rows = await t.db.run({ scope: 'system' }, (tx) =>
    sql<{ hash: Buffer; words: string }>`select token_hash as hash, s::text as words from app.session s`.execute(tx),
  );
  const hash = createHash('sha256').update(token).digest();
  expect(rows.rows.filter((row) => row.hash.equals(hash))).toHaveLength(1);
  expect(rows.rows.filter((row) => row.words.includes(token))).toEqual([]);
  const account = await ask('/account', 'cookie', { headers: { cookie: `__Host-waymark=${token}` } });
  expect(account.status).toBe(200);
  expect(account.headers.get('cache-control')).toBe('no-store');
  expect(t.logged.filter((line) => line.includes(token))).toEqual([]);
});

test('where a visitor comes from stands in no log line and in no row', async () => {
  await signIn('address');
  await post('/sign-in', 'address', new URLSearchParams({ email: 'nobody@example.org', password: 'x', code: '1' }));
  await ask('/alpha/help?from=there', 'address');
  expect(t.logged.some((line) => line.includes('/alpha/help'))).toBe(true);
  expect(t.logged.filter((line) => line.includes(address) || line.includes('from=there'))).toEqual([]);
  const tables = await t.db.owner.transaction().execute(async (tx) => {
    await sql`set local role waymark_owner`.execute(tx);
    const { rows } = await sql<{ name: string }>`
      select n.nspname || '.' || quote_ident(c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('app', 'site') and c.relkind = 'r'`.execute(tx);
    const holding: string[] = [];
    for (const { name } of rows) {
      const found = await sql`select 1 from ${sql.raw(name)} x where x::text like ${`%${address}%`} limit 1`.execute(
        tx,
      );
      if (found.rows.length > 0) holding.push(name);
    }
    expect(rows.length).toBeGreaterThan(25);
    return holding;
  });
  expect(tables).toEqual([]);
});

test('who sends form after form is stopped for a minute, and nobody else at the same address is', async () => {
  const statuses = new Map<number, number>();
  for (let n = 0; n < 125; n++) {
    const { status } = await post('/sign-in/demo', 'flood', new URLSearchParams({ person: 'nobody' }));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [404, 120],
    [429, 5],
  ]);
  expect((await signIn('calm')).status).toBe(303);
});

test('who asks for page after page that must be made is slowed down; kept pages, leaving and others go on', async () => {
  expect((await ask('/alpha/learn', 'first')).status).toBe(200);
  let stopped = 0;
  for (let n = 0; n < 1_210; n++) if ((await ask('/robots.txt', 'crawler')).status === 429) stopped++;
  expect(stopped).toBe(10);
  expect((await ask('/alpha/learn', 'crawler')).status).toBe(200);
  expect((await ask('/leave', 'crawler')).status).toBe(303);
  expect((await ask('/robots.txt', 'reader')).status).toBe(200);
}, 60_000);

test('a body above the limit of its form is refused in words before it is read', async () => {
  const response = await post('/sign-in', 'large', new URLSearchParams({ email: 'x'.repeat(300_000) }));
  expect(response.status).toBe(413);
  expect(await response.text()).toContain('larger than we can take');
});
