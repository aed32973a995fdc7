/**
 * One's own account: name, language, ways in, sessions. Whatever changes a way in asks to be proved again first and is told by mail, and the last
 * way in is never taken away.
 */
import { z } from 'zod';
import { action } from '../action.ts';
import type { Ctx } from '../context.ts';
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import type { Text } from '../tables.ts';
import { view } from '../view.ts';
import { personName } from './invitation.ts';
import { tell } from './notice.ts';
import { type PasskeyRow, passkeysOf } from './passkey.ts';
import { NewWay } from './proof.ts';
import { replaceRecoveryCodes } from './recovery-codes.ts';
import { personOf } from './roles.ts';
import { endSessionsOf, liveSessions, type SessionRow } from './session.ts';
import { known } from './tables.ts';
import { openingLinks, refuseLast, type WaysIn, waysIn } from './ways.ts';

export interface OwnAccount {
  name: string;
  email: string;
  locale: string;
  isDemo: boolean;
  agency: Text;
  networks: { id: string; slug: string; name: Text; roles: string[] }[];
  passkeys: PasskeyRow[];
  ways: WaysIn;
  /** Connected organisations; one that does not open the account now (no role there, or switched off) is said to be so. */
  connected: { networkId: string; issuer: string; opens: boolean }[];
  sessions: SessionRow[];
}

/** Everything the account page shows. */
export const viewAccount = view('identity.account.read', {
  may: 'signedIn',
  asSystem: true,
  load: async ({ tx, ctx }: { tx: Tx; input: undefined; ctx: Ctx }): Promise<OwnAccount> => {
    const { personId } = personOf(ctx);
    const person = await tx
      .selectFrom('app.person as p')
      .innerJoin('app.agency as a', 'a.id', 'p.agency_id')
      .select(['p.name', 'p.email', 'p.locale', 'p.is_demo', 'a.name as agency_name'])
      .where('p.id', '=', personId)
      .executeTakeFirstOrThrow();
    const grants = await tx
      .selectFrom('app.role_grant as g')
      .innerJoin('app.network as n', 'n.id', 'g.network_id')
      .select(['n.id', 'n.slug', 'n.name', 'g.role'])
      .where('g.person_id', '=', personId)
      .where('g.ended_at', 'is', null)
      .orderBy('n.slug')
      .orderBy('g.role')
      .execute();
    const networks = new Map<string, OwnAccount['networks'][number]>();
    for (const grant of grants) {
      const network = networks.get(grant.id) ?? { id: grant.id, slug: grant.slug, name: grant.name, roles: [] };
      network.roles.push(grant.role);
      networks.set(grant.id, network);
    }
    const connected = await known(tx)
      .selectFrom('app.linked_identity')
      .select(['network_id', 'issuer'])
      .distinct()
      .where('person_id', '=', personId)
      .orderBy('issuer')
      .execute();
    const opening = await openingLinks(tx, personId);
    return {
      name: person.name,
      email: person.email,
      locale: person.locale,
      isDemo: person.is_demo,
      agency: person.agency_name,
      networks: [...networks.values()],
      passkeys: await passkeysOf(tx, personId),
      ways: await waysIn(tx, personId),
      connected: connected.map((row) => ({
        networkId: row.network_id,
        issuer: row.issuer,
        opens: opening.includes(row.network_id),
      })),
      sessions: await liveSessions(tx, personId, ctx.app.clock()),
    };
  },
  audit: ({ ctx }) => ({ subject: `person:${personOf(ctx).personId}`, fields: ['account'] }),
});

const own = (ctx: Ctx) => `person:${personOf(ctx).personId}`;

export const updateAccount = action('identity.account.update', {
  input: z.object({ name: personName, locale: z.enum(['en', 'es']) }),
  may: 'signedIn',
  run: async ({ tx, input, ctx }) => {
    await tx.updateTable('app.person').set(input).where('id', '=', personOf(ctx).personId).execute();
  },
  audit: ({ ctx }) => ({ subject: own(ctx), fields: ['name', 'locale'] }),
});

