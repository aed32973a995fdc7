/** Row types of the plan module's tables (migrations/). */
import type { ColumnType, Generated } from 'kysely';
import type { Json, Text, Tx } from '#kernel';
import type { Day, ScopeFact, StatusFact } from './shape.ts';

type At = ColumnType<Date, Date | undefined, never>;

type PlanTable = {
  id: Generated<string>;
  network_id: string;
  slug: string;
  position: Generated<number>;
  predecessor_id: string | null;
  review_every_days: Generated<number>;
  created_by: string | null;
  created_at: At;
};

type ItemTable = {
  id: Generated<string>;
  network_id: string;
  plan_id: string;
  ref: number;
  kind: 'plan' | 'item' | 'indicator';
  created_at: At;
};

type RevisionTable = {
  id: Generated<string>;
  network_id: string;
  plan_id: string;
  n: number;
  note: ColumnType<Partial<Text>, string | undefined, never>;
  requested_by: string;
  requested_at: Date;
  approved_by: string | null;
  approved_at: Date | null;
  returned_by: string | null;
  returned_at: Date | null;
  return_reason: string | null;
  /** The two settings that no version holds, as they were when publication was asked for. Null: asked for by an earlier release. */
  predecessor_id: string | null;
  position: number | null;
};

type RedactionTable = {
  id: string;
  network_id: string;
  why: string;
  sealed: Buffer | null;
  asked_by: string;
  asked_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  outcome: 'confirmed' | 'refused' | null;
  places: number | null;
};

type HiddenTable = {
  network_id: string;
  plan_id: string;
  n: number;
  sealed: Buffer;
};

type VersionTable = {
  seq: Generated<number>;
  network_id: string;
  plan_id: string;
  item_id: string;
  revision_id: string | null;
  fields: Json<unknown>;
  author_id: string | null;
  at: At;
};

/** What a fact carries besides its day and kind. */
export type FactData =
  | { status: StatusFact['status']; label?: string; reason?: Text }
  | { kind: ScopeFact['kind']; into?: number[]; reason?: Text }
  | { text: Text | null }
  | { value: number | null; note?: Text };

type FactTable = {
  id: Generated<string>;
  seq: Generated<number>;
  network_id: string;
  plan_id: string;
  item_id: string;
  revision_id: string | null;
  on_day: Day;
  kind: 'status' | 'scope' | 'update' | 'value';
  data: Json<FactData>;
  retracts: string | null;
  author_id: string | null;
  at: At;
};

type ReviewTable = {
  id: Generated<string>;
  network_id: string;
  plan_id: string;
  item_id: string;
  on_day: Day;
  author_id: string | null;
  at: At;
};

type NoteTable = {
  id: Generated<string>;
  network_id: string;
  plan_id: string;
  item_id: string;
  body: string;
  author_id: string | null;
  at: At;
};

type OwnerTable = {
  id: Generated<string>;
  network_id: string;
  plan_id: string;
  item_id: string;
  person_id: string;
  since: Day;
  until: Day | null;
};

type ImportTable = {
  id: Generated<string>;
  network_id: string;
  plan_id: string | null;
  slug: string;
  filename: string;
  as_of: Day | null;
  parsed: Json<unknown>;
  file: Buffer | null;
  author_id: string | null;
  at: At;
  confirmed_at: Date | null;
};

type SitePlanTable = {
  plan_id: string;
  network_id: string;
  slug: string;
  position: number;
  predecessor_id: string | null;
  fields: Json<unknown>;
  revision: number;
  published_at: Date;
};

type SiteItemTable = {
  plan_id: string;
  ref: number;
  network_id: string;
  kind: 'plan' | 'item' | 'indicator';
  head: Json<unknown>;
  detail: Json<unknown>;
  words: string;
};

type SiteRevisionTable = {
  plan_id: string;
  n: number;
  network_id: string;
  published_at: Date;
  note: Json<Partial<Text>>;
  changes: Json<unknown>;
  requested_by_agency: Json<Text>;
  approved_by_agency: Json<Text>;
};

type SiteRedactionTable = {
  network_id: string;
  plan_id: string;
  id: string;
  taken_out_at: Date;
};

export type PlanTables = {
  'app.plan': PlanTable;
  'app.plan_item': ItemTable;
  'app.plan_revision': RevisionTable;
  'app.plan_version': VersionTable;
  'app.plan_fact': FactTable;
  'app.plan_review': ReviewTable;
  'app.plan_note': NoteTable;
  'app.plan_owner': OwnerTable;
  'app.plan_import': ImportTable;
  'app.plan_redaction': RedactionTable;
  'app.plan_hidden': HiddenTable;
  'site.plan': SitePlanTable;
  'site.plan_item': SiteItemTable;
  'site.plan_revision': SiteRevisionTable;
  'site.plan_redaction': SiteRedactionTable;
};

/** The transaction, knowing the plan module's tables. */
export const plans = (tx: Tx) => tx.withTables<PlanTables>();
