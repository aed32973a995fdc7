/**
 * Reading and adding records. A record is read as it stood at an instant; saving adds a version where something changed and nothing where nothing
 * did. Rules about who may do so belong to the actions of the modules that call.
 */
import { canonical } from '#engines/canonical';
import { sql } from 'kysely';
import { type Ctx, Problem, type Tx, authorOf } from '#kernel';
import { type Fields, type Kind, type Marks, recordSchema, required } from './shape.ts';
import { type CheckWay, records, type Source } from './tables.ts';

/** A record as it stood at some instant. */
export interface Rec {
  id: string;
  kind: Kind;
  /** The organisation it belongs to; its own id for an organisation. */
  organizationId: string;
  confidential: boolean;
  fields: Fields;
  marks: Marks;
  /** When this version was made. */
  at: Date;
  seq: number;
}

/** An organisation with everything it runs, and the places of others that its services are offered at. */
export interface Holding {
  organization: Rec;
  programs: Rec[];
  services: Rec[];
  locations: Rec[];
  /** service_at_location */
  links: Rec[];
}

/** Rows in one statement: far below PostgreSQL's limit of 65,535 parameters. */
const batchSize = 500;
const batches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / batchSize) }, (_, i) => all.slice(i * batchSize, (i + 1) * batchSize));

interface Row {
  id: string;
  kind: Kind;
  organization_id: string | null;
  confidential: boolean;
  fields: Fields;
  marks: Marks;
  at: Date;
  seq: number;
}

const toRec = (row: Row): Rec => ({
  id: row.id,
  kind: row.kind,
  // The version knows whose it was on that day; the column knows whose it is now.
  organizationId: (row.fields.organization_id as string | undefined) ?? row.organization_id ?? row.id,
  confidential: row.confidential,
  fields: row.fields,
  marks: row.marks,
  at: row.at,
  seq: Number(row.seq),
});

/** Records by id as they stood at `asOf` (default: now). Merged and unknown ids are simply not there. Order is not kept. */
export async function recordsById(
  tx: Tx,
  networkId: string,
  ids: readonly string[],
  asOf: Date | null = null,
): Promise<Rec[]> {
  const out: Rec[] = [];
  for (const batch of batches([...new Set(ids)])) {
    const found = await sql<Row>`
      select r.id, r.kind, r.organization_id, r.confidential, v.fields, v.marks, v.at, v.seq
      from app.record r cross join lateral (
        select * from app.record_version v where v.network_id = r.network_id and v.record_id = r.id
          and (${asOf}::timestamptz is null or v.at <= ${asOf}::timestamptz) order by v.seq desc limit 1) v
      where r.network_id = ${networkId} and r.id = any(${batch}::uuid[]) and ${unmerged(asOf)}`.execute(tx);
    out.push(...found.rows.map(toRec));
  }
  return out;
}

const unmerged = (asOf: Date | null) => sql`not exists (
  select 1 from app.record_merge m where m.network_id = r.network_id and m.from_id = r.id
    and (${asOf}::timestamptz is null or m.at <= ${asOf}::timestamptz)
    and (m.undone_at is null or (${asOf}::timestamptz is not null and m.undone_at > ${asOf}::timestamptz)))`;

/**
 * Organisations with all they run, as they stood at `asOf` (default: now); `only` names organisations, null means every one of the network.
 * Two queries, whatever the size.
 */
export async function holdings(
  tx: Tx,
  networkId: string,
  only: readonly string[] | null = null,
  asOf: Date | null = null,
): Promise<Map<string, Holding>> {
  const ids = only === null ? null : [...new Set(only)];
  const found = await sql<Row>`
    select r.id, r.kind, r.organization_id, r.confidential, v.fields, v.marks, v.at, v.seq
    from app.record r cross join lateral (
      select * from app.record_version v where v.network_id = r.network_id and v.record_id = r.id
        and (${asOf}::timestamptz is null or v.at <= ${asOf}::timestamptz) order by v.seq desc limit 1) v
    where r.network_id = ${networkId}
      and (${ids}::uuid[] is null or r.id = any(${ids}::uuid[]) or r.organization_id = any(${ids}::uuid[])) and ${unmerged(asOf)}
    order by r.created_at, r.id`.execute(tx);
  const all = found.rows.map(toRec);
  const out = new Map<string, Holding>();
  for (const rec of all)
    if (rec.kind === 'organization')
      out.set(rec.id, { organization: rec, programs: [], services: [], locations: [], links: [] });
  // A link belongs to the organisation of its service, on a past day too.
  const owners = new Map(all.filter((rec) => rec.kind === 'service').map((rec) => [rec.id, rec.organizationId]));
  for (const rec of all) {
    if (rec.kind === 'service_at_location')
      rec.organizationId = owners.get(String(rec.fields.service_id)) ?? rec.organizationId;
    const holding = out.get(rec.organizationId);
    if (!holding) continue;
    if (rec.kind === 'program') holding.programs.push(rec);
    else if (rec.kind === 'service') holding.services.push(rec);
    else if (rec.kind === 'location') holding.locations.push(rec);
    else if (rec.kind === 'service_at_location') holding.links.push(rec);
  }
  await addForeignPlaces(tx, networkId, out, all, asOf);
  return out;
}

