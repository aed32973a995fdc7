/**
 * The shape of a record: HSDS 3.1 (https://docs.openreferral.org/en/v3.1.1/) names, with child lists kept inside the record they belong to. Two fields
 * are our own: `translations` (the same field in another language, of a record, of an area served and of a phone number) and, on a schedule, `closed`
 * (a day without hours, which HSDS cannot say).
 *
 * Every field has a class: how soon it goes out of date, and what a form or a mail calls it.
 */
import { z } from 'zod';

export const kinds = ['organization', 'program', 'service', 'location', 'service_at_location'] as const;
export type Kind = (typeof kinds)[number];

/** A record's values by HSDS name; absent means not known (HSDS knows no null). */
export type Fields = Record<string, unknown>;

/** From the widest to the narrowest. Whoever may see the rest of a list may see what an earlier one sees. */
export const audiences = ['public', 'partner', 'hotline', 'vetting'] as const;
export type Audience = (typeof audiences)[number];

/** Field, or `field/child id`, → the widest audience. What is not named is for those who vet. */
export type Marks = Record<string, Audience>;

/** How soon a value goes out of date: capacity in days, contact and hours in months, what a place is in a year. */
export const fieldClasses = [
  'capacity',
  'contact',
  'hours',
  'eligibility',
  'text',
  'place',
  'identity',
  'link',
] as const;
export type FieldClass = (typeof fieldClasses)[number];

const text = (max: number) => z.string().trim().min(1).max(max);
const short = text(300);
const long = text(8_000);
const day = z.iso.date();
const time = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d\d:\d\d)?$/);
const number = z.number().finite();
const email = z.email().max(254);
/** A web address, or what people write for one; never anything that a browser would run. */
const url = z
  .string()
  .trim()
  .max(1_000)
  .refine((value) => {
    try {
      return ['http:', 'https:'].includes(new URL(value).protocol);
    } catch {
      return false;
    }
  });
const id = z.uuid();

const attribute = z.object({
  id,
  taxonomy_term_id: id.optional(),
  /** What the term says of the record, e.g. `need`, `specialisation`, `eligibility_include`, `eligibility_exclude`: src/modules/directory/taxonomy. */
  link_type: short.optional(),
  value: text(1_000).optional(),
  label: short.optional(),
});
const withAttributes = { attributes: z.array(attribute).max(200).optional() };

const language = z.object({
  id,
  name: short.optional(),
  code: text(35).optional(),
  note: text(1_000).optional(),
  ...withAttributes,
});
const languages = z.array(language).max(100);
/** Words of a child in another language, as `translations` of a record hold its own. */
const said = (words: Record<string, z.ZodType>) => ({
  translations: z.partialRecord(z.enum(['es', 'en']), z.object(words).partial()).optional(),
});
const phone = z.object({
  id,
  number: text(60),
  extension: number.optional(),
  type: short.optional(),
  description: text(1_000).optional(),
  languages: languages.optional(),
  ...said({ description: text(1_000) }),
  ...withAttributes,
});
const phones = z.array(phone).max(50);
const contact = z.object({
  id,
  name: short.optional(),
  title: short.optional(),
  department: short.optional(),
  email: email.optional(),
  phones: phones.optional(),
  ...withAttributes,
});
const schedule = z.object({
  id,
  valid_from: day.optional(),
  valid_to: day.optional(),
  dtstart: day.optional(),
  /** Hours from UTC, as HSDS has it; the place's own zone is used where it is absent. */
  timezone: number.optional(),
  until: day.optional(),
  count: number.optional(),
  wkst: z.enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']).optional(),
  freq: z.enum(['WEEKLY', 'MONTHLY']).optional(),
  interval: number.optional(),
  byday: short.optional(),
  byweekno: short.optional(),
  bymonthday: short.optional(),
  byyearday: text(2_000).optional(),
  description: text(2_000).optional(),
  opens_at: time.optional(),
  closes_at: time.optional(),
  schedule_link: url.optional(),
  attending_type: short.optional(),
  notes: text(2_000).optional(),
  closed: z.boolean().optional(),
  ...withAttributes,
});
const serviceArea = z.object({
  id,
  name: short.optional(),
  description: text(2_000).optional(),
  extent: text(200_000).optional(),
  extent_type: short.optional(),
  uri: url.optional(),
  ...said({ name: short, description: text(2_000) }),
  ...withAttributes,
});
const address = z.object({
  id,
  attention: short.optional(),
  address_1: text(500),
  address_2: text(500).optional(),
  city: short,
  region: short.optional(),
  state_province: short,
  postal_code: text(20),
  country: text(60),
  address_type: z.enum(['physical', 'postal', 'virtual']),
  ...withAttributes,
});
const link = z.object({ id, label: short.optional(), url, ...withAttributes });
const funding = z.object({ id, source: short.optional(), ...withAttributes });
const unit = z.object({
  id,
  name: short,
  scheme: short.optional(),
  identifier: short.optional(),
  uri: url.optional(),
  ...withAttributes,
});

interface Field {
  class: FieldClass;
  value: z.ZodType;
  /** A list of children with ids, each of which may carry a mark of its own. */
  list?: true;
  /** Said in the language of the record; may be translated. */
  words?: true;
}
const one = (of: FieldClass, value: z.ZodType): Field => ({ class: of, value });
const words = (of: FieldClass, value: z.ZodType): Field => ({ class: of, value, words: true });
const list = (of: FieldClass, value: z.ZodType): Field => ({ class: of, value: z.array(value).max(500), list: true });

