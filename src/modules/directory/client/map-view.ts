/**
 * The map one can move: county outlines and the numbered offices of the list. Large, so only who asks for it loads it (area-map.ts). Nothing comes
 * from another machine: no tiles, letters or pictures; the outlines are the network's own file, the same for every search.
 */
import { LngLatBounds, Map as View, Marker, setWorkerUrl } from 'maplibre-gl';

interface Shown {
  figure: HTMLElement;
  /** Where the outlines and the worker of the map are. */
  outlines: string;
  worker: string;
  label: string;
  areas: GeoJSON.MultiPolygon[];
  dots: { number: string; label: string; href: string; lat: number; lon: number }[];
}

async function fill(frame: HTMLElement, { outlines, worker, label, areas, dots }: Shown): Promise<View> {
  const answer = await fetch(outlines);
  if (!answer.ok) throw new Error(`outlines: ${answer.status}`);
  const counties = (await answer.json()) as GeoJSON.FeatureCollection<GeoJSON.Geometry, { name: string; at: number[] }>;
  // Without a border near what is shown says nothing: the drawing, with states or towns, says more.
  if (counties.features.length === 0) throw new Error('no outlines');
  setWorkerUrl(new URL(worker, location.href).href);
  const color = (name: string) => getComputedStyle(frame).getPropertyValue(name).trim();
  const bounds = new LngLatBounds();
  for (const dot of dots) bounds.extend([dot.lon, dot.lat]);
  // As on the drawing: offices decide what is seen first, areas where there are none.
  if (dots.length === 0)
    for (const [lon, lat] of areas.flatMap(({ coordinates }) => coordinates.flat(2))) bounds.extend([lon!, lat!]);
  const view = new View({
    container: frame,
    style: {
      version: 8,
      sources: {
        counties: { type: 'geojson', data: counties },
        areas: { type: 'geojson', data: { type: 'GeometryCollection', geometries: areas } },
      },
      layers: [
        { id: 'ground', type: 'background', paint: { 'background-color': color('--tint') || '#f0f0f0' } },
        { id: 'counties', type: 'fill', source: 'counties', paint: { 'fill-color': '#fff' } },
        { id: 'borders', type: 'line', source: 'counties', paint: { 'line-color': '#a9aeb1', 'line-width': 1 } },
        {
          id: 'areas',
          type: 'fill',
          source: 'areas',
          paint: { 'fill-color': color('--accent') || '#005ea2', 'fill-opacity': 0.15 },
        },
        {
          id: 'edges',
          type: 'line',
          source: 'areas',
          paint: { 'line-color': color('--accent-dark') || '#1a4480', 'line-width': 2, 'line-dasharray': [3, 1.5] },
        },
      ],
    },
    bounds,
    fitBoundsOptions: { padding: 48, maxZoom: 9 },
    minZoom: 4,
    maxZoom: 14,
    attributionControl: false,
    // The wheel scrolls the page; buttons and keys bring the map nearer.
    scrollZoom: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: { 'Map.Title': label },
  });
  view.touchZoomRotate.disableRotation();
  view.keyboard.disableRotation();
  await new Promise<void>((resolve, reject) => {
    view.once('load', () => resolve());
    view.once('error', (event) => reject(event.error));
  });
  for (const { properties } of counties.features) {
    const name = document.createElement('span');
    name.className = 'wm-map__place';
    name.ariaHidden = 'true';
    name.textContent = properties.name;
    new Marker({ element: name }).setLngLat([properties.at[0]!, properties.at[1]!]).addTo(view);
  }
  for (const dot of dots) {
    const link = document.createElement('a');
    link.className = 'wm-map__point';
    link.href = dot.href;
    link.textContent = dot.number;
    link.ariaLabel = link.title = dot.label;
    new Marker({ element: link }).setLngLat([dot.lon, dot.lat]).addTo(view);
  }
  // Names would cover each other when much is seen at once.
  const names = () => frame.classList.toggle('wm-map__view--far', view.getZoom() < 6.5);
  view.on('zoom', names);
  names();
  return view;
}

/** Draws the map beside the drawing; throws, and leaves nothing behind, where the browser cannot. */
async function show(shown: Shown): Promise<View> {
  const frame = document.createElement('div');
  frame.className = 'wm-map__view';
  shown.figure.append(frame);
  try {
    return await fill(frame, shown);
  } catch (error) {
    frame.remove();
    throw error;
  }
}

declare global {
  var waymarkMap: typeof show | undefined;
}
globalThis.waymarkMap = show;
