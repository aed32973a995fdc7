/** Searching real records through projection and database: words, misspellings, two languages, places, ages, hours, and what must never be found. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#kernel';
import type { Fields } from '#modules/organisations';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { area, listing, need } from '../../../../test/support/listing.ts';
import { project } from '../project.ts';
import { directory } from '../tables.ts';
import { ancestorsOf, termByCode } from '../taxonomy/index.ts';
import { type SearchAudience, type SearchQuery, searchServices } from './index.ts';

let t: TestApp;
let network: { id: string };
let ctx: Ctx;
let add: ReturnType<typeof listing>['add'];
let event: ReturnType<typeof listing>['event'];
let save: ReturnType<typeof listing>['save'];

const term = (code: string) => termByCode(code)!.id;
const speaks = (...codes: string[]) => codes.map((code) => ({ id: randomUUID(), code }));
const says = (link_type: string, value: string) => ({ id: randomUUID(), link_type, label: link_type, value });
const shelter = 'service.shelter';
const foodPantry = '1129';

const ids = {
  door: randomUUID(),
  secret: randomUUID(),
  brief: randomUUID(),
  night: randomUUID(),
  teen: randomUUID(),
  pantry: randomUUID(),
  line: randomUUID(),
  refuge: randomUUID(),
};
const weekdays = (opens_at: string, closes_at: string) => [
  { id: randomUUID(), freq: 'WEEKLY', byday: 'MO,TU,WE,TH,FR', opens_at, closes_at },
];

beforeAll(async () => {
  t = await testApp();
  network = await t.network('alpha', { timezone: 'America/Chicago' });
  ctx = await t.ctx(network.id, 'system');
  ({ add, event, save } = listing(t, network.id, ctx));
  t.setClock('2026-03-04T18:00:00Z');
  await add(ids.door, 'Open Door Coalition', 'public', [
    {
      id: ids.night,
      fields: {
        name: 'Harbor Night Shelter',
        description: 'A bed and a warm meal. Counseling with trained advocates.',
        minimum_age: 18,
        languages: speaks('en', 'es'),
        attributes: [need(shelter), says('accepting_referrals', 'yes')],
        schedules: weekdays('09:00', '17:00'),
      },
      at: { lat: 29.7604, lon: -95.3698, city: 'Houston', zip: '77002' },
    },
    {
      id: ids.teen,
      fields: {
        name: 'Quiet Corner for Teens',
        description: 'Drop-in for young people.',
        minimum_age: 13,
        maximum_age: 20,
        languages: speaks('en'),
        service_areas: area('Harris County, TX'),
        attributes: [need(shelter), says('accepting_referrals', 'waitlist')],
      },
      at: { lat: 30.11, lon: -95.11, city: 'Humble', zip: '77338', hidden: true },
    },
    {
      id: ids.pantry,
      fields: {
        name: 'Sunday Groceries',
        description: 'Boxes of groceries, no papers asked.',
        fees_description: 'Free',
        languages: speaks('es', 'vi'),
        attributes: [need(foodPantry)],
        translations: { es: { name: 'La Despensa de los Niños', description: 'Cajas de comida para el hogar.' } },
        service_areas: area('Fort Bend County, TX'),
      },
      at: { lat: 29.6197, lon: -95.6349, city: 'Sugar Land', zip: '77478' },
    },
    {
      id: ids.line,
      fields: { name: 'Listening Line', description: 'Somebody answers.', service_areas: area('Nationwide') },
    },
  ]);
  await add(ids.secret, 'Quixotia House', 'hotline', [
    {
      id: ids.refuge,
      fields: {
        name: 'Zephyrine Refuge',
        description: 'Bramblewick cottages.',
        languages: speaks('ru'),
        attributes: [need(shelter)],
      },
      at: { lat: 29.77, lon: -95.36, city: 'Houston', zip: '77002' },
    },
  ]);
});
afterAll(() => t?.close());

const search = (query: SearchQuery, audience: SearchAudience = 'public') =>
  searchServices(t.app, network.id, audience, query);
const names = async (query: SearchQuery, audience?: SearchAudience) =>
  (await search(query, audience)).hits.map((hit) => hit.name);

test('a service is found by its name, its words in any form, and its organisation', async () => {
  expect(await names({ text: 'harbor night shelter' })).toEqual(['Harbor Night Shelter']);
  expect(await names({ text: 'counselling' })).toEqual(['Harbor Night Shelter']);
  expect((await names({ text: 'open door' })).length).toBe(4);
  const found = await search({ text: 'harbor night shelter', explain: true });
  expect(found.hits[0]).toMatchObject({
    id: ids.night,
    organization: 'Open Door Coalition',
    matched: expect.arrayContaining([{ kind: 'word', word: 'harbor', field: 'name' }]),
  });
  expect(found.hits[0]!.explain!.parts.map((one) => one.part)).toContain('exactName');
  const sum = found.hits[0]!.explain!.parts.reduce((total, one) => total + one.value, 0);
  expect(sum).toBeCloseTo(found.hits[0]!.explain!.score, 2);
});

test('a misspelled word is corrected and the correction is told', async () => {
  for (const [typed, meant] of [
    ['harbro', 'harbor'],
    ['counsling', 'counseling'],
    ['grocreies', 'groceries'],
    ['coalitoin', 'coalition'],
  ] as const) {
    const found = await search({ text: typed });
    expect(found.corrected, typed).toEqual([{ from: typed, to: meant }]);
    expect(found.total, typed).toBeGreaterThan(0);
  }
  expect(await names({ text: 'harb' }), 'the beginning of a word').toEqual(['Harbor Night Shelter']);
  expect(await names({ text: 'nightshelter' }), 'two words written as one').toEqual(['Harbor Night Shelter']);
});

test('Spanish words, accents and synonyms of terms find what is written in English', async () => {
  const found = await search({ text: 'albergue', locale: 'es' });
  expect(found.hits.map((hit) => hit.id).sort()).toEqual([ids.night, ids.teen].sort());
  expect(found.expanded.map((one) => one.termId)).toContain(term(shelter));
  expect(found.hits[0]!.matched).toContainEqual({ kind: 'word', word: 'albergue', field: 'term' });
  expect(await names({ text: 'niños' })).toEqual(['Sunday Groceries']);
  expect(await names({ text: 'NINOS' })).toEqual(['Sunday Groceries']);
  expect(await names({ text: 'where to go tonight' })).toHaveLength(2);
});

test('when nothing has all words, what has some of them is shown and it is said so', async () => {
  const found = await search({ text: 'harbor groceries' });
  expect(found).toMatchObject({ total: 2, loosened: true });
  expect((await search({ text: 'xqzxqz harbor' })).total).toBe(1);
  expect((await search({ text: 'xqzxqz' })).total).toBe(0);
});

test('filters: languages, ages, cost, referrals, terms above a need', async () => {
  expect(await names({ languages: ['vi', 'ru'] })).toEqual(['Sunday Groceries']);
  expect((await names({ age: 15, needs: [term(shelter)] })).sort()).toEqual(['Quiet Corner for Teens']);
  expect(await names({ free: true })).toEqual(['Sunday Groceries']);
  expect(await names({ accepting: true }), 'a waiting list is not yes').toEqual(['Harbor Night Shelter']);
  expect(await names({ minors: true })).toEqual(['Quiet Corner for Teens']);
  const food = ancestorsOf(foodPantry)[0]!;
  expect(await names({ needs: [food.id] })).toEqual(['Sunday Groceries']);
});

test('an office and a service area are both searched, and the hit says which it was', async () => {
  const found = await search({ area: { county: '48201', state: 'TX' }, sort: 'name' });
  expect(found.hits.map((hit) => [hit.name, hit.place])).toEqual([
    ['Harbor Night Shelter', 'office'],
    ['Listening Line', 'area'],
    ['Quiet Corner for Teens', 'area'],
  ]);
  const bend = await search({ area: { zip: '77478' }, sort: 'name' });
  expect(bend.hits.map((hit) => [hit.name, hit.place])).toEqual([
    ['Listening Line', 'area'],
    ['Sunday Groceries', 'both'],
  ]);
});

test('near a point: nearest first, within the radius or served there, and no distance without a place that may be known', async () => {
  const here = { lat: 29.7604, lon: -95.3698, label: 'Houston' };
  const near = await search({ near: { ...here, radiusKm: 10 }, sort: 'near' });
  expect(near.hits.map((hit) => [hit.name, hit.distanceKm, hit.place])).toEqual([
    ['Harbor Night Shelter', 0, 'office'],
    ['Listening Line', undefined, 'area'],
    ['Quiet Corner for Teens', undefined, 'area'],
  ]);
  const wide = await search({ near: here, sort: 'near' });
  expect(wide.hits.slice(0, 2).map((hit) => hit.name)).toEqual(['Harbor Night Shelter', 'Sunday Groceries']);
  expect(wide.hits[1]!.distanceKm).toBeGreaterThan(25);
  expect(wide.hits[1]!.distanceKm).toBeLessThan(35);
});

test('open at an instant is judged on the clock of the network; unknown hours are counted, not shown as closed', async () => {
  const noon = await search({ openAt: new Date('2026-03-04T18:00:00Z') });
  expect(noon.hits.map((hit) => [hit.name, hit.open])).toEqual([['Harbor Night Shelter', 'open']]);
  expect(noon.hoursUnknown).toBe(3);
  expect((await search({ openAt: new Date('2026-03-05T01:00:00Z') })).total).toBe(0);
  expect((await search({ text: 'listening' })).hits[0]!.open).toBe('unknown');
});

test('what only the hotline sees corrects, completes, expands, counts and appears for nobody else', async () => {
  const asked = [
    'zephyrine',
    'zephyrina',
    'zeph',
    'quixotia',
    'quixotio',
    'bramblewick',
    'bramblewik',
    'quixotia zephyrine',
    'ruso',
  ];
  for (const text of asked) {
    const before = await search({ text });
    expect(before, text).toMatchObject({ total: 0, hits: [], corrected: [], expanded: [] });
    if (text.length > 4) expect((await search({ text }, 'hotline')).total, text).toBe(text === 'ruso' ? 0 : 1);
  }
  expect((await search({})).facets.languages.map(({ id }) => id)).not.toContain('ru');
  expect((await search({}, 'hotline')).facets.languages.map(({ id }) => id)).toContain('ru');
  const stored = await t.app.db.readPublic(network.id, async (tx) => {
    const words = await sql`select * from site.directory_word`.execute(tx);
    const rows = await sql`select * from site.directory_search`.execute(tx);
    return JSON.stringify([words.rows, rows.rows]);
  });
  expect(stored).toContain('harbor');
  for (const word of ['zephyr', 'quixot', 'bramblewick', 'cottage', '77338', '-95.11'])
    expect(stored).not.toContain(word);
});

test('what is taken off the list is gone at once, with its words, and another network sees nothing', async () => {
  const id = randomUUID();
  await add(id, 'Marmalade Works', 'public', [
    { id: randomUUID(), fields: { name: 'Marmalade kitchen', languages: speaks('ja') } },
  ]);
  expect((await search({ text: 'marmalade' })).total).toBe(1);
  const other = await t.network('beta');
  expect((await searchServices(t.app, other.id, 'public', { text: 'marmalade' })).total).toBe(0);
  expect((await searchServices(t.app, other.id, 'public', { organizationId: id })).total).toBe(0);
  await save(async (tx) => {
    await event(tx, id, 'unpublished');
    await project(tx, ctx, [id]);
  });
  expect(await search({ text: 'marmalde' })).toMatchObject({ total: 0, corrected: [] });
  expect((await search({ text: 'marmalade' }, 'partner')).total).toBe(1);
  expect((await search({ languages: ['ja'] })).total).toBe(0);
});

test('rows that come out the same are not written again', async () => {
  const versions = () =>
    t.app.db.run(
      { networkId: network.id },
      async (tx) =>
        (
          await sql<{
            v: string;
          }>`select id || ' ' || xmin as v from site.directory_search union all select word || ' ' || xmin from site.directory_word order by 1`.execute(
            tx,
          )
        ).rows,
    );
  const before = await versions();
  await save((tx) => project(tx, ctx, null));
  expect(await versions()).toEqual(before);
  expect(before.length).toBeGreaterThan(20);
});

const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom("'", "a' | 'b", '\\', ':*', '!(', '&&', '%_', '\u0000', 'ß ﬁ İ', '💡', '你好'),
);

test('no query makes the server fail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record(
        {
          text: wild,
          needs: fc.array(wild, { maxLength: 3 }),
          languages: fc.array(wild, { maxLength: 3 }),
          accessibility: fc.array(wild, { maxLength: 2 }),
          area: fc.record({ zip: wild, county: wild, state: wild }, { requiredKeys: [] }),
          near: fc.record(
            { lat: fc.double(), lon: fc.double(), label: wild, radiusKm: fc.double(), county: wild },
            { requiredKeys: ['lat', 'lon', 'label'] },
          ),
          age: fc.double(),
          organizationId: wild,
          page: fc.double(),
          perPage: fc.double(),
          openAt: fc.date({ noInvalidDate: false }),
        },
        { requiredKeys: [] },
      ),
      async (query) => {
        const found = await search(query as SearchQuery);
        expect(found.hits.length).toBeLessThanOrEqual(found.total);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('facets and totals are those of counting over the documents', async () => {
  const documents = await t.app.db.run({ networkId: network.id }, async (tx) =>
    directory(tx)
      .selectFrom('app.directory_document')
      .selectAll()
      .where('audience', '=', 'hotline')
      .where('kind', '=', 'service')
      .execute(),
  );
  const codes = ['en', 'es', 'vi', 'ru'];
  const needs = [shelter, foodPantry].map(term);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        languages: fc.subarray(codes),
        needs: fc.subarray(needs),
        age: fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined }),
      }),
      async (query) => {
        const languages = (body: Fields) =>
          ((body.languages as { code: string }[] | undefined) ?? []).map((one) => one.code);
        const has = (body: Fields) =>
          ((body.attributes as { taxonomy_term_id?: string }[] | undefined) ?? []).flatMap(
            (one) => one.taxonomy_term_id ?? [],
          );
        const expected = documents.filter(({ document: body }) => {
          if (query.languages.length > 0 && !languages(body).some((code) => query.languages.includes(code)))
            return false;
          if (query.needs.length > 0 && !has(body).some((id) => query.needs.includes(id))) return false;
          const [least, most] = [body.minimum_age ?? 0, body.maximum_age ?? 999] as [number, number];
          return query.age === undefined || (least <= query.age && query.age <= most);
        });
        const found = await search(query, 'hotline');
        expect(found.total).toBe(expected.length);
        const count = new Map<string, number>();
        for (const { document } of expected)
          for (const code of languages(document)) count.set(code, (count.get(code) ?? 0) + 1);
        expect(Object.fromEntries(found.facets.languages.map(({ id, count: n }) => [id, n]))).toEqual(
          Object.fromEntries(count),
        );
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);

test('the word index is used in spite of row-level security, and the table is never read whole', async () => {
  const asked = sql`site.directory_find('''harbor''', '''A:harbor''', array['''harbor'''], array['''harbor'':A'], array['''harbor'':B'],
    array['''harbor'':C'], array[1]::real[], false, null, null, null, null, null, null, null, '{}', '{}', 'harbor', 'best', 0, 20, 200, true, false)`;
  const scans = (tx: Parameters<Parameters<typeof t.app.db.readPublic>[1]>[0], relation: string) =>
    sql<{ n: number }>`select pg_stat_get_xact_numscans(${relation}::regclass)::int as n`
      .execute(tx)
      .then((found) => found.rows[0]!.n);
  const used = await t.app.db.readPublic(network.id, async (tx) => {
    const before = await scans(tx, 'site.directory_search');
    const found = await sql<{ found: { total: number } }>`select ${asked} as found`.execute(tx);
    const whole = (await scans(tx, 'site.directory_search')) - before;
    return { total: found.rows[0]!.found.total, whole, byIndex: await scans(tx, 'site.site_directory_search_words') };
  });
  expect(used.total).toBe(1);
  expect(used.byIndex).toBeGreaterThan(0);
  expect(used.whole).toBe(0);
  // Read directly, row-level security comes first and the index cannot be used: this is why the functions are there.
  const direct = await t.app.db.readPublic(network.id, async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx);
    const plan = await sql<{
      'QUERY PLAN': string;
    }>`explain select id from site.directory_search where words @@ 'harbor'::tsquery`.execute(tx);
    return plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  expect(direct).not.toContain('site_directory_search_words');
});
