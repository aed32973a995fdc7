/**
 * A directory of any size, the same at every run: services named and described the way real ones of an American county are, sorted by the default
 * taxonomy. All names are made up. `queries` are what people would type for them: needs, names, and both with one wrong letter.
 */
import { createHash } from 'node:crypto';
import { defaultTaxonomy, type Term } from '../src/modules/directory/taxonomy/index.ts';
import type { Document } from '../src/modules/directory/documents.ts';

/** A small generator of numbers from 0 to 1 (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const uuid = (name: string): string => {
  const hex = createHash('sha1').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const towns: [string, string, number, number][] = [
  ['Houston', '77002', 29.756, -95.365],
  ['Houston', '77087', 29.688, -95.302],
  ['Houston', '77036', 29.698, -95.54],
  ['Pasadena', '77502', 29.679, -95.198],
  ['Baytown', '77520', 29.746, -95.01],
  ['Humble', '77338', 30.0, -95.28],
  ['Katy', '77450', 29.748, -95.745],
  ['Sugar Land', '77478', 29.62, -95.607],
  ['Richmond', '77469', 29.545, -95.74],
  ['Conroe', '77301', 30.31, -95.45],
  ['Galveston', '77550', 29.3, -94.79],
  ['Pearland', '77581', 29.56, -95.28],
  ['Angleton', '77515', 29.17, -95.43],
  ['Texas City', '77590', 29.39, -94.91],
  ['Spring', '77373', 30.06, -95.38],
  ['Tomball', '77375', 30.09, -95.6],
];
const counties = [
  'Harris County, TX',
  'Fort Bend County, TX',
  'Montgomery County, TX',
  'Galveston County, TX',
  'Brazoria County, TX',
  'Texas',
  'Nationwide',
];
const firsts =
  'Cedar Willow Harbor Beacon Magnolia Prairie Lantern Riverbend Bluebonnet Stonegate Meadow Northside Eastwood Gulfside Bayou Heron Juniper Laurel Summit Crossroads Open Bright New Safe First Grace Union Pelican Mesquite Hickory Sandpiper Ironwood Clearwater Sunrise Evergreen Cornerstone Lighthouse Hillcrest Maple Orchard'.split(
    ' ',
  );
const seconds =
  'Door Path Bridge House Circle Table Haven Hearth Garden Alliance Partners Neighbors Community Family Outreach Ministries Services Center Collaborative Foundation Network Trust Council Fellowship Initiative Resource Mission Connection Works Project'.split(
    ' ',
  );
const kinds = 'Program Services Center Project Assistance Clinic Team Line Support Network Initiative'.split(' ');
const phrases = [
  'Provides help to residents of the county who meet income requirements',
  'Walk-in hours on weekdays, appointments by phone',
  'Offers case management and referrals to other agencies',
  'Staff speak several languages and interpreters are free',
  'Serves adults, families with children and older adults',
  'Volunteers are trained before they meet anyone',
  'Bring an identification card if you have one; nobody is turned away',
  'Group sessions meet every week in the evening',
  'Transportation can be arranged within the city',
  'A nurse visits twice a month for health screenings',
  'Workshops on budgeting, credit and finding work',
  'Meals are served at noon and bags of groceries can be taken home',
  'Legal questions are answered by attorneys who volunteer',
  'Apply at the office or through the website',
  'Child care is available during classes',
  'Advocates go along to court and to the hospital',
  'Confidential and without cost to survivors',
  'Training and job placement for eligible people',
  'The waiting list is open at the start of each month',
  'Funded by the county, grants and donations',
];
const codes = ['en', 'es', 'vi', 'zh', 'ar', 'fr', 'ur', 'ko', 'tl', 'hi'];

const leaves = (): Term[] => {
  const all = defaultTaxonomy().terms.filter((term) => ['open-eligibility', 'service'].includes(term.vocabulary));
  const parents = new Set(all.map((term) => term.parent));
  return all.filter((term) => !parents.has(term.code) && term.parent !== null);
};
const special = () => defaultTaxonomy().terms.filter((term) => term.vocabulary === 'specialisation');

/** Documents of so many services, four to an organisation: organisation by organisation. */
export function* organizations(services: number): Generator<Document[]> {
  const next = numbers(20261121);
  const one = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const terms = leaves();
  const specials = special();
  for (let made = 0, o = 0; made < services; o++) {
    const organizationId = uuid(`organization ${o}`);
    const town = one(towns);
    const owner = `${one(firsts)} ${one(seconds)} of ${town[0]}`;
    const out: Document[] = [];
    const add = (kind: Document['kind'], id: string, name: string, body: object) =>
      out.push({ kind, id, organizationId, name, body: { id, ...body } });
    add('organization', organizationId, owner, { name: owner, description: `${one(phrases)}.` });
    const locationId = uuid(`location ${o}`);
    const [city, postal_code, lat, lon] = town;
    add('location', locationId, owner, {
      organization_id: organizationId,
      location_type: 'physical',
      name: owner,
      latitude: Math.round((lat + next() * 0.1 - 0.05) * 1e5) / 1e5,
      longitude: Math.round((lon + next() * 0.1 - 0.05) * 1e5) / 1e5,
      addresses: [
        {
          id: uuid(`address ${o}`),
          address_1: `${Math.floor(next() * 9000) + 100} Main St`,
          city,
          state_province: 'TX',
          postal_code,
          country: 'US',
          address_type: 'physical',
        },
      ],
    });
    for (let s = 0; s < 4 && made < services; s++, made++) {
      const id = uuid(`service ${made}`);
      // Few needs are common, most are rare.
      const main = terms[Math.floor(next() ** 1.5 * terms.length)]!;
      const needs = [main, ...(next() < 0.5 ? [one(terms)] : []), ...(next() < 0.2 ? [one(terms)] : [])];
      const name = `${one(firsts)} ${main.name.en} ${one(kinds)}`;
      const from = next() < 0.3 ? [0, 12, 13, 18, 21, 55, 60][Math.floor(next() * 7)]! : undefined;
      add('service', id, name, {
        organization_id: organizationId,
        name,
        status: 'active',
        description: Array.from({ length: 3 + Math.floor(next() * 4) }, () => one(phrases)).join('. '),
        ...(from === undefined ? {} : { minimum_age: from }),
        ...(next() < 0.4 ? { fees_description: 'Free' } : {}),
        languages: codes.filter((_, i) => next() < 1 / (i + 1)).map((code) => ({ id: uuid(`${id} ${code}`), code })),
        service_areas: [{ id: uuid(`${id} area`), name: one(counties) }],
        schedules: [
          {
            id: uuid(`${id} hours`),
            freq: 'WEEKLY',
            byday: one(['MO,TU,WE,TH,FR', 'MO,WE,FR', 'TU,TH', 'SA,SU', 'MO,TU,WE,TH,FR,SA']),
            opens_at: one(['08:00', '09:00', '10:00', '12:00']),
            closes_at: one(['15:00', '17:00', '18:00', '20:00']),
          },
        ],
        attributes: [
          ...needs.map((term) => ({ id: uuid(`${id} ${term.code}`), taxonomy_term_id: term.id, link_type: 'need' })),
          ...(next() < 0.4
            ? [{ id: uuid(`${id} special`), taxonomy_term_id: one(specials).id, link_type: 'specialisation' }]
            : []),
        ],
      });
      if (next() < 0.9)
        add('service_at_location', uuid(`link ${made}`), name, { service_id: id, location_id: locationId });
    }
    yield out;
  }
}

