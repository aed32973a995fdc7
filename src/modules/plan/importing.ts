/**
 * Importing a plan file: read and shown first, written only when a person confirms, all or nothing.
 *
 *   read (preview) → read again with another mapping → confirmed
 *                                                  ↘ dropped after a day
 *
 * A pending import keeps the file and what was found in it; what it would change is worked out afresh each time, against the draft as it is then.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import {
  action,
  allows,
  apart,
  type Ctx,
  longWork,
  Problem,
  tenantOf,
  today,
  translator,
  type Tx,
  type WorkStep,
} from '#kernel';
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
import type { readPlan as readFile, ReadPlan } from './exchange/index.ts';
import { daySchema, planFields } from './fields.ts';
import { changesOf, type ImportChanges, type ImportRules, isNothing } from './import-changes.ts';
import {
  heldFile,
  type ImportChoices,
  type ImportCounts,
  knownWords,
  loadPending,
  planAddress,
  type Stored,
  storeImport,
} from './import-pending.ts';
import type { Day, ImportProblem, StatusClass, Text } from './shape.ts';
import { statusClasses } from './shape.ts';
import { findPlan, type PlanRow, readPlan } from './state.ts';
import { plans } from './tables.ts';

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

/**
 * Reads a file (or a pending one again, with other choices) and keeps it for confirmation; the plan is not touched. Bad content is no error: it is in
 * `problems`. Throws invalid for a slug or a day that is none.
 */
export async function previewImport(ctx: Ctx, input: ImportInput): Promise<Preview> {
  if (!allows(editors, ctx)) throw Problem.forbidden();
  const { id, filename, bytes, mediaType, planSlug: named, ...given } = input;
  const held = id ? await heldFile(ctx, id) : null;
  const planSlug = held?.slug ?? planAddress(named);
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

const readApart = apart<Parameters<typeof readFile>, ReadPlan>('src/modules/plan/exchange/read.thread.ts');

const readBytes = (
  ctx: Ctx,
  bytes: Uint8Array,
  filename: string,
  mediaType: string | undefined,
  choices: ImportChoices,
): Promise<ReadPlan> =>
  readApart(ctx, bytes, {
    filename,
    mediaType,
    locale: ctx.locale,
    statusMap: choices.statusMap,
    ...(choices.levelNames?.some(Boolean) ? { levelNames: choices.levelNames } : {}),
    ...(choices.asOf && daySchema.safeParse(choices.asOf).success ? { asOf: choices.asOf } : {}),
    today: today(ctx),
  });

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
  const planSlug = planAddress(named);
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
  const { changes, asOf, read } = await compare(tx, ctx, plan, stored);
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
    basis: await basisOf(tx, plan, stored.choices),
  };
}

/** The leaves of a file, by the last status it gives each. */
export function countLeaves(read: ReadPlan): { leaves: number; counted: Record<StatusClass, number> } {
  const leaves = read.rows.filter((row) => row.leaf);
  const counted = Object.fromEntries(statusClasses.map((status) => [status, 0])) as Record<StatusClass, number>;
  for (const leaf of leaves) counted[leaf.history.at(-1)?.status ?? 'unknown'] += 1;
  return { leaves: leaves.length, counted };
}

