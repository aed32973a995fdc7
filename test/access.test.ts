/**
 * Every door and who may go through it: all routes, actions and views of the product, for nobody, for who has no role, and for each role held here
 * or in another network. What is expected comes from test/support/access-matrix.ts and from nowhere else.
 *
 * At the doors of routes stands a recorder in place of the page, so that a POST that is let in changes nothing; sessions, roles, refusals and the
 * guard of forms are the product's own. What the pages do is tested where they are written.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Access, allActions, allViews, type Ctx, identity, Problem } from '#kernel';
import { allRoutes } from '../src/app.ts';
import { root } from '../src/config.ts';
import { newCsrf, readSession } from '../src/kernel/identity/session.ts';
import type { Route } from '../src/kernel/module.ts';
import { actionAccess, routeAccess, stepUp, viewAccess } from './support/access-matrix.ts';
import { testApp, type TestApp, type TestPerson } from './support/harness.ts';
import { fillPath, paramsOf, routeFinder, routeKey } from './support/routes.ts';
import { productSources } from './support/source-graph.ts';

// Thousands of requests: a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 });

const routes = allRoutes();
const find = routeFinder(routes);

/** Who asks. `held` are the roles that count in the network of the address. */
interface Asker {
  called: string;
  held: string[];
  person: TestPerson | null;
}

let t: TestApp;
let here: { id: string; slug: string };
let askers: Asker[];
/** A member of staff whom the person-level views are about, and a link for a newcomer. */
let subject: TestPerson;
let joinToken: string;
/** Text of a plan that is hidden and waits for a second person. */
let hidden: { id: string };

