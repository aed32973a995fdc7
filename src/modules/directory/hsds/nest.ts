/**
 * From public rows to HSDS documents: a page of records with all that belongs to them, in two more queries whatever the size of the page.
 *
 *   list   one-to-one fields, a service with its organization and program, a service at a location with both
 *   full   the same with every list inside, places, programs and services
 */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import type { Fields, Kind } from '#modules/organisations';
import type { ListedKind } from './entries.ts';
import { oneToOne, type TermOf, toHsds } from './shape.ts';

export interface Depth {
  full: boolean;
  /** Services of an organization whole, not only their names. */
  fullService?: boolean;
}

interface Row {
  kind: Kind;
  id: string;
  organization_id: string;
  document: Fields;
  /** Of a service: when anything in its answer last became something else. */
  changed: Date | null;
}

/** The records of one kind with these ids, in their order, as HSDS documents. Ids that are no public record are left out. */
export async function nest(
  tx: Tx,
  networkId: string,
  kind: ListedKind,
  ids: readonly string[],
  depth: Depth,
  term: TermOf,
): Promise<Fields[]> {
  if (ids.length === 0) return [];
  const rows = await read(
    tx,
    sql`d.network_id = ${networkId} and d.kind = ${kind} and d.id = any(${[...ids]}::uuid[])`,
  );
  const shelf = new Shelf(term);
  shelf.put(rows);
  const owners = [...new Set(rows.map((row) => row.organization_id))];
  const linked = depth.full && kind !== 'service_at_location';
  const services = rows.map((row) => (kind === 'service' ? row.id : String(row.document.service_id)));
  if (rows.length > 0)
    shelf.put(
      await read(
        tx,
        sql`d.network_id = ${networkId} and d.organization_id = any(${owners}::uuid[]) and (d.kind in ('organization', 'program')
          ${linked && kind === 'service' ? sql`or (d.kind = 'service_at_location' and d.document->>'service_id' = any(${services}::text[]))` : sql``}
          ${linked && kind === 'organization' ? sql`or d.kind in ('service', 'location', 'service_at_location')` : sql``}
          ${kind === 'service_at_location' ? sql`or (d.kind = 'service' and d.id = any(${services}::uuid[]))` : sql``})`,
      ),
    );
  // A service may be offered at the place of another organization.
  const places = shelf.placesWanted();
  if (places.length > 0)
    shelf.put(
      await read(tx, sql`d.network_id = ${networkId} and d.kind = 'location' and d.id = any(${places}::uuid[])`),
    );
  return ids.flatMap((id) => {
    const row = shelf.get(kind, id);
    return row ? [shelf.document(row, depth)] : [];
  });
}

async function read(tx: Tx, where: ReturnType<typeof sql>): Promise<Row[]> {
  const { rows } =
    await sql<Row>`select d.kind, d.id::text as id, d.organization_id::text as organization_id, d.document, e.changed
    from site.directory_document d
    left join site.directory_entry e on e.network_id = d.network_id and e.kind = 'service' and d.kind = 'service' and e.id = d.id
    where ${where} order by d.name, d.id`.execute(tx);
  return rows;
}

/** Rows at hand, and what is made of them. */
class Shelf {
  readonly #rows = new Map<string, Row>();
  readonly #made = new Map<string, Fields>();
  readonly #of = new Map<string, Row[]>();
  readonly #term: TermOf;

  constructor(term: TermOf) {
    this.#term = term;
  }

  put(rows: readonly Row[]): void {
    for (const row of rows) {
      const key = `${row.kind} ${row.id}`;
      if (this.#rows.has(key)) continue;
      this.#rows.set(key, row);
      const holders = [`${row.kind} of ${row.organization_id}`];
      if (row.kind === 'service_at_location') holders.push(`links of ${String(row.document.service_id)}`);
      for (const holder of holders) {
        const held = this.#of.get(holder);
        if (held) held.push(row);
        else this.#of.set(holder, [row]);
      }
    }
  }

  get(kind: Kind, id: unknown): Row | undefined {
    return id === undefined ? undefined : this.#rows.get(`${kind} ${String(id)}`);
  }

  /** Places that links name and that are not here yet. */
  placesWanted(): string[] {
    const wanted = new Set<string>();
    for (const row of this.#rows.values())
      if (row.kind === 'service_at_location') wanted.add(String(row.document.location_id));
    return [...wanted].filter((id) => !this.#rows.has(`location ${id}`));
  }

  document(row: Row, depth: Depth): Fields {
    if (row.kind === 'service') return depth.full ? this.#service(row, true) : this.#listedService(row);
    if (row.kind === 'organization') return this.#organization(row, depth);
    return this.#link(row, depth);
  }

  #own(row: Row): Fields {
    const key = `${row.kind} ${row.id}`;
    let made = this.#made.get(key);
    if (!made) {
      made = toHsds(row.kind, row.document, this.#term);
      if (row.changed) made.last_modified = row.changed.toISOString();
      this.#made.set(key, made);
    }
    return made;
  }

  #listed(row: Row | undefined): Fields | undefined {
    return row && oneToOne(this.#own(row));
  }

  #listedService(row: Row): Fields {
    return known({
      ...oneToOne(this.#own(row)),
      organization: this.#listed(this.get('organization', row.organization_id)),
      program: this.#listed(this.get('program', row.document.program_id)),
    });
  }

  #service(row: Row, withOrganization: boolean, withPlaces = true): Fields {
    const organization = withOrganization ? this.get('organization', row.organization_id) : undefined;
    const program = this.get('program', row.document.program_id);
    return known({
      ...this.#own(row),
      organization: organization && this.#own(organization),
      program: program && this.#own(program),
      service_at_locations: some(
        (withPlaces ? (this.#of.get(`links of ${row.id}`) ?? []) : []).map((link) =>
          known({ ...this.#own(link), location: this.#place(link) }),
        ),
      ),
    });
  }

  #place(link: Row): Fields | undefined {
    const place = this.get('location', link.document.location_id);
    return place && this.#own(place);
  }

  #organization(row: Row, depth: Depth): Fields {
    if (!depth.full) return this.#listed(row)!;
    const held = (kind: Kind) => this.#of.get(`${kind} of ${row.id}`) ?? [];
    return known({
      ...this.#own(row),
      locations: some(held('location').map((one) => this.#own(one))),
      programs: some(held('program').map((one) => this.#own(one))),
      services: some(
        held('service').map((one) => {
          if (depth.fullService) return this.#service(one, false);
          const { id, organization_id, name, status } = this.#own(one);
          return { id, organization_id, name, status };
        }),
      ),
    });
  }

  #link(row: Row, depth: Depth): Fields {
    const service = this.get('service', row.document.service_id);
    const place = this.get('location', row.document.location_id);
    if (!depth.full)
      return known({
        ...oneToOne(this.#own(row)),
        location: this.#listed(place),
        service: service && this.#listedService(service),
      });
    return known({
      ...this.#own(row),
      location: place && this.#own(place),
      service: service && this.#service(service, true, false),
    });
  }
}

/** HSDS knows no null and we leave out what is not there. */
const known = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const some = (list: Fields[]): Fields[] | undefined => (list.length > 0 ? list : undefined);
