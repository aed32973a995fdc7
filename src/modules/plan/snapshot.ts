/**
 * The shapes of a plan's story: an item as a revision holds it, and one difference between two revisions.
 */
import type { Direction, IndicatorValue, Mark, Period } from './indicator-math.ts';
import type { Words } from './progress.ts';
import type { Day, ScopeFact, StatusFact, Text } from './shape.ts';
import type { Piece } from '#engines/text-difference';

/** Who said so and, where two people are needed, who agreed: display names, present only where the reader may see them. */
export interface Signed {
  by?: string;
  approvedBy?: string;
}

export interface Update extends Signed {
  id: string;
  on: Day;
  text: Text;
}

export interface Milestone {
  /** Without an id the English title is what a milestone is known by. */
  id?: string;
  title: Text;
  due?: Day;
  doneOn?: Day;
}

export interface SnapshotIndicator {
  id: string;
  title: Text;
  unit?: Text;
  definition?: Text;
  /** The figure of another module that it shows; absent or null: values are entered. */
  figure?: string | null;
  direction: Direction;
  baseline?: Mark | null;
  target?: Mark | null;
  period?: Period | null;
  values: IndicatorValue[];
}

/** An item as a revision holds it. Facts stand in the order they were recorded. */
export interface SnapshotItem {
  ref: number;
  parentRef: number | null;
  position: number;
  /** The printed number. */
  number: string;
  title: Text;
  /** Counted by itself; only such an item has a status. */
  leaf?: boolean;
  description?: Text;
  lead?: string;
  partners?: string[];
  due?: Day;
  fundingNeeded?: number;
  fundingSecured?: number;
  themes?: string[];
  pillars?: string[];
  dependsOn?: number[];
  milestones?: Milestone[];
  facts: (StatusFact & Signed)[];
  scope: (ScopeFact & Signed)[];
  updates?: Update[];
  /** "Looked at, no change." */
  reviews?: ({ on: Day } & Signed)[];
  indicators?: SnapshotIndicator[];
}

export type Field =
  | 'title'
  | 'description'
  | 'lead'
  | 'partners'
  | 'due'
  | 'fundingNeeded'
  | 'fundingSecured'
  | 'themes'
  | 'pillars'
  | 'dependsOn'
  | 'milestones';

export type ChangeKind =
  | 'settings'
  | 'added'
  | 'changed'
  | 'moved'
  | 'renumbered'
  | 'status'
  | 'scope'
  | 'update'
  | 'indicator';

/** One difference. `before` and `after` are plain values for a table; `words` marks up a changed text. */
export interface Change {
  ref: number;
  kind: ChangeKind;
  said: Words;
  field?: Field;
  locale?: 'en' | 'es';
  before?: string | number | string[] | null;
  after?: string | number | string[] | null;
  words?: Piece[];
  reason?: Text;
  /** The narrative of a new update. */
  text?: Text;
  /** The title of the item that was added or is gone, or of the milestone or indicator the change is about. */
  subject?: Text;
}
