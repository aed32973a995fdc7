/** The application's pages for people without an account: begin, come back, one page a topic. They work without scripts. */
import { Problem, type Req, redirect } from '#kernel';
import { Actions, Alert, ErrorSummary, type FieldErrors, Form, LinkButton, Section, Submit, TextField } from '#ui';
import {
  type Application,
  beginApplication,
  draftDays,
  enterByCode,
  readOwn,
  saveApplicationPage,
  spaced,
} from './application.ts';
import { doorOf, unkept, withDoor } from './door.ts';
import { labelsOf, Questions } from './fields.tsx';
import { at, own, said, shown, titleOf, Trap } from './frame.tsx';
import { entered, type PageKind, pageOf, pagesOf, type PageValues } from './questions.ts';

export async function startPage(req: Req) {
  const { ui } = req;
  const own = await readOwn(req.ctx, doorOf(req));
  const list = (key: string) => ui.t(`directory.vetting.apply.${key}`);
  return shown(
    req,
    list('title'),
    <>
      {own && (
        <Alert kind="info" announce={false}>
          <p>
            <a href={ui.href(at(req, own.sentAt ? '/status' : '/check'))}>{list('goOn')}</a>
          </p>
        </Alert>
      )}
      <Section title={list('askTitle')}>
        <ul>
          {['ask1', 'ask2', 'ask3', 'ask4'].map((key) => (
            <li>{list(key)}</li>
          ))}
        </ul>
      </Section>
      <Section title={list('nextTitle')}>
        <ol>
          {['next1', 'next2', 'next3', 'next4', 'next5'].map((key) => (
            <li>{list(key)}</li>
          ))}
        </ol>
      </Section>
      <Section title={list('safeTitle')}>
        <p>{list('safe')}</p>
      </Section>
      <Form ui={ui} action={ui.href(at(req))}>
        <Trap req={req} />
        <Actions>
          <Submit>{list('begin')}</Submit>
          <a href={ui.href(at(req, '/return'))}>{list('haveCode')}</a>
        </Actions>
      </Form>
    </>,
    { lead: list('lead') },
  );
}

/** Makes the draft and shows the code, once. */
export async function postStart(req: Req) {
  const { fields } = await req.form();
  const { ui } = req;
  // Whoever fills in what nobody sees is told that all went well, and nothing is made.
  if (fields.homepage) return redirect(req, at(req));
  const { code, door } = await beginApplication(req.ctx, req.origin);
  return withDoor(
    req,
    await shown(
      req,
      ui.t('directory.vetting.apply.codeTitle'),
      <>
        <p class="wm-code wm-num">{spaced(code)}</p>
        <p>{ui.t('directory.vetting.apply.codeKeep', { days: draftDays })}</p>
        <p>{ui.t('directory.vetting.apply.codeLost')}</p>
        <Actions>
          <LinkButton href={ui.href(at(req, '/organisation'))}>{ui.t('directory.vetting.apply.codeNext')}</LinkButton>
        </Actions>
      </>,
      { lead: ui.t('directory.vetting.apply.codeLead') },
    ),
    door,
  );
}

export function returnPage(req: Req, errors: FieldErrors = {}, status?: number) {
  const { ui } = req;
  return shown(
    req,
    ui.t('directory.vetting.apply.returnTitle'),
    <>
      <ErrorSummary ui={ui} errors={errors} labels={() => ui.t('directory.vetting.apply.code')} />
      <Form ui={ui} action={ui.href(at(req, '/return'))}>
        <TextField
          ui={ui}
          name="code"
          label={ui.t('directory.vetting.apply.code')}
          hint={ui.t('directory.vetting.apply.codeHint')}
          errors={errors}
          inputmode="numeric"
          autocomplete="off"
          maxlength={30}
        />
        <Actions>
          <Submit>{ui.t('directory.vetting.apply.open')}</Submit>
        </Actions>
      </Form>
      <p>
        {ui.t('directory.vetting.apply.returnLost')}{' '}
        <a href={ui.href(at(req))}>{ui.t('directory.vetting.apply.returnBegin')}</a>
      </p>
    </>,
    { status },
  );
}

