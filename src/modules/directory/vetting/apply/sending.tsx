/** The end of an application: check the answers, send or delete it, and follow where it stands. */
import { Problem, type Req, redirect } from '#kernel';
import {
  Actions,
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  LinkButton,
  Section,
  Steps,
  Submit,
  SummaryList,
} from '#ui';
import { nextStep, steps } from '../../listing.ts';
import {
  type Application,
  draftDays,
  ownPosition,
  removeApplicationPage,
  sendApplication,
  wipeApplication,
  withdrawApplication,
} from './application.ts';
import { doorOf, withDoor } from './door.ts';
import { factsOf } from './fields.tsx';
import { at, own, said, shown, titleOf, Trap } from './frame.tsx';
import { entered, nextFree, pageOf, pagesOf, unfinished } from './questions.ts';

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
          <div class="wm-row">
            <a href={ui.href(at(req, `/${key}`), { then: 'check' })}>
              {ui.t(`directory.vetting.apply.${answers[key] ? 'change' : 'answer'}`, { page: titleOf(req, key) })}
            </a>
            {/^(place|service)-/.test(key) && answers[key] && <Remove req={req} page={key} />}
          </div>
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
      <CloseHere req={req} />
      <Details summary={ui.t('directory.vetting.apply.wipeTitle')}>
        <p>{ui.t('directory.vetting.apply.wipeLead', { days: draftDays })}</p>
        <Form ui={ui} action={ui.href(at(req, '/deletion'))}>
          <Actions>
            <Submit kind="danger">{ui.t('directory.vetting.apply.wipe')}</Submit>
          </Actions>
        </Form>
      </Details>
    </>,
    { lead: ui.t('directory.vetting.apply.checkLead'), status },
  );
}

function Remove({ req, page: key }: { req: Req; page: string }) {
  const { kind, n } = pageOf(key)!;
  return (
    <Form ui={req.ui} action={req.ui.href(at(req, '/removal'))}>
      <input type="hidden" name="page" value={key} />
      <button class="wm-linkbutton" type="submit">
        {req.ui.t(`directory.vetting.remove.${kind}`, { n })}
      </button>
    </Form>
  );
}

/** On a shared machine an application must not stay open. */
const CloseHere = ({ req }: { req: Req }) => (
  <Form ui={req.ui} action={req.ui.href(at(req, '/leaving'))} class="wm-section">
    <p>{req.ui.t('directory.vetting.apply.closeLead')}</p>
    <Actions>
      <Submit kind="outline">{req.ui.t('directory.vetting.apply.close')}</Submit>
    </Actions>
  </Form>
);

/** How far it is, in the words of the first page. */
function HowFar({ req, state }: { req: Req; state: Parameters<typeof nextStep>[0] }) {
  const { ui } = req;
  const next = nextStep(state);
  const words = [
    ...steps.map((step) => ui.t(`directory.vetting.step.${step}`)),
    ui.t('directory.vetting.apply.decision'),
  ];
  return <Steps ui={ui} steps={words} current={next ? steps.indexOf(next) : steps.length} />;
}

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
      {!over && <HowFar req={req} state={state} />}
      <p class="usa-intro">{ui.t(`directory.vetting.told.${state}`)}</p>
      {typeof decline?.data.words === 'string' && decline.data.words && (
        <blockquote class="wm-lines">{decline.data.words}</blockquote>
      )}
      {!over && <p>{ui.t('directory.vetting.apply.statusCode')}</p>}
      <CloseHere req={req} />
      {!over && (
        <Details summary={ui.t('directory.vetting.apply.withdrawTitle')}>
          <p>{ui.t('directory.vetting.apply.withdrawLead')}</p>
          <Form ui={ui} action={ui.href(at(req, '/withdrawal'))}>
            <Actions>
              <Submit kind="outline">{ui.t('directory.vetting.apply.withdraw')}</Submit>
            </Actions>
          </Form>
        </Details>
      )}
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
