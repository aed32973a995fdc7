/** Letters about one's own account: in the person's language, saying what happened and what to do if it was somebody else. */
import type { Ctx } from '../context.ts';
import type { Tx } from '../database.ts';
import { isLocale, translator } from '../i18n.ts';

export interface Addressee {
  /** Null while the person has no account yet. */
  id: string | null;
  email: string;
  name: string;
  locale: string;
}

/**
 * Writes a letter into the open transaction. `key` names two messages: `<key>.subject` and `<key>.text`; both are given the values and `name`.
 */
export async function writeTo(
  tx: Tx,
  ctx: Pick<Ctx, 'app'>,
  to: Addressee,
  key: string,
  values: Record<string, string | number> = {},
  more: { expiresAt?: Date } = {},
): Promise<void> {
  const t = translator(isLocale(to.locale) ? to.locale : 'en');
  const filled = { ...values, name: to.name };
  await ctx.app.services.mail.send(tx, {
    to: to.email,
    subject: t(`${key}.subject`, filled),
    text: t(`${key}.text`, filled),
    personId: to.id,
    kind: key,
    expiresAt: more.expiresAt,
  });
}

/** Tells a person what happened to their account. */
export async function tell(
  tx: Tx,
  ctx: Pick<Ctx, 'app'>,
  personId: string,
  key: string,
  values: Record<string, string | number> = {},
): Promise<void> {
  const person = await tx
    .selectFrom('app.person')
    .select(['id', 'email', 'name', 'locale', 'is_demo'])
    .where('id', '=', personId)
    .executeTakeFirst();
  if (person && !person.is_demo)
    await writeTo(tx, ctx, person, key, { ...values, account: `${ctx.app.config.baseUrl}/account` });
}

/** Without a mail server a link is handed over by the person who made it; with one, nobody but the mailbox sees it. */
export const handsOverLinks = (ctx: Pick<Ctx, 'app'>): boolean => ctx.app.config.smtpUrl === null;
