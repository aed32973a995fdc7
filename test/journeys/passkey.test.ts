/** Passkeys in a real browser with a virtual authenticator: joining, signing in, proving it again, adding and removing, and what must not work. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchPatiently } from '../support/browser.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identity } from '#kernel';
import { type TestApp, testApp } from '../support/harness.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withBrowser = test.skipIf(!existsSync(browserPath));

let t: TestApp | undefined;
let server: ReturnType<typeof serve> | undefined;
let browser: Browser | undefined;
let origin: string;
let networkId: string;

beforeAll(async () => {
  if (!existsSync(browserPath)) return;
  // A key is bound to the public address, so the port has to be known before the application is made.
  await new Promise<void>((resolve) => {
    server = serve({ fetch: (request, env) => t!.web.fetch(request, env), port: 0, hostname: '127.0.0.1' }, () =>
      resolve(),
    );
  });
  origin = `http://localhost:${(server!.address() as AddressInfo).port}`;
  t = await testApp({ baseUrl: origin });
  networkId = (await t.network('alpha')).id;
  browser = await launchPatiently({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-background-networking'],
  });
});

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  await t?.close();
});

interface Device {
  cdp: CDPSession;
  authenticatorId: string;
  credentials(): Promise<number>;
  verify(yes: boolean): Promise<void>;
}

/** Plugs a virtual phone into the page's browser. */
async function device(page: Page): Promise<Device> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    cdp,
    authenticatorId,
    credentials: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    verify: async (yes) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: yes });
    },
  };
}

/** A page of a browser that knows nothing yet, with a device, and the address of a fresh invitation. */
async function invited(): Promise<{ page: Page; phone: Device; link: string; email: string }> {
  const admin = await t!.person(networkId, ['network_admin']);
  const agencyId = await t!.agency(networkId, `agency-${crypto.randomUUID().slice(0, 8)}`);
  const email = `p-${crypto.randomUUID().slice(0, 8)}@example.org`;
  const ctx = await t!.ctx(networkId, admin);
  const { link } = await identity.invite(ctx, { email, name: 'Lena Ortiz', locale: 'en', roles: ['staff'], agencyId });
  const context = await browser!.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  return { page, phone: await device(page), link: link!, email };
}

/** Presses a button the way somebody without a mouse does. */
async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true });
  await button.waitFor({ state: 'visible' });
  await button.focus();
  await page.keyboard.press('Enter');
}

async function joined() {
  const start = await invited();
  await start.page.goto(start.link);
  await press(start.page, 'Make a passkey');
  await start.page.waitForURL('**/account?said=*');
  return start;
}

const path = (page: Page): string => new URL(page.url()).pathname;

withBrowser('I join with a passkey, sign out, and my phone signs me in without asking who I am', async () => {
  const { page, phone, link, email } = await joined();
  expect(await page.locator('main').innerText()).toContain(email);
  expect(await phone.credentials()).toBe(1);
  expect((await page.request.get(link)).status()).toBe(404);

  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.goto(`${origin}/account`);
  expect(path(page)).toBe('/sign-in');
  await press(page, 'Use a passkey');
  // On to where they were going before they were asked to sign in.
  await page.waitForURL('**/account');
  expect(await page.locator('main').innerText()).toContain(email);
  await page.context().close();
});

withBrowser('a phone that does not check whose finger it is neither joins nor signs in', async () => {
  const { page, phone, link } = await invited();
  await page.goto(link);
  await phone.verify(false);
  await press(page, 'Make a passkey');
  await page.getByText('Nothing was done').waitFor();
  await phone.verify(true);
  await press(page, 'Make a passkey');
  await page.waitForURL('**/account?said=*');
  await page.context().clearCookies();
  await page.goto(`${origin}/sign-in`);
  await phone.verify(false);
  await press(page, 'Use a passkey');
  await page.getByText('Nothing was done').waitFor();
  expect(path(page)).toBe('/sign-in');
  await page.context().close();
});

withBrowser('what a phone once answered opens nothing a second time', async () => {
  const { page } = await joined();
  await page.context().clearCookies();
  await page.goto(`${origin}/sign-in`);
  const sent = page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().endsWith('/sign-in/passkey'),
  );
  await press(page, 'Use a passkey');
  const body = (await sent).postData()!;
  await page.waitForURL('**/alpha/staff');
  await page.context().clearCookies();
  const again = await fetch(`${origin}/sign-in/passkey`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(again.status).toBe(422);
  expect(again.headers.get('set-cookie')).toBe(null);
  await page.context().close();
});

withBrowser('a challenge is over after five minutes', async () => {
  const { page } = await joined();
  await page.context().clearCookies();
  await page.goto(`${origin}/sign-in`);
  await page.route('**/sign-in/passkey', async (route) => {
    t!.setClock(new Date(t!.app.clock().getTime() + 5 * 60_000 + 1000));
    await route.continue();
  });
  await press(page, 'Use a passkey');
  await page.getByText('The passkey did not work').first().waitFor();
  await page.context().close();
});

withBrowser('I add a second passkey, and remove one but never the last', async () => {
  const { page, phone } = await joined();
  await page.goto(`${origin}/account/passkeys/new`);
  await page.getByLabel('Name').fill('Work phone');
  await press(page, 'Make a passkey');
  await page.getByText('This device already has a passkey').waitFor();

  await phone.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: phone.authenticatorId });
  await device(page);
  await press(page, 'Make a passkey');
  await page.waitForURL('**/account?said=*');
  await page.getByRole('link', { name: 'Work phone' }).waitFor();

  await page.getByRole('link', { name: 'My first passkey' }).click();
  await page.getByRole('button', { name: 'Remove this passkey' }).click();
  await page.waitForURL('**/account?said=*');
  expect(await page.getByRole('link', { name: 'My first passkey' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Work phone' }).click();
  await page.getByRole('button', { name: 'Remove this passkey' }).click();
  await page.getByText('This is your only way to sign in').first().waitFor();

  await page.context().clearCookies();
  await page.goto(`${origin}/sign-in`);
  await press(page, 'Use a passkey');
  await page.waitForURL('**/alpha/staff');
  await page.context().close();
});

withBrowser('before a change of keys I am asked to prove it again, and the passkey does', async () => {
  const { page } = await joined();
  t!.setClock(new Date(t!.app.clock().getTime() + 11 * 60_000));
  await page.goto(`${origin}/account/passkeys/new`);
  expect(path(page)).toBe('/account/confirm');
  await press(page, 'Use a passkey');
  await page.waitForURL('**/account/passkeys/new');
  await page.context().close();
});

withBrowser(
  'without JavaScript there is no passkey button, a sentence says why, and the other way stands below',
  async () => {
    const context = await browser!.newContext({ javaScriptEnabled: false, locale: 'es-US' });
    const page = await context.newPage();
    await page.goto(`${origin}/sign-in`);
    expect(await page.getByRole('button', { name: 'Usar una llave de acceso' }).isVisible()).toBe(false);
    expect(await page.getByText('Las llaves de acceso necesitan JavaScript').isVisible()).toBe(true);
    await page.getByLabel('Correo electrónico').fill('nadie@example.org');
    await page.getByLabel('Contraseña').fill('cualquier cosa');
    await page.getByLabel('Código').fill('123456');
    await page.keyboard.press('Enter');
    await page.getByText('El correo, la contraseña y el código no coinciden').first().waitFor();
    await context.close();
  },
);
