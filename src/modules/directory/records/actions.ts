/**
 * Keeping records: one record saved, values made sure of, duplicates merged and parted again. Every change is seen by its audiences in the same
 * transaction (../project.ts).
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { action, type Ctx, Problem, today, type Tx } from '#kernel';
import {
  addChecks,
  audiences,
  checkWays,
  endMerge,
  type Fields,
  kinds,
  type Marks,
  type Rec,
  recordsById,
  saveRecords,
  shape,
  type ToSave,
} from '#modules/organisations';
import { project } from '../project.ts';
import { endAlias } from './aliases.ts';
import { confirmation, mergeIn } from './merging.ts';

/** Who keeps the records. */
export const keepers = ['directory_editor', 'directory_vetter', 'directory_approver'] as const;

const markName = /^[a-z_]+(\/[0-9a-f-]{36})?$/;

/**
 * Saves one record whole. `seq` is the version the person saw (absent for a new record): somebody else's change in between is never overwritten.
 * Marks name the widest audience of a field or of one child of a list.
 */
export const saveRecord = action('directory.record.save', {
  input: z.object({
    id: z.uuid().optional(),
    kind: z.enum(kinds),
    seq: z.coerce.number().int().optional(),
    fields: z.record(z.string(), z.unknown()),
    marks: z.record(z.string().regex(markName), z.enum(audiences)).optional(),
    note: z.string().trim().max(500).default(''),
  }),
  may: keepers,
  public: true,
  load: async ({ tx, input, ctx }) =>
    input.id ? ((await recordsById(tx, ctx.network!.id, [input.id]))[0] ?? null) : null,
  check: ({ input, loaded }) => {
    if (input.id && !loaded) throw Problem.notFound();
    if (loaded && loaded.seq !== input.seq) throw Problem.conflict('directory.records.changedMeanwhile');
  },
  run: async ({ tx, input, loaded, ctx, emit }) => {
    const id = input.id ?? randomUUID();
    const one: ToSave = { id, kind: loaded?.kind ?? input.kind, fields: input.fields };
    if (input.marks) one.marks = onlyKnown(one, input.marks);
    const saved = await saveRecords(tx, ctx, ctx.network!.id, [one], { source: 'staff', note: input.note });
    await project(tx, ctx, [...new Set([...saved.organizations, ...(loaded ? [loaded.organizationId] : [])])]);
    emit('directory.changed', { record: id });
    return { id, changed: saved.unchanged.length === 0 };
  },
  audit: ({ input, loaded, result }) => ({
    subject: `${input.kind}:${result.id}`,
    fields: touched(loaded, input.fields, input.marks),
  }),
});

/** Marks of fields that the record has; a mark for what is not there would open it unseen the day it comes. */
function onlyKnown(one: ToSave, marks: Marks): Marks {
  return Object.fromEntries(
    Object.entries(marks).filter(([name]) => {
      const [field = '', child] = name.split('/');
      if (!shape[one.kind][field] || one.fields[field] === undefined) return false;
      return !child || (one.fields[field] as { id?: string }[]).some((item) => item.id === child);
    }),
  );
}

function touched(before: Rec | null, fields: Fields, marks: Marks | undefined): string[] {
  const names = new Set([...Object.keys(fields), ...Object.keys(before?.fields ?? {})]);
  const changed = [...names].filter((name) => JSON.stringify(before?.fields[name]) !== JSON.stringify(fields[name]));
  return [...changed, ...(marks && JSON.stringify(marks) !== JSON.stringify(before?.marks) ? ['marks'] : [])].filter(
    (name) => /^\w+$/.test(name),
  );
}

/** Notes that somebody made sure of a field, or of the whole record ('*'). */
export const checkRecord = action('directory.record.check', {
  input: z.object({
    id: z.uuid(),
    field: z.string().regex(/^(\*|[a-z_]+)$/),
    on: z.iso.date().optional(),
    how: z.enum(checkWays),
  }),
  may: keepers,
  public: true,
  load: async ({ tx, input, ctx }) => {
    const [found] = await recordsById(tx, ctx.network!.id, [input.id]);
    if (!found || (input.field !== '*' && !shape[found.kind][input.field])) throw Problem.notFound();
    return found;
  },
  run: async ({ tx, input, loaded, ctx }) => {
    const on = input.on ?? today(ctx);
    if (on > today(ctx)) throw Problem.invalid({ on: { key: 'kernel.field.date' } });
    await addChecks(tx, ctx, ctx.network!.id, [{ recordId: loaded.id, field: input.field, on, how: input.how }]);
    await project(tx, ctx, [loaded.organizationId]);
  },
  audit: ({ input, loaded }) => ({ subject: `${loaded.kind}:${loaded.id}`, fields: [input.field] }),
});

async function two(tx: Tx, ctx: Ctx, fromId: string, intoId: string): Promise<{ from: Rec; into: Rec }> {
  const found = await recordsById(tx, ctx.network!.id, [fromId, intoId]);
  const from = found.find((one) => one.id === fromId);
  const into = found.find((one) => one.id === intoId);
  if (!from || !into) throw Problem.notFound();
  return { from, into };
}

/**
 * Merges a duplicate into the record that stays. What belonged to the duplicate moves over with a new version each; both keep their histories, and
 * both ids lead to the one that stays. What the duplicate knew better is taken over by hand, before. What comes over stays as closed as it was
 * (./merging.ts).
 */
export const mergeRecords = action('directory.record.merge', {
  input: z.object({
    from: z.uuid(),
    into: z.uuid(),
    reason: z.string().trim().min(3).max(500),
    open: z.boolean().default(false),
    /** What `confirmation` said of the outcome that the person read; needed where anybody would see more than before. */
    confirmed: z.string().max(64).default(''),
  }),
  may: keepers,
  public: true,
  load: async ({ tx, input, ctx }) => {
    if (input.from === input.into) throw Problem.conflict('directory.records.mergeSelf');
    return two(tx, ctx, input.from, input.into);
  },
  run: async ({ tx, input, loaded, ctx, emit }) => {
    const { from, into } = loaded;
    if (from.kind !== into.kind || from.confidential !== into.confidential)
      throw Problem.conflict('directory.records.mergeKinds');
    const outcome = await mergeIn(tx, ctx, { ...loaded, reason: input.reason, open: input.open });
    if (outcome.appears.length > 0 && input.confirmed !== confirmation(outcome))
      throw Problem.conflict('directory.records.mergeShows');
    await project(tx, ctx, [from.organizationId, into.organizationId]);
    emit('directory.changed', { record: into.id });
  },
  audit: ({ input }) => ({ subject: `record:${input.from}`, fields: ['merge'], reason: input.reason }),
});

/** Takes a merge back: the duplicate stands again. What was moved stays where it is until somebody moves it. */
export const partRecords = action('directory.record.part', {
  input: z.object({ id: z.uuid() }),
  may: keepers,
  public: true,
  run: async ({ tx, input, ctx, emit }) => {
    const networkId = ctx.network!.id;
    const into = await endMerge(tx, ctx, networkId, input.id);
    if (!into) throw Problem.conflict('directory.records.notMerged');
    const found = await recordsById(tx, networkId, [input.id, into]);
    await project(tx, ctx, [...new Set(found.map((one) => one.organizationId))]);
    await endAlias(tx, networkId, input.id);
    emit('directory.changed', { record: input.id });
  },
  audit: ({ input }) => ({ subject: `record:${input.id}`, fields: ['merge'] }),
});
