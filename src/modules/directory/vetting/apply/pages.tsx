/** The application's pages for people without an account: begin, come back, one page a topic, check, send, follow. They work without scripts. */
import type { Child } from 'hono/jsx';
import { page, Problem, type Req, redirect } from '#kernel';
import {
  Actions,
  Alert,
  ErrorSummary,
  type FieldErrors,
  Form,
  Layout,
  LinkButton,
  PageHeader,
  Section,
  Submit,
  SummaryList,
  TextField,
} from '#ui';
import {
  type Application,
  beginApplication,
  draftDays,
  enterByCode,
  ownPosition,
  readOwn,
  removeApplicationPage,
  saveApplicationPage,
  sendApplication,
  spaced,
  wipeApplication,
  withdrawApplication,
} from './application.ts';
import { doorOf, unkept, withDoor } from './door.ts';
import { factsOf, Questions } from './fields.tsx';
import { entered, nextFree, type PageKind, pageOf, pagesOf, type PageValues, unfinished } from './questions.ts';

const at = (req: Req, rest = ''): string => `/${req.ctx.network!.slug}/services/apply${rest}`;

/** A page about an application: kept by nobody, found by no search engine. */
async function shown(
  req: Req,
  title: string,
  body: Child,
  more: { lead?: Child; eyebrow?: Child; status?: number } = {},
) {
  const { ui } = req;
  const home = ui.t('directory.vetting.apply.title');
  return unkept(
    await page(
      <Layout
        ui={ui}
        title={title}
        noindex
        canonical={null}
        crumbs={title === home ? [] : [{ label: home, href: ui.href(at(req)) }, { label: title }]}
      >
        <PageHeader title={title} eyebrow={more.eyebrow} lead={more.lead} />
        {body}
      </Layout>,
      more.status,
    ),
  );
}

/** A field that people do not see and programs fill in. */
const Trap = ({ req }: { req: Req }) => (
  <div class="wm-trap" aria-hidden="true">
    <label for="f-homepage">{req.ui.t('directory.vetting.apply.trap')}</label>
    <input id="f-homepage" name="homepage" value="" tabindex={-1} autocomplete="off" />
  </div>
);

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
      <ErrorSummary ui={ui} errors={errors} />
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

const said = (req: Req, problem: Problem): FieldErrors =>
  problem.kind === 'conflict'
    ? { '': req.ui.t(problem.key, problem.values) }
    : Object.fromEntries(Object.entries(problem.fields).map(([name, one]) => [name, req.ui.t(one.key, one.values)]));

/** The application that is open in this browser, or the way to the code. */
async function own(req: Req): Promise<Application | Response> {
  return (await readOwn(req.ctx, doorOf(req))) ?? redirect(req, at(req, '/return'));
}

const titleOf = (req: Req, key: string): string => {
  const { kind, n } = pageOf(key)!;
  return req.ui.t(`directory.vetting.page.${kind}`, { n });
};

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
      <ErrorSummary ui={ui} errors={again?.errors} />
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

export async function checkPage(req: Req, errors: FieldErrors = {}, status?: number) {
  const { ui } = req;
  const mine = await own(req);
  if (mine instanceof Response) return mine;
  if (mine.sentAt) return redirect(req, at(req, '/status'));
  const { answers } = mine;
  const open = unfinished(answers);
  return shown(
    req,
    ui.t('directory.vetting.apply.checkTitle'),
    <>
      <ErrorSummary ui={ui} errors={errors} />
      {pagesOf(answers).map((key) => (
        <Section title={titleOf(req, key)}>
          {answers[key] ? (
            <SummaryList facts={factsOf(ui, pageOf(key)!.kind, answers[key])} />
          ) : (
            <p class="wm-soft">{ui.t('directory.vetting.apply.notYet')}</p>
          )}
          <p class="wm-row">
            <a href={ui.href(at(req, `/${key}`), { then: 'check' })}>
              {ui.t('directory.vetting.apply.change', { page: titleOf(req, key) })}
            </a>
            {/^(place|service)-/.test(key) && answers[key] && <Remove req={req} page={key} />}
          </p>
        </Section>
      ))}
      <AddMore req={req} mine={mine} />
      <Section title={ui.t('directory.vetting.apply.sendTitle')}>
        {open ? (
          <>
            <p>{ui.t('directory.vetting.apply.open1', { page: titleOf(req, open) })}</p>
            <Actions>
              <LinkButton href={ui.href(at(req, `/${open}`))}>{ui.t('directory.vetting.apply.goOnAt')}</LinkButton>
            </Actions>
          </>
        ) : (
          <Form ui={ui} action={ui.href(at(req, '/sending'))}>
            <Trap req={req} />
            <p>{ui.t('directory.vetting.apply.sendLead')}</p>
            <Actions>
              <Submit>{ui.t('directory.vetting.apply.send')}</Submit>
            </Actions>
          </Form>
        )}
      </Section>
      <Section title={ui.t('directory.vetting.apply.wipeTitle')}>
        <p>{ui.t('directory.vetting.apply.wipeLead', { days: draftDays })}</p>
        <Form ui={ui} action={ui.href(at(req, '/deletion'))}>
          <Actions>
            <Submit kind="danger">{ui.t('directory.vetting.apply.wipe')}</Submit>
          </Actions>
        </Form>
      </Section>
    </>,
    { lead: ui.t('directory.vetting.apply.checkLead'), status },
  );
}

