/** Bringing a plan in, in a real browser without scripts: a coordinator chooses a file, corrects a guess, confirms, and reads the plan. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { launchPatiently, violationsOn } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, testApp, type TestPerson } from '../support/harness.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));
const folder = mkdtempSync(join(tmpdir(), 'waymark-import-'));
const widths = [1280, 390] as const;
/** A browser beside a busy machine's other work may need its time. */
const patience = 240_000;

let t: TestApp;
let person: TestPerson;
let browser: Browser;
let server: ReturnType<typeof serve>;
let origin: string;

beforeAll(async () => {
  t = await testApp();
  const { id } = await t.network('kestrel');
  person = await t.person(id, ['plan_editor', 'network_admin']);
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

async function open(width: number, javaScriptEnabled: boolean): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
  const [name = '', value = ''] = person.cookie.split('=');
  await context.addCookies([{ name, value, url: origin }]);
  return context.newPage();
}

const file = (name: string, lines: string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
};
const tracker = [
  'Level,Number,Title,Status,Lead',
  'Objective,1,Prevent,,',
  'Tactic,1.1,Train hotel staff,Completed,Office of Tourism',
  'Tactic,1.2,Print cards for taxis,Caution,Transit',
  'Tactic,1.3,Run a campaign on buses,Not Yet Begun,Transit',
];

withBrowser('a coordinator brings a spreadsheet in without scripts and lands on the plan', async () => {
  const page = await open(1280, false);
  await page.goto(`${origin}/kestrel/staff/plans/import`);
  await page.locator('input[type=file]').setInputFiles(file('tracker.csv', tracker));
  await page.getByLabel('Address of a new plan').fill('phase-1');
  await page.getByRole('button', { name: 'Read and show' }).click();
  await page.getByRole('heading', { name: 'Check before importing' }).waitFor();
  await page.getByLabel(/“Caution” \(once\) means/).selectOption({ label: 'In progress' });
  await page.getByRole('button', { name: 'Read again with these choices' }).click();
  await page.getByText('The file was read again with your choices.').waitFor();
  await page.getByRole('button', { name: 'Import into the draft' }).click();
  await page.waitForURL(/\/kestrel\/staff\/plans\/phase-1\?/);
  expect(await page.getByText(/4 new items, none changed, 3 statuses recorded/).isVisible()).toBe(true);
  await page.context().close();
});

withBrowser(
  'the pages have no accessibility faults and do not run off the side, in both languages and widths',
  async () => {
    const changed = [
      ...tracker.slice(0, 2),
      'Tactic,1.1,Train the staff of hotels and motels,Caution,#N/A',
      'Tactic,1.2,Print cards,In Progress,',
    ];
    for (const lang of ['en', 'es']) {
      const page = await open(widths[0], true);
      const clean = async (what: string) => {
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 });
          const violations = await violationsOn(page);
          expect(
            violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`),
            `${what} ${lang} ${width}`,
          ).toEqual([]);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(over, `${what} ${lang} ${width}`).toBeLessThanOrEqual(0);
        }
      };
      await page.goto(`${origin}/kestrel/staff/plans/import?lang=${lang}`);
      await clean('form');
      await page.locator('#main form button').click();
      await page.locator('#errors').waitFor();
      await clean('form with errors');
      await page.locator('input[type=file]').setInputFiles(file('changed.csv', changed));
      await page.locator('select[name=plan]').selectOption('phase-1');
      await page.locator('#main form button').click();
      await page.locator('#mapping').waitFor();
      for (const details of await page.locator('#main details').all())
        await details.evaluate((element) => element.setAttribute('open', ''));
      await clean('preview');
      await page.context().close();
    }
  },
  patience,
);
