/**
 * Every address through which something of the directory could come out to the public or to a partner agency, with what an attacker asks there. A route
 * that is not asked anything fails the tests (`unasked`).
 */
import { randomUUID } from 'node:crypto';
import { unzipSync } from 'fflate';
import { textInPdf } from './pdf-text.ts';
import { allRoutes } from '../../src/app.ts';
import { directoryModule } from '../../src/modules/directory/index.ts';
import { defaultTaxonomy, termByCode } from '../../src/modules/directory/taxonomy/index.ts';
import { again, more, type World } from './directory-world.ts';
import type { TestPerson } from './harness.ts';
import { fillPath, paramsOf, routeKey } from './routes.ts';

export type Viewer = 'public' | 'partner';
interface Ask {
  path: string;
  /** A form; without it a GET. */
  form?: Record<string, string | string[]>;
  json?: unknown;
  language?: 'en' | 'es';
}

const need = (code: string) => termByCode(code)!.id;
const nobody = '00000000-0000-4000-8000-000000000000';
const idsOf = (w: World): string[] => [...new Set([...Object.values(more), w.applied, w.term, nobody])];

/** What is looked for: by words, by place near and far from every hidden point, by each filter, in each order. */
const searches: Record<string, string | string[]>[] = [
  {},
  { what: 'shelter' },
  { what: 'sheltr', where: '77028', sort: 'near' },
  { what: 'shelter', where: '77002', miles: '5', sort: 'near' },
  { where: '77028', miles: '5', sort: 'near' },
  { where: '77028', miles: '0', sort: 'near' },
  { where: 'Harris County, TX', sort: 'name' },
  { where: 'Liberty County, TX' },
  { where: 'Houston', who: 'minors', free: 'yes' },
  { what: 'meals', where: '77002', accepting: 'yes' },
  { what: 'albergue', languages: ['es'] },
  { open: 'yes', warmTransfer: 'yes' },
  { needs: [need('service.shelter.domestic-violence')], accessibility: [need('accessibility.step-free')] },
  { county: '48201', need: 'service.shelter' },
];
const changes = [
  'languages:es',
  'sort:name',
  'sort:near',
  'miles:0',
  'miles:5',
  'county:48201',
  'where:1',
  'open:',
  'what:',
];
const lookups = ['?explain=1&map=1', '?page=2', '?lang=es'];

const hsdsLists: Record<string, string[]> = {
  services: [
    '',
    'full=true',
    'minimal=true',
    'format=ndjson',
    'format=ndjson&full=true',
    'search=shelter',
    'search=a',
    'search=sheltr+for+meals&format=ndjson',
    'search=albergue&modified_after=2026-06-02',
    'search=liberty+houston+lawyers&minimum_age=0',
    `taxonomy_id=${defaultTaxonomy().vocabularies[1]!.id}`,
    'per_page=1&page=2',
    'modified_after=2026-06-02T15:10:00Z',
    'modified_after=2026-06-02',
    `taxonomy_term_id=${need('service.shelter.safe-house')}`,
    'minimum_age=0',
    'day=MO&start_time=08:00',
    'page=x',
    'lang=es&full=true',
  ],
  organizations: [
    '',
    'full=true',
    'full_service=true',
    'format=ndjson&full_service=true',
    'search=house',
    'search=sheltr+women',
    'modified_after=2026-06-02T15:10:00Z',
    'page=9',
  ],
  service_at_locations: [
    '',
    'full=true',
    'format=ndjson&full=true',
    'postcode=77028',
    'postcode=77028&proximity=100',
    'postcode=77028&proximity=30000',
    'postcode=77002&proximity=200000&full=true',
    'postcode=77575&proximity=30000',
    'postcode=77575&search=shelter',
    'postcode=77028&proximity=90000&search=meals&day=MO',
    'postcode=00000',
    'modified_after=2026-06-02T15:10:00Z',
  ],
  taxonomies: ['', 'format=ndjson'],
  taxonomy_terms: ['', 'per_page=500', 'search=shelter', 'top_only=true', 'format=ndjson'],
};

type Case = (w: World, at: string) => Ask[];
const at =
  (...queries: string[]): Case =>
  (_w, path) =>
    queries.map((query) => ({ path: path + query }));
const eachId: Case = (w, path) =>
  idsOf(w).map((id, n) => ({
    path: path.replace(':id', n % 4 === 1 ? id.toUpperCase() : id),
    language: n % 3 === 1 ? 'es' : 'en',
  }));

