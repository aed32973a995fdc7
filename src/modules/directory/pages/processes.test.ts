/**
 * Several server processes behind one address (docs/decisions/0013-search-addresses.md): a search waits in the memory of the process that took it, so
 * another one does not know it. What somebody sees then.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testApp, type TestApp, type TestPerson } from '../../../../test/support/harness.ts';
import { servicesNetwork } from '../../../../test/support/services-network.ts';

let t: TestApp;
let advocate: TestPerson;
/** The same product with a memory of its own, over the same database. */
let other: { fetch(request: Request): Response | Promise<Response> };

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-06-02T15:00:00Z');
  const network = await t.network('alpha');
  await servicesNetwork(t, await t.ctx(network.id, 'system'));
  advocate = await t.person(network.id, ['advocate']);
  vi.resetModules();
  const { openApp, webApp } = await import('../../../app.ts');
  const { config, log, clock } = t.app;
  other = webApp(await openApp({ config, db: t.db, log, clock }));
}, 120_000);
afterAll(() => t?.close());

const plain = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const cookie = (as?: TestPerson): Record<string, string> => (as ? { cookie: as.cookie } : {});
const elsewhere = async (path: string, as?: TestPerson) =>
  other.fetch(new Request(`http://localhost${path}`, { headers: { 'accept-language': 'en', ...cookie(as) } }));

test('a search that another process took is asked for again kindly, with the form, the lines and none of its words', async () => {
  const sent = await t.submit('/alpha/services', { what: 'immigration lawyer', where: '', who: '' });
  const path = sent.headers.get('location')!;
  expect(plain(await (await t.fetch(path)).text())).toContain('Immigration lawyers for survivors');
  for (const lang of ['en', 'es']) {
    const asked = await elsewhere(`${path}?lang=${lang}`);
    expect([asked.status, asked.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const html = await asked.text();
    expect(plain(html)).toContain({ en: 'Please search again', es: 'Busque otra vez, por favor' }[lang]);
    expect(html).toContain('action="/alpha/services');
    expect(html).toContain('tel:18883737888');
    expect(html).toContain('href="/leave"');
    expect(html).not.toMatch(/immigration lawyer/i);
  }
});

test('a filter that reaches another process leads to a page that says so, and back to the results where they are known', async () => {
  const sent = await t.submit('/alpha/services', { what: 'lawyer', where: '', who: '' });
  const path = sent.headers.get('location')!;
  const pressed = await other.fetch(
    new Request(`http://localhost${path}`, {
      method: 'POST',
      body: new URLSearchParams({ change: 'free:yes' }),
      headers: { origin: 'http://localhost', 'content-type': 'application/x-www-form-urlencoded' },
    }),
  );
  expect([pressed.status, pressed.headers.get('location')]).toEqual([303, path]);
  expect(plain(await (await elsewhere(path)).text())).toContain('Please search again');
  expect(plain(await (await t.fetch(path)).text())).toContain('Immigration lawyers for survivors');
});

test('an advocate whose search another process took is led to the whole directory, and told why', async () => {
  const sent = await t.submit('/alpha/staff/services', { what: 'lawyer', where: '' }, { as: advocate });
  const path = sent.headers.get('location')!;
  const led = await elsewhere(path, advocate);
  expect(led.status).toBe(303);
  const shown = await elsewhere(led.headers.get('location')!, advocate);
  expect(shown.status).toBe(200);
  expect(plain(await shown.text())).toContain('That search is over. Here is the whole directory.');
});

test('what is kept in the database is the same in every process: the list to share and its links', async () => {
  const desk = '/alpha/staff/services';
  const list = await (await t.fetch(desk, { as: advocate })).text();
  const [, add] = new RegExp(`href="${desk}/([\\w-]{36})"`).exec(list)!;
  await t.submit(`${desk}/share`, { add: add! }, { as: advocate, page: desk });
  expect(plain(await (await elsewhere(`${desk}/share`, advocate)).text())).toContain('Take off list');
  const made = await t.submit(
    `${desk}/share/links`,
    { way: 'link', to: '', days: '7', locale: 'en', audience: 'public' },
    { as: advocate, page: `${desk}/share` },
  );
  const [, link] = /http:\/\/localhost(\/s\/[\w-]{43}\?lang=\w\w)/.exec(await made.text())!;
  expect((await elsewhere(link!)).status).toBe(200);
  expect((await elsewhere(`/s/${randomBytes(32).toString('base64url')}`)).status).toBe(404);
});
