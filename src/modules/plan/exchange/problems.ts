/**
 * Sentences about a file, in the reader's language. A file with the same fault on thousands of lines gets the first hundred sentences and one
 * that counts the rest.
 */
import type { FaultNotes } from '#engines/file-faults';
import { IntlMessageFormat } from 'intl-messageformat';
import type { ImportProblem } from '../shape.ts';
import en from './messages/en.json' with { type: 'json' };
import es from './messages/es.json' with { type: 'json' };

export type ExchangeLocale = 'en' | 'es';
export type ProblemKey = keyof typeof en;
export type Values = Record<string, string | number>;

/** Every sentence of this folder, for the network's message catalogue and its language test. */
export const exchangeMessages: Record<ExchangeLocale, Record<string, string>> = { en, es };

const compiled = new Map<string, IntlMessageFormat>();

/** One sentence. Throws on an unknown key: a mistake of ours, not of a file. */
export function sentence(key: ProblemKey, values: Values = {}, locale: ExchangeLocale = 'en'): string {
  const id = `${locale} ${key}`;
  let format = compiled.get(id);
  if (!format) {
    const text = exchangeMessages[locale][key];
    if (text === undefined) throw new Error(`There is no message called ${key}.`);
    format = new IntlMessageFormat(text, locale === 'es' ? 'es-US' : 'en-US', undefined, { ignoreTag: true });
    compiled.set(id, format);
  }
  return String(format.format(values));
}

/** A file that cannot be read further. Caught by readPlan and turned into one stopping problem. */
export class Unreadable extends Error {
  readonly key: ProblemKey;
  readonly values: Values;
  readonly line: number;

  constructor(key: ProblemKey, values: Values = {}, line = 1) {
    super(key);
    this.key = key;
    this.values = values;
    this.line = line;
  }
}

export interface Place {
  line: number;
  cell?: string;
}

const mostOfOneKind = 100;

export class Problems {
  readonly locale: ExchangeLocale;
  readonly #found: ImportProblem[] = [];
  readonly #counts = new Map<ProblemKey, { count: number; severity: ImportProblem['severity']; line: number }>();

  constructor(locale: ExchangeLocale = 'en') {
    this.locale = locale;
  }

  add(severity: ImportProblem['severity'], key: ProblemKey, place: Place, values: Values = {}): void {
    const seen = this.#counts.get(key) ?? { count: 0, severity, line: place.line };
    seen.count++;
    this.#counts.set(key, seen);
    if (seen.count > mostOfOneKind) {
      seen.line = place.line;
      return;
    }
    const where = place.cell ? 'cell' : 'line';
    const message = sentence(key, { where, line: String(place.line), cell: place.cell ?? '', ...values }, this.locale);
    this.#found.push({ line: place.line, ...(place.cell ? { cell: place.cell } : {}), message, severity });
  }

  error(key: ProblemKey, place: Place, values?: Values): void {
    this.add('error', key, place, values);
  }

  warn(key: ProblemKey, place: Place, values?: Values): void {
    this.add('warning', key, place, values);
  }

  /** For the readers of files, who know nothing of plans. */
  readonly ofFile: FaultNotes = {
    error: (fault, place, values) => this.error(`plan.exchange.${fault}`, place, values),
    warn: (fault, place, values) => this.warn(`plan.exchange.${fault}`, place, values),
  };

  get stopped(): boolean {
    return this.#found.some((problem) => problem.severity === 'error');
  }

  /** Takes over what was said about a part of the file. */
  take(other: Problems): void {
    this.#found.push(...other.list());
  }

  /** In the order of the file. */
  list(): ImportProblem[] {
    const rest: ImportProblem[] = [];
    for (const { count, severity, line } of this.#counts.values()) {
      if (count > mostOfOneKind) {
        rest.push({
          line,
          severity,
          message: sentence('plan.exchange.more', { count: count - mostOfOneKind }, this.locale),
        });
      }
    }
    return [...this.#found, ...rest].sort((a, b) => a.line - b.line);
  }
}

/** The start of a text, for quoting in a sentence. */
export const excerpt = (text: string, length = 60): string => {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > length ? `${flat.slice(0, length - 1).trimEnd()}…`.toWellFormed() : flat;
};
