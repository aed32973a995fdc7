/** What a record says, in the reader's language where somebody has translated it; where nobody has, the words as they are, marked as English. */
import type { Fields } from '#modules/organisations';
import type { Locale } from '#ui';

export interface Said {
  text: string;
  /** Set where the words are not in the reader's language, so that a screen reader says them right. */
  lang?: Locale;
}

/** The words of a field, or null where there are none. Records are kept in English; `translations` hold the rest. */
export function said(body: Fields, name: string, locale: Locale): Said | null {
  const translated = (body.translations as Record<string, Fields> | undefined)?.[locale]?.[name];
  if (typeof translated === 'string' && translated !== '') return { text: translated };
  const text = body[name];
  if (typeof text !== 'string' || text === '') return null;
  return locale === 'en' ? { text } : { text, lang: 'en' };
}

/**
 * The name of an area served. An area has no words of its own in another language: a county is called one in Spanish too, any other name stays as people
 * there say it.
 */
export function areaName(name: string, locale: Locale): Said {
  if (locale === 'en') return { text: name };
  const [, county, state = ''] = /^(.+) County(, [A-Z]{2})?$/.exec(name) ?? [];
  return county ? { text: `Condado de ${county}${state}` } : { text: name, lang: 'en' };
}

export const Words = ({ of }: { of: Said }) => <span lang={of.lang}>{of.text}</span>;

/** Words of several lines as they were written. */
export const Lines = ({ of }: { of: Said }) => (
  <p class="wm-lines" lang={of.lang}>
    {of.text}
  </p>
);
