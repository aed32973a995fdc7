/** Items from a table with a header: one row an item, or one column a level. Every wrong cell is named. */
import { looksLikeFormula, spreadsheetError, unprotect } from '#engines/spreadsheet-cells';
import type { LevelName, Text } from '../shape.ts';
import { cellName, type Table } from './blocks.ts';
import { dayOrder } from './days.ts';
import type { Draft } from './draft.ts';
import { type Reader, readFields, type TableOptions } from './fields.ts';
import type { Column, Header, Wanted } from './header.ts';
import { labelledItem, numberedItem } from './inline.ts';
import { excerpt, type Place, type Problems } from './problems.ts';
import { fold, levelNameOf, type LevelWord, levelWord } from './words.ts';

export interface TableRead {
  drafts: Draft[];
  plan?: Text;
  levelNames?: LevelName[];
}

/** Reads the rows below the header. */
export function tableDrafts(table: Table, header: Header, options: TableOptions, problems: Problems): TableRead {
  const at = new Map<Wanted, number>();
  for (const column of header.columns) if (!('word' in column)) at.set(column.field, column.at);
  const levelColumns = header.columns.filter(
    (column): column is Extract<Column, { word: LevelWord }> => 'word' in column,
  );
  const used = new Set(header.columns.map((column) => column.at));
  const body = table.rows.slice(header.row + 1);
  const dayColumns = (['due', 'added', 'statusOn'] as const).flatMap((field) => at.get(field) ?? []);
  const order = dayOrder(body.flatMap(({ cells }) => dayColumns.map((i) => cells[i] ?? '')));
  const reader = { table, header, options, problems, at, order, levelColumns };
  const out: TableRead = { drafts: [] };
  const levels: LevelName[] = [];
  const above: (string | undefined)[] = [];

  for (const row of body) {
    const cells = row.cells.map((cell, column) => {
      const broken = spreadsheetError(cell);
      if (broken) {
        const place = placeOf(table, row.line, column);
        problems.add(used.has(column) ? 'error' : 'warning', 'plan.exchange.brokenCell', place, { value: broken });
        return '';
      }
      // Our own files protect such cells, so an unprotected one was typed by someone, or set as a trap.
      if (!table.typed) return cell;
      if (used.has(column) && looksLikeFormula(cell))
        problems.warn('plan.exchange.formula', placeOf(table, row.line, column), { text: excerpt(cell, 30) });
      return unprotect(cell);
    });
    const read =
      header.own || levelColumns.length === 0
        ? itemRow(reader, row.line, cells, levels)
        : levelRow(reader, row.line, cells, above);
    out.drafts.push(...read);
    if (!out.plan && at.has('plan')) {
      const [en, es] = [cells[at.get('plan')!] ?? '', cells[at.get('planEs') ?? -1] ?? ''];
      if (en || es) out.plan = es ? { en, es } : { en };
    }
  }
  if (header.own) out.levelNames = Array.from(levels, (name) => name ?? levelNameOf(''));
  return out;
}

function placeOf(table: Table, line: number, column: number): Place {
  const cell = cellName(table, line, column);
  return { line, ...(cell ? { cell } : {}) };
}

/** A row that is one item. */
function itemRow(reader: Reader, line: number, cells: string[], levels: LevelName[]): Draft[] {
  const { header, at, problems, options } = reader;
  const get = (field: Wanted): string => {
    const column = at.get(field);
    const value = column === undefined ? '' : (cells[column] ?? '');
    return header.own ? value : value.trim();
  };
  const where = (field: Wanted): Place => placeOf(reader.table, line, at.get(field) ?? 0);
  let [number, title, kind] = [get('number'), get('title'), ''];
  const draft: Draft = { kind, number, title: { en: title }, place: where('title'), fields: {} };
  if (header.own) {
    const depth = Number(get('depth').trim());
    if (!/^\d{1,2}$/.test(get('depth').trim()) || depth > 20) {
      problems.error('plan.exchange.badNumber', where('depth'), { text: excerpt(get('depth')), column: 'Depth' });
    } else draft.depth = depth;
    draft.kind = `depth${draft.depth ?? 0}`;
    if (/^(yes|no|sí|si|true|false|1|0)$/i.test(get('leaf').trim()))
      draft.leaf = /^(yes|s[íi]|true|1)$/i.test(get('leaf').trim());
    readLevel(draft, get, levels);
  } else {
    if (title === '' && number === '' && get('status') === '') return [];
    const start = labelledItem(number ? `${number} ${title}` : title, true, options.own) ?? numberedOf(number, title);
    const word = get('level') ? levelWord(get('level'), options.own) : start?.word;
    if (start) {
      number = start.number;
      title = start.rest.trim();
    }
    const levelText = get('level');
    kind = word?.key ?? (levelText ? fold(levelText) : number ? `n${number.split('.').filter(Boolean).length}` : 'row');
    Object.assign(draft, { kind, number: number.replace(/\.$/, ''), title: { en: title } });
    if (word) Object.assign(draft, { name: word.name, shown: levelText && word.spanish ? levelText : word.shown });
    else if (levelText) Object.assign(draft, { name: levelNameOf(levelText), shown: levelText });
    if (draft.title.en === '' && get('titleEs')) draft.title = { en: get('titleEs') };
  }
  if (get('titleEs')) draft.title = { ...draft.title, es: get('titleEs') };
  if (get('description') || get('descriptionEs')) {
    draft.description = { en: get('description'), ...(get('descriptionEs') ? { es: get('descriptionEs') } : {}) };
  }
  readFields(reader, draft, get, where);
  return [draft];
}

