/**
 * Writes one plan of the demonstration: made through the product's actions, filled revision by revision, each asked for by one demo person and
 * approved by another on the day the data say. Facts keep their own days.
 */
import {
  addFacts,
  addItems,
  addNote,
  addVersions,
  approveRevision,
  assignOwners,
  type IndicatorFields,
  type ItemFields,
  itemIds,
  lockPlan,
  type Day,
  type NewFact,
  type PlanFields,
  requestPublication,
  reviewItem,
  savePlan,
} from '#modules/plan';
import { appendAudit, type Ctx, tenantOf } from '#kernel';
import type { DemoIndicator, DemoNetwork, DemoPlan, DemoRow } from './data/shape.ts';
import type { DemoRevision } from './revisions.ts';

/** Who writes and who approves; `at` gives them a day to do it on. */
export interface Hands {
  writer: (at: Date) => Ctx;
  approver: (at: Date) => Ctx;
  now: Date;
  /** Agency key → the person of that agency who keeps its items current. */
  owners: ReadonlyMap<string, string>;
}

const noon = (day: Day, hour: number): Date => new Date(`${day}T${String(hour).padStart(2, '0')}:00:00Z`);

/** The day a row joined the plan; '' when it was there from the start. */
const joined = (row: DemoRow): Day => row.added ?? '';

/** The plan's own text as it stood on a day. */
export function planFieldsAt(plan: DemoPlan, upTo: Day): PlanFields {
  const { title, summary, levels, statuses, themes, startsOn, endsOn, baselineOn, source } = plan;
  return {
    title,
    summary,
    levels: levels as PlanFields['levels'],
    statuses: statuses as PlanFields['statuses'],
    themes,
    source,
    ...(startsOn ? { startsOn } : {}),
    ...(endsOn ? { endsOn } : {}),
    ...(baselineOn ? { baselineOn } : {}),
    publishedTotals: plan.publishedTotals.filter((totals) => totals.asOf <= upTo),
  };
}

/** Fills and publishes a plan that was just made. */
export async function fillPlan(
  network: DemoNetwork,
  plan: DemoPlan,
  cuts: readonly DemoRevision[],
  hands: Hands,
): Promise<void> {
  const agency = new Map(network.agencies.map((one) => [one.key, one.name.en]));
  const written = new Map<number, string>();
  let after = '';
  let totals = cuts[0] ? planFieldsAt(plan, cuts[0].upTo).publishedTotals.length : 0;
  for (const cut of cuts) {
    // What waits was asked for just now.
    const writer = hands.writer(cut.on ? noon(cut.on, 14) : hands.now);
    const fields = planFieldsAt(plan, cut.upTo);
    if (fields.publishedTotals.length !== totals) {
      totals = fields.publishedTotals.length;
      await savePlan(writer, { plan: plan.slug, fields });
    }
    await writer.app.db.run(tenantOf(writer), async (tx) => {
      const row = await lockPlan(tx, writer, plan.slug);
      const wanted = new Map<number, { kind: 'item' | 'indicator'; fields: unknown }>();
      for (const [ref, item] of itemsAt(plan, cut.upTo, agency)) wanted.set(ref, { kind: 'item', fields: item });
      for (const [n, indicator] of plan.indicators.entries()) {
        if (indicator.row !== undefined && !wanted.has(indicator.row)) continue;
        wanted.set(plan.rows.length + n + 1, { kind: 'indicator', fields: indicatorFieldsOf(indicator) });
      }
      const fresh = [...wanted].filter(([ref]) => !written.has(ref));
      const ids = await addItems(
        tx,
        writer,
        row,
        fresh.map(([ref, item]) => ({ ref, ...item })),
      );
      for (const [ref, id] of await itemIds(tx, row)) ids.set(ref, id);
      const changed = [...wanted].filter(
        ([ref, item]) => written.has(ref) && written.get(ref) !== JSON.stringify(item.fields),
      );
      await addVersions(
        tx,
        writer,
        row,
        changed.map(([ref, item]) => ({ itemId: ids.get(ref)!, fields: item.fields })),
      );
      for (const [ref, item] of wanted) written.set(ref, JSON.stringify(item.fields));
      await addFacts(tx, writer, row, factsBetween(plan, after, cut.upTo, ids));
      await assignOwners(tx, row, ownersOf(plan, hands.owners, new Map(fresh.map(([ref]) => [ref, ids.get(ref)!]))));
      await appendAudit(tx, writer, { action: 'demo.plan.fill', subject: `plan:${row.id}`, outcome: 'done' });
    });
    const { n } = await requestPublication(writer, { plan: plan.slug, note: cut.note.en, noteEs: cut.note.es });
    if (cut.on) await approveRevision(hands.approver(noon(cut.on, 18)), { plan: plan.slug, n });
    after = cut.upTo;
  }
}

