/**
 * What directory_find of 0016_search_direct.sql answers, from memory: the same rows, the same counts, the same order.
 */
import type { Plan } from '../plan.ts';
import { type FoundHit, type ToFind, weighed, weights } from '../source.ts';
import type { WordGroup } from '../understand.ts';
import { numbersOf, type Postings, rowsOf } from './bits.ts';
import type { FacetColumn, Snapshot } from './snapshot.ts';

/** A hit without what is shown of it. */
type Ranked = Omit<FoundHit, 'org' | 'name' | 'card' | 'json'>;

type Point = [number, number, number];
/** Rows that carry what the words name, and those that carry something right below it. */
type Named = { by: Uint32Array; below: Uint32Array };
const earth = 6371008.8;
const radians = Math.PI / 180;
/** Metres at which nearness is half of what it can be; whoever serves the place counts as if its office were so far. */
const half = 10_000;

/** Everything found, in no order that means anything. */
export function matching(snapshot: Snapshot, asked: ToFind): Uint32Array {
  const postings = (key: string) => snapshot.postings(key);
  const { words, alive, hours, minimumAge, maximumAge } = snapshot;
  const bits = rowsOf(asked.wanted, words, postings);
  for (let i = 0; i < words; i++) bits[i]! &= alive[i]!;
  let rows = numbersOf(bits);
  if (asked.age !== null) {
    const age = Math.fround(asked.age);
    rows = rows.filter((row) => minimumAge[row]! <= age && maximumAge[row]! >= age);
  }
  if (asked.open) {
    const open = new Set<string | null>(asked.open);
    rows = rows.filter((row) => hours[row] !== null && open.has(hours[row]!));
  }
  const { metres } = asked;
  if (metres !== null) {
    const here = pointOf(asked)!;
    const served = rowsOf(asked.byArea!, words, postings);
    rows = rows.filter((row) => holds(served, row) || metresTo(snapshot.points.of(row), here) <= metres);
  }
  return rows;
}

/** Hours among what is found: their key, how many, one service that keeps them. */
export function doorsOf(snapshot: Snapshot, rows: Uint32Array): [string | null, number, string][] {
  const counts = new Map<string | null, [string | null, number, string]>();
  for (const row of rows) {
    const key = snapshot.hours[row]!;
    const known = counts.get(key);
    if (known) known[1]++;
    else counts.set(key, [key, 1, snapshot.ids[row]!]);
  }
  return [...counts.values()];
}

/** The most frequent first. */
export function facetsOf(snapshot: Snapshot, rows: Uint32Array): [FacetColumn, string, number][] {
  const counts = new Uint32Array(snapshot.facets.length);
  const { start, data } = snapshot.values;
  for (const row of rows) for (let i = start[row]!; i < start[row + 1]!; i++) counts[data[i]!]!++;
  const out: [FacetColumn, string, number][] = [];
  for (let i = 0; i < counts.length; i++)
    if (counts[i]! > 0) out.push([snapshot.facets[i]!.column, snapshot.facets[i]!.key, counts[i]!]);
  return out.sort((a, b) => b[2] - a[2] || (a[1] < b[1] ? -1 : 1));
}

