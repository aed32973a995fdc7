/**
 * What those who vet do: steps with their evidence, skips with their reasons, a proposal, the decision of a second person, and what comes after a
 * listing. Each is one event (./events.ts); every audience sees it in the same transaction.
 */
import { z } from 'zod';
import { action, type Ctx, parseInput, Problem, type Tx } from '#kernel';
import { holdings, type Holding, marksForAll, type Rec, recordsById, saveRecords } from '#modules/organisations';
import { addChoices, choosable, marksAsChosen } from '../choice.ts';
import { type EventKind, isStep, steps } from '../listing.ts';
import { project } from '../project.ts';
import { callEvidence, referenceEvidence, reviewEvidence, visitEvidence } from './evidence.ts';
import { addListingEvent, positionNow } from './events.ts';
import { mayDecide, vetters } from './roles.ts';
import { vetting } from './tables.ts';
import { tellApplicant } from './telling.ts';

const organization = z.uuid();
const on = z.union([z.literal('').transform(() => undefined), z.iso.date()]).optional();
const reason = z.string().trim().max(2_000).default('');

/** The organisation itself, or Problem.notFound. */
export async function organizationById(tx: Tx, ctx: Ctx, id: string): Promise<Rec> {
  const [found] = ctx.network && z.uuid().safeParse(id).success ? await recordsById(tx, ctx.network.id, [id]) : [];
  if (found?.kind !== 'organization') throw Problem.notFound();
  return found;
}

async function move(
  tx: Tx,
  ctx: Ctx,
  organizationId: string,
  kind: EventKind,
  data: Record<string, unknown>,
  day?: string,
): Promise<void> {
  await addListingEvent(tx, ctx, organizationId, kind, data, day);
  await project(tx, ctx, [organizationId]);
  await tellApplicant(tx, ctx, organizationId, kind === 'skipped' && isStep(data.step) ? data.step : kind);
}

const evidence = {
  reviewed: reviewEvidence,
  called: callEvidence,
  referenced: referenceEvidence,
  visited: visitEvidence,
};

/** Notes that a step was done, with what it showed. A visit must have been reported. */
export const recordStep = action('directory.vetting.step', {
  input: z.object({ organization, step: z.enum(steps), on, evidence: z.record(z.string(), z.unknown()) }),
  may: vetters,
  asSystem: true,
  public: true,
  load: ({ tx, input, ctx }) => organizationById(tx, ctx, input.organization),
  run: async ({ tx, input, ctx, emit }) => {
    const data = parseInput(evidence[input.step], input.evidence) as Record<string, unknown>;
    if (input.step === 'visited') {
      const visit = await vetting(tx)
        .selectFrom('app.directory_visit')
        .select('id')
        .where('network_id', '=', ctx.network!.id)
        .where('organization_id', '=', input.organization)
        .where('id', '=', String(data.visit))
        .where('reported_at', 'is not', null)
        .executeTakeFirst();
      if (!visit) throw Problem.invalid({ visit: { key: 'directory.vetting.field.visit' } });
    }
    await move(tx, ctx, input.organization, input.step, data, input.on);
    emit('directory.vetted', { organization: input.organization });
  },
  audit: ({ input }) => ({ subject: `organization:${input.organization}`, fields: [input.step] }),
});

/** Moves that need no evidence but a reason, or not even that. */
export const simpleMoves = [
  'applied',
  'skipped',
  'proposed',
  'withdrawn',
  'reopened',
  'unlisted',
  'unpublished',
  'demoted',
  'restored',
  'doNotContact',
  'mayContact',
] as const satisfies EventKind[];

export const recordMove = action('directory.vetting.move', {
  input: z.object({ organization, kind: z.enum(simpleMoves), reason, on, step: z.enum(steps).optional() }),
  may: vetters,
  asSystem: true,
  public: true,
  load: ({ tx, input, ctx }) => organizationById(tx, ctx, input.organization),
  run: async ({ tx, input, ctx, emit }) => {
    const data = { ...(input.reason && { reason: input.reason }), ...(input.step && { step: input.step }) };
    await move(tx, ctx, input.organization, input.kind, data, input.on);
    emit('directory.vetted', { organization: input.organization });
  },
  audit: ({ input }) => ({ subject: `organization:${input.organization}`, fields: [input.kind] }),
});

/**
 * Lists a provider inside, or declines. A listing, and an answer to a proposal, is for those who decide, and never for who proposed it. What carries no
 * mark yet is opened to the audience named; people's contacts stay with those who vet.
 */
