/**
 * Arriving by a one-time link: the first administrator after set-up, an invited person, a person whose account two administrators restored.
 * All three choose how they will sign in, and that choice uses the link up and makes the rest true in one transaction.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { action } from '../action.ts';
import type { Ctx } from '../context.ts';
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import type { Text } from '../tables.ts';
import { view } from '../view.ts';
import { tell } from './notice.ts';
import { findLink, useLink } from './one-time-link.ts';
import { NewWay } from './proof.ts';
import { closedElsewhere, grantRoles, grantsOf, onlyHere, personOf } from './roles.ts';
import { endSession, endSessionsOf, startSession } from './session.ts';
import { known } from './tables.ts';
import { removeAllWays } from './ways.ts';

export interface Arrival {
  linkId: string;
  purpose: 'setup' | 'invitation' | 'recovery';
  email: string;
  name: string;
  locale: string;
  agencyId: string;
  agencyName: Text;
  roles: string[];
  /** Whoever already has an account; for an invitation they sign in and accept instead of choosing a way in. */
  personId: string | null;
  invitationId: string | null;
  invitedBy: string | null;
  invitedById: string | null;
  recoveryId: string | null;
}

/** What the link opens in this network, or null. Needs a system transaction. */
async function readArrival(tx: Tx, ctx: Ctx, token: string): Promise<Arrival | null> {
  const networkId = ctx.network?.id;
  const link = await findLink(tx, token, ctx.app.clock());
  if (!link || !networkId) return null;
  if (link.purpose === 'invitation') return invitationArrival(tx, link.id, networkId);
  if ((link.purpose !== 'setup' && link.purpose !== 'recovery') || !link.personId) return null;
  const person = await tx
    .selectFrom('app.person as p')
    .innerJoin('app.agency as a', 'a.id', 'p.agency_id')
    .select(['p.id', 'p.email', 'p.name', 'p.locale', 'p.agency_id', 'a.name as agency_name'])
    .where('p.id', '=', link.personId)
    .where('p.disabled_at', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('app.role_grant as g')
          .select('g.id')
          .whereRef('g.person_id', '=', 'p.id')
          .where('g.network_id', '=', networkId),
      ),
    )
    .executeTakeFirst();
  if (!person) return null;
  const recovery =
    link.purpose === 'recovery'
      ? await known(tx)
          .selectFrom('app.account_recovery')
          .select('id')
          .where('link_id', '=', link.id)
          .where('network_id', '=', networkId)
          .where('cancelled_at', 'is', null)
          .executeTakeFirst()
      : null;
  if (link.purpose === 'recovery' && !recovery) return null;
  // Whoever has got a role elsewhere since is not this network's alone to restore.
  if (recovery && !onlyHere(await grantsOf(tx, person.id), networkId)) return null;
  return {
    linkId: link.id,
    purpose: link.purpose,
    email: person.email,
    name: person.name,
    locale: person.locale,
    agencyId: person.agency_id,
    agencyName: person.agency_name,
    roles: [],
    personId: person.id,
    invitationId: null,
    invitedBy: null,
    invitedById: null,
    recoveryId: recovery?.id ?? null,
  };
}

async function invitationArrival(tx: Tx, linkId: string, networkId: string): Promise<Arrival | null> {
  const row = await known(tx)
    .selectFrom('app.invitation as i')
    .innerJoin('app.agency as a', 'a.id', 'i.agency_id')
    .innerJoin('app.person as by', 'by.id', 'i.invited_by')
    .leftJoin('app.person as p', 'p.email', 'i.email')
    .select([
      'i.id',
      'i.email',
      'i.name',
      'i.locale',
      'i.roles',
      'i.agency_id',
      'a.name as agency_name',
      'by.id as by_id',
      'by.name as by_name',
      'p.id as person_id',
    ])
    .where('i.link_id', '=', linkId)
    .where('i.network_id', '=', networkId)
    .where('i.accepted_at', 'is', null)
    .where('i.revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  return {
    linkId,
    purpose: 'invitation',
    email: row.email,
    name: row.name,
    locale: row.locale,
    agencyId: row.agency_id,
    agencyName: row.agency_name,
    roles: row.roles,
    personId: row.person_id,
    invitationId: row.id,
    invitedBy: row.by_name,
    invitedById: row.by_id,
    recoveryId: null,
  };
}

const mustArrive = async (tx: Tx, ctx: Ctx, token: string): Promise<Arrival> => {
  const arrival = await readArrival(tx, ctx, token);
  if (!arrival) throw Problem.linkOver('identity.problem.linkOver');
  return arrival;
};

/** The person a link is for, shown to whoever holds it. Throws notFound with a sentence that says what to do. */
export const viewArrival = view('identity.arrival.read', {
  may: 'public',
  asSystem: true,
  load: ({ tx, input, ctx }: { tx: Tx; input: { token: string }; ctx: Ctx }) => mustArrive(tx, ctx, input.token),
  audit: ({ result }) => ({ subject: `link:${result.linkId}`, fields: ['email', 'name', 'roles'] }),
});