/** Adds a passkey, a password with its code, or a connected account. A new password ends every other session. */
export const addWay = action('identity.way.add', {
  input: z.object({ way: z.instanceof(NewWay) }),
  may: 'signedIn',
  stepUp: true,
  asSystem: true,
  check: ({ input, ctx }) => {
    if (input.way.personId && input.way.personId !== personOf(ctx).personId) throw Problem.forbidden();
  },
  run: async ({ tx, input, ctx }) => {
    const { personId, sessionId } = personOf(ctx);
    const now = ctx.app.clock();
    const recoveryCodes = await input.way.store(tx, personId, now);
    if (input.way.method === 'password+code') await endSessionsOf(tx, personId, now, 'password changed', sessionId);
    await tell(
      tx,
      ctx,
      personId,
      `identity.mail.added.${input.way.method === 'password+code' ? 'password' : input.way.method}`,
    );
    return { recoveryCodes };
  },
  audit: ({ input, ctx }) => ({ subject: own(ctx), fields: [input.way.method] }),
});

const ownKey = async ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => {
  const key = await known(tx)
    .selectFrom('app.passkey')
    .select('id')
    .where('id', '=', input.id)
    .where('person_id', '=', personOf(ctx).personId)
    .executeTakeFirst();
  if (!key) throw Problem.notFound();
  return key;
};

export const passkeyName = z.string().trim().min(1).max(60);

export const renamePasskey = action('identity.passkey.rename', {
  input: z.object({ id: z.guid(), name: passkeyName }),
  may: 'signedIn',
  load: ownKey,
  run: async ({ tx, input }) => {
    await known(tx).updateTable('app.passkey').set({ name: input.name }).where('id', '=', input.id).execute();
  },
  audit: ({ input }) => ({ subject: `passkey:${input.id}`, fields: ['name'] }),
});

export const removePasskey = action('identity.passkey.remove', {
  input: z.object({ id: z.guid() }),
  may: 'signedIn',
  stepUp: true,
  asSystem: true,
  load: ownKey,
  run: async ({ tx, input, ctx }) => {
    await refuseLast(tx, personOf(ctx).personId, 'passkey');
    await known(tx).deleteFrom('app.passkey').where('id', '=', input.id).execute();
    await tell(tx, ctx, personOf(ctx).personId, 'identity.mail.removed.passkey');
  },
  audit: ({ input }) => ({ subject: `passkey:${input.id}`, fields: ['removed'] }),
});

/** Takes the password, its codes and the codes on paper away together: none of them opens anything alone. */
export const removePassword = action('identity.password.remove', {
  input: z.object({}),
  may: 'signedIn',
  stepUp: true,
  asSystem: true,
  run: async ({ tx, ctx }) => {
    const { personId } = personOf(ctx);
    if (!(await refuseLast(tx, personId, 'password')).password) throw Problem.notFound();
    for (const table of ['app.password', 'app.one_time_code', 'app.recovery_code'] as const) {
      await known(tx).deleteFrom(table).where('person_id', '=', personId).execute();
    }
    await tell(tx, ctx, personId, 'identity.mail.removed.password');
  },
  audit: ({ ctx }) => ({ subject: own(ctx), fields: ['password', 'removed'] }),
});

export const renewRecoveryCodes = action('identity.codes.renew', {
  input: z.object({}),
  may: 'signedIn',
  stepUp: true,
  asSystem: true,
  run: async ({ tx, ctx }) => {
    const { personId } = personOf(ctx);
    if (!(await waysIn(tx, personId)).password) throw Problem.notFound();
    return { recoveryCodes: await replaceRecoveryCodes(tx, personId) };
  },
  audit: ({ ctx }) => ({ subject: own(ctx), fields: ['recovery_codes'] }),
});

export const disconnect = action('identity.link.remove', {
  input: z.object({ networkId: z.guid() }),
  may: 'signedIn',
  stepUp: true,
  asSystem: true,
  run: async ({ tx, input, ctx }) => {
    const { personId } = personOf(ctx);
    await refuseLast(tx, personId, { networkId: input.networkId });
    const gone = await known(tx)
      .deleteFrom('app.linked_identity')
      .where('person_id', '=', personId)
      .where('network_id', '=', input.networkId)
      .returning('issuer')
      .execute();
    if (gone.length === 0) throw Problem.notFound();
  },
  audit: ({ ctx }) => ({ subject: own(ctx), fields: ['single_sign_on', 'removed'] }),
});

export const endOtherSessions = action('identity.session.endOthers', {
  input: z.object({}),
  may: 'signedIn',
  run: ({ tx, ctx }) =>
    endSessionsOf(tx, personOf(ctx).personId, ctx.app.clock(), 'ended by its person', personOf(ctx).sessionId),
  audit: ({ ctx }) => ({ subject: own(ctx), fields: ['sessions'] }),
});
