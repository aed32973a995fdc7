/** A name that should not be public is taken out by two people in a real browser, without scripts; every page of it is looked at in both languages. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Browser, Page } from 'playwright-core';
import { launchPatiently, violationsOn } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allActions } from '#kernel';
import { type TestApp, testApp, type TestPerson } from '../support/harness.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));
/** Where pictures of the pages go, if somebody wants to look at them. */
const pictures = process.env.WAYMARK_PICTURES;

let t: TestApp;
let editor: TestPerson;
let approver: TestPerson;
let browser: Browser;
let server: ReturnType<typeof serve>;
let origin: string;

beforeAll(async () => {
  t = await testApp();
  const { id } = await t.network('kestrel');
  editor = await t.person(id, ['plan_editor'], { name: 'Ed Writer' });
  approver = await t.person(id, ['plan_approver'], { name: 'Ada Second' });
  const act = async (who: TestPerson, name: string, input: object) =>
    allActions().get(name)!(await t.ctx(id, who), { plan: 'one', ...input });
  const publish = async (n: number) => {
    await act(editor, 'plan.revision.request', {});
    await act(approver, 'plan.revision.approve', { n });
  };
  const levels = [{ one: { en: 'Goal', es: 'Meta' }, many: { en: 'Goals', es: 'Metas' } }];
  const fields = { title: { en: 'Plan One', es: 'Plan uno' }, levels, statuses: [], themes: [], publishedTotals: [] };
  await act(editor, 'plan.plan.create', { slug: 'one', fields });
  const title = { en: 'Open a line', es: 'Abrir una línea' };
  const item = { parentRef: null, position: 0, number: '1', title, leaf: true };
  await act(editor, 'plan.item.save', { ref: null, fields: item });
  await publish(1);
  await act(editor, 'plan.plan.save', {
    fields: { ...fields, startsOn: '2026-01-01', themes: [{ key: 'night', title: { en: 'Night' } }] },
  });
  const text = { en: 'Wilma Amsel called at night.', es: 'Wilma Amsel llamó de noche.' };
  await act(editor, 'plan.fact.record', { ref: 1, on: '2026-01-02', kind: 'update', text });
  await publish(2);
  await new Promise<void>((resolve) => {
    server = serve({ fetch: t.web.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve());
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  t.app.config.baseUrl = origin;
  if (existsSync(browserPath))
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

async function open(who: TestPerson | null, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
  if (who) {
    const [name = '', value = ''] = who.cookie.split('=');
    await context.addCookies([{ name, value, url: origin }]);
  }
  const page = await context.newPage();
  await page.goto(`${origin}${path}`);
  return page;
}

/** The page as it is, in both languages, on a phone and on a desk. */
async function lookAt(who: TestPerson | null, path: string, name: string): Promise<void> {
  const context = await browser.newContext();
  if (who) {
    const [cookie = '', value = ''] = who.cookie.split('=');
    await context.addCookies([{ name: cookie, value, url: origin }]);
  }
  const page = await context.newPage();
  const [address, hash = ''] = path.split('#');
  for (const language of ['en', 'es']) {
    await page.goto(`${origin}${address}${address!.includes('?') ? '&' : '?'}lang=${language}${hash && `#${hash}`}`);
    const where = `${name} ${language}`;
    expect(await page.locator('h1').count(), where).toBe(1);
    const wider = async (width: number) => {
      await page.setViewportSize({ width, height: 900 });
      return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    };
    for (const width of [390, 1280]) expect(await wider(width), `${where} ${width}`).toBeLessThanOrEqual(0);
    await page.evaluate(() => {
      for (const part of document.querySelectorAll('main details')) part.setAttribute('open', '');
    });
    for (const width of [390, 1280]) {
      expect(await wider(width), `${where} ${width}, all open`).toBeLessThanOrEqual(0);
      const violations = await violationsOn(page);
      expect(violations.map(({ id, nodes }) => `${where} ${width}: ${id} ${nodes[0]!.html}`)).toEqual([]);
      if (pictures) await page.screenshot({ path: `${pictures}/${name}-${language}-${width}.png`, fullPage: true });
    }
  }
  await context.close();
}

const at = '/kestrel/staff/plans/one';

withBrowser(
  'one person hides a name on a phone, a second takes it out for good, and the public history says only that',
  async () => {
    await lookAt(null, '/kestrel/plans/one/history', 'history-settings');
    await lookAt(editor, `${at}/items/1`, 'item');
    await lookAt(editor, `${at}/redactions`, 'form');

    const first = await open(editor, `${at}/publication`);
    await first.getByRole('link', { name: 'Take text out of what is public' }).click();
    await first.getByLabel('Text to take out').fill('wilma amsel');
    await first.getByText('It names or describes a person').click();
    await first.getByRole('button', { name: 'Hide it now' }).click();
    await first.getByText('Hidden. The public cannot read it now.').waitFor();
    const reader = await open(null, '/kestrel/plans/one/items/1');
    expect(await reader.locator('main').innerText()).toContain('[taken out] called at night.');
    await lookAt(editor, `${at}/redactions`, 'list');
    await lookAt(editor, `${at}/publication`, 'publication');

    const second = await open(approver, '/kestrel/staff');
    await second.getByRole('link', { name: /Ed Writer has hidden text/ }).click();
    await second.getByText('wilma amsel').waitFor();
    await lookAt(approver, new URL(second.url()).pathname, 'decision');
    await second.getByRole('button', { name: 'Take it out for good' }).click();
    await second.getByText('Taken out for good, here and in the history.').waitFor();
    await second.getByText('Taken out in 1 place, confirmed by Ada Second').waitFor();

    await lookAt(null, '/kestrel/plans/one/history', 'history-taken-out');
    await lookAt(null, '/kestrel/plans/one/items/1', 'public-item');
    await reader.goto(`${origin}/kestrel/plans/one/history?lang=es`);
    const told = await reader.locator('main').innerText();
    expect(told).toContain('Se retiró un texto de este plan el');
    expect(told).not.toContain('Amsel');
  },
  300_000,
);
