/** Small words that the pages of vetting share. */
import type { Locale } from '#kernel';

/** A text in the reader's language, or in English. */
export const inLocale = (text: { en: string; es?: string }, locale: Locale): string =>
  (locale === 'es' ? text.es : undefined) ?? text.en;
