/**
 * The county outlines around a network's public offices and the shapes it shows of areas served, as GeoJSON for the map one can move. One file for the
 * whole network: whoever loads it tells nobody what was looked for. Made of what the public may read, so a hidden place leaves no mark in it.
 */
import { sql } from 'kysely';
import { json, type Req } from '#kernel';
import { boxOf } from '../areas/measure.ts';
import { shapeOfExtent } from '../areas/shape.ts';
import { countiesNear, outline } from '../gazetteer/index.ts';

const mostCounties = 250;
const kilometres = 90;
/** About 100 metres; the borders themselves are known to a kilometre. */
const round = (degrees: number): number => Math.round(degrees * 1000) / 1000;

const short = (shape: GeoJSON.Polygon | GeoJSON.MultiPolygon): GeoJSON.Polygon | GeoJSON.MultiPolygon => {
  const ring = (points: GeoJSON.Position[]) => points.map((point) => point.map(round));
  return shape.type === 'Polygon'
    ? { type: 'Polygon', coordinates: shape.coordinates.map(ring) }
    : { type: 'MultiPolygon', coordinates: shape.coordinates.map((polygon) => polygon.map(ring)) };
};

/** The middle and the corners of each part of a shape. */
const spotsOf = (extent: string): { lat: number; lon: number }[] =>
  (shapeOfExtent(extent)?.polygons ?? []).flatMap((polygon) => {
    const { west, south, east, north } = boxOf(polygon);
    const corners = [south, north].flatMap((lat) => [west, east].map((lon) => ({ lat, lon })));
    return [{ lat: (south + north) / 2, lon: (west + east) / 2 }, ...corners];
  });

/** A FeatureCollection; each county has its `name` and the point `at` which to write it, [longitude, latitude]. */
export async function outlinesFile(req: Req): Promise<Response> {
  const network = req.ctx.network!;
  const cells = await req.ctx.app.db.readPublic(network.id, async (tx) => {
    const found = await sql<{ lat: number; lon: number }>`
      select distinct round((document->>'latitude')::numeric * 4) / 4 as lat, round((document->>'longitude')::numeric * 4) / 4 as lon
      from site.directory_document where network_id = ${network.id} and kind = 'location' and document->>'latitude' is not null
      and document->>'longitude' is not null order by 1, 2 limit 200`.execute(tx);
    const drawn = await sql<{ extent: string }>`
      select distinct area->>'extent' as extent
      from site.directory_document, json_array_elements(coalesce(document->'service_areas', '[]')) area
      where network_id = ${network.id} and kind in ('service', 'service_at_location') and area->>'extent' is not null
      order by 1 limit 50`.execute(tx);
    return [...found.rows, ...drawn.rows.flatMap(({ extent }) => spotsOf(extent))];
  });
  const features = new Map<string, GeoJSON.Feature>();
  for (const cell of cells) {
    for (const one of countiesNear(Number(cell.lat), Number(cell.lon), { km: kilometres, limit: 20 })) {
      if (!one.fips || features.has(one.fips) || features.size >= mostCounties) continue;
      const shape = outline(one.fips);
      if (!shape) continue;
      features.set(one.fips, {
        type: 'Feature',
        properties: { name: one.name.replace(/ County$/, ''), at: [round(one.lon), round(one.lat)] },
        geometry: short(shape.geometry),
      });
    }
  }
  return json({ type: 'FeatureCollection', features: [...features.values()] });
}
