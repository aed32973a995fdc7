/**
 * The county outlines around a network's public offices, as GeoJSON for the map one can move. One file for the whole network: whoever loads it tells
 * nobody what was looked for. Made of what the public may read, so a hidden place leaves no mark in it.
 */
import { sql } from 'kysely';
import { json, type Req } from '#kernel';
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

/** A FeatureCollection; each county has its `name` and the point `at` which to write it, [longitude, latitude]. */
export async function outlinesFile(req: Req): Promise<Response> {
  const network = req.ctx.network!;
  const cells = await req.ctx.app.db.readPublic(network.id, async (tx) => {
    const found = await sql<{ lat: number; lon: number }>`
      select distinct round((document->>'latitude')::numeric * 4) / 4 as lat, round((document->>'longitude')::numeric * 4) / 4 as lon
      from site.directory_document where network_id = ${network.id} and kind = 'location' and document->>'latitude' is not null
      and document->>'longitude' is not null order by 1, 2 limit 200`.execute(tx);
    return found.rows;
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
