/**
 * Large exports: made by the worker, then fetched by the person who asked, and by nobody else.
 *
 *   asked for ─▶ being made ─▶ ready for an hour ─▶ gone, or removed before
 *                    ↺ killed: made again; what there was is swept away
 *
 * The file lies in the database in pieces, packed and sealed: no disk and no backup has it in the clear, any process can hand it out, and what fails
 * midway is never offered. Each piece is a short transaction of its own, so making a large file holds up nobody.
 */
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { z } from 'zod';
import { action, type Ctx, type Job, longWork, Problem, tenantOf, type Tx, view, type WorkStep } from '#kernel';
import { type Audience, audiences } from '#modules/organisations';
import { personOf } from '../pages/staff/who.ts';
import { type ExportFormat, exportFormats, slice } from './export-slices.ts';
import { beginExport, exportBytes } from './exporting.ts';
import { exporters } from './roles.ts';
import { type ExportRow, files } from './store.ts';

const keptMinutes = 60;
/** Of an export that never became ready: whoever made it is gone, or will begin anew. */
const abandonedHours = 2;
/** Before packing. */
const pieceBytes = 8 * 1_048_576;

/** When a file that is ready ends. */
export const endOf = (row: { finished_at: Date | null }): Date | null =>
  row.finished_at && new Date(row.finished_at.getTime() + keptMinutes * 60_000);

/** Whether an export is made at once, because nobody waits for it. */
export const isSmall = (organizations: number): boolean => organizations <= slice;

const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);
const sealedAt = (id: string, place: number) => ({
  table: 'app.directory_export_piece',
  column: 'sealed',
  row: `${id} ${place}`,
});

const isReady = (ctx: Ctx, row: ExportRow): boolean => {
  const end = endOf(row);
  return end !== null && end > ctx.app.clock();
};

/** The person's own export, whatever its state. Throws notFound. */
async function own(tx: Tx, ctx: Ctx, id: string): Promise<ExportRow> {
  const row = await files(tx)
    .selectFrom('app.directory_export')
    .selectAll()
    .where('network_id', '=', ctx.network!.id)
    .where('person_id', '=', personOf(ctx))
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw Problem.notFound();
  return row;
}

const startFile = action('directory.export.start', {
  input: z.object({ audience: z.enum(audiences), format: z.enum(exportFormats) }),
  may: exporters,
  run: async ({ tx, ctx, input }) => {
    const id = randomUUID();
    await files(tx)
      .insertInto('app.directory_export')
      .values({ id, network_id: ctx.network!.id, person_id: personOf(ctx), ...input, begun_at: ctx.app.clock() })
      .execute();
    return id;
  },
  audit: ({ input, result }) => ({ subject: `directory-export:${result}`, fields: [input.audience, input.format] }),
});

const addPiece = action('directory.export.add', {
  input: z.object({ id: z.uuid(), place: z.number().int(), packed: z.instanceof(Buffer) }),
  may: exporters,
  asSystem: true,
  load: ({ tx, ctx, input }) => own(tx, ctx, input.id),
  run: async ({ tx, ctx, input: { id, place, packed } }) => {
    const sealed = await ctx.app.services.vault.seal(tx, 'deployment', sealedAt(id, place), packed);
    await files(tx)
      .insertInto('app.directory_export_piece')
      .values({ network_id: ctx.network!.id, person_id: personOf(ctx), export_id: id, place, sealed })
      .execute();
  },
  audit: ({ input }) => ({ subject: `directory-export:${input.id}`, fields: ['piece'] }),
});

/** The file is ready, and takes the place of the person's earlier one of the same kind. */
const finishFile = action('directory.export.finish', {
  input: z.object({ id: z.uuid(), bytes: z.number(), step: z.custom<WorkStep<{ file: string }>>() }),
  may: exporters,
  asSystem: true,
  load: ({ tx, ctx, input }) => own(tx, ctx, input.id),
  run: async ({ tx, ctx, input, loaded: { network_id, person_id, audience, format } }) => {
    await files(tx)
      .deleteFrom('app.directory_export')
      .where((eb) => eb.and({ network_id, person_id, audience, format }))
      .where('finished_at', 'is not', null)
      .execute();
    await files(tx)
      .updateTable('app.directory_export')
      .set({ finished_at: ctx.app.clock(), bytes: input.bytes })
      .where('id', '=', input.id)
      .execute();
    await input.step.finish(tx, { file: input.id });
  },
  audit: ({ input }) => ({ subject: `directory-export:${input.id}`, fields: ['bytes'] }),
});

