/**
 * One directory in memory, and the way to the database it is of. Before a search is answered the database is asked what changed since it was asked last;
 * searches that come together share one question, sent after the last of them came. So an answer is never older than the last commit before its search,
 * and a record taken off the list is never shown, counted or corrected to.
 */
import type { Hours } from '../hours.ts';
import type { Snapshot } from './snapshot.ts';
import { type Stems, stemsKnown } from './stems.ts';
import type { Shown, Tables } from './tables.ts';

/** More than so many changed rows are not taken in one by one. */
const mostChanges = 1_000;
/** Changes that follow each other without a pause; after so many the database answers. */
const mostRounds = 4;

export type Read = <T>(work: (tables: Tables) => Promise<T>) => Promise<T>;

export class KeptDirectory {
  readonly snapshot: Snapshot;
  readonly #read: Read;
  #asked: Promise<boolean> | null = null;
  #next: Promise<boolean> | null = null;

  /** `read` opens a transaction for this directory's network and audience. */
  constructor(snapshot: Snapshot, read: Read) {
    this.snapshot = snapshot;
    this.#read = read;
  }

  /** Brings the rows to a moment that is not before this call. False when they are behind by more than is worth taking in. */
  refresh(): Promise<boolean> {
    if (!this.#asked) return this.#ask();
    // The question that is on its way was sent before this search came; all who come now share the one after it.
    this.#next ??= this.#asked.then(
      () => this.#ask(),
      () => this.#ask(),
    );
    return this.#next;
  }

  #ask(): Promise<boolean> {
    this.#next = null;
    const asked = this.#read((tables) => takeIn(tables, this.snapshot)).finally(() => {
      if (this.#asked === asked) this.#asked = null;
    });
    this.#asked = asked;
    return asked;
  }

  async stems(words: readonly string[]): Promise<ReadonlyMap<string, Stems>> {
    return stemsKnown(words) ?? this.#read((tables) => tables.stems(words));
  }

  hours(services: readonly string[]): Promise<[string, Hours][]> {
    return this.#read((tables) => tables.hours(services));
  }

  /** What is shown of services, as of the moment the rows are of; null when something changed since. */
  async shown(ids: readonly string[]): Promise<Shown[] | null> {
    const { seen } = this.snapshot;
    const look = await this.#read((tables) => tables.look(seen, ids));
    return look.changed ? null : (look.hits ?? []);
  }
}

/**
 * Takes what changed into the rows, and looks again until nothing did: rows are read after the look that named them, and others may have changed with
 * them meanwhile.
 */
async function takeIn(tables: Tables, snapshot: Snapshot): Promise<boolean> {
  for (let round = 0; round < mostRounds; round++) {
    const { now, changed } = await tables.look(snapshot.seen, []);
    if (!changed) {
      snapshot.seen = now;
      return true;
    }
    if (changed.length > mostChanges) return false;
    const rows = await tables.rows(changed);
    const stems = await tables.stems([...new Set(rows.flatMap((row) => row[14]))]);
    for (const id of changed) snapshot.remove(id);
    for (const row of rows) snapshot.add(row, stems);
    snapshot.seen = now;
  }
  return false;
}
