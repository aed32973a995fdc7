/**
 * Sessions: opaque 256-bit tokens, kept as hashes. A session ends after an hour without use or twelve hours in all, when its person or an
 * administrator ends it, when its person signs in again at the same browser, or when the account is disabled or restored.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Actor, App } from '../context.ts';
import type { Tx } from '../database.ts';
import { hashToken, newToken } from './token.ts';

export const idleMinutes = 60;
export const absoluteHours = 12;

/**
 * The hidden field of every form: bound to the session and different on every page, so that compressing the page tells nothing.
 */
export function newCsrf(token: string, salt = randomBytes(9).toString('base64url')): string {
  return `${salt}.${createHmac('sha256', token).update(`csrf ${salt}`).digest('base64url')}`;
}

/** True when a form's hidden field was made for this session. */
export function checkCsrf(token: string, field: string): boolean {
  const expected = Buffer.from(newCsrf(token, field.split('.')[0] ?? ''));
  const given = Buffer.from(field);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** How the person proved who they are. */
export type SignInMethod = 'passkey' | 'password+code' | 'sso' | 'setup' | 'recovery' | 'demo';

// Elsewhere the person may have proved themselves days ago, and a demo proves nothing.
const provesNow = (method: SignInMethod): boolean => method !== 'sso' && method !== 'demo';

/** Starts a session inside an open system transaction; returns the token for the cookie, which is stored nowhere. */
export async function startSession(
  tx: Tx,
  app: App,
  personId: string,
  method: SignInMethod,
  userAgent: string,
): Promise<string> {
  const token = newToken();
  const now = app.clock();
  await tx
    .insertInto('app.session')
    .values({
      token_hash: hashToken(token),
      person_id: personId,
      method,
      user_agent: userAgent.slice(0, 200),
      created_at: now,
      seen_at: now,
      step_up_at: provesNow(method) ? now : null,
      ended_why: null,
    })
    .execute();
  return token;
}

export interface LiveSession {
  actor: Extract<Actor, { kind: 'person' }>;
  locale: string;
  method: SignInMethod;
}

/** The person behind a token in one network, or null when the session is over, unknown or the account disabled. */
export async function readSession(app: App, token: string, networkId: string | null): Promise<LiveSession | null> {
  const now = app.clock();
  return app.db.run({ scope: 'system' }, async (tx) => {
    const row = await tx
      .selectFrom('app.session as s')
      .innerJoin('app.person as p', 'p.id', 's.person_id')
      .select([
        's.id',
        's.person_id',
        's.method',
        's.created_at',
        's.seen_at',
        's.step_up_at',
        'p.name',
        'p.email',
        'p.agency_id',
        'p.locale',
      ])
      .where('s.token_hash', '=', hashToken(token))
      .where('s.ended_at', 'is', null)
      .where('p.disabled_at', 'is', null)
      .executeTakeFirst();
    if (!row) return null;
    const idle = now.getTime() - row.seen_at.getTime();
    const age = now.getTime() - row.created_at.getTime();
    if (idle > idleMinutes * 60_000 || age > absoluteHours * 3_600_000) {
      await endSession(tx, row.id, now, idle > idleMinutes * 60_000 ? 'idle' : 'age');
      return null;
    }
    if (idle > 60_000) await tx.updateTable('app.session').set({ seen_at: now }).where('id', '=', row.id).execute();
    const grants = await tx
      .selectFrom('app.role_grant')
      .select(['role', 'network_id'])
      .where('person_id', '=', row.person_id)
      .where('ended_at', 'is', null)
      .where((eb) => eb.or([eb('network_id', 'is', null), ...(networkId ? [eb('network_id', '=', networkId)] : [])]))
      .execute();
    return {
      actor: {
        kind: 'person',
        personId: row.person_id,
        name: row.name,
        email: row.email,
        agencyId: row.agency_id,
        roles: new Set(grants.map((g) => g.role)),
        sessionId: row.id,
        stepUpAt: row.step_up_at,
      },
      locale: row.locale,
      method: row.method as SignInMethod,
    };
  });
}

export async function endSession(tx: Tx, sessionId: string, now: Date, why: string): Promise<void> {
  await tx
    .updateTable('app.session')
    .set({ ended_at: now, ended_why: why })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .execute();
}

/** Ends every live session of a person but one; returns how many. Needs the person's own or a system transaction. */
export async function endSessionsOf(
  tx: Tx,
  personId: string,
  now: Date,
  why: string,
  keep: string | null = null,
): Promise<number> {
  let query = tx
    .updateTable('app.session')
    .set({ ended_at: now, ended_why: why })
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null);
  if (keep) query = query.where('id', '<>', keep);
  const ended = await query.executeTakeFirst();
  return Number(ended.numUpdatedRows);
}

export interface SessionRow {
  id: string;
  method: SignInMethod;
  userAgent: string;
  startedAt: Date;
  seenAt: Date;
}

/** The sessions of a person that could still be used now, newest use first. */
export async function liveSessions(tx: Tx, personId: string, now: Date): Promise<SessionRow[]> {
  const rows = await tx
    .selectFrom('app.session')
    .select(['id', 'method', 'user_agent', 'created_at', 'seen_at'])
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .where('seen_at', '>=', new Date(now.getTime() - idleMinutes * 60_000))
    .where('created_at', '>=', new Date(now.getTime() - absoluteHours * 3_600_000))
    .orderBy('seen_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    method: row.method as SignInMethod,
    userAgent: row.user_agent,
    startedAt: row.created_at,
    seenAt: row.seen_at,
  }));
}
