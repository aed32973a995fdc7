import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, goodPassword, laterCode, withPassword } from '../../../test/support/accounts.ts';
import { testApp, type TestApp } from '../../../test/support/harness.ts';
import { codeAt, type Page, secretOn, Visitor } from '../../../test/support/visitor.ts';
import { hashesComputed } from '../../kernel/identity/password.ts';

let t: TestApp;
let networkId: string;
beforeAll(async () => {
  t = await testApp();
  networkId = (await t.network('alpha')).id;
});
afterAll(() => t.close());

/** A browser of its own for each test, so that limits of one do not reach another. */
const visitor = (): Visitor => new Visitor(t, { userAgent: `Firefox ${randomBytes(6).toString('hex')}` });
const signIn = (v: Visitor, email: string, password: string, code: string): Promise<Page> =>
  v.submit('/sign-in', '/sign-in', { email, password, code });
const bodyOf = (page: Page): string => page.html.replace(/value="[^"]*"/g, '').replace(/\?v=[\w-]*/g, '');

test('password and code open a session; either alone does not', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const v = visitor();
  expect((await signIn(v, account.email, account.password, '000000')).status).toBe(422);
  expect((await signIn(v, account.email, 'wrong', laterCode(t, account, 1))).status).toBe(422);
  expect(v.jar.has('waymark')).toBe(false);
  const done = await signIn(v, ` ${account.email.toUpperCase()} `, account.password, laterCode(t, account, 1));
  expect(done.status).toBe(303);
  expect(done.location).toBe('/account/start');
  expect((await v.get('/account')).html).toContain(account.name);
});

test('a code that opened once opens nothing again, nor does an older one', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const code = laterCode(t, account, 1);
  expect((await signIn(visitor(), account.email, account.password, code)).status).toBe(303);
  expect((await signIn(visitor(), account.email, account.password, code)).status).toBe(422);
  expect((await signIn(visitor(), account.email, account.password, laterCode(t, account, 1))).status).toBe(303);
});

test('two people typing the same code at the same moment get one session', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const code = laterCode(t, account, 1);
  const both = await Promise.all([visitor(), visitor()].map((v) => signIn(v, account.email, account.password, code)));
  expect(both.map((page) => page.status).sort()).toEqual([303, 422]);
});

test('a recovery code stands in for the phone once, and the account page counts what is left', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const [first = '', second = ''] = account.recoveryCodes;
  const v = visitor();
  expect((await signIn(v, account.email, account.password, first.toUpperCase().replaceAll('-', ' '))).status).toBe(303);
  expect((await signIn(visitor(), account.email, account.password, first)).status).toBe(422);
  expect((await signIn(visitor(), account.email, 'wrong', second)).status).toBe(422);
  expect((await v.get('/account')).html).toContain('You have 9 recovery codes left');
});

test('unknown address, no password, switched-off account, wrong password and wrong code answer alike and cost one hash each', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const off = await withPassword(t, networkId, ['staff']);
  await t.db.run({ scope: 'system' }, (tx) =>
    tx.updateTable('app.person').set({ disabled_at: t.app.clock() }).where('id', '=', off.id).execute(),
  );
  const passkeyOnly = await t.person(networkId, ['staff']);
  const tries: [string, string, string][] = [
    ['nobody@example.org', goodPassword, '123456'],
    [passkeyOnly.email, goodPassword, '123456'],
    [off.email, off.password, laterCode(t, off, 2)],
    [account.email, 'another long password', '123456'],
    [account.email, account.password, '000000'],
  ];
  const answers: { status: number; html: string; hashes: number }[] = [];
  for (const [email, password, code] of tries) {
    const before = hashesComputed();
    const page = await signIn(visitor(), email, password, code);
    answers.push({ status: page.status, html: bodyOf(page), hashes: hashesComputed() - before });
  }
  expect(answers.map((answer) => answer.hashes)).toEqual([1, 1, 1, 1, 1]);
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([422]));
  expect(new Set(answers.map((answer) => answer.html)).size).toBe(1);
});

test('guessing one account from one browser stops after ten tries, and others at the same address still get in', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const colleague = await withPassword(t, networkId, ['staff']);
  const guesser = visitor();
  const statuses: number[] = [];
  for (let n = 0; n < 11; n++) statuses.push((await signIn(guesser, account.email, `guess ${n}`, '123456')).status);
  expect(statuses).toEqual([...Array(10).fill(422), 429]);
  // The same shared computer, another person; and the owner at a browser of their own.
  expect((await signIn(guesser, colleague.email, colleague.password, laterCode(t, colleague, 2))).status).toBe(303);
  expect((await signIn(visitor(), account.email, account.password, laterCode(t, account, 2))).status).toBe(303);
});

