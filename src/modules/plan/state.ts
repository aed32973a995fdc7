/**
 * A plan as it is read from its tables: the draft (newest version of everything, every fact) or what was published up to a revision. Both give the
 * same shape, so progress, stories and files are worked out by the same functions for staff and public.
 */
import { sql } from 'kysely';
import { Problem, type Text, type Tx } from '#kernel';
import type { IndicatorFields, ItemFields, PlanFields } from './fields.ts';
import type { Day, ScopeFact, StatusFact } from './shape.ts';
import type { SnapshotIndicator, SnapshotItem, Update } from './snapshot.ts';
import { type FactData, plans } from './tables.ts';

/** An item of the outline with its public text and dated facts. */
export interface PlanItem extends SnapshotItem {
  leaf: boolean;
  updates: Update[];
}

/** An indicator with its values, and the item it is evidence for (null: the whole plan). */
export interface PlanIndicator extends SnapshotIndicator {
  ref: number;
  unit?: Text;
  definition?: Text;
  item: number | null;
  figure: string | null;
}

export interface PlanState {
  planId: string;
  networkId: string;
  slug: string;
  fields: PlanFields;
  items: PlanItem[];
  indicators: PlanIndicator[];
}

export interface PlanRow {
  id: string;
  network_id: string;
  slug: string;
  position: number;
  predecessor_id: string | null;
  review_every_days: number;
}

/** The plan of this network with this slug. Throws notFound. */
export async function findPlan(tx: Tx, networkId: string, slug: string): Promise<PlanRow> {
  const row = await plans(tx)
    .selectFrom('app.plan')
    .select(['id', 'network_id', 'slug', 'position', 'predecessor_id', 'review_every_days'])
    .where('network_id', '=', networkId)
    .where('slug', '=', slug)
    .executeTakeFirst();
  if (!row) throw Problem.notFound('plan.problem.noPlan', { slug });
  return row;
}

interface VersionRow {
  item_id: string;
  ref: number;
  kind: 'plan' | 'item' | 'indicator';
  fields: unknown;
}

interface FactRow {
  id: string;
  item_id: string;
  on_day: Day;
  kind: 'status' | 'scope' | 'update' | 'value';
  data: FactData;
  retracts: string | null;
}

/**
 * draft: everything written so far · published: what approved revisions hold · proposed: published plus the revision that waits.
 * Two queries, whatever the size.
 */
export type Which = 'draft' | 'published' | 'proposed';

export async function readPlan(
  tx: Tx,
  plan: Pick<PlanRow, 'id' | 'network_id' | 'slug'>,
  which: Which,
): Promise<PlanState> {
  const visible =
    which === 'draft'
      ? sql`true`
      : which === 'published'
        ? sql`r.approved_at is not null`
        : sql`r.id is not null and r.returned_at is null`;
  const versions = await sql<VersionRow>`
    select distinct on (v.item_id) v.item_id, i.ref, i.kind, v.fields
    from app.plan_version v
      join app.plan_item i on i.id = v.item_id
      left join app.plan_revision r on r.id = v.revision_id
    where v.plan_id = ${plan.id} and ${visible}
    order by v.item_id, v.seq desc`.execute(tx);
  const facts = await sql<FactRow>`
    select f.id, f.item_id, f.on_day, f.kind, f.data, f.retracts
    from app.plan_fact f left join app.plan_revision r on r.id = f.revision_id
    where f.plan_id = ${plan.id} and ${visible}
    order by f.seq`.execute(tx);
  return assemble(plan, versions.rows, facts.rows);
}

function assemble(
  plan: Pick<PlanRow, 'id' | 'network_id' | 'slug'>,
  versions: VersionRow[],
  facts: FactRow[],
): PlanState {
  const factsOf = new Map<string, FactRow[]>();
  for (const fact of facts) {
    const list = factsOf.get(fact.item_id);
    if (list) list.push(fact);
    else factsOf.set(fact.item_id, [fact]);
  }
  let fields: PlanFields | null = null;
  const items: PlanItem[] = [];
  const indicators: PlanIndicator[] = [];
  for (const row of versions) {
    const own = factsOf.get(row.item_id) ?? [];
    if (row.kind === 'plan') fields = row.fields as PlanFields;
    else if (row.kind === 'item') items.push(toItem(row.ref, row.fields as ItemFields, own));
    else indicators.push(toIndicator(row.ref, row.item_id, row.fields as IndicatorFields, own));
  }
  if (!fields) throw Problem.notFound('plan.problem.noPlan', { slug: plan.slug });
  items.sort((a, b) => a.ref - b.ref);
  indicators.sort((a, b) => a.ref - b.ref);
  return { planId: plan.id, networkId: plan.network_id, slug: plan.slug, fields, items, indicators };
}

function toItem(ref: number, fields: ItemFields, own: FactRow[]): PlanItem {
  const facts: StatusFact[] = [];
  const scope: ScopeFact[] = [];
  const updates: Update[] = [];
  const taken = new Set(own.map((f) => f.retracts));
  for (const fact of own) {
    const on = fact.on_day;
    if (fact.kind === 'status') {
      facts.push({
        id: fact.id,
        on,
        ...(fact.data as object),
        ...(fact.retracts ? { retracts: fact.retracts } : {}),
      } as StatusFact);
    } else if (fact.kind === 'scope') scope.push({ on, ...(fact.data as object) } as ScopeFact);
    else if (fact.kind === 'update' && !taken.has(fact.id)) {
      const { text } = fact.data as { text: Update['text'] | null };
      if (text) updates.push({ id: fact.id, on, text });
    }
  }
  return { ref, ...fields, facts, scope, updates };
}

function toIndicator(ref: number, id: string, fields: IndicatorFields, own: FactRow[]): PlanIndicator {
  const values = own
    .filter((fact) => fact.kind === 'value')
    .map((fact) => {
      const { value, note } = fact.data as { value: number | null; note?: Update['text'] };
      return { on: fact.on_day, value, ...(note ? { why: note } : {}) };
    });
  return { ref, id, ...fields, values };
}

/**
 * The whole plan as items for comparing and telling: the plan itself is item 0 (its summary is the description), indicators hang on the item
 * they are evidence for.
 */
export function snapshotOf(state: PlanState): SnapshotItem[] {
  const byItem = new Map<number, SnapshotIndicator[]>();
  for (const indicator of state.indicators) {
    const ref = indicator.item ?? 0;
    byItem.set(ref, [...(byItem.get(ref) ?? []), indicator]);
  }
  const { title, summary } = state.fields;
  const root: SnapshotItem = {
    ref: 0,
    parentRef: null,
    position: -1,
    number: '',
    title,
    description: summary,
    facts: [],
    scope: [],
  };
  return [root, ...state.items].map((item) => ({ ...item, indicators: byItem.get(item.ref) ?? [] }));
}

/** Only leaves have a status. */
export const leavesOf = <T extends { leaf: boolean }>(state: { items: T[] }): T[] =>
  state.items.filter((item) => item.leaf);
