/**
 * Signing in, proving it again, and signing out. Every way ends in the same action, which takes a Proof; a new sign-in always gives a new token
 * and ends the session that stood at this browser.
 *
 * Limits: per address and origin, per address, per origin. An origin is address and browser together and is generous, because a whole shelter may
 * share one. When somebody else uses up the tries for an address, its owner gets a letter with a link that has tries of its own; passkeys are
 * never limited by address.
 */
import { z } from 'zod';
import { action } from '../action.ts';
import { appendAudit, appendAuditIn } from '../audit.ts';
import { type Ctx, tenantOf } from '../context.ts';
import { Problem } from '../problem.ts';
import { Limiter } from '../rate-limit.ts';
import { writeTo } from './notice.ts';
import { findLink, makeLink, useLink } from './one-time-link.ts';
import { proveByPasskey } from './passkey.ts';
import { proveByPassword } from './password-way.ts';
import { Proof } from './proof.ts';
import { grantsOf, personOf } from './roles.ts';
import { endSession, startSession } from './session.ts';
import { hashToken } from './token.ts';

const byAddressHere = new Limiter({ points: 10, seconds: 15 * 60 });
const byAddress = new Limiter({ points: 40, seconds: 60 * 60 });
const byOrigin = new Limiter({ points: 150, seconds: 15 * 60 });
const byUnlock = new Limiter({ points: 10, seconds: 60 * 60 });
const letters = new Limiter({ points: 1, seconds: 60 * 60 });

/**
 * Opens a session for whoever proved themselves. A session belongs to no network, so the entry stands in the deployment's chain, and once more in
 * the chain of every network where the person holds a role, whose auditors could not see it otherwise.
 */
export const openSession = (ctx: Ctx, input: { proof: Proof; userAgent: string }) =>
  openSessionAnywhere({ ...ctx, network: null }, input);

const openSessionAnywhere = action('identity.session.open', {
  input: z.object({ proof: z.instanceof(Proof), userAgent: z.string() }),
  may: 'public',
  asSystem: true,
  run: async ({ tx, input, ctx }) => {
    const now = ctx.app.clock();
    const { proof } = input;
    await proof.useUp(tx, now);
    const person = await tx
      .selectFrom('app.person')
      .select('id')
      .where('id', '=', proof.personId)
      .where('disabled_at', 'is', null)
      .executeTakeFirst();
    if (!person) throw Problem.invalid({ form: { key: 'identity.signIn.wrong' } });
    if (ctx.actor.kind === 'person') await endSession(tx, ctx.actor.sessionId, now, 'replaced');
    const networks = (await grantsOf(tx, person.id)).flatMap((grant) => grant.networkId ?? []);
    await appendAuditIn(tx, ctx, networks, {
      action: 'identity.session.open',
      subject: `person:${person.id}`,
      fields: [proof.method],
      outcome: 'done',
    });
    return {
      token: await startSession(tx, ctx.app, proof.personId, proof.method, input.userAgent),
      personId: proof.personId,
    };
  },
  audit: ({ input }) => ({ subject: `person:${input.proof.personId}`, fields: [input.proof.method] }),
});

/** Records that a session has just shown again who uses it. */
export const confirmSession = action('identity.session.confirm', {
  input: z.object({ proof: z.instanceof(Proof) }),
  may: 'signedIn',
  asSystem: true,
  check: ({ input, ctx }) => {
    if (input.proof.personId !== personOf(ctx).personId) throw Problem.forbidden();
  },
  run: async ({ tx, input, ctx }) => {
    const now = ctx.app.clock();
    await input.proof.useUp(tx, now);
    await tx.updateTable('app.session').set({ step_up_at: now }).where('id', '=', personOf(ctx).sessionId).execute();
  },
  audit: ({ input, ctx }) => ({
    subject: `session:${personOf(ctx).sessionId}`,
    fields: ['step_up_at', input.proof.method],
  }),
});

/** Ends a session of one's own: this one (signing out) or another. */
export const endOwnSession = action('identity.session.end', {
  input: z.object({ sessionId: z.guid() }),
  may: 'signedIn',
  load: async ({ tx, input, ctx }) => {
    const own = await tx
      .selectFrom('app.session')
      .select('id')
      .where('id', '=', input.sessionId)
      .where('person_id', '=', personOf(ctx).personId)
      .executeTakeFirst();
    if (!own) throw Problem.notFound();
    return own;
  },
  run: async ({ tx, input, ctx }) => {
    await endSession(
      tx,
      input.sessionId,
      ctx.app.clock(),
      input.sessionId === personOf(ctx).sessionId ? 'signed out' : 'ended by its person',
    );
  },
  audit: ({ input }) => ({ subject: `session:${input.sessionId}`, fields: ['ended_at'] }),
});

