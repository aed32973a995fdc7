/**
 * Searching the directory over HTTP, JSON out, beside an in-memory MiniSearch behind the same server with the same records, filters and counts; how many
 * known things are found; and requests per second of eight clients beside the weighted full-text SQL that directories of the Ohana family use.
 */
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { Hono } from 'hono';
import { sql } from 'kysely';
import MiniSearch from 'minisearch';
import type { App } from '../src/kernel/context.ts';
import type { Document } from '../src/modules/directory/documents.ts';
import { keepEntries } from '../src/modules/directory/hsds/keep.ts';
import { type SearchQuery, searchServices } from '../src/modules/directory/search/index.ts';
import { keysOfArea } from '../src/modules/directory/search/keys.ts';
import { keeperOf } from '../src/modules/directory/search/memory/keeper.ts';
import { type SearchRow, searchRows } from '../src/modules/directory/search/rows.ts';
import { defaultTerms } from '../src/modules/directory/search/terms.ts';
import { wordsIn } from '../src/modules/directory/search/words.ts';
import { SearchWriter } from '../src/modules/directory/search/write.ts';
import { type BenchQuery, organizations, queries } from './directory-data.ts';
import { type Given, weightedFullText } from './ohana.ts';
import { benchApp, listen, ms } from './support.ts';

type Answer = { total: number; hits: { id: string; name: string; document: unknown }[]; facets: unknown };

export async function directorySearch(
  databaseUrl: string | null,
  name: string,
  sizes: readonly number[],
): Promise<void> {
  const app = await benchApp(databaseUrl);
  console.log(`\nDirectory search, ${name}`);
  for (const size of sizes) {
    const networkId = await emptyNetwork(app, `directory-${size}`);
    const documents = [...organizations(size)].flat();
    const started = performance.now();
    await fill(app, networkId, documents);
    const filled = (performance.now() - started) / 1000;
    const asked = queries(documents);
    const mini = miniSearch(networkId, documents);
    const web = new Hono()
      .get('/ours', (c) => ours(app, networkId, c.req.query(), true, true))
      .get('/mini', (c) => c.json(mini(c.req.query())));
    const server = await listen(web.fetch);
    console.log(`  ${size} services, written in ${filled.toFixed(1)} s; ${asked.length} queries`);
    console.log(`    ${await warm(app, networkId)}`);
    const [a, b] = [await walk(`${server.url}/ours`, asked), await walk(`${server.url}/mini`, asked)];
    const limit = size <= 4_000 ? 2 : 1;
    console.log(`    ours        ${a.said}`);
    console.log(
      `    MiniSearch  ${b.said}; p95 ratio ${(a.p95 / b.p95).toFixed(2)} (target ≤ ${limit})${size === 40_000 ? '; target p95 ≤ 15 ms' : ''}`,
    );
    if (databaseUrl) await besideOhana(app, networkId, documents, asked);
    await server.close();
  }
  await app.db.close();
}

/** Waits until the directory is in memory, as it is soon after the first search; the longest the server stood still meanwhile. */
async function warm(app: App, networkId: string): Promise<string> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const started = performance.now();
  const kept = await keeperOf(app).prepare(networkId, 'public');
  const took = (performance.now() - started) / 1000;
  delays.disable();
  globalThis.gc?.();
  const after = process.memoryUsage();
  const held = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1e6;
  return kept
    ? `read into memory in ${took.toFixed(1)} s, ${globalThis.gc ? `${held.toFixed(0)} MB, ` : ''}longest pause ${ms(delays.max / 1e6)}`
    : 'answered by the database';
}

export async function emptyNetwork(app: App, slug: string): Promise<string> {
  return app.db.run({ scope: 'system' }, async (tx) => {
    const made = await tx
      .insertInto('app.network')
      .values({ slug, name: '{"en":"Directory","es":"Directorio"}' })
      .returning('id')
      .executeTakeFirstOrThrow();
    return made.id;
  });
}

