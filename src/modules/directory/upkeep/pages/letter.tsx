/**
 * The page that a letter leads to: each value with "still right" or what is right, for people without an account. Plain forms, kept by no cache; what is
 * not answered stays open, and the link with it.
 */
import { page, Problem, type Req, redirect } from '#kernel';
import type { Rec } from '#modules/organisations';
import {
  Actions,
  Alert,
  Checkbox,
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  Hidden,
  Layout,
  PageHeader,
  Radios,
  Section,
  Select,
  Submit,
  TextArea,
  TextField,
  type Ui,
} from '#ui';
import { blank, type Refused } from '../../vetting/staff/frame.tsx';
import { answerRequest, formName, openByToken, stopLetters } from '../answers.ts';
import { linkPath } from '../letters.ts';
import type { Group, Question } from '../questions.ts';
import { fieldWords } from './frame.tsx';
import { valueWords } from './values.ts';

const tokenOf = (req: Req): string => req.params.token ?? '';
const at = (req: Req, rest = ''): string => linkPath(req.ctx.network!.slug, tokenOf(req)) + rest;
const read = ({ ctx }: Req, token: string) =>
  ctx.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, (tx) => openByToken(tx, ctx, token));

const choiceName = (question: Question): string => `c.${question.record}.${question.field}`;

export async function letterPage(req: Req, refused: Refused = blank) {
  const { ui } = req;
  const { groups } = await read(req, tokenOf(req));
  const count = groups.reduce((sum, group) => sum + group.questions.length, 0);
  const title = ui.t('directory.upkeep.page.title');
  return (
    <Layout ui={ui} title={title} noindex canonical={null}>
      <PageHeader title={title} lead={ui.t('directory.upkeep.page.lead', { count })} />
      {req.query.stale === '1' && (
        <Alert kind="warning">
          <p>{ui.t('directory.upkeep.page.stale')}</p>
        </Alert>
      )}
      <ErrorSummary ui={ui} errors={refused.errors} />
      <Form ui={ui} action={ui.href(at(req))}>
        {groups.map((group) => (
          <Part req={req} group={group} refused={refused} />
        ))}
        <Actions>
          <Submit>{ui.t('directory.upkeep.page.send')}</Submit>
        </Actions>
        <p class="wm-soft">{ui.t('directory.upkeep.page.later')}</p>
      </Form>
      <Section title={ui.t('directory.upkeep.page.stopTitle')} id="stop">
        <p>{ui.t('directory.upkeep.page.stopLead')}</p>
        <Form ui={ui} action={ui.href(at(req, '/stop'))}>
          <Checkbox ui={ui} name="stop" label={ui.t('directory.upkeep.page.stopSure')} errors={refused.errors} />
          <Actions>
            <Submit kind="outline">{ui.t('directory.upkeep.page.stop')}</Submit>
          </Actions>
        </Form>
      </Section>
    </Layout>
  );
}

const Part = ({ req, req: { ui }, group, refused }: { req: Req; group: Group; refused: Refused }) => (
  <Section
    title={
      group.name === null
        ? ui.t('directory.upkeep.page.hiddenPlace')
        : `${ui.t(`directory.vetting.kind.${group.rec.kind}`)}${group.name ? `: ${group.name}` : ''}`
    }
  >
    <Hidden name={`s.${group.rec.id}`} value={String(group.rec.seq)} />
    {group.questions.map((question) => (
      <Ask req={req} rec={group.rec} question={question} refused={refused} />
    ))}
    {group.questions.length > 1 && (
      <Actions>
        <Submit kind="outline" name="allRight" value={group.rec.id}>
          {ui.t('directory.upkeep.page.allRight')}
        </Submit>
      </Actions>
    )}
  </Section>
);

function Ask({ req, rec, question, refused }: { req: Req; rec: Rec; question: Question; refused: Refused }) {
  const { ui, ctx } = req;
  const { shown, control, field } = question;
  const place = control === 'place';
  const name = formName(question);
  const error = refused.errors[name];
  return (
    <>
      <Radios
        ui={ui}
        name={choiceName(question)}
        filter
        row
        label={place ? ui.t('directory.upkeep.page.placeQuestion') : fieldWords(ui, field)}
        hint={
          place ? (
            ui.t('directory.upkeep.page.placeHint')
          ) : !shown ? (
            ui.t('directory.upkeep.page.inside')
          ) : (
            <span class="wm-lines wm-strong">{valueWords(ui, ctx, field, rec.fields[field]).join('\n')}</span>
          )
        }
        value={refused.values[choiceName(question)]}
        options={[
          { value: 'same', label: ui.t(`directory.upkeep.page.${place ? 'placeSame' : 'same'}`) },
          { value: 'wrong', label: ui.t(`directory.upkeep.page.${place ? 'placeMoved' : 'wrong'}`) },
        ]}
      />
      {!place && (
        <Details
          summary={ui.t('directory.upkeep.page.write')}
          open={error !== undefined || (refused.values[name] ?? question.value) !== question.value}
        >
          <Write ui={ui} question={question} refused={refused} />
        </Details>
      )}
    </>
  );
}

