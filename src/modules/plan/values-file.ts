/**
 * An indicator's values as a small file: `day,value,note,note_es`, one line a day. Written so that it can be read again, with cells that a
 * spreadsheet would run made harmless; read strictly, every problem with its line.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { protect, unprotect } from '#engines/spreadsheet-cells';
import { separatorOf } from '#engines/csv-rows';
import { isDay } from './fields.ts';
import type { IndicatorValue } from './indicator-math.ts';
import type { Words } from './progress.ts';
import type { Day, Text } from './shape.ts';

/** One line that was understood. */
export interface ReadValue {
  line: number;
  on: Day;
  value: number | null;
  note?: Text;
}

export interface LineProblem {
  line: number;
  said: Words;
}

const mostLines = 5000;

/** The file of these values, oldest first; of two values of one day the later recorded is written. */
export function writeValues(values: readonly IndicatorValue[]): string {
  const newest = new Map(values.map((value) => [value.on, value]));
  const rows = [...newest.values()]
    .sort((a, b) => (a.on < b.on ? -1 : 1))
    .map(({ on, value, why }) => [
      on,
      value === null ? '' : String(value),
      protect(why?.en ?? ''),
      protect(why?.es ?? ''),
    ]);
  return stringify([['day', 'value', 'note', 'note_es'], ...rows], {
    record_delimiter: '\r\n',
    // A line feed alone is no record delimiter here, and still must not begin a new line.
    quoted_match: /[\r\n]/,
  });
}

/** Reads pasted or sent lines. A line without a number says that there is none for that day, and then it must say why. */
export function readValues(text: string, today: Day): { values: ReadValue[]; problems: LineProblem[] } {
  const problems: LineProblem[] = [];
  const problem = (line: number, key: string, values: Words['values'] = {}) =>
    problems.push({ line, said: { key: `plan.staff.values.${key}`, values } });
  const values: ReadValue[] = [];
  const seen = new Map<Day, number>();
  for (const { line, cells } of rowsOf(text, problem)) {
    const [day = '', number = '', en = '', es = ''] = cells.map((cell) => unprotect(cell.trim()));
    if (line === 1 && /^(day|date|d[ií]a|fecha|on)$/i.test(day)) continue;
    if (values.length + problems.length >= mostLines) {
      problem(line, 'tooMany', { most: mostLines });
      break;
    }
    const value = numberFrom(number);
    if (!isDay(day)) problem(line, 'badDay', { day: day.slice(0, 40) });
    else if (day > today) problem(line, 'future', { day });
    else if (seen.has(day)) problem(line, 'twice', { day, first: seen.get(day)! });
    else if (value === undefined) problem(line, 'badNumber', { number: number.slice(0, 40) });
    else if (value === null && !en) problem(line, 'missingWhy', { day });
    else if (!en && es) problem(line, 'noteEnglish', {});
    else if (en.length > 2000 || es.length > 2000) problem(line, 'longNote', { most: 2000 });
    else values.push({ line, on: day, value, ...(en && { note: { en, ...(es && { es }) } }) });
    if (isDay(day) && !seen.has(day)) seen.set(day, line);
  }
  if (values.length === 0 && problems.length === 0) problem(1, 'nothing');
  return { values, problems };
}

/** A number as people here write it (1,234.5); null for none; undefined for something else. */
export function numberFrom(text: string): number | null | undefined {
  const plain = text.trim();
  if (plain === '') return null;
  const bare = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain;
  if (!/^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(bare)) return undefined;
  const value = Number(bare);
  return Number.isFinite(value) ? value : undefined;
}

function rowsOf(text: string, problem: (line: number, key: string) => void): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let line = 1;
  try {
    parse(text, {
      bom: true,
      // Our own heading says what divides; the notes of such a file may hold anything.
      delimiter: /^\uFEFF?day,value\b/i.test(text) ? ',' : (separatorOf(text) ?? ','),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      max_record_size: 20_000,
      on_record: (cells: string[], info) => {
        if (cells.some((cell) => cell.trim() !== '')) rows.push({ line, cells });
        line = info.lines + 1;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problem(line, 'unreadable');
  }
  return rows;
}
