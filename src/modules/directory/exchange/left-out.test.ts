/** What a file says and the directory has no place for: kept where it can be, and said where it cannot. */
import { expect, test } from 'vitest';
import { readFile } from './reading.ts';

const network = '6f2b2c1e-4f0f-4a5c-9a0e-0a8f7f1d2c3b';
const read = (name: string, text: string) =>
  readFile(name, new TextEncoder().encode(text), { network, choices: {}, mappings: {}, known: {} });

test('names in JSON that nothing becomes of are said once, with their line', () => {
  const one = (name: string) =>
    `{"id":"${name}","name":"${name}","address_attributes":{"street":"12 Elm Street"},"mood":"good"}`;
  const { notes, records } = read('all.json', `[\n${one('First')},\n${one('Second')}\n]`);
  expect(records).toHaveLength(2);
  expect(notes.map(({ line, column, key }) => [line, column, key])).toEqual([
    [2, 'address_attributes', 'unknownColumn'],
    [2, 'mood', 'unknownColumn'],
  ]);
});

test('what HSDS says of a record is known, with its metadata and the day it changed', () => {
  const service = {
    id: 'c3c416ec-ca32-4b97-806e-7e208f633c6e',
    name: 'Counseling',
    status: 'active',
    last_modified: '2026-01-01T00:00:00Z',
    organization: { id: '764f222b-2f39-47cb-903a-785c0b330789', name: 'Open Door', description: 'Help' },
    phones: [{ id: '1d572f34-0045-42c5-9af2-850e82dc1b4d', number: '555-010-0001', languages: [] }],
    metadata: [{ id: 'e1f173b2-da02-4808-a029-c7b7b14e5ba0', last_action_type: 'update' }],
  };
  expect(read('service.json', JSON.stringify(service))).toMatchObject({ notes: [], faults: [] });
});

test('the third and fourth line of an old address stay with the second', () => {
  const { records, notes } = read(
    'all.json',
    JSON.stringify({
      organizations: [{ id: '1', name: 'Open Door' }],
      locations: [{ id: '1', organization_id: '1', name: 'Office' }],
      physical_addresses: [
        {
          id: '1',
          location_id: '1',
          address_1: '12 Elm',
          address_2: 'Suite 4',
          address_3: 'Floor 2',
          city: 'Town',
          state_province: 'TX',
          postal_code: '75001',
          country: 'US',
        },
      ],
    }),
  );
  expect(notes).toEqual([]);
  const at = records.find(({ kind }) => kind === 'location')!.fields.addresses;
  expect(at).toMatchObject([{ address_1: '12 Elm', address_2: 'Suite 4, Floor 2', address_type: 'physical' }]);
});

test('JSON in the words of 1.x and 2.x says what it says in those of today', () => {
  const service = {
    id: '1',
    name: 'Counseling',
    status: 'active',
    organization: { id: '1', name: 'Open Door', url: 'https://open.example' },
    eligibilitys: [{ id: '1', eligibility: 'Adults', minimum_age: 18 }],
    languages: [{ id: '1', language: 'Spanish' }],
    service_areas: [{ id: '1', service_area: 'Harbor County' }],
    service_taxonomys: [{ id: '1', taxonomy: { id: '500', name: 'Therapy', vocabulary: 'Local' } }],
    regular_schedules: [{ id: '1', weekday: 'MO', opens_at: '09:00', closes_at: '17:00' }],
    holiday_schedules: [{ id: '1', start_date: '2026-12-25', end_date: '2026-12-25', closed: true }],
    service_at_locations: [
      {
        id: '1',
        location: {
          id: '1',
          name: 'Office',
          physical_addresses: [
            { id: '1', address_1: '12 Elm', city: 'Town', state_province: 'TX', postal_code: '75001' },
          ],
          accessibility_for_disabilities: [{ id: '1', accessibility: 'Ramp' }],
        },
      },
    ],
  };
  const { records, notes, faults } = read('service.json', JSON.stringify(service));
  expect({ notes, faults }).toEqual({ notes: [], faults: [] });
  const of = (kind: string) => records.find((one) => one.kind === kind)!.fields;
  expect(of('organization')).toMatchObject({ website: 'https://open.example' });
  expect(of('location')).toMatchObject({
    addresses: [{ address_1: '12 Elm', address_type: 'physical' }],
    accessibility: [{ description: 'Ramp' }],
  });
  expect(of('service')).toMatchObject({
    eligibility_description: 'Adults',
    minimum_age: 18,
    languages: [{ name: 'Spanish' }],
    service_areas: [{ name: 'Harbor County' }],
    attributes: [{ link_type: 'need', label: 'Therapy' }],
    schedules: [
      { freq: 'WEEKLY', byday: 'MO', opens_at: '09:00', closes_at: '17:00' },
      { valid_from: '2026-12-25', valid_to: '2026-12-25', closed: true },
    ],
  });
});