beforeAll(async () => {
  // Actions that only the command line uses are doors too.
  for (const { path, text } of productSources())
    if (/^export const \w+ = (?:action|view)\(/m.test(text)) await import(join(root, path));
  t = await testApp({ trustProxy: true });
  here = await t.network('here');
  const elsewhere = await t.network('elsewhere');
  askers = [
    { called: 'nobody', held: [], person: null },
    { called: 'a person without a role', held: [], person: await t.person(here.id, []) },
  ];
  for (const role of t.app.services.registry.roles.keys()) {
    askers.push({ called: `${role} of this network`, held: [role], person: await t.person(here.id, [role]) });
    if (role !== 'operator')
      askers.push({ called: `${role} of another network`, held: [], person: await t.person(elsewhere.id, [role]) });
  }
  subject = await t.person(here.id, ['staff']);
  const admin = await ctxOf(askers.find((one) => one.held.includes('network_admin'))!);
  const { link } = await identity.invite(admin, {
    email: 'newcomer@example.org',
    name: 'Newcomer',
    locale: 'en',
    roles: ['staff'],
    agencyId: subject.agencyId,
  });
  joinToken = link!.split('/').at(-1)!;
  const act = (name: string, input: unknown) => allActions().get(name)!(admin, input);
  const levels = [{ one: { en: 'Goal' }, many: { en: 'Goals' } }];
  const fields = { title: { en: 'A plan' }, levels, statuses: [], themes: [], publishedTotals: [] };
  await act('plan.plan.create', { slug: 'a-plan', fields });
  hidden = (await act('plan.redaction.hide', { plan: 'a-plan', text: 'A plan', why: 'mistake' })) as { id: string };
  for (const route of routes)
    route.handler = () => new Response(null, { status: 204, headers: { 'x-door': routeKey(route) } });
});
afterAll(() => t?.close());

/** The rule, told a second time: what the table's word means for who asks. */
function mayEnter(access: Access, { person, held }: Asker): boolean {
  if (access === 'public') return true;
  if (access === 'guest') return person === null;
  if (access === 'signedIn') return person !== null;
  // The operator's role is held in the deployment and makes nobody a member of a network.
  if (access === 'member') return held.some((role) => role !== 'operator');
  return held.some((role) => access.includes(role));
}

const tokenOf = (person: TestPerson): string => person.cookie.split('=')[1]!;
let asked = 0;

/** A context as the server makes it for this person's session in this network. */
async function ctxOf({ person }: Pick<Asker, 'person'>): Promise<Ctx> {
  const ctx = await t.ctx(here.id);
  ctx.requestId = `ask-${(asked += 1)}`;
  if (person) ctx.actor = (await readSession(t.app, tokenOf(person), here.id))!.actor;
  return ctx;
}

const values: Record<string, string> = {
  id: '00000000-0000-4000-8000-000000000001',
  token: 'A'.repeat(43),
  file: '005ea2.css',
};
const pathOf = (route: Route): string =>
  fillPath(route.path, {
    ...Object.fromEntries(paramsOf(route.path).map((name) => [name, '1'])),
    ...values,
    network: here.slug,
  });

/** Sends a request as a browser would; a form carries the session's hidden field unless it is left out. */
function send(method: string, path: string, person: TestPerson | null, more: { csrf?: string; from?: string } = {}) {
  asked += 1;
  // Everybody from somewhere else, so that no limit answers in place of the door.
  const from = [10, asked >> 16, (asked >> 8) & 255, asked & 255].join('.');
  const headers: Record<string, string> = { 'user-agent': `browser ${asked}`, 'x-forwarded-for': from };
  if (person) headers.cookie = person.cookie;
  if (method === 'GET') return t.fetch(path, { headers });
  const csrf = more.csrf ?? (person ? newCsrf(tokenOf(person)) : '');
  headers.origin = more.from ?? 'http://localhost';
  return t.fetch(path, { method, headers, body: new URLSearchParams({ _csrf: csrf, words: 'x' }) });
}

/** An answer without what differs from one answer to the next: request id, nonce, hidden field, and the address that was asked for. */
async function bytesOf(response: Response, path: string): Promise<string> {
  const blank = (text: string) =>
    text
      .replaceAll(encodeURIComponent(path), '…')
      .replaceAll(path, '…')
      .replaceAll(/nonce[-=]"?[\w+/=]+"?/g, 'nonce')
      .replaceAll(/name="_csrf" value="[^"]*"/g, 'csrf');
  const headers = [...response.headers].filter(([name]) => name !== 'x-request-id');
  return blank(`${response.status}\n${headers.map((pair) => pair.join(': ')).join('\n')}\n${await response.text()}`);
}

/** Why an answer is not what the table says, or null. */
async function fault(route: Route, asker: Asker): Promise<[string] | null> {
  const access = routeAccess[routeKey(route)];
  // Not listed: the first test says what to add.
  if (access === undefined) return null;
  const path = pathOf(route);
  const response = await send(route.method, path, asker.person);
  const entered = response.headers.get('x-door') === routeKey(route);
  const says = (what: string): [string] => [`${routeKey(route)} for ${asker.called}: ${what}`];
  if (mayEnter(access, asker)) return entered ? null : says(`should be let in, and got ${response.status}`);
  if (entered) return says('should be kept out, and was let in');
  if (access === 'guest') return response.status === 409 ? null : says(`got ${response.status}`);
  if (asker.person === null) {
    if (route.kind === 'api') return response.status === 401 ? null : says(`got ${response.status} instead of 401`);
    const next = route.method === 'GET' ? path : '/';
    const to = response.headers.get('location');
    return response.status === 303 && to === `/sign-in?${new URLSearchParams({ next })}`
      ? null
      : says(`got ${response.status} ${to} instead of the way to sign in`);
  }
  const refused = await bytesOf(response, path);
  const absent = await missingPage(route.method, path, asker.person);
  const at = [...refused].findIndex((letter, index) => letter !== absent[index]);
  return refused === absent
    ? null
    : says(
        `the refusal differs from a missing page: …${refused.slice(at, at + 90)}… and not …${absent.slice(at, at + 90)}…`,
      );
}

const missingPages = new Map<string, string>();

/** What this person gets for a page that is not there, in the same part of the site (where the same navigation is marked). */
async function missingPage(method: string, path: string, person: TestPerson): Promise<string> {
  const part = path.split('/').slice(0, 4).join('/');
  const key = `${method} ${part} ${person.id}`;
  let page = missingPages.get(key);
  if (page === undefined) {
    const missing = `${part}/nothing/at/all/here`;
    if (find(method, missing)) throw new Error(`${missing} is a page; the test needs an address that is none.`);
    page = await bytesOf(await send(method, missing, person), missing);
    missingPages.set(key, page);
  }
  return page;
}

/** What to write where, when table and code do not agree. */
function disagreements(table: Record<string, Access>, code: ReadonlyMap<string, Access>): string[] {
  const plain = (access: Access) => (typeof access === 'string' ? access : [...access].sort().join(' '));
  const line = (key: string, access: Access) => `'${key}': ${JSON.stringify(access)},`;
  return [
    ...[...code]
      .filter(([key]) => !(key in table))
      .map(([key, access]) => `Add to test/support/access-matrix.ts, if that is who may: ${line(key, access)}`),
    ...[...code]
      .filter(([key, access]) => key in table && plain(table[key]!) !== plain(access))
      .map(([key, access]) => `The rule of ${key} changed; if that is meant, write: ${line(key, access)}`),
    ...Object.keys(table)
      .filter((key) => !code.has(key))
      .map((key) => `Take out of test/support/access-matrix.ts what is no more: ${key}`),
  ];
}

test('every route stands in the table of access, with the rule it has', () => {
  const code = new Map(routes.map((route) => [routeKey(route), route.access]));
  expect(code.size, 'no two routes share an address').toBe(routes.length);
  expect(disagreements(routeAccess, code)).toEqual([]);
});

test('every action and every view stands in the table of access, with the rule it has', () => {
  expect(disagreements(actionAccess, new Map([...allActions()].map(([name, one]) => [name, one.may])))).toEqual([]);
  expect(disagreements(viewAccess, new Map([...allViews()].map(([name, one]) => [name, one.may])))).toEqual([]);
  expect(
    [...allActions()]
      .filter(([, one]) => one.stepUp)
      .map(([name]) => name)
      .sort(),
  ).toEqual([...stepUp].sort());
});

test('an unlisted, a changed and a vanished route are each said with what to do', () => {
  const code = new Map<string, Access>([
    ['GET /new', 'public'],
    ['GET /changed', ['staff']],
  ]);
  expect(disagreements({ 'GET /changed': 'public', 'GET /old': 'public' }, code)).toEqual([
    expect.stringMatching(/^Add .*'GET \/new': "public",$/),
    expect.stringMatching(/^The rule of GET \/changed changed.*\["staff"\]/),
    expect.stringMatching(/^Take out .*GET \/old$/),
  ]);
});

test('every role of the table is a role that somebody can hold', () => {
  const known = new Set(t.app.services.registry.roles.keys());
  const used = [routeAccess, actionAccess, viewAccess].flatMap((table) => Object.values(table)).flat();
  const words = ['public', 'guest', 'signedIn', 'member'];
  expect([...new Set(used)].filter((role) => !words.includes(role) && !known.has(role))).toEqual([]);
});

test('each route lets in whom the table names; all others get exactly what a missing page gives', async () => {
  const faultsOf = async (asker: Asker): Promise<string[]> => {
    const found: string[] = [];
    for (const route of routes) found.push(...((await fault(route, asker)) ?? []));
    return found;
  };
  const faults = (await Promise.all(askers.map(faultsOf))).flat();
  expect(faults.slice(0, 20), `${faults.length} of ${askers.length * routes.length} answers are wrong`).toEqual([]);
});

test('no form is taken from another site, without its hidden field, or with that of somebody else', async () => {
  // What is open to other sites only asks: a test beside src/kernel/open-door.ts holds it to that.
  const posts = routes.filter((route) => route.method === 'POST' && !route.open);
  const everything = [...t.app.services.registry.roles.keys()];
  const other = await t.person(here.id, everything);
  const taken: string[] = [];
  for (const route of posts) {
    const path = pathOf(route);
    // What only asks needs no hidden field; from another site it is refused all the same.
    const fieldless = route.asks || routeAccess[routeKey(route)] === 'guest';
    const person = fieldless ? null : await t.person(here.id, everything);
    const tries: [string, Parameters<typeof send>[3]][] = [['from another site', { from: 'https://evil.example' }]];
    if (person) {
      tries.push(['without the hidden field', { csrf: '' }]);
      tries.push(['with the hidden field of another session', { csrf: newCsrf(tokenOf(other)) }]);
      tries.push(['with a made-up hidden field', { csrf: 'made.up' }]);
    }
    for (const [how, more] of tries) {
      const response = await send('POST', path, person, more);
      if (response.status !== 409 || response.headers.get('x-door')) taken.push(`${routeKey(route)} ${how}`);
    }
    const anonymous = await send('POST', path, null, { from: 'https://evil.example' });
    if (anonymous.headers.get('x-door')) taken.push(`${routeKey(route)} from another site, signed out`);
    const right = await send('POST', path, person);
    if (!right.headers.get('x-door')) taken.push(`${routeKey(route)} was refused although all was right`);
  }
  expect(posts.filter((route) => route.asks).map(routeKey)).toEqual(['POST /:network/services']);
  expect(posts.length).toBeGreaterThan(20);
  expect(taken).toEqual([]);
});

/** The audit rows that one call left. */
const auditOf = (ctx: Ctx) =>
  t.db.run({ scope: 'system' }, (tx) =>
    tx
      .selectFrom('app.audit_entry')
      .select(['action', 'outcome', 'actor_id'])
      .where('request_id', '=', ctx.requestId)
      .execute(),
  );

/** Calls it, and says how it ended: 'done', or the kind of its Problem. Anything else that is thrown fails the test. */
async function ending(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (error instanceof Problem) return error.kind;
    throw error;
  }
}

