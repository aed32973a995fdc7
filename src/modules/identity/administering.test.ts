import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { laterCode, withPassword } from '../../../test/support/accounts.ts';
import { testApp, type TestApp, type TestPerson } from '../../../test/support/harness.ts';
import { codeAt, secretOn, Visitor } from '../../../test/support/visitor.ts';

let t: TestApp;
beforeAll(async () => {
  t = await testApp();
});
afterAll(() => t.close());

const system = { scope: 'system' } as const;

/** A network with two administrators and a member of staff who has a password. */
async function office() {
  const network = await t.network(`n${randomBytes(4).toString('hex')}`);
  const [ana, ben] = [
    await t.person(network.id, ['network_admin'], { name: 'Ana' }),
    await t.person(network.id, ['network_admin'], { name: 'Ben' }),
  ];
  const cora = await withPassword(t, network.id, ['staff']);
  return { network, ana, ben, cora };
}

const post = (path: string, as: TestPerson, page: string, fields: Record<string, string> = {}) =>
  t.submit(path, fields, { as, page });
const audited = (networkId: string, action: string) =>
  t.db.run({ networkId }, (tx) =>
    tx
      .selectFrom('app.audit_entry')
      .select(['subject', 'outcome', 'actor_id', 'fields'])
      .where('action', '=', action)
      .execute(),
  );

test('two administrators give a person a new way in; every old one and every session ends', async () => {
  const { network, ana, ben, cora } = await office();
  const base = `/${network.slug}/admin`;
  const account = `${base}/accounts/${cora.id}`;
  expect((await post(`${account}/recovery`, ana, account, { reason: '' })).status).toBe(422);
  expect((await post(`${account}/recovery`, ana, account, { reason: 'Came to the office with an ID' })).status).toBe(
    303,
  );
  expect((await post(`${account}/recovery`, ben, account, { reason: 'Again' })).status).toBe(409);

  const list = `${base}/recoveries`;
  const forAna = await (await t.fetch(list, { as: ana })).text();
  expect(forAna).not.toContain('/confirmation"');
  const confirm = /action="([^"]*\/confirmation)"/.exec(await (await t.fetch(list, { as: ben })).text())![1]!;
  // Drawn or not, the rule holds: who started cannot confirm.
  expect((await post(confirm, ana, list)).status).toBe(409);
  const confirmed = await post(confirm, ben, list);
  expect(confirmed.status).toBe(200);
  const link = /value="http:\/\/localhost(\/[^"]*\/join\/[^"]*)"/.exec(await confirmed.text())![1]!;
  expect((await post(confirm, ben, list)).status).toBe(409);

  // Until the link is used nothing has changed for Cora.
  const before = new Visitor(t);
  await before.submit('/sign-in', '/sign-in', {
    email: cora.email,
    password: cora.password,
    code: laterCode(t, cora, 1),
  });
  expect((await before.get('/account')).status).toBe(200);

  const visitor = new Visitor(t);
  const form = await visitor.get(`${link}/password`);
  const page = await visitor.submit(form, `${link}/password`, {
    password: 'copper meadow violin',
    code: codeAt(secretOn(form), t.app.clock()),
  });
  expect(page.status).toBe(200);
  expect((await before.get('/account')).status).toBe(303);
  expect((await t.fetch('/account', { as: cora })).status).toBe(303);
  const old = new Visitor(t);
  const refused = await old.submit('/sign-in', '/sign-in', {
    email: cora.email,
    password: cora.password,
    code: laterCode(t, cora, 1),
  });
  expect(refused.status).toBe(422);
  expect(
    (
      await old.submit('/sign-in', '/sign-in', {
        email: cora.email,
        password: cora.password,
        code: cora.recoveryCodes[0]!,
      })
    ).status,
  ).toBe(422);
  expect((await visitor.get(link)).status).toBe(404);
  expect(await (await t.fetch(list, { as: ana })).text()).toContain('Restored');

  const [start] = await audited(network.id, 'identity.recovery.start');
  expect(start).toMatchObject({ actor_id: ana.id, outcome: 'done' });
  expect(await audited(network.id, 'identity.recovery.confirm')).toMatchObject([{ actor_id: ben.id, outcome: 'done' }]);
  const letters = await t.db.run(system, (tx) =>
    tx
      .withTables<{ 'app.mail': { person_id: string; kind: string } }>()
      .selectFrom('app.mail')
      .select('kind')
      .where('person_id', '=', cora.id)
      .orderBy('kind')
      .execute(),
  );
  expect(letters.map((letter) => letter.kind)).toEqual(
    expect.arrayContaining(['identity.mail.recovery', 'identity.mail.recoveryStarted', 'identity.mail.restored']),
  );
});