export interface Try {
  email: string;
  password: string;
  code: string;
  /** From a link that was mailed after too many tries. */
  unlock?: string;
}

const tooMany = (key: string): Problem => new Problem('tooMany', key);

/**
 * Signs in by password and code. Throws Problem.invalid with one sentence whatever was wrong, or Problem tooMany. A failed try is audited, so
 * that auditors see guessing, naming nobody.
 */
export async function signInByPassword(ctx: Ctx, given: Try, from: { origin: string; userAgent: string }) {
  const email = given.email.trim().toLowerCase();
  await takeTries(ctx, email, given.unlock, from.origin);
  try {
    const proof = await proveByPassword(ctx.app, { email }, given);
    return await openSession(ctx, { proof, userAgent: from.userAgent });
  } catch (error) {
    if (error instanceof Problem && error.kind === 'invalid') await noteFailure(ctx, 'password');
    throw error;
  }
}

/** Signs in by passkey; nobody is named before the browser offers a key. */
export async function signInByPasskey(
  ctx: Ctx,
  given: { handle: string; response: string },
  from: { origin: string; userAgent: string },
) {
  if (!(await byOrigin.take(from.origin))) throw tooMany('identity.problem.tooManyHere');
  try {
    const proof = await proveByPasskey(ctx.app, null, given.handle, given.response);
    return await openSession(ctx, { proof, userAgent: from.userAgent });
  } catch (error) {
    if (error instanceof Problem && error.kind === 'invalid') await noteFailure(ctx, 'passkey');
    throw error;
  }
}

/** Proves again that it is the signed-in person, by password and code or by passkey. */
export async function confirmAgain(
  ctx: Ctx,
  given: { password: string; code: string } | { handle: string; response: string },
): Promise<void> {
  const { personId } = personOf(ctx);
  if (!(await byAddressHere.take(`confirm ${personId}`))) throw tooMany('identity.problem.tooManyHere');
  const proof =
    'password' in given
      ? await proveByPassword(ctx.app, { personId }, given)
      : await proveByPasskey(ctx.app, personId, given.handle, given.response);
  await confirmSession(ctx, { proof });
}

async function noteFailure(ctx: Ctx, way: string): Promise<void> {
  await ctx.app.db.run(tenantOf(ctx), (tx) =>
    appendAudit(tx, ctx, { action: 'identity.session.open', outcome: 'denied', reason: way }),
  );
}

async function takeTries(ctx: Ctx, email: string, unlock: string | undefined, origin: string): Promise<void> {
  if (!(await byOrigin.take(origin))) throw tooMany('identity.problem.tooManyHere');
  if (unlock && (await unlocks(ctx, email, unlock))) {
    if (await byUnlock.take(hashToken(unlock).toString('hex'))) return;
    throw tooMany('identity.problem.tooManyHere');
  }
  if (!(await byAddressHere.take(`${email} ${origin}`))) throw tooMany('identity.problem.tooManyHere');
  if (await byAddress.take(email)) return;
  if (await letters.take(email)) await sendUnlock(ctx, email);
  throw tooMany('identity.problem.tooManyAddress');
}

const unlocks = (ctx: Ctx, email: string, token: string): Promise<boolean> =>
  ctx.app.db.run({ scope: 'system' }, async (tx) => {
    const link = await findLink(tx, token, ctx.app.clock());
    if (link?.purpose !== 'unlock' || !link.personId) return false;
    const owner = await tx.selectFrom('app.person').select('email').where('id', '=', link.personId).executeTakeFirst();
    return owner?.email === email;
  });

/** One letter an hour to the owner of an address that somebody tries to guess. For an unknown address the same work, and no letter. */
async function sendUnlock(ctx: Ctx, email: string): Promise<void> {
  const now = ctx.app.clock();
  await ctx.app.db.run({ scope: 'system' }, async (tx) => {
    const person = await tx
      .selectFrom('app.person')
      .select(['id', 'email', 'name', 'locale'])
      .where('email', '=', email)
      .where('disabled_at', 'is', null)
      .executeTakeFirst();
    const link = await makeLink(tx, ctx.app, 'unlock', person?.id ?? null);
    if (!person) return useLink(tx, link.id, now);
    const values = { link: `${ctx.app.config.baseUrl}/sign-in/open/${link.token}` };
    await writeTo(tx, ctx, person, 'identity.mail.unlock', values, { expiresAt: link.expiresAt });
  });
}
