/** Learn: a short overview, and one short page for each question, each with its sources. */
import { Problem, type Req } from '#kernel';
import { Layout, PageHeader } from '#ui';
import { SectionText, Sources } from '../document.tsx';
import { sectionOf, wordsOf } from '../words.ts';

export function learnPage(req: Req) {
  const { ui, ctx } = req;
  const words = wordsOf(ctx.locale, 'learn');
  const base = `/${ctx.network!.slug}/learn`;
  return (
    <Layout ui={ui} title={words.title} description={words.lead}>
      <PageHeader title={words.title} lead={words.lead} />
      <ul class="wm-plain-list">
        {words.sections.map((section) => (
          <li>
            <article>
              <h2>
                <a href={ui.href(`${base}/${section.id}`)}>{section.heading}</a>
              </h2>
              <p>{section.paragraphs[0] ?? section.list?.[0]}</p>
            </article>
          </li>
        ))}
      </ul>
    </Layout>
  );
}

/** One question. Throws Problem.notFound for an id that is none. */
export function learnSectionPage(req: Req) {
  const { ui, ctx } = req;
  const words = wordsOf(ctx.locale, 'learn');
  const section = sectionOf(ctx.locale, 'learn', req.params.section ?? '');
  if (!section) throw Problem.notFound();
  const base = `/${ctx.network!.slug}/learn`;
  const at = words.sections.indexOf(section);
  const next = words.sections[at + 1];
  return (
    <Layout
      ui={ui}
      title={section.heading}
      description={section.paragraphs[0] ?? section.heading}
      crumbs={[{ label: words.title, href: ui.href(base) }, { label: section.heading }]}
    >
      <PageHeader title={section.heading} />
      <SectionText section={section} />
      <Sources t={ctx.t} sources={section.sources} />
      <div class="wm-section">
        {next && (
          <p>
            {ctx.t('site.learn.next')} <a href={ui.href(`${base}/${next.id}`)}>{next.heading}</a>
          </p>
        )}
        <p>
          <a href={ui.href(`/${ctx.network!.slug}/help`)}>{wordsOf(ctx.locale, 'help').title}</a>
        </p>
      </div>
    </Layout>
  );
}
