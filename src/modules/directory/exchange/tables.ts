/**
 * The tables of HSDS 3.1 and how they hang together: which holds records, which holds entries of lists inside records, and by which columns. Reading,
 * writing and the flattening of JSON all go by this one description.
 */
import type { Kind } from '#engines/record-shape';

/** How a cell is read (values.ts). */
export type CellType =
  | 'short'
  | 'text'
  | 'long'
  | 'extent'
  | 'number'
  | 'age'
  | 'count'
  | 'day'
  | 'time'
  | 'instant'
  | 'url'
  | 'email'
  | 'phone'
  | 'yes'
  | 'status'
  | 'place'
  | 'kindOfAddress'
  | 'freq'
  | 'weekday'
  | 'id';

export interface TableShape {
  /** The kind of record a row is; absent for an entry of a list. */
  kind?: Kind;
  /** Name of the list inside the record, by the table that holds it. */
  list?: (owner: string) => string;
  /** Columns that say whom an entry belongs to → that table; the first that is filled counts. */
  owners?: Record<string, string>;
  /** Columns of a record that name other records. */
  links?: Record<string, string>;
  /** Every other column with its type, in the order of the specification. */
  columns: Record<string, CellType>;
  /** Columns without which a row says nothing. */
  required?: string[];
}

const same = (list: string) => () => list;
const entry = (
  list: string,
  owners: Record<string, string>,
  columns: Record<string, CellType>,
  required: string[] = [],
): TableShape => ({ list: same(list), owners, columns, required });

const to = {
  organization_id: 'organizations',
  service_id: 'services',
  location_id: 'locations',
  service_at_location_id: 'service_at_location',
};

/** Table → its shape, in an order in which whatever is named stands before whoever names it. */
export const tables: Record<string, TableShape> = {
  organizations: {
    kind: 'organization',
    links: { parent_organization_id: 'organizations' },
    columns: {
      name: 'short',
      alternate_name: 'short',
      description: 'long',
      email: 'email',
      website: 'url',
      tax_status: 'short',
      tax_id: 'short',
      year_incorporated: 'number',
      legal_status: 'short',
      logo: 'url',
      uri: 'url',
    },
    required: ['name'],
  },
  programs: {
    kind: 'program',
    links: { organization_id: 'organizations' },
    columns: { name: 'short', alternate_name: 'short', description: 'long' },
    required: ['organization_id', 'name'],
  },
  services: {
    kind: 'service',
    links: { organization_id: 'organizations', program_id: 'programs' },
    columns: {
      name: 'short',
      alternate_name: 'short',
      description: 'long',
      url: 'url',
      email: 'email',
      status: 'status',
      interpretation_services: 'text',
      application_process: 'long',
      fees_description: 'text',
      wait_time: 'text',
      fees: 'text',
      accreditations: 'text',
      eligibility_description: 'long',
      minimum_age: 'age',
      maximum_age: 'age',
      assured_date: 'day',
      assurer_email: 'email',
      licenses: 'text',
      alert: 'text',
    },
    required: ['organization_id', 'name'],
  },
  locations: {
    kind: 'location',
    links: { organization_id: 'organizations' },
    columns: {
      location_type: 'place',
      url: 'url',
      name: 'short',
      alternate_name: 'short',
      description: 'long',
      transportation: 'text',
      latitude: 'number',
      longitude: 'number',
      external_identifier: 'short',
      external_identifier_type: 'short',
    },
    required: ['organization_id'],
  },
  service_at_location: {
    kind: 'service_at_location',
    links: { service_id: 'services', location_id: 'locations' },
    columns: { description: 'long' },
    required: ['service_id', 'location_id'],
  },
  contacts: entry(
    'contacts',
    {
      service_at_location_id: to.service_at_location_id,
      service_id: to.service_id,
      location_id: to.location_id,
      organization_id: to.organization_id,
    },
    { name: 'short', title: 'short', department: 'short', email: 'email' },
  ),
  phones: entry(
    'phones',
    { contact_id: 'contacts', ...to },
    { number: 'phone', extension: 'number', type: 'short', description: 'text' },
    ['number'],
  ),
  languages: entry(
    'languages',
    { phone_id: 'phones', service_id: to.service_id, location_id: to.location_id },
    { name: 'short', code: 'short', note: 'text' },
  ),
  addresses: entry(
    'addresses',
    { location_id: to.location_id },
    {
      attention: 'short',
      address_1: 'text',
      address_2: 'text',
      city: 'short',
      region: 'short',
      state_province: 'short',
      postal_code: 'short',
      country: 'short',
      address_type: 'kindOfAddress',
    },
    ['address_1', 'city', 'state_province', 'postal_code', 'country', 'address_type'],
  ),
  accessibility: entry(
    'accessibility',
    { location_id: to.location_id },
    { description: 'text', details: 'text', url: 'url' },
  ),
  schedules: entry(
    'schedules',
    {
      service_at_location_id: to.service_at_location_id,
      service_id: to.service_id,
      location_id: to.location_id,
    },
    {
      valid_from: 'day',
      valid_to: 'day',
      dtstart: 'day',
      timezone: 'number',
      until: 'day',
      count: 'number',
      wkst: 'weekday',
      freq: 'freq',
      interval: 'number',
      byday: 'short',
      byweekno: 'short',
      bymonthday: 'short',
      byyearday: 'text',
      description: 'text',
      opens_at: 'time',
      closes_at: 'time',
      schedule_link: 'url',
      attending_type: 'short',
      notes: 'text',
    },
  ),
  service_areas: entry(
    'service_areas',
    { service_at_location_id: to.service_at_location_id, service_id: to.service_id },
    { name: 'short', description: 'text', extent: 'extent', extent_type: 'short', uri: 'url' },
  ),
  cost_options: entry(
    'cost_options',
    { service_id: to.service_id },
    {
      valid_from: 'day',
      valid_to: 'day',
      option: 'short',
      currency: 'short',
      amount: 'number',
      amount_description: 'text',
    },
  ),
  funding: entry('funding', { service_id: to.service_id, organization_id: to.organization_id }, { source: 'short' }),
  required_documents: entry('required_documents', { service_id: to.service_id }, { document: 'text', uri: 'url' }),
  units: { columns: { name: 'short', scheme: 'short', identifier: 'short', uri: 'url' }, required: ['name'] },
  service_capacity: {
    list: same('capacities'),
    owners: { service_id: to.service_id },
    links: { unit_id: 'units' },
    columns: { available: 'number', maximum: 'number', description: 'text', updated: 'instant' },
    required: ['unit_id', 'available', 'updated'],
  },
  url: {
    list: (owner) => (owner === 'services' ? 'additional_urls' : 'additional_websites'),
    owners: { service_id: to.service_id, organization_id: to.organization_id },
    columns: { label: 'short', url: 'url' },
    required: ['url'],
  },
  organization_identifiers: entry(
    'organization_identifiers',
    { organization_id: to.organization_id },
    { identifier_scheme: 'short', identifier_type: 'short', identifier: 'short' },
    ['identifier_type', 'identifier'],
  ),
  attributes: {
    list: same('attributes'),
    columns: { taxonomy_term_id: 'id', link_type: 'short', value: 'text', label: 'short' },
  },
};

