/**
 * Accounts as administrators see them: which ways in a person has, where they are signed in, and whether the account is on. Nobody sees or sets
 * another person's key. An account that also works in another network belongs to neither alone, so neither switches it off. The last
 * administrator of a network stays.
 */
import { z } from 'zod';
import { action } from '../action.ts';
import type { Ctx } from '../context.ts';
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import type { Text } from '../tables.ts';
import { view } from '../view.ts';
import { grantsOf, onlyHere, otherAdmins, personOf } from './roles.ts';
import { endSessionsOf, liveSessions, type SessionRow } from './session.ts';
import { type WaysIn, waysIn } from './ways.ts';

const admins = ['network_admin', 'agency_admin'];

export interface PersonAccess {
  id: string;
  name: string;
  email: string;
  agencyId: string;
  agency: Text;
  createdAt: Date;
  disabledAt: Date | null;
  roles: string[];
  ways: WaysIn;
  sessions: SessionRow[];
  /** False when the account also works elsewhere, so that this network may only end roles. */
  onlyHere: boolean;
}

/** The person, if they hold or held a role here and the administrator may see them. */
async function loadPerson(tx: Tx, ctx: Ctx, id: string): Promise<PersonAccess> {
  const actor = personOf(ctx);
  const networkId = ctx.network!.id;
  if (!z.guid().safeParse(id).success) throw Problem.notFound();
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
    roles: grants.filter((grant) => grant.networkId === networkId).map((grant) => grant.role),
    ways: await waysIn(tx, id),
    // Sessions are not bound to a network, so a network that shares the person does not see them.
    sessions: elsewhere ? [] : await liveSessions(tx, id, ctx.app.clock()),
    onlyHere: !elsewhere,
  };
}

/** The people of an agency for its own administrator: who holds or held a role here. */
export const viewColleagues = view('identity.access.list', {
  may: ['agency_admin'],
  load: async ({ tx, ctx }: { tx: Tx; input: undefined; ctx: Ctx }) => {
    const rows = await tx
      .selectFrom('app.person as p')
      .innerJoin('app.role_grant as g', 'g.person_id', 'p.id')
      .select(['p.id', 'p.name', 'p.email', 'p.disabled_at', 'g.role', 'g.ended_at'])
      .where('g.network_id', '=', ctx.network!.id)
      .where('p.agency_id', '=', personOf(ctx).agencyId)
      .orderBy('p.name')
      .orderBy('p.id')
      .orderBy('g.role')
      .execute();
    const people = new Map<string, { id: string; name: string; email: string; disabled: boolean; roles: string[] }>();
    for (const row of rows) {
      const { id, name, email } = row;
      const person = people.get(id) ?? { id, name, email, disabled: row.disabled_at !== null, roles: [] };
      if (row.ended_at === null) person.roles.push(row.role);
      people.set(id, person);
    }
    return [...people.values()];
  },
  audit: ({ ctx }) => ({ subject: `agency:${personOf(ctx).agencyId}`, fields: ['name', 'email', 'roles'] }),
});

export const viewAccess = view('identity.access.read', {
  may: admins,
  asSystem: true,
  load: ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => loadPerson(tx, ctx, input.id),
  audit: ({ input }) => ({ subject: `person:${input.id}`, fields: ['name', 'email', 'roles', 'ways_in', 'sessions'] }),
});

const target = ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => loadPerson(tx, ctx, input.id);

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
  input: z.object({ id: z.guid() }),
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
  input: z.object({ id: z.guid() }),
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
  input: z.object({ id: z.guid() }),
  may: admins,
  asSystem: true,
  load: target,
  check: ({ loaded }) => {
    if (!loaded.onlyHere) throw Problem.conflict('identity.problem.elsewhereToo');
  },
  run: ({ tx, input, ctx }) => endSessionsOf(tx, input.id, ctx.app.clock(), 'ended by an administrator'),
  audit: ({ input }) => ({ subject: `person:${input.id}`, fields: ['sessions'] }),
});
