/** The plan's public page: the headline, what changed lately, then the levels; or, with filters, the lines that fit. */
import { dayIn, type Req } from '#kernel';
import {
  Alert,
  CopyLine,
  DateText,
  Details,
  Form,
  formatDay,
  Layout,
  LinkButton,
  PageHeader,
  Section,
  Select,
  SmallBar,
  Submit,
  TextField,
  DateField,
  type Ui,
} from '#ui';
import { byGroup, difference, rollUp } from '../../progress.ts';
import { publicRevisions } from '../../public.ts';
import { type StatusClass, statusClasses } from '../../shape.ts';
import { changeMoments } from '../changes.tsx';
import { differenceWords, inLocale, shareWords, statusWord } from '../words.ts';
import { Headline, sentenceOf } from './headline.tsx';
import { outlineWriter } from './outline.tsx';
import {
  anyFilter,
  dayFrom,
  filtered,
  type Filters,
  filtersFrom,
  type PlanOnDay,
  planOnDay,
  predecessorOf,
} from './read.ts';
import { planTabs } from './tabs.tsx';

const fewChanges = 5;
const newsKinds: string[] = ['status', 'scope', 'added', 'update'];

export async function planPage(req: Req) {
  const { ui, ctx } = req;
  const view = await planOnDay(req);
  const { plan } = view;
  const base = `/${ctx.network!.slug}/plans/${plan.slug}`;
  const filters = filtersFrom(req.query);
  const searching = anyFilter(filters);
  const since = dayFrom(req.query.since, 'since');
  const title = inLocale(plan.fields.title, ui.locale);
  const writer = outlineWriter(ui, view, base);
  const shown = searching ? await filtered(req, view, filters) : null;
  const revisions = searching ? [] : await publicRevisions(ctx.app, ctx.network!.id, plan.id, { limit: fewChanges });
  const predecessor = await predecessorOf(req, plan);
  const earlier = since && since < view.day ? rollUp(view.leaves, since, plan.fields.publishedTotals) : null;
  // News people ask for first: what moved, then what was told.
  const recent = revisions
    .map((r) => ({
      ...r,
      changes: r.changes
        .filter((c) => newsKinds.includes(c.kind))
        .sort((x, y) => newsKinds.indexOf(x.kind) - newsKinds.indexOf(y.kind))
        .slice(0, fewChanges),
    }))
    .filter((r) => r.changes.length > 0)
    .flatMap((r) => changeMoments(ui, r, view, base))
    .slice(0, fewChanges);

  return (
    <Layout
      ui={ui}
      title={title}
      description={sentenceOf(ui, view.progress, title)}
      canonical={base}
      noindex={searching || !view.isToday}
      crumbs={[
        { label: ui.network!.name, href: ui.href(`/${ctx.network!.slug}`) },
        { label: ui.t('plan.page.plans'), href: ui.href(`/${ctx.network!.slug}/plans`) },
        { label: title },
      ]}
      alternates={[
        { href: `${base}/feed.atom`, type: 'application/atom+xml', title },
        { href: `/api/v1/networks/${ctx.network!.slug}/plans/${plan.slug}`, type: 'application/json' },
      ]}
    >
      <PageHeader
        title={title}
        eyebrow={years(ui, view)}
        lead={plan.fields.summary && inLocale(plan.fields.summary, ui.locale)}
      />
      {planTabs(ui, base, 'plan')}
      {!view.isToday && (
        <Alert kind="info" announce={false}>
          {ui.t('plan.page.asOfNotice', { day: formatDay(ui.locale, view.day) })}{' '}
          <a href={ui.href(base)}>{ui.t('plan.page.showToday')}</a>
        </Alert>
      )}
      <Headline ui={ui} id="headline" fields={plan.fields} title={title} progress={view.progress} />
      <p class="wm-soft">
        {view.updated ? (
          <>
            {ui.t('plan.page.lastUpdated')} <DateText ui={ui} date={view.updated} />
          </>
        ) : (
          ui.t('plan.page.neverUpdated')
        )}
        {plan.fields.source && <> · {inLocale(plan.fields.source, ui.locale)}</>}
      </p>
      {earlier && (
        <p>
          <b>{ui.t('plan.page.sinceDay', { day: formatDay(ui.locale, since!) })}</b>{' '}
          {differenceWords(ui, difference(earlier, view.progress), plan.fields)}
        </p>
      )}

      {recent.length > 0 && (
        <Section title={ui.t('plan.page.lately')} id="lately">
          <ul class="wm-plan__lately">
            {recent.map((moment) => (
              <li>
                {moment.title}{' '}
                <span class="wm-soft">
                  (
                  {ui.t('plan.page.publishedOn', {
                    day: formatDay(ui.locale, dayIn(moment.when as Date, ctx.network!.timezone)),
                  })}
                  )
                </span>
              </li>
            ))}
          </ul>
          <p>
            <a href={ui.href(`${base}/history`)}>{ui.t('plan.page.allChanges')}</a>
          </p>
        </Section>
      )}

      <Section title={ui.t('plan.page.wholePlan')} id="outline">
        <FilterForm ui={ui} view={view} filters={filters} base={base} open={searching} />
        {shown === null ? (
          view.leaves.length === 0 ? (
            <p>{ui.t(plan.fields.publishedTotals.length ? 'plan.page.onlyTotals' : 'plan.page.empty')}</p>
          ) : (
            <div class="wm-plan">{writer.outline()}</div>
          )
        ) : (
          <>
            <p role="status">
              {ui.t('plan.page.found', { count: shown.length, of: view.progress.total })}{' '}
              <a href={ui.href(`${base}#outline`, keepDay(view))}>{ui.t('plan.page.clear')}</a>
            </p>
            {shown.length > 0 && <div class="wm-plan">{writer.lines(shown)}</div>}
          </>
        )}
      </Section>

      {shown === null && plan.fields.themes.length > 0 && view.leaves.length > 0 && (
        <Section title={ui.t('plan.page.byTheme')} id="themes">
          <p class="wm-soft">{ui.t('plan.page.byThemeNote')}</p>
          <ul class="wm-plan__themes">
            {byGroup(view.leaves, view.day, 'themes')
              .filter((g) => g.group !== null && g.progress.total > 0)
              .map((g) => {
                const theme = plan.fields.themes.find((one) => one.key === g.group);
                return (
                  <li>
                    <a href={ui.href(`${base}#outline`, { theme: g.group ?? '', ...keepDay(view) })}>
                      {theme ? inLocale(theme.title, ui.locale) : g.group}
                    </a>
                    <SmallBar ui={ui} percent={g.progress.percent} text={shareWords(ui, g.progress)} />
                  </li>
                );
              })}
          </ul>
        </Section>
      )}

      <Section title={ui.t('plan.page.take')} id="take">
        <p>
          <a href={`${base}/plan.csv`}>CSV</a> · <a href={`${base}/plan.xlsx`}>Excel</a> ·{' '}
          <a href={`${base}/plan.json`}>JSON</a> · <a href={`${base}/feed.atom`}>{ui.t('plan.page.feed')}</a> ·{' '}
          <a href={ui.href(`${base}/print`, keepDay(view))}>{ui.t('plan.page.print')}</a> ·{' '}
          <a href={ui.href('/api')}>{ui.t('plan.page.api')}</a>
        </p>
        <Details summary={ui.t('plan.page.embed')}>
          <p>{ui.t('plan.page.embedHelp')}</p>
          <CopyLine
            ui={ui}
            id="embed-line"
            label={ui.t('plan.page.embedLine')}
            value={embedLine(ctx.app.config.baseUrl, ui.href(`${base}/embed`), title)}
          />
        </Details>
        {predecessor && (
          <p>
            {ui.t('plan.page.before')}{' '}
            <a href={ui.href(`/${ctx.network!.slug}/plans/${predecessor.slug}`)}>
              {inLocale(predecessor.fields.title, ui.locale)}
            </a>{' '}
            ·{' '}
            <a
              href={ui.href('/compare', {
                plans: `${ctx.network!.slug}/${predecessor.slug},${ctx.network!.slug}/${plan.slug}`,
              })}
            >
              {ui.t('plan.page.compare')}
            </a>
          </p>
        )}
      </Section>
    </Layout>
  );
}

