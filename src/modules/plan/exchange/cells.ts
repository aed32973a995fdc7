/**
 * Several values in one cell, readably and without loss: lists, dated status facts and milestones.
 */
import type { PlanRow, Text } from '../shape.ts';
import { classifyStatus, statusPrinted } from './status.ts';
import { isDay } from './days.ts';

const spelled: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', '|': '\\|', ';': '\\;' };

/** Text inside a list or a dated fact: separators, line ends and outer spaces get a backslash. */
export function escape(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!;
    if (spelled[ch]) out += spelled[ch];
    else if ((i === 0 || i === text.length - 1) && /\s/.test(ch)) out += `\\${ch}`;
    else out += ch;
  }
  return out;
}

/** Splits on a separator that has no backslash, drops outer spaces that have none, and takes the backslashes away. */
export function split(cell: string, separator: string): string[] {
  const parts: string[] = [];
  let units: { ch: string; kept: boolean }[] = [];
  const close = () => {
    let [from, to] = [0, units.length];
    while (from < to && !units[from]!.kept && /\s/.test(units[from]!.ch)) from++;
    while (to > from && !units[to - 1]!.kept && /\s/.test(units[to - 1]!.ch)) to--;
    parts.push(
      units
        .slice(from, to)
        .map((unit) => unit.ch)
        .join(''),
    );
    units = [];
  };
  for (let i = 0; i < cell.length; i++) {
    const ch = cell[i]!;
    if (ch === '\\' && i + 1 < cell.length) {
      const next = cell[++i]!;
      units.push({ ch: next === 'n' ? '\n' : next === 'r' ? '\r' : next === 't' ? '\t' : next, kept: true });
    } else if (ch === separator) close();
    else units.push({ ch, kept: false });
  }
  close();
  return parts;
}

/** Lines of a cell. A backslash before a line end never occurs in what we write, so a plain split is right. */
export const linesOf = (cell: string): string[] => cell.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');

/** `Police; Health department` */
export const joinList = (items: readonly string[]): string => items.map(escape).join('; ');
/** Reads a list; one item a line is understood too. */
export const splitList = (cell: string): string[] =>
  linesOf(cell)
    .flatMap((line) => split(line, ';'))
    .filter((item) => item !== '');

export const textOf = (en: string, es: string | undefined): Text => (es ? { en, es } : { en });

/** One fact a line: `2019-04-25 Completed | why | por qué`. */
export const joinHistory = (history: PlanRow['history']): string =>
  history
    .map(({ on, status, reason }) => {
      const parts = [`${on} ${statusPrinted[status]}`];
      if (reason?.en || reason?.es) parts.push(escape(reason.en));
      if (reason?.es) parts.push(escape(reason.es));
      return parts.join(' | ');
    })
    .join('\n');

/** Reads dated facts. A line that is not one comes back in `bad`, whole. */
export function splitHistory(cell: string): { history: PlanRow['history']; bad: string[] } {
  const history: PlanRow['history'] = [];
  const bad: string[] = [];
  for (const line of linesOf(cell)) {
    const [head = '', en = '', es] = split(line, '|');
    const found = /^(\d{4}-\d{2}-\d{2})\s+(.+)$/.exec(head);
    const status = found && classifyStatus(found[2]!);
    if (!found || !status || !isDay(found[1]!)) {
      bad.push(line);
      continue;
    }
    history.push(en || es ? { on: found[1]!, status, reason: textOf(en, es) } : { on: found[1]!, status });
  }
  return { history, bad };
}

type Milestone = NonNullable<PlanRow['milestones']>[number];

/** One milestone a line: `Hire a trainer | Contratar a una persona | due 2020-01-31 | done 2020-02-03`. */
export const joinMilestones = (milestones: readonly Milestone[]): string =>
  milestones
    .map(({ title, due, doneOn }) => {
      const parts = [escape(title.en)];
      if (title.es || due || doneOn) parts.push(escape(title.es ?? ''));
      if (due) parts.push(`due ${due}`);
      if (doneOn) parts.push(`done ${doneOn}`);
      return parts.join(' | ');
    })
    .join('\n');

export function splitMilestones(cell: string): { milestones: Milestone[]; bad: string[] } {
  const milestones: Milestone[] = [];
  const bad: string[] = [];
  for (const line of linesOf(cell)) {
    const [en = '', es, ...days] = split(line, '|');
    const milestone: Milestone = { title: textOf(en, es) };
    let fine = en !== '' || Boolean(es);
    for (const part of days) {
      const found = /^(due|done)\s+(\S+)$/.exec(part);
      if (!found || !isDay(found[2]!)) fine = false;
      else if (found[1] === 'due') milestone.due = found[2]!;
      else milestone.doneOn = found[2]!;
    }
    if (fine) milestones.push(milestone);
    else bad.push(line);
  }
  return { milestones, bad };
}