const expectDenied = async (name: string, asker: Asker, ctx: Ctx, how: string): Promise<string[]> => {
  const left = await auditOf(ctx);
  const wrong: string[] = [];
  const wanted = asker.person ? 'forbidden' : 'signIn';
  if (how !== wanted) wrong.push(`${name} for ${asker.called}: ended with ${how} instead of ${wanted}`);
  const one = left.length === 1 && left[0]!.action === name && left[0]!.outcome === 'denied';
  if (asker.person ? !one || left[0]!.actor_id !== asker.person.id : left.length > 0)
    wrong.push(`${name} for ${asker.called}: left ${JSON.stringify(left)} in the audit`);
  return wrong;
};

test('each action, called directly, is refused to whom the table does not name, and says so once in the audit', async () => {
  const wrong: string[] = [];
  for (const [name, action] of allActions())
    for (const asker of name in actionAccess ? askers : []) {
      const ctx = await ctxOf(asker);
      // No action takes null: who is let in gets as far as being told so, and nothing is done.
      const how = await ending(action(ctx, null));
      if (!mayEnter(actionAccess[name]!, asker)) wrong.push(...(await expectDenied(name, asker, ctx, how)));
      else if (how !== 'invalid') wrong.push(`${name} for ${asker.called}: ended with ${how} instead of invalid`);
      else if ((await auditOf(ctx)).length > 0) wrong.push(`${name} for ${asker.called}: left an entry for nothing`);
    }
  expect(wrong).toEqual([]);
});

