/**
 * What a provider would change of its own records. Nothing changes until somebody of the directory looked at it:
 *
 *   waiting → accepted | partly | rejected      waiting → superseded by a newer proposal for the same record, which takes its other fields along
 *
 * What is accepted is saved as the provider's word, and counts as made sure of by the provider that day.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { action, type Ctx, Problem, today, type Tx, authorOf } from '#kernel';
import {
  addChecks,
  type Fields,
  hiddenPlaceFields,
  type Rec,
  recordsById,
  sameValue,
  saveRecords,
  shape,
} from '#modules/organisations';
import { project } from '../project.ts';
import { keepers } from '../records/actions.ts';
import { controlOf, enterKey } from '../records/controls.ts';
import { vetting } from './tables.ts';

export interface Proposing {
  /** Whose records; a record of anybody else is not found. */
  organizationId: string;
  recordId: string;
  /** Field → the value wanted; null takes it out. What is as it stands already is left out. */
  values: Fields;
  via: 'account' | 'link';
}

/** Fields of a record that a provider may ask to change: all but links, and of a hidden place nothing that says where it is. */
export const changeable = (rec: Pick<Rec, 'kind' | 'confidential'>): string[] =>
  Object.entries(shape[rec.kind])
    .filter(([name, field]) => field.class !== 'link' && (!rec.confidential || hiddenPlaceFields.has(name)))
    .map(([name]) => name);

/**
 * Writes down what a provider would change; returns the proposal's id, or null when nothing would. Throws Problem.notFound for a record that is not
 * theirs, Problem.invalid (by field name) for values that are not as shape.ts says. Works in a transaction of the network or of the system.
 */