/** Everything open, no controls: for paper and PDF. */
export async function printPage(req: Req) {
  const { ui, ctx } = req;
  const view = await planOnDay(req);
  const base = `/${ctx.network!.slug}/plans/${view.plan.slug}`;
  const title = inLocale(view.plan.fields.title, ui.locale);
  return (
    <Layout ui={ui} title={title} kind="public" noindex canonical={base}>
      <PageHeader title={title} eyebrow={formatDay(ui.locale, view.day)} lead={ui.t('plan.page.printHelp')} />
      <Headline ui={ui} id="headline" fields={view.plan.fields} title={title} progress={view.progress} />
      <Section title={ui.t('plan.page.wholePlan')}>
        <div class="wm-plan wm-plan--open">{outlineWriter(ui, view, base).outline()}</div>
      </Section>
      <p>
        <LinkButton kind="outline" href={ui.href(base, keepDay(view))}>
          {ui.t('plan.page.backToPlan')}
        </LinkButton>
      </p>
    </Layout>
  );
}

export const keepDay = (view: Pick<PlanOnDay, 'isToday' | 'day'>): { asOf?: string } =>
  view.isToday ? {} : { asOf: view.day };

function years(ui: Ui, view: PlanOnDay): string | undefined {
  const { startsOn, endsOn } = view.plan.fields;
  if (!startsOn && !endsOn) return undefined;
  return [startsOn, endsOn].map((day) => (day ? formatDay(ui.locale, day, 'month') : '…')).join(' – ');
}

