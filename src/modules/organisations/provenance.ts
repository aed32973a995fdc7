/**
 * Who said a value, when, from where, and when somebody last made sure of it: worked out from versions and checks, never stored beside them.
 */
import { canonical } from '#engines/canonical';
import type { Fields } from './shape.ts';
import type { CheckWay, Source } from './tables.ts';

export interface VersionFact {
  seq: number;
  fields: Fields;
  source: Source;
  note: string;
  authorId: string | null;
  at: Date;
}

export interface CheckFact {
  field: string;
  on: string;
  how: CheckWay;
  authorId: string | null;
}

export interface Provenance {
  /** The version that gave the value its present form. */
  since: VersionFact;
  /** The newest check of this field or of the whole record, at or after the value came; null when nobody has. */
  verified: CheckFact | null;
}

/** The same value, however its keys are ordered. */
export const sameValue = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/**
 * The provenance of each field that the newest version has. `versions` oldest first; `dayOf` gives the network's calendar day of an instant.
 */
export function provenance(
  versions: readonly VersionFact[],
  checks: readonly CheckFact[],
  dayOf: (at: Date) => string,
): Map<string, Provenance> {
  const out = new Map<string, Provenance>();
  const newest = versions.at(-1);
  if (!newest) return out;
  for (const field of Object.keys(newest.fields)) {
    let since = newest;
    for (let i = versions.length - 2; i >= 0; i--) {
      const earlier = versions[i]!;
      if (!sameValue(earlier.fields[field], newest.fields[field])) break;
      since = earlier;
    }
    const from = dayOf(since.at);
    const verified = checks
      .filter((check) => (check.field === field || check.field === '*') && check.on >= from)
      .reduce<CheckFact | null>((best, check) => (best && best.on > check.on ? best : check), null);
    out.set(field, { since, verified });
  }
  return out;
}