const common = { attributes: list('eligibility', attribute) };

/** Every field of every kind, in the order that pages show them. */
export const shape: Record<Kind, Record<string, Field>> = {
  organization: {
    name: words('identity', short),
    alternate_name: words('identity', short),
    description: words('text', long),
    email: one('contact', email),
    website: one('contact', url),
    additional_websites: list('contact', link),
    phones: list('contact', phone),
    contacts: list('contact', contact),
    tax_status: one('identity', short),
    tax_id: one('identity', short),
    year_incorporated: one('identity', number),
    legal_status: one('identity', short),
    logo: one('text', url),
    uri: one('identity', url),
    parent_organization_id: one('link', id),
    organization_identifiers: list(
      'identity',
      z.object({
        id,
        identifier_scheme: short.optional(),
        identifier_type: short,
        identifier: short,
        ...withAttributes,
      }),
    ),
    funding: list('text', funding),
    ...common,
  },
  program: {
    organization_id: one('link', id),
    name: words('identity', short),
    alternate_name: words('identity', short),
    description: words('text', long),
    ...common,
  },
  service: {
    organization_id: one('link', id),
    program_id: one('link', id),
    name: words('identity', short),
    alternate_name: words('identity', short),
    description: words('text', long),
    status: one('capacity', z.enum(['active', 'inactive', 'defunct', 'temporarily closed'])),
    alert: words('capacity', text(2_000)),
    capacities: list(
      'capacity',
      z.object({
        id,
        unit,
        available: number,
        maximum: number.optional(),
        description: text(1_000).optional(),
        updated: z.iso.datetime({ offset: true }),
        ...withAttributes,
      }),
    ),
    url: one('contact', url),
    additional_urls: list('contact', link),
    email: one('contact', email),
    phones: list('contact', phone),
    contacts: list('contact', contact),
    schedules: list('hours', schedule),
    service_areas: list('eligibility', serviceArea),
    eligibility_description: words('eligibility', long),
    minimum_age: one('eligibility', number),
    maximum_age: one('eligibility', number),
    languages: list('eligibility', language),
    interpretation_services: words('eligibility', text(2_000)),
    application_process: words('text', long),
    required_documents: list(
      'text',
      z.object({ id, document: text(1_000).optional(), uri: url.optional(), ...withAttributes }),
    ),
    wait_time: words('capacity', text(1_000)),
    fees_description: words('eligibility', text(2_000)),
    fees: words('eligibility', text(2_000)),
    cost_options: list(
      'eligibility',
      z.object({
        id,
        valid_from: day.optional(),
        valid_to: day.optional(),
        option: short.optional(),
        currency: text(3).optional(),
        amount: number.optional(),
        amount_description: text(1_000).optional(),
        ...withAttributes,
      }),
    ),
    accreditations: words('identity', text(2_000)),
    licenses: words('identity', text(2_000)),
    assured_date: one('identity', day),
    assurer_email: one('identity', email),
    funding: list('text', funding),
    ...common,
  },
  location: {
    organization_id: one('link', id),
    name: words('identity', short),
    alternate_name: words('identity', short),
    description: words('text', long),
    location_type: one('place', z.enum(['physical', 'postal', 'virtual'])),
    url: one('contact', url),
    addresses: list('place', address),
    latitude: one('place', number.min(-90).max(90)),
    longitude: one('place', number.min(-180).max(180)),
    transportation: words('place', text(2_000)),
    accessibility: list(
      'place',
      z.object({
        id,
        description: text(1_000).optional(),
        details: text(2_000).optional(),
        url: url.optional(),
        ...withAttributes,
      }),
    ),
    phones: list('contact', phone),
    contacts: list('contact', contact),
    schedules: list('hours', schedule),
    languages: list('eligibility', language),
    external_identifier: one('identity', short),
    external_identifier_type: one('identity', short),
    ...common,
  },
  service_at_location: {
    service_id: one('link', id),
    location_id: one('link', id),
    description: words('text', long),
    phones: list('contact', phone),
    contacts: list('contact', contact),
    schedules: list('hours', schedule),
    service_areas: list('eligibility', serviceArea),
    ...common,
  },
};

/** What a hidden place may say in its versions; where it is stands elsewhere, sealed. The database refuses the rest (0001_records.sql). */
export const hiddenPlaceFields = new Set([
  'organization_id',
  'name',
  'location_type',
  'languages',
  'attributes',
  'external_identifier',
  'external_identifier_type',
]);

const translations = z.partialRecord(z.enum(['es', 'en']), z.record(z.string(), long));

/** The zod schema of a kind: known fields only, absent ones left out, nothing null. */
export const recordSchema: Record<Kind, z.ZodType<Fields>> = Object.fromEntries(
  kinds.map((kind) => [
    kind,
    z.strictObject({
      ...Object.fromEntries(Object.entries(shape[kind]).map(([name, field]) => [name, field.value.optional()])),
      translations: translations.optional(),
    }),
  ]),
) as unknown as Record<Kind, z.ZodType<Fields>>;

/** Fields a record cannot do without (HSDS 3.1 `required`, the id aside). */
export const required: Record<Kind, string[]> = {
  organization: ['name'],
  program: ['organization_id', 'name'],
  service: ['organization_id', 'name', 'status'],
  location: ['organization_id', 'location_type'],
  service_at_location: ['service_id', 'location_id'],
};
