/**
 * People of a network, for its administrators: who they are, which roles they hold, their sessions, and whether their account is on. A role is
 * ended, never deleted. The last administrator of a network can be neither disabled nor stripped of the role.
 */
import { z } from 'zod';
import { action } from '../action.ts';
import type { Ctx } from '../context.ts';
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import type { Text } from '../tables.ts';
import { view } from '../view.ts';
import { agenciesOf } from './agency.ts';
import { grantableRoles, grantRoles, grantsOf, onlyHere, otherAdmins, personOf } from './roles.ts';
import { endSessionsOf, liveSessions, type SessionRow } from './session.ts';
import { type WaysIn, waysIn } from './ways.ts';

const admins = ['network_admin', 'agency_admin'];

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  agency: Text;
  /** Roles in this network that are in force. */
  roles: string[];
  disabled: boolean;
}

/** People who hold or held a role here, by name; an agency's administrator sees the agency's own. */
export const viewPeople = view('identity.people.list', {
  may: admins,
  load: async ({ tx, ctx }: { tx: Tx; input: undefined; ctx: Ctx }): Promise<PersonRow[]> => {
    const actor = personOf(ctx);
    let query = tx
      .selectFrom('app.person as p')
      .innerJoin('app.agency as a', 'a.id', 'p.agency_id')
      .innerJoin('app.role_grant as g', 'g.person_id', 'p.id')
      .select(['p.id', 'p.name', 'p.email', 'p.disabled_at', 'a.name as agency_name', 'g.role', 'g.ended_at'])
      .where('g.network_id', '=', ctx.network!.id)
      .orderBy('p.name')
      .orderBy('p.id')
      .orderBy('g.role');
    if (!actor.roles.has('network_admin')) query = query.where('p.agency_id', '=', actor.agencyId);
    const people = new Map<string, PersonRow>();
    for (const row of await query.execute()) {
      const person = people.get(row.id) ?? {
        id: row.id,
        name: row.name,
        email: row.email,
        agency: row.agency_name,
        roles: [],
        disabled: row.disabled_at !== null,
      };
      if (row.ended_at === null) person.roles.push(row.role);
      people.set(row.id, person);
    }
    return [...people.values()];
  },
  audit: ({ ctx }) => ({ subject: `network:${ctx.network!.id}`, fields: ['name', 'email', 'roles'] }),
});

export interface PersonDetail {
  id: string;
  name: string;
  email: string;
  agencyId: string;
  agency: Text;
  createdAt: Date;
  disabledAt: Date | null;
  grants: { id: string; role: string; grantedAt: Date }[];
  ways: WaysIn;
  sessions: SessionRow[];
  /** False when the account also works elsewhere, so that this network may only end roles. */
  onlyHere: boolean;
}

/** The person, if they hold or held a role here and the administrator may see them. */
async function loadPerson(tx: Tx, ctx: Ctx, id: string): Promise<PersonDetail> {
  const actor = personOf(ctx);
  const networkId = ctx.network!.id;
  const row = await tx
    .selectFrom('app.person as p')
    .innerJoin('app.agency as a', 'a.id', 'p.agency_id')
    .select(['p.id', 'p.name', 'p.email', 'p.agency_id', 'a.name as agency_name', 'p.created_at', 'p.disabled_at'])
    .where('p.id', '=', id)
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
  if (!row || (!actor.roles.has('network_admin') && row.agency_id !== actor.agencyId)) throw Problem.notFound();
  const grants = await grantsOf(tx, id);
  const elsewhere = grants.some((grant) => grant.networkId !== networkId);
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    agencyId: row.agency_id,
    agency: row.agency_name,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    grants: grants.filter((grant) => grant.networkId === networkId),
    ways: await waysIn(tx, id),
    // Sessions are not bound to a network, so a network that shares the person does not see them.
    sessions: elsewhere ? [] : await liveSessions(tx, id, ctx.app.clock()),
    onlyHere: !elsewhere,
  };
}

export const viewPerson = view('identity.person.read', {
  may: admins,
  asSystem: true,
  load: ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => loadPerson(tx, ctx, input.id),
  audit: ({ input }) => ({ subject: `person:${input.id}`, fields: ['name', 'email', 'roles', 'ways in', 'sessions'] }),
});

/** What the form of an invitation offers: agencies to choose from and roles that may be given. */
export const viewChoices = view('identity.invitation.choices', {
  may: admins,
  load: async ({ tx, ctx }: { tx: Tx; input: undefined; ctx: Ctx }) => {
    const actor = personOf(ctx);
    const agencies = await agenciesOf(tx, ctx.network!.id);
    const networkAdmin = actor.roles.has('network_admin');
    return {
      agencies: networkAdmin ? agencies : agencies.filter((agency) => agency.id === actor.agencyId),
      roles: grantableRoles(actor.roles, ctx.app.services.registry.roles.keys()),
      newAgency: networkAdmin,
    };
  },
  audit: ({ ctx }) => ({ subject: `network:${ctx.network!.id}`, fields: ['agencies'] }),
});

