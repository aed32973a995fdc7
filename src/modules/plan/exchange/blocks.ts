/**
 * What every kind of file is turned into before anyone looks for a plan in it: lines with a little structure, and tables.
 */
import { columnName } from '#engines/spreadsheet-cells';

export interface Line {
  kind: 'line';
  text: string;
  /** 1-based: the line of a text, the source line of a web page, the paragraph of a Word file. */
  line: number;
  cell?: string;
  /** Stood in a list or began with a bullet. */
  bullet: boolean;
  /** How deep in lists; 0 outside. */
  nest: number;
  /** 1–6 for headings. */
  heading?: number;
  /** A new paragraph begins here: the line cannot be the overflow of the one before. */
  apart: boolean;
  /** A number that the document generates for this line (Word and web lists), e.g. `1.2`. */
  auto?: string;
}

export interface Table {
  kind: 'table';
  rows: { line: number; cells: string[] }[];
  /** Cells are named like a spreadsheet's (`C7`). */
  named: boolean;
  /** From a text file, where a cell may carry a protecting apostrophe, or a formula that a spreadsheet would run. */
  typed?: boolean;
  /** Set when the file has several sheets; cells are then named `Sheet!C7`. */
  sheet?: string;
}

export type Block = Line | Table;

export interface Source {
  blocks: Block[];
  title?: string;
  language?: 'en' | 'es';
}

/** `C7`, or `Sheet!C7`. */
export const cellName = (table: Table, row: number, column: number): string | undefined =>
  table.named ? `${table.sheet ? `${table.sheet}!` : ''}${columnName(column)}${row}` : undefined;

/** A table as lines, one a row, cells parted by tabs: for tables without a header that we know. */
export const tableLines = (table: Table): Line[] =>
  table.rows.map((row) => ({
    kind: 'line',
    text: row.cells
      .join('\t')
      .replace(/\s*[\r\n]+\s*/g, ' ')
      .trimEnd(),
    line: row.line,
    ...(table.named
      ? {
          cell: cellName(
            table,
            row.line,
            Math.max(
              0,
              row.cells.findIndex((cell) => cell !== ''),
            ),
          ),
        }
      : {}),
    bullet: false,
    nest: 0,
    apart: true,
  }));
