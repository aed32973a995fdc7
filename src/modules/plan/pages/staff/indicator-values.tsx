/** The forms that enter an indicator's values: one by hand, a missing one with why, or many at once. What they do is in values-posts.tsx. */
import type { Req } from '#kernel';
import {
  Actions,
  BilingualField,
  DateField,
  Details,
  type FieldErrors,
  FileField,
  Form,
  Section,
  Submit,
  TextArea,
  TextField,
} from '#ui';
import type { PlanIndicator, PlanRow } from '../../state.ts';
import { textValue, type Values } from './forms.ts';
import { base, now } from './frame.tsx';

/** A value form that could not be accepted, or a file that was read and waits to be confirmed. */
export interface ValueForm {
  which: 'value' | 'file';
  values: Values;
  errors: FieldErrors;
}

export function ValueForms({
  req,
  plan,
  indicator,
  form,
}: {
  req: Req;
  plan: PlanRow;
  indicator: PlanIndicator;
  form: ValueForm | null;
}) {
  const { ui, ctx } = req;
  const at = `${base(ctx, plan.slug)}/indicators/${indicator.ref}/values`;
  const value = form?.which === 'value' ? form : { values: {} as Values, errors: {} };
  const file = form?.which === 'file' ? form : { values: {} as Values, errors: {} };
  return (
    <Section title={ui.t('plan.staff.values.add')} id="add">
      <Form ui={ui} action={ui.href(at)} unsaved>
        <DateField
          ui={ui}
          errors={value.errors}
          name="on"
          label={ui.t('plan.staff.indicator.day')}
          hint={ui.t('plan.staff.values.dayHint')}
          value={value.values.on ?? now(req)}
          max={now(req)}
        />
        <TextField
          ui={ui}
          errors={value.errors}
          name="value"
          label={ui.t('plan.staff.indicator.number')}
          hint={ui.t('plan.staff.values.numberHint')}
          value={value.values.value}
          inputmode="decimal"
          small
        />
        <BilingualField
          ui={ui}
          errors={value.errors}
          name="note"
          label={ui.t('plan.staff.values.note')}
          hint={ui.t('plan.staff.values.noteHint')}
          value={textValue(value.values, 'note')}
          maxlength={2000}
          optional
        />
        <Actions>
          <Submit>{ui.t('plan.staff.values.save')}</Submit>
        </Actions>
      </Form>
      <Details summary={ui.t('plan.staff.values.many')} open={form?.which === 'file'}>
        <p>{ui.t('plan.staff.values.manyHint')}</p>
        <pre class="wm-lines">
          day,value,note{'\n'}2026-03-31,42,{'\n'}2026-06-30,,{ui.t('plan.staff.values.example')}
        </pre>
        <Form ui={ui} action={ui.href(`${at}/file`)} files>
          <TextArea
            ui={ui}
            errors={file.errors}
            name="text"
            label={ui.t('plan.staff.values.paste')}
            value={file.values.text}
            rows={6}
            optional
          />
          <FileField
            ui={ui}
            errors={file.errors}
            name="file"
            label={ui.t('plan.staff.values.file')}
            accept=".csv,.txt,text/csv"
            optional
          />
          <Actions>
            <Submit kind="outline">{ui.t('plan.staff.values.preview')}</Submit>
          </Actions>
        </Form>
      </Details>
    </Section>
  );
}
