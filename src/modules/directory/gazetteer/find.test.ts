/** What people type, and the place they mean. Houston's and San Mateo County's names stand for all: any city has its doubles. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gazetteer, stateOf } from './data.ts';
import { type OwnPlace, county, findPlaces, placeLabel } from './index.ts';

const first = (text: string, options = {}) => {
  const [place] = findPlaces(text, options);
  return place ? `${place.kind} ${placeLabel(place)}` : null;
};

test.each([
  ['77002', 'zip 77002 (Houston, TX)'],
  [' 77002-1234 ', 'zip 77002 (Houston, TX)'],
  ['Houston', 'place Houston, TX'],
  ['houston tx', 'place Houston, TX'],
  ['Houston, Texas', 'place Houston, TX'],
  ['HOUSTON, TEJAS', 'place Houston, TX'],
  ['Houston, MO', 'place Houston, MO'],
  ['City of Houston, USA', 'place Houston, TX'],
  ['ciudad de Houston', 'place Houston, TX'],
  ['cerca de Houston', 'place Houston, TX'],
  ['Harris County', 'county Harris County, TX'],
  ['Harris Co., Texas', 'county Harris County, TX'],
  ['condado de Harris', 'county Harris County, TX'],
  ['el condado Harris, Tejas', 'county Harris County, TX'],
  ['Harris County, GA', 'county Harris County, GA'],
  ['Orleans Parish', 'county Orleans Parish, LA'],
  ['parroquia de Orleans', 'county Orleans Parish, LA'],
  ['San Mateo County', 'county San Mateo County, CA'],
  ['San Mateo', 'place San Mateo, CA'],
  ['Redwood City CA', 'place Redwood City, CA'],
  ['Texas', 'state Texas'],
  ['TX', 'state Texas'],
  ['Nuevo México', 'state New Mexico'],
  ['carolina del norte', 'state North Carolina'],
  ['Raleigh, Carolina del Norte', 'place Raleigh, NC'],
  ['Nueva York', 'place New York, NY'],
  ['nyc', 'place New York, NY'],
  ['Charleston, West Virginia', 'place Charleston, WV'],
  ['Washington, D.C.', 'place Washington, DC'],
  ['Saint Louis', 'place St. Louis, MO'],
  ['St Louis, Misuri', 'place St. Louis, MO'],
  ['Kansas City Kansas', 'place Kansas City, KS'],
  ['Oklahoma City', 'place Oklahoma City, OK'],
  ['San José', 'place San Jose, CA'],
  ['Woodlands, TX', 'place The Woodlands, TX'],
  ['the Bronx', 'place The Bronx, NY'],
  ['Ft. Worth', 'place Fort Worth, TX'],
  ['Miami-Dade', 'county Miami-Dade County, FL'],
  ['zip 77002', 'zip 77002 (Houston, TX)'],
  ['San Juan, Puerto Rico', 'place San Juan, PR'],
  ['Bayamón', 'place Bayamón, PR'],
  ['00956', 'zip 00956 (Bayamón, PR)'],
])('%s means %s', (text, expected) => {
  expect(first(text)).toBe(expected);
});

test.each([
  'near me',
  'Near me!',
  'nearby',
  'close to me',
  'here',
  'my area',
  'around here',
  'cerca de mí',
  'Cerca',
  'aquí',
  'por aquí',
  'mi zona',
])('%s names no place, rather than one far away', (text) => {
  expect(findPlaces(text)).toEqual([]);
});

test.each([
  ['ME', 'state Maine'],
  ['me', 'state Maine'],
  ['MI', 'state Michigan'],
  ['Portland ME', 'place Portland, ME'],
  ['near Portland, me', 'place Portland, ME'],
  ['cerca de Miami', 'place Miami, FL'],
  ['Hereford', 'place Hereford, TX'],
  ['in Mexico', 'place Mexico, MO'],
])('%s is still a place', (text, expected) => {
  expect(first(text)).toBe(expected);
});

test.each([
  ['Huston', 'place Houston, TX'],
  ['Housotn, TX', 'place Houston, TX'],
  ['Dalllas', 'place Dallas, TX'],
  ['Haris County, TX', 'county Harris County, TX'],
  ['condado de Haris', 'county Harris County, TX'],
  ['Redwod City', 'place Redwood City, CA'],
  ['Houston, Texs', 'place Houston, TX'],
])('%s, one letter wrong, still means %s', (text, expected) => {
  expect(first(text)).toBe(expected);
});

test.each([
  ['1200 Main St, Houston TX 77002', 'zip 77002 (Houston, TX)'],
  ['1200 Main St, Houston, TX', 'place Houston, TX'],
  ['1200 Main St Houston TX', 'place Houston, TX'],
  ['12000 Westheimer Rd, Houston, TX', 'place Houston, TX'],
  ['24 Second Avenue, San Mateo, CA 94401', 'zip 94401 (San Mateo, CA)'],
  ['2600 Middlefield Road, Redwood City', 'place Redwood City, CA'],
  ['100 Broadway New York', 'place New York, NY'],
  ['77002 Houston', 'zip 77002 (Houston, TX)'],
  ['Houston, Harris County, TX', 'place Houston, TX'],
  ['un refugio en Houston', 'place Houston, TX'],
])('%s leads to %s', (text, expected) => {
  expect(first(text)).toBe(expected);
});

test('what is no place finds none', () => {
  for (const text of ['', '   ', ',', '00000', 'zzqxv', '1200', '12', 'TX 99999999', '🙂', 'x'.repeat(5000)]) {
    expect(findPlaces(text), text).toEqual([]);
  }
});

test('towns that share a name come in the order of their people, a state or a point changes it', () => {
  expect(
    findPlaces('Pasadena')
      .map((place) => place.state)
      .slice(0, 2),
  ).toEqual(['TX', 'CA']);
  expect(first('Pasadena', { near: { lat: 34.05, lon: -118.24 } })).toBe('place Pasadena, CA');
  expect(first('Pasadena', { state: 'MD' })).toBe('place Pasadena, MD');
  expect(first('Houston', { state: 'MN' })).toBe('place Houston, MN');
  expect(first('Paris', { near: { lat: 29.76, lon: -95.37 } })).toBe('place Paris, TX');
});

test('whoever names a state after the name asks for what lies in it', () => {
  expect(findPlaces('New York, NY').map((place) => place.kind)).toEqual(['place', 'county']);
  expect(findPlaces('New York').map((place) => place.kind)).toContain('state');
});

test('the beginning of a name is enough, and no more are given than asked for', () => {
  expect(first('Hous')).toBe('place Houston, TX');
  expect(findPlaces('San', { limit: 3 })).toHaveLength(3);
  expect(findPlaces('Sprin', { limit: 100 }).length).toBeGreaterThan(20);
});

const harbor: OwnPlace[] = [
  { kind: 'county', name: 'Harbor County', state: 'TX', lat: 29, lon: -95, radiusKm: 30, also: ['the Harbor'] },
  { kind: 'place', name: 'Port Ellis', state: 'TX', lat: 29.1, lon: -95.1, radiusKm: 6 },
  { kind: 'zip', name: 'Port Ellis', state: 'TX', zip: '00001', lat: 29.1, lon: -95.1, radiusKm: 3 },
  { kind: 'place', name: 'Houston', state: 'TX', lat: 29.2, lon: -95.2, radiusKm: 1 },
];

test('places of a network are found by name, other name, ZIP code and with one letter wrong, and before others', () => {
  const own = { own: harbor };
  expect(first('Harbor County', own)).toBe('county Harbor County, TX');
  expect(first('condado de Harbor', own)).toBe('county Harbor County, TX');
  expect(first('the harbor', own)).toBe('county Harbor County, TX');
  expect(first('Port Elis', own)).toBe('place Port Ellis, TX');
  expect(first('12 Quay St, Port Ellis', own)).toBe('place Port Ellis, TX');
  expect(first('00001', own)).toBe('zip 00001 (Port Ellis, TX)');
  expect(findPlaces('Houston', own)[0]!.lat).toBe(29.2);
  expect(findPlaces('Houston')[0]!.lat).not.toBe(29.2);
  expect(findPlaces('Harbor County', own)[0]).not.toHaveProperty('also');
});

test('an accent, capitals and the space around make no difference', () => {
  const names = ['Houston', 'San Mateo', 'Harris County', 'Corpus Christi', 'Peñasco', 'Española'];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.boolean(), fc.nat(3), (name, loud, spaces) => {
      const bare = name.normalize('NFD').replace(/\p{M}/gu, '');
      const typed = ' '.repeat(spaces) + (loud ? bare.toUpperCase() : bare.toLowerCase());
      expect(findPlaces(typed)).toEqual(findPlaces(name));
    }),
  );
});

test('one letter left out of a long city name still finds the city', () => {
  for (const name of ['Philadelphia', 'San Antonio', 'Jacksonville', 'Indianapolis', 'Sacramento', 'Albuquerque']) {
    const whole = findPlaces(name)[0]!;
    for (let at = 0; at < name.length; at++) {
      const typed = name.slice(0, at) + name.slice(at + 1);
      expect(
        findPlaces(typed).map((place) => place.name),
        typed,
      ).toContain(whole.name);
    }
  }
});

test('any text is answered with places or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
      for (const place of findPlaces(text, { own: harbor })) {
        expect(Math.abs(place.lat)).toBeLessThanOrEqual(90);
        expect(place.radiusKm).toBeGreaterThan(0);
      }
    }),
    { numRuns: 200 },
  );
});

test('a label says the place in the language of the page', () => {
  expect(placeLabel(county('48201')!, 'es')).toBe('Condado de Harris, TX');
  expect(placeLabel(findPlaces('New Mexico')[0]!, 'es')).toBe('Nuevo México');
  expect(placeLabel(findPlaces('77002')[0]!, 'es')).toBe('77002 (Houston, TX)');
});

test('two towns of one name in one state are told apart by their county, and each is found by what is shown', () => {
  const labels = (locale?: 'es') => findPlaces('Bayview, CA').map((place) => placeLabel(place, locale));
  expect(labels()).toEqual(['Bayview, Humboldt County, CA', 'Bayview, Contra Costa County, CA']);
  expect(labels('es')).toEqual(['Bayview, Condado de Humboldt, CA', 'Bayview, Condado de Contra Costa, CA']);

  const { place, county: counties } = gazetteer();
  const named = new Map<string, string[]>();
  place.name.forEach((name, row) => {
    const fips = counties.fips[place.county[row]!]!;
    const town = `${name}, ${stateOf(fips)!.code}`;
    named.set(town, [...(named.get(town) ?? []), fips]);
  });
  const shared = [...named].filter(([, all]) => all.length > 1);
  expect(shared.length).toBeGreaterThan(100);
  for (const [town, all] of shared) {
    const found = findPlaces(town, { limit: 50 }).filter((one) => one.kind === 'place');
    expect(new Set(found.map((one) => placeLabel(one))).size, town).toBe(found.length);
    for (const fips of all) {
      const one = found.find((each) => each.fips === fips)!;
      expect(one, `${town} in ${fips}`).toBeDefined();
      expect(findPlaces(placeLabel(one))[0], placeLabel(one)).toEqual(one);
    }
  }
});

test('a place of the network stands for its like in the gazetteer, so that no two choices read alike', () => {
  const found = findPlaces('Houston', { own: harbor });
  expect(found.filter((place) => placeLabel(place) === 'Houston, TX')).toHaveLength(1);
});
