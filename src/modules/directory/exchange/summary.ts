/** What an import found and would do, in numbers and places: shown before it is confirmed, printed by the command line. */
import type { Fields } from '#engines/record-shape';
import type { Found } from './assemble.ts';
import type { Headings } from './read.ts';
import type { Fault, RawTables } from './rows.ts';
import { idIn } from './read-tables.ts';
import { recordsInside, tableOfKind, tables } from './tables.ts';

/** Two records that may be one: proposed, never merged by an import. */
export interface Likeness {
  kind: 'organization' | 'service' | 'location';
  id: string;
  name: string;
  other: { id: string; name: string; inFile: boolean };
  /** From 0 to 1. */
  score: number;
  because: ('name' | 'phone' | 'address')[];
}

/** Table → number. */
export type Counts = Record<string, number>;

export interface Summary {
  read: Counts;
  new: Counts;
  changed: Counts;
  unchanged: Counts;
  /** Rows, entries of their lists counted, that confirming writes. */
  written: Counts;
  hidden: number;
  rejected: Fault[];
  /** How many there are beyond those kept here. */
  more: number;
  notes: Fault[];
  duplicates: Likeness[];
  list: Headings | null;
  /** A broken link, or a file that cannot be read, stops it; nothing would be written. */
  stopped: boolean;
  /** A text that is another as soon as anything that confirming would write is. */
  basis: string;
}

/** Faults and notes that are kept for showing. */
export const mostShown = 2_000;

const plural = (table: string): string => (table === 'service_at_location' ? 'service_at_locations' : table);

/** Rows of each table, one that JSON repeats counted once. */
export function countRows(raw: RawTables, network: string): Counts {
  const out: Counts = { organizations: 0, programs: 0, services: 0, locations: 0, service_at_locations: 0 };
  for (const table of Object.keys(tables)) {
    const rows = raw.of(table);
    if (rows.length === 0) continue;
    const ids = new Set(
      rows.map((row, i) => (row.cells.id === undefined ? `row ${i}` : idIn(network, table, row.cells.id))),
    );
    out[plural(table)] = ids.size;
  }
  return out;
}

/** Records, and the entries of their lists, by table. */
export function countRecords(found: readonly Pick<Found, 'kind' | 'fields'>[]): Counts {
  const out: Counts = { organizations: 0, programs: 0, services: 0, locations: 0, service_at_locations: 0 };
  const inside = (fields: Fields): void => {
    for (const [name, value] of Object.entries(fields)) {
      if (!Array.isArray(value) || name in recordsInside) continue;
      out[name] = (out[name] ?? 0) + value.length;
      for (const one of value) if (typeof one === 'object' && one !== null) inside(one as Fields);
    }
  };
  for (const { kind, fields } of found) {
    const table = plural(tableOfKind[kind]);
    out[table] = (out[table] ?? 0) + 1;
    inside(fields);
  }
  return out;
}
