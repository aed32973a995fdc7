import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp, type TestPerson } from '../../../test/support/harness.ts';
import { Visitor } from '../../../test/support/visitor.ts';
import type { Tx } from '../../kernel/database.ts';

let t: TestApp;
let server: Server;
let issuer: string;
let network: { id: string; slug: string };
let admin: TestPerson;
let agencyId: string;
const secret = randomBytes(24).toString('hex');
/** Login name at the provider → what it says of that account. */
const accounts: Record<string, { email: string; email_verified?: boolean }> = {
  ana: { email: 'ana@city.example.org', email_verified: true },
  ben: { email: 'ben@city.example.org', email_verified: true },
  cora: { email: 'cora@elsewhere.example.org', email_verified: true },
  dora: { email: 'dora@city.example.org', email_verified: false },
};

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  admin = await t.person(network.id, ['network_admin']);
  agencyId = await t.agency(network.id, 'hall');
  // The port has to be known before the provider is made, because it is part of its name.
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      { client_id: 'waymark', client_secret: secret, redirect_uris: ['http://localhost/alpha/sign-in/return'] },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    scopes: ['openid', 'email', 'profile'],
    pkce: { required: () => true },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    findAccount: (_ctx: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, ...accounts[sub] }) }),
  });
  server.on('request', provider.callback());
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await t.close();
});

/** Walks through the provider's own pages as a person would and returns the address it sends the browser back to. */
async function signInThere(start: string, login: string): Promise<string> {
  const jar = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | null = null;
  for (let step = 0; step < 12; step++) {
    const response: Response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      body: form,
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]!.split('=');
      jar.set(name, value);
    }
    form = null;
    const location = response.headers.get('location');
    if (location) {
      url = new URL(location, url).href;
      if (url.startsWith('http://localhost/')) return url.slice('http://localhost'.length);
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]*action="([^"]*)"/.exec(page)?.[1];
    if (!action) throw new Error(`The provider showed a page without a form (${response.status}).`);
    url = new URL(action, url).href;
    form = page.includes('name="login"')
      ? new URLSearchParams({ prompt: 'login', login, password: 'any' })
      : new URLSearchParams({ prompt: 'consent' });
  }
  throw new Error('The provider never sent the browser back.');
}

const as = (person: TestPerson): Visitor => {
  const visitor = new Visitor(t);
  visitor.jar.set('waymark', person.cookie.split('=')[1]!);
  return visitor;
};
const settings = (more: Record<string, string> = {}) => ({
  name: 'City of Alpha',
  issuer,
  clientId: 'waymark',
  clientSecret: secret,
  domains: 'city.example.org',
  enabled: 'yes',
  ...more,
});
const page = '/alpha/admin/single-sign-on';

async function invitationFor(email: string): Promise<string> {
  const response = await t.submit(
    '/alpha/admin/invitations',
    { email, name: 'Invited', agencyId, roles: 'staff', locale: 'en' },
    { as: admin },
  );
  return /value="http:\/\/localhost(\/[^"]*\/join\/[^"]*)"/.exec(await response.text())![1]!;
}

test('an address that is no provider is refused before anything is saved; a real one is, and its secret is never shown or readable', async () => {
  const visitor = as(admin);
  const refused = await visitor.submit(page, page, settings({ issuer: 'http://localhost:1' }));
  expect(refused.status).toBe(422);
  expect(refused.html).toContain('Nothing at this address');
  expect((await new Visitor(t).get('/sign-in')).html).not.toContain('City of Alpha');
  expect((await visitor.submit(refused, page, settings())).status).toBe(303);
  const shown = await visitor.get(page);
  expect(shown.html).not.toContain(secret);
  const row = await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .withTables<{ 'app.identity_provider': { client_secret: Buffer } }>()
      .selectFrom('app.identity_provider')
      .select('client_secret')
      .executeTakeFirstOrThrow(),
  );
  expect(row.client_secret.includes(Buffer.from(secret))).toBe(false);
  // Saving again without the secret keeps it: the sign-in below still works.
  expect((await visitor.submit(shown, page, settings({ clientSecret: '' }))).status).toBe(303);
  expect((await new Visitor(t).get('/sign-in')).html).toContain('City of Alpha');
});

