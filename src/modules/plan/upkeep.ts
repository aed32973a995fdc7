/**
 * Keeping a plan current: which items need somebody today, and why. Nothing is stored; the lists follow from dates, facts and owners, so a missed
 * night changes nothing and looking twice says the same. Items that are finished, excluded or out of scope need nobody.
 *
 *   late: due before today · soon: due within thirty days · milestone: a step of it is late · stale: nobody wrote, recorded or reviewed anything
 *   for the plan's review interval · unowned: no member of staff keeps it
 */
import { sql } from 'kysely';
import { dayIn, type Tx } from '#kernel';
import type { Words } from './progress.ts';
import type { Day, StatusClass, StatusFact } from './shape.ts';
import { type PlanItem, type PlanRow, type PlanState, readPlan } from './state.ts';
import { standing } from './standing.ts';

/** A member of staff who keeps an item current. */
export interface Keeper {
  id: string;
  name: string;
}

export const markKinds = ['late', 'milestone', 'soon', 'stale', 'unowned'] as const;
export type MarkKind = (typeof markKinds)[number];

/** Why an item needs somebody. `key` names the occasion: the same for as long as it is the same occasion. */
export interface Mark {
  kind: MarkKind;
  because: Words;
  key: string;
}

/** An item with where it stands and what it needs. */
export interface Kept {
  item: PlanItem;
  status: StatusClass;
  /** The fact that decides. */
  because: StatusFact | null;
  inScope: boolean;
  touched: Day;
  owners: Keeper[];
  marks: Mark[];
}

/** Due within this many days is due soon. */
export const soonDays = 30;

/** Whole days from one day to another. */
export const daysBetween = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** What an item needs on a day. An ongoing item has no end to be late for; it can still be stale. */
export function marksOf(
  item: Pick<PlanItem, 'ref' | 'leaf' | 'due' | 'milestones'>,
  now: { status: StatusClass; inScope: boolean; touched: Day; owners: readonly unknown[] },
  day: Day,
  reviewEveryDays: number,
): Mark[] {
  if (!item.leaf || !now.inScope || now.status === 'done' || now.status === 'excluded') return [];
  const marks: Mark[] = [];
  const mark = (kind: MarkKind, occasion: string, values: Words['values']) =>
    marks.push({ kind, because: { key: `plan.upkeep.${kind}`, values }, key: `${kind}:${item.ref}:${occasion}` });
  if (item.due && now.status !== 'ongoing') {
    const left = daysBetween(day, item.due);
    if (left < 0) mark('late', item.due, { due: item.due, days: -left });
    else if (left <= soonDays) mark('soon', item.due, { due: item.due, days: left });
  }
  for (const { title, due, doneOn } of item.milestones ?? []) {
    if (due && due < day && !doneOn) mark('milestone', `${due}:${title.en}`, { due, title: title.en });
  }
  const since = daysBetween(now.touched, day);
  if (since > reviewEveryDays) mark('stale', now.touched, { since: now.touched, days: since, every: reviewEveryDays });
  if (now.owners.length === 0) mark('unowned', '', {});
  return marks;
}

interface Touch {
  ref: number;
  at: Date;
  reviewed: Day | null;
  owners: Keeper[] | null;
}

/** Who keeps each item and when it was last touched: one query, whatever the size. Who has left keeps nothing. */
async function readTouches(tx: Tx, planId: string): Promise<Map<number, Touch>> {
  const { rows } = await sql<Touch>`
    with touched as (
      select item_id, max(at) as at from (
        select item_id, at from app.plan_version where plan_id = ${planId}
        union all select item_id, at from app.plan_fact where plan_id = ${planId}) t group by item_id),
    reviewed as (select item_id, max(on_day) as on_day from app.plan_review where plan_id = ${planId} group by item_id),
    kept as (
      select o.item_id, json_agg(json_build_object('id', p.id, 'name', p.name) order by p.name) as owners
      from app.plan_owner o join app.person p on p.id = o.person_id and p.disabled_at is null
      where o.plan_id = ${planId} and o.until is null group by o.item_id)
    select i.ref, t.at, r.on_day as reviewed, k.owners
    from app.plan_item i join touched t on t.item_id = i.id
      left join reviewed r on r.item_id = i.id left join kept k on k.item_id = i.id
    where i.plan_id = ${planId} and i.kind = 'item'`.execute(tx);
  return new Map(rows.map((row) => [row.ref, row]));
}

/** The draft of a plan with what each of its items needs on a day. Three queries. */
export async function keptPlan(
  tx: Tx,
  plan: PlanRow,
  day: Day,
  timeZone: string,
): Promise<{ state: PlanState; kept: Map<number, Kept> }> {
  const state = await readPlan(tx, plan, 'draft');
  const touches = await readTouches(tx, plan.id);
  const kept = new Map<number, Kept>();
  for (const item of state.items) {
    const touch = touches.get(item.ref);
    const { status, inScope, because } = standing(item, day);
    const written = touch ? dayIn(new Date(touch.at), timeZone) : day;
    const touched = touch?.reviewed && touch.reviewed > written ? touch.reviewed : written;
    const now = { status, inScope, touched, owners: touch?.owners ?? [] };
    const marks = marksOf(item, now, day, plan.review_every_days);
    kept.set(item.ref, { item, ...now, because, marks });
  }
  return { state, kept };
}
