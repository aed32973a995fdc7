/**
 * A place as the directory uses it: a point with a reach. A ZIP code, a town, a county and a state are all places; a network may add its own
 * (a neighbourhood, a made-up county of a demonstration).
 */
import { type StateRow, allStates, gazetteer, stateOf } from './data.ts';
import type { Point } from './geometry.ts';

/**
 * `state` is the postal code. `fips` is the county's number (five digits), for a state its own (two). `radiusKm` is about how far the place
 * reaches from its middle, so a search around a big city looks farther than one around a village. `address` is a point of a network's own.
 */
export type Place = Point & {
  kind: 'zip' | 'county' | 'place' | 'state' | 'address';
  name: string;
  state: string;
  fips?: string;
  zip?: string;
  radiusKm: number;
};

/** A place that a network adds, with other names by which people call it. */
export type OwnPlace = Place & { also?: readonly string[] };

/** A ZIP code of five digits, or null if there is none such. `name` is the post office's town. */
export function zip(code: string): Place | null {
  if (!/^\d{5}$/.test(code)) return null;
  const { zip: zips, county: counties } = gazetteer();
  const at = rowOf(zips.code, Number(code));
  if (at < 0) return null;
  const fips = counties.fips[zips.county[at]!]!;
  return {
    kind: 'zip',
    name: zips.city[at]!,
    state: stateOf(fips)!.code,
    fips,
    zip: code,
    lat: rounded(zips.lat[at]!),
    lon: rounded(zips.lon[at]!),
    radiusKm: rounded(zips.radius[at]!),
  };
}

/** A county by its five-digit number, or null. Connecticut's are the historical eight, as the outlines have them. */
export function county(fips: string): Place | null {
  const at = gazetteer().county.fips.indexOf(fips);
  return at < 0 ? null : countyPlace(at);
}

/** All counties of a state, by name: for a choice of the counties a network works in. */
export function countiesOf(state: string): Place[] {
  const prefix = stateByCode(state)?.fips;
  const found: Place[] = [];
  gazetteer().county.fips.forEach((fips, at) => {
    if (fips.slice(0, 2) === prefix) found.push(countyPlace(at));
  });
  return found.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** The county in a row of the gazetteer. */
export function countyPlace(at: number): Place {
  const { fips, name, lat, lon, radius } = gazetteer().county;
  return {
    kind: 'county',
    name: name[at]!,
    state: stateOf(fips[at]!)!.code,
    fips: fips[at]!,
    lat: rounded(lat[at]!),
    lon: rounded(lon[at]!),
    radiusKm: rounded(radius[at]!),
  };
}

/** The town in a row of the gazetteer. Its reach follows its people: a town of 1,000 about 2 km, Houston about 25. */
export function townPlace(at: number): Place {
  const { name, county: countyRow, lat, lon, population } = gazetteer().place;
  const fips = gazetteer().county.fips[countyRow[at]!]!;
  return {
    kind: 'place',
    name: name[at]!,
    state: stateOf(fips)!.code,
    fips,
    lat: rounded(lat[at]!),
    lon: rounded(lon[at]!),
    radiusKm: Math.round(Math.min(30, 1.5 + 0.5 * Math.sqrt(population[at]! / 1000)) * 10) / 10,
  };
}

/** A state as a place: the middle of its counties, reaching to the farthest of them. */
export function statePlace(state: StateRow): Place {
  const parts = countiesOf(state.code);
  const total = parts.reduce((sum, part) => sum + part.radiusKm ** 2, 0);
  const mean = (read: (part: Place) => number) =>
    rounded(parts.reduce((sum, part) => sum + read(part) * part.radiusKm ** 2, 0) / total);
  return {
    kind: 'state',
    name: state.en,
    state: state.code,
    fips: state.fips,
    lat: mean((part) => part.lat),
    lon: mean((part) => part.lon),
    radiusKm: rounded(Math.sqrt(total)),
  };
}

export const stateByCode = (code: string): StateRow | undefined => allStates.find((state) => state.code === code);

/**
 * "Houston, TX", "77002 (Houston, TX)", "Harris County, TX"; in Spanish "Condado de Harris, TX". Where a state has two towns of one name the county says
 * which: "Bayview, Humboldt County, CA". Typed like that, each of these is found again.
 */
export function placeLabel(place: Place, locale: 'en' | 'es' = 'en'): string {
  if (place.kind === 'zip') return `${place.zip} (${place.name}, ${place.state})`;
  if (place.kind === 'state') return (locale === 'es' && stateByCode(place.state)?.es) || place.name;
  if (place.kind === 'county') return `${countyWords(place.name, locale)}, ${place.state}`;
  const within = place.kind === 'place' && place.fips && twice().has(`${place.name}, ${place.state}`);
  const itsCounty = within ? county(place.fips!) : null;
  return [place.name, itsCounty && countyWords(itsCounty.name, locale), place.state].filter(Boolean).join(', ');
}

function countyWords(name: string, locale: 'en' | 'es'): string {
  const spanish = locale === 'es' ? /^(.*) County$/.exec(name) : null;
  return spanish ? `Condado de ${spanish[1]}` : name;
}

let doubled: Set<string> | undefined;

/** Towns, as "name, state", of which a state has more than one. */
function twice(): Set<string> {
  if (doubled) return doubled;
  doubled = new Set();
  const { place, county: counties } = gazetteer();
  const seen = new Set<string>();
  place.name.forEach((name, row) => {
    const town = `${name}, ${stateOf(counties.fips[place.county[row]!]!)!.code}`;
    if (seen.has(town)) doubled!.add(town);
    seen.add(town);
  });
  return doubled;
}

/** Row of a value in an ascending column, or -1. */
function rowOf(column: Uint32Array, value: number): number {
  let [low, high] = [0, column.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (column[middle]! === value) return middle;
    if (column[middle]! < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Columns keep single precision; what is shown keeps three places, about a hundred metres. */
const rounded = (value: number) => Math.round(value * 1000) / 1000;
