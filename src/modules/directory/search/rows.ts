/**
 * From the documents of one audience to one search row a service. Pure: what is not in the documents is in no row, no word and no count.
 */
import { createHash } from 'node:crypto';
import type { Fields } from '#modules/organisations';
import { placed } from '../areas/measure.ts';
import { shapeOfExtent } from '../areas/shape.ts';
import type { Document } from '../documents.ts';
import { accepting, type Attribute, isFree, servesMinors, warmTransfer } from '../features.ts';
import { languageNamed } from '../taxonomy/index.ts';
import { type Hours, hoursKey } from './hours.ts';
import { areaKeys, officeKeys, officeSquares, shapeKeys } from './keys.ts';
import { anywhere, areasNamed, placeOfOffice, type Places } from './places.ts';
import type { Office } from './query.ts';
import type { TermBook } from './terms.ts';
import { maySuggest, plain, wordsIn } from './words.ts';

/** Shown in lists beside the service's document. */
export interface Card {
  organization: string;
  offices: Office[];
  hours: Hours;
}

/** As the database takes it (write.ts). Texts are words with one space between. */
export interface SearchRow {
  id: string;
  organizationId: string;
  name: string;
  sortName: string;
  digest: string;
  needs: string[];
  tags: string[];
  languages: string[];
  spots: string[];
  flags: number;
  minimumAge: number | null;
  maximumAge: number | null;
  hoursKey: string | null;
  points: { lat: number; lon: number }[];
  keys: string[];
  texts: {
    name: string;
    termsEn: string;
    termsEs: string;
    organization: string;
    bodyEn: string;
    bodyEs: string;
  };
  spoken: string[];
  card: Card;
}

export const flagBits = { free: 1, minors: 2, accepting: 4, warmTransfer: 8 } as const;

/** Words of a service's long texts that are looked at, in each language. */
const mostBodyWords = 700;

const list = <T = Fields>(fields: Fields | undefined, name: string): T[] => (fields?.[name] as T[] | undefined) ?? [];
const text = (fields: Fields | undefined, name: string): string =>
  typeof fields?.[name] === 'string' ? fields[name] : '';
const sha = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);

export interface RowContext {
  networkId: string;
  terms: TermBook;
  /** Postal code of the state the network works in, where it is known: for places that are named without one. */
  state?: string;
  /** What names of places mean; the gazetteer's alone where it is left out. */
  names?: Places;
  /** Places of other organisations, by id, when this audience may see them. */
  places?: ReadonlyMap<string, Document>;
}

/** Places that these documents link to and do not hold. */
export function placesElsewhere(documents: readonly Document[]): string[] {
  const own = new Set(documents.filter((one) => one.kind === 'location').map((one) => one.id));
  const named = documents
    .filter((one) => one.kind === 'service_at_location')
    .map((one) => String(one.body.location_id));
  return [...new Set(named.filter((id) => !own.has(id)))];
}

/** The rows of whole organisations: all their documents for one audience. */
export function searchRows(documents: readonly Document[], context: RowContext): SearchRow[] {
  const of = (kind: Document['kind']) => documents.filter((one) => one.kind === kind);
  const organizations = new Map(of('organization').map((one) => [one.id, one]));
  const programs = new Map(of('program').map((one) => [one.id, one]));
  const places = new Map([...(context.places ?? []), ...of('location').map((one) => [one.id, one] as const)]);
  const links = Map.groupBy(of('service_at_location'), (one) => String(one.body.service_id));
  return of('service').map((service) =>
    rowOf(
      service,
      organizations.get(service.organizationId),
      programs.get(String(service.body.program_id)),
      (links.get(service.id) ?? []).flatMap((link) => {
        const place = places.get(String(link.body.location_id));
        return place ? [{ link, place }] : [];
      }),
      context,
    ),
  );
}

