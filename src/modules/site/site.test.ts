/** The public site as a reader meets it: every page in both languages, the survivor's pages with nothing left behind, and leaving. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../../test/support/harness.ts';
import { assetUrl } from '../../kernel/assets.ts';
import en from './content/en.json' with { type: 'json' };
import es from './content/es.json' with { type: 'json' };
import { callAddress, nationalLines, textAddress } from './lines.ts';
import { learnPath } from './words.ts';

let t: TestApp;
let networkId: string;

const line = {
  key: 'harbor',
  name: { en: 'Harbor Help Line <b>x</b>', es: 'Línea de Ayuda Harbor' },
  phone: '(555) 010-0100',
  sms: '555-0101',
  smsWord: 'HOLA',
  chatUrl: 'https://chat.example.org/?a=1&b=2',
  hours: { en: 'Always', es: 'Siempre' },
  languages: { en: 'English', es: 'Español' },
  for: { en: 'Anyone', es: 'Cualquier persona' },
};

beforeAll(async () => {
  t = await testApp();
  networkId = (await t.network('alpha')).id;
  await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .updateTable('app.network')
      .set({ lines: JSON.stringify([line]), tagline: JSON.stringify({ en: '<script>alert(1)</script>', es: 'Lema' }) })
      .where('id', '=', networkId)
      .execute(),
  );
  t.app.networks.touch(networkId);
});
afterAll(() => t.close());

const text = async (path: string, init: RequestInit = {}) => (await t.fetch(path, init)).text();
const titleOf = (html: string) => /<title>([^<]*)<\/title>/.exec(html)?.[1];

const paths = [
  '/',
  '/alpha',
  '/alpha/help',
  '/alpha/safety',
  '/alpha/learn',
  ...en.learn.sections.map((section) => `/alpha${learnPath(section.id)}`),
  '/alpha/privacy',
  '/alpha/accessibility',
  '/alpha/about-the-data',
];

test.each(paths)('%s is shown to everyone in English and Spanish, and sets no cookie', async (path) => {
  for (const lang of ['en', 'es']) {
    const response = await t.fetch(`${path}?lang=${lang}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toBeNull();
    const html = await response.text();
    expect(html).toContain(`<html lang="${lang}">`);
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).not.toMatch(/<script(?![^>]* src="\/assets\/)/);
    expect(html).not.toContain(' style="');
  }
});

test('the language follows the browser until one is chosen', async () => {
  expect(await text('/alpha/privacy', { headers: { 'accept-language': 'es-MX,es;q=0.9' } })).toContain(
    es.privacy.title,
  );
  expect(await text('/alpha/privacy', { headers: { 'accept-language': 'fr' } })).toContain(en.privacy.title);
});

test('a page about help or harm tells nothing in its tab, keeps nothing and sends no referrer', async () => {
  const read = en.learn.sections.map((section) => `/alpha${learnPath(section.id)}`);
  for (const path of ['/alpha/help', '/alpha/safety', '/alpha/learn', ...read]) {
    const response = await t.fetch(path);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const html = await response.text();
    expect(titleOf(html)).toBe('Information');
    expect(html).not.toMatch(/<meta (name="description"|property="og:)/);
    expect(titleOf(await text(`${path}?lang=es`))).toBe('Información');
  }
});

test('no address of what is read about harm names it, two questions never share one, and the telling one leads to it unseen', async () => {
  const addresses = en.learn.sections.map((section) => learnPath(section.id));
  expect(new Set(addresses).size).toBe(en.learn.sections.length);
  for (const address of addresses) expect(address).toMatch(/^\/learn\/\d+$/);
  for (const page of ['/alpha', '/alpha/learn', '/alpha/learn/1', '/alpha/sitemap.xml'])
    expect(await text(page), page).not.toMatch(/\/learn\/[a-z]/);
  const named = await t.fetch('/alpha/learn/domestic-violence?lang=es');
  expect(named.status).toBe(303);
  expect(named.headers.get('location')).toBe(`/alpha${learnPath('domestic-violence')}?lang=es`);
  expect(named.headers.get('cache-control')).toBe('no-store');
});

test('where people arrive nothing is kept on the device either, and the title is the name of the network alone', async () => {
  for (const path of ['/', '/alpha']) {
    const response = await t.fetch(path);
    expect(response.headers.get('cache-control'), path).toBe('no-store');
    expect(response.headers.get('referrer-policy'), path).toBe('no-referrer');
  }
  // The line under the name is for search engines.
  const home = await text('/alpha?lang=es');
  expect(titleOf(home)).not.toContain('Lema');
  expect(home).toContain('<meta name="description" content="Lema"');
});

test('the help page with its stylesheet and script stays under 60 kB and needs no script', async () => {
  const html = await text('/alpha/help');
  const css = Buffer.from(await (await t.fetch(assetUrl('site.css'))).arrayBuffer());
  const folder = mkdtempSync(join(tmpdir(), 'waymark-client-'));
  execFileSync(process.execPath, ['scripts/build-client.mjs', folder]);
  const script = readFileSync(join(folder, 'exit.js'));
  rmSync(folder, { recursive: true });
  expect(css.length).toBeGreaterThan(10_000);
  expect(script.length).toBeGreaterThan(200);
  const travelled = [Buffer.from(html), css, script].reduce((sum, part) => sum + brotliCompressSync(part).length, 0);
  expect(travelled).toBeLessThan(60_000);
  expect(html).not.toMatch(/<(img|iframe|video|object)\b/);
});

test('each way to reach a line is one press away, and its words are escaped', async () => {
  const html = await text('/alpha/help');
  expect(html).toContain('href="tel:5550100100"');
  expect(html).toContain('href="sms:5550101?body=HOLA"');
  expect(html).toContain('href="https://chat.example.org/?a=1&amp;b=2"');
  expect(html).toContain('Harbor Help Line &lt;b&gt;x&lt;/b&gt;');
  const home = await text('/alpha');
  expect(home).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(home).not.toContain('<script>alert');
});

test('a network without lines of its own shows the national ones', async () => {
  await t.network('bare');
  const html = await text('/bare/help?lang=es');
  for (const national of nationalLines) {
    expect(html).toContain(national.name.es);
    expect(html).toContain(`href="${callAddress(national.phone!)}"`);
  }
});

test('a demo shows real numbers before its invented ones', async () => {
  const demo = await t.network('demo');
  await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .updateTable('app.network')
      .set({ is_demo: true, lines: JSON.stringify([line]) })
      .where('id', '=', demo.id)
      .execute(),
  );
  t.app.networks.touch(demo.id);
  const html = await text('/demo/help');
  expect(html.indexOf('tel:18883737888')).toBeGreaterThan(0);
  expect(html.indexOf('tel:18883737888')).toBeLessThan(html.indexOf('tel:5550100100'));
  expect(await text('/robots.txt')).toContain('Disallow: /demo/');
  expect(await text('/sitemap.xml')).not.toContain('/demo/');
});

test('numbers become addresses a phone understands', () => {
  expect(callAddress('+1 (800) 555-0100')).toBe('tel:+18005550100');
  expect(textAddress('555 01', 'HELP ME')).toBe('sms:55501?body=HELP%20ME');
  expect(textAddress('233733')).toBe('sms:233733');
});

test('an unknown section or network is a page that leads on', async () => {
  for (const path of ['/alpha/learn/nothing', '/nowhere', '/nowhere/help', '/alpha/nothing']) {
    const response = await t.fetch(path);
    expect(response.status, path).toBe(404);
    expect(await response.text()).toContain('<h1>');
  }
});

test('leaving sends to an outside page, asks the browser to forget, and leaves nothing of ours', async () => {
  const response = await t.fetch('/leave');
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe('https://www.weather.gov/');
  expect(response.headers.get('clear-site-data')).toBe('"cache", "cookies", "storage"');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await response.text()).toBe('');
});

test('leaving ends the session on the server, so the old cookie opens nothing', async () => {
  const admin = await t.person(networkId, ['network_admin']);
  const response = await t.fetch('/leave', { as: admin });
  expect(response.status).toBe(303);
  expect(response.headers.get('set-cookie')).toMatch(/waymark=;/);
  const rows = await t.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.session').select(['ended_at', 'ended_why']).where('person_id', '=', admin.id).execute(),
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.ended_at).not.toBeNull();
});

test('leaving works while the database is away, and every other page says so in words', async () => {
  const other = await testApp();
  const network = await other.network('beta');
  const admin = await other.person(network.id, ['network_admin']);
  expect((await other.fetch('/beta/staff', { as: admin })).status).toBe(200);
  await other.close();
  const left = await other.fetch('/leave', { as: admin });
  expect(left.status).toBe(303);
  expect(left.headers.get('location')).toBe('https://www.weather.gov/');
  expect(left.headers.get('set-cookie')).toMatch(/waymark=;/);
  const page = await other.fetch('/account', { as: admin });
  expect(page.status).toBeGreaterThanOrEqual(500);
  expect(await page.text()).toContain('<h1>');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('no address makes a link of ours lead to another site', async () => {
  for (const path of [
    '//elsewhere.example.org/help',
    '///elsewhere.example.org',
    '//elsewhere.example.org/a/b?page=2',
  ]) {
    const html = await (await t.fetch(path)).text();
    expect(html, path).toContain('<h1>');
    expect(html, path).not.toMatch(/(href|action)="\/\//);
  }
});

test('asking only for the head of a page is reading, signed in or not', async () => {
  const admin = await t.person(networkId, ['network_admin']);
  expect((await t.fetch('/alpha/help', { method: 'HEAD' })).status).toBe(200);
  expect((await t.fetch('/alpha/help', { method: 'HEAD', as: admin })).status).toBe(200);
});

test('search engines are told what to read, in every language, and nothing that asks for a session', async () => {
  const robots = await text('/robots.txt');
  expect(robots).toContain('Disallow: /*/admin');
  expect(robots).toContain('Sitemap: http://localhost/sitemap.xml');
  expect(await text('/sitemap.xml')).toContain('<loc>http://localhost/alpha/sitemap.xml</loc>');
  const response = await t.fetch('/alpha/sitemap.xml');
  expect(response.headers.get('content-type')).toContain('application/xml');
  const map = await response.text();
  for (const [, address] of map.matchAll(/<loc>http:\/\/localhost([^<]*)<\/loc>/g)) {
    expect((await t.fetch(address!)).status, address).toBe(200);
  }
  expect(map).toContain('hreflang="es" href="http://localhost/alpha/learn?lang=es"');
  expect(map).not.toMatch(/admin|staff|leave/);
});