/** `1.1` in its own column, or before the title. */
function numberedOf(number: string, title: string): { number: string; rest: string; word?: LevelWord } | null {
  if (number) return null;
  const found = numberedItem(title, true);
  return found && ((found.kind !== 'alpha' && found.kind !== 'Alpha') || /^[A-Za-z][.)]/.test(title)) ? found : null;
}

/** A row that names its ancestors: each new value begins an item of that level; the lowest carries the fields. */
function levelRow(reader: Reader, line: number, cells: string[], above: (string | undefined)[]): Draft[] {
  const { levelColumns, at, options } = reader;
  const drafts: Draft[] = [];
  const titles = levelColumns.filter((column) => column.field === 'levelTitle').sort((a, b) => a.at - b.at);
  const words: { word?: LevelWord; title?: number; number?: number }[] = titles.map((column) => ({
    word: column.word,
    title: column.at,
    number: levelColumns.find((other) => other.field === 'levelNumber' && other.word.key === column.word.key)?.at,
  }));
  // A plain title column beside level columns is the lowest level.
  if (at.has('title')) words.push({ title: at.get('title'), number: at.get('number') });
  const get = (field: Wanted): string => (at.get(field) === undefined ? '' : (cells[at.get(field)!] ?? '').trim());
  for (const [depth, column] of words.entries()) {
    const text = (cells[column.title!] ?? '').trim();
    const given = column.number === undefined ? '' : (cells[column.number] ?? '').trim();
    const lowest = depth === words.length - 1;
    if (text === '' && given === '') continue;
    if (!lowest && above[depth] === `${given}|${text}`) continue;
    above[depth] = `${given}|${text}`;
    above.length = depth + 1;
    const numbered = given && lowest ? null : (labelledItem(text, true, options.own) ?? numberedItem(text, true));
    const number = given || numbered?.number || (lowest ? get('number') : '');
    drafts.push({
      kind: `depth${depth}`,
      depth,
      ...(column.word ? { name: column.word.name, shown: column.word.shown } : {}),
      number: number.replace(/\.$/, ''),
      title: { en: (numbered?.rest ?? text).trim() },
      place: placeOf(reader.table, line, column.title!),
      fields: {},
    });
  }
  const lowest = drafts[drafts.length - 1];
  if (!lowest) return [];
  if (get('description') || get('descriptionEs')) {
    lowest.description = { en: get('description'), ...(get('descriptionEs') ? { es: get('descriptionEs') } : {}) };
  }
  if (get('titleEs')) lowest.title = { ...lowest.title, es: get('titleEs') };
  readFields(reader, lowest, get, (field) => placeOf(reader.table, line, at.get(field) ?? 0));
  return drafts;
}

function readLevel(draft: Draft, get: (field: Wanted) => string, levels: LevelName[]): void {
  if (draft.depth === undefined) return;
  const text = (en: string, es: string): Text => (es ? { en, es } : { en });
  levels[draft.depth] ??= { one: text(get('level'), get('levelEs')), many: text(get('levels'), get('levelsEs')) };
  draft.name = levels[draft.depth]!;
  if (draft.name.one.en) draft.shown = draft.name.one.en;
}
