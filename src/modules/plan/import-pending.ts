/**
 * Files that wait for confirmation: kept with what was found in them and what a person chose, dropped when they are confirmed or after a day.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, type Ctx, type Job, parseInput, Problem, tenantOf, type Tx, authorOf } from '#kernel';
import { editors, networkId } from './drafting.ts';
import type { ReadPlan } from './exchange/index.ts';
import { daySchema } from './fields.ts';
import type { Day, StatusClass, Text } from './shape.ts';
import { statusClasses } from './shape.ts';
import { plans } from './tables.ts';

/** What a person decided about a file besides its bytes. */
export interface ImportChoices {
  /** The day on which the file was true; absent: what the file says, else today. */
  asOf?: Day;
  /** Words of the file and the class each is taken for. */
  statusMap?: Record<string, StatusClass>;
  /** Names of the levels from the top. */
  levelNames?: string[];
  /** Items that the file does not mention: they stay (default), or leave the plan's scope on `removedOn`. */
  missing?: 'keep' | 'remove';
  removedOn?: Day;
  /** Title of a plan that the import makes. */
  title?: Text;
}

/** What a confirmed import did. */
export interface ImportCounts {
  plan: string;
  added: number;
  changed: number;
  moved: number;
  statuses: number;
  removed: number;
  /** Facts of the file about items that joined the plan or left it. */
  scope: number;
  totals: number;
  untouched: number;
}

/** What a row of app.plan_import holds besides the file; `read` is dropped when the import is confirmed. */
export interface Stored {
  choices: ImportChoices;
  read: ReadPlan | null;
  counts?: ImportCounts;
}

/** Addresses below /staff/plans that are pages and no plans. */
const reservedPlanSlugs: ReadonlySet<string> = new Set(['import', 'new', 'compare', 'export']);

const slug = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, { error: 'plan.field.slug' })
  .refine((value) => !reservedPlanSlugs.has(value), { error: 'plan.import.field.slugReserved' });

/** The address of a plan, checked. Throws invalid. */
export const planAddress = (planSlug: string): string => parseInput(z.object({ slug }), { slug: planSlug }).slug;

const choicesSchema = z.object({
  asOf: daySchema.optional(),
  statusMap: z.record(z.string(), z.enum(statusClasses)).optional(),
  levelNames: z.array(z.string().trim().max(60)).max(50).optional(),
  missing: z.enum(['keep', 'remove']).optional(),
  removedOn: daySchema.optional(),
  title: z.object({ en: z.string(), es: z.string().optional() }).optional(),
});

/** Keeps a file that was read, or the new reading of one that is kept already. Returns its id. */
/** A person's files that wait at one time; each may hold twenty megabytes. */
const mostWaiting = 25;

