/**
 * Reads one value the way people write it: a day in American order, `9am`, `www.example.org`, `18 and over`. What cannot be read is null, and whoever
 * asked says so with the place it stood at. Nothing is guessed where two readings are possible and matter.
 */
import { isShape, mostCharacters, readExtent } from '../areas/shape.ts';
import type { Fault } from './rows.ts';
import type { CellType } from './tables.ts';

/** A value that was read, or the key of why it was not; `rest` are words that belong elsewhere in the row. */
export type Read = { value: unknown; rest?: Record<string, unknown> } | { fault: string; values?: Fault['values'] };

const limit: Partial<Record<CellType, number>> = { short: 300, text: 2_000, long: 200_000 };
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A calendar day from `2024-03-31`, `3/31/2024`, `3/31/24` or `March 31, 2024`; null for anything else and for years before 1900. */
export function readDay(text: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text.trim());
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(text.trim());
  const spelled = /^([A-Za-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})$/.exec(text.trim());
  const [year, month, day] = iso
    ? [Number(iso[1]), Number(iso[2]), Number(iso[3])]
    : slashed
      ? [Number(slashed[3]!.length === 2 ? `20${slashed[3]}` : slashed[3]), Number(slashed[1]), Number(slashed[2])]
      : spelled
        ? [Number(spelled[3]), months.indexOf(spelled[1]!.slice(0, 3).toLowerCase()) + 1, Number(spelled[2])]
        : [0, 0, 0];
  if (year < 1900 || year > 9999) return null;
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
  return at.toISOString().slice(0, 10);
}

/** `9am`, `4:00 PM`, `17:00`, `17:00:00-05:00`, `noon` → `HH:MM`, with seconds and offset where they were said. */
export function readTime(text: string): string | null {
  const word = { noon: '12:00', midday: '12:00', midnight: '24:00' }[text.trim().toLowerCase()];
  if (word) return word;
  const found = /^(\d{1,2})(?:[:.h](\d{2}))?(?::(\d{2}))?\s*([ap])?\.?(?:m\.?)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(
    text.trim(),
  );
  if (!found) return null;
  const [, hours = '', minutes = '00', seconds, half, zone = ''] = found;
  let hour = Number(hours);
  if (half) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  } else if (found[2] === undefined) return null;
  if (hour > 24 || Number(minutes) > 59 || (hour === 24 && Number(minutes) > 0)) return null;
  const offset = zone && zone !== 'Z' && !zone.includes(':') ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return `${String(hour).padStart(2, '0')}:${minutes}${seconds ? `:${seconds}` : ''}${offset}`;
}

function readNumber(text: string): number | null {
  const bare = text
    .trim()
    .replace(/^[$€£]\s*/, '')
    .replace(/(?<=\d),(?=\d{3}\b)/g, '');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(bare) ? Number(bare) : null;
}

