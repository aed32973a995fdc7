/** Row types of the records' tables (migrations/). */
import type { ColumnType, Generated } from 'kysely';
import type { Json, Tx } from '#kernel';
import type { Fields, Kind, Marks } from './shape.ts';

type At = ColumnType<Date, Date | undefined, never>;

export const sources = ['staff', 'application', 'provider', 'import', 'partner', 'demo'] as const;
/** Where a value comes from. */
export type Source = (typeof sources)[number];
export const checkWays = ['phone', 'visit', 'provider', 'document', 'website', 'import'] as const;
/** How somebody made sure of a value. */
export type CheckWay = (typeof checkWays)[number];

type RecordTable = {
  network_id: string;
  id: Generated<string>;
  kind: Kind;
  organization_id: string | null;
  program_id: string | null;
  service_id: string | null;
  location_id: string | null;
  confidential: Generated<boolean>;
  created_at: At;
};

type VersionTable = {
  seq: Generated<number>;
  network_id: string;
  record_id: string;
  fields: Json<Fields>;
  marks: Json<Marks>;
  source: Source;
  note: Generated<string>;
  author_id: string | null;
  at: At;
};

type CheckTable = {
  seq: Generated<number>;
  network_id: string;
  record_id: string;
  field: string;
  on_day: string;
  how: CheckWay;
  author_id: string | null;
  at: At;
};

type MergeTable = {
  id: Generated<string>;
  network_id: string;
  from_id: string;
  into_id: string;
  reason: string;
  author_id: string | null;
  at: At;
  undone_by: string | null;
  undone_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
};

export type RecordTables = {
  'app.record': RecordTable;
  'app.record_version': VersionTable;
  'app.record_check': CheckTable;
  'app.record_merge': MergeTable;
};

/** The transaction with the records' tables in its types. */
export const records = (tx: Tx) => tx.withTables<RecordTables>();
