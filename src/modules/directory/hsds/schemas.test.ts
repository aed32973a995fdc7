/**
 * Our own answers against the published HSDS schemas (Ajv, JSON Schema 2020-12, nothing fetched) on records that use every field and every list. The
 * schemas are CC BY-SA and no part of this repository: where they are not at hand these tests are skipped, and counted as such.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { root } from '#kernel';
import type { Fields } from '#modules/organisations';
import { recordSchema } from '#modules/organisations';
import { list, plainService, saveAll } from '../../../../test/support/hsds-network.ts';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { richIds, richRecords } from '../../../../test/support/rich-records.ts';
import { termByCode } from '../taxonomy/index.ts';
import { parameters } from './parameters.ts';
import { toHsds } from './shape.ts';

const folder = join(process.env.WAYMARK_SHARED ?? join(root, '..', 'shared'), 'standards/hsds');
const held = test.skipIf(!existsSync(folder));
const published = 'https://raw.githubusercontent.com/openreferral/specification/3.1/schema';

// The schemas of HSDS hold each other and take long to compile.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let t: TestApp;
let ajv: Ajv2020;
let openApi: {
  paths: Record<string, Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>>;
  components: object;
};
const ids = richIds();
const termId = termByCode('1102')!.id;

const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Fields;

beforeAll(async () => {
  if (!existsSync(folder)) return;
  // A check is used a few times only; making it shorter first would take longer than all its uses.
  ajv = new Ajv2020({ strict: false, allErrors: true, logger: false, code: { optimize: false } });
  formats.default(ajv);
  for (const part of ['schema', 'compiled'])
    for (const file of readdirSync(join(folder, part)).filter((name) => name !== 'openapi.json'))
      ajv.addSchema({ ...read(`${part}/${file}`), $id: `${published}/${part === 'schema' ? '' : 'compiled/'}${file}` });
  openApi = read('openapi_3.1.3_reconstructed.json') as unknown as typeof openApi;
  ajv.addSchema({ $id: 'local:openapi', components: openApi.components });
  t = await testApp({ trustProxy: true });
  const { id } = await t.network('alpha');
  const ctx = await t.ctx(id, 'system');
  await saveAll(t, ctx, [...richRecords(ids, termId), plainService(ids.organization, 'Bare')]);
  await list(t, ctx, [ids.organization]);
});
afterAll(() => t?.close());

const answer = async (path: string): Promise<unknown> => {
  const response = await t.fetch(`/alpha/hsds${path}`);
  expect(response.status, path).toBe(200);
  const text = await response.text();
  expect(text, path).not.toContain(':null');
  return path.includes('ndjson')
    ? text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown)
    : JSON.parse(text);
};

const faultsOf = (check: ValidateFunction, value: unknown): unknown[] =>
  check(value) ? [] : check.errors!.map((error) => `${error.instancePath} ${error.message}`);
const against = (file: string) => ajv.getSchema(`${published}/${file}.json`)!;
const expectValid = (file: string, values: unknown, where: string) => {
  const all = Array.isArray(values) ? values : [values];
  expect(all.length, where).toBeGreaterThan(0);
  for (const one of all) expect(faultsOf(against(file), one), where).toEqual([]);
};

/** Per list: the schema of an entry, and of a whole record. */
const shapes = {
  services: ['compiled/service_list', 'compiled/service', ids.service],
  organizations: ['compiled/organization_list', 'compiled/organization', ids.organization],
  service_at_locations: ['compiled/service_at_location_list', 'compiled/service_at_location', ids.service_at_location],
  taxonomies: ['taxonomy', 'taxonomy', null],
  taxonomy_terms: ['taxonomy_term', 'taxonomy_term', termId],
} as const;

held('every list, line and record is what HSDS 3.1 says it is', async () => {
  for (const [name, [entry, whole, id]] of Object.entries(shapes)) {
    const page = (await answer(`/${name}`)) as { contents: Fields[] };
    expectValid(entry, page.contents, name);
    expectValid(entry, await answer(`/${name}?format=ndjson`), `${name} lines`);
    expectValid(whole, await answer(`/${name}/${id ?? String(page.contents[0]!.id)}`), `${name} one`);
    if (!('full' in parameters[name as 'services'].shape)) continue;
    expectValid(whole, ((await answer(`/${name}?full=true`)) as { contents: Fields[] }).contents, `${name} full`);
    expectValid(whole, await answer(`/${name}?full=true&format=ndjson`), `${name} full lines`);
  }
  expectValid('compiled/organization', await answer(`/organizations/${ids.organization}?full_service=true`), 'whole');
});

