/**
 * HSDS as JSON: one object, a list, a page of an API, lines of objects, or lists under the names of their tables. Nested records and entries become
 * rows; each keeps the line on which its brace opens.
 */
import { isUuid, namedUuid } from '#engines/named-uuid';
import { decodeText } from '#engines/text-bytes';
import { inFile } from './parts.ts';
import { columnToday, tableOfFile } from './older.ts';
import { addRow, isKnown, notesFor } from './read-tables.ts';
import { ImportStopped, type RawTables } from './rows.ts';
import { entityOfTable, recordsInside, tableOfList, tables } from './tables.ts';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names under which an object may hold pages or lists of records. */
const wrappers = ['contents', 'items', 'data', 'results', 'response'];

/** Adds what a JSON file says; false when it holds no HSDS. Throws ImportStopped where it is no JSON. */
export function addJson(file: string, bytes: Uint8Array, network: string, into: RawTables): boolean {
  const text = inFile(file, () => decodeText(bytes, notesFor(file, into)));
  if (text.trim() === '') throw new ImportStopped({ file, key: 'empty' });
  into.whole = true;
  const before = into.count + into.terms.length;
  const walk = new Walk(file, network, into);
  for (const { value, lines } of documentsIn(text, file)) {
    walk.lines = lines;
    walk.at = 0;
    walk.top(value, folderOf(file));
  }
  return into.count + into.terms.length > before || emptyPage(text);
}

const emptyPage = (text: string): boolean => /^\s*(\[\s*\]|\{[^{}]*"contents"\s*:\s*\[\s*\][^{}]*\})\s*$/.test(text);

/** A dump keeps records in folders (or files) named after their table. */
function folderOf(file: string): string | null {
  for (const piece of file
    .toLowerCase()
    .replace(/\.\w+$/, '')
    .split('/')
    .reverse()) {
    const table = recordsInside[piece] ?? (piece.startsWith('taxonom') ? 'terms' : undefined);
    if (table) return table;
  }
  return null;
}

/** One document, or one for each line. */
function documentsIn(text: string, file: string): { value: unknown; lines: number[] }[] {
  try {
    return [{ value: JSON.parse(text) as unknown, lines: bracesIn(text, 1) }];
  } catch (error) {
    const lines = text.split('\n');
    if (lines.length > 1 && /^\s*\{.*\}\s*$/.test(lines[0]!)) {
      return lines.flatMap((line, i) => {
        if (line.trim() === '') return [];
        try {
          return [{ value: JSON.parse(line) as unknown, lines: bracesIn(line, i + 1) }];
        } catch {
          throw new ImportStopped({ file, line: i + 1, key: 'badJson' });
        }
      });
    }
    const at = /line (\d+)/.exec(String((error as Error).message))?.[1];
    throw new ImportStopped({ file, line: Number(at ?? 1), key: 'badJson' });
  }
}