test('nobody starts the recovery of their own account, and a cancelled one opens nothing', async () => {
  const { network, ana, ben, cora } = await office();
  const base = `/${network.slug}/admin`;
  const own = `${base}/accounts/${ana.id}`;
  expect((await post(`${own}/recovery`, ana, `${base}/recoveries`, { reason: 'Let me in' })).status).toBe(409);

  const account = `${base}/accounts/${cora.id}`;
  await post(`${account}/recovery`, ana, account, { reason: 'Lost her phone' });
  const list = `${base}/recoveries`;
  const shown = await (await t.fetch(list, { as: ben })).text();
  const confirmed = await post(/action="([^"]*\/confirmation)"/.exec(shown)![1]!, ben, list);
  const link = /value="http:\/\/localhost(\/[^"]*\/join\/[^"]*)"/.exec(await confirmed.text())![1]!;
  expect((await post(/action="([^"]*\/cancellation)"/.exec(shown)![1]!, ana, list)).status).toBe(303);
  expect((await new Visitor(t).get(link)).status).toBe(404);
});

/** A recovery of Cora, begun by Ana; how Ben confirms it. */
async function begun() {
  const all = await office();
  const base = `/${all.network.slug}/admin`;
  const account = `${base}/accounts/${all.cora.id}`;
  const start = () => post(`${account}/recovery`, all.ana, account, { reason: 'Lost her phone' });
  expect((await start()).status).toBe(303);
  const list = `${base}/recoveries`;
  const path = /action="([^"]*\/confirmation)"/.exec(await (await t.fetch(list, { as: all.ben })).text())![1]!;
  return { ...all, start, list, confirm: () => post(path, all.ben, list) };
}

const alsoElsewhere = async (personId: string) => {
  const other = await t.network(`e${randomBytes(4).toString('hex')}`);
  await t.db.run(system, (tx) =>
    tx
      .insertInto('app.role_grant')
      .values({ person_id: personId, network_id: other.id, role: 'staff', granted_by: null, ended_by: null })
      .execute(),
  );
};

test('a recovery that nobody confirmed within a day is over, and a new one can be started', async () => {
  const { network, ben, list, start, confirm } = await begun();
  expect((await start()).status).toBe(409);
  await t.db.run(system, (tx) =>
    tx
      .withTables<{ 'app.account_recovery': { network_id: string; started_at: Date } }>()
      .updateTable('app.account_recovery')
      .set({ started_at: new Date(Date.now() - 24 * 3_600_000 - 1000) })
      .where('network_id', '=', network.id)
      .execute(),
  );
  expect(await (await t.fetch(list, { as: ben })).text()).toContain('Expired');
  const late = await confirm();
  expect(late.status).toBe(409);
  expect(await late.text()).toContain('more than a day old');
  expect((await start()).status).toBe(303);
});

test('what the start of a recovery asked is asked again at its confirmation', async () => {
  const gone = await begun();
  await t.db.run(system, (tx) =>
    tx.updateTable('app.role_grant').set({ ended_at: new Date() }).where('person_id', '=', gone.ana.id).execute(),
  );
  const refused = await gone.confirm();
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('not an administrator here any more');

  const disabled = await begun();
  await t.db.run(system, (tx) =>
    tx.updateTable('app.person').set({ disabled_at: new Date() }).where('id', '=', disabled.ana.id).execute(),
  );
  expect((await disabled.confirm()).status).toBe(409);

  const shared = await begun();
  await alsoElsewhere(shared.cora.id);
  const elsewhere = await shared.confirm();
  expect(elsewhere.status).toBe(409);
  expect(await elsewhere.text()).toContain('also works in another network');
});

test('a confirmed link opens nothing once the account also works in another network', async () => {
  const { cora, confirm } = await begun();
  const link = /value="http:\/\/localhost(\/[^"]*\/join\/[^"]*)"/.exec(await (await confirm()).text())![1]!;
  expect((await new Visitor(t).get(link)).status).toBe(200);
  await alsoElsewhere(cora.id);
  expect((await new Visitor(t).get(link)).status).toBe(404);
  expect((await new Visitor(t).get(`${link}/password`)).status).toBe(404);
});

test('a sign-in is seen by the auditors of every network where the person works, and of no other', async () => {
  const { network, cora } = await office();
  await alsoElsewhere(cora.id);
  const stranger = await t.network(`s${randomBytes(4).toString('hex')}`);
  const visitor = new Visitor(t);
  const done = await visitor.submit('/sign-in', '/sign-in', {
    email: cora.email,
    password: cora.password,
    code: laterCode(t, cora, 1),
  });
  expect(done.status).toBe(303);
  const networks = await t.db.run(system, (tx) =>
    tx.selectFrom('app.role_grant').select('network_id').where('person_id', '=', cora.id).execute(),
  );
  expect(networks).toHaveLength(2);
  for (const { network_id } of networks) {
    expect(await audited(network_id!, 'identity.session.open')).toEqual([
      { subject: `person:${cora.id}`, outcome: 'done', actor_id: null, fields: ['password+code'] },
    ]);
  }
  expect(await audited(stranger.id, 'identity.session.open')).toEqual([]);
  const auditor = await t.person(network.id, ['auditor']);
  expect(await (await t.fetch(`/${network.slug}/admin/audit`, { as: auditor })).text()).toContain(
    'identity.session.open',
  );
});