/** The file against the draft: the same for the preview and for the confirmation. */
async function compare(
  tx: Tx,
  ctx: Ctx,
  plan: PlanRow | null,
  { choices, read }: { choices: ImportChoices; read: ReadPlan },
) {
  const state = plan ? await readPlan(tx, plan, 'draft') : null;
  const asOf = read.asOf ?? today(ctx);
  const both = (key: string): Text => ({
    en: translator('en')(key),
    es: translator('es')(key),
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
async function basisOf(tx: Tx, plan: PlanRow | null, choices: ImportChoices): Promise<string> {
  const chosen = createHash('sha256').update(JSON.stringify(choices)).digest('base64url').slice(0, 16);
  if (!plan) return `new-${chosen}`;
  const { rows } = await sql<{ basis: string }>`
    select (select count(*) || '.' || coalesce(max(seq), 0) from app.plan_version where plan_id = ${plan.id}) || '-' ||
      (select count(*) || '.' || coalesce(max(seq), 0) from app.plan_fact where plan_id = ${plan.id}) as basis`.execute(
    tx,
  );
  return `${rows[0]!.basis}-${chosen}`;
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
  input: z.object({
    id: z.uuid(),
    basis: z.string().max(200),
    /** Where it is long work: how far it is, and what it did. */
    step: z.custom<WorkStep<ImportCounts>>().optional(),
  }),
  may: editors,
  load: async ({ tx, ctx, input }) => {
    const { row, stored } = await loadPending(tx, ctx, input.id, true);
    const found = await findPlan(tx, networkId(ctx), row.slug).catch(whenMissing);
    const plan = found && (await lockPlan(tx, ctx, row.slug));
    if ((await basisOf(tx, plan, stored.choices)) !== input.basis)
      throw Problem.conflict('plan.import.problem.changedMeanwhile');
    return { row, stored, plan };
  },
  run: async ({ tx, input, loaded: { row, stored, plan: found }, ctx }) => {
    const { changes, read } = await compare(tx, ctx, found, stored);
    const problems = [...read.problems, ...changes.problems];
    if (read.rows.length === 0 || problems.some((problem) => problem.severity === 'error'))
      throw Problem.conflict('plan.import.problem.notReady');
    const plan = found ?? (await createPlanRow(tx, ctx, { slug: row.slug, fields: planFields.parse(changes.fields) }));
    await write(tx, ctx, plan, changes, found !== null, input.step?.report);
    const counts: ImportCounts = {
      plan: row.slug,
      added: changes.added.length,
      changed: changes.changed.length,
      moved: changes.changed.filter((change) => change.moved).length,
      statuses: changes.statuses.length,
      removed: stored.choices.missing === 'remove' ? changes.missing.length : 0,
      scope: changes.scope.filter((change) => change.row).length,
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
    await input.step?.finish(tx, counts);
    return counts;
  },
  audit: ({ input, result }) => ({
    subject: `plan-import:${input.id}`,
    fields: (['added', 'changed', 'statuses', 'removed', 'scope', 'totals'] as const).filter(
      (part) => result[part] > 0,
    ),
  }),
});

/** Whoever watches sees the count move after so many facts. */
const reportEvery = 2_000;

/** Writes the changes. The number of statements grows by one for each 500 rows of a kind. */
async function write(
  tx: Tx,
  ctx: Ctx,
  plan: PlanRow,
  changes: ImportChanges,
  existed: boolean,
  report: WorkStep<unknown>['report'] = () => {},
): Promise<void> {
  const { added, changed, scope, statuses } = changes;
  const total = added.length + changed.length + scope.length + statuses.length;
  report(0, total);
  const ids = await itemIds(tx, plan);
  if (existed && changes.fieldsChanged) await addVersion(tx, ctx, plan, ids.get(0)!, planFields.parse(changes.fields));
  const items = added.map(({ ref, fields }) => ({ ref, kind: 'item' as const, fields }));
  for (const [ref, id] of await addItems(tx, ctx, plan, items)) ids.set(ref, id);
  report(added.length, total);
  await addVersions(
    tx,
    ctx,
    plan,
    changed.map(({ ref, fields }) => ({ itemId: ids.get(ref)!, fields })),
  );
  report(added.length + changed.length, total);
  const facts: NewFact[] = [
    ...scope.map(({ ref, on, fact }) => ({ itemId: ids.get(ref)!, on, kind: 'scope' as const, data: fact })),
    ...statuses.map(({ ref, on, fact }) => ({ itemId: ids.get(ref)!, on, kind: 'status' as const, data: fact })),
  ];
  for (let i = 0; i < facts.length; i += reportEvery) {
    await addFacts(tx, ctx, plan, facts.slice(i, i + reportEvery));
    report(added.length + changed.length + Math.min(i + reportEvery, facts.length), total);
  }
  await refuseCircle(tx);
}

/** The confirmation of a file of thousands, which no request waits for. */
export const importWork = longWork<{ import: string; basis: string }, ImportCounts>('plan.import.write', {
  may: editors,
  run: (ctx, { import: id, basis }, step) => confirmImport(ctx, { id, basis, step }),
});
