/** What the staff pages read besides the draft itself: what waits, who wrote what, who keeps what, who may approve. */
import { sql } from 'kysely';
import { type Ctx, tenantOf, type Tx } from '#kernel';
import type { Keeper } from '../../upkeep.ts';
import { networkId } from '../../drafting.ts';
import type { Day, Text } from '../../shape.ts';
import { findPlan, type PlanRow } from '../../state.ts';
import { type FactData, plans } from '../../tables.ts';

/** Reads inside the network of the request. */
export const reading = <T>(ctx: Ctx, read: (tx: Tx) => Promise<T>): Promise<T> => ctx.app.db.run(tenantOf(ctx), read);

/** What of a plan is not published and not asked for: items whose text was edited, records, and whether it follows another phase now. */
export interface Drafted {
  edited: number;
  records: number;
  phase: boolean;
}

export const anyDrafted = ({ edited, records, phase }: Drafted): boolean => edited + records > 0 || phase;

/** The phase and place of a plan against those that wait for approval, or else those that are public; `p` is app.plan. */
const phaseDiffers = sql`exists (
  select 1 from site.plan s left join app.plan_revision w on w.plan_id = s.plan_id and w.approved_at is null and w.returned_at is null
  where s.plan_id = p.id and (
    case when w.id is null then s.predecessor_id else w.predecessor_id end is distinct from p.predecessor_id
    or coalesce(w.position, s.position) <> p.position))`;

export interface ListedPlan extends Drafted {
  id: string;
  slug: string;
  title: Text;
  waiting: number | null;
  published: number | null;
  publishedAt: Date | null;
}

/** Every plan of the network with what waits in it. One query. */
export async function listPlans(tx: Tx, network: string): Promise<ListedPlan[]> {
  const { rows } = await sql<ListedPlan & { publishedAt: string | null }>`
    select p.id, p.slug, root.fields->'title' as title,
      (select count(distinct item_id)::int from app.plan_version where plan_id = p.id and revision_id is null) as edited,
      (select count(*)::int from app.plan_fact where plan_id = p.id and revision_id is null) as records,
      (select n from app.plan_revision where plan_id = p.id and approved_at is null and returned_at is null) as waiting,
      ${phaseDiffers} as phase, last.n as published, last.approved_at as "publishedAt"
    from app.plan p
      join lateral (
        select v.fields from app.plan_version v join app.plan_item i on i.id = v.item_id
        where i.plan_id = p.id and i.ref = 0 order by v.seq desc limit 1) root on true
      left join lateral (
        select n, approved_at from app.plan_revision where plan_id = p.id and approved_at is not null order by n desc limit 1) last on true
    where p.network_id = ${network} order by p.position, p.slug`.execute(tx);
  return rows.map((row) => ({ ...row, publishedAt: row.publishedAt && new Date(row.publishedAt) }));
}

export async function draftedIn(tx: Tx, planId: string): Promise<Drafted> {
  const { rows } = await sql<Drafted>`select
    (select count(distinct item_id)::int from app.plan_version where plan_id = ${planId} and revision_id is null) as edited,
    (select count(*)::int from app.plan_fact where plan_id = ${planId} and revision_id is null) as records,
    ${phaseDiffers} as phase
    from app.plan p where p.id = ${planId}`.execute(tx);
  return rows[0]!;
}

export interface ListedRevision {
  id: string;
  n: number;
  note: Partial<Text>;
  askedBy: string;
  askedByName: string;
  askedAt: Date;
  approvedByName: string | null;
  approvedAt: Date | null;
  returnedBy: string | null;
  returnedByName: string | null;
  returnedAt: Date | null;
  why: string | null;
}

/** Every request to publish this plan, newest first, with the names of who decided. */
export async function listRevisions(tx: Tx, planId: string): Promise<ListedRevision[]> {
  const rows = await plans(tx)
    .selectFrom('app.plan_revision as r')
    .leftJoin('app.person as a', 'a.id', 'r.requested_by')
    .leftJoin('app.person as b', 'b.id', 'r.approved_by')
    .leftJoin('app.person as c', 'c.id', 'r.returned_by')
    .select([
      'r.id',
      'r.n',
      'r.note',
      'r.requested_by as askedBy',
      'a.name as askedByName',
      'r.requested_at as askedAt',
      'b.name as approvedByName',
      'r.approved_at as approvedAt',
      'r.returned_by as returnedBy',
      'c.name as returnedByName',
      'r.returned_at as returnedAt',
      'r.return_reason as why',
    ])
    .where('r.plan_id', '=', planId)
    .orderBy('r.n', 'desc')
    .execute();
  return rows.map((row) => ({ ...row, askedByName: row.askedByName ?? '' }));
}