export const decideListing = action('directory.vetting.decide', {
  input: z.object({
    organization,
    decision: z.enum(['listed', 'declined']),
    audience: z.enum(['hotline', 'partner']).default('hotline'),
    reason,
    /** What the applicant reads when it is declined. */
    words: z.string().trim().max(2_000).default(''),
  }),
  may: vetters,
  asSystem: true,
  public: true,
  load: ({ tx, input, ctx }) => organizationById(tx, ctx, input.organization),
  check: async ({ tx, input, ctx }) => {
    const { state } = await positionNow(tx, ctx.network!.id, input.organization);
    if ((input.decision === 'listed' || state === 'proposed') && !mayDecide(ctx)) throw Problem.forbidden();
    if (input.decision === 'declined' && input.words.length < 3)
      throw Problem.invalid({ words: { key: 'directory.vetting.field.words' } });
  },
  run: async ({ tx, input, ctx, emit }) => {
    const { decision, audience } = input;
    if (decision === 'listed') await openUnmarked(tx, ctx, input.organization, audience);
    const data =
      decision === 'listed'
        ? { audience, ...(input.reason && { note: input.reason }) }
        : { reason: input.reason, words: input.words };
    await move(tx, ctx, input.organization, decision, data);
    emit('directory.vetted', { organization: input.organization });
  },
  audit: ({ input }) => ({ subject: `organization:${input.organization}`, fields: [input.decision] }),
});

const all = (held: Holding | undefined): Rec[] =>
  held ? [held.organization, ...held.programs, ...held.services, ...held.locations, ...held.links] : [];

/** The records of an organisation and of nobody else: places it only uses are not among them. */
export const ownRecords = async (tx: Tx, networkId: string, id: string): Promise<Rec[]> =>
  all((await holdings(tx, networkId, [id])).get(id)).filter((rec) => rec.organizationId === id);

async function openUnmarked(tx: Tx, ctx: Ctx, id: string, audience: 'hotline' | 'partner'): Promise<void> {
  const toSave = (await ownRecords(tx, ctx.network!.id, id))
    .filter((rec) => Object.keys(rec.marks).length === 0)
    .map((rec) => {
      const { contacts: _, ...marks } = marksForAll(rec.kind, rec.fields, audience);
      return { id: rec.id, kind: rec.kind, fields: rec.fields, marks };
    });
  await saveRecords(tx, ctx, ctx.network!.id, toSave, { source: 'staff', note: 'listed' });
}

/** How a provider said what the public may see. */
export const choiceWays = ['application', 'phone', 'letter', 'person', 'account'] as const;

/**
 * Shows a listed provider to the public, field by field, as its own people chose: who said so, when and how stands in the event. `fields` are
 * `<record id>:<field>` or `<record id>:<field>/<child id>` (a list without a child stands for all it has now); what is not named is taken back from the public to the audience inside.
 */
export const publishListing = action('directory.vetting.publish', {
  input: z.object({
    organization,
    fields: z.array(z.string().regex(/^[0-9a-f-]{36}:[a-z_]+(\/[0-9a-f-]{36})?$/)).max(10_000),
    saidBy: z.string().trim().min(2).max(200),
    saidOn: z.iso.date(),
    how: z.enum(choiceWays),
  }),
  may: vetters,
  asSystem: true,
  public: true,
  load: ({ tx, input, ctx }) => organizationById(tx, ctx, input.organization),
  run: async ({ tx, input, ctx, emit }) => {
    const chosen = new Set(input.fields);
    const own = await ownRecords(tx, ctx.network!.id, input.organization);
    const choices = own.map((rec) => ({
      recordId: rec.id,
      chosen: choosable(rec).filter(
        (name) => chosen.has(`${rec.id}:${name}`) || chosen.has(`${rec.id}:${name.split('/')[0]}`),
      ),
    }));
    const toSave = own.map((rec, i) => ({
      id: rec.id,
      kind: rec.kind,
      fields: rec.fields,
      marks: marksAsChosen(rec, new Set(choices[i]!.chosen)),
    }));
    if (toSave[0]?.marks.name !== 'public')
      throw Problem.invalid({ fields: { key: 'directory.vetting.field.publicName' } });
    await saveRecords(tx, ctx, ctx.network!.id, toSave, { source: 'staff', note: 'public' });
    const { saidBy, saidOn, how } = input;
    await move(tx, ctx, input.organization, 'published', { saidBy, saidOn, how, fields: input.fields.length });
    await addChoices(tx, ctx, input.organization, choices);
    emit('directory.vetted', { organization: input.organization });
  },
  audit: ({ input }) => ({ subject: `organization:${input.organization}`, fields: ['published'] }),
});
