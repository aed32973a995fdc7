/**
 * The sign-in page: passkey first, then password with code, then the organisations that sign their own people in; in a demo, every invented person
 * with one press. Everything but the passkey works without JavaScript.
 */
import { identity, json, page, pick, redirect, type Req } from '#kernel';
import {
  Actions,
  Alert,
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  Hidden,
  Layout,
  LinkButton,
  PageHeader,
  Section,
  Submit,
  Table,
  TextField,
} from '#ui';
import { from, goOn, orAgain, safePath } from '../forms.ts';
import { PasskeyForm, roleNames } from './parts.tsx';

interface Shown {
  next?: string;
  email?: string;
  /** Token of a link mailed after too many tries. */
  unlock?: string;
  errors?: FieldErrors;
}

async function signInPage(req: Req, shown: Shown) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const [providers, people] = await Promise.all([identity.signInProviders(ctx.app), identity.demoPeople(ctx.app)]);
  const next = safePath(shown.next) ?? '';
  return (
    <Layout ui={ui} title={t('identity.signIn.title')} kind="staff">
      <PageHeader title={t('identity.signIn.title')} lead={t('identity.signIn.lead')} />
      <ErrorSummary ui={ui} errors={shown.errors} />
      {people.length > 0 && <DemoSignIn req={req} people={people} next={next} />}
      {shown.unlock && <Alert kind="info">{t('identity.signIn.unlocked')}</Alert>}

      {!shown.unlock && (
        <Section title={t('identity.signIn.passkey')}>
          <p>{t('identity.signIn.passkeyLead')}</p>
          <PasskeyForm
            req={req}
            kind="authenticate"
            action={ui.href('/sign-in/passkey')}
            options="/sign-in/passkey-options"
            label={t('identity.signIn.usePasskey')}
          >
            <Hidden name="next" value={next} />
          </PasskeyForm>
        </Section>
      )}

      <Section title={t('identity.signIn.password')}>
        <Form ui={ui} action={ui.href('/sign-in')}>
          <Hidden name="next" value={next} />
          {shown.unlock && <Hidden name="unlock" value={shown.unlock} />}
          <TextField
            ui={ui}
            name="email"
            type="email"
            label={t('identity.field.email')}
            value={shown.email}
            autocomplete="username"
            errors={shown.errors}
          />
          <TextField
            ui={ui}
            name="password"
            type="password"
            label={t('identity.field.password')}
            autocomplete="current-password"
            errors={shown.errors}
          />
          <TextField
            ui={ui}
            name="code"
            label={t('identity.field.code')}
            hint={t('identity.field.codeHint')}
            autocomplete="one-time-code"
            spellcheck={false}
            errors={shown.errors}
          />
          <Actions>
            <Submit>{t('identity.signIn.submit')}</Submit>
          </Actions>
        </Form>
      </Section>

      {providers.length > 0 && (
        <Section title={t('identity.signIn.organisation')}>
          <ul>
            {providers.map((provider) => (
              <li>
                <a href={ui.href(`/${provider.slug}/sign-in`, { next })} rel="nofollow">
                  {t('identity.signIn.with', { name: provider.name, network: pick(provider.network, ctx.locale) })}
                </a>
              </li>
            ))}
          </ul>
        </Section>
      )}

      <Details summary={t('identity.signIn.trouble')}>
        <p>{t('identity.signIn.troubleText')}</p>
      </Details>
    </Layout>
  );
}

function DemoSignIn({ req, people, next }: { req: Req; people: identity.DemoPerson[]; next: string }) {
  const { ui, ctx } = req;
  const { t } = ctx;
  return (
    <Section title={t('identity.demo.title')}>
      <p>{t('identity.demo.lead')}</p>
      <Table
        ui={ui}
        caption={t('identity.demo.title')}
        captionHidden
        rows={people}
        columns={[
          { key: 'name', label: t('identity.field.name'), cell: (person) => person.name },
          { key: 'roles', label: t('identity.field.roles'), cell: (person) => roleNames(req, person.roles) },
          {
            key: 'where',
            label: t('identity.field.network'),
            cell: (person) => (person.network ? pick(person.network, ctx.locale) : t('identity.demo.everywhere')),
          },
          {
            key: 'go',
            label: t('identity.demo.action'),
            quiet: true,
            cell: (person) => (
              <Form ui={ui} action={ui.href('/sign-in/demo')} label={person.name}>
                <Hidden name="person" value={person.id} />
                <Hidden name="next" value={next} />
                <Submit kind="outline">{t('identity.demo.be')}</Submit>
              </Form>
            ),
          },
        ]}
      />
    </Section>
  );
}

export const showSignIn = (req: Req) =>
  req.ctx.actor.kind === 'person' ? goOn(req, req.query.next) : signInPage(req, { next: req.query.next });

export const showUnlocked = (req: Req) => signInPage(req, { unlock: req.params.token });

export async function submitSignIn(req: Req): Promise<Response> {
  const { fields } = await req.form();
  const { email = '', password = '', code = '', unlock, next } = fields;
  return orAgain(
    req,
    async () => {
      const { token } = await identity.signInByPassword(req.ctx, { email, password, code, unlock }, from(req));
      req.signIn(token);
      return goOn(req, next);
    },
    (errors) => signInPage(req, { next, email, unlock, errors }),
  );
}

export const passkeyOptions = async (req: Req) => json(await identity.authenticationOptions(req.ctx.app, null));

export async function submitPasskey(req: Req): Promise<Response> {
  const { handle = '', response = '', next } = (await req.form()).fields;
  return orAgain(
    req,
    async () => {
      const { token } = await identity.signInByPasskey(req.ctx, { handle, response }, from(req));
      req.signIn(token);
      return goOn(req, next);
    },
    (errors) => signInPage(req, { next, errors }),
  );
}

export async function submitDemo(req: Req): Promise<Response> {
  const { person = '', next } = (await req.form()).fields;
  const { token } = await identity.signInAsDemo(req.ctx, person, req.userAgent);
  req.signIn(token);
  return goOn(req, next);
}

export function showSignOut(req: Req) {
  const { ui, ctx } = req;
  if (ctx.actor.kind !== 'person') return redirect(req, '/sign-in');
  return (
    <Layout ui={ui} title={ctx.t('identity.signOut.title')} kind="staff">
      <PageHeader title={ctx.t('identity.signOut.title')} lead={ctx.t('identity.signOut.lead')} />
      <Form ui={ui} action={ui.href('/sign-out')}>
        <Actions>
          <Submit>{ctx.t('identity.signOut.submit')}</Submit>
          <a href={ui.href('/account')}>{ctx.t('identity.signOut.stay')}</a>
        </Actions>
      </Form>
    </Layout>
  );
}

/** Ends this session. Safe to repeat: who is not signed in any more is only told so. */
export async function submitSignOut(req: Req): Promise<Response> {
  const { ctx } = req;
  if (ctx.actor.kind === 'person') await identity.endOwnSession(ctx, { sessionId: ctx.actor.sessionId });
  req.signOut();
  const { ui } = req;
  return page(
    <Layout ui={{ ...ui, person: null, csrf: null, staffNav: [] }} title={ctx.t('identity.signOut.done')} noindex>
      <PageHeader title={ctx.t('identity.signOut.done')} lead={ctx.t('identity.signOut.doneLead')} />
      <p>
        <LinkButton href={ui.href('/sign-in')} kind="outline">
          {ctx.t('identity.signOut.again')}
        </LinkButton>
      </p>
    </Layout>,
  );
}