export const isWaiting = (revision: ListedRevision): boolean => !revision.approvedAt && !revision.returnedAt;

/** People who hold one of these roles in the network and can still sign in, by name. */
export async function peopleWith(tx: Tx, network: string, roles: readonly string[] | null): Promise<Keeper[]> {
  let query = tx
    .selectFrom('app.person as p')
    .innerJoin('app.role_grant as g', 'g.person_id', 'p.id')
    .select(['p.id', 'p.name'])
    .distinct()
    .where('g.network_id', '=', network)
    .where('g.ended_at', 'is', null)
    .where('p.disabled_at', 'is', null);
  if (roles) query = query.where('g.role', 'in', [...roles]);
  return query.orderBy('p.name').orderBy('p.id').execute();
}

/** A dated fact with who recorded it and how far it has come. */
export interface FactRecord {
  id: string;
  kind: 'status' | 'scope' | 'update' | 'value';
  on: Day;
  data: FactData;
  retracts: string | null;
  by: string | null;
  at: Date;
  state: 'draft' | 'waiting' | 'published';
}

/** The facts of an item or indicator in the order recorded. */
export async function factsOf(tx: Tx, planId: string, itemId: string): Promise<FactRecord[]> {
  const { rows } = await sql<FactRecord>`
    select f.id, f.kind, f.on_day as "on", f.data, f.retracts, p.name as by, f.at,
      case when f.revision_id is null then 'draft' when r.approved_at is null then 'waiting' else 'published' end as state
    from app.plan_fact f left join app.person p on p.id = f.author_id left join app.plan_revision r on r.id = f.revision_id
    where f.plan_id = ${planId} and f.item_id = ${itemId} order by f.seq`.execute(tx);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

export interface Around {
  reviews: { on: Day; by?: string }[];
  notes: { id: string; body: string; by: string | null; at: Date }[];
  owners: { person: string; name: string; since: Day; until: Day | null }[];
}

/** Reviews, internal notes and owners of an item, newest first. */
export async function aroundItem(tx: Tx, planId: string, itemId: string): Promise<Around> {
  const reviews = await plans(tx)
    .selectFrom('app.plan_review as r')
    .leftJoin('app.person as p', 'p.id', 'r.author_id')
    .select(['r.on_day as on', 'p.name as by'])
    .where('r.plan_id', '=', planId)
    .where('r.item_id', '=', itemId)
    .orderBy('r.on_day', 'desc')
    .execute();
  const notes = await plans(tx)
    .selectFrom('app.plan_note as n')
    .leftJoin('app.person as p', 'p.id', 'n.author_id')
    .select(['n.id', 'n.body', 'p.name as by', 'n.at'])
    .where('n.plan_id', '=', planId)
    .where('n.item_id', '=', itemId)
    .orderBy('n.at', 'desc')
    .execute();
  const owners = await plans(tx)
    .selectFrom('app.plan_owner as o')
    .innerJoin('app.person as p', 'p.id', 'o.person_id')
    .select(['o.person_id as person', 'p.name', 'o.since', 'o.until'])
    .where('o.plan_id', '=', planId)
    .where('o.item_id', '=', itemId)
    .orderBy('o.since', 'desc')
    .orderBy('p.name')
    .execute();
  return { reviews: reviews.map(({ on, by }) => ({ on, ...(by && { by }) })), notes, owners };
}

/** One version of an item with who wrote it; the newest without `seq`. Null when that number belongs to another item. */
export async function versionOf(
  tx: Tx,
  itemId: string,
  seq?: number,
): Promise<{ seq: number; fields: unknown; by: string | null; at: Date } | null> {
  let query = plans(tx)
    .selectFrom('app.plan_version as v')
    .leftJoin('app.person as p', 'p.id', 'v.author_id')
    .select(['v.seq', 'v.fields', 'p.name as by', 'v.at'])
    .where('v.item_id', '=', itemId);
  if (seq !== undefined) query = query.where('v.seq', '=', seq);
  return (await query.orderBy('v.seq', 'desc').limit(1).executeTakeFirst()) ?? null;
}

/** The plan that the address names. Throws notFound. */
export const planHere = (tx: Tx, ctx: Ctx, slug: string | undefined): Promise<PlanRow> =>
  findPlan(tx, networkId(ctx), slug ?? '');