test('an invited person joins with their organisation and from then on signs in with it', async () => {
  const link = await invitationFor('ana@city.example.org');
  const visitor = new Visitor(t);
  const going = await visitor.get(`${link}/organisation`);
  expect(going.status).toBe(303);
  const there = new URL(going.location!);
  expect(there.searchParams.get('code_challenge_method')).toBe('S256');
  expect(there.searchParams.get('state')).toBeTruthy();
  expect(there.searchParams.get('nonce')).toBeTruthy();
  const back = await visitor.get(await signInThere(going.location!, 'ana'));
  expect(back.location).toBe('/account?said=identity.said.welcome');
  expect((await visitor.get('/account')).html).toContain('ana@city.example.org');

  const again = new Visitor(t);
  const start = await again.get('/alpha/sign-in?next=/alpha/plans');
  expect((await again.get(await signInThere(start.location!, 'ana'))).location).toBe('/alpha/plans');
  expect((await again.get('/account')).status).toBe(200);
  // Signing in elsewhere proves nothing here: a dangerous act asks first, and the organisation can answer.
  const asked = await again.get('/account/password');
  expect(asked.location).toContain('/account/confirm');
  const confirm = await again.get('/alpha/sign-in/confirm?next=/account/password');
  expect(new URL(confirm.location!).searchParams.get('prompt')).toBe('login');
  expect((await again.get(await signInThere(confirm.location!, 'ana'))).location).toBe('/account/password');
  expect((await again.get('/account/password')).status).toBe(200);
});

test('who is neither invited nor connected gets no account, and one that exists under the same address is not opened', async () => {
  const existing = await t.person(network.id, ['staff'], { email: 'ben@city.example.org' });
  const visitor = new Visitor(t);
  const go = async (login: string) =>
    visitor.get(await signInThere((await visitor.get('/alpha/sign-in')).location!, login));
  const refused = await go('ben');
  expect(refused.status).toBe(409);
  expect(refused.html).toContain('No account here is connected');
  expect(visitor.jar.has('waymark')).toBe(false);
  expect((await go('cora')).html).toContain('another email');
  expect((await go('dora')).html).toContain('another email');

  // The owner of that account connects it while signed in; then it opens.
  const owner = as(existing);
  const connect = await owner.get('/alpha/sign-in/connect', 'same-origin');
  expect((await owner.get(await signInThere(connect.location!, 'ben'))).location).toContain('identity.said.connected');
  expect((await go('ben')).location).toBe('/account/start');
});

test('connecting begins on our own page, by a member, after proving it again: a link from elsewhere begins nothing', async () => {
  const person = await t.person(network.id, ['staff']);
  for (const from of ['cross-site', 'none', undefined] as const) {
    const lured = await as(person).get('/alpha/sign-in/connect', from);
    expect(lured.location, from).toBe('/account');
    expect(lured.headers.get('set-cookie'), from).toBeNull();
  }
  const other = await t.network('gamma');
  const stranger = await t.person(other.id, ['network_admin']);
  expect((await as(stranger).get('/alpha/sign-in/connect', 'same-origin')).status).toBe(404);
  await t.db.run({ scope: 'system' }, (tx) =>
    tx.updateTable('app.session').set({ step_up_at: null }).where('person_id', '=', person.id).execute(),
  );
  const unproved = await as(person).get('/alpha/sign-in/connect', 'same-origin');
  expect(unproved.location).toContain('/account/confirm');
});

test('a connected sign-in cannot be connected with a second account', async () => {
  const second = as(await t.person(network.id, ['staff']));
  const connect = await second.get('/alpha/sign-in/connect', 'same-origin');
  const refused = await second.get(await signInThere(connect.location!, 'ben'));
  expect(refused.status).toBe(409);
  expect(refused.html).toContain('already connected');
});

test('an invitation is for its own address: another account of the same organisation cannot use it', async () => {
  const link = await invitationFor('eva@city.example.org');
  const visitor = new Visitor(t);
  const going = await visitor.get(`${link}/organisation`);
  const refused = await visitor.get(await signInThere(going.location!, 'ana'));
  expect(refused.status).toBe(409);
  expect((await visitor.get(link)).status).toBe(200);
});

test('an answer is good once, in the browser that asked, with the state that was asked for', async () => {
  const visitor = new Visitor(t);
  const start = await visitor.get('/alpha/sign-in');
  const answer = await signInThere(start.location!, 'ana');
  expect((await new Visitor(t).get(answer)).status).toBe(409);

  const thief = new Visitor(t);
  await thief.get('/alpha/sign-in');
  expect((await thief.get(answer)).status).toBe(409);

  const forged = new Visitor(t);
  const asked = await forged.get('/alpha/sign-in');
  const forgedAnswer = (await signInThere(asked.location!, 'ana')).replace(/state=[^&]*/, 'state=other');
  expect((await forged.get(forgedAnswer)).status).toBe(409);

  expect((await visitor.get(answer)).status).toBe(303);
  visitor.jar.delete('waymark');
  expect((await visitor.get(answer)).status).toBe(409);
});

