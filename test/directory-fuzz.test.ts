/** Hostile values in every parameter and every form of the directory, as nobody and as somebody who may do everything: a reason, never a failure. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { directoryModule } from '../src/modules/directory/index.ts';
import { again, directoryWorld, more, type World } from './support/directory-world.ts';
import { testApp, type TestPerson } from './support/harness.ts';
import { routeKey } from './support/routes.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const options = process.env.FUZZ_RUNS ? { numRuns: Number(process.env.FUZZ_RUNS) } : { numRuns: 5, seed: 20261122 };

let w: World;
let everybody: TestPerson;
let asked = 0;

beforeAll(async () => {
  const t = await testApp({ trustProxy: true });
  t.setClock('2026-06-02T15:00:00Z');
  w = await directoryWorld(t);
  everybody = await t.person(
    w.network.id,
    [...t.app.services.registry.roles.keys()].filter((role) => role !== 'operator'),
  );
});
afterAll(() => w?.t.close());

/** What breaks things: numbers that are none, days that are none, marks of SQL, of patterns and of text search, broken letters, long words. */
const hostile = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  'Infinity',
  '9007199254740993',
  '99999999999999999999',
  '2019-02-30',
  '0000-00-00',
  '9999-12-31T23:59:59Z',
  '-271821-04-20',
  "'; drop table app.record; --",
  "' or 1=1 --",
  '%',
  '_',
  '\\',
  '(((((((',
  '[a-',
  '(a+)+$',
  ':*',
  '!!!',
  '& | ! <-> <2>',
  "'a' & !'b':*ABCD",
  'a:1A,2B',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '‮abc',
  '𝒳'.repeat(300),
  'e' + '\u0301'.repeat(500),
  'x'.repeat(10_240),
  'wort '.repeat(2_000),
  '<script>alert(1)</script>',
  '{{constructor}}',
  ['$', '{7*7}'].join(''),
  '../../etc/passwd',
  '//evil.example',
  'javascript:alert(1)',
  '__proto__',
  'constructor',
  'toString',
  '{"a":1}',
  '['.repeat(500),
  'null',
  'undefined',
  'true',
  '77002',
  '00000',
  '77002-99999',
  '+29.7,-95.3',
  'NaN,NaN',
  '91,181',
  more.shelter,
  more.shelter.toUpperCase(),
  `{${more.shelter}}`,
  `${more.shelter} `,
  'A'.repeat(22),
  'A'.repeat(43),
];
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);
const names = [
  'what',
  'where',
  'who',
  'need',
  'needs',
  'languages',
  'accessibility',
  'trafficking',
  'county',
  'miles',
  'open',
  'free',
  'accepting',
  'warmTransfer',
  'sort',
  'change',
  'page',
  'explain',
  'map',
  'said',
  'lang',
  'for',
  'asOf',
  'since',
  'code',
  'go',
  'add',
  'remove',
  'clear',
  'back',
  'way',
  'to',
  'safe',
  'days',
  'locale',
  'audience',
  'format',
  'name',
  'text',
  'reason',
  'location',
  'value',
  'kind',
  'step',
  'on',
  'decision',
  'words',
  'saidBy',
  'saidOn',
  'how',
  'visitor',
  'dueOn',
  'note',
  'places',
  'person',
  'id',
  'accept',
  'record',
  'field',
  'fields',
  'seq',
  'description',
  'phones',
  'schedules',
  'service_areas',
  'minimum_age',
  'latitude',
  'longitude',
  'status',
  'answerBy',
  'organizations',
  'listings',
  'asks',
  'remind',
  'escalate',
  'demote',
  'continuous',
  'letter',
  'stop',
  'allRight',
  'stale',
  'left',
  'show',
  'q',
  'state',
  'mapping',
  'search',
  'taxonomy_term_id',
  'taxonomy_id',
  'organization_id',
  'modified_after',
  'minimal',
  'full',
  'full_service',
  'postcode',
  'proximity',
  'per_page',
  'top_only',
  'parent_id',
  'maximum_age',
  'start_time',
  'end_time',
  'day',
  `s.${more.shelter}`,
  `c.${more.shelter}.*`,
  `v.${more.shelter}.phones`,
];
const given = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 7 });
const part = (name: string) =>
  name === 'network'
    ? fc.constant('alpha')
    : fc.oneof(value, fc.constantFrom(more.shelter, more.house, more.office, w?.applied ?? more.kitchen));

const addressOf = (path: string) => {
  const wanted = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  return fc
    .tuple(fc.record(Object.fromEntries(wanted.map((name) => [name, part(name)]))), given)
    .map(([parts, query]) => {
      const filled = path.replace(/:(\w+)/g, (_, name: string) => {
        const one = String((parts as Record<string, string>)[name]).toWellFormed();
        return /^\.{0,2}$/.test(one) ? 'x' : encodeURIComponent(one);
      });
      const search = new URLSearchParams(query.map(([name, one]) => [name, one.toWellFormed()])).toString();
      return filled + (search && `?${search.slice(0, 6_000)}`);
    });
};

