/**
 * What older HSDS files (1.x, 2.x, and packages of the kind that Ohana writes) call things: their tables and columns by today's names, and columns that
 * became tables of their own. Nothing is thrown away that has a place today; the rest is kept as labelled attributes.
 */
import type { Row } from './rows.ts';

/** File name without its ending → the table, and what that file says of all its rows. */
const files: Record<string, { table: string; all?: Record<string, string> }> = {
  organization: { table: 'organizations' },
  program: { table: 'programs' },
  service: { table: 'services' },
  location: { table: 'locations' },
  service_at_locations: { table: 'service_at_location' },
  services_at_location: { table: 'service_at_location' },
  services_at_locations: { table: 'service_at_location' },
  contact: { table: 'contacts' },
  phone: { table: 'phones' },
  language: { table: 'languages' },
  address: { table: 'addresses' },
  physical_address: { table: 'addresses', all: { address_type: 'physical' } },
  physical_addresses: { table: 'addresses', all: { address_type: 'physical' } },
  postal_address: { table: 'addresses', all: { address_type: 'postal' } },
  postal_addresses: { table: 'addresses', all: { address_type: 'postal' } },
  mail_address: { table: 'addresses', all: { address_type: 'postal' } },
  mail_addresses: { table: 'addresses', all: { address_type: 'postal' } },
  accessibility_for_disabilities: { table: 'accessibility' },
  schedule: { table: 'schedules' },
  regular_schedule: { table: 'schedules', all: { freq: 'WEEKLY' } },
  regular_schedules: { table: 'schedules', all: { freq: 'WEEKLY' } },
  holiday_schedule: { table: 'schedules', all: { holiday: 'yes' } },
  holiday_schedules: { table: 'schedules', all: { holiday: 'yes' } },
  service_area: { table: 'service_areas' },
  cost_option: { table: 'cost_options' },
  fundings: { table: 'funding' },
  required_document: { table: 'required_documents' },
  service_capacities: { table: 'service_capacity' },
  unit: { table: 'units' },
  urls: { table: 'url' },
  organization_identifier: { table: 'organization_identifiers' },
  attribute: { table: 'attributes' },
  service_taxonomy: { table: 'attributes', all: { link_entity: 'service', link_type: 'need' } },
  service_taxonomys: { table: 'attributes', all: { link_entity: 'service', link_type: 'need' } },
  services_taxonomy: { table: 'attributes', all: { link_entity: 'service', link_type: 'need' } },
  service_attributes: { table: 'attributes', all: { link_entity: 'service', link_type: 'need' } },
  other_attribute: { table: 'attributes' },
  other_attributes: { table: 'attributes' },
  link_taxonomy: { table: 'attributes' },
  eligibility: { table: 'eligibility' },
  eligibilities: { table: 'eligibility' },
  eligibilitys: { table: 'eligibility' },
  payments_accepted: { table: 'payments' },
  payment_accepted: { table: 'payments' },
  taxonomy: { table: 'terms' },
  taxonomies: { table: 'taxonomies' },
  taxonomy_term: { table: 'terms' },
  taxonomy_terms: { table: 'terms' },
  metadata: { table: 'nothing' },
  meta_table_description: { table: 'nothing' },
  meta_table_descriptions: { table: 'nothing' },
};

const renamed: Record<string, Record<string, string>> = {
  organizations: { url: 'website', date_incorporated: 'year_incorporated', funding_sources: 'funding' },
  services: {
    website: 'url',
    eligibility: 'eligibility_description',
    accepted_payments: 'payments',
    funding_sources: 'funding',
    service_area: 'service_areas',
  },
  locations: { website: 'url' },
  phones: { number_type: 'type', department: 'department' },
  languages: { language: 'name' },
  addresses: { address: 'address_1', state: 'state_province', zip: 'postal_code', type: 'address_type' },
  accessibility: { accessibility: 'description' },
  schedules: { start_date: 'valid_from', end_date: 'valid_to' },
  service_areas: { service_area: 'name' },
  attributes: { taxonomy_id: 'taxonomy_term_id', taxonomy_detail: 'value', service_id: 'link_id' },
  eligibility: { eligibility: 'eligibility_description' },
  payments: { payment: 'payments' },
  terms: { taxonomy_id: 'code', parent_name: 'parent_name', vocabulary: 'taxonomy' },
};

const clean = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');