const system = { scope: 'system' } as const;
interface Link {
  person_id: string;
  network_id: string;
  issuer: string;
  subject: string;
  connected_at: Date;
}
const links = (tx: Tx) => tx.withTables<{ 'app.linked_identity': Link }>();
const personAt = (email: string) =>
  t.db.run(system, (tx) =>
    tx.selectFrom('app.person').select('id').where('email', '=', email).executeTakeFirstOrThrow(),
  );

test('whose last role in the network ended is not let in by its provider, whatever they do elsewhere, until they have a role again', async () => {
  const { id } = await personAt('ana@city.example.org');
  const signIn = async () => {
    const visitor = new Visitor(t);
    return visitor.get(await signInThere((await visitor.get('/alpha/sign-in')).location!, 'ana'));
  };
  const before = new Visitor(t);
  await before.get(await signInThere((await before.get('/alpha/sign-in')).location!, 'ana'));
  const elsewhere = await t.network('epsilon');
  const grant = (network_id: string) =>
    t.db.run(system, (tx) =>
      tx
        .insertInto('app.role_grant')
        .values({ person_id: id, network_id, role: 'staff', granted_by: null, ended_by: null })
        .execute(),
    );
  await grant(elsewhere.id);
  await t.db.run(system, (tx) =>
    tx
      .updateTable('app.role_grant')
      .set({ ended_at: new Date() })
      .where('person_id', '=', id)
      .where('network_id', '=', network.id)
      .execute(),
  );
  const refused = await signIn();
  expect(refused.status).toBe(409);
  expect(refused.html).toContain('No account here is connected');
  // Nor does it prove anything for who is still signed in.
  const confirm = await before.get('/alpha/sign-in/confirm?next=/account/password');
  expect((await before.get(await signInThere(confirm.location!, 'ana'))).status).toBe(409);
  expect((await before.get('/account')).html).toContain('does not sign you in now');

  await grant(network.id);
  expect((await signIn()).status).toBe(303);
});

test('the last way that really opens the account is not taken away; what opens nothing may go', async () => {
  const person = await t.person(network.id, ['staff']);
  const other = await t.network('delta');
  const connect = (networkId: string, at: string, subject: string) =>
    t.db.run(system, (tx) =>
      links(tx)
        .insertInto('app.linked_identity')
        .values({ person_id: person.id, network_id: networkId, issuer: at, subject, connected_at: new Date() })
        .execute(),
    );
  const left = () =>
    t.db.run(system, async (tx) =>
      (await links(tx).selectFrom('app.linked_identity').select('subject').where('person_id', '=', person.id).execute())
        .map((row) => row.subject)
        .sort(),
    );
  const disconnect = (networkId: string) =>
    t.submit(`/account/connected/${networkId}/removal`, {}, { as: person, page: '/account' });
  // Two accounts at one provider leave together; an organisation of a network without a role, and a provider that was replaced, open nothing.
  await connect(network.id, issuer, 'one');
  await connect(network.id, issuer, 'two');
  await connect(network.id, 'https://old.example.org', 'old');
  await connect(other.id, issuer, 'dead');
  const refused = await disconnect(network.id);
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('your only way to sign in');
  expect((await disconnect(other.id)).status).toBe(303);
  expect(await left()).toEqual(['old', 'one', 'two']);
  await t.db.run(system, (tx) =>
    tx
      .withTables<{ 'app.password': { person_id: string; hash: string; changed_at: Date } }>()
      .insertInto('app.password')
      .values({ person_id: person.id, hash: 'x', changed_at: new Date() })
      .execute(),
  );
  expect((await disconnect(network.id)).status).toBe(303);
  expect(await left()).toEqual([]);
});

test('a network that offers none, or has switched it off, answers as if there were none', async () => {
  await t.network('beta');
  expect((await new Visitor(t).get('/beta/sign-in')).status).toBe(404);
  const visitor = as(admin);
  expect((await visitor.submit(page, page, { ...settings({ clientSecret: '' }), enabled: '' })).status).toBe(303);
  expect((await new Visitor(t).get('/alpha/sign-in')).status).toBe(404);
});

test('nothing that a provider said of a person is in the log', () => {
  expect(t.logged.length).toBeGreaterThan(20);
  expect(t.logged.filter((line) => /@city|@elsewhere|code=|state=/.test(line))).toEqual([]);
});
