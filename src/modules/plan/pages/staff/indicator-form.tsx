/** An indicator's definition as form fields, and back. The direction is always said in words and never guessed. */
import type { IndicatorSource } from '#kernel';
import { BilingualField, DateField, FieldGroup, type FieldErrors, Radios, Select, TextField, type Ui } from '#ui';
import { directions, type IndicatorFields } from '../../fields.ts';
import type { PlanState } from '../../state.ts';
import { needText, Reading, textFrom, textTo, textValue, type Values } from './forms.ts';
import { itemName } from './frame.tsx';

export function indicatorValues(fields: IndicatorFields): Values {
  return {
    ...textTo('title', fields.title),
    ...textTo('unit', fields.unit),
    ...textTo('definition', fields.definition),
    direction: fields.direction,
    'baseline.value': fields.baseline?.value.toString() ?? '',
    'baseline.on': fields.baseline?.on ?? '',
    'target.value': fields.target?.value.toString() ?? '',
    'target.on': fields.target?.on ?? '',
    period: fields.period ?? '',
    item: fields.item?.toString() ?? '',
    figure: fields.figure ?? '',
  };
}

/** Reads the form; throws invalid with a sentence for each field. */
export function indicatorFrom(values: Values, figures: readonly IndicatorSource[]): IndicatorFields {
  const form = new Reading(values);
  const title = needText(form, 'title');
  const unit = textFrom(values, 'unit') && needText(form, 'unit');
  const definition = textFrom(values, 'definition') && needText(form, 'definition');
  const mark = (name: 'baseline' | 'target') => {
    const [value, on] = [form.number(`${name}.value`), form.text(`${name}.on`)];
    if (value === undefined && on) form.wrong(`${name}.value`, 'plan.staff.field.markValue');
    return value === undefined ? null : { value, ...(on && { on }) };
  };
  const [baseline, target] = [mark('baseline'), mark('target')];
  const direction = directions.find((one) => one === values.direction);
  if (!direction) form.wrong('direction', 'kernel.field.choose');
  const figure = form.text('figure') || null;
  if (figure && !figures.some(({ key }) => key === figure)) form.wrong('figure', 'kernel.field.choose');
  form.done();
  const period = (['month', 'quarter', 'year'] as const).find((one) => one === values.period) ?? null;
  return {
    title,
    ...(unit && { unit }),
    ...(definition && { definition }),
    direction: direction!,
    baseline,
    target,
    period,
    item: values.item ? Number(values.item) : null,
    figure,
  };
}

export function IndicatorFieldset(props: {
  ui: Ui;
  state: PlanState;
  figures: readonly IndicatorSource[];
  values: Values;
  errors: FieldErrors;
}) {
  const { ui, state, figures, values, errors } = props;
  const shared = { ui, errors };
  const mark = (name: 'baseline' | 'target') => (
    <FieldGroup legend={ui.t(`plan.staff.indicator.${name}`)}>
      <div class="wm-filters">
        <TextField
          {...shared}
          name={`${name}.value`}
          label={ui.t('plan.staff.indicator.number')}
          value={values[`${name}.value`]}
          inputmode="decimal"
          small
          optional
        />
        <DateField
          {...shared}
          name={`${name}.on`}
          label={ui.t('plan.staff.indicator.day')}
          value={values[`${name}.on`]}
          optional
        />
      </div>
    </FieldGroup>
  );
  return (
    <>
      <BilingualField
        {...shared}
        name="title"
        label={ui.t('plan.staff.indicator.title')}
        hint={ui.t('plan.staff.indicator.titleHint')}
        value={textValue(values, 'title')}
        maxlength={300}
      />
      <BilingualField
        {...shared}
        name="unit"
        label={ui.t('plan.staff.indicator.unit')}
        hint={ui.t('plan.staff.indicator.unitHint')}
        value={textValue(values, 'unit')}
        maxlength={60}
        optional
      />
      <BilingualField
        {...shared}
        name="definition"
        label={ui.t('plan.staff.indicator.definition')}
        hint={ui.t('plan.staff.indicator.definitionHint')}
        value={textValue(values, 'definition')}
        lines={3}
        maxlength={2000}
        optional
      />
      <Radios
        {...shared}
        name="direction"
        label={ui.t('plan.staff.indicator.direction')}
        value={values.direction}
        options={directions.map((one) => ({
          value: one,
          label: ui.t(`plan.staff.direction.${one}`),
          hint: ui.t(`plan.staff.directionHint.${one}`),
        }))}
      />
      {mark('baseline')}
      {mark('target')}
      <Select
        {...shared}
        name="period"
        label={ui.t('plan.staff.indicator.period')}
        value={values.period}
        blank={ui.t('plan.staff.indicator.noPeriod')}
        options={(['month', 'quarter', 'year'] as const).map((one) => ({
          value: one,
          label: ui.t(`plan.staff.period.${one}`),
        }))}
        optional
      />
      <Select
        {...shared}
        name="item"
        label={ui.t('plan.staff.indicator.item')}
        value={values.item}
        blank={ui.t('plan.staff.indicator.whole')}
        options={state.items
          .filter(({ leaf }) => leaf)
          .map((item) => ({ value: String(item.ref), label: itemName(item, ui) }))}
        optional
      />
      <Select
        {...shared}
        name="figure"
        label={ui.t('plan.staff.indicator.source')}
        hint={ui.t('plan.staff.indicator.sourceHint')}
        value={values.figure}
        blank={ui.t('plan.staff.indicator.byHand')}
        options={figures.map(({ key, label }) => ({ value: key, label: ui.t(label) }))}
        optional
      />
    </>
  );
}
