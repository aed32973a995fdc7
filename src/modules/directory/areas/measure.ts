/** How large a shape is, on a sphere; degrees that can be reckoned with. */
import type { Corner, Ring, Shape } from './polygon.ts';

const radiusKm = 6371.0088;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Square kilometres inside a ring, whichever way round it is drawn (Chamberlain and Duquette 2007). */
export function ringSquareKm(ring: Ring): number {
  let sum = 0;
  for (let at = 1; at < ring.length; at++) {
    const [[lon, lat], [before, low]] = [ring[at]!, ring[at - 1]!];
    sum += radians(lon - before) * (2 + Math.sin(radians(low)) + Math.sin(radians(lat)));
  }
  return Math.abs((sum * radiusKm * radiusKm) / 2);
}

/** Square kilometres, holes taken off. What two polygons share counts twice. */
export const squareKm = ({ polygons }: Pick<Shape, 'polygons'>): number =>
  polygons.reduce(
    (sum, [outer, ...holes]) => sum + ringSquareKm(outer!) - holes.reduce((gone, hole) => gone + ringSquareKm(hole), 0),
    0,
  );

/** Square kilometres of the smallest part: an island or a hole points at a place as well as a whole does. */
export const smallestPartSquareKm = ({ polygons }: Pick<Shape, 'polygons'>): number =>
  Math.min(...polygons.flat().map(ringSquareKm));

/** Degrees to a tenth of a millimetre: what is closer to zero than a database can reckon with must not stop a whole import. */
export const placed = (degrees: number): number => Math.round(degrees * 1e9) / 1e9;

/** Degrees. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export function boxOf(rings: readonly Ring[]): Box {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const ring of rings) {
    for (const [lon, lat] of ring as readonly Corner[]) {
      box.west = Math.min(box.west, lon);
      box.south = Math.min(box.south, lat);
      box.east = Math.max(box.east, lon);
      box.north = Math.max(box.north, lat);
    }
  }
  return box;
}