/** The table that a file is named after, or null. `known` are today's names. */
export function tableOfFile(
  name: string,
  known: ReadonlySet<string>,
): { table: string; base: string; all: Record<string, string> } | null {
  const base = clean(name.replace(/^.*[\\/]/, '').replace(/\.[a-z0-9]+$/i, ''));
  const found = files[base];
  if (found) return { table: found.table, base, all: found.all ?? {} };
  return known.has(base) ? { table: base, base, all: {} } : null;
}

/** Today's name of a column. */
export function columnToday(table: string, column: string): string {
  const name = clean(column);
  // A term's own id stands in `id`, or, in older packages, in `taxonomy_id`, which today means something else.
  return renamed[table]?.[name] ?? name;
}

const commas = (value: unknown): string[] =>
  (Array.isArray(value) ? value.map(String) : String(value ?? '').split(/[,;|\n]/))
    .map((one) => one.trim())
    .filter(Boolean);

/** One row of an older package becomes one row of today and some that hang on it. `hang` adds those. */
export type Hang = (table: string, cells: Record<string, unknown>) => void;

/** Takes out of a row what has a table of its own today. Returns the names of columns that were understood beyond those of the table. */
export function modernise(table: string, row: Row, id: string, hang: Hang): void {
  const { cells } = row;
  const take = (name: string): unknown => {
    const value = cells[name];
    delete cells[name];
    return value;
  };
  const owner = { services: 'service_id', locations: 'location_id', organizations: 'organization_id' }[table];
  if (owner) {
    const own = { [owner]: id };
    const labelled = (label: string, type: string, value: unknown) => {
      if (value)
        hang('attributes', { link_entity: owner.replace('_id', ''), link_id: id, link_type: type, label, value });
    };
    for (const source of commas(take('funding'))) hang('funding', { ...own, source });
    if (table !== 'organizations') for (const name of commas(take('languages'))) hang('languages', { ...own, name });
    if (table === 'services') {
      for (const name of commas(take('service_areas'))) hang('service_areas', { ...own, name });
      const documents = take('required_documents');
      if (typeof documents === 'string') hang('required_documents', { ...own, document: documents });
      for (const code of commas(take('taxonomy_ids')))
        hang('attributes', { link_entity: 'service', link_id: id, link_type: 'need', taxonomy_term_id: code });
      for (const word of commas(take('keywords'))) labelled('Keyword', 'keyword', word);
      labelled('Audience', 'audience', take('audience'));
      labelled('Payments', 'cost', take('payments'));
      if (cells.location_id) hang('service_at_location', { service_id: id, location_id: take('location_id') });
    }
    if (table === 'locations') {
      for (const description of commas(take('accessibility'))) hang('accessibility', { ...own, description });
      const email = take('email');
      if (email) hang('contacts', { ...own, email });
      const short = take('short_desc');
      if (short && short !== cells.description) {
        if (cells.description) labelled('Short description', 'short_description', short);
        else cells.description = short;
      }
      const virtual = take('virtual');
      if (virtual !== undefined && cells.location_type === undefined)
        cells.location_type = /^(true|yes|1)$/i.test(String(virtual)) ? 'virtual' : 'physical';
    }
    if (table === 'organizations') {
      labelled('Accreditations', 'accreditation', take('accreditations'));
      labelled('Licenses', 'license', take('licenses'));
    }
  }
  if (table === 'addresses') {
    const lines = [cells.address_2, take('address_3'), take('address_4')].filter(Boolean).map(String);
    if (lines.length > 0) cells.address_2 = lines.join(', ');
  }
  if (table === 'phones') {
    const words = [take('department'), take('vanity_number') ?? take('vanity')].filter(Boolean).map(String);
    if (words.length > 0) cells.description = [cells.description, ...words].filter(Boolean).join(' · ');
    const prefix = String(take('country_prefix') ?? '').trim();
    if (prefix && !String(cells.number ?? '').startsWith('+'))
      cells.number = `${prefix.startsWith('+') ? prefix : `+${prefix}`} ${String(cells.number ?? '')}`;
    for (const name of commas(take('language'))) hang('languages', { phone_id: id, name });
  }
  if (table === 'attributes' && cells.link_id && !cells.link_entity && cells.link_type) {
    // Before 3.0 `link_type` named the table; what kind of link it is was not said.
    const named = String(cells.link_type).toLowerCase();
    if (/^(organi[sz]ation|service|location|program|service_at_location)s?$/.test(named)) {
      cells.link_entity = named.replace(/s$/, '');
      cells.link_type = 'need';
    }
  }
}
