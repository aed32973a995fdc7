/**
 * The book of providers: what the overview and the board say of each, kept in memory, because working it out for four thousand takes seconds. Before
 * every answer it is asked what was written since the last one, by a snapshot of the database and not by a clock, and those providers are read anew:
 * so an answer is never older than the last commit. What nobody opens for a while is let go.
 */
import { setImmediate as breath } from 'node:timers/promises';
import { sql } from 'kysely';
import type { App, Ctx, Tx } from '#kernel';
import {
  changedSince,
  mergedRecords,
  organizationIds,
  organizationSums,
  type OrganizationSums,
  ownersOf,
  valueDays,
} from '#modules/organisations';
import { type ListingEvent, type Position, positionOf, type Standing, standing } from './listing.ts';
import { eventsOf } from './project.ts';
import { type Base, basesOf, valuesOf } from './upkeep/due.ts';

export interface Entry {
  sums: OrganizationSums;
  events: ListingEvent[];
  position: Position;
  /** Where it stands on the day that was asked last. */
  standing: { day: string; is: Standing } | null;
  /** Days on which its values were last known to be right, for what is due and late. */
  bases: Base[];
}

interface Book {
  /** In the order of names. Merged organisations are not in it. */
  entries: Map<string, Entry>;
  merged: ReadonlyMap<string, string>;
  seen: string | null;
  zone: string;
  usedAt: number;
  /** One brings it up to date at a time. */
  turn: Promise<unknown>;
}

/** Providers read at a time: bounds how long the server is busy with one answer. */
const slice = 200;
const idleMs = 30 * 60_000;
const books = new WeakMap<App['db'], Map<string, Book>>();

/** All providers of the network, as they are now, in the order of names. Not for transactions that have written. */
export async function bookOf(tx: Tx, ctx: Pick<Ctx, 'app' | 'network'>): Promise<ReadonlyMap<string, Entry>> {
  const book = heldBook(ctx);
  const mine = book.turn.then(() => bringUpToDate(tx, ctx, book));
  book.turn = mine.catch(() => undefined);
  await mine;
  return book.entries;
}

/**
 * Reads the book in behind a start, each slice in a transaction of its own so that nobody waits for it, and what changed meanwhile with the first answer.
 * Where somebody opened the book first, theirs stays. Never inside a transaction.
 */
export async function readBook(ctx: Pick<Ctx, 'app' | 'network'>): Promise<void> {
  if (heldBook(ctx).seen !== null) return;
  const networkId = ctx.network!.id;
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => ctx.app.db.run({ networkId }, work);
  const [seen, merged, ids] = await run(async (tx) => [
    (await changedSince(tx, null)).now,
    await mergedRecords(tx, networkId),
    await organizationIds(tx, networkId),
  ]);
  const book = emptyBook(ctx.network!.timezone);
  for (let i = 0; i < ids.length; i += slice) {
    await run((tx) => readAnew(tx, ctx, book, ids.slice(i, i + slice)));
    await breath();
  }
  inOrder(book);
  // After whoever is reading it now; no connection is held meanwhile, on the embedded database they may have the only one.
  const held = heldBook(ctx);
  held.turn = held.turn.then(() => {
    if (held.seen === null && held.zone === book.zone)
      Object.assign(held, { entries: book.entries, merged, seen } satisfies Partial<Book>);
  });
  await held.turn;
}

/** Where a provider of the book stands on a day. */
export function standingIn(entry: Entry, day: string): Standing {
  if (entry.standing?.day !== day) entry.standing = { day, is: standing(entry.events, day) };
  return entry.standing.is;
}

/** Where its events lead, up to and with a day. */
export const positionIn = (entry: Entry, day: string): Position =>
  entry.events.every((event) => event.on <= day)
    ? entry.position
    : positionOf(entry.events.filter((event) => event.on <= day));

function heldBook({ app, network }: Pick<Ctx, 'app' | 'network'>): Book {
  let held = books.get(app.db);
  if (!held) books.set(app.db, (held = new Map()));
  const now = performance.now();
  for (const [id, one] of held) if (id !== network!.id && now - one.usedAt > idleMs) held.delete(id);
  let book = held.get(network!.id);
  // Days are those of the network: another time zone, another book.
  if (book?.zone !== network!.timezone) {
    book = emptyBook(network!.timezone);
    held.set(network!.id, book);
  }
  book.usedAt = now;
  return book;
}

const emptyBook = (zone: string): Book => ({
  entries: new Map(),
  merged: new Map(),
  seen: null,
  zone,
  usedAt: performance.now(),
  turn: Promise.resolve(),
});

async function bringUpToDate(tx: Tx, ctx: Pick<Ctx, 'app' | 'network'>, book: Book): Promise<void> {
  const networkId = ctx.network!.id;
  const { now, organizationIds: changed } = await changedSince(tx, book.seen);
  const merged = await mergedRecords(tx, networkId);
  const stale =
    book.seen === null
      ? await organizationIds(tx, networkId)
      : [
          ...new Set([
            ...changed,
            ...(await eventsChanged(tx, book.seen)),
            ...(await ownersOf(tx, networkId, otherwise(book.merged, merged))),
          ]),
        ];
  for (let i = 0; i < stale.length; i += slice) await readAnew(tx, ctx, book, stale.slice(i, i + slice));
  if (stale.length > 0) inOrder(book);
  book.merged = merged;
  book.seen = now;
}

/** Records that were merged, or merged elsewhere, or parted, since. */
function otherwise(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const out = new Set<string>();
  for (const [from, into] of [...before, ...now])
    if (before.get(from) !== now.get(from)) for (const id of [from, into]) out.add(id);
  return [...out];
}

async function eventsChanged(tx: Tx, seen: string): Promise<string[]> {
  const { rows } = await sql<{
    changed: string[] | null;
  }>`select app.directory_events_changed(${seen}::pg_snapshot) as changed`.execute(tx);
  return rows[0]!.changed ?? [];
}

async function readAnew(tx: Tx, ctx: Pick<Ctx, 'network'>, book: Book, ids: readonly string[]): Promise<void> {
  const networkId = ctx.network!.id;
  // Compiling these statements takes a server longer than running them.
  await sql`set local jit = off`.execute(tx);
  const sums = await organizationSums(tx, networkId, ids);
  const values = Map.groupBy(valuesOf(await valueDays(tx, networkId, ids, book.zone)), (one) => one.organizationId);
  const events = await eventsOf(tx, networkId, ids);
  for (const id of ids) book.entries.delete(id);
  for (const one of sums) {
    const own = events.get(one.id) ?? [];
    book.entries.set(one.id, {
      sums: one,
      events: own,
      position: positionOf(own),
      standing: null,
      bases: basesOf(values.get(one.id) ?? []),
    });
  }
}

function inOrder(book: Book): void {
  const key = ({ sums }: Entry) => `${sums.folded} ${sums.id}`;
  book.entries = new Map([...book.entries].sort(([, a], [, b]) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)));
}
