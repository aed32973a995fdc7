import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identity } from '#kernel';
import { testApp, type TestApp, type TestPerson } from '../../../test/support/harness.ts';
import { codeAt, type Page, secretOn, Visitor } from '../../../test/support/visitor.ts';

let t: TestApp;
beforeAll(async () => {
  t = await testApp();
});
afterAll(() => t.close());

const goodPassword = 'lantern river orchard';
const linkOn = (page: Page): string => /value="http:\/\/localhost(\/[^"]*\/join\/[^"]*)"/.exec(page.html)![1]!;
const letters = () =>
  t.db.run({ scope: 'system' }, (tx) =>
    tx.withTables<{ 'app.mail': { address: string; body: string } }>().selectFrom('app.mail').selectAll().execute(),
  );

/** Chooses password and code at a joining link; returns the last page and the secret. */
async function joinByPassword(visitor: Visitor, link: string, password = goodPassword) {
  const form = await visitor.get(`${link}/password`);
  const secret = secretOn(form);
  const page = await visitor.submit(form, `${link}/password`, { password, code: codeAt(secret, t.app.clock()) });
  return { page, secret };
}

/** An administrator of a fresh network, and an open agency to invite into. */
async function office(): Promise<{ network: { id: string; slug: string }; admin: TestPerson; agencyId: string }> {
  const network = await t.network(`n${randomBytes(4).toString('hex')}`);
  const admin = await t.person(network.id, ['network_admin']);
  return { network, admin, agencyId: await t.agency(network.id, `a${randomBytes(4).toString('hex')}`) };
}

async function invite(
  given: Awaited<ReturnType<typeof office>>,
  fields: Record<string, string | string[]> = {},
  as = given.admin,
) {
  const path = `/${given.network.slug}/admin/invitations`;
  const response = await t.submit(
    path,
    {
      email: 'lena.ortiz@example.org',
      name: 'Lena Ortiz',
      agencyId: given.agencyId,
      roles: ['staff'],
      locale: 'es',
      ...fields,
    },
    { as },
  );
  return { status: response.status, html: await response.text(), location: null, headers: response.headers };
}

test('the printed link sets up the first network, and after its last step it opens nothing and no other is printed', async () => {
  const first = (await identity.setupLink(t.app))!;
  const second = (await identity.setupLink(t.app))!;
  const path = (url: string) => new URL(url).pathname;
  const visitor = new Visitor(t);
  expect((await visitor.get(path(first))).status).toBe(404);

  const fields = {
    name: 'Marta Quill',
    email: 'Marta.Quill@example.org',
    networkName: 'Harbor',
    agency: 'Mayor’s Office',
    timezone: 'America/Chicago',
  };
  const refused = await visitor.submit(path(second), path(second), { ...fields, slug: 'account', name: '' });
  expect(refused.status).toBe(422);
  expect(refused.html).toContain('href="#f-name"');
  const reserved = await visitor.submit(refused, path(second), { ...fields, slug: 'account' });
  expect(reserved.html).toContain('used by the system itself');
  expect(reserved.html).toContain('value="Marta Quill"');

  const created = await visitor.submit(reserved, path(second), { ...fields, slug: 'harbor' });
  expect(created.status).toBe(303);
  expect(created.location).toMatch(/^\/harbor\/join\//);
  expect((await visitor.get(path(second))).status).toBe(404);

  // A browser that was closed here: the next start prints a link that goes on where it stopped.
  const again = path((await identity.setupLink(t.app))!);
  expect(again).toMatch(/^\/harbor\/join\//);
  expect((await visitor.get(created.location!)).status).toBe(404);

  const { page } = await joinByPassword(visitor, again);
  expect(page.status).toBe(200);
  expect(page.html.match(/<li><code>/g)).toHaveLength(10);
  expect(await identity.setupLink(t.app)).toBe(null);
  const over = await visitor.get(again);
  expect(over.status).toBe(404);
  expect(over.html).toContain('<h1>This link is no longer open</h1>');
  const account = await visitor.get('/account');
  expect(account.html).toContain('Agency administrator and Network administrator');
  const roles = await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .selectFrom('app.role_grant')
      .select(['role', 'network_id'])
      .where('ended_at', 'is', null)
      .orderBy('role')
      .execute(),
  );
  expect(roles.filter((grant) => grant.network_id === null).map((grant) => grant.role)).toEqual(['operator']);
});

test('an invited person chooses a password and a code, gets exactly the invited roles, and the link is spent', async () => {
  const place = await office();
  const sent = await invite(place, { roles: ['staff', 'auditor'] });
  expect(sent.status).toBe(200);
  const link = linkOn(sent);
  const letter = (await letters()).find((one) => one.address === 'lena.ortiz@example.org')!;
  expect(letter.body).toContain(`http://localhost${link}`);
  expect(letter.body).toMatch(/^Hola, Lena Ortiz/);

  const visitor = new Visitor(t);
  const welcome = await visitor.get(link);
  expect(welcome.html).toContain(`${place.admin.name} invites you to work here`);
  expect(welcome.headers.get('cache-control')).toBe('no-store');
  expect(welcome.headers.get('referrer-policy')).toBe('no-referrer');
  const { page } = await joinByPassword(visitor, link);
  expect(page.status).toBe(200);
  const grants = await t.db.run({ scope: 'system' }, (tx) =>
    tx
      .selectFrom('app.role_grant as g')
      .innerJoin('app.person as p', 'p.id', 'g.person_id')
      .select(['g.role', 'g.network_id', 'g.granted_by', 'p.locale', 'p.agency_id'])
      .where('p.email', '=', 'lena.ortiz@example.org')
      .orderBy('g.role')
      .execute(),
  );
  const same = { network_id: place.network.id, granted_by: place.admin.id, locale: 'es', agency_id: place.agencyId };
  expect(grants).toEqual([
    { role: 'auditor', ...same },
    { role: 'staff', ...same },
  ]);
  expect((await new Visitor(t).get(link)).status).toBe(404);
  expect((await visitor.get('/account')).html).toContain('Su cuenta');
});

test('a weak password and a wrong first code are both said at once, and the square stays the same', async () => {
  const place = await office();
  const link = linkOn(await invite(place, { email: 'rosa.vidal@example.org', name: 'Rosa Vidal' }));
  const visitor = new Visitor(t);
  const form = await visitor.get(`${link}/password`);
  const again = await visitor.submit(form, `${link}/password`, { password: 'rosa.vidal@example.org', code: '12345' });
  expect(again.status).toBe(422);
  expect(again.html).toContain('made of your name or email');
  expect(again.html).toContain('Enter the 6 digits');
  expect(secretOn(again)).toBe(secretOn(form));
  expect(again.html).not.toContain('value="rosa.vidal@example.org" type="password"');
  const done = await visitor.submit(again, `${link}/password`, {
    password: goodPassword,
    code: codeAt(secretOn(form), t.app.clock()),
  });
  expect(done.status).toBe(200);
});

test('a withdrawn invitation and one that is a week old open nothing, and a new one to the same address ends the old one', async () => {
  const place = await office();
  const visitor = new Visitor(t);
  const first = linkOn(await invite(place, { email: 'otto.brand@example.org' }));
  const second = linkOn(await invite(place, { email: 'otto.brand@example.org' }));
  expect((await visitor.get(first)).status).toBe(404);
  expect((await visitor.get(second)).status).toBe(200);
  const list = `/${place.network.slug}/admin/invitations`;
  const shown = await (await t.fetch(list, { as: place.admin })).text();
  const revoke = /action="([^"]*\/revocation)"/.exec(shown)![1]!;
  expect((await t.submit(revoke, {}, { as: place.admin, page: list })).status).toBe(303);
  expect((await visitor.get(second)).status).toBe(404);
  expect((await t.submit(revoke, {}, { as: place.admin, page: list })).status).toBe(409);

  const third = linkOn(await invite(place, { email: 'otto.brand@example.org' }));
  t.setClock(new Date(Date.now() + 7 * 86_400_000));
  expect((await visitor.get(third)).status).toBe(404);
  t.setClock(new Date());
});

