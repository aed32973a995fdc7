/** Where an office lies and what a service area means, by the gazetteer. Names repeat in a directory, so answers are remembered. */
import type { Fields } from '#modules/organisations';
import { countyAt, findPlaces, type OwnPlace, type Place, zip } from '../gazetteer/index.ts';

const everywhere =
  /^(nation ?-?wide|national|(the )?(united states( of america)?|usa?|u\.s\.a?\.?)|all (50 )?states|todo el pa[ií]s|nacional|estados unidos)$/i;
const statewide = /^(state ?-?wide|the whole state|todo el estado|estatal)$/i;

const mostRemembered = 20_000;

/** Where names are looked up: the gazetteer, and before it the places of a network's own. */
export class Places {
  readonly #own: readonly OwnPlace[];
  readonly #remembered = new Map<string, Place[]>();

  constructor(own: readonly OwnPlace[] = []) {
    this.#own = own;
  }

  /** What a name means, the best reading or none. */
  named(name: string, state: string | undefined): Place[] {
    const key = `${state ?? ''} ${name}`;
    let found = this.#remembered.get(key);
    if (!found) {
      found = findPlaces(name, { limit: 1, own: this.#own, ...(state ? { state } : {}) });
      if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
      this.#remembered.set(key, found);
    }
    return found;
  }
}

/** Without a network's own places. */
export const anywhere = new Places();

/** What a service area's name means. Lists ("Harris, Fort Bend and Waller counties") are taken apart when the whole is no place. */
export function areasNamed(name: string, state: string | undefined, places: Places): (Place | 'country')[] {
  const said = name.trim().slice(0, 300);
  if (said === '') return [];
  if (everywhere.test(said)) return ['country'];
  if (statewide.test(said)) return state ? places.named(state, undefined).filter((one) => one.kind === 'state') : [];
  const whole = places.named(said, state);
  if (whole.length > 0 || !/[,;/]| and | y /.test(said)) return whole;
  const counties = /\b(counties|condados)\b/i.test(said);
  return said
    .replace(/\b(counties|condados de|condados)\b/gi, '')
    .split(/[,;/]| and | y /)
    .map((part) => part.trim())
    .filter(Boolean)
    .flatMap((part): (Place | 'country')[] =>
      everywhere.test(part) ? ['country'] : places.named(counties ? `${part} County` : part, state),
    );
}

/** State, county and ZIP code of a place, from its address, else from its point. */
export function placeOfOffice(
  body: Fields,
  state: string | undefined,
  places: Places,
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
  const town = places.named(`${address.city}, ${region}`, state)[0];
  return town ? { state: town.state, ...(town.fips && town.kind !== 'state' ? { county: town.fips } : {}) } : {};
}
