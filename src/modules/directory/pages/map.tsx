/**
 * Where the listed places are: county outlines, numbered dots and shapes of areas served, drawn on the server. It needs no script, no tiles and nobody outside, prints, and
 * shows exactly the offices that the list names: a hidden place has no point here to be drawn. Where there are scripts, a button turns the drawing
 * into a map to move (../client/area-map.ts), made of the same dots.
 */
import { Script, type Ui } from '#ui';
import type { Shape } from '../areas/polygon.ts';
import { AreaPath, Borders, cornersOf, height, projection, width } from './drawing.tsx';
import type { Hit } from '../search/index.ts';
import { shapesOf } from './area-served.tsx';
import type { ServiceView } from './read.ts';

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

/** Shapes of what the services of a page serve, each with the number of its service. */
export interface DrawnArea {
  number: number;
  label: string;
  shape: Shape;
}

export const areasOf = (hits: readonly Hit[], first: number, views: ReadonlyMap<string, ServiceView>): DrawnArea[] =>
  hits.flatMap((hit, at) => {
    const view = views.get(hit.id);
    return view ? shapesOf(view).map(({ shape }) => ({ number: first + at, label: hit.name, shape })) : [];
  });

interface Drawn {
  ui: Ui;
  dots: readonly Dot[];
  areas: readonly DrawnArea[];
  outlines: string;
}

export function AreaMap({ ui, dots, areas, outlines }: Drawn) {
  if (dots.length + areas.length === 0) return <p id="map">{ui.t('directory.page.map.none')}</p>;
  // Offices decide what is seen: an area that reaches far past them goes on beyond the edge.
  const flat = projection(dots.length > 0 ? dots : cornersOf(areas.map(({ shape }) => shape)));
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
      {areas.length > 0 && <p class="wm-tight">{ui.t('directory.page.map.areas')}</p>}
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={ui.t('directory.page.map.label', { count: dots.length, areas: areas.length })}
      >
        <Borders flat={flat} />
        {areas.map((area) => (
          <g data-area={JSON.stringify(simplified(area.shape))}>
            <AreaPath flat={flat} shape={area.shape} title={`${area.number}. ${area.label}`} />
          </g>
        ))}
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

/** For the map one can move: corners to about a hundred metres. */
function simplified({ polygons }: Shape): GeoJSON.MultiPolygon {
  const round = (degrees: number) => Math.round(degrees * 1000) / 1000;
  return {
    type: 'MultiPolygon',
    coordinates: polygons.map((polygon) =>
      polygon.map((ring) => {
        const corners = ring.map(([lon, lat]) => [round(lon), round(lat)]);
        return corners.filter((one, at) => at === 0 || one.join() !== corners[at - 1]!.join());
      }),
    ),
  };
}
