/**
 * The columns of our own spreadsheets: one row an item, one column a field, both languages side by side. The names are plain English so that
 * a person can work in the file; reading finds them by name, in any order.
 */
import type { LevelName, PlanRow, Text } from '../shape.ts';
import { joinHistory, joinList, joinMilestones } from './cells.ts';
import { joinScope } from './scope-cell.ts';
import { statusPrinted } from './status.ts';

export const ownColumns = [
  ['ref', 'Ref'],
  ['depth', 'Depth'],
  ['level', 'Level'],
  ['levelEs', 'Level (es)'],
  ['levels', 'Levels'],
  ['levelsEs', 'Levels (es)'],
  ['number', 'Number'],
  ['title', 'Title'],
  ['titleEs', 'Title (es)'],
  ['description', 'Description'],
  ['descriptionEs', 'Description (es)'],
  ['leaf', 'Counted'],
  ['status', 'Status'],
  ['history', 'Status history'],
  ['scope', 'Joined and left'],
  ['lead', 'Lead'],
  ['partners', 'Partners'],
  ['due', 'Due'],
  ['themes', 'Themes'],
  ['pillars', 'Pillars'],
  ['fundingNeeded', 'Funding needed'],
  ['fundingSecured', 'Funding secured'],
  ['dependsOn', 'Depends on'],
  ['milestones', 'Milestones'],
  ['plan', 'Plan'],
  ['planEs', 'Plan (es)'],
] as const;

export type Field = (typeof ownColumns)[number][0];

/** Columns whose cells are numbers in a spreadsheet. A printed number is text, or 1.10 would become 1.1. */
export const numericFields: ReadonlySet<Field> = new Set(['ref', 'depth', 'fundingNeeded', 'fundingSecured']);

const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '');
const cleanText = (text: Text | undefined): Text | undefined => {
  if (!text) return undefined;
  const [en, es] = [clean(text.en), clean(text.es ?? '')];
  return en || es ? (es ? { en, es } : { en }) : undefined;
};
const filled = <T>(items: T[] | undefined): T[] | undefined => (items && items.length > 0 ? items : undefined);
const texts = (items: string[] | undefined): string[] | undefined =>
  filled(items?.map(clean).filter((item) => item !== ''));

/** Minus zero is zero. */
const amount = (value: number | undefined): number | undefined => (value === undefined ? undefined : value + 0);

/**
 * A row with "empty" said in one way: no empty texts, no empty lists, no NUL, no half characters. Two rows that mean the same are equal after
 * this; every writer uses it, so what is written is exactly what is read back.
 */
export function normalRow(row: PlanRow): PlanRow {
  const out: PlanRow = {
    depth: row.depth,
    number: clean(row.number),
    title: cleanText(row.title) ?? { en: '' },
    leaf: row.leaf,
    history: row.history.map(({ on, status, reason }) => {
      const why = cleanText(reason);
      return why ? { on, status, reason: why } : { on, status };
    }),
  };
  const optional: Partial<PlanRow> = {
    ref: row.ref,
    description: cleanText(row.description),
    scope: filled(
      row.scope?.map(({ on, kind, into, reason }) => {
        const why = cleanText(reason);
        return { on, kind, ...(into && into.length > 0 ? { into } : {}), ...(why ? { reason: why } : {}) };
      }),
    ),
    lead: clean(row.lead ?? '') || undefined,
    partners: texts(row.partners),
    due: row.due || undefined,
    themes: texts(row.themes),
    pillars: texts(row.pillars),
    fundingNeeded: amount(row.fundingNeeded),
    fundingSecured: amount(row.fundingSecured),
    dependsOn: filled(row.dependsOn),
    milestones: filled(
      row.milestones?.map(({ title, due, doneOn }) => ({
        title: cleanText(title) ?? { en: '' },
        ...(due ? { due } : {}),
        ...(doneOn ? { doneOn } : {}),
      })),
    ),
  };
  for (const [key, value] of Object.entries(optional)) if (value !== undefined) Object.assign(out, { [key]: value });
  return out;
}

const number = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** Title and level names in the same normal form as rows. */
export const normalText = (text: Text): Text => cleanText(text) ?? { en: '' };

/** The cells of one row, in the order of ownColumns, as plain text without any protection. */
export function cellsOf(given: PlanRow, levels: readonly LevelName[], plan: Text): string[] {
  const row = normalRow(given);
  const level = levels[row.depth];
  const last = row.history[row.history.length - 1];
  const cells: Record<Field, string> = {
    ref: number(row.ref),
    depth: String(row.depth),
    level: level?.one.en ?? '',
    levelEs: level?.one.es ?? '',
    levels: level?.many.en ?? '',
    levelsEs: level?.many.es ?? '',
    number: row.number,
    title: row.title.en,
    titleEs: row.title.es ?? '',
    description: row.description?.en ?? '',
    descriptionEs: row.description?.es ?? '',
    leaf: row.leaf ? 'yes' : 'no',
    status: last ? statusPrinted[last.status] : '',
    history: joinHistory(row.history),
    scope: joinScope(row.scope ?? []),
    lead: row.lead ?? '',
    partners: joinList(row.partners ?? []),
    due: row.due ?? '',
    themes: joinList(row.themes ?? []),
    pillars: joinList(row.pillars ?? []),
    fundingNeeded: number(row.fundingNeeded),
    fundingSecured: number(row.fundingSecured),
    dependsOn: (row.dependsOn ?? []).join('; '),
    milestones: joinMilestones(row.milestones ?? []),
    plan: plan.en,
    planEs: plan.es ?? '',
  };
  return ownColumns.map(([field]) => cells[field]);
}
