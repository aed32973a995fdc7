/** The plans of a network, each with its headline; and the panel that stands on the network's home page. */
import { type Req, today } from '#kernel';
import { Empty, Layout, LinkButton, PageHeader, Section } from '#ui';
import { publicPlan, publicPlans } from '../../public.ts';
import { inLocale } from '../words.ts';
import { Headline } from './headline.tsx';
import { onDay } from './read.ts';

/** Every published plan as it stands today. */
async function plansToday(req: Req) {
  const { ctx } = req;
  const list = await publicPlans(ctx.app, ctx.network!.id);
  const day = today(ctx);
  return Promise.all(
    list.map(async ({ slug }) => {
      const { plan, items } = await publicPlan(ctx.app, ctx.network!.id, slug);
      return onDay(plan, items, day, true);
    }),
  );
}

export async function overviewPage(req: Req) {
  const { ui, ctx } = req;
  const views = await plansToday(req);
  const slug = ctx.network!.slug;
  return (
    <Layout
      ui={ui}
      title={ui.t('plan.page.plans')}
      description={ui.t('plan.page.plansLead', { network: ui.network!.name })}
      crumbs={[{ label: ui.network!.name, href: ui.href(`/${slug}`) }, { label: ui.t('plan.page.plans') }]}
    >
      <PageHeader title={ui.t('plan.page.plans')} lead={ui.t('plan.page.plansLead', { network: ui.network!.name })} />
      {views.length === 0 && <Empty>{ui.t('plan.page.noPlans')}</Empty>}
      {views.map((view) => {
        const title = inLocale(view.plan.fields.title, ui.locale);
        return (
          <Section title={<a href={ui.href(`/${slug}/plans/${view.plan.slug}`)}>{title}</a>} id={view.plan.slug}>
            <Headline
              ui={ui}
              id={`bar-${view.plan.slug}`}
              fields={view.plan.fields}
              title={title}
              progress={view.progress}
              small
            />
          </Section>
        );
      })}
      {views.length > 1 && (
        <p>
          <LinkButton
            kind="outline"
            href={ui.href('/compare', { plans: views.map((v) => `${slug}/${v.plan.slug}`).join(',') })}
          >
            {ui.t('plan.page.compare')}
          </LinkButton>
        </p>
      )}
    </Layout>
  );
}

/** On the network's home: the newest plan's headline. */
export async function homePanel(req: Req) {
  const { ui, ctx } = req;
  const views = await plansToday(req);
  const successors = new Set(views.map((v) => v.plan.predecessorId));
  const view = views.find((v) => !successors.has(v.plan.id)) ?? views[0];
  if (!view) return null;
  const title = inLocale(view.plan.fields.title, ui.locale);
  return (
    <Section title={ui.t('plan.page.homeTitle')}>
      <h3>
        <a href={ui.href(`/${ctx.network!.slug}/plans/${view.plan.slug}`)}>{title}</a>
      </h3>
      <Headline ui={ui} id="home-plan" fields={view.plan.fields} title={title} progress={view.progress} small />
      {views.length > 1 && (
        <p>
          <a href={ui.href(`/${ctx.network!.slug}/plans`)}>{ui.t('plan.page.allPlans', { count: views.length })}</a>
        </p>
      )}
    </Section>
  );
}
