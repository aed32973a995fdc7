/** Garbage in every address and every form: an answer in words, never an error of ours, and nothing of it in the log as a failure. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRoutes } from '../src/app.ts';
import { loadDemo } from '../src/demo/load.ts';
import { testApp, type TestApp, type TestPerson } from './support/harness.ts';

let t: TestApp;
let staff: TestPerson;
let networkId: string;
const everything = [
  'network_admin',
  'plan_editor',
  'plan_approver',
  'auditor',
  'operator',
  'directory_vetter',
  'directory_approver',
  'directory_visitor',
  'provider',
];
/** The gate asks the same questions each time; FUZZ_RUNS=200 asks others, and more. */
const options = process.env.FUZZ_RUNS ? { numRuns: Number(process.env.FUZZ_RUNS) } : { numRuns: 6, seed: 20261121 };

beforeAll(async () => {
  t = await testApp();
  await loadDemo(t.app);
  const network = await t.app.networks.bySlug('harbor');
  networkId = network!.id;
  staff = await t.person(networkId, everything);
}, 120_000);
afterAll(() => t.close());

const real: Record<string, string[]> = {
  network: ['harbor', 'houston'],
  plan: ['2024-2027', 'phase-2', 'dv-2025'],
  ref: ['1', '20', '4'],
};
const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e99',
    'NaN',
    'null',
    '../../etc/passwd',
    "' or 1=1 --",
    '<script>alert(1)</script>',
    '%00',
    '\u0000',
    '𝒳'.repeat(50),
    '2019-02-30',
    '9999999999999999999999',
    '{"a":1}',
    '__proto__',
  ),
);
const value = (name: string) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...(real[name] ?? ['x'])) }, { weight: 2, arbitrary: garbage });
const queryNames = [
  'asOf',
  'since',
  'from',
  'q',
  'status',
  'theme',
  'lead',
  'under',
  'lang',
  'plans',
  'plan',
  'sort',
  'dir',
  'page',
  'said',
  'next',
  'on',
  'to',
  'n',
];
const query = fc.dictionary(fc.constantFrom(...queryNames), garbage, { maxKeys: 4 });

/** An address of the route with its parts filled in. */
const addressOf = (path: string) => {
  const names = [...path.matchAll(/:([a-zA-Z]+)/g)].map(([, name]) => name!);
  return fc
    .tuple(fc.record(Object.fromEntries(names.map((name) => [name, value(name)]))), query)
    .map(([parts, asked]) => {
      const filled = path.replace(/:([a-zA-Z]+)(\{[^}]*\})?/g, (_, name: string) =>
        encodeURIComponent((parts as Record<string, string>)[name] ?? ''),
      );
      const search = new URLSearchParams(asked).toString();
      return filled + (search ? `?${search}` : '');
    });
};

const failures = () => t.logged.filter((line) => line.includes('request failed'));

test.each(
  allRoutes()
    .filter((route) => route.method === 'GET')
    .map((route) => route.path),
)('GET %s answers garbage in words', async (path) => {
  await fc.assert(
    fc.asyncProperty(addressOf(path), fc.boolean(), async (address, signedIn) => {
      const response = await t.fetch(address, signedIn ? { as: staff } : {});
      await response.arrayBuffer();
      expect(response.status, `${address} ${failures().at(-1) ?? ''}`).toBeLessThan(500);
    }),
    options,
  );
});

const fieldNames = [
  'title',
  'title.en',
  'title.es',
  'slug',
  'ref',
  'basedOn',
  'on',
  'status',
  'reason',
  'text',
  'name',
  'email',
  'role',
  'password',
  'code',
  'note',
  'n',
  'person',
  'plan',
  'fields',
  'id',
];
const form = fc.dictionary(fc.oneof(fc.constantFrom(...fieldNames), fc.string({ maxLength: 8 })), garbage, {
  maxKeys: 8,
});

test.each(
  allRoutes()
    .filter((route) => route.method === 'POST')
    .map((route) => route.path),
)('POST %s answers garbage in words', async (path) => {
  // A session of its own, so that no limit answers in place of the form; one hidden field serves every form of a session.
  const one = await t.person(networkId, everything);
  const csrf = /name="_csrf" value="([^"]*)"/.exec(await (await t.fetch('/account', { as: one })).text())?.[1];
  expect(csrf).toBeTruthy();
  await fc.assert(
    fc.asyncProperty(addressOf(path), form, fc.boolean(), async (address, fields, signedIn) => {
      const body = new URLSearchParams({ ...fields, _csrf: csrf! });
      const response = await t.fetch(address, {
        method: 'POST',
        body,
        headers: { origin: 'http://localhost' },
        ...(signedIn ? { as: one } : {}),
      });
      await response.arrayBuffer();
      expect(response.status, `${address} ${failures().at(-1) ?? ''}`).toBeLessThan(500);
    }),
    options,
  );
});
