/** Row types of what advocates keep beside the records (../migrations/0007_share.sql). */
import type { ColumnType, Generated } from 'kysely';
import type { Json, Tx } from '#kernel';
import type { Asked } from '../pages/ask.ts';

type At = ColumnType<Date, Date | undefined, Date>;
type Later<T> = ColumnType<T | null, T | null | undefined, T | null>;

type ShareTables = {
  'app.directory_note': {
    id: Generated<string>;
    network_id: string;
    service_id: string;
    text: string;
    author_id: string | null;
    at: At;
    ended_at: Later<Date>;
    ended_by: Later<string>;
  };
  'app.directory_saved_search': {
    id: Generated<string>;
    network_id: string;
    person_id: string;
    name: string;
    query: Json<Asked>;
    at: At;
  };
  'app.directory_basket': { network_id: string; person_id: string; services: string[]; at: At };
  'app.directory_share': {
    id: Generated<string>;
    network_id: string;
    token_hash: Buffer;
    services: string[];
    audience: 'public' | 'partner';
    locale: 'en' | 'es';
    author_id: string | null;
    created_at: At;
    expires_at: Date;
    revoked_at: Later<Date>;
  };
};

/** The transaction with these tables in its types. */
export const sharing = (tx: Tx) => tx.withTables<ShareTables>();
