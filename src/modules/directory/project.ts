/**
 * Keeps what each audience reads in step with the records: called in the transaction of every change, so that a change is seen when it is saved. A
 * document that comes out the same keeps its row untouched, with its day of last change: a hidden place may move without a trace.
 */
import { sql } from 'kysely';
import { type Ctx, dayIn, type Tx } from '#kernel';
import {
  type Audience,
  type Holding,
  holdings,
  lastChecks,
  maySee,
  organizationIds as everyOrganization,
  recordsById,
} from '#modules/organisations';
import { looksFor } from './areas/looks.ts';
import { type Document, documents, shownTo } from './documents.ts';
import { keepEntries } from './hsds/keep.ts';
import { type ListingEvent, type Standing, standing } from './listing.ts';
import { ownPlaces, ownTerms } from './own/read.ts';
import { Places } from './search/places.ts';
import type { RowContext } from './search/rows.ts';
import { defaultTerms, TermBook } from './search/terms.ts';
import { SearchWriter } from './search/write.ts';
import { directory } from './tables.ts';
import { defaultTaxonomy } from './taxonomy/index.ts';

export const shown = ['public', 'partner', 'hotline'] as const satisfies Audience[];
export type ShownAudience = (typeof shown)[number];

/** Organisations worked on at a time: bounds memory, whatever the size of the network. */
const slice = 200;

/**
 * Makes the documents of these organisations anew (null: of every one), for every audience. `onSlice` is told after each two hundred, for progress.
 */
export async function project(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'network'>,
  organizationIds: readonly string[] | null,
  onSlice: (done: number, of: number) => void = () => {},
): Promise<void> {
  const networkId = ctx.network!.id;
  const now = ctx.app.clock();
  const day = dayIn(now, ctx.network!.timezone);
  const all =
    organizationIds === null
      ? await everyOrganization(tx, networkId)
      : await withGuests(tx, networkId, organizationIds);
  const own = await ownContext(tx, networkId);
  const search = new SearchWriter(tx, networkId, own);
  for (let i = 0; i < all.length; i += slice) {
    const ids = all.slice(i, i + slice);
    const made = await documentsNow(tx, networkId, ids, day);
    for (const audience of shown) {
      await writeDocuments(tx, networkId, ids, audience, made.get(audience)!, now, day);
      await search.write(audience, ids, made.get(audience)!);
    }
    onSlice(Math.min(i + slice, all.length), all.length);
  }
  await search.finish();
  for (let i = 0; i < all.length; i += slice)
    await keepEntries(tx, networkId, all.slice(i, i + slice), own.terms ?? defaultTerms(), now);
}

/** The documents of these organisations on a day, by audience; a few hundred at a time. */
export async function documentsNow<A extends Audience = ShownAudience>(
  tx: Tx,
  networkId: string,
  ids: readonly string[],
  day: string,
  audiences: readonly A[] = shown as readonly Audience[] as readonly A[],
): Promise<Map<A, Document[]>> {
  const held = await holdings(tx, networkId, ids);
  const standings = await standingsOf(tx, networkId, ids, day);
  const services = [...held.values()].flatMap((one) => one.services.map((service) => service.id));
  const checked = await lastChecks(tx, networkId, services);
  const ownerShown = await ownersElsewhere(tx, networkId, held, day);
  const looked = await looksFor(tx, networkId, held.values());
  return new Map(
    audiences.map((audience) => [
      audience,
      [...held.values()].flatMap((one) =>
        documents(
          one,
          standings.get(one.organization.id) ?? nowhere,
          audience,
          checked,
          (id) => ownerShown(id, audience),
          looked,
        ),
      ),
    ]),
  );
}

/** Of organisations at whose places services of these are offered: whether an audience is shown them. */
async function ownersElsewhere(
  tx: Tx,
  networkId: string,
  held: ReadonlyMap<string, Holding>,
  day: string,
): Promise<(organizationId: string, audience: Audience) => boolean> {
  const guests = [...held.values()].flatMap(({ organization, locations }) =>
    locations.flatMap((place) => (place.organizationId === organization.id ? [] : [place.organizationId])),
  );
  const ids = [...new Set(guests)];
  if (ids.length === 0) return () => false;
  const owners = new Map((await recordsById(tx, networkId, ids)).map((rec) => [rec.id, rec]));
  const standings = await standingsOf(tx, networkId, ids, day);
  return (id, audience) =>
    shownTo(standings.get(id) ?? nowhere, audience) && maySee(audience, owners.get(id)?.marks.name ?? 'vetting');
}

