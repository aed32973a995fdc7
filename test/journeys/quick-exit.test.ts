/** Leaving fast, in a real browser: the page is covered at once, and afterwards the device holds nothing of what was read. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, testApp } from '../support/harness.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));

/** Words that stand on the pages and nowhere else on the machine. */
const canaries = ['Kestrelwick', 'Quillhaven'];
const outside = 'https://www.weather.gov/';

let t: TestApp;
let server: ReturnType<typeof serve>;
let origin: string;
const folders: string[] = [];

beforeAll(async () => {
  t = await testApp();
  const { id } = await t.network('kestrel');
  await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .updateTable('app.network')
      .set({
        name: JSON.stringify({ en: 'Kestrelwick County' }),
        lines: JSON.stringify([
          {
            key: 'line',
            name: { en: 'Quillhaven Line' },
            phone: '555-0100',
            hours: { en: 'Always' },
            languages: { en: 'English' },
            for: { en: 'Anyone' },
          },
        ]),
      })
      .where('id', '=', id)
      .execute(),
  );
  t.app.networks.touch(id);
  await new Promise<void>((resolve) => {
    server = serve({ fetch: t.web.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server?.close(resolve));
  await t?.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A browser with a profile on disk, and a stand-in for the outside page, so that no request leaves the machine. */
async function open(
  options: { javaScriptEnabled?: boolean } = {},
): Promise<{ context: BrowserContext; page: Page; profile: string }> {
  const profile = mkdtempSync(join(tmpdir(), 'waymark-profile-'));
  folders.push(profile);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
    ],
    // Uncompressed, so that whatever the browser writes to disk can be searched for words.
    extraHTTPHeaders: { 'accept-encoding': 'identity' },
    ...options,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  // A redirect to another site is not seen by page.route, so the request is met one level below.
  const devtools = await context.newCDPSession(page);
  await devtools.send('Fetch.enable', { patterns: [{ urlPattern: `${outside}*` }] });
  devtools.on('Fetch.requestPaused', ({ requestId }) => {
    const body = Buffer.from('<!doctype html><title>Weather</title><p>Mostly sunny').toString('base64');
    const responseHeaders = [{ name: 'content-type', value: 'text/html' }];
    devtools.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body }).catch(() => {});
  });
  return { context, page, profile };
}

/** Everything the page shows: text, title, address. */
const seen = async (page: Page): Promise<string> =>
  `${page.url()} ${await page.title()} ${await page.content().catch(() => '')}`;

function expectNothingOf(words: string): void {
  for (const canary of canaries) expect(words).not.toContain(canary);
}

/** Bytes of every file of a browser's profile that hold one of the words, as text of one or two bytes a letter. */
function filesHolding(folder: string, words: string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => existsSync(file) && statSync(file).isFile())
    .filter((file) => {
      const bytes = readFileSync(file);
      return words.some((word) => bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le')));
    });
}

async function expectNoStorage(context: BrowserContext, page: Page): Promise<void> {
  expect(await context.cookies()).toEqual([]);
  await page.goto(`${origin}/healthz`);
  const kept = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    caches: (await caches.keys()).length,
    databases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    name: window.name,
  }));
  expect(kept).toEqual({ local: 0, session: 0, caches: 0, databases: 0, workers: 0, name: '' });
}

/** Presses Back until there is nothing before, and looks at what shows each time. */
async function goAllTheWayBack(page: Page): Promise<void> {
  for (let presses = 0; presses < 6; presses++) {
    await page.goBack({ waitUntil: 'load' }).catch(() => null);
    expectNothingOf(await seen(page));
  }
}

