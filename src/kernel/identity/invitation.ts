/**
 * Invitations: how every person but the first gets an account.
 *
 *   open → accepted | revoked | expired (seven days)
 *
 * The link goes to the invited address and opens once. Inviting an address that already has an account adds roles to it, once its owner has
 * signed in and accepted; whoever invites does not learn which of the two it was.
 */
import { z } from 'zod';
import { action } from '../action.ts';
import type { Ctx } from '../context.ts';
import type { Tx } from '../database.ts';
import { pick } from '../i18n.ts';
import { Problem } from '../problem.ts';
import type { Text } from '../tables.ts';
import { view } from '../view.ts';
import { agenciesOf } from './agency.ts';
import { handsOverLinks, writeTo } from './notice.ts';
import { linkHours, makeLink, revokeLink } from './one-time-link.ts';
import { agencyHasAdmin, grantableRoles, mayAddTo, personOf } from './roles.ts';
import { known } from './tables.ts';

export type InvitationState = 'open' | 'accepted' | 'revoked' | 'expired';

export function invitationState(
  row: { accepted_at: Date | null; revoked_at: Date | null; expires_at: Date },
  now: Date,
): InvitationState {
  if (row.accepted_at) return 'accepted';
  if (row.revoked_at) return 'revoked';
  return row.expires_at <= now ? 'expired' : 'open';
}

const admins = ['network_admin', 'agency_admin'];

export const personName = z.string().trim().min(1).max(120);
export const emailField = z.string().trim().toLowerCase().pipe(z.email()).pipe(z.string().max(254));

