import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildClient } from '../../../scripts/build-client.mjs';
import { CopyLine, Form, Layout, PageHeader, renderPage, TextField } from '../index.ts';
import { plainUi } from '../plain.ts';
import { clientEntries } from './entries.ts';

const chrome = process.env.CHROMIUM ?? '/usr/bin/chromium';
const noBrowser = !existsSync(chrome);
const origin = 'http://waymark.test';
/** Where the person was before: somebody else's page. */
const before = 'http://elsewhere.test/start';
const folder = mkdtempSync(join(tmpdir(), 'waymark-client-'));
let browser: Browser;

beforeAll(async () => {
  await buildClient(folder);
  if (!noBrowser)
    browser = await chromium.launch({
      executablePath: chrome,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A page of ours in a real browser, answered without a server; `/leave` answers slowly, as a bad network would. */
async function open(): Promise<Page> {
  const ui = plainUi();
  const html = await renderPage(
    Layout({
      ui,
      title: 'Information',
      kind: 'survivor',
      children: [
        PageHeader({ title: 'Words' }),
        CopyLine({ ui, id: 'line', label: 'Address', value: 'https://waymark.test/plan' }),
        Form({ ui, action: '/send', unsaved: true, children: TextField({ ui, name: 'note', label: 'Note' }) }),
      ],
    }),
  );
  const page = await browser.newPage();
  await page.route('**/*', async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === '/help') return route.fulfill({ contentType: 'text/html', body: html });
    if (path.startsWith('/assets/') && path.endsWith('.js'))
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(folder, path.slice(8))) });
    if (path.endsWith('.css'))
      return route.fulfill({ contentType: 'text/css', body: readFileSync(join('src/ui', path)) });
    return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Elsewhere</title>' });
  });
  await page.goto(before);
  await page.goto(`${origin}/help`);
  return page;
}

test('each script is a small file of its own that stores and sends nothing', () => {
  for (const name of Object.keys(clientEntries)) {
    const code = readFileSync(join(folder, `${name}.js`), 'utf8');
    expect(code.length).toBeGreaterThan(100);
    if (['exit', 'copy', 'unsaved'].includes(name)) {
      expect(code.length).toBeLessThan(1_500);
      expect(code).not.toMatch(
        /localStorage|sessionStorage|indexedDB|document\.cookie|fetch\(|sendBeacon|XMLHttpRequest/,
      );
    }
  }
});

test.skipIf(noBrowser)(
  'one press covers the page before anything else happens, and leaves no entry to go back to',
  async () => {
    const page = await open();
    const covered = await page.evaluate(() => {
      document.querySelector<HTMLElement>('[data-exit]')!.click();
      const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
      return { sheet: middle?.className, title: document.title.trim() };
    });
    expect(covered).toEqual({ sheet: 'wm-cover', title: '' });
    await page.waitForURL(`${origin}/leave`);
    await page.goBack();
    expect(page.url()).toBe(before);
    await page.close();
  },
);

test.skipIf(noBrowser)('only the exit leaves: a press anywhere else stays on the page', async () => {
  const page = await open();
  await page.getByLabel('Note').click();
  await page.getByRole('heading', { name: 'Words' }).click();
  await page.mouse.click(5, 5);
  await page.getByLabel('Address').click();
  expect(page.url()).toBe(`${origin}/help`);
  expect(await page.evaluate(() => document.documentElement.className)).toBe('');
  await page.close();
});

test.skipIf(noBrowser)(
  'Shift three times leaves; typing capital letters does not; unsaved words never hold the page back',
  async () => {
    const page = await open();
    await page.locator('#f-note').pressSequentially('x');
    for (const letter of 'ABCD') await page.keyboard.press(`Shift+${letter}`);
    expect(page.url()).toBe(`${origin}/help`);
    for (let press = 0; press < 3; press++) await page.keyboard.press('Shift');
    await page.waitForURL(`${origin}/leave`);
    await page.close();
  },
);

test.skipIf(noBrowser)('without JavaScript the exit is a link that works', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const ui = plainUi();
  const html = await renderPage(Layout({ ui, title: 'Information', kind: 'survivor' }));
  await page.route('**/*', (route) =>
    route.fulfill({ contentType: 'text/html', body: route.request().url().endsWith('/help') ? html : 'gone' }),
  );
  await page.goto(`${origin}/help`);
  await page.getByRole('link', { name: 'Leave this site fast' }).click();
  expect(page.url()).toBe(`${origin}/leave`);
  await context.close();
});

test.skipIf(noBrowser)('leaving a changed form asks first', async () => {
  const page = await open();
  await page.locator('#f-note').pressSequentially('words');
  const asked = page.waitForEvent('dialog');
  const going = page.goto(before);
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.accept();
  await going;
  await page.close();
});

test.skipIf(noBrowser)('a copy button appears only with JavaScript', async () => {
  const page = await open();
  expect(await page.getByRole('button', { name: 'Copy' }).isVisible()).toBe(true);
  await page.close();
});