export async function postReturn(req: Req) {
  const { fields } = await req.form();
  try {
    const door = await enterByCode(req.ctx, fields.code ?? '', req.origin);
    const own = await readOwn(req.ctx, door);
    return withDoor(req, redirect(req, at(req, own?.sentAt ? '/status' : '/check')), door);
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'invalid') throw error;
    return returnPage(req, said(req, error), 422);
  }
}

export async function topicPage(req: Req, again?: { values: PageValues; errors: FieldErrors; status: number }) {
  const { ui } = req;
  const key = req.params.page ?? '';
  const found = pageOf(key);
  if (!found) throw Problem.notFound();
  const mine = await own(req);
  if (mine instanceof Response) return mine;
  if (mine.sentAt) return redirect(req, at(req, '/status'));
  const pages = pagesOf(mine.answers);
  const place = pages.indexOf(key);
  return shown(
    req,
    titleOf(req, key),
    <>
      <ErrorSummary ui={ui} errors={again?.errors} labels={labelsOf(ui, found.kind)} />
      <Form ui={ui} action={ui.href(at(req, `/${key}`), { then: req.query.then })} unsaved>
        <Questions
          ui={ui}
          kind={found.kind}
          values={again?.values ?? mine.answers[key] ?? defaults(found.kind, mine)}
          errors={again?.errors ?? {}}
        />
        <Actions>
          <Submit name="go" value="on">
            {ui.t('directory.vetting.apply.saveOn')}
          </Submit>
          <Submit kind="outline" name="go" value="later">
            {ui.t('directory.vetting.apply.saveLater')}
          </Submit>
        </Actions>
      </Form>
    </>,
    {
      eyebrow: place >= 0 ? ui.t('directory.vetting.apply.where', { n: place + 1, of: pages.length }) : undefined,
      lead: ui.t(`directory.vetting.lead.${found.kind}`),
      up: { label: ui.t('directory.vetting.apply.checkTitle'), href: ui.href(at(req, '/check')) },
      status: again?.status,
    },
  );
}

/** A second service is often given in the same languages, to the same people. */
function defaults(kind: PageKind, mine: Application): PageValues {
  if (kind !== 'service' && kind !== 'who') return {};
  const first = mine.answers[`${kind}-${entered(mine.answers, 'service')[0] ?? 0}`];
  const kept =
    kind === 'service' ? ['languages', 'areas', 'cost'] : ['situations', 'genders', 'exclude', 'include', 'warm'];
  return first ? Object.fromEntries(kept.flatMap((name) => (first[name] ? [[name, first[name]]] : []))) : {};
}

export async function postTopic(req: Req) {
  const key = req.params.page ?? '';
  if (!pageOf(key)) throw Problem.notFound();
  const { fields, lists: values } = await req.form();
  const later = fields.go === 'later';
  try {
    await saveApplicationPage(req.ctx, { door: doorOf(req), page: key, values, whole: !later });
  } catch (error) {
    if (!(error instanceof Problem) || !['invalid', 'conflict', 'notFound'].includes(error.kind)) throw error;
    if (error.kind === 'notFound') return redirect(req, at(req, '/return'));
    return topicPage(req, { values, errors: said(req, error), status: error.status });
  }
  if (later) return redirect(req, at(req, '/check'), { said: 'directory.vetting.said.saved' });
  const mine = await own(req);
  if (mine instanceof Response) return mine;
  const pages = pagesOf(mine.answers);
  const next = pages[pages.indexOf(key) + 1];
  const done = req.query.then === 'check' && !key.startsWith('service');
  return unkept(
    redirect(req, at(req, `/${done || !next ? 'check' : next}`), { then: done ? undefined : req.query.then }),
  );
}
