/** From an application's answers to records: who they are, what they offer, where. A place that must stay hidden is cut in two. */
import { randomUUID } from 'node:crypto';
import type { Fields, ToSave } from '#modules/organisations';
import { type HiddenPlace, splitPlace } from '../../hidden-places.ts';
import { languageNamed } from '../../taxonomy/languages.ts';
import { type Term, termByCode } from '../../taxonomy/index.ts';
import { hours } from '../own/edit.ts';
import { type Answers, entered, needGroups, type PageValues, webAddress } from './questions.ts';

export interface MadeRecords {
  organizationId: string;
  records: ToSave[];
  /** What is to be sealed, by location id. */
  hidden: Map<string, HiddenPlace>;
}

const one = (page: PageValues | undefined, name: string): string => page?.[name]?.[0] ?? '';
const some = (page: PageValues | undefined, name: string): string[] => page?.[name] ?? [];
const filled = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== '' && value !== undefined && (value as []).length !== 0),
  );

const attribute = (linkType: string, term: Term | undefined, more: Fields = {}) => ({
  id: randomUUID(),
  ...(term && { taxonomy_term_id: term.id, label: term.name.en }),
  link_type: linkType,
  ...more,
});
const linked = (linkType: string, codes: readonly string[]) =>
  codes.map((code) => attribute(linkType, termByCode(code)));

/** Makes new records of what was entered. Everything is without marks: for those who vet, until somebody says otherwise. */
export function recordsFrom(answers: Answers): MadeRecords {
  const organizationId = randomUUID();
  const made: MadeRecords = { organizationId, records: [organization(organizationId, answers)], hidden: new Map() };
  const places: string[] = [];
  for (const n of entered(answers, 'place')) {
    const id = randomUUID();
    places.push(id);
    const page = answers[`place-${n}`];
    const fields = location(organizationId, page);
    if (one(page, 'hidden') === 'no') made.records.push({ id, kind: 'location', fields });
    else {
      // Whatever was not said clearly is hidden.
      const { open, hidden } = splitPlace(fields);
      made.records.push({ id, kind: 'location', fields: open, confidential: true });
      made.hidden.set(id, hidden);
    }
  }
  for (const n of entered(answers, 'service')) {
    const id = randomUUID();
    made.records.push({ id, kind: 'service', fields: service(organizationId, answers, n) });
    for (const place of places)
      made.records.push({
        id: randomUUID(),
        kind: 'service_at_location',
        fields: { service_id: id, location_id: place },
      });
  }
  return made;
}

function organization(id: string, answers: Answers): ToSave {
  const { organisation, contact } = answers;
  const website = one(organisation, 'orgWebsite');
  return {
    id,
    kind: 'organization',
    fields: filled({
      name: one(organisation, 'orgName'),
      description: one(organisation, 'orgDescription'),
      email: one(organisation, 'orgEmail'),
      website: website && webAddress(website),
      phones: phones(one(organisation, 'orgPhone')),
      contacts: [
        filled({
          id: randomUUID(),
          name: one(contact, 'contactName'),
          title: one(contact, 'contactTitle'),
          email: one(contact, 'contactEmail'),
          phones: phones(one(contact, 'contactPhone')),
        }),
      ],
    }),
  };
}

const phones = (number: string) => (number ? [{ id: randomUUID(), number }] : []);

function location(organizationId: string, page: PageValues | undefined): Fields {
  const street = one(page, 'street');
  return filled({
    organization_id: organizationId,
    name: one(page, 'placeName'),
    location_type: 'physical',
    addresses: [
      {
        id: randomUUID(),
        address_1: street || one(page, 'city'),
        city: one(page, 'city'),
        state_province: one(page, 'state'),
        postal_code: one(page, 'zip'),
        country: 'US',
        address_type: 'physical',
      },
    ],
    attributes: linked('accessibility', some(page, 'access')),
  });
}

/** Lists written by hand: commas, semicolons, lines, “and”, “y”. */
const listed = (text: string): string[] =>
  text
    .split(/[,;\n]|\s(?:and|y)\s/)
    .map((part) => part.trim())
    .filter(Boolean);

function service(organizationId: string, answers: Answers, n: number): Fields {
  const [what, who] = [answers[`service-${n}`], answers[`who-${n}`]];
  const needs = Object.keys(needGroups).flatMap((name) => some(what, name));
  const situations = some(who, 'situations');
  const spoken = [
    ...some(what, 'languages').map((code) => languageNamed(code)),
    ...listed(one(what, 'otherLanguages')).map((name) => languageNamed(name) ?? { name: { en: name }, code: '' }),
  ];
  return filled({
    organization_id: organizationId,
    name: one(what, 'serviceName'),
    description: one(what, 'serviceDescription'),
    status: 'active',
    phones: phones(one(what, 'servicePhone') || one(answers.organisation, 'orgPhone')),
    languages: spoken.flatMap((language) =>
      language ? [filled({ id: randomUUID(), name: language.name.en, code: language.code })] : [],
    ),
    schedules: one(what, 'hours') ? hours(one(what, 'hours')) : [],
    service_areas: listed(one(what, 'areas')).map((name) => ({ id: randomUUID(), name })),
    minimum_age: one(who, 'minimumAge') && Number(one(who, 'minimumAge')),
    maximum_age: one(who, 'maximumAge') && Number(one(who, 'maximumAge')),
    eligibility_description: one(who, 'intakeNote'),
    attributes: [
      ...linked('need', needs),
      ...linked(
        'trafficking',
        situations.filter((code) => code.startsWith('situation.trafficking')),
      ),
      ...linked(
        'audience',
        [
          ...situations.filter((code) => !code.startsWith('situation.trafficking')),
          ...some(who, 'genders'),
          ...some(who, 'households'),
        ].filter((code) => code !== 'gender.all'),
      ),
      ...linked('specialisation', some(who, 'specialisations')),
      ...linked('eligibility_include', some(who, 'include')),
      ...linked('eligibility_exclude', some(who, 'exclude')),
      ...linked('cost', some(what, 'cost')),
      attribute('feature', undefined, { label: 'warm_transfer', value: one(who, 'warm') || 'ask' }),
    ],
  });
}