/** Lines of the braces that open an object, in their order: the order in which a walk meets the objects. */
function bracesIn(text: string, first: number): number[] {
  const out: number[] = [];
  let line = first;
  for (let i = 0; i < text.length; i++) {
    const ch = text.charCodeAt(i);
    if (ch === 10) line += 1;
    else if (ch === 123) out.push(line);
    else if (ch === 34) {
      // A quote opens a text: skip it, whatever stands in it.
      for (i += 1; i < text.length && text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i += 1;
    }
  }
  return out;
}

const deepest = 12;

class Walk {
  lines: number[] = [];
  at = 0;
  /** Names that nothing becomes of, each of them said once. */
  readonly unknown = new Set<string>();
  readonly file: string;
  readonly network: string;
  readonly into: RawTables;

  constructor(file: string, network: string, into: RawTables) {
    this.file = file;
    this.network = network;
    this.into = into;
  }

  /** Counts an object that is met, and gives its line. */
  meet(): number {
    const line = this.lines[this.at] ?? this.lines.at(-1) ?? 1;
    this.at += 1;
    return line;
  }

  /** Counts the objects inside a value that is not read. */
  skip(value: unknown, depth = 0): void {
    if (depth > 60) return;
    if (Array.isArray(value)) for (const one of value) this.skip(one, depth + 1);
    else if (isObject(value)) {
      this.meet();
      for (const one of Object.values(value)) this.skip(one, depth + 1);
    }
  }

  /** Says that what stands under this name was left out. */
  leaveOut(table: string, name: string, line: number): void {
    if (this.unknown.has(`${table} ${name}`)) return;
    this.unknown.add(`${table} ${name}`);
    this.into.notes.push({ file: this.file, line, column: name, key: 'unknownColumn', of: 'value' });
  }

  top(value: unknown, hint: string | null): void {
    if (Array.isArray(value)) {
      for (const one of value) this.top(one, hint);
      return;
    }
    if (!isObject(value)) return;
    const names = Object.keys(value);
    const lists = names.filter(
      (name) =>
        Array.isArray(value[name]) &&
        (wrappers.includes(name) || name in recordsInside || name in tables || name.startsWith('taxonom')),
    );
    const isRecord = 'id' in value || 'name' in value;
    if (!isRecord || lists.some((name) => wrappers.includes(name))) {
      this.meet();
      for (const name of names) {
        const key = name.replace(/\.csv$/, '');
        const table = recordsInside[key] ?? (key in tables ? key : key.startsWith('taxonom') ? 'terms' : null);
        if (wrappers.includes(name)) this.top(value[name], hint);
        else if (table && Array.isArray(value[name])) for (const one of value[name]) this.object(table, one, {}, 0);
        else if (!this.older(name, value[name], {}, null, 0)) this.skip(value[name]);
      }
      return;
    }
    this.object(hint ?? guess(value), value, {}, 0);
  }

  object(table: string, value: unknown, owner: Json, depth: number): string | null {
    if (!isObject(value) || depth > deepest) {
      this.skip(value);
      return null;
    }
    const line = this.meet();
    const cells: Json = { ...owner };
    // What has no id is known by what it says and whom it belongs to, so that it is the same at the next import.
    const self = String(value.id ?? namedUuid(this.network, JSON.stringify([table, owner, value])));
    for (const [name, one] of Object.entries(value)) {
      if (one === null || one === undefined || one === '') continue;
      if (table === 'terms' || name === 'metadata') {
        if (isObject(one) || Array.isArray(one)) this.skip(one);
        else cells[name] = one;
      } else if ((name === 'taxonomy_term' || (name === 'taxonomy' && table === 'attributes')) && isObject(one)) {
        cells.taxonomy_term_id ??= one.id;
        this.object('terms', one, {}, depth + 1);
      } else if (name in recordsInside && (isObject(one) || Array.isArray(one)))
        this.records(table, name, one, self, cells, depth);
      else if (name === 'unit' && isObject(one)) {
        cells.unit_id ??= this.object('units', one, {}, depth + 1) ?? undefined;
      } else if (name in tableOfList && Array.isArray(one)) {
        const inside = tableOfList[name]!;
        const entity = entityOfTable[table];
        const holder = inside === 'attributes' ? { link_entity: entity, link_id: self } : { [`${entity}_id`]: self };
        for (const entry of one) {
          if (isObject(entry)) this.object(inside, entry, holder, depth + 1);
          else if (typeof entry === 'string') cells[name] = one;
        }
      } else if (name === 'extent' && isObject(one)) {
        // HSDS has the shape as a text; many write the object itself.
        this.skip(one);
        cells.extent = JSON.stringify(one);
      } else if (isObject(one) || (Array.isArray(one) && one.some(isObject))) {
        if (this.older(name, one, cells, { table, self }, depth)) continue;
        this.skip(one);
        this.leaveOut(table, name, line);
      } else {
        const column = columnToday(table, name);
        cells[column] ??= one;
        if (!isKnown(table, column)) this.leaveOut(table, name, line);
      }
    }
    cells.id = self;
    addRow(table, { file: this.file, line, cells }, this.into);
    return self;
  }

  /** A list under a name of 1.x or 2.x (`physical_addresses`, `regular_schedules` …); false when the name is none. */
  older(name: string, given: unknown, cells: Json, holder: { table: string; self: string } | null, depth: number) {
    const named = tableOfFile(name, new Set());
    const entries = Array.isArray(given) ? given : [given];
    if (named?.table === 'eligibility' && holder) {
      // Who it is for was an entry of its own; today a service says it of itself.
      for (const entry of entries) {
        this.skip(entry);
        if (!isObject(entry)) continue;
        cells.eligibility_description ??= entry.eligibility;
        cells.minimum_age ??= entry.minimum_age;
        cells.maximum_age ??= entry.maximum_age;
      }
      return true;
    }
    if (!named || !(named.table in tables) || (holder && !tables[named.table]!.list)) return false;
    const entity = holder && entityOfTable[holder.table];
    const own = !holder
      ? {}
      : named.table === 'attributes'
        ? { link_entity: entity, link_id: holder.self }
        : { [`${entity}_id`]: holder.self };
    for (const entry of entries) {
      // Two old lists that are one table today count their entries apart.
      const apart = isObject(entry) && entry.id !== undefined && Object.keys(named.all).length > 0;
      const id = apart && !isUuid(String(entry.id)) ? { id: `${named.base} ${String(entry.id)}` } : {};
      this.object(named.table, isObject(entry) ? { ...entry, ...id } : entry, { ...named.all, ...own }, depth + 1);
    }
    return true;
  }

  /** Records inside a record: what they are to each other becomes a column of one or the other. */
  records(table: string, name: string, given: unknown, self: string, cells: Json, depth: number): void {
    const inside = recordsInside[name]!;
    for (const one of Array.isArray(given) ? given : [given]) {
      const column = `${entityOfTable[inside]}_id`;
      if (column in (tables[table]?.links ?? {}) && !Array.isArray(given)) {
        const id = this.object(inside, one, {}, depth + 1);
        if (id) cells[column] ??= id;
      } else {
        const back = `${entityOfTable[table]}_id`;
        this.object(inside, one, back in (tables[inside]?.links ?? {}) ? { [back]: self } : {}, depth + 1);
      }
    }
  }
}

/** What a lone object is, by what only such an object has. */
function guess(value: Json): string {
  if ('service_id' in value && 'location_id' in value) return 'service_at_location';
  if ('service' in value && 'location' in value) return 'service_at_location';
  if ('location' in value && !('name' in value)) return 'service_at_location';
  if ('location_type' in value || ('addresses' in value && !('status' in value))) return 'locations';
  if ('status' in value || 'service_at_locations' in value || 'organization' in value) return 'services';
  if ('taxonomy' in value || 'term_uri' in value || 'taxonomy_detail' in value) return 'terms';
  return 'organizations';
}