/** Documents and search rows the way `project` writes them, for the public alone. */
export async function fill(app: App, networkId: string, documents: readonly Document[]): Promise<void> {
  for (let from = 0; from < documents.length; ) {
    let to = Math.min(from + 2_000, documents.length);
    while (to < documents.length && documents[to]!.kind !== 'organization') to++;
    const part = documents.slice(from, to);
    from = to;
    await app.db.run({ networkId, scope: 'system' }, async (tx) => {
      const list = part.map((one) => ({
        k: one.kind,
        i: one.id,
        o: one.organizationId,
        n: one.name,
        d: JSON.stringify(one.body),
      }));
      await sql`insert into site.directory_document (network_id, kind, id, organization_id, name, document, modified, since)
        select ${networkId}::uuid, m.k, m.i, m.o, m.n, m.d::json, now(), current_date
        from json_to_recordset(${JSON.stringify(list)}::json) as m(k text, i uuid, o uuid, n text, d text)`.execute(tx);
      const writer = new SearchWriter(tx, networkId);
      await writer.write('public', [...new Set(part.map((one) => one.organizationId))], part);
      await writer.finish();
      await keepEntries(tx, networkId, [...new Set(part.map((one) => one.organizationId))], defaultTerms(), new Date());
    });
  }
  for (const table of [
    'site.directory_search',
    'site.directory_word',
    'site.directory_document',
    'site.directory_entry',
  ])
    await sql`analyze ${sql.raw(table)}`.execute(app.db.owner);
}

const asQuery = (given: Given): SearchQuery => ({
  ...(given.text ? { text: given.text } : {}),
  ...(given.language ? { languages: [given.language] } : {}),
  ...(given.county ? { area: { county: given.county, state: 'TX' } } : {}),
  ...(given.age ? { age: Number(given.age) } : {}),
});

/** The answer as JSON. Documents go on as the bytes they are kept as. `anew`: as if nobody had asked it before. */
async function ours(app: App, networkId: string, given: Given, facets = true, anew = false): Promise<Response> {
  const query = { ...asQuery(given), facets, ...(anew ? { time: times++ } : {}) };
  const found = await searchServices(app, networkId, 'public', query);
  const parts: Buffer[] = [Buffer.from(`{"total":${found.total},"facets":${JSON.stringify(found.facets)},"hits":[`)];
  for (const [at, { id, name, json }] of found.hits.entries())
    parts.push(Buffer.from(`${at ? ',' : ''}{"id":"${id}","name":${JSON.stringify(name)},"document":`), json, close);
  parts.push(end);
  return new Response(Buffer.concat(parts), { headers: { 'content-type': 'application/json' } });
}
let times = 0;
const [close, end] = [Buffer.from('}'), Buffer.from(']}')];

