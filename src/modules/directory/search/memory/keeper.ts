/**
 * Which directories are kept in memory. The first search of one is answered by the database while its rows are read beside it, a few at a time, so that no
 * request waits for it; what nobody searches for a while is let go. Above a limit of rows in all the database goes on answering.
 */
import { setImmediate as breath } from 'node:timers/promises';
import type { App, Tx } from '#kernel';
import type { SearchAudience } from '../source.ts';
import { noId, Tables } from './reader.ts';
import { Snapshot } from './snapshot.ts';

/** Some 2 to 3 kB each. Measured: 4,000 are read in within half a second, no pause above 21 ms; 40,000 in 6 to 8 s, one pause of 70 to 480 ms. */
export const mostRows = 60_000;
const idleMs = 15 * 60_000;
/** After a failure, or where there is no room, it is not tried again for so long. */
const pauseMs = 60_000;
/** Rows read in one go: some milliseconds of work. */
const slice = 100;

type Host = Pick<App, 'db' | 'log'>;
type Kept = {
  snapshot: Snapshot | null;
  building: Promise<void> | null;
  usedAt: number;
  notBefore: number;
};

const keepers = new WeakMap<App['db'], Keeper>();

/** The directories kept of one database. `limit`, in rows of all of them, counts when it is asked for first; at 0 nothing is kept and the database answers. */
export function keeperOf(app: Host, limit = mostRows): Keeper {
  let keeper = keepers.get(app.db);
  if (!keeper) keepers.set(app.db, (keeper = new Keeper(app, limit)));
  return keeper;
}

class Keeper {
  readonly #app: Host;
  readonly #limit: number;
  readonly #kept = new Map<string, Kept>();
  #sweep: NodeJS.Timeout | null = null;

  constructor(app: Host, limit: number) {
    this.#app = app;
    this.#limit = limit;
  }

  /** The rows of an audience; null while they are not in memory, which they will be soon. Never to be called inside a transaction. */
  take(networkId: string, audience: SearchAudience): Snapshot | null {
    if (this.#limit === 0) return null;
    const now = performance.now();
    const kept = this.#of(networkId, audience);
    kept.usedAt = now;
    const { snapshot } = kept;
    // Much of it is struck out: made anew, and the database answers until then.
    if (snapshot && snapshot.size > 2 * snapshot.living + 1_000) kept.snapshot = null;
    if (!kept.snapshot && !kept.building && now >= kept.notBefore) this.#start(kept, networkId, audience);
    return kept.snapshot;
  }

  /** Waits until they are in memory, or it is known that they will not be. */
  async prepare(networkId: string, audience: SearchAudience): Promise<Snapshot | null> {
    const taken = this.take(networkId, audience);
    if (taken) return taken;
    const kept = this.#of(networkId, audience);
    await kept.building;
    return kept.snapshot;
  }

  /** Lets a directory go that is behind by more than is worth taking in. */
  drop(networkId: string, audience: SearchAudience): void {
    this.#of(networkId, audience).snapshot = null;
  }

  #of(networkId: string, audience: SearchAudience): Kept {
    const key = `${networkId} ${audience}`;
    let kept = this.#kept.get(key);
    if (!kept) this.#kept.set(key, (kept = { snapshot: null, building: null, usedAt: 0, notBefore: 0 }));
    return kept;
  }

  #start(kept: Kept, networkId: string, audience: SearchAudience): void {
    kept.building = this.#build(networkId, audience)
      .then((snapshot) => {
        kept.snapshot = snapshot;
        if (!snapshot) kept.notBefore = performance.now() + pauseMs;
      })
      .catch((error: unknown) => {
        kept.notBefore = performance.now() + pauseMs;
        this.#app.log.warn({ err: error }, 'the directory could not be read into memory; the database answers');
      })
      .finally(() => {
        kept.building = null;
      });
    this.#sweep ??= setInterval(() => this.#letGo(), 60_000).unref();
  }

  async #build(networkId: string, audience: SearchAudience): Promise<Snapshot | null> {
    const { db } = this.#app;
    const read = <T>(work: (tables: Tables) => Promise<T>): Promise<T> => {
      const inTx = (tx: Tx) => work(new Tables(tx, audience));
      return audience === 'public' ? db.readPublic(networkId, inTx) : db.run({ networkId }, inTx);
    };
    const [rows, seen] = await read((tables) => tables.size());
    const others = [...this.#kept.values()].reduce((sum, one) => sum + (one.snapshot?.size ?? 0), 0);
    if (rows + others > this.#limit) return null;
    // What changes while this goes on is told by the first look after it.
    const snapshot = new Snapshot(seen);
    for (let after = noId; ; ) {
      const found = await read(async (tables) => {
        const part = await tables.rows(null, after, slice);
        return { part, stems: await tables.stems([...new Set(part.flatMap((row) => row[14]))]) };
      });
      for (const row of found.part) snapshot.add(row, found.stems);
      if (snapshot.living + others > this.#limit) return null;
      if (found.part.length < slice) return snapshot;
      after = found.part.at(-1)![0];
      await breath();
    }
  }

  #letGo(): void {
    const now = performance.now();
    for (const [key, kept] of this.#kept) if (!kept.building && now - kept.usedAt > idleMs) this.#kept.delete(key);
    if (this.#kept.size > 0) return;
    clearInterval(this.#sweep!);
    this.#sweep = null;
  }
}
