/** Row types of the kernel's own tables (src/kernel/migrations). Modules add theirs with `tx.withTables<…>()`. */
import type { ColumnType, Generated } from 'kysely';

/** A jsonb column: read as a value, written as JSON text (an array handed to the driver would become a SQL array). */
export type Json<T> = ColumnType<T, string, string>;
type Instant = ColumnType<Date, Date | string | undefined, Date | string>;
type MaybeInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** Text in the network's languages; English is always there. */
export interface Text {
  en: string;
  es?: string;
}

/** A help line as the public sees it. */
export interface HelpLine {
  key: string;
  name: Text;
  phone?: string;
  sms?: string;
  smsWord?: string;
  chatUrl?: string;
  hours: Text;
  languages: Text;
  for: Text;
}

export interface NetworkTable {
  id: Generated<string>;
  slug: string;
  name: Json<Text>;
  tagline: ColumnType<Partial<Text>, string | undefined, string>;
  languages: Generated<string[]>;
  default_locale: Generated<string>;
  timezone: Generated<string>;
  accent: Generated<string>;
  lines: ColumnType<HelpLine[], string | undefined, string>;
  is_demo: Generated<boolean>;
  note: ColumnType<Partial<Text>, string | undefined, string>;
  public_epoch: Generated<number>;
  created_at: Instant;
}

export interface AgencyTable {
  id: Generated<string>;
  slug: string;
  name: Json<Text>;
  kind: Generated<string>;
  created_at: Instant;
}

export interface AgencyNetworkTable {
  agency_id: string;
  network_id: string;
  joined_on: Generated<string>;
}

export interface PersonTable {
  id: Generated<string>;
  email: string;
  name: string;
  locale: Generated<string>;
  agency_id: string;
  is_demo: Generated<boolean>;
  disabled_at: MaybeInstant;
  created_at: Instant;
}

export interface RoleGrantTable {
  id: Generated<string>;
  person_id: string;
  network_id: string | null;
  role: string;
  granted_by: string | null;
  granted_at: Instant;
  ended_by: string | null;
  ended_at: MaybeInstant;
}

export interface SessionTable {
  id: Generated<string>;
  token_hash: Buffer;
  person_id: string;
  method: string;
  user_agent: Generated<string>;
  created_at: Instant;
  seen_at: Instant;
  step_up_at: MaybeInstant;
  ended_at: MaybeInstant;
  ended_why: string | null;
}

export interface AuditEntryTable {
  chain: string;
  seq: number;
  at: ColumnType<Date, never, never>;
  actor_kind: string;
  actor_id: string | null;
  action: string;
  subject: string;
  fields: string[];
  outcome: 'done' | 'denied' | 'read';
  reason: string;
  request_id: string;
  prev_hash: Buffer;
  hash: Buffer;
}

export type KernelTables = {
  'app.network': NetworkTable;
  'app.agency': AgencyTable;
  'app.agency_network': AgencyNetworkTable;
  'app.person': PersonTable;
  'app.role_grant': RoleGrantTable;
  'app.session': SessionTable;
  'app.audit_entry': AuditEntryTable;
};
