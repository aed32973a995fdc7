/** How alike two titles are, and a quick way to find the one that is most alike among thousands. */

const pairs = (text: string): Map<string, number> => {
  const found = new Map<string, number>();
  for (const word of text.split(' ')) {
    const padded = ` ${word} `;
    for (let i = 0; i + 1 < padded.length; i++) {
      const pair = padded.slice(i, i + 2);
      found.set(pair, (found.get(pair) ?? 0) + 1);
    }
  }
  return found;
};

const total = (counts: Map<string, number>): number => {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
};

function shared(a: Map<string, number>, b: Map<string, number>): number {
  const both = total(a) + total(b);
  if (both === 0) return 0;
  let common = 0;
  for (const [pair, count] of a) common += Math.min(count, b.get(pair) ?? 0);
  return (2 * common) / both;
}

/**
 * Dice's coefficient over pairs of letters within words, from 0 (nothing in common) to 1 (the same letters). Expects folded text. Only the first
 * 600 characters count.
 */
export const likeness = (a: string, b: string): number =>
  a === b ? (a === '' ? 0 : 1) : shared(pairs(a.slice(0, 600)), pairs(b.slice(0, 600)));

/** Texts found by their rarest words, so that a search looks at a few dozen of them and not at all. */
export class LikenessIndex {
  readonly #texts = new Map<number, { text: string; pairs?: Map<string, number> }>();
  readonly #byWord = new Map<string, number[]>();

  constructor(items: Iterable<{ id: number; text: string }>) {
    for (const { id, text } of items) {
      this.#texts.set(id, { text: text.slice(0, 600) });
      for (const word of new Set(text.slice(0, 600).split(' '))) {
        if (word.length < 3) continue;
        const ids = this.#byWord.get(word);
        if (ids) ids.push(id);
        else this.#byWord.set(word, [id]);
      }
    }
  }

  /** The two most alike, best first. `allowed` leaves out those that are taken. */
  nearest(text: string, allowed: (id: number) => boolean): { id: number; score: number }[] {
    const cut = text.slice(0, 600);
    const postings = [...new Set(cut.split(' '))]
      .map((word) => this.#byWord.get(word))
      .filter((ids) => ids !== undefined)
      .sort((a, b) => a.length - b.length)
      .slice(0, 8);
    const votes = new Map<number, number>();
    for (const ids of postings) {
      // A word that stands in hundreds of titles tells nothing, unless there is no other.
      if (ids.length > 300 && votes.size > 0) break;
      for (const id of ids.slice(0, 300)) if (allowed(id)) votes.set(id, (votes.get(id) ?? 0) + 1);
    }
    const mine = pairs(cut);
    return [...votes]
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, 40)
      .map(([id]) => {
        const entry = this.#texts.get(id)!;
        entry.pairs ??= pairs(entry.text);
        return { id, score: shared(mine, entry.pairs) };
      })
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, 2);
  }
}
