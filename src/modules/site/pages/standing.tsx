/** Privacy, accessibility, about the data: standing text with a table of contents and who runs the site. */
import { pick, type Req } from '#kernel';
import { Layout, PageHeader, Section } from '#ui';
import type { ContentPageName } from '../content/shape.ts';
import { Contents, Sections } from '../document.tsx';
import { wordsOf } from '../words.ts';

/** Makes the handler of one page of standing text. */
export const standingPage = (name: ContentPageName) => (req: Req) => {
  const { ui, ctx } = req;
  const network = ctx.network!;
  const words = wordsOf(ctx.locale, name);
  return (
    <Layout
      ui={ui}
      title={words.title}
      description={words.lead}
      crumbs={[{ label: pick(network.name, ctx.locale), href: ui.href(`/${network.slug}`) }, { label: words.title }]}
    >
      <PageHeader title={words.title} lead={words.lead} />
      {words.sections.length > 6 && <Contents t={ctx.t} sections={words.sections} />}
      <Sections t={ctx.t} sections={words.sections} />
      <Section title={ctx.t('site.office.title')} id="office">
        <p>{ctx.t('site.office.text', { name: pick(network.name, ctx.locale) })}</p>
        {pick(network.note, ctx.locale) && <p>{pick(network.note, ctx.locale)}</p>}
      </Section>
    </Layout>
  );
};
