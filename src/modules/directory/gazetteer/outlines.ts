/**
 * County and state outlines from the Census Bureau's cartographic files (us-atlas), for maps and for "which county is this point in". They are
 * drawn for small scales: a border may be off by a kilometre, a shore by more, so a point in no county belongs to the nearest one.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { feature } from 'topojson-client';
import type { GeometryCollection, Polygon, Topology } from 'topojson-specification';
import { gazetteer, stateOf } from './data.ts';
import { type Point, type Ring, isInside, kilometresToBox, kilometresToEdge } from './geometry.ts';
import { type Place, countyPlace } from './place.ts';

type Shape = GeoJSON.Polygon | GeoJSON.MultiPolygon;
type Atlas = Topology<{ counties: GeometryCollection<{ name: string }>; states: GeometryCollection<{ name: string }> }>;

/** An outline ready for a map. */
export type Outline = GeoJSON.Feature<Shape, { fips: string; name: string; state: string }>;

let atlas: Atlas | undefined;
const drawn = new Map<string, Outline>();

/** The outline of a county (five digits) or a state (two digits), or null. */
export function outline(fips: string): Outline | null {
  const known = drawn.get(fips) ?? draw(fips);
  if (known) drawn.set(fips, known);
  return known;
}

function draw(fips: string): Outline | null {
  atlas ??= JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('us-atlas/counties-10m.json'), 'utf8'),
  ) as Atlas;
  const { counties, states } = atlas.objects;
  const shape = (fips.length === 2 ? states : counties).geometries.find((one) => one.id === fips);
  const state = stateOf(fips);
  if (!shape || !state) return null;
  const at = gazetteer().county.fips.indexOf(fips);
  return {
    type: 'Feature',
    // Polygon stands for either: the types do not let one call return both.
    geometry: feature(atlas, shape as Polygon).geometry as Shape,
    properties: { fips, name: at < 0 ? state.en : gazetteer().county.name[at]!, state: state.code },
  };
}

const ringsOf = ({ geometry }: Outline): Ring[] =>
  geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();

/** The county a point lies in, or the nearest one when the point is within 25 km of its border (at sea, on a bridge); else null. */
export const countyAt = (lat: number, lon: number): Place | null =>
  countiesNear(lat, lon, { km: 25, limit: 1 })[0] ?? null;

/** Counties within `km` of a point, nearest border first; the one it lies in has 0. Default 50 km, at most 10. */
export function countiesNear(
  lat: number,
  lon: number,
  { km = 50, limit = 10 }: { km?: number; limit?: number } = {},
): (Place & { km: number })[] {
  const point: Point = { lat, lon };
  const near: (Place & { km: number })[] = [];
  gazetteer().county.box.forEach((box, at) => {
    if (kilometresToBox(box, point) > km) return;
    const rings = ringsOf(outline(gazetteer().county.fips[at]!)!);
    const distance = isInside(rings, point) ? 0 : kilometresToEdge(rings, point);
    if (distance <= km) near.push({ ...countyPlace(at), km: Math.round(distance * 10) / 10 });
  });
  return near.sort((a, b) => a.km - b.km).slice(0, limit);
}
