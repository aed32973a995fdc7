/** How the plan has moved: a chart with its table, the difference between any two days, and today's scope beside the first one. */
import type { Req } from '#kernel';
import { DateField, Details, Form, formatDay, Layout, PageHeader, Section, StepAreaChart, Submit, Table } from '#ui';
import { baseline, type Departure } from '../../baseline.ts';
import { overTime } from '../../over-time.ts';
import { difference, rollUp } from '../../progress.ts';
import { statusClasses } from '../../shape.ts';
import { differenceWords, inLocale, percentWord, say, statusWord } from '../words.ts';
import { dayFrom, planOnDay } from './read.ts';
import { planTabs } from './tabs.tsx';

/** A chart of more points than this says no more to the eye; then month ends are shown instead of every change. */
const mostPoints = 60;

export async function progressPage(req: Req) {
  const { ui, ctx } = req;
  const view = await planOnDay(req);
  const { plan, leaves, day } = view;
  const { fields } = plan;
  const base = `/${ctx.network!.slug}/plans/${plan.slug}`;
  const title = inLocale(fields.title, ui.locale);
  const first = [
    ...leaves.flatMap((leaf) => [...leaf.facts, ...leaf.scope].map((f) => f.on)),
    ...fields.publishedTotals.map((t) => t.asOf),
    ...(fields.startsOn ? [fields.startsOn] : []),
  ]
    .filter((on) => on <= day)
    .sort()[0];
  const counted = overTime(leaves, [], first ?? day, day, 'change').find(
    (point) => point.progress.source === 'facts',
  )?.day;
  const from = dayFrom(req.query.from, 'from') ?? counted ?? first ?? day;
  const changes = overTime(leaves, fields.publishedTotals, first ?? day, day, 'change');
  const points =
    changes.length > mostPoints ? overTime(leaves, fields.publishedTotals, first ?? day, day, 'month') : changes;
  const [a, b] = [rollUp(leaves, from, fields.publishedTotals), view.progress];
  const scope = fields.baselineOn && fields.baselineOn <= day ? baseline(leaves, fields.baselineOn, day) : null;
  const byRef = new Map(view.items.map((item) => [item.ref, item]));
  const link = (ref: number) => {
    const item = byRef.get(ref);
    return (
      <a href={ui.href(`${base}/items/${ref}`)}>
        {item ? `${item.number} ${inLocale(item.title, ui.locale)}`.trim() : ref}
      </a>
    );
  };
  const shownClasses = statusClasses.filter((status) => points.some((point) => point.progress[status] > 0));

  return (
    <Layout
      ui={ui}
      title={ui.t('plan.page.progressTitle', { title })}
      canonical={`${base}/progress`}
      crumbs={[
        { label: ui.t('plan.page.plans'), href: ui.href(`/${ctx.network!.slug}/plans`) },
        { label: title, href: ui.href(base) },
        { label: ui.t('plan.page.tabProgress') },
      ]}
    >
      <PageHeader title={ui.t('plan.page.progressTitle', { title })} lead={ui.t('plan.page.progressLead')} />
      {planTabs(ui, base, 'progress')}
      <Section title={ui.t('plan.page.between')}>
        <Form ui={ui} method="get" action={`${base}/progress`} class="wm-filters">
          <DateField ui={ui} filter name="from" label={ui.t('plan.page.from')} value={from} />
          <DateField ui={ui} filter name="asOf" label={ui.t('plan.page.to')} value={day} />
          <Submit>{ui.t('plan.page.show')}</Submit>
        </Form>
        <p>
          {ui.t('plan.page.percentFromTo', {
            from: formatDay(ui.locale, a.asOf),
            a: percentWord(ui, a),
            to: formatDay(ui.locale, b.asOf),
            b: percentWord(ui, b),
          })}
        </p>
        <p class="wm-lead">{differenceWords(ui, difference(a, b), fields)}</p>
      </Section>
      {points.length > 0 && shownClasses.length > 0 && (
        <Section title={ui.t('plan.page.overTimeHeading')}>
          <StepAreaChart
            ui={ui}
            id="over-time"
            title={ui.t('plan.page.overTime')}
            steps={points.map((p) => ({ day: p.day, counts: p.progress }))}
            until={day}
          />
          <Details summary={ui.t('plan.page.asTable')}>
            <Table
              ui={ui}
              caption={ui.t('plan.page.overTime')}
              narrow="scroll"
              columns={[
                { key: 'day', label: ui.t('plan.page.day'), cell: (p) => formatDay(ui.locale, p.day, 'short') },
                ...shownClasses.map((status) => ({
                  key: status,
                  label: statusWord(ui, fields, status),
                  numeric: true,
                  cell: (p: (typeof points)[number]) => p.progress[status],
                })),
                {
                  key: 'percent',
                  label: ui.t('plan.page.percent'),
                  numeric: true,
                  cell: (p) => percentWord(ui, p.progress),
                },
              ]}
              rows={points}
            />
          </Details>
        </Section>
      )}
      {scope && (
        <Section title={ui.t('plan.page.scope')}>
          <p>
            {ui.t('plan.page.scopeWords', {
              day: formatDay(ui.locale, scope.baselineDay),
              then: scope.atBaseline.total,
              now: scope.ofToday.total,
              kept: scope.kept.length,
            })}
          </p>
          <p>
            {ui.t('plan.page.scopePercent', {
              baseline: percentWord(ui, scope.ofBaseline),
              today: percentWord(ui, scope.ofToday),
            })}
          </p>
          <ScopeList
            title={ui.t('plan.page.scope.added')}
            rows={scope.added.map((ref) => ({ ref }))}
            draw={(row) => link(row.ref)}
          />
          {(['merged', 'split', 'superseded', 'removed'] as const).map((kind) => (
            <ScopeList
              title={ui.t(`plan.page.scope.${kind}`)}
              rows={scope[kind]}
              draw={(row: Departure) => (
                <>
                  {link(row.ref)} — {formatDay(ui.locale, row.on)}
                  {row.into.length > 0 && (
                    <>
                      {' '}
                      →{' '}
                      {row.into.map((ref) => (
                        <> {link(ref)}</>
                      ))}
                    </>
                  )}
                  {row.reason && <span class="wm-soft"> {inLocale(row.reason, ui.locale)}</span>}
                </>
              )}
            />
          ))}
        </Section>
      )}
      <p class="wm-soft">{say(ui, view.progress.rule)}</p>
    </Layout>
  );
}

function ScopeList<R extends { ref: number }>({
  title,
  rows,
  draw,
}: {
  title: string;
  rows: readonly R[];
  draw: (row: R) => unknown;
}) {
  if (rows.length === 0) return <></>;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {rows.map((row) => (
          <li>{draw(row) as string}</li>
        ))}
      </ul>
    </>
  );
}
