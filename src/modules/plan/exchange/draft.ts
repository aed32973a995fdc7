/** An item found in a file before it has its place in the tree. */
import type { Day, LevelName, PlanRow, Text } from '../shape.ts';
import type { Place } from './problems.ts';

export interface Draft {
  /** Which level it belongs to: a level word (`strategy`), a way of numbering (`n2`), or `depth1`. */
  kind: string;
  /** How the file calls that level, when it does. */
  name?: LevelName;
  /** The file's own spelling of the level, in its own language. */
  shown?: string;
  /** Set where the file says the depth itself; otherwise it follows from kind, number and order. */
  depth?: number;
  leaf?: boolean;
  number: string;
  title: Text;
  description?: Text;
  /** The status word as it stands in the file. */
  status?: string;
  /** The day of that status, where the file has a column for it. */
  statusOn?: Day;
  /** Printed numbers of the items it waits for, in files without permanent numbers. */
  waitsFor?: string[];
  place: Place;
  fields: Partial<PlanRow>;
}

/** The parts of a printed number: `1.2.a` → `['1','2','a']`. None for ''. */
export const numberParts = (number: string): string[] =>
  number
    .split(/[.\-\s]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? String(Number(part)) : part.toLowerCase()));
