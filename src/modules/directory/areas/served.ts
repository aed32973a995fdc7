/**
 * The counties that a shape serves in part, for a search that asks for a county or a state, and for words beside a map. Borders here are known to about a
 * kilometre, so a shape that was drawn along a border does not serve the neighbour: a county counts when its middle is inside, when a twentieth of the
 * county is, or a twentieth of the shape.
 */
import { county, outline, type Place } from '../gazetteer/index.ts';
import { gazetteer } from '../gazetteer/data.ts';
import { type Box, boxOf } from './measure.ts';
import type { Ring, Shape } from './polygon.ts';
import { insideOf, middleOfSquare, squaresOf } from './squares.ts';

const share = 0.05;
/** Points asked along each side of a county's box. */
const perSide = 16;

type Spot = { lat: number; lon: number; size: number };

const known = new WeakMap<object, Place[]>();

/** Counties, the largest share of the shape first. */
export function countiesServed(shape: Pick<Shape, 'polygons'>): Place[] {
  let counties = known.get(shape);
  if (!counties) known.set(shape, (counties = lookUp(shape)));
  return counties;
}

function lookUp(shape: Pick<Shape, 'polygons'>): Place[] {
  const boxes = shape.polygons.map((polygon) => boxOf(polygon));
  const served = insideOf(shape);
  const spots = squaresOf(shape)
    .squares.map(middleOfSquare)
    .filter(({ lat, lon }) => served(lat, lon));
  const total = sizeOf(spots);
  const found: { place: Place; ofShape: number }[] = [];
  gazetteer().county.box.forEach(([south, west, north, east], at) => {
    if (!boxes.some((box) => overlap(box, { south, west, north, east }))) return;
    const place = county(gazetteer().county.fips[at]!)!;
    const rings = ringsOf(place.fips!);
    const lies = insideOf({ polygons: rings.map((ring) => [ring]) });
    const ofShape = sizeOf(spots.filter(({ lat, lon }) => lies(lat, lon))) / (total || 1);
    const own = gridIn(boxOf(rings)).filter(([lat, lon]) => lies(lat, lon));
    const ofCounty = own.filter(([lat, lon]) => served(lat, lon)).length / (own.length || 1);
    if (ofShape >= share || ofCounty >= share || served(place.lat, place.lon)) found.push({ place, ofShape });
  });
  return found.sort((a, b) => b.ofShape - a.ofShape).map(({ place }) => place);
}

const sizeOf = (spots: readonly Spot[]): number => spots.reduce((sum, { size }) => sum + size * size, 0);

const overlap = (a: Box, b: Box): boolean =>
  a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;

/** Outer rings; of the few counties with others in them (Virginia's with its cities) the whole is taken. */
function ringsOf(fips: string): Ring[] {
  const geometry = outline(fips)?.geometry;
  if (!geometry) return [];
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map(([outer]) => outer as unknown as Ring);
}

function gridIn({ west, south, east, north }: Box): [lat: number, lon: number][] {
  return Array.from({ length: perSide * perSide }, (_, at) => [
    south + ((Math.floor(at / perSide) + 0.5) / perSide) * (north - south),
    west + (((at % perSide) + 0.5) / perSide) * (east - west),
  ]);
}
