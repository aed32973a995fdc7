/** Puts a row of a file over the item it was matched with. What the row does not say stays as it is. */
import type { ReadRow } from './exchange/index.ts';
import type { ItemFields } from './fields.ts';
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

export function mergedFields(row: ReadRow, before: PlanItem | undefined, placed: Placed): unknown {
  const own = row.ref !== undefined;
  const said = <T>(value: T | undefined, held: T | undefined): T | undefined => value ?? held;
  return {
    parentRef: placed.parentRef,
    position: placed.position,
    number: row.number.trim(),
    title: mergedText(before?.title, row.title, own),
    description: row.description ? mergedText(before?.description, row.description, own) : before?.description,
    leaf: row.leaf,
    lead: said(row.lead, before?.lead),
    partners: said(row.partners, before?.partners),
    due: said(row.due, before?.due),
    themes: said(placed.themes, before?.themes),
    pillars: said(placed.pillars, before?.pillars),
    fundingNeeded: said(row.fundingNeeded, before?.fundingNeeded),
    fundingSecured: said(row.fundingSecured, before?.fundingSecured),
    dependsOn: said(placed.dependsOn, before?.dependsOn),
    milestones: said(row.milestones, before?.milestones as ItemFields['milestones']),
  };
}

/**
 * One language does not erase the other. A Spanish document is read with its words in both languages; where the plan already has English, only
 * the Spanish is taken.
 */
function mergedText(held: Text | undefined, given: Text, own: boolean): Text {
  const en = given.en.trim();
  const es = given.es?.trim() || undefined;
  if (!own && held?.en && es !== undefined && es === en) return { en: held.en, es };
  return { en: en || es || '', es: es ?? held?.es };
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
