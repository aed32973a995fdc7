/** Writing what happens to a listing: the only place where an event is added, each judged by ../listing.ts and, where it takes two, by the database. */
import { sql } from 'kysely';
import { type Ctx, Problem, today, type Tx, authorOf } from '#kernel';
import { type EventKind, type ListingEvent, type Move, type Position, positionOf, refusal } from '../listing.ts';
import { eventsOf } from '../project.ts';
import { directory } from '../tables.ts';

/** All events of one organisation as they were written, and where they lead. */
export async function positionNow(
  tx: Tx,
  networkId: string,
  organizationId: string,
): Promise<Position & { events: ListingEvent[] }> {
  const events = (await eventsOf(tx, networkId, [organizationId])).get(organizationId) ?? [];
  return { ...positionOf(events), events };
}

/**
 * Adds an event to an organisation's listing. `on` is the day it took effect (default today; never before the last event, never after today). Throws
 * Problem.conflict with a sentence when the move may not follow, or needs a reason or a second person. The caller calls project() afterwards, in
 * the same transaction.
 */
export async function addListingEvent(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor' | 'network'>,
  organizationId: string,
  kind: EventKind,
  data: Record<string, unknown> = {},
  on: string = today(ctx),
): Promise<Position> {
  const networkId = ctx.network!.id;
  // Two who act at one moment come one after the other, and the second is judged by what the first did.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`directory ${organizationId}`}, 0))`.execute(tx);
  const { events, ...at } = await positionNow(tx, networkId, organizationId);
  const by = authorOf(ctx);
  const no = refusal(at, { kind, data }, by);
  if (no) throw Problem.conflict(no.key);
  if (on > today(ctx) || (at.last && on < at.last.on)) throw Problem.conflict('directory.vetting.refused.day');
  await insert(tx, ctx, [organizationId], { kind, data }, on);
  return positionOf([...events, { seq: Number.MAX_SAFE_INTEGER, kind, on, authorId: by, data }]);
}

const slice = 1_000;

/**
 * Adds the same moves, in their order and of today, to many organisations at once, each judged like one by itself: where a move may not follow, that
 * organisation is left as it is. Returns those that were moved. The caller calls project() afterwards, in the same transaction.
 */
export async function addListingEvents(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor' | 'network'>,
  organizationIds: readonly string[],
  moves: readonly Move[],
): Promise<string[]> {
  const by = authorOf(ctx);
  const on = today(ctx);
  const known = await eventsOf(tx, ctx.network!.id, organizationIds);
  const moved = organizationIds.filter((id) => {
    const events = [...(known.get(id) ?? [])];
    return moves.every((move) => {
      const at = positionOf(events);
      if (refusal(at, move, by) || (at.last && on < at.last.on)) return false;
      events.push({ ...move, seq: Number.MAX_SAFE_INTEGER, on, authorId: by });
      return true;
    });
  });
  for (let i = 0; i < moved.length; i += slice)
    for (const move of moves) await insert(tx, ctx, moved.slice(i, i + slice), move, on);
  return moved;
}

async function insert(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'actor' | 'network'>,
  organizationIds: readonly string[],
  { kind, data }: Move,
  on: string,
): Promise<void> {
  await directory(tx)
    .insertInto('app.directory_event')
    .values(
      organizationIds.map((id) => ({
        network_id: ctx.network!.id,
        organization_id: id,
        on_day: on,
        kind,
        data: JSON.stringify(data),
        author_id: authorOf(ctx),
        at: ctx.app.clock(),
      })),
    )
    .execute();
}

/** Organisations that asked not to be contacted, among these. */
export async function notToContact(
  tx: Tx,
  networkId: string,
  organizationIds: readonly string[],
): Promise<Set<string>> {
  const events = await eventsOf(tx, networkId, organizationIds);
  return new Set([...events].filter(([, list]) => positionOf(list).doNotContact).map(([id]) => id));
}

/** Those of these organisations whose application was declined or withdrawn. */
export async function notTaken(tx: Tx, networkId: string, organizationIds: readonly string[]): Promise<Set<string>> {
  const events = await eventsOf(tx, networkId, organizationIds);
  return new Set(
    [...events].filter(([, list]) => ['declined', 'withdrawn'].includes(positionOf(list).state)).map(([id]) => id),
  );
}