function rowOf(
  service: Document,
  organization: Document | undefined,
  program: Document | undefined,
  at: { link: Document; place: Document }[],
  context: RowContext,
): SearchRow {
  const { body } = service;
  const attributes = [body, ...at.flatMap(({ link, place }) => [link.body, place.body])].flatMap((fields) =>
    list<Attribute>(fields, 'attributes'),
  );
  const termIds = (type: string) =>
    attributes.filter((one) => one.link_type === type && one.taxonomy_term_id).map((one) => one.taxonomy_term_id!);
  const closed = (ids: string[]) =>
    sorted(ids.flatMap((id) => [id, ...context.terms.withAncestors(id).map((term) => term.id)]));
  const needs = closed(termIds('need'));
  const specialisations = closed(termIds('specialisation'));
  const trafficking = closed(termIds('trafficking'));
  const accessibility = closed(termIds('accessibility'));
  const languages = languagesOf([body, ...at.map(({ place }) => place.body)]);
  const offices = at.map(({ place }) => officeOf(place));
  const names = context.names ?? anywhere;
  const lies = at.map(({ place }) => placeOfOffice(place.body, context.state, names));
  const areas = [body, ...at.map(({ link }) => link.body)]
    .flatMap((fields) => list(fields, 'service_areas'))
    .flatMap((area) => {
      // A shape says more exactly than its name what is served.
      const shape = shapeOfExtent(area.extent);
      const name = text(area, 'name') || text(area, 'description');
      return shape ? shapeKeys(shape) : areasNamed(name, lies[0]?.state ?? context.state, names).flatMap(areaKeys);
    });
  const points = offices.flatMap(({ lat, lon }) => (lat === undefined || lon === undefined ? [] : [{ lat, lon }]));
  const flags = flagsOf(body, attributes);
  const hours = hoursOf(body, at);
  const spots = sorted([
    ...lies.flatMap((one) => (one.county ? [`c:${one.county}`] : [])),
    ...offices.flatMap((one) => (one.city ? [`p:${one.city}`] : [])),
  ]);
  const keys = sorted([
    `N:${context.networkId}`,
    `O:${service.organizationId}`,
    ...needs.map((id) => `n:${id}`),
    ...specialisations.map((id) => `s:${id}`),
    ...trafficking.map((id) => `t:${id}`),
    ...accessibility.map((id) => `x:${id}`),
    ...languages.map((code) => `L:${code}`),
    ...Object.entries(flagBits).flatMap(([name, bit]) => (flags & bit ? [`F:${name}`] : [])),
    ...lies.flatMap(officeKeys),
    ...points.flatMap(({ lat, lon }) => officeSquares(lat, lon)),
    ...areas,
  ]);
  const texts = textsOf(
    service,
    organization,
    program,
    attributes,
    [...needs, ...specialisations, ...trafficking, ...accessibility],
    context,
    offices,
  );
  const row = {
    id: service.id,
    organizationId: service.organizationId,
    name: service.name,
    sortName: plain(service.name),
    needs,
    tags: [
      ...specialisations.map((id) => `s:${id}`),
      ...trafficking.map((id) => `t:${id}`),
      ...accessibility.map((id) => `x:${id}`),
    ],
    languages,
    spots,
    flags,
    minimumAge: numberOf(body.minimum_age),
    maximumAge: numberOf(body.maximum_age),
    hoursKey: hoursKey(hours),
    points,
    keys,
    texts,
    spoken: sorted(Object.values(texts).flatMap((words) => words.split(' ').filter(maySuggest))),
    card: { organization: organization?.name ?? '', offices, hours },
  };
  return { ...row, digest: sha(row) };
}

const sorted = (values: readonly string[]): string[] => [...new Set(values)].sort();
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function languagesOf(fields: readonly Fields[]): string[] {
  const spoken = fields.flatMap((one) => list<{ code?: string; name?: string }>(one, 'languages'));
  return sorted(
    spoken.flatMap(({ code, name }) => {
      const known = (code && languageNamed(code.split('-')[0]!)) || (name && languageNamed(name));
      return known ? [known.code] : code ? [code.toLowerCase()] : [];
    }),
  );
}

