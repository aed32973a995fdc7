/** A city's own table with a mapping of its own: what is refused is named as the file names it, and the mapping is kept. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { translator } from '#kernel';
import { testApp, type TestApp } from '../../../../test/support/harness.ts';
import { flatColumns, flatRow } from './flat-row.ts';
import type { Mapping } from './flat.ts';
import { importNow, knownMappings, plainChoices } from './importing.ts';
import { readFile } from './reading.ts';
import type { Fault } from './rows.ts';
import { reasonOf } from './wording.ts';

const network = '6f2b2c1e-4f0f-4a5c-9a0e-0a8f7f1d2c3b';
const mapping: Mapping = {
  'Agency Title': 'organization_name',
  'Program Title': 'service_name',
  'Public Line': 'phone',
  'Head Office': 'organization_phone',
  Web: 'url',
  From: 'minimum_age',
  Lat: 'latitude',
  Street: 'address_1',
};
const bytes = (text: string) => new TextEncoder().encode(text);
const list = (rows: string) => bytes(`Agency Title,Program Title,Public Line,Head Office,Web,From,Lat,Street\n${rows}`);
const read = (name: string, file: Uint8Array, given?: Mapping) =>
  readFile(name, file, { network, choices: given ? { mapping: given } : {}, mappings: {}, known: {} });
const places = (faults: readonly Fault[]) => faults.map(({ line, column, key }) => [line, column, key]);

let t: TestApp;
beforeAll(async () => {
  t = await testApp();
});
afterAll(() => t?.close());

test('what is wrong in a plain list is named by the heading that stands in it', () => {
  const { faults } = read(
    'city.csv',
    list('Open Door,Counseling,call us,none,not a url,soon,123,"12 Elm Street"\n'),
    mapping,
  );
  expect(places(faults)).toEqual([
    [2, 'Web', 'url'],
    [2, 'From', 'number'],
    [2, 'Public Line', 'phone'],
    [2, 'Public Line', 'required'],
    [2, 'Head Office', 'phone'],
    [2, 'Head Office', 'required'],
    [2, 'city', 'required'],
    [2, 'Lat', 'value'],
  ]);
});

test('a column of an older package is named as that package names it', () => {
  const { faults } = read('organizations.csv', bytes('id,name,url\n1,Open Door,not a url\n'));
  expect(places(faults)).toEqual([[2, 'url', 'url']]);
  const owned = 'id,organization_id,name,status\n1,7,Counseling,active\n';
  const [broken] = read('services.csv', bytes(owned)).faults;
  expect(reasonOf(translator('en'), broken!)).toContain('It names an organization that is not in the file');
});

test('a number that begins with a bracket is a number and nothing is missing from it', () => {
  const { faults, records } = read(
    'city.csv',
    list('Open Door,Counseling,(713) 555-0103,(713) 555-0104 ask for Bea,,,,\n'),
    mapping,
  );
  expect(faults).toEqual([]);
  const phones = records.map(({ fields }) => (fields.phones as { number: string; description?: string }[])[0]);
  expect(phones).toMatchObject([
    { number: '(713) 555-0104', description: 'ask for Bea' },
    { number: '(713) 555-0103' },
  ]);
  expect(phones[1]).not.toHaveProperty('description');
});

test('the number of an organization that each of its rows repeats is one number', () => {
  const rows = ['Counseling', 'Shelter', 'Food'].map((name) => `Open Door,${name},,555-010-0104; 555-010-0105,,,,\n`);
  const { records } = read('city.csv', list(rows.join('')), mapping);
  const phones = records.find(({ kind }) => kind === 'organization')!.fields.phones as { number: string }[];
  expect(phones.map(({ number }) => number)).toEqual(['555-010-0104', '555-010-0105']);
});

test('a list as cities keep it: two numbers in a cell, languages with a word between, a box for letters', () => {
  const file = bytes(`Agency,Services Offered,Phone Number,Languages,Populations Served,Address,City,State,Zip
Open Door,Case management,(713) 555-0103 / (713) 555-0104 ext 3,Inglés y español,Adults,P.O. Box 12,Springfield,TX,75001
Next Door,Meals,713/555-0105 or 555-010-0106,EN/ES,,"12 Elm Street",Springfield,TX,75001
`);
  const { records, faults } = read('city.csv', file);
  expect(faults).toEqual([]);
  const [first, second] = records.filter(({ kind }) => kind === 'service').map(({ fields }) => fields);
  expect(first).toMatchObject({
    description: 'Case management',
    eligibility_description: 'Adults',
    phones: [{ number: '(713) 555-0103' }, { number: '(713) 555-0104', extension: 3 }],
    languages: [
      { name: 'Inglés', code: 'en' },
      { name: 'español', code: 'es' },
    ],
  });
  expect(second).toMatchObject({
    phones: [{ number: '713/555-0105' }, { number: '555-010-0106' }],
    languages: [{ code: 'en' }, { code: 'es' }],
  });
  const places = records.filter(({ kind }) => kind === 'location').map(({ fields }) => fields);
  expect(places).toMatchObject([
    { location_type: 'postal', addresses: [{ address_type: 'postal' }] },
    { location_type: 'physical', addresses: [{ address_type: 'physical' }] },
  ]);
});

test.each([
  'CONFIDENTIAL',
  'Confidential - call the hotline',
  'Address is confidential',
  'Undisclosed location',
  'Hidden address',
  '12 Elm Street (Confidential)',
  '12 Elm Street - confidential',
  'hidden',
  'Domicilio confidencial',
])('where “%s” stands for a street, the place is hidden, in a list and in a package', (line) => {
  const row = `Safe House,${line},Springfield,TX,75001`;
  const listed = read('city.csv', bytes(`Agency,Address,City,State,Zip\n${row}\n`));
  const packed = {
    contents: [
      {
        id: 's1',
        name: 'Shelter',
        status: 'active',
        organization: { id: 'o1', name: 'Safe House' },
        service_at_locations: [
          {
            id: 'l1',
            location: {
              id: 'p1',
              location_type: 'physical',
              addresses: [
                {
                  id: 'a1',
                  address_1: line,
                  city: 'Springfield',
                  state_province: 'TX',
                  postal_code: '75001',
                  country: 'US',
                  address_type: 'physical',
                },
              ],
            },
          },
        ],
      },
    ],
  };
  for (const { records } of [listed, read('all.json', bytes(JSON.stringify(packed)))])
    expect(records.filter(({ kind }) => kind === 'location').map(({ confidential }) => confidential)).toEqual([true]);
});

test('confidential counseling, and a center called Hidden Oaks, are no hidden places', () => {
  for (const place of ['Confidential Counseling Center,12 Elm Street', 'Office,"Hidden Oaks Center, Suite 4"']) {
    const file = bytes(`Agency,Location,Address,City,State,Zip\nOpen Door,${place},Springfield,TX,75001\n`);
    expect(read('city.csv', file).records.find(({ kind }) => kind === 'location')).toMatchObject({
      confidential: false,
    });
  }
});

test('hours in words become hours where they have one reading; others stay words, and whoever brings them is told', () => {
  const hours = (text: string) => {
    const file = bytes(`Organization,Opening Hours\nOpen Door,"${text}"\n`);
    const { records, notes } = read('city.csv', file);
    const service = records.find(({ kind }) => kind === 'service')!;
    const rows = service.fields.schedules as Record<string, string>[];
    return { rows: rows.map(({ id: _, ...row }) => row), notes: places(notes) };
  };
  const office = { freq: 'WEEKLY', byday: 'MO,TU,WE,TH,FR', opens_at: '08:00', closes_at: '17:00' };
  expect(hours('Mon-Fri 8-5')).toEqual({ rows: [office], notes: [] });
  expect(hours('lunes a viernes de 8:00 a 17:00')).toEqual({ rows: [office], notes: [] });
  expect(hours('24/7').rows).toMatchObject([{ opens_at: '00:00', closes_at: '24:00' }]);
  const said = 'Evenings, call first';
  expect(hours(said)).toEqual({ rows: [{ description: said }], notes: [[2, 'Opening Hours', 'hoursStayWords']] });
  expect(hours('Mon 9-5 by appointment').rows).toEqual([{ description: 'Mon 9-5 by appointment' }]);
});

test('hours of a list that was exported are the same hours when they come back', () => {
  const schedules = [
    { byday: 'MO,TU', opens_at: '09:00', closes_at: '12:00' },
    { byday: 'MO,TU', opens_at: '13:00', closes_at: '17:00' },
    { byday: 'FR', opens_at: '20:00', closes_at: '02:00' },
  ].map((row) => ({ freq: 'WEEKLY', ...row }));
  const cells = flatRow({ name: 'Open Door' }, { name: 'Counseling', schedules }, [], () => undefined);
  const lines = [flatColumns, cells].map((line) => line.map((cell) => `"${cell}"`).join(','));
  const { records } = read('list.csv', bytes(lines.join('\n')));
  const service = records.find(({ kind }) => kind === 'service')!;
  expect(service.fields.schedules).toMatchObject(schedules);
});

test('the mapping of a list that the command line brought in is kept for the next time', async () => {
  const { id } = await t.network('lists');
  const ctx = await t.ctx(id, 'system');
  const bring = async (dry: boolean) => {
    const choices = { ...plainChoices, mapping };
    const reading = readFile('city.csv', list('Open Door,Counseling,,,,,,\n'), {
      network: id,
      choices,
      mappings: {},
      known: {},
    });
    return importNow(ctx, { reading, choices, dry, onProgress: () => {} });
  };
  await bring(true);
  expect(await knownMappings(ctx)).toEqual({});
  await bring(false);
  expect(Object.values(await knownMappings(ctx))).toEqual([mapping]);
});

test('a file that no longer says what an earlier one said tells what it takes out, before it does', async () => {
  const { id } = await t.network('shorter');
  const ctx = await t.ctx(id, 'system');
  const bring = (email: string, dry: boolean) => {
    const file = bytes(`Organization,Email\nOpen Door,${email}\n`);
    const reading = readFile('list.csv', file, { network: id, choices: {}, mappings: {}, known: {} });
    return importNow(ctx, { reading, choices: plainChoices, dry, onProgress: () => {} });
  };
  expect((await bring('help@example.org', false)).notes).toEqual([]);
  const gone = { key: 'takenOut', file: 'list.csv', line: 2, column: 'email' };
  expect((await bring('', true)).notes).toEqual([expect.objectContaining(gone)]);
  expect((await bring('', false)).notes).toEqual([expect.objectContaining(gone)]);
  expect((await bring('', false)).notes).toEqual([]);
});
