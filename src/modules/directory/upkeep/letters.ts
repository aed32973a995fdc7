/**
 * Letters to providers: to whom, in which language, in which words. A letter holds no value of the listing and no place: it leads to a page by a link
 * that opens once until everything is answered, and its subject says nothing of what the directory is about.
 */
import { sql } from 'kysely';
import { type Ctx, dayInWords, isLocale, type Locale, pick, translator, type Tx } from '#kernel';
import { type Fields, holdings, organizationsWithEmail } from '#modules/organisations';
import type { Campaign } from './campaigns.ts';
import { hashToken, newToken } from './link.ts';
import type { Request } from './read.ts';
import type { Step } from './request.ts';
import { upkeep } from './tables.ts';

export interface LetterBox {
  to: string;
  locale: Locale;
  /** Set when it is a member of staff's own address: the account of a provider. */
  personId: string | null;
}

/**
 * Where letters about a listing go: what staff wrote down, else the account of whoever speaks for it, else the address in its record. Null when there is
 * none. `tx` must be one of the system.
 */
export async function letterBoxOf(
  tx: Tx,
  ctx: Pick<Ctx, 'network'>,
  organizationId: string,
): Promise<LetterBox | null> {
  const network = ctx.network!;
  const kept = await upkeep(tx)
    .selectFrom('app.directory_letter_box')
    .select(['email', 'locale'])
    .where('network_id', '=', network.id)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  if (kept) return { to: kept.email, locale: kept.locale, personId: null };
  const account = await sql<{ id: string; email: string; locale: string }>`
    select p.id, p.email, p.locale from app.directory_provider d join app.person p on p.id = d.person_id and p.disabled_at is null
    where d.network_id = ${network.id} and d.organization_id = ${organizationId} and d.ended_at is null
    order by d.linked_at, d.id limit 1`.execute(tx);
  const [own] = account.rows;
  if (own)
    return { to: own.email, locale: isLocale(own.locale) ? own.locale : network.defaultLocale, personId: own.id };
  const holding = (await holdings(tx, network.id, [organizationId])).get(organizationId);
  const to = holding && [holding.organization, ...holding.services].map((rec) => addressIn(rec.fields)).find(Boolean);
  if (!to) return null;
  const applied = await sql<{ locale: Locale }>`
    select locale from app.directory_application where network_id = ${network.id} and organization_id = ${organizationId}`.execute(
    tx,
  );
  return { to, locale: applied.rows[0]?.locale ?? network.defaultLocale, personId: null };
}

/** Those of these organizations to which no letter can go, by the same rule for all at once: somebody must call or write on paper. */
export async function withoutLetterBox(
  tx: Tx,
  networkId: string,
  organizationIds: readonly string[],
): Promise<string[]> {
  const kept = await sql<{ id: string }>`
    select b.organization_id as id from app.directory_letter_box b where b.network_id = ${networkId}
    union
    select d.organization_id from app.directory_provider d join app.person p on p.id = d.person_id and p.disabled_at is null
    where d.network_id = ${networkId} and d.ended_at is null`.execute(tx);
  const reached = await organizationsWithEmail(tx, networkId, organizationIds);
  for (const { id } of kept.rows) reached.add(id);
  return organizationIds.filter((id) => !reached.has(id));
}

const addressIn = (fields: Fields): string | undefined =>
  (fields.email as string | undefined) ??
  ((fields.contacts as { email?: string }[] | undefined) ?? []).find((one) => one.email)?.email;

/** Days for which a letter that cannot leave is tried. */
const letterDays = 14;
/** Days for which a link still opens after a listing was set aside. */
const afterDays = 60;

export const linkPath = (slug: string, token: string): string => `/${slug}/services/check/${token}`;

/** Writes a letter with a link of its own, both in the open transaction of the system. Returns the letter's id. */
export async function sendLetter(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'network'>,
  box: LetterBox,
  {
    kind,
    request,
    campaign,
    name,
  }: { kind: 'asked' | Step; request: Pick<Request, 'id' | 'answerBy'>; campaign: Campaign; name: string },
): Promise<string> {
  const network = ctx.network!;
  const now = ctx.app.clock();
  const token = newToken();
  const { remind, escalate, demote } = campaign.waits;
  await upkeep(tx)
    .insertInto('app.directory_request_link')
    .values({
      token_hash: hashToken(token),
      network_id: network.id,
      request_id: request.id,
      made_at: now,
      expires_at: new Date(now.getTime() + (remind + escalate + demote + afterDays) * 86_400_000),
    })
    .execute();
  const { locale } = box;
  const t = translator(locale);
  const say = (key: string, values?: Record<string, unknown>) => t(`directory.upkeep.letter.${key}`, values);
  const words = { network: pick(network.name, locale), name, day: dayInWords(request.answerBy, locale) };
  const own = kind === 'asked' ? pick(campaign.letter, locale).trim() : '';
  const link = `${ctx.app.config.baseUrl}${linkPath(network.slug, token)}?lang=${locale}`;
  return ctx.app.services.mail.send(tx, {
    to: box.to,
    personId: box.personId,
    kind: `directory.upkeep.${kind}`,
    key: `directory.upkeep ${request.id} ${kind}`,
    subject: say(`${kind}Subject`),
    text: [
      say('hello'),
      say(kind, words),
      ...(own ? [own] : []),
      `${say(`${kind}Link`, words)}\n${link}`,
      ...(kind === 'demoted' ? [] : [say('silence', words)]),
      say('hidden'),
      say('stop'),
      words.network,
    ].join('\n\n'),
    expiresAt: new Date(now.getTime() + letterDays * 86_400_000),
  });
}