withBrowser('pressing the exit covers the page at once, and Back does not bring it back', async () => {
  const { context, page, profile } = await open();
  try {
    await page.goto(`${origin}/kestrel/help`);
    expect(await page.content()).toContain('Quillhaven');
    // The same task of the browser: nothing can have travelled between the press and the look.
    const atOnce = await page.evaluate(() => {
      document.querySelector<HTMLAnchorElement>('a[data-exit]')!.click();
      const sheet = document.querySelector('.wm-cover');
      const box = sheet?.getBoundingClientRect();
      const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
      return {
        path: location.pathname,
        covered: middle === sheet,
        full: box?.width === innerWidth && box?.height === innerHeight,
        title: document.title,
      };
    });
    expect(atOnce).toEqual({ path: '/kestrel/help', covered: true, full: true, title: '' });
    await page.waitForURL(outside);
    await goAllTheWayBack(page);
    await expectNoStorage(context, page);
  } finally {
    await context.close();
  }
  expect(filesHolding(profile, canaries)).toEqual([]);
  // The browser's own history names the address; that it is found shows that the search finds things.
  expect(filesHolding(profile, ['kestrel/help'])).not.toEqual([]);
});

withBrowser('Shift pressed three times does the same from the keyboard, and a capital letter does not', async () => {
  const { context, page } = await open();
  try {
    await page.goto(`${origin}/kestrel/help`);
    for (const key of ['Shift', 'Shift', 'A', 'Shift']) await page.keyboard.press(key);
    expect(await page.locator('.wm-cover').count()).toBe(0);
    const atOnce = await page.evaluate(() => {
      for (let press = 0; press < 2; press++)
        document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift', bubbles: true }));
      return { covered: document.querySelector('.wm-cover') !== null, path: location.pathname };
    });
    expect(atOnce).toEqual({ covered: true, path: '/kestrel/help' });
    await page.waitForURL(outside);
    await goAllTheWayBack(page);
  } finally {
    await context.close();
  }
});

withBrowser('after a walk over several pages, neither Back nor Forward shows one of them', async () => {
  const { context, page } = await open();
  try {
    await page.goto(`${origin}/kestrel`);
    await page.locator('main').getByRole('link', { name: 'Get help now' }).click();
    await page.waitForURL('**/kestrel/help');
    await page.locator('nav').getByRole('link', { name: 'Learn' }).first().click();
    await page.waitForURL('**/kestrel/learn');
    await page.locator('a[data-exit]').click();
    await page.waitForURL(outside);
    await goAllTheWayBack(page);
    for (let presses = 0; presses < 6; presses++) {
      await page.goForward({ waitUntil: 'load' }).catch(() => null);
      expectNothingOf(await seen(page));
    }
    await expectNoStorage(context, page);
  } finally {
    await context.close();
  }
});

withBrowser('someone who went back and then leaves, leaves no page ahead either', async () => {
  const { context, page } = await open();
  try {
    await page.goto(`${origin}/kestrel/help`);
    await page.goto(`${origin}/kestrel/learn`);
    await page.goBack();
    await page.locator('a[data-exit]').click();
    await page.waitForURL(outside);
    expect(await page.goForward().catch(() => null)).toBeNull();
    await goAllTheWayBack(page);
  } finally {
    await context.close();
  }
});

withBrowser('without JavaScript the exit is a link that works, and nothing is stored', async () => {
  const { context, page, profile } = await open({ javaScriptEnabled: false });
  try {
    await page.goto(`${origin}/kestrel/help`);
    await page.locator('a[data-exit]').click();
    await page.waitForURL(outside);
    expectNothingOf(await seen(page));
    expect(await context.cookies()).toEqual([]);
  } finally {
    await context.close();
  }
  expect(filesHolding(profile, canaries)).toEqual([]);
});

withBrowser('who is signed in is signed out by leaving, on the server and on the device', async () => {
  const { context, page } = await open();
  try {
    const network = await t.app.networks.bySlug('kestrel');
    const person = await t.person(network!.id, ['staff']);
    const [name, value] = person.cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url: origin }]);
    await page.goto(`${origin}/kestrel`);
    expect(await page.content()).toContain(person.name);
    await page.locator('a[data-exit]').click();
    await page.waitForURL(outside);
    expect(await context.cookies()).toEqual([]);
    expect(await (await t.fetch('/kestrel', { as: person })).text()).not.toContain(person.name);
  } finally {
    await context.close();
  }
});