/** MiniSearch 7 the way its documentation has it for typing mistakes: fuzzy 0.2 and prefixes; all words must be there, as with ours. */
function miniSearch(networkId: string, documents: readonly Document[]) {
  const rows = new Map<string, SearchRow>(
    searchRows(documents, { networkId, terms: defaultTerms() }).map((row) => [row.id, row]),
  );
  const bodies = new Map(documents.filter((one) => one.kind === 'service').map((one) => [one.id, one]));
  const index = new MiniSearch({ fields: ['name', 'terms', 'organization', 'body'], tokenize: wordsIn });
  index.addAll(
    [...rows.values()].map(({ id, texts }) => ({
      id,
      name: texts.name,
      terms: `${texts.termsEn} ${texts.termsEs}`,
      organization: texts.organization,
      body: texts.bodyEn,
    })),
  );
  return (given: Given): Answer => {
    const place = given.county ? keysOfArea({ county: given.county, state: 'TX' }) : null;
    const keys = place ? new Set([...place.office, ...place.area]) : null;
    const age = given.age ? Number(given.age) : null;
    const found = index.search(given.text ?? '', {
      fuzzy: 0.2,
      prefix: true,
      combineWith: 'AND',
      boost: { name: 3, terms: 2, organization: 1.5 },
      filter: ({ id }) => {
        const row = rows.get(id)!;
        return (
          (!given.language || row.languages.includes(given.language)) &&
          (!keys || row.keys.some((key) => keys.has(key))) &&
          (age === null || ((row.minimumAge ?? 0) <= age && (row.maximumAge ?? 999) >= age))
        );
      },
    });
    const counts = new Map<string, number>();
    for (const { id } of found) {
      const { needs, tags, languages, spots, flags } = rows.get(id)!;
      for (const list of [needs, tags, languages, spots, [`flags ${flags}`]])
        for (const key of list) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const hits = found
      .slice(0, 20)
      .map(({ id }) => ({ id: id as string, name: rows.get(id)!.name, document: bodies.get(id)!.body }));
    return { total: found.length, hits, facets: [...counts].sort((a, b) => b[1] - a[1]) };
  };
}

const address = (base: string, { text, language, county, age }: BenchQuery): string =>
  `${base}?${new URLSearchParams({ text, ...(language ? { language } : {}), ...(county ? { county } : {}), ...(age ? { age: String(age) } : {}) })}`;

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!;

/** One client, one query after another; the first round warms up. */
async function walk(base: string, asked: readonly BenchQuery[], rounds = 2): Promise<{ p95: number; said: string }> {
  const taken: number[] = [];
  const found = { plain: [0, 0], typo: [0, 0] };
  for (let round = 0; round < rounds + 1; round++) {
    for (const query of asked) {
      const started = performance.now();
      const response = await fetch(address(base, query));
      const answer = (await response.json()) as Answer;
      if (round > 0) taken.push(performance.now() - started);
      if (round > 0 || (!query.name && !query.termId)) continue;
      const tally = query.typo ? found.typo : found.plain;
      tally[1]!++;
      if (answer.hits.slice(0, 10).some((hit) => fits(hit, query))) tally[0]!++;
    }
  }
  taken.sort((a, b) => a - b);
  const share = ([hit, of]: number[]) => `${((100 * hit!) / Math.max(1, of!)).toFixed(1)} %`;
  const p95 = quantile(taken, 0.95);
  return {
    p95,
    said: `p50 ${ms(quantile(taken, 0.5))}, p95 ${ms(p95)}, worst ${ms(taken.at(-1)!)}; found in the first ten ${share(found.plain)} (target ≥ 99 %), with one wrong letter ${share(found.typo)} (target ≥ 95 %)`,
  };
}

function fits(hit: Answer['hits'][number], query: BenchQuery): boolean {
  if (query.name) return hit.name === query.name;
  const attributes = (hit.document as { attributes?: { taxonomy_term_id?: string }[] }).attributes ?? [];
  const meant = new Set(defaultTerms().sameAs(query.termId!));
  return attributes.some((one) => meant.has(one.taxonomy_term_id!));
}

/** Requests a second of eight clients: ours and the weighted full-text SQL, with the same counts and without any. */
async function besideOhana(
  app: App,
  networkId: string,
  documents: readonly Document[],
  asked: readonly BenchQuery[],
): Promise<void> {
  const theirs = await weightedFullText(app, networkId, documents);
  const web = new Hono()
    .get('/ours', (c) => ours(app, networkId, c.req.query()))
    .get('/ours/anew', (c) => ours(app, networkId, c.req.query(), true, true))
    .get('/ours/plain', (c) => ours(app, networkId, c.req.query(), false))
    .get('/theirs', async (c) => c.json(await theirs(c.req.query(), true)))
    .get('/theirs/plain', async (c) => c.json(await theirs(c.req.query(), false)));
  const server = await listen(web.fetch);
  const one = await walk(`${server.url}/theirs`, asked, 1);
  console.log(`    weighted full-text SQL  ${one.said}`);
  const known: BenchQuery[] = [];
  for (const query of asked)
    if ((await theirs(Object.fromEntries(new URL(address('http://x', query)).searchParams), false)).total > 0)
      known.push(query);
  for (const [queries, said] of [
    [known, `the ${known.length} queries of ${asked.length} that the SQL finds something for`],
    [asked, 'all queries'],
  ] as const) {
    const rate = (path: string) => eight(queries.map((query) => address(`${server.url}${path}`, query)));
    const [own, anew, other] = [await rate('/ours'), await rate('/ours/anew'), await rate('/theirs')];
    const [ownPlain, otherPlain] = [await rate('/ours/plain'), await rate('/theirs/plain')];
    console.log(`    8 clients, ${said}:`);
    console.log(
      `      with counts     ours ${own.toFixed(0)} requests/s, weighted full-text SQL ${other.toFixed(0)}: ratio ${(own / other).toFixed(1)} (target ≥ 5)`,
    );
    console.log(
      `      and where nobody had asked the same before  ours ${anew.toFixed(0)} requests/s: ratio ${(anew / other).toFixed(1)}`,
    );
    console.log(
      `      without counts  ours ${ownPlain.toFixed(0)} requests/s, weighted full-text SQL ${otherPlain.toFixed(0)}: ratio ${(ownPlain / otherPlain).toFixed(1)}`,
    );
  }
  await server.close();
}

/** Requests a second of eight clients for some seconds. */
function eight(addresses: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./bench/clients.thread.js', import.meta.url), {
      workerData: { addresses, clients: 8, seconds: 4 },
    });
    worker.once('message', resolve).once('error', reject);
  });
}