export interface BenchQuery {
  text: string;
  /** Found when one of the first ten has this name, or carries this term. */
  name?: string;
  termId?: string;
  typo: boolean;
  language?: string;
  county?: string;
  age?: number;
}

/** Needs in the taxonomy's own words and in what people type, known names, each plain and with one wrong letter; a third with a filter. */
export function queries(all: readonly Document[]): BenchQuery[] {
  const next = numbers(7);
  const services = all.filter((one) => one.kind === 'service');
  const used = new Set(
    services.flatMap((one) => (one.body.attributes as { taxonomy_term_id: string }[]).map((a) => a.taxonomy_term_id)),
  );
  const terms = leaves().filter((term) => used.has(term.id));
  const out: BenchQuery[] = [];
  for (let i = 0; i < 72; i++) {
    const term = terms[(i * 5) % terms.length]!;
    const phrase = [term.name.en, term.synonyms.en[0] ?? term.name.en, term.name.es][i % 3]!;
    out.push({ text: phrase.toLowerCase(), termId: term.id, typo: false });
  }
  for (let i = 0; i < 72; i++) {
    const service = services[Math.floor(next() * services.length)]!;
    out.push({ text: service.name, name: service.name, typo: false });
  }
  const plainOnes = [...out];
  for (const one of plainOnes) {
    const text = misspelt(one.text, next);
    if (text !== one.text) out.push({ ...one, text, typo: true });
  }
  // The same with filters: these are timed, and not asked whether one service is found.
  for (const [i, one] of plainOnes.entries()) {
    const filter = i % 3 === 0 ? { language: 'es' } : i % 3 === 1 ? { county: '48201' } : { age: 16 };
    if (i % 2 === 0) out.push({ text: one.text, typo: false, ...filter });
  }
  return out;
}

/** One letter of the longest word missing, changed, doubled or swapped with its neighbour; never the first. */
function misspelt(text: string, next: () => number): string {
  const words = text.split(' ');
  const longest = words.reduce((best, word, at) => (word.length > words[best]!.length ? at : best), 0);
  const word = words[longest]!;
  if (word.length < 5) return text;
  const at = 1 + Math.floor(next() * (word.length - 2));
  const how = Math.floor(next() * 4);
  words[longest] =
    how === 0
      ? word.slice(0, at) + word.slice(at + 1)
      : how === 1
        ? word.slice(0, at) + String.fromCharCode(97 + Math.floor(next() * 26)) + word.slice(at + 1)
        : how === 2
          ? word.slice(0, at) + word[at]! + word.slice(at)
          : word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2);
  return words.join(' ');
}
