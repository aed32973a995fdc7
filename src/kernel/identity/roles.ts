/**
 * Who may give which role to whom. A network's administrator gives the network's roles; an agency's administrator brings in the agency's own
 * staff. People of an agency can read what the agency holds about survivors, so once an agency has an administrator of its own nobody else adds
 * people to it, the network's administrators included.
 */
import type { Ctx } from '../context.ts';
import type { Tx } from '../database.ts';

declare module '../context.ts' {
  interface Services {
    /** What the registered modules say together, for rules that need all of them. */
    registry: {
      /** First path parts that no network may take. */
      reservedSlugs: ReadonlySet<string>;
      /** Role → message key of its name. */
      roles: ReadonlyMap<string, string>;
    };
  }
}

const agencyRoles = ['staff', 'agency_admin'];

/** The roles that somebody holding `held` may give, out of `all`. The deployment's own role is never given in a network. */
export function grantableRoles(held: ReadonlySet<string>, all: Iterable<string>): string[] {
  if (held.has('network_admin')) return [...all].filter((role) => role !== 'operator');
  return held.has('agency_admin') ? agencyRoles : [];
}

/** Whether somebody may add people to an agency: their own as its administrator, or one that has no administrator yet. */
export function mayAddTo(
  agency: { id: string; hasAdmin: boolean },
  who: { agencyId: string; roles: ReadonlySet<string> },
): boolean {
  if (agency.id === who.agencyId && who.roles.has('agency_admin')) return true;
  return who.roles.has('network_admin') && !agency.hasAdmin;
}

/** Whether an account belongs to this network alone: only then may its administrators disable or restore it. */
export function onlyHere(grants: { networkId: string | null }[], networkId: string): boolean {
  return grants.length > 0 && grants.every((grant) => grant.networkId === networkId);
}

/** Roles that are in force, of one person, everywhere. Needs a system transaction. */
export async function grantsOf(
  tx: Tx,
  personId: string,
): Promise<{ id: string; networkId: string | null; role: string; grantedAt: Date }[]> {
  const rows = await tx
    .selectFrom('app.role_grant')
    .select(['id', 'network_id', 'role', 'granted_at'])
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .orderBy('role')
    .execute();
  return rows.map((row) => ({ id: row.id, networkId: row.network_id, role: row.role, grantedAt: row.granted_at }));
}

/** People who could still administer the network if this person could not. Two who would end each other wait for each other. */
export async function otherAdmins(tx: Tx, networkId: string, personId: string): Promise<number> {
  await tx.selectFrom('app.network').select('id').where('id', '=', networkId).forUpdate().execute();
  const { count } = await tx
    .selectFrom('app.role_grant as g')
    .innerJoin('app.person as p', 'p.id', 'g.person_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('g.network_id', '=', networkId)
    .where('g.role', '=', 'network_admin')
    .where('g.ended_at', 'is', null)
    .where('p.disabled_at', 'is', null)
    .where('p.id', '<>', personId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Whether somebody can administer the agency in this network now. */
export async function agencyHasAdmin(tx: Tx, networkId: string, agencyId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('app.role_grant as g')
    .innerJoin('app.person as p', 'p.id', 'g.person_id')
    .select('g.id')
    .where('g.network_id', '=', networkId)
    .where('g.role', '=', 'agency_admin')
    .where('g.ended_at', 'is', null)
    // Disabled or not: else whoever can disable the administrator could open the agency.
    .where('p.agency_id', '=', agencyId)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Whether an agency has an administrator of its own in another network, and whoever invites is none of them. What an agency holds is the agency's
 * in every network, so another network that lists it cannot put new people into it. Needs a system transaction.
 */
export async function closedElsewhere(
  tx: Tx,
  networkId: string,
  agencyId: string,
  inviterId: string,
): Promise<boolean> {
  const own = await tx
    .selectFrom('app.role_grant as g')
    .innerJoin('app.person as p', 'p.id', 'g.person_id')
    .select(['g.person_id', 'g.network_id'])
    .where('g.role', '=', 'agency_admin')
    .where('g.ended_at', 'is', null)
    .where('p.agency_id', '=', agencyId)
    .where('p.disabled_at', 'is', null)
    .execute();
  return own.some((grant) => grant.network_id !== networkId) && !own.some((grant) => grant.person_id === inviterId);
}

/** Gives roles that are not held yet. Needs a system transaction. */
export async function grantRoles(
  tx: Tx,
  personId: string,
  networkId: string | null,
  roles: readonly string[],
  grantedBy: string | null,
): Promise<void> {
  for (const role of roles) {
    const held = await tx
      .selectFrom('app.role_grant')
      .select('id')
      .where('person_id', '=', personId)
      .where('network_id', networkId === null ? 'is' : '=', networkId)
      .where('role', '=', role)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (held) continue;
    await tx
      .insertInto('app.role_grant')
      .values({ person_id: personId, network_id: networkId, role, granted_by: grantedBy, ended_by: null })
      .execute();
  }
}

/** The person who acts, where an action is open to people only. */
export function personOf(ctx: Pick<Ctx, 'actor'>): Extract<Ctx['actor'], { kind: 'person' }> {
  if (ctx.actor.kind !== 'person') throw new Error('Only a signed-in person does this.');
  return ctx.actor;
}