export async function proposeChanges(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor' | 'network'>,
  { organizationId, recordId, values, via }: Proposing,
): Promise<string | null> {
  const networkId = ctx.network!.id;
  const [rec] = await recordsById(tx, networkId, [recordId]);
  if (!rec || rec.organizationId !== organizationId) throw Problem.notFound();
  const allowed = new Set(changeable(rec));
  const wanted: Fields = {};
  for (const [name, value] of Object.entries(values)) {
    const wrong = Problem.invalid({ [name]: { key: enterKey(controlOf(name)) } });
    if (!allowed.has(name)) throw wrong;
    if (value === null || value === undefined) {
      if (rec.fields[name] !== undefined) wanted[name] = null;
      continue;
    }
    const parsed = shape[rec.kind][name]!.value.safeParse(value);
    if (!parsed.success) throw wrong;
    if (!sameValue(parsed.data, rec.fields[name])) wanted[name] = parsed.data;
  }
  const earlier = await vetting(tx)
    .selectFrom('app.directory_proposal')
    .select(['id', 'fields', 'before'])
    .where('network_id', '=', networkId)
    .where('record_id', '=', recordId)
    .where('outcome', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (earlier) {
    // Who asks for what stands there now takes back what they asked for before.
    const kept = Object.fromEntries(Object.entries(earlier.fields).filter(([name]) => !(name in values)));
    if (Object.keys(wanted).length === 0 && sameValue(kept, earlier.fields)) return null;
    Object.assign(wanted, { ...kept, ...wanted });
    await decide(tx, ctx, earlier.id, { outcome: 'superseded' });
  }
  const names = Object.keys(wanted);
  if (names.length === 0) return null;
  const id = randomUUID();
  await vetting(tx)
    .insertInto('app.directory_proposal')
    .values({
      id,
      network_id: networkId,
      organization_id: organizationId,
      record_id: recordId,
      fields: JSON.stringify(wanted),
      before: JSON.stringify(Object.fromEntries(names.map((name) => [name, rec.fields[name] ?? null]))),
      via,
      proposed_by: authorOf(ctx),
      proposed_at: ctx.app.clock(),
    })
    .execute();
  return id;
}

interface Outcome {
  outcome: 'accepted' | 'partly' | 'rejected' | 'superseded';
  accepted?: string[];
  reason?: string;
}

const decide = (
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor'>,
  id: string,
  { outcome, accepted = [], reason = '' }: Outcome,
) =>
  vetting(tx)
    .updateTable('app.directory_proposal')
    .set({ outcome, accepted, reason, decided_by: authorOf(ctx), decided_at: ctx.app.clock() })
    .where('id', '=', id)
    .execute();

export const proposalById = (tx: Tx, networkId: string, id: string) =>
  vetting(tx)
    .selectFrom('app.directory_proposal')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .executeTakeFirst();

/**
 * Decides a proposal field by field: those named are saved, the others are not, with a reason. A field that changed since the provider saw it is
 * taken over all the same: the page shows both, and the person decides.
 */
export const decideProposal = action('directory.proposal.decide', {
  input: z.object({
    id: z.uuid(),
    accept: z.array(z.string().regex(/^[a-z_]+$/)).max(100),
    reason: z.string().trim().max(1_000).default(''),
  }),
  may: keepers,
  public: true,
  load: async ({ tx, input, ctx }) => {
    const row = await proposalById(tx, ctx.network!.id, input.id);
    const [rec] = row ? await recordsById(tx, ctx.network!.id, [row.record_id]) : [];
    if (!row || !rec) throw Problem.notFound();
    return { row, rec };
  },
  check: ({ input, loaded: { row }, ctx }) => {
    if (row.outcome) throw Problem.conflict('directory.vetting.proposal.decidedAlready');
    if (row.proposed_by && row.proposed_by === authorOf(ctx))
      throw Problem.conflict('directory.vetting.refused.secondPerson');
    if (Object.keys(row.fields).some((name) => !input.accept.includes(name)) && input.reason.length < 3)
      throw Problem.invalid({ reason: { key: 'directory.vetting.refused.reason' } });
  },
  run: async ({ tx, input, loaded: { row, rec }, ctx, emit }) => {
    const accepted = Object.keys(row.fields).filter((name) => input.accept.includes(name));
    const all = accepted.length === Object.keys(row.fields).length;
    if (accepted.length > 0) await takeOver(tx, ctx, rec, row.fields, accepted);
    await decide(tx, ctx, row.id, {
      outcome: all ? 'accepted' : accepted.length > 0 ? 'partly' : 'rejected',
      accepted,
      reason: input.reason,
    });
    emit('directory.proposalDecided', { proposal: row.id, organization: row.organization_id });
    return { accepted };
  },
  audit: ({ loaded: { row, rec }, result }) => ({
    subject: `${rec.kind}:${row.record_id}`,
    fields: result.accepted,
  }),
});

async function takeOver(tx: Tx, ctx: Ctx, rec: Rec, wanted: Fields, accepted: readonly string[]): Promise<void> {
  const networkId = ctx.network!.id;
  const fields = { ...rec.fields };
  for (const name of accepted) {
    if (wanted[name] === null) delete fields[name];
    else fields[name] = wanted[name];
  }
  // A mark for a child that is gone would open its id unseen, should it come back.
  const children = new Set(
    Object.values(fields).flatMap((value) => (Array.isArray(value) ? value.map((one: { id?: string }) => one.id) : [])),
  );
  const marks = Object.fromEntries(
    Object.entries(rec.marks).filter(([mark]) => {
      const [field, child] = mark.split('/');
      return fields[field!] !== undefined && (!child || children.has(child));
    }),
  );
  await saveRecords(tx, ctx, networkId, [{ id: rec.id, kind: rec.kind, fields, marks }], { source: 'provider' });
  await addChecks(
    tx,
    ctx,
    networkId,
    accepted
      .filter((name) => fields[name] !== undefined)
      .map((field) => ({ recordId: rec.id, field, on: today(ctx), how: 'provider' as const })),
  );
  await project(tx, ctx, [rec.organizationId]);
}
