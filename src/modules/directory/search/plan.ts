/**
 * From a query to what is looked for: words and filters as one condition of keys and stems (keys.ts). Values come from outside, so a key is only ever
 * made of what has the form of one; all else is left out.
 */
import type { Condition } from './condition.ts';
import { keysNear, keysOfArea, mostKm } from './keys.ts';
import type { Area, Near, SearchQuery } from './query.ts';
import { flagBits } from './rows.ts';
import type { TermBook } from './terms.ts';
import type { Understood, Wish, WordGroup } from './understand.ts';
import { plain } from './words.ts';

export interface Plan {
  wanted: Condition;
  /** The words, in the name. */
  byName: Condition | null;
  groups: WordGroup[];
  loose: boolean;
  /** A place was asked for: a hit says how it fits. */
  place: boolean;
  byOffice: Condition | null;
  byArea: Condition | null;
  lat: number | null;
  lon: number | null;
  metres: number | null;
  age: number | null;
  openAt: Date | null;
  /** Needs that the words name, and those right below them. */
  terms: string[];
  below: string[];
  phrase: string | null;
  sort: 'best' | 'near' | 'name';
}

const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(value);
const most = 200;
/** Some two hundred years from 1970, in milliseconds: calendars end, and nobody opens then. */
const farthest = 6e12;

/** `loose`: any of the words will do. */
export function plan(
  networkId: string,
  query: SearchQuery,
  understood: Understood,
  terms: TermBook,
  loose: boolean,
): Plan {
  const { groups, wishes } = understood;
  const must: Condition[] = [];
  const list = (values: readonly unknown[] | undefined, make: (id: string) => string[]) => {
    if (!values || values.length === 0) return;
    const keys = values
      .slice(0, most)
      .filter(isId)
      .map((id) => id.toLowerCase())
      .flatMap(make);
    // A filter that nothing can pass finds nothing; it is not as if it had not been set.
    must.push({ any: [...new Set(keys)] });
  };
  if (wishes.length > 0) {
    // Where words leave nothing to choose from, any of the wishes will do: the search is not tried again without them.
    const any = loose || groups.length < 2;
    // Who names terms and nothing else is also shown what the taxonomy has close to them; behind, for it has not their words.
    const wide = any || wishes.every((wish) => wish.terms.length > 0);
    const asked = wishes.map((wish) => conditionOf(wish, groups, terms, wide));
    must.push(any ? { any: asked } : { all: asked });
  }
  list(query.needs, (id) => terms.sameAs(id).map((one) => `n:${one}`));
  list(query.specialisations, (id) => [`s:${id}`]);
  list(query.trafficking, (id) => [`t:${id}`]);
  for (const id of (query.accessibility ?? []).slice(0, 20)) list([id], (one) => [`x:${one}`]);
  if (query.languages && query.languages.length > 0) {
    const codes = query.languages
      .slice(0, most)
      .filter((code) => typeof code === 'string' && /^[a-z]{2,3}(-[a-z\d-]{1,20})?$/i.test(code));
    must.push({ any: codes.map((code) => `L:${code.toLowerCase().split('-')[0]}`) });
  }
  for (const flag of Object.keys(flagBits) as (keyof typeof flagBits)[])
    if (query[flag] === true) must.push(`F:${flag}`);
  if (query.organizationId !== undefined) list([query.organizationId], (id) => [`O:${id}`]);

  const near =
    query.near && usable(query.near.lat, 90) && usable(query.near.lon, 180)
      ? { ...query.near, lat: rounded(query.near.lat), lon: rounded(query.near.lon), radiusKm: radiusOf(query.near) }
      : null;
  const around = near ? keysNear({ ...near, ...placeNames(near) }) : null;
  const area = query.area ? keysOfArea(placeNames(query.area)) : null;
  const within = near?.radiusKm !== undefined ? around : area;
  if (within) must.push({ any: [...within.office, ...within.area] });
  const told = within ?? around;
  const named = understood.named.flatMap((one) => one.terms.flatMap((term) => terms.sameAs(term.id)));
  const phrase = groups.length > 0 ? plain((query.text ?? '').slice(0, 400)) : null;
  const age = usable(query.age, 200) && query.age! >= 0 ? rounded(query.age!) : null;
  return {
    wanted: must.length > 0 ? { all: must } : `N:${networkId}`,
    byName: groups.length > 0 ? { all: groups.map(({ stems }) => ({ any: stems.map((stem) => `A:${stem}`) })) } : null,
    groups,
    loose,
    place: told !== null,
    byOffice: told ? { any: told.office } : null,
    byArea: told ? { any: told.area } : null,
    lat: near?.lat ?? null,
    lon: near?.lon ?? null,
    metres: near?.radiusKm === undefined ? null : Math.round(near.radiusKm * 1000),
    age,
    openAt: instantOf(query),
    terms: [...new Set(named)],
    below: [...new Set(named.flatMap((id) => terms.below(id)))].filter((id) => !named.includes(id)),
    phrase,
    sort: query.sort === 'name' ? 'name' : query.sort === 'near' && near ? 'near' : 'best',
  };
}

/** The instant for which somebody asks who is open. */
export const instantOf = ({ openAt }: SearchQuery): Date | null =>
  openAt instanceof Date && usable(openAt.getTime(), farthest) ? openAt : null;

/** Services that have the words, or carry the terms; `wide`: or terms close to them. */
function conditionOf(wish: Wish, groups: readonly WordGroup[], terms: TermBook, wide: boolean): Condition {
  const words = wish.words.map((at) => ({ any: groups[at]!.stems }));
  const close = wide ? wish.terms.flatMap((term) => terms.related(term)).map((id) => `n:${id}`) : [];
  const keys = [...new Set([...wish.terms.flatMap((term) => terms.keysOf(term)), ...close])].slice(0, most);
  return { any: [...(words.length > 0 ? [{ all: words }] : []), ...keys] };
}

/** Of the names of a place those that have the form of one; a name that has not is as good as unknown. */
function placeNames({ state, county, zip }: Area): Area {
  const of = (value: unknown, form: RegExp) =>
    value === undefined ? undefined : typeof value === 'string' && form.test(value) ? value : 'none';
  return { state: of(state, /^[A-Z]{2}$/), county: of(county, /^\d{5}$/), zip: of(zip, /^\d{5}$/) };
}

/** None below ten metres: that is no place to search. */
const radiusOf = ({ radiusKm }: Near): number | undefined =>
  usable(radiusKm, Number.MAX_VALUE) && radiusKm! >= 0.01 ? Math.min(radiusKm!, mostKm) : undefined;

/** A tenth of a metre on the ground; and no number too small for the database. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

const usable = (value: number | undefined, most: number): boolean =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= most;