/** Places of another organisation that a service is offered at. */
async function addForeignPlaces(tx: Tx, networkId: string, out: Map<string, Holding>, all: Rec[], asOf: Date | null) {
  const places = new Map(all.filter((rec) => rec.kind === 'location').map((rec) => [rec.id, rec]));
  const missing = [...out.values()].flatMap((h) =>
    h.links.map((link) => link.fields.location_id as string).filter((id) => !places.has(id)),
  );
  for (const rec of missing.length > 0 ? await recordsById(tx, networkId, missing, asOf) : []) places.set(rec.id, rec);
  for (const holding of out.values()) {
    const own = new Set(holding.locations.map((rec) => rec.id));
    for (const link of holding.links) {
      const place = places.get(link.fields.location_id as string);
      if (place && !own.has(place.id)) {
        own.add(place.id);
        holding.locations.push(place);
      }
    }
  }
}

/** A record to save: the whole of it. Marks left out stay as they are; for a new record they are none. */
export interface ToSave {
  id: string;
  kind: Kind;
  fields: Fields;
  marks?: Marks;
  confidential?: boolean;
}

export interface Saved {
  created: string[];
  changed: string[];
  unchanged: string[];
  /** The organisations that something was saved for. */
  organizations: string[];
}

/**
 * Saves records, all of one network, in the order given by their links or any other. Adds a version only where fields or marks differ. Throws
 * Problem.invalid with `kind.field` names for values that are not as `shape.ts` says, and Problem.conflict for a link to nothing.
 */
export async function saveRecords(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor'>,
  networkId: string,
  toSave: readonly ToSave[],
  from: { source: Source; note?: string },
): Promise<Saved> {
  for (const one of toSave) checkRecord(one);
  const before = new Map<string, { kind: Kind; owner: string | null; text: string; marks: Marks }>();
  for (const batch of batches(toSave.map((one) => one.id))) {
    const rows = await sql<{
      id: string;
      kind: Kind;
      owner: string | null;
      fields: Fields | null;
      marks: Marks | null;
    }>`
      select r.id, r.kind, r.organization_id as owner, v.fields, v.marks from app.record r left join lateral (
        select fields, marks from app.record_version v where v.network_id = r.network_id and v.record_id = r.id order by v.seq desc limit 1) v on true
      where r.network_id = ${networkId} and r.id = any(${batch}::uuid[])`.execute(tx);
    for (const row of rows.rows) {
      const { kind, owner } = row;
      before.set(row.id, { kind, owner, text: canonical([row.fields, row.marks]), marks: row.marks ?? {} });
    }
  }
  const out: Saved = { created: [], changed: [], unchanged: [], organizations: [] };
  const organizations = new Set<string>();
  const rows: (ToSave & { marks: Marks })[] = [];
  const services = new Map(toSave.filter((one) => one.kind === 'service').map((one) => [one.id, one]));
  const owners = await ownersOfServices(tx, networkId, toSave, services);
  for (const one of toSave) {
    const known = before.get(one.id);
    if (known && known.kind !== one.kind) throw Problem.conflict('organisations.problem.otherKind', { id: one.id });
    const marks = one.marks ?? known?.marks ?? {};
    if (known && known.text === canonical([one.fields, marks])) {
      out.unchanged.push(one.id);
      continue;
    }
    (known ? out.changed : out.created).push(one.id);
    rows.push({ ...one, marks });
    organizations.add(ownerOf(one, owners));
  }
  for (const batch of batches(rows)) {
    await records(tx)
      .insertInto('app.record')
      .values(
        batch.map((one) => ({
          network_id: networkId,
          id: one.id,
          kind: one.kind,
          organization_id: one.kind === 'organization' ? null : ownerOf(one, owners),
          program_id: (one.fields.program_id as string | undefined) ?? null,
          service_id: (one.fields.service_id as string | undefined) ?? null,
          location_id: (one.fields.location_id as string | undefined) ?? null,
          confidential: one.confidential ?? false,
          created_at: ctx.app.clock(),
        })),
      )
      .onConflict((c) =>
        c.columns(['network_id', 'id']).doUpdateSet((eb) => ({
          organization_id: eb.ref('excluded.organization_id'),
          program_id: eb.ref('excluded.program_id'),
          service_id: eb.ref('excluded.service_id'),
          location_id: eb.ref('excluded.location_id'),
        })),
      )
      .execute();
    await records(tx)
      .insertInto('app.record_version')
      .values(
        batch.map((one) => ({
          network_id: networkId,
          record_id: one.id,
          fields: JSON.stringify(one.fields),
          marks: JSON.stringify(one.marks),
          source: from.source,
          note: from.note ?? '',
          author_id: authorOf(ctx),
          at: ctx.app.clock(),
        })),
      )
      .execute();
  }
  const moved = rows.filter(({ id, kind, fields }) => {
    const known = before.get(id);
    return kind === 'service' && known !== undefined && known.owner !== fields.organization_id;
  });
  await takeLinksAlong(
    tx,
    networkId,
    moved.map(({ id }) => id),
  );
  // Links that lead nowhere are told here, in words, and not at the commit.
  try {
    await sql`set constraints app.record_organization, app.record_program, app.record_service, app.record_location immediate`.execute(
      tx,
    );
    await sql`set constraints all deferred`.execute(tx);
  } catch (error) {
    if ((error as { code?: string }).code === '23503') throw Problem.conflict('organisations.problem.brokenLink');
    throw error;
  }
  out.organizations = [...organizations];
  return out;
}

