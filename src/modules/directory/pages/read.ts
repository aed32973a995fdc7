/**
 * A service with what belongs to it, from the documents of one audience (../documents.ts) and from nothing else: pages, lists to share and mail all
 * draw this. What the audience may not see is not in here, so it cannot slip out.
 */
import { sql } from 'kysely';
import type { App, Tx } from '#kernel';
import type { Fields, Kind } from '#modules/organisations';
import type { SearchAudience } from '../search/index.ts';

export interface Doc {
  kind: Kind;
  id: string;
  organizationId: string;
  name: string;
  body: Fields;
}

export interface ServiceView {
  service: Doc;
  organization: Doc;
  /** Where it is given, as far as this audience may know. */
  places: { link: Doc; place: Doc }[];
}

type Reading = Pick<App, 'db'>;
type Row = { kind: Kind; id: string; organization_id: string; name: string; document: Fields };

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
export const isId = (value: string | undefined): value is string => value !== undefined && uuid.test(value);

/** Reads as the audience reads: the public through its own database role. */
function reading<T>(
  app: Reading,
  networkId: string,
  audience: SearchAudience,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return audience === 'public' ? app.db.readPublic(networkId, work) : app.db.run({ networkId }, work);
}

async function documentsOf(
  tx: Tx,
  networkId: string,
  audience: SearchAudience,
  which: ReturnType<typeof sql<boolean>>,
): Promise<Doc[]> {
  const table =
    audience === 'public'
      ? sql`site.directory_document where network_id = ${networkId}`
      : sql`app.directory_document where network_id = ${networkId} and audience = ${audience}`;
  const found = await sql<Row>`
    select kind, id, organization_id, name, document from ${table} and ${which} order by name, id`.execute(tx);
  return found.rows.map((row) => ({
    kind: row.kind,
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    body: row.document,
  }));
}

/** Services by id, as an audience sees them; what it may not see is simply not there. Three queries, however many. */
export async function readServices(
  app: Reading,
  networkId: string,
  audience: SearchAudience,
  ids: readonly string[],
): Promise<Map<string, ServiceView>> {
  const wanted = [...new Set(ids.filter(isId))];
  if (wanted.length === 0) return new Map();
  return reading(app, networkId, audience, async (tx) => {
    const read = (which: ReturnType<typeof sql<boolean>>) => documentsOf(tx, networkId, audience, which);
    const services = await read(sql<boolean>`kind = 'service' and id = any(${wanted}::uuid[])`);
    return withTheirOwn(services, read);
  });
}

async function withTheirOwn(
  services: readonly Doc[],
  read: (which: ReturnType<typeof sql<boolean>>) => Promise<Doc[]>,
): Promise<Map<string, ServiceView>> {
  const owners = [...new Set(services.map((one) => one.organizationId))];
  const around = await read(
    sql<boolean>`organization_id = any(${owners}::uuid[]) and (kind = 'organization'
      or (kind = 'service_at_location' and document->>'service_id' = any(${services.map((one) => one.id)}::text[])))`,
  );
  const links = around.filter((one) => one.kind === 'service_at_location');
  const placeIds = [...new Set(links.map((one) => String(one.body.location_id)))];
  const places = new Map(
    (placeIds.length > 0 ? await read(sql<boolean>`kind = 'location' and id = any(${placeIds}::uuid[])`) : []).map(
      (one) => [one.id, one],
    ),
  );
  const out = new Map<string, ServiceView>();
  for (const service of services) {
    const organization = around.find((one) => one.kind === 'organization' && one.id === service.organizationId);
    if (!organization) continue;
    const at = links
      .filter((one) => one.body.service_id === service.id)
      .flatMap((link) => {
        const place = places.get(String(link.body.location_id));
        return place ? [{ link, place }] : [];
      });
    out.set(service.id, { service, organization, places: at });
  }
  return out;
}

export async function readService(
  app: Reading,
  networkId: string,
  audience: SearchAudience,
  id: string,
): Promise<ServiceView | null> {
  return (await readServices(app, networkId, audience, [id])).get(id.toLowerCase()) ?? null;
}

/** An organisation and its services, as an audience sees them; null where it sees none. */
export async function readOrganization(
  app: Reading,
  networkId: string,
  audience: SearchAudience,
  id: string,
): Promise<{ organization: Doc; services: ServiceView[] } | null> {
  if (!isId(id)) return null;
  return reading(app, networkId, audience, async (tx) => {
    const read = (which: ReturnType<typeof sql<boolean>>) => documentsOf(tx, networkId, audience, which);
    const found = await read(
      sql<boolean>`kind in ('organization', 'service') and organization_id = ${id.toLowerCase()}::uuid`,
    );
    const organization = found.find((one) => one.kind === 'organization');
    if (!organization) return null;
    const services = await withTheirOwn(
      found.filter((one) => one.kind === 'service'),
      read,
    );
    return { organization, services: [...services.values()] };
  });
}

/** Where an id that was merged into another leads now, if this audience knew it. */
export async function aliasOf(
  app: Reading,
  networkId: string,
  audience: SearchAudience,
  id: string,
): Promise<string | null> {
  if (!isId(id)) return null;
  return reading(app, networkId, audience, async (tx) => {
    const table =
      audience === 'public'
        ? sql`site.directory_alias where true`
        : sql`app.directory_alias where audience = ${audience}`;
    const found = await sql<{
      into: string;
    }>`select into_id as into from ${table} and network_id = ${networkId} and id = ${id}::uuid`.execute(tx);
    return found.rows[0]?.into ?? null;
  });
}

/** The middle of the places that the public may know of a network: "Springfield" is then the one nearby. Null where there is none. */
export async function middleOf(
  app: Reading,
  network: { id: string; epoch: number },
): Promise<{ lat: number; lon: number } | null> {
  const known = middles.get(network.id);
  if (known?.epoch === network.epoch) return known.middle;
  const middle = await app.db.readPublic(network.id, async (tx) => {
    const { rows } = await sql<{ lat: number | null; lon: number | null }>`
      select percentile_cont(0.5) within group (order by (document->>'latitude')::float8) as lat,
        percentile_cont(0.5) within group (order by (document->>'longitude')::float8) as lon
      from site.directory_document where network_id = ${network.id} and kind = 'location' and document->>'latitude' is not null`.execute(
      tx,
    );
    const [row] = rows;
    return row?.lat == null || row.lon == null ? null : { lat: Number(row.lat), lon: Number(row.lon) };
  });
  middles.set(network.id, { epoch: network.epoch, middle });
  return middle;
}
const middles = new Map<string, { epoch: number; middle: { lat: number; lon: number } | null }>();