/** The page that was asked for, ranked. */
export function rank(snapshot: Snapshot, asked: ToFind, rows: Uint32Array): Ranked[] {
  const here = pointOf(asked);
  const { words } = snapshot;
  const postings = (key: string) => snapshot.postings(key);
  const carrying = (ids: readonly string[]) => rowsOf({ any: ids.map((id) => `n:${id}`) }, words, postings);
  const named = { by: carrying(asked.terms), below: carrying(asked.below) };
  const office = asked.byOffice ? rowsOf(asked.byOffice, words, postings) : null;
  const area = asked.byArea ? rowsOf(asked.byArea, words, postings) : null;
  const groups = asked.groups.map((group) => fieldLists(snapshot, group));
  const distance = (row: number): number | null => {
    const points = snapshot.points.of(row);
    return here && points.length > 0 ? metresTo(points, here) : null;
  };
  const weigh = (row: number): Ranked['parts'] => {
    let [said, inName] = [0, 0];
    if (asked.sort === 'best')
      for (const { weight, lists } of groups) {
        const field = fieldOf(lists, row);
        said += weight * (field === null && asked.loose ? 0 : shares[field ?? 'd']);
        if (field === 'a') inName++;
      }
    const far = here && distance(row);
    const focus = inName / Math.max(1, snapshot.nameWords[row]!);
    const exact = asked.phrase !== null && snapshot.sortNames[row] === asked.phrase ? 1 : 0;
    const term = !holds(named.by, row) ? 0 : holds(named.below, row) ? 0.8 : 1;
    const near = far === null ? 0 : half / (half + far);
    return [said, focus, exact, term, here && area && holds(area, row) ? Math.max(near, 0.5) : near];
  };
  const picked = pick(snapshot, asked, rows, here, named, here && area);
  const parts = Array.from(picked, weigh);
  const keys = Float64Array.from(picked, (row, i) =>
    asked.sort === 'name' ? 0 : asked.sort === 'near' ? (distance(row) ?? 1e9) : -scoreOf(parts[i]!),
  );
  const order = Uint32Array.from(picked, (_, i) => i).sort((a, b) =>
    a < weighed && b < weighed ? keys[a]! - keys[b]! || a - b : a - b,
  );
  const terms = new Set(asked.terms.flatMap((id) => snapshot.facetOf('needs', id) ?? []));
  return Array.from(order.subarray(asked.skip, asked.skip + asked.take), (i) => {
    const row = picked[i]!;
    return {
      id: snapshot.ids[row]!,
      hoursKey: snapshot.hours[row]!,
      far: distance(row),
      office: office && holds(office, row),
      area: area && holds(area, row),
      fields: groups.length > 0 ? groups.map(({ lists }) => fieldOf(lists, row)) : null,
      needs: Array.from(
        snapshot.values.of(row).filter((value) => terms.has(value)),
        (value) => snapshot.facets[value]!.key,
      ),
      score: scoreOf(parts[i]!),
      parts: parts[i]!,
    };
  });
}

const scoreOf = ([said, focus, exact, term, near]: Ranked['parts']): number =>
  said + weights.nameFocus * Math.min(1, focus) + weights.exactName * exact + weights.term * term + weights.near * near;

/** Where a word stands: in the name, in terms, in the organisation, anywhere else. */
type Field = 'a' | 'b' | 'c' | 'd';
const shares: Record<Field, number> = { a: 1, b: 0.7, c: 0.5, d: 0.15 };

function fieldLists(snapshot: Snapshot, { stems, weight }: WordGroup) {
  const lists = (letter: string) => stems.flatMap((stem) => snapshot.postings(letter + stem) ?? []);
  const all: [Field, Postings[]][] = [
    ['a', lists('A:')],
    ['b', lists('B:')],
    ['c', lists('C:')],
    ['d', lists('')],
  ];
  return { weight: Math.fround(weight), lists: all };
}

/** The best field in which a row has a word. */
function fieldOf(lists: readonly [Field, Postings[]][], row: number): Field | null {
  for (const [field, all] of lists) for (const one of all) if (one.has(row)) return field;
  return null;
}

/** The first so many by a rough order; only these are weighed. */
function pick(
  snapshot: Snapshot,
  asked: ToFind,
  rows: Uint32Array,
  here: Point | null,
  named: Named,
  served: Uint32Array | null,
): Uint32Array {
  const byPlace = here !== null && asked.sort !== 'name';
  const out: number[] = [];
  for (const set of classesOf(snapshot, asked, rows, named)) {
    const left = asked.most - out.length;
    if (left <= 0) break;
    out.push(
      ...(byPlace
        ? nearest(snapshot, set, here, left, asked.sort === 'best' ? served : null)
        : firstByName(snapshot, set, left)
      ).slice(0, left),
    );
  }
  return Uint32Array.from(out);
}

