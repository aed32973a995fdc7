/**
 * Links that open one door once: the first set-up, an invitation, an account restored, a sign-in after too many tries by somebody else.
 *
 *   open → used | revoked | expired
 *
 * The token stands in the path and nowhere else; the database knows its hash. Routes that take one are marked `secretPath`, so no log has it.
 */
import type { App } from '../context.ts';
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import { known } from './tables.ts';
import { hashToken, newToken } from './token.ts';

/** Hours until each kind is over. */
export const linkHours = { setup: 24, invitation: 7 * 24, recovery: 24, unlock: 1 };
export type LinkPurpose = keyof typeof linkHours;
export type LinkState = 'open' | 'used' | 'revoked' | 'expired';

/** A use or a revocation stays what it is after the link's time is over. */
export function linkState(
  link: { used_at: Date | null; revoked_at: Date | null; expires_at: Date },
  now: Date,
): LinkState {
  if (link.used_at) return 'used';
  if (link.revoked_at) return 'revoked';
  return link.expires_at <= now ? 'expired' : 'open';
}

export interface NewLink {
  id: string;
  /** For the address; stored nowhere. */
  token: string;
  expiresAt: Date;
}

/** Makes a link inside a system transaction. */
export async function makeLink(tx: Tx, app: App, purpose: LinkPurpose, personId: string | null): Promise<NewLink> {
  const token = newToken();
  const now = app.clock();
  const expiresAt = new Date(now.getTime() + linkHours[purpose] * 3_600_000);
  const { id } = await known(tx)
    .insertInto('app.one_time_link')
    .values({ purpose, token_hash: hashToken(token), person_id: personId, created_at: now, expires_at: expiresAt })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, token, expiresAt };
}

export interface OpenLink {
  id: string;
  purpose: LinkPurpose;
  personId: string | null;
}

/** The link behind a token when its door still opens; else null, and nobody learns which of the reasons. */
export async function findLink(tx: Tx, token: string, now: Date): Promise<OpenLink | null> {
  const row = await known(tx)
    .selectFrom('app.one_time_link')
    .select(['id', 'purpose', 'person_id', 'used_at', 'revoked_at', 'expires_at'])
    .where('token_hash', '=', hashToken(token))
    .executeTakeFirst();
  if (!row || linkState(row, now) !== 'open') return null;
  return { id: row.id, purpose: row.purpose as LinkPurpose, personId: row.person_id };
}

/** Uses the link up. Throws a conflict when somebody was faster. */
export async function useLink(tx: Tx, id: string, now: Date): Promise<void> {
  const used = await known(tx)
    .updateTable('app.one_time_link')
    .set({ used_at: now })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst();
  if (!used) throw Problem.conflict('identity.problem.linkOver');
}

export async function revokeLink(tx: Tx, id: string, now: Date): Promise<void> {
  await known(tx)
    .updateTable('app.one_time_link')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
}