const Remove = ({ req, page: key }: { req: Req; page: string }) => (
  <Form ui={req.ui} action={req.ui.href(at(req, '/removal'))}>
    <input type="hidden" name="page" value={key} />
    <Submit kind="outline">{req.ui.t('directory.vetting.apply.remove', { page: titleOf(req, key) })}</Submit>
  </Form>
);

function AddMore({ req, mine }: { req: Req; mine: Application }) {
  const { ui } = req;
  const more = (['place', 'service'] as const).flatMap((kind) => {
    const n = nextFree(mine.answers, kind);
    return n === null || entered(mine.answers, kind).length === 0 ? [] : [{ kind, n }];
  });
  return (
    <ul class="wm-plain-list">
      {more.map(({ kind, n }) => (
        <li>
          <a href={ui.href(at(req, `/${kind}-${n}`), { then: 'check' })}>{ui.t(`directory.vetting.add.${kind}`)}</a>
        </li>
      ))}
    </ul>
  );
}

/** Runs what a form asks for; what stands against it is said on the page. */
async function doing(req: Req, run: () => Promise<Response>, again: (errors: FieldErrors, status: number) => unknown) {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.kind === 'notFound') return redirect(req, at(req, '/return'));
    if (error.kind !== 'conflict' && error.kind !== 'invalid') throw error;
    return again(said(req, error), error.status);
  }
}

const againCheck = (req: Req) => (errors: FieldErrors, status: number) => checkPage(req, errors, status);

export const postSending = (req: Req) =>
  doing(
    req,
    async () => {
      const { fields } = await req.form();
      if (!fields.homepage) await sendApplication(req.ctx, { door: doorOf(req) });
      return redirect(req, at(req, '/status'), { said: 'directory.vetting.said.sent' });
    },
    againCheck(req),
  );

export const postRemoval = (req: Req) =>
  doing(
    req,
    async () => {
      await removeApplicationPage(req.ctx, { door: doorOf(req), page: (await req.form()).fields.page ?? '' });
      return redirect(req, at(req, '/check'));
    },
    againCheck(req),
  );

export const postDeletion = (req: Req) =>
  doing(
    req,
    async () => {
      await wipeApplication(req.ctx, { door: doorOf(req) });
      return withDoor(req, redirect(req, at(req), { said: 'directory.vetting.said.wiped' }), '');
    },
    againCheck(req),
  );

export async function statusPage(req: Req, errors: FieldErrors = {}, status?: number) {
  const { ui } = req;
  const mine = await own(req);
  if (mine instanceof Response) return mine;
  if (!mine.organizationId) return redirect(req, at(req, '/check'));
  const { state, events } = await ownPosition(req.ctx, mine.organizationId);
  const over = ['listed', 'demoted', 'unlisted', 'declined', 'withdrawn', 'none'].includes(state);
  const decline = state === 'declined' ? events.findLast((one) => one.kind === 'declined') : undefined;
  return shown(
    req,
    ui.t('directory.vetting.apply.statusTitle'),
    <>
      <ErrorSummary ui={ui} errors={errors} />
      <p class="wm-lead">{ui.t(`directory.vetting.told.${state}`)}</p>
      {typeof decline?.data.words === 'string' && decline.data.words && (
        <blockquote class="wm-lines">{decline.data.words}</blockquote>
      )}
      {!over && <p>{ui.t('directory.vetting.apply.statusCode')}</p>}
      {!over && (
        <Section title={ui.t('directory.vetting.apply.withdrawTitle')}>
          <p>{ui.t('directory.vetting.apply.withdrawLead')}</p>
          <Form ui={ui} action={ui.href(at(req, '/withdrawal'))}>
            <Actions>
              <Submit kind="outline">{ui.t('directory.vetting.apply.withdraw')}</Submit>
            </Actions>
          </Form>
        </Section>
      )}
      <Form ui={ui} action={ui.href(at(req, '/leaving'))}>
        <Actions>
          <Submit kind="outline">{ui.t('directory.vetting.apply.close')}</Submit>
        </Actions>
      </Form>
    </>,
    { status },
  );
}

export const postWithdrawal = (req: Req) =>
  doing(
    req,
    async () => {
      await withdrawApplication(req.ctx, { door: doorOf(req) });
      return redirect(req, at(req, '/status'));
    },
    (errors, status) => statusPage(req, errors, status),
  );

/** Closes the application in this browser; the code opens it again. */
export const postLeaving = (req: Req) =>
  withDoor(req, redirect(req, at(req), { said: 'directory.vetting.said.closed' }), '');
