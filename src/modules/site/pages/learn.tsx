/**
 * Learn: a short overview, and one short page for each question, each with its sources. Survivor's pages: who recognises their own life in one of
 * them may be watched, so neither title nor address nor a stored copy tells what was read.
 */
import { Problem, redirect, type Req } from '#kernel';
import { Layout, PageHeader } from '#ui';
import { SectionText, Sources } from '../document.tsx';
import { learnIdAt, learnPath, sectionOf, wordsOf } from '../words.ts';

export function learnPage(req: Req) {
  const { ui, ctx } = req;
  const words = wordsOf(ctx.locale, 'learn');
  const base = `/${ctx.network!.slug}`;
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor">
      <PageHeader title={words.title} lead={words.lead} />
      <ul class="wm-plain-list">
        {words.sections.map((section) => (
          <li>
            <article>
              <h2>
                <a href={ui.href(base + learnPath(section.id))}>{section.heading}</a>
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
  const base = `/${ctx.network!.slug}`;
  const address = req.params.section ?? '';
  const id = learnIdAt(address);
  const section = id && sectionOf(ctx.locale, 'learn', id);
  if (!section) throw Problem.notFound();
  // Asked for by its name: the address that stays in the history is the one that tells nothing.
  if (id === address) return redirect(req, base + learnPath(id));
  const at = words.sections.indexOf(section);
  const next = words.sections[at + 1];
  return (
    <Layout
      ui={ui}
      title={ctx.t('site.neutral.title')}
      kind="survivor"
      crumbs={[{ label: words.title, href: ui.href(`${base}/learn`) }, { label: section.heading }]}
    >
      <PageHeader title={section.heading} />
      <SectionText section={section} />
      <Sources t={ctx.t} sources={section.sources} />
      <div class="wm-section">
        {next && (
          <p>
            {ctx.t('site.learn.next')} <a href={ui.href(base + learnPath(next.id))}>{next.heading}</a>
          </p>
        )}
        <p>
          <a href={ui.href(`/${ctx.network!.slug}/help`)}>{wordsOf(ctx.locale, 'help').title}</a>
        </p>
      </div>
    </Layout>
  );
}
