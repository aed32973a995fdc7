/**
 * Mail: a letter is a row written in the transaction of what it is about, and leaves after the commit.
 *
 *   waiting → sent            (the words are taken out of the row at once, the row goes after a week)
 *      ↺ tried again, later and later; then → failed
 *
 * A letter whose kind ends in `.forget` went to somebody who is not staff: its row is deleted when it is sent, and when it is given up.
 *
 * A process that dies while sending sends again: the Message-ID is the row's id, so the second copy is recognised as the same letter.
 * Without SMTP_URL letters wait in the local outbox (/dev/mail in a demo). Addresses and words never reach a log.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Transporter } from 'nodemailer';
import { demoDoorsOpen } from '../config.ts';
import type { App } from './context.ts';
import { afterCommit, type Tx } from './database.ts';
import { Problem } from './problem.ts';

export interface Letter {
  /** One address, without a name. */
  to: string;
  subject: string;
  /** Plain text; links stand on lines of their own. */
  text: string;
  /** Whose letter it is, when it is a member of staff; their letters go when they go. */
  personId?: string | null;
  /** What sort of letter, for counting, e.g. `identity.invitation`. Default `mail`. */
  kind?: string;
  /** A second letter with the same key in the same network is not written. */
  key?: string;
  /** After this it is not worth sending (its link has expired). */
  expiresAt?: Date;
}

export interface MailService {
  /** Writes the letter into the open transaction and returns its id: sent if the transaction commits, and only then. */
  send(tx: Tx, letter: Letter): Promise<string>;
}

declare module './context.ts' {
  interface Services {
    mail: MailService;
  }
}

type MaybeDate = Date | null;
export type MailTables = {
  'app.mail': {
    id: string;
    network_id: string | null;
    person_id: string | null;
    kind: string;
    key: string;
    address: string;
    subject: string;
    body: string;
    created_at: Date;
    due_at: Date;
    expires_at: MaybeDate;
    tries: number;
    sent_at: MaybeDate;
    failed_at: MaybeDate;
    last_error: string;
  };
};

/** Minutes until the next try after the first, second … try; when they are used up the letter has failed (after about two days). */
const backoffMinutes = [2, 5, 15, 60, 180, 360, 720, 1440];
const sentKeptDays = 7;
const unsentKeptDays = 30;
const addressRule = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/;

/** The service that actions use; works with or without a running worker. */
export function mailService(app: App): MailService {
  return {
    async send(tx, letter) {
      if (!addressRule.test(letter.to)) throw new Error('A letter needs one plain address.');
      const id = randomUUID();
      const now = app.clock();
      // A definite conflict target would need the right to read the box.
      await sql`insert into app.mail (id, network_id, person_id, kind, key, address, subject, body, created_at, due_at, expires_at)
        values (${id}, ctx.network_id(), ${letter.personId ?? null}, ${letter.kind ?? 'mail'}, ${letter.key ?? id}, ${letter.to},
          ${oneLine(letter.subject)}, ${letter.text}, ${now}, ${now}, ${letter.expiresAt ?? null})
        on conflict do nothing`.execute(tx);
      afterCommit(() => app.services.wake('mail'));
      return id;
    },
  };
}

const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();

/** Opens the way out, or null when there is none. */
export async function openTransport(app: App): Promise<Transporter | null> {
  if (!app.config.smtpUrl) return null;
  const { createTransport } = await import('nodemailer');
  const address = new URL(app.config.smtpUrl);
  const wait = { connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 40_000 };
  for (const [name, value] of Object.entries(wait))
    if (!address.searchParams.has(name)) address.searchParams.set(name, String(value));
  return createTransport({ url: address.href, disableFileAccess: true, disableUrlAccess: true });
}

