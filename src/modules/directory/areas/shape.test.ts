/** What is read of a shape, and what is said of one that cannot be read. */
import { expect, test } from 'vitest';
import { outline } from '../gazetteer/index.ts';
import { smallestPartSquareKm, squareKm } from './measure.ts';
import { formatOf, isShape, mostPoints, readExtent, shapeOfExtent } from './shape.ts';
import { countiesServed } from './served.ts';

const square = (west: number, south: number, size: number): number[][] => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const polygon = (...rings: unknown[]) => JSON.stringify({ type: 'Polygon', coordinates: rings });
const read = (text: string) => {
  const found = readExtent(text);
  if (!isShape(found)) throw new Error(JSON.stringify(found));
  return found;
};
const wktOf = (rings: number[][][]) =>
  `(${rings.map((ring) => `(${ring.map((corner) => corner.join(' ')).join(', ')})`).join(', ')})`;

test('a polygon, several, a feature and a collection are read, as GeoJSON and as WKT', () => {
  const one = square(-95.5, 29.5, 0.2);
  const two = square(-96.5, 29.5, 0.2);
  const geometry = { type: 'Polygon', coordinates: [one] };
  const several = { type: 'MultiPolygon', coordinates: [[one], [two]] };
  const feature = { type: 'Feature', properties: { name: ' North side ' }, geometry };
  expect(read(JSON.stringify(geometry))).toEqual({ polygons: [[one]], points: 4 });
  expect(read(JSON.stringify(several)).polygons).toEqual([[one], [two]]);
  expect(read(JSON.stringify(feature))).toEqual({ polygons: [[one]], points: 4, name: 'North side' });
  const collection = {
    type: 'FeatureCollection',
    features: [feature, { ...feature, geometry: null }, { ...feature, geometry: several }],
  };
  expect(read(JSON.stringify(collection)).polygons).toEqual([[one], [one], [two]]);
  expect(read(`POLYGON ${wktOf([one])}`).polygons).toEqual([[one]]);
  expect(
    read(`SRID=4326; multipolygon z (${wktOf([one.map((corner) => [...corner, 12])])}, ${wktOf([two])})`).polygons,
  ).toEqual([[one], [two]]);
  expect(read(polygon(one.map((corner) => [...corner, 300])))).toEqual({ polygons: [[one]], points: 4 });
});

test('what is no shape of ours is kept unread: words, TopoJSON, KML', () => {
  for (const text of ['East of the river', 'extent', '<kml xmlns="x"></kml>', '{"type": "Topology", "arcs": []}', '']) {
    expect(readExtent(text), text).toBeNull();
    expect(shapeOfExtent(text)).toBeNull();
  }
  expect(formatOf('  MULTIPOLYGON EMPTY')).toBe('wkt');
});

