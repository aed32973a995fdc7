/**
 * Importing a plan file: read and shown first, written only when a person confirms, all or nothing.
 *
 *   read (preview) → read again with another mapping → confirmed
 *                                                  ↘ dropped after a day
 *
 * A pending import keeps the file and what was found in it; what it would change is worked out afresh each time, against the draft as it is then.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, allows, type Ctx, parseInput, Problem, tenantOf, today, translator, type Tx } from '#kernel';
import { addItems, addVersions, itemIds } from './batch.ts';
import {
  addFacts,
  addVersion,
  createPlanRow,
  editors,
  lockPlan,
  type NewFact,
  networkId,
  refuseCircle,
} from './drafting.ts';
import { readPlan as readFile, type ReadPlan } from './exchange/index.ts';
import { daySchema, planFields } from './fields.ts';
import { changesOf, type ImportChanges, type ImportRules, isNothing } from './import-changes.ts';
import type { Day, ImportProblem, StatusClass, Text } from './shape.ts';
import { statusClasses } from './shape.ts';
import { findPlan, type PlanRow, readPlan } from './state.ts';
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

export interface ImportInput extends ImportChoices {
  planSlug: string;
  filename: string;
  bytes: Uint8Array;
  mediaType?: string;
  /** A pending import to read again; its bytes are kept, so `bytes` is not looked at. */
  id?: string;
}

/** A pending import as a page shows it. */
export interface Preview {
  id: string;
  slug: string;
  filename: string;
  planExists: boolean;
  choices: ImportChoices;
  /** The day that statuses without their own carry. */
  asOf: Day;
  read: ReadPlan;
  /** Leaves by the last status the file gives each. */
  counted: Record<StatusClass, number>;
  leaves: number;
  changes: ImportChanges;
  /** Everything said about the file, in its order. */
  problems: ImportProblem[];
  /** Nothing stops the confirmation. */
  ready: boolean;
  /** Confirming would write nothing. */
  nothing: boolean;
  /** The state of the draft that this was compared with; the confirmation gives it back. */
  basis: string;
}

/** What a confirmed import did. */
export interface ImportCounts {
  plan: string;
  added: number;
  changed: number;
  moved: number;
  statuses: number;
  removed: number;
  totals: number;
  untouched: number;
}

interface Stored {
  choices: ImportChoices;
  read: ReadPlan | null;
  counts?: ImportCounts;
}

/** Addresses below /staff/plans that are pages and no plans. */
export const reservedPlanSlugs: ReadonlySet<string> = new Set(['import', 'new', 'compare', 'export']);

const slug = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, { error: 'plan.field.slug' })
  .refine((value) => !reservedPlanSlugs.has(value), { error: 'plan.import.field.slugReserved' });

const address = (planSlug: string): string => parseInput(z.object({ slug }), { slug: planSlug }).slug;

const choicesSchema = z.object({
  asOf: daySchema.optional(),
  statusMap: z.record(z.string(), z.enum(statusClasses)).optional(),
  levelNames: z.array(z.string().trim().max(60)).max(50).optional(),
  missing: z.enum(['keep', 'remove']).optional(),
  removedOn: daySchema.optional(),
  title: z.object({ en: z.string(), es: z.string().optional() }).optional(),
});

const storeImport = action('plan.import.preview', {
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
        author_id: ctx.actor.kind === 'person' ? ctx.actor.personId : null,
        confirmed_at: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return made.id;
  },
  audit: ({ input, result }) => ({ subject: `plan-import:${result}`, fields: input.id ? ['choices'] : ['file'] }),
});

/** Forgets files that nobody confirmed within a day. */
export async function dropOldImports(tx: Tx, ctx: Ctx): Promise<void> {
  await plans(tx)
    .deleteFrom('app.plan_import')
    .where('network_id', '=', networkId(ctx))
    .where('confirmed_at', 'is', null)
    .where('at', '<', new Date(ctx.app.clock().getTime() - 24 * 3_600_000))
    .execute();
}

/**
 * Reads a file (or a pending one again, with other choices) and keeps it for confirmation; the plan is not touched. Bad content is no error: it is in
 * `problems`. Throws invalid for a slug or a day that is none.
 */
export async function previewImport(ctx: Ctx, input: ImportInput): Promise<Preview> {
  if (!allows(editors, ctx)) throw Problem.forbidden();
  const { id, filename, bytes, mediaType, planSlug: named, ...given } = input;
  const held = id ? await pending(ctx, id) : null;
  const planSlug = held?.slug ?? address(named);
  const known = await ctx.app.db.run(tenantOf(ctx), (tx) => knownWords(tx, ctx, planSlug));
  const choices: ImportChoices = { ...given, statusMap: { ...known, ...given.statusMap } };
  const read = await readBytes(ctx, held?.file ?? bytes, held?.filename ?? filename, mediaType, choices);
  const made = await storeImport(ctx, {
    id,
    slug: planSlug,
    filename: (held?.filename ?? filename).slice(0, 300),
    choices,
    ...(held ? {} : { file: bytes }),
    read,
  });
  return showImport(ctx, made);
}

