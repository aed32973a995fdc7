/**
 * The search rows of one network and audience in memory, in columns. A row that changes is struck out and added anew at the end, so lists by key only
 * ever grow; when much is struck out, the keeper makes a new one (keeper.ts). What was shown of a service is kept beside its row until the row goes.
 */
import type { FoundHit } from '../source.ts';
import { Postings } from './bits.ts';
import { Ragged } from './ragged.ts';
import type { Stems } from './stems.ts';
import type { Shown } from './tables.ts';
import { Vocabulary } from './vocabulary.ts';

/** As directory_rows tells it (0009_search_reader.sql). */
export type Row = [
  id: string,
  sortName: string,
  needs: string[],
  tags: string[],
  languages: string[],
  spots: string[],
  flags: number,
  minimumAge: number | null,
  maximumAge: number | null,
  hoursKey: string | null,
  points: [number, number, number][] | null,
  keys: string[],
  inTerms: string[],
  inOrganization: string[],
  spoken: string[],
];

export const facetColumns = ['needs', 'tags', 'languages', 'spots'] as const;
export type FacetColumn = (typeof facetColumns)[number] | 'flags';

type Kept = Pick<FoundHit, 'org' | 'name' | 'card' | 'json'>;

let made = 0;

export class Snapshot {
  /** The moment of the database (pg_snapshot) that everything here is at least as new as. */
  seen: string;
  /** No other snapshot of this process has it. */
  readonly number = ++made;
  /** Grows with every change of a row. */
  generation = 0;
  readonly vocabulary = new Vocabulary();
  /** Rows that stand, and all that were ever added. */
  living = 0;
  size = 0;

  readonly ids: string[] = [];
  readonly sortNames: string[] = [];
  /** Words in the name. */
  readonly nameWords: number[] = [];
  /** Offices, three numbers each. */
  readonly points = new Ragged((length) => new Float64Array(length));
  /** Values of facets of a row, needs first: numbers into `facets`. */
  readonly values = new Ragged((length) => new Uint32Array(length));
  readonly facets: { column: FacetColumn; key: string }[] = [];
  readonly hours: (string | null)[] = [];
  minimumAge = new Float32Array(1024);
  maximumAge = new Float32Array(1024);

  readonly #facetAt = new Map<string, number>();
  readonly #rowOf = new Map<string, number>();
  readonly #postings = new Map<string, Postings>();
  readonly #spoken = new Ragged((length) => new Uint32Array(length));
  readonly #texts = new Map<string, string>();
  readonly #shown = new Map<number, Kept>();
  #alive = new Uint32Array(32);
  /** Living rows in the order of their names, then ids. */
  #order = new Uint32Array(1024);
  #places: Uint32Array | null = null;

  constructor(seen: string) {
    this.seen = seen;
  }

  postings(key: string): Postings | undefined {
    return this.#postings.get(key);
  }

  /** Length of a set of rows, in words of 32. */
  get words(): number {
    return (this.size + 31) >>> 5;
  }

  get alive(): Uint32Array {
    return this.#alive;
  }

  facetOf(column: FacetColumn, key: string): number | undefined {
    return this.#facetAt.get(`${column} ${key}`);
  }

