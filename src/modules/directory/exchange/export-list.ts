/** An export as one plain list, a row for each service: as CSV, or as a workbook. Neither has a cell that a spreadsheet would run. */
import { protect, unprotect } from '#engines/spreadsheet-cells';
import { longestCell, workbookBytes } from '#engines/workbook-writing';
import type { Ctx } from '#kernel';
import { type ExportJob, type OnProgress, placesOf, slices } from './export-slices.ts';
import { flatColumns, flatRow } from './flat-row.ts';
import { csvLine } from './to-tables.ts';

/** Cells that a spreadsheet would run get an apostrophe, which the import takes away. */
export async function* csvOf(ctx: Ctx, job: ExportJob, onProgress: OnProgress): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(flatColumns)}`;
  for await (const row of listRows(ctx, job, onProgress)) yield csvLine(row.map(protect));
}

const wide = new Set(['organization_name', 'organization_description', 'service_name', 'description', 'eligibility']);

export const xlsxOf = (ctx: Ctx, job: ExportJob, onProgress: OnProgress): AsyncGenerator<Uint8Array> =>
  workbookBytes([
    {
      name: 'Directory',
      widths: flatColumns.map((name) => (wide.has(name) ? 48 : name.endsWith('_id') ? 12 : 20)),
      rows: sheetRows(ctx, job, onProgress),
    },
  ]);

async function* sheetRows(ctx: Ctx, job: ExportJob, onProgress: OnProgress): AsyncGenerator<readonly string[]> {
  yield flatColumns;
  for await (const row of listRows(ctx, job, onProgress)) yield row.map(sheetCell);
}

const cut = ' […]';

/** A cell of a workbook is text and never runs. Only one that looks protected gets an apostrophe more, because the import takes one away. */
function sheetCell(text: string): string {
  const cell = unprotect(text) === text ? text : protect(text);
  return cell.length > longestCell ? cell.slice(0, longestCell - cut.length).toWellFormed() + cut : cell;
}

async function* listRows(ctx: Ctx, job: ExportJob, onProgress: OnProgress): AsyncGenerator<string[]> {
  for await (const made of slices(ctx, job, onProgress)) {
    const places = await placesOf(ctx, job, made);
    for (const docs of made) {
      const links = docs.filter((doc) => doc.kind === 'service_at_location');
      for (const doc of docs) {
        if (doc.kind !== 'service') continue;
        const at = links
          .filter((link) => link.body.service_id === doc.id)
          .map((link) => places.get(String(link.body.location_id))?.body)
          .filter((place) => place !== undefined);
        yield flatRow(docs[0]!.body, doc.body, at, job.term);
      }
    }
  }
}