const right = new Set([200, 303, 304, 308, 400, 404, 409, 410, 413, 422, 429]);

async function send(path: string, init: RequestInit, as: TestPerson | null): Promise<void> {
  asked += 1;
  const headers = new Headers(init.headers);
  headers.set('x-forwarded-for', `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`);
  const response = await w.t.fetch(path, { ...init, headers, ...(as ? { as } : {}) });
  const text = await response.text();
  const told = `${init.method ?? 'GET'} ${path.slice(0, 400)} ${String(init.body ?? '').slice(0, 400)} ${w.t.logged.filter((line) => line.includes('request failed')).at(-1) ?? ''}`;
  expect(right.has(response.status), `${response.status} ${told}`).toBe(true);
  if (response.status >= 400) expect(text, `no reason: ${told}`).toMatch(/[a-zá]{3}/);
  // Whatever was sent, no answer leads to another site.
  expect(response.headers.get('location') ?? '/', told).toMatch(/^(\/(?!\/)|http:\/\/localhost\/)/);
}

const routes = directoryModule.routes;

test.each(routes.filter((route) => route.method === 'GET').map((route) => [routeKey(route), route.path]))(
  '%s',
  async (_key, path) => {
    await fc.assert(
      fc.asyncProperty(addressOf(path), fc.boolean(), (address, signedIn) =>
        send(address, {}, signedIn ? everybody : null),
      ),
      options,
    );
  },
);

test.each(routes.filter((route) => route.method === 'POST').map((route) => [routeKey(route), route.path]))(
  '%s',
  async (_key, path) => {
    const one = await again(w, everybody);
    const csrf = /name="_csrf" value="([^"]*)"/.exec(await (await w.t.fetch('/account', { as: one })).text())![1]!;
    const deep = `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`;
    const strange: fc.Arbitrary<RequestInit> = fc.constantFrom<RequestInit>(
      { body: deep, headers: { 'content-type': 'application/json' } },
      { body: '['.repeat(20_000), headers: { 'content-type': 'application/json' } },
      { body: '{"search":{"$gt":""}}', headers: { 'content-type': 'application/json' } },
      {
        body: '{"page":1e400,"search":null,"proximity":-0}',
        headers: { 'content-type': 'application/json; charset=utf-16' },
      },
      {
        body: new Uint8Array([0xff, 0xfe, 0x00, 0xd8, 0x80, 0xc3, 0x28]),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      {
        body: `_csrf=${csrf}&what=%E0%A4%A&where=%ff%fe&a=%`,
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=iso-8859-1' },
      },
      {
        body: '--x\r\ncontent-disposition: form-data; name="file"; filename="../../a"\r\n\r\nab',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      },
      { body: 'a', headers: { 'content-type': 'text/plain' } },
      { body: '', headers: { 'content-type': 'multipart/form-data' } },
    );
    const forms = given.map((pairs): RequestInit => {
      const body = new URLSearchParams(pairs.map(([name, text]) => [name, text.toWellFormed()]));
      body.set('_csrf', csrf);
      return { body };
    });
    await fc.assert(
      fc.asyncProperty(
        addressOf(path),
        fc.oneof({ weight: 3, arbitrary: forms }, { weight: 1, arbitrary: strange }),
        fc.boolean(),
        (address, init, signedIn) =>
          send(
            address,
            {
              method: 'POST',
              ...init,
              headers: { origin: 'http://localhost', ...(init.headers as Record<string, string>) },
            },
            signedIn ? one : null,
          ),
      ),
      options,
    );
  },
);

test('every hostile word, looked for by the public and by a program, is answered', async () => {
  const page = '/alpha/services';
  for (const word of hostile) {
    const body = new URLSearchParams({
      what: word.toWellFormed(),
      where: word.toWellFormed(),
      county: word.toWellFormed(),
      miles: word.toWellFormed(),
    });
    const headers = { origin: 'http://localhost', 'x-forwarded-for': `10.200.0.${hostile.indexOf(word)}` };
    const sent = await w.t.fetch(page, { method: 'POST', headers, body });
    expect(sent.status).toBe(303);
    const shown = await w.t.fetch(`${sent.headers.get('location')!}?page=99999999999999999999&explain=1&map=1`, {
      headers,
    });
    expect(shown.status, JSON.stringify(word).slice(0, 60)).toBe(200);
    expect(await shown.text()).toContain('tel:18883737888');
    const found = await w.t.fetch('/alpha/hsds/services', {
      method: 'POST',
      headers,
      body: new URLSearchParams({ search: word.toWellFormed(), full: 'true' }),
    });
    expect([200, 400], JSON.stringify(word).slice(0, 60)).toContain(found.status);
  }
});

test('nothing of it stands in the log as a failure', () => {
  expect(asked).toBeGreaterThan(400);
  expect(w.t.logged.filter((line) => line.includes('request failed')).slice(0, 3)).toEqual([]);
});
