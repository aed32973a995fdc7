/** The local outbox exists in a demo without a mail server, and nowhere else. */
import { afterEach, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../../test/support/harness.ts';

let t: TestApp;
afterEach(() => t.close());

const write = (text: string) =>
  t.db.run({ scope: 'system' }, (tx) =>
    t.app.services.mail.send(tx, { to: 'someone@example.org', subject: 'Your <code>', text }),
  );

test('a demo shows its letters, with links to follow and everything else as text', async () => {
  t = await testApp({ demo: true });
  expect(await (await t.fetch('/dev/mail')).text()).toContain('No mail yet');
  const id = await write('Go here:\nhttp://localhost/account/invitation?token=abc&x=1\n\n<b>plain</b>');
  const list = await (await t.fetch('/dev/mail')).text();
  expect(list).toContain(`href="/dev/mail/${id}"`);
  expect(list).toContain('someone@example.org');
  const letter = await (await t.fetch(`/dev/mail/${id}`)).text();
  expect(letter).toContain('href="http://localhost/account/invitation?token=abc&amp;x=1"');
  expect(letter).toContain('&lt;b&gt;plain&lt;/b&gt;');
  expect((await t.fetch('/dev/mail?lang=es')).status).toBe(200);
  expect((await t.fetch('/dev/mail/nothing')).status).toBe(404);
  expect((await t.fetch('/dev/mail/00000000-0000-0000-0000-000000000000')).status).toBe(404);
});

test('outside a demo there is no such page', async () => {
  t = await testApp({ demo: false });
  const id = await write('words');
  expect((await t.fetch('/dev/mail')).status).toBe(404);
  expect((await t.fetch(`/dev/mail/${id}`)).status).toBe(404);
});

test('a demo with a mail server has no outbox page', async () => {
  t = await testApp({ demo: true, smtpUrl: 'smtp://127.0.0.1:1' });
  expect((await t.fetch('/dev/mail')).status).toBe(404);
});