/** What is asked of each route of the directory; `:network` is filled in already. */
const cases: Record<string, Case> = {
  'GET /s/:token': (_w, path) => [{ path: path.replace(':token', 'A'.repeat(43)) }],
  'GET /:network/services': at('', '?lang=es', '?need=service.shelter', '?said=directory.page.said.x'),
  'POST /:network/services': (_w, path) => searches.map((form) => ({ path, form })),
  'GET /:network/services/embed': at('', '?lang=es'),
  'GET /:network/services/feed.atom': at('', '?lang=es'),
  'GET /:network/services/outlines.json': (_w, path) => [{ path }],
  'GET /:network/services/results/:id': (_w, path) => [{ path: path.replace(':id', 'A'.repeat(22)) }],
  'POST /:network/services/results/:id': (_w, path) => [
    { path: path.replace(':id', 'A'.repeat(22)), form: { change: 'sort:near' } },
  ],
  'GET /:network/services/:id': eachId,
  'GET /:network/organizations/:id': eachId,
  'GET /:network/services/figures': at('', '?asOf=2026-06-01&since=2026-01-01', '?asOf=2019-02-30', '?lang=es'),
  'GET /api/v1/networks/:network/directory/figures': at('', '?asOf=2026-06-01&since=2026-01-01', '?asOf=x'),
  'GET /:network/services/check': at('', '?lang=es'),
  'GET /:network/services/check/:token': (_w, path) => [{ path: path.replace(':token', 'A'.repeat(43)) }],
  'GET /:network/services/check/:token/stop': (_w, path) => [{ path: path.replace(':token', 'A'.repeat(43)) }],
  'POST /:network/services/check/:token': (_w, path) => [
    { path: path.replace(':token', 'A'.repeat(43)), form: { right: 'x' } },
  ],
  'POST /:network/services/check/:token/stop': (_w, path) => [
    { path: path.replace(':token', 'A'.repeat(43)), form: {} },
  ],
  'GET /:network/staff/services': at('', '?map=1', '?explain=1&page=2'),
  'POST /:network/staff/services': (_w, path) => searches.map((form) => ({ path, form })),
  'GET /:network/staff/services/results/:id': (_w, path) => [{ path: path.replace(':id', 'A'.repeat(22)) }],
  'POST /:network/staff/services/results/:id': (_w, path) => [
    { path: path.replace(':id', 'A'.repeat(22)), form: { change: 'sort:near' } },
  ],
  'POST /:network/staff/services/results/:id/keeping': (_w, path) => [
    { path: path.replace(':id', 'A'.repeat(22)), form: { name: 'Kept' } },
  ],
  'POST /:network/staff/services/searches/:id': (w, path) =>
    idsOf(w)
      .slice(0, 3)
      .map((id) => ({ path: path.replace(':id', id), form: {} })),
  'GET /:network/staff/services/:id': eachId,
  'GET /:network/staff/services/share': at('', '?lang=es'),
  'POST /:network/staff/services/share': (w, path) => [
    { path, form: { clear: 'yes' } },
    ...[more.shelter, more.meals, more.legal, more.inside, more.partnerService, w.applied].map((add) => ({
      path,
      form: { add },
    })),
  ],
  'GET /:network/staff/services/share/print': at('', '?for=partner', '?lang=es'),
  'GET /:network/staff/services/share/list.pdf': at('', '?for=partner', '?lang=es'),
  'POST /:network/staff/services/share/links': (_w, path) =>
    ['public', 'partner'].flatMap((audience) =>
      ['link', 'text', 'none'].map((way) => ({
        path,
        form: { way, to: '', days: '7', locale: 'en', audience },
      })),
    ),
  'POST /:network/staff/services/share/links/:id/revocation': (_w, path) => [
    { path: path.replace(':id', nobody), form: {} },
  ],
  'GET /:network/hsds': at(''),
  'GET /:network/hsds/': at(''),
  'GET /:network/hsds/openapi.json': at(''),
  ...Object.fromEntries(
    Object.entries(hsdsLists).flatMap(([name, queries]): [string, Case][] => [
      [
        `GET /:network/hsds/${name}`,
        (w, path) => [
          ...queries.map((query) => ({ path: `${path}?${query}` })),
          ...(name.startsWith('taxonom') || name === 'organizations'
            ? []
            : idsOf(w).map((id) => ({ path: `${path}?organization_id=${id}` }))),
          ...(name === 'taxonomy_terms' || name === 'taxonomies'
            ? []
            : [{ path: `${path}?taxonomy_term_id=${w.term}` }]),
        ],
      ],
      [
        `POST /:network/hsds/${name}`,
        (_w, path) => [
          ...queries.map((query) => ({ path, form: Object.fromEntries(new URLSearchParams(query)) })),
          { path, json: { search: 'shelter', per_page: 5 } },
          { path, json: [] },
        ],
      ],
      [`GET /:network/hsds/${name}/:id`, eachId],
    ]),
  ),
  ...Object.fromEntries(
    ['', '/return', '/check', '/status', '/sending', '/removal', '/deletion', '/withdrawal', '/leaving'].map((part) => [
      `GET /:network/services/apply${part}`,
      at('', '?lang=es'),
    ]),
  ),
  'GET /:network/services/apply/:page': (_w, path) =>
    ['organisation', 'place-1', 'service-1', 'who-1', 'contact', 'nowhere'].map((page) => ({
      path: path.replace(':page', page),
    })),
  'POST /:network/services/apply': (_w, path) => [{ path, form: {} }],
  'POST /:network/services/apply/return': (w, path) => [
    { path, form: { code: '1234 5678 9012 3456' } },
    ...w.codes.map((code) => ({ path, form: { code: `${code.slice(0, 7)} 9999 9999 99` } })),
  ],
  'POST /:network/services/apply/:page': (_w, path) => [
    { path: path.replace(':page', 'contact'), form: { contactName: 'X' } },
  ],
  ...Object.fromEntries(
    ['sending', 'removal', 'deletion', 'withdrawal', 'leaving'].map((part) => [
      `POST /:network/services/apply/${part}`,
      (_w: World, path: string) => [{ path, form: { code: '1234567890123456' } }],
    ]),
  ),
};