/** Sends everything that is due, one letter after another. Returns how many left. Safe in several processes at once. */
export async function deliverMail(
  app: App,
  transport: Transporter | null,
  stopped: () => boolean = () => false,
): Promise<number> {
  if (!transport) return 0;
  let sent = 0;
  while (!stopped()) {
    const letter = await claim(app);
    if (!letter) break;
    try {
      await transport.sendMail({
        from: app.config.mailFrom,
        to: { name: '', address: letter.address },
        subject: letter.subject,
        text: letter.body,
        messageId: `<${letter.id}@${new URL(app.config.baseUrl).hostname}>`,
        date: letter.created_at,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      await putBack(app, letter, error);
      continue;
    }
    await app.db.run({ scope: 'system' }, async (tx) => {
      const mail = tx.withTables<MailTables>();
      if (leavesNothing(letter)) await mail.deleteFrom('app.mail').where('id', '=', letter.id).execute();
      else
        await mail
          .updateTable('app.mail')
          .set({ sent_at: app.clock(), subject: '', body: '', last_error: '' })
          .where('id', '=', letter.id)
          .execute();
    });
    sent++;
  }
  return sent;
}

type Claimed = {
  id: string;
  kind: string;
  address: string;
  subject: string;
  body: string;
  created_at: Date;
  tries: number;
};

const leavesNothing = ({ kind }: { kind: string }): boolean => kind.endsWith('.forget');

/** Takes the letter that waited longest and pushes it back, in one short transaction: nothing is held open while the mail server talks. */
async function claim(app: App): Promise<Claimed | null> {
  const now = app.clock();
  return app.db.run({ scope: 'system' }, async (tx) => {
    const mail = tx.withTables<MailTables>();
    await mail.deleteFrom('app.mail').where('kind', 'like', '%.forget').where('expires_at', '<=', now).execute();
    await mail
      .updateTable('app.mail')
      .set({ failed_at: now, last_error: 'expired', subject: '', body: '' })
      .where('sent_at', 'is', null)
      .where('failed_at', 'is', null)
      .where('expires_at', '<=', now)
      .execute();
    const row = await mail
      .selectFrom('app.mail')
      .select(['id', 'kind', 'address', 'subject', 'body', 'created_at', 'tries'])
      .where('sent_at', 'is', null)
      .where('failed_at', 'is', null)
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .orderBy('id')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!row) return null;
    const wait = backoffMinutes[Math.min(row.tries, backoffMinutes.length - 1)]!;
    await mail
      .updateTable('app.mail')
      .set({ tries: row.tries + 1, due_at: new Date(now.getTime() + wait * 60_000) })
      .where('id', '=', row.id)
      .execute();
    return { ...row, tries: row.tries + 1 };
  });
}

async function putBack(app: App, letter: Claimed, error: unknown): Promise<void> {
  const { said, final } = describeFailure(error);
  const over = final || letter.tries > backoffMinutes.length;
  app.log.warn({ mail: letter.id, kind: letter.kind, tries: letter.tries, said, givenUp: over }, 'mail not delivered');
  await app.db.run({ scope: 'system' }, async (tx) => {
    const mail = tx.withTables<MailTables>();
    if (over && leavesNothing(letter)) await mail.deleteFrom('app.mail').where('id', '=', letter.id).execute();
    else
      await mail
        .updateTable('app.mail')
        .set({ last_error: said, ...(over ? { failed_at: app.clock() } : {}) })
        .where('id', '=', letter.id)
        .execute();
  });
}

/** What went wrong in codes alone: a server's sentence often repeats the address. Refused for good (5xx on the address): not tried again. */
function describeFailure(error: unknown): { said: string; final: boolean } {
  const { code, responseCode, command } = (error ?? {}) as {
    code?: unknown;
    responseCode?: unknown;
    command?: unknown;
  };
  const parts = [code, responseCode, command].filter(
    (part) => part !== undefined && /^[\w +-]{1,40}$/.test(String(part)),
  );
  const final = code === 'EENVELOPE' && typeof responseCode === 'number' && responseCode >= 500;
  return { said: parts.join(' ') || 'unknown', final };
}

/** Deletes letters a week after they left, and those that never left after thirty days. */
export async function forgetMail(app: App): Promise<void> {
  const daysAgo = (days: number) => new Date(app.clock().getTime() - days * 86_400_000);
  await app.db.run({ scope: 'system' }, (tx) =>
    tx
      .withTables<MailTables>()
      .deleteFrom('app.mail')
      .where((eb) => eb.or([eb('sent_at', '<', daysAgo(sentKeptDays)), eb('created_at', '<', daysAgo(unsentKeptDays))]))
      .execute(),
  );
}

/** What an administrator sees of the mail: numbers and codes, no address. */
export interface MailHealth {
  /** Where letters go: a mail server, or the local outbox. */
  route: 'smtp' | 'outbox';
  waiting: number;
  /** When the letter that waits longest was written. */
  oldestWaiting: Date | null;
  sentLastWeek: number;
  failed: number;
  lastError: string | null;
}

export async function mailHealth(app: App, tx: Tx): Promise<MailHealth> {
  const { rows } = await sql<{
    waiting: number;
    oldest: Date | null;
    sent: number;
    failed: number;
    said: string | null;
  }>`
    select count(*) filter (where sent_at is null and failed_at is null) as waiting,
      min(created_at) filter (where sent_at is null and failed_at is null) as oldest,
      count(*) filter (where sent_at is not null) as sent,
      count(*) filter (where failed_at is not null) as failed,
      (select last_error from app.mail where last_error <> '' order by due_at desc limit 1) as said
    from app.mail`.execute(tx);
  const row = rows[0]!;
  return {
    route: app.config.smtpUrl ? 'smtp' : 'outbox',
    waiting: row.waiting,
    oldestWaiting: row.oldest,
    sentLastWeek: row.sent,
    failed: row.failed,
    lastError: row.said,
  };
}

export interface OutboxLetter {
  id: string;
  to: string;
  subject: string;
  text: string;
  createdAt: Date;
}

/**
 * The letters of a demo without a mail server, newest first; one of them when `id` is given. A letter of a network that is no demo, or to somebody who
 * works in one, is never among them.
 * Anywhere else, and where the demo's doors are shut, there is no such place: throws Problem.notFound. Not a view(): in a demo there is nobody to
 * protect from the reader.
 */
export async function localOutbox(app: App, id?: string): Promise<OutboxLetter[]> {
  if (!demoDoorsOpen(app.config) || app.config.smtpUrl) throw Problem.notFound();
  if (id !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw Problem.notFound();
  const rows = await app.db.run({ scope: 'system' }, (tx) => {
    const newest = tx
      .withTables<MailTables>()
      .selectFrom('app.mail')
      .selectAll()
      .where(sql<boolean>`not exists (select 1 from app.network n where n.id = mail.network_id and not n.is_demo)`)
      .where(
        sql<boolean>`not exists (select 1 from app.role_grant g join app.network n on n.id = g.network_id
          where g.person_id = mail.person_id and g.ended_at is null and not n.is_demo)`,
      )
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(200);
    return (id === undefined ? newest : newest.where('id', '=', id)).execute();
  });
  if (id !== undefined && rows.length === 0) throw Problem.notFound();
  return rows.map((row) => ({
    id: row.id,
    to: row.address,
    subject: row.subject,
    text: row.body,
    createdAt: row.created_at,
  }));
}
