/**
 * How the fields of each kind of record are grouped, for reading and for changing: no form is longer than a screen or two. Lists of children stand
 * beside the single values they belong to; attributes have pages of their own (terms.tsx), links between records too.
 */
import { type Fields, hiddenPlaceFields, type Kind, type Rec, shape } from '#modules/organisations';

export interface Group {
  key: string;
  values: string[];
  lists: string[];
}
const group = (key: string, values: string, lists = ''): Group => ({
  key,
  values: values.split(' ').filter(Boolean),
  lists: lists.split(' ').filter(Boolean),
});

const groups: Record<Kind, Group[]> = {
  organization: [
    group('who', 'name alternate_name description logo'),
    group('reach', 'email website', 'phones contacts additional_websites'),
    group('legal', 'legal_status tax_status tax_id year_incorporated uri', 'organization_identifiers funding'),
  ],
  program: [group('who', 'name alternate_name description')],
  service: [
    group('who', 'name alternate_name description'),
    group('now', 'status alert wait_time', 'capacities'),
    group('reach', 'url email', 'phones contacts additional_urls'),
    group('hours', '', 'schedules'),
    group('whom', 'eligibility_description minimum_age maximum_age interpretation_services', 'languages service_areas'),
    group('getting', 'application_process', 'required_documents'),
    group('cost', 'fees_description fees', 'cost_options'),
    group('quality', 'accreditations licenses assured_date assurer_email', 'funding'),
  ],
  location: [
    group('who', 'name alternate_name description location_type'),
    group('where', 'latitude longitude transportation', 'addresses accessibility'),
    group('reach', 'url', 'phones contacts'),
    group('hours', '', 'schedules'),
    group('whom', '', 'languages'),
    group('outside', 'external_identifier external_identifier_type'),
  ],
  service_at_location: [
    group('who', 'description'),
    group('reach', '', 'phones contacts'),
    group('hours', '', 'schedules'),
    group('whom', '', 'service_areas'),
  ],
};

/** The groups of a record; of a hidden place only what its record may say. */
export function groupsOf(rec: Pick<Rec, 'kind' | 'confidential'>): Group[] {
  const may = (name: string) => !rec.confidential || hiddenPlaceFields.has(name);
  return groups[rec.kind]
    .map((one) => ({ ...one, values: one.values.filter(may), lists: one.lists.filter(may) }))
    .filter((one) => one.values.length + one.lists.length > 0);
}

/** Links from one record to another, which are shown to whoever sees both. */
export const linksOf = (kind: Kind): string[] =>
  Object.entries(shape[kind]).flatMap(([name, field]) => (field.class === 'link' ? [name] : []));

export type Child = Fields & { id: string };
export const childrenIn = (fields: Fields, list: string): Child[] => (fields[list] as Child[] | undefined) ?? [];