test('a dangerous action asks for proof again when the last one is more than ten minutes old', async () => {
  const asker = { person: await t.person(here.id, [...t.app.services.registry.roles.keys()]) };
  for (const name of stepUp) {
    const ctx = await ctxOf(asker);
    if (ctx.actor.kind !== 'person') throw new Error('A signed-in person was expected.');
    ctx.actor.stepUpAt = new Date(t.app.clock().getTime() - 10 * 60_000 - 1);
    expect(await ending(allActions().get(name)!(ctx, null)), name).toBe('stepUp');
  }
});

/** What each view is asked with. */
const viewInputs: Record<string, () => unknown> = {
  'identity.invitation.list': () => undefined,
  'identity.invitation.choices': () => undefined,
  'identity.account.read': () => undefined,
  'identity.access.list': () => undefined,
  'identity.access.read': () => ({ id: subject.id }),
  'identity.arrival.read': () => ({ token: joinToken }),
  'identity.recovery.list': () => undefined,
  'identity.provider.read': () => undefined,
  'admin.audit.read': () => ({ filter: {}, page: 1 }),
  'admin.audit.export': () => ({}),
  'admin.audit.check': () => ({}),
  'admin.people.list': () => ({}),
  'admin.person.read': () => subject.id,
  'plan.redaction.read': () => hidden,
  'directory.export': () => ({ audience: 'public', format: 'hsds' }),
  'directory.import.differences': () => ({ id: '00000000-0000-4000-8000-000000000001' }),
  'directory.export.fetch': () => ({ id: '00000000-0000-4000-8000-000000000001' }),
  'directory.place.proposed': () => ({ id: '00000000-0000-4000-8000-000000000001' }),
  'directory.place.reveal': () => ({ location: '00000000-0000-4000-8000-000000000001' }),
  'directory.application.read': () => ({ organization: '00000000-0000-4000-8000-000000000001' }),
  'directory.visit.read': () => ({ id: '00000000-0000-4000-8000-000000000001' }),
  'directory.visit.place': () => ({
    id: '00000000-0000-4000-8000-000000000001',
    place: '00000000-0000-4000-8000-000000000001',
  }),
};

test('each view leaves exactly one entry in the audit: that it was read, or that it was refused', async () => {
  expect(
    [...allViews().keys()]
      .filter((name) => !(name in viewInputs))
      .map((name) => `Add an input for ${name} to viewInputs`),
  ).toEqual([]);
  const wrong: string[] = [];
  for (const [name, view] of allViews())
    for (const asker of name in viewAccess && name in viewInputs ? askers : []) {
      const ctx = await ctxOf(asker);
      const how = await ending(view(ctx, viewInputs[name]!()));
      if (!mayEnter(viewAccess[name]!, asker)) {
        wrong.push(...(await expectDenied(name, asker, ctx, how)));
        continue;
      }
      const left = await auditOf(ctx);
      // A rule finer than the role may still hold back; then it is as if there were nothing, and nothing was read.
      const reads = left.filter((row) => row.action === name && row.outcome === 'read').length;
      const expected = how === 'done' ? 1 : 0;
      if (reads !== expected || left.length !== expected || !['done', 'notFound'].includes(how))
        wrong.push(`${name} for ${asker.called}: ${how}, and left ${JSON.stringify(left)}`);
      if (asker.held.includes('network_admin') && how !== 'done') wrong.push(`${name} for ${asker.called}: ${how}`);
    }
  expect(wrong).toEqual([]);
});
