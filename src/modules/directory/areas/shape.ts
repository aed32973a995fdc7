/**
 * The shape of a service area: what HSDS calls `extent`, as GeoJSON (RFC 7946) or as WKT. What was given stays word for word in the record; this reads it,
 * and says of what it cannot read where the fault is and what to do. TopoJSON, KML and plain words are kept too, but neither drawn nor searched.
 *
 * A ring is refused rather than mended: an open end may be a file cut short, a jump over the date line an area around the globe.
 */
import { isInside } from '../gazetteer/geometry.ts';
import { squareKm } from './measure.ts';
import { type Corner, type Polygon, Refused, type Ring, type Shape, type ShapeFault } from './polygon.ts';
import { positionsOfWkt } from './wkt.ts';

export const mostCharacters = 200_000;
export const mostPoints = 5_000;
const deepest = 6;

/** The formats of an extent. HSDS has no word of its own for WKT: it counts as `text`. */
export type Format = 'geojson' | 'wkt' | 'topojson' | 'kml' | 'text';

/** What a text is, by how it begins: files say it wrongly, or not at all. */
export function formatOf(text: string): Format {
  const start = text.trimStart().slice(0, 400);
  if (start.startsWith('{')) return /"type"\s*:\s*"Topology"/.test(start) ? 'topojson' : 'geojson';
  if (start.startsWith('<')) return 'kml';
  return /^(SRID\s*=\s*\d+\s*;\s*)?(MULTI)?(POLYGON|POINT|LINESTRING|GEOMETRYCOLLECTION)\s*(ZM?|M)?\s*(\(|EMPTY)/i.test(
    start,
  )
    ? 'wkt'
    : 'text';
}

/** HSDS's name of a format, for `extent_type`. */
export const extentType = (format: Format): string => (format === 'wkt' ? 'text' : format);

/** Reads GeoJSON or WKT. Null for what is kept and not read. */
export function readExtent(text: string): Shape | ShapeFault | null {
  const format = formatOf(text);
  if (format !== 'geojson' && format !== 'wkt') return null;
  if (text.length > mostCharacters) return { fault: 'areaTooLong', values: { limit: mostCharacters } };
  try {
    return format === 'wkt' ? shapeOf(positionsOfWkt(text)) : shapeOfGeoJson(text);
  } catch (error) {
    if (error instanceof Refused) return error.said;
    throw error;
  }
}

export const isShape = (read: Shape | ShapeFault | null): read is Shape => read !== null && 'polygons' in read;

const remembered = new Map<string, Shape | null>();
/** Some two megabytes at most for each. */
const mostRemembered = 64;

/** The shape that an area's `extent` is, or null where there is none that can be read. The same few are asked for again and again. */
export function shapeOfExtent(extent: unknown): Shape | null {
  if (typeof extent !== 'string' || extent === '') return null;
  let shape = remembered.get(extent);
  if (shape === undefined) {
    const read = readExtent(extent);
    shape = isShape(read) ? read : null;
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(extent, shape);
  }
  return shape;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function shapeOfGeoJson(text: string): Shape {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused('areaBadJson');
  }
  const named: string[] = [];
  const shape = shapeOf(polygonsIn(value, 0, named));
  const [name] = named;
  return name && named.length === 1 ? { ...shape, name: name.slice(0, 300) } : shape;
}

/** The positions of every polygon in a GeoJSON object. What is no area is told, not passed over: who sends a line means something else. */
function polygonsIn(value: unknown, depth: number, named: string[]): unknown[] {
  if (!isObject(value) || depth > deepest) throw new Refused('areaNotGeoJson');
  const each = (list: unknown) => {
    if (!Array.isArray(list)) throw new Refused('areaNotGeoJson');
    return list.flatMap((one) => polygonsIn(one, depth + 1, named));
  };
  switch (value.type) {
    case 'Polygon':
      return [value.coordinates];
    case 'MultiPolygon':
      if (!Array.isArray(value.coordinates)) throw new Refused('areaNotGeoJson');
      return value.coordinates;
    case 'Feature': {
      if (value.geometry === null) return [];
      const name = isObject(value.properties) ? (value.properties.name ?? value.properties.NAME) : undefined;
      if (typeof name === 'string' && name.trim() !== '') named.push(name.trim());
      return polygonsIn(value.geometry, depth + 1, named);
    }
    case 'FeatureCollection':
      return each(value.features);
    case 'GeometryCollection':
      return each(value.geometries);
    case 'Point':
    case 'MultiPoint':
    case 'LineString':
    case 'MultiLineString':
      throw new Refused('areaNoArea', { type: value.type });
    default:
      throw new Refused('areaNotGeoJson');
  }
}

/** Checks positions and makes a shape of them. */
function shapeOf(given: readonly unknown[]): Shape {
  let points = 0;
  const polygons = given.map((rings, at) => {
    if (!Array.isArray(rings)) throw new Refused('areaNotGeoJson');
    return rings.map((ring: unknown, number) => {
      if (!Array.isArray(ring)) throw new Refused('areaNotGeoJson');
      points += ring.length;
      if (points > mostPoints) throw new Refused('areaTooManyPoints', { limit: mostPoints });
      return ringOf(ring, { part: at + 1, ring: number + 1 });
    });
  });
  const filled = polygons.filter((rings) => rings.length > 0);
  if (filled.length === 0) throw new Refused('areaEmpty');
  plausible(filled);
  filled.forEach(([outer, ...holes], at) => {
    for (const [number, hole] of holes.entries())
      if (!hole.some(([lon, lat]) => isInside([outer!], { lat, lon })))
        throw new Refused('areaHoleOutside', { part: at + 1, ring: number + 2 });
  });
  // The last corner of a ring is its first again.
  const shape = { polygons: filled, points: filled.flat().reduce((sum, ring) => sum + ring.length - 1, 0) };
  // A millimetre wide is no area; and its middle would be a place.
  if (squareKm(shape) < 0.0001) throw new Refused('areaFlat');
  return shape;
}

function ringOf(given: readonly unknown[], where: { part: number; ring: number }): Ring {
  const corners = given.map((position, at): Corner => {
    const [lon, lat] = Array.isArray(position) ? (position as unknown[]) : [];
    if (typeof lon !== 'number' || typeof lat !== 'number' || !Number.isFinite(lon) || !Number.isFinite(lat))
      throw new Refused('areaCorner', { ...where, corner: at + 1 });
    return [lon, lat];
  });
  if (corners.length < 4) throw new Refused('areaFewCorners', where);
  const [first, last] = [corners[0]!, corners.at(-1)!];
  if (first[0] !== last[0] || first[1] !== last[1]) throw new Refused('areaOpen', where);
  return corners;
}

/** Degrees, longitude first, not across the date line. */
function plausible(polygons: readonly Polygon[]): void {
  for (const ring of polygons.flat()) {
    const [lon, lat] = [ring.map((corner) => corner[0]), ring.map((corner) => corner[1])];
    const far = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (far(lon) > 180 || far(lat) > 180) throw new Refused('areaNotDegrees');
    const here = ring.some(([x, y]) => inUnitedStates(x, y));
    if (far(lat) > 90 || (!here && ring.every(([x, y]) => inUnitedStates(y, x)))) throw new Refused('areaSwapped');
    if (Math.max(...lon) - Math.min(...lon) > 180) throw new Refused('areaDateLine');
  }
}

/** West, south, east, north of the states, of Guam and the Northern Marianas, of American Samoa, of the last Aleutians. */
const unitedStates = [
  [-180, 17, -64, 72],
  [144, 13, 147, 21],
  [-172, -15, -168, -10],
  [172, 51, 180, 54],
];
const inUnitedStates = (lon: number, lat: number): boolean =>
  unitedStates.some(([west, south, east, north]) => lon >= west! && lon <= east! && lat >= south! && lat <= north!);
