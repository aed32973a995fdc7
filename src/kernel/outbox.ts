/**
 * Hands events to their subscribers after the commit: in order within a network and subscriber, networks beside each other.
 *
 *   event committed → (nudge, or the next look) → claimed for a subscriber → done
 *                                                     ↺ tried again, later and later; then → given up, seen in job health
 *
 * A subscriber with `apply` takes effect exactly once: its work and the line that says so are one transaction. One with `run` may run again
 * after a crash. An event that keeps failing holds back only later events of the same subscriber in the same network.
 */
import { sql } from 'kysely';
import type { App } from './context.ts';
import type { Tx } from './database.ts';
import type { DomainEvent } from './events.ts';
import { cleanError } from './clean-error.ts';
import type { Subscriber } from './module.ts';
import { systemCtx } from './system.ts';

/** Seconds until the next try after the first, second … try; used up after about a day. */
const backoffSeconds = [5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200];
/** A claim that was not settled by then belongs to a process that died. */
const claimSeconds = 300;
/** How many events of one network are looked at in one round. */
const roundSize = 50;
const deliveredKeptDays = 30;

export type OutboxTables = {
  'app.outbox_event': {
    id: number;
    network_id: string | null;
    name: string;
    ids: DomainEvent['ids'];
    request_id: string;
    at: Date;
    delivered_at: Date | null;
  };
  'app.outbox_delivery': {
    event_id: number;
    subscriber: string;
    tries: number;
    due_at: Date;
    done_at: Date | null;
    failed_at: Date | null;
    last_error: string;
  };
};
type Waiting = Pick<OutboxTables['app.outbox_event'], 'id' | 'network_id' | 'name' | 'ids' | 'request_id'>;

/** Delivers until nothing more can be delivered now. Returns how many events are wholly settled. Safe in several processes at once. */
export async function deliverEvents(
  app: App,
  subscribers: readonly Subscriber[],
  stopped: () => boolean = () => false,
): Promise<number> {
  let settled = 0;
  while (!stopped()) {
    const events = await waitingEvents(app);
    const byNetwork = Map.groupBy(events, (event) => event.network_id);
    const counts = await Promise.all(
      [...byNetwork.values()].map((list) => deliverInOrder(app, list, subscribers, stopped)),
    );
    const round = counts.reduce((sum, n) => sum + n, 0);
    settled += round;
    if (round === 0) break;
  }
  return settled;
}

const waitingEvents = (app: App): Promise<Waiting[]> =>
  app.db.run({ scope: 'system' }, async (tx) => {
    const { rows } = await sql<Waiting>`
      select id, network_id, name, ids, request_id from (
        select *, row_number() over (partition by network_id order by id) as place from app.outbox_event where delivered_at is null
      ) waiting where place <= ${roundSize} order by id`.execute(tx);
    return rows;
  });

/** One network's events, oldest first. A subscriber that has to wait with one waits with the following too. */
async function deliverInOrder(
  app: App,
  events: Waiting[],
  subscribers: readonly Subscriber[],
  stopped: () => boolean,
): Promise<number> {
  const held = new Set<string>();
  const settled: number[] = [];
  for (const event of events) {
    let whole = true;
    for (const subscriber of subscribers) {
      if (stopped()) whole = false;
      if (subscriber.event !== event.name || !whole) continue;
      if (!held.has(subscriber.name) && (await deliverOne(app, event, subscriber))) continue;
      held.add(subscriber.name);
    }
    if (whole && !subscribers.some((s) => s.event === event.name && held.has(s.name))) settled.push(event.id);
  }
  if (settled.length > 0) {
    await app.db.run({ scope: 'system' }, (tx) =>
      tx
        .withTables<OutboxTables>()
        .updateTable('app.outbox_event')
        .set({ delivered_at: app.clock() })
        .where('id', 'in', settled)
        .execute(),
    );
  }
  return settled.length;
}

/** True when the subscriber has nothing left to do with the event: done, now or before, or given up. */
async function deliverOne(app: App, event: Waiting, subscriber: Subscriber): Promise<boolean> {
  const claimed = await claim(app, event.id, subscriber.name);
  if (claimed === 'settled') return true;
  if (claimed === 'later') return false;
  const ctx = await systemCtx(app, `event:${subscriber.name}`, event.network_id, event.request_id);
  const told = { id: String(event.id), name: event.name, ids: event.ids };
  try {
    if (subscriber.apply) {
      const { apply } = subscriber;
      await app.db.run({ scope: 'system', networkId: event.network_id }, async (tx) => {
        // The row's lock makes a second process wait here and then find the work done.
        if (await settle(app, tx, event.id, subscriber.name)) await apply(tx, ctx, told);
      });
    } else {
      await subscriber.run(ctx, told);
      await app.db.run({ scope: 'system' }, (tx) => settle(app, tx, event.id, subscriber.name));
    }
    return true;
  } catch (error) {
    return putBack(app, event, subscriber, claimed, error);
  }
}

