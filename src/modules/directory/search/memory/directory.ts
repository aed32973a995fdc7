/**
 * One directory in memory, and the way to the database it is of. Before a search is answered the database is asked what changed since it was asked last;
 * searches that come together share one question, sent after the last of them came. So an answer is never older than the last commit before its search,
 * and a record taken off the list is never shown, counted or corrected to.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Hours } from '../hours.ts';
import type { Snapshot } from './snapshot.ts';
import { type Stems, stemsKnown } from './stems.ts';
import type { Look, Shown, Tables } from './tables.ts';

/** More than so many changed rows are not taken in one by one. */
const mostChanges = 1_000;
/** Changes that follow each other without a pause; after so many the database answers. */
const mostRounds = 4;

/** The way to the database of one network and audience. */
export interface Way {
  read: <T>(work: (tables: Tables) => Promise<T>) => Promise<T>;
  /** What changed since a moment. */
  glance: (seen: string) => Promise<Omit<Look, 'hits'>>;
}

export class KeptDirectory {
  readonly snapshot: Snapshot;
  readonly #way: Way;
  /** The question that is on its way: too late for whoever comes now. */
  #asked: Promise<boolean> | null = null;
  /** The one after it, which all share who come now. */
  #next: Promise<boolean> | null = null;

  constructor(snapshot: Snapshot, way: Way) {
    this.snapshot = snapshot;
    this.#way = way;
  }

  /** Brings the rows to a moment that is not before this call. False when they are behind by more than is worth taking in. */
  refresh(): Promise<boolean> {
    this.#next ??= this.#ask(this.#asked);
    return this.#next;
  }

  /** Sent when the question on its way is answered, and when whoever came in the same turn had the time to join. */
  async #ask(before: Promise<boolean> | null): Promise<boolean> {
    await before?.catch(() => {});
    await turn();
    const asked = takeIn(this.#way, this.snapshot);
    [this.#asked, this.#next] = [asked, null];
    try {
      return await asked;
    } finally {
      if (this.#asked === asked) this.#asked = null;
    }
  }

  async stems(words: readonly string[]): Promise<ReadonlyMap<string, Stems>> {
    return stemsKnown(words) ?? this.#way.read((tables) => tables.stems(words));
  }

  hours(services: readonly string[]): Promise<[string, Hours][]> {
    return this.#way.read((tables) => tables.hours(services));
  }

  /** What is shown of services, as of the moment the rows are of; null when something changed since. */
  async shown(ids: readonly string[]): Promise<Shown[] | null> {
    const { seen } = this.snapshot;
    const look = await this.#way.read((tables) => tables.look(seen, ids));
    return look.changed ? null : (look.hits ?? []);
  }
}

/**
 * Takes what changed into the rows, and looks again until nothing did: rows are read after the look that named them, and others may have changed with
 * them meanwhile.
 */
async function takeIn(way: Way, snapshot: Snapshot): Promise<boolean> {
  for (let round = 0; round < mostRounds; round++) {
    const { now, changed } = await way.glance(snapshot.seen);
    if (!changed) {
      snapshot.seen = now;
      return true;
    }
    if (changed.length > mostChanges) return false;
    const { rows, stems } = await way.read(async (tables) => {
      const rows = await tables.rows(changed);
      return { rows, stems: await tables.stems([...new Set(rows.flatMap((row) => row[14]))]) };
    });
    for (const id of changed) snapshot.remove(id);
    for (const row of rows) snapshot.add(row, stems);
    snapshot.seen = now;
  }
  return false;
}
