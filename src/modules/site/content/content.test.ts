/** The standing text says the same things in each language, and every section can be read and cited. */
import { expect, test } from 'vitest';
import enJson from './en.json' with { type: 'json' };
import esJson from './es.json' with { type: 'json' };
import { type ContentPage, contentPages, type SiteContent } from './shape.ts';

const en: SiteContent = enJson;
const es: SiteContent = esJson;

/** A page without its words: ids, how many paragraphs and list lines, and the parts of each source that do not change with the language. */
function skeleton(page: ContentPage) {
  return page.sections.map((section) => ({
    id: section.id,
    paragraphs: section.paragraphs.length,
    list: section.list?.length ?? null,
    sources: section.sources?.map((source) => ({ year: source.year ?? null, url: source.url ?? null })) ?? null,
  }));
}

function sentences(content: SiteContent): string[] {
  return contentPages.flatMap((name) => [
    content[name].title,
    content[name].lead,
    ...content[name].sections.flatMap((section) => [section.heading, ...section.paragraphs, ...(section.list ?? [])]),
  ]);
}

test('both languages hold exactly the pages that are named', () => {
  expect(Object.keys(en).sort()).toEqual([...contentPages].sort());
  expect(Object.keys(es).sort()).toEqual([...contentPages].sort());
});

test.each(contentPages)('%s has the same sections, lines and sources in English and Spanish', (name) => {
  expect(skeleton(es[name])).toEqual(skeleton(en[name]));
});

test.each(contentPages)('%s has unique section ids that are fit for an address, and no empty section', (name) => {
  const ids = en[name].sections.map((section) => section.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const section of en[name].sections) {
    expect(section.id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(section.paragraphs.length + (section.list?.length ?? 0), section.id).toBeGreaterThan(0);
  }
});

test('no sentence is empty, doubled in its own language, or left in English', () => {
  const english = sentences(en);
  const spanish = sentences(es);
  for (const list of [english, spanish]) {
    for (const sentence of list) expect(sentence).toBe(sentence.trim().replace(/\s+/g, ' '));
    expect(list.filter((sentence) => sentence === '')).toEqual([]);
    expect(list.filter((sentence, i) => list.indexOf(sentence) !== i)).toEqual([]);
  }
  expect(spanish.filter((sentence, i) => sentence === english[i])).toEqual([]);
});

test('the public text speaks of people and survivors, never of victims', () => {
  expect(sentences(en).filter((sentence) => /\bvictims?\b/i.test(sentence))).toEqual([]);
  expect(sentences(es).filter((sentence) => /\bvíctimas?\b/i.test(sentence))).toEqual([]);
});

test('every section that explains trafficking or domestic violence names its sources', () => {
  for (const content of [en, es]) {
    const bare = content.learn.sections.filter((section) => !section.sources?.length).map((section) => section.id);
    expect(bare).toEqual([]);
  }
});

test('links to sources are absolute and encrypted', () => {
  for (const content of [en, es]) {
    for (const name of contentPages) {
      for (const source of content[name].sections.flatMap((section) => section.sources ?? [])) {
        if (source.url) expect(new URL(source.url).protocol).toBe('https:');
      }
    }
  }
});
