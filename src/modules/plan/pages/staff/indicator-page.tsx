/** One indicator: what its values say and because of what, its definition, its values with who recorded them. */
import { type Req } from '#kernel';
import {
  Alert,
  DateText,
  ErrorSummary,
  Figure,
  formatDay,
  formatNumber,
  LineChart,
  LinkButton,
  Section,
  SummaryList,
  Table,
  Tag,
} from '#ui';
import type { IndicatorFields } from '../../fields.ts';
import { findFigure } from '../../figures.ts';
import { assess, type Assessment } from '../../indicator-math.ts';
import { type PlanIndicator } from '../../state.ts';
import { inLocale, say } from '../words.ts';
import { base, itemName, mayEdit, now, PlanPage } from './frame.tsx';
import { ValueForms, type ValueForm } from './indicator-values.tsx';
import { type IndicatorView, readIndicator } from './indicator-read.ts';

export async function indicatorPage(req: Req, form: ValueForm | null = null) {
  const { ui, ctx } = req;
  const view = await readIndicator(req);
  const { plan, state, indicator } = view;
  const home = base(ctx, plan.slug);
  const found = assess(indicator, now(req));
  const item = state.items.find(({ ref }) => ref === indicator.item);
  const title = inLocale(indicator.title, ui.locale);
  const unit = inLocale(indicator.unit, ui.locale);
  const number = (value: number) => `${formatNumber(ui.locale, value)} ${unit}`.trim();
  const mark = (one: IndicatorFields['baseline'] | undefined) =>
    one &&
    (one.on
      ? ui.t('plan.staff.indicator.markOn', { value: number(one.value), day: formatDay(ui.locale, one.on) })
      : number(one.value));
  const source = indicator.figure && findFigure(req.module, indicator.figure);
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={state.fields}
      tab={null}
      title={title}
      eyebrow={ui.t('plan.staff.indicator.word')}
      lead={inLocale(indicator.definition, ui.locale) || undefined}
      actions={
        mayEdit(ctx) && (
          <LinkButton kind="outline" href={ui.href(`${home}/indicators/${indicator.ref}/edit`)}>
            {ui.t('plan.staff.indicator.edit')}
          </LinkButton>
        )
      }
      crumbs={[{ label: ui.t('plan.staff.tab.indicators'), href: ui.href(`${home}/indicators`) }, { label: title }]}
    >
      <ErrorSummary ui={ui} errors={form?.errors} />
      <Figure
        value={found.latest ? formatNumber(ui.locale, found.latest.value) : '–'}
        label={unit || undefined}
        sentence={
          <>
            {<b>{ui.t(`plan.staff.state.${found.state}`)}</b>} · {say(ui, found.because)}
          </>
        }
        note={<Reasons req={req} found={found} number={number} />}
      />
      <SummaryList
        facts={[
          {
            term: ui.t('plan.staff.indicator.item'),
            value: item ? (
              <a href={ui.href(`${home}/items/${item.ref}`)}>{itemName(item, ui)}</a>
            ) : (
              ui.t('plan.staff.indicator.whole')
            ),
          },
          { term: ui.t('plan.staff.indicator.direction'), value: ui.t(`plan.staff.direction.${indicator.direction}`) },
          { term: ui.t('plan.staff.indicator.baseline'), value: mark(indicator.baseline) },
          { term: ui.t('plan.staff.indicator.target'), value: mark(indicator.target) },
          {
            term: ui.t('plan.staff.indicator.period'),
            value: indicator.period && ui.t(`plan.staff.period.${indicator.period}`),
          },
          {
            term: ui.t('plan.staff.indicator.source'),
            value: indicator.figure
              ? ui.t('plan.staff.indicator.bound', { figure: source ? ui.t(source.label) : indicator.figure })
              : ui.t('plan.staff.indicator.byHand'),
          },
        ]}
      />
      {indicator.figure && !source && <Alert kind="warning">{ui.t('plan.staff.indicator.gone')}</Alert>}
      <Section title={ui.t('plan.staff.values.title')} id="values">
        {indicator.values.length > 1 && (
          <LineChart
            ui={ui}
            id="values-chart"
            title={title}
            points={chartPoints(indicator)}
            target={indicator.target?.value}
          />
        )}
        <ValueTable req={req} view={view} />
        {indicator.values.length > 0 && (
          <p>
            <a href={ui.href(`${home}/indicators/${indicator.ref}/values.csv`)} download>
              {ui.t('plan.staff.values.export')}
            </a>
          </p>
        )}
      </Section>
      {!indicator.figure && view.tell && <ValueForms req={req} plan={plan} indicator={indicator} form={form} />}
    </PlanPage>
  );
}