/** Takes a file away before its hour is over. */
export const removeFile = action('directory.export.remove', {
  input: z.object({ id: z.uuid() }),
  may: exporters,
  load: ({ tx, ctx, input }) => own(tx, ctx, input.id),
  run: async ({ tx, input }) => {
    await files(tx).deleteFrom('app.directory_export').where('id', '=', input.id).execute();
  },
  audit: ({ input }) => ({ subject: `directory-export:${input.id}` }),
});

async function makeFile(
  ctx: Ctx,
  audience: Audience,
  format: ExportFormat,
  step: WorkStep<{ file: string }>,
): Promise<void> {
  const job = await beginExport(ctx, { audience, format });
  const id = await startFile(ctx, { audience, format });
  try {
    let [place, bytes, size] = [0, 0, 0];
    let parts: Uint8Array[] = [];
    const keep = async () => {
      await addPiece(ctx, { id, place: place++, packed: await pack(Buffer.concat(parts)) });
      [parts, size] = [[], 0];
    };
    for await (const part of exportBytes(ctx, job, step.report)) {
      parts.push(part);
      size += part.length;
      bytes += part.length;
      if (size >= pieceBytes) await keep();
    }
    if (size > 0) await keep();
    await finishFile(ctx, { id, bytes, step });
  } catch (error) {
    // Where even this fails the sweep does it; the file was never ready.
    await removeFile(ctx, { id }).catch(() => {});
    throw error;
  }
}

export const exportWork = longWork<{ audience: Audience; format: ExportFormat }, { file: string }>(
  'directory.export.make',
  { may: exporters, run: (ctx, { audience, format }, step) => makeFile(ctx, audience, format, step) },
);

/** The person's files that are ready, the newest first. */
export async function filesOf(ctx: Ctx): Promise<ExportRow[]> {
  const rows = await ctx.app.db.run(tenantOf(ctx), (tx) =>
    files(tx)
      .selectFrom('app.directory_export')
      .selectAll()
      .where('network_id', '=', ctx.network!.id)
      .where('person_id', '=', personOf(ctx))
      .where('finished_at', 'is not', null)
      .orderBy('finished_at', 'desc')
      .execute(),
  );
  return rows.filter((row) => isReady(ctx, row));
}

/** Opens a file to be fetched and leaves an entry. Throws notFound: not the person's, not ready, or over. */
const fetchFile = view('directory.export.fetch', {
  may: exporters,
  load: async ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => {
    const row = await own(tx, ctx, input.id);
    if (!isReady(ctx, row)) throw Problem.notFound();
    return row;
  },
  audit: ({ input, result }) => ({
    subject: `directory-export:${input.id}`,
    fields: [result.audience, result.format],
  }),
});

/** A file and its bytes, a piece at a time. Where it is removed meanwhile the bytes break off. */
export async function openFile(ctx: Ctx, id: string): Promise<{ row: ExportRow; bytes: AsyncGenerator<Uint8Array> }> {
  if (!z.uuid().safeParse(id).success) throw Problem.notFound();
  const row = await fetchFile(ctx, { id });
  return { row, bytes: pieces(ctx, row) };
}

async function* pieces(ctx: Ctx, row: ExportRow): AsyncGenerator<Uint8Array> {
  let given = 0;
  for (let place = 0; given < Number(row.bytes); place++) {
    const packed = await ctx.app.db.run({ ...tenantOf(ctx), scope: 'system' }, async (tx) => {
      const found = await files(tx)
        .selectFrom('app.directory_export_piece')
        .select('sealed')
        .where('network_id', '=', row.network_id)
        .where('person_id', '=', personOf(ctx))
        .where('export_id', '=', row.id)
        .where('place', '=', place)
        .executeTakeFirst();
      if (!found) throw new Error('The export ended while it was fetched.');
      return ctx.app.services.vault.open(tx, 'deployment', sealedAt(row.id, place), found.sealed);
    });
    const part = await unpack(packed);
    given += part.length;
    yield part;
  }
}

/** Every few minutes: files whose hour is over, and what was left of those that were never finished. */
export const exportSweep: Job = {
  name: 'directory.export.sweep',
  run: async (ctx) => {
    const now = ctx.app.clock().getTime();
    await ctx.app.db.run(tenantOf(ctx), (tx) =>
      files(tx)
        .deleteFrom('app.directory_export')
        .where('network_id', '=', ctx.network!.id)
        .where((eb) =>
          eb.or([
            eb('finished_at', '<=', new Date(now - keptMinutes * 60_000)),
            eb.and([eb('finished_at', 'is', null), eb('begun_at', '<', new Date(now - abandonedHours * 3_600_000))]),
          ]),
        )
        .execute(),
    );
  },
};
