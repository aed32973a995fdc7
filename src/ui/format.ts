/**
 * Days, instants and numbers in words. Formatters are expensive to build and cheap to use, so each is made once per locale and shape.
 * Spanish follows the United States' habits for numbers (1,234.5), which is what readers here see elsewhere.
 */
import type { Locale } from './ui.ts';

const tags: Record<Locale, string> = { en: 'en-US', es: 'es-US' };
const dateFormats = new Map<string, Intl.DateTimeFormat>();
const numberFormats = new Map<string, Intl.NumberFormat>();

function dates(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let format = dateFormats.get(key);
  if (!format) dateFormats.set(key, (format = new Intl.DateTimeFormat(tags[locale], options)));
  return format;
}

function numbers(locale: Locale, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let format = numberFormats.get(key);
  if (!format) numberFormats.set(key, (format = new Intl.NumberFormat(tags[locale], options)));
  return format;
}

/** Midnight UTC of an ISO day; NaN when the text is not one. A day no calendar has (2019-02-30) is none: engines would roll it over. */
export function dayToTime(day: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(time) || new Date(time).toISOString().startsWith(day) ? time : Number.NaN;
}

const dayShapes = {
  long: { year: 'numeric', month: 'long', day: 'numeric' },
  short: { year: 'numeric', month: 'short', day: 'numeric' },
  month: { year: 'numeric', month: 'short' },
  year: { year: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Long lists name the same few days over and over; emptied when it has seen many. */
const dayWords = new Map<string, string>();

/** `2019-04-25` → “April 25, 2019” / “25 de abril de 2019”; text that is not a day comes back as it is. */
export function formatDay(locale: Locale, day: string, style: keyof typeof dayShapes = 'long'): string {
  const key = `${locale} ${style} ${day}`;
  const known = dayWords.get(key);
  if (known !== undefined) return known;
  const time = dayToTime(day);
  if (Number.isNaN(time)) return day;
  const words = dates(locale, { ...dayShapes[style], timeZone: 'UTC' }).format(time);
  if (dayWords.size >= 5_000) dayWords.clear();
  dayWords.set(key, words);
  return words;
}

/** An instant in words, with the zone's short name, e.g. “April 25, 2019 at 3:04 PM CDT”. */
export function formatInstant(locale: Locale, instant: Date, timeZone = 'UTC'): string {
  return dates(locale, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(instant);
}

/** A number as people write it; `digits` is the most decimals shown (default 2). */
export const formatNumber = (locale: Locale, value: number, digits = 2): string =>
  numbers(locale, { maximumFractionDigits: digits }).format(value);

const listFormats = new Map<Locale, Intl.ListFormat>();

/** “English, Spanish, and Tagalog” / “inglés, español y tagalo”. */
export function formatList(locale: Locale, words: readonly string[]): string {
  let format = listFormats.get(locale);
  if (!format) listFormats.set(locale, (format = new Intl.ListFormat(tags[locale], { type: 'conjunction' })));
  return format.format(words);
}

/** The same words at the beginning of a line. */
export const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** A whole percentage from 0–100: `65` → “65%” / “65 %”. */
export const formatPercent = (locale: Locale, percent: number, digits = 0): string =>
  numbers(locale, { style: 'percent', maximumFractionDigits: digits }).format(percent / 100);

/** US dollars without cents when there are none. */
export const formatMoney = (locale: Locale, dollars: number): string =>
  numbers(locale, { style: 'currency', currency: 'USD', minimumFractionDigits: 0, maximumFractionDigits: 2 }).format(
    dollars,
  );
