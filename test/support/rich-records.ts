/**
 * Records that use every field and every child list of every kind, invented. For tests of what must carry all of a record: exchange, API, history.
 */
import { randomUUID } from 'node:crypto';
import { type Fields, type Kind, kinds, type Marks, shape } from '#modules/organisations';

export interface RichRecord {
  kind: Kind;
  id: string;
  fields: Fields;
  /** Everything open to the public. */
  marks: Marks;
}

/** Ids that the records are tied together with; each call makes new ones unless they are given. */
export interface RichIds {
  organization: string;
  program: string;
  service: string;
  location: string;
  service_at_location: string;
}

export const richIds = (): RichIds =>
  Object.fromEntries(kinds.map((kind) => [kind, randomUUID()])) as unknown as RichIds;

/** One record of each kind, in an order in which they can be saved. `term` is a taxonomy term that attributes name. */
export function richRecords(ids: RichIds = richIds(), term: string = randomUUID()): RichRecord[] {
  const attributes = (label: string) => [
    { id: randomUUID(), taxonomy_term_id: term, link_type: 'need', value: 'yes', label },
  ];
  const own = (rest: Fields): Fields => ({ id: randomUUID(), ...rest, attributes: attributes('of a part') });
  const languages = () => [own({ name: 'Spanish', code: 'es', note: 'Evenings' })];
  const phones = () => [
    own({
      number: '555-0100',
      extension: 12,
      type: 'voice',
      description: 'Front desk',
      languages: languages(),
      translations: { es: { description: 'Recepción' } },
    }),
  ];
  const contacts = () => [
    own({ name: 'Front desk', title: 'Host', department: 'Intake', email: 'desk@example.org', phones: phones() }),
  ];
  const hours = (rest: Fields) => own({ valid_from: '2026-01-01', valid_to: '2026-12-31', ...rest });
  const schedules = () => [
    hours({
      dtstart: '2026-01-05',
      timezone: -6,
      until: '2026-12-31',
      count: 52,
      wkst: 'MO',
      freq: 'WEEKLY',
      interval: 1,
      byday: 'MO,WE',
      byweekno: '1,2',
      bymonthday: '1',
      byyearday: '1',
      description: 'Mondays and Wednesdays',
      opens_at: '09:00',
      closes_at: '17:00',
      schedule_link: 'https://example.org/hours',
      attending_type: 'in person',
      notes: 'Ring twice',
    }),
    hours({ dtstart: '2026-12-25', description: 'Holiday', closed: true }),
  ];
  const areas = () => [
    own({
      name: 'Harris County, TX',
      description: 'The whole county',
      extent: '{"type":"Polygon","coordinates":[[[-95.6,29.6],[-95.2,29.6],[-95.2,29.9],[-95.6,29.6]]]}',
      extent_type: 'geojson',
      uri: 'https://example.org/area',
    }),
  ];
  const links = () => [own({ label: 'Donate', url: 'https://example.org/give?a=1' })];
  const funding = () => [own({ source: 'City grant' })];
  const said = (name: string) => ({ name, alternate_name: `${name} (old)`, description: `${name} helps people.` });
  const fields: Record<Kind, Fields> = {
    organization: {
      ...said('Open Door'),
      email: 'office@example.org',
      website: 'https://example.org',
      additional_websites: links(),
      phones: phones(),
      contacts: contacts(),
      tax_status: '501(c)(3)',
      tax_id: '00-0000000',
      year_incorporated: 1999,
      legal_status: 'nonprofit',
      logo: 'https://example.org/logo.svg',
      uri: 'https://example.org/id',
      organization_identifiers: [own({ identifier_scheme: 'local', identifier_type: 'number', identifier: 'A-1' })],
      funding: funding(),
    },
    program: { organization_id: ids.organization, ...said('Night Program') },
    service: {
      organization_id: ids.organization,
      program_id: ids.program,
      ...said('Shelter'),
      status: 'active',
      alert: 'Full this week',
      capacities: [
        own({
          unit: own({ name: 'bed', scheme: 'local', identifier: 'bed', uri: 'https://example.org/bed' }),
          available: 3,
          maximum: 20,
          description: 'Beds',
          updated: '2026-02-01T08:00:00Z',
        }),
      ],
      url: 'https://example.org/shelter',
      additional_urls: links(),
      email: 'shelter@example.org',
      phones: phones(),
      contacts: contacts(),
      schedules: schedules(),
      service_areas: areas(),
      eligibility_description: 'Adults',
      minimum_age: 18,
      maximum_age: 99,
      languages: languages(),
      interpretation_services: 'By phone',
      application_process: 'Call first',
      required_documents: [own({ document: 'None', uri: 'https://example.org/papers' })],
      wait_time: 'A day',
      fees_description: 'Free',
      fees: 'None',
      cost_options: [
        own({
          valid_from: '2026-01-01',
          valid_to: '2026-12-31',
          option: 'Free',
          currency: 'USD',
          amount: 0,
          amount_description: 'No fee',
        }),
      ],
      accreditations: 'County',
      licenses: 'State',
      assured_date: '2026-01-01',
      assurer_email: 'checks@example.org',
      funding: funding(),
    },
    location: {
      organization_id: ids.organization,
      ...said('Main Office'),
      location_type: 'physical',
      url: 'https://example.org/office',
      addresses: [
        own({
          attention: 'Intake',
          address_1: '1 Example Street',
          address_2: 'Floor 2',
          city: 'Houston',
          region: 'Harris',
          state_province: 'TX',
          postal_code: '77002',
          country: 'US',
          address_type: 'physical',
        }),
      ],
      latitude: 29.76,
      longitude: -95.36,
      transportation: 'Red line',
      accessibility: [own({ description: 'Ramp', details: 'At the back', url: 'https://example.org/ramp' })],
      phones: phones(),
      contacts: contacts(),
      schedules: schedules(),
      languages: languages(),
      external_identifier: 'B-1',
      external_identifier_type: 'local',
    },
    service_at_location: {
      service_id: ids.service,
      location_id: ids.location,
      description: 'Ground floor',
      phones: phones(),
      contacts: contacts(),
      schedules: schedules(),
      service_areas: areas(),
    },
  };
  return kinds.map((kind) => {
    const words = Object.entries(shape[kind]).flatMap(([name, field]) =>
      field.words && fields[kind][name] ? [name] : [],
    );
    const whole: Fields = {
      ...fields[kind],
      attributes: attributes(`of a ${kind}`),
      translations: {
        es: Object.fromEntries(words.map((name) => [name, `${fields[kind][name] as string}, en español`])),
      },
    };
    const marks = Object.fromEntries(Object.keys(shape[kind]).map((name) => [name, 'public' as const]));
    return { kind, id: ids[kind], fields: whole, marks };
  });
}
