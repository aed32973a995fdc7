/** What a record says, in the reader's language where somebody has translated it; where nobody has, the words as they are, marked as English. */
import type { Fields, Rec } from '#modules/organisations';
import type { Locale, Ui } from '#ui';

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
 * What a record is called on a page of those who keep it: in the reader's language where somebody has translated it. An organization goes by its own name,
 * by which lists of providers are in order. Empty where there is none.
 */
export const recordName = ({ locale }: Pick<Ui, 'locale'>, { kind, fields }: Pick<Rec, 'kind' | 'fields'>): string =>
  said(fields, 'name', kind === 'organization' ? 'en' : locale)?.text ?? '';

/**
 * What an area served is called: by its name, else by its description. Where nobody gave it a Spanish name, a county is called one all the same; any other
 * name stays as people there say it.
 */
export function areaSaid(area: Fields, locale: Locale): Said | null {
  const name = said(area, 'name', locale) ?? said(area, 'description', locale);
  const [, county, state = ''] = (name?.lang && /^(.+) County(, [A-Z]{2})?$/.exec(name.text)) || [];
  return county ? { text: `Condado de ${county}${state}` } : name;
}

export const Words = ({ of }: { of: Said }) => <span lang={of.lang}>{of.text}</span>;

/** Words of several lines as they were written. */
export const Lines = ({ of }: { of: Said }) => (
  <p class="wm-lines" lang={of.lang}>
    {of.text}
  </p>
);
