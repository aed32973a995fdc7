/** Copying a plan into the public schema: each item and indicator as one row, what lists need apart from the rest. */
import type { Tx } from '#kernel';
import type { PlanIndicator, PlanItem, PlanState } from './state.ts';
import { plans } from './tables.ts';

const headKeys = [
  'ref',
  'parentRef',
  'position',
  'number',
  'title',
  'leaf',
  'lead',
  'due',
  'themes',
  'pillars',
  'facts',
  'scope',
] as const;
const indicatorHeadKeys = [
  'ref',
  'id',
  'title',
  'unit',
  'direction',
  'baseline',
  'target',
  'period',
  'item',
  'figure',
] as const;

/** An item or indicator as its public row: what lists need, the rest, and its words. */
function siteRow(row: PlanItem | PlanIndicator): {
  kind: 'item' | 'indicator';
  head: string;
  detail: string;
  words: string;
} {
  const isItem = 'leaf' in row;
  const keys: readonly string[] = isItem ? headKeys : indicatorHeadKeys;
  const entries = Object.entries(row);
  const updated = isItem
    ? row.updates
        .map(({ on }) => on)
        .sort()
        .at(-1)
    : undefined;
  const texts = [row.title, isItem ? row.description : undefined].flatMap((t) => [t?.en, t?.es]);
  const names = isItem ? [row.number, row.lead, ...(row.partners ?? [])] : [];
  return {
    kind: isItem ? 'item' : 'indicator',
    head: JSON.stringify({ ...Object.fromEntries(entries.filter(([key]) => keys.includes(key))), updated }),
    detail: JSON.stringify(Object.fromEntries(entries.filter(([key]) => !keys.includes(key)))),
    words: [...texts, ...names].filter(Boolean).join(' '),
  };
}

/** Writes the rows of `after` that differ from those of `before` (null: all). */
export async function writeItems(
  tx: Tx,
  plan: { id: string; network_id: string },
  before: Pick<PlanState, 'items' | 'indicators'> | null,
  after: Pick<PlanState, 'items' | 'indicators'>,
): Promise<void> {
  const held = new Map<number, string>();
  for (const row of before ? [...before.items, ...before.indicators] : [])
    held.set(row.ref, JSON.stringify(siteRow(row)));
  const rows = [...after.items, ...after.indicators]
    .map((row) => ({ ref: row.ref, row: siteRow(row) }))
    .filter(({ ref, row }) => held.get(ref) !== JSON.stringify(row));
  for (let i = 0; i < rows.length; i += 500) {
    await plans(tx)
      .insertInto('site.plan_item')
      .values(
        rows.slice(i, i + 500).map(({ ref, row }) => ({ plan_id: plan.id, ref, network_id: plan.network_id, ...row })),
      )
      .onConflict((oc) =>
        oc.columns(['plan_id', 'ref']).doUpdateSet((eb) => ({
          kind: eb.ref('excluded.kind'),
          head: eb.ref('excluded.head'),
          detail: eb.ref('excluded.detail'),
          words: eb.ref('excluded.words'),
        })),
      )
      .execute();
  }
}