test('a colour is a stylesheet that may be kept for ever; an unreadable colour gives the default; nothing else is a colour', async () => {
  const sheet = await t.fetch('/accent/14506b.css');
  expect(sheet.headers.get('content-type')).toContain('text/css');
  expect(sheet.headers.get('cache-control')).toContain('immutable');
  expect(await sheet.text()).toContain('--accent:#14506b');
  expect(await text('/accent/ffff00.css')).toContain('--accent:#005ea2');
  for (const wrong of ['14506B.css', '14506b', 'red.css', '..%2f..%2fetc.css', '14506bb.css']) {
    expect((await t.fetch(`/accent/${wrong}`)).status, wrong).toBe(404);
  }
});

test('public pages are kept until something changes, and answer 304 to who has them', async () => {
  const first = await t.fetch('/alpha/privacy');
  const etag = first.headers.get('etag')!;
  expect(etag).toBeTruthy();
  expect((await t.fetch('/alpha/privacy', { headers: { 'if-none-match': etag } })).status).toBe(304);
});

test('what is shared names the page and loads nothing from elsewhere', async () => {
  const html = await text('/alpha/privacy');
  expect(html).toContain('property="og:title"');
  expect(html).toContain('<link rel="canonical" href="http://localhost/alpha/privacy"');
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\/(?!localhost)[^"]*\.(js|css|png)/);
});
