/** Letters leave when their transaction commits, once, in spite of crashes and bad mail servers, and say nothing to the log. */
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../test/support/harness.ts';
import { type MailServer, mailServer } from '../../test/support/mail-server.ts';
import { deliverMail, forgetMail, mailHealth, openTransport } from './mail.ts';

let t: TestApp;
let server: MailServer;
const noon = Date.parse('2026-03-02T12:00:00Z');
const later = (minutes: number) => t.setClock(new Date(noon + minutes * 60_000));

beforeEach(async () => {
  server = await mailServer();
  t = await testApp({
    smtpUrl: server.url,
    mailFrom: 'Waymark <no-reply@waymark.test>',
    baseUrl: 'https://waymark.test',
  });
  later(0);
});
afterEach(async () => {
  await t.close();
  await server.close();
});

const write = (more: Partial<{ key: string; kind: string; expiresAt: Date; subject: string; to: string }> = {}) =>
  t.db.run({ scope: 'system' }, (tx) =>
    t.app.services.mail.send(tx, {
      to: 'canary-person@example.org',
      subject: 'Canary subject',
      text: 'Open this:\nhttps://waymark.test/canary-link\n',
      kind: 'test.letter',
      ...more,
    }),
  );
const deliver = async () => deliverMail(t.app, await openTransport(t.app));
const rows = () =>
  t.db.run(
    { scope: 'system' },
    async (tx) => (await sql<Record<string, unknown>>`select * from app.mail order by created_at`.execute(tx)).rows,
  );

test('a letter leaves once and its words leave the database with it', async () => {
  const id = await write();
  expect(await deliver()).toBe(1);
  expect(await deliver()).toBe(0);
  expect(server.received).toHaveLength(1);
  expect(server.received[0]).toContain('https://waymark.test/canary-link');
  expect(server.received[0]).toContain(`Message-ID: <${id}@waymark.test>`);
  expect(server.received[0]).toContain('Auto-Submitted: auto-generated');
  expect((await rows())[0]).toMatchObject({ subject: '', body: '', tries: 1 });
});

test('a letter to somebody who is not staff leaves nothing behind: sent, refused, or too late', async () => {
  await write({ kind: 'share.forget' });
  expect(await deliver()).toBe(1);
  expect(await rows()).toEqual([]);
  await write({ kind: 'share.forget' });
  server.mood = 'refuses the address';
  await deliver();
  expect(await rows()).toEqual([]);
  await write({ kind: 'share.forget', expiresAt: new Date(noon + 60 * 60_000) });
  later(61);
  await deliver();
  expect(await rows()).toEqual([]);
  expect(server.received).toHaveLength(1);
});