test('the database itself refuses one person in two of the three parts', async () => {
  const { network, ana, cora } = await office();
  const insert = (values: Record<string, unknown>) =>
    t.db.run(system, (tx) =>
      tx
        .withTables<{ 'app.account_recovery': Record<string, unknown> }>()
        .insertInto('app.account_recovery')
        .values({
          network_id: network.id,
          person_id: cora.id,
          reason: 'test',
          started_at: new Date(),
          started_by: ana.id,
          ...values,
        })
        .execute(),
    );
  await expect(insert({ started_by: cora.id })).rejects.toThrow(/check/);
  await expect(insert({ confirmed_by: ana.id, confirmed_at: new Date() })).rejects.toThrow(/check/);
});

test('a switched-off account is signed out at once, cannot sign in, and can be switched on again', async () => {
  const { network, ana, cora } = await office();
  const account = `/${network.slug}/admin/accounts/${cora.id}`;
  expect((await post(`${account}/disabling`, ana, account)).status).toBe(303);
  expect((await t.fetch('/account', { as: cora })).status).toBe(303);
  const v = new Visitor(t);
  const signIn = () =>
    v.submit('/sign-in', '/sign-in', { email: cora.email, password: cora.password, code: laterCode(t, cora, 1) });
  expect((await signIn()).status).toBe(422);
  expect((await post(`${account}/enabling`, ana, account)).status).toBe(303);
  expect((await signIn()).status).toBe(303);
});

test('two administrators who switch each other off at the same moment leave one', async () => {
  const { network, ana, ben } = await office();
  const at = (person: TestPerson) => `/${network.slug}/admin/accounts/${person.id}`;
  const answers = await Promise.all([
    post(`${at(ben)}/disabling`, ana, at(ben)),
    post(`${at(ana)}/disabling`, ben, at(ana)),
  ]);
  const left = await t.db.run(system, (tx) =>
    tx
      .selectFrom('app.person')
      .select('id')
      .where('id', 'in', [ana.id, ben.id])
      .where('disabled_at', 'is', null)
      .execute(),
  );
  expect(left).toHaveLength(1);
  expect(
    answers.filter((answer) => answer.status === 303 && !answer.headers.get('location')!.startsWith('/sign-in')),
  ).toHaveLength(1);
});

test('an account that also works in another network is neither switched off nor restored nor looked into from here', async () => {
  const { network, ana, cora } = await office();
  const other = await t.network(`m${randomBytes(4).toString('hex')}`);
  await t.db.run(system, (tx) =>
    tx
      .insertInto('app.role_grant')
      .values({ person_id: cora.id, network_id: other.id, role: 'staff', granted_by: null, ended_by: null })
      .execute(),
  );
  const account = `/${network.slug}/admin/accounts/${cora.id}`;
  const page = await (await t.fetch(account, { as: ana })).text();
  expect(page).toContain('also works in another network');
  expect(page).not.toContain('<caption class="wm-sr">Where you are signed in');
  const list = `/${network.slug}/admin/recoveries`;
  for (const act of ['disabling', 'recovery', 'sessions/end']) {
    expect((await post(`${account}/${act}`, ana, list, { reason: 'Lost phone' })).status).toBe(409);
  }
});

test('an administrator of an agency sees and restores its own people only, and of another network nobody', async () => {
  const { network, ana, ben, cora } = await office();
  const lead = await t.person(network.id, ['agency_admin']);
  const foreign = await t.person((await t.network(`o${randomBytes(4).toString('hex')}`)).id, ['network_admin']);
  const account = `/${network.slug}/admin/accounts/${cora.id}`;
  expect((await t.fetch(account, { as: lead })).status).toBe(404);
  expect((await t.fetch(account, { as: foreign })).status).toBe(404);
  expect((await t.fetch(account, { as: cora })).status).toBe(404);
  expect((await t.fetch(`/${network.slug}/admin/accounts/${lead.id}`, { as: lead })).status).toBe(200);
  expect((await t.fetch(`/${network.slug}/admin/accounts/not-an-id`, { as: ana })).status).toBe(404);
  const list = `/${network.slug}/admin/recoveries`;
  expect((await post(`${account}/recovery`, lead, list, { reason: 'Lost phone' })).status).toBe(404);
  await post(`${account}/recovery`, ana, account, { reason: 'Lost her phone' });
  const confirm = /action="([^"]*\/confirmation)"/.exec(await (await t.fetch(list, { as: ben })).text())![1]!;
  expect((await post(confirm, lead, list)).status).toBe(404);
  expect(await (await t.fetch(list, { as: lead })).text()).not.toContain(cora.name);
});
