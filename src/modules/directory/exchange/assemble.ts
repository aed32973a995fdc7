/**
 * From rows to records: ids, links, lists inside records, values. Every row and every value that is not kept is named with its place; what hung on a row
 * that was not kept is named too. Pure: what the network has already is asked for before (`linksOutside`) and handed in.
 */
import { namedUuid } from '#engines/named-uuid';
import { canonical } from '#engines/canonical';
import type { Fields, Kind } from '#engines/record-shape';
import { fromHsds } from '../hsds/shape.ts';
import { fromOhana, languageNamed, termByCode } from '../taxonomy/index.ts';
import { judge } from './judge.ts';
import { idIn } from './read-tables.ts';
import { type Fault, headingOf, type RawTables, type Row } from './rows.ts';
import { closedMark, isYes, saysConfidential, yearOf } from './said-words.ts';
import { entityOfTable, tableOfEntity, type TableShape, tables } from './tables.ts';
import { readValue } from './values.ts';

/** A record of a file. */
export interface Found {
  id: string;
  kind: Kind;
  fields: Fields;
  /** A place that nobody may be told of; its fields are still whole here. */
  confidential: boolean;
  file: string;
  line: number;
}

export interface Assembled {
  records: Found[];
  faults: Fault[];
}

/** A row on its way to become part of a record. */
interface Piece {
  id: string;
  table: string;
  row: Row;
  hsds: Fields;
  confidential: boolean;
}

/** Ids of records that rows name and the file does not hold: asked of the network before assemble(). */
export function linksOutside(raw: RawTables, network: string): string[] {
  const out = new Set<string>();
  const inside = new Map<string, Set<string>>();
  const has = (table: string, id: string): boolean => {
    let ids = inside.get(table);
    if (!ids) {
      ids = new Set(raw.of(table).map((row) => idIn(network, table, row.cells.id)));
      inside.set(table, ids);
    }
    return ids.has(id);
  };
  for (const [table, shape] of Object.entries(tables)) {
    for (const [column, other] of Object.entries(shape.links ?? {})) {
      for (const row of raw.of(table)) {
        const value = row.cells[column];
        if (value === undefined || value === '') continue;
        const id = idIn(network, other, value);
        if (!has(other, id)) out.add(id);
      }
    }
  }
  return [...out];
}

/** Makes records. `known`: kind of each record that the network has, for links that lead out of the file. */
export function assemble(raw: RawTables, network: string, known: ReadonlyMap<string, Kind>): Assembled {
  return new Assembler(raw, network, known).run();
}

class Assembler {
  readonly faults: Fault[] = [];
  readonly pieces = new Map<string, Map<string, Piece>>();
  /** Rows that were not kept, so that what hangs on them can say why. */
  readonly lost = new Map<string, Row>();
  readonly labels = new Map<string, string>();
  readonly raw: RawTables;
  readonly network: string;
  readonly known: ReadonlyMap<string, Kind>;

  constructor(raw: RawTables, network: string, known: ReadonlyMap<string, Kind>) {
    this.raw = raw;
    this.network = network;
    this.known = known;
    for (const { cells } of raw.terms) {
      if (typeof cells.name !== 'string') continue;
      for (const id of [cells.id, cells.code]) if (id) this.labels.set(idIn(network, 'terms', id), cells.name);
    }
  }

  run(): Assembled {
    this.locationOwners();
    for (const [table, shape] of Object.entries(tables)) {
      const seen = new Map<string, Piece>();
      this.pieces.set(table, seen);
      for (const row of this.raw.of(table)) this.take(table, shape, row, seen);
    }
    this.breakCircles();
    const records: Found[] = [];
    for (const [table, shape] of Object.entries(tables)) {
      if (!shape.kind) continue;
      for (const piece of this.pieces.get(table)!.values()) {
        const fields = judge(shape.kind, fromHsds(shape.kind, piece.hsds), (column, entry) =>
          column === null
            ? this.fault(piece.row, 'record', 'row')
            : this.fault(this.rowOf(entry) ?? piece.row, 'value', 'value', column),
        );
        if (fields)
          records.push({
            id: piece.id,
            kind: shape.kind,
            fields,
            confidential: piece.confidential || (shape.kind === 'location' && saysConfidential(piece.hsds)),
            file: piece.row.file,
            line: piece.row.line,
          });
      }
    }
    return { records: this.withoutLost(records), faults: [...this.raw.faults, ...this.faults] };
  }

