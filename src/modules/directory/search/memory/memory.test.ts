/** Answers from memory beside answers from the database: the same for every audience and every question, at every moment. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { organizations, queries } from '../../../../../bench/directory-data.ts';
import { testApp, type TestApp } from '../../../../../test/support/harness.ts';
import type { Document } from '../../documents.ts';
import { type SearchAudience, type SearchQuery, type SearchResult, searchServices } from '../index.ts';
import { defaultTerms, TermBook } from '../terms.ts';
import { SearchWriter } from '../write.ts';
import { groundOf } from './answers.ts';
import { keeperOf, mostRows } from './keeper.ts';

let t: TestApp;
/** The same database without anything kept in memory. */
let plain: TestApp['app'];
let networkId: string;
const audiences: SearchAudience[] = ['public', 'partner', 'hotline'];
const all = [...organizations(240)];
/** What each audience may see. */
const seen = { public: all.slice(0, 40), partner: all.slice(0, 50), hotline: all };

async function write(audience: SearchAudience, documents: readonly Document[], organizationIds?: string[]) {
  await t.app.db.run({ networkId, scope: 'system' }, async (tx) => {
    const list = documents.map((one) => ({ ...one, body: JSON.stringify(one.body) }));
    const ids = organizationIds ?? [...new Set(documents.map((one) => one.organizationId))];
    const open = audience === 'public';
    const table = open ? sql`site.directory_document` : sql`app.directory_document`;
    await sql`delete from ${table} d where network_id = ${networkId} and organization_id = any(${ids}::uuid[]) ${open ? sql`` : sql`and audience = ${audience}`}`.execute(
      tx,
    );
    await sql`insert into ${table} (network_id, ${open ? sql`` : sql`audience, `} kind, id, organization_id, name, document, modified, since)
      select ${networkId}::uuid, ${open ? sql`` : sql`${audience}, `} m.kind, m.id, m."organizationId", m.name, m.body::json, now(), current_date
      from json_to_recordset(${JSON.stringify(list)}::json) as m(kind text, id uuid, "organizationId" uuid, name text, body text)`.execute(
      tx,
    );
    const writer = new SearchWriter(tx, networkId);
    await writer.write(audience, ids, documents);
    await writer.finish();
  });
}

/** Changes documents in place, as `project` does when a search row stays the same. */
async function rewrite(audience: SearchAudience, documents: readonly Document[], owner: string) {
  await t.app.db.run({ networkId, scope: 'system' }, async (tx) => {
    const table = audience === 'public' ? sql`site.directory_document` : sql`app.directory_document`;
    for (const one of documents)
      await sql`update ${table} d set document = ${JSON.stringify(one.body)}::json where d.network_id = ${networkId} and d.id = ${one.id} and d.document::text <> ${JSON.stringify(one.body)}`.execute(
        tx,
      );
    const writer = new SearchWriter(tx, networkId);
    await writer.write(audience, [owner], documents);
    await writer.finish();
  });
}

beforeAll(async () => {
  t = await testApp();
  t.setClock('2026-03-04T18:00:00Z');
  plain = { ...t.app, db: { ...t.app.db } };
  keeperOf(plain, 1);
  keeperOf(t.app, mostRows);
  networkId = (await t.network('alpha')).id;
  for (const audience of audiences) await write(audience, seen[audience].flat());
}, 60_000);
afterAll(() => t?.close());

const fromMemory = async (query: SearchQuery, audience: SearchAudience = 'public') => {
  const snapshot = (await keeperOf(t.app).prepare(networkId, audience))?.snapshot;
  if (!snapshot) throw new Error('The directory is not in memory.');
  const { generation } = snapshot;
  const found = await searchServices(t.app, networkId, audience, query);
  return { found, snapshot, changed: snapshot.generation - generation };
};
const fromDatabase = (query: SearchQuery, audience: SearchAudience = 'public') =>
  searchServices(plain, networkId, audience, query);

/** Entries of a facet with the same count have no order. */
const settled = (found: SearchResult) => ({
  ...found,
  facets: Object.fromEntries(
    Object.entries(found.facets).map(([name, counts]) => [name, counts.toSorted((a, b) => (a.id < b.id ? -1 : 1))]),
  ),
});

async function expectSame(query: SearchQuery, audience: SearchAudience) {
  const [memory, database] = [await fromMemory(query, audience), await fromDatabase(query, audience)];
  expect(settled(memory.found), JSON.stringify([audience, query])).toEqual(settled(database));
}

const asked = queries(all.flat());

