/** HSDS tables: a CSV file (or a sheet) named after its table, in any version's names. */
import { csvRows, type RowLine, separatorOf } from '#engines/csv-rows';
import type { FaultNotes } from '#engines/file-faults';
import { isUuid, namedUuid } from '#engines/named-uuid';
import { decodeText } from '#engines/text-bytes';
import { modernHours } from './hours-of-older.ts';
import { columnToday, modernise, tableOfFile } from './older.ts';
import { importLimits, inFile } from './parts.ts';
import { headingOf, ImportStopped, type RawTables, type Row } from './rows.ts';
import { tables } from './tables.ts';

const known = new Set(Object.keys(tables));

export const namesTable = (file: string): boolean => tableOfFile(file, known) !== null;

/** Faults of the reader, kept with their file. Those that leave something out stop the import; the rest are notes. */
export const notesFor = (file: string, into: RawTables): FaultNotes => ({
  error(fault, place, values) {
    throw new ImportStopped({ file, line: place.line, key: fault, values: { ...values } });
  },
  warn(fault, place, values) {
    into.notes.push({ file, line: place.line, key: fault, values: { ...values }, of: 'value' });
  },
});

/** The rows of a CSV file, header first. Throws ImportStopped. */
export function readCsv(file: string, bytes: Uint8Array, into: RawTables): RowLine[] {
  return inFile(file, () => {
    const notes = notesFor(file, into);
    const text = decodeText(bytes, notes);
    if (text.trim() === '') return [];
    return csvRows(text, separatorOf(text) ?? ',', importLimits, notes);
  });
}

/** Adds the rows of one file. */
export function addTable(file: string, rows: readonly RowLine[], into: RawTables): void {
  const named = tableOfFile(file, known);
  const [header, ...body] = rows;
  if (!named || named.table === 'nothing' || !header) return;
  const { table } = named;
  const columns = header.cells.map((cell) => columnToday(table, cell));
  sayUnknown(file, table, header, columns, into);
  into.head(table, [...columns, ...Object.keys(named.all)]);
  const headings = Object.fromEntries(columns.map((column, i) => [column, header.cells[i]!.trim()]).reverse());
  for (const { line, cells } of body) {
    if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell !== ''))
      into.faults.push({
        file,
        line,
        key: 'ragged',
        values: { expected: columns.length, found: cells.length },
        of: 'row',
      });
    else {
      const row: Row = { file, line, cells: { ...named.all }, headings };
      for (const [i, column] of columns.entries()) {
        const cell = cells[i];
        if (cell !== undefined && cell !== '' && column) row.cells[column] ??= cell;
      }
      // Two old files that are one table today count their rows apart.
      if (row.cells.id !== undefined && Object.keys(named.all).length > 0 && !isUuid(String(row.cells.id)))
        row.cells.id = `${named.base} ${String(row.cells.id)}`;
      addRow(table, row, into);
    }
  }
}

/** Adds one row, with what a row of an older version brings along for other tables. */
export function addRow(table: string, row: Row, into: RawTables): void {
  if (table === 'terms' || table === 'taxonomies') {
    if (table === 'terms') into.terms.push(row);
    return;
  }
  if (table === 'eligibility') {
    addEligibility(row, into);
    return;
  }
  const { id } = row.cells;
  if (table === 'payments') {
    const { service_id: service, payments } = row.cells;
    into.add('attributes', {
      ...row,
      cells: { id, link_entity: 'service', link_id: service, link_type: 'cost', label: 'Payments', value: payments },
    });
    return;
  }
  modernise(table, row, String(id ?? ''), (other, cells) =>
    into.add(other, { file: row.file, line: row.line, cells, made: true }),
  );
  if (table === 'schedules') {
    const unread = modernHours(row.cells);
    if (unread) {
      into.faults.push({
        file: row.file,
        line: row.line,
        column: headingOf(row, unread === 'year' ? 'valid_from' : unread),
        key: unread === 'year' ? 'holidayWithoutYear' : 'weekday',
        of: unread === 'year' ? 'value' : 'row',
      });
      if (unread !== 'year') return;
    }
  }
  into.add(table, row);
}

/** Eligibility had a table of its own in 1.x; its columns are a service's today. */
function addEligibility(row: Row, into: RawTables): void {
  const { service_id: service, eligibility_description: words, minimum_age: from, maximum_age: to } = row.cells;
  const found = into.of('services').find((one) => String(one.cells.id) === String(service));
  if (!found) {
    into.faults.push({
      file: row.file,
      line: row.line,
      column: 'service_id',
      key: 'missingLink',
      values: { table: 'services' },
      of: 'link',
    });
    return;
  }
  for (const [name, value] of Object.entries({ eligibility_description: words, minimum_age: from, maximum_age: to }))
    if (value !== undefined) found.cells[name] ??= value;
}

/** Columns that older versions have and that modernise() deals with. */
const understood = new Set(
  `id confidential department vanity_number vanity country_prefix language weekday holiday closed link_id link_entity link_type service_id location_id
  organization_id contact_id phone_id service_at_location_id capacity_id unit_id funding languages service_areas required_documents taxonomy_ids keywords
  accreditations licenses audience payments accessibility email short_desc virtual phone last_modified program_id address_3 address_4`.split(
    /\s+/,
  ),
);

/** Whether something becomes of a column of a table, by today's name. */
export function isKnown(table: string, column: string): boolean {
  const shape = tables[table];
  return (
    !shape ||
    understood.has(column) ||
    [shape.columns, shape.links ?? {}, shape.owners ?? {}].some((columns) => column in columns)
  );
}

function sayUnknown(file: string, table: string, header: RowLine, columns: readonly string[], into: RawTables): void {
  for (const [i, column] of columns.entries()) {
    if (!column || isKnown(table, column)) continue;
    into.notes.push({ file, line: header.line, column: header.cells[i]!, key: 'unknownColumn', of: 'value' });
  }
}

/** The id that a row of a table has in the network. */
export const idIn = (network: string, table: string, given: unknown): string => {
  const text = String(given).trim();
  return isUuid(text) ? text.toLowerCase() : namedUuid(network, `${table} ${text}`);
};