test('the link of one network opens nothing in another', async () => {
  const [here, there] = [await office(), await office()];
  const link = linkOn(await invite(here, { email: 'ines.prado@example.org' }));
  const moved = link.replace(here.network.slug, there.network.slug);
  expect((await new Visitor(t).get(moved)).status).toBe(404);
  expect((await new Visitor(t).get(`${moved}/password`)).status).toBe(404);
});

test('an administrator of an agency invites its own staff only, and nobody else adds people to that agency', async () => {
  const place = await office();
  const shelter = await t.agency(place.network.id, `s${randomBytes(4).toString('hex')}`);
  const lead = await t.person(place.network.id, ['agency_admin'], { agencyId: shelter });
  expect((await invite(place, { email: 'a1@example.org', agencyId: shelter }, lead)).status).toBe(200);
  expect((await invite(place, { email: 'a2@example.org', agencyId: place.agencyId }, lead)).status).toBe(422);
  expect(
    (await invite(place, { email: 'a3@example.org', agencyId: shelter, roles: ['network_admin'] }, lead)).status,
  ).toBe(404);
  const refused = await invite(place, { email: 'a4@example.org', agencyId: shelter });
  expect(refused.status).toBe(422);
  expect(refused.html).toContain('This agency has its own administrator');
  expect((await invite(place, { email: 'a5@example.org', roles: ['operator'] })).status).toBe(404);
});