test('when somebody guesses from many browsers the owner gets one letter with a link that lets them in', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  let stopped: Page | null = null;
  for (let n = 0; n < 42; n++) {
    const page = await signIn(visitor(), account.email, 'guess', '123456');
    if (page.status === 429) stopped = page;
  }
  expect(stopped?.html).toContain('we sent you a letter');
  expect((await signIn(visitor(), account.email, account.password, laterCode(t, account, 2))).status).toBe(429);
  const letters = await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .withTables<{ 'app.mail': { address: string; body: string; kind: string } }>()
      .selectFrom('app.mail')
      .selectAll()
      .where('kind', '=', 'identity.mail.unlock')
      .execute(),
  );
  expect(letters.map((letter) => letter.address)).toEqual([account.email]);
  const path = /http:\/\/localhost(\/sign-in\/open\/[\w-]+)/.exec(letters[0]!.body)![1]!;
  const owner = visitor();
  const form = await owner.get(path);
  const other = await withPassword(t, networkId, ['staff']);
  const send = (email: string, code: string) => owner.submit(form, '/sign-in', { email, password: goodPassword, code });
  expect((await send(account.email, laterCode(t, account, 2))).status).toBe(303);
  // The link has tries for its own address alone.
  owner.jar.clear();
  const statuses: number[] = [];
  for (let n = 0; n < 11; n++) statuses.push((await send(other.email, '123456')).status);
  expect(statuses).toEqual([...Array(10).fill(422), 429]);
});

test('a stolen form cannot sign somebody in from another site', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const body = new URLSearchParams({
    email: account.email,
    password: account.password,
    code: laterCode(t, account, 1),
  });
  const answer = await t.fetch('/sign-in', {
    method: 'POST',
    body,
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  });
  expect(answer.status).toBe(409);
  expect(answer.headers.get('set-cookie')).toBe(null);
});

test.each([
  ['/alpha/admin/people', '/alpha/admin/people'],
  ['//evil.example/x', '/account/start'],
  ['/\\evil.example', '/account/start'],
  ['https://evil.example', '/account/start'],
  ['/a?b=c', '/account/start'],
])('after signing in, “%s” leads to %s', async (next, expected) => {
  const account = await withPassword(t, networkId, ['staff']);
  const v = visitor();
  const page = await v.submit(`/sign-in?next=${encodeURIComponent(next)}`, '/sign-in', {
    email: account.email,
    password: account.password,
    code: laterCode(t, account, 1),
  });
  expect(page.location).toBe(expected);
});

test('signing in again gives a new token and ends the session that stood here', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const v = visitor();
  await signIn(v, account.email, account.password, laterCode(t, account, 1));
  const first = v.jar.get('waymark')!;
  // The sign-in page sends who is signed in onwards; a form that was open before still works.
  const stale = visitor();
  const form = await stale.get('/sign-in');
  const csrf = /name="_csrf" value="([^"]*)"/.exec((await v.get('/account')).html)![1]!;
  await v.submit(form, '/sign-in', {
    email: account.email,
    password: account.password,
    code: laterCode(t, account, 1),
    _csrf: csrf,
  });
  const second = v.jar.get('waymark')!;
  expect(second).not.toBe(first);
  v.jar.set('waymark', first);
  expect((await v.get('/account')).status).toBe(303);
});

test('signing out ends the session on the server, says so, and can be repeated', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const v = visitor();
  await signIn(v, account.email, account.password, laterCode(t, account, 1));
  const token = v.jar.get('waymark')!;
  const page = await v.submit('/sign-out', '/sign-out');
  expect(page.html).toContain('You are signed out');
  expect(v.jar.has('waymark')).toBe(false);
  v.jar.set('waymark', token);
  expect((await v.get('/account')).location).toMatch(/^\/sign-in/);
  expect((await v.get('/sign-out')).location).toBe('/sign-in');
});

/** Signs a person in at another browser and returns it. */
async function elsewhere(account: Account): Promise<Visitor> {
  const v = visitor();
  await signIn(v, account.email, account.password, laterCode(t, account, 1));
  return v;
}

test('a person sees where they are signed in and ends one, or all others, but never another person’s', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const [here, phone, library] = [await elsewhere(account), await elsewhere(account), await elsewhere(account)];
  const page = await here.get('/account');
  const ends = [...page.html.matchAll(/action="(\/account\/sessions\/[^"]*\/end)"/g)].map((one) => one[1]!);
  // This one has no button; the session the account was made with has one too.
  expect(ends).toHaveLength(3);
  const stranger = await elsewhere(await withPassword(t, networkId, ['network_admin']));
  const csrf = /name="_csrf" value="([^"]*)"/.exec((await stranger.get('/account')).html)![1]!;
  expect((await stranger.submit(page, ends[0]!, { _csrf: csrf })).status).toBe(404);

  await here.submit(page, ends[0]!);
  const alive = async () =>
    (await Promise.all([phone, library].map((v) => v.get('/account')))).map((one) => one.status).sort();
  expect(await alive()).toEqual([200, 303]);
  await here.submit('/account', '/account/sessions/others');
  expect(await alive()).toEqual([303, 303]);
  expect((await here.get('/account')).status).toBe(200);
});

