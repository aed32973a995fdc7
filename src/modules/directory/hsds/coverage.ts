/**
 * Whether a service area covers a person's ZIP code, by what the area says: an outline (GeoJSON), or the name of a ZIP code, a town, a county, a state
 * or the country. An area whose words name no place that is known here covers nobody: a postcode asks who certainly serves it.
 */
import type { Fields } from '#modules/organisations';
import { findPlaces, kilometres, type OwnPlace, type Place, type Point, zip } from '../gazetteer/index.ts';
import { isInside, type Ring } from '../gazetteer/geometry.ts';
import { plain } from './vocabulary.ts';

/** The middle of a ZIP code and what it lies in. */
export interface Spot {
  place: Place;
  own: readonly OwnPlace[];
  metresTo(point: Point): number;
}

/** A ZIP code, with or without its four digits more; null where there is none such. `own` are places of the network, which come first. */
export function spotOf(postcode: string, own: readonly OwnPlace[]): Spot | null {
  const code = postcode.slice(0, 5);
  const place = own.find((one) => one.zip === code) ?? zip(code);
  return place && { place, own, metresTo: (point) => kilometres(place, point) * 1000 };
}

export function covers(area: Fields, { place, own }: Spot): boolean {
  const inside = insideExtent(area, place);
  if (inside !== null) return inside;
  return [area.name, area.description].some((words) => typeof words === 'string' && coversNamed(words, place, own));
}

const country =
  /^(the )?(nationwide|national|country ?wide|united states( of america)?|usa?|u\.s\.(a\.)?|todo el pais|estados unidos)$/;
/** Ways to say "all of" that stand around the name of a place. */
const whole =
  /^(all of|the whole of|entire|statewide(,| in)?|countywide(,| in)?|citywide(,| in)?|todo el|toda la|todo)\s+|\s*(statewide|countywide|citywide)$/g;

function coversNamed(words: string, place: Place, own: readonly OwnPlace[]): boolean {
  const name = plain(words).trim().replace(/\.$/, '');
  if (name.length > 200) return false;
  if (country.test(name)) return true;
  const bare = name.replace(whole, '').trim();
  return bare
    .split(/\s*(?:;|\band\b|\by\b)\s*/)
    .slice(0, 20)
    .some((part) => {
      const [named] = part === '' ? [] : findPlaces(part, { state: place.state, limit: 1, own });
      return named !== undefined && reaches(named, place);
    });
}

/** A town has no border here: it is a circle. */
function reaches(area: Place, place: Place): boolean {
  if (area.kind === 'state') return area.state === place.state;
  if (area.kind === 'county' && area.fips) return area.fips === place.fips;
  if (area.kind === 'zip') return area.zip === place.zip;
  return kilometres(area, place) <= area.radiusKm;
}

/** Inside an outline or not; null where the area has none. */
function insideExtent(area: Fields, point: Point): boolean | null {
  if (typeof area.extent !== 'string' || !area.extent.trimStart().startsWith('{')) return null;
  try {
    const shapes = polygonsOf(JSON.parse(area.extent), 0);
    return shapes.length === 0 ? null : shapes.some((rings) => isInside(rings, point));
  } catch {
    return null;
  }
}

function polygonsOf(value: unknown, depth: number): Ring[][] {
  if (typeof value !== 'object' || value === null || depth > 4) return [];
  const { type, coordinates, geometry, geometries, features } = value as Record<string, unknown>;
  const each = (list: unknown) => (Array.isArray(list) ? list.flatMap((one) => polygonsOf(one, depth + 1)) : []);
  if (type === 'Polygon') return [coordinates as Ring[]];
  if (type === 'MultiPolygon') return coordinates as Ring[][];
  if (type === 'Feature') return polygonsOf(geometry, depth + 1);
  if (type === 'GeometryCollection') return each(geometries);
  return type === 'FeatureCollection' ? each(features) : [];
}
