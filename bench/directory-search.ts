/**
 * Searching the directory over HTTP, JSON out, beside an in-memory MiniSearch behind the same server with the same records, filters and counts; how many
 * known things are found; and requests per second of eight clients beside the weighted full-text SQL that directories of the Ohana family use.
 * Growth to 400,000 services takes some minutes and is asked for with BENCH_LARGE=1.
 */
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Hono } from 'hono';
import { sql } from 'kysely';
import MiniSearch from 'minisearch';
import type { App } from '../src/kernel/context.ts';
import type { Document } from '../src/modules/directory/documents.ts';
import { type SearchQuery, searchServices } from '../src/modules/directory/search/index.ts';
import { keysOfArea } from '../src/modules/directory/search/keys.ts';
import { keeperOf } from '../src/modules/directory/search/memory/keeper.ts';
import { type SearchRow, searchRows } from '../src/modules/directory/search/rows.ts';
import { defaultTerms } from '../src/modules/directory/search/terms.ts';
import { wordsIn } from '../src/modules/directory/search/words.ts';
import { SearchWriter } from '../src/modules/directory/search/write.ts';
import { type BenchQuery, organizations, queries } from './directory-data.ts';
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
      .get('/ours', async (c) => c.json(await ours(app, networkId, c.req.query() as Record<string, string>)))
      .get('/mini', (c) => c.json(mini(c.req.query() as Record<string, string>)));
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
  if (databaseUrl && process.env.BENCH_LARGE === '1') await large(app, sizes.at(-1)!);
  await app.db.close();
}

/** Waits until the directory is in memory, as it is soon after the first search; the longest the server stood still meanwhile. */
async function warm(app: App, networkId: string): Promise<string> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const started = performance.now();
  const snapshot = await keeperOf(app).prepare(networkId, 'public');
  const took = (performance.now() - started) / 1000;
  delays.disable();
  globalThis.gc?.();
  const after = process.memoryUsage();
  const held = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1e6;
  return snapshot
    ? `read into memory in ${took.toFixed(1)} s, ${globalThis.gc ? `${held.toFixed(0)} MB, ` : ''}longest pause ${ms(delays.max / 1e6)}`
    : 'answered by the database';
}

async function emptyNetwork(app: App, slug: string): Promise<string> {
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
async function fill(app: App, networkId: string, documents: readonly Document[]): Promise<void> {
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
    });
  }
  for (const table of ['site.directory_search', 'site.directory_word', 'site.directory_document'])
    await sql`analyze ${sql.raw(table)}`.execute(app.db.owner);
}

const asQuery = (given: Record<string, string>): SearchQuery => ({
  ...(given.text ? { text: given.text } : {}),
  ...(given.language ? { languages: [given.language] } : {}),
  ...(given.county ? { area: { county: given.county, state: 'TX' } } : {}),
  ...(given.age ? { age: Number(given.age) } : {}),
});

