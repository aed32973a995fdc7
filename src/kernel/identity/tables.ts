/** Row types of the tables in migrations/0002_identity.sql. */
import type { ColumnType, Generated } from 'kysely';
import type { Tx } from '../database.ts';

type MaybeDate = ColumnType<Date | null, Date | null | undefined, Date | null>;

export type IdentityTables = {
  'app.ceremony': {
    handle_hash: Buffer;
    purpose: string;
    person_id: string | null;
    data: Buffer;
    expires_at: Date;
  };
  'app.one_time_link': {
    id: Generated<string>;
    purpose: string;
    token_hash: Buffer;
    person_id: string | null;
    created_at: Date;
    expires_at: Date;
    used_at: MaybeDate;
    revoked_at: MaybeDate;
  };
  'app.invitation': {
    id: Generated<string>;
    network_id: string;
    agency_id: string;
    link_id: string;
    email: string;
    name: string;
    locale: string;
    roles: string[];
    invited_by: string;
    created_at: Date;
    expires_at: Date;
    accepted_by: ColumnType<string | null, string | null | undefined, string | null>;
    accepted_at: MaybeDate;
    revoked_by: ColumnType<string | null, string | null | undefined, string | null>;
    revoked_at: MaybeDate;
  };
  'app.passkey': {
    id: Generated<string>;
    person_id: string;
    credential_id: string;
    public_key: Buffer;
    counter: number;
    transports: string[];
    backed_up: boolean;
    name: string;
    created_at: Date;
    used_at: MaybeDate;
  };
  'app.password': { person_id: string; hash: string; changed_at: Date };
  'app.one_time_code': { person_id: string; secret: Buffer; last_step: number; confirmed_at: Date };
  'app.recovery_code': { person_id: string; code_hash: Buffer; used_at: MaybeDate };
  'app.identity_provider': {
    network_id: string;
    name: string;
    issuer: string;
    client_id: string;
    client_secret: Buffer | null;
    domains: string[];
    enabled: boolean;
    changed_at: Date;
  };
  'app.linked_identity': { person_id: string; network_id: string; issuer: string; subject: string; connected_at: Date };
  'app.account_recovery': {
    id: Generated<string>;
    network_id: string;
    person_id: string;
    reason: string;
    started_by: string;
    started_at: Date;
    confirmed_by: ColumnType<string | null, string | null | undefined, string | null>;
    confirmed_at: MaybeDate;
    cancelled_by: ColumnType<string | null, string | null | undefined, string | null>;
    cancelled_at: MaybeDate;
    link_id: ColumnType<string | null, string | null | undefined, string | null>;
    used_at: MaybeDate;
  };
};

/** The transaction, knowing this folder's tables. */
export const known = (tx: Tx) => tx.withTables<IdentityTables>();
