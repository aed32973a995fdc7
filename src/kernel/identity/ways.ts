/**
 * The ways a person has to get in, counted in one place, so that the last one is never taken away. A connected organisation counts while it would
 * really open the account, and once, however many of its accounts are connected: they go together.
 */
import { sql } from 'kysely';
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import { known } from './tables.ts';

export interface WaysIn {
  passkeys: number;
  password: boolean;
  /** Networks whose provider opens this account now. */
  links: number;
  /** Recovery codes not used yet. */
  codesLeft: number;
}

/**
 * The networks whose provider opens this account: connected, still the same provider and switched on, and the person holds a role in that network.
 *
 * Only a role in the provider's own network counts. A network answers through its provider for its own people and for nobody else; who has left it
 * is not let in by it, whatever they do elsewhere. Roles elsewhere have ways in of their own there, and two administrators there can restore the
 * account, because it then belongs to them alone. A role given again makes the connection work again. Needs a system transaction.
 */
export async function openingLinks(tx: Tx, personId: string): Promise<string[]> {
  const rows = await known(tx)
    .selectFrom('app.linked_identity as l')
    .innerJoin('app.identity_provider as i', (join) =>
      join
        .onRef('i.network_id', '=', 'l.network_id')
        // As set by an administrator and as the provider writes it: a slash at the end makes no other provider.
        .on(sql`rtrim(i.issuer, '/')`, '=', sql`rtrim(l.issuer, '/')`)
        .on('i.enabled', '=', true),
    )
    .select('l.network_id')
    .distinct()
    .where('l.person_id', '=', personId)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('app.role_grant as g')
          .select('g.id')
          .whereRef('g.person_id', '=', 'l.person_id')
          .whereRef('g.network_id', '=', 'l.network_id')
          .where('g.ended_at', 'is', null),
      ),
    )
    .execute();
  return rows.map((row) => row.network_id);
}

/** Needs a system transaction. */
export async function waysIn(tx: Tx, personId: string): Promise<WaysIn> {
  const t = known(tx);
  const passkeys = await t.selectFrom('app.passkey').select('id').where('person_id', '=', personId).execute();
  const password = await t
    .selectFrom('app.password')
    .select('person_id')
    .where('person_id', '=', personId)
    .executeTakeFirst();
  const links = await openingLinks(tx, personId);
  const codes = await t
    .selectFrom('app.recovery_code')
    .select('person_id')
    .where('person_id', '=', personId)
    .where('used_at', 'is', null)
    .execute();
  return { passkeys: passkeys.length, password: password !== undefined, links: links.length, codesLeft: codes.length };
}

export const countWays = (ways: WaysIn): number => ways.passkeys + (ways.password ? 1 : 0) + ways.links;

/**
 * Throws a conflict when nothing that opens the account would be left without `leaving`. What opens nothing may always go. Two removals at once wait
 * for each other. Needs a system transaction.
 */
export async function refuseLast(
  tx: Tx,
  personId: string,
  leaving: 'passkey' | 'password' | { networkId: string },
): Promise<WaysIn> {
  await tx.selectFrom('app.person').select('id').where('id', '=', personId).forUpdate().execute();
  const ways = await waysIn(tx, personId);
  const opens =
    leaving === 'passkey'
      ? ways.passkeys > 0
      : leaving === 'password'
        ? ways.password
        : (await openingLinks(tx, personId)).includes(leaving.networkId);
  if (opens && countWays(ways) === 1) throw Problem.conflict('identity.problem.lastWay');
  return ways;
}

/** Takes every way in away: the account is being restored. Needs a system transaction. */
export async function removeAllWays(tx: Tx, personId: string): Promise<void> {
  const t = known(tx);
  for (const table of [
    'app.passkey',
    'app.password',
    'app.one_time_code',
    'app.recovery_code',
    'app.linked_identity',
  ] as const) {
    await t.deleteFrom(table).where('person_id', '=', personId).execute();
  }
}

/** True when nobody but demo people could sign in at all: the deployment waits for its first administrator. */
export async function nobodyCanSignIn(tx: Tx): Promise<boolean> {
  const found = await known(tx)
    .selectFrom('app.person as p')
    .select('p.id')
    .where('p.disabled_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('p.is_demo', '=', true),
        eb.exists(eb.selectFrom('app.passkey as k').select('k.id').whereRef('k.person_id', '=', 'p.id')),
        eb.exists(eb.selectFrom('app.password as w').select('w.person_id').whereRef('w.person_id', '=', 'p.id')),
        eb.exists(eb.selectFrom('app.linked_identity as l').select('l.subject').whereRef('l.person_id', '=', 'p.id')),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return found === undefined;
}
