/**
 * Words: ICU messages in JSON, one file per module and language. A key that is missing in Spanish falls back to English;
 * test/language.test.ts lets none be missing.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import type { Text } from './tables.ts';

export const locales = ['en', 'es'] as const;
export type Locale = (typeof locales)[number];
export const isLocale = (value: unknown): value is Locale => locales.includes(value as Locale);

export type Messages = Record<string, string>;
export type Translate = (key: string, values?: Record<string, unknown>) => string;

const catalogue: Record<Locale, Map<string, string>> = { en: new Map(), es: new Map() };
const compiled: Record<Locale, Map<string, IntlMessageFormat>> = { en: new Map(), es: new Map() };

/** Adds a module's messages. Throws when a key was already taken by another text. */
export function addMessages(messages: Record<Locale, Messages>): void {
  for (const locale of locales) {
    for (const [key, text] of Object.entries(messages[locale])) {
      const before = catalogue[locale].get(key);
      if (before !== undefined && before !== text) throw new Error(`Two messages are called ${key} (${locale}).`);
      catalogue[locale].set(key, text);
    }
  }
}

/** Every key and text, for the language test. */
export const allMessages = (locale: Locale): ReadonlyMap<string, string> => catalogue[locale];

/** The translate function of one locale. An unknown key throws: a page never shows a raw key. */
export function translator(locale: Locale): Translate {
  return (key, values) => {
    const text = catalogue[locale].get(key) ?? catalogue.en.get(key);
    if (text === undefined) throw new Error(`There is no message called ${key}.`);
    if (!values && !text.includes('{') && !text.includes("'")) return text;
    let format = compiled[locale].get(key);
    if (!format) {
      format = new IntlMessageFormat(text, locale === 'es' ? 'es-US' : 'en-US', undefined, { ignoreTag: true });
      compiled[locale].set(key, format);
    }
    return String(format.format(values as Record<string, string>));
  };
}

/** The text in the reader's language, or in English where there is no translation yet. */
export const pick = (text: Partial<Text> | null | undefined, locale: Locale): string =>
  text?.[locale] || text?.en || text?.es || '';

/** True when the reader's language is missing, so the page can say which language it shows instead. */
export const fallsBack = (text: Text, locale: Locale): boolean => !text[locale];

const intlTag = (locale: Locale): string => (locale === 'es' ? 'es-US' : 'en-US');
const cachedFormat = <T>(make: (key: string) => T) => {
  const cache = new Map<string, T>();
  return (key: string): T => {
    let value = cache.get(key);
    if (!value) cache.set(key, (value = make(key)));
    return value;
  };
};
const dayFormat = cachedFormat((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }));
const numberFormat = cachedFormat((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }));

/** A calendar day in words: 'April 25, 2019', '25 de abril de 2019'. */
export const dayInWords = (day: string, locale: Locale): string =>
  dayFormat(intlTag(locale)).format(new Date(`${day}T00:00:00Z`));

/** An instant in words in the network's time zone: 'April 25, 2019, 3:05 PM'. */
export const instantInWords = (at: Date, locale: Locale, timeZone: string): string =>
  new Intl.DateTimeFormat(intlTag(locale), { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at);

/** A number as the locale writes it. */
export const numberInWords = (value: number, locale: Locale): string => numberFormat(intlTag(locale)).format(value);

/** Picks the best of the offered languages from an Accept-Language header. */
export function negotiate(header: string | undefined, offered: readonly Locale[], fallback: Locale): Locale {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const q = rest.map((r) => /^\s*q=([\d.]+)/.exec(r)?.[1]).find(Boolean);
      return { tag: tag.toLowerCase().split('-')[0], q: q === undefined ? 1 : Number(q) };
    })
    .filter((w) => w.q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { tag } of wanted) {
    const hit = offered.find((locale) => locale === tag);
    if (hit) return hit;
  }
  return offered.includes(fallback) ? fallback : (offered[0] ?? 'en');
}
