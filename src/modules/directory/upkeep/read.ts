/** What upkeep reads: requests with their events and answers, listings with where they stand and what is due of them. */
import { sql } from 'kysely';
import { today, type Ctx, type Tx } from '#kernel';
import { mergedRecords, valueDays } from '#modules/organisations';
import { type ListingEvent, type Position, positionOf, type Standing, standing } from '../listing.ts';
import { eventsOf } from '../project.ts';
import { type Value, valuesOf } from './due.ts';
import { type Asked, type Closing, keyOf, openOf, type RequestEvent, type RequestState, stateOf } from './request.ts';
import { type AnswerKind, upkeep } from './tables.ts';

export interface Answer {
  seq: number;
  record: string;
  field: string;
  answer: AnswerKind;
  note: string;
  proposal: string | null;
  on: string;
  settled: boolean;
}

export interface Request {
  id: string;
  campaignId: string;
  organizationId: string;
  askedOn: string;
  answerBy: string;
  asked: Asked[];
  events: (RequestEvent & { mailId: string | null })[];
  answers: Answer[];
  closedOn: string | null;
  closedBecause: Closing | null;
  state: RequestState;
}

interface Which {
  organization?: string;
  campaign?: string;
  id?: string;
  /** Only those that are not closed. */
  open?: boolean;
}

/** Requests of a network, newest first. Three queries. */
export async function requestsOf(tx: Tx, networkId: string, which: Which = {}): Promise<Request[]> {
  let query = upkeep(tx)
    .selectFrom('app.directory_request')
    .selectAll()
    .where('network_id', '=', networkId)
    .orderBy('asked_on', 'desc')
    .orderBy('at', 'desc')
    .orderBy('id');
  if (which.organization) query = query.where('organization_id', '=', which.organization);
  if (which.campaign) query = query.where('campaign_id', '=', which.campaign);
  if (which.id) query = query.where('id', '=', which.id);
  if (which.open) query = query.where('closed_on', 'is', null);
  const rows = await query.execute();
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const among = sql<boolean>`request_id = any(${ids}::uuid[])`;
  const events = await upkeep(tx)
    .selectFrom('app.directory_request_event')
    .select(['request_id', 'kind', 'on_day', 'why', 'mail_id'])
    .where('network_id', '=', networkId)
    .where(among)
    .orderBy('seq')
    .execute();
  const answers = await upkeep(tx)
    .selectFrom('app.directory_answer')
    .selectAll()
    .where('network_id', '=', networkId)
    .where(among)
    .orderBy('seq')
    .execute();
  const eventsBy = Map.groupBy(events, (row) => row.request_id);
  const answersBy = Map.groupBy(answers, (row) => row.request_id);
  return rows.map((row) => {
    const own = (eventsBy.get(row.id) ?? []).map(({ kind, on_day, why, mail_id }) => ({
      kind,
      on: on_day,
      why,
      mailId: mail_id,
    }));
    return {
      id: row.id,
      campaignId: row.campaign_id,
      organizationId: row.organization_id,
      askedOn: row.asked_on,
      answerBy: row.answer_by,
      asked: row.asked,
      events: own,
      answers: (answersBy.get(row.id) ?? []).map((one) => ({
        seq: Number(one.seq),
        record: one.record_id,
        field: one.field,
        answer: one.answer,
        note: one.note,
        proposal: one.proposal_id,
        on: one.on_day,
        settled: one.settled_at !== null,
      })),
      closedOn: row.closed_on,
      closedBecause: row.closed_because,
      state: stateOf(own, row.closed_because),
    };
  });
}

/** A request without what was asked and answered: where it stands, and since when. */
export type Brief = Omit<Request, 'asked' | 'answers'>;

/** The open requests of a network, by organisation. One query, of days alone. */
export async function openRequests(tx: Tx, networkId: string): Promise<Map<string, Brief>> {
  const { rows } = await sql<Omit<Brief, 'events' | 'state'> & { events: Brief['events'] | null }>`
    select r.id, r.campaign_id as "campaignId", r.organization_id as "organizationId", r.asked_on as "askedOn", r.answer_by as "answerBy",
      r.closed_on as "closedOn", r.closed_because as "closedBecause",
      (select json_agg(json_build_object('kind', e.kind, 'on', e.on_day, 'why', e.why, 'mailId', e.mail_id) order by e.seq)
        from app.directory_request_event e where e.network_id = r.network_id and e.request_id = r.id) as events
    from app.directory_request r where r.network_id = ${networkId} and r.closed_on is null`.execute(tx);
  return new Map(
    rows.map((row) => {
      const events = row.events ?? [];
      return [row.organizationId, { ...row, events, state: stateOf(events, row.closedBecause) }];
    }),
  );
}

/** Values of organisations (null: of all) that have to be checked, by organisation. */
export async function valuesBy(tx: Tx, ctx: Pick<Ctx, 'network'>, only: readonly string[] | null) {
  const { id, timezone } = ctx.network!;
  return Map.groupBy(valuesOf(await valueDays(tx, id, only, timezone)), (value) => value.organizationId);
}

/** What of a request is still open, with the values as they stand now. */
export const stillOpen = (request: Pick<Request, 'asked' | 'askedOn' | 'answers'>, values: readonly Value[]): Asked[] =>
  openOf(request.asked, request.askedOn, request.answers, new Map(values.map((one) => [keyOf(one), one])));

export interface Listing {
  id: string;
  standing: Standing;
  position: Position;
  events: ListingEvent[];
}

/** Organisations that are listed or set aside today (or those named), with where they stand. Merged ones are not among them. */
export async function listingsOf(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'network'>,
  only?: readonly string[],
): Promise<Map<string, Listing>> {
  const networkId = ctx.network!.id;
  const ids = only ?? (await everListed(tx, networkId));
  const merged = await mergedRecords(tx, networkId);
  const events = await eventsOf(tx, networkId, ids);
  const day = today(ctx);
  const out = new Map<string, Listing>();
  for (const id of ids) {
    if (merged.has(id)) continue;
    const own = events.get(id) ?? [];
    const one = { id, standing: standing(own, day), position: positionOf(own), events: own };
    if (one.standing.listed || one.position.state === 'demoted') out.set(id, one);
  }
  return out;
}

async function everListed(tx: Tx, networkId: string): Promise<string[]> {
  const rows = await upkeep(tx)
    .selectFrom('app.directory_event')
    .select('organization_id')
    .distinct()
    .where('network_id', '=', networkId)
    .where('kind', '=', 'listed')
    .execute();
  return rows.map((row) => row.organization_id).sort();
}
