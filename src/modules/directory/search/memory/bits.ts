/**
 * Rows as sets of bits, the rows that carry a key, and the expressions of plan.ts (keys in quotes, & | and parentheses) answered with both. Rows are only
 * ever added at the end, so every list stays in order.
 */

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

  get bytes(): number {
    return this.#rows.byteLength;
  }
}

/** The rows that an expression holds for. Throws on what is no expression of plan.ts. */
export function rowsOf(
  expression: string,
  words: number,
  postings: (key: string) => Postings | undefined,
): Uint32Array {
  const tokens = expression.match(/'[^']*'|[&|()]/g) ?? [];
  let at = 0;
  const one = (into: Uint32Array): void => {
    const token = tokens[at++];
    if (token === '(') {
      const inner = either();
      if (tokens[at++] !== ')') throw new Error('An expression is not closed.');
      for (let i = 0; i < words; i++) into[i]! |= inner[i]!;
    } else if (token?.startsWith("'")) postings(token.slice(1, -1))?.into(into);
    else throw new Error('An expression ends too soon.');
  };
  const both = (): Uint32Array => {
    const all = new Uint32Array(words);
    one(all);
    while (tokens[at] === '&') {
      at++;
      const next = new Uint32Array(words);
      one(next);
      for (let i = 0; i < words; i++) all[i]! &= next[i]!;
    }
    return all;
  };
  const either = (): Uint32Array => {
    // Long lists of keys are the rule: a key alone goes straight into the set.
    const any = new Uint32Array(words);
    for (;;) {
      const after = tokens[at + 1];
      if (tokens[at]?.startsWith("'") && after !== '&') one(any);
      else {
        const all = both();
        for (let i = 0; i < words; i++) any[i]! |= all[i]!;
      }
      if (tokens[at] !== '|') return any;
      at++;
    }
  };
  const found = either();
  if (at < tokens.length) throw new Error('An expression goes on after its end.');
  return found;
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
