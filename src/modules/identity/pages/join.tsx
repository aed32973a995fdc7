/**
 * Arriving by a one-time link: after the first set-up, by invitation, or with a restored account. One choice, passkey or password with codes (or
 * one's own organisation), and the person is in.
 */
import { identity, json, page, pick, Problem, redirect, type Req } from '#kernel';
import {
  Actions,
  ErrorSummary,
  type FieldErrors,
  Form,
  Layout,
  LinkButton,
  PageHeader,
  Section,
  Steps,
  Submit,
  SummaryList,
} from '#ui';
import { done, from, orAgain } from '../forms.ts';
import { PasskeyForm, PasswordFields, RecoveryCodes, roleNames } from './parts.tsx';

const tokenOf = (req: Req): string => req.params.token!;
const pathOf = (req: Req): string => `/${req.ctx.network!.slug}/join/${tokenOf(req)}`;
const arrivalOf = (req: Req) => identity.viewArrival(req.ctx, { token: tokenOf(req) });

function Intro({ req, arrival, errors }: { req: Req; arrival: identity.Arrival; errors?: FieldErrors }) {
  const { ctx, ui } = req;
  const { t } = ctx;
  const network = pick(ctx.network!.name, ctx.locale);
  const values = { network, name: arrival.name, inviter: arrival.invitedBy ?? '' };
  return (
    <>
      <PageHeader
        title={t(`identity.join.${arrival.purpose}.title`, values)}
        lead={t(`identity.join.${arrival.purpose}.lead`, values)}
      />
      <ErrorSummary ui={ui} errors={errors} />
      {arrival.purpose === 'setup' && (
        <Steps ui={ui} steps={[t('identity.setup.step1'), t('identity.setup.step2')]} current={1} />
      )}
      <SummaryList
        facts={[
          { term: t('identity.field.name'), value: arrival.name },
          { term: t('identity.field.email'), value: arrival.email },
          { term: t('identity.field.agency'), value: pick(arrival.agencyName, ctx.locale) },
          arrival.roles.length > 0 && { term: t('identity.field.roles'), value: roleNames(req, arrival.roles) },
        ]}
      />
    </>
  );
}

async function joinPage(req: Req, errors?: FieldErrors) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const arrival = await arrivalOf(req);
  const path = pathOf(req);
  const hasAccount = arrival.purpose === 'invitation' && arrival.personId !== null;
  const provider = (await identity.signInProviders(ctx.app)).find((one) => one.slug === ctx.network!.slug);
  return (
    <Layout ui={ui} title={t('identity.join.title')} kind="staff">
      <Intro req={req} arrival={arrival} errors={errors} />
      {hasAccount ? (
        <Accept req={req} arrival={arrival} path={path} />
      ) : (
        <>
          <Section title={t('identity.join.passkey')}>
            <p>{t('identity.join.passkeyLead')}</p>
            <PasskeyForm
              req={req}
              kind="register"
              action={ui.href(`${path}/passkey`)}
              options={`${path}/passkey-options`}
              label={t('identity.join.makePasskey')}
            />
          </Section>
          <Section title={t('identity.join.password')}>
            <p>{t('identity.join.passwordLead')}</p>
            <LinkButton href={ui.href(`${path}/password`)} kind="outline">
              {t('identity.join.usePassword')}
            </LinkButton>
          </Section>
          {provider && arrival.purpose === 'invitation' && (
            <Section title={t('identity.signIn.organisation')}>
              <p>
                <a href={ui.href(`${path}/organisation`)}>
                  {t('identity.signIn.with', { name: provider.name, network: pick(provider.network, ctx.locale) })}
                </a>
              </p>
            </Section>
          )}
        </>
      )}
    </Layout>
  );
}

/** An address that has an account already: its owner signs in and takes the roles. */
function Accept({ req, arrival, path }: { req: Req; arrival: identity.Arrival; path: string }) {
  const { ui, ctx } = req;
  const { t } = ctx;
  if (ctx.actor.kind !== 'person') {
    return (
      <Section title={t('identity.join.haveAccount')}>
        <p>{t('identity.join.signInFirst', { email: arrival.email })}</p>
        <LinkButton href={ui.href('/sign-in', { next: path })}>{t('identity.signIn.title')}</LinkButton>
      </Section>
    );
  }
  if (ctx.actor.personId !== arrival.personId) return <p>{t('identity.problem.otherAccount')}</p>;
  return (
    <Form ui={ui} action={ui.href(`${path}/acceptance`)}>
      <Actions>
        <Submit>{t('identity.join.accept')}</Submit>
      </Actions>
    </Form>
  );
}