/** One line to paste into another site; no script in it. */
const embedLine = (origin: string, path: string, title: string): string =>
  `<iframe src="${origin}${path}" title="${title.replaceAll('"', '&quot;')}" width="100%" height="320" loading="lazy"></iframe>`;

function FilterForm({
  ui,
  view,
  filters,
  base,
  open,
}: {
  ui: Ui;
  view: PlanOnDay;
  filters: Filters;
  base: string;
  open: boolean;
}) {
  const named = new Set<string>();
  for (const { lead } of view.leaves) if (lead) named.add(lead);
  const leads = [...named].sort((a, b) => a.localeCompare(b, ui.locale));
  const present = new Set<StatusClass>();
  for (const { inScope, status } of view.standings.values()) if (inScope) present.add(status);
  const branches = view.roots.filter((root) => root.children.length > 0);
  const any = { value: '', label: ui.t('plan.page.any') };
  return (
    <Details summary={ui.t('plan.page.filter')} open={open}>
      <Form ui={ui} method="get" action={`${base}#outline`} class="wm-filters">
        <TextField ui={ui} name="q" label={ui.t('plan.page.search')} value={filters.q} filter />
        <Select
          ui={ui}
          filter
          name="status"
          label={ui.t('plan.page.status')}
          value={filters.status}
          options={[
            any,
            ...statusClasses
              .filter((s) => present.has(s))
              .map((s) => ({ value: s, label: statusWord(ui, view.plan.fields, s) })),
          ]}
        />
        {view.plan.fields.themes.length > 0 && (
          <Select
            ui={ui}
            filter
            name="theme"
            label={ui.t('plan.page.theme')}
            value={filters.theme}
            options={[
              any,
              ...view.plan.fields.themes.map((theme) => ({
                value: theme.key,
                label: inLocale(theme.title, ui.locale),
              })),
            ]}
          />
        )}
        {leads.length > 0 && (
          <Select
            ui={ui}
            filter
            name="lead"
            label={ui.t('plan.page.lead')}
            value={filters.lead}
            options={[any, ...leads.map((lead) => ({ value: lead, label: lead }))]}
          />
        )}
        {branches.length > 1 && (
          <Select
            ui={ui}
            filter
            name="under"
            label={inLocale(view.plan.fields.levels[0]!.one, ui.locale)}
            value={filters.under ? String(filters.under) : ''}
            options={[
              any,
              ...branches.map(({ item }) => ({
                value: String(item.ref),
                label: `${item.number} ${inLocale(item.title, ui.locale)}`.trim(),
              })),
            ]}
          />
        )}
        <DateField
          ui={ui}
          filter
          name="asOf"
          label={ui.t('plan.page.asOf')}
          hint={ui.t('plan.page.asOfHint')}
          value={view.isToday ? '' : view.day}
        />
        <Submit>{ui.t('plan.page.show')}</Submit>
      </Form>
    </Details>
  );
}
