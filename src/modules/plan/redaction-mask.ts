/**
 * Putting a mark in the place of text, in values of any shape. Shapes, numbers, days and codes stay as they are, so that what is left still reads
 * as a plan; the database checks the same before it overwrites anything (only_taken_out in migrations/0004_redaction.sql).
 */
import { statusClasses, scopeKinds } from './shape.ts';
import { directions, pillars } from './fields.ts';

/** What stands where text was. */
export const marks = { en: '[taken out]', es: '[retirado]' } as const;
/** The same where only small letters and hyphens may stand: keys made from a title. */
const keyMark = 'taken-out';

/** What is taken out: some texts wherever they stand, or the whole text of one fact and its copies beside its item. */
export interface Taken {
  texts: string[];
  whole?: { plan: string; ref: number };
}

/** Where a value comes from, so that a whole text is only looked for beside its own item. */
export interface Around {
  plan?: string;
  ref?: number;
}

type Locale = keyof typeof marks;

/** Words that are codes of ours and never somebody's text, also when they read the same. */
const codes: ReadonlySet<string> = new Set([
  ...statusClasses,
  ...scopeKinds,
  ...directions,
  ...pillars,
  'month',
  'quarter',
  'year',
  'en',
  'es',
  'same',
  'changed',
  'moved',
  'renumbered',
  'status',
  'scope',
  'update',
  'indicator',
  'settings',
]);
/** Properties that hold ids and codes. */
const never: ReadonlySet<string> = new Set(['id', 'kind', 'field', 'locale', 'retracts', 'figure', 'class']);
const isDay = /^\d{4}-\d{2}-\d{2}$/;
const isKey = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The same text as people write it again: other letter case, other blanks, composed or decomposed accents. */
function pattern(text: string): RegExp {
  const bare = text.normalize('NFC').trim();
  const one = (form: string) =>
    form
      .split(/\s+/)
      .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
      .join('\\s+');
  const forms = [...new Set([bare, bare.normalize('NFD')])].map(one).join('|');
  // Whole words, so that a short name is not cut out of longer ones.
  const [left, right] = [/^[\p{L}\p{N}]/u.test(bare), /[\p{L}\p{N}\p{M}]$/u.test(bare)];
  return new RegExp(
    `${left ? '(?<![\\p{L}\\p{N}])' : ''}(?:${forms})${right ? '(?![\\p{L}\\p{N}\\p{M}])' : ''}`,
    'giu',
  );
}

const keyed = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

interface Range {
  from: number;
  to: number;
}

/** Overlapping and touching ranges as one, in order. */
function joined(ranges: Range[]): Range[] {
  const out: Range[] = [];
  for (const range of ranges.sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else out.push({ ...range });
  }
  return out;
}

/** Takes text out of values. `found` gathers the names of the properties in which something was taken out. */
export class Mask {
  readonly found = new Set<string>();
  readonly #patterns: RegExp[];
  readonly #keys: string[];
  readonly #wholes: { text: string; plan: string; ref: number }[];

