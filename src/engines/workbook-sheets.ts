/**
 * An Excel workbook as tables, one a sheet. Values only: a formula gives the result that was saved with it and is never run. Cells that hold
 * an error (`#REF!`) keep it as text, so the reader of tables can name them.
 */
import type { Archive } from './archive.ts';
import type { RowLine } from './csv-rows.ts';
import { columnName } from './spreadsheet-cells.ts';
import { type FaultNotes, type FileLimits, UnreadableFile } from './file-faults.ts';
import { attribute, streamXml } from './xml-stream.ts';

const mostColumns = 300;

export interface Sheet {
  name: string;
  hidden: boolean;
  rows: RowLine[];
}

/** Every sheet in the order of the workbook. Blank rows are left out; `line` is the row of the sheet. */
export function xlsxSheets(
  archive: Archive,
  limits: Pick<FileLimits, 'characters' | 'rows'>,
  notes: FaultNotes,
): Sheet[] {
  const book = archive.part('xl/workbook.xml');
  if (!book) throw new UnreadableFile('damaged');
  const targets = new Map<string, string>();
  const links = archive.part('xl/_rels/workbook.xml.rels');
  if (links) {
    streamXml(links, {
      open(name, attributes) {
        if (name !== 'Relationship') return;
        const target = attribute(attributes, 'Target') ?? '';
        targets.set(attribute(attributes, 'Id') ?? '', target.startsWith('/') ? target.slice(1) : `xl/${target}`);
      },
    });
  }
  const listed: { name: string; hidden: boolean; path: string }[] = [];
  let from1904 = false;
  streamXml(book, {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '');
      if (name !== 'sheet') return;
      listed.push({
        name: attribute(attributes, 'name') ?? '',
        hidden: (attribute(attributes, 'state') ?? 'visible') !== 'visible',
        path: targets.get(attributes['r:id'] ?? attribute(attributes, 'id') ?? '') ?? '',
      });
    },
  });
  const strings = sharedStrings(archive);
  const isDate = dateStyles(archive);
  return listed.flatMap(({ name, hidden, path }) => {
    const part = archive.part(path);
    if (!part) return [];
    const rows = sheetRows(part, { strings, isDate, from1904, limits, notes });
    return [{ name, hidden, rows }];
  });
}

/** `_x000D_` in a cell stands for one character that XML cannot hold. */
const unescape = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

function sharedStrings(archive: Archive): string[] {
  const strings: string[] = [];
  const part = archive.part('xl/sharedStrings.xml');
  if (!part) return strings;
  let [text, inText, phonetic] = ['', false, false];
  streamXml(part, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') inText = !phonetic;
      else if (name === 'rPh') phonetic = true;
    },
    close(name) {
      if (name === 'si') strings.push(unescape(text));
      else if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
    },
    text(piece) {
      if (inText) text += piece;
    },
  });
  return strings;
}

/** Which cell styles show a day: the built-in date formats and any own format with days or years in it. */
function dateStyles(archive: Archive): boolean[] {
  const styles: boolean[] = [];
  const part = archive.part('xl/styles.xml');
  if (!part) return styles;
  const own = new Set<number>();
  let inCells = false;
  streamXml(part, {
    open(name, attributes) {
      if (name === 'numFmt') {
        const code = (attribute(attributes, 'formatCode') ?? '').replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
        if (/[dy]/i.test(code) || /mmm/i.test(code)) own.add(Number(attribute(attributes, 'numFmtId')));
      } else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        styles.push(
          (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58) || own.has(id),
        );
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return styles;
}

interface Book {
  strings: string[];
  isDate: boolean[];
  from1904: boolean;
  limits: Pick<FileLimits, 'characters' | 'rows'>;
  notes: FaultNotes;
}

function sheetRows(part: Uint8Array, book: Book): RowLine[] {
  const rows: RowLine[] = [];
  let cells: string[] = [];
  let [rowNumber, column] = [0, -1];
  let [type, style, value, inline] = ['n', 0, '', ''];
  let [inValue, inInline, formula, filled] = [false, false, false, false];
  streamXml(part, {
    open(name, attributes) {
      if (name === 'row') {
        rowNumber = Number(attribute(attributes, 'r')) || rowNumber + 1;
        cells = [];
        column = -1;
        filled = false;
      } else if (name === 'c') {
        const letters = /^[A-Z]+/.exec(attribute(attributes, 'r') ?? '')?.[0];
        column = letters ? columnIndex(letters) : column + 1;
        type = attribute(attributes, 't') ?? 'n';
        style = Number(attribute(attributes, 's') ?? 0);
        [value, inline, formula] = ['', '', false];
      } else if (name === 'v') inValue = true;
      else if (name === 't') inInline = true;
      else if (name === 'f') formula = true;
    },
    close(name) {
      if (name === 'v') inValue = false;
      else if (name === 't') inInline = false;
      else if (name === 'c' && column >= 0 && column < mostColumns) {
        const text = cellText(type, type === 'inlineStr' ? inline : value, style, book);
        if (formula && value === '') {
          book.notes.warn('formulaWithoutValue', {
            line: rowNumber,
            cell: `${columnName(column)}${rowNumber}`,
          });
        }
        if (text.length > book.limits.characters) {
          const place = { line: rowNumber, cell: `${columnName(column)}${rowNumber}` };
          book.notes.error('longLine', place, { length: text.length, limit: book.limits.characters });
          return;
        }
        while (cells.length < column) cells.push('');
        cells[column] = text;
        if (text !== '') filled = true;
      } else if (name === 'row' && filled) {
        if (rows.length > book.limits.rows + 100) throw new UnreadableFile('tooManyRows', { limit: book.limits.rows });
        rows.push({ line: rowNumber, cells });
      }
    },
    text(piece) {
      if (inValue) value += piece;
      else if (inInline) inline += piece;
    },
  });
  return rows;
}

function cellText(type: string, raw: string, style: number, book: Book): string {
  if (raw === '') return '';
  switch (type) {
    case 's':
      return book.strings[Number(raw)] ?? '';
    case 'inlineStr':
    case 'str':
      return unescape(raw);
    case 'b':
      return raw === '1' || raw === 'true' ? 'yes' : 'no';
    case 'e':
      return raw;
    case 'd':
      return raw.slice(0, 10);
    default: {
      const number = Number(raw);
      if (!Number.isFinite(number)) return raw;
      return book.isDate[style] ? serialDay(number, book.from1904) : String(number);
    }
  }
}

/** Excel counts days from 1899-12-30 (it believes in 29 February 1900), or from 1904. */
function serialDay(serial: number, from1904: boolean): string {
  const origin = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const at = new Date(origin + Math.floor(serial) * 86_400_000);
  return Number.isNaN(at.getTime()) ? String(serial) : at.toISOString().slice(0, 10);
}

const columnIndex = (letters: string): number => {
  let index = 0;
  for (const letter of letters) index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
};
