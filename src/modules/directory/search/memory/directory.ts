/**
 * One directory in memory, and the way to the database it is of. Before a search is answered the database is asked what changed since it was asked last;
 * searches that come together share one question, sent after the last of them came. So a record taken off the list is never shown, counted or corrected to.
 * An answer is never older than the last commit of its own process before the search, and at most 2 ms older than one of another.
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

/** So long a question stands for those who come after it: what a message between two machines takes. */
const standsMs = 2;

/** The way to the database of one network and audience. */
export interface Way {
  read: <T>(work: (tables: Tables) => Promise<T>) => Promise<T>;
  /** What changed since a moment. */
  glance: (seen: string) => Promise<Omit<Look, 'hits'>>;
  /** Stands still while this process changes nothing (`Database.turns`). */
  turns: () => number;
}

export class KeptDirectory {
  readonly snapshot: Snapshot;
  readonly #way: Way;
  /** The question that is on its way: too late for whoever comes now. */
  #asked: Promise<boolean> | null = null;
  /** The one after it, which all share who come now. */
  #next: Promise<boolean> | null = null;
  /** When the last question was sent that was answered with "nothing more". */
  #stood = { at: Number.NEGATIVE_INFINITY, turns: -1 };

  constructor(snapshot: Snapshot, way: Way) {
    this.snapshot = snapshot;
    this.#way = way;
  }

  /** Brings the rows to a moment that is not before this call (2 ms for what others did). False when they are behind by more than is worth taking in. */
  async refresh(): Promise<boolean> {
    if (performance.now() - this.#stood.at < standsMs && this.#stood.turns === this.#way.turns()) return true;
    this.#next ??= this.#ask(this.#asked);
    return this.#next;
  }

  /** Sent when the question on its way is answered, and when whoever came in the same turn had the time to join. */
  async #ask(before: Promise<boolean> | null): Promise<boolean> {
    await before?.catch(() => {});
    await turn();
    const asked = this.#takeIn();
    [this.#asked, this.#next] = [asked, null];
    try {
      return await asked;
    } finally {
      if (this.#asked === asked) this.#asked = null;
    }
  }

  /**
   * Takes what changed into the rows, and looks again until nothing did: rows are read after the look that named them, and others may have changed with
   * them meanwhile.
   */
  async #takeIn(): Promise<boolean> {
    const { snapshot } = this;
    for (let round = 0; round < mostRounds; round++) {
      const sent = { at: performance.now(), turns: this.#way.turns() };
      const { now, changed } = await this.#way.glance(snapshot.seen);
      if (!changed) {
        snapshot.seen = now;
        this.#stood = sent;
        return true;
      }
      if (changed.length > mostChanges) return false;
      const { rows, stems } = await this.#way.read(async (tables) => {
        const rows = await tables.rows(changed);
        return { rows, stems: await tables.stems([...new Set(rows.flatMap((row) => row[14]))]) };
      });
      for (const id of changed) snapshot.remove(id);
      for (const row of rows) snapshot.add(row, stems);
      snapshot.seen = now;
    }
    return false;
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
