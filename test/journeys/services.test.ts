/** Finding services in a real browser: a survivor on a phone without JavaScript, an advocate who never lets go of the keyboard. */
import { existsSync, mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchPatiently, violationsOn } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestApp, type TestPerson, testApp } from '../support/harness.ts';
import { ids, internal, servicesNetwork } from '../support/services-network.ts';

vi.setConfig({ testTimeout: 180_000 });
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));
/** For looking at the pages: a folder for pictures. */
const pictures = process.env.WAYMARK_PICTURES;

let t: TestApp;
let server: ReturnType<typeof serve>;
let browser: Browser;
let origin: string;
let advocate: TestPerson;

beforeAll(async () => {
  t = await testApp();
  // A Tuesday evening in Houston.
  t.setClock('2026-06-03T00:30:00Z');
  await new Promise<void>((resolve) => {
    server = serve({ fetch: t.web.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  t.app.config.baseUrl = origin;
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
  await new Promise((resolve) => server?.close(resolve));
  await t?.close();
});

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
let shown = 0;

/** Nothing of the page may be wider than the screen, and nobody may be shut out; keeps a picture where one is asked for. */
async function look(page: Page, name: string): Promise<void> {
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
    shown += 1;
    await page.screenshot({ path: `${pictures}/${String(shown).padStart(2, '0')}-${name}.png`, fullPage: true });
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
}

async function axe(page: Page, name: string): Promise<void> {
  const violations = await violationsOn(page);
  expect(
    violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`),
    name,
  ).toEqual([]);
}

async function signedIn(more: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
  const context = await browser.newContext(more);
  const [name, value] = advocate.cookie.split('=');
  await context.addCookies([{ name: name!, value: value!, url: origin }]);
  return context;
}

withBrowser('I look for a shelter in Spanish, with a typing mistake, on a phone without JavaScript', async () => {
  const context = await browser.newContext({ ...phone, javaScriptEnabled: false, locale: 'es-US' });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${origin}/alpha`);
  await look(page, 'home-es-390');
  await page.getByRole('link', { name: 'Más maneras de buscar' }).click();
  await look(page, 'ask-es-390');
  await page.getByLabel('¿Qué necesita?').fill('albregue de emergencia');
  await page.getByLabel('¿Dónde?').fill('Houston');
  await page.getByRole('button', { name: 'Buscar', exact: true }).click();
  expect(await page.title()).toBe('Información');
  expect(await page.getByRole('main').innerText()).toContain('Buscamos “albergue”. Usted escribió “albregue”.');
  await look(page, 'results-es-390');
  await page.getByRole('link', { name: 'Albergue de emergencia para mujeres y niños' }).click();
  await look(page, 'service-es-390');
  const said = await page.getByRole('main').innerText();
  expect(said).toContain('La dirección es confidencial');
  expect(said).toContain('Abierto de día y de noche');
  expect(await page.getByRole('link', { name: '713-555-0123' }).getAttribute('href')).toBe('tel:7135550123');
  for (const word of Object.values(internal)) expect(said).not.toContain(word);
  expect(await page.getByRole('link', { name: /Salir/ }).first().isVisible()).toBe(true);
  expect(asked.join(' ')).not.toMatch(/alberg|emergencia|Houston/i);
  expect(t.logged.join('\n')).not.toMatch(/alberg|Houston/i);
  await context.close();
});

withBrowser('I am an advocate: I find three services and share them without touching the mouse', async () => {
  const context = await signedIn({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${origin}/alpha/staff/services`);
  await look(page, 'desk-en-1280');
  await page.keyboard.press('/');
  await page.keyboard.type('survivors women meals rooms');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/results\//);
  await look(page, 'desk-results-en-1280');
  for (let n = 0; n < 3; n++) {
    await page.keyboard.press('ArrowDown');
    const row = await page.evaluate(() => document.activeElement!.closest('tr')!.id);
    await page.keyboard.press('s');
    await page.waitForURL((url) => url.hash === `#${row}`);
    await page.waitForFunction((id) => document.activeElement?.closest('tr')?.id === id, row);
  }
  const list = page.getByRole('link', { name: /List to share: 3 services/ });
  await list.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/share$/);
  await page.getByLabel(/A link in a talk/).focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Go on' }).focus();
  await page.keyboard.press('Enter');
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  expect(link).toMatch(/\/s\/[\w-]{43}\?lang=en$/);
  await look(page, 'share-en-1280');
  const survivor = await browser.newContext({ ...phone, javaScriptEnabled: false });
  const theirs = await survivor.newPage();
  await theirs.goto(link);
  expect(await theirs.title()).toBe('Information');
  await look(theirs, 'opened-en-390');
  await survivor.close();
  await context.close();
});

const widths = [390, 1280];

for (const lang of ['en', 'es'])
  withBrowser(`every page of services reads well and shuts nobody out, on a phone and on a desk: ${lang}`, async () => {
    const context = await signedIn();
    const open = await browser.newContext();
    const page = await context.newPage();
    const mine = await open.newPage();
    const here = async (on: Page, name: string, looks: ((on: Page, name: string) => Promise<void>)[]) => {
      for (const width of widths) {
        await on.setViewportSize({ width, height: 900 });
        for (const one of looks) await one(on, `${name}-${lang}-${width}`);
      }
    };
    const visit = async (on: Page, path: string, name: string) => {
      await on.goto(`${origin}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
      await here(on, name, [look, axe]);
    };
    await visit(mine, '/alpha/services', 'ask');
    await visit(mine, `/alpha/services/${ids.legal}`, 'service');
    await visit(mine, `/alpha/organizations/${ids.bridge}`, 'organization');
    await visit(mine, '/alpha/services/embed', 'embed');
    await visit(mine, `/alpha/services/results/${'x'.repeat(22)}`, 'over');
    await visit(mine, `/s/${'x'.repeat(43)}`, 'link-over');
    await mine.goto(`${origin}/alpha/services?lang=${lang}`);
    await mine.locator('input[name="where"]').fill('77002');
    await mine.locator('form.wm-ask button[type="submit"]').click();
    const found = new URL(mine.url()).pathname;
    await visit(mine, `${found}?map=1&explain=1`, 'results-map');
    await mine
      .locator('input[name="what"]')
      .first()
      .evaluate((box) => (box.closest('details')!.open = true));
    await here(mine, 'results-open', [look]);
    await visit(page, '/alpha/staff/services', 'desk');
    await visit(page, `/alpha/staff/services/${ids.shelter}`, 'desk-service');
    await page.locator('#hidden summary').click();
    await page.locator('#hidden input[name="reason"]').fill('A ride is on the way');
    await page.locator('#hidden button').click();
    expect(await page.locator('#hidden').innerText()).toContain(internal.address);
    await here(page, 'desk-revealed', [look, axe]);
    await visit(page, '/alpha/staff/services/share', 'share');
    await visit(page, '/alpha/staff/services/share/print', 'print');
    await context.close();
    await open.close();
  });
