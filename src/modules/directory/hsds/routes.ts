/**
 * The HSDS API 3.1 of a network (https://docs.openreferral.org/en/v3.1.1/hsds/api_reference.html) and of its UK profile: what the public may read of the
 * directory, for any program, without a key. Made from the public documents alone; what is internal, hidden or was never there answers the same.
 *
 * An id that a merge replaced answers 308 with the address of the record it became, when the public may read that.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { get, json, post, type Req, type Route, type Tx } from '#kernel';
import type { Fields } from '#modules/organisations';
import { lines, oneOf, pageOf, refuse } from './answers.ts';
import { spotOf } from './coverage.ts';
import { ownPlaces } from '../own/read.ts';
import type { ListedKind } from './entries.ts';
import { find } from './find.ts';
import { nest } from './nest.ts';
import { openApiOf } from './openapi.ts';
import { type Asked, parameters, readParameters } from './parameters.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';

const onPage = 50;
const mostOnPage = { list: 500, full: 100, minimal: 50_000 };
/** Records made at a time for lines. */
const batch = 100;

/** Reads as the public, with the network's vocabulary in the language that was asked for, English without. */
async function reading<T>(
  req: Req,
  work: (tx: Tx, networkId: string, vocabulary: Vocabulary) => Promise<T>,
): Promise<T> {
  const { id } = req.ctx.network!;
  return req.ctx.app.db.readPublic(id, async (tx) =>
    work(tx, id, await vocabularyOf(tx, id, req.query.lang === 'es' ? 'es' : 'en')),
  );
}

const listed = {
  services: 'service',
  organizations: 'organization',
  service_at_locations: 'service_at_location',
} as const;
type ListName = keyof typeof listed;

async function list(req: Req, name: ListName): Promise<Response> {
  const read = await readParameters(req, name);
  if (read.misfit) return refuse(req, read.misfit);
  const asked: Asked = read.asked;
  const kind: ListedKind = listed[name];
  const depth = { full: asked.full === true || asked.full_service === true, fullService: asked.full_service === true };
  const make = (tx: Tx, id: string, { term }: Vocabulary, ids: string[]) =>
    asked.minimal ? minimal(tx, id, kind, ids) : nest(tx, id, kind, ids, depth, term);
  const most = asked.minimal ? mostOnPage.minimal : depth.full ? mostOnPage.full : mostOnPage.list;
  const perPage = Math.min(asked.per_page ?? (asked.minimal ? most : onPage), most);
  const number = asked.page ?? 1;
  const slice = asked.format === 'ndjson' ? null : { offset: (number - 1) * perPage, limit: perPage };
  const found = await reading(req, async (tx, id, vocabulary) => {
    const spot = asked.postcode === undefined ? null : spotOf(asked.postcode, await ownPlaces(tx, id));
    if (asked.postcode !== undefined && !spot) return null;
    const { ids, total } = await find(tx, id, kind, asked, vocabulary, spot, slice);
    return { ids, total, vocabulary, contents: slice && (await make(tx, id, vocabulary, ids)) };
  });
  if (!found) return refuse(req, { parameter: 'postcode', key: 'directory.hsds.bad.postcode' });
  if (found.contents) return json(pageOf(found.contents, found.total, number, perPage));
  const { app, network } = req.ctx;
  return lines(found.ids, batch, (ids) =>
    app.db.readPublic(network!.id, (tx) => make(tx, network!.id, found.vocabulary, ids)),
  );
}

/** Only what a copy needs to know which records to fetch again. */
async function minimal(tx: Tx, networkId: string, kind: ListedKind, ids: readonly string[]): Promise<Fields[]> {
  const { rows } = await sql<{ id: string; changed: Date }>`
    select id::text as id, changed from site.directory_entry
    where network_id = ${networkId} and kind = ${kind} and id = any(${[...ids]}::uuid[])`.execute(tx);
  const changed = new Map(rows.map((row) => [row.id, row.changed]));
  return ids.flatMap((id) => {
    const at = changed.get(id);
    return at ? [{ id, modified_date: at.toISOString() }] : [];
  });
}

async function single(req: Req, name: ListName): Promise<Response> {
  const read = name === 'organizations' ? await readParameters(req, 'organization') : { asked: {} as Asked };
  if (read.misfit) return refuse(req, read.misfit);
  const id = z.guid().safeParse(req.params.id);
  if (!id.success) return oneOf(undefined);
  const kind = listed[name];
  const depth = { full: true, fullService: (read.asked as Asked).full_service === true };
  const found = await reading(req, async (tx, networkId, vocabulary) => {
    const [record] = await nest(tx, networkId, kind, [id.data.toLowerCase()], depth, vocabulary.term);
    return record ?? (await becameOf(tx, networkId, kind, id.data));
  });
  return typeof found === 'string' ? moved(req, name, found) : oneOf(found);
}