test('words, misspellings and names are answered from memory exactly as by the database', async () => {
  const step = Math.max(1, Math.floor(asked.length / 120));
  for (const [i, { text, language, county, age }] of asked.entries()) {
    if (i % step !== 0) continue;
    const query: SearchQuery = {
      text,
      explain: true,
      ...(language ? { languages: [language] } : {}),
      ...(county ? { area: { county, state: 'TX' } } : {}),
      ...(age ? { age } : {}),
    };
    await expectSame(query, audiences[i % 3]!);
  }
}, 120_000);

test('every filter, order and page is answered from memory exactly as by the database', async () => {
  const terms = defaultTerms();
  const documents = all.flat().filter((one) => one.kind === 'service');
  const linked = documents.flatMap(
    (one) => (one.body.attributes as { taxonomy_term_id: string; link_type: string }[] | undefined) ?? [],
  );
  const used = (type: string) => [
    ...new Set(linked.filter((one) => one.link_type === type).map((one) => one.taxonomy_term_id)),
  ];
  const needs = used('need').flatMap((id) => [id, ...terms.withAncestors(id).map((term) => term.id)]);
  const text = fc.oneof(
    fc.constantFrom(...asked.map((one) => one.text)),
    fc.constantFrom(...asked.map((one) => `${one.text} ${asked[0]!.text}`)),
    fc.constantFrom('the', 'servic', 'wak', 'counsling teams', 'xqzxqz', 'gulfsidecircle'),
  );
  const near = fc.record(
    {
      lat: fc.double({ min: 29, max: 30.5, noNaN: true }),
      lon: fc.double({ min: -96, max: -94.5, noNaN: true }),
      label: fc.constant('here'),
      radiusKm: fc.constantFrom(3, 20, 60, 300),
    },
    { requiredKeys: ['lat', 'lon', 'label'] },
  );
  const query = fc.record(
    {
      text,
      needs: fc.subarray(needs, { maxLength: 3, minLength: 1 }),
      specialisations: fc.constantFrom(...[used('specialisation')].filter((list) => list.length > 0), ['nothing']),
      languages: fc.subarray(['es', 'vi', 'en', 'qq'], { minLength: 1 }),
      area: fc.constantFrom({ county: '48201', state: 'TX' }, { zip: '77002' }, { state: 'TX' }, { zip: '00000' }),
      near,
      openAt: fc.date({ min: new Date('2026-03-02'), max: new Date('2026-03-09'), noInvalidDate: true }),
      age: fc.constantFrom(5, 16, 18, 64.5, 90),
      free: fc.boolean(),
      minors: fc.boolean(),
      accepting: fc.boolean(),
      organizationId: fc.constantFrom(...documents.slice(0, 20).map((one) => one.organizationId)),
      sort: fc.constantFrom('best' as const, 'near' as const, 'name' as const),
      page: fc.integer({ min: 1, max: 4 }),
      perPage: fc.constantFrom(1, 7, 20, 100),
      explain: fc.constant(true),
    },
    { requiredKeys: [] },
  );
  // Few filters at a time, or hardly anything would be found.
  const few = fc
    .tuple(query, fc.nat())
    .map(([one, pick]) =>
      Object.fromEntries(
        Object.entries(one).filter(([name], i) => /sort|page|text|explain/i.test(name) || (pick >> i) % 4 === 0),
      ),
    );
  await fc.assert(
    fc.asyncProperty(few, fc.constantFrom(...audiences), (one, audience) => expectSame(one as SearchQuery, audience)),
    { numRuns: 250 },
  );
}, 240_000);

test('what is added, changed and taken off is so in the very next search, and only those rows are read anew', async () => {
  const [first] = seen.public as [Document[]];
  const owner = first[0]!.organizationId;
  const service = first.find((one) => one.kind === 'service')!;
  const before = (await fromMemory({})).found.total;
  const services = first.filter((one) => one.kind === 'service').length;
  const renamed = first.map((one) =>
    one === service
      ? { ...one, name: 'Quillfeather Cottage', body: { ...one.body, name: 'Quillfeather Cottage' } }
      : one,
  );
  await write('public', renamed, [owner]);
  const changed = await fromMemory({ text: 'quillfeather' });
  expect(changed.found.hits.map((hit) => hit.name)).toEqual(['Quillfeather Cottage']);
  expect(changed.changed).toBe(2);
  expect((await fromMemory({ text: 'quillfaether' })).found.corrected).toHaveLength(1);
  await write('public', [], [owner]);
  const gone = await fromMemory({ text: 'quillfeather' });
  expect(gone.found).toMatchObject({ total: 0, hits: [], corrected: [] });
  expect((await fromMemory({ text: 'quillfaether' })).found).toMatchObject({ total: 0, corrected: [], expanded: [] });
  expect((await fromMemory({})).found.total).toBe(before - services);
  await write('public', first, [owner]);
  expect((await fromMemory({})).found.total).toBe(before);
  for (const query of [{}, { text: service.name }, { sort: 'name' as const, page: 2 }])
    await expectSame(query, 'public');
});

