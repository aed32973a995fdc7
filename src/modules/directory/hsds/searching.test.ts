/**
 * Words looked for through the API on a generated directory: the public's own search finds the same services in the same order, page after page holds
 * each once, and every other parameter narrows what words find.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { organizations } from '../../../../bench/directory-data.ts';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import type { Document } from '../documents.ts';
import { searchServices } from '../search/index.ts';
import { defaultTerms } from '../search/terms.ts';
import { SearchWriter } from '../search/write.ts';
import { defaultTaxonomy } from '../taxonomy/index.ts';
import { keepEntries } from './keep.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let t: TestApp;
let networkId: string;
const lone: Document = {
  kind: 'organization',
  id: randomUUID(),
  organizationId: randomUUID(),
  name: 'Quokkaville Lantern Society',
  body: { name: 'Quokkaville Lantern Society', description: 'No services yet' },
};
lone.organizationId = lone.id;
lone.body.id = lone.id;
const documents = [...[...organizations(900)].flat(), lone];

beforeAll(async () => {
  t = await testApp({ trustProxy: true });
  networkId = (await t.network('alpha')).id;
  await t.db.run({ networkId, scope: 'system' }, async (tx) => {
    const list = documents.map((one) => ({ ...one, body: JSON.stringify(one.body) }));
    await sql`insert into site.directory_document (network_id, kind, id, organization_id, name, document, modified, since)
      select ${networkId}::uuid, m.kind, m.id, m."organizationId", m.name, m.body::json, now(), current_date
      from json_to_recordset(${JSON.stringify(list)}::json) as m(kind text, id uuid, "organizationId" uuid, name text, body text)`.execute(
      tx,
    );
    const ids = [...new Set(documents.map((one) => one.organizationId))];
    const writer = new SearchWriter(tx, networkId);
    await writer.write('public', ids, documents);
    await writer.finish();
    await keepEntries(tx, networkId, ids, defaultTerms(), new Date());
  });
});
afterAll(() => t?.close());

type Body = { contents: { id: string; service?: { id: string } }[]; total_items: number; total_pages: number };
let asked = 0;
const ask = (path: string, form?: Record<string, string>) =>
  t.fetch(`/alpha/hsds/${path}`, {
    headers: { 'x-forwarded-for': `10.4.${asked >> 8}.${asked++ & 255}` },
    ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
  });
const body = async (path: string, form?: Record<string, string>) => (await (await ask(path, form)).json()) as Body;
/** All of a list: its pages one after another. */
async function all(
  list: string,
  given: Record<string, string>,
  perPage = 450,
): Promise<{ ids: string[]; total: number }> {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const query = new URLSearchParams({ ...given, per_page: String(perPage), page: String(page) });
    const { contents, total_items, total_pages } = await body(`${list}?${query}`);
    ids.push(...contents.map((one) => one.id));
    if (page >= total_pages) return { ids, total: total_items };
  }
}
const ofPublic = async (text: string) => {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const found = await searchServices(t.app, networkId, 'public', { text, page, perPage: 100, facets: false });
    ids.push(...found.hits.map((hit) => hit.id));
    if (found.hits.length < 100) return { ids, total: found.total };
  }
};

const terms = defaultTaxonomy().terms;
const texts = [
  'food pantry',
  'imigration lawer',
  'sheltr',
  'comida',
  'abogado de inmigración',
  'a place to sleep',
  'Willow Bridge Houston',
  'resident',
  'program county zzqqxx',
  'tutoring lantern walnut',
  'zzqqxx',
  'shelt',
  terms[40]!.name.en,
  terms[90]!.name.es,
  terms[200]!.synonyms.en[0] ?? terms[200]!.name.en,
  documents.find((one) => one.kind === 'service')!.name,
];

