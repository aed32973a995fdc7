/** The ways a person has to get in, counted in one place, so that the last one is never taken away. */
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import { known } from './tables.ts';

export interface WaysIn {
  passkeys: number;
  password: boolean;
  /** Connected single sign-on accounts. */
  links: number;
  /** Recovery codes not used yet. */
  codesLeft: number;
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
  const links = await t.selectFrom('app.linked_identity').select('subject').where('person_id', '=', personId).execute();
  const codes = await t
    .selectFrom('app.recovery_code')
    .select('person_id')
    .where('person_id', '=', personId)
    .where('used_at', 'is', null)
    .execute();
  return { passkeys: passkeys.length, password: password !== undefined, links: links.length, codesLeft: codes.length };
}

export const countWays = (ways: WaysIn): number => ways.passkeys + (ways.password ? 1 : 0) + ways.links;

/** Throws a conflict when one way is all that is left. Two removals at once wait for each other. Needs a system transaction. */
export async function refuseLast(tx: Tx, personId: string): Promise<WaysIn> {
  await tx.selectFrom('app.person').select('id').where('id', '=', personId).forUpdate().execute();
  const ways = await waysIn(tx, personId);
  if (countWays(ways) <= 1) throw Problem.conflict('identity.problem.lastWay');
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
