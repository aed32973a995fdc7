/** Plane geometry on degrees, good for distances up to some hundred kilometres: what lies inside an outline, and how far it is from one. */

/** Degrees. */
export type Point = { lat: number; lon: number };

/** Corners as GeoJSON has them: longitude first. */
export type Ring = readonly (readonly number[])[];

const kmPerDegree = 111.195;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Kilometres between two points along the sphere. */
export function kilometres(a: Point, b: Point): number {
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
  const chord = half(b.lat - a.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(b.lon - a.lon);
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Whether a point lies inside: an odd number of crossings over all rings, so that holes count by themselves. */
export function isInside(rings: readonly Ring[], { lat, lon }: Point): boolean {
  let odd = false;
  for (const ring of rings) {
    for (let here = 0, before = ring.length - 1; here < ring.length; before = here++) {
      const [x, y] = ring[here] as [number, number];
      const [px, py] = ring[before] as [number, number];
      if (y > lat !== py > lat && lon < ((px - x) * (lat - y)) / (py - y) + x) odd = !odd;
    }
  }
  return odd;
}

/** Kilometres from a point to the nearest edge of the rings, on a plane that touches the globe at the point. */
export function kilometresToEdge(rings: readonly Ring[], { lat, lon }: Point): number {
  const eastward = kmPerDegree * Math.cos(radians(lat));
  let nearest = Number.POSITIVE_INFINITY;
  for (const ring of rings) {
    for (let at = 1; at < ring.length; at++) {
      const ax = (ring[at - 1]![0]! - lon) * eastward;
      const ay = (ring[at - 1]![1]! - lat) * kmPerDegree;
      const dx = (ring[at]![0]! - lon) * eastward - ax;
      const dy = (ring[at]![1]! - lat) * kmPerDegree - ay;
      const along = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
      nearest = Math.min(nearest, Math.hypot(ax + along * dx, ay + along * dy));
    }
  }
  return nearest;
}

/** Kilometres from a point to a box of degrees; nothing when inside. Never more than to what the box holds. */
export function kilometresToBox(
  [south, west, north, east]: readonly [number, number, number, number],
  { lat, lon }: Point,
): number {
  const up = Math.max(south - lat, 0, lat - north) * kmPerDegree;
  const reach = Math.min(90, Math.max(Math.abs(south), Math.abs(north), Math.abs(lat)));
  const across = Math.max(west - lon, 0, lon - east) * kmPerDegree * Math.cos(radians(reach));
  return Math.hypot(up, across);
}
