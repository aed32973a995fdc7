/** How often each kind of value is checked in this network. */
import { page, Problem, type Req, redirect } from '#kernel';
import { Actions, ErrorSummary, type FieldErrors, Form, Submit, TextField } from '#ui';
import { reading } from '../../vetting/staff/frame.tsx';
import { checkedClasses, defaultPeriods } from '../due.ts';
import { periodsOf, savePeriods } from '../periods.ts';
import { base, UpkeepPage } from './frame.tsx';

export async function periodsPage(req: Req, errors: FieldErrors = {}, values?: Record<string, string>) {
  const { ui, ctx } = req;
  const periods = await reading(ctx, (tx) => periodsOf(tx, ctx.network!.id));
  return (
    <UpkeepPage
      req={req}
      title={ui.t('directory.upkeep.section.periods')}
      section="periods"
      lead={ui.t('directory.upkeep.periods.lead')}
    >
      <ErrorSummary ui={ui} errors={errors} labels={(name) => ui.t(`directory.upkeep.class.${name}`)} />
      <Form ui={ui} action={ui.href(base(ctx, '/periods'))}>
        {checkedClasses.map((name) => (
          <TextField
            ui={ui}
            name={name}
            small
            inputmode="numeric"
            label={ui.t(`directory.upkeep.class.${name}`)}
            hint={ui.t('directory.upkeep.periods.hint', {
              what: ui.t(`directory.upkeep.classHint.${name}`),
              days: defaultPeriods[name],
            })}
            value={values?.[name] ?? periods[name]}
            errors={errors}
          />
        ))}
        <Actions>
          <Submit>{ui.t('directory.upkeep.periods.save')}</Submit>
        </Actions>
      </Form>
    </UpkeepPage>
  );
}

export async function postPeriods(req: Req) {
  const { fields } = await req.form();
  try {
    await savePeriods(req.ctx, fields as never);
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'invalid') throw error;
    const { ui } = req;
    const errors = Object.fromEntries(
      Object.keys(error.fields).map((name) => [name, ui.t('directory.upkeep.bad.days')]),
    );
    return page(await periodsPage(req, errors, fields), 422);
  }
  return redirect(req, base(req.ctx, '/periods'), { said: 'directory.upkeep.said.periods' });
}
