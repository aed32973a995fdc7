/**
 * Whether a service area covers a person's ZIP code, by what the area says: its shape, exactly, or the name of a ZIP code, a town, a county, a state
 * or the country. An area whose words name no place that is known here covers nobody: a postcode asks who certainly serves it.
 */
import { sql } from 'kysely';
import type { Tx } from '#kernel';
import type { Fields } from '#modules/organisations';
import { findPlaces, kilometres, type OwnPlace, type Place, type Point, zip } from '../gazetteer/index.ts';
import { shapeOfExtent } from '../areas/shape.ts';
import { insideOf } from '../areas/squares.ts';
import type { ListedKind } from './entries.ts';
import { plain } from './vocabulary.ts';

/** The middle of a ZIP code, and the places of the network by which areas may be named. */
export interface Spot {
  place: Place;
  own: readonly OwnPlace[];
}

/** A ZIP code, with or without its four digits more; null where there is none such. `own` are places of the network, which come first. */
export function spotOf(postcode: string, own: readonly OwnPlace[]): Spot | null {
  const code = postcode.slice(0, 5);
  const place = own.find((one) => one.zip === code) ?? zip(code);
  return place && { place, own };
}

/** Keys of the areas that cover a person, of those that the entries of a list name (entries.ts). The same few are named again and again. */
export async function areasCovering(tx: Tx, networkId: string, kind: ListedKind, spot: Spot): Promise<string[]> {
  const entries = sql`site.directory_entry e where e.network_id = ${networkId} and e.kind = ${kind}`;
  const { rows } = await sql<{ key: string }>`
    select distinct key from (select unnest(e.areas) as key from ${entries}) named`.execute(tx);
  const here = JSON.stringify([spot.place, spot.own]);
  const missing = rows.filter(({ key }) => !known.has(here + key)).map(({ key }) => key);
  if (missing.length > 0) {
    // A shape may be long, so what an area says is read where it is not known yet.
    const found = await sql<{ key: string; said: string }>`
      select distinct key, said from (select unnest(e.areas) as key, unnest(e.said) as said from ${entries}) named
      where key = any(${missing}::text[])`.execute(tx);
    if (known.size + found.rows.length > mostKnown) known.clear();
    for (const { key, said } of found.rows) known.set(here + key, covers(JSON.parse(said) as Fields, spot));
  }
  return rows.map(({ key }) => key).filter((key) => known.get(here + key));
}

/** Answers by place, the network's own names with it, and area. */
const known = new Map<string, boolean>();
const mostKnown = 50_000;

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

/** Inside a shape or not; null where the area has none that can be read. */
function insideExtent(area: Fields, { lat, lon }: Point): boolean | null {
  const shape = shapeOfExtent(area.extent);
  return shape && insideOf(shape)(lat, lon);
}
