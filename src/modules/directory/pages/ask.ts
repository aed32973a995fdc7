/**
 * What a person asks on a search form, and what the search is asked for it. Everything from outside is cut down to what it can mean here; nothing
 * throws, because a form that somebody in need fills in is never wrong.
 */
import type { App, Network } from '#kernel';
import type { Locale } from '#ui';
import { findPlaces, type Place, placeLabel } from '../gazetteer/index.ts';
import type { SearchQuery } from '../search/index.ts';
import { languageNamed, languages, termByCode, termsOf } from '../taxonomy/index.ts';
import { isId, middleOf } from './read.ts';
import { networkWords } from './words.ts';

export interface Asked {
  /** Words, as they were typed. */
  what: string;
  where: string;
  /** `minors`, or the id of a specialisation; empty: anyone. */
  who: string;
  needs: string[];
  languages: string[];
  accessibility: string[];
  trafficking: string[];
  /** Five digits of a county, from a facet. */
  county: string;
  /** Miles around the place; 0: everything, the nearest first. */
  miles: number;
  open: boolean;
  free: boolean;
  accepting: boolean;
  warmTransfer: boolean;
  sort: 'best' | 'near' | 'name';
  /** What `where` means, and what else it may mean; null where it means nothing we know. */
  place: Place | null;
  others: Place[];
}

export const nothingAsked: Asked = {
  what: '',
  where: '',
  who: '',
  needs: [],
  languages: [],
  accessibility: [],
  trafficking: [],
  county: '',
  miles: 25,
  open: false,
  free: false,
  accepting: false,
  warmTransfer: false,
  sort: 'best',
  place: null,
  others: [],
};

export const mileChoices = [5, 10, 25, 50, 0];
const kmPerMile = 1.609344;
export const milesOf = (km: number): number => km / kmPerMile;

type Form = { fields: Record<string, string>; lists: Record<string, string[]> };

/** Reads a search form. `need` is the code of a term (a button of the public form), `needs` are ids. */
export function readAsked({ fields, lists }: Form): Asked {
  const ids = (name: string) =>
    [...new Set((lists[name] ?? []).filter(isId).map((id) => id.toLowerCase()))].slice(0, 20);
  const pressed = termByCode(fields.need ?? '')?.id;
  const who = fields.who ?? '';
  const miles = Number(fields.miles);
  return {
    ...nothingAsked,
    what: (fields.what ?? '').trim().slice(0, 200),
    where: (fields.where ?? '').trim().slice(0, 120),
    who: who === 'minors' || isId(who) ? who : '',
    needs: pressed ? [pressed] : ids('needs'),
    languages: [...new Set((lists.languages ?? []).flatMap((code) => languageNamed(code)?.code ?? []))].slice(0, 10),
    accessibility: ids('accessibility'),
    trafficking: ids('trafficking'),
    county: /^\d{5}$/.test(fields.county ?? '') ? fields.county! : '',
    miles: mileChoices.includes(miles) && fields.miles !== undefined ? miles : nothingAsked.miles,
    open: fields.open === 'yes',
    free: fields.free === 'yes',
    accepting: fields.accepting === 'yes',
    warmTransfer: fields.warmTransfer === 'yes',
    sort: fields.sort === 'near' || fields.sort === 'name' ? fields.sort : 'best',
  };
}

/** Finds out what `where` means. Of two places with one name the one nearer to the network's own is meant. */
export async function withPlace(app: Pick<App, 'db'>, network: Network, asked: Asked): Promise<Asked> {
  if (asked.where === '') return { ...asked, place: null, others: [] };
  const near = await middleOf(app, network);
  const { places } = await networkWords(app, network);
  const [place = null, ...others] = findPlaces(asked.where, { limit: 4, own: places, ...(near ? { near } : {}) });
  return { ...asked, place, others };
}

