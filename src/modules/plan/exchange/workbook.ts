/**
 * A plan as an Excel workbook: one sheet of items, one about the plan and, when a text is longer than a cell may be, one with the rest of it. How a
 * workbook is written is in #engines/workbook-writing.
 */
import { longestCell, workbookBytes, type WrittenCell as Cell } from '#engines/workbook-writing';
import { cellsOf, numericFields, ownColumns } from './columns.ts';
import type { PlanFile } from './write.ts';

const cutAt = 32_700;
export const sheetNames = { items: 'Plan', about: 'About', long: 'Long texts' } as const;
/** The first cell of the sheet about the plan: shows that the workbook is ours. */
export const aboutMark = 'Waymark plan';

/** Stands at the end of a cell whose text goes on in the sheet of long texts. */
export const cutMark = / \[…(long-\d+)\]$/;

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
export async function writeWorkbook(plan: PlanFile): Promise<Uint8Array> {
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
    { name: sheetNames.items, widths: ownColumns.map(([field]) => wide.get(field) ?? 14), rows: items },
    { name: sheetNames.about, widths: [20, 50, 50, 30, 30], rows: about },
    ...(long.length > 1 ? [{ name: sheetNames.long, widths: [14, 80], rows: long }] : []),
  ];
  return Buffer.concat(await Array.fromAsync(workbookBytes(sheets)));
}
