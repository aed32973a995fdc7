/** Hours as people write them: a line is read, shown as a week, and saved only when somebody says that it is right. Closed days stay as they are. */
import { randomUUID } from 'node:crypto';
import { type ScheduleRow } from '#engines/opening-hours';
import { page, Problem, type Req, today } from '#kernel';
import type { Rec } from '#modules/organisations';
import { Alert, Hidden, Section, TextArea } from '#ui';
import { Week } from '../pages/hours.tsx';
import { hoursFromWords } from '../spoken-hours.ts';
import { FormPage, RecordForm } from './form.tsx';
import {
  attempt,
  blank,
  crumbsTo,
  Entered,
  nameOf,
  reading,
  recordOf,
  recordPath,
  type Refused,
  said,
} from './frame.tsx';
import { markOf, Seen } from './mark.tsx';
import { readRecord } from './read.ts';
import { save } from './saving.tsx';
import { type Child, childrenIn, groupsOf } from './sections.ts';

function withHours(rec: Rec): Rec {
  if (!groupsOf(rec).some((group) => group.lists.includes('schedules'))) throw Problem.notFound();
  return rec;
}

/** Rows that a new week does not replace: closures, and hours that hold for certain dates only. */
const kept = (rec: Rec): Child[] =>
  childrenIn(rec.fields, 'schedules').filter(
    (row) => row.closed === true || row.valid_from !== undefined || row.valid_to !== undefined,
  );

/** A text as rows of HSDS, or null when it has no certain reading. */
export const rowsOf = (text: string): Child[] | null =>
  hoursFromWords(text)?.map((fields) => ({ id: randomUUID(), ...fields })) ?? null;

export async function hoursPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const { rec, provider } = await reading(ctx, (tx) => readRecord(tx, req));
  withHours(rec);
  const title = ui.t('directory.records.hours.title');
  const read =
    refused.values.step === 'read' && Object.keys(refused.errors).length === 0
      ? rowsOf(refused.values.said ?? '')
      : null;
  const here = recordPath(ctx, rec.id, '/hours');
  const stays = kept(rec);
  const week = (rows: readonly Child[]) => (
    <Week ui={ui} rows={[...rows] as ScheduleRow[]} today={today(ctx)} zone={ctx.network!.timezone} />
  );
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={nameOf(ui, rec)}
      crumbs={crumbsTo(req, provider, rec, title)}
      refused={refused}
      labels={() => ui.t('directory.records.hours.said')}
      rec={rec}
    >
      {read ? (
        <RecordForm
          req={req}
          action={here}
          back={here}
          save={ui.t('directory.records.hours.right')}
          again={ui.t('directory.records.hours.again')}
          rec={rec}
        >
          <Hidden name="step" value="save" />
          <Hidden name="said" value={refused.values.said ?? ''} />
          <Section title={ui.t('directory.records.hours.understood')}>
            <p class="wm-soft">“{refused.values.said}”</p>
            {week(read)}
            {stays.length > 0 && <p>{ui.t('directory.records.hours.kept', { count: stays.length })}</p>}
            <p>
              {ui.t('directory.records.whoSees')}: <Seen ui={ui} audience={markOf(rec.marks, 'schedules')} />
            </p>
            <p class="wm-soft">{ui.t('directory.records.newChildMark')}</p>
          </Section>
        </RecordForm>
      ) : (
        <>
          <RecordForm
            req={req}
            action={here}
            back={recordPath(ctx, rec.id)}
            save={ui.t('directory.records.hours.read')}
            rec={rec}
          >
            <Hidden name="step" value="read" />
            <TextArea
              ui={ui}
              name="said"
              label={ui.t('directory.records.hours.said')}
              hint={ui.t('directory.records.hours.hint')}
              value={refused.values.said}
              errors={refused.errors}
              rows={2}
              maxlength={300}
            />
          </RecordForm>
          <Section title={ui.t('directory.records.hours.now')}>{week(childrenIn(rec.fields, 'schedules'))}</Section>
          <Alert kind="info" announce={false}>
            {ui.t('directory.records.hours.otherwise')}{' '}
            <a href={ui.href(recordPath(ctx, rec.id, '/lists/schedules/new'))}>
              {ui.t('directory.records.hours.byRow')}
            </a>
          </Alert>
        </>
      )}
    </FormPage>
  );
}

export const postHours = (req: Req) =>
  attempt(
    req,
    async () => {
      const form = await req.form();
      const rec = withHours(await reading(req.ctx, (tx) => recordOf(tx, req)));
      const rows = rowsOf(form.fields.said ?? '');
      if (!rows) throw new Entered({ said: req.ui.t('directory.records.hours.unread') });
      if (form.fields.step !== 'save')
        return page(
          await hoursPage(req, {
            values: { ...form.fields, step: 'read' },
            lists: form.lists,
            errors: {},
            meanwhile: false,
          }),
        );
      await save(req, rec, { fields: { ...rec.fields, schedules: [...rows, ...kept(rec)] } });
      return said(req, recordPath(req.ctx, rec.id), 'saved');
    },
    (refused) => hoursPage(req, refused),
  );
