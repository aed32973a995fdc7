/**
 * Where the public arrives. A network's home answers in order: who helps now, how the plan stands (from the modules), what is new, where to read.
 * The deployment's own front page only leads on to the networks.
 */
import { pick, type Req } from '#kernel';
import { Layout, LinkButton, PageHeader, Section } from '#ui';
import { isEmergency, linesOf, nationalLines } from '../lines.ts';
import { panelsFor } from '../panels.tsx';
import { LineBrief } from '../ways.tsx';
import { sectionOf, wordsOf } from '../words.ts';

/** The networks of this deployment. With one network it is still a page, and says where to go. */
export async function networksPage(req: Req) {
  const { ui, ctx } = req;
  const networks = await ctx.app.networks.all();
  const reader = { locale: ctx.locale, t: ctx.t };
  return (
    <Layout ui={ui} title={ctx.t('site.networks.title')} description={ctx.t('site.networks.lead')}>
      <PageHeader title={ctx.t('site.networks.title')} lead={ctx.t('site.networks.lead')} />
      {networks.length === 0 && <p>{ctx.t('site.networks.none')}</p>}
      <ul class="wm-plain-list">
        {networks.map((network) => (
          <li>
            <article>
              <h2>
                <a href={ui.href(`/${network.slug}`)}>{pick(network.name, ctx.locale)}</a>
              </h2>
              {pick(network.tagline, ctx.locale) && <p>{pick(network.tagline, ctx.locale)}</p>}
              {network.isDemo && <p class="wm-soft">{ctx.t('site.networks.demo')}</p>}
              <p>
                <a href={ui.href(`/${network.slug}/help`)}>
                  {ctx.t('site.networks.help', { name: pick(network.name, ctx.locale) })}
                </a>
              </p>
            </article>
          </li>
        ))}
      </ul>
      <Section title={ctx.t('site.networks.national')}>
        <ul class="wm-plain-list">
          {nationalLines.map((line) => (
            <LineBrief reader={reader} line={line} />
          ))}
        </ul>
      </Section>
    </Layout>
  );
}

export async function homePage(req: Req) {
  const { ui, ctx } = req;
  const network = ctx.network!;
  const reader = { locale: ctx.locale, t: ctx.t };
  const { lines } = linesOf(network);
  const emergency = lines.some(isEmergency);
  const name = pick(network.name, ctx.locale);
  const tagline = pick(network.tagline, ctx.locale);
  const panels = await panelsFor(req, 'home');
  const learn = wordsOf(ctx.locale, 'learn');
  return (
    <Layout
      ui={ui}
      // What the network fights for is in its description, not in the tab and the history of who reads it.
      title={ctx.t('site.home.title')}
      description={tagline || ctx.t('site.home.description', { name })}
    >
      <PageHeader title={name} lead={tagline} />
      {pick(network.note, ctx.locale) && <p class="wm-soft">{pick(network.note, ctx.locale)}</p>}
      <section id="help" class="wm-section">
        <h2>{wordsOf(ctx.locale, 'help').title}</h2>
        {!emergency && <p>{sectionOf(ctx.locale, 'help', 'danger')!.paragraphs[0]}</p>}
        <ul class="wm-plain-list">
          {lines.map((line) => (
            <LineBrief reader={reader} line={line} />
          ))}
        </ul>
        <div class="wm-actions">
          <LinkButton href={ui.href(`/${network.slug}/help`)}>{ctx.t('site.home.help')}</LinkButton>
        </div>
      </section>
      {panels.map((panel) => (
        <div class="wm-section">{panel}</div>
      ))}
      <Section title={learn.title} id="learn">
        <p>{learn.lead}</p>
        <p>
          <a href={ui.href(`/${network.slug}/learn`)}>{ctx.t('site.home.learn')}</a>
        </p>
      </Section>
    </Layout>
  );
}
