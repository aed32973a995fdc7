/**
 * Shapes of whoever runs a hidden place. A shape may have been drawn around it, so the public and partners see none of them before somebody else than who drew
 * it has looked (looks.ts): of no service of that organisation, linked to the place or not, large or small. Nothing here knows where the place is, so a place
 * that moves changes nothing.
 */
import { createHash } from 'node:crypto';
import type { Fields, Holding } from '#modules/organisations';
import { ringSquareKm, smallestPartSquareKm } from './measure.ts';
import type { Shape } from './polygon.ts';

/** Below this a part of a shape is about a neighbourhood: who sees it need not look far. */
export const smallSquareKm = 25;

export const runsHiddenPlace = ({ locations }: Pick<Holding, 'locations'>): boolean =>
  locations.some((place) => place.confidential);

/** What a look was given to: this shape of this area of this record. A shape that changes has to be looked at anew. */
export const lookKey = (recordId: string, areaId: string, extent: string): string =>
  `${recordId}/${areaId}/${shapeDigest(extent)}`;
export const shapeDigest = (extent: string): string => createHash('sha256').update(extent).digest('base64url');

/** The fields of a record without the shapes that nobody has looked at. An area of which nothing else is said goes whole. */
export function withoutUnseenShapes(recordId: string, body: Fields, looked: ReadonlySet<string>): Fields {
  const areas = body.service_areas as (Fields & { id: string })[] | undefined;
  if (!areas) return body;
  const left = areas.flatMap((area) => {
    if (area.extent === undefined || looked.has(lookKey(recordId, area.id, String(area.extent)))) return [area];
    const { extent: _, extent_type: __, ...rest } = area;
    return rest.name === undefined && rest.description === undefined && rest.uri === undefined ? [] : [rest];
  });
  const { service_areas: _, ...others } = body;
  return left.length > 0 ? { ...body, service_areas: left } : others;
}

export type Warning = 'small' | 'round';

/** Why a shape could give a place away: a part of it is small, or its middle is easily found. */
export function warningsOf(shape: Pick<Shape, 'polygons'>): Warning[] {
  const out: Warning[] = [];
  if (smallestPartSquareKm(shape) < smallSquareKm) out.push('small');
  if (shape.polygons.some(([outer]) => isRound(outer!))) out.push('round');
  return out;
}

/** A circle, or something close: no border that people drew is as short for what it holds (a square has 0.79). */
function isRound(ring: Shape['polygons'][number][number]): boolean {
  const squeeze = Math.cos((ring[0]![1] * Math.PI) / 180);
  let around = 0;
  for (let at = 1; at < ring.length; at++)
    around += 111.2 * Math.hypot((ring[at]![0] - ring[at - 1]![0]) * squeeze, ring[at]![1] - ring[at - 1]![1]);
  return (4 * Math.PI * ringSquareKm(ring)) / (around * around) > 0.88;
}
