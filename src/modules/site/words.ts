/** The standing public text (content/) in the reader's language. */
import type { Locale } from '#kernel';
import en from './content/en.json' with { type: 'json' };
import es from './content/es.json' with { type: 'json' };
import type { ContentPage, ContentPageName, ContentSection, SiteContent } from './content/shape.ts';

const content: Record<Locale, SiteContent> = { en, es };

/** One page of standing text. */
export const wordsOf = (locale: Locale, name: ContentPageName): ContentPage => content[locale][name];

/** One section of a page, or undefined when there is none of this id. */
export const sectionOf = (locale: Locale, name: ContentPageName, id: string): ContentSection | undefined =>
  wordsOf(locale, name).sections.find((section) => section.id === id);
