/** Entering an indicator's values: one by hand, a missing one with why, or many from a file that is shown before anything is written. */
import { download, page, Problem, type Req, redirect } from '#kernel';
import {
  Actions,
  Alert,
  type FieldErrors,
  Form,
  formatDay,
  formatNumber,
  Hidden,
  Steps,
  Submit,
  Table,
  TextArea,
} from '#ui';
import { recordValues } from '../../bulk.ts';
import { boundValues } from '../../figures.ts';
import { readPlan } from '../../state.ts';
import { type LineProblem, numberFrom, type ReadValue, readValues, writeValues } from '../../values-file.ts';
import { inLocale, say } from '../words.ts';
import { attempt, needText, Reading, textFrom } from './forms.ts';
import { base, now, PlanPage } from './frame.tsx';
import { indicatorPage } from './indicator-page.tsx';
import { refHere } from './item-read.ts';
import { planHere, reading } from './reading.ts';

const back = (req: Req, said: string) =>
  redirect(req, `${base(req.ctx, req.params.plan)}/indicators/${refHere(req)}#values`, {
    said: `plan.staff.said.${said}`,
  });

export async function postValue(req: Req) {
  const { fields: values } = await req.form();
  return attempt(
    req,
    async () => {
      const form = new Reading(values);
      const on = form.past('on', now(req));
      const value = numberFrom(values.value ?? '');
      const note = textFrom(values, 'note') && needText(form, 'note');
      if (value === undefined) form.wrong('value', 'plan.staff.field.number');
      if (value === null && !note) form.wrong('note.en', 'plan.staff.field.missingWhy');
      form.done();
      await recordValues(req.ctx, {
        plan: req.params.plan!,
        ref: refHere(req),
        values: [{ on, value: value ?? null, ...(note && { note }) }],
      });
      return back(req, 'valued');
    },
    (errors) => indicatorPage(req, { which: 'value', values, errors: bare(errors) }),
  );
}

/** Errors of the one value in the list, under its fields' own names. */
const bare = (errors: FieldErrors): FieldErrors =>
  Object.fromEntries(Object.entries(errors).map(([name, said]) => [name.replace(/^values\.0\./, ''), said]));

/** Reads what was pasted or sent and shows it. Nothing is written until the shown text comes back confirmed; then it is read anew. */
export async function postValuesFile(req: Req) {
  const { fields: values, files } = await req.form();
  return attempt(
    req,
    async () => {
      const text = files.file ? decode(files.file.bytes) : (values.text ?? '');
      if (text === null) throw Problem.invalid({ file: { key: 'plan.staff.values.unreadable' } });
      if (text.trim() === '') throw Problem.invalid({ text: { key: 'plan.staff.values.nothing' } });
      const read = readValues(text, now(req));
      if (values.confirm !== 'yes' || read.problems.length > 0) return previewPage(req, text, read);
      const fresh = await recordValues(req.ctx, {
        plan: req.params.plan!,
        ref: refHere(req),
        values: read.values.map(({ on, value, note }) => ({ on, value, ...(note && { note }) })),
      });
      return back(req, fresh > 0 ? 'valued' : 'sameValues');
    },
    (errors) => indicatorPage(req, { which: 'file', values, errors }),
  );
}

/** The text of a sent file; null when it is none (a spreadsheet, a picture). */
function decode(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

async function readHere(req: Req) {
  const { ctx } = req;
  const view = await reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    const state = await readPlan(tx, plan, 'draft');
    const indicator = state.indicators.find(({ ref }) => ref === refHere(req));
    if (!indicator) throw Problem.notFound('plan.staff.problem.noIndicator');
    return { plan, state, indicator };
  });
  return { ...view, indicator: await boundValues(req, view.indicator) };
}

async function previewPage(
  req: Req,
  text: string,
  read: { values: ReadValue[]; problems: LineProblem[] },
): Promise<Response> {
  const { ui, ctx } = req;
  const { plan, state, indicator } = await readHere(req);
  const at = `${base(ctx, plan.slug)}/indicators/${indicator.ref}`;
  const held = new Map(indicator.values.map((value) => [value.on, value]));
  const fate = (value: ReadValue) => {
    const before = held.get(value.on);
    if (!before) return ui.t('plan.staff.values.isNew');
    return before.value === value.value && (before.why?.en ?? '') === (value.note?.en ?? '')
      ? ui.t('plan.staff.values.isSame')
      : ui.t('plan.staff.values.isChanged', {
          before: before.value === null ? ui.t('plan.staff.values.noFigure') : formatNumber(ui.locale, before.value),
        });
  };
  const title = ui.t('plan.staff.values.check');
  const fine = read.problems.length === 0;
  const element = (
    <PlanPage
      req={req}
      plan={plan}
      fields={state.fields}
      tab={null}
      title={title}
      crumbs={[
        { label: ui.t('plan.staff.tab.indicators'), href: ui.href(`${base(ctx, plan.slug)}/indicators`) },
        { label: inLocale(indicator.title, ui.locale), href: ui.href(at) },
        { label: title },
      ]}
    >
      <Steps
        ui={ui}
        steps={[
          ui.t('plan.staff.values.stepPaste'),
          ui.t('plan.staff.values.stepCheck'),
          ui.t('plan.staff.values.stepDone'),
        ]}
        current={1}
      />
      {fine ? (
        <p>{ui.t('plan.staff.values.fine', { count: read.values.length })}</p>
      ) : (
        <Alert kind="error" title={ui.t('plan.staff.values.problems', { count: read.problems.length })}>
          <ul>
            {read.problems.slice(0, 100).map((problem) => (
              <li>
                {ui.t('plan.staff.values.line', { line: problem.line })} {say(ui, problem.said)}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {read.values.length > 0 && (
        <Table
          ui={ui}
          caption={ui.t('plan.staff.values.title')}
          captionHidden
          rows={read.values.slice(0, 500)}
          columns={[
            {
              key: 'on',
              label: ui.t('plan.staff.indicator.day'),
              cell: (row) => formatDay(ui.locale, row.on, 'short'),
            },
            {
              key: 'value',
              label: ui.t('plan.staff.indicator.number'),
              numeric: true,
              cell: (row) =>
                row.value === null ? ui.t('plan.staff.values.noFigure') : formatNumber(ui.locale, row.value),
            },
            { key: 'note', label: ui.t('plan.staff.values.note'), cell: (row) => inLocale(row.note, ui.locale) },
            { key: 'fate', label: ui.t('plan.staff.values.fate'), cell: fate },
          ]}
        />
      )}
      <Form ui={ui} action={ui.href(`${at}/values/file`)}>
        {fine ? (
          <Hidden name="text" value={text} />
        ) : (
          <TextArea ui={ui} name="text" label={ui.t('plan.staff.values.mend')} value={text} rows={10} />
        )}
        {fine && <Hidden name="confirm" value="yes" />}
        <Actions>
          <Submit>{ui.t(fine ? 'plan.staff.values.confirm' : 'plan.staff.values.preview')}</Submit>
          <a href={ui.href(at)}>{ui.t('plan.staff.cancel')}</a>
        </Actions>
      </Form>
    </PlanPage>
  );
  return page(element, fine ? 200 : 422);
}

/** The values as a file that can be read again. */
export async function valuesFile(req: Req): Promise<Response> {
  const { plan, indicator } = await readHere(req);
  return download(writeValues(indicator.values), 'text/csv; charset=utf-8', `${plan.slug}-${indicator.ref}.csv`);
}
