/**
 * The daily mail: one letter per person and day with what every module has to tell them, in their language, and never the same thing twice.
 *
 * Served from 7:00 where the person's home network is (the one they have held a role in longest); after an outage, as soon as it is over.
 * What was said and the letter itself are one transaction, so a crash at any moment leaves either both or neither. Something not told
 * yesterday is simply still untold today; so is what stood in a letter that could not be delivered.
 */
import { sql } from 'kysely';
import type { App, Ctx, Network } from './context.ts';
import { cleanError } from './clean-error.ts';
import { isLocale, type Locale, pick, type Translate, translator } from './i18n.ts';
import type { DigestItem, DigestSource } from './module.ts';
import { systemCtx } from './system.ts';

const sendFromHour = 7;
const urgencies = ['late', 'due', 'waiting', 'news'] as const satisfies readonly DigestItem['urgency'][];

interface Reader {
  id: string;
  email: string;
  name: string;
  locale: Locale;
  /** Network → roles held there. */
  roles: ReadonlyMap<string, ReadonlySet<string>>;
}

/** An item with the key under which it is remembered, which also says where it comes from. */
export interface Told extends DigestItem {
  remembered: string;
  network: Network;
}

/** The day to serve in that time zone, or null before seven in the morning. */
export function dueDay(now: Date, timeZone: string): string | null {
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
  return local.hour >= sendFromHour ? local.toPlainDate().toString() : null;
}

/**
 * Serves everyone whose home is this network and who was not served today. Returns how many letters were written.
 * A module that fails is left out, and told about at the end by throwing: its items come tomorrow, the others went out today.
 */
export async function sendDigests(app: App, network: Network, sources: readonly DigestSource[]): Promise<number> {
  const day = dueDay(app.clock(), network.timezone);
  if (day === null) return 0;
  const failures = new Set<string>();
  let written = 0;
  for (const reader of await readersToServe(app, network, day)) {
    const items = await gather(app, reader, sources, failures);
    if (await serve(app, network, reader, day, items)) written++;
  }
  if (failures.size > 0) throw new Error(`These digest sources failed: ${[...failures].join(', ')}.`);
  return written;
}

async function readersToServe(app: App, network: Network, day: string): Promise<Reader[]> {
  const rows = await app.db.run({ scope: 'system' }, async (tx) => {
    const found = await sql<{
      id: string;
      email: string;
      name: string;
      locale: string;
      grants: { network: string; role: string }[];
    }>`
      with home as (
        select distinct on (person_id) person_id, network_id from app.role_grant
        where ended_at is null and network_id is not null order by person_id, granted_at, id
      )
      select p.id, p.email, p.name, p.locale,
        (select json_agg(json_build_object('network', g.network_id, 'role', g.role)) from app.role_grant g
          where g.person_id = p.id and g.ended_at is null and g.network_id is not null) as grants
      from home join app.person p on p.id = home.person_id
      where home.network_id = ${network.id} and p.disabled_at is null
        and not exists (select 1 from app.digest_day d where d.person_id = p.id and d.day = ${day}::date)
      order by p.id`.execute(tx);
    return found.rows;
  });
  return rows.map((row) => {
    const roles = new Map<string, Set<string>>();
    for (const grant of row.grants) roles.set(grant.network, (roles.get(grant.network) ?? new Set()).add(grant.role));
    return { id: row.id, email: row.email, name: row.name, locale: isLocale(row.locale) ? row.locale : 'en', roles };
  });
}

/** Everything the modules have to tell this person now, said before or not. Outside any transaction: modules read as they like. */
async function gather(
  app: App,
  reader: Reader,
  sources: readonly DigestSource[],
  failures: Set<string>,
): Promise<Told[]> {
  const told: Told[] = [];
  for (const [networkId, roles] of reader.roles) {
    const system = await systemCtx(app, 'kernel.digest', networkId, 'digest');
    const ctx: Ctx = { ...system, locale: reader.locale, t: translator(reader.locale) };
    for (const source of sources) {
      try {
        for (const item of await source.items(ctx, { id: reader.id, roles })) {
          told.push({ ...item, network: ctx.network!, remembered: `${source.name} ${networkId} ${item.key}` });
        }
      } catch (error) {
        failures.add(source.name);
        app.log.error({ source: source.name, err: cleanError(error) }, 'digest source failed');
      }
    }
  }
  return told;
}

/** Writes the day, what is told and the letter, all or nothing. True when there was something to say and nobody was faster. */
async function serve(app: App, home: Network, reader: Reader, day: string, items: readonly Told[]): Promise<boolean> {
  const now = app.clock();
  return app.db.run({ scope: 'system', networkId: home.id }, async (tx) => {
    const known = await sql<{ key: string }>`
      select t.key from app.digest_told t left join app.mail m on m.id = t.mail_id
      where t.person_id = ${reader.id} and m.failed_at is null`.execute(tx);
    const before = new Set(known.rows.map((row) => row.key));
    const fresh = [
      ...new Map(items.filter((item) => !before.has(item.remembered)).map((item) => [item.remembered, item])).values(),
    ];
    const served =
      await sql`insert into app.digest_day (person_id, day, items, at) values (${reader.id}, ${day}::date, ${fresh.length}, ${now})
      on conflict do nothing`.execute(tx);
    if (served.numAffectedRows === 0n || fresh.length === 0) return false;
    const letter = digestLetter(reader, fresh, app.config.baseUrl);
    const mailId = await app.services.mail.send(tx, {
      ...letter,
      to: reader.email,
      personId: reader.id,
      kind: 'kernel.digest',
      key: `digest ${reader.id} ${day}`,
    });
    await sql`insert into app.digest_told (person_id, key, mail_id, at)
      select ${reader.id}, unnest(${fresh.map((item) => item.remembered)}::text[]), ${mailId}, ${now}
      on conflict (person_id, key) do update set mail_id = excluded.mail_id, at = excluded.at`.execute(tx);
    return true;
  });
}

/** The letter's words: late before due before waiting before news; named by network only where there are several. */
export function digestLetter(
  reader: Pick<Reader, 'name' | 'locale'>,
  items: readonly Told[],
  baseUrl: string,
): { subject: string; text: string } {
  const t: Translate = translator(reader.locale);
  const several = new Set(items.map((item) => item.network.id)).size > 1;
  const late = items.filter((item) => item.urgency === 'late').length;
  const groups = urgencies.flatMap((urgency) => {
    const list = items.filter((item) => item.urgency === urgency);
    if (list.length === 0) return [];
    const lines = list.map((item) => {
      const where = several ? ` (${pick(item.network.name, reader.locale)})` : '';
      return `- ${item.text.replace(/\s+/g, ' ').trim()}${where}\n  ${baseUrl}${item.path}`;
    });
    return [`${t(`kernel.digest.${urgency}`)}\n\n${lines.join('\n\n')}`];
  });
  return {
    subject:
      late > 0
        ? t('kernel.digest.subjectLate', { count: items.length, late })
        : t('kernel.digest.subject', { count: items.length }),
    text: `${[t('kernel.digest.hello', { name: reader.name }), ...groups, t('kernel.digest.foot', { address: `${baseUrl}/` })].join('\n\n')}\n`,
  };
}
