/** A service as one row of a plain list: the columns that the import knows by these names, and after them what only a reader needs. */
import type { Fields } from '#engines/record-shape';
import type { TermOf } from '../hsds/shape.ts';
import { type FlatFieldName, flatFields } from './flat.ts';

const own = Object.keys(flatFields).filter((name) => name !== 'confidential') as FlatFieldName[];
export const flatColumns: readonly string[] = [...own, 'place_hours', 'other_addresses', 'needs'];

const listed = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);
const joined = (values: readonly unknown[]): string => values.filter(Boolean).map(String).join('; ');

/** Cells in the order of flatColumns. `places` are where it is offered; the first stands in the address columns. */
export function flatRow(organization: Fields, service: Fields, places: readonly Fields[], term: TermOf): string[] {
  const [place = {}, ...others] = places;
  const [address = {}] = listed(place.addresses);
  const attributes = listed(service.attributes);
  const special: Partial<Record<string, string>> = {
    organization_phone: numbers(organization.phones),
    phone: numbers(service.phones),
    languages: joined(listed(service.languages).map((one) => one.name ?? one.code)),
    service_areas: joined(listed(service.service_areas).map((one) => one.name)),
    keywords: joined(attributes.filter((one) => one.link_type === 'keyword').map((one) => one.value)),
    hours: hoursText(service.schedules),
    place_hours: hoursText(place.schedules),
    accessibility: joined(listed(place.accessibility).map((one) => one.description)),
    other_addresses: others.flatMap((other) => listed(other.addresses).map(oneLine)).join(' | '),
    needs: joined(
      attributes
        .filter((one) => one.link_type === 'need')
        .map((one) => one.label ?? term(String(one.taxonomy_term_id))?.name),
    ),
  };
  const of: Record<string, Fields> = {
    organizations: organization,
    services: service,
    locations: place,
    addresses: address,
  };
  return flatColumns.map((name) => {
    const field = flatFields[name as FlatFieldName];
    const value = special[name] ?? (field ? of[field.table]?.[field.column] : undefined);
    return value === undefined ? '' : String(value as string | number);
  });
}

const numbers = (phones: unknown): string =>
  joined(
    listed(phones).map((one) =>
      one.extension === undefined ? one.number : `${String(one.number)} x${String(one.extension)}`,
    ),
  );

/** Hours as the import reads them back: a day is named once, with all its times. */
export function hoursText(schedules: unknown): string {
  const days = Map.groupBy(listed(schedules), (row) =>
    JSON.stringify([row.byday ?? row.valid_from, row.closed, row.description]),
  );
  const lines = [...days.values()].map((same) => {
    const [{ byday, valid_from, closed, description }] = same as [Fields];
    const times = same.map((row) => [row.opens_at, row.closes_at].filter(Boolean).join('–')).filter(Boolean);
    return [byday ?? valid_from, times.join(', '), closed ? 'closed' : '', description].filter(Boolean).join(' ');
  });
  return joined(lines);
}

const oneLine = (address: Fields): string =>
  [address.address_1, address.address_2, address.city, address.state_province, address.postal_code]
    .filter(Boolean)
    .join(', ');
