/**
 * The HSDS API of a directory over HTTP, one client: what each way of narrowing a list costs beside a plain list of the same size, what whole records
 * cost, and how fast all of them travel as lines.
 */
import { webApp } from '../src/app.ts';
import { defaultTaxonomy } from '../src/modules/directory/taxonomy/index.ts';
import { organizations } from './directory-data.ts';
import { emptyNetwork, fill } from './directory-search.ts';
import { benchApp, listen, ms, times } from './support.ts';

const rounds = 40;

export async function directoryHsds(databaseUrl: string | null, name: string, size: number): Promise<void> {
  const app = await benchApp(databaseUrl);
  // Each question comes from somewhere else, so that no limit answers in its place.
  app.config.trustProxy = true;
  const networkId = await emptyNetwork(app, 'hsds');
  const documents = [...organizations(size)].flat();
  await fill(app, networkId, documents);
  const server = await listen(webApp(app).fetch);
  let asked = 0;
  const ask = async (path: string): Promise<{ bytes: number; total: number }> => {
    asked += 1;
    const from = `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`;
    const response = await fetch(`${server.url}/hsds/hsds/${path}`, { headers: { 'x-forwarded-for': from } });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 200)}`);
    return { bytes: text.length, total: Number(/"total_items":(\d+)/.exec(text)?.[1] ?? text.split('\n').length - 1) };
  };

  console.log(`\nHSDS API, ${size} services, ${name}: 50 on a page, ratio to the plain list`);
  const owner = documents[0]!.organizationId;
  const service = documents.find((one) => one.kind === 'service')!;
  const [{ taxonomy_term_id: term }] = service.body.attributes as [{ taxonomy_term_id: string }];
  const narrowed: Record<string, string[]> = {
    services: [
      'search=legal',
      'search=shelter',
      'search=imigration+lawer',
      'search=comida',
      'search=a+place+to+sleep&page=3',
      `taxonomy_term_id=${term}`,
      `taxonomy_id=${defaultTaxonomy().vocabularies[0]!.id}`,
      `organization_id=${owner}`,
      'modified_after=2026-01-01',
      'minimum_age=18',
      'day=MO&start_time=09:00&end_time=17:00',
      `search=program&day=FR&taxonomy_id=${defaultTaxonomy().vocabularies[0]!.id}`,
      'minimal=true',
    ],
    organizations: ['search=shelter', 'search=willow', `taxonomy_term_id=${term}`],
    service_at_locations: [
      'search=shelter',
      `taxonomy_term_id=${term}`,
      'postcode=77002',
      'postcode=77002&proximity=5000',
      'postcode=77301&search=food',
      'modified_after=2026-01-01',
    ],
  };
  /** One question and the plain list by turns, so that both meet the same machine. */
  const beside = async (list: string, query: string): Promise<void> => {
    const told = await ask(`${list}?${query}`);
    const [plain, narrow]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++)
      for (const [path, taken] of [[list, plain] as const, [`${list}?${query}`, narrow] as const]) {
        const started = performance.now();
        await ask(path);
        // The first round warms up.
        if (round > 0) taken.push(performance.now() - started);
      }
    const at = (taken: number[], q: number) => taken.sort((x, y) => x - y)[Math.floor(taken.length * q)]!;
    const said = (q: number) => `${ms(at(narrow, q))} (${(at(narrow, q) / at(plain, q)).toFixed(1)})`;
    const readable = query.replace(/[\da-f]{8}-[\da-f-]{27}/g, '…');
    console.log(`    ${readable.padEnd(50)} p50 ${said(0.5)}, p95 ${said(0.95)}; ${told.total} found`);
  };
  for (const [list, queries] of Object.entries(narrowed)) {
    const plain = await times(rounds, 5, () => ask(list));
    const { total } = await ask(list);
    console.log(`  ${list}: p50 ${ms(plain.p50)}, p95 ${ms(plain.p95)}; ${total} in all`);
    for (const query of [...queries, 'full=true']) await beside(list, query);
    for (const query of ['format=ndjson', 'format=ndjson&full=true']) {
      const sent = await ask(`${list}?${query}`);
      const { p50 } = await times(3, 1, () => ask(`${list}?${query}`));
      console.log(
        `    ${query.padEnd(50)} ${(p50 / 1000).toFixed(2)} s, ${(sent.bytes / 1e6).toFixed(1)} MB, ${((1000 * sent.total) / p50).toFixed(0)} a second`,
      );
    }
  }
  await server.close();
  await app.db.close();
}
