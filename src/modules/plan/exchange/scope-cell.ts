/**
 * How an item joined the plan and how it left, in one cell: one fact a line, `2025-02-10 Split into 35, 36 | why | por qué`. The numbers are
 * permanent numbers. Spanish words are understood as well.
 */
import { type ScopeFact, scopeKinds } from '../shape.ts';
import { escape, linesOf, split, textOf } from './cells.ts';
import { isDay } from './days.ts';
import { fold } from './words.ts';

type Kind = ScopeFact['kind'];

const printed: Record<Kind, string> = {
  added: 'Added',
  merged: 'Merged',
  split: 'Split',
  superseded: 'Superseded',
  removed: 'Removed',
};

const others: Record<Kind, string> = {
  added: 'joined, agregado, agregada, añadido, añadida, incorporado, incorporada',
  merged: 'fusionado, fusionada, unido, unida',
  split: 'dividido, dividida',
  superseded: 'replaced, sustituido, sustituida, reemplazado, reemplazada',
  removed: 'dropped, withdrawn, retirado, retirada, eliminado, eliminada',
};

const kinds = new Map<string, Kind>(
  scopeKinds.flatMap((kind) => [printed[kind], ...others[kind].split(', ')].map((word) => [fold(word), kind] as const)),
);

/** One fact a line, in the order given. */
export const joinScope = (scope: readonly ScopeFact[]): string =>
  scope
    .map(({ on, kind, into, reason }) => {
      const to = into && into.length > 0 ? ` ${kind === 'superseded' ? 'by' : 'into'} ${into.join(', ')}` : '';
      const parts = [`${on} ${printed[kind]}${to}`];
      if (reason?.en || reason?.es) parts.push(escape(reason.en));
      if (reason?.es) parts.push(escape(reason.es));
      return parts.join(' | ');
    })
    .join('\n');

/** A line that is no fact: `day` and `kind` are quoted alone, anything else whole. */
export interface BadScope {
  why: 'day' | 'kind' | 'form';
  text: string;
}

/** Reads the facts of a cell. Whether the numbers are in the file is seen when all of it is read. */
export function splitScope(cell: string): { scope: ScopeFact[]; bad: BadScope[] } {
  const scope: ScopeFact[] = [];
  const bad: BadScope[] = [];
  for (const line of linesOf(cell)) {
    const [head = '', en = '', es] = split(line, '|');
    const found = /^(\d{4}-\d{2}-\d{2})\s+([\p{L}\p{M}]+)\s*(.*)$/su.exec(head);
    const kind = found && kinds.get(fold(found[2]!));
    const list = found?.[3]!.replace(/^(into|to|by|en|por)\s+/i, '').trim();
    const into = list ? list.split(/\s*[,;]\s*|\s+(?:and\s+|y\s+)?/) : [];
    if (!found) bad.push({ why: 'form', text: line });
    else if (!isDay(found[1]!)) bad.push({ why: 'day', text: found[1]! });
    else if (!kind) bad.push({ why: 'kind', text: found[2]! });
    else if (!into.every((ref) => /^[1-9]\d{0,8}$/.test(ref))) bad.push({ why: 'form', text: line });
    else {
      scope.push({
        on: found[1]!,
        kind,
        ...(into.length > 0 ? { into: into.map(Number) } : {}),
        ...(en || es ? { reason: textOf(en, es) } : {}),
      });
    }
  }
  return { scope, bad };
}