/** The best come first: those with the words in their name, then those with what the words name, then those with something below it, then the others. */
function classesOf(snapshot: Snapshot, asked: ToFind, rows: Uint32Array, named: Named): Uint32Array[] {
  if (asked.sort !== 'best') return [rows];
  const byName = asked.byName ? rowsOf(asked.byName, snapshot.words, (key) => snapshot.postings(key)) : null;
  const sets = Array.from({ length: 4 }, () => ({ rows: new Uint32Array(rows.length), length: 0 }));
  for (const row of rows) {
    const one = byName && holds(byName, row) ? 0 : !holds(named.by, row) ? 3 : holds(named.below, row) ? 2 : 1;
    const set = sets[one]!;
    set.rows[set.length++] = row;
  }
  return sets.map((set) => set.rows.subarray(0, set.length));
}

/** The nearest, by the straight way to the box around their offices, then by name; whoever has no place and does not serve this one comes last. At least so many. */
function nearest(
  snapshot: Snapshot,
  set: Uint32Array,
  here: Point,
  most: number,
  served: Uint32Array | null,
): number[] {
  const { of } = snapshot.byName;
  const far = Float64Array.from(set, (row) => {
    const straight = toBox(snapshot.points.of(row), here);
    return served && holds(served, row) ? Math.min(straight, half) : straight;
  });
  const farthest = set.length > most ? far.toSorted()[most - 1]! : Number.POSITIVE_INFINITY;
  const near: number[] = [];
  for (let i = 0; i < far.length; i++) if (far[i]! <= farthest) near.push(i);
  // Infinity less itself is no number.
  near.sort((a, b) => (far[a]! < far[b]! ? -1 : far[a]! > far[b]! ? 1 : of[set[a]!]! - of[set[b]!]!));
  return near.map((i) => set[i]!);
}

/** The first in the order of names, without putting the others in order. At least so many. */
function firstByName(snapshot: Snapshot, set: Uint32Array, most: number): number[] {
  const { order, of } = snapshot.byName;
  const places = new Uint32Array((snapshot.living + 31) >>> 5);
  for (const row of set) places[of[row]! >>> 5]! |= 1 << (of[row]! & 31);
  const out: number[] = [];
  for (let i = 0; i < places.length && out.length < most; i++)
    for (let word = places[i]!; word; word &= word - 1) out.push(order[i * 32 + (31 - Math.clz32(word & -word))]!);
  return out;
}

const holds = (bits: Uint32Array, row: number): boolean => ((bits[row >>> 5]! >>> (row & 31)) & 1) === 1;

/** ctx.earth_point. */
function pointOf({ lat, lon }: Plan): Point | null {
  if (lat === null || lon === null) return null;
  const [up, across] = [lat * radians, lon * radians];
  return [earth * Math.cos(up) * Math.cos(across), earth * Math.cos(up) * Math.sin(across), earth * Math.sin(up)];
}

/** ctx.earth_metres to the nearest of them. */
function metresTo(points: Float64Array, [x, y, z]: Point): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.length; i += 3) {
    const straight = Math.sqrt((points[i]! - x) ** 2 + (points[i + 1]! - y) ** 2 + (points[i + 2]! - z) ** 2);
    least = Math.min(least, 2 * earth * Math.asin(Math.min(1, straight / (2 * earth))));
  }
  return least;
}

/** Straight way to the box around all points; what the index of the database orders by. */
function toBox(points: Float64Array, here: Point): number {
  if (points.length === 0) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = axis; i < points.length; i += 3) {
      low = Math.min(low, points[i]!);
      high = Math.max(high, points[i]!);
    }
    sum += Math.max(0, low - here[axis]!, here[axis]! - high) ** 2;
  }
  return Math.sqrt(sum);
}