/** Invites one person. Returns the link only where it has to be handed over by hand, because no mail server is set. */
export const invite = action('identity.invitation.create', {
  input: z.object({
    email: emailField,
    name: personName,
    locale: z.enum(['en', 'es']),
    roles: z.array(z.string()).min(1, 'identity.invitation.chooseRole'),
    agencyId: z.guid('identity.invitation.chooseAgency'),
  }),
  may: admins,
  asSystem: true,
  load: async ({ tx, input, ctx }) => {
    const actor = personOf(ctx);
    const networkId = ctx.network!.id;
    const allowed = grantableRoles(actor.roles, ctx.app.services.registry.roles.keys());
    if (!input.roles.every((role) => allowed.includes(role))) throw Problem.forbidden();
    const { agencyId } = input;
    if (!(await agenciesOf(tx, networkId)).some((agency) => agency.id === agencyId)) {
      throw Problem.invalid({ agencyId: { key: 'identity.invitation.chooseAgency' } });
    }
    if (!mayAddTo({ id: agencyId, hasAdmin: await agencyHasAdmin(tx, networkId, agencyId) }, actor)) {
      throw Problem.invalid({ agencyId: { key: 'identity.invitation.askAgency' } });
    }
    const inviter = await tx
      .selectFrom('app.person')
      .select('name')
      .where('id', '=', actor.personId)
      .executeTakeFirstOrThrow();
    return { inviter: inviter.name };
  },
  run: async ({ tx, input, loaded, ctx }) => {
    const now = ctx.app.clock();
    const network = ctx.network!;
    await revokeOpen(tx, network.id, input.email, personOf(ctx).personId, now);
    const link = await makeLink(tx, ctx.app, 'invitation', null);
    const { id } = await known(tx)
      .insertInto('app.invitation')
      .values({
        network_id: network.id,
        agency_id: input.agencyId,
        link_id: link.id,
        email: input.email,
        name: input.name,
        locale: input.locale,
        roles: input.roles,
        invited_by: personOf(ctx).personId,
        created_at: now,
        expires_at: link.expiresAt,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const address = `${ctx.app.config.baseUrl}/${network.slug}/join/${link.token}`;
    await writeTo(
      tx,
      ctx,
      { id: null, email: input.email, name: input.name, locale: input.locale },
      'identity.mail.invitation',
      {
        link: address,
        network: pick(network.name, input.locale),
        inviter: loaded.inviter,
        days: linkHours.invitation / 24,
      },
      { expiresAt: link.expiresAt },
    );
    return { id, link: handsOverLinks(ctx) ? address : null };
  },
  audit: ({ input, result }) => ({
    subject: `invitation:${result.id}`,
    fields: ['email', 'name', 'agency', ...input.roles],
  }),
});

/** A newer invitation takes the place of an open one to the same address. */
async function revokeOpen(tx: Tx, networkId: string, email: string, by: string, now: Date): Promise<void> {
  const open = await known(tx)
    .updateTable('app.invitation')
    .set({ revoked_at: now, revoked_by: by })
    .where('network_id', '=', networkId)
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning('link_id')
    .execute();
  for (const { link_id } of open) await revokeLink(tx, link_id, now);
}

export const revokeInvitation = action('identity.invitation.revoke', {
  input: z.object({ id: z.guid() }),
  may: admins,
  asSystem: true,
  load: async ({ tx, input, ctx }) => {
    const row = await known(tx)
      .selectFrom('app.invitation')
      .select(['id', 'link_id', 'agency_id', 'accepted_at', 'revoked_at', 'expires_at'])
      .where('id', '=', input.id)
      .where('network_id', '=', ctx.network!.id)
      .executeTakeFirst();
    const actor = personOf(ctx);
    if (!row || (!actor.roles.has('network_admin') && row.agency_id !== actor.agencyId)) throw Problem.notFound();
    return row;
  },
  check: ({ loaded, ctx }) => {
    if (invitationState(loaded, ctx.app.clock()) !== 'open') throw Problem.conflict('identity.problem.invitationOver');
  },
  run: async ({ tx, loaded, ctx }) => {
    const now = ctx.app.clock();
    await known(tx)
      .updateTable('app.invitation')
      .set({ revoked_at: now, revoked_by: personOf(ctx).personId })
      .where('id', '=', loaded.id)
      .execute();
    await revokeLink(tx, loaded.link_id, now);
  },
  audit: ({ input }) => ({ subject: `invitation:${input.id}`, fields: ['revoked_at'] }),
});

export interface InvitationRow {
  id: string;
  email: string;
  name: string;
  agency: Text;
  roles: string[];
  state: InvitationState;
  createdAt: Date;
  expiresAt: Date;
}

/** Invitations of the network, newest first; an agency's administrator sees those of the agency. */
export const viewInvitations = view('identity.invitation.list', {
  may: admins,
  load: async ({ tx, ctx }: { tx: Tx; input: undefined; ctx: Ctx }): Promise<InvitationRow[]> => {
    const actor = personOf(ctx);
    let query = known(tx)
      .selectFrom('app.invitation as i')
      .innerJoin('app.agency as a', 'a.id', 'i.agency_id')
      .selectAll('i')
      .select('a.name as agency_name')
      .where('i.network_id', '=', ctx.network!.id)
      .orderBy('i.created_at', 'desc')
      .limit(200);
    if (!actor.roles.has('network_admin')) query = query.where('i.agency_id', '=', actor.agencyId);
    const now = ctx.app.clock();
    return (await query.execute()).map((row) => ({
      id: row.id,
      email: row.email,
      name: row.name,
      agency: row.agency_name,
      roles: row.roles,
      state: invitationState(row, now),
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    }));
  },
  audit: ({ ctx }) => ({ subject: `network:${ctx.network!.id}`, fields: ['email', 'name', 'roles'] }),
});

/** What the form of an invitation offers: agencies to choose from and roles that may be given. */
export const viewChoices = view('identity.invitation.choices', {
  may: admins,
  load: async ({ tx, ctx }: { tx: Tx; input: undefined; ctx: Ctx }) => {
    const actor = personOf(ctx);
    const agencies = await agenciesOf(tx, ctx.network!.id);
    return {
      agencies: actor.roles.has('network_admin') ? agencies : agencies.filter((agency) => agency.id === actor.agencyId),
      roles: grantableRoles(actor.roles, ctx.app.services.registry.roles.keys()),
    };
  },
  audit: ({ ctx }) => ({ subject: `network:${ctx.network!.id}`, fields: ['agencies'] }),
});
