/**
 * Where a hidden place is now, as its provider says it, by account or by the link of a letter. It is sealed at once and stands in no proposal, letter,
 * event, log or page; whoever reviews it opens it with a reason, audited, and what they accept is sealed as the place's own (../hidden-places.ts).
 *
 *   waiting → accepted | rejected      waiting → superseded by a newer one for the same place
 *
 * When it is decided, what was proposed is taken out.
 */
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { action, type Ctx, Problem, today, type Tx, view, authorOf } from '#kernel';
import { addChecks, recordsById } from '#modules/organisations';
import { checkHidden, type HiddenPlace, sealPlace } from '../hidden-places.ts';
import { ownOrganization } from './accounts.ts';
import { providers, vetters } from './roles.ts';
import { vetting } from './tables.ts';

/** Who reviews: those who vet may open hidden places; an editor may write one down, and not read it. */
export const placeReviewers = vetters;

const sealedAt = (row: string) => ({ table: 'app.directory_place_proposal', column: 'sealed', row });

interface PlaceProposing {
  organizationId: string;
  locationId: string;
  place: HiddenPlace;
  via: 'account' | 'link';
}

/** Seals what is proposed. Throws Problem.notFound for a place that is not theirs or not hidden. `tx` must be one of the system. */
export async function proposePlace(tx: Tx, ctx: Pick<Ctx, 'app' | 'actor' | 'network'>, asked: PlaceProposing) {
  const networkId = ctx.network!.id;
  const [rec] = await recordsById(tx, networkId, [asked.locationId]);
  if (!rec?.confidential || rec.organizationId !== asked.organizationId) throw Problem.notFound();
  checkHidden(asked.place);
  const id = randomUUID();
  await vetting(tx)
    .updateTable('app.directory_place_proposal')
    .set({ outcome: 'superseded', sealed: null, decided_by: authorOf(ctx), decided_at: ctx.app.clock() })
    .where('network_id', '=', networkId)
    .where('location_id', '=', rec.id)
    .where('outcome', 'is', null)
    .execute();
  await vetting(tx)
    .insertInto('app.directory_place_proposal')
    .values({
      id,
      network_id: networkId,
      organization_id: asked.organizationId,
      location_id: rec.id,
      sealed: await ctx.app.services.vault.seal(tx, 'deployment', sealedAt(id), JSON.stringify(asked.place)),
      via: asked.via,
      proposed_by: authorOf(ctx),
      proposed_at: ctx.app.clock(),
    })
    .execute();
  return id;
}

/** A provider with an account says where one of its hidden places is now. */
export const askForMove = action('directory.provider.movePlace', {
  input: z.object({ location: z.uuid(), place: z.record(z.string(), z.unknown()) }),
  may: providers,
  asSystem: true,
  load: ({ tx, ctx }) => ownOrganization(tx, ctx),
  run: async ({ tx, input, loaded, ctx, emit }) => {
    const { location: locationId, place } = input;
    const id = await proposePlace(tx, ctx, { organizationId: loaded, locationId, place, via: 'account' });
    emit('directory.placeProposed', { proposal: id });
    return id;
  },
  audit: ({ input }) => ({ subject: `location:${input.location}`, fields: ['proposed'] }),
});

const openById = async (tx: Tx, ctx: Ctx, id: string) => {
  const row = z.uuid().safeParse(id).success
    ? await vetting(tx)
        .selectFrom('app.directory_place_proposal')
        .selectAll()
        .where('network_id', '=', ctx.network!.id)
        .where('id', '=', id)
        .executeTakeFirst()
    : undefined;
  if (!row) throw Problem.notFound();
  return row;
};

/** Says which sealed words somebody has read: only who opened them has it. */
const mark = (sealed: Buffer): string => createHash('sha256').update(sealed).digest('hex');

/** Opens what is proposed, for one person; `ctx.purpose` says why and stands in the audit chain. Throws invalid without a reason. */
export const openProposedPlace = view('directory.place.proposed', {
  may: placeReviewers,
  asSystem: true,
  load: async ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => {
    const row = await openById(tx, ctx, input.id);
    if (!row.sealed) throw Problem.notFound();
    if (ctx.purpose.trim().length < 3) throw Problem.invalid({ reason: { key: 'directory.records.reasonNeeded' } });
    const text = await ctx.app.services.vault.openText(tx, 'deployment', sealedAt(row.id), row.sealed);
    return { id: row.id, location: row.location_id, read: mark(row.sealed), place: JSON.parse(text) as HiddenPlace };
  },
  audit: ({ result }) => ({ subject: `location:${result.location}`, fields: Object.keys(result.place) }),
});

/** Decides it. Who accepts has opened it (`read`), and is not who proposed it; who does not says why. */
export const decidePlace = action('directory.place.decideProposed', {
  input: z.object({
    id: z.uuid(),
    accept: z.boolean(),
    read: z.string().max(64).default(''),
    reason: z.string().trim().max(1_000).default(''),
  }),
  may: placeReviewers,
  asSystem: true,
  load: ({ tx, input, ctx }) => openById(tx, ctx, input.id),
  check: ({ input, loaded, ctx }) => {
    if (!loaded.sealed) throw Problem.conflict('directory.vetting.proposal.decidedAlready');
    if (loaded.proposed_by && loaded.proposed_by === authorOf(ctx))
      throw Problem.conflict('directory.vetting.refused.secondPerson');
    if (input.accept && input.read !== mark(loaded.sealed)) throw Problem.conflict('directory.vetting.place.openFirst');
    if (!input.accept && input.reason.length < 3)
      throw Problem.invalid({ reason: { key: 'directory.vetting.refused.reason' } });
  },
  run: async ({ tx, input, loaded, ctx, emit }) => {
    const networkId = ctx.network!.id;
    const { location_id: locationId } = loaded;
    if (input.accept) {
      const [rec] = await recordsById(tx, networkId, [locationId]);
      if (!rec?.confidential) throw Problem.conflict('directory.records.notHidden');
      const text = await ctx.app.services.vault.openText(tx, 'deployment', sealedAt(loaded.id), loaded.sealed!);
      await sealPlace(tx, ctx, networkId, locationId, JSON.parse(text) as HiddenPlace);
      await addChecks(tx, ctx, networkId, [{ recordId: locationId, field: '*', on: today(ctx), how: 'provider' }]);
    }
    await vetting(tx)
      .updateTable('app.directory_place_proposal')
      .set({
        outcome: input.accept ? 'accepted' : 'rejected',
        sealed: null,
        reason: input.reason,
        decided_by: authorOf(ctx),
        decided_at: ctx.app.clock(),
      })
      .where('network_id', '=', networkId)
      .where('id', '=', loaded.id)
      .execute();
    emit('directory.proposalDecided', { proposal: loaded.id, organization: loaded.organization_id });
  },
  audit: ({ input, loaded }) => ({
    subject: `location:${loaded.location_id}`,
    fields: [input.accept ? 'accepted' : 'rejected'],
  }),
});

/** Proposals for hidden places, newest first, without what they say: those that wait, or all of one organisation. */
export async function placeProposals(tx: Tx, networkId: string, which: { organizationId: string } | 'waiting') {
  const all = vetting(tx)
    .selectFrom('app.directory_place_proposal')
    .select(['id', 'organization_id', 'location_id', 'via', 'proposed_at', 'outcome', 'reason'])
    .where('network_id', '=', networkId)
    .orderBy('proposed_at', 'desc')
    .limit(200);
  return which === 'waiting'
    ? all.where('outcome', 'is', null).execute()
    : all.where('organization_id', '=', which.organizationId).execute();
}