test('a letter of a transaction that rolls back is never sent', async () => {
  const failing = t.db.run({ scope: 'system' }, async (tx) => {
    await t.app.services.mail.send(tx, { to: 'a@example.org', subject: 's', text: 't' });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await deliver()).toBe(0);
  expect(await rows()).toEqual([]);
});

test('the worker is woken after the commit and not by a rollback', async () => {
  const woken: string[] = [];
  t.app.services.wake = (chore) => woken.push(chore);
  const failing = t.db.run({ scope: 'system' }, async (tx) => {
    await t.app.services.mail.send(tx, { to: 'a@example.org', subject: 's', text: 't' });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(woken).toEqual([]);
  await t.db.run({ scope: 'system' }, async (tx) => {
    await t.app.services.mail.send(tx, { to: 'a@example.org', subject: 's', text: 't' });
    expect(woken).toEqual([]);
  });
  expect(woken).toEqual(['mail']);
});

test('the same key gives one letter in a network, and other networks do not notice', async () => {
  const [alpha, beta] = [await t.network('alpha'), await t.network('beta')];
  const post = (networkId: string) =>
    t.db.run({ networkId }, (tx) =>
      t.app.services.mail.send(tx, { to: 'a@example.org', subject: 's', text: 't', key: 'once' }),
    );
  await post(alpha.id);
  await post(alpha.id);
  await post(beta.id);
  expect((await rows()).map((row) => row.network_id).sort()).toEqual([alpha.id, beta.id].sort());
});

test('a network can post letters and cannot read them, its own included', async () => {
  const alpha = await t.network('alpha');
  await t.db.run({ networkId: alpha.id }, (tx) =>
    t.app.services.mail.send(tx, { to: 'a@example.org', subject: 's', text: 't' }),
  );
  const seen = await t.db.run(
    { networkId: alpha.id },
    async (tx) => (await sql`select id from app.mail`.execute(tx)).rows,
  );
  expect(seen).toEqual([]);
});

test('a server that knows no such address ends the letter at once, and neither row nor log repeats the address', async () => {
  await write();
  server.mood = 'refuses the address';
  await deliver();
  const [row] = await rows();
  expect(row).toMatchObject({ last_error: 'EENVELOPE 550 RCPT TO', tries: 1 });
  expect(row!.failed_at).not.toBeNull();
  expect(JSON.stringify(t.logged)).not.toMatch(/canary/i);
  expect(t.logged.some((line) => line.includes('EENVELOPE 550'))).toBe(true);
});

test('a busy server is tried again later, and a letter that was never taken is given up after nine tries', async () => {
  await write();
  server.mood = 'is busy';
  await deliver();
  await deliver();
  expect((await rows())[0]).toMatchObject({ tries: 1, failed_at: null, last_error: 'EENVELOPE 451 RCPT TO' });
  let tries = 1;
  for (let minute = 1; minute <= 60 * 24 * 3; minute++) {
    later(minute);
    if ((await rows())[0]!.due_at! > t.app.clock()) {
      minute = Math.ceil(((await rows())[0]!.due_at as Date).getTime() / 60_000 - noon / 60_000) - 1;
      continue;
    }
    await deliver();
    tries++;
    if ((await rows())[0]!.failed_at) break;
  }
  expect(tries).toBe(9);
  expect((await rows())[0]!.failed_at).not.toBeNull();
});

test('a connection that breaks in the middle only delays the letter', async () => {
  await write();
  server.mood = 'hangs up in the middle';
  expect(await deliver()).toBe(0);
  expect((await rows())[0]).toMatchObject({ sent_at: null, failed_at: null });
  server.mood = 'takes';
  later(3);
  expect(await deliver()).toBe(1);
  expect(server.received).toHaveLength(1);
});

test('a letter that was taken but not acknowledged travels again under the same Message-ID', async () => {
  const id = await write();
  server.mood = 'takes it and hangs up before saying so';
  expect(await deliver()).toBe(0);
  server.mood = 'takes';
  later(3);
  expect(await deliver()).toBe(1);
  expect(server.received).toHaveLength(2);
  for (const text of server.received) expect(text).toContain(`Message-ID: <${id}@waymark.test>`);
});

test('a letter whose link has expired is not sent any more', async () => {
  await write({ expiresAt: new Date(noon + 10 * 60_000) });
  later(11);
  expect(await deliver()).toBe(0);
  expect((await rows())[0]).toMatchObject({ last_error: 'expired', body: '' });
});

test('one bad letter does not hold up the next', async () => {
  server.mood = 'refuses the address';
  await write();
  await deliver();
  server.mood = 'is busy';
  await write();
  await deliver();
  server.mood = 'takes';
  await write();
  expect(await deliver()).toBe(1);
});

test('a subject cannot smuggle in another header, and a second address is refused', async () => {
  await write({ subject: 'Hello\r\nBcc: other@example.org' });
  await deliver();
  expect(server.received[0]).not.toMatch(/^Bcc:/im);
  await expect(write({ to: 'a@example.org, b@example.org' })).rejects.toThrow('one plain address');
});

test('letters are deleted a week after they left, and after thirty days if they never did', async () => {
  await write();
  await deliver();
  server.mood = 'is busy';
  await write();
  await deliver();
  later(60 * 24 * 6);
  await forgetMail(t.app);
  expect(await rows()).toHaveLength(2);
  later(60 * 24 * 8);
  await forgetMail(t.app);
  expect(await rows()).toHaveLength(1);
  later(60 * 24 * 31);
  await forgetMail(t.app);
  expect(await rows()).toHaveLength(0);
});

test('health counts letters and names nobody', async () => {
  await write();
  await deliver();
  server.mood = 'refuses the address';
  await write();
  await deliver();
  await write();
  const health = await t.db.run({ scope: 'system' }, (tx) => mailHealth(t.app, tx));
  expect(health).toEqual({
    route: 'smtp',
    waiting: 1,
    oldestWaiting: new Date(noon),
    sentLastWeek: 1,
    failed: 1,
    lastError: 'EENVELOPE 550 RCPT TO',
  });
  expect(JSON.stringify(health)).not.toMatch(/canary|example/);
});