  /** `stems` has every word of the row. An older row of the same service is struck out. */
  add(row: Row, stems: ReadonlyMap<string, Stems>): void {
    const [id, sortName, needs, tags, languages, spots, flags, young, old, hours, points, keys, terms, owner, spoken] =
      row;
    this.remove(id);
    const at = this.size++;
    this.generation++;
    if (at >= this.minimumAge.length) this.#widen();
    this.#alive[at >>> 5]! |= 1 << (at & 31);
    this.#rowOf.set(id, at);
    this.ids.push(id);
    this.sortNames.push(sortName);
    this.nameWords.push(sortName.split(' ').length);
    this.points.push((points ?? []).flat());
    this.minimumAge[at] = young ?? Number.NEGATIVE_INFINITY;
    this.maximumAge[at] = old ?? Number.POSITIVE_INFINITY;
    this.hours.push(hours === null ? null : this.#text(hours));
    this.values.push([
      ...needs.map((key) => this.#facet('needs', key)),
      ...tags.map((key) => this.#facet('tags', key)),
      ...languages.map((key) => this.#facet('languages', key)),
      ...spots.map((key) => this.#facet('spots', key)),
      this.#facet('flags', String(flags)),
    ]);
    for (const key of keys) this.#list(key).add(at);
    for (const stem of terms) this.#list(`B:${stem}`).add(at);
    for (const stem of owner) this.#list(`C:${stem}`).add(at);
    this.#spoken.push(
      spoken.map((word) => {
        this.vocabulary.learn(word, stems.get(word)!);
        const known = this.vocabulary.idOf(word);
        this.vocabulary.count(known, 1);
        return known;
      }),
    );
    const place = this.#placeFor(at);
    this.#order.copyWithin(place + 1, place, this.living);
    this.#order[place] = at;
    this.#places = null;
    this.living++;
  }

  remove(id: string): void {
    const at = this.#rowOf.get(id);
    if (at === undefined) return;
    this.#rowOf.delete(id);
    this.#shown.delete(at);
    this.#alive[at >>> 5]! &= ~(1 << (at & 31));
    for (const word of this.#spoken.of(at)) this.vocabulary.count(word, -1);
    const place = this.#placeFor(at);
    this.#order.copyWithin(place, place + 1, this.living);
    this.#places = null;
    this.living--;
    this.generation++;
  }

  /** What was shown of a service, if it was lately. */
  shownOf(id: string): Kept | undefined {
    const at = this.#rowOf.get(id);
    const shown = at === undefined ? undefined : this.#shown.get(at);
    if (shown) {
      // The map is in the order of use, so that what nobody looks at goes first.
      this.#shown.delete(at!);
      this.#shown.set(at!, shown);
    }
    return shown;
  }

  /** Keeps what is shown of services, as of the moment the rows are of; at most so many. */
  keepShown(all: readonly Shown[], most: number): void {
    for (const [id, org, name, card, document] of all) {
      const at = this.#rowOf.get(id);
      if (at !== undefined) this.#shown.set(at, { org, name, card, json: Buffer.from(document) });
    }
    for (const at of this.#shown.keys()) {
      if (this.#shown.size <= most) break;
      this.#shown.delete(at);
    }
  }

  /** Living rows in the order of their names, then ids; and the place of each in it. */
  get byName(): { order: Uint32Array; of: Uint32Array } {
    if (!this.#places) {
      this.#places = new Uint32Array(this.size);
      for (let i = 0; i < this.living; i++) this.#places[this.#order[i]!] = i;
    }
    return { order: this.#order, of: this.#places };
  }

  /** Where a row stands, or would, among those that are in order. */
  #placeFor(row: number): number {
    const { sortNames, ids } = this;
    const [name, id] = [sortNames[row]!, ids[row]!];
    let low = 0;
    let high = this.living;
    // Rows are read in the order of names: nearly always it is the last.
    if (high > 0 && isBefore(sortNames, ids, this.#order[high - 1]!, name, id) && this.#order[high - 1] !== row)
      return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#order[middle]!;
      if (other !== row && isBefore(sortNames, ids, other, name, id)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #facet(column: FacetColumn, key: string): number {
    const name = `${column} ${key}`;
    let at = this.#facetAt.get(name);
    if (at === undefined) {
      at = this.facets.length;
      this.facets.push({ column, key });
      this.#facetAt.set(name, at);
    }
    return at;
  }

  /** One copy of texts that repeat. */
  #text(value: string): string {
    const known = this.#texts.get(value);
    if (known === undefined) this.#texts.set(value, value);
    return known ?? value;
  }

  #list(key: string): Postings {
    let list = this.#postings.get(key);
    if (!list) this.#postings.set(key, (list = new Postings()));
    return list;
  }

  #widen(): void {
    const to = this.minimumAge.length * 2;
    const wider = <A extends Float32Array | Uint32Array>(into: A, from: A): A => {
      into.set(from);
      return into;
    };
    this.minimumAge = wider(new Float32Array(to), this.minimumAge);
    this.maximumAge = wider(new Float32Array(to), this.maximumAge);
    this.#alive = wider(new Uint32Array(to / 32), this.#alive);
    this.#order = wider(new Uint32Array(to), this.#order);
  }
}

const isBefore = (names: readonly string[], ids: readonly string[], row: number, name: string, id: string): boolean =>
  (byBytes(names[row]!, name) || (ids[row]! < id ? -1 : 1)) < 0;

/** As the database's collation "C": by code points, which half characters of UTF-16 are not. */
export function byBytes(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [halfX, halfY] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000];
    return halfX === halfY ? x - y : halfX ? 1 : -1;
  }
  return a.length - b.length;
}