/** Notes for colleagues and "looked at, no change", so that the staff pages show both. */
export async function tendPlan(plan: DemoPlan, hands: Hands, on: Day): Promise<void> {
  const writer = hands.writer(noon(on, 15));
  const open = plan.rows.filter((row) => row.leaf && row.lead && row.history.at(-1)?.status === 'active' && !row.scope);
  for (const row of open.filter((_, n) => n % 3 === 0)) await reviewItem(writer, { plan: plan.slug, ref: row.ref, on });
  const [first] = open;
  if (first) {
    await addNote(writer, {
      plan: plan.slug,
      ref: first.ref,
      body: 'Only colleagues read this: ask for the new figure before the next quarterly report.',
    });
  }
}

/** The rows that were part of the plan on a day, as they stood then. */
function itemsAt(plan: DemoPlan, upTo: Day, agency: ReadonlyMap<string, string>): Map<number, ItemFields> {
  const there = new Set(plan.rows.filter((row) => joined(row) <= upTo).map((row) => row.ref));
  const above: number[] = [];
  const places = new Map<number | null, number>();
  const out = new Map<number, ItemFields>();
  for (const row of plan.rows) {
    above.length = row.depth;
    const parentRef = above.at(-1) ?? null;
    above.push(row.ref);
    const position = places.get(parentRef) ?? 0;
    places.set(parentRef, position + 1);
    if (!there.has(row.ref)) continue;
    const dependsOn = row.dependsOn?.filter((ref) => there.has(ref));
    const milestones = row.milestones?.map(({ doneOn, ...rest }) => ({
      ...rest,
      ...(doneOn && doneOn <= upTo ? { doneOn } : {}),
    }));
    const { number, title, description, leaf, due, themes, pillars, fundingNeeded, fundingSecured } = row;
    const fields: ItemFields = {
      parentRef,
      position,
      number,
      title,
      description,
      leaf,
      lead: row.lead && agency.get(row.lead),
      partners: row.partners?.map((key) => agency.get(key)!),
      due,
      themes,
      pillars,
      fundingNeeded,
      fundingSecured,
      dependsOn: dependsOn?.length ? dependsOn : undefined,
      milestones: milestones as ItemFields['milestones'],
    };
    out.set(row.ref, fields);
  }
  return out;
}

function indicatorFieldsOf(indicator: DemoIndicator): IndicatorFields {
  const { title, unit, definition, kind, baseline, target, period, row, figure } = indicator;
  return {
    title,
    unit,
    definition,
    direction: kind,
    baseline,
    target,
    period,
    item: row ?? null,
    figure: figure ?? null,
  };
}

/** Everything dated after one day and up to another, oldest first, of the items that `ids` knows. */
function factsBetween(plan: DemoPlan, after: Day, upTo: Day, ids: ReadonlyMap<number, string>): NewFact[] {
  const facts: NewFact[] = [];
  const add = (ref: number, on: Day, kind: NewFact['kind'], data: NewFact['data']) => {
    const itemId = ids.get(ref);
    if (itemId && on > after && on <= upTo) facts.push({ itemId, on, kind, data });
  };
  for (const row of plan.rows) {
    for (const { on, kind, into, reason } of row.scope ?? []) add(row.ref, on, 'scope', { kind, into, reason });
    for (const { on, status, reason } of row.history) add(row.ref, on, 'status', { status, reason });
    for (const { on, text } of row.updates ?? []) add(row.ref, on, 'update', { text });
  }
  for (const [n, indicator] of plan.indicators.entries())
    for (const { on, value, note } of indicator.values) {
      const ref = plan.rows.length + n + 1;
      const itemId = ids.get(ref);
      const begun = indicator.row === undefined ? '' : joined(plan.rows[indicator.row - 1]!);
      // Values from before the indicator was in the plan come with the revision that brings it.
      if (itemId && on <= upTo && (on > after || (begun > after && begun <= upTo)))
        facts.push({ itemId, on, kind: 'value', data: { value, note } });
    }
  return facts.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

/** Who keeps which item: the person of the leading agency, where the demonstration has one. */
function ownersOf(plan: DemoPlan, owners: ReadonlyMap<string, string>, ids: ReadonlyMap<number, string>) {
  return plan.rows.flatMap((row) => {
    const person = row.lead && owners.get(row.lead);
    const itemId = ids.get(row.ref);
    return row.leaf && person && itemId ? [{ itemId, personId: person, since: row.added ?? plan.baselineOn! }] : [];
  });
}
