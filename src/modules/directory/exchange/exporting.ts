/**
 * Taking the directory along: what one audience sees, as HSDS JSON, as HSDS tables, or as one plain list. Everything is made from the documents of that
 * audience (../documents.ts) and of nothing else.
 */
import { z } from 'zod';
import { type Ctx, type Tx, view } from '#kernel';
import { type Audience, audiences, organizationIds } from '#modules/organisations';
import { vocabularyOf } from '../hsds/vocabulary.ts';
import { jsonOf } from './export-json.ts';
import { csvOf, xlsxOf } from './export-list.ts';
import { type ExportFormat, exportFormats, type ExportJob, type OnProgress } from './export-slices.ts';
import { zipOf } from './export-tables.ts';
import { exporters } from './roles.ts';

export { type ExportFormat, exportFormats } from './export-slices.ts';
export { audiences as exportAudiences };

/** Begins an export and leaves an entry: whose view, in which form. */
export const beginExport = view('directory.export', {
  may: exporters,
  load: async ({
    tx,
    input,
    ctx,
  }: {
    tx: Tx;
    input: { audience: Audience; format: ExportFormat };
    ctx: Ctx;
  }): Promise<ExportJob> => {
    const chosen = z.object({ audience: z.enum(audiences), format: z.enum(exportFormats) }).parse(input);
    const { term, terms, taxonomies } = await vocabularyOf(tx, ctx.network!.id, 'en');
    return { ...chosen, organizations: await organizationIds(tx, ctx.network!.id), term, terms, taxonomies };
  },
  audit: ({ input }) => ({ subject: `directory-export:${input.audience}`, fields: [input.format] }),
});

/** The bytes of an export, as they are made. */
export async function* exportBytes(
  ctx: Ctx,
  job: ExportJob,
  onProgress: OnProgress = () => {},
): AsyncGenerator<Uint8Array> {
  switch (job.format) {
    case 'tabular':
      return yield* zipOf(ctx, job, onProgress);
    case 'xlsx':
      return yield* xlsxOf(ctx, job, onProgress);
    case 'hsds':
      return yield* encoded(jsonOf(ctx, job, onProgress));
    case 'csv':
      return yield* encoded(csvOf(ctx, job, onProgress));
  }
}

/** Short texts are joined: each piece that leaves costs something on the way. */
async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting = '';
  for await (const text of texts) {
    waiting += text;
    if (waiting.length < 65_536) continue;
    yield encoder.encode(waiting);
    waiting = '';
  }
  if (waiting) yield encoder.encode(waiting);
}
