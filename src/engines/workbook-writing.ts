/**
 * Writes an Excel workbook by hand, row by row, so that a long table needs little memory. Texts are text, never formulas; the zip has a fixed date, so
 * equal tables are equal bytes. What is read back is in workbook-sheets.ts.
 */
import { Zip, ZipDeflate } from 'fflate';
import { columnName, runs } from './spreadsheet-cells.ts';

/** Excel holds 32,767 characters in a cell; who writes longer ones cuts them first. */
export const longestCell = 32_767;

/** A text, or a number as it is to be read. */
export type WrittenCell = string | { number: string };

export interface WrittenSheet {
  name: string;
  /** In letters, one a column. */
  widths: readonly number[];
  /** The first row is the headings. */
  rows: Iterable<readonly WrittenCell[]> | AsyncIterable<readonly WrittenCell[]>;
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';

/** Characters that XML or Excel would change are written `_xHHHH_`, as Excel does; a text that looks like that is escaped too. */
function xmlText(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(
      // oxlint-disable-next-line no-control-regex -- these are the characters to escape
      /[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/g,
      (ch) => `_x${ch.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Styles by their place in the list below: numbers, headings, texts, and texts that stay text when somebody edits the cell. */
const [numbers, headings, texts, keptTexts] = [0, 1, 2, 3];
const wrapped = '<alignment vertical="top" wrapText="1"/>';
const stylesXml = `${declaration}<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">${wrapped}</xf><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1">${wrapped}</xf></cellXfs></styleSheet>`;

const sheetStart = (widths: readonly number[]): string =>
  `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`).join('')}</cols><sheetData>`;

function rowXml(row: number, cells: readonly WrittenCell[]): string {
  const inside = cells.map((cell, column) => {
    if (cell === '') return '';
    const at = `r="${columnName(column)}${row}"`;
    if (typeof cell !== 'string') return `<c ${at} s="${numbers}"><v>${cell.number}</v></c>`;
    const style = row === 1 ? headings : runs(cell) ? keptTexts : texts;
    return `<c ${at} s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(cell)}</t></is></c>`;
  });
  return `<row r="${row}">${inside.join('')}</row>`;
}

const sheetEnd = (rows: number, columns: number): string =>
  `</sheetData>${rows > 1 ? `<autoFilter ref="A1:${columnName(columns - 1)}${rows}"/>` : ''}</worksheet>`;

/** The parts of a workbook that say which sheets there are. */
function bookParts(names: readonly string[]): Record<string, string> {
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return {
    '[Content_Types].xml': `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>${names.map((_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${types}.worksheet+xml"/>`).join('')}</Types>`,
    '_rels/.rels': `${declaration}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${names.map((name, i) => `<sheet name="${xmlText(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${declaration}<Relationships xmlns="${packages}/relationships">${names.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${office}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}<Relationship Id="rId${names.length + 1}" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': stylesXml,
  };
}

/** Rows are packed in lots of about this many letters. */
const lot = 65_536;

/** The bytes of a workbook, as its rows come. */
export async function* workbookBytes(sheets: readonly WrittenSheet[]): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const encoder = new TextEncoder();
  const begin = (name: string) => {
    const part = new ZipDeflate(name, { level: 6 });
    // A zip keeps local time; noon of a fixed day is the same day wherever the server stands.
    part.mtime = new Date(1980, 0, 1, 12, 0, 0);
    zip.add(part);
    return (text: string, last = false) => part.push(encoder.encode(text), last);
  };
  for (const [name, text] of Object.entries(bookParts(sheets.map((sheet) => sheet.name)))) begin(name)(text, true);
  for (const [i, { widths, rows }] of sheets.entries()) {
    const push = begin(`xl/worksheets/sheet${i + 1}.xml`);
    let waiting = sheetStart(widths);
    let [count, columns] = [0, 0];
    for await (const row of rows) {
      if (count === 0) columns = row.length;
      waiting += rowXml(++count, row);
      if (waiting.length < lot) continue;
      push(waiting);
      waiting = '';
      yield* chunks.splice(0);
    }
    push(waiting + sheetEnd(count, columns), true);
  }
  zip.end();
  yield* chunks.splice(0);
}