test('each bad shape is told by its own sentence, with where the fault is', () => {
  const good = square(-95.5, 29.5, 0.2);
  const swapped = good.map(([lon, lat]) => [lat, lon]);
  const bad: [string, string, Record<string, unknown>?][] = [
    ['{"type":"Polygon","coordinates":[[[-95', 'areaBadJson'],
    ['{"type":"Square"}', 'areaNotGeoJson'],
    ['{"type":"FeatureCollection"}', 'areaNotGeoJson'],
    ['{"type":"MultiPolygon","coordinates":7}', 'areaNotGeoJson'],
    ['{"type":"Point","coordinates":[-95,29]}', 'areaNoArea', { type: 'Point' }],
    ['LINESTRING (-95 29, -96 30)', 'areaNoArea', { type: 'LINESTRING' }],
    ['{"type":"FeatureCollection","features":[]}', 'areaEmpty'],
    ['POLYGON EMPTY', 'areaEmpty'],
    ['POLYGON ((-95 29, -94 29, -94 30, -95 29)', 'areaBadWkt'],
    ['POLYGON ((-95 29, -94 twenty, -94 30, -95 29))', 'areaBadWkt'],
    ['POLYGON ((-95 29, -94 29, -94 30, -95 29)) and more', 'areaBadWkt'],
    ['SRID=2278;POLYGON ((3100000 13800000, 3200000 13800000, 3200000 13900000, 3100000 13800000))', 'areaNotDegrees'],
    [polygon(good.map(([lon, lat]) => [lon! * 111_000, lat! * 111_000])), 'areaNotDegrees'],
    [polygon(good.map(([lon, lat]) => [lon! + 360, lat])), 'areaNotDegrees'],
    [polygon(swapped), 'areaSwapped'],
    [polygon(square(40.6, -74.1, 0.2)), 'areaSwapped'],
    [polygon(good, good.slice(0, 3)), 'areaFewCorners', { part: 1, ring: 2 }],
    [polygon(good.slice(0, -1)), 'areaOpen', { part: 1, ring: 1 }],
    [polygon([...good.slice(0, 2), ['-95', 29], ...good.slice(3)]), 'areaCorner', { part: 1, ring: 1, corner: 3 }],
    [
      '{"type":"Polygon","coordinates":[[[1e999,29],[-94,29],[-94,30],[1e999,29]]]}',
      'areaCorner',
      { part: 1, ring: 1, corner: 1 },
    ],
    [polygon(good, square(-99, 29, 0.1)), 'areaHoleOutside', { part: 1, ring: 2 }],
    [
      polygon([
        [-95, 29],
        [-94, 29],
        [-93, 29],
        [-95, 29],
      ]),
      'areaFlat',
    ],
    [
      polygon([
        [-179, 51],
        [179, 51],
        [179, 52],
        [-179, 52],
        [-179, 51],
      ]),
      'areaDateLine',
    ],
    [polygon(Array.from({ length: mostPoints + 1 }, () => good[0])), 'areaTooManyPoints', { limit: mostPoints }],
    [`${polygon(good)}${' '.repeat(200_000)}`, 'areaTooLong', { limit: 200_000 }],
    [`${'{"type":"GeometryCollection","geometries":['.repeat(9)}${']}'.repeat(9)}`, 'areaNotGeoJson'],
  ];
  for (const [text, fault, values] of bad)
    expect(readExtent(text), text.slice(0, 80)).toEqual(values ? { fault, values } : { fault });
});

test('outlines of real counties are as large as the Census Bureau says, islands and the date line included', () => {
  // Land and inland water in the 2020 census: 4,602 km², 2,294 km², and Arlington's 67.6 km².
  const sizes: [string, number][] = [
    ['48201', 4602],
    ['48157', 2294],
    ['51013', 67.6],
  ];
  for (const [fips, km2] of sizes) {
    const size = squareKm(read(JSON.stringify(outline(fips)!)));
    expect(Math.abs(size / km2 - 1), fips).toBeLessThan(0.02);
  }
  const aleutians = read(JSON.stringify(outline('02016')!));
  expect(aleutians.polygons.length).toBeGreaterThan(5);
  expect(smallestPartSquareKm(aleutians)).toBeLessThan(10);
});

test('a hole is not part of the area, and the smallest part is found among holes too', () => {
  const whole = read(polygon(square(-95.5, 29.5, 0.2)));
  const holed = read(polygon(square(-95.5, 29.5, 0.2), square(-95.42, 29.58, 0.02)));
  const hole = read(polygon(square(-95.42, 29.58, 0.02)));
  expect(squareKm(holed)).toBeCloseTo(squareKm(whole) - squareKm(hole), 6);
  expect(smallestPartSquareKm(holed)).toBeCloseTo(squareKm(hole), 6);
  expect(smallestPartSquareKm(holed)).toBeLessThan(25);
});

test('a county drawn along its border serves that county and none of its neighbours; a state all of its own', () => {
  for (const fips of ['48201', '36061', '48301', '02016'])
    expect(
      countiesServed(read(JSON.stringify(outline(fips)!))).map((one) => one.fips),
      fips,
    ).toEqual([fips]);
  const jersey = countiesServed(read(JSON.stringify(outline('34')!)));
  expect(jersey).toHaveLength(21);
  expect(new Set(jersey.map((one) => one.state))).toEqual(new Set(['NJ']));
});
