/** The fields of one row of a table: days, amounts, lists, history, milestones. A cell that cannot be read is named. */
import type { Day, PlanRow, ScopeFact, StatusClass } from '../shape.ts';
import type { Table } from './blocks.ts';
import { splitHistory, splitList, splitMilestones } from './cells.ts';
import { type DayOrder, readDay } from './days.ts';
import type { Draft } from './draft.ts';
import type { Column, Header, Wanted } from './header.ts';
import { excerpt, type Place, type Problems } from './problems.ts';
import { splitScope } from './scope-cell.ts';
import { classifyStatus, type StatusMap } from './status.ts';
import type { LevelWord } from './words.ts';

export interface TableOptions {
  statusMap?: StatusMap;
  own: ReadonlyMap<string, LevelWord>;
}

export interface Reader {
  table: Table;
  header: Header;
  options: TableOptions;
  problems: Problems;
  at: ReadonlyMap<Wanted, number>;
  order: DayOrder;
  levelColumns: Extract<Column, { word: LevelWord }>[];
}

/** Puts what the cells of a row hold into its item. `get` gives the text of a field, `where` its place. */
export function readFields(
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
  const scope = scopeOf(get('scope'), day('added'), where('scope'), problems);
  if (scope.length > 0) fields.scope = scope;
  const due = day('due');
  if (due) fields.due = due;
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
}

/** The facts of the cell, and the day of a plain column of days of joining. */
function scopeOf(cell: string, added: Day | undefined, place: Place, problems: Problems): ScopeFact[] {
  const { scope, bad } = splitScope(cell);
  for (const { why, text } of bad) {
    if (why === 'day') problems.error('plan.exchange.dayImpossible', place, { text: excerpt(text, 40) });
    else
      problems.error(why === 'kind' ? 'plan.exchange.badScopeKind' : 'plan.exchange.badScope', place, {
        text: excerpt(text),
      });
  }
  for (const { kind, into } of scope)
    if (kind !== 'added' && kind !== 'removed' && !into) problems.warn('plan.exchange.intoMissing', place);
  return added && !scope.some((fact) => fact.kind === 'added') ? [{ on: added, kind: 'added' }, ...scope] : scope;
}

/** A day from a cell, with its problem said. */
function dayIn(text: string, order: DayOrder, place: Place, problems: Problems): Day | undefined {
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