/** Cases that the work of others brings along; merged by name. */
const values: Record<string, string> = {
  plan: 'nothing',
  ref: '1',
  section: 'human-trafficking',
  file: '005ea2.css',
  id: nobody,
  token: 'B'.repeat(43),
};

const own = new Set(directoryModule.routes.map(routeKey));
const open = (viewer: Viewer) =>
  allRoutes().filter(({ access }) =>
    viewer === 'public'
      ? access === 'public'
      : access === 'member' || access === 'signedIn' || (Array.isArray(access) && access.includes('partner')),
  );

/** Routes of the directory that the public or a partner may open and that no case asks. */
export const unasked = (): string[] =>
  [...new Set((['public', 'partner'] as const).flatMap((viewer) => open(viewer).map(routeKey)))].filter(
    (key) => own.has(key) && !cases[key],
  );
/** Cases of routes that are no more. */
export const stale = (): string[] => {
  const now = new Set(allRoutes().map(routeKey));
  return Object.keys(cases).filter((key) => !now.has(key));
};

/** One answer: who asked what, and everything that came back. */
export interface Heard {
  asked: string;
  status: number;
  headers: string;
  body: string;
}

/** The words of a PDF, as a reader shows them, and what is written about them. */
export function pdfText(bytes: Buffer): string {
  const { lines, rest } = textInPdf(bytes);
  return [...lines, rest].join('\n');
}

/** A body as text: archives unpacked, papers read; what differs at every asking is made the same. */
function readable(bytes: Buffer): string {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK')
    return Object.entries(unzipSync(bytes))
      .map(([name, content]) => `${name}\n${Buffer.from(content).toString('utf8')}`)
      .join('\n');
  if (bytes.subarray(0, 4).toString('latin1') === '%PDF')
    return `${pdfText(bytes)}\n${bytes.toString('latin1')}`
      .replace(/(<xmp:CreateDate>)[\dTZ:.-]+/g, '$1')
      .replace(/\(D:\d{14}Z\)/g, '(day)')
      .replace(/\/ID \[[^\]]*\]/g, '/ID');
  return bytes.toString('utf8');
}

