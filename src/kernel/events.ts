/**
 * The outbox: what happened, written in the transaction in which it happened, carrying ids and never values. A worker hands each event to
 * its subscribers once they commit; a crash in between only means that it is handed over later (src/kernel/jobs.ts).
 */
import type { Ctx } from './context.ts';
import type { Tx } from './database.ts';

export interface DomainEvent {
  /** e.g. `plan.revision.published` */
  name: string;
  ids: Record<string, string | number | null>;
}

declare module './context.ts' {
  interface Services {
    events?: { nudge(): void };
  }
}

type OutboxTables = {
  'app.outbox_event': { network_id: string | null; name: string; ids: string; request_id: string };
};

/** Writes events into the outbox of the open transaction. */
export async function recordEvents(
  tx: Tx,
  ctx: Pick<Ctx, 'network' | 'requestId'>,
  events: DomainEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await tx
    .withTables<OutboxTables>()
    .insertInto('app.outbox_event')
    .values(
      events.map((event) => ({
        network_id: ctx.network?.id ?? null,
        name: event.name,
        ids: JSON.stringify(event.ids),
        request_id: ctx.requestId,
      })),
    )
    .execute();
}
