/**
 * The audit chain: every write, every person-level read and every denial, by whom, naming fields and never values.
 * Rows are added by the database function audit_append only; each holds the hash of the one before it.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Ctx } from './context.ts';
import type { Tx } from './database.ts';
import type { AuditEntryTable } from './tables.ts';
import type { Selectable } from 'kysely';

export interface AuditNote {
  /** e.g. `plan.revision.approve` */
  action: string;
  /** What it concerned, as `kind:id`; ids only. */
  subject?: string;
  /** Names of the fields that changed or were shown. */
  fields?: string[];
  outcome: 'done' | 'denied' | 'read';
  /** Why, where the reader was asked (purpose), or what rule denied. Never personal values. */
  reason?: string;
}

/** Adds one entry to the chain of the network the transaction belongs to. */
export async function appendAudit(tx: Tx, ctx: Pick<Ctx, 'actor' | 'requestId'>, note: AuditNote): Promise<void> {
  const { actor } = ctx;
  const actorId = actor.kind === 'person' ? actor.personId : null;
  const kind = actor.kind === 'system' ? `system:${actor.job}` : actor.kind;
  await sql`select app.audit_append(${kind}, ${actorId}::uuid, ${note.action}, ${note.subject ?? ''}, ${note.fields ?? []}::text[],
    ${note.outcome}, ${note.reason ?? ''}, ${ctx.requestId})`.execute(tx);
}

/**
 * Adds the same entry to the chain of each given network, for what concerns an account and is done outside its networks (a sign-in). Needs a system
 * transaction. The chains are taken in one order, and before the one of the transaction itself, so that two of these never wait for each other.
 */
export async function appendAuditIn(
  tx: Tx,
  ctx: Pick<Ctx, 'actor' | 'requestId'>,
  networkIds: readonly string[],
  note: AuditNote,
): Promise<void> {
  const here = await sql<{ id: string }>`select current_setting('app.network', true) as id`.execute(tx);
  for (const id of [...new Set(networkIds)].sort()) {
    await sql`select set_config('app.network', ${id}, true)`.execute(tx);
    await appendAudit(tx, ctx, note);
  }
  await sql`select set_config('app.network', ${here.rows[0]?.id ?? ''}, true)`.execute(tx);
}

export type AuditEntry = Selectable<AuditEntryTable>;

/** The text an entry's hash is taken over; the database's app.audit_text gives the same. `micros` is `at` in microseconds since 1970. */
export function auditText(e: Omit<AuditEntry, 'at' | 'hash'> & { micros: string }): string {
  return [
    e.chain,
    String(e.seq),
    e.micros,
    e.actor_kind,
    e.actor_id ?? '',
    e.action,
    e.subject,
    e.fields.join(' '),
    e.outcome,
    e.reason,
    e.request_id,
    e.prev_hash.toString('hex'),
  ]
    .map((part) => `${[...part].length}:${part}`)
    .join(',');
}

/** SHA-256 over auditText. */
export const auditHash = (entry: Parameters<typeof auditText>[0]): Buffer =>
  createHash('sha256').update(auditText(entry)).digest();
