/** Row types of the tables for joining the directory (../migrations/0004_vetting.sql). */
import type { ColumnType, Generated } from 'kysely';
import type { Json, Tx } from '#kernel';
import type { Fields } from '#modules/organisations';
import type { DirectoryTables } from '../tables.ts';
import type { VisitReport } from './evidence.ts';

type At = ColumnType<Date, Date | undefined, Date>;
type Once<T> = ColumnType<T | null, T | null | undefined, T | null>;

type ApplicationTable = {
  id: Generated<string>;
  network_id: string;
  locator: Once<Buffer>;
  secret_hash: Once<string>;
  code_until: Once<Date>;
  door: Once<Buffer>;
  door_until: Once<Date>;
  sealed: Once<Buffer>;
  locale: 'en' | 'es';
  created_at: At;
  saved_at: At;
  sent_at: Once<Date>;
  organization_id: Once<string>;
};

type VisitTable = {
  id: Generated<string>;
  network_id: string;
  organization_id: string;
  visitor_id: string;
  asked_by: string;
  asked_at: At;
  due_on: string | null;
  note: Generated<string>;
  places: Generated<string[]>;
  report: ColumnType<VisitReport | null, string | undefined, string>;
  visited_on: Once<string>;
  reported_by: Once<string>;
  reported_at: Once<Date>;
  ended_at: Once<Date>;
};

type ProviderTable = {
  id: Generated<string>;
  network_id: string;
  person_id: string;
  organization_id: string;
  linked_by: string | null;
  linked_at: At;
  ended_by: Once<string>;
  ended_at: Once<Date>;
};

type ProposalTable = {
  id: Generated<string>;
  network_id: string;
  organization_id: string;
  record_id: string;
  fields: Json<Fields>;
  before: Json<Fields>;
  via: 'account' | 'link';
  proposed_by: string | null;
  proposed_at: At;
  decided_by: Once<string>;
  decided_at: Once<Date>;
  outcome: Once<'accepted' | 'partly' | 'rejected' | 'superseded'>;
  accepted: Generated<string[]>;
  reason: Generated<string>;
};

type PlaceProposalTable = {
  id: string;
  network_id: string;
  organization_id: string;
  location_id: string;
  sealed: Once<Buffer>;
  via: 'account' | 'link';
  proposed_by: string | null;
  proposed_at: At;
  decided_by: Once<string>;
  decided_at: Once<Date>;
  outcome: Once<'accepted' | 'rejected' | 'superseded'>;
  reason: Generated<string>;
};

type VettingTables = {
  'app.directory_application': ApplicationTable;
  'app.directory_visit': VisitTable;
  'app.directory_provider': ProviderTable;
  'app.directory_proposal': ProposalTable;
  'app.directory_place_proposal': PlaceProposalTable;
};

/** The transaction with the directory's own tables and those for joining it. */
export const vetting = (tx: Tx) => tx.withTables<DirectoryTables & VettingTables>();
