/** Where an office lies and what a service area means, by the gazetteer. Names repeat in a directory, so answers are remembered. */
import type { Fields } from '#modules/organisations';
import { countyAt, findPlaces, type Place, zip } from '../gazetteer/index.ts';

const everywhere =
  /^(nation ?-?wide|national|(the )?(united states( of america)?|usa?|u\.s\.a?\.?)|all (50 )?states|todo el pa[ií]s|nacional|estados unidos)$/i;
const statewide = /^(state ?-?wide|the whole state|todo el estado|estatal)$/i;

const remembered = new Map<string, Place[]>();
const mostRemembered = 20_000;

/** What a service area's name means. Lists ("Harris, Fort Bend and Waller counties") are taken apart when the whole is no place. */
export function areasNamed(name: string, state: string | undefined): (Place | 'country')[] {
  const said = name.trim().slice(0, 300);
  if (said === '') return [];
  if (everywhere.test(said)) return ['country'];
  if (statewide.test(said)) return state ? placesNamed(state, undefined).filter((one) => one.kind === 'state') : [];
  const whole = placesNamed(said, state);
  if (whole.length > 0 || !/[,;/]| and | y /.test(said)) return whole;
  const counties = /\b(counties|condados)\b/i.test(said);
  return said
    .replace(/\b(counties|condados de|condados)\b/gi, '')
    .split(/[,;/]| and | y /)
    .map((part) => part.trim())
    .filter(Boolean)
    .flatMap((part): (Place | 'country')[] =>
      everywhere.test(part) ? ['country'] : placesNamed(counties ? `${part} County` : part, state),
    );
}

function placesNamed(name: string, state: string | undefined): Place[] {
  const key = `${state ?? ''} ${name}`;
  let found = remembered.get(key);
  if (!found) {
    found = findPlaces(name, { limit: 1, ...(state ? { state } : {}) });
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(key, found);
  }
  return found;
}

/** State, county and ZIP code of a place, from its address, else from its point. */
export function placeOfOffice(
  body: Fields,
  state: string | undefined,
): { state?: string; county?: string; zip?: string } {
  const addresses = (body.addresses as Fields[] | undefined) ?? [];
  const address = addresses.find((one) => one.address_type === 'physical') ?? addresses[0];
  const code = typeof address?.postal_code === 'string' ? address.postal_code.slice(0, 5) : '';
  const known = zip(code);
  if (known) return { state: known.state, zip: code, ...(known.fips ? { county: known.fips } : {}) };
  if (typeof body.latitude === 'number' && typeof body.longitude === 'number') {
    const county = countyAt(body.latitude, body.longitude);
    if (county) return { state: county.state, ...(county.fips ? { county: county.fips } : {}) };
  }
  if (typeof address?.city !== 'string') return {};
  const region = typeof address.state_province === 'string' ? address.state_province : (state ?? '');
  const town = placesNamed(`${address.city}, ${region}`, state)[0];
  return town ? { state: town.state, ...(town.fips && town.kind !== 'state' ? { county: town.fips } : {}) } : {};
}
