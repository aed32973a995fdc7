/** The gazetteer's data as a whole, and counties by outline. The centres of the tests are public buildings' and cities'. */
import { expect, test } from 'vitest';
import { allStates, gazetteer } from './data.ts';
import { isInside, kilometres, kilometresToBox, kilometresToEdge } from './geometry.ts';
import { withinOneLetter } from './names.ts';
import { countiesNear, countiesOf, county, countyAt, outline, zip } from './index.ts';

test('every state, county, place and ZIP code stands somewhere in the United States', () => {
  const { county: counties, place, zip: zips } = gazetteer();
  expect(allStates).toHaveLength(56);
  expect(counties.fips.length).toBeGreaterThan(3200);
  expect(place.name.length).toBeGreaterThan(20_000);
  expect(zips.code.length).toBeGreaterThan(41_000);
  for (const { lat, lon } of [counties, place, zips]) {
    for (let row = 0; row < lat.length; row++) {
      expect(lat[row]! > -15 && lat[row]! < 72 && (lon[row]! < -64 || lon[row]! > 140)).toBe(true);
    }
  }
  for (const state of allStates) expect(countiesOf(state.code).length, state.en).toBeGreaterThan(0);
  expect(countiesOf('TX')).toHaveLength(254);
  expect(countiesOf('CA')).toHaveLength(58);
});

test('nearly every ZIP code and place lies in or by the county it is said to be in', () => {
  const { county: counties, place, zip: zips } = gazetteer();
  for (const { lat, lon, county: rows } of [place, zips]) {
    let far = 0;
    for (let row = 0; row < lat.length; row++) {
      const box = counties.box[rows[row]!]!;
      if (kilometresToBox(box, { lat: lat[row]!, lon: lon[row]! }) > 20) far++;
    }
    expect(far / lat.length).toBeLessThan(0.01);
  }
});

test('Texas and the Bay Area are covered town by town', () => {
  expect(zip('77002')).toMatchObject({ name: 'Houston', state: 'TX', fips: '48201' });
  expect(zip('94063')).toMatchObject({ name: 'Redwood City', state: 'CA', fips: '06081' });
  expect(zip('00901')).toMatchObject({ state: 'PR', fips: '72127' });
  expect(zip('06103')).toMatchObject({ name: 'Hartford', fips: '09003' });
  expect(zip('1234')).toBeNull();
  expect(zip('00000')).toBeNull();
  expect(county('48201')).toMatchObject({ name: 'Harris County', state: 'TX' });
  expect(county('29510')!.name).toBe('St. Louis City');
  expect(county('11001')!.name).toBe('District of Columbia');
  expect(county('99999')).toBeNull();
});

test.each([
  [29.7604, -95.3698, '48201'],
  [37.4852, -122.2364, '06081'],
  [37.7749, -122.4194, '06075'],
  [40.7128, -74.006, '36061'],
  [21.3069, -157.8583, '15003'],
  [51.88, -176.65, '02016'],
  [18.4655, -66.1057, '72127'],
  [39.2904, -76.6122, '24510'],
])('the point %f, %f lies in county %s', (lat, lon, fips) => {
  expect(countyAt(lat, lon)!.fips).toBe(fips);
});

test('a point off the shore belongs to the nearest county, one far out to none', () => {
  expect(countyAt(29.2, -94.75)!.fips).toBe('48167');
  expect(countyAt(25, -90)).toBeNull();
  expect(countyAt(Number.NaN, -95)).toBeNull();
});

test('counties near a point come by the distance of their border, its own first', () => {
  const near = countiesNear(29.7604, -95.3698, { km: 60 });
  expect(near[0]).toMatchObject({ fips: '48201', km: 0 });
  expect(near.map((one) => one.fips)).toEqual(expect.arrayContaining(['48157', '48339', '48039', '48167']));
  expect(near.map((one) => one.km)).toEqual(near.map((one) => one.km).sort((a, b) => a - b));
  expect(countiesNear(29.7604, -95.3698, { limit: 2 })).toHaveLength(2);
});

test('an outline is a closed shape of the county or the state, with its name', () => {
  const harris = outline('48201')!;
  expect(harris.properties).toEqual({ fips: '48201', name: 'Harris County', state: 'TX' });
  const rings = harris.geometry.type === 'Polygon' ? harris.geometry.coordinates : harris.geometry.coordinates.flat();
  for (const ring of rings) expect(ring.at(-1)).toEqual(ring[0]);
  expect(outline('48')!.properties.name).toBe('Texas');
  expect(outline('99999')).toBeNull();
  expect(outline('')).toBeNull();
});

test('the middle of nearly every county lies inside its own outline', () => {
  const { fips, lat, lon } = gazetteer().county;
  const outside = fips.filter((one, row) => {
    const { geometry } = outline(one)!;
    const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
    return !isInside(rings, { lat: lat[row]!, lon: lon[row]! });
  });
  expect(outside.length).toBeLessThan(fips.length * 0.02);
});

test('distances agree with known ones', () => {
  const houston = { lat: 29.7604, lon: -95.3698 };
  expect(kilometres(houston, { lat: 32.7767, lon: -96.797 })).toBeCloseTo(361.8, 0);
  expect(kilometres(houston, houston)).toBe(0);
  const square = [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ],
  ];
  expect(kilometresToEdge(square, { lat: 0.5, lon: 2 })).toBeCloseTo(111.2, 0);
  expect(isInside(square, { lat: 0.5, lon: 0.5 })).toBe(true);
  expect(isInside(square, { lat: 1.5, lon: 0.5 })).toBe(false);
  expect(kilometresToBox([0, 0, 1, 1], { lat: 0.5, lon: 0.5 })).toBe(0);
});

test('one letter more, less, other or two swapped are one mistake; two are not', () => {
  for (const [a, b] of [
    ['houston', 'huston'],
    ['houston', 'housston'],
    ['houston', 'hauston'],
    ['houston', 'huoston'],
    ['a', 'a'],
  ] as const) {
    expect(withinOneLetter(a, b) && withinOneLetter(b, a), `${a} ${b}`).toBe(true);
  }
  for (const [a, b] of [
    ['houston', 'hoton'],
    ['abcd', 'badc'],
    ['abc', 'cab'],
    ['', 'ab'],
  ] as const) {
    expect(withinOneLetter(a, b) || withinOneLetter(b, a), `${a} ${b}`).toBe(false);
  }
});
