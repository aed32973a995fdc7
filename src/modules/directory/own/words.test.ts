/** A network's own words: services are found by them once the job has run, and only in that network. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { networkWords } from '../pages/words.ts';
import { saveRecord } from '../records/actions.ts';
import { wordsChanged } from '../refresh.ts';
import { searchServices } from '../search/index.ts';
import { directory } from '../tables.ts';
import { ownPlaces, ownTerms } from './read.ts';
import { removePlace, savePlace, saveTerm } from './words.ts';

let t: TestApp;
let network: { id: string; slug: string };
let editor: Ctx;
let service: string;

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha');
  editor = await t.ctx(network.id, await t.person(network.id, ['directory_editor']));
  const org = await saveRecord(editor, {
    kind: 'organization',
    fields: { name: 'Night Kitchen' },
    marks: { name: 'public' },
  });
  await t.app.db.run({ networkId: network.id, scope: 'system' }, async (tx) => {
    for (const kind of ['listed', 'published'] as const)
      await directory(tx)
        .insertInto('app.directory_event')
        .values({ network_id: network.id, organization_id: org.id, on_day: '2026-01-01', kind, author_id: null })
        .execute();
  });
  const term = await saveTerm(editor, {
    code: 'own.soup-walk',
    parent: 'service.daily.basic-needs',
    name: { en: 'Soup walk', es: 'Caminata de sopa' },
    synonyms: { en: ['potage round'], es: ['ronda de caldo'] },
  });
  const made = await saveRecord(editor, {
    kind: 'service',
    fields: {
      organization_id: org.id,
      name: 'Evening round',
      status: 'active',
      service_areas: [{ id: randomUUID(), name: 'Lantern Quarter' }],
      attributes: [{ id: randomUUID(), taxonomy_term_id: term, link_type: 'need' }],
    },
    marks: { name: 'public', status: 'public', service_areas: 'public', attributes: 'public' },
  });
  service = made.id;
  await savePlace(editor, {
    kind: 'place',
    name: 'Lantern Quarter',
    also: ['Barrio Farol'],
    state: 'TX',
    lat: 27.1,
    lon: -97.7,
    radiusKm: 4,
  });
  // What the worker does when the event of the change reaches it.
  const system = await t.ctx(network.id, 'system');
  await wordsChanged.run!(system, { id: '1', name: 'directory.words', ids: {} });
});
afterAll(() => t?.close());

const find = async (query: Parameters<typeof searchServices>[3]) => {
  const here = (await t.app.networks.byId(network.id))!;
  const { terms } = await networkWords(t.app, here);
  return (await searchServices(t.app, network.id, 'public', query, terms)).hits.map((hit) => hit.id);
};

test('a service is found by a term of the network, by its synonyms in both languages, and by the term above it', async () => {
  for (const text of ['soup walk', 'potage round', 'ronda de caldo', 'caminata de sopa'])
    expect(await find({ text }), text).toEqual([service]);
});

test('a service area named by a place of the network covers a point in it and no other', async () => {
  const near = (lat: number, lon: number) => find({ near: { lat, lon, label: '', radiusKm: 1 } });
  expect(await near(27.11, -97.69)).toEqual([service]);
  expect(await near(29.76, -95.37)).toEqual([]);
});

test('the book of terms stays the same until a term changes', async () => {
  const words = async () => networkWords(t.app, (await t.app.networks.byId(network.id))!);
  const before = await words();
  const place = { kind: 'place' as const, also: [], state: 'TX', lat: 27.2, lon: -97.8, radiusKm: 4 };
  await savePlace(editor, { ...place, name: 'Candle Quarter' });
  const after = await words();
  expect(after.places).toHaveLength(before.places.length + 1);
  expect(after.terms).toBe(before.terms);
  await saveTerm(editor, { code: 'own.bread-walk', parent: null, name: { en: 'Bread walk', es: 'Ronda de pan' } });
  expect((await words()).terms).not.toBe(before.terms);
});

test('another network has none of it', async () => {
  const other = await t.network('beta');
  const seen = await t.app.db.readPublic(other.id, async (tx) => [
    await ownTerms(tx, other.id),
    await ownPlaces(tx, other.id),
  ]);
  expect(seen).toEqual([[], []]);
});

test('a circle of terms, a parent that is not there and a place of another network are refused', async () => {
  await saveTerm(editor, { code: 'own.a', parent: 'own.soup-walk', name: { en: 'A', es: 'A' } });
  await expect(
    saveTerm(editor, { code: 'own.soup-walk', parent: 'own.a', name: { en: 'S', es: 'S' } }),
  ).rejects.toThrow('invalid');
  await expect(saveTerm(editor, { code: 'own.b', parent: 'own.nowhere', name: { en: 'B', es: 'B' } })).rejects.toThrow(
    'invalid',
  );
  const other = await t.network('gamma');
  const stranger = await t.ctx(other.id, await t.person(other.id, ['directory_editor']));
  const [place] = await t.app.db.readPublic(network.id, (tx) => ownPlaces(tx, network.id));
  await expect(removePlace(stranger, { id: place!.id })).rejects.toThrow('notFound');
  await removePlace(editor, { id: place!.id });
});