  fault(row: Row, key: string, of: Fault['of'], column?: string, values?: Fault['values']): void {
    const { file, line, made } = row;
    const at = column && !made ? { column: headingOf(row, column), field: column } : {};
    this.faults.push({ file, line, ...at, key, ...(values ? { values } : {}), of });
  }

  lose(table: string, id: string, row: Row): void {
    this.lost.set(`${table} ${id}`, row);
  }

  /** 2.x files say whose a place is only by the services offered there; 1.x services only by their place. */
  locationOwners(): void {
    const key = (table: string, value: unknown) => idIn(this.network, table, value);
    const rowsOf = (table: string) => Map.groupBy(this.raw.of(table), (row) => key(table, row.cells.id));
    const [places, services] = [rowsOf('locations'), rowsOf('services')];
    const ownerOf = (rows: readonly Row[]) => rows.find((row) => row.cells.organization_id)?.cells.organization_id;
    const give = (rows: readonly Row[], owner: unknown) => {
      if (owner) for (const row of rows) row.cells.organization_id ??= owner;
    };
    for (const rows of [...places.values(), ...services.values()]) give(rows, ownerOf(rows));
    for (const link of this.raw.of('service_at_location')) {
      const service = services.get(key('services', link.cells.service_id)) ?? [];
      const place = places.get(key('locations', link.cells.location_id)) ?? [];
      give(service, ownerOf(place));
      give(place, ownerOf(service));
    }
    const only = this.raw.of('organizations');
    if (only.length === 1)
      for (const table of ['locations', 'services', 'programs']) give(this.raw.of(table), only[0]!.cells.id);
  }

  take(table: string, shape: TableShape, row: Row, seen: Map<string, Piece>): void {
    const { cells } = row;
    if (shape.kind === 'service_at_location') cells.id ??= `${String(cells.service_id)}@${String(cells.location_id)}`;
    if (shape.kind && (cells.id === undefined || cells.id === '')) {
      this.fault(row, 'noId', 'row', 'id');
      return;
    }
    const id =
      cells.id === undefined || row.made ? this.contentId(table, row, seen) : idIn(this.network, table, cells.id);
    const before = seen.get(id);
    const hsds: Fields = { id };
    const said = this.faults.length;
    if (!this.link(table, shape, row, id, hsds)) return;
    this.readCells(shape, row, hsds);
    // A list of names in one cell has no place for codes.
    if (table === 'languages' && row.made) hsds.code ??= languageNamed(String(hsds.name ?? ''))?.code;
    if (table === 'service_capacity') hsds.unit = this.pieces.get('units')!.get(String(hsds.unit_id))?.hsds;
    if (before) {
      // A record that JSON repeats is judged once.
      this.faults.length = said;
      if (canonical(before.hsds) === canonical(hsds) || this.completes(before, hsds)) return;
      this.fault(row, 'twice', 'row', 'id', { line: before.row.line, file: before.row.file });
      return;
    }
    const missing = (shape.required ?? []).find((name) => hsds[name] === undefined && !this.madeUp(table, name, hsds));
    if (missing) {
      this.fault(row, 'required', 'row', missing);
      this.lose(table, id, row);
      return;
    }
    const confidential = shape.kind === 'location' && isYes(cells.confidential ?? cells.is_confidential);
    const piece: Piece = { id, table, row, hsds, confidential };
    if (!shape.list || this.attach(table, shape, row, piece)) seen.set(id, piece);
    else this.lose(table, id, row);
  }

  /** An entry without an id is known by what it says and whom it belongs to. */
  contentId(table: string, row: Row, seen: ReadonlyMap<string, Piece>): string {
    const text = canonical(row.cells);
    for (let n = 0; ; n++) {
      const id = namedUuid(this.network, `${table} ${text}${n ? ` ${n}` : ''}`);
      if (!seen.has(id) || row.made) return id;
    }
  }

