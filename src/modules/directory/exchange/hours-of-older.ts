/**
 * Hours as older files have them: one row a weekday, and one a holiday. A holiday without a year ("January 01, 0001" is how one program writes it) cannot
 * be said in HSDS and would close a place for ever if it were taken at its word, so it is kept in words.
 */
import { readDay } from './values.ts';

const days: [RegExp, string][] = [
  [/^(mo|lu)/i, 'MO'],
  [/^(tu|ma)/i, 'TU'],
  [/^(we|mi)/i, 'WE'],
  [/^(th|ju)/i, 'TH'],
  [/^(fr|vi)/i, 'FR'],
  [/^(sa|sá)/i, 'SA'],
  [/^(su|do)/i, 'SU'],
];

/** `Monday`, `Mon`, `lunes`, `1` (Monday first, as ISO counts) → `MO`. */
export function weekday(text: string): string | null {
  const numbered = /^[1-7]$/.test(text) ? days[Number(text) - 1]![1] : null;
  return numbered ?? days.find(([word]) => word.test(text))?.[1] ?? null;
}

/** Turns a row of an older table of hours into one of today, in place. Returns the column that cannot be read, or null. */
export function modernHours(cells: Record<string, unknown>): string | null {
  if (cells.weekday !== undefined) {
    const found = String(cells.weekday)
      .split(/[,;/]/)
      .map((one) => weekday(one.trim()));
    if (found.some((one) => one === null)) return 'weekday';
    cells.byday ??= found.join(',');
    cells.freq ??= 'WEEKLY';
    delete cells.weekday;
  }
  if (cells.holiday === undefined) return null;
  delete cells.holiday;
  const closed = /^(true|t|yes|y|1|x)$/i.test(String(cells.closed ?? ''));
  const from = readDay(String(cells.valid_from ?? ''));
  const to = readDay(String(cells.valid_to ?? cells.valid_from ?? ''));
  if (from && to) {
    Object.assign(cells, { valid_from: from, valid_to: to });
    if (closed) cells.closed = true;
    else delete cells.closed;
    return null;
  }
  const said = [cells.valid_from, cells.valid_to]
    .map((one) =>
      String(one ?? '')
        .replace(/,?\s*0*1$/, '')
        .trim(),
    )
    .filter((one, i, all) => one && all.indexOf(one) === i)
    .join(' – ');
  const hours = [cells.opens_at, cells.closes_at].filter(Boolean).join(' – ');
  cells.description = [closed ? 'Closed' : hours || 'Other hours', said].filter(Boolean).join(': ');
  for (const name of ['valid_from', 'valid_to', 'opens_at', 'closes_at', 'closed']) delete cells[name];
  return 'year';
}
