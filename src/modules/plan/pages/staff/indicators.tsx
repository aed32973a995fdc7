/** The indicators of a plan: a list, one's own page with what its values say and because of what, making and changing one. */
import { allows, Problem, type Req, redirect } from '#kernel';
import {
  Actions,
  Alert,
  DateText,
  ErrorSummary,
  type FieldErrors,
  Figure,
  Form,
  formatDay,
  formatNumber,
  Hidden,
  LineChart,
  LinkButton,
  Section,
  Submit,
  SummaryList,
  Table,
  Tag,
} from '#ui';
import { findItem, keepers, saveIndicator } from '../../drafting.ts';
import type { IndicatorFields } from '../../fields.ts';
import { boundValues, figuresOf, findFigure } from '../../figures.ts';
import { assess, type Assessment } from '../../indicator-math.ts';
import { type PlanIndicator, type PlanRow, type PlanState, readPlan } from '../../state.ts';
import { inLocale, say } from '../words.ts';
import { attempt, blank, merge, type Merged, type Refused, type Values } from './forms.ts';
import { base, day, itemName, mayEdit, me, now, PlanPage } from './frame.tsx';
import { IndicatorFieldset, indicatorFrom, indicatorValues } from './indicator-form.tsx';
import { ValueForms, type ValueForm } from './indicator-values.tsx';
import { Meanwhile } from './item-parts.tsx';
import { refHere } from './item-read.ts';
import { aroundItem, type FactRecord, factsOf, planHere, reading, versionOf } from './reading.ts';

const readState = (req: Req): Promise<{ plan: PlanRow; state: PlanState }> =>
  reading(req.ctx, async (tx) => {
    const plan = await planHere(tx, req.ctx, req.params.plan);
    return { plan, state: await readPlan(tx, plan, 'draft') };
  });

export async function indicatorsPage(req: Req) {
  const { ui, ctx } = req;
  const { plan, state } = await readState(req);
  const home = base(ctx, plan.slug);
  const rows = await Promise.all(
    state.indicators.map(async (one) => {
      const held = await boundValues(req, one);
      return { indicator: held, found: assess(held, now(req)) };
    }),
  );
  const itemOf = new Map(state.items.map((item) => [item.ref, item]));
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={state.fields}
      tab="indicators"
      title={ui.t('plan.staff.tab.indicators')}
      lead={ui.t('plan.staff.indicators.lead')}
      actions={
        mayEdit(ctx) && (
          <LinkButton href={ui.href(`${home}/indicators/new`)}>{ui.t('plan.staff.indicator.add')}</LinkButton>
        )
      }
    >
      <Table
        ui={ui}
        caption={ui.t('plan.staff.tab.indicators')}
        captionHidden
        rows={rows}
        empty={ui.t('plan.staff.indicators.none')}
        columns={[
          {
            key: 'title',
            label: ui.t('plan.staff.indicator.name'),
            cell: ({ indicator }) => (
              <a href={ui.href(`${home}/indicators/${indicator.ref}`)}>{inLocale(indicator.title, ui.locale)}</a>
            ),
          },
          {
            key: 'item',
            label: ui.t('plan.staff.indicator.item'),
            cell: ({ indicator }) => {
              const item = indicator.item === null ? null : itemOf.get(indicator.item);
              return item ? (
                <a href={ui.href(`${home}/items/${item.ref}`)}>{itemName(item, ui)}</a>
              ) : (
                ui.t('plan.staff.indicator.whole')
              );
            },
          },
          {
            key: 'says',
            label: ui.t('plan.staff.indicator.says'),
            cell: ({ found }) => <Says req={req} found={found} />,
          },
        ]}
      />
    </PlanPage>
  );
}

/** What the machine concluded, always with because, and the day it rests on. */
const Says = ({ req: { ui }, found }: { req: Req; found: Assessment }) => (
  <>
    <b>{ui.t(`plan.staff.state.${found.state}`)}</b>
    <br />
    {say(ui, found.because)} {found.latest && <span class="wm-soft">{day(ui, found.latest.on)}</span>}
  </>
);

interface IndicatorView {
  plan: PlanRow;
  state: PlanState;
  indicator: PlanIndicator;
  version: { seq: number; fields: IndicatorFields; by: string | null; at: Date };
  facts: FactRecord[];
  /** May this person enter values: editors, and whoever keeps the item it is evidence for. */
  tell: boolean;
}

async function readIndicator(req: Req): Promise<IndicatorView> {
  const { ctx } = req;
  const ref = refHere(req);
  const view = await reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    const row = await findItem(tx, plan, ref);
    if (row.kind !== 'indicator') throw Problem.notFound('plan.staff.problem.noIndicator');
    const state = await readPlan(tx, plan, 'draft');
    const version = (await versionOf(tx, row.id))!;
    const { item } = version.fields as IndicatorFields;
    const kept = item === null ? null : await aroundItem(tx, plan.id, (await findItem(tx, plan, item)).id);
    const own = kept?.owners.some(({ person, until }) => person === me(ctx) && until === null) ?? false;
    return {
      tell: mayEdit(ctx) || (own && allows(keepers, ctx)),
      plan,
      state,
      indicator: state.indicators.find((one) => one.ref === ref)!,
      version: { ...version, fields: version.fields as IndicatorFields },
      facts: await factsOf(tx, plan.id, row.id),
    };
  });
  return { ...view, indicator: await boundValues(req, view.indicator) };
}

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
    found.expected && found.pace && ui.t(`plan.staff.reason.${found.pace}`, { value: number(found.expected.value) }),
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

