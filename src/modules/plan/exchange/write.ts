/**
 * Writes a plan as a file: csv, xlsx or json. Nothing in it depends on the clock or the machine, so the same plan is always the same bytes.
 */
import { protect } from '#engines/spreadsheet-cells';
import type { LevelName, PlanRow, PublishedTotals, Text } from '../shape.ts';
import { cellsOf, normalRow, normalText, ownColumns } from './columns.ts';
import { writeWorkbook } from './workbook.ts';

/** What a file can hold about a plan. Csv carries the rows with title and level names beside each; xlsx and json carry everything. */
export interface PlanFile {
  title: Text;
  levels: LevelName[];
  rows: PlanRow[];
  published?: PublishedTotals | null;
  /** Facts for the reader of the file, such as the address of the plan or the rule of the percentage. Never read back. */
  notes?: { name: string; value: string }[];
}

export type PlanFormat = 'csv' | 'xlsx' | 'json';

/** Writes the whole plan. Rows stand in the order given, parents before children. */
export async function writePlan(given: PlanFile, format: PlanFormat): Promise<Uint8Array> {
  const levels = given.levels.map(({ one, many }) => ({ one: normalText(one), many: normalText(many) }));
  const plan = { ...given, title: normalText(given.title), levels };
  switch (format) {
    case 'csv':
      return writeCsv(plan);
    case 'xlsx':
      return writeWorkbook(plan);
    case 'json':
      return writeJson(plan);
  }
}

const quoted = (cell: string): string => (/[",;\t\r\n|]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** RFC 4180 with a byte order mark, without which Excel misreads accents. */
function writeCsv(plan: PlanFile): Uint8Array {
  const lines = [ownColumns.map(([, name]) => quoted(name)).join(',')];
  for (const row of plan.rows) {
    lines.push(
      cellsOf(row, plan.levels, plan.title)
        .map((cell) => quoted(protect(cell)))
        .join(','),
    );
  }
  return new TextEncoder().encode(`\uFEFF${lines.join('\r\n')}\r\n`);
}

/** The name by which our own JSON is known. */
export const jsonFormat = 'waymark-plan/1';

function writeJson(plan: PlanFile): Uint8Array {
  const { title, levels, rows, published, notes } = plan;
  const file = {
    format: jsonFormat,
    title,
    levels,
    ...(published ? { published } : {}),
    ...(notes && notes.length > 0 ? { notes } : {}),
    rows: rows.map((row) => inOrder(normalRow(row))),
  };
  return new TextEncoder().encode(`${JSON.stringify(file, null, 1)}\n`);
}

/** Fields in one order whatever the order they were set in. */
function inOrder(row: PlanRow): Partial<PlanRow> {
  const keys = [
    'ref',
    'depth',
    'number',
    'title',
    'description',
    'leaf',
    'history',
    'scope',
    'lead',
    'partners',
    'due',
    'themes',
    'pillars',
    'fundingNeeded',
    'fundingSecured',
    'dependsOn',
    'milestones',
  ] as const;
  return Object.fromEntries(keys.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]])));
}
