/**
 * Rows as sets of bits, the rows that carry a key, and conditions (../condition.ts) answered with both. Rows are only ever added at the end, so every
 * list stays in order.
 */
import type { Condition } from '../condition.ts';

/** Row numbers, growing. */
export class Postings {
  #rows = new Uint32Array(4);
  length = 0;

  add(row: number): void {
    if (this.length === this.#rows.length) {
      const wider = new Uint32Array(Math.ceil(this.length * 1.5));
      wider.set(this.#rows);
      this.#rows = wider;
    }
    this.#rows[this.length++] = row;
  }

  has(row: number): boolean {
    let low = 0;
    let high = this.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#rows[middle]!;
      if (found === row) return true;
      if (found < row) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  into(bits: Uint32Array): void {
    const rows = this.#rows;
    for (let i = 0; i < this.length; i++) {
      const row = rows[i]!;
      bits[row >>> 5]! |= 1 << (row & 31);
    }
  }
}

/** The rows that a condition holds for, as a set of `words` times 32. */
export function rowsOf(
  condition: Condition,
  words: number,
  postings: (key: string) => Postings | undefined,
): Uint32Array {
  const out = new Uint32Array(words);
  if (typeof condition === 'string') postings(condition)?.into(out);
  else if ('any' in condition) {
    for (const one of condition.any) {
      if (typeof one === 'string') postings(one)?.into(out);
      else {
        const rows = rowsOf(one, words, postings);
        for (let i = 0; i < words; i++) out[i]! |= rows[i]!;
      }
    }
  } else {
    out.fill(0xffffffff);
    for (const one of condition.all) {
      const rows = rowsOf(one, words, postings);
      for (let i = 0; i < words; i++) out[i]! &= rows[i]!;
    }
  }
  return out;
}

/** Their numbers, in order. */
export function numbersOf(bits: Uint32Array): Uint32Array {
  let n = 0;
  for (let word of bits) for (; word; word &= word - 1) n++;
  const out = new Uint32Array(n);
  n = 0;
  for (let i = 0; i < bits.length; i++)
    for (let word = bits[i]!; word; word &= word - 1) out[n++] = i * 32 + (31 - Math.clz32(word & -word));
  return out;
}