test('somebody who has an account accepts with it and gets no second one; another account cannot accept', async () => {
  const place = await office();
  const known = await t.person((await t.network(`m${randomBytes(3).toString('hex')}`)).id, ['staff'], {
    agencyId: place.agencyId,
  });
  const link = linkOn(await invite(place, { email: known.email, roles: ['auditor'] }));
  const stranger = new Visitor(t);
  const page = await stranger.get(link);
  expect(page.html).toContain('You already have an account');
  expect((await stranger.get(`${link}/password`)).status).toBe(409);

  const other = await t.person(place.network.id, ['staff']);
  const accept = `${link}/acceptance`;
  expect((await t.submit(accept, {}, { as: other, page: '/account' })).status).toBe(409);
  expect((await t.submit(accept, {}, { as: known, page: link })).status).toBe(303);
  const people = await t.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.person').select('id').where('email', '=', known.email).execute(),
  );
  expect(people).toHaveLength(1);
  expect(await (await t.fetch('/account', { as: known })).text()).toContain('Auditor');
});

test('no one-time token stands in the log, whatever the address and the answer', async () => {
  const place = await office();
  const link = linkOn(await invite(place, { email: 'log.reader@example.org' }));
  const token = link.split('/').at(-1)!;
  const visitor = new Visitor(t);
  for (const path of [
    link,
    `${link}/password`,
    `${link}x`,
    `/setup/${token}`,
    `/sign-in/open/${token}`,
    `/nowhere/join/${token}`,
    `/${place.network.slug}/jion/${token}`,
  ]) {
    await visitor.get(path);
  }
  await joinByPassword(visitor, link);
  expect(t.logged.some((line) => line.includes('/:network/join/:token'))).toBe(true);
  expect(t.logged.filter((line) => line.includes(token.slice(0, 30)) || line.includes('log.reader'))).toEqual([]);
});

test('another network that lists an agency cannot put new people into it; the agency’s own people may still join there', async () => {
  const home = await office();
  const lead = await t.person(home.network.id, ['agency_admin'], { agencyId: home.agencyId });
  const away = await office();
  const joined = await t.submit(
    `/${away.network.slug}/admin/agencies/members`,
    { agencyId: home.agencyId },
    { as: away.admin, page: `/${away.network.slug}/admin/agencies` },
  );
  expect(joined.status).toBe(303);
  const roles = ['agency_admin'];
  const email = `puppet-${randomBytes(4).toString('hex')}@example.org`;
  const link = linkOn(await invite(away, { agencyId: home.agencyId, email, roles }));
  const { page } = await joinByPassword(new Visitor(t), link);
  expect(page.status).toBe(409);
  expect(page.html).toContain('This agency has its own administrator');
  const found = await t.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.person').select('id').where('email', '=', email).execute(),
  );
  expect(found).toEqual([]);

  // The agency's own administrator takes the role there with the account they have, and then brings in others.
  const own = linkOn(await invite(away, { agencyId: home.agencyId, email: lead.email, roles }));
  const visitor = new Visitor(t);
  visitor.jar.set('waymark', lead.cookie.split('=')[1]!);
  expect((await visitor.submit(own, `${own}/acceptance`)).status).toBe(303);
  const theirs = linkOn(await invite(away, { agencyId: home.agencyId, email, roles: ['staff'] }, lead));
  expect((await joinByPassword(new Visitor(t), theirs)).page.status).toBe(200);
});