  constructor(taken: readonly Taken[]) {
    const parts = taken.filter(({ whole }) => !whole).flatMap(({ texts }) => texts);
    this.#keys = parts.map(keyed).filter((key) => key.length > 1);
    // Keys also stand in sentences: "themes: added maria-lopez".
    this.#patterns = [...parts, ...this.#keys.filter((key) => key.includes('-'))].map(pattern);
    this.#wholes = taken.flatMap(({ texts, whole }) =>
      whole ? texts.map((text) => ({ text: text.trim(), ...whole })) : [],
    );
  }

  /** A text with marks in it; the same text when there is nothing to take out. */
  text(text: string, locale: Locale = 'en', around: Around = {}): string {
    return this.#cut(text, this.#ranges(text, around), locale);
  }

  /** A value of the same shape with marks in its texts; the very same value when there is nothing to take out. */
  value<T>(value: T, around: Around = {}): T {
    return this.#walk(value, '', 'en', around) as T;
  }

  #ranges(text: string, around: Around): Range[] {
    if (this.#wholes.some((one) => one.plan === around.plan && one.ref === around.ref && one.text === text.trim()))
      return [{ from: 0, to: text.length }];
    return joined(
      this.#patterns.flatMap((re) =>
        [...text.matchAll(re)].map((match) => ({ from: match.index, to: match.index + match[0].length })),
      ),
    );
  }

  #cut(text: string, ranges: Range[], locale: Locale): string {
    let out = '';
    let at = 0;
    for (const { from, to } of ranges) {
      out += text.slice(at, from) + marks[locale];
      at = to;
    }
    return ranges.length === 0 ? text : out + text.slice(at);
  }

  #walk(value: unknown, name: string, locale: Locale, around: Around): unknown {
    if (typeof value === 'string') return this.#string(value, name, locale, around);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      if (name === 'words' && value.every(isPiece)) return this.#pieces(value, locale, around);
      const list = value.map((one) => this.#walk(one, name, locale, around));
      return list.some((one, i) => one !== value[i]) ? list : value;
    }
    const own = value as Record<string, unknown>;
    // A change says which item and which language it is about; in a text the property is the language.
    const inside = typeof own.ref === 'number' ? { ...around, ref: own.ref } : around;
    const said = own.locale === 'es' ? 'es' : locale;
    let changed = false;
    const copy: Record<string, unknown> = {};
    for (const [key, one] of Object.entries(own)) {
      const text = key === 'es' || key === 'en';
      copy[key] = this.#walk(one, text ? name : key, text ? key : said, inside);
      changed ||= copy[key] !== one;
    }
    return changed ? copy : value;
  }

  #string(text: string, name: string, locale: Locale, around: Around): string {
    if (never.has(name) || codes.has(text) || isDay.test(text) || (name === 'key' && text.startsWith('plan.')))
      return text;
    const masked =
      isKey.test(text) && (text.includes('-') || ['key', 'code', 'label', 'themes', 'pillars'].includes(name))
        ? this.#keyText(text)
        : this.text(text, locale, around);
    if (masked !== text) this.found.add(name);
    return masked;
  }

  #keyText(text: string): string {
    const hit = this.#keys.some((key) => `-${text}-`.includes(`-${key}-`));
    return hit ? keyMark : text;
  }

  /** Marked-up pieces of two texts: a text to take out may run over several, each of which loses its share. */
  #pieces(pieces: Piece[], locale: Locale, around: Around): Piece[] {
    const cuts: Range[][] = pieces.map(() => []);
    for (const skipped of ['added', 'removed']) {
      const side = pieces.map((piece, index) => ({ ...piece, index })).filter(({ kind }) => kind !== skipped);
      const ranges = this.#ranges(side.map(({ text }) => text).join(''), around);
      let start = 0;
      for (const { text, index } of side) {
        for (const { from, to } of ranges) {
          const range = { from: Math.max(from - start, 0), to: Math.min(to - start, text.length) };
          if (range.from < range.to) cuts[index]!.push(range);
        }
        start += text.length;
      }
    }
    if (cuts.every((ranges) => ranges.length === 0)) return pieces;
    this.found.add('words');
    return pieces.map((piece, i) => ({ ...piece, text: this.#cut(piece.text, joined(cuts[i]!), locale) }));
  }
}

interface Piece {
  kind: string;
  text: string;
}

const isPiece = (one: unknown): one is Piece =>
  typeof one === 'object' && one !== null && 'text' in one && typeof one.text === 'string' && 'kind' in one;

/**
 * The longest run of plain letters and digits in each text: what the database looks for first. Null where a text has none, and every row must be
 * looked at. Other letters are left to the pattern, because the database may not know their capitals.
 */
export function wordsToFind(taken: Taken): string[] | null {
  const words = taken.texts.map((text) =>
    (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).sort((a, b) => b.length - a.length).find((word) => word.length > 1),
  );
  return words.every((word) => word !== undefined) ? words : null;
}