held('every answer is what the OpenAPI document of HSDS says of its address', async () => {
  const seen: string[] = [];
  for (const [path, methods] of Object.entries(openApi.paths)) {
    const schema = methods.get!.responses['200']!.content['application/json']!.schema;
    // The published document names the schema of a service for a service at a location, by mistake: UK validators and ours take the right one.
    const right =
      path === '/service_at_locations/{id}' ? { $ref: `${published}/compiled/service_at_location.json` } : schema;
    const check = ajv.compile(
      JSON.parse(JSON.stringify(right).replaceAll('"#/components', '"local:openapi#/components')) as object,
    );
    const name = path.split('/')[1] as keyof typeof shapes;
    const first = name && ((await answer(`/${name}`)) as { contents: { id: string }[] }).contents[0]!.id;
    const address = path.replace('{id}', (name && shapes[name][2]) ?? first);
    expect(faultsOf(check, await answer(address)), address).toEqual([]);
    seen.push(path);
  }
  expect(seen).toHaveLength(11);
});

held('the base address and pages of the last, of none and of ids alone keep their shape', async () => {
  const page = ajv.getSchema('local:openapi#/components/schemas/Page')!;
  for (const query of ['?page=7', '?search=nothingatall', '?per_page=1', '?minimal=true'])
    expect(faultsOf(page, await answer(`/services${query}`)), query).toEqual([]);
  // HSDS describes these entries in words: only an id and a date of change, so not the schema of a service.
  const entry = ajv.compile({
    type: 'object',
    required: ['id', 'modified_date'],
    properties: { id: { type: 'string', format: 'uuid' }, modified_date: { type: 'string', format: 'date-time' } },
    additionalProperties: false,
  });
  const { contents } = (await answer('/services?minimal=true')) as { contents: Fields[] };
  expect(contents).toHaveLength(2);
  for (const one of contents) expect(faultsOf(entry, one)).toEqual([]);
});

held('every property that we send is one that HSDS knows', async () => {
  const strange: string[] = [];
  const walk = (schema: Fields, value: unknown, at: string): void => {
    if (schema.$ref) return walk(against(String(schema.$ref).replace(/\.json$/, '')).schema as Fields, value, at);
    if (Array.isArray(value)) return value.forEach((one) => walk(schema.items as Fields, one, at));
    if (typeof value !== 'object' || value === null) return;
    const known = (schema.properties ?? {}) as Record<string, Fields>;
    for (const [name, one] of Object.entries(value))
      if (known[name]) walk(known[name], one, `${at}.${name}`);
      else strange.push(`${at}.${name}`);
  };
  for (const [name, [, whole, id]] of Object.entries(shapes))
    if (id) walk(against(whole).schema as Fields, await answer(`/${name}/${id}`), name);
  expect([...new Set(strange)]).toEqual([]);
});

held('an address or a mail address that our forms take is one that HSDS takes', () => {
  const check = against('compiled/service');
  const odd = [
    'https://example.org/a b',
    'https://exämple.org/ñ?q=á',
    'http://example.org/[x]|{y}',
    'https://example.org/100%',
    'https://a.org/#x#y',
  ];
  for (const url of odd) {
    const fields = { organization_id: ids.organization, name: 'A', status: 'active', url };
    expect(recordSchema.service.parse(fields)).toEqual(fields);
    expect(faultsOf(check, toHsds('service', { id: ids.service, ...fields })), url).toEqual([]);
  }
});

held('the check is one that can fail', async () => {
  const good = (await answer(`/services/${ids.service}`)) as Fields;
  for (const bad of [
    { status: 'open' },
    { id: '1' },
    { email: 'nobody' },
    { url: 'no address' },
    { minimum_age: '18' },
    { name: null },
  ])
    expect(faultsOf(against('compiled/service'), { ...good, ...bad }), JSON.stringify(bad)).not.toEqual([]);
});
