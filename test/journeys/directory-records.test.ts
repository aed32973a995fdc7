/** Keeping records in a real browser without scripts: hours and one telephone number, a colleague who was faster, a duplicate that becomes one. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { launchPatiently, violationsOn } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveRecord } from '../../src/modules/directory/records/actions.ts';
import { recordsById } from '../../src/modules/organisations/index.ts';
import { type TestApp, testApp, type TestPerson } from '../support/harness.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));
const patience = 240_000;

let t: TestApp;
let network: { id: string };
let editor: TestPerson;
let colleague: TestPerson;
let browser: Browser;
let server: ReturnType<typeof serve>;
let origin: string;

beforeAll(async () => {
  t = await testApp();
  network = await t.network('heron');
  editor = await t.person(network.id, ['directory_editor']);
  colleague = await t.person(network.id, ['directory_editor'], { name: 'Cole League' });
  await new Promise<void>((resolve) => {
    server = serve({ fetch: t.web.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  t.app.config.baseUrl = origin;
  if (existsSync(browserPath)) browser = await launchPatiently({ executablePath: browserPath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  if (server) await new Promise((resolve) => server.close(resolve));
  await t?.close();
});

async function open(who: TestPerson, path: string): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const [name = '', value = ''] = who.cookie.split('=');
  await context.addCookies([{ name, value, url: origin }]);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${origin}/heron/staff/directory${path}`);
  return page;
}

/**
 * The page as it stands, at both widths: nothing that axe finds, nothing wider than the screen. Axe needs timers, which a page without scripts has not, so
 * it looks at the same text in a page that has them.
 */
async function look(page: Page): Promise<void> {
  const context = await browser.newContext();
  const copy = await context.newPage();
  await copy.goto(`${origin}/heron/help`);
  await copy.setContent(await page.content());
  for (const width of [1280, 390]) {
    await copy.setViewportSize({ width, height: 900 });
    const violations = await violationsOn(copy);
    expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
    const wide = await copy.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(wide).toBeLessThanOrEqual(0);
  }
  await context.close();
}

withBrowser(
  'hours and one number are changed beside a colleague who is faster, and a duplicate becomes one',
  async () => {
    const as = await t.ctx(network.id, editor);
    const { id: org } = await saveRecord(as, { kind: 'organization', fields: { name: 'Heron House' } });
    await saveRecord(as, { kind: 'organization', fields: { name: 'Heron House' } });
    const phones = [
      { id: randomUUID(), number: '555-0100' },
      { id: randomUUID(), number: '555-0101' },
    ];
    const { id } = await saveRecord(as, {
      kind: 'service',
      fields: { organization_id: org, name: 'Day room', status: 'active', phones },
    });

    const page = await open(editor, `/providers/${org}`);
    await look(page);
    await page.getByRole('link', { name: 'Day room' }).click();
    await look(page);
    await page.getByRole('link', { name: 'Enter the week as one line' }).click();
    await page.getByLabel('Hours, as you would write them').fill('Mon-Fri 9am-5pm');
    await page.getByRole('button', { name: 'Read it' }).click();
    await look(page);

    // A colleague changes the description before the week is confirmed.
    const faster = await open(colleague, `/records/${id}/edit/who`);
    await look(faster);
    await faster.locator('[name="description.en"]').fill('Warm, with tea.');
    await faster.getByRole('button', { name: 'Save' }).click();

    await page.getByRole('button', { name: 'Yes, save this week' }).click();
    expect(await page.textContent('main')).toContain('Cole League changed this record');
    expect(await page.textContent('main')).toContain('Warm, with tea.');
    expect(await page.inputValue('[name="said"]')).toBe('Mon-Fri 9am-5pm');
    await look(page);
    await page.getByRole('button', { name: 'Read it' }).click();
    await page.getByRole('button', { name: 'Yes, save this week' }).click();
    expect(await page.textContent('main')).toContain('Saved.');

    await page.getByRole('link', { name: '555-0101' }).click();
    await look(page);
    await page.locator('label', { hasText: /^The public$/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Who sees what' }).click();
    await look(page);
    const [rec] = await t.app.db.run({ networkId: network.id, scope: 'system' }, (tx) =>
      recordsById(tx, network.id, [id]),
    );
    expect(rec!.fields).toMatchObject({ description: 'Warm, with tea.', schedules: [{ opens_at: '09:00' }] });
    expect(rec!.marks).toEqual({ [`phones/${phones[1]!.id}`]: 'public' });

    await page.goto(`${origin}/heron/staff/directory/duplicates`);
    await look(page);
    await page.getByRole('link', { name: 'Heron House / Heron House' }).click();
    await look(page);
    await page.locator('label[for="f-into"]').click();
    await page.locator('[name="reason"]').fill('the same house');
    await page.getByRole('button', { name: 'Look at what will happen' }).click();
    await look(page);
    await page.getByRole('button', { name: 'Merge' }).click();
    expect(await page.textContent('main')).toContain('Both addresses lead here.');
    await look(page);
  },
  patience,
);
