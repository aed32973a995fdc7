/** Bringing a list of services in and taking it along, in a real browser without scripts: columns chosen, confirmed, watched, listed by a second person. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { launchPatiently, violationsOn } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importWork } from '../../src/modules/directory/exchange/importing.ts';
import { type TestApp, testApp, type TestPerson } from '../support/harness.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));
const folder = mkdtempSync(join(tmpdir(), 'waymark-directory-'));
/** A browser beside a busy machine's other work may need its time. */
const patience = 240_000;

let t: TestApp;
let network: { id: string };
let editor: TestPerson;
let approver: TestPerson;
let browser: Browser;
let server: ReturnType<typeof serve>;
let origin: string;

beforeAll(async () => {
  t = await testApp();
  network = await t.network('kestrel');
  editor = await t.person(network.id, ['directory_editor']);
  approver = await t.person(network.id, ['directory_approver']);
  await new Promise<void>((resolve) => {
    server = serve({ fetch: t.web.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  t.app.config.baseUrl = origin;
  if (existsSync(browserPath)) browser = await launchPatiently({ executablePath: browserPath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server?.close(resolve));
  await t?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(who: TestPerson, javaScriptEnabled = false): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled, acceptDownloads: true });
  const [name = '', value = ''] = who.cookie.split('=');
  await context.addCookies([{ name, value, url: origin }]);
  return context.newPage();
}

/** The page as it is, at both widths and in both languages: nothing that axe finds, nothing wider than the screen. */
async function look(shown: Page, who: TestPerson): Promise<void> {
  // axe needs scripts; what is walked through does without.
  const page = await open(who, true);
  const here = new URL(shown.url());
  // The page of work that goes on loads itself anew after two seconds, and a slow machine looks longer than that.
  await page.route(here.origin + here.pathname + '**', async (route) => {
    const answer = await route.fetch();
    const { refresh: _, 'content-encoding': _coding, 'content-length': _length, ...headers } = answer.headers();
    await route.fulfill({ status: answer.status(), headers, body: await answer.body() });
  });
  for (const lang of ['en', 'es']) {
    here.searchParams.set('lang', lang);
    await page.goto(here.href);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const violations = await violationsOn(page);
      expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
      const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      expect(wide).toBeLessThanOrEqual(0);
    }
  }
  await page.context().close();
}

/** The worker's part: what the page waits for is done now. */
async function work(): Promise<void> {
  const { rows } = await t.db.run({ scope: 'system' }, (tx) =>
    sql<{ id: string }>`select id from app.long_work where finished_at is null`.execute(tx),
  );
  for (const { id } of rows) await importWork.job.run(await t.ctx(network.id, 'system'), { id });
}

const list = join(folder, 'list.csv');
writeFileSync(
  list,
  'Agency,What we do,Phone,Email,Street,City,State,Zip\nOpen Door,Counseling,555-010-0001,not an address,12 Elm Street,Springfield,TX,75001\nHarbor House,Shelter,555-010-0002,desk@example.org,9 Oak Street,Springfield,TX,75001\n',
);

withBrowser(
  'a list is brought in with its columns chosen, written in the background, and listed by a second person',
  async () => {
    const page = await open(editor);
    await page.goto(`${origin}/kestrel/staff/directory/import?lang=en`);
    await look(page, editor);
    await page.setInputFiles('input[type=file]', list);
    await page.getByRole('button', { name: 'Read the file' }).click();
    expect(await page.textContent('h1')).toContain('What the file brings');
    expect(await page.textContent('main')).toContain('list.csv, line 2');
    await look(page, editor);
    await page.getByLabel('Column “What we do”').selectOption('service_name');
    await page.getByText(/^Already vetted by us: list them, and show/).click();
    await page.getByRole('button', { name: 'Look again with these choices' }).click();
    expect(await page.textContent('main')).toContain('The file was read again');
    await page.getByRole('button', { name: 'Write the records' }).click();
    expect(await page.textContent('h1')).toContain('Writing the records');
    const waits = page.url();
    await look(page, editor);
    await work();
    await page.goto(waits);
    expect(await page.textContent('main')).toContain('2 organizations, 2 services, 2 places');
    expect(await page.textContent('main')).toContain('waits for a second person');

    const second = await open(approver);
    await second.goto(`${origin}/kestrel/staff/directory/import?lang=en`);
    await second.getByRole('link', { name: 'list.csv' }).click();
    await look(second, approver);
    await second.getByRole('button', { name: 'List them' }).click();
    expect(await second.textContent('main')).toContain('Listed.');

    // The same list with another number: what changes is shown before it does.
    writeFileSync(list, readFileSync(list, 'utf8').replace('555-010-0002', '555-010-0009'));
    await page.goto(`${origin}/kestrel/staff/directory/import?lang=en`);
    await page.setInputFiles('input[type=file]', list);
    await page.getByRole('button', { name: 'Read the file' }).click();
    await page.getByRole('link', { name: 'See what changes in 1 record' }).click();
    expect(await page.textContent('main')).toMatch(/555-010-0002 taken out.*555-010-0009 new/);
    await look(page, editor);

    await page.goto(`${origin}/kestrel/staff/directory/export?lang=en`);
    await look(page, editor);
    await page.getByText('The public', { exact: true }).click();
    await page.getByText('HSDS JSON', { exact: true }).click();
    const [sent] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Make the file' }).click(),
    ]);
    expect(sent.suggestedFilename()).toBe('directory-kestrel-public.json');
    const file = JSON.parse(readFileSync(await sent.path(), 'utf8')) as { contents: { name: string }[] };
    expect(file.contents.map((one) => one.name).sort()).toEqual(['Counseling', 'Shelter']);
  },
  patience,
);

test('a file that cannot be read, or none, is answered on the page it was chosen on', async () => {
  t.app.config.baseUrl = 'http://localhost';
  const path = '/kestrel/staff/directory/import';
  const none = await t.submit(path, {}, { as: editor });
  expect(none.status).toBe(422);
  const broken = await t.submit(path, { file: new File(['{"id":'], 'x.json') }, { as: editor });
  expect(broken.status).toBe(303);
  const shown = await (await t.fetch(broken.headers.get('location')!, { as: editor })).text();
  expect(shown).toContain('This is not correct JSON.');
  expect(shown).not.toContain('Write the records');
  const another = await t.network('osprey');
  const stranger = await t.person(another.id, ['directory_editor']);
  expect((await t.fetch(broken.headers.get('location')!, { as: stranger })).status).toBe(404);
});
