/** Proving it again before something that cannot be taken back lightly: by any of the ways the person has. */
import { identity, json, redirect, type Req } from '#kernel';
import {
  Actions,
  ErrorSummary,
  type FieldErrors,
  Form,
  Hidden,
  Layout,
  PageHeader,
  Section,
  Submit,
  TextField,
} from '#ui';
import { orAgain, safePath } from '../forms.ts';
import { accountUi } from './account.tsx';
import { PasskeyForm } from './parts.tsx';

async function confirmPage(req: Req, next: string, errors?: FieldErrors) {
  const { ctx } = req;
  const { t } = ctx;
  const account = await identity.viewAccount(ctx, undefined);
  const ui = await accountUi(req, account);
  const providers = (await identity.signInProviders(ctx.app)).filter((one) =>
    account.connected.some(
      (link) => account.networks.find((network) => network.id === link.networkId)?.slug === one.slug,
    ),
  );
  return (
    <Layout ui={ui} title={t('identity.confirm.title')} kind="staff">
      <PageHeader title={t('identity.confirm.title')} lead={t('identity.confirm.lead')} />
      <ErrorSummary ui={ui} errors={errors} />
      {account.ways.passkeys > 0 && (
        <Section title={t('identity.signIn.passkey')}>
          <PasskeyForm
            req={req}
            kind="authenticate"
            action={ui.href('/account/confirm/passkey')}
            options="/account/confirm/passkey-options"
            label={t('identity.signIn.usePasskey')}
          >
            <Hidden name="next" value={next} />
          </PasskeyForm>
        </Section>
      )}
      {account.ways.password && (
        <Section title={t('identity.signIn.password')}>
          <Form ui={ui} action={ui.href('/account/confirm')}>
            <Hidden name="next" value={next} />
            <TextField
              ui={ui}
              name="password"
              type="password"
              label={t('identity.field.password')}
              autocomplete="current-password"
              errors={errors}
            />
            <TextField
              ui={ui}
              name="code"
              label={t('identity.field.code')}
              hint={t('identity.field.codeHint')}
              autocomplete="one-time-code"
              spellcheck={false}
              errors={errors}
            />
            <Actions>
              <Submit>{t('identity.confirm.submit')}</Submit>
            </Actions>
          </Form>
        </Section>
      )}
      {providers.map((one) => (
        <p>
          <a href={ui.href(`/${one.slug}/sign-in/confirm`, { next })}>
            {t('identity.confirm.with', { name: one.name })}
          </a>
        </p>
      ))}
      {account.isDemo && identity.demoDoors(ctx.app) && (
        <Form ui={ui} action={ui.href('/account/confirm/demo')}>
          <Hidden name="next" value={next} />
          <p>{t('identity.confirm.demo')}</p>
          <Actions>
            <Submit>{t('identity.confirm.submit')}</Submit>
          </Actions>
        </Form>
      )}
    </Layout>
  );
}

const back = (req: Req, next: string | undefined): Response => redirect(req, safePath(next) ?? '/account');

export const showConfirm = (req: Req) => confirmPage(req, safePath(req.query.next) ?? '');

export async function submitConfirm(req: Req): Promise<Response> {
  const { password = '', code = '', next = '' } = (await req.form()).fields;
  return orAgain(
    req,
    async () => {
      await identity.confirmAgain(req.ctx, { password, code });
      return back(req, next);
    },
    (errors) => confirmPage(req, next, errors),
  );
}

export const confirmPasskeyOptions = async (req: Req) =>
  json(await identity.authenticationOptions(req.ctx.app, identity.personOf(req.ctx).personId));

export async function submitConfirmPasskey(req: Req): Promise<Response> {
  const { handle = '', response = '', next = '' } = (await req.form()).fields;
  return orAgain(
    req,
    async () => {
      await identity.confirmAgain(req.ctx, { handle, response });
      return back(req, next);
    },
    (errors) => confirmPage(req, next, errors),
  );
}

export async function submitConfirmDemo(req: Req): Promise<Response> {
  const { next } = (await req.form()).fields;
  await identity.confirmAsDemo(req.ctx);
  return back(req, next);
}