/** Stores the chosen way in, uses the link up, and opens the first session. */
export const finishArrival = action('identity.arrival.finish', {
  input: z.object({ token: z.string(), way: z.instanceof(NewWay), userAgent: z.string() }),
  may: 'public',
  asSystem: true,
  load: ({ tx, input, ctx }) => mustArrive(tx, ctx, input.token),
  check: async ({ tx, input, loaded, ctx }) => {
    if (loaded.purpose === 'invitation' && loaded.personId) throw Problem.conflict('identity.problem.haveAccount');
    // Asked here and not where the invitation is written, so that whoever invites does not learn who has an account already.
    const { invitedById, agencyId } = loaded;
    if (invitedById && (await closedElsewhere(tx, ctx.network!.id, agencyId, invitedById)))
      throw Problem.conflict('identity.invitation.askAgency');
    if (loaded.personId && input.way.personId && loaded.personId !== input.way.personId) throw Problem.forbidden();
  },
  run: async ({ tx, input, loaded, ctx }) => {
    const now = ctx.app.clock();
    await useLink(tx, loaded.linkId, now);
    const personId = loaded.personId ?? (await addPerson(tx, loaded, input.way.personId));
    if (loaded.purpose === 'recovery') {
      await removeAllWays(tx, personId);
      await endSessionsOf(tx, personId, now, 'account restored');
      await known(tx)
        .updateTable('app.account_recovery')
        .set({ used_at: now })
        .where('id', '=', loaded.recoveryId!)
        .execute();
      await tell(tx, ctx, personId, 'identity.mail.restored');
    }
    if (loaded.invitationId) await accept(tx, ctx, loaded, personId, now);
    const recoveryCodes = await input.way.store(tx, personId, now);
    if (ctx.actor.kind === 'person') await endSession(tx, ctx.actor.sessionId, now, 'replaced');
    const method = loaded.purpose === 'invitation' || input.way.method === 'sso' ? input.way.method : loaded.purpose;
    return { personId, token: await startSession(tx, ctx.app, personId, method, input.userAgent), recoveryCodes };
  },
  audit: ({ input, loaded, result }) => ({
    subject: `person:${result.personId}`,
    fields: [loaded.purpose, input.way.method],
  }),
});

/** Somebody who already has an account takes the roles of an invitation to their own address. */
export const acceptInvitation = action('identity.invitation.accept', {
  input: z.object({ token: z.string() }),
  may: 'signedIn',
  asSystem: true,
  load: ({ tx, input, ctx }) => mustArrive(tx, ctx, input.token),
  check: ({ loaded, ctx }) => {
    const actor = personOf(ctx);
    if (!loaded.invitationId || loaded.personId !== actor.personId)
      throw Problem.conflict('identity.problem.otherAccount');
    if (loaded.agencyId !== actor.agencyId) throw Problem.conflict('identity.problem.otherAgency');
  },
  run: async ({ tx, loaded, ctx }) => {
    const now = ctx.app.clock();
    await useLink(tx, loaded.linkId, now);
    await accept(tx, ctx, loaded, personOf(ctx).personId, now);
  },
  audit: ({ loaded, ctx }) => ({
    subject: `person:${personOf(ctx).personId}`,
    fields: ['invitation', ...loaded.roles],
  }),
});

async function addPerson(tx: Tx, arrival: Arrival, wantedId: string | null): Promise<string> {
  const { id } = await tx
    .insertInto('app.person')
    .values({
      id: wantedId ?? randomUUID(),
      email: arrival.email,
      name: arrival.name,
      locale: arrival.locale,
      agency_id: arrival.agencyId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function accept(tx: Tx, ctx: Ctx, arrival: Arrival, personId: string, now: Date): Promise<void> {
  const { invited_by } = await known(tx)
    .updateTable('app.invitation')
    .set({ accepted_at: now, accepted_by: personId })
    .where('id', '=', arrival.invitationId!)
    .returning('invited_by')
    .executeTakeFirstOrThrow();
  if (invited_by && !(await mayStillInvite(tx, ctx.network!.id, invited_by)))
    throw Problem.conflict('identity.problem.invitationOver');
  await grantRoles(tx, personId, ctx.network!.id, arrival.roles, invited_by);
}

/** An invitation is worth what its writer may still do: one from somebody who has left since opens nothing. */
async function mayStillInvite(tx: Tx, networkId: string, personId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('app.role_grant as g')
    .innerJoin('app.person as p', 'p.id', 'g.person_id')
    .select('g.id')
    .where('g.person_id', '=', personId)
    .where('g.ended_at', 'is', null)
    .where('p.disabled_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb.and([eb('g.network_id', '=', networkId), eb('g.role', 'in', ['network_admin', 'agency_admin'])]),
        eb('g.role', '=', 'operator'),
      ]),
    )
    .executeTakeFirst();
  return row !== undefined;
}
