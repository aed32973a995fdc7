/** "I made sure of this": a field or the whole record, how, and on which day. */
import { type Req, today } from '#kernel';
import { checkWays, type Rec } from '#modules/organisations';
import { Actions, DateField, Form, Select, Submit } from '#ui';
import { blank, recordPath, type Refused } from './frame.tsx';
import { markable } from '../choice.ts';

/** An import says so by itself; people choose among the other ways. */
const ways = checkWays.filter((way) => way !== 'import');

export function CheckForm({ req, rec, refused = blank }: { req: Req; rec: Rec; refused?: Refused }) {
  const { ui, ctx } = req;
  const { values, errors } = refused;
  const mine = values.form === 'check';
  return (
    <Form ui={ui} action={ui.href(recordPath(ctx, rec.id, '/checks'))} label={ui.t('directory.records.check.title')}>
      <input type="hidden" name="form" value="check" />
      <div class="wm-filters">
        <Select
          ui={ui}
          name="field"
          label={ui.t('directory.records.check.what')}
          value={values.field ?? '*'}
          errors={mine ? errors : {}}
          options={[
            { value: '*', label: ui.t('directory.records.check.all') },
            ...markable(rec).map((name) => ({ value: name, label: ui.t(`directory.vetting.field1.${name}`) })),
          ]}
        />
        <Select
          ui={ui}
          name="how"
          label={ui.t('directory.records.check.how')}
          value={values.how}
          errors={mine ? errors : {}}
          options={ways.map((way) => ({ value: way, label: ui.t(`directory.records.way.${way}`) }))}
        />
        <DateField
          ui={ui}
          name="on"
          label={ui.t('directory.records.check.on')}
          value={values.on ?? today(ctx)}
          max={today(ctx)}
          errors={mine ? errors : {}}
        />
      </div>
      <Actions>
        <Submit kind="outline">{ui.t('directory.records.check.do')}</Submit>
      </Actions>
    </Form>
  );
}