test('words find what the public’s search finds, in its order, and every page holds something else', async () => {
  let most = 0;
  for (const text of texts) {
    const [found, shown] = [await all('services', { search: text }), await ofPublic(text)];
    most = Math.max(most, found.total);
    expect(found.total, text).toBe(shown.total);
    expect(found.ids, text).toHaveLength(found.total);
    expect(new Set(found.ids).size, text).toBe(found.total);
    for (const id of shown.ids) expect(found.ids, text).toContain(id);
    if (found.total <= 200) expect(found.ids, text).toEqual(shown.ids);
    expect((await all('services', { search: text }, 73)).ids, text).toEqual(found.ids);
  }
  // More than a search weighs: what lies beyond is found and counted too.
  expect(most).toBeGreaterThan(200);
  expect((await all('services', { search: 'zzqqxx' })).total).toBe(0);
  expect((await all('services', { search: 'sheltr' })).ids).toEqual((await all('services', { search: 'shelter' })).ids);
});

test('lines, pages, form and JSON tell the same', async () => {
  for (const list of ['services', 'organizations', 'service_at_locations'])
    for (const search of ['resident', 'comida', 'sheltr']) {
      const { ids } = await all(list, { search });
      const lines = (await (await ask(`${list}?format=ndjson&search=${search}`)).text()).trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(ids);
      const page = (await body(`${list}?search=${search}`)).contents.map((one) => one.id);
      expect(page).toEqual(ids.slice(0, 50));
      expect((await body(list, { search })).contents.map((one) => one.id)).toEqual(page);
    }
});

test('words and every other parameter narrow together, to the last page', async () => {
  const service = documents.find((one) => one.kind === 'service')!;
  const [{ taxonomy_term_id: term }] = service.body.attributes as [{ taxonomy_term_id: string }];
  const others: Record<string, string>[] = [
    { day: 'FR', start_time: '09:00' },
    { minimum_age: '18' },
    { taxonomy_id: defaultTaxonomy().vocabularies[0]!.id },
    { taxonomy_term_id: term },
    { organization_id: service.organizationId },
    { modified_after: '2020-01-01' },
    { modified_after: '2999-01-01' },
  ];
  let some = 0;
  for (const list of ['services', 'service_at_locations'])
    for (const search of ['resident', 'weekdays program'])
      for (const other of list === 'services' ? others : [...others, { postcode: '77002' }]) {
        const [words, rest] = [await all(list, { search }), new Set((await all(list, other)).ids)];
        const both = await all(list, { search, ...other });
        const expected = words.ids.filter((id) => rest.has(id));
        // Where nothing has all the words and the rest too, some of the words will do.
        if (expected.length === 0) continue;
        expect(new Set(both.ids), JSON.stringify([list, search, other])).toEqual(new Set(expected));
        expect(both).toMatchObject({ total: expected.length, ids: { length: expected.length } });
        some += 1;
      }
  expect(some).toBeGreaterThan(15);
});

test('places come with the services that words find, and with proximity the nearest first', async () => {
  const found = new Set((await all('services', { search: 'weekdays' })).ids);
  const { contents } = await body('service_at_locations?search=weekdays&per_page=500');
  for (const one of contents) expect(found).toContain(one.service!.id);
  const near = await all('service_at_locations', { search: 'weekdays', postcode: '77002', proximity: '20000' });
  const alone = await all('service_at_locations', { postcode: '77002', proximity: '20000' });
  expect(near.ids.length).toBeGreaterThan(5);
  expect(near.ids).toEqual(alone.ids.filter((id) => near.ids.includes(id)));
});

test('organizations are found by their own words, without services too, and by what their services do', async () => {
  expect((await all('organizations', { search: 'Quokkaville' })).ids).toEqual([lone.id]);
  expect((await all('organizations', { search: 'lantern quokkaville society' })).ids).toEqual([lone.id]);
  const { ids } = await all('organizations', { search: 'sheltr' });
  const services = new Set((await all('services', { search: 'shelter' })).ids);
  const owners = new Set(documents.filter((one) => services.has(one.id)).map((one) => one.organizationId));
  expect(new Set(ids)).toEqual(owners);
});
