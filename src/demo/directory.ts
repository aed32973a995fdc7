/**
 * The directory of Harbor County: fictional providers with the way each came in, told through the same records, events and hidden places that people
 * make. Ids are the same in every installation, so that links in documents go on leading somewhere.
 */
import type { Ctx, Tx } from '#kernel';
import {
  addChoices,
  addListingEvent,
  openNow,
  project,
  savePlace,
  sealPlace,
  stableId,
  termByCode,
} from '#modules/directory';
import { addChecks, type Fields, type Marks, marksForAll, saveRecords, type ToSave } from '#modules/organisations';
import { parseSpokenHours } from '#engines/opening-hours-text';
import type { BothLanguages } from './data/shape.ts';
import harbor from './data/harbor-directory.json' with { type: 'json' };

type Named = [code: string, en: string, es: string];

interface DemoService {
  key: string;
  name: BothLanguages;
  description: BothLanguages;
  needs: string[];
  hours: string | null;
  langs: string[];
  spec?: string[];
  traf?: string[];
  free?: boolean;
  cost?: string;
  warm: string;
  accept: string;
  min?: number;
  max?: number;
  /** Drawn on the map, in place of the whole county: longitude and latitude, the first corner not repeated. */
  area?: { name: string; translations: object; corners: number[][] };
  /** `hidden`, or absent for the organisation's office. */
  place?: string;
  /** Never shown to the public. */
  internal?: boolean;
  holiday?: boolean;
  include?: Named[];
  exclude?: Named[];
}

interface DemoProvider {
  key: string;
  name: BothLanguages;
  description: BothLanguages;
  town: string;
  street: string | null;
  services: DemoService[];
  web?: string;
  phone: string;
  /** Days on which it was listed, chose to be public, was demoted; or how far its application is. */
  listed?: string;
  public?: string;
  demoted?: string;
  steps?: string;
  access?: string[];
}

/** The people of the demonstration at work on a day. */
export interface DirectoryHands {
  vetter: (at: Date) => Ctx;
  approver: (at: Date) => Ctx;
  editor: (at: Date) => Ctx;
  now: Date;
}

const providers = harbor.organizations as unknown as DemoProvider[];
const id = (...parts: string[]): string => stableId(`demo:harbor:${parts.join(':')}`);
const noon = (day: string): Date => new Date(`${day}T18:00:00Z`);
const daysBefore = (day: string, days: number): string => Temporal.PlainDate.from(day).subtract({ days }).toString();
const term = (code: string) =>
  termByCode(code) ?? fail(`The demonstration names the term ${code}, which does not exist.`);
const fail = (sentence: string): never => {
  throw new Error(sentence);
};

/** Fills the directory of a network that has none. `tx` and people are of that network; `system` is a transaction of the system. */
export async function loadDirectory(
  hands: DirectoryHands,
  system: (work: (tx: Tx) => Promise<void>) => Promise<void>,
): Promise<void> {
  for (const place of harbor.places)
    await savePlace(hands.editor(hands.now), { ...place, kind: place.kind as 'place' | 'county', state: harbor.state });
  await system(async (tx) => {
    for (const provider of providers) await addProvider(tx, provider, hands);
    await project(tx, hands.editor(hands.now), null);
  });
}

async function addProvider(tx: Tx, provider: DemoProvider, hands: DirectoryHands): Promise<void> {
  const came = provider.listed ? daysBefore(provider.listed, 70) : '2026-11-09';
  const first = hands.vetter(noon(came));
  const networkId = first.network!.id;
  const records = recordsOf(provider);
  await saveRecords(
    tx,
    first,
    networkId,
    records.map(({ place: _place, ...one }) => ({ ...one, marks: {} })),
    { source: 'demo' },
  );
  for (const one of records) if (one.place) await sealPlace(tx, first, networkId, one.id, one.place);

  const organization = id(provider.key);
  const step = (kind: Parameters<typeof addListingEvent>[3], on: string, by: (at: Date) => Ctx, data = {}) =>
    addListingEvent(tx, by(noon(on)), organization, kind, data, on);
  await step('applied', came, hands.vetter);
  if (provider.steps === 'applied') return;
  const from = provider.listed ?? daysBefore('2026-11-20', 0);
  await step('reviewed', daysBefore(from, provider.listed ? 60 : 8), hands.vetter, {
    survivors: 'good',
    sustainable: 'good',
    collaboration: 'good',
    ability: 'good',
    note: 'The application is complete.',
  });
  await step('called', daysBefore(from, provider.listed ? 50 : 6), hands.vetter, {
    spokeWith: 'the director',
    note: 'About intake and confidentiality.',
  });
  await step('referenced', daysBefore(from, provider.listed ? 35 : 4), hands.vetter, {
    first: 'A clinic',
    firstSaid: 'good',
    second: 'A legal aid office',
    secondSaid: 'good',
    note: 'Both would send people again.',
  });
  await step('visited', daysBefore(from, provider.listed ? 20 : 2), hands.vetter, {
    note: 'Visited by a partner agency; doors, records and staff as told.',
  });
  if (!provider.listed) return;
  await step('proposed', daysBefore(from, 7), hands.vetter, { reason: 'All steps done.' });
  await step('listed', from, hands.approver);
  await mark(tx, hands.approver(noon(from)), networkId, records, hotlineMarks);
  if (provider.public) {
    await step('published', provider.public, hands.editor, { said: 'The provider chose the fields by telephone.' });
    const by = hands.editor(noon(provider.public));
    await mark(tx, by, networkId, records, publicMarks);
    const chosen = records.map((one) => ({ recordId: one.id, chosen: openNow({ ...one, marks: publicMarks(one) }) }));
    await addChoices(tx, by, organization, chosen, provider.public);
  }
  if (!provider.demoted) await check(tx, hands.editor, networkId, records);
  if (provider.demoted)
    await step('demoted', provider.demoted, hands.vetter, {
      reason: 'No answer to three requests to confirm the listing.',
    });
}

