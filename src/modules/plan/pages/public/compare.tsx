/**
 * Plans side by side: two phases of one plan, or plans of several cities, through the pillars they share. Nothing is ever added up across plans, and
 * rows whose figures follow different rules say so.
 */
import { Problem, type Req, today } from '#kernel';
import {
  Actions,
  Alert,
  Checkboxes,
  Empty,
  Form,
  formatDay,
  Layout,
  PageHeader,
  Section,
  Submit,
  Table,
  type Ui,
} from '#ui';
import { compareGroups, type Progress } from '../../progress.ts';
import { publicPlan, publicPlans } from '../../public.ts';
import { inLocale, percentWord, say, shareWords } from '../words.ts';
import { dayFrom, onDay, type PlanOnDay } from './read.ts';

const mostPlans = 6;

interface Choice {
  key: string;
  network: string;
  title: string;
  href: string;
}

export async function comparePage(req: Req) {
  const { ui, ctx } = req;
  const day = dayFrom(req.query.asOf, 'asOf') ?? today(ctx);
  const choices: Choice[] = [];
  for (const network of await ctx.app.networks.all()) {
    for (const plan of await publicPlans(ctx.app, network.id)) {
      choices.push({
        key: `${network.slug}/${plan.slug}`,
        network: inLocale(network.name, ui.locale),
        title: inLocale(plan.fields.title, ui.locale),
        href: ui.href(`/${network.slug}/plans/${plan.slug}`),
      });
    }
  }
  // A form with boxes sends `plan` several times, a link one list.
  const asked = new URL(req.raw.url).searchParams
    .getAll('plan')
    .concat((req.query.plans ?? '').split(','))
    .filter(Boolean);
  const wanted = [...new Set(asked)];
  const known = wanted.filter((key) => choices.some((c) => c.key === key)).slice(0, mostPlans);
  if (wanted.length > 0 && known.length === 0) throw Problem.notFound('plan.problem.noneToCompare');
  const views: { choice: Choice; view: PlanOnDay }[] = [];
  for (const key of known) {
    const [networkSlug = '', slug = ''] = key.split('/');
    const network = (await ctx.app.networks.bySlug(networkSlug))!;
    const { plan, items } = await publicPlan(ctx.app, network.id, slug);
    views.push({ choice: choices.find((c) => c.key === key)!, view: onDay(plan, items, day, true) });
  }
  const name = (c: Choice) => `${c.title} (${c.network})`;
  const choose =
    choices.length < 2 ? (
      <Empty>{ui.t('plan.compare.tooFew')}</Empty>
    ) : (
      <Form ui={ui} method="get" action="/compare">
        <Checkboxes
          ui={ui}
          filter
          name="plan"
          label={ui.t('plan.compare.choose')}
          values={known}
          options={choices.map((c) => ({ value: c.key, label: c.title, hint: c.network }))}
        />
        <Actions>
          <Submit>{ui.t('plan.page.compare')}</Submit>
        </Actions>
      </Form>
    );
  return (
    <Layout ui={ui} title={ui.t('plan.compare.title')} noindex={views.length > 0}>
      <PageHeader title={ui.t('plan.compare.title')} lead={ui.t('plan.compare.lead')} />
      {views.length > 0 && (
        <>
          <Section title={ui.t('plan.compare.headline', { day: formatDay(ui.locale, day) })}>
            <Table
              ui={ui}
              caption={ui.t('plan.compare.title')}
              captionHidden
              columns={[
                {
                  key: 'plan',
                  label: ui.t('plan.compare.plan'),
                  cell: (row) => <a href={row.choice.href}>{name(row.choice)}</a>,
                },
                {
                  key: 'percent',
                  label: ui.t('plan.page.percent'),
                  numeric: true,
                  cell: (row) => percentWord(ui, row.view.progress),
                },
                { key: 'done', label: ui.t('plan.compare.done'), numeric: true, cell: (row) => row.view.progress.done },
                {
                  key: 'of',
                  label: ui.t('plan.compare.counted'),
                  numeric: true,
                  cell: (row) => row.view.progress.total - row.view.progress.excluded,
                },
                {
                  key: 'excluded',
                  label: ui.t('plan.compare.excluded'),
                  numeric: true,
                  cell: (row) => row.view.progress.excluded,
                },
                {
                  key: 'rule',
                  label: ui.t('plan.compare.from'),
                  cell: (row) =>
                    row.view.progress.source === 'facts'
                      ? ui.t('plan.compare.fromFacts')
                      : say(ui, row.view.progress.rule),
                },
              ]}
              rows={views}
            />
          </Section>
          <Section title={ui.t('plan.compare.pillars')}>
            <p class="wm-soft">{ui.t('plan.compare.pillarsNote')}</p>
            <Pillars ui={ui} views={views} day={day} name={name} />
          </Section>
        </>
      )}
      {views.length > 0 ? <Section title={ui.t('plan.compare.others')}>{choose}</Section> : choose}
    </Layout>
  );
}

function Pillars(props: {
  ui: Ui;
  views: { choice: Choice; view: PlanOnDay }[];
  day: string;
  name: (c: Choice) => string;
}) {
  const { ui, views, day } = props;
  const groups = compareGroups(
    views.map(({ choice, view }) => ({ plan: choice.key, leaves: view.leaves, day })),
  ).filter((g) => g.group !== null);
  if (groups.length === 0) return <Alert kind="info">{ui.t('plan.compare.noPillars')}</Alert>;
  const cell = (progress: Progress | null) =>
    progress === null || progress.total === 0 ? '—' : shareWords(ui, progress);
  return (
    <Table
      ui={ui}
      caption={ui.t('plan.compare.pillars')}
      captionHidden
      columns={[
        { key: 'pillar', label: ui.t('plan.compare.pillar'), cell: (g) => ui.t(`plan.pillar.${g.group}`) },
        ...views.map(({ choice }) => ({
          key: choice.key,
          label: props.name(choice),
          cell: (g: (typeof groups)[number]) => cell(g.plans.find((p) => p.plan === choice.key)?.progress ?? null),
        })),
      ]}
      rows={groups}
    />
  );
}
