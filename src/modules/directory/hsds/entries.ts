/**
 * What the lists of the HSDS API are narrowed by: one entry for each public service, organization, and service at a location. Pure: made from the public
 * documents and from nothing else, so what is internal can change no entry, and a hidden place stands in none.
 *
 * An entry also knows all that its whole record tells, with everything inside, as a digest: when that comes out otherwise, the record has changed.
 */
import { createHash } from 'node:crypto';
import type { Fields } from '#modules/organisations';
import { placed } from '../areas/measure.ts';
import type { Document } from '../documents.ts';
import type { TermBook } from '../search/terms.ts';
import { wordsIn } from '../search/words.ts';

export type ListedKind = 'service' | 'organization' | 'service_at_location';

/** A public document, with when it last became something else. */
export interface Told extends Document {
  modified: Date;
}

export interface Entry {
  kind: ListedKind;
  id: string;
  organizationId: string;
  serviceId: string | null;
  name: string;
  /** Terms anywhere in the record: of a service its own, of a service at a location those of both, of an organization all that belongs to it has. */
  terms: string[];
  minimumAge: number | null;
  maximumAge: number | null;
  /** `MO 09:00 17:00`, as texts compare: what is not said is before every opening and after every closing, `--` is no day. */
  hours: string[];
  /** Keys of the service areas, null where none is said; and what each says, as JSON. */
  areas: string[] | null;
  said: string[] | null;
  latitude: number | null;
  longitude: number | null;
  /** An organization's own words. */
  words: string;
  told: string;
  /** The newest of everything inside. */
  modified: Date;
}

/** The entries of whole organizations: `documents` are all they have, in an order that stays, and the places of others where their services are offered. */
export function entriesOf(documents: readonly Told[], terms: TermBook): Entry[] {
  const leaves = new Map(documents.map((one) => [`${one.kind} ${one.id}`, leafOf(one, terms)]));
  const leaf = (kind: Told['kind'], id: unknown) => leaves.get(`${kind} ${String(id)}`);
  const of = (kind: Told['kind']) => [...leaves.values()].filter(({ from }) => from.kind === kind);
  const present = (...some: (Leaf | undefined)[]) => some.filter((one) => one !== undefined);
  const links = Map.groupBy(of('service_at_location'), ({ from }) => String(from.body.service_id));
  const held = Map.groupBy(leaves.values(), ({ from }) => from.organizationId);
  const placeOf = (link: Leaf) => leaf('location', link.from.body.location_id);
  const wholeService = (service: Leaf) => [
    ...present(
      service,
      leaf('organization', service.from.organizationId),
      leaf('program', service.from.body.program_id),
    ),
    ...(links.get(service.from.id) ?? []).flatMap((link) => present(link, placeOf(link))),
  ];

  const services = of('service').map((service): Entry => {
    const offered = links.get(service.from.id) ?? [];
    const groups = offered.map((link) => hoursAt(service, link, placeOf(link)));
    return {
      ...common(service, 'service', wholeService(service)),
      ...ages(service.from.body),
      serviceId: service.from.id,
      terms: service.terms,
      hours: hoursIn([...list(service.from.body, 'schedules'), ...groups.flat()]),
      ...areasOf(service.from.body),
    };
  });
  const places = of('service_at_location').flatMap((link): Entry[] => {
    const service = leaf('service', link.from.body.service_id);
    if (!service) return [];
    const place = placeOf(link);
    const point = [place?.from.body.latitude, place?.from.body.longitude];
    const [latitude, longitude] = point.every((one) => typeof one === 'number') ? (point as number[]).map(placed) : [];
    return [
      {
        ...common(link, 'service_at_location', [...present(link, place), ...wholeService(service)]),
        ...ages(service.from.body),
        serviceId: service.from.id,
        terms: termsOf(present(service, link, place)),
        hours: hoursIn(hoursAt(service, link, place)),
        ...(areasOf(link.from.body) ?? areasOf(service.from.body)),
        latitude: latitude ?? null,
        longitude: longitude ?? null,
      },
    ];
  });
  const organizations = of('organization').map((owner): Entry => {
    const own = held.get(owner.from.id)!;
    const guestPlaces = own.flatMap((one) => (one.from.kind === 'service_at_location' ? present(placeOf(one)) : []));
    return {
      ...common(owner, 'organization', [...own, ...guestPlaces]),
      terms: termsOf(own),
      words: wordsOf(owner.from.body),
    };
  });
  return [...services, ...places, ...organizations];
}

/** One document: what it says, and what it is sorted by. */
interface Leaf {
  from: Told;
  terms: string[];
  digest: string;
}

function leafOf(from: Told, book: TermBook): Leaf {
  const text = JSON.stringify(from.body);
  const terms = [...new Set(Array.from(text.matchAll(/"taxonomy_term_id":"([\da-fA-F-]{36})"/g), ([, id]) => id!))];
  // A record tells the names of its terms and of those above them too.
  const names = terms.map((id) => book.withAncestors(id).map(({ name }) => [name.en, name.es]));
  return { from, terms: terms.map((id) => id.toLowerCase()), digest: sha(text + JSON.stringify(names)) };
}

const sha = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

const empty = {
  minimumAge: null,
  maximumAge: null,
  hours: [],
  areas: null,
  said: null,
  latitude: null,
  longitude: null,
  words: '',
};

function common({ from }: Leaf, kind: ListedKind, whole: readonly Leaf[]): Omit<Entry, 'terms'> {
  const { id, organizationId, name } = from;
  const modified = new Date(Math.max(...whole.map((one) => one.from.modified.getTime())));
  const told = sha(whole.map(({ digest }) => digest).join(' '));
  return { ...empty, kind, id, organizationId, serviceId: null, name, told, modified };
}

const termsOf = (some: readonly Leaf[]): string[] => [...new Set(some.flatMap(({ terms }) => terms))];

const list = (body: Fields | undefined, name: string): Fields[] => (body?.[name] as Fields[] | undefined) ?? [];
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const ages = (body: Fields) => ({ minimumAge: number(body.minimum_age), maximumAge: number(body.maximum_age) });

/** Hours of a service at a place: what is said of the two together, else of the service, else of the place. */
function hoursAt(service: Leaf, link: Leaf, place: Leaf | undefined): Fields[] {
  const said = [link, service, place].map((one) => list(one?.from.body, 'schedules'));
  return said.find((schedules) => schedules.length > 0) ?? [];
}

const hoursIn = (schedules: readonly Fields[]): string[] => [
  ...new Set(
    schedules.flatMap((one) => {
      if (one.closed) return [];
      const time = (value: unknown, none: string) => (typeof value === 'string' ? value.slice(0, 5).padEnd(5) : none);
      const days = String(one.byday ?? '').match(/MO|TU|WE|TH|FR|SA|SU/g) ?? ['--'];
      return days.map((day) => `${day} ${time(one.opens_at, '-----')} ${time(one.closes_at, '~~~~~')}`);
    }),
  ),
];

function areasOf(body: Fields): Pick<Entry, 'areas' | 'said'> | undefined {
  const said = list(body, 'service_areas').map(({ name, description, extent }) =>
    JSON.stringify({ name, description, extent }),
  );
  return said.length === 0 ? undefined : { areas: said.map(sha), said };
}

function wordsOf(body: Fields): string {
  const translated = Object.values((body.translations ?? {}) as Record<string, Fields>);
  const said = [body, ...translated].flatMap((one) => [one.name, one.alternate_name, one.description]);
  return said.flatMap((one) => (typeof one === 'string' ? wordsIn(one) : [])).join(' ');
}