/** Names that are drawn at random for each answer. */
const settle = (text: string): string =>
  text
    .replace(/(\/results\/)[\w-]{22}/g, '$1~')
    .replace(/(\/s\/|%2Fs%2F)[\w-]{43}/g, '$1~')
    .replace(/((?:made|until) June \d+, 2026 at )[\d:]+ [AP]M/g, '$1~')
    .replace(/(hasta el \d+ de junio de 2026 a las )[\d:]+ [ap]\.m\./g, '$1~')
    // A square to scan holds the name of a link.
    .replace(/(<svg viewBox="0 0 \d+ \d+" width="200" height="200"[^>]*>)[\s\S]*?<\/svg>/g, '$1~')
    .replace(/(links\/)[\da-f-]{36}(\/revocation)/g, '$1~$2')
    .replace(/(name="_csrf" value=")[^"]*/g, '$1~')
    .replace(/nonce[-=]("?)[\w+/=]+/g, 'nonce~$1')
    .replace(/(waymark(-application)?=)[\w.-]+/g, '$1~')
    .replace(/(wm-code[^>]*>)[\d ]+/g, '$1~')
    .replace(/("?x-request-id"?[,:] ?"?)[\w-]+/g, '$1~');

/** Asks as one viewer; each question from somewhere else, so that no limit answers in its place. */
class Asker {
  readonly heard: Heard[] = [];
  readonly #w: World;
  #as: TestPerson | null;
  #csrf = '';
  #times = 0;
  #writes = 0;
  #searches = 0;
  readonly #agent = randomUUID();

  private constructor(w: World, as: TestPerson | null) {
    this.#w = w;
    this.#as = as;
  }

  static async of(w: World, who: TestPerson | null): Promise<Asker> {
    const one = new Asker(w, who);
    await one.#renew();
    return one;
  }

  /** Signs in once more: one session may write so often in a minute. */
  async #renew(): Promise<void> {
    this.#writes = 0;
    if (!this.#as) return;
    this.#as = await again(this.#w, this.#as);
    const page = await this.#w.t.fetch('/account', { as: this.#as });
    this.#csrf = /name="_csrf" value="([^"]*)"/.exec(await page.text())?.[1] ?? '';
  }

  async raw({ path, form, json, language = 'en' }: Ask): Promise<Response> {
    this.#times += 1;
    const headers: Record<string, string> = {
      'accept-language': language,
      'user-agent': `${this.#agent} ${this.#times}`,
      'x-forwarded-for': `10.1.${this.#times >> 8}.${this.#times & 255}`,
    };
    let body: BodyInit | undefined;
    if (form) {
      if (++this.#writes > 100) await this.#renew();
      const sent = new URLSearchParams();
      if (this.#csrf) sent.append('_csrf', this.#csrf);
      for (const [name, value] of Object.entries(form)) for (const one of [value].flat()) sent.append(name, one);
      body = sent;
      headers.origin = 'http://localhost';
    } else if (json !== undefined) {
      body = JSON.stringify(json);
      headers['content-type'] = 'application/json';
    }
    return this.#w.t.fetch(path, {
      headers,
      ...(body ? { method: 'POST', body } : {}),
      ...(this.#as ? { as: this.#as } : {}),
    });
  }

  /** Asks, keeps what came back, and follows it where a search or a link leads. */
  async ask(question: Ask): Promise<Response> {
    const response = await this.raw(question);
    const bytes = Buffer.from(await response.clone().arrayBuffer());
    const asked = settle(
      `${question.form || question.json ? 'POST' : 'GET'} ${question.path} ${JSON.stringify(question.form ?? question.json ?? '')} ${question.language ?? ''}`,
    );
    const body = settle(readable(bytes));
    this.heard.push({ asked, status: response.status, headers: settle(JSON.stringify([...response.headers])), body });
    const to = response.headers.get('location') ?? '';
    if (/\/results\/[\w-]{22}$/.test(to) && !question.path.includes('/results/')) await this.#results(to);
    if (!question.path.startsWith('/s/'))
      for (const link of new Set(bytes.toString('utf8').match(/\/s\/[\w-]{43}/g)))
        for (const query of ['', '?lang=es']) await this.ask({ path: link + query });
    return response;
  }

  async #results(path: string): Promise<void> {
    for (const query of lookups) await this.ask({ path: path + query });
    // Filters are the same buttons on every result: a few searches are pressed through.
    this.#searches += 1;
    if (this.#searches > 4) return;
    for (const change of changes) {
      const next = (await this.raw({ path, form: { change } })).headers.get('location');
      if (next) await this.ask({ path: next });
    }
  }
}

/** Everything a viewer can hear of the network. */
export async function listen(w: World, viewer: Viewer): Promise<Heard[]> {
  const asker = await Asker.of(w, viewer === 'partner' ? w.people.partner : null);
  for (const route of open(viewer)) {
    const key = routeKey(route);
    const fill = own.has(key) ? cases[key] : undefined;
    if (fill) {
      for (const question of fill(w, route.path.replace(':network', w.network.slug))) await asker.ask(question);
    } else if (route.method === 'GET' && !/sign-out|\/leave$|\/staff\/plans|^\/account/.test(route.path)) {
      for (const name of paramsOf(route.path))
        if (name !== 'network' && values[name] === undefined)
          throw new Error(`Add a value for :${name} to test/support/directory-doors.ts.`);
      await asker.ask({ path: fillPath(route.path, { ...values, network: w.network.slug }) });
    }
  }
  return asker.heard;
}

/** The files that keepers take out for an audience. */
export async function files(w: World, audience: Viewer): Promise<Heard[]> {
  const asker = await Asker.of(w, w.people.editor);
  for (const format of ['hsds', 'tabular', 'xlsx', 'csv'])
    await asker.ask({ path: `/${w.network.slug}/staff/directory/export`, form: { audience, format } });
  return asker.heard;
}