/** Takes the delivery for this process: the number of the try, or why it is not ours now. */
async function claim(app: App, eventId: number, subscriber: string): Promise<number | 'settled' | 'later'> {
  const now = app.clock();
  const until = new Date(now.getTime() + claimSeconds * 1000);
  return app.db.run({ scope: 'system' }, async (tx) => {
    const { rows } = await sql<{ tries: number }>`
      insert into app.outbox_delivery as d (event_id, subscriber, tries, due_at) values (${eventId}, ${subscriber}, 1, ${until})
      on conflict (event_id, subscriber) do update set tries = d.tries + 1, due_at = ${until}
        where d.done_at is null and d.failed_at is null and d.due_at <= ${now}
      returning tries`.execute(tx);
    if (rows[0]) return rows[0].tries;
    const { settled } = await tx
      .withTables<OutboxTables>()
      .selectFrom('app.outbox_delivery')
      .select((eb) => eb.or([eb('done_at', 'is not', null), eb('failed_at', 'is not', null)]).as('settled'))
      .where('event_id', '=', eventId)
      .where('subscriber', '=', subscriber)
      .executeTakeFirstOrThrow();
    return settled ? 'settled' : 'later';
  });
}

/** Marks it done. False when it already was. */
async function settle(app: App, tx: Tx, eventId: number, subscriber: string): Promise<boolean> {
  const done = await tx
    .withTables<OutboxTables>()
    .updateTable('app.outbox_delivery')
    .set({ done_at: app.clock(), last_error: '' })
    .where('event_id', '=', eventId)
    .where('subscriber', '=', subscriber)
    .where('done_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Notes the failure; true when this was the last try and the event is given up. */
async function putBack(
  app: App,
  event: Waiting,
  subscriber: Subscriber,
  tries: number,
  error: unknown,
): Promise<boolean> {
  const over = tries > backoffSeconds.length;
  const err = cleanError(error);
  app.log.error(
    { event: event.id, name: event.name, subscriber: subscriber.name, tries, givenUp: over, err },
    'event not delivered',
  );
  const now = app.clock();
  await app.db.run({ scope: 'system' }, (tx) =>
    tx
      .withTables<OutboxTables>()
      .updateTable('app.outbox_delivery')
      .set({
        last_error: `${err.name}: ${err.message}`.slice(0, 300),
        due_at: new Date(now.getTime() + (backoffSeconds[tries - 1] ?? 0) * 1000),
        ...(over ? { failed_at: now } : {}),
      })
      .where('event_id', '=', event.id)
      .where('subscriber', '=', subscriber.name)
      .execute(),
  );
  return over;
}

/** At the start of the only process there can be (embedded database): what is claimed was claimed by a process that is gone. */
export async function releaseClaims(app: App): Promise<void> {
  const now = app.clock();
  await app.db.run({ scope: 'system' }, (tx) =>
    tx
      .withTables<OutboxTables>()
      .updateTable('app.outbox_delivery')
      .set({ due_at: now })
      .where('done_at', 'is', null)
      .where('failed_at', 'is', null)
      .where('due_at', '>', now)
      .execute(),
  );
}

/** Deletes events a month after they were handed over. */
export async function forgetEvents(app: App): Promise<void> {
  const before = new Date(app.clock().getTime() - deliveredKeptDays * 86_400_000);
  await app.db.run({ scope: 'system' }, (tx) =>
    tx.withTables<OutboxTables>().deleteFrom('app.outbox_event').where('delivered_at', '<', before).execute(),
  );
}

/** What an administrator sees of the outbox. */
export interface OutboxHealth {
  /** Events that not every subscriber has had. */
  waiting: number;
  oldestWaiting: Date | null;
  /** Deliveries that failed at least once and will be tried again. */
  retrying: number;
  /** Deliveries given up in the last month. */
  givenUp: number;
  lastError: string | null;
}

export async function outboxHealth(tx: Tx): Promise<OutboxHealth> {
  const { rows } = await sql<{
    waiting: number;
    oldest: Date | null;
    retrying: number;
    given_up: number;
    said: string | null;
  }>`
    select count(*) as waiting, min(at) as oldest,
      (select count(*) from app.outbox_delivery where done_at is null and failed_at is null and last_error <> '') as retrying,
      (select count(*) from app.outbox_delivery where failed_at is not null) as given_up,
      (select last_error from app.outbox_delivery where last_error <> '' order by due_at desc limit 1) as said
    from app.outbox_event where delivered_at is null`.execute(tx);
  const row = rows[0]!;
  return {
    waiting: row.waiting,
    oldestWaiting: row.oldest,
    retrying: row.retrying,
    givenUp: row.given_up,
    lastError: row.said,
  };
}
