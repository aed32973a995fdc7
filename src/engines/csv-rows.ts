/** Comma-separated files (or semicolons, tabs, bars) as rows of cells. */
import { CsvError, parse } from 'csv-parse/sync';
import { type FaultNotes, type FileLimits, UnreadableFile } from './file-faults.ts';

/** A row and the line of the file, or the row of the sheet, on which it begins. */
export interface RowLine {
  line: number;
  cells: string[];
}

const candidates = [',', ';', '\t', '|'] as const;

/** The separator of a file: the one that cuts its first lines into the same number of cells, quotes respected. Null when there is none. */
export function separatorOf(text: string): string | null {
  const head = text.slice(0, 20_000);
  let best: { separator: string; score: number } | null = null;
  for (const separator of candidates) {
    const widths: number[] = [];
    let [width, quoted, blank] = [1, false, true];
    for (const ch of head) {
      if (ch === '"') quoted = !quoted;
      if (!quoted && ch === '\n') {
        if (!blank) widths.push(width);
        [width, blank] = [1, true];
        if (widths.length >= 30) break;
        continue;
      }
      if (!quoted && ch === separator) width++;
      if (ch !== '\r' && ch !== ' ') blank = false;
    }
    if (!blank && widths.length === 0) widths.push(width);
    const first = widths[0] ?? 1;
    if (first < 2) continue;
    const same = widths.filter((w) => w === first).length / widths.length;
    const score = same * 100 + Math.min(first, 30);
    if (same >= 0.6 && (!best || score > best.score)) best = { separator, score };
  }
  return best?.separator ?? commonest(head);
}

/** Rows of unequal length: the separator that the first line uses most. */
function commonest(head: string): string | null {
  const line = head.split(/\r|\n/).find((text) => text.trim() !== '') ?? '';
  const counted = candidates.map((separator) => ({ separator, count: line.split(separator).length - 1 }));
  const [most] = counted.sort((a, b) => b.count - a.count);
  return most && most.count > 0 ? most.separator : null;
}

/** Reads a file with the given separator. `line` is the line on which the row begins. */
export function csvRows(
  text: string,
  separator: string,
  limits: Pick<FileLimits, 'characters' | 'rows'>,
  notes: FaultNotes,
): RowLine[] {
  const rows: RowLine[] = [];
  let line = 1;
  try {
    parse(text, {
      delimiter: separator,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: limits.characters * 10,
      on_record: (record: string[], info) => {
        const starts = line;
        line = info.lines + 1;
        if (rows.length > limits.rows + 100) throw new UnreadableFile('tooManyRows', { limit: limits.rows });
        if (record.every((cell) => cell === '')) return null;
        const long = record.findIndex((cell) => cell.length > limits.characters);
        if (long >= 0) {
          notes.error('longLine', { line: starts }, { length: record[long]!.length, limit: limits.characters });
        } else rows.push({ line: starts, cells: record });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    if (!(error instanceof CsvError)) throw error;
    const at = Number((error as { lines?: unknown }).lines) || line;
    if (error.code === 'CSV_MAX_RECORD_SIZE') {
      notes.error('longRecord', { line }, { limit: limits.characters * 10 });
    } else notes.error('badQuotes', { line: error.code === 'CSV_QUOTE_NOT_CLOSED' ? line : at });
  }
  return rows;
}
