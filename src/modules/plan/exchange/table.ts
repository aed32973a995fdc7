/** Items from a table with a header: one row an item, or one column a level. Every wrong cell is named. */
import type { Day, LevelName, PlanRow, StatusClass, Text } from '../shape.ts';
import { cellName, type Table } from './blocks.ts';
import { looksLikeFormula, spreadsheetError, splitHistory, splitList, splitMilestones, unprotect } from './cells.ts';
import type { Field } from './columns.ts';
import { dayOrder, type DayOrder, readDay } from './days.ts';
import type { Draft } from './draft.ts';
import type { Column, Header } from './header.ts';
import { labelledItem, numberedItem } from './inline.ts';
import { excerpt, type Place, type Problems } from './problems.ts';
import { classifyStatus, type StatusMap } from './status.ts';
import { fold, levelNameOf, type LevelWord, levelWord } from './words.ts';

export interface TableOptions {
  statusMap?: StatusMap;
  own: ReadonlyMap<string, LevelWord>;
  /** Day for a changed status in one of our own files. */
  day?: Day;
}

export interface TableRead {
  drafts: Draft[];
  plan?: Text;
  levelNames?: LevelName[];
}

type Wanted = Field | 'statusOn';

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

interface Reader {
  table: Table;
  header: Header;
  options: TableOptions;
  problems: Problems;
  at: ReadonlyMap<Wanted, number>;
  order: DayOrder;
  levelColumns: Extract<Column, { word: LevelWord }>[];
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

function readFields(
  reader: Reader,
  draft: Draft,
  get: (field: Wanted) => string,
  where: (field: Wanted) => Place,
): void {
  const { problems, options, header, order } = reader;
  const fields: Partial<PlanRow> = draft.fields;
  const wrong = (field: Wanted, key: 'plan.exchange.badNumber' | 'plan.exchange.badRef', column: string) =>
    problems.error(key, where(field), { text: excerpt(get(field)), column });

  const ref = get('ref').trim();
  if (ref !== '') {
    if (/^[1-9]\d{0,8}$/.test(ref)) fields.ref = Number(ref);
    else wrong('ref', 'plan.exchange.badRef', 'Ref');
  }
  const day = (field: 'due' | 'added' | 'statusOn'): Day | undefined => {
    const text = get(field).trim();
    return text === '' ? undefined : dayIn(text, order, where(field), problems);
  };
  fields.added = day('added');
  fields.due = day('due');
  if (get('lead')) fields.lead = get('lead');
  for (const field of ['partners', 'themes', 'pillars'] as const) {
    const items = splitList(get(field));
    if (items.length > 0) fields[field] = items;
  }
  for (const field of ['fundingNeeded', 'fundingSecured'] as const) {
    const text = get(field).trim();
    if (text === '') continue;
    const amount = readAmount(text);
    if (amount === null)
      wrong(field, 'plan.exchange.badNumber', field === 'fundingNeeded' ? 'Funding needed' : 'Funding secured');
    else fields[field] = amount;
  }
  const waits = get('dependsOn').trim();
  if (waits !== '') {
    const items = waits.split(/[;,\s]+/).filter(Boolean);
    if (items.every((item) => /^\d{1,9}$/.test(item)) && (header.own || reader.at.has('ref')))
      fields.dependsOn = items.map(Number);
    else draft.waitsFor = items;
  }
  const { milestones, bad: badMilestones } = splitMilestones(get('milestones'));
  if (milestones.length > 0) fields.milestones = milestones;
  for (const text of badMilestones)
    problems.error('plan.exchange.badMilestone', where('milestones'), { text: excerpt(text) });
  const { history, bad } = splitHistory(get('history'));
  for (const text of bad) problems.error('plan.exchange.badHistory', where('history'), { text: excerpt(text) });
  if (history.length > 0) fields.history = history;
  const status = get('status').trim();
  const changedOn = day('statusOn');
  const last: StatusClass | undefined = history[history.length - 1]?.status;
  const now = classifyStatus(status, options.statusMap) ?? classifyStatus(status);
  if (status !== '' && (history.length === 0 || (now !== last && bad.length === 0))) {
    draft.status = status;
    draft.statusOn = changedOn;
  }
  for (const key of ['added', 'due'] as const) if (fields[key] === undefined) delete fields[key];
}

/** A day from a cell, with its problem said. */
export function dayIn(text: string, order: DayOrder, place: Place, problems: Problems): Day | undefined {
  const read = readDay(text, order);
  if (read.day === null) {
    problems.error(read.why === 'impossible' ? 'plan.exchange.dayImpossible' : 'plan.exchange.dayUnreadable', place, {
      text: excerpt(text, 40),
    });
    return undefined;
  }
  if (read.doubt) {
    problems.warn(read.doubt === 'order' ? 'plan.exchange.dayInDoubt' : 'plan.exchange.dayPartial', place, {
      text: excerpt(text, 40),
      day: read.day,
    });
  }
  return read.day;
}

/** `$1,200.50`, `1.200,50 €`, `1200`. Null when it is no amount. */
function readAmount(text: string): number | null {
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return Number(text);
  const bare = text.replace(/[$€\s\u00a0]|USD|EUR/gi, '');
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) return Number(bare.replaceAll(',', ''));
  if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare)) return Number(bare.replaceAll('.', '').replace(',', '.'));
  if (/^-?\d+,\d{1,2}$/.test(bare)) return Number(bare.replace(',', '.'));
  return /^-?\d+(\.\d+)?$/.test(bare) ? Number(bare) : null;
}