async function passwordPage(req: Req, pending: { handle: string; secret: string }, errors?: FieldErrors) {
  const { ui, ctx } = req;
  const arrival = await arrivalOf(req);
  return (
    <Layout ui={ui} title={ctx.t('identity.join.title')} kind="staff">
      <PageHeader title={ctx.t('identity.join.password')} lead={ctx.t('identity.join.passwordSteps')} />
      <ErrorSummary ui={ui} errors={errors} />
      <Form ui={ui} action={ui.href(req.path)}>
        <PasswordFields req={req} {...pending} label={arrival.email} errors={errors} />
        <Actions>
          <Submit>{ctx.t('identity.join.finish')}</Submit>
          <a href={ui.href(pathOf(req))}>{ctx.t('identity.join.otherWay')}</a>
        </Actions>
      </Form>
    </Layout>
  );
}

export const showJoin = (req: Req) => joinPage(req);

/** Whoever has an account adds no second way in through an invitation. */
async function newcomer(req: Req): Promise<identity.Arrival> {
  const arrival = await arrivalOf(req);
  if (arrival.purpose === 'invitation' && arrival.personId) throw Problem.conflict('identity.problem.haveAccount');
  return arrival;
}

export async function joinPasskeyOptions(req: Req): Promise<Response> {
  const arrival = await newcomer(req);
  const personId = arrival.personId ?? crypto.randomUUID();
  const { email, name } = arrival;
  return json(
    await identity.registrationOptions(req.ctx.app, { personId, email, name, place: `link:${arrival.linkId}` }),
  );
}

export async function submitJoinPasskey(req: Req): Promise<Response> {
  const { handle = '', response = '' } = (await req.form()).fields;
  const arrival = await newcomer(req);
  return orAgain(
    req,
    async () => {
      const name = req.ctx.t('identity.passkey.firstName');
      const way = await identity.checkRegistration(req.ctx.app, `link:${arrival.linkId}`, handle, response, name);
      const { token } = await identity.finishArrival(req.ctx, { token: tokenOf(req), way, userAgent: req.userAgent });
      req.signIn(token);
      return done(req, '/account', 'welcome');
    },
    (errors) => joinPage(req, errors),
  );
}

export async function showJoinPassword(req: Req) {
  const arrival = await newcomer(req);
  return passwordPage(req, await identity.beginPasswordWay(req.ctx.app, `link:${arrival.linkId}`));
}

export async function submitJoinPassword(req: Req): Promise<Response> {
  const { handle = '', password = '', code = '' } = (await req.form()).fields;
  const { app, network } = req.ctx;
  const arrival = await newcomer(req);
  const owner = `link:${arrival.linkId}`;
  return orAgain(
    req,
    async () => {
      const about = [arrival.email, arrival.name, network!.name.en];
      const way = await identity.checkPasswordWay(app, owner, { handle, password, code }, about);
      const { token, recoveryCodes } = await identity.finishArrival(req.ctx, {
        token: tokenOf(req),
        way,
        userAgent: req.userAgent,
      });
      req.signIn(token);
      return page(
        <Layout ui={req.ui} title={req.ctx.t('identity.codes.title')} kind="staff">
          <RecoveryCodes req={req} codes={recoveryCodes ?? []} next="/account?said=identity.said.welcome" />
        </Layout>,
      );
    },
    async (errors) => {
      const secret = await identity.pendingSecret(app, owner, handle);
      return passwordPage(req, secret ? { handle, secret } : await identity.beginPasswordWay(app, owner), errors);
    },
  );
}

export async function submitAcceptance(req: Req): Promise<Response> {
  return orAgain(
    req,
    async () => {
      await identity.acceptInvitation(req.ctx, { token: tokenOf(req) });
      return done(req, '/account', 'accepted');
    },
    (errors) => joinPage(req, errors),
  );
}

/** What finishing by a provider's answer needs of this page. */
export async function finishJoinByOrganisation(
  req: Req,
  token: string,
  result: Awaited<ReturnType<typeof identity.finishSso>>,
): Promise<Response> {
  const way = await identity.wayForInvited(req.ctx, result, token);
  const arrived = await identity.finishArrival(req.ctx, { token, way, userAgent: from(req).userAgent });
  req.signIn(arrived.token);
  return redirect(req, '/account', { said: 'identity.said.welcome' });
}
