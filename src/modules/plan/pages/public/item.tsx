/** One item's page: what it is, where it stands and because of which fact, its evidence, and its story from the first day. */
import { Problem, type Req } from '#kernel';
import {
  DateText,
  Details,
  formatDay,
  formatMoney,
  formatNumber,
  formatPercent,
  Layout,
  LineChart,
  type Moment,
  PageHeader,
  Section,
  SmallBar,
  StatusTag,
  SummaryList,
  Table,
  Timeline,
  type Ui,
} from '#ui';
import { boundValues } from '../../figures.ts';
import { assess } from '../../indicator-math.ts';
import { publicItemsInFull, publicRevisions, told } from '../../public.ts';
import type { PlanIndicator, PlanItem } from '../../state.ts';
import { storyOf } from '../../story.ts';
import { changeBody } from '../changes.tsx';
import { inLocale, langOf, shareWords, say, statusWord } from '../words.ts';
import { outlineWriter } from './outline.tsx';
import { type PlanOnDay, planOnDay } from './read.ts';
import { keepDay } from './plan.tsx';

export async function itemPage(req: Req) {
  const { ui, ctx } = req;
  const view = await planOnDay(req);
  const { plan } = view;
  const networkId = ctx.network!.id;
  const ref = Number(req.params.ref);
  const { items, indicators } = await publicItemsInFull(ctx.app, networkId, plan.id);
  const item = items.find((one) => one.ref === ref);
  if (!item) throw Problem.notFound('plan.problem.noItem', { ref: req.params.ref });
  const base = `/${ctx.network!.slug}/plans/${plan.slug}`;
  const byRef = new Map(items.map((one) => [one.ref, one]));
  const title = inLocale(item.title, ui.locale);
  const above = ancestors(item, byRef);
  const level = plan.fields.levels[above.length] ?? plan.fields.levels.at(-1)!;
  const at = view.standings.get(ref);
  const own = await Promise.all(indicators.filter((i) => i.item === ref).map((i) => boundValues(req, i)));
  const revisions = await publicRevisions(ctx.app, networkId, plan.id, { ref });
  const dayOf = (when: Date) => when.toISOString().slice(0, 10);
  const story = storyOf(
    { ...item, indicators: own },
    told(revisions, dayOf, (text) => inLocale(text, ui.locale)),
    (n) => byRef.get(n)?.number ?? String(n),
  )
    .filter((entry) => entry.on <= view.day)
    .reverse();
  const label = (other: PlanItem) => `${other.number} ${inLocale(other.title, ui.locale)}`.trim();
  const link = (n: number) => {
    const other = byRef.get(n);
    return other ? <a href={ui.href(`${base}/items/${n}`, keepDay(view))}>{label(other)}</a> : String(n);
  };
  const branch = findBranch(view, ref);

  return (
    <Layout
      ui={ui}
      title={`${item.number} ${title}`.trim()}
      canonical={`${base}/items/${ref}`}
      crumbs={[
        { label: ui.t('plan.page.plans'), href: ui.href(`/${ctx.network!.slug}/plans`) },
        { label: inLocale(plan.fields.title, ui.locale), href: ui.href(base, keepDay(view)) },
        ...above.map((other) => ({
          label: other.number || inLocale(other.title, ui.locale),
          href: ui.href(`${base}/items/${other.ref}`, keepDay(view)),
        })),
        { label: item.number || title },
      ]}
    >
      <PageHeader
        eyebrow={`${inLocale(level.one, ui.locale)} ${item.number}`.trim()}
        title={<span lang={langOf(item.title, ui.locale)}>{title}</span>}
        lead={
          item.description && (
            <span lang={langOf(item.description, ui.locale)}>{inLocale(item.description, ui.locale)}</span>
          )
        }
      />
      {at && (
        <p class="wm-plan__standing">
          {at.inScope ? (
            <>
              <StatusTag ui={ui} status={at.status} label={statusWord(ui, plan.fields, at.status, at.because)} />{' '}
              {at.since ? ui.t('plan.page.since', { day: formatDay(ui.locale, at.since) }) : ui.t('plan.page.noFact')}
            </>
          ) : at.left ? (
            <>
              {ui.t(`plan.page.left.${at.left.kind}`, { day: formatDay(ui.locale, at.left.on) })}{' '}
              {at.left.into?.map((n) => (
                <> {link(n)}</>
              ))}
            </>
          ) : (
            ui.t('plan.page.notYetInPlan', { day: formatDay(ui.locale, view.day) })
          )}
          {at.because?.reason && <> {inLocale(at.because.reason, ui.locale)}</>}
        </p>
      )}
      {branch && branch.children.length > 0 && (
        <>
          <SmallBar
            ui={ui}
            percent={view.branches.get(ref)?.percent ?? null}
            text={shareWords(ui, view.branches.get(ref)!)}
          />
          <Section title={ui.t('plan.page.under')}>
            <div class="wm-plan wm-plan--open">
              {outlineWriter(ui, { ...view, roots: branch.children }, base).outline()}
            </div>
          </Section>
        </>
      )}
      <SummaryList
        facts={[
          { term: ui.t('plan.page.lead'), value: item.lead },
          { term: ui.t('plan.page.partners'), value: item.partners?.join(', ') },
          { term: ui.t('plan.page.dueOn'), value: item.due && <DateText ui={ui} date={item.due} /> },
          {
            term: ui.t('plan.page.themes'),
            value: item.themes
              ?.map((key) =>
                inLocale(plan.fields.themes.find((one) => one.key === key)?.title ?? { en: key }, ui.locale),
              )
              .join(', '),
          },
          { term: ui.t('plan.page.pillars'), value: item.pillars?.map((key) => ui.t(`plan.pillar.${key}`)).join(', ') },
          {
            term: ui.t('plan.page.funding'),
            value:
              item.fundingNeeded !== undefined
                ? ui.t('plan.page.fundingWords', {
                    needed: formatMoney(ui.locale, item.fundingNeeded),
                    secured: formatMoney(ui.locale, item.fundingSecured ?? 0),
                  })
                : '',
          },
          {
            term: ui.t('plan.page.waitsFor'),
            value: item.dependsOn?.length ? (
              <ul class="wm-plain">
                {item.dependsOn.map((n) => (
                  <li>{link(n)}</li>
                ))}
              </ul>
            ) : (
              ''
            ),
          },
        ]}
      />
      {item.milestones && item.milestones.length > 0 && (
        <Section title={ui.t('plan.page.milestones')}>
          <ul>
            {item.milestones.map((milestone) => (
              <li>
                {inLocale(milestone.title, ui.locale)}
                {' — '}
                {milestone.doneOn && milestone.doneOn <= view.day
                  ? ui.t('plan.page.milestoneDone', { day: formatDay(ui.locale, milestone.doneOn) })
                  : milestone.due
                    ? ui.t('plan.page.milestoneDue', { day: formatDay(ui.locale, milestone.due) })
                    : ui.t('plan.page.milestoneOpen')}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {own.map((indicator) => (
        <IndicatorSection ui={ui} indicator={indicator} day={view.day} />
      ))}
      <Section title={ui.t('plan.page.story')} id="story">
        {story.length === 0 ? (
          <p>{ui.t('plan.page.noStory')}</p>
        ) : (
          <Timeline
            ui={ui}
            moments={story.map(
              (entry): Moment => ({
                when: entry.on,
                title: say(ui, entry.said),
                by:
                  [entry.by, entry.approvedBy && ui.t('plan.page.approvedBy', { who: entry.approvedBy })]
                    .filter(Boolean)
                    .join(' · ') || undefined,
                body: (
                  <>
                    {entry.subject && <p>{inLocale(entry.subject, ui.locale)}</p>}
                    {entry.text && <p lang={langOf(entry.text, ui.locale)}>{inLocale(entry.text, ui.locale)}</p>}
                    {entry.reason && (
                      <p>
                        {ui.t('plan.page.why')} {inLocale(entry.reason, ui.locale)}
                      </p>
                    )}
                    {entry.change && changeBody(ui, entry.change)}
                  </>
                ),
              }),
            )}
          />
        )}
      </Section>
    </Layout>
  );
}

function ancestors(item: PlanItem, byRef: Map<number, PlanItem>): PlanItem[] {
  const list: PlanItem[] = [];
  for (let at = item.parentRef; at !== null && list.length < 50; ) {
    const parent = byRef.get(at);
    if (!parent) break;
    list.unshift(parent);
    at = parent.parentRef;
  }
  return list;
}

function findBranch(view: PlanOnDay, ref: number) {
  const stack = [...view.roots];
  for (let branch = stack.pop(); branch; branch = stack.pop()) {
    if (branch.item.ref === ref) return branch;
    stack.push(...branch.children);
  }
  return null;
}

/** Evidence: what the numbers say, unclamped, and every value in a table. */
export function IndicatorSection({ ui, indicator, day }: { ui: Ui; indicator: PlanIndicator; day: string }) {
  const found = assess(indicator, day);
  const values = indicator.values.filter((v) => v.on <= day);
  const unit = indicator.unit ? inLocale(indicator.unit, ui.locale) : '';
  return (
    <Section title={inLocale(indicator.title, ui.locale)} id={`k${indicator.ref}`}>
      {indicator.definition && <p class="wm-soft">{inLocale(indicator.definition, ui.locale)}</p>}
      <p>
        <b>{say(ui, found.because)}</b> {unit && `(${unit})`}
        {found.share !== null && (
          <> {ui.t('plan.page.share', { percent: formatPercent(ui.locale, Math.round(found.share * 100)) })}</>
        )}
        {found.late && <> {ui.t('plan.page.targetLate')}</>}
      </p>
      {indicator.figure && <p class="wm-soft">{ui.t('plan.page.liveFigure')}</p>}
      {values.length > 1 && (
        <LineChart
          ui={ui}
          id={`chart-${indicator.ref}`}
          title={inLocale(indicator.title, ui.locale)}
          points={values.map((v) => ({ day: v.on, value: v.value }))}
          target={indicator.target?.value}
        />
      )}
      {values.length > 0 && (
        <Details summary={ui.t('plan.page.values')}>
          <Table
            ui={ui}
            caption={ui.t('plan.page.values')}
            captionHidden
            columns={[
              { key: 'on', label: ui.t('plan.page.day'), cell: (v) => <DateText ui={ui} date={v.on} style="short" /> },
              {
                key: 'value',
                label: unit || ui.t('plan.page.value'),
                numeric: true,
                cell: (v) => (v.value === null ? ui.t('plan.page.missing') : formatNumber(ui.locale, v.value)),
              },
              { key: 'why', label: ui.t('plan.page.note'), cell: (v) => inLocale(v.why, ui.locale) },
            ]}
            rows={values}
          />
        </Details>
      )}
      {found.missing.length > 0 && (
        <p class="wm-soft">
          {ui.t('plan.page.missingPeriods', { list: found.missing.map((m) => m.period).join(', ') })}
        </p>
      )}
    </Section>
  );
}
