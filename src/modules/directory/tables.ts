/** Row types of the directory's own tables (migrations/). */
import type { ColumnType, Generated } from 'kysely';
import type { Json, Tx } from '#kernel';
import type { Audience, Kind } from '#modules/organisations';
import type { EventKind } from './listing.ts';

type At = ColumnType<Date, Date | undefined, never>;

type EventTable = {
  seq: Generated<number>;
  network_id: string;
  organization_id: string;
  on_day: string;
  kind: EventKind;
  data: ColumnType<Record<string, unknown>, string | undefined, never>;
  author_id: string | null;
  at: At;
};

type ConfidentialTable = {
  id: Generated<string>;
  network_id: string;
  location_id: string;
  sealed: Buffer;
  author_id: string | null;
  at: At;
  seq: Generated<number>;
};

type DocumentTable = {
  network_id: string;
  kind: Kind;
  id: string;
  organization_id: string;
  name: string;
  document: Json<Record<string, unknown>>;
  modified: Date;
  since: string;
};

/** A second look at the shape of a service area. */
type AreaLookTable = {
  seq: Generated<number>;
  network_id: string;
  record_id: string;
  area_id: string;
  shape: string;
  author_id: string;
  at: At;
};

type ChoiceTable = {
  seq: Generated<number>;
  network_id: string;
  organization_id: string;
  record_id: string;
  event_seq: number | null;
  on_day: string;
  chosen: string[];
  author_id: string | null;
  at: At;
};

type AliasTable = { network_id: string; id: string; into_id: string };

export type DirectoryTables = {
  'app.directory_event': EventTable;
  'app.confidential_location': ConfidentialTable;
  'app.directory_document': DocumentTable & { audience: Exclude<Audience, 'public' | 'vetting'> };
  'site.directory_document': DocumentTable;
  'app.directory_area_look': AreaLookTable;
  'app.directory_choice': ChoiceTable;
  'site.directory_alias': AliasTable;
  'app.directory_alias': AliasTable & { audience: 'partner' | 'hotline' };
};

/** The transaction with the directory's tables in its types. */
export const directory = (tx: Tx) => tx.withTables<DirectoryTables>();
