/**
 * The shapes that every part of the plan module shares: what a plan is when it is read from a file, compared, rolled up or shown.
 * Values only; no database, no request.
 */

/** A calendar day, ISO 8601, e.g. `2019-04-25`. */
export type Day = string;

/** Text in the network's languages. English is always there; a missing Spanish text falls back to English, and the page says so. */
export interface Text {
  en: string;
  es?: string;
}

/** The six classes every status label belongs to; the only thing the roll-up looks at. */
export const statusClasses = ['done', 'active', 'notBegun', 'ongoing', 'excluded', 'unknown'] as const;
export type StatusClass = (typeof statusClasses)[number];

/** One status word of a plan, e.g. {code:'completed', class:'done', label:{en:'Completed', es:'Completada'}}. */
export interface StatusLabel {
  code: string;
  class: StatusClass;
  label: Text;
}

/** A dated, append-only fact: from this day on the leaf has this status. A later fact may retract a wrong one; nothing is deleted. */
export interface StatusFact {
  id: string;
  on: Day;
  status: StatusClass;
  /** The plan's own word, when it has one for this class. */
  label?: string;
  reason?: Text;
  retracts?: string;
}

/** How an item joins the plan's scope, or leaves it. */
export const scopeKinds = ['added', 'merged', 'split', 'superseded', 'removed'] as const;

/** A dated, append-only fact about scope: when an item joined the plan and how it left. */
export interface ScopeFact {
  on: Day;
  kind: (typeof scopeKinds)[number];
  /** Permanent numbers (refs) of the items this one went into. */
  into?: number[];
  reason?: Text;
}

/** Control totals as a published page printed them; kept so that a plan with unknown statuses still says something true. */
export interface PublishedTotals {
  asOf: Day;
  done: number;
  active: number;
  notBegun: number;
  excluded: number;
  percent?: number;
  source?: string;
}

/** A level of the plan, e.g. {one:{en:'Objective'}, many:{en:'Objectives'}}; the last level is the leaf. */
export interface LevelName {
  one: Text;
  many: Text;
}

/** One row of a plan on its way in or out of a file. Depth 0 is the top level. */
export interface PlanRow {
  /** Permanent number; absent in files that come from elsewhere. */
  ref?: number;
  depth: number;
  /** The printed number, e.g. `1.2.3`; a label, never an identity. */
  number: string;
  title: Text;
  description?: Text;
  leaf: boolean;
  /** Every status fact, oldest first; empty when unknown. */
  history: { on: Day; status: StatusClass; reason?: Text }[];
  /** When it joined the plan and how it left, oldest first; absent when it was there from the start and still is. `into` are refs of this file. */
  scope?: ScopeFact[];
  lead?: string;
  partners?: string[];
  due?: Day;
  themes?: string[];
  pillars?: string[];
  fundingNeeded?: number;
  fundingSecured?: number;
  /** Printed refs of the items this one waits for. */
  dependsOn?: number[];
  milestones?: { title: Text; due?: Day; doneOn?: Day }[];
  /** Where it stood in the source file, for messages. */
  line?: number;
}

/** A sentence about one place in a file. `line` is 1-based; a spreadsheet names `cell` too. */
export interface ImportProblem {
  line: number;
  cell?: string;
  message: string;
  /** A stopping problem prevents confirmation; a warning does not. */
  severity: 'error' | 'warning';
}

/** What a file turned out to hold. Nothing has been written anywhere. */
export interface ParsedPlan {
  title?: string;
  levels: { name: string; count: number }[];
  rows: PlanRow[];
  /** Status words met in the file and the class each was taken for (null: not recognised, must be mapped by a person). */
  statusWords: { word: string; class: StatusClass | null; count: number }[];
  published: PublishedTotals | null;
  problems: ImportProblem[];
}
