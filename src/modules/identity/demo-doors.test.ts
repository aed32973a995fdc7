/** A demo's open doors (signing in with one press, reading the letters) are open to this machine alone unless somebody says otherwise. */
import { afterEach, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../../test/support/harness.ts';
import { Visitor } from '../../../test/support/visitor.ts';
import { demoDoorsOpen, readConfig } from '../../config.ts';

let t: TestApp;
let started = false;
afterEach(async () => {
  if (started) await t.close();
  started = false;
});

const system = { scope: 'system' } as const;

/** A demo with one invented administrator and a letter. */
async function demo(settings: Parameters<typeof testApp>[0] = {}) {
  t = await testApp({ demo: true, ...settings });
  started = true;
  const network = await t.network('harbor');
  const invented = await t.person(network.id, ['network_admin'], { name: 'Demo Marta Quill' });
  await t.db.run(system, async (tx) => {
    await tx.updateTable('app.network').set({ is_demo: true }).where('id', '=', network.id).execute();
    await tx.updateTable('app.person').set({ is_demo: true }).where('id', '=', invented.id).execute();
  });
  await t.db.run({ networkId: network.id }, (tx) =>
    t.app.services.mail.send(tx, { to: 'someone@example.org', subject: 'Your invitation', text: 'words' }),
  );
  return { network, invented };
}

const press = (person: string) =>
  t.fetch('/sign-in/demo', {
    method: 'POST',
    body: new URLSearchParams({ person }),
    headers: { 'sec-fetch-site': 'same-origin' },
  });

test.each([
  { host: '0.0.0.0' },
  { host: '192.168.1.20' },
  { host: '::' },
  { baseUrl: 'https://waymark.example.org' },
  { baseUrl: 'http://10.0.0.5:3000' },
])('a demo that others can reach (%o) opens nobody with one press and shows no letter', async (where) => {
  const { invented } = await demo(where);
  const page = await (await t.fetch('/sign-in')).text();
  expect(page).not.toContain('Demo Marta Quill');
  expect(page).not.toContain('/sign-in/demo');
  expect((await press(invented.id)).status).toBe(404);
  expect((await t.fetch('/dev/mail')).status).toBe(404);
  // Who is signed in already proves nothing with one press either.
  expect(await (await t.fetch('/account/confirm', { as: invented })).text()).not.toContain('/account/confirm/demo');
});

test('it does both on this machine, and elsewhere where whoever runs it has said so', async () => {
  const { invented } = await demo();
  expect((await press(invented.id)).status).toBe(303);
  expect(await (await t.fetch('/dev/mail')).text()).toContain('Your invitation');
  await t.close();
  const open = await demo({ host: '0.0.0.0', demoToAnyone: true });
  expect((await press(open.invented.id)).status).toBe(303);
  expect((await t.fetch('/dev/mail')).status).toBe(200);
});

test.each([
  ['localhost', 'http://localhost:3000', true],
  ['127.0.0.1', 'http://127.0.0.1:3000', true],
  ['::1', 'http://[::1]:3000', true],
  ['localhost', 'http://localhost.example.org', false],
  ['127.0.0.1.example.org', 'http://localhost', false],
  ['0.0.0.0', 'http://localhost', false],
])('listening on %s under %s counts as this machine alone: %s', (host, baseUrl, alone) => {
  expect(demoDoorsOpen({ demo: true, demoToAnyone: false, host, baseUrl })).toBe(alone);
  expect(demoDoorsOpen({ demo: false, demoToAnyone: true, host, baseUrl })).toBe(false);
});

test('a production server shows no demo unless asked, and opens no door even then', () => {
  const production = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://localhost/waymark',
    BASE_URL: 'https://waymark.example.org',
  };
  expect(readConfig(production).demo).toBe(false);
  expect(demoDoorsOpen(readConfig({ ...production, DEMO: '1' }))).toBe(false);
  expect(demoDoorsOpen(readConfig({ ...production, DEMO: '1', DEMO_TO_ANYONE: '1' }))).toBe(true);
});

test('an invented person who works in a network that is no demo is not opened, and no letter of such a network is shown', async () => {
  const { invented } = await demo();
  const real = await t.network('riverbend');
  await t.db.run({ networkId: real.id }, (tx) =>
    t.app.services.mail.send(tx, { to: 'lena@example.org', subject: 'A real invitation', text: 'http://localhost/x' }),
  );
  const list = await (await t.fetch('/dev/mail')).text();
  expect(list).toContain('Your invitation');
  expect(list).not.toContain('A real invitation');
  const { id } = await t.db.run(system, (tx) =>
    tx
      .withTables<{ 'app.mail': { id: string; subject: string } }>()
      .selectFrom('app.mail')
      .select('id')
      .where('subject', '=', 'A real invitation')
      .executeTakeFirstOrThrow(),
  );
  expect((await t.fetch(`/dev/mail/${id}`)).status).toBe(404);

  // A letter of the deployment (tries were used up) to somebody who works there.
  const worker = await t.person(real.id, ['staff']);
  await t.db.run(system, (tx) =>
    t.app.services.mail.send(tx, { to: worker.email, subject: 'A way to try', text: 'link', personId: worker.id }),
  );
  expect(await (await t.fetch('/dev/mail')).text()).not.toContain('A way to try');

  await t.db.run(system, (tx) =>
    tx
      .insertInto('app.role_grant')
      .values({ person_id: invented.id, network_id: real.id, role: 'staff', granted_by: null, ended_by: null })
      .execute(),
  );
  expect((await press(invented.id)).status).toBe(404);
  expect((await new Visitor(t).get('/sign-in')).html).not.toContain('Demo Marta Quill');
});

test('a network that an invented operator makes is a demo, one that a real operator makes is not', async () => {
  const { network } = await demo();
  for (const [slug, isDemo] of [
    ['made-up', true],
    ['made-real', false],
  ] as const) {
    const operator = await t.person(network.id, ['operator']);
    await t.db.run(system, (tx) =>
      tx.updateTable('app.person').set({ is_demo: isDemo }).where('id', '=', operator.id).execute(),
    );
    const made = await t.submit(
      '/admin/networks',
      {
        'name.en': 'New',
        'name.es': 'Nueva',
        slug,
        timezone: 'America/Chicago',
        languages: ['en', 'es'],
        defaultLocale: 'en',
      },
      { as: operator, page: '/admin/networks/new' },
    );
    expect(made.status).toBe(303);
    expect((await t.app.networks.bySlug(slug))!.isDemo).toBe(isDemo);
  }
});