function officeOf(place: Document): Office {
  const { body } = place;
  const addresses = list<Fields>(body, 'addresses');
  const address = addresses.find((one) => one.address_type === 'physical') ?? addresses[0];
  const pointed = typeof body.latitude === 'number' && typeof body.longitude === 'number';
  const city = text(address, 'city');
  const line = [text(address, 'address_1'), text(address, 'address_2')].filter(Boolean).join(', ');
  const rest = [city, [text(address, 'state_province'), text(address, 'postal_code')].filter(Boolean).join(' ')].filter(
    Boolean,
  );
  return {
    id: place.id,
    ...(body.name ? { name: String(body.name) } : {}),
    ...(address ? { address: [line, ...rest].filter(Boolean).join(', ') } : {}),
    ...(city ? { city } : {}),
    ...(pointed ? { lat: placed(body.latitude as number), lon: placed(body.longitude as number) } : {}),
  };
}

const flagsOf = (body: Fields, attributes: readonly Attribute[]): number =>
  (isFree(body, attributes) ? flagBits.free : 0) |
  (servesMinors(body, attributes) ? flagBits.minors : 0) |
  (accepting(body, attributes) === 'yes' ? flagBits.accepting : 0) |
  (warmTransfer(body, attributes) === 'yes' ? flagBits.warmTransfer : 0);

/** One entry a door: hours of the service at a place, else of the place, else of the service itself. */
function hoursOf(body: Fields, at: readonly { link: Document; place: Document }[]): Hours {
  const own = list(body, 'schedules');
  const doors = at.map(({ link, place }) => [list(link.body, 'schedules'), list(place.body, 'schedules')]);
  const groups = doors.map(([link, place]) => (link!.length > 0 ? link! : own.length > 0 ? own : place!));
  if (groups.every((group) => group !== own)) groups.push(own);
  const seen = new Set<string>();
  return groups.filter((group) => group.length > 0 && !seen.has(sha(group)) && seen.add(sha(group)));
}

function textsOf(
  service: Document,
  organization: Document | undefined,
  program: Document | undefined,
  attributes: readonly Attribute[],
  termIds: readonly string[],
  { terms }: RowContext,
  offices: readonly Office[],
): SearchRow['texts'] {
  const { body } = service;
  const translated = (document: Document | undefined, locale: string): Record<string, string> =>
    (document?.body.translations as Record<string, Record<string, string>> | undefined)?.[locale] ?? {};
  const known = [...new Set(termIds)].flatMap((id) => terms.byId(id) ?? []);
  // A term's own words; of those above it the name alone, or everything would be found by everything.
  const leaves = new Set(attributes.map((one) => one.taxonomy_term_id));
  const termWords = (locale: 'en' | 'es') =>
    known.flatMap((term) => [term.name[locale], ...(leaves.has(term.id) ? term.synonyms[locale] : [])]);
  // Whom a service does not take is no word to find it by.
  const labels = attributes
    .filter((one) => one.link_type !== 'eligibility_exclude')
    .flatMap((one) => one.label?.replaceAll('_', ' ') ?? []);
  const long = [
    'description',
    'eligibility_description',
    'alert',
    'application_process',
    'fees_description',
    'interpretation_services',
    'accreditations',
  ];
  const included = attributes.filter((one) => one.link_type === 'eligibility_include' || one.link_type === 'audience');
  const bodyWords = (parts: readonly (string | undefined)[]) =>
    parts
      .flatMap((part) => wordsIn(part ?? ''))
      .slice(0, mostBodyWords)
      .join(' ');
  const names = (document: Document | undefined) => [
    text(document?.body, 'name'),
    text(document?.body, 'alternate_name'),
    ...['en', 'es'].flatMap((locale) => [
      translated(document, locale).name,
      translated(document, locale).alternate_name,
    ]),
  ];
  const all = (parts: readonly (string | undefined)[]) => unique(parts.flatMap((part) => wordsIn(part ?? '')));
  return {
    name: all(names(service)),
    termsEn: all([...termWords('en'), ...labels]),
    termsEs: all(termWords('es')),
    organization: all([...names(organization), ...names(program)]),
    bodyEn: bodyWords([
      ...long.map((name) => text(body, name)),
      ...long.map((name) => translated(service, 'en')[name]),
      ...included.map((one) => one.value),
      ...offices.flatMap((one) => [one.name, one.city]),
      text(program?.body, 'description'),
      text(organization?.body, 'description').slice(0, 1_000),
    ]),
    bodyEs: bodyWords(long.map((name) => translated(service, 'es')[name])),
  };
}

const unique = (words: readonly string[]): string => [...new Set(words)].join(' ');
