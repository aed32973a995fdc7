/**
 * Each role, here and in another network, at every address of the directory with every id there is: nobody reads what is another's. What a role may read
 * is said in canaries; whoever speaks for no organisation, or for another, reads of others what the public reads.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Route } from '#kernel';
import { startWorker } from '../src/kernel/worker.ts';
import { directoryModule } from '../src/modules/directory/index.ts';
import { modules } from '../src/modules.ts';
import { canaryHits } from './support/canary.ts';
import { act, again, canary, directoryWorld, more, type Tag, tags, type World } from './support/directory-world.ts';
import { testApp, type TestPerson } from './support/harness.ts';
import { paramsOf, routeKey } from './support/routes.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let w: World;
type Uuid = (typeof more)['shelter'];
/** Every id of anything in the network. */
let everyId: Uuid[] = [];
const never = '5f1f3c1e-2b7a-4c37-9d0e-0123456789ab';

beforeAll(async () => {
  const t = await testApp({ trustProxy: true });
  t.setClock('2026-06-02T15:00:00Z');
  w = await directoryWorld(t);
  const worker = await startWorker(t.app, modules);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await worker.stop();
  await t.submit(
    '/alpha/staff/services/share',
    { add: more.shelter },
    { as: w.people.advocate, page: '/alpha/staff/services' },
  );
  const { rows } = await sql<{ id: string }>`
    select id::text as id from app.directory_visit union select id::text from app.directory_proposal union select id::text from app.directory_note
    union select id::text from app.directory_saved_search union select id::text from app.directory_provider union select id::text from app.directory_application
    union select id::text from app.directory_campaign union select id::text from app.directory_request`.execute(
    t.db.owner,
  );
  everyId = [...new Set([...rows.map(({ id }) => id), ...Object.values(more), w.applied, w.term])] as Uuid[];
  expect(rows.length).toBeGreaterThan(6);
});
afterAll(() => w?.t.close());

const inside: Tag[] = ['pansypart', 'elderint', 'oliveterm', 'cedarhot', 'irisevid', 'jasminno'];
/** Records of every kind are kept by these, with all their fields; sealed places, drafts and another's searches are not theirs. */
const keeping = tags.filter((tag) => !['amberhid', 'gorsedra', 'nettlesav'].includes(tag));
/** What each role may read of the directory at all. */
const may: Record<Exclude<keyof World['people'], 'elsewhere'>, readonly Tag[]> = {
  // The overview names every provider to who manages the network; nothing below it opens.
  admin: ['oliveterm', 'elderint', 'fennelun', 'irisevid', 'larchdecl'],
  auditor: [],
  staff: [],
  unvetted: [],
  provider: ['kelppropo'],
  partner: ['pansypart', 'elderint', 'oliveterm'],
  advocate: [...inside, 'nettlesav'],
  visitor: [...inside, 'quincvis'],
  editor: keeping,
  vetter: keeping,
  approver: keeping,
};

const gets = directoryModule.routes.filter(
  (route) => route.method === 'GET' && route.path.startsWith('/:network/staff/'),
);

const mayOpen = ({ access }: Route, who: TestPerson): boolean =>
  Array.isArray(access) && access.some((role) => who.roles.includes(role));

async function read(
  who: World['people']['admin'],
  tell: (path: string, status: number, text: string) => void,
): Promise<void> {
  const person = await again(w, who);
  const paths = ['/alpha/staff'];
  for (const route of gets) {
    const [name, ...others] = paramsOf(route.path).filter((one) => one !== 'network');
    const base = route.path.replace(':network', 'alpha');
    if (!name) paths.push(base);
    // Where the role is not let in at all, a few ids say as much as all of them (test/access.test.ts asks the rest).
    else
      for (const id of mayOpen(route, who) ? everyId : everyId.slice(0, 3))
        paths.push(others.reduce((path, other) => path.replace(`:${other}`, id), base.replace(`:${name}`, id)));
  }
  for (const path of paths) {
    const response = await w.t.fetch(path, { as: person });
    tell(path, response.status, `${JSON.stringify([...response.headers])} ${await response.text()}`);
  }
}

test.each(Object.keys(may) as (keyof typeof may)[])(
  'the role of the %s reads what it may and nothing else, whatever ids it knows',
  async (role) => {
    const forbidden = tags.filter((tag) => !may[role].includes(tag)).map((tag) => canary[tag]);
    const wrong: string[] = [];
    let opened = 0;
    await read(w.people[role], (path, status, text) => {
      if (status === 200) opened += 1;
      if (status >= 500) wrong.push(`${path}: ${status}`);
      const hits = canaryHits(text, forbidden);
      if (hits.length > 0) wrong.push(`${path}: ${[...new Set(hits)].slice(0, 3).join(', ')}`);
    });
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(opened).toBeGreaterThan(0);
  },
);

