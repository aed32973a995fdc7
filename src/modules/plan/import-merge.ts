/**
 * Puts a row of a file over the item it was matched with. What the file does not say stays as it is; an empty cell says nothing, but for our own
 * spreadsheets, where it says that the field is empty.
 */
import type { ReadPlan, ReadRow } from './exchange/index.ts';
import type { PlanItem } from './state.ts';
import type { Text } from './shape.ts';

/** What only the whole file can tell of a row. */
export interface Placed {
  parentRef: number | null;
  position: number;
  themes?: string[];
  pillars?: string[];
  dependsOn?: number[];
}

type Column = NonNullable<ReadPlan['columns']>[number];

/** `columns` are those whose empty cells mean an empty field. */
export function mergedFields(
  row: ReadRow,
  before: PlanItem | undefined,
  columns: ReadonlySet<Column>,
  placed: Placed,
): unknown {
  const own = row.ref !== undefined;
  const said = <K extends Column & keyof PlanItem>(field: K, value: PlanItem[K] | undefined): PlanItem[K] | undefined =>
    value ?? (columns.has(field) ? undefined : before?.[field]);
  // A language whose cell was emptied goes; the other stays.
  const description: Partial<Text> = {
    en: columns.has('description') ? undefined : before?.description?.en,
    es: columns.has('descriptionEs') ? undefined : before?.description?.es,
  };
  return {
    parentRef: placed.parentRef,
    position: placed.position,
    number: row.number.trim(),
    title: mergedText(columns.has('titleEs') ? { en: before?.title.en } : before?.title, row.title, own),
    description:
      row.description || description.en || description.es
        ? mergedText(description, row.description ?? { en: '' }, own)
        : undefined,
    leaf: row.leaf,
    lead: said('lead', row.lead),
    partners: said('partners', row.partners),
    due: said('due', row.due),
    themes: said('themes', placed.themes),
    pillars: said('pillars', placed.pillars),
    fundingNeeded: said('fundingNeeded', row.fundingNeeded),
    fundingSecured: said('fundingSecured', row.fundingSecured),
    dependsOn: said('dependsOn', placed.dependsOn),
    milestones: said('milestones', row.milestones),
  };
}

/**
 * One language does not erase the other. A Spanish document is read with its words in both languages; where the plan already has English, only
 * the Spanish is taken.
 */
function mergedText(held: Partial<Text> | undefined, given: Text, own: boolean): Text {
  const en = given.en.trim();
  const es = given.es?.trim() || undefined;
  if (!own && held?.en && es !== undefined && es === en) return { en: held.en, es };
  return { en: en || held?.en || es || held?.es || '', es: es ?? held?.es };
}

/** A value written in one way only: keys in order, nothing empty. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(settled);
  if (value === null || typeof value !== 'object') return value === '' ? undefined : value;
  const entries = Object.entries(value)
    .map(([key, child]) => [key, settled(child)] as const)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

/** Whether two values mean the same: the order of keys and empty parts aside. */
export const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(settled(a)) === JSON.stringify(settled(b));
