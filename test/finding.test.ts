/** What people type finds what they mean: in their own words, in two languages, misspelt. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchServices } from '../src/modules/directory/search/index.ts';
import { keeperOf, mostRows } from '../src/modules/directory/search/memory/keeper.ts';
import { asked, askedNames, notYet } from './support/asked.ts';
import { directoryToFindIn, findAll, type Finding, shares } from './support/finding.ts';
import { testApp, type TestApp } from './support/harness.ts';

let t: TestApp;
let networkId: string;
let all: Finding[];
const long = 300_000;

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-11-21T12:00:00Z');
  networkId = await directoryToFindIn(t.app, 1_200);
  await keeperOf(t.app, mostRows).prepare(networkId, 'public');
  all = await findAll(t.app, networkId);
}, long);
afterAll(() => t?.close());

const texts = asked.flatMap(({ typed, unseen }) => [...typed, ...unseen]);
/** Of a group, what is not found and is not known not to be. */
const lost = (group: string) =>
  all
    .filter((one) => one.group === group && !one.found && !notYet.includes(one.typed))
    .map(({ typed, hits }) => ({ typed, hits }));

test.each(asked.map(({ name }) => [name]))('%s', (name) => {
  expect(all.some((one) => one.group === name)).toBe(true);
  expect(lost(name)).toEqual([]);
});

test('a provider is found by a name that is half remembered', () => {
  expect(lost('a provider is found by a name that is half remembered')).toEqual([]);
  expect(askedNames.length).toBeGreaterThan(5);
});

test('nearly everything people type is found, and most of the first ten are what was meant', () => {
  const { found, right, of } = shares(all);
  expect(of).toBe(texts.length + askedNames.length);
  expect(new Set(texts).size, 'nothing is asked twice').toBe(texts.length);
  expect(found).toBeGreaterThan(0.98);
  expect(right).toBeGreaterThan(0.88);
  expect(all.filter((one) => !one.found).map((one) => one.typed)).toEqual(notYet);
});

test(
  'memory and the database understand people alike',
  async () => {
    const plain = { ...t.app, db: { ...t.app.db } };
    keeperOf(plain, 0);
    for (const text of texts.filter((_, i) => i % 5 === 0)) {
      const query = { text, perPage: 10, explain: true, facets: false };
      const [memory, database] = [
        await searchServices(t.app, networkId, 'public', query),
        await searchServices(plain, networkId, 'public', query),
      ];
      expect(memory, text).toEqual(database);
    }
  },
  long,
);
