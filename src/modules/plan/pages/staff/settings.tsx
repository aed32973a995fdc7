/** A plan's settings: what it says of itself, how often its items are reviewed, and which phase it follows. */
import { type Req, redirect } from '#kernel';
import { Actions, Button, ErrorSummary, type FieldErrors, Form, Hidden, Section, Select, Submit, TextField } from '#ui';
import { followPlan } from '../../bulk.ts';
import { findItem, networkId, savePlan } from '../../drafting.ts';
import type { PlanFields } from '../../fields.ts';
import { inLocale } from '../words.ts';
import { attempt, blank, merge, type Merged, type Refused } from './forms.ts';
import { base, mayEdit, PlanPage } from './frame.tsx';
import { Meanwhile } from './item-parts.tsx';
import { listPlans, planHere, reading, versionOf } from './reading.ts';
import { planFrom, planValues, settingField, SettingsFieldset, settingWord } from './settings-form.tsx';

const readSettings = (req: Req, basedOn?: number) =>
  reading(req.ctx, async (tx) => {
    const plan = await planHere(tx, req.ctx, req.params.plan);
    const root = await findItem(tx, plan, 0);
    const newest = (await versionOf(tx, root.id))!;
    return {
      plan,
      newest: { ...newest, fields: newest.fields as PlanFields },
      based: basedOn === undefined ? null : ((await versionOf(tx, root.id, basedOn))?.fields as PlanFields | undefined),
      others: (await listPlans(tx, networkId(req.ctx))).filter(({ id }) => id !== plan.id),
    };
  });

interface SettingsForm extends Refused {
  merged?: Merged;
}

export async function settingsPage(req: Req, form: SettingsForm = blank) {
  const { ui, ctx } = req;
  const { plan, newest, others } = await readSettings(req);
  const given = Object.keys(form.values).length > 0;
  const values = {
    ...planValues(newest.fields),
    reviewEveryDays: String(plan.review_every_days),
    ...(given && form.values),
  };
  const at = `${base(ctx, plan.slug)}/settings`;
  const before = others.find(({ id }) => id === plan.predecessor_id);
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={newest.fields}
      tab="settings"
      title={ui.t('plan.staff.tab.settings')}
      lead={ui.t(mayEdit(ctx) ? 'plan.staff.settings.lead' : 'plan.staff.settings.readOnly')}
    >
      <ErrorSummary ui={ui} errors={form.errors} />
      {form.merged && (
        <Meanwhile ui={ui} merged={form.merged} by={newest.by} at={newest.at} word={(name) => settingWord(ui, name)} />
      )}
      <Form ui={ui} action={ui.href(at)} unsaved>
        <Hidden name="basedOn" value={String(newest.seq)} />
        <fieldset class="wm-plainset" disabled={!mayEdit(ctx)} aria-label={ui.t('plan.staff.tab.settings')}>
          <SettingsFieldset ui={ui} values={values} errors={form.errors} />
          <TextField
            ui={ui}
            name="reviewEveryDays"
            label={ui.t('plan.staff.field.reviewEveryDays')}
            hint={ui.t('plan.staff.field.reviewHint')}
            value={values.reviewEveryDays}
            errors={form.errors}
            inputmode="numeric"
            small
          />
        </fieldset>
        {mayEdit(ctx) && (
          <Actions>
            <Submit>{ui.t('plan.staff.settings.save')}</Submit>
          </Actions>
        )}
      </Form>
      <Section title={ui.t('plan.staff.settings.phase')} id="phase">
        <p>
          {before
            ? ui.t('plan.staff.settings.follows', { plan: inLocale(before.title, ui.locale) })
            : ui.t('plan.staff.settings.followsNone')}
        </p>
        {mayEdit(ctx) && others.length > 0 && (
          <Form ui={ui} action={ui.href(`${at}/predecessor`)} class="wm-filters">
            <Select
              ui={ui}
              name="predecessor"
              label={ui.t('plan.staff.field.predecessor')}
              value={form.values.predecessor ?? before?.slug}
              errors={form.errors}
              blank={ui.t('plan.staff.field.noPredecessor')}
              options={others.map((other) => ({ value: other.slug, label: inLocale(other.title, ui.locale) }))}
            />
            <Button kind="outline">{ui.t('plan.staff.settings.savePhase')}</Button>
          </Form>
        )}
      </Section>
      {mayEdit(ctx) && (
        <Section title={ui.t('plan.import.files')} id="files">
          <p>{ui.t('plan.import.filesLead')}</p>
          <p>
            <a href={`${base(ctx, plan.slug)}/export/csv`}>CSV</a> ·{' '}
            <a href={`${base(ctx, plan.slug)}/export/xlsx`}>Excel</a> ·{' '}
            <a href={`${base(ctx, plan.slug)}/export/json`}>JSON</a> ·{' '}
            <a href={ui.href(`${base(ctx, plan.slug)}/import`)}>{ui.t('plan.import.update')}</a>
          </p>
        </Section>
      )}
    </PlanPage>
  );
}

export async function postSettings(req: Req) {
  const { fields } = await req.form();
  const { _csrf, basedOn, ...values } = fields;
  return attempt(
    req,
    async () => {
      await savePlan(req.ctx, {
        plan: req.params.plan!,
        fields: planFrom(values),
        basedOn: basedOn ?? '',
        reviewEveryDays: values.reviewEveryDays ?? '',
      });
      return redirect(req, `${base(req.ctx, req.params.plan)}/settings`, { said: 'plan.staff.said.saved' });
    },
    async (errors, problem) => {
      if (problem.key !== 'plan.problem.editedMeanwhile')
        return settingsPage(req, { values, errors: inRows(values, errors) });
      const { newest, based } = await readSettings(req, /^\d{1,15}$/.test(basedOn ?? '') ? Number(basedOn) : 0);
      const merged = merge(based ? planValues(based) : {}, planValues(newest.fields), values);
      // The interval is no part of the versions: what was entered stays.
      merged.taken = merged.taken.filter((name) => name !== 'reviewEveryDays');
      merged.both = merged.both.filter(({ name }) => name !== 'reviewEveryDays');
      return settingsPage(req, {
        values: { ...merged.values, reviewEveryDays: values.reviewEveryDays ?? '' },
        errors: {},
        merged,
      });
    },
  );
}

const inRows = (values: Record<string, string>, errors: FieldErrors): FieldErrors =>
  Object.fromEntries(Object.entries(errors).map(([name, said]) => [settingField(values, name), said]));

export async function postPredecessor(req: Req) {
  const { fields: values } = await req.form();
  return attempt(
    req,
    async () => {
      await followPlan(req.ctx, { plan: req.params.plan!, predecessor: values.predecessor || null });
      return redirect(req, `${base(req.ctx, req.params.plan)}/settings#phase`, { said: 'plan.staff.said.saved' });
    },
    (errors) => settingsPage(req, { values: { predecessor: values.predecessor ?? '' }, errors }),
  );
}
