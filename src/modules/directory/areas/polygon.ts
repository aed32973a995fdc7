/** What a shape is made of, and how a reading of one ends early. */

/** Longitude first, in degrees. */
export type Corner = readonly [number, number];
/** The first corner comes again at the end. */
export type Ring = readonly Corner[];
/** The outer ring, then its holes. */
export type Polygon = readonly Ring[];

export interface Shape {
  polygons: readonly Polygon[];
  /** Corners, each once. */
  points: number;
  /** What the file calls it (`properties.name` of a single feature). */
  name?: string;
}

/** Why a shape cannot be read; the sentence stands under `directory.exchange.fault.` and this name. */
export interface ShapeFault {
  fault: string;
  values?: Record<string, string | number>;
}

/** Thrown inside a reading; nothing outside of this folder sees it. */
export class Refused extends Error {
  readonly said: ShapeFault;
  constructor(fault: string, values?: ShapeFault['values']) {
    super(fault);
    this.said = values ? { fault, values } : { fault };
  }
}
