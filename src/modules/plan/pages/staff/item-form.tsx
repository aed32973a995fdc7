/** The public text and place of an item as form fields, and back. Fields are plain strings, so two people's edits can be put together one by one. */
import {
  BilingualField,
  Checkboxes,
  DateField,
  FieldGroup,
  type FieldErrors,
  Radios,
  TextArea,
  TextField,
  type Ui,
} from '#ui';
import { type ItemFields, type PlanFields, pillars } from '../../fields.ts';
import type { PlanState } from '../../state.ts';
import { inLocale } from '../words.ts';
import { linesFrom, needText, Reading, textFrom, textTo, textValue, type Values } from './forms.ts';
import { nameToType, refsFrom } from './frame.tsx';

/** Rows of milestones offered beside those that are there. */
const spareMilestones = 2;
const mostMilestones = 60;

/** An item's fields as the form shows them. Place and parent have a form of their own. */
export function itemValues(fields: ItemFields, state: Pick<PlanState, 'items'>): Values {
  const name = nameToType(state);
  const values: Values = {
    ...textTo('title', fields.title),
    ...textTo('description', fields.description),
    number: fields.number,
    leaf: fields.leaf ? 'yes' : 'no',
    lead: fields.lead ?? '',
    partners: (fields.partners ?? []).join('\n'),
    due: fields.due ?? '',
    themes: (fields.themes ?? []).join('\n'),
    pillars: (fields.pillars ?? []).join('\n'),
    fundingNeeded: fields.fundingNeeded?.toString() ?? '',
    fundingSecured: fields.fundingSecured?.toString() ?? '',
    dependsOn: (fields.dependsOn ?? []).map(name).join(', '),
  };
  fields.milestones?.forEach((milestone, n) => {
    Object.assign(values, textTo(`milestones.${n}.title`, milestone.title), {
      [`milestones.${n}.due`]: milestone.due ?? '',
      [`milestones.${n}.doneOn`]: milestone.doneOn ?? '',
    });
  });
  return values;
}

/** What was sent, with lists of ticks as lines. A field that was not sent at all is not there. */
export function sentValues(fields: Values, lists: Record<string, string[]>): Values {
  const many = (name: string) => (lists[name] ?? []).filter(Boolean).join('\n');
  return { ...fields, themes: many('themes'), pillars: many('pillars') };
}

/** Reads the form; throws invalid with a sentence for each field. */
export function itemFrom(
  values: Values,
  state: Pick<PlanState, 'items'>,
  place: Pick<ItemFields, 'parentRef' | 'position'>,
  today: string,
): ItemFields {
  const form = new Reading(values);
  const title = needText(form, 'title');
  const description = textFrom(values, 'description') && needText(form, 'description');
  const { refs, unknown } = refsFrom(state, values.dependsOn ?? '');
  if (unknown.length > 0) form.wrong('dependsOn', 'plan.staff.field.unknownNumbers', { numbers: unknown.join(', ') });
  const milestones = [];
  for (let n = 0; n < mostMilestones; n++) {
    const [due, doneOn] = [form.text(`milestones.${n}.due`), form.past(`milestones.${n}.doneOn`, today)];
    if (!textFrom(values, `milestones.${n}.title`) && !due && !doneOn) continue;
    milestones.push({ title: needText(form, `milestones.${n}.title`), ...(due && { due }), ...(doneOn && { doneOn }) });
  }
  const [fundingNeeded, fundingSecured] = [form.number('fundingNeeded'), form.number('fundingSecured')];
  form.done();
  const [lead, due] = [form.text('lead'), form.text('due')];
  const [partners, themes, own] = [linesFrom(values.partners), linesFrom(values.themes), linesFrom(values.pillars)];
  return {
    ...place,
    number: form.text('number'),
    title,
    ...(description && { description }),
    leaf: values.leaf !== 'no',
    ...(lead && { lead }),
    ...(partners.length > 0 && { partners }),
    ...(due && { due }),
    ...(themes.length > 0 && { themes }),
    ...(own.length > 0 && { pillars: own }),
    ...(fundingNeeded !== undefined && { fundingNeeded }),
    ...(fundingSecured !== undefined && { fundingSecured }),
    ...(refs.length > 0 && { dependsOn: refs }),
    ...(milestones.length > 0 && { milestones }),
  };
}

/** A field's name in words, for telling two edits apart. */
export function fieldWord(ui: Pick<Ui, 't'>, name: string): string {
  const [first = '', second, third] = name.split('.');
  const locale = name.endsWith('.es') ? ui.t('ui.language.es') : name.endsWith('.en') ? ui.t('ui.language.en') : '';
  const word =
    first === 'milestones'
      ? ui.t('plan.staff.item.milestoneField', { n: Number(second) + 1, what: third ?? '' })
      : ui.t(`plan.staff.item.${first}`);
  return locale ? `${word} (${locale})` : word;
}

