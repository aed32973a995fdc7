/** The database goes away under a running site: what was kept is still served and says so, help first of all, and all is well when it is back. */
import { afterEach, expect, test, vi } from 'vitest';
import { type TestApp, testApp } from '../../test/support/harness.ts';

let t: TestApp;
let putBack: () => void = () => {};
afterEach(async () => {
  putBack();
  await t.close();
});

const note = 'Part of this site is not working';
const refused = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));

/** Every new connection fails from now on, until `putBack`. */
function cutOff(connect: () => Promise<never> = refused): void {
  const { pool } = t.db;
  const real = pool.connect;
  pool.connect = connect as unknown as typeof pool.connect;
  putBack = () => {
    pool.connect = real;
    putBack = () => {};
  };
}

async function site() {
  t = await testApp();
  const network = await t.network('alpha');
  const person = await t.person(network.id, ['staff']);
  expect((await t.fetch('/alpha/learn')).status).toBe(200);
  return { network, person };
}

test('while the database is away kept pages are served with a note that nobody keeps, and health says what is so', async () => {
  const { network } = await site();
  cutOff();
  t.app.networks.touch(network.id);
  const page = await t.fetch('/alpha/learn');
  expect(page.status).toBe(200);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('etag')).toBeNull();
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  expect(html).toContain(note);
  expect(html.indexOf(note)).toBeGreaterThan(html.indexOf('<main'));
  expect((await t.fetch('/healthz')).status).toBe(200);
  expect((await t.fetch('/readyz')).status).toBe(503);
});

test('the help page is drawn without a database, also where it was never asked for before and the browser has a session', async () => {
  const { network, person } = await site();
  cutOff();
  t.app.networks.touch(network.id);
  const help = await t.fetch('/alpha/help');
  expect(help.status).toBe(200);
  expect(help.headers.get('cache-control')).toBe('no-store');
  const html = await help.text();
  expect(html).toContain('tel:911');
  expect(html).toContain(note);
  expect(await (await t.fetch('/alpha/help?lang=es')).text()).toContain('Una parte de este sitio no funciona');
  const signedIn = await t.fetch('/alpha/safety', { as: person });
  expect(signedIn.status).toBe(200);
  expect(signedIn.headers.get('set-cookie')).toBeNull();
});

test('who is signed in reads what everyone reads, and is told where there is nothing to read', async () => {
  const { network, person } = await site();
  cutOff();
  t.app.networks.touch(network.id);
  const kept = await t.fetch('/alpha/learn', { as: person });
  expect(kept.status).toBe(200);
  expect(await kept.text()).toContain(note);
  expect(kept.headers.get('set-cookie')).toBeNull();
  const none = await t.fetch('/alpha/staff', { as: person });
  expect(none.status).toBe(503);
  expect(await none.text()).toContain('The database does not answer');
});

test('a page kept yesterday is served today, and one that the public must not see any more is not', async () => {
  const { network } = await site();
  const tomorrow = new Date(Date.now() + 26 * 3_600_000);
  const yesterdays = await (await t.fetch('/alpha/plans')).text();
  t.setClock(tomorrow);
  cutOff();
  t.app.networks.touch(network.id);
  const page = await t.fetch('/alpha/plans');
  expect(page.status).toBe(200);
  expect((await page.text()).length).toBeGreaterThan(yesterdays.length);
  putBack();
  // A change of what is public, seen before the database went away again: nothing older is shown.
  await t.db.run({ scope: 'system' }, (tx) =>
    tx.updateTable('app.network').set({ public_epoch: 2 }).where('id', '=', network.id).execute(),
  );
  await vi.waitFor(async () => expect((await t.app.networks.byId(network.id))!.epoch).toBe(2), 10_000);
  cutOff();
  t.app.networks.touch(network.id);
  expect((await t.fetch('/alpha/plans')).status).toBe(503);
});

test('a page that lacks a part because the database went away is shown this once and not kept', async () => {
  const { network } = await site();
  // The list of networks is fresh, so nothing is known to be wrong before the page is drawn.
  expect(await t.app.networks.byId(network.id)).not.toBeNull();
  cutOff();
  const broken = await (await t.fetch('/alpha')).text();
  expect(broken).toContain('cannot be shown right now');
  putBack();
  await vi.waitFor(async () => expect((await t.fetch('/readyz')).status).toBe(200), 10_000);
  expect(await (await t.fetch('/alpha')).text()).not.toContain('cannot be shown right now');
});

test('an address that is not known waits for the database instead of being called missing', async () => {
  const { network } = await site();
  cutOff();
  t.app.networks.touch(network.id);
  expect((await t.fetch('/alpha/learn')).status).toBe(200);
  expect((await t.fetch('/nowhere/help')).status).toBe(503);
});

test('when the database is back the note goes and new changes are seen', async () => {
  const { network } = await site();
  cutOff();
  t.app.networks.touch(network.id);
  expect(await (await t.fetch('/alpha/learn')).text()).toContain(note);
  putBack();
  await vi.waitFor(async () => expect(await (await t.fetch('/alpha/learn')).text()).not.toContain(note), 10_000);
  const made = await t.network('beta');
  expect(made.slug).toBe('beta');
  expect((await t.fetch('/beta/help')).status).toBe(200);
});

test('a database that gives no answer at all keeps nobody waiting for ever', async () => {
  const { network } = await site();
  let answer: () => void = () => {};
  cutOff(
    () =>
      new Promise((_resolve, reject) => {
        answer = () => reject(new Error('Connection terminated'));
      }),
  );
  t.app.networks.touch(network.id);
  const page = await t.fetch('/alpha/learn');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain(note);
  answer();
}, 20_000);
