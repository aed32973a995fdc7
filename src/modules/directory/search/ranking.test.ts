/** The order of what is found, and its pages. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { area, listing, type Made, need } from '../../../../test/support/listing.ts';
import { termByCode } from '../taxonomy/index.ts';
import { type SearchQuery, searchServices } from './index.ts';

let t: TestApp;
let network: { id: string };
let add: ReturnType<typeof listing>['add'];
beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha', { timezone: 'America/Chicago' });
  ({ add } = listing(t, network.id, await t.ctx(network.id, 'system')));
});
afterAll(() => t?.close());

const search = (query: SearchQuery) => searchServices(t.app, network.id, 'public', query);
const names = async (query: SearchQuery) => (await search(query)).hits.map((hit) => hit.name);

test('who offers what was asked for comes before who offers a part of it', async () => {
  const [whole, part] = [termByCode('1247')!, termByCode('1248')!];
  expect(part.parent).toBe(whole.code);
  const service = (name: string, code: string) => ({ id: randomUUID(), fields: { name, attributes: [need(code)] } });
  await add(randomUUID(), 'Third Street Coalition', 'public', [
    service('Aspen Corner', part.code),
    service('Zinnia Corner', whole.code),
  ]);
  for (const text of [whole.name.en, whole.name.es])
    expect(await names({ text }), text).toEqual(['Zinnia Corner', 'Aspen Corner']);
});

test('a shelter whose place is hidden, and which serves the place asked for, stands before an office an hour away', async () => {
  const bed = (name: string, more: Partial<Made>) => ({
    id: randomUUID(),
    fields: { name, attributes: [need('service.shelter')] },
    ...more,
  });
  const far = { lat: 29.05, lon: -95.45, city: 'Angleton', zip: '77515' };
  const hidden = bed('Yarrow Beds', { at: { ...far, hidden: true } });
  await add(randomUUID(), 'Yarrow Coalition', 'public', [
    bed('Anise Beds', { at: far }),
    { ...hidden, fields: { ...hidden.fields, service_areas: area('Harris County, TX') } },
  ]);
  const near = { lat: 29.7604, lon: -95.3698, label: 'here' };
  const found = (await names({ text: 'beds', near })).filter((name) => name.endsWith('Beds'));
  expect(found).toEqual(['Yarrow Beds', 'Anise Beds']);
});

test('pages follow each other without a gap or a repetition, however many are found', async () => {
  const services = Array.from({ length: 230 }, (_, n) => ({
    id: randomUUID(),
    fields: {
      name: `Larkspur ${n % 3 === 0 ? 'meals' : 'rooms'} ${n}`,
      description: n % 2 === 0 ? 'Meals in the evening' : 'Larkspur',
    },
  }));
  await add(randomUUID(), 'Larkspur Alliance', 'public', services);
  const seen: string[] = [];
  for (let page = 1; page <= 12; page++)
    seen.push(...(await search({ text: 'larkspur', page, perPage: 20 })).hits.map((hit) => hit.id));
  expect(seen.length).toBe(230);
  expect(new Set(seen)).toEqual(new Set(services.map((one) => one.id)));
});