interface DemoRecord extends ToSave {
  internal?: boolean;
  place?: Fields;
}

async function mark(
  tx: Tx,
  ctx: Ctx,
  networkId: string,
  records: DemoRecord[],
  marksOf: (one: DemoRecord) => Marks,
): Promise<void> {
  const marked = records.map((one) => ({ id: one.id, kind: one.kind, fields: one.fields, marks: marksOf(one) }));
  await saveRecords(tx, ctx, networkId, marked, { source: 'demo' });
}

/** Somebody made sure of everything lately: on a day of October or November that differs from provider to provider. */
async function check(tx: Tx, by: (at: Date) => Ctx, networkId: string, records: DemoRecord[]): Promise<void> {
  const on = daysBefore('2026-11-18', Math.round((spread(records[0]!.id) + 0.03) * 600));
  const checks = records.map((one) => ({ recordId: one.id, field: '*', on, how: 'phone' as const }));
  await addChecks(tx, by(noon(on)), networkId, checks);
}

/** Advocates see all, partners what they need to refer. */
function hotlineMarks({ kind, fields }: DemoRecord): Marks {
  const marks = marksForAll(kind, fields, 'partner');
  for (const name of ['tax_id', 'contacts']) if (fields[name]) marks[name] = 'hotline';
  return { ...marks, ...backLine(fields) };
}

const publicMarks = (one: DemoRecord): Marks =>
  one.internal ? hotlineMarks(one) : { ...marksForAll(one.kind, one.fields, 'public'), ...backLine(one.fields) };

/** The number for advocates is never for the public. */
const backLine = (fields: Fields): Marks =>
  Object.fromEntries(
    ((fields.phones as { id: string; type?: string }[] | undefined) ?? [])
      .filter((phone) => phone.type === 'advocates')
      .map((phone) => [`phones/${phone.id}`, 'hotline' as const]),
  );

function recordsOf(provider: DemoProvider): DemoRecord[] {
  const organization = id(provider.key);
  const town = harbor.places.find((place) => place.name === provider.town)!;
  const at = (key: string, street: string) => ({
    addresses: [
      {
        id: id(provider.key, key, 'address'),
        address_1: street,
        city: provider.town,
        state_province: harbor.state,
        postal_code: town.zip!,
        country: 'US',
        address_type: 'physical',
      },
    ],
    // Spread over the town, the same in every installation.
    latitude: round(town.lat + spread(`${provider.key}${key}lat`)),
    longitude: round(town.lon + spread(`${provider.key}${key}lon`)),
  });
  const out: DemoRecord[] = [
    {
      id: organization,
      kind: 'organization',
      fields: {
        name: provider.name.en,
        description: provider.description.en,
        ...(provider.web ? { website: provider.web } : {}),
        phones: [{ id: id(provider.key, 'phone'), number: provider.phone, type: 'voice' }],
        contacts: [{ id: id(provider.key, 'contact'), title: 'Intake coordinator' }],
        translations: { es: { name: provider.name.es, description: provider.description.es } },
      },
    },
  ];
  const office = id(provider.key, 'office');
  if (provider.street) {
    out.push({
      id: office,
      kind: 'location',
      fields: {
        organization_id: organization,
        name: provider.name.en,
        location_type: 'physical',
        ...at('office', provider.street),
        ...(provider.access
          ? { attributes: provider.access.map((code) => attribute(provider.key, code, 'accessibility')) }
          : {}),
        translations: { es: { name: provider.name.es } },
      },
    });
  }
  let houses = 0;
  for (const service of provider.services) {
    const serviceId = id(provider.key, service.key);
    out.push({
      id: serviceId,
      kind: 'service',
      internal: service.internal ?? false,
      fields: serviceFields(provider, service, organization),
    });
    const hidden = service.place?.startsWith('hidden');
    const place = hidden ? id(provider.key, service.key, 'place') : office;
    if (hidden) {
      out.push({
        id: place,
        kind: 'location',
        confidential: true,
        fields: { organization_id: organization, name: `House ${'ABCDEF'[houses++]}`, location_type: 'physical' },
        place: at(
          `${service.key}-place`,
          `${1 + Math.round(Math.abs(spread(service.key)) * 9_000)} Undisclosed Street`,
        ),
      });
    }
    if (hidden || provider.street) {
      out.push({
        id: id(provider.key, service.key, 'link'),
        kind: 'service_at_location',
        internal: service.internal ?? false,
        fields: { service_id: serviceId, location_id: place },
      });
    }
  }
  return out;
}