  /** Of a record that JSON repeats, often cut short, the parts are put together. */
  completes(before: Piece, hsds: Fields): boolean {
    const differ = Object.entries(hsds).some(
      ([name, value]) =>
        before.hsds[name] !== undefined &&
        !Array.isArray(before.hsds[name]) &&
        canonical(before.hsds[name]) !== canonical(value),
    );
    if (differ || !/\.(json|ndjson|jsonl)$/i.test(before.row.file)) return false;
    for (const [name, value] of Object.entries(hsds)) before.hsds[name] ??= value;
    return true;
  }

  /** Columns that name records. A link to nothing, or to a row that was not kept, is the end of the row. */
  link(table: string, shape: TableShape, row: Row, id: string, hsds: Fields): boolean {
    for (const [column, other] of Object.entries(shape.links ?? {})) {
      const value = row.cells[column];
      if (value === undefined || value === '') continue;
      const target = idIn(this.network, other, value);
      const itself = other === table;
      const { kind } = tables[other]!;
      const outside = kind !== undefined && this.known.get(target) === kind;
      if (!itself && !this.pieces.get(other)?.has(target) && !outside) {
        this.broken(row, other, target, column);
        this.lose(table, id, row);
        return false;
      }
      hsds[column] = target;
    }
    return true;
  }

  broken(row: Row, table: string, target: string, column: string): void {
    const lost = this.lost.get(`${table} ${target}`);
    if (lost) this.fault(row, 'dependant', 'row', column, { table, line: lost.line, file: lost.file });
    else this.fault(row, 'missingLink', 'link', column, { table });
  }

  readCells(shape: TableShape, row: Row, hsds: Fields): void {
    for (const [name, type] of Object.entries(shape.columns)) {
      const raw = row.cells[name];
      if (raw === undefined || raw === null || raw === '') continue;
      if (type === 'id') {
        hsds[name] = this.termId(raw, row);
        const label = this.labels.get(idIn(this.network, 'terms', raw));
        if (label && row.cells.label === undefined) hsds.label = label.slice(0, 300);
        continue;
      }
      const read = readValue(type, name === 'year_incorporated' ? yearOf(raw) : raw);
      if ('fault' in read) this.fault(row, read.fault, 'value', name, read.values);
      else if (read.value !== '') {
        hsds[name] = read.value;
        for (const [other, words] of Object.entries(read.rest ?? {}))
          hsds[other] =
            other === 'description' && hsds[other]
              ? `${String(hsds[other])} · ${String(words)}`
              : (hsds[other] ?? words);
        if (read.rest?.description && row.cells.description)
          hsds.description = `${String(row.cells.description)} · ${String(read.rest.description)}`;
      }
    }
    // The format of a shape that was left out says nothing.
    if (row.cells.extent && hsds.extent === undefined) delete hsds.extent_type;
    if (row.cells.closed !== undefined && isYes(row.cells.closed)) hsds.attributes = [closedMark(String(hsds.id))];
  }

  /** Packages of Ohana name terms of Open Eligibility by older codes; those terms are known here. */
  termId(raw: unknown, row: Row): string {
    const own = idIn(this.network, 'terms', raw);
    const known = termByCode(fromOhana(String(raw)) ?? '');
    const sameName = known?.name.en === this.labels.get(own);
    return known && (row.made || sameName) ? known.id : own;
  }

  /** Required columns with a value that follows. */
  madeUp(table: string, name: string, hsds: Fields): boolean {
    if (table === 'addresses' && name === 'address_type') hsds.address_type = 'physical';
    else if (table === 'addresses' && name === 'country') hsds.country = 'US';
    else return false;
    return true;
  }

