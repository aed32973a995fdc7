/** Applying without an account: codes, drafts, hidden places, and what is kept of it. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemCtx } from '#kernel';
import { holdings } from '#modules/organisations';
import { Applicant, enteredPages } from '../../../../../test/support/applying.ts';
import { testApp, type TestApp } from '../../../../../test/support/harness.ts';
import { positionNow } from '../events.ts';
import { applicationSweep } from '../telling.ts';
import { entered, pagesOf, readPage, unfinished } from './questions.ts';

let t: TestApp;
let network: { id: string; slug: string };
beforeAll(async () => {
  t = await testApp();
  network = await t.network('alder');
});
afterAll(() => t?.close());

const system = <T>(work: Parameters<typeof t.db.run<T>>[1]) =>
  t.db.run({ networkId: network.id, scope: 'system' }, work);
const rows = async () =>
  (await system((tx) => sql<{ id: string }>`select id from app.directory_application`.execute(tx))).rows.length;
const letters = async () =>
  (
    await system((tx) =>
      sql<{ body: string }>`select body from app.mail where kind = 'directory.vetting.letter'`.execute(tx),
    )
  ).rows;

test('a page names each answer that is missing, and keeps what is there when it is finished later', () => {
  expect(readPage('organisation', { orgName: ['X'] }, false)).toEqual({ orgName: ['X'] });
  const names = (kind: Parameters<typeof readPage>[0], raw: Record<string, string[]>) => {
    try {
      readPage(kind, raw, true);
      return [];
    } catch (error) {
      return Object.keys((error as { fields: object }).fields).sort();
    }
  };
  expect(names('organisation', { orgName: ['X'], orgPhone: ['abc'], orgWebsite: ['nowhere'] })).toEqual([
    'orgDescription',
    'orgPhone',
    'orgWebsite',
  ]);
  expect(names('place', { hidden: ['no'], placeName: ['A'], city: ['B'], state: ['TX'], zip: ['1'] })).toEqual([
    'street',
  ]);
  expect(names('who', { situations: ['made.up'], genders: ['gender.all'], warm: ['yes'] })).toEqual(['situations']);
  expect(
    names('who', {
      situations: ['situation.trafficking'],
      genders: ['gender.all'],
      warm: ['ask'],
      minimumAge: ['30'],
      maximumAge: ['18'],
    }),
  ).toEqual(['maximumAge']);
});

test('who gives no address need not say whether we may write to it; who gives one says so', () => {
  const person = { contactName: ['X'], contactPhone: ['713 555 0100'], wantsPublic: ['no'] };
  expect(readPage('contact', person, true)).toEqual({ ...person, mail: ['no'] });
  expect(readPage('contact', {}, false)).toEqual({});
  expect(() => readPage('contact', { ...person, contactEmail: ['a@example.org'] }, true)).toThrow();
  expect(() => readPage('contact', { ...person, mail: ['yes'] }, true)).toThrow();
});

test('places and services come once each, and an application is finished when every page is', () => {
  const answers = Object.fromEntries(
    Object.entries(enteredPages).map(([page, fields]) => [
      page,
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value].flat()])),
    ]),
  );
  expect(unfinished(answers)).toBeNull();
  const more = { ...answers, 'service-3': { serviceName: ['Legal'] } };
  expect(entered(more, 'service')).toEqual([1, 3]);
  expect(pagesOf(more)).toContain('who-3');
  expect(unfinished(more)).toBe('service-3');
});

test('a draft is saved, found again by its code in another browser, and wiped', async () => {
  const first = new Applicant(t, 'alder');
  const code = await first.begin();
  expect(code.replaceAll(' ', '')).toMatch(/^\d{16}$/);
  expect((await first.post('/organisation', { orgName: 'Half done', go: 'later' })).status).toBe(303);

  const stranger = new Applicant(t, 'alder');
  expect((await stranger.get('/check')).headers.get('location')).toContain('/services/apply/return');
  expect((await stranger.post('/organisation', { orgName: 'Mine now', go: 'later' })).status).toBe(303);
  const wrong = code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
  expect((await stranger.post('/return', { code: wrong })).status).toBe(422);
  expect((await stranger.post('/return', { code: '12' })).status).toBe(422);

  const phone = new Applicant(t, 'alder');
  expect((await phone.post('/return', { code })).status).toBe(303);
  const check = await phone.get('/check');
  expect(check.headers.get('cache-control')).toBe('no-store');
  expect(await check.text()).toContain('Half done');
  // The newest browser holds it; the one before is asked for the code.
  expect((await first.get('/check')).status).toBe(303);

  const other = await t.network('birch');
  expect((await new Applicant(t, other.slug).post('/return', { code })).status).toBe(422);

  expect((await phone.post('/sending')).status).toBe(409);
  const before = await rows();
  expect((await phone.post('/deletion')).status).toBe(303);
  expect(await rows()).toBe(before - 1);
  expect((await new Applicant(t, 'alder').post('/return', { code })).status).toBe(422);
});

test('nothing of a draft stands readable in the database, and neither does its code', async () => {
  const applicant = new Applicant(t, 'alder');
  const code = await applicant.begin();
  await applicant.post('/organisation', { orgName: 'Sealed Canary', go: 'later' });
  const dump = JSON.stringify(
    (await system((tx) => sql`select to_jsonb(a) from app.directory_application a`.execute(tx))).rows,
  );
  for (const word of ['Sealed Canary', Buffer.from('Sealed Canary').toString('hex'), code.replaceAll(' ', '').slice(6)])
    expect(dump).not.toContain(word);
  expect(t.logged.join('\n')).not.toContain('Sealed Canary');
});

test('whoever fills in the field that people do not see makes nothing', async () => {
  const before = await rows();
  expect((await new Applicant(t, 'alder').post('', { homepage: 'https://spam.example' })).status).toBe(303);
  expect(await rows()).toBe(before);
});

test('one browser cannot begin without end, and others at its address still can', async () => {
  const busy = new Applicant(t, 'alder', 'busy');
  const answers: number[] = [];
  for (let i = 0; i < 11; i++) answers.push((await busy.post('')).status);
  expect(answers.at(-1)).toBe(429);
  expect((await new Applicant(t, 'alder', 'somebody else').post('')).status).toBe(200);
});

test('ten wrong codes for one application are enough for a while', async () => {
  const code = (await new Applicant(t, 'alder').begin()).replaceAll(' ', '');
  const tries: number[] = [];
  for (let i = 0; i < 11; i++)
    tries.push((await new Applicant(t, 'alder').post('/return', { code: code.slice(0, 6) + '0000000000' })).status);
  expect(tries.slice(0, 10)).toEqual(Array(10).fill(422));
  expect(tries.at(-1)).toBe(429);
});

test('sending makes records that nobody but those who vet may see, and seals where the hidden place is', async () => {
  const applicant = new Applicant(t, 'alder');
  await applicant.applyWhole();
  const status = await (await applicant.get('/status')).text();
  expect(status).toContain('We have your application');
  const found = await system((tx) => holdings(tx, network.id));
  const [held] = [...found.values()].filter((one) => one.organization.fields.name === 'Casa Violeta (made up)');
  expect(held!.services).toHaveLength(1);
  expect(held!.links).toHaveLength(1);
  const service = held!.services[0]!;
  const linkTypes = (service.fields.attributes as { link_type: string }[]).map((one) => one.link_type);
  expect([...new Set(linkTypes)].sort()).toEqual(
    ['audience', 'cost', 'eligibility_exclude', 'eligibility_include', 'feature', 'need', 'trafficking'].sort(),
  );
  expect(service.fields.schedules).toMatchObject([{ freq: 'WEEKLY', opens_at: '00:00', closes_at: '24:00' }]);
  for (const rec of [held!.organization, ...held!.services, ...held!.locations]) expect(rec.marks).toEqual({});
  expect(held!.locations[0]!.confidential).toBe(true);
  const { state } = await system((tx) => positionNow(tx, network.id, held!.organization.id));
  expect(state).toBe('applied');

  const everywhere = await system((tx) =>
    sql<{ text: string }>`select
        (select json_agg(v)::text from app.record_version v) || coalesce((select json_agg(e)::text from app.directory_event e), '')
        || coalesce((select json_agg(d)::text from app.directory_document d), '') || coalesce((select json_agg(a)::text from app.audit_entry a), '') as text`.execute(
      tx,
    ),
  );
  for (const canary of ['Quietwater', 'Canarytown']) {
    expect(everywhere.rows[0]!.text).not.toContain(canary);
    expect(t.logged.join('\n')).not.toContain(canary);
    expect(await (await applicant.get('/status')).text()).not.toContain(canary);
  }
  expect(everywhere.rows[0]!.text).not.toContain('Reference One');
  const letter = (await letters()).at(-1)!.body;
  expect(letter).toContain('We have your application');
  expect(letter).not.toMatch(/\d{4} \d{4}/);

  // Sent is sent.
  expect((await applicant.post('/organisation', { orgName: 'Other', go: 'later' })).status).not.toBe(200);
  expect((await applicant.post('/deletion')).status).toBe(303);
  expect((await applicant.get('/status')).status).toBe(200);
});

test('the applicant takes it back; a month later the code and the answers are gone', async () => {
  const applicant = new Applicant(t, 'alder');
  const code = await applicant.applyWhole();
  expect((await applicant.post('/withdrawal')).status).toBe(303);
  expect(await (await applicant.get('/status')).text()).toContain('was taken back');
  const ctx = await systemCtx(t.app, 'test', network.id, 'test');
  await applicationSweep.run(ctx, {});
  const back = new Applicant(t, 'alder');
  expect((await back.post('/return', { code })).status).toBe(303);
  t.setClock(new Date(Date.now() + 31 * 86_400_000));
  expect((await new Applicant(t, 'alder').post('/return', { code })).status).toBe(422);
  const drafts = async () =>
    (
      await system((tx) =>
        sql<{ n: number }>`select count(*)::int as n from app.directory_application where sent_at is null`.execute(tx),
      )
    ).rows[0]!.n;
  expect(await drafts()).toBeGreaterThan(0);
  await applicationSweep.run(ctx, {});
  expect(await drafts()).toBe(0);
  const left = await system((tx) =>
    sql<{ sealed: Buffer | null; locator: Buffer | null }>`select a.sealed, a.locator from app.directory_application a
      where exists (select 1 from app.directory_event e where e.organization_id = a.organization_id and e.kind = 'withdrawn')`.execute(
      tx,
    ),
  );
  expect(left.rows).toEqual([{ sealed: null, locator: null }]);
});