/** One value a day, oldest first: the newest record of each day. */
function chartPoints(indicator: PlanIndicator) {
  const newest = new Map(indicator.values.map((value) => [value.on, value]));
  return [...newest.values()].sort((a, b) => (a.on < b.on ? -1 : 1)).map(({ on, value }) => ({ day: on, value }));
}

/** Everything else the assessment found, each with what it rests on. */
function Reasons({ req: { ui }, found, number }: { req: Req; found: Assessment; number: (value: number) => string }) {
  const share = (value: number) => formatNumber(ui.locale, value * 100, 0);
  const lines = [
    found.latest && ui.t('plan.staff.reason.latest', { day: formatDay(ui.locale, found.latest.on) }),
    found.share !== null && ui.t('plan.staff.reason.share', { share: share(found.share) }),
    found.trend && ui.t(`plan.staff.reason.${found.trend}`),
    found.expected &&
      found.pace &&
      ui.t(`plan.staff.reason.${found.pace}`, { value: number(Math.round(found.expected.value * 10) / 10) }),
    found.late && ui.t('plan.staff.reason.late'),
    found.unavailable &&
      ui.t('plan.staff.reason.unavailable', {
        day: formatDay(ui.locale, found.unavailable.on),
        why: inLocale(found.unavailable.why, ui.locale),
      }),
    found.periodsDue > 0 &&
      ui.t('plan.staff.reason.periods', { reported: found.periodsDue - found.missing.length, due: found.periodsDue }),
    found.missing.length > 0 &&
      ui.t('plan.staff.reason.missing', {
        list: found.missing
          .slice(-12)
          .map(({ period }) => period)
          .join(', '),
      }),
  ].filter(Boolean);
  return <>{lines.join(' ')}</>;
}

function ValueTable({ req: { ui }, view: { indicator, facts } }: { req: Req; view: IndicatorView }) {
  const rows = indicator.figure
    ? indicator.values.map((value) => ({ ...value, by: null as string | null, state: 'published', counts: true }))
    : facts.map((fact, n) => {
        const { value, note } = fact.data as { value: number | null; note?: { en: string; es?: string } };
        return {
          on: fact.on,
          value,
          why: note,
          by: fact.by,
          state: fact.state as string,
          counts: !facts.slice(n + 1).some(({ on }) => on === fact.on),
        };
      });
  rows.sort((a, b) => (a.on < b.on ? 1 : a.on > b.on ? -1 : 0));
  return (
    <Table
      ui={ui}
      caption={ui.t('plan.staff.values.title')}
      captionHidden
      rows={rows}
      empty={ui.t('plan.staff.values.none')}
      columns={[
        {
          key: 'on',
          label: ui.t('plan.staff.indicator.day'),
          cell: (row) => <DateText ui={ui} date={row.on} style="short" />,
        },
        {
          key: 'value',
          label: ui.t('plan.staff.indicator.number'),
          numeric: true,
          cell: (row) => {
            const text = row.value === null ? ui.t('plan.staff.values.noFigure') : formatNumber(ui.locale, row.value);
            return row.counts ? text : <s>{text}</s>;
          },
        },
        { key: 'note', label: ui.t('plan.staff.values.note'), cell: (row) => inLocale(row.why, ui.locale) },
        {
          key: 'by',
          label: ui.t('plan.staff.values.by'),
          cell: (row) => (
            <>
              {row.by} {row.state !== 'published' && <Tag>{ui.t(`plan.staff.tag.${row.state}`)}</Tag>}
              {!row.counts && <span class="wm-soft"> {ui.t('plan.staff.values.replaced')}</span>}
            </>
          ),
        },
      ]}
    />
  );
}
