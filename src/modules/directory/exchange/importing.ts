/**
 * Importing a file into the directory: read and shown first, written when somebody confirms, all or nothing.
 *
 *   read (preview) → read again with other choices → confirmed: records for those who vet
 *                  ↘ dropped, or forgotten after three days   ↘ proposed with it → listed, or public too, by another person (listing-steps.ts)
 *
 * The file waits sealed and is read again when it is confirmed; what it would change is worked out anew, and if that is another thing than was shown,
 * nothing is written.
 */
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  action,
  apart,
  type Ctx,
  type Job,
  longWork,
  Problem,
  tenantOf,
  type Tx,
  type WorkStep,
  authorOf,
} from '#kernel';
import { canonical, holdings, type Kind, recordsById } from '#modules/organisations';
import { type Change, compare } from './compare.ts';
import { sealDifferences } from './differences.ts';
import { alike } from './likeness.ts';
import { headingsKey, type readFile, type Reading } from './reading.ts';
import { importers } from './roles.ts';
import { type ImportChoices, imports, showings } from './store.ts';
import { countRecords, type Counts, mostShown, type Summary } from './summary.ts';
import { tellingNotes, write, writtenRecords } from './writing.ts';

const readApart = apart<Parameters<typeof readFile>, Reading>('src/modules/directory/exchange/read.thread.ts', {
  seconds: 120,
  memory: 1_536,
});
const keptDays = 3;
/** Files of one person that wait; each may hold a hundred megabytes. */
const mostWaiting = 10;

const choicesSchema = z.object({
  mapping: z.record(z.string().max(300), z.string().max(60)).optional(),
  hidden: z.boolean().optional(),
  show: z.enum(showings),
  skipBroken: z.boolean(),
  overwrite: z.boolean(),
});
export const plainChoices: ImportChoices = { show: 'vetting', skipBroken: false, overwrite: false };

/** What a reading would do to the network as it is now. `tx` must be one of the system. */
export async function judgeReading(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'network'>,
  reading: Reading,
  choices: ImportChoices,
): Promise<{ changes: Change[]; summary: Summary }> {
  const networkId = ctx.network!.id;
  const compared = await compare(tx, ctx, networkId, reading.records, {
    overwrite: choices.overwrite,
    plainList: reading.list !== null,
    spoken: reading.spoken,
  });
  const { changes } = compared;
  const faults = [...reading.faults, ...compared.faults].sort((a, b) =>
    a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
  );
  const stopped = faults.some((fault) => fault.of === 'file' || (fault.of === 'link' && !choices.skipBroken));
  const of = (what: Change['what']) => changes.filter((change) => change.what === what);
  const isNew = of('new').some((change) => change.found.kind !== 'service_at_location');
  const notes = [...reading.notes, ...compared.notes, ...tellingNotes(changes)];
  const basis = createHash('sha256');
  for (const { found, what, fields, said, hidden } of changes)
    if (what !== 'unchanged') basis.update(`${found.id} ${what} ${hidden} ${said.place ?? ''} ${canonical(fields)}\n`);
  const kindsOf = (list: readonly Change[]): Counts => countKinds(list);
  return {
    changes,
    summary: {
      read: reading.read,
      new: kindsOf(of('new')),
      changed: kindsOf(of('changed')),
      unchanged: kindsOf(of('unchanged')),
      written: stopped ? countRecords([]) : countRecords(writtenRecords(changes)),
      hidden: changes.filter((change) => change.hidden).length,
      rejected: faults.slice(0, mostShown),
      more: Math.max(0, faults.length - mostShown),
      notes: notes.slice(0, mostShown),
      duplicates: isNew ? alike(changes, (await holdings(tx, networkId)).values()) : [],
      list: reading.list,
      stopped,
      basis: basis.update(canonical(choices)).digest('base64url').slice(0, 22),
    },
  };
}

function countKinds(changes: readonly Change[]): Counts {
  const out: Counts = {};
  for (const { found } of changes) out[found.kind] = (out[found.kind] ?? 0) + 1;
  return out;
}

/** Records of the network that a file names and does not hold. */
export async function kindsOutside(ctx: Ctx, ids: readonly string[]): Promise<Record<string, Kind>> {
  if (ids.length === 0) return {};
  const found = await ctx.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, (tx) =>
    recordsById(tx, ctx.network!.id, ids),
  );
  return Object.fromEntries(found.map((rec) => [rec.id, rec.kind]));
}

/** Mappings of plain lists that people of the network chose. */
export async function knownMappings(ctx: Ctx): Promise<Record<string, NonNullable<ImportChoices['mapping']>>> {
  const rows = await ctx.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, (tx) =>
    imports(tx)
      .selectFrom('app.directory_import_mapping')
      .select(['headings', 'mapping'])
      .where('network_id', '=', ctx.network!.id)
      .execute(),
  );
  return Object.fromEntries(rows.map((row) => [row.headings, row.mapping]));
}

