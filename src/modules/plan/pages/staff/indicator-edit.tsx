/** Making an indicator and changing its definition; two people who change it at once lose nothing. */
import { type Req, redirect } from '#kernel';
import { Actions, ErrorSummary, type FieldErrors, Form, Hidden, Submit } from '#ui';
import { findItem, saveIndicator } from '../../drafting.ts';
import type { IndicatorFields } from '../../fields.ts';
import { figuresOf } from '../../figures.ts';
import { type PlanRow, type PlanState } from '../../state.ts';
import { inLocale } from '../words.ts';
import { attempt, blank, merge, type Merged, type Refused, type Values } from './forms.ts';
import { base, PlanPage } from './frame.tsx';
import { IndicatorFieldset, indicatorFrom, indicatorValues } from './indicator-form.tsx';
import { Meanwhile } from './item-parts.tsx';
import { refHere } from './item-read.ts';
import { planHere, reading, versionOf } from './reading.ts';
import { readIndicator, readState } from './indicator-read.ts';

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