test('a session ends after an hour without use and after twelve hours in all', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const v = await elsewhere(account);
  const start = t.app.clock().getTime();
  const at = async (minutes: number) => {
    t.setClock(new Date(start + minutes * 60_000));
    return (await v.get('/account')).status;
  };
  expect([await at(59), await at(118)]).toEqual([200, 200]);
  for (let minutes = 150; minutes < 720; minutes += 50) expect(await at(minutes)).toBe(200);
  expect(await at(721)).toBe(303);
  const w = await elsewhere(account);
  t.setClock(new Date(t.app.clock().getTime() + 61 * 60_000));
  expect((await w.get('/account')).status).toBe(303);
});

test('ten minutes after signing in a change of keys asks for proof, and proof by password and code opens it', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const v = await elsewhere(account);
  t.setClock(new Date(t.app.clock().getTime() + 11 * 60_000));
  const asked = await v.get('/account/password');
  expect(asked.location).toBe('/account/confirm?next=%2Faccount%2Fpassword');
  const refused = await v.submit(asked.location!, '/account/confirm', { password: 'wrong', code: '123456' });
  expect(refused.status).toBe(422);
  expect((await v.get('/account/password')).status).toBe(303);
  const proved = await v.submit(refused, '/account/confirm', {
    password: account.password,
    code: laterCode(t, account, 1),
  });
  expect(proved.location).toBe('/account/password');
  expect((await v.get('/account/password')).status).toBe(200);
});

test('a new password ends every other session, and the old one opens nothing', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const [here, other] = [await elsewhere(account), await elsewhere(account)];
  const form = await here.get('/account/password');
  const changed = await here.submit(form, '/account/password', {
    password: 'copper meadow violin',
    code: codeAt(secretOn(form), t.app.clock()),
  });
  expect(changed.status).toBe(200);
  expect((await other.get('/account')).status).toBe(303);
  expect((await here.get('/account')).status).toBe(200);
  expect((await signIn(visitor(), account.email, account.password, laterCode(t, account, 1))).status).toBe(422);
});

test('the only way in cannot be removed', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const v = await elsewhere(account);
  const refused = await v.submit('/account', '/account/password/removal');
  expect(refused.status).toBe(409);
  expect(refused.html).toContain('This is your only way to sign in');
});

test('name and language are changed by their owner and shown in that language', async () => {
  const account = await withPassword(t, networkId, ['staff']);
  const v = await elsewhere(account);
  expect((await v.submit('/account', '/account', { name: '  ', locale: 'es' })).status).toBe(422);
  await v.submit('/account', '/account', { name: 'Lena Ortiz', locale: 'es' });
  const page = await v.get('/account');
  expect(page.html).toContain('lang="es"');
  expect(page.html).toContain('value="Lena Ortiz"');
});

test('without the demo setting there is no demo sign-in, not even for an invented person', async () => {
  const person = await t.person(networkId, ['staff']);
  await t.db.run({ scope: 'system' }, (tx) =>
    tx.updateTable('app.person').set({ is_demo: true }).where('id', '=', person.id).execute(),
  );
  const v = visitor();
  const page = await v.get('/sign-in');
  expect(page.html).not.toContain('/sign-in/demo');
  expect(page.html).not.toContain(person.name);
  const post = (path: string) =>
    t.fetch(path, {
      method: 'POST',
      body: new URLSearchParams({ person: person.id }),
      headers: { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
    });
  expect((await post('/sign-in/demo')).status).toBe(404);
});

test('in a demo each invented person is one press away, and no real one is', async () => {
  const demo = await testApp({ demo: true });
  try {
    const network = await demo.network('harbor');
    await demo.db.run({ scope: 'system' }, (tx) =>
      tx.updateTable('app.network').set({ is_demo: true }).where('id', '=', network.id).execute(),
    );
    const invented = await demo.person(network.id, ['network_admin'], { name: 'Demo Marta Quill' });
    const real = await demo.person(network.id, ['staff'], { name: 'Lena Ortiz' });
    await demo.db.run({ scope: 'system' }, (tx) =>
      tx.updateTable('app.person').set({ is_demo: true }).where('id', '=', invented.id).execute(),
    );
    const v = new Visitor(demo);
    const page = await v.get('/sign-in');
    expect(page.html).toContain('Demo Marta Quill');
    expect(page.html).not.toContain('Lena Ortiz');
    expect((await v.submit(page, '/sign-in/demo', { person: real.id })).status).toBe(404);
    expect((await v.submit(page, '/sign-in/demo')).status).toBe(303);
    expect((await v.get('/account')).html).toContain('Demo Marta Quill');
    // Having proved nothing, the first dangerous act asks, and one press stands for it.
    const asked = await v.get('/account/password');
    expect(asked.location).toContain('/account/confirm');
    expect((await v.submit(asked.location!, '/account/confirm/demo')).location).toBe('/account/password');
  } finally {
    await demo.close();
  }
});
