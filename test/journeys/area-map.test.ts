/** The drawn map of results turned into one to move, in a real browser: on request alone, from our own files alone, or not at all. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { launchPatiently, violationsOn } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, type TestPerson, testApp } from '../support/harness.ts';
import { servicesNetwork } from '../support/services-network.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));
const basic = ['--no-sandbox', '--disable-background-networking'];

let t: TestApp;
let server: ReturnType<typeof serve>;
let origin: string;
let advocate: TestPerson;
let browsers: { drawing: Browser; plain: Browser };

beforeAll(async () => {
  t = await testApp();
  await new Promise<void>((resolve) => {
    server = serve({ fetch: t.web.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  t.app.config.baseUrl = origin;
  const network = await t.network('alpha');
  await servicesNetwork(t, await t.ctx(network.id, 'system'));
  advocate = await t.person(network.id, ['advocate']);
  if (!existsSync(browserPath)) return;
  const launch = (args: string[]) => launchPatiently({ executablePath: browserPath, args: [...basic, ...args] });
  browsers = {
    drawing: await launch(['--enable-unsafe-swiftshader', '--use-gl=angle', '--use-angle=swiftshader']),
    plain: await launch(['--disable-gpu', '--disable-3d-apis']),
  };
}, 120_000);

afterAll(async () => {
  await Promise.all(Object.values(browsers ?? {}).map((one) => one.close()));
  await new Promise((resolve) => server?.close(resolve));
  await t?.close();
});

/** Opens the map of a search for everything, and keeps what went wrong and every address that was asked for. */
async function openMap(browser: Browser, as?: TestPerson) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  if (as) {
    const [name, value] = as.cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url: origin }]);
  }
  const page = await context.newPage();
  const wrong: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${origin}/alpha/${as ? 'staff/' : ''}services`);
  await page.locator('form:has(input[name="where"]) button[type="submit"]').first().click();
  await page.getByRole('link', { name: 'Show these on a map' }).click();
  await page.getByRole('button', { name: 'Move and zoom this map' }).waitFor();
  return { page, wrong, asked };
}

const numbers = (page: Page, which: string): Promise<string[]> => page.locator(which).allTextContents();

withBrowser(
  'the map to move shows the offices of the drawing and no other, and asks nobody but us',
  async () => {
    for (const who of [undefined, advocate]) {
      const { page, wrong, asked } = await openMap(browsers.drawing, who);
      expect(asked.filter((url) => /map(View|Worker)|outlines/.test(url))).toEqual([]);
      const drawn = await numbers(page, '#map svg .wm-map__number');
      expect(drawn.length).toBeGreaterThan(0);
      await page.getByRole('button', { name: 'Move and zoom this map' }).press('Enter');
      await page.getByRole('button', { name: 'Closer' }).waitFor();
      expect(await numbers(page, '#map .wm-map__point')).toEqual(drawn);
      expect(await page.locator('#map svg').count()).toBe(0);
      const point = page.locator('#map .wm-map__point').first();
      const before = await point.getAttribute('style');
      await page.locator('#map canvas').press('ArrowRight');
      await expect.poll(() => point.getAttribute('style')).not.toBe(before);
      const target = (await point.getAttribute('href'))!;
      expect(await page.locator(target).count()).toBe(1);
      await point.press('Enter');
      expect(new URL(page.url()).hash).toBe(target);
      expect(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual([]);
      const violations = await violationsOn(page);
      expect(violations.map((one) => [one.id, one.nodes[0]?.target])).toEqual([]);
      expect(wrong).toEqual([]);
      await page.context().close();
    }
  },
  180_000,
);

withBrowser(
  'a browser that cannot draw it keeps the drawing and says so',
  async () => {
    const { page } = await openMap(browsers.plain);
    await page.getByRole('button', { name: 'Move and zoom this map' }).click();
    await page.getByRole('status').filter({ hasText: 'cannot show' }).waitFor();
    expect(await page.locator('#map svg').isVisible()).toBe(true);
    expect(await page.locator('#map .wm-map__view').count()).toBe(0);
    await page.context().close();
  },
  120_000,
);

test('the outlines are those around public offices, the same for everyone, and keep nothing on the device', async () => {
  const answer = await t.fetch('/alpha/services/outlines.json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const text = await answer.text();
  const { features } = JSON.parse(text) as GeoJSON.FeatureCollection;
  expect(features.map((one) => one.properties!.name)).toContain('Harris');
  expect(features.every((one) => one.geometry.type.endsWith('Polygon'))).toBe(true);
  expect(await (await t.fetch('/alpha/services/outlines.json', { as: advocate })).text()).toBe(text);
  await t.network('empty');
  expect(await (await t.fetch('/empty/services/outlines.json')).json()).toEqual({
    type: 'FeatureCollection',
    features: [],
  });
});
