/** Who sees what of a record: one choice a field, one a child, and nothing opened that somebody did not open by hand. */
import { type Req } from '#kernel';
import { type Audience, audiences, type Marks, type Rec, shape } from '#modules/organisations';
import { Alert, DateText, Radios, Section, type Ui } from '#ui';
import { choiceOf, markable, marksAsChosen, openUnchosen } from '../choice.ts';
import { networkWords } from '../pages/words.ts';
import { FormPage, RecordForm } from './form.tsx';
import { attempt, blank, crumbsTo, nameOf, reading, recordOf, recordPath, type Refused, saidOf } from './frame.tsx';
import { audienceOptions, markOf } from './mark.tsx';
import { readRecord } from './read.ts';
import { save } from './saving.tsx';
import { type Child, childrenIn } from './sections.ts';
import { childWords, linesOf } from './value.ts';

export async function marksPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  await networkWords(ctx.app, ctx.network!);
  const { rec, provider, choice } = await reading(ctx, async (tx) => {
    const view = await readRecord(tx, req);
    return { ...view, choice: await choiceOf(tx, ctx.network!.id, view.rec.id) };
  });
  const title = ui.t('directory.records.marks.title');
  const asChosen = req.query.as === 'chosen' && choice !== null;
  const marks = asChosen ? marksAsChosen(rec, choice.chosen) : rec.marks;
  const stray = choice && !asChosen ? openUnchosen(rec, choice.chosen) : [];
  const typed = refused.values.seq !== undefined;
  const here = recordPath(ctx, rec.id, '/marks');
  const value = (name: string, child?: Child) => {
    const key = child ? `${name}/${child.id}` : name;
    if (typed) return refused.values[`mark:${key}`];
    return child ? (marks[key] ?? 'list') : markOf(marks, name);
  };
  return (
    <FormPage
      req={req}
      title={title}
      eyebrow={nameOf(ui, rec)}
      lead={ui.t('directory.records.marks.lead')}
      crumbs={crumbsTo(req, provider, rec, title)}
      refused={refused}
      labels={(name) => chosenWords(ui, rec, name.replace(/^mark:/, ''))}
      rec={rec}
    >
      <ul class="wm-several">
        {audiences.map((one) => (
          <li>{ui.t(`directory.records.marks.${one}`)}</li>
        ))}
      </ul>
      {asChosen ? (
        <Alert kind="info" announce={false} title={ui.t('directory.records.marks.asChosen')}>
          {ui.t('directory.records.marks.asChosenLead')}{' '}
          <a href={ui.href(here)}>{ui.t('directory.records.marks.asNow')}</a>
        </Alert>
      ) : choice ? (
        <p class="wm-apart">
          {ui.t('directory.records.marks.chosenOn')} <DateText ui={ui} date={choice.on} />
          {choice.saidBy && `, ${choice.saidBy}`}.{' '}
          <a href={ui.href(here, { as: 'chosen' })}>{ui.t('directory.records.marks.choose')}</a>
        </p>
      ) : (
        <p class="wm-soft wm-apart">{ui.t('directory.records.marks.notChosen')}</p>
      )}
      {stray.length > 0 && (
        <Alert kind="warning" announce={false} title={ui.t('directory.records.marks.stray')}>
          <ul>
            {stray.map((name) => (
              <li>{chosenWords(ui, rec, name)}</li>
            ))}
          </ul>
        </Alert>
      )}
      {markable(rec).length === 0 ? (
        <p>{ui.t('directory.records.noneYet')}</p>
      ) : (
        <RecordForm
          req={req}
          action={here}
          back={recordPath(ctx, rec.id)}
          save={ui.t('directory.records.marks.save')}
          rec={rec}
        >
          {markable(rec).map((name) => (
            <OneMark ui={ui} rec={rec} name={name} value={value} errors={refused.errors} />
          ))}
        </RecordForm>
      )}
    </FormPage>
  );
}

/** What `field` or `field/child id` is called. */
function chosenWords(ui: Ui, rec: Rec, name: string): string {
  const [list = '', id] = name.split('/');
  const child = id && childrenIn(rec.fields, list).find((one) => one.id === id);
  return [ui.t(`directory.vetting.field1.${list}`), child ? childWords(ui, list, child) : '']
    .filter(Boolean)
    .join(': ');
}

function OneMark(props: {
  ui: Ui;
  rec: Rec;
  name: string;
  value: (name: string, child?: Child) => string | undefined;
  errors: Refused['errors'];
}) {
  const { ui, rec, name, value, errors } = props;
  const list = shape[rec.kind][name]!.list;
  const children = list ? childrenIn(rec.fields, name) : [];
  const label = ui.t(`directory.vetting.field1.${name}`);
  const shown = list ? '' : (linesOf(ui, name, rec.fields[name])[0] ?? '');
  return (
    <Section title={label}>
      {shown && <p class="wm-soft wm-lines">{shown.length > 160 ? `${shown.slice(0, 160)}…` : shown}</p>}
      <Radios
        ui={ui}
        name={`mark:${name}`}
        label={ui.t(list ? 'directory.records.marks.wholeList' : 'directory.records.whoSees')}
        hint={list ? ui.t('directory.records.newChildMark') : undefined}
        value={value(name)}
        errors={errors}
        options={audienceOptions(ui)}
        row
      />
      {children.map((child) => (
        <Radios
          ui={ui}
          name={`mark:${name}/${child.id}`}
          label={childWords(ui, name, child)}
          value={value(name, child)}
          errors={errors}
          options={[{ value: 'list', label: ui.t('directory.records.marks.asTheList') }, ...audienceOptions(ui)]}
          row
        />
      ))}
    </Section>
  );
}

const isAudience = (text: string | undefined): text is Audience =>
  (audiences as readonly string[]).includes(text ?? '');

/** The marks that a form says; what it says nothing of stays as it is. */
export function marksFrom(rec: Rec, form: Record<string, string>): Marks {
  const marks: Marks = { ...rec.marks };
  for (const name of markable(rec)) {
    const said = form[`mark:${name}`];
    if (isAudience(said)) marks[name] = said;
    if (!shape[rec.kind][name]!.list) continue;
    for (const child of childrenIn(rec.fields, name)) {
      const key = `${name}/${child.id}`;
      if (isAudience(form[`mark:${key}`])) marks[key] = form[`mark:${key}`] as Audience;
      else if (form[`mark:${key}`] === 'list') delete marks[key];
    }
  }
  return marks;
}

export const postMarks = (req: Req) =>
  attempt(
    req,
    async () => {
      const rec = await reading(req.ctx, (tx) => recordOf(tx, req));
      const { fields } = await req.form();
      const { changed } = await save(req, rec, { marks: marksFrom(rec, fields) });
      return saidOf(req, recordPath(req.ctx, rec.id), changed, 'marked');
    },
    (refused) => marksPage(req, refused),
  );
