/**
 * Everything but words that can be asked for is a key in the same index as the words, so that one look into it answers a whole query. Keys have a
 * colon, words never do.
 *
 *   N:network  O:organisation  n:need  s:specialisation  t:trafficking  x:accessibility (term ids)  L:language  F:flag
 *   o:TX o:48201 o:z77002  an office lies there       a:us a:TX a:48201 a:z77002  the whole of it is served       p:TX p:48201  a part is
 *   g:12_-34 / h:…  an office lies in this square of 0.2 / 2 degrees                G:12_-34  the square is served, by a town's reach
 *   q:9:1905_-6104  the square is served, by a shape (../areas/squares.ts)
 */
import type { Shape } from '../areas/polygon.ts';
import { countiesServed } from '../areas/served.ts';
import { squaresOf, squaresOfPoint } from '../areas/squares.ts';
import { countyAt, type Place, zip } from '../gazetteer/index.ts';
import type { Area, Near } from './query.ts';

/** Degrees. */
const fine = 0.2;
const coarse = 2;
const kmPerDegree = 111.2;

const square = (lat: number, lon: number, size: number) => `${Math.floor(lat / size)}_${Math.floor(lon / size)}`;

/** The squares an office is found by. */
export const officeSquares = (lat: number, lon: number): string[] => [
  `g:${square(lat, lon, fine)}`,
  `h:${square(lat, lon, coarse)}`,
];

/** Squares of one size that a circle touches. */
function squaresAround(lat: number, lon: number, km: number, size: number, letter: string): string[] {
  const up = km / kmPerDegree;
  const across = Math.min(180, up / Math.max(0.05, Math.cos((Math.min(85, Math.abs(lat) + up) * Math.PI) / 180)));
  const found = new Set<string>();
  for (let y = Math.floor((lat - up) / size); y <= Math.floor((lat + up) / size); y++)
    for (let x = Math.floor((lon - across) / size); x <= Math.floor((lon + across) / size); x++)
      found.add(`${letter}:${y}_${x}`);
  return [...found];
}

/** Where an office lies. */
export function officeKeys(place: { state?: string; county?: string; zip?: string }): string[] {
  return [place.state, place.county, place.zip && `z${place.zip}`].filter((one) => one).map((one) => `o:${one}`);
}

/** What a named service area serves. A town has no border here: it is a circle, by squares. */
export function areaKeys(place: Place | 'country'): string[] {
  if (place === 'country') return ['a:us'];
  const parts = [`p:${place.state}`];
  if (place.kind === 'state') return [`a:${place.state}`, ...parts];
  if (place.fips) parts.push(`p:${place.fips}`);
  if (place.kind === 'county' && place.fips) return [`a:${place.fips}`, ...parts];
  if (place.kind === 'zip') return [`a:z${place.zip}`, ...parts];
  return [...squaresAround(place.lat, place.lon, place.radiusKm, fine, 'G'), ...parts];
}

const keysKnown = new WeakMap<Shape, string[]>();

/**
 * What a shape serves: squares, to about a kilometre for a county, and parts of counties and states. Never the whole of one: a point in it may lie outside the
 * shape, and asks by its squares.
 */
export function shapeKeys(shape: Shape): string[] {
  let keys = keysKnown.get(shape);
  if (!keys) {
    const parts = new Set(countiesServed(shape).flatMap((one) => [`p:${one.state}`, `p:${one.fips}`]));
    keysKnown.set(shape, (keys = [...squaresOf(shape).squares.map((one) => `q:${one}`), ...parts]));
  }
  return keys;
}

/** Keys of whatever serves a point, by a town's reach or by a shape. */
const servedAt = ({ lat, lon }: { lat: number; lon: number }): string[] => [
  `G:${square(lat, lon, fine)}`,
  ...squaresOfPoint(lat, lon).map((one) => `q:${one}`),
];

/** Keys of a query for a place: any of `office`, any of `area`. */
export interface PlaceKeys {
  office: string[];
  area: string[];
}

export function keysOfArea(area: Area): PlaceKeys | null {
  if (area.zip) {
    const known = zip(area.zip);
    const wider = known ? [known.fips!, known.state] : [area.county, area.state];
    const around = known ? servedAt(known) : [];
    return {
      office: [`o:z${area.zip}`],
      area: [`a:z${area.zip}`, ...wider.filter((one) => one).map((one) => `a:${one}`), 'a:us', ...around],
    };
  }
  if (area.county) {
    const state = area.state ?? undefined;
    return {
      office: [`o:${area.county}`],
      area: [`a:${area.county}`, `p:${area.county}`, ...(state ? [`a:${state}`] : []), 'a:us'],
    };
  }
  if (area.state) return { office: [`o:${area.state}`], area: [`a:${area.state}`, `p:${area.state}`, 'a:us'] };
  return null;
}

/** Largest radius that is looked at, in kilometres. */
export const mostKm = 800;

export function keysNear(near: Near): PlaceKeys {
  const km = Math.min(near.radiusKm ?? mostKm, mostKm);
  const lies = near.county ? { fips: near.county, state: near.state } : countyAt(near.lat, near.lon);
  // Without a radius everything is found; an office is told to fit when it lies in the same county.
  const here = lies?.fips ? [`o:${lies.fips}`] : officeSquares(near.lat, near.lon).slice(0, 1);
  const within = [lies?.fips, lies?.state ?? near.state, near.zip && `z${near.zip}`].filter((one) => one);
  return {
    office:
      near.radiusKm === undefined
        ? here
        : km > 120
          ? squaresAround(near.lat, near.lon, km, coarse, 'h')
          : squaresAround(near.lat, near.lon, km, fine, 'g'),
    area: [...within.map((one) => `a:${one}`), 'a:us', ...servedAt(near)],
  };
}
