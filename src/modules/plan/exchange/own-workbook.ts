/** Recognises a workbook that we wrote, and puts texts that were longer than a cell together again. */
import type { LevelName, PublishedTotals, Text } from '../shape.ts';
import type { Table } from './blocks.ts';
import { isDay } from './days.ts';
import { aboutMark, cutMark, sheetNames } from './workbook.ts';

/** A sheet as a table of a plan file. */
export interface PlanSheet {
  name: string;
  hidden: boolean;
  table: Table;
}

export interface OwnWorkbook {
  items: Table;
  title?: Text;
  levels: LevelName[];
  published: PublishedTotals | null;
}

/** Null when the workbook is not one of ours. */
export function openWorkbook(sheets: readonly PlanSheet[]): OwnWorkbook | null {
  const named = (name: string): Table | undefined => sheets.find((sheet) => sheet.name === name)?.table;
  const [items, about, long] = [named(sheetNames.items), named(sheetNames.about), named(sheetNames.long)];
  if (!items || about?.rows[0]?.cells[0] !== aboutMark) return null;
  const rest = new Map((long?.rows ?? []).map(({ cells }) => [cells[0] ?? '', cells.slice(1).join('')]));
  const whole = (cell: string): string => {
    const mark = cutMark.exec(cell);
    const more = mark ? rest.get(mark[1]!) : undefined;
    return mark && more !== undefined ? cell.slice(0, mark.index) + more : cell;
  };
  const joined: Table =
    rest.size > 0
      ? { ...items, rows: items.rows.map(({ line, cells }) => ({ line, cells: cells.map(whole) })) }
      : items;
  const text = (en = '', es = ''): Text => (es ? { en: whole(en), es: whole(es) } : { en: whole(en) });
  const levels: LevelName[] = [];
  const published: Partial<PublishedTotals> = {};
  let title: Text | undefined;
  for (const { cells } of about.rows.slice(1)) {
    const [name = '', a = '', b = '', c = '', d = ''] = cells;
    if (name === 'Title' && (a || b)) title = text(a, b);
    else if (name === 'Level') levels.push({ one: text(a, b), many: text(c, d) });
    else if (name === 'Published as of' && isDay(a)) published.asOf = a;
    else if (name === 'Published source') published.source = a;
    else {
      const key = /^Published (done|active|notBegun|excluded|percent)$/.exec(name)?.[1] as 'done' | undefined;
      if (key && Number.isFinite(Number(a))) published[key] = Number(a);
    }
  }
  const { asOf, done, active, notBegun, excluded } = published;
  const full =
    asOf !== undefined &&
    done !== undefined &&
    active !== undefined &&
    notBegun !== undefined &&
    excluded !== undefined;
  return {
    items: joined,
    ...(title ? { title } : {}),
    levels,
    published: full ? { ...published, asOf, done, active, notBegun, excluded } : null,
  };
}
