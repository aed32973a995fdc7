/** Squares of a shape against an independent way to tell what lies inside: the turns an edge makes around a point. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outline } from '../gazetteer/index.ts';
import type { Polygon, Shape } from './polygon.ts';
import { isShape, readExtent } from './shape.ts';
import { insideOf, levels, mostSquares, squareAt, squaresOf, squaresOfPoint } from './squares.ts';

const shapeOf = (fips: string): Shape => {
  const read = readExtent(JSON.stringify(outline(fips)!.geometry));
  if (!isShape(read)) throw new Error(JSON.stringify(read));
  return read;
};

/** The angles under which a point sees the edges add up to whole turns around it, or to nothing. */
function turns(ring: readonly (readonly [number, number])[], lon: number, lat: number): number {
  let sum = 0;
  for (let at = 1; at < ring.length; at++) {
    const [from, to] = [ring[at - 1]!, ring[at]!].map(([x, y]) => Math.atan2(y - lat, x - lon));
    sum += ((((to! - from! + Math.PI) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)) - Math.PI;
  }
  return Math.round(sum / (2 * Math.PI));
}
const insideByTurns = (polygons: readonly Polygon[], lon: number, lat: number): boolean =>
  polygons.some(
    ([outer, ...holes]) => turns(outer!, lon, lat) !== 0 && holes.every((hole) => turns(hole, lon, lat) === 0),
  );

/** Degrees to the nearest edge, on the plane of the grid. */
function toEdge({ polygons }: Shape, lon: number, lat: number): number {
  let least = Infinity;
  for (const ring of polygons.flat())
    for (let at = 1; at < ring.length; at++) {
      const [[ax, ay], [bx, by]] = [ring[at - 1]!, ring[at]!];
      const along = ((lon - ax) * (bx - ax) + (lat - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 || 1);
      const t = Math.max(0, Math.min(1, along));
      least = Math.min(least, Math.hypot(ax + t * (bx - ax) - lon, ay + t * (by - ay) - lat));
    }
  return least;
}

/** A star-shaped ring, so that it never crosses itself. */
const ring = (middle: [number, number], least: number, most: number) =>
  fc.array(fc.double({ min: least, max: most, noNaN: true }), { minLength: 3, maxLength: 40 }).map((reaches) => {
    const corners = reaches.map((reach, at): [number, number] => {
      const angle = (at / reaches.length) * 2 * Math.PI;
      return [middle[0] + reach * Math.cos(angle), middle[1] + reach * Math.sin(angle)];
    });
    return [...corners, corners[0]!];
  });
const middle: [number, number] = [-95.4, 29.8];
const drawn = fc
  .tuple(ring(middle, 0.3, 2), ring(middle, 0.01, 0.14), fc.boolean(), ring([-91, 31], 0.05, 0.8))
  .map(([outer, hole, holed, island]): Shape => ({ polygons: [holed ? [outer, hole] : [outer], [island]], points: 0 }));
const near = fc.tuple(fc.double({ min: -98, max: -90, noNaN: true }), fc.double({ min: 27, max: 32.5, noNaN: true }));
const close = fc.tuple(
  fc.double({ min: -95.7, max: -95.1, noNaN: true }),
  fc.double({ min: 29.5, max: 30.1, noNaN: true }),
);

test('inside is what the turns of the edge say, with holes and islands', () => {
  fc.assert(
    fc.property(drawn, fc.array(fc.oneof(near, close), { minLength: 20, maxLength: 20 }), (shape, points) => {
      const inside = insideOf(shape);
      for (const [lon, lat] of points)
        if (toEdge(shape, lon, lat) > 1e-9) expect(inside(lat, lon)).toBe(insideByTurns(shape.polygons, lon, lat));
    }),
    { numRuns: 150 },
  );
});

test('who is inside is always found by a square; who is found lies inside, or no farther out than a square is wide', () => {
  fc.assert(
    fc.property(drawn, fc.array(fc.oneof(near, close), { minLength: 20, maxLength: 20 }), (shape, points) => {
      const { squares, degrees } = squaresOf(shape);
      expect(squares.length).toBeLessThanOrEqual(mostSquares);
      const held = new Set(squares);
      for (const [lon, lat] of points) {
        const found = squaresOfPoint(lat, lon).some((square) => held.has(square));
        if (insideByTurns(shape.polygons, lon, lat)) expect(found).toBe(true);
        else if (found) expect(toEdge(shape, lon, lat)).toBeLessThanOrEqual(degrees * Math.SQRT2);
      }
    }),
    { numRuns: 60 },
  );
});

test('a real county is told to a kilometre or two, a city’s part to 250 metres, a state to 15 kilometres', () => {
  const km = (fips: string) => squaresOf(shapeOf(fips)).degrees * 111.2;
  for (const fips of ['48201', '48157', '48167', '06037', '48301']) expect(km(fips), fips).toBeLessThan(2);
  for (const fips of ['36061', '51013']) expect(km(fips), fips).toBeLessThan(0.25);
  for (const fips of ['48', '06', '34']) expect(km(fips), fips).toBeLessThan(15);
});

test('the corners of a county lie in its squares, and the middle of its neighbour does not', () => {
  const harris = shapeOf('48201');
  const held = new Set(squaresOf(harris).squares);
  for (const [lon, lat] of harris.polygons.flat(2))
    expect(squaresOfPoint(lat, lon).some((one) => held.has(one))).toBe(true);
  expect(squaresOfPoint(29.527, -95.771).some((one) => held.has(one))).toBe(false);
});

test('a point asks for one square of each level, each inside the one before', () => {
  const asked = squaresOfPoint(29.7604, -95.3698);
  expect(asked).toHaveLength(levels);
  expect(asked[0]).toBe(squareAt(0, 29.7604, -95.3698));
  const rows = asked.map((one) => Number(/:(-?\d+)_/.exec(one)![1]));
  for (let at = 1; at < rows.length; at++) expect(Math.floor(rows[at]! / 2)).toBe(rows[at - 1]);
});
