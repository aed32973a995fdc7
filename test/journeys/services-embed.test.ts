/** The search form on another site, in a real browser: what a frame shows to somebody who is signed in here, and what else may be framed. */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { launchPatiently } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestApp, type TestPerson, testApp } from '../support/harness.ts';
import { internal, servicesNetwork } from '../support/services-network.ts';

vi.setConfig({ testTimeout: 120_000 });
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));

let t: TestApp;
let server: ReturnType<typeof serve>;
let elsewhere: Server;
let browser: Browser;
let origin: string;
let advocate: TestPerson;
/** Cookies that came with requests, by path. */
const came: { path: string; cookie: string }[] = [];

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-06-03T00:30:00Z');
  await new Promise<void>((resolve) => {
    const fetch = (request: Request, ...more: unknown[]) => {
      came.push({ path: new URL(request.url).pathname, cookie: request.headers.get('cookie') ?? '' });
      return (t.web.fetch as (...all: unknown[]) => Response | Promise<Response>)(request, ...more);
    };
    server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  t.app.config.baseUrl = origin;
  // A page of a town, with our form in a frame, and two pages that nobody may frame.
  elsewhere = createServer((_, answer) => {
    const frames = ['/alpha/services/embed', '/alpha/services', '/alpha/staff/services'];
    answer.setHeader('content-type', 'text/html');
    answer.end(frames.map((path) => `<iframe src="${origin}${path}" width="600" height="400"></iframe>`).join('\n'));
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const network = await t.network('alpha');
  await servicesNetwork(t, await t.ctx(network.id, 'system'));
  advocate = await t.person(network.id, ['advocate', 'directory_editor']);
  if (!existsSync(browserPath)) return;
  browser = await launchPatiently({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  elsewhere?.close();
  await new Promise((resolve) => server?.close(resolve));
  await t?.close();
});

async function signedIn(): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US' });
  const [name, value] = advocate.cookie.split('=');
  // Weaker than the cookie we set (Lax), so that it would come along wherever a browser sends one at all.
  await context.addCookies([{ name: name!, value: value!, url: origin }]);
  return context.newPage();
}

// By its number the host is another site, by its name the same site at another port, where a browser sends the cookie along.
for (const [host, site] of [
  ['127.0.0.1', 'another site'],
  ['localhost', 'the same site'],
] as const)
  withBrowser(`framed by ${site}, the form shows a person who is signed in what it shows everybody`, async () => {
    const page = await signedIn();
    came.length = 0;
    await page.goto(`http://${host}:${(elsewhere.address() as AddressInfo).port}/`);
    const frame = page.frames().find((one) => one.url() === `${origin}/alpha/services/embed`)!;
    const shown = await frame.content();
    expect(came.find(({ path }) => path === '/alpha/services/embed')!.cookie !== '').toBe(host === 'localhost');
    // The same bytes as for nobody, but for what a browser adds by itself.
    const open = await (await browser.newContext({ locale: 'en-US' })).newPage();
    await open.goto(`${origin}/alpha/services/embed`);
    expect(shown).toBe(await open.content());
    expect(shown).not.toMatch(/<script|_csrf|staff|Sign out/);
    for (const word of Object.values(internal)) expect(shown).not.toContain(word);
    // Whoever framed it reads nothing in it.
    expect(
      await page.evaluate(() => [...document.querySelectorAll('iframe')].map((one) => one.contentDocument)),
    ).toEqual([null, null, null]);
    // The other two pages stay empty.
    for (const path of ['/alpha/services', '/alpha/staff/services'])
      expect(page.frames().some((one) => one.url() === `${origin}${path}`)).toBe(false);
    await page.context().close();
  });

withBrowser(
  'a search from the frame opens in the whole window, as the public sees it, also for who is signed in',
  async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const page = await signedIn();
      await page.goto(`http://${host}:${(elsewhere.address() as AddressInfo).port}/`);
      const frame = page.frames().find((one) => one.url() === `${origin}/alpha/services/embed`)!;
      await frame.getByRole('searchbox').fill('saferooms shelter');
      await frame.getByRole('button').first().click();
      await page.waitForURL(/\/alpha\/services\/results\/[\w-]{22}$/);
      const found = await page.content();
      expect(await page.title()).toBe('Information');
      expect(found).toContain('Emergency shelter');
      for (const word of Object.values(internal)) expect(found).not.toContain(word);
      await page.context().close();
    }
  },
);

withBrowser('the way out is in the frame, works without JavaScript, and leaves the whole window', async () => {
  const context = await browser.newContext({ locale: 'en-US', javaScriptEnabled: false });
  const page = await context.newPage();
  let asked = '';
  await page.route(/^https?:\/\/(?!localhost|127\.0\.0\.1)/, (route) => {
    asked = route.request().url();
    return route.fulfill({ body: 'elsewhere' });
  });
  await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
  const frame = page.frames().find((one) => one.url() === `${origin}/alpha/services/embed`)!;
  const [left] = await Promise.all([
    page.waitForRequest((request) => request.url() === `${origin}/leave`),
    frame.getByRole('link', { name: 'Leave this site fast' }).click(),
  ]);
  expect(left.frame() === page.mainFrame()).toBe(true);
  await page.waitForURL((url) => url.hostname !== '127.0.0.1');
  expect(asked).not.toContain('alpha');
  await context.close();
});