/** What `link_entity` of an attribute says → the table. */
export const tableOfEntity: Record<string, string> = {
  organization: 'organizations',
  program: 'programs',
  service: 'services',
  location: 'locations',
  service_at_location: 'service_at_location',
  contact: 'contacts',
  phone: 'phones',
  language: 'languages',
  address: 'addresses',
  accessibility: 'accessibility',
  schedule: 'schedules',
  service_area: 'service_areas',
  cost_option: 'cost_options',
  funding: 'funding',
  required_document: 'required_documents',
  service_capacity: 'service_capacity',
  unit: 'units',
  url: 'url',
  organization_identifier: 'organization_identifiers',
};
export const entityOfTable: Record<string, string> = Object.fromEntries(
  Object.entries(tableOfEntity).map(([entity, table]) => [table, entity]),
);

/** List inside a record or an entry → the table of its entries. */
export const tableOfList: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries(tables).flatMap(([table, { list }]) => (list ? [[list('organizations'), table]] : [])),
  ),
  additional_urls: 'url',
};

/** Lists of an HSDS object that hold whole records of their own, or one such record → the table. */
export const recordsInside: Record<string, string> = {
  organization: 'organizations',
  organizations: 'organizations',
  program: 'programs',
  programs: 'programs',
  service: 'services',
  services: 'services',
  location: 'locations',
  locations: 'locations',
  service_at_location: 'service_at_location',
  service_at_locations: 'service_at_location',
};

/** The table of a kind of record. */
export const tableOfKind = Object.fromEntries(
  Object.entries(tables).flatMap(([table, { kind }]) => (kind ? [[kind, table]] : [])),
) as Record<Kind, string>;
