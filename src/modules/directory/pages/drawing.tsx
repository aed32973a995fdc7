/** What every drawn map stands on: a flat picture of a small part of the earth, the borders of counties (of states, where it is large), shapes of areas. */
import type { Shape } from '../areas/polygon.ts';
import { boxOf } from '../areas/measure.ts';
import { allStates, gazetteer } from '../gazetteer/data.ts';
import { countiesNear, outline } from '../gazetteer/index.ts';

export const width = 640;
export const height = 440;
const margin = 28;
/** From so many kilometres across, counties would be too small to be told apart. */
const widestForCounties = 600;

export interface Flat {
  at(lat: number, lon: number): [x: number, y: number];
  middle: { lat: number; lon: number };
  /** Across the picture. */
  km: number;
}

/** Fits points into the picture: degrees of longitude shrink with the latitude. At least one point. */
export function projection(points: readonly { lat: number; lon: number }[], least = 0.9): Flat {
  const squeeze = Math.cos((points[0]!.lat * Math.PI) / 180);
  let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { lat, lon } of points) {
    [west, east] = [Math.min(west, lon * squeeze), Math.max(east, lon * squeeze)];
    [north, south] = [Math.min(north, -lat), Math.max(south, -lat)];
  }
  const span = Math.max(east - west, (south - north) * ((width - 2 * margin) / (height - 2 * margin)), least);
  const scale = (width - 2 * margin) / span;
  const [midX, midY] = [(west + east) / 2, (north + south) / 2];
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    at: (lat, lon) => [round((lon * squeeze - midX) * scale + width / 2), round((-lat - midY) * scale + height / 2)],
    middle: { lat: -midY, lon: midX / squeeze },
    km: (width / scale) * 111.2,
  };
}

/** The corners of the boxes around shapes; `beyond`: so much of their size farther out, for what lies around. */
export const cornersOf = (shapes: readonly Shape[], beyond = 0): { lat: number; lon: number }[] =>
  shapes.flatMap(({ polygons }) => {
    const { west, south, east, north } = boxOf(polygons.flat());
    return [
      { lat: south - beyond * (north - south), lon: west - beyond * (east - west) },
      { lat: north + beyond * (north - south), lon: east + beyond * (east - west) },
    ];
  });

/** Rings as one path. Corners closer than half a pixel to the one before are left out: nobody could see them. */
export function pathOf(flat: Flat, rings: Iterable<readonly (readonly number[])[]>): string {
  let path = '';
  for (const ring of rings) {
    const kept: string[] = [];
    let last: [number, number] = [Infinity, Infinity];
    for (const [lon, lat] of ring) {
      const here = flat.at(lat!, lon!);
      if (Math.hypot(here[0] - last[0], here[1] - last[1]) < 0.5) continue;
      kept.push(here.join(' '));
      last = here;
    }
    if (kept.length > 2) path += `M${kept.join('L')}Z`;
  }
  return path;
}

/** Borders and names around the middle of the picture. */
export function Borders({ flat }: { flat: Flat }) {
  const wide = flat.km > widestForCounties;
  const counties = wide
    ? []
    : countiesNear(flat.middle.lat, flat.middle.lon, { km: flat.km * 0.75, limit: flat.km > 200 ? 120 : 40 });
  const drawn = wide ? allStates.map(({ fips }) => fips) : counties.flatMap(({ fips }) => fips ?? []);
  const named = flat.km > 350 ? [] : counties;
  return (
    <>
      {drawn.map((fips) => {
        const geometry = outline(fips)?.geometry;
        const rings = geometry?.type === 'Polygon' ? geometry.coordinates : geometry?.coordinates.flat();
        return rings && <path class="wm-map__county" d={pathOf(flat, rings as number[][][])} />;
      })}
      {named.map((one) => {
        const [x, y] = flat.at(one.lat, one.lon);
        const inside = x > 50 && x < width - 50 && y > 15 && y < height - 15;
        return inside ? (
          <text class="wm-map__name" x={x} y={y} text-anchor="middle">
            {one.name.replace(/ County$/, '')}
          </text>
        ) : null;
      })}
    </>
  );
}

const mostTowns = 8;

/** The towns that people know, by which a shape is recognised where no border is near. */
export function Towns({ flat }: { flat: Flat }) {
  if (flat.km > widestForCounties) return null;
  const { name, lat, lon, population } = gazetteer().place;
  const inside: { name: string; at: [number, number]; people: number }[] = [];
  name.forEach((one, row) => {
    if (Math.abs(lat[row]! - flat.middle.lat) > flat.km / 100) return;
    const at = flat.at(lat[row]!, lon[row]!);
    if (at[0] > 60 && at[0] < width - 60 && at[1] > 24 && at[1] < height - 12)
      inside.push({ name: one, at, people: population[row]! });
  });
  const kept: typeof inside = [];
  for (const town of inside.sort((a, b) => b.people - a.people)) {
    const free = kept.every(({ at: [x, y] }) => Math.abs(x - town.at[0]) > 110 || Math.abs(y - town.at[1]) > 28);
    if (free && kept.length < mostTowns) kept.push(town);
  }
  return (
    <>
      {kept.map(({ name: town, at: [x, y] }) => (
        <g class="wm-map__town">
          <circle cx={x} cy={y} r="3" />
          <text x={x} y={y - 7} text-anchor="middle">
            {town}
          </text>
        </g>
      ))}
    </>
  );
}

/** The shape of an area: holes stay open, the edge is a line of its own. */
export const AreaPath = ({ flat, shape, title }: { flat: Flat; shape: Shape; title?: string }) => (
  <>
    {shape.polygons.map((polygon) => (
      <path class="wm-map__area" d={pathOf(flat, polygon)}>
        {title && <title>{title}</title>}
      </path>
    ))}
  </>
);