/** Growth: a directory of 40,000 services ten times over, each copy with ids of its own, answered from memory. Takes some minutes. */
export async function largeDirectorySearch(databaseUrl: string | null): Promise<void> {
  const size = 40_000;
  const copies = 10;
  const app = await benchApp(databaseUrl);
  const documents = [...organizations(size)].flat();
  const asked = queries(documents);
  const from = await emptyNetwork(app, 'directory-one');
  await fill(app, from, documents);
  const networkId = await emptyNetwork(app, 'directory-large');
  console.log(`\nDirectory search, PostgreSQL server\n  ${size * copies} services`);
  for (let copy = 0; copy < copies; copy++) {
    const salt = randomUUID();
    const fresh = (column: string) => sql`md5(${sql.raw(column)}::text || ${salt})::uuid`;
    await app.db.run({ networkId, scope: 'system' }, async (tx) => {
      await sql`insert into site.directory_document (network_id, kind, id, organization_id, name, document, modified, since)
        select ${networkId}::uuid, kind, ${fresh('id')}, ${fresh('organization_id')}, name, document, modified, since from site.directory_document where network_id = ${from} and kind = 'service'`.execute(
        tx,
      );
      await sql`insert into site.directory_search (network_id, id, organization_id, name, sort_name, digest, needs, tags, languages, spots, flags, minimum_age, maximum_age, hours_key, points, place, words, head, spoken, card)
        select ${networkId}::uuid, ${fresh('id')}, ${fresh('organization_id')}, name, sort_name, digest, needs, tags, languages, spots, flags, minimum_age, maximum_age, hours_key, points, place, words, head, spoken, card
        from site.directory_search where network_id = ${from}`.execute(tx);
    });
  }
  await app.db.run({ networkId, scope: 'system' }, (tx) =>
    sql`insert into site.directory_word (network_id, word, n, stem_en, stem_es) select ${networkId}::uuid, word, n * ${copies}::int, stem_en, stem_es from site.directory_word where network_id = ${from}`.execute(
      tx,
    ),
  );
  for (const table of ['site.directory_search', 'site.directory_word', 'site.directory_document'])
    await sql`vacuum analyze ${sql.raw(table)}`.execute(app.db.owner);
  const web = new Hono()
    .get('/ours', (c) => ours(app, networkId, c.req.query()))
    .get('/ours/anew', (c) => ours(app, networkId, c.req.query(), true, true));
  const server = await listen(web.fetch);
  console.log(`    ${await warm(app, networkId)}`);
  console.log(`    ours        ${(await walk(`${server.url}/ours/anew`, asked)).said}; target p95 ≤ 40 ms`);
  const rate = async (path: string) =>
    (await eight(asked.map((query) => address(`${server.url}${path}`, query)))).toFixed(0);
  console.log(
    `    8 clients   ${await rate('/ours/anew')} requests/s where nobody had asked the same before, else ${await rate('/ours')}`,
  );
  await server.close();
  await app.db.close();
}