function serviceFields(provider: DemoProvider, service: DemoService, organization: string): Fields {
  const own = (...parts: string[]) => id(provider.key, service.key, ...parts);
  const rules = [...(service.include ?? []), ...(service.exclude ?? [])];
  const says = (language: 1 | 2) => rules.map((rule) => rule[language]).join(' ');
  const holiday = {
    id: own('holiday'),
    closed: true,
    valid_from: '2026-11-26',
    valid_to: '2026-11-26',
    description: 'Thanksgiving',
  };
  const hours = service.hours ? parseSpokenHours(service.hours) : [];
  if (hours === null) fail(`The demonstration's hours “${service.hours}” cannot be read.`);
  const schedules: Fields[] = hours!.map(
    (row, i) =>
      ({
        id: own('hours', String(i)),
        ...row,
        ...(row.all_day ? { opens_at: '00:00', closes_at: '24:00' } : {}),
      }) as Fields,
  );
  if (service.holiday) schedules.push(holiday);
  return {
    organization_id: organization,
    name: service.name.en,
    description: service.description.en,
    status: 'active',
    phones: [
      { id: own('phone'), number: provider.phone, type: 'voice' },
      ...(service.warm === 'yes'
        ? [
            {
              id: own('back-line'),
              number: provider.phone.replace('555-01', '555-02'),
              type: 'advocates',
              description: 'Ask for whoever leads the shift',
              translations: { es: { description: 'Pida hablar con quien coordina el turno' } },
            },
          ]
        : []),
    ],
    ...(schedules.length > 0 ? { schedules: schedules.map(onlyHsds) } : {}),
    service_areas: [{ id: own('area'), ...areaOf(service) }],
    languages: service.langs.map((code) => ({
      id: own('language', code),
      code,
      name: new Intl.DisplayNames('en', { type: 'language' }).of(code),
    })),
    ...(rules.length > 0 ? { eligibility_description: says(1) } : {}),
    ...(service.min === undefined ? {} : { minimum_age: service.min }),
    ...(service.max === undefined ? {} : { maximum_age: service.max }),
    attributes: [
      ...service.needs.map((code) => attribute(own(), code, 'need')),
      ...(service.spec ?? []).map((code) => attribute(own(), code, 'specialisation')),
      ...(service.traf ?? []).map((code) => attribute(own(), code, 'trafficking')),
      ...(service.include ?? []).map(([code]) => attribute(own(), code, 'eligibility_include')),
      ...(service.exclude ?? []).map(([code]) => attribute(own(), code, 'eligibility_exclude')),
      {
        ...attribute(own(), service.free ? 'cost.free' : (service.cost ?? 'cost.unknown'), 'cost'),
        ...(service.free ? { value: 'free' } : {}),
      },
      { id: own('accepting'), link_type: 'accepting_referrals', label: 'accepting_referrals', value: service.accept },
      { id: own('warm'), link_type: 'warm_transfer', label: 'warm_transfer', value: service.warm },
    ],
    translations: {
      es: {
        name: service.name.es,
        description: service.description.es,
        ...(rules.length > 0 ? { eligibility_description: says(2) } : {}),
      },
    },
  };
}

const attribute = (of: string, code: string, link_type: string) => ({
  id: id(of, link_type, code),
  taxonomy_term_id: term(code).id,
  link_type,
});

/** What the reader of hours adds that HSDS does not have stays out, except that a day is closed. */
const scheduleFields = [
  'id',
  'valid_from',
  'valid_to',
  'dtstart',
  'until',
  'freq',
  'interval',
  'byday',
  'bymonthday',
  'opens_at',
  'closes_at',
  'description',
  'notes',
  'closed',
  'attending_type',
];
const onlyHsds = (row: Fields): Fields =>
  Object.fromEntries(
    scheduleFields.filter((name) => row[name] !== undefined && row[name] !== null).map((name) => [name, row[name]]),
  );

/** A number between -0.03 and 0.03 (about 3 km), the same for the same word. */
function spread(word: string): number {
  const byte = Number.parseInt(stableId(word).slice(0, 4), 16);
  return (byte / 65_535 - 0.5) * 0.06;
}
const round = (value: number): number => Math.round(value * 10_000) / 10_000;

/** What a service serves: the county by its name, or an area with a shape. */
function areaOf({ area }: DemoService): Fields {
  if (!area) return { name: 'Harbor County' };
  const { corners, ...words } = area;
  const extent = JSON.stringify({ type: 'Polygon', coordinates: [[...corners, corners[0]]] });
  return { ...words, extent, extent_type: 'geojson' };
}
