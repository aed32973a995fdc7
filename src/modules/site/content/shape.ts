/**
 * What a page of standing public text is: one document per page and language, kept as data so that the words can be read,
 * corrected and translated without touching a page's code. Every language has the same sections, in the same order, with the same ids.
 */

/** The pages whose text lives here. */
export const contentPages = ['help', 'learn', 'privacy', 'accessibility', 'data', 'exit'] as const;
export type ContentPageName = (typeof contentPages)[number];

/** A public work that a section rests on. `url` is absent where no lasting address is known. */
export interface ContentSource {
  title: string;
  org: string;
  year?: number;
  url?: string;
}

/** A heading with text under it; `id` is its address on the page (`#id`) and never changes once published. */
export interface ContentSection {
  id: string;
  heading: string;
  paragraphs: string[];
  list?: string[];
  sources?: ContentSource[];
}

/** One page: a title, one opening sentence or two, and its sections in reading order. */
export interface ContentPage {
  title: string;
  lead: string;
  sections: ContentSection[];
}

/** All standing text of one language. */
export type SiteContent = Record<ContentPageName, ContentPage>;