const readBytes = (
  ctx: Ctx,
  bytes: Uint8Array,
  filename: string,
  mediaType: string | undefined,
  choices: ImportChoices,
): Promise<ReadPlan> =>
  readFile(bytes, {
    filename,
    mediaType,
    locale: ctx.locale,
    statusMap: choices.statusMap,
    ...(choices.levelNames?.some(Boolean) ? { levelNames: choices.levelNames } : {}),
    ...(choices.asOf && daySchema.safeParse(choices.asOf).success ? { asOf: choices.asOf } : {}),
    today: today(ctx),
  });

/** The mapping that a person chose at the last confirmed import of this plan. */
async function knownWords(tx: Tx, ctx: Ctx, planSlug: string): Promise<Record<string, StatusClass>> {
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

async function pending(ctx: Ctx, id: string): Promise<{ slug: string; filename: string; file: Uint8Array }> {
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

/** A pending import, compared with the draft as it is now. Reads only. Throws notFound, or conflict when it was confirmed. */
export async function showImport(ctx: Ctx, id: string): Promise<Preview> {
  if (!allows(editors, ctx)) throw Problem.forbidden();
  if (!z.uuid().safeParse(id).success) throw Problem.notFound('plan.import.problem.gone');
  return ctx.app.db.run(tenantOf(ctx), async (tx) => {
    const { row, stored } = await loadPending(tx, ctx, id, false);
    return { id, ...(await describe(tx, ctx, row.slug, row.filename, stored)) };
  });
}

/** What importing a file would do, without keeping anything. */
export async function tryImport(ctx: Ctx, input: ImportInput): Promise<Omit<Preview, 'id'>> {
  if (!allows(editors, ctx)) throw Problem.forbidden();
  const { filename, bytes, mediaType, id: _, planSlug: named, ...choices } = input;
  const planSlug = address(named);
  const read = await readBytes(ctx, bytes, filename, mediaType, choices);
  return ctx.app.db.run(tenantOf(ctx), (tx) => describe(tx, ctx, planSlug, filename, { choices, read }));
}

async function describe(
  tx: Tx,
  ctx: Ctx,
  planSlug: string,
  filename: string,
  stored: { choices: ImportChoices; read: ReadPlan },
): Promise<Omit<Preview, 'id'>> {
  const plan = await findPlan(tx, networkId(ctx), planSlug).catch(whenMissing);
  const { changes, asOf, read } = await compare(tx, ctx, plan, filename, stored);
  const problems = [...read.problems, ...changes.problems].sort((a, b) => a.line - b.line);
  return {
    slug: planSlug,
    filename,
    planExists: plan !== null,
    choices: stored.choices,
    asOf,
    read,
    ...countLeaves(read),
    changes,
    problems,
    ready: read.rows.length > 0 && !problems.some((problem) => problem.severity === 'error'),
    nothing: isNothing(changes),
    basis: await basisOf(tx, plan),
  };
}

/** The leaves of a file, by the last status it gives each. */
export function countLeaves(read: ReadPlan): { leaves: number; counted: Record<StatusClass, number> } {
  const leaves = read.rows.filter((row) => row.leaf);
  const counted = Object.fromEntries(statusClasses.map((status) => [status, 0])) as Record<StatusClass, number>;
  for (const leaf of leaves) counted[leaf.history.at(-1)?.status ?? 'unknown'] += 1;
  return { leaves: leaves.length, counted };
}

async function loadPending(tx: Tx, ctx: Ctx, id: string, lock: boolean) {
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

/** The file against the draft: the same for the preview and for the confirmation. */
async function compare(
  tx: Tx,
  ctx: Ctx,
  plan: PlanRow | null,
  filename: string,
  { choices, read }: { choices: ImportChoices; read: ReadPlan },
) {
  const state = plan ? await readPlan(tx, plan, 'draft') : null;
  const asOf = read.asOf ?? today(ctx);
  const both = (key: string): Text => ({
    en: translator('en')(key, { file: filename }),
    es: translator('es')(key, { file: filename }),
  });
  const rules: ImportRules = {
    asOf,
    today: today(ctx),
    missing: choices.missing ?? 'keep',
    removedOn: choices.removedOn ?? asOf,
    why: { excluded: both('plan.import.why.excluded'), removed: both('plan.import.why.removed') },
    title: choices.title,
    levelNames: choices.levelNames ?? [],
    published: plan !== null && (await isPublished(tx, plan)),
    t: ctx.t,
    locale: ctx.locale,
  };
  return { changes: changesOf(state, read, rules), asOf, read };
}

async function isPublished(tx: Tx, plan: PlanRow): Promise<boolean> {
  const row = await plans(tx)
    .selectFrom('app.plan_revision')
    .select('id')
    .where('plan_id', '=', plan.id)
    .where('approved_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** A text that is another as soon as anything in the plan's draft is. */
async function basisOf(tx: Tx, plan: PlanRow | null): Promise<string> {
  if (!plan) return 'new';
  const { rows } = await sql<{ basis: string }>`
    select (select count(*) || '.' || coalesce(max(seq), 0) from app.plan_version where plan_id = ${plan.id}) || '-' ||
      (select count(*) || '.' || coalesce(max(seq), 0) from app.plan_fact where plan_id = ${plan.id}) as basis`.execute(
    tx,
  );
  return rows[0]!.basis;
}

function whenMissing(error: unknown): null {
  if (error instanceof Problem && error.kind === 'notFound') return null;
  throw error;
}

/**
 * Writes a pending import into the draft, in one transaction: a crash leaves all of it or nothing. Throws conflict when the file has stopping problems,
 * when it was confirmed before, or when the draft is no longer the one that was shown (`basis`).
 */
export const confirmImport = action('plan.import.confirm', {
  input: z.object({ id: z.uuid(), basis: z.string().max(200) }),
  may: editors,
  load: async ({ tx, ctx, input }) => {
    const { row, stored } = await loadPending(tx, ctx, input.id, true);
    const found = await findPlan(tx, networkId(ctx), row.slug).catch(whenMissing);
    const plan = found && (await lockPlan(tx, ctx, row.slug));
    if ((await basisOf(tx, plan)) !== input.basis) throw Problem.conflict('plan.import.problem.changedMeanwhile');
    return { row, stored, plan };
  },
  run: async ({ tx, input, loaded: { row, stored, plan: found }, ctx }) => {
    const { changes, read } = await compare(tx, ctx, found, row.filename, stored);
    const problems = [...read.problems, ...changes.problems];
    if (read.rows.length === 0 || problems.some((problem) => problem.severity === 'error'))
      throw Problem.conflict('plan.import.problem.notReady');
    const plan = found ?? (await createPlanRow(tx, ctx, { slug: row.slug, fields: planFields.parse(changes.fields) }));
    await write(tx, ctx, plan, changes, found !== null);
    const counts: ImportCounts = {
      plan: row.slug,
      added: changes.added.length,
      changed: changes.changed.length,
      moved: changes.changed.filter((change) => change.moved).length,
      statuses: changes.statuses.length,
      removed: stored.choices.missing === 'remove' ? changes.missing.length : 0,
      totals: changes.totals ? 1 : 0,
      untouched: changes.untouched,
    };
    await plans(tx)
      .updateTable('app.plan_import')
      .set({
        plan_id: plan.id,
        confirmed_at: ctx.app.clock(),
        file: null,
        parsed: JSON.stringify({ choices: stored.choices, read: null, counts } satisfies Stored),
      })
      .where('id', '=', input.id)
      .execute();
    return counts;
  },
  audit: ({ input, result }) => ({
    subject: `plan-import:${input.id}`,
    fields: (['added', 'changed', 'statuses', 'removed', 'totals'] as const).filter((part) => result[part] > 0),
  }),
});

/** Writes the changes. The number of statements grows by one for each 500 rows of a kind. */
async function write(tx: Tx, ctx: Ctx, plan: PlanRow, changes: ImportChanges, existed: boolean): Promise<void> {
  const ids = await itemIds(tx, plan);
  if (existed && changes.fieldsChanged) await addVersion(tx, ctx, plan, ids.get(0)!, planFields.parse(changes.fields));
  const items = changes.added.map(({ ref, fields }) => ({ ref, kind: 'item' as const, fields }));
  for (const [ref, id] of await addItems(tx, ctx, plan, items)) ids.set(ref, id);
  await addVersions(
    tx,
    ctx,
    plan,
    changes.changed.map(({ ref, fields }) => ({ itemId: ids.get(ref)!, fields })),
  );
  const facts: NewFact[] = [
    ...changes.scope.map(({ ref, on, fact }) => ({ itemId: ids.get(ref)!, on, kind: 'scope' as const, data: fact })),
    ...changes.statuses.map(({ ref, on, fact }) => ({
      itemId: ids.get(ref)!,
      on,
      kind: 'status' as const,
      data: fact,
    })),
  ];
  await addFacts(tx, ctx, plan, facts);
  await refuseCircle(tx);
}