test('with every role of another network nobody opens a single address here', async () => {
  const opened: string[] = [];
  await read({ ...w.people.elsewhere, roles: [] }, (path, status, text) => {
    if (![404, 303].includes(status) || canaryHits(text, Object.values(canary)).length > 0)
      opened.push(`${path} ${status}`);
  });
  expect(opened).toEqual([]);
});

/** An answer without what changes at each asking. */
async function answer(
  path: string,
  id: string,
  as: World['people']['admin'],
  form?: Record<string, string>,
): Promise<string> {
  const at = path.replace('~', id);
  const response = form ? await w.t.submit(at, form, { as, page: '/account' }) : await w.t.fetch(at, { as });
  return `${response.status} ${response.headers.get('location') ?? ''} ${await response.text()}`
    .replaceAll(id, '~')
    .replace(/name="_csrf" value="[^"]*"/g, '')
    .replace(/nonce="[^"]*"/g, '')
    .replace(/[\da-f]{8}-[\da-f]{4}(?=<)/g, '');
}

test('who provides for one organisation finds no record of another, in what they read and in what they send', async () => {
  const { provider, unvetted } = w.people;
  const page = '/alpha/staff/my-organization/~';
  const own = new Set([more.kitchen, more.meals, more.kitchenPlace]);
  expect((await w.t.fetch(page.replace('~', more.meals), { as: provider })).status).toBe(200);
  const missing = await answer(page, never, provider);
  const missingPost = await answer(page, never, provider, { description: 'x' });
  expect(missing).toMatch(/^404/);
  expect(missingPost).toMatch(/^404/);
  for (const id of everyId.filter((one) => !own.has(one))) {
    const links = [more.hiddenLink, more.duplicate, more.duplicateService].includes(id);
    if (!links) expect(await answer(page, id, provider), id).toBe(missing);
    if (!links) expect(await answer(page, id, provider, { description: 'x' }), id).toBe(missingPost);
    await expect(
      act(w, unvetted, 'directory.provider.propose', { record: id, values: { description: 'x' } }),
    ).rejects.toThrow();
  }
  await expect(
    act(w, provider, 'directory.provider.propose', { record: more.shelter, values: { name: 'x' } }),
  ).rejects.toThrow();
  // Whoever speaks for nobody yet has an empty page, and not one row of anybody.
  const empty = await answer('/alpha/staff/my-organization', '', unvetted);
  for (const name of ['Heron House', 'Bridge Law', 'Oleander', 'Wrenfield']) expect(empty).not.toContain(name);
});

const posts = directoryModule.routes.filter(
  (route) => route.method === 'POST' && route.path.startsWith('/:network/staff/'),
);

test('what a role may not send changes nothing and is answered like an address that is not there', async () => {
  const outsiders = ['unvetted', 'elsewhere'] as const;
  const before = await counts();
  const wrong: string[] = [];
  for (const role of outsiders) {
    let person = await again(w, w.people[role]);
    let sent = 0;
    for (const route of posts) {
      if (Array.isArray(route.access) && route.access.includes(w.people[role].roles[0]!) && role !== 'elsewhere')
        continue;
      for (const id of [more.shelter]) {
        if (++sent % 100 === 0) person = await again(w, w.people[role]);
        const path = paramsOf(route.path).reduce(
          (one, name) => one.replace(`:${name}`, name === 'network' ? 'alpha' : id),
          route.path,
        );
        const response = await w.t.submit(
          path,
          { text: 'x y z', reason: 'x y z', value: 'no', add: id, kind: 'unlisted', decision: 'listed' },
          { as: person, page: '/account' },
        );
        if (response.status !== 404) wrong.push(`${role} ${routeKey(route)} ${response.status}`);
      }
    }
  }
  expect([...new Set(wrong)]).toEqual([]);
  expect(await counts()).toEqual(before);
});

async function counts(): Promise<unknown> {
  const { rows } = await sql<{ n: string }>`
    select (select count(*) from app.record_version) || ' ' || (select count(*) from app.directory_event) || ' ' || (select count(*) from app.directory_note)
      || ' ' || (select count(*) from app.directory_proposal) || ' ' || (select count(*) from app.directory_visit) || ' ' || (select count(*) from app.directory_share)
      || ' ' || (select count(*) from app.directory_campaign) || ' ' || (select count(*) from app.record_check) as n`.execute(
    w.t.db.owner,
  );
  return rows[0]!.n;
}
