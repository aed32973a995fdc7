/**
 * What a demonstration network is on file: its lines, agencies and people, and its plans with their whole history, so that every page of the
 * product has something real to show. Values only; loading them goes through the same actions as any other writing.
 *
 * Keys (`lead`, `partners`, `by`, a person's `agency`) point inside the same file; numbers (`dependsOn`, `into`, an indicator's `row`) are
 * refs inside the same plan.
 */
import type { HelpLine } from '#kernel';
import type {
  Day,
  LevelName,
  PlanRow,
  PublishedTotals,
  ScopeFact,
  StatusClass,
  StatusLabel,
  Text,
} from '#modules/plan';

/** Text that must be there in both languages. */
export type BothLanguages = Required<Text>;

/** A line as the network keeps it; `tty` is the number for relay by text. */
export interface DemoLine extends HelpLine {
  tty?: string;
}

export interface DemoAgency {
  key: string;
  name: BothLanguages;
  kind: string;
  about: BothLanguages;
  /** Always said out loud: no agency here exists. */
  fictional: true;
}

/** A person to sign in as. Names end in "(demo)" and addresses in .example, which never leads anywhere (RFC 2606). */
export interface DemoPerson {
  key: string;
  name: string;
  email: string;
  agency: string;
  roles: string[];
  about: BothLanguages;
}

/** A status fact; one of class `excluded` names who proposed it and who agreed, by their keys. */
export interface DemoStatus {
  on: Day;
  status: StatusClass;
  reason?: BothLanguages;
  by?: string;
  approvedBy?: string;
}

export interface DemoUpdate {
  on: Day;
  text: BothLanguages;
}

/** A row of a plan file with its story. `lead` and `partners` are agency keys; `pillars` are those of the shared crosswalk. */
export interface DemoRow extends Omit<PlanRow, 'history' | 'line'> {
  ref: number;
  /** The day it joined the plan; its first scope fact says so too. */
  added?: Day;
  title: BothLanguages;
  description?: BothLanguages;
  history: DemoStatus[];
  updates?: DemoUpdate[];
  scope?: (ScopeFact & { reason: BothLanguages })[];
}

export interface DemoIndicator {
  key: string;
  /** The row it is evidence for; absent: the plan as a whole. */
  row?: number;
  title: BothLanguages;
  /** What is counted, as written after a number. */
  unit: BothLanguages;
  definition?: BothLanguages;
  kind: 'up' | 'down' | 'keepAtLeast' | 'keepAtMost' | 'milestone';
  baseline: { value: number; on: Day };
  target: { value: number; on: Day };
  period: 'month' | 'quarter' | 'year';
  /** A figure of another module that gives the values live. */
  figure?: string;
  /** `null` says that there is no figure for that day. */
  values: { on: Day; value: number | null; note?: BothLanguages }[];
}

export interface DemoPlan {
  slug: string;
  title: BothLanguages;
  summary: BothLanguages;
  /** Where the plan comes from and what is not known of it. */
  source: BothLanguages;
  levels: LevelName[];
  statuses: StatusLabel[];
  themes: { key: string; title: BothLanguages }[];
  startsOn?: Day;
  endsOn?: Day;
  baselineOn?: Day;
  /** Slug of the phase before. */
  predecessor?: string;
  publishedTotals: PublishedTotals[];
  /** In outline order. Empty when nothing but totals is known. */
  rows: DemoRow[];
  indicators: DemoIndicator[];
}

export interface DemoNetwork {
  slug: string;
  name: BothLanguages;
  tagline: BothLanguages;
  /** False for a real city whose published plan is retold. */
  fictional: boolean;
  /** Stands on every page of the network. */
  note: BothLanguages;
  languages: string[];
  timezone: string;
  accent: string;
  lines: DemoLine[];
  agencies: DemoAgency[];
  people: DemoPerson[];
  plans: DemoPlan[];
}
