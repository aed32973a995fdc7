/**
 * Answers that were given lately, by the question as it was asked, of all directories of a process. They are good while the rows are as they were: whoever
 * takes one has asked the database just before (directory.ts). Questions are not kept longer than a search itself waits (decision 13).
 */
import type { TermBook } from '../terms.ts';
import type { Settled } from '../told.ts';
import type { Snapshot } from './snapshot.ts';

/** Some 20 kB each, with as much again for documents that nobody else keeps. */
const most = 500;
const keptMs = 30 * 60_000;

/** What an answer was found with. */
export interface Ground {
  /** Number and generation of the snapshot; not the snapshot itself, which would be held by it. */
  rows: string;
  terms: TermBook;
}

export const groundOf = ({ number, generation }: Snapshot, terms: TermBook): Ground => ({
  rows: `${number} ${generation}`,
  terms,
});

export class Answers {
  readonly #given = new Map<string, Ground & { settled: Settled; at: number }>();

  /** `question`: with the network and audience it was asked for. */
  given(question: string, ground: Ground): Settled | null {
    const known = this.#given.get(question);
    if (!known) return null;
    this.#given.delete(question);
    if (known.rows !== ground.rows || known.terms !== ground.terms) return null;
    // In the order of use, so that what nobody asks goes first.
    this.#given.set(question, known);
    return known.settled;
  }

  keep(question: string, ground: Ground, settled: Settled): void {
    this.#given.set(question, { ...ground, settled, at: performance.now() });
    for (const first of this.#given.keys()) {
      if (this.#given.size <= most) break;
      this.#given.delete(first);
    }
  }

  forget(): void {
    this.#given.clear();
  }

  /** Those that were kept long enough. */
  letGo(): void {
    const now = performance.now();
    for (const [question, { at }] of this.#given) if (now - at > keptMs) this.#given.delete(question);
  }
}
