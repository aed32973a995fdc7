/** HSDS records as rows of HSDS tables, the other way round of the reading: every list inside becomes rows that point back at what held them. */
import type { Fields, Kind } from '#engines/record-shape';
import { entityOfTable, tableOfKind, tableOfList, tables } from './tables.ts';

export interface TableRow {
  table: string;
  cells: Fields;
}

/** Columns of each table in the order in which they are written. */
export const columnsOf: Record<string, string[]> = Object.fromEntries(
  Object.entries(tables).map(([table, { links, owners, columns }]) => [
    table,
    [
      'id',
      ...Object.keys(links ?? {}),
      ...Object.keys(owners ?? {}),
      ...(table === 'attributes' ? ['link_id', 'link_entity'] : []),
      ...Object.keys(columns),
    ],
  ]),
);

/** The rows of one record in HSDS shape: its own first. Terms of attributes are named by their ids; their names stand in the table of terms. */
export function rowsOf(kind: Kind, hsds: Fields): TableRow[] {
  const out: TableRow[] = [];
  addRows(tableOfKind[kind], hsds, {}, out);
  return out;
}

function addRows(table: string, hsds: Fields, pointer: Fields, out: TableRow[]): void {
  const cells: Fields = { ...pointer };
  out.push({ table, cells });
  for (const [name, value] of Object.entries(hsds)) {
    if (name === 'unit') {
      const unit = value as Fields;
      cells.unit_id = unit.id;
      addRows('units', unit, {}, out);
    } else if (Array.isArray(value)) {
      const inside = tableOfList[name];
      if (!inside) continue;
      const back: Fields = inside === 'attributes' ? {} : { [`${entityOfTable[table]}_id`]: hsds.id };
      for (const entry of value as Fields[]) addRows(inside, entry, back, out);
    } else if (typeof value !== 'object') cells[name] = value;
  }
}

/** A cell as it stands in a table: numbers and yes/no in words, nothing added, so that it is read back to the letter. */
export const cellText = (value: unknown): string =>
  value === undefined || value === null ? '' : String(value as string | number);

/** RFC 4180. A cell that begins or ends with a blank is quoted too. */
export const csvCell = (text: string): string =>
  /[",;\t\r\n|]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;
