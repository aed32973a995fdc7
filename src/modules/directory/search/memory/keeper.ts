/**
 * Which directories are kept in memory. The first search of one is answered by the database while its rows are read beside it, a few at a time, so that no
 * request waits for it; what nobody searches for a while is let go. Above a limit of rows in all the database goes on answering.
 */
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { setImmediate as breath } from 'node:timers/promises';
import type { App, Tx } from '#kernel';
import type { SearchAudience } from '../source.ts';
import { Answers } from './answers.ts';
import { KeptDirectory } from './directory.ts';
import { byBytes, type Row, Snapshot } from './snapshot.ts';
import { glance, Tables } from './tables.ts';

/** What a row takes at most, in bytes: some 2 kB, with what is shown of some of them. */
const rowBytes = 3_000;
/** An eighth of the machine's memory, a third of what this process may take: 100,000 rows where there are 2 GB. */
export const mostRows = Math.floor(Math.min(totalmem() / 8, getHeapStatistics().heap_size_limit / 3) / rowBytes);
const idleMs = 15 * 60_000;
/** After a failure, or where there is no room, it is not tried again for so long. */
const pauseMs = 60_000;
/** Rows read in one go: some milliseconds of work. */
const slice = 100;
const firstId = '00000000-0000-0000-0000-000000000000';

type Host = Pick<App, 'db' | 'log'>;
type Kept = {
  directory: KeptDirectory | null;
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

/** A transaction that sees what an audience sees of a network. */
export const reading = <T>(
  db: App['db'],
  networkId: string,
  audience: SearchAudience,
  work: (tx: Tx) => Promise<T>,
): Promise<T> => (audience === 'public' ? db.readPublic(networkId, work) : db.run({ networkId }, work));

class Keeper {
  readonly answers = new Answers();
  readonly #app: Host;
  readonly #limit: number;
  readonly #kept = new Map<string, Kept>();
  #sweep: NodeJS.Timeout | null = null;

  constructor(app: Host, limit: number) {
    this.#app = app;
    this.#limit = limit;
  }

  /** The directory of an audience; null while it is not in memory, which it will be soon. Never to be called inside a transaction. */
  take(networkId: string, audience: SearchAudience): KeptDirectory | null {
    if (this.#limit === 0) return null;
    const now = performance.now();
    const kept = this.#of(networkId, audience);
    kept.usedAt = now;
    const snapshot = kept.directory?.snapshot;
    // Much of it is struck out: made anew, and the database answers until then.
    if (snapshot && snapshot.size > 2 * snapshot.living + 1_000) kept.directory = null;
    if (!kept.directory && !kept.building && now >= kept.notBefore) this.#start(kept, networkId, audience);
    return kept.directory;
  }

  /** Waits until it is in memory, or it is known that it will not be. */
  async prepare(networkId: string, audience: SearchAudience): Promise<KeptDirectory | null> {
    const taken = this.take(networkId, audience);
    if (taken) return taken;
    const kept = this.#of(networkId, audience);
    await kept.building;
    return kept.directory;
  }

  /** Lets a directory go that is behind by more than is worth taking in. */
  drop(networkId: string, audience: SearchAudience): void {
    this.#of(networkId, audience).directory = null;
  }

  #of(networkId: string, audience: SearchAudience): Kept {
    const key = `${networkId} ${audience}`;
    let kept = this.#kept.get(key);
    if (!kept) this.#kept.set(key, (kept = { directory: null, building: null, usedAt: 0, notBefore: 0 }));
    return kept;
  }

  #start(kept: Kept, networkId: string, audience: SearchAudience): void {
    kept.building = this.#build(networkId, audience)
      .then((directory) => {
        kept.directory = directory;
        if (!directory) kept.notBefore = performance.now() + pauseMs;
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

  async #build(networkId: string, audience: SearchAudience): Promise<KeptDirectory | null> {
    const read = <T>(work: (tables: Tables) => Promise<T>): Promise<T> =>
      reading(this.#app.db, networkId, audience, (tx) => work(new Tables(tx, audience)));
    const [rows, seen] = await read((tables) => tables.size());
    const others = [...this.#kept.values()].reduce((sum, one) => sum + (one.directory?.snapshot.size ?? 0), 0);
    if (rows + others > this.#limit) return null;
    // What changes while this goes on is told by the first look after it.
    const snapshot = new Snapshot(seen);
    for (let [name, id] = ['', firstId]; ; ) {
      const found = await read(async (tables) => {
        const part = (await tables.rowsAfter(name, id, slice)).sort(byName);
        return { part, stems: await tables.stems([...new Set(part.flatMap((row) => row[14]))]) };
      });
      for (const row of found.part) snapshot.add(row, found.stems);
      if (snapshot.living + others > this.#limit) return null;
      if (found.part.length < slice)
        return new KeptDirectory(snapshot, {
          read,
          glance: (since) => glance(this.#app.db, networkId, audience, since),
          turns: this.#app.db.turns,
        });
      [id, name] = found.part.at(-1)!;
      await breath();
    }
  }

  #letGo(): void {
    const now = performance.now();
    this.answers.letGo();
    for (const [key, kept] of this.#kept) if (!kept.building && now - kept.usedAt > idleMs) this.#kept.delete(key);
    if (this.#kept.size > 0) return;
    // Nobody looks again, so nothing may wait for that: not the questions either.
    this.answers.forget();
    clearInterval(this.#sweep!);
    this.#sweep = null;
  }
}

const byName = (a: Row, b: Row): number => byBytes(a[1], b[1]) || (a[0] < b[0] ? -1 : 1);