export function ItemFieldset(props: { ui: Ui; fields: PlanFields; values: Values; errors: FieldErrors }) {
  const { ui, fields, values, errors } = props;
  const shared = { ui, errors };
  const used = Object.keys(values).flatMap((key) => /^milestones\.(\d+)\./.exec(key)?.[1] ?? []);
  const rows = Math.min(
    Math.max(-1, ...used.map(Number)) + 1 + (props.values['milestones.0.title.en'] === undefined ? 1 : spareMilestones),
    mostMilestones,
  );
  return (
    <>
      <BilingualField
        {...shared}
        name="title"
        label={ui.t('plan.staff.item.title')}
        value={textValue(values, 'title')}
        lines={2}
        maxlength={600}
      />
      <BilingualField
        {...shared}
        name="description"
        label={ui.t('plan.staff.item.description')}
        value={textValue(values, 'description')}
        lines={5}
        maxlength={8000}
        optional
      />
      <TextField
        {...shared}
        name="number"
        label={ui.t('plan.staff.item.number')}
        hint={ui.t('plan.staff.item.numberHint')}
        value={values.number}
        maxlength={40}
        small
        optional
      />
      <TextField
        {...shared}
        name="lead"
        label={ui.t('plan.staff.item.lead')}
        hint={ui.t('plan.staff.item.leadHint')}
        value={values.lead}
        maxlength={200}
        optional
      />
      <TextArea
        {...shared}
        name="partners"
        label={ui.t('plan.staff.item.partners')}
        hint={ui.t('plan.staff.item.partnersHint')}
        value={values.partners}
        rows={3}
        optional
      />
      <DateField {...shared} name="due" label={ui.t('plan.staff.item.due')} value={values.due} optional />
      {fields.themes.length > 0 && (
        <Checkboxes
          {...shared}
          name="themes"
          label={ui.t('plan.staff.item.themes')}
          values={linesFrom(values.themes)}
          options={fields.themes.map(({ key, title }) => ({ value: key, label: inLocale(title, ui.locale) }))}
          optional
        />
      )}
      <Checkboxes
        {...shared}
        name="pillars"
        label={ui.t('plan.staff.item.pillars')}
        hint={ui.t('plan.staff.item.pillarsHint')}
        values={linesFrom(values.pillars)}
        options={[
          ...pillars.map((key) => ({ value: key, label: ui.t(`plan.pillar.${key}`) })),
          // A plan from elsewhere may bring its own.
          ...linesFrom(values.pillars)
            .filter((key) => !(pillars as readonly string[]).includes(key))
            .map((key) => ({ value: key, label: key })),
        ]}
        row
        optional
      />
      <TextField
        {...shared}
        name="fundingNeeded"
        label={ui.t('plan.staff.item.fundingNeeded')}
        value={values.fundingNeeded}
        inputmode="decimal"
        small
        optional
      />
      <TextField
        {...shared}
        name="fundingSecured"
        label={ui.t('plan.staff.item.fundingSecured')}
        value={values.fundingSecured}
        inputmode="decimal"
        small
        optional
      />
      <TextField
        {...shared}
        name="dependsOn"
        label={ui.t('plan.staff.item.dependsOn')}
        hint={ui.t('plan.staff.item.dependsOnHint')}
        value={values.dependsOn}
        optional
      />
      <Radios
        {...shared}
        name="leaf"
        label={ui.t('plan.staff.item.leaf')}
        value={values.leaf ?? 'yes'}
        options={[
          { value: 'yes', label: ui.t('plan.staff.item.leafYes') },
          { value: 'no', label: ui.t('plan.staff.item.leafNo') },
        ]}
      />
      <FieldGroup legend={ui.t('plan.staff.item.milestones')}>
        <p class="usa-hint">{ui.t('plan.staff.item.milestonesHint')}</p>
        {Array.from({ length: rows }, (_, n) => (
          <div class="wm-repeat">
            <BilingualField
              {...shared}
              name={`milestones.${n}.title`}
              label={ui.t('plan.staff.item.milestone', { n: n + 1 })}
              value={textValue(values, `milestones.${n}.title`)}
              maxlength={300}
              optional
            />
            <div class="wm-filters">
              <DateField
                {...shared}
                name={`milestones.${n}.due`}
                label={ui.t('plan.staff.item.due')}
                value={values[`milestones.${n}.due`]}
                optional
              />
              <DateField
                {...shared}
                name={`milestones.${n}.doneOn`}
                label={ui.t('plan.staff.item.doneOn')}
                value={values[`milestones.${n}.doneOn`]}
                optional
              />
            </div>
          </div>
        ))}
      </FieldGroup>
    </>
  );
}
