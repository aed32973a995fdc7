/** Small files for the tests of this folder, built part by part so that a test can break exactly one thing. */
import { strToU8, zipSync } from 'fflate';
import type { ReadOptions, ReadPlan } from './assemble.ts';
import { readPlan } from './read.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads with a day given, so that files without one are fine. */
export const readText = (text: string, options: ReadOptions = {}): Promise<ReadPlan> =>
  readPlan(bytesOf(text), { today: '2026-01-01', ...options });

/** `1.1 Title [status]` for each row, indented by depth. */
export const outlineOf = (plan: ReadPlan): string[] =>
  plan.rows.map((row) => {
    const status = row.history.at(-1)?.status;
    return `${'  '.repeat(row.depth)}${row.number} ${row.title.en}${status ? ` [${status}]` : ''}${row.leaf ? '' : ' +'}`;
  });

export const errorsOf = (plan: ReadPlan): string[] =>
  plan.problems.filter((p) => p.severity === 'error').map((p) => p.message);
export const warningsOf = (plan: ReadPlan): string[] =>
  plan.problems.filter((p) => p.severity === 'warning').map((p) => p.message);

export const zipOf = (parts: Record<string, string | Uint8Array>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, typeof part === 'string' ? strToU8(part) : part]),
    ),
  );

const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export interface Paragraph {
  text: string;
  style?: string;
  list?: [id: number, level: number];
}
export const paragraph = ({ text, style, list }: Paragraph): string =>
  `<w:p><w:pPr>${style ? `<w:pStyle w:val="${style}"/>` : ''}${list ? `<w:numPr><w:ilvl w:val="${list[1]}"/><w:numId w:val="${list[0]}"/></w:numPr>` : ''}</w:pPr><w:r><w:t xml:space="preserve">${escape(text)}</w:t></w:r></w:p>`;

export const wordTable = (rows: string[][]): string =>
  `<w:tbl>${rows.map((row) => `<w:tr>${row.map((cell) => `<w:tc>${paragraph({ text: cell })}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`;

/** A Word file from the XML of its body. */
export const docx = (body: string, more: Record<string, string> = {}): Uint8Array =>
  zipOf({
    '[Content_Types].xml': '<Types/>',
    'word/document.xml': `<?xml version="1.0"?><w:document ${w}><w:body>${body}</w:body></w:document>`,
    'word/styles.xml': `<w:styles ${w}><w:style w:styleId="Titel"><w:name w:val="Title"/></w:style><w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/></w:style></w:styles>`,
    ...more,
  });

/** Levels of one numbering definition, e.g. `['Goal %1:', 'Action %1.%2']`. */
export const numberingXml = (levels: [text: string, format?: string][]): string =>
  `<w:numbering ${w}><w:abstractNum w:abstractNumId="7">${levels
    .map(
      ([text, format = 'decimal'], i) =>
        `<w:lvl w:ilvl="${i}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`,
    )
    .join('')}</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>`;

export type XlsxCell = string | number | { raw: string };
const letters = (i: number): string => String.fromCharCode(65 + i);

/** A workbook as Excel writes it (shared strings). `{ raw }` is the XML of a cell without its address, e.g. `t="e"><v>#REF!</v>`. */
export function xlsx(
  sheets: { name: string; rows: XlsxCell[][]; state?: string }[],
  more: Record<string, string | Uint8Array> = {},
): Uint8Array {
  const strings: string[] = [];
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const parts: Record<string, string | Uint8Array> = {};
  for (const [n, { rows }] of sheets.entries()) {
    const xml = rows.map((row, r) => {
      const cells = row.map((cell, c) => {
        const at = `r="${letters(c)}${r + 1}"`;
        if (typeof cell === 'number') return `<c ${at}><v>${cell}</v></c>`;
        if (typeof cell === 'object') return `<c ${at} ${cell.raw}</c>`;
        return cell === '' ? '' : `<c ${at} t="s"><v>${strings.push(cell) - 1}</v></c>`;
      });
      return `<row r="${r + 1}">${cells.join('')}</row>`;
    });
    parts[`xl/worksheets/sheet${n + 1}.xml`] = `<worksheet ${main}><sheetData>${xml.join('')}</sheetData></worksheet>`;
  }
  return zipOf({
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': `<workbook ${main} xmlns:r="r"><sheets>${sheets.map(({ name, state }, i) => `<sheet name="${name}" sheetId="${i + 1}" ${state ? `state="${state}"` : ''} r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${sheets.map((_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}</Relationships>`,
    'xl/sharedStrings.xml': `<sst ${main}>${strings.map((text) => `<si><t xml:space="preserve">${escape(text)}</t></si>`).join('')}</sst>`,
    'xl/styles.xml': `<styleSheet ${main}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    ...parts,
    ...more,
  });
}