async function ours(app: App, networkId: string, given: Record<string, string>): Promise<Answer> {
  const { total, hits, facets } = await searchServices(app, networkId, 'public', asQuery(given));
  return { total, hits: hits.map(({ id, name, document }) => ({ id, name, document })), facets };
}

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
  return (given: Record<string, string>): Answer => {
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

/** A stored weighted vector, plainto_tsquery, ts_rank over everything that matches, and a count; filters as those directories write them. No facets. */
async function besideOhana(
  app: App,
  networkId: string,
  documents: readonly Document[],
  asked: readonly BenchQuery[],
): Promise<void> {
  const { owner } = app.db;
  await sql`create schema if not exists peer`.execute(owner);
  await sql`drop table if exists peer.place`.execute(owner);
  await sql`create table peer.place (id uuid primary key, name text, document json, languages text[], area text, least real, updated_at timestamptz default now(), tsv tsvector)`.execute(
    owner,
  );
  const rows = searchRows(documents, { networkId, terms: defaultTerms() });
  const bodies = new Map(documents.map((one) => [one.id, one.body]));
  for (let at = 0; at < rows.length; at += 1_000) {
    const part = rows.slice(at, at + 1_000).map((row) => {
      const body = bodies.get(row.id)!;
      return {
        i: row.id,
        n: row.name,
        d: JSON.stringify(body),
        l: row.languages,
        a: (body.service_areas as { name: string }[])[0]!.name,
        m: row.minimumAge,
        t: row.texts.termsEn,
        s: row.texts.organization,
        x: row.texts.bodyEn,
      };
    });
    await sql`insert into peer.place (id, name, document, languages, area, least, tsv)
      select i, n, d::json, l, a, m, setweight(to_tsvector('english', n), 'B') || setweight(to_tsvector('english', x), 'A') || setweight(to_tsvector('english', s), 'B') || setweight(to_tsvector('english', t), 'A')
      from json_to_recordset(${JSON.stringify(part)}::json) as r(i uuid, n text, d text, l text[], a text, m real, t text, s text, x text)`.execute(
      owner,
    );
  }
  await sql`create index on peer.place using gin (tsv)`.execute(owner);
  await sql`create index on peer.place using gin (to_tsvector('english', area))`.execute(owner);
  await sql`create index on peer.place using gin (languages)`.execute(owner);
  await sql`analyze peer.place`.execute(owner);
  const theirs = async (given: Record<string, string>) => {
    const where = sql`tsv @@ plainto_tsquery('english', ${given.text}) ${given.language ? sql`and languages && array[${given.language}]` : sql``}
      ${given.county ? sql`and to_tsvector('english', area) @@ plainto_tsquery('english', 'Harris')` : sql``} ${given.age ? sql`and (least is null or least <= ${Number(given.age)})` : sql``}`;
    const hits =
      await sql`select id, name, document from peer.place where ${where} order by ts_rank(tsv, plainto_tsquery('english', ${given.text})) desc, updated_at desc limit 20`.execute(
        owner,
      );
    const total = await sql<{ n: number }>`select count(*)::int as n from peer.place where ${where}`.execute(owner);
    return { total: total.rows[0]!.n, hits: hits.rows };
  };
  const web = new Hono()
    .get('/ours', async (c) => c.json(await ours(app, networkId, c.req.query() as Record<string, string>)))
    .get('/bare', async (c) => c.json(await bare(app, networkId, c.req.query() as Record<string, string>)))
    .get('/theirs', async (c) => c.json(await theirs(c.req.query() as Record<string, string>)));
  const server = await listen(web.fetch);
  const [own, alike, other] = [
    await eight(`${server.url}/ours`, asked),
    await eight(`${server.url}/bare`, asked),
    await eight(`${server.url}/theirs`, asked),
  ];
  const one = await walk(`${server.url}/theirs`, asked, 1);
  console.log(`    weighted full-text SQL  ${one.said}`);
  console.log(
    `    8 clients: ${own.toFixed(0)} requests/s with facets, ${alike.toFixed(0)} without, weighted full-text SQL (which has none) ${other.toFixed(0)}: ratio ${(own / other).toFixed(1)} and ${(alike / other).toFixed(1)} (target ≥ 5)`,
  );
  await server.close();
}

async function bare(app: App, networkId: string, given: Record<string, string>) {
  const { total, hits } = await searchServices(app, networkId, 'public', { ...asQuery(given), facets: false });
  return { total, hits: hits.map(({ id, name, document }) => ({ id, name, document })) };
}

/** Requests a second of eight clients who ask one thing after another for some seconds. */
async function eight(base: string, asked: readonly BenchQuery[]): Promise<number> {
  const started = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: 8 }, async (_, client) => {
      for (let at = client * 31; performance.now() - started < 5_000; at++) {
        await (await fetch(address(base, asked[at % asked.length]!))).arrayBuffer();
        done++;
      }
    }),
  );
  return done / ((performance.now() - started) / 1000);
}

/** The last directory ten times over, each copy with ids of its own. */
async function large(app: App, size: number): Promise<void> {
  const documents = [...organizations(size)].flat();
  const asked = queries(documents);
  const { id: from } = await app.db.run({ scope: 'system' }, (tx) =>
    tx.selectFrom('app.network').select('id').where('slug', '=', `directory-${size}`).executeTakeFirstOrThrow(),
  );
  const networkId = await emptyNetwork(app, `directory-${size}-large`);
  console.log(`  ${size * 10} services`);
  for (let copy = 0; copy < 10; copy++) {
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
    sql`insert into site.directory_word (network_id, word, n, stem_en, stem_es) select ${networkId}::uuid, word, n * 10, stem_en, stem_es from site.directory_word where network_id = ${from}`.execute(
      tx,
    ),
  );
  // Only the copies are measured, as if they were alone.
  await app.db.run({ networkId: from, scope: 'system' }, (tx) =>
    sql`delete from site.directory_search where network_id = ${from}`.execute(tx),
  );
  await sql`vacuum analyze site.directory_search`.execute(app.db.owner);
  const server = await listen(
    new Hono().get('/ours', async (c) => c.json(await ours(app, networkId, c.req.query() as Record<string, string>)))
      .fetch,
  );
  console.log(`    ours        ${(await walk(`${server.url}/ours`, asked)).said}; target p95 ≤ 40 ms`);
  await server.close();
}