test('what is in no search row, such as a telephone number, is shown as it is now', async () => {
  const [first] = seen.public as [Document[]];
  const owner = first[0]!.organizationId;
  const service = first.find((one) => one.kind === 'service')!;
  const shown = async () =>
    (await fromMemory({ text: service.name })).found.hits.find((hit) => hit.id === service.id)!.json.toString();
  expect(await shown()).not.toContain('555-0199');
  const phoned = first.map((one) =>
    one === service ? { ...one, body: { ...one.body, phones: [{ number: '713-555-0199' }] } } : one,
  );
  await rewrite('public', phoned, owner);
  expect(await shown()).toContain('555-0199');
  await rewrite('public', first, owner);
  expect(await shown()).not.toContain('555-0199');
});

test('an answer that was given before is given again while nothing changed, with the doors as they are now', async () => {
  const query: SearchQuery = { text: asked[0]!.text, perPage: 50 };
  const first = await fromMemory(query);
  const remembered = () =>
    keeperOf(t.app).answers.given(
      `${networkId} public ${JSON.stringify(query)}`,
      groundOf(first.snapshot, defaultTerms()),
    );
  expect(remembered()?.total).toBe(first.found.total);
  expect(first.found.hits.map((hit) => hit.open)).toContain('open');
  t.setClock('2026-03-05T09:00:00Z');
  const night = await fromMemory(query);
  expect(night.found.hits.map((hit) => hit.open)).not.toContain('open');
  expect(night.found.hits.map((hit) => hit.id)).toEqual(first.found.hits.map((hit) => hit.id));
  t.setClock('2026-03-04T18:00:00Z');
  expect((await fromMemory(query)).found).toEqual(first.found);
  // Other words for needs make another answer of the same question.
  const fewer = new TermBook([]);
  const plainly = await searchServices(t.app, networkId, 'public', query, fewer);
  expect(plainly.expanded).toEqual([]);
  expect(remembered()).toBeNull();
  expect((await fromMemory(query)).found).toEqual(first.found);
});

test('a search sees what was saved before it began, however many are under way', async () => {
  const [first] = seen.public as [Document[]];
  const owner = first[0]!.organizationId;
  const before = (await fromMemory({})).found.total;
  const services = first.filter((one) => one.kind === 'service').length;
  let over = false;
  const others = Array.from({ length: 6 }, async () => {
    while (!over) await searchServices(t.app, networkId, 'public', { sort: 'name' });
  });
  for (let i = 0; i < 8; i++) {
    const gone = i % 2 === 0;
    await write('public', gone ? [] : first, [owner]);
    expect((await searchServices(t.app, networkId, 'public', {})).total).toBe(gone ? before - services : before);
  }
  over = true;
  await Promise.all(others);
});

test('changes in the middle of searches are never half in an answer', async () => {
  await fromMemory({});
  const [first, second] = seen.public as [Document[], Document[]];
  const sizes = new Set(
    [0, 1, 2].map(
      (n) =>
        all
          .slice(0, 40)
          .flat()
          .filter((one) => one.kind === 'service').length -
        n * 4,
    ),
  );
  const writing = (async () => {
    for (let i = 0; i < 6; i++) {
      const part = i % 2 === 0 ? first : second;
      await write('public', [], [part[0]!.organizationId]);
      await write('public', part, [part[0]!.organizationId]);
    }
  })();
  const totals: number[] = [];
  const searching = Array.from({ length: 4 }, async () => {
    for (let i = 0; i < 12; i++) {
      const { total, hits } = await searchServices(t.app, networkId, 'public', { perPage: 100, sort: 'name' });
      totals.push(total);
      expect(hits.length).toBe(Math.min(100, total));
    }
  });
  await Promise.all([writing, ...searching]);
  for (const total of totals) expect(sizes).toContain(total);
  await expectSame({ sort: 'name' }, 'public');
});

test('a directory beyond the limit stays in the database, and a network that is not known is empty', async () => {
  expect(await keeperOf(plain).prepare(networkId, 'public')).toBeNull();
  const other = await t.network('beta');
  expect((await searchServices(t.app, other.id, 'public', { text: asked[0]!.text })).total).toBe(0);
  const kept = await keeperOf(t.app).prepare(other.id, 'public');
  expect(kept!.snapshot.living).toBe(0);
  expect((await searchServices(t.app, other.id, 'public', {})).total).toBe(0);
});