/** Telephone numbers with words around them: the number stays, the words go into its description. */
function readPhone(text: string): Read {
  const plain = text.trim();
  if (/^[+\d][\d\s().\-/]*$/.test(plain) || !/\d/.test(plain)) {
    if (plain.length > 60) return { fault: 'tooLong' };
    return /\d/.test(plain) ? { value: plain } : { fault: 'phone' };
  }
  const found = /\+?\(?\d[\d\s().-]{5,}\d/.exec(plain);
  if (!found) return plain.length <= 60 ? { value: plain } : { fault: 'phone' };
  const words = `${plain.slice(0, found.index)} ${plain.slice(found.index + found[0].length)}`
    .replace(/\s+/g, ' ')
    .trim();
  const extension = /^(?:ext(?:ension)?\.?|x|#)\s*(\d{1,8})$/i.exec(words);
  const number = found[0].trim();
  // Letters inside the number (1-800-CALL-NOW) are part of it.
  if (/\d[A-Z-]*[A-Z]{3,}|[A-Z]{3,}[\d-]/.test(plain) && plain.length <= 40 && !/\s[a-z]/.test(plain))
    return { value: plain };
  if (!words) return { value: number };
  return { value: number, rest: extension ? { extension: Number(extension[1]) } : { description: words } };
}

const emailForm = /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\]+\.[A-Za-z][A-Za-z0-9-]*$/;

function readUrl(text: string): Read {
  const given = text.trim();
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(given) && !/^[\w.-]+:\d+/.test(given) ? given : `https://${given}`;
  if (
    !/^https?:\/\//i.test(whole) ||
    /\s/.test(given) ||
    !/^https?:\/\/[^/?#]*[^/?#.]\.[^/?#.]|^https?:\/\/localhost/i.test(whole)
  )
    return { fault: 'url' };
  return whole.length <= 1_000 && URL.canParse(whole) ? { value: whole } : { fault: 'url' };
}

const statuses: [RegExp, string][] = [
  [/^(active|open|activo|true|yes|current)$/i, 'active'],
  [/^(inactive|inactivo|draft|suspended|false|no)$/i, 'inactive'],
  [/^(defunct|closed|cerrado|deleted|archived)$/i, 'defunct'],
  [/^temporar(il)?y[ _-]closed$/i, 'temporarily closed'],
];
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const choice =
  (allowed: readonly string[], shape: (text: string) => string = (text) => text) =>
  (text: string): Read => {
    const value = shape(text.trim());
    return allowed.includes(value) ? { value } : { fault: 'choice' };
  };
const orFault = (value: unknown, fault: string): Read => (value === null ? { fault } : { value });

const byType: Partial<Record<CellType, (text: string) => Read>> = {
  number: (text) => orFault(readNumber(text), 'number'),
  age(text) {
    const found = readNumber(text);
    if (found !== null) return found >= 0 && found <= 150 ? { value: found } : { fault: 'number' };
    const said = /(\d{1,3})\s*(?:years?|yrs?|años|\+|and (?:over|up|older)|or (?:over|older)|y más)/i.exec(text);
    return said ? { value: Number(said[1]) } : { fault: 'number' };
  },
  day: (text) => orFault(readDay(text), 'day'),
  time: (text) => orFault(readTime(text), 'time'),
  instant(text) {
    const at = new Date(text);
    const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text.trim());
    return zoned && !Number.isNaN(at.getTime())
      ? { value: text.trim() }
      : orFault(readDay(text) && `${readDay(text)}T00:00:00Z`, 'instant');
  },
  /** A shape is kept word for word when it can be read, or is in a form that is not read here; never a broken one. */
  extent(text) {
    const read = readExtent(text);
    if (read !== null && !isShape(read)) return read;
    return text.length > mostCharacters ? { fault: 'tooLong' } : { value: text };
  },
  url: readUrl,
  email(text) {
    const value = text
      .trim()
      .replace(/^mailto:/i, '')
      .replace(/^<(.*)>$/, '$1');
    return emailForm.test(value) && value.length <= 254 ? { value } : { fault: 'email' };
  },
  phone: readPhone,
  yes: (text) => (/^(true|t|yes|y|1|x|si|sí)$/i.test(text.trim()) ? { value: true } : { value: false }),
  status(text) {
    const found = statuses.find(([word]) => word.test(text.trim()));
    return found ? { value: found[1] } : { fault: 'choice' };
  },
  place: choice(['physical', 'postal', 'virtual'], (text) => text.toLowerCase()),
  kindOfAddress: choice(['physical', 'postal', 'virtual'], (text) =>
    text.toLowerCase().replace(/^mail(ing)?$/, 'postal'),
  ),
  freq: choice(['WEEKLY', 'MONTHLY'], (text) => text.toUpperCase()),
  weekday: choice(weekdays, (text) => text.toUpperCase().slice(0, 2)),
};

/** Reads a value of a type. Texts lose outer blanks and what no database keeps; nothing else of them is changed. */
export function readValue(type: CellType, raw: unknown): Read {
  if (typeof raw === 'object') return { fault: 'notText' };
  if (typeof raw === 'number' && (type === 'number' || type === 'age'))
    return Number.isFinite(raw) ? { value: raw } : { fault: 'number' };
  const text = String(raw).replaceAll('\0', '').toWellFormed().trim();
  const read = byType[type];
  if (read) return read(text);
  return text.length > (limit[type] ?? 300) ? { fault: 'tooLong' } : { value: text };
}
