/**
 * What the gazetteer knows, unpacked on first use: counties, places and ZIP codes of the United States, in columns. The file is made by
 * scripts/build-gazetteer.mjs, which also says how it is laid out; states are few and have Spanish names, so they are written by hand.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { root } from '#kernel';
import states from './data/states.json' with { type: 'json' };

/** A state, the federal district or a territory. `code` is the postal one. */
export type StateRow = { code: string; fips: string; en: string; es: string; also?: string[] };

/** Degrees: south, west, north, east. */
export type Box = readonly [number, number, number, number];

/** Everything in columns; a county is meant by its row. Angles in degrees, radii in kilometres. */
type Gazetteer = {
  county: { fips: string[]; name: string[]; lat: Float32Array; lon: Float32Array; radius: Float32Array; box: Box[] };
  place: { name: string[]; county: Uint16Array; lat: Float32Array; lon: Float32Array; population: Uint32Array };
  zip: {
    code: Uint32Array;
    city: string[];
    county: Uint16Array;
    lat: Float32Array;
    lon: Float32Array;
    radius: Float32Array;
  };
};

export const allStates: readonly StateRow[] = states;

const byPrefix = new Map(allStates.map((state) => [state.fips, state]));

/** The state of a county or of itself, by the first two digits of the number. */
export const stateOf = (fips: string): StateRow | undefined => byPrefix.get(fips.slice(0, 2));

let unpacked: Gazetteer | undefined;

/** Reads and unpacks the file once. */
export function gazetteer(): Gazetteer {
  unpacked ??= unpack(readFileSync(join(root, 'src/modules/directory/gazetteer/data/us.br')));
  return unpacked;
}

function unpack(packed: Uint8Array): Gazetteer {
  const columns = brotliDecompressSync(packed).toString('utf8').split('\f');
  const next = () => columns.shift()!.split('\n');
  const scaled = (by: number) => Float32Array.from(next(), (text) => Number(text) / by);
  return {
    county: {
      fips: next(),
      name: next(),
      lat: scaled(1000),
      lon: scaled(1000),
      radius: scaled(10),
      box: next().map((sides) => sides.split(' ').map((side) => Number(side) / 1000) as unknown as Box),
    },
    place: {
      name: next(),
      county: Uint16Array.from(summed(next())),
      lat: scaled(1000),
      lon: scaled(1000),
      population: Uint32Array.from(next(), Number),
    },
    zip: {
      code: Uint32Array.from(summed(next())),
      city: filledDown(next()),
      county: Uint16Array.from(summed(next())),
      lat: Float32Array.from(summed(next()), (angle) => angle / 1000),
      lon: Float32Array.from(summed(next()), (angle) => angle / 1000),
      radius: scaled(10),
    },
  };
}

/** Values from differences to the row before. */
function summed(differences: string[]): number[] {
  let sum = 0;
  return differences.map((difference) => (sum += Number(difference)));
}

/** An empty row says what the row above says. */
function filledDown(values: string[]): string[] {
  let above = '';
  return values.map((value) => (above = value || above));
}