function Write({ ui, question, refused }: { ui: Ui; question: Question; refused: Refused }) {
  const { control, field } = question;
  const name = formName(question);
  const shared = {
    ui,
    name,
    filter: true,
    label: ui.t('directory.upkeep.page.right', { what: fieldWords(ui, field) }),
    value: refused.values[name] ?? question.value,
    errors: refused.errors,
  };
  if (control === 'status')
    return (
      <Select
        {...shared}
        options={['active', 'temporarily closed', 'inactive', 'defunct'].map((value) => ({
          value,
          label: ui.t(`directory.vetting.status.${value.replace(' ', '_')}`),
        }))}
      />
    );
  if (control === 'words')
    return <TextArea {...shared} hint={ui.t('directory.upkeep.page.wordsHint')} rows={3} maxlength={2_000} />;
  if (control === 'hours')
    return <TextField {...shared} hint={ui.t('directory.upkeep.page.hoursHint')} maxlength={300} />;
  if (control === 'lines') return <TextArea {...shared} hint={ui.t('directory.vetting.own.linesHint')} rows={3} />;
  if (control === 'area') return <TextArea {...shared} rows={4} maxlength={8_000} />;
  return <TextField {...shared} inputmode={control === 'number' ? 'numeric' : undefined} maxlength={300} />;
}

/** What was entered, with the values whose words are only what the page showed left out of the drawing. */
export async function postLetter(req: Req) {
  const { fields } = await req.form();
  const part = (start: string) =>
    Object.entries(fields).flatMap(([name, value]) => {
      const [, kind, record, field] = /^([csv])\.([0-9a-f-]{36})(?:\.(\*|[a-z_]+))?$/.exec(name) ?? [];
      return kind === start ? [{ record: record!, field: field ?? '', value }] : [];
    });
  const texts = new Map(part('v').map((one) => [`${one.record}:${one.field}`, one]));
  const choices = new Map(part('c').map((one) => [`${one.record}:${one.field}`, one]));
  const answers = [...new Set([...texts.keys(), ...choices.keys()])].map((key) => {
    const { record, field } = (texts.get(key) ?? choices.get(key))!;
    const choice = choices.get(key)?.value;
    const text = texts.get(key)?.value;
    return {
      record,
      field,
      ...(choice === 'same' || choice === 'wrong' ? { choice: choice as 'same' } : {}),
      ...(text === undefined ? {} : { text }),
    };
  });
  const allRight = /^[0-9a-f-]{36}$/.test(fields.allRight ?? '') ? fields.allRight : undefined;
  try {
    const { left, stale, done } = await answerRequest(req.ctx, {
      token: tokenOf(req),
      seen: Object.fromEntries(part('s').map((one) => [one.record, one.value])),
      answers,
      ...(allRight && { allRight }),
    });
    if (left === 0) return redirect(req, `/${req.ctx.network!.slug}/services/check`);
    return redirect(req, at(req), {
      said: done > 0 ? 'directory.upkeep.said.partly' : 'directory.upkeep.said.nothing',
      left: String(left),
      stale: stale ? '1' : undefined,
    });
  } catch (error) {
    return refuse(req, error, fields);
  }
}

export async function postStop(req: Req) {
  const { fields } = await req.form();
  try {
    if (fields.stop !== 'yes') throw Problem.invalid({ stop: { key: 'directory.upkeep.bad.sure' } });
    await stopLetters(req.ctx, { token: tokenOf(req) });
  } catch (error) {
    return refuse(req, error, fields);
  }
  return redirect(req, `/${req.ctx.network!.slug}/services/check`, { stopped: '1' });
}

async function refuse(req: Req, error: unknown, values: Record<string, string>) {
  if (!(error instanceof Problem) || (error.kind !== 'invalid' && error.kind !== 'conflict')) throw error;
  const { ui } = req;
  const errors: FieldErrors =
    error.kind === 'conflict'
      ? { '': ui.t(error.key, error.values) }
      : Object.fromEntries(Object.entries(error.fields).map(([name, said]) => [name, ui.t(said.key, said.values)]));
  return page(await letterPage(req, { values, errors }), error.status);
}

/** All is answered: the same page for everyone, without a token. */
export const thanksPage = (req: Req) => {
  const { ui } = req;
  const title = ui.t(`directory.upkeep.page.${req.query.stopped === '1' ? 'stopped' : 'thanks'}`);
  return (
    <Layout ui={ui} title={title} noindex canonical={null}>
      <PageHeader
        title={title}
        lead={ui.t(`directory.upkeep.page.${req.query.stopped === '1' ? 'stoppedLead' : 'thanksLead'}`)}
      />
    </Layout>
  );
};
