/**
 * Writes an Excel workbook by hand: one sheet of items, one about the plan and, when a text is longer than a cell may be, one with the rest of
 * it. Texts are text, never formulas; the zip has a fixed date, so equal plans are equal bytes.
 */
import { strToU8, zipSync } from 'fflate';
import { cellsOf, numericFields, ownColumns } from './columns.ts';
import { columnName } from './blocks.ts';
import type { PlanFile } from './write.ts';

/** Excel holds 32,767 characters in a cell. */
export const longestCell = 32_767;
const cutAt = 32_700;
export const sheetNames = { items: 'Plan', about: 'About', long: 'Long texts' } as const;
/** The first cell of the sheet about the plan: shows that the workbook is ours. */
export const aboutMark = 'Waymark plan';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';

/** Stands at the end of a cell whose text goes on in the sheet of long texts. */
export const cutMark = / \[…(long-\d+)\]$/;

type Cell = string | { number: string };

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

function sheetXml(rows: Cell[][], widths: number[], styleOf: (row: number, column: number) => number): string {
  const parts = [declaration, `<worksheet xmlns="${main}">`];
  parts.push(
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>',
  );
  parts.push(
    `<cols>${widths.map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`).join('')}</cols><sheetData>`,
  );
  for (const [r, row] of rows.entries()) {
    parts.push(`<row r="${r + 1}">`);
    for (const [c, cell] of row.entries()) {
      if (cell === '') continue;
      const at = `r="${columnName(c)}${r + 1}" s="${styleOf(r, c)}"`;
      parts.push(
        typeof cell === 'string'
          ? `<c ${at} t="inlineStr"><is><t xml:space="preserve">${xmlText(cell)}</t></is></c>`
          : `<c ${at}><v>${cell.number}</v></c>`,
      );
    }
    parts.push('</row>');
  }
  parts.push('</sheetData>');
  if (rows.length > 1) parts.push(`<autoFilter ref="A1:${columnName(rows[0]!.length - 1)}${rows.length}"/>`);
  parts.push('</worksheet>');
  return parts.join('');
}

const stylesXml = `${declaration}<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>`;

/** Cuts a text where a cell ends. The cell then names the rest, which stands on the sheet of long texts. */
function shortened(text: string, long: Cell[][]): string {
  // A text that only looks cut is put there whole, so that reading never takes it for one that was.
  const fits = text.length <= longestCell;
  if (fits && !cutMark.test(text)) return text;
  const id = `long-${long.length}`;
  let end = fits ? 0 : cutAt - id.length - 3;
  // Never between the two halves of one character.
  const whole = (at: number): number => (/[\uD800-\uDBFF]/.test(text[at - 1]!) ? at - 1 : at);
  if (end > 0) end = whole(end);
  const head = `${text.slice(0, end)} […${id}]`;
  const pieces: string[] = [];
  for (let at = end; at < text.length; ) {
    const to = at + cutAt >= text.length ? text.length : whole(at + cutAt);
    pieces.push(text.slice(at, to));
    at = to;
  }
  long.push([id, ...pieces]);
  return head;
}

/** The bytes of the workbook. */
export function writeWorkbook(plan: PlanFile): Uint8Array {
  const long: Cell[][] = [['Text', 'Rest']];
  const items: Cell[][] = [ownColumns.map(([, name]) => name)];
  for (const row of plan.rows) {
    items.push(
      cellsOf(row, plan.levels, plan.title).map((cell, i) =>
        cell !== '' && numericFields.has(ownColumns[i]![0]) ? { number: cell } : shortened(cell, long),
      ),
    );
  }
  const { title, published } = plan;
  const about: Cell[][] = [
    [aboutMark, 'English', 'Español', 'English, many', 'Español, varios'],
    ['Title', shortened(title.en, long), shortened(title.es ?? '', long)],
    ...plan.levels.map(({ one, many }): Cell[] => ['Level', one.en, one.es ?? '', many.en, many.es ?? '']),
  ];
  if (published) {
    about.push(['Published as of', published.asOf]);
    for (const key of ['done', 'active', 'notBegun', 'excluded', 'percent'] as const) {
      if (published[key] !== undefined) about.push([`Published ${key}`, { number: String(published[key]) }]);
    }
    if (published.source) about.push(['Published source', published.source]);
  }
  for (const { name, value } of plan.notes ?? []) about.push(['Note', name, shortened(value, long)]);

  const wide = new Map<string, number>([
    ['title', 60],
    ['titleEs', 60],
    ['description', 60],
    ['descriptionEs', 60],
    ['history', 40],
    ['scope', 40],
    ['milestones', 40],
  ]);
  const sheets = [
    {
      name: sheetNames.items,
      xml: sheetXml(
        items,
        ownColumns.map(([field]) => wide.get(field) ?? 14),
        (r, c) => (r === 0 ? 1 : numericFields.has(ownColumns[c]![0]) ? 0 : 2),
      ),
    },
    { name: sheetNames.about, xml: sheetXml(about, [20, 50, 50, 30, 30], (r) => (r === 0 ? 1 : 2)) },
    ...(long.length > 1 ? [{ name: sheetNames.long, xml: sheetXml(long, [14, 80], (r) => (r === 0 ? 1 : 2)) }] : []),
  ];
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const files: Record<string, string> = {
    '[Content_Types].xml': `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>${sheets.map((_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${types}.worksheet+xml"/>`).join('')}</Types>`,
    '_rels/.rels': `${declaration}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${sheets.map(({ name }, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${declaration}<Relationships xmlns="${packages}/relationships">${sheets.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${office}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}<Relationship Id="rId${sheets.length + 1}" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': stylesXml,
  };
  for (const [i, { xml }] of sheets.entries()) files[`xl/worksheets/sheet${i + 1}.xml`] = xml;
  // A zip keeps local time; noon of a fixed day is the same day wherever the server stands.
  const mtime = new Date(1980, 0, 1, 12, 0, 0);
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), {
    level: 6,
    mtime,
  });
}