async function readBytes(ctx: Ctx, name: string, bytes: Uint8Array, choices: ImportChoices): Promise<Reading> {
  const options = {
    network: ctx.network!.id,
    choices: { mapping: choices.mapping, hidden: choices.hidden },
    mappings: await knownMappings(ctx),
    known: {},
  };
  const first = await readApart(ctx, name, bytes, options);
  const known = await kindsOutside(ctx, first.outside);
  return Object.keys(known).length === 0 ? first : readApart(ctx, name, bytes, { ...options, known });
}

/** Reads a file and keeps it to be confirmed. Bad content is no error: it is in the summary. Returns the import's id. */
export async function previewImport(
  ctx: Ctx,
  input: { filename: string; bytes: Uint8Array; choices?: Partial<ImportChoices> },
): Promise<string> {
  const choices = { ...plainChoices, ...input.choices };
  const reading = await readBytes(ctx, input.filename, input.bytes, choices);
  return keepImport(ctx, { filename: input.filename.slice(0, 300), choices, reading, bytes: input.bytes });
}

/** Reads a file that waits again, with other choices. */
export async function rereadImport(ctx: Ctx, id: string, choices: ImportChoices): Promise<string> {
  const held = await openImport(ctx, { id });
  const reading = await readBytes(ctx, held.filename, held.bytes, choices);
  return keepImport(ctx, { id, filename: held.filename, choices, reading });
}

const sealedAt = (row: string) => ({ table: 'app.directory_import', column: 'sealed', row });

const keepImport = action('directory.import.preview', {
  input: z.object({
    id: z.uuid().optional(),
    filename: z.string().max(300),
    choices: choicesSchema,
    reading: z.custom<Reading>(),
    bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array).optional(),
  }),
  may: importers,
  asSystem: true,
  run: async ({ tx, ctx, input }) => {
    const networkId = ctx.network!.id;
    await dropOld(tx, ctx);
    const choices = input.choices as ImportChoices;
    const { changes, summary } = await judgeReading(tx, ctx, input.reading, choices);
    const id = input.id ?? randomUUID();
    const kept = {
      choices: JSON.stringify(choices),
      summary: JSON.stringify(summary),
      differences: await sealDifferences(tx, ctx, id, changes),
    };
    if (input.id) {
      await imports(tx)
        .updateTable('app.directory_import')
        .set(kept)
        .where('id', '=', input.id)
        .where('network_id', '=', networkId)
        .where('confirmed_at', 'is', null)
        .execute();
      if (choices.mapping && summary.list) await keepMapping(tx, ctx, summary.list.headings, choices.mapping);
      return input.id;
    }
    const waiting = await imports(tx)
      .selectFrom('app.directory_import')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('network_id', '=', networkId)
      .where('author_id', 'is not distinct from', authorOf(ctx))
      .where('confirmed_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (Number(waiting.n) >= mostWaiting) throw Problem.conflict('directory.exchange.problem.tooManyWaiting');
    await imports(tx)
      .insertInto('app.directory_import')
      .values({
        id,
        network_id: networkId,
        filename: input.filename,
        ...kept,
        sealed: await ctx.app.services.vault.seal(tx, 'deployment', sealedAt(id), Buffer.from(input.bytes!)),
        author_id: authorOf(ctx),
        at: ctx.app.clock(),
      })
      .execute();
    return id;
  },
  audit: ({ input, result }) => ({ subject: `directory-import:${result}`, fields: input.id ? ['choices'] : ['file'] }),
});

async function keepMapping(
  tx: Tx,
  ctx: Ctx,
  headings: readonly string[],
  mapping: NonNullable<ImportChoices['mapping']>,
): Promise<void> {
  const row = { mapping: JSON.stringify(mapping), author_id: authorOf(ctx), at: ctx.app.clock() };
  await imports(tx)
    .insertInto('app.directory_import_mapping')
    .values({ network_id: ctx.network!.id, headings: headingsKey(headings), ...row })
    .onConflict((c) => c.columns(['network_id', 'headings']).doUpdateSet(row))
    .execute();
}

/** The daily sweep, for networks in which nobody imports any more. */
export const importSweep: Job = {
  name: 'directory.import.sweep',
  run: (ctx) => ctx.app.db.run(tenantOf(ctx), (tx) => dropOld(tx, ctx)),
};

async function dropOld(tx: Tx, ctx: Ctx): Promise<void> {
  await imports(tx)
    .deleteFrom('app.directory_import')
    .where('network_id', '=', ctx.network!.id)
    .where('confirmed_at', 'is', null)
    .where('at', '<', new Date(ctx.app.clock().getTime() - keptDays * 86_400_000))
    .execute();
}

