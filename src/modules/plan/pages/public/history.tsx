/** Every publication of the plan: when, who agreed, and the readable differences; and between them, when text was taken out. */
import type { Req } from '#kernel';
import { Details, Empty, formatInstant, Layout, PageHeader, Section, Timeline } from '#ui';
import { type PublicRevision, publicRevisions } from '../../public.ts';
import { publicRedactions } from '../../redaction-site.ts';
import { changeMoments } from '../changes.tsx';
import { inLocale } from '../words.ts';
import { planOnDay } from './read.ts';
import { planTabs } from './tabs.tsx';

export async function historyPage(req: Req) {
  const { ui, ctx } = req;
  const view = await planOnDay(req);
  const base = `/${ctx.network!.slug}/plans/${view.plan.slug}`;
  const title = inLocale(view.plan.fields.title, ui.locale);
  const revisions = await publicRevisions(ctx.app, ctx.network!.id, view.plan.id);
  const entries: { at: Date; revision?: PublicRevision; id: string }[] = [
    ...revisions.map((revision) => ({ at: revision.publishedAt, revision, id: `r${revision.n}` })),
    ...(await publicRedactions(ctx.app, ctx.network!.id, view.plan.id)).map(({ at, id }) => ({ at, id: `t-${id}` })),
  ].sort((a, b) => b.at.getTime() - a.at.getTime());
  return (
    <Layout
      ui={ui}
      title={ui.t('plan.page.historyTitle', { title })}
      canonical={`${base}/history`}
      alternates={[{ href: `${base}/feed.atom`, type: 'application/atom+xml', title }]}
      crumbs={[
        { label: ui.t('plan.page.plans'), href: ui.href(`/${ctx.network!.slug}/plans`) },
        { label: title, href: ui.href(base) },
        { label: ui.t('plan.page.tabHistory') },
      ]}
    >
      <PageHeader title={ui.t('plan.page.historyTitle', { title })} lead={ui.t('plan.page.historyLead')} />
      {planTabs(ui, base, 'history')}
      {revisions.length === 0 && <Empty>{ui.t('plan.page.empty')}</Empty>}
      {entries.map(({ at, revision, id }) =>
        revision === undefined ? (
          <Section id={id} title={ui.t('plan.page.takenOut', { day: formatInstant(ui.locale, at, ui.timeZone) })}>
            <p>{ui.t('plan.page.takenOutWhy')}</p>
          </Section>
        ) : (
          <Section
            id={id}
            title={ui.t('plan.page.revision', {
              n: revision.n,
              day: formatInstant(ui.locale, revision.publishedAt, ui.timeZone),
            })}
          >
            <p class="wm-soft">
              {ui.t('plan.page.agreed', {
                asked: inLocale(revision.requestedBy, ui.locale),
                approved: inLocale(revision.approvedBy, ui.locale),
              })}
            </p>
            {inLocale(revision.note, ui.locale) && <p>{inLocale(revision.note, ui.locale)}</p>}
            {revision.changes.length === 0 ? (
              <p>{ui.t(revision.n === 1 ? 'plan.page.firstPublished' : 'plan.page.nothingShown')}</p>
            ) : revision.changes.length <= 12 ? (
              <Timeline ui={ui} moments={changeMoments(ui, revision, view, base)} />
            ) : (
              <Details summary={ui.t('plan.page.changes', { count: revision.changes.length })}>
                <Timeline ui={ui} moments={changeMoments(ui, revision, view, base)} />
              </Details>
            )}
          </Section>
        ),
      )}
    </Layout>
  );
}
