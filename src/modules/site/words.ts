/** The standing public text (content/) in the reader's language. */
import type { Locale } from '#kernel';
import en from './content/en.json' with { type: 'json' };
import es from './content/es.json' with { type: 'json' };
import type { ContentPage, ContentPageName, ContentSection, SiteContent } from './content/shape.ts';

const content: Record<Locale, SiteContent> = { en, es };

/** One page of standing text. */
export const wordsOf = (locale: Locale, name: ContentPageName): ContentPage => content[locale][name];

/**
 * The address of each question under /learn: a number, because an address stays in a history and says by itself what was read
 * (docs/decisions/0011-neutral-reading.md). A number never changes and is never given twice; a new question takes the next one.
 */
const learnNumbers: Readonly<Record<string, number>> = {
  'human-trafficking': 1,
  labor: 2,
  sex: 3,
  child: 4,
  online: 5,
  smuggling: 6,
  myths: 7,
  'domestic-violence': 8,
  forms: 9,
  spectrum: 10,
  signs: 11,
  'what-helps': 12,
  'help-a-friend': 13,
};

/** `/learn/8` for a question; the overview for an id that is none. */
export const learnPath = (id: string): string => (learnNumbers[id] ? `/learn/${learnNumbers[id]}` : '/learn');

/** The question at an address, by its number or by its name; undefined when there is none. */
export const learnIdAt = (address: string): string | undefined =>
  Object.keys(learnNumbers).find((id) => id === address || String(learnNumbers[id]) === address);

/** One section of a page, or undefined when there is none of this id. */
export const sectionOf = (locale: Locale, name: ContentPageName, id: string): ContentSection | undefined =>
  wordsOf(locale, name).sections.find((section) => section.id === id);
