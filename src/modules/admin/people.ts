/**
 * Members of staff and the roles they hold here. A role is a grant with who and when; it is ended and never deleted. The network keeps at least one
 * administrator whose account is open: whoever would end the last one is refused.
 */
import { action, type Ctx, identity, Problem, type Text, type Tx, view } from '#kernel';
import { z } from 'zod';

export interface Grant {
  id: string;
  role: string;
  grantedAt: Date;
}

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  agencyId: string;
  agency: Text;
  disabled: boolean;
  roles: Grant[];
}

const id = z.guid();
/** Roles that open what an agency holds about survivors. */
const agencyRoles = ['staff', 'agency_admin'];

/** Roles that can be held in a network, each with the message key of its name. `operator` is held in the deployment and never given here. */
export const networkRoles = (ctx: Ctx): [role: string, label: string][] =>
  [...ctx.app.services.registry.roles].filter(([role]) => role !== 'operator');

/** People who hold or held a role in the network of the transaction, with their current roles here. */
async function loadPeople(tx: Tx, networkId: string, personId?: string): Promise<PersonRow[]> {
  let query = tx
    .selectFrom('app.person as p')
    .innerJoin('app.agency as a', 'a.id', 'p.agency_id')
    .select(['p.id', 'p.name', 'p.email', 'p.disabled_at', 'p.agency_id', 'a.name as agency'])
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('app.role_grant as g')
          .select('g.id')
          .whereRef('g.person_id', '=', 'p.id')
          .where('g.network_id', '=', networkId),
      ),
    )
    .orderBy('p.name')
    .orderBy('p.id');
  if (personId) query = query.where('p.id', '=', personId);
  const people = await query.execute();
  if (people.length === 0) return [];
  const grants = await tx
    .selectFrom('app.role_grant')
    .select(['id', 'person_id', 'role', 'granted_at'])
    .where('network_id', '=', networkId)
    .where('ended_at', 'is', null)
    .where(
      'person_id',
      'in',
      people.map((person) => person.id),
    )
    .orderBy('granted_at')
    .execute();
  return people.map((person) => ({
    id: person.id,
    name: person.name,
    email: person.email,
    agencyId: person.agency_id,
    agency: person.agency,
    disabled: person.disabled_at !== null,
    roles: grants
      .filter((grant) => grant.person_id === person.id)
      .map((grant) => ({ id: grant.id, role: grant.role, grantedAt: grant.granted_at })),
  }));
}

export const listPeople = view('admin.people.list', {
  may: ['network_admin'],
  load: ({ tx, ctx }: { tx: Tx; input: Record<string, never>; ctx: Ctx }) => loadPeople(tx, ctx.network!.id),
  audit: ({ ctx }) => ({ subject: `network:${ctx.network!.id}`, fields: ['name', 'email', 'agency', 'roles'] }),
});

export const readPerson = view('admin.person.read', {
  may: ['network_admin'],
  load: async ({ tx, input, ctx }: { tx: Tx; input: string; ctx: Ctx }) => {
    const found = id.safeParse(input).success ? (await loadPeople(tx, ctx.network!.id, input))[0] : undefined;
    if (!found) throw Problem.notFound();
    return found;
  },
  audit: ({ input }) => ({ subject: `person:${input}`, fields: ['name', 'email', 'agency', 'roles'] }),
});

export const grantRole = action('admin.role.grant', {
  input: z.object({ personId: id, role: z.string() }),
  may: ['network_admin'],
  stepUp: true,
  load: async ({ tx, input, ctx }) => {
    const person = (await loadPeople(tx, ctx.network!.id, input.personId))[0];
    if (!person) throw Problem.notFound();
    const hasAdmin = await identity.agencyHasAdmin(tx, ctx.network!.id, person.agencyId);
    return { ...person, hasAdmin };
  },
  check: ({ input, loaded, ctx }) => {
    if (!networkRoles(ctx).some(([role]) => role === input.role)) {
      throw Problem.invalid({ role: { key: 'admin.people.chooseRole' } });
    }
    // Once an agency has an administrator of its own, nobody else opens its records to anyone.
    const agency = { id: loaded.agencyId, hasAdmin: loaded.hasAdmin };
    if (agencyRoles.includes(input.role) && !identity.mayAddTo(agency, identity.personOf(ctx))) {
      throw Problem.conflict('admin.people.agencyDecides');
    }
    if (loaded.disabled) throw Problem.conflict('admin.people.closed');
    if (loaded.roles.some((grant) => grant.role === input.role)) throw Problem.conflict('admin.people.already');
  },
  run: async ({ tx, input, ctx, emit }) => {
    const { id: grantId } = await tx
      .insertInto('app.role_grant')
      .values({
        person_id: input.personId,
        network_id: ctx.network!.id,
        role: input.role,
        granted_by: identity.personOf(ctx).personId,
        granted_at: ctx.app.clock(),
        ended_by: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    emit('admin.role.granted', { person: input.personId, grant: grantId });
    return grantId;
  },
  audit: ({ input }) => ({ subject: `person:${input.personId}`, fields: [`role:${input.role}`] }),
});

export const endRole = action('admin.role.end', {
  input: z.object({ grantId: id }),
  may: ['network_admin'],
  stepUp: true,
  load: async ({ tx, input, ctx }) => {
    const grant = await tx
      .selectFrom('app.role_grant as g')
      .innerJoin('app.person as p', 'p.id', 'g.person_id')
      .select(['g.id', 'g.person_id', 'g.role', 'p.agency_id'])
      .where('g.id', '=', input.grantId)
      .where('g.network_id', '=', ctx.network!.id)
      .where('g.ended_at', 'is', null)
      .executeTakeFirst();
    if (!grant) throw Problem.notFound();
    // Waits for anyone who ends an administrator at the same moment.
    return { ...grant, others: await identity.otherAdmins(tx, ctx.network!.id, grant.person_id) };
  },
  check: ({ loaded, ctx }) => {
    if (loaded.role === 'network_admin' && loaded.others === 0) throw Problem.conflict('admin.people.lastAdmin');
    // Ending an agency's own administrator would open its records to whoever names the next one.
    const own = identity.personOf(ctx).agencyId === loaded.agency_id;
    if (loaded.role === 'agency_admin' && !own) throw Problem.conflict('admin.people.agencyDecides');
  },
  run: async ({ tx, loaded, ctx, emit }) => {
    await tx
      .updateTable('app.role_grant')
      .set({ ended_at: ctx.app.clock(), ended_by: identity.personOf(ctx).personId })
      .where('id', '=', loaded.id)
      .execute();
    emit('admin.role.ended', { person: loaded.person_id, grant: loaded.id });
    return loaded;
  },
  audit: ({ loaded }) => ({ subject: `person:${loaded.person_id}`, fields: [`role:${loaded.role}`] }),
});