interface EditForm extends Refused {
  merged?: Merged;
}

export async function newIndicatorPage(req: Req, refused: EditForm = blank) {
  const { ui } = req;
  const { plan, state } = await readState(req);
  const values: Values = Object.keys(refused.values).length > 0 ? refused.values : { item: req.query.item ?? '' };
  return (
    <EditPage
      req={req}
      plan={plan}
      state={state}
      title={ui.t('plan.staff.indicator.new')}
      values={values}
      errors={refused.errors}
      action={`${base(req.ctx, plan.slug)}/indicators/new`}
    />
  );
}

export async function editIndicatorPage(req: Req, refused: EditForm | null = null) {
  const { ui } = req;
  const { plan, state, indicator, version } = await readIndicator(req);
  return (
    <EditPage
      req={req}
      plan={plan}
      state={state}
      title={ui.t('plan.staff.indicator.editOf', { title: inLocale(indicator.title, ui.locale) })}
      values={refused?.values ?? indicatorValues(version.fields)}
      errors={refused?.errors ?? {}}
      action={`${base(req.ctx, plan.slug)}/indicators/${indicator.ref}/edit`}
      basedOn={version.seq}
      meanwhile={
        refused?.merged && (
          <Meanwhile
            ui={ui}
            merged={refused.merged}
            by={version.by}
            at={version.at}
            word={(name) => indicatorWord(req, name)}
          />
        )
      }
    />
  );
}

function indicatorWord({ ui }: Req, name: string): string {
  const [first = '', second = ''] = name.split('.');
  const word = ui.t(`plan.staff.indicator.${first === 'figure' ? 'source' : first}`);
  if (second === 'en' || second === 'es') return `${word} (${ui.t(`ui.language.${second}`)})`;
  return second ? `${word}: ${ui.t(`plan.staff.indicator.${second === 'on' ? 'day' : 'number'}`)}` : word;
}

function EditPage(props: {
  req: Req;
  plan: PlanRow;
  state: PlanState;
  title: string;
  values: Values;
  errors: FieldErrors;
  action: string;
  basedOn?: number;
  meanwhile?: unknown;
}) {
  const { req, plan, state, title } = props;
  const { ui, ctx } = req;
  const home = base(ctx, plan.slug);
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={state.fields}
      tab={null}
      title={title}
      crumbs={[{ label: ui.t('plan.staff.tab.indicators'), href: ui.href(`${home}/indicators`) }, { label: title }]}
    >
      <ErrorSummary ui={ui} errors={props.errors} />
      {props.meanwhile as never}
      <Form ui={ui} action={ui.href(props.action)} unsaved>
        {props.basedOn !== undefined && <Hidden name="basedOn" value={String(props.basedOn)} />}
        <IndicatorFieldset
          ui={ui}
          state={state}
          figures={figuresOf(req.module)}
          values={props.values}
          errors={props.errors}
        />
        <Actions>
          <Submit>{ui.t('plan.staff.indicator.save')}</Submit>
          <a href={ui.href(`${home}/indicators`)}>{ui.t('plan.staff.cancel')}</a>
        </Actions>
      </Form>
    </PlanPage>
  );
}

export async function makeIndicator(req: Req) {
  const { fields: values } = await req.form();
  return attempt(
    req,
    async () => {
      const ref = await saveIndicator(req.ctx, {
        plan: req.params.plan!,
        ref: null,
        fields: indicatorFrom(values, figuresOf(req.module)),
      });
      return redirect(req, `${base(req.ctx, req.params.plan)}/indicators/${ref}`, {
        said: 'plan.staff.said.indicatorMade',
      });
    },
    (errors) => newIndicatorPage(req, { values, errors }),
  );
}

export async function postIndicator(req: Req) {
  const { fields } = await req.form();
  const { _csrf, basedOn, ...values } = fields;
  const ref = refHere(req);
  return attempt(
    req,
    async () => {
      await saveIndicator(req.ctx, {
        plan: req.params.plan!,
        ref,
        basedOn: basedOn ?? '',
        fields: indicatorFrom(values, figuresOf(req.module)),
      });
      return redirect(req, `${base(req.ctx, req.params.plan)}/indicators/${ref}`, { said: 'plan.staff.said.saved' });
    },
    async (errors, problem) => {
      if (problem.key !== 'plan.problem.editedMeanwhile') return editIndicatorPage(req, { values, errors });
      const { newest, based } = await reading(req.ctx, async (tx) => {
        const row = await findItem(tx, await planHere(tx, req.ctx, req.params.plan), ref);
        const seq = /^\d{1,15}$/.test(basedOn ?? '') ? Number(basedOn) : 0;
        return {
          newest: row.fields as IndicatorFields,
          based: (await versionOf(tx, row.id, seq))?.fields as IndicatorFields | undefined,
        };
      });
      const merged = merge(based ? indicatorValues(based) : {}, indicatorValues(newest), values);
      return editIndicatorPage(req, { values: merged.values, errors: {}, merged });
    },
  );
}
