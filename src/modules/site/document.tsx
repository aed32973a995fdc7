/** Draws standing text: sections with their paragraphs, lists and sources, and for long pages a table of contents. */
import type { Translate } from '#kernel';
import { Details, Section } from '#ui';
import type { ContentSection, ContentSource } from './content/shape.ts';

/** Paragraphs and list of one section, without its heading. */
export const SectionText = ({ section }: { section: ContentSection }) => (
  <>
    {section.paragraphs.map((paragraph) => (
      <p>{paragraph}</p>
    ))}
    {section.list && (
      <ul>
        {section.list.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    )}
  </>
);

/** The public works a section rests on. */
export const Sources = ({ t, sources }: { t: Translate; sources?: readonly ContentSource[] }) =>
  sources && sources.length > 0 ? (
    <Details summary={t('site.sources', { count: sources.length })}>
      <ul>
        {sources.map((source) => (
          <li>
            {source.url ? (
              <a href={source.url} rel="noreferrer">
                {source.title}
              </a>
            ) : (
              source.title
            )}
            , {source.org}
            {source.year ? `, ${source.year}` : ''}
          </li>
        ))}
      </ul>
    </Details>
  ) : null;

/** Sections one after the other, each with an address of its own on the page. */
export const Sections = ({ t, sections }: { t: Translate; sections: readonly ContentSection[] }) => (
  <>
    {sections.map((section) => (
      <Section title={section.heading} id={section.id}>
        <SectionText section={section} />
        <Sources t={t} sources={section.sources} />
      </Section>
    ))}
  </>
);

/** Links to the sections of a long page. */
export const Contents = ({ t, sections }: { t: Translate; sections: readonly ContentSection[] }) => (
  <nav aria-label={t('site.contents')}>
    <Details summary={t('site.contents')}>
      <ul>
        {sections.map((section) => (
          <li>
            <a href={`#${section.id}`}>{section.heading}</a>
          </li>
        ))}
      </ul>
    </Details>
  </nav>
);