  /** Puts an entry into the list of whom it belongs to. */
  attach(table: string, shape: TableShape, row: Row, piece: Piece): boolean {
    const holder = table === 'attributes' ? this.holderOfAttribute(row) : this.holderOf(shape, row);
    if (holder === null) {
      const columns = Object.keys(shape.owners ?? { link_id: '' });
      this.fault(row, 'noOwner', 'row', columns[0], { columns: columns.join(', ') });
      return false;
    }
    const [column, other, target] = holder;
    const owner = this.pieces.get(other)?.get(target);
    if (!owner) {
      this.broken(row, other, target, column);
      return false;
    }
    const name = shape.list!(other);
    const list = (owner.hsds[name] as Fields[] | undefined) ?? [];
    list.push(piece.hsds);
    owner.hsds[name] = list;
    return true;
  }

  holderOf(shape: TableShape, row: Row): [column: string, table: string, id: string] | null {
    const { cells } = row;
    // Rows of 1.x that name a service and a place mean that service at that place.
    if (
      cells.service_id &&
      cells.location_id &&
      shape.owners?.service_at_location_id &&
      !cells.service_at_location_id
    ) {
      const [service, place] = [
        idIn(this.network, 'services', cells.service_id),
        idIn(this.network, 'locations', cells.location_id),
      ];
      for (const link of this.pieces.get('service_at_location')!.values())
        if (link.hsds.service_id === service && link.hsds.location_id === place)
          return ['service_id', 'service_at_location', link.id];
    }
    for (const [column, table] of Object.entries(shape.owners ?? {})) {
      const value = cells[column];
      if (value !== undefined && value !== '') return [column, table, idIn(this.network, table, value)];
    }
    return null;
  }

  holderOfAttribute({ cells }: Row): [string, string, string] | null {
    const said = String(cells.link_entity ?? '').toLowerCase();
    const value = cells.link_id;
    if (value === undefined || value === '') return null;
    const named = tableOfEntity[said] ?? (said in entityOfTable ? said : tableOfEntity[said.replace(/s$/, '')]);
    const candidates = named ? [named] : Object.keys(tables);
    for (const table of candidates) {
      const id = idIn(this.network, table, value);
      if (this.pieces.get(table)?.has(id) || (named && this.lost.has(`${table} ${id}`))) return ['link_id', table, id];
    }
    return ['link_id', named ?? 'services', idIn(this.network, named ?? 'services', value)];
  }

  /** A parent that is not there, or that is its own descendant, is left out: the organisation stays. */
  breakCircles(): void {
    const all = this.pieces.get('organizations')!;
    for (const piece of all.values()) {
      const parent = piece.hsds.parent_organization_id as string | undefined;
      if (!parent) continue;
      if (!all.has(parent) && this.known.get(parent) !== 'organization') {
        // Files of a part of a directory name parents that are not in them; the organisation stands without.
        this.fault(piece.row, 'noParent', 'value', 'parent_organization_id');
        delete piece.hsds.parent_organization_id;
        continue;
      }
      const seen = new Set([piece.id]);
      for (
        let up: string | undefined = parent;
        up;
        up = all.get(up)?.hsds.parent_organization_id as string | undefined
      ) {
        if (!seen.has(up)) {
          seen.add(up);
          continue;
        }
        this.fault(piece.row, 'circle', 'value', 'parent_organization_id');
        delete piece.hsds.parent_organization_id;
        break;
      }
    }
  }

  /** The row of an entry of a list. */
  rowOf(entry: string | null): Row | null {
    if (entry === null) return null;
    for (const [table, all] of this.pieces) if (!tables[table]!.kind && all.has(entry)) return all.get(entry)!.row;
    return null;
  }

  /** Records whose owner was refused at the last step go with it. */
  withoutLost(records: Found[]): Found[] {
    const kept = new Set(records.map((one) => one.id));
    return records.filter((one) => {
      for (const name of ['organization_id', 'service_id', 'location_id', 'program_id'] as const) {
        const target = one.fields[name] as string | undefined;
        if (target && !kept.has(target) && !this.known.has(target)) {
          kept.delete(one.id);
          this.fault({ file: one.file, line: one.line, cells: {} }, 'dependant', 'row', name, {
            table: name.replace('_id', ''),
            line: one.line,
            file: one.file,
          });
          return false;
        }
      }
      return true;
    });
  }
}