/** The public record that an id was merged into, through as many merges as there were. */
async function becameOf(tx: Tx, networkId: string, kind: ListedKind, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    with recursive led(id, step) as (
      select into_id, 1 from site.directory_alias where network_id = ${networkId} and id = ${id}::uuid
      union select a.into_id, led.step + 1 from site.directory_alias a join led on a.id = led.id and a.network_id = ${networkId} where led.step < 20)
    select d.id::text as id from led join site.directory_document d on d.network_id = ${networkId} and d.kind = ${kind} and d.id = led.id
    order by led.step desc limit 1`.execute(tx);
  return rows[0]?.id;
}

function moved(req: Req, name: ListName, id: string): Response {
  const { search } = new URL(req.raw.url);
  return new Response(null, { status: 308, headers: { location: `${baseOf(req)}/${name}/${id}${search}` } });
}

const baseOf = ({ ctx }: Req): string => `${ctx.app.config.baseUrl}/${ctx.network!.slug}/hsds`;

async function taxonomyList(req: Req, name: 'taxonomies' | 'taxonomy_terms'): Promise<Response> {
  const read = await readParameters(req, name);
  if (read.misfit) return refuse(req, read.misfit);
  const asked: Partial<z.output<typeof parameters.taxonomy_terms>> = read.asked;
  const { taxonomies, terms, named } = await reading(req, async (_tx, _id, vocabulary) => vocabulary);
  const words = (asked.search ?? '').split(/\s+/).filter((word) => word !== '');
  const said = (one: Fields) => [one.name, one.description, one.code ?? ''].join(' ').toLowerCase();
  const found = (name === 'taxonomies' ? taxonomies : terms).filter(
    (one) =>
      (asked.taxonomy_id === undefined || one.taxonomy_id === asked.taxonomy_id) &&
      (!asked.top_only || one.parent_id === undefined) &&
      (asked.parent_id === undefined || one.parent_id === asked.parent_id) &&
      words.every((word) => said(one).includes(word.toLowerCase()) || named(word).includes(String(one.id))),
  );
  if (asked.format === 'ndjson') {
    const byId = new Map(found.map((one) => [String(one.id), one]));
    return lines([...byId.keys()], batch, async (ids) => ids.map((id) => byId.get(id)!));
  }
  const perPage = Math.min(asked.per_page ?? onPage, mostOnPage.list);
  const number = asked.page ?? 1;
  return json(pageOf(found.slice((number - 1) * perPage, number * perPage), found.length, number, perPage));
}

async function taxonomySingle(req: Req, name: 'taxonomies' | 'taxonomy_terms'): Promise<Response> {
  const vocabulary = await reading(req, async (_tx, _id, one) => one);
  const id = req.params.id!.toLowerCase();
  return oneOf(vocabulary[name === 'taxonomies' ? 'taxonomies' : 'terms'].find((one) => one.id === id));
}

const about = (req: Req): Response =>
  json({
    version: '3.1',
    profile: 'https://docs.openreferral.org/en/v3.1.1/hsds/overview.html',
    openapi_url: `${baseOf(req)}/openapi.json`,
  });

const record = z.looseObject({ id: z.guid() }).describe('An HSDS 3.1 object.');
const page = z.object({
  total_items: z.int(),
  total_pages: z.int(),
  page_number: z.int(),
  size: z.int(),
  first_page: z.boolean(),
  last_page: z.boolean(),
  empty: z.boolean(),
  contents: z.array(record),
});

const door = { kind: 'api', open: true } as const;
const path = '/:network/hsds';

type Answer = (req: Req) => Promise<Response>;

/** GET and POST of a list, and GET of one of its records. */
function noun(name: keyof typeof parameters, what: string, all: Answer, one: Answer, oneQuery?: z.ZodType): Route[] {
  const doc = { query: parameters[name], response: page, also: ['application/x-ndjson'] };
  return [
    get(`${path}/${name}`, 'public', all, { ...door, doc: { ...doc, summary: `HSDS 3.1: ${what}` } }),
    post(`${path}/${name}`, 'public', all, {
      ...door,
      maxBody: 64 * 1024,
      doc: { ...doc, summary: `HSDS 3.1: ${what}, asked for in the body (form or JSON)` },
    }),
    get(`${path}/${name}/:id`, 'public', one, {
      ...door,
      doc: { summary: `HSDS 3.1: one of the ${what}, with all its related data`, query: oneQuery, response: record },
    }),
  ];
}

const records = (name: ListName, what: string): Route[] =>
  noun(
    name,
    what,
    (req) => list(req, name),
    (req) => single(req, name),
    name === 'organizations' ? parameters.organization : undefined,
  );
const vocabulary = (name: 'taxonomies' | 'taxonomy_terms', what: string): Route[] =>
  noun(
    name,
    what,
    (req) => taxonomyList(req, name),
    (req) => taxonomySingle(req, name),
  );

export const hsdsRoutes: Route[] = [
  get(path, 'public', about, {
    ...door,
    doc: {
      summary: 'HSDS 3.1: what this API is',
      response: z.object({ version: z.string(), profile: z.url(), openapi_url: z.url() }),
    },
  }),
  get(`${path}/`, 'public', about, door),
  get(`${path}/openapi.json`, 'public', (req) => json(openApiOf(baseOf(req), req.ctx.network!.name.en)), door),
  ...records('services', 'services'),
  ...records('organizations', 'organizations'),
  ...records('service_at_locations', 'services at locations'),
  ...vocabulary('taxonomies', 'taxonomies'),
  ...vocabulary('taxonomy_terms', 'taxonomy terms'),
];