export const storeImport = action('plan.import.preview', {
  input: z.object({
    id: z.uuid().optional(),
    slug,
    filename: z.string().max(300),
    choices: choicesSchema,
    file: z.custom<Uint8Array>((value) => value instanceof Uint8Array).optional(),
    read: z.custom<ReadPlan>(),
  }),
  may: editors,
  run: async ({ tx, input, ctx }) => {
    const network = networkId(ctx);
    await dropOldImports(tx, ctx);
    const parsed = JSON.stringify({ choices: input.choices, read: input.read } satisfies Stored);
    const asOf = input.choices.asOf ?? null;
    if (input.id) {
      await plans(tx)
        .updateTable('app.plan_import')
        .set({ parsed, as_of: asOf })
        .where('id', '=', input.id)
        .where('network_id', '=', network)
        .where('confirmed_at', 'is', null)
        .execute();
      return input.id;
    }
    const waiting = await plans(tx)
      .selectFrom('app.plan_import')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('network_id', '=', network)
      .where('author_id', 'is not distinct from', authorOf(ctx))
      .where('confirmed_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (waiting.n >= mostWaiting) throw Problem.conflict('plan.import.problem.tooManyWaiting');
    const made = await plans(tx)
      .insertInto('app.plan_import')
      .values({
        network_id: network,
        plan_id: null,
        slug: input.slug,
        filename: input.filename,
        as_of: asOf,
        parsed,
        file: input.file ? Buffer.from(input.file) : null,
        author_id: authorOf(ctx),
        at: ctx.app.clock(),
        confirmed_at: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return made.id;
  },
  audit: ({ input, result }) => ({ subject: `plan-import:${result}`, fields: input.id ? ['choices'] : ['file'] }),
});

/** The daily sweep, for networks in which nobody imports any more. */
export const importSweep: Job = {
  name: 'plan.import.sweep',
  run: (ctx) => ctx.app.db.run(tenantOf(ctx), (tx) => dropOldImports(tx, ctx)),
};

/** Forgets files that nobody confirmed within a day. */
async function dropOldImports(tx: Tx, ctx: Ctx): Promise<void> {
  await plans(tx)
    .deleteFrom('app.plan_import')
    .where('network_id', '=', networkId(ctx))
    .where('confirmed_at', 'is', null)
    .where('at', '<', new Date(ctx.app.clock().getTime() - 24 * 3_600_000))
    .execute();
}

/** The mapping that a person chose at the last confirmed import of this plan. */
export async function knownWords(tx: Tx, ctx: Ctx, planSlug: string): Promise<Record<string, StatusClass>> {
  const last = await plans(tx)
    .selectFrom('app.plan_import')
    .select('parsed')
    .where('network_id', '=', networkId(ctx))
    .where('slug', '=', planSlug)
    .where('confirmed_at', 'is not', null)
    .orderBy('confirmed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (last?.parsed as Stored | undefined)?.choices.statusMap ?? {};
}

/** A file that waits. Throws notFound, or conflict when it was confirmed. */
export async function heldFile(ctx: Ctx, id: string): Promise<{ slug: string; filename: string; file: Uint8Array }> {
  if (!z.uuid().safeParse(id).success) throw Problem.notFound('plan.import.problem.gone');
  const row = await ctx.app.db.run(tenantOf(ctx), (tx) =>
    plans(tx)
      .selectFrom('app.plan_import')
      .select(['slug', 'filename', 'file', 'confirmed_at'])
      .where('id', '=', id)
      .where('network_id', '=', networkId(ctx))
      .executeTakeFirst(),
  );
  if (!row) throw Problem.notFound('plan.import.problem.gone');
  if (row.confirmed_at || !row.file) throw Problem.conflict('plan.import.problem.done');
  return { slug: row.slug, filename: row.filename, file: row.file };
}

/** What was found in a file that waits, inside an open transaction. Throws as heldFile does. */
export async function loadPending(tx: Tx, ctx: Ctx, id: string, lock: boolean) {
  let query = plans(tx)
    .selectFrom('app.plan_import')
    .select(['slug', 'filename', 'parsed', 'confirmed_at'])
    .where('id', '=', id)
    .where('network_id', '=', networkId(ctx));
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw Problem.notFound('plan.import.problem.gone');
  const stored = row.parsed as Stored;
  if (row.confirmed_at || !stored.read) throw Problem.conflict('plan.import.problem.done');
  return { row, stored: { choices: stored.choices, read: stored.read } };
}

/** Files of more rows than this are written by the worker, and not while a request waits. */
const mostRowsAtOnce = 500;

/** Whether a file that waits is one of thousands. False where there is none. */
export async function isLongImport(ctx: Ctx, id: string): Promise<boolean> {
  if (!z.uuid().safeParse(id).success) return false;
  const { rows } = await ctx.app.db.run(tenantOf(ctx), (tx) =>
    sql<{ n: number }>`select coalesce(jsonb_array_length(parsed #> '{read,rows}'), 0) as n from app.plan_import
      where id = ${id} and network_id = ${networkId(ctx)} and confirmed_at is null`.execute(tx),
  );
  return (rows[0]?.n ?? 0) > mostRowsAtOnce;
}