/** The network's own terms and places, for the search rows. */
async function ownContext(tx: Tx, networkId: string): Promise<Partial<RowContext>> {
  const terms = await ownTerms(tx, networkId);
  const places = await ownPlaces(tx, networkId);
  return {
    ...(terms.length > 0 ? { terms: new TermBook([...defaultTaxonomy().terms, ...terms]) } : {}),
    ...(places.length > 0 ? { names: new Places(places) } : {}),
  };
}

const nowhere: Standing = { listed: false, public: false, because: null, listedSince: null, publicSince: null };

/** The organisations themselves, and those whose services are offered at their places. */
export async function withGuests(tx: Tx, networkId: string, ids: readonly string[]): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select distinct link.organization_id as id from app.record place
    join app.record link on link.network_id = place.network_id and link.location_id = place.id and link.kind = 'service_at_location'
    where place.network_id = ${networkId} and place.kind = 'location' and place.organization_id = any(${[...ids]}::uuid[])`.execute(
    tx,
  );
  return [...new Set([...ids, ...found.rows.map((row) => row.id)])];
}

/** Where organisations stand on a day. One query. */
export async function standingsOf(
  tx: Tx,
  networkId: string,
  ids: readonly string[],
  day: string,
): Promise<Map<string, Standing>> {
  const events = await eventsOf(tx, networkId, ids);
  return new Map(ids.map((id) => [id, standing(events.get(id) ?? [], day)]));
}

/** All events of organisations, by organisation. */
export async function eventsOf(
  tx: Tx,
  networkId: string,
  ids: readonly string[],
): Promise<Map<string, ListingEvent[]>> {
  const out = new Map<string, ListingEvent[]>();
  if (ids.length === 0) return out;
  const rows = await directory(tx)
    .selectFrom('app.directory_event')
    .select(['seq', 'organization_id', 'on_day', 'kind', 'data', 'author_id'])
    .where('network_id', '=', networkId)
    .where(sql<boolean>`organization_id = any(${[...ids]}::uuid[])`)
    .orderBy('seq')
    .execute();
  for (const row of rows) {
    const list = out.get(row.organization_id) ?? [];
    list.push({ seq: Number(row.seq), kind: row.kind, on: row.on_day, authorId: row.author_id, data: row.data });
    out.set(row.organization_id, list);
  }
  return out;
}

async function writeDocuments(
  tx: Tx,
  networkId: string,
  organizationIds: readonly string[],
  audience: ShownAudience,
  made: readonly Document[],
  now: Date,
  day: string,
): Promise<void> {
  const table = audience === 'public' ? sql`site.directory_document` : sql`app.directory_document`;
  const ours = audience === 'public' ? sql`true` : sql`d.audience = ${audience}`;
  const list = JSON.stringify(
    made.map((one) => ({ k: one.kind, i: one.id, o: one.organizationId, n: one.name, d: JSON.stringify(one.body) })),
  );
  await sql`
    delete from ${table} d where d.network_id = ${networkId} and ${ours} and d.organization_id = any(${[...organizationIds]}::uuid[])
      and not exists (select 1 from json_to_recordset(${list}::json) as m(k text, i uuid) where m.k = d.kind and m.i = d.id)`.execute(
    tx,
  );
  const extra = audience === 'public' ? sql`` : sql`audience, `;
  const value = audience === 'public' ? sql`` : sql`${audience}, `;
  await sql`
    insert into ${table} as d (network_id, ${extra}kind, id, organization_id, name, document, modified, since)
    select ${networkId}::uuid, ${value}m.k, m.i, m.o, m.n, m.d::json, ${now}, ${day}
    from json_to_recordset(${list}::json) as m(k text, i uuid, o uuid, n text, d text)
    on conflict (network_id, ${extra}kind, id) do update set organization_id = excluded.organization_id, name = excluded.name,
      document = excluded.document, modified = excluded.modified
    where d.document::text <> excluded.document::text or d.organization_id <> excluded.organization_id`.execute(tx);
}

/** Everything the public could read of a network's directory, when the network itself goes. */
export async function removePublic(tx: Tx, networkId: string): Promise<void> {
  const tables = await sql<{ name: string }>`
    select c.relname as name from pg_class c where c.relnamespace = 'site'::regnamespace and c.relkind = 'r' and c.relname ~ '^directory_'`.execute(
    tx,
  );
  for (const { name } of tables.rows)
    await sql`delete from site.${sql.ref(name)} where network_id = ${networkId}`.execute(tx);
}