async function waiting(tx: Tx, ctx: Ctx, id: string) {
  const row = await imports(tx)
    .selectFrom('app.directory_import')
    .selectAll()
    .where('id', '=', id)
    .where('network_id', '=', ctx.network!.id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw Problem.notFound('directory.exchange.problem.gone');
  if (row.confirmed_at || !row.sealed) throw Problem.conflict('directory.exchange.problem.done');
  return { ...row, sealed: row.sealed };
}

/** Opens the file of an import that waits. */
const openImport = action('directory.import.open', {
  input: z.object({ id: z.uuid({ error: 'directory.exchange.problem.gone' }) }),
  may: importers,
  asSystem: true,
  load: ({ tx, ctx, input }) => waiting(tx, ctx, input.id),
  run: async ({ tx, ctx, loaded }) => ({
    filename: loaded.filename,
    choices: loaded.choices,
    bytes: new Uint8Array(await ctx.app.services.vault.open(tx, 'deployment', sealedAt(loaded.id), loaded.sealed)),
  }),
  audit: ({ input }) => ({ subject: `directory-import:${input.id}`, fields: ['file'] }),
});

/** Takes an import that waits away. */
export const dropImport = action('directory.import.drop', {
  input: z.object({ id: z.uuid() }),
  may: importers,
  asSystem: true,
  load: ({ tx, ctx, input }) => waiting(tx, ctx, input.id),
  run: async ({ tx, loaded }) => {
    await imports(tx).deleteFrom('app.directory_import').where('id', '=', loaded.id).execute();
  },
  audit: ({ input }) => ({ subject: `directory-import:${input.id}` }),
});

const writeImport = action('directory.import.confirm', {
  input: z.object({
    id: z.uuid(),
    basis: z.string().max(100),
    reading: z.custom<Reading>(),
    step: z.custom<WorkStep<Counts>>().optional(),
  }),
  may: importers,
  asSystem: true,
  public: true,
  load: ({ tx, ctx, input }) => waiting(tx, ctx, input.id),
  run: async ({ tx, ctx, input, loaded, emit }) => {
    const { changes, summary } = await judgeReading(tx, ctx, input.reading, loaded.choices);
    if (summary.stopped) throw Problem.conflict('directory.exchange.problem.stopped');
    if (summary.basis !== input.basis) throw Problem.conflict('directory.exchange.problem.changedMeanwhile');
    await write(tx, ctx, changes, {
      show: loaded.choices.show,
      decided: [],
      importId: loaded.id,
      onProgress: (done, total) => input.step?.report(done, total),
    });
    await imports(tx)
      .updateTable('app.directory_import')
      .set({
        sealed: null,
        differences: null,
        confirmed_at: ctx.app.clock(),
        summary: JSON.stringify({ ...summary, list: null }),
      })
      .where('id', '=', loaded.id)
      .execute();
    await input.step?.finish(tx, summary.written);
    emit('directory.imported', { import: loaded.id });
    return summary.written;
  },
  audit: ({ input, loaded, result }) => ({
    subject: `directory-import:${input.id}`,
    fields: [loaded.choices.show, ...Object.keys(result).filter((name) => result[name]! > 0)],
  }),
});

/** Confirms what was shown (`basis`). Throws conflict where it is no longer that, stopped, or asks for another person. */
export async function confirmImport(
  ctx: Ctx,
  input: { id: string; basis: string; step?: WorkStep<Counts> },
): Promise<Counts> {
  const held = await openImport(ctx, { id: input.id });
  const reading = await readBytes(ctx, held.filename, held.bytes, held.choices);
  return writeImport(ctx, { ...input, reading });
}

export const importWork = longWork<{ import: string; basis: string }, Counts>('directory.import.write', {
  may: importers,
  run: (ctx, { import: id, basis }, step) => confirmImport(ctx, { id, basis, step }),
});

/** An import at once, by whoever runs the deployment: read before, judged and written in one transaction. `dry`: judged only. */
export const importNow = action('directory.import.run', {
  input: z.object({
    reading: z.custom<Reading>(),
    choices: choicesSchema,
    dry: z.boolean(),
    onProgress: z.custom<(done: number, total: number) => void>(),
  }),
  may: [],
  asSystem: true,
  public: true,
  run: async ({ tx, ctx, input, emit }) => {
    const choices = input.choices as ImportChoices;
    const { changes, summary } = await judgeReading(tx, ctx, input.reading, choices);
    if (input.dry || summary.stopped) return { ...summary, written: countRecords([]) };
    if (choices.mapping && summary.list) await keepMapping(tx, ctx, summary.list.headings, choices.mapping);
    await write(tx, ctx, changes, {
      show: choices.show,
      decided: choices.show === 'public' ? ['listed', 'published'] : ['listed'],
      importId: null,
      onProgress: input.onProgress,
    });
    emit('directory.imported', {});
    return summary;
  },
  audit: ({ input, result }) => ({
    subject: 'directory-import:command-line',
    fields: [
      input.dry ? 'dry' : input.choices.show,
      ...Object.keys(result.written).filter((name) => result.written[name]! > 0),
    ],
  }),
});
