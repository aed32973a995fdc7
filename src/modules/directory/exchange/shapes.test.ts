/** Shapes of service areas in files: taken word for word, an object as its text, a broken one named and left out. */
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Fields } from '#engines/record-shape';
import { readFile } from './reading.ts';

const options = { network: '0b0d3f1e-7a52-4c0e-9d3f-2f6f0c1a8e40', choices: {}, mappings: {}, known: {} } as Parameters<
  typeof readFile
>[2];
const [org, service] = [1, 2].map((n) => `0b0d3f1e-7a52-4c0e-9d3f-2f6f0c1a8e4${n}`) as [string, string];
const ring = [
  [-95.6, 29.6],
  [-95.2, 29.6],
  [-95.2, 29.9],
  [-95.6, 29.6],
];
const good = { type: 'Polygon', coordinates: [ring] };
const spaced = JSON.stringify(good, null, 1);

const read = (name: string, text: string | Uint8Array) => {
  const found = readFile(name, typeof text === 'string' ? strToU8(text) : text, options);
  const kept = found.records.find((one) => one.kind === 'service')!;
  return { faults: found.faults, areas: kept.fields.service_areas as Fields[] };
};
const json = (...areas: Fields[]) =>
  JSON.stringify(
    {
      contents: [
        {
          id: service,
          name: 'Line',
          status: 'active',
          organization: { id: org, name: 'Open Door', description: 'Help' },
          service_areas: areas.map((one, at) => ({
            id: `0b0d3f1e-7a52-4c0e-9d3f-2f6f0c1a8e5${at}`,
            name: `Area ${at}`,
            ...one,
          })),
        },
      ],
    },
    null,
    1,
  );

test('HSDS JSON gives a shape as text or as the object itself; what is not read here is kept too', () => {
  const { faults, areas } = read(
    'services.json',
    json(
      { extent: spaced, extent_type: 'geojson' },
      { extent: good, extent_type: 'geojson' },
      { extent: '<kml></kml>', extent_type: 'kml' },
      { extent: 'East of the river', extent_type: 'text' },
    ),
  );
  expect(faults).toEqual([]);
  expect(areas.map((one) => one.extent)).toEqual([spaced, JSON.stringify(good), '<kml></kml>', 'East of the river']);
  expect(areas.map((one) => one.extent_type)).toEqual(['geojson', 'geojson', 'kml', 'text']);
});

test('a broken shape is named with its line and what to do, and left out; the area stays by its name', () => {
  const swapped = { type: 'Polygon', coordinates: [ring.map(([lon, lat]) => [lat, lon])] };
  const open = { type: 'Polygon', coordinates: [ring.slice(0, 3).concat([[-95.5, 29.8]])] };
  const text = json({ extent: swapped, extent_type: 'geojson' }, { extent: JSON.stringify(open) }, { extent: spaced });
  const { faults, areas } = read('services.json', text);
  const lineOf = (name: string) => text.split('\n').findIndex((line) => line.includes(`"${name}"`)) - 1;
  expect(faults).toEqual([
    {
      file: 'services.json',
      line: lineOf('Area 0'),
      column: 'extent',
      field: 'extent',
      key: 'areaSwapped',
      of: 'value',
    },
    {
      file: 'services.json',
      line: lineOf('Area 1'),
      column: 'extent',
      field: 'extent',
      key: 'areaOpen',
      values: { part: 1, ring: 1 },
      of: 'value',
    },
  ]);
  expect(areas.map(({ name, extent, extent_type }) => [name, extent, extent_type])).toEqual([
    ['Area 0', undefined, undefined],
    ['Area 1', undefined, undefined],
    ['Area 2', spaced, undefined],
  ]);
});

test('a table gives a shape in a cell', () => {
  const wkt = 'POLYGON ((-95.6 29.6, -95.2 29.6, -95.2 29.9, -95.6 29.6))';
  const cell = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const zip = zipSync({
    'organizations.csv': strToU8(`id,name,description\n${org},Open Door,Help\n`),
    'services.csv': strToU8(`id,organization_id,name,status\n${service},${org},Line,active\n`),
    'service_areas.csv': strToU8(
      `id,service_id,name,extent,extent_type\n1,${service},A,${cell(spaced)},geojson\n2,${service},B,${cell(wkt)},text\n3,${service},C,POINT (-95 29),text\n`,
    ),
  });
  const { faults, areas } = read('directory.zip', zip);
  expect(areas.map(({ name, extent }) => [name, extent])).toEqual([
    ['A', spaced],
    ['B', wkt],
    ['C', undefined],
  ]);
  expect(faults).toMatchObject([{ column: 'extent', key: 'areaNoArea', values: { type: 'POINT' } }]);
});
