/** Garbage and half-right values in every parameter of every endpoint: an answer or a refusal in words, never a failure of ours. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { list, plainService, saveAll } from '../../../../test/support/hsds-network.ts';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { richIds, richRecords } from '../../../../test/support/rich-records.ts';
import { termByCode } from '../taxonomy/index.ts';
import { parameters } from './parameters.ts';

let t: TestApp;
let asked = 0;
const ids = richIds();
const options = process.env.FUZZ_RUNS ? { numRuns: Number(process.env.FUZZ_RUNS) } : { numRuns: 60, seed: 20261122 };

beforeAll(async () => {
  t = await testApp({ trustProxy: true });
  const { id } = await t.network('alpha');
  const ctx = await t.ctx(id, 'system');
  await saveAll(t, ctx, [...richRecords(ids, termByCode('1102')!.id), plainService(ids.organization, 'Bare')]);
  await list(t, ctx, [ids.organization]);
});
afterAll(() => t?.close());

const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-0',
    '1e9',
    'NaN',
    'null',
    "' or 1=1 --",
    '%',
    '_',
    '\\',
    '\u0000',
    '𝒳',
    '{"a":1}',
    '__proto__',
    '9'.repeat(40),
  ),
);
const right: Record<string, string[]> = {
  page: ['1', '2', '1000000'],
  per_page: ['1', '500', '1000000'],
  format: ['json', 'ndjson'],
  search: ['shelter', 'a', '% _', 'comida'],
  taxonomy_term_id: [termByCode('1102')!.id, ids.service],
  taxonomy_id: [ids.service],
  organization_id: [ids.organization, ids.service],
  parent_id: [termByCode('1102')!.id],
  modified_after: ['2026-01-01', '2026-01-01T00:00:00+05:00', '1000-01-01T00:00:00Z', '2999-12-31T23:59:59.999999999Z'],
  minimum_age: ['0', '18.5'],
  maximum_age: ['99'],
  start_time: ['09:00', '24:00'],
  end_time: ['17:30:00'],
  day: ['MO', 'sunday'],
  postcode: ['77002', '00501'],
  proximity: ['0', '999999999'],
};
const value = (name: string) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...(right[name] ?? ['true', 'false'])) },
    { weight: 1, arbitrary: garbage },
  );
const names = Object.keys(Object.assign({}, ...Object.values(parameters).map((one) => one.shape)) as object);
const pairs = fc.array(
  fc
    .oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: garbage })
    .chain((name) => value(name).map((one): [string, string] => [name, one])),
  { maxLength: 5 },
);

/** Each question from somewhere else, so that no limit answers in place of the address. */
async function send(path: string, init: RequestInit = {}): Promise<void> {
  asked += 1;
  const from = [10, asked >> 16, (asked >> 8) & 255, asked & 255].join('.');
  const response = await t.fetch(path, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), 'x-forwarded-for': from },
  });
  const text = await response.text();
  const told = `${init.method ?? 'GET'} ${path} ${JSON.stringify(init.body ?? '')} ${text.slice(0, 300)}`;
  expect([200, 400, 404], told).toContain(response.status);
  if (response.status === 200) {
    for (const line of response.headers.get('content-type')!.includes('ndjson')
      ? text.split('\n').filter((one) => one)
      : [text])
      expect(JSON.parse(line), told).toBeTypeOf('object');
  } else expect(JSON.parse(text), told).toMatchObject({ status: response.status, detail: expect.stringMatching(/\w/) });
}

const lists = ['services', 'organizations', 'service_at_locations', 'taxonomies', 'taxonomy_terms'];

test.each(lists)('%s answers or refuses whatever stands in the address', async (name) => {
  await fc.assert(
    fc.asyncProperty(pairs, (given) => send(`/alpha/hsds/${name}?${new URLSearchParams(given)}`)),
    options,
  );
});

test.each(lists)('%s answers or refuses whatever stands in a form or in JSON', async (name) => {
  const body = fc.oneof(
    pairs.map((given): RequestInit => ({ body: new URLSearchParams(given) })),
    pairs.map((given): RequestInit => ({ body: JSON.stringify(Object.fromEntries(given)) })),
    fc.json().map((text): RequestInit => ({ body: text, headers: { 'content-type': 'application/json' } })),
    garbage.map(
      (text): RequestInit => ({ body: text, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    ),
    garbage.map(
      (text): RequestInit => ({ body: text, headers: { 'content-type': 'multipart/form-data; boundary=x' } }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(body, (init) => send(`/alpha/hsds/${name}`, { method: 'POST', ...init })),
    options,
  );
});

test.each(lists)('%s answers or refuses whatever is asked for as one', async (name) => {
  const id = fc.oneof(garbage, fc.uuid(), fc.constantFrom(...Object.values(ids)));
  await fc.assert(
    fc.asyncProperty(id, pairs, async (one, given) => {
      // An empty or dotted part is another address.
      if (/^\.{0,2}$/.test(one)) return;
      await send(`/alpha/hsds/${name}/${encodeURIComponent(one.toWellFormed())}?${new URLSearchParams(given)}`);
    }),
    options,
  );
});

test('nothing of it stands in the log as a failure', () => {
  expect(asked).toBeGreaterThan(100);
  expect(t.logged.filter((line) => line.includes('request failed'))).toEqual([]);
});
