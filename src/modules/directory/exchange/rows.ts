/**
 * A file as it is before anyone judges it: rows of HSDS tables with the names of today's columns, whatever version or form they came in, each with the
 * place it stands at. All readers make these; assemble.ts makes records of them.
 */
export interface Row {
  file: string;
  line: number;
  /** Today's column names → what stood there: text from tables, any value from JSON. Empty cells are left out. */
  cells: Record<string, unknown>;
  /** Today's column → what the file calls it: the name that whoever has to correct the file can find. */
  headings?: Readonly<Record<string, string>>;
  /** Said by the reader itself and not by the file, so that no column is named in a complaint. */
  made?: true;
}

/** The name of a column as its file has it. */
export const headingOf = (row: Pick<Row, 'headings'>, column: string): string => row.headings?.[column] ?? column;

/** Something of a file that was not kept. */
export interface Fault {
  file: string;
  line: number;
  /** What the file calls the column, and what it is called in HSDS. */
  column?: string;
  field?: string;
  /** Key below `directory.exchange.fault.` */
  key: string;
  values?: Record<string, string | number>;
  /** Whether a value, a row, or the whole file was left out. A link to nothing stops the import unless it is told to go on. */
  of: 'value' | 'row' | 'link' | 'file';
}

/** What was read of one file, folder or zip. */
export class RawTables {
  readonly rows = new Map<string, Row[]>();
  /** Terms that the file brings along, so that an attribute can say its term in words. */
  readonly terms: Row[] = [];
  readonly faults: Fault[] = [];
  /** Things a person should know that are no fault: columns nobody knows, files left out. */
  readonly notes: Fault[] = [];
  /** For spoken.ts: columns that a table has, in its heading or in a row; tables with a heading of their own; what a plain list says beside. */
  readonly columns = new Map<string, Set<string>>();
  readonly headed = new Set<string>();
  readonly says = new Set<string>();
  /** Set by a file that says all of its records. */
  whole = false;
  #count = 0;

  /** Says that a table has these columns, also where no row has a value in them. */
  head(table: string, columns: Iterable<string>): void {
    this.headed.add(table);
    this.#note(table, columns);
  }

  #note(table: string, columns: Iterable<string>): void {
    let known = this.columns.get(table);
    if (!known) this.columns.set(table, (known = new Set()));
    for (const column of columns) known.add(column);
  }

  add(table: string, row: Row): void {
    this.#note(table, Object.keys(row.cells));
    const list = this.rows.get(table);
    if (list) list.push(row);
    else this.rows.set(table, [row]);
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  of(table: string): Row[] {
    return this.rows.get(table) ?? [];
  }
}

/** A file that cannot be read at all, or is more than we hold: nothing is written. */
export class ImportStopped extends Error {
  readonly fault: Fault;

  constructor(fault: Omit<Fault, 'of' | 'line'> & { line?: number }) {
    super(fault.key);
    this.fault = { line: 1, ...fault, of: 'file' };
  }
}