const target = ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => loadPerson(tx, ctx, input.id);

/** Gives a person of the network one more role. */
export const grantRole = action('identity.role.grant', {
  input: z.object({ id: z.uuid(), role: z.string() }),
  may: admins,
  stepUp: true,
  asSystem: true,
  load: target,
  check: ({ input, loaded, ctx }) => {
    if (!grantableRoles(personOf(ctx).roles, ctx.app.services.registry.roles.keys()).includes(input.role))
      throw Problem.forbidden();
    if (loaded.disabledAt) throw Problem.conflict('identity.problem.disabled');
  },
  run: ({ tx, input, ctx }) => grantRoles(tx, input.id, ctx.network!.id, [input.role], personOf(ctx).personId),
  audit: ({ input }) => ({ subject: `person:${input.id}`, fields: ['role', input.role] }),
});

/** Ends a role; the row stays with who and when. */
export const endRole = action('identity.role.end', {
  input: z.object({ id: z.uuid(), role: z.string() }),
  may: admins,
  stepUp: true,
  asSystem: true,
  load: async (step) => ({
    person: await target(step),
    others: await otherAdmins(step.tx, step.ctx.network!.id, step.input.id),
  }),
  check: ({ input, loaded, ctx }) => {
    if (!grantableRoles(personOf(ctx).roles, ctx.app.services.registry.roles.keys()).includes(input.role))
      throw Problem.forbidden();
    if (!loaded.person.grants.some((grant) => grant.role === input.role)) throw Problem.notFound();
    if (input.role === 'network_admin' && loaded.others === 0) throw Problem.conflict('identity.problem.lastAdmin');
  },
  run: async ({ tx, input, ctx }) => {
    await tx
      .updateTable('app.role_grant')
      .set({ ended_at: ctx.app.clock(), ended_by: personOf(ctx).personId })
      .where('person_id', '=', input.id)
      .where('network_id', '=', ctx.network!.id)
      .where('role', '=', input.role)
      .where('ended_at', 'is', null)
      .execute();
  },
  audit: ({ input }) => ({ subject: `person:${input.id}`, fields: ['role', input.role] }),
});

/** Whether a person's account may be switched off from here, as a message key, or null when it may. */
export function disableProblem(facts: {
  self: boolean;
  onlyHere: boolean;
  isAdmin: boolean;
  otherAdmins: number;
}): string | null {
  if (facts.self) return 'identity.problem.notYourself';
  if (!facts.onlyHere) return 'identity.problem.elsewhereToo';
  return facts.isAdmin && facts.otherAdmins === 0 ? 'identity.problem.lastAdmin' : null;
}

/** Switches an account off and ends its sessions at once. */
export const disablePerson = action('identity.person.disable', {
  input: z.object({ id: z.uuid() }),
  may: ['network_admin'],
  stepUp: true,
  asSystem: true,
  load: async (step) => ({
    person: await target(step),
    grants: await grantsOf(step.tx, step.input.id),
    others: await otherAdmins(step.tx, step.ctx.network!.id, step.input.id),
  }),
  check: ({ input, loaded, ctx }) => {
    const problem = disableProblem({
      self: input.id === personOf(ctx).personId,
      onlyHere: loaded.grants.length === 0 || onlyHere(loaded.grants, ctx.network!.id),
      isAdmin: loaded.grants.some((grant) => grant.role === 'network_admin'),
      otherAdmins: loaded.others,
    });
    if (problem) throw Problem.conflict(problem);
  },
  run: async ({ tx, input, ctx }) => {
    const now = ctx.app.clock();
    await tx.updateTable('app.person').set({ disabled_at: now }).where('id', '=', input.id).execute();
    await endSessionsOf(tx, input.id, now, 'account disabled');
  },
  audit: ({ input }) => ({ subject: `person:${input.id}`, fields: ['disabled_at'] }),
});

export const enablePerson = action('identity.person.enable', {
  input: z.object({ id: z.uuid() }),
  may: ['network_admin'],
  stepUp: true,
  asSystem: true,
  load: target,
  check: ({ loaded }) => {
    if (!loaded.onlyHere) throw Problem.conflict('identity.problem.elsewhereToo');
  },
  run: async ({ tx, input }) => {
    await tx.updateTable('app.person').set({ disabled_at: null }).where('id', '=', input.id).execute();
  },
  audit: ({ input }) => ({ subject: `person:${input.id}`, fields: ['disabled_at'] }),
});

/** Ends every session of a person, e.g. when a phone was lost. */
export const endPersonSessions = action('identity.person.endSessions', {
  input: z.object({ id: z.uuid() }),
  may: admins,
  asSystem: true,
  load: target,
  check: ({ loaded }) => {
    if (!loaded.onlyHere) throw Problem.conflict('identity.problem.elsewhereToo');
  },
  run: ({ tx, input, ctx }) => endSessionsOf(tx, input.id, ctx.app.clock(), 'ended by an administrator'),
  audit: ({ input, result }) => ({ subject: `person:${input.id}`, fields: ['sessions', String(result)] }),
});
