/**
 * Answers that were given lately, by the question as it was asked, of one directory. They are good while the rows are as they were: whoever takes one has
 * asked the database just before (directory.ts). Questions are not kept longer than a search itself waits (decision 13).
 */
import type { TermBook } from '../terms.ts';
import type { Settled } from '../told.ts';

/** Some 30 kB each. */
const most = 500;
const keptMs = 30 * 60_000;

export class Answers {
  #generation = 0;
  #terms: TermBook | null = null;
  readonly #given = new Map<string, { settled: Settled; at: number }>();

  given(question: string, generation: number, terms: TermBook): Settled | null {
    if (generation !== this.#generation || terms !== this.#terms) return null;
    return this.#given.get(question)?.settled ?? null;
  }

  /** `generation` and `terms`: what the answer was found with. Those found with others go. */
  keep(question: string, generation: number, terms: TermBook, settled: Settled): void {
    if (generation !== this.#generation || terms !== this.#terms) this.#given.clear();
    [this.#generation, this.#terms] = [generation, terms];
    this.#given.set(question, { settled, at: performance.now() });
    for (const first of this.#given.keys()) {
      if (this.#given.size <= most) break;
      this.#given.delete(first);
    }
  }

  letGo(): void {
    const now = performance.now();
    for (const [question, { at }] of this.#given) if (now - at > keptMs) this.#given.delete(question);
  }
}