/** Links of services that came to another organisation go along with them, though nothing of theirs changed. */
async function takeLinksAlong(tx: Tx, networkId: string, services: readonly string[]): Promise<void> {
  for (const batch of batches(services))
    await sql`
      update app.record link set organization_id = service.organization_id from app.record service
      where service.network_id = ${networkId} and service.id = any(${batch}::uuid[]) and link.network_id = service.network_id
        and link.service_id = service.id and link.kind = 'service_at_location' and link.organization_id <> service.organization_id`.execute(
      tx,
    );
}

function checkRecord(one: ToSave): void {
  const parsed = recordSchema[one.kind].safeParse(one.fields);
  if (!parsed.success) {
    throw Problem.invalid(
      Object.fromEntries(
        parsed.error.issues.map((issue) => [
          `${one.kind}.${issue.path.join('.')}`,
          { key: 'organisations.problem.value', values: { field: issue.path.join('.') || one.kind } },
        ]),
      ),
    );
  }
  for (const name of required[one.kind]) {
    if (one.fields[name] === undefined)
      throw Problem.invalid({ [`${one.kind}.${name}`]: { key: 'kernel.field.required' } });
  }
}

/** A link belongs to the organisation of its service. */
async function ownersOfServices(
  tx: Tx,
  networkId: string,
  toSave: readonly ToSave[],
  services: Map<string, ToSave>,
): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  const unknown: string[] = [];
  for (const one of toSave) {
    if (one.kind !== 'service_at_location') continue;
    const serviceId = one.fields.service_id as string;
    const service = services.get(serviceId);
    if (service) owners.set(serviceId, service.fields.organization_id as string);
    else unknown.push(serviceId);
  }
  for (const batch of batches([...new Set(unknown)])) {
    const rows = await records(tx)
      .selectFrom('app.record')
      .select(['id', 'organization_id'])
      .where('network_id', '=', networkId)
      .where('kind', '=', 'service')
      .where('id', 'in', batch)
      .execute();
    for (const row of rows) owners.set(row.id, row.organization_id!);
  }
  return owners;
}

function ownerOf(one: ToSave, owners: Map<string, string>): string {
  if (one.kind === 'organization') return one.id;
  if (one.kind !== 'service_at_location') return one.fields.organization_id as string;
  const owner = owners.get(one.fields.service_id as string);
  if (!owner) throw Problem.conflict('organisations.problem.brokenLink');
  return owner;
}

/** Notes that somebody made sure of fields ('*' for the whole record) on a day. */
export async function addChecks(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor'>,
  networkId: string,
  checks: readonly { recordId: string; field: string; on: string; how: CheckWay }[],
): Promise<void> {
  for (const batch of batches(checks)) {
    await records(tx)
      .insertInto('app.record_check')
      .values(
        batch.map((check) => ({
          network_id: networkId,
          record_id: check.recordId,
          field: check.field,
          on_day: check.on,
          how: check.how,
          author_id: authorOf(ctx),
          at: ctx.app.clock(),
        })),
      )
      .execute();
  }
}

/** The newest day on which somebody made sure of each field, or of all of them ('*'), by record; records that nobody checked are not there. */
export async function lastChecks(
  tx: Tx,
  networkId: string,
  ids: readonly string[],
): Promise<Map<string, Record<string, string>>> {
  if (ids.length === 0) return new Map();
  const found = await sql<{ id: string; days: Record<string, string> }>`
    select record_id as id, jsonb_object_agg(field, day) as days from (
      select record_id, field, max(on_day)::text as day from app.record_check
      where network_id = ${networkId} and record_id = any(${[...ids]}::uuid[]) group by record_id, field) newest
    group by record_id`.execute(tx);
  return new Map(found.rows.map((row) => [row.id, row.days]));
}

/** The id a record has now: its own, or that of the record it was merged into. */
export async function currentId(tx: Tx, networkId: string, id: string): Promise<string> {
  const found = await sql<{ id: string }>`
    with recursive chain(id, depth) as (
      select ${id}::uuid, 0
      union all select m.into_id, depth + 1 from app.record_merge m join chain c on m.from_id = c.id
        where m.network_id = ${networkId} and m.undone_at is null and depth < 20)
    select id from chain order by depth desc limit 1`.execute(tx);
  return found.rows[0]!.id;
}
