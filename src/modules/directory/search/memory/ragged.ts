/** A list of numbers a row, all in one array: rows are only ever added, and a small list costs little more than its numbers. */
type Numbers = Uint32Array | Float64Array;

export class Ragged<A extends Numbers> {
  /** The numbers of a row stand from `start[row]` to before `start[row + 1]`. */
  data: A;
  start = new Uint32Array(1024);
  #rows = 0;
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.#make = make;
    this.data = make(1024);
  }

  /** Adds a row with these numbers. */
  push(numbers: readonly number[]): void {
    const from = this.start[this.#rows]!;
    const to = from + numbers.length;
    if (to > this.data.length) this.data = wider(this.data, this.#make(Math.max(to, Math.ceil(from * 1.5))));
    this.data.set(numbers, from);
    if (this.#rows + 2 > this.start.length)
      this.start = wider(this.start, new Uint32Array(Math.ceil(this.start.length * 1.5)));
    this.start[++this.#rows] = to;
  }

  /** The numbers of a row; a view that the next `push` may leave behind. */
  of(row: number): A {
    return this.data.subarray(this.start[row]!, this.start[row + 1]!) as A;
  }
}

function wider<A extends Numbers>(from: A, into: A): A {
  into.set(from);
  return into;
}
