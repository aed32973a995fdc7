/** Row types of the tables for staying in the directory (../migrations/0005_upkeep.sql). */
import type { ColumnType, Generated } from 'kysely';
import type { Json, Locale, Tx } from '#kernel';
import type { DirectoryTables } from '../tables.ts';
import type { CheckedClass } from './due.ts';
import type { Asked, CallingWhy, Closing, RequestKind } from './request.ts';

type At = ColumnType<Date, Date, Date>;
type Once<T> = ColumnType<T | null, T | null | undefined, T | null>;

export const campaignListings = ['all', 'public', 'internal', 'chosen'] as const;
export const campaignAsks = ['all', 'due'] as const;
export const answerKinds = ['same', 'changed', 'wrong', 'moved'] as const;
export type AnswerKind = (typeof answerKinds)[number];

type UpkeepTables = {
  'app.directory_review_period': {
    network_id: string;
    class: CheckedClass;
    days: number;
    set_by: string | null;
    set_at: At;
  };
  'app.directory_campaign': {
    network_id: string;
    id: Generated<string>;
    name: string;
    continuous: boolean;
    listings: (typeof campaignListings)[number];
    organizations: string[];
    asks: (typeof campaignAsks)[number];
    answer_by: string | null;
    letter: Json<{ en?: string; es?: string }>;
    remind_days: number;
    escalate_days: number;
    demote_days: number;
    escalate_to: string | null;
    created_by: string | null;
    created_at: At;
    started_by: Once<string>;
    started_at: Once<Date>;
    started_on: Once<string>;
    ended_by: Once<string>;
    ended_at: Once<Date>;
  };
  'app.directory_request': {
    network_id: string;
    id: Generated<string>;
    campaign_id: string;
    organization_id: string;
    asked_on: string;
    answer_by: string;
    asked: Json<Asked[]>;
    at: At;
    closed_on: Once<string>;
    closed_because: Once<Closing>;
  };
  'app.directory_request_event': {
    seq: Generated<number>;
    network_id: string;
    request_id: string;
    kind: RequestKind;
    on_day: string;
    why: CallingWhy | null;
    mail_id: string | null;
    at: At;
  };
  'app.directory_request_link': {
    token_hash: Buffer;
    network_id: string;
    request_id: string;
    made_at: At;
    expires_at: At;
    used_at: Once<Date>;
  };
  'app.directory_answer': {
    seq: Generated<number>;
    network_id: string;
    request_id: string;
    record_id: string;
    field: string;
    answer: AnswerKind;
    note: string;
    proposal_id: string | null;
    on_day: string;
    at: At;
    settled_by: Once<string>;
    settled_at: Once<Date>;
  };
  'app.directory_letter_box': {
    network_id: string;
    organization_id: string;
    email: string;
    locale: Locale;
    set_by: string | null;
    set_at: At;
  };
};

/** The transaction with the directory's own tables and those for staying in it. */
export const upkeep = (tx: Tx) => tx.withTables<DirectoryTables & UpkeepTables>();
