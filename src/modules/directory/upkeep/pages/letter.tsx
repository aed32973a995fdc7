/**
 * The page that a letter leads to: each value with "still right" or what is right, for people without an account. Plain forms, kept by no cache; what is
 * not answered stays open, and the link with it.
 */
import { page, Problem, type Req, redirect } from '#kernel';
import type { Fields, Rec } from '#modules/organisations';
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
  Submit,
  type Ui,
} from '#ui';
import { type OwnTerm, ownTerms } from '../../own/read.ts';
import { networkWords } from '../../pages/words.ts';
import { Entered } from '../../records/frame.tsx';
import { placeFrom, PlaceFields, placeLabel } from '../../records/places.tsx';
import { fieldLabel, ValueField } from '../../vetting/own/fields.tsx';
import { blank, type Refused } from '../../vetting/staff/frame.tsx';
import { answerRequest, formName, openByToken, stopLetters } from '../answers.ts';
import { linkPath } from '../letters.ts';
import type { Group, Question } from '../questions.ts';
import { fieldWords } from './frame.tsx';
import { valueWords } from './values.ts';

const tokenOf = (req: Req): string => req.params.token ?? '';
const at = (req: Req, rest = ''): string => linkPath(req.ctx.network!.slug, tokenOf(req)) + rest;
const read = ({ ctx }: Req, token: string) =>
  ctx.app.db.run({ networkId: ctx.network!.id, scope: 'system' }, async (tx) => ({
    ...(await openByToken(tx, ctx, token)),
    own: await ownTerms(tx, ctx.network!.id),
  }));

const choiceName = (question: Question): string => `c.${question.record}.${question.field}`;

export async function letterPage(req: Req, refused: Refused = blank) {
  const { ui } = req;
  await networkWords(req.ctx.app, req.ctx.network!);
  const { groups, own } = await read(req, tokenOf(req));
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
      <ErrorSummary ui={ui} errors={refused.errors} labels={(name) => labelOf(ui, name)} />
      <Form ui={ui} action={ui.href(at(req))}>
        {groups.map((group) => (
          <Part req={req} group={group} refused={refused} own={own} />
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

interface PartGiven {
  req: Req;
  group: Group;
  refused: Refused;
  own: readonly OwnTerm[];
}
const Part = ({ req, req: { ui }, group, refused, own }: PartGiven) => (
  <Section
    title={
      group.name === null
        ? ui.t('directory.upkeep.page.hiddenPlace')
        : `${ui.t(`directory.vetting.kind.${group.rec.kind}`)}${group.name ? `: ${group.name}` : ''}`
    }
  >
    <Hidden name={`s.${group.rec.id}`} value={String(group.rec.seq)} />
    {group.questions.map((question) => (
      <Ask req={req} rec={group.rec} question={question} refused={refused} own={own} />
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

/** The words at a control, by its name: `v.<record>.<value>`, or below it a part; `p.<record>.<part>` of a hidden place. */
function labelOf(ui: Pick<Ui, 't'>, name: string): string | undefined {
  const [, kind, rest = ''] = /^([vp])\.[0-9a-f-]{36}\.(.+)$/.exec(name) ?? [];
  return kind === 'v' ? fieldLabel(ui, rest) : kind === 'p' ? placeLabel(ui, rest) : undefined;
}

/** What the names of a hidden place's controls begin with. */
const placeName = (record: string): string => `p.${record}.`;

function Ask(props: { req: Req; rec: Rec; question: Question; refused: Refused; own: readonly OwnTerm[] }) {
  const { req, rec, question, refused, own } = props;
  const { ui, ctx } = req;
  const { shown, control, field } = question;
  const place = control === 'place';
  const name = formName(question);
  const error = refused.errors[name];
  const below = place ? placeName(rec.id) : `${name}.`;
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
      <Details
        summary={ui.t(`directory.upkeep.page.${place ? 'placeWrite' : 'write'}`)}
        open={
          error !== undefined ||
          Object.keys(refused.errors).some((one) => one.startsWith(below)) ||
          (refused.values[name] ?? question.value) !== question.value
        }
      >
        {place ? (
          <>
            <p>{ui.t('directory.upkeep.page.placeSealed')}</p>
            <PlaceFields ui={ui} refused={refused} before={below} />
          </>
        ) : (
          <ValueField
            ui={ui}
            rec={rec}
            field={field}
            name={name}
            label={ui.t('directory.upkeep.page.right', { what: fieldWords(ui, field) })}
            control={control}
            value={question.value}
            hint={control === 'words' || control === 'hours' ? ui.t(`directory.upkeep.page.${control}Hint`) : undefined}
            typed={refused.values}
            errors={refused.errors}
            own={own}
            unseen={question.unseen}
            folded
          />
        )}
      </Details>
    </>
  );
}

/** Lists that are asked part by part: `record:field` → what was entered, by the rest of its name. */
function partsIn(fields: Record<string, string>): Map<string, Record<string, string>> {
  const out = new Map<string, Record<string, string>>();
  for (const [name, value] of Object.entries(fields)) {
    const [, record, field, rest] = /^v\.([0-9a-f-]{36})\.([a-z_]+)\.([\w.-]+)$/.exec(name) ?? [];
    if (!rest) continue;
    const key = `${record}:${field}`;
    out.set(key, { ...out.get(key), [rest]: value });
  }
  return out;
}

/** Hidden places of which somebody wrote where they are now. Throws Entered. */
function placesIn(req: Req, fields: Record<string, string>): Map<string, Fields> {
  const records = Object.entries(fields).flatMap(([name, value]) => {
    const [, record] = /^p\.([0-9a-f-]{36})\./.exec(name) ?? [];
    return record && value.trim() !== '' ? [record] : [];
  });
  return new Map([...new Set(records)].map((record) => [`${record}:*`, placeFrom(req, fields, placeName(record))]));
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
  const parts = partsIn(fields);
  const allRight = /^[0-9a-f-]{36}$/.test(fields.allRight ?? '') ? fields.allRight : undefined;
  try {
    const places = placesIn(req, fields);
    const keys = new Set([...texts.keys(), ...choices.keys(), ...parts.keys(), ...places.keys()]);
    const answers = [...keys].map((key) => {
      const [record = '', field = ''] = key.split(':');
      const choice = choices.get(key)?.value;
      const text = texts.get(key)?.value;
      return {
        record,
        field,
        ...(choice === 'same' || choice === 'wrong' ? { choice: choice as 'same' } : {}),
        ...(text === undefined ? {} : { text }),
        ...(parts.has(key) ? { parts: parts.get(key)! } : {}),
        ...(places.has(key) ? { place: places.get(key)! } : {}),
      };
    });
    const { left, stale, done } = await answerRequest(req.ctx, {
      token: tokenOf(req),
      seen: Object.fromEntries(part('s').map((one) => [one.record, one.value])),
      answers,
      ...(allRight && { allRight }),
    });
    if (left === 0) return redirect(req, `/${req.ctx.network!.slug}/services/check`);
    return redirect(req, at(req), {
      said: done > 0 ? 'directory.upkeep.said.partly' : 'directory.upkeep.noted.nothing',
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
  if (error instanceof Entered) return page(await letterPage(req, { values, errors: error.errors }), 422);
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