/** A search for what was asked. `now` stands for "open now". */
export function toQuery(asked: Asked, locale: Locale, now: Date): SearchQuery {
  const { place } = asked;
  const wide = place?.kind === 'county' || place?.kind === 'state';
  return {
    locale,
    ...(asked.what ? { text: asked.what } : {}),
    ...(asked.needs.length > 0 ? { needs: asked.needs } : {}),
    ...(asked.who === 'minors' ? { minors: true } : asked.who ? { specialisations: [asked.who] } : {}),
    ...(asked.languages.length > 0 ? { languages: asked.languages } : {}),
    ...(asked.accessibility.length > 0 ? { accessibility: asked.accessibility } : {}),
    ...(asked.trafficking.length > 0 ? { trafficking: asked.trafficking } : {}),
    ...(asked.county
      ? { area: { county: asked.county } }
      : place && wide
        ? { area: place.kind === 'county' ? { county: place.fips! } : { state: place.state } }
        : {}),
    ...(place && !wide
      ? {
          near: {
            lat: place.lat,
            lon: place.lon,
            label: placeLabel(place, locale),
            // A town reaches as far as it does; the miles begin at its edge.
            ...(asked.miles > 0 && !asked.county
              ? { radiusKm: asked.miles * kmPerMile + (place.kind === 'place' ? place.radiusKm : 0) }
              : {}),
            state: place.state,
            ...(place.fips && place.fips.length === 5 ? { county: place.fips } : {}),
            ...(place.zip ? { zip: place.zip } : {}),
          },
        }
      : {}),
    ...(asked.open ? { openAt: now } : {}),
    ...(asked.free ? { free: true } : {}),
    ...(asked.accepting ? { accepting: true } : {}),
    ...(asked.warmTransfer ? { warmTransfer: true } : {}),
    sort: asked.sort,
  };
}

const listNames = ['needs', 'languages', 'accessibility', 'trafficking'] as const;
const flagNames = ['open', 'free', 'accepting', 'warmTransfer'] as const;

/**
 * One press on a filter: `languages:es` adds it, or takes it away where it is set. `where:<n>` means another of the places that the words may mean,
 * `miles:0` looks everywhere, `sort:name` orders. What has no form of a filter changes nothing.
 */
export function withChange(asked: Asked, change: string): Asked {
  const [name = '', value = ''] = change.split(/:(.*)/s);
  for (const list of listNames) {
    if (name !== list || value === '') continue;
    const held = asked[list];
    return {
      ...asked,
      [list]: held.includes(value) ? held.filter((one) => one !== value) : [...held, value].slice(0, 20),
    };
  }
  for (const flag of flagNames) if (name === flag) return { ...asked, [flag]: !asked[flag] };
  if (name === 'who')
    return { ...asked, who: asked.who === value ? '' : value === 'minors' || isId(value) ? value : '' };
  if (name === 'county' && /^\d{5}$/.test(value)) return { ...asked, county: asked.county === value ? '' : value };
  if (name === 'miles' && mileChoices.includes(Number(value))) return { ...asked, miles: Number(value) };
  if (name === 'sort' && (value === 'best' || value === 'near' || value === 'name')) return { ...asked, sort: value };
  if (name === 'what') return { ...asked, what: '' };
  if (name === 'where') {
    const place = asked.others[Number(value)];
    if (!place || value === '') return { ...asked, where: '', place: null, others: [], sort: 'best' };
    const others = [...asked.others.filter((one) => one !== place), ...(asked.place ? [asked.place] : [])];
    return { ...asked, place, others, where: placeLabel(place, 'en') };
  }
  return asked;
}

/** For whom a service is: the choices of the third question. */
export const whoChoices = (locale: Locale) =>
  termsOf('specialisation')
    .filter((term) => term.code !== 'specialisation.minors')
    .map((term) => ({ value: term.id, label: term.name[locale] }));

/** The languages that people here ask for most; the advocate's form offers all. */
export const languageChoices = (locale: Locale, most = Number.POSITIVE_INFINITY) =>
  languages()
    .slice(0, most)
    .map((one) => ({ value: one.code, label: one.name[locale] }));

/** What people come for, as the buttons of the first question. */
export const needButtons = [
  'service.shelter',
  'service.crisis',
  'service.legal',
  'service.health',
  'service.daily',
  'service.support',
] as const;
