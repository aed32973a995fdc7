/**
 * Calendar days as people write them, read strictly: an impossible day is refused, a day that two countries read differently is read month
 * first (or as the rest of the file shows) and reported.
 */
import type { Day } from '../shape.ts';
import { fold } from './words.ts';

export type DayOrder = 'mdy' | 'dmy';
export type DayRead = { day: Day; doubt?: 'order' | 'partial' } | { day: null; why: 'impossible' | 'unreadable' };

const monthNames = [
  'january enero gener jan ene gen',
  'february febrero febrer feb',
  'march marzo marc mar',
  'april abril apr abr',
  'may mayo maig mai',
  'june junio juny jun',
  'july julio juliol jul',
  'august agosto agost aug ago',
  'september septiembre setiembre setembre sept sep set',
  'october octubre oct',
  'november noviembre novembre nov',
  'december diciembre desembre dec dic des',
];
const months = new Map(monthNames.flatMap((line, index) => line.split(' ').map((word) => [word, index + 1] as const)));

/** True for a real day of the calendar between 1900 and 2200, as `YYYY-MM-DD`. */
export const isDay = (text: string): boolean => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return found !== null && make(Number(found[1]), Number(found[2]), Number(found[3])) !== null;
};

function make(year: number, month: number, day: number): Day | null {
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCMonth() === month - 1 ? at.toISOString().slice(0, 10) : null;
}
const sure = (year: number, month: number, day: number): DayRead => {
  const made = make(year, month, day);
  return made ? { day: made } : { day: null, why: 'impossible' };
};
const lastOf = (year: number, month: number): DayRead => {
  const made = make(year, month, new Date(Date.UTC(year, month, 0)).getUTCDate());
  return made ? { day: made, doubt: 'partial' } : { day: null, why: 'impossible' };
};

/**
 * Reads one day. `order` is what the rest of the file shows about numbers with slashes.
 * A month, quarter or year alone becomes its last day with doubt `partial`.
 */
export function readDay(text: string, order: DayOrder = 'mdy'): DayRead {
  const raw = text.trim();
  let m = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/.exec(raw);
  if (m) return sure(Number(m[1]), Number(m[2]), Number(m[3]));
  m = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?: [\d:]+(?: ?[ap]\.?m\.?)?)?$/i.exec(raw);
  if (m) {
    const [first, second] = [Number(m[1]), Number(m[3])];
    const year = m[4]!.length === 2 ? 2000 + Number(m[4]) : Number(m[4]);
    const dayFirst = first > 12 || (second <= 12 && (order === 'dmy' || m[2] === '.'));
    const made = dayFirst ? sure(year, second, first) : sure(year, first, second);
    return made.day && first <= 12 && second <= 12 && first !== second ? { day: made.day, doubt: 'order' } : made;
  }
  const words = fold(raw)
    .split(' ')
    .filter((w) => w !== 'de' && w !== 'del' && w !== 'd' && w !== 'of' && w !== 'the');
  const month = words.map((w) => months.get(w)).find((n) => n !== undefined);
  const numbers = words.map((w) => /^(\d{1,4})(?:st|nd|rd|th|o|ro|er)?$/.exec(w)?.[1]).filter((n) => n !== undefined);
  if (month && words.length <= 4) {
    const year = numbers.find((n) => n.length === 4);
    const day = numbers.find((n) => n.length <= 2);
    if (year && day) return sure(Number(year), month, Number(day));
    if (year && words.length === 2) return lastOf(Number(year), month);
  }
  m = /^(?:q|t|quarter |trimestre )([1-4])\s*(?:of |de )?[ -]?(\d{4})$/i.exec(raw) ?? null;
  if (m) return lastOf(Number(m[2]), Number(m[1]) * 3);
  m = /^(\d{4})$/.exec(raw);
  if (m) return lastOf(Number(m[1]), 12);
  return { day: null, why: 'unreadable' };
}

/** What a column of days shows about its order: day first when some first number cannot be a month and no second one says otherwise. */
export function dayOrder(texts: Iterable<string>): DayOrder {
  let dayFirst = false;
  for (const text of texts) {
    const m = /^\s*(\d{1,2})[-/](\d{1,2})[-/](?:\d{4}|\d{2})\b/.exec(text);
    if (!m) continue;
    if (Number(m[2]) > 12) return 'mdy';
    if (Number(m[1]) > 12) dayFirst = true;
  }
  return dayFirst ? 'dmy' : 'mdy';
}
