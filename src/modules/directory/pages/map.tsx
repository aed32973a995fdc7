/**
 * Where the listed places are: county outlines and numbered dots, drawn on the server. It needs no script, no tiles and nobody outside, prints, and
 * shows exactly the offices that the list names: a hidden place has no point here to be drawn. Where there are scripts, a button turns the drawing
 * into a map to move (../client/area-map.ts), made of the same dots.
 */
import { Script, type Ui } from '#ui';
import { countiesNear, outline } from '../gazetteer/index.ts';
import type { Hit } from '../search/index.ts';

export interface Dot {
  number: number;
  label: string;
  /** Of the service in the list. */
  id: string;
  lat: number;
  lon: number;
}

/** The offices of a page of hits; each hit has one number for all its offices. `first`: the number of the first hit. */
export const dotsOf = (hits: readonly Hit[], first: number): Dot[] =>
  hits.flatMap((hit, at) =>
    hit.offices.flatMap((office) =>
      office.lat === undefined || office.lon === undefined
        ? []
        : [{ number: first + at, label: hit.name, id: hit.id, lat: office.lat, lon: office.lon }],
    ),
  );

const width = 640;
const height = 440;
const margin = 28;

/** A flat picture of a small part of the earth: degrees of longitude shrink with the latitude. */
function projection(dots: readonly Dot[]) {
  const squeeze = Math.cos((dots[0]!.lat * Math.PI) / 180);
  const xs = dots.map((dot) => dot.lon * squeeze);
  const ys = dots.map((dot) => -dot.lat);
  // Never closer than about a county: a single dot still shows what county it is in.
  const span = Math.max(Math.max(...xs) - Math.min(...xs), (Math.max(...ys) - Math.min(...ys)) * (width / height), 0.9);
  const scale = (width - 2 * margin) / span;
  const [midX, midY] = [(Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2];
  return {
    at: (lat: number, lon: number): [number, number] => [
      Math.round(((lon * squeeze - midX) * scale + width / 2) * 10) / 10,
      Math.round(((-lat - midY) * scale + height / 2) * 10) / 10,
    ],
    middle: { lat: -midY, lon: midX / squeeze },
    km: (width / scale) * 111.2,
  };
}

export function AreaMap({ ui, dots, outlines }: { ui: Ui; dots: readonly Dot[]; outlines: string }) {
  if (dots.length === 0) return <p id="map">{ui.t('directory.page.map.none')}</p>;
  const flat = projection(dots);
  const counties = countiesNear(flat.middle.lat, flat.middle.lon, { km: flat.km * 0.75, limit: 40 });
  const shapes = counties.flatMap((one) => (one.fips ? (outline(one.fips) ?? []) : []));
  const path = (rings: readonly (readonly number[][])[]) =>
    rings.map((ring) => `M${ring.map(([lon, lat]) => flat.at(lat!, lon!).join(' ')).join('L')}Z`).join('');
  return (
    <figure
      class="wm-map"
      id="map"
      data-move={ui.t('directory.page.map.move')}
      data-nearer={ui.t('directory.page.map.nearer')}
      data-farther={ui.t('directory.page.map.farther')}
      data-failed={ui.t('directory.page.map.failed')}
      data-label={ui.t('directory.page.map.moving')}
      data-view={ui.asset('mapView.js')}
      data-worker={ui.asset('mapWorker.js')}
      data-href={outlines}
    >
      <figcaption>{ui.t('directory.page.map.caption')}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={ui.t('directory.page.map.label', { count: dots.length })}
      >
        {shapes.map(({ geometry }) => (
          <path
            class="wm-map__county"
            d={path(
              geometry.type === 'Polygon'
                ? (geometry.coordinates as number[][][])
                : (geometry.coordinates.flat() as number[][][]),
            )}
          />
        ))}
        {counties.map((one) => {
          const [x, y] = flat.at(one.lat, one.lon);
          const inside = x > 50 && x < width - 50 && y > 15 && y < height - 15;
          return inside ? (
            <text class="wm-map__name" x={x} y={y} text-anchor="middle">
              {one.name.replace(/ County$/, '')}
            </text>
          ) : null;
        })}
        {dots.map((dot) => {
          const [x, y] = flat.at(dot.lat, dot.lon);
          return (
            <g data-lat={dot.lat} data-lon={dot.lon} data-row={`s-${dot.id}`}>
              <title>{`${dot.number}. ${dot.label}`}</title>
              <circle class="wm-map__dot" cx={x} cy={y} r="13" />
              <text class="wm-map__number" x={x} y={y + 5} text-anchor="middle">
                {dot.number}
              </text>
            </g>
          );
        })}
      </svg>
      <Script ui={ui} name="areaMap" />
    </figure>
  );
}
