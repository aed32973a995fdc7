/**
 * Links to a list of services, for somebody who is not signed in.
 *
 *   open → revoked | expired
 *
 * The address holds the only copy of the token; the database has its hash. What it opens is filtered again for whom it was made, at the moment it is
 * opened, so a service that is hidden later is gone from it too. Nobody counts who opens it, and to whom it went is written nowhere.
 */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { action, type App, type Ctx, type Job, type Locale, locales, Problem, tenantOf, translator } from '#kernel';
import { personOf, readers } from '../pages/staff/who.ts';
import { mostServices } from './basket.ts';
import { sharing } from './tables.ts';

export type Audience = 'public' | 'partner';
/** How a link may leave: each is chosen because the person said that it is safe. */
export const ways = ['text', 'mail', 'link'] as const;
export const dayChoices = [1, 7, 30] as const;
/** A letter that is late may come when it is no longer safe: after an hour it is not sent. */
const letterMinutes = 60;

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
/** Letters of this kind are deleted when they are sent (src/kernel/mail.ts): the address is not kept. */
const letterKind = 'share.forget';

/**
 * Makes a link, and sends it by mail where that was said to be safe. Without a way that was chosen there is no link. Subject and text are the same for
 * everybody and say nothing of what the list is about.
 */
export const makeShare = action('directory.share.make', {
  input: z
    .object({
      services: z.array(z.uuid()).min(1, { error: 'directory.share.empty' }).max(mostServices),
      audience: z.enum(['public', 'partner']),
      days: z.coerce.number().refine((days) => dayChoices.some((one) => one === days)),
      locale: z.enum(locales),
      way: z.enum(ways, { error: 'directory.share.wayNeeded' }),
      to: z.string().trim().max(254).default(''),
    })
    .superRefine((input, at) => {
      const wrong = (path: string, message: string) => at.addIssue({ code: 'custom', path: [path], message });
      if (input.way === 'mail' && !z.email().safeParse(input.to).success) wrong('to', 'directory.share.addressNeeded');
      if (input.way === 'text' && input.to !== '' && input.to.replace(/\D/g, '').length < 7)
        wrong('to', 'directory.share.number');
    }),
  may: readers,
  run: async ({ tx, input, ctx }) => {
    const now = ctx.app.clock();
    const token = randomBytes(32).toString('base64url');
    const { id } = await sharing(tx)
      .insertInto('app.directory_share')
      .values({
        network_id: ctx.network!.id,
        token_hash: hashOf(token),
        services: input.services,
        audience: input.audience,
        locale: input.locale,
        author_id: personOf(ctx),
        created_at: now,
        expires_at: new Date(now.getTime() + input.days * 86_400_000),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const url = `${ctx.app.config.baseUrl}/s/${token}?lang=${input.locale}`;
    if (input.way === 'mail')
      await ctx.app.services.mail.send(tx, {
        to: input.to,
        ...neutralLetter(input.locale, url),
        kind: letterKind,
        expiresAt: new Date(now.getTime() + letterMinutes * 60_000),
      });
    return { id, url };
  },
  audit: ({ input, result }) => ({ subject: `share:${result.id}`, fields: ['services', input.way] }),
});

/** The letter: the same for everybody, in the reader's language, without a word of what the list is about. */
export function neutralLetter(locale: Locale, url: string): { subject: string; text: string } {
  const t = translator(locale);
  return { subject: t('directory.share.letter.subject'), text: `${t('directory.share.letter.text')}\n${url}` };
}

/** Closes one's own link at once. */
export const revokeShare = action('directory.share.revoke', {
  input: z.object({ id: z.uuid() }),
  may: readers,
  run: async ({ tx, input, ctx }) => {
    const ended = await sharing(tx)
      .updateTable('app.directory_share')
      .set({ revoked_at: ctx.app.clock() })
      .where('network_id', '=', ctx.network!.id)
      .where('id', '=', input.id)
      .where('author_id', '=', personOf(ctx))
      .where('revoked_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (!ended) throw Problem.notFound();
  },
  audit: ({ input }) => ({ subject: `share:${input.id}`, fields: ['revoked'] }),
});

export interface OpenShare {
  networkId: string;
  services: string[];
  audience: 'public' | 'partner';
  expiresAt: Date;
}

/** The list behind a token while it is open; else null, and nobody learns which of the reasons. */
export async function openShare(app: App, token: string): Promise<OpenShare | null> {
  if (!/^[\w-]{43}$/.test(token)) return null;
  const row = await app.db.run({ scope: 'system' }, (tx) =>
    sharing(tx)
      .selectFrom('app.directory_share')
      .select(['network_id', 'services', 'audience', 'expires_at', 'revoked_at'])
      .where('token_hash', '=', hashOf(token))
      .executeTakeFirst(),
  );
  if (!row || row.revoked_at || row.expires_at <= app.clock()) return null;
  return { networkId: row.network_id, services: row.services, audience: row.audience, expiresAt: row.expires_at };
}

/** The person's links that still open, the newest first. */
export async function openSharesOf(ctx: Ctx): Promise<{ id: string; created: Date; expires: Date; count: number }[]> {
  const rows = await ctx.app.db.run(tenantOf(ctx), (tx) =>
    sharing(tx)
      .selectFrom('app.directory_share')
      .select(['id', 'created_at', 'expires_at', 'services'])
      .where('network_id', '=', ctx.network!.id)
      .where('author_id', '=', personOf(ctx))
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', ctx.app.clock())
      .orderBy('created_at', 'desc')
      .limit(50)
      .execute(),
  );
  return rows.map((row) => ({
    id: row.id,
    created: row.created_at,
    expires: row.expires_at,
    count: row.services.length,
  }));
}

/** Links whose time is over, and lists that nobody finished, go every night. */
export const forgetShares: Job = {
  name: 'directory.shares.forget',
  run: async (ctx) => {
    const now = ctx.app.clock();
    await ctx.app.db.run(tenantOf(ctx), async (tx) => {
      const old = new Date(now.getTime() - 86_400_000);
      const of = ctx.network!.id;
      await sharing(tx)
        .deleteFrom('app.directory_share')
        .where('network_id', '=', of)
        .where('expires_at', '<', now)
        .execute();
      await sharing(tx).deleteFrom('app.directory_basket').where('network_id', '=', of).where('at', '<', old).execute();
    });
  },
};
