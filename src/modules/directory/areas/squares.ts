/**
 * A shape as squares of a grid, so that one look into the index of keys tells whether it covers a point. Squares of level 0 are 8 degrees wide, each level
 * halves them; a shape takes large squares inside and small ones along its edge, as small as a thousand squares allow. A point asks for the one square of each
 * level that it lies in.
 *
 * Every square that the edge touches belongs to the shape: who is served is always found, and who is not served may be found as far outside as one square is
 * wide: 0.2 km for a part of a city, 1 to 2 km for a county, 3.5 km for New Jersey, 14 km for Texas (measured: squares.test.ts).
 */
import { boxOf } from './measure.ts';
import type { Polygon, Shape } from './polygon.ts';

const widest = 8;
export const levels = 14;
export const mostSquares = 1_000;

export const squareAt = (level: number, lat: number, lon: number): string => {
  const size = widest / 2 ** level;
  return `${level}:${Math.floor(lat / size)}_${Math.floor(lon / size)}`;
};

/** The squares of every level that a point lies in. */
export const squaresOfPoint = (lat: number, lon: number): string[] =>
  Array.from({ length: levels }, (_, level) => squareAt(level, lat, lon));

/** Where the middle of a square is, and how wide it is, in degrees. */
export function middleOfSquare(square: string): { lat: number; lon: number; size: number } {
  const [level, row, column] = square.split(/[:_]/).map(Number) as [number, number, number];
  const size = widest / 2 ** level;
  return { lat: (row + 0.5) * size, lon: (column + 0.5) * size, size };
}

/** An edge as it runs, in degrees. */
type Edge = readonly [x1: number, y1: number, x2: number, y2: number];
interface Square {
  level: number;
  row: number;
  column: number;
  /** What of the polygon runs through it. */
  edges: readonly Edge[];
  rows: EdgesByRow;
}

/** The squares of a shape, and how wide the smallest of them is, in degrees. */
export function squaresOf(shape: Pick<Shape, 'polygons'>): { squares: string[]; degrees: number } {
  const whole = new Set<string>();
  let edge = shape.polygons.flatMap(firstSquares);
  let level = 0;
  for (; level < levels - 1; level++) {
    const inside: string[] = [];
    const finer = edge.flatMap((square) => quarters(square, inside));
    if (level > 3 && whole.size + inside.length + finer.length > mostSquares) break;
    for (const one of inside) whole.add(one);
    edge = finer;
  }
  for (const { row, column, level: at } of edge) whole.add(`${at}:${row}_${column}`);
  return { squares: [...whole].sort(), degrees: widest / 2 ** level };
}

function firstSquares(polygon: Polygon): Square[] {
  const edges = edgesOf(polygon);
  const rows = new EdgesByRow(edges);
  const { west, south, east, north } = boxOf(polygon);
  const out: Square[] = [];
  for (let row = Math.floor(south / widest); row <= Math.floor(north / widest); row++)
    for (let column = Math.floor(west / widest); column <= Math.floor(east / widest); column++)
      out.push({ level: 0, row, column, edges, rows });
  return out;
}

/** The four quarters of a square that the edge runs through; those wholly inside are told to `inside`. */
function quarters(square: Square, inside: string[]): Square[] {
  const level = square.level + 1;
  const size = widest / 2 ** level;
  const out: Square[] = [];
  for (const row of [square.row * 2, square.row * 2 + 1]) {
    for (const column of [square.column * 2, square.column * 2 + 1]) {
      const [west, south] = [column * size, row * size];
      const edges = square.edges.filter((edge) => touches(edge, west, south, west + size, south + size));
      if (edges.length > 0) out.push({ level, row, column, edges, rows: square.rows });
      else if (square.rows.inside(west + size / 2, south + size / 2)) inside.push(`${level}:${row}_${column}`);
    }
  }
  return out;
}

const edgesOf = (polygon: Polygon): Edge[] =>
  polygon.flatMap((ring) =>
    ring.slice(1).map((corner, at): Edge => [ring[at]![0], ring[at]![1], corner[0], corner[1]]),
  );

/** Whether an edge and a square (its own sides too) have a point in common. */
function touches([x1, y1, x2, y2]: Edge, west: number, south: number, east: number, north: number): boolean {
  if (Math.max(x1, x2) < west || Math.min(x1, x2) > east || Math.max(y1, y2) < south || Math.min(y1, y2) > north)
    return false;
  // The corners of the square on both sides of the line, or on it.
  const side = (x: number, y: number) => Math.sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1));
  const sides = side(west, south) + side(west, north) + side(east, south) + side(east, north);
  return Math.abs(sides) < 4;
}

/** Whether points lie in a polygon, its edges sorted into bands of latitude: a question looks at one band. */
class EdgesByRow {
  readonly #bands: Edge[][];
  readonly #south: number;
  readonly #height: number;

  constructor(edges: readonly Edge[]) {
    const all = edges.flatMap(([, y1, , y2]) => [y1, y2]);
    this.#south = all.reduce((least, y) => Math.min(least, y), Infinity);
    const north = all.reduce((most, y) => Math.max(most, y), -Infinity);
    const count = Math.max(1, Math.min(512, edges.length >> 2));
    this.#height = (north - this.#south) / count || 1;
    this.#bands = Array.from({ length: count }, () => []);
    for (const edge of edges)
      for (let at = this.#band(Math.min(edge[1], edge[3])); at <= this.#band(Math.max(edge[1], edge[3])); at++)
        this.#bands[at]!.push(edge);
  }

  #band(lat: number): number {
    return Math.max(0, Math.min(this.#bands.length - 1, Math.floor((lat - this.#south) / this.#height)));
  }

  /** An odd number of edges lies to the east; of a level edge neither end counts, of others the lower. */
  inside(lon: number, lat: number): boolean {
    let odd = false;
    for (const [x1, y1, x2, y2] of this.#bands[this.#band(lat)]!)
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) odd = !odd;
    return odd;
  }
}

/** Whether points lie in a shape; made once for many questions. */
export function insideOf({ polygons }: Pick<Shape, 'polygons'>): (lat: number, lon: number) => boolean {
  const each = polygons.map((polygon) => new EdgesByRow(edgesOf(polygon)));
  return (lat, lon) => each.some((rows) => rows.inside(lon, lat));
}
