/** The pages for one's own keys: adding, naming and removing a passkey; password with its code; recovery codes. Each asks for proof before it begins. */
import { identity, json, page, redirect, type Req } from '#kernel';
import {
  Actions,
  Button,
  DateText,
  ErrorSummary,
  type FieldErrors,
  Form,
  Layout,
  PageHeader,
  Section,
  Submit,
  SummaryList,
  TextField,
} from '#ui';
import { done, orAgain, proveFirst } from '../forms.ts';
import { accountUi } from './account.tsx';
import { PasskeyForm, PasswordFields, RecoveryCodes } from './parts.tsx';

const me = (req: Req) => identity.personOf(req.ctx);
const read = (req: Req) => identity.viewAccount(req.ctx, undefined);

async function newPasskeyPage(req: Req, errors?: FieldErrors, name = '') {
  const { ctx } = req;
  const ui = await accountUi(req, await read(req));
  return (
    <Layout ui={ui} title={ctx.t('identity.account.addPasskey')} kind="staff">
      <PageHeader title={ctx.t('identity.account.addPasskey')} lead={ctx.t('identity.join.passkeyLead')} />
      <ErrorSummary ui={ui} errors={errors} />
      <PasskeyForm
        req={req}
        kind="register"
        action={ui.href('/account/passkeys')}
        options="/account/passkeys/options"
        label={ctx.t('identity.join.makePasskey')}
      >
        <TextField
          ui={ui}
          name="name"
          label={ctx.t('identity.passkey.name')}
          hint={ctx.t('identity.passkey.nameHint')}
          value={name}
          errors={errors}
        />
      </PasskeyForm>
      <p>
        <a href={ui.href('/account')}>{ctx.t('identity.account.back')}</a>
      </p>
    </Layout>
  );
}

export function showNewPasskey(req: Req) {
  proveFirst(req);
  return newPasskeyPage(req);
}

export async function newPasskeyOptions(req: Req): Promise<Response> {
  proveFirst(req);
  const { personId, email, name } = me(req);
  return json(await identity.registrationOptions(req.ctx.app, { personId, email, name, place: `person:${personId}` }));
}

export async function submitNewPasskey(req: Req): Promise<Response> {
  const { handle = '', response = '', name = '' } = (await req.form()).fields;
  return orAgain(
    req,
    async () => {
      const given = identity.passkeyName.safeParse(name);
      const called = given.success ? given.data : req.ctx.t('identity.passkey.firstName');
      const way = await identity.checkRegistration(req.ctx.app, `person:${me(req).personId}`, handle, response, called);
      await identity.addWay(req.ctx, { way });
      return done(req, '/account', 'passkeyAdded');
    },
    (errors) => newPasskeyPage(req, errors, name),
  );
}

async function passkeyPage(req: Req, errors?: FieldErrors, name?: string) {
  const { ctx } = req;
  const { t } = ctx;
  const account = await read(req);
  const key = account.passkeys.find((one) => one.id === req.params.id);
  if (!key) return redirect(req, '/account');
  const ui = await accountUi(req, account);
  return (
    <Layout ui={ui} title={key.name} kind="staff">
      <PageHeader title={key.name} eyebrow={t('identity.passkey.one')} />
      <ErrorSummary ui={ui} errors={errors} />
      <SummaryList
        facts={[
          { term: t('identity.passkey.made'), value: <DateText ui={ui} date={key.createdAt} /> },
          {
            term: t('identity.passkey.used'),
            value: key.usedAt ? <DateText ui={ui} date={key.usedAt} /> : t('identity.passkey.never'),
          },
          {
            term: t('identity.passkey.kept'),
            value: t(key.backedUp ? 'identity.passkey.synced' : 'identity.passkey.single'),
          },
        ]}
      />
      <Form ui={ui} action={ui.href(`/account/passkeys/${key.id}/name`)}>
        <TextField
          ui={ui}
          name="name"
          label={t('identity.passkey.name')}
          hint={t('identity.passkey.nameHint')}
          value={name ?? key.name}
          errors={errors}
        />
        <Actions>
          <Submit>{t('identity.account.save')}</Submit>
        </Actions>
      </Form>
      <Section title={t('identity.passkey.remove')}>
        <p>{t('identity.passkey.removeLead')}</p>
        <Form ui={ui} action={ui.href(`/account/passkeys/${key.id}/removal`)}>
          <Button kind="danger">{t('identity.passkey.remove')}</Button>
        </Form>
      </Section>
      <p>
        <a href={ui.href('/account')}>{t('identity.account.back')}</a>
      </p>
    </Layout>
  );
}

export const showPasskey = (req: Req) => passkeyPage(req);

export async function submitPasskeyName(req: Req): Promise<Response> {
  const { name = '' } = (await req.form()).fields;
  return orAgain(
    req,
    async () => {
      await identity.renamePasskey(req.ctx, { id: req.params.id!, name });
      return done(req, '/account', 'saved');
    },
    (errors) => passkeyPage(req, errors, name),
  );
}

export async function submitPasskeyRemoval(req: Req): Promise<Response> {
  return orAgain(
    req,
    async () => {
      await identity.removePasskey(req.ctx, { id: req.params.id! });
      return done(req, '/account', 'passkeyRemoved');
    },
    (errors) => passkeyPage(req, errors),
  );
}

async function passwordPage(req: Req, pending: { handle: string; secret: string }, errors?: FieldErrors) {
  const { ctx } = req;
  const ui = await accountUi(req, await read(req));
  return (
    <Layout ui={ui} title={ctx.t('identity.account.password')} kind="staff">
      <PageHeader title={ctx.t('identity.account.password')} lead={ctx.t('identity.account.passwordLead')} />
      <ErrorSummary ui={ui} errors={errors} />
      <Form ui={ui} action={ui.href('/account/password')}>
        <PasswordFields req={req} {...pending} label={me(req).email} errors={errors} />
        <Actions>
          <Submit>{ctx.t('identity.account.save')}</Submit>
          <a href={ui.href('/account')}>{ctx.t('identity.account.back')}</a>
        </Actions>
      </Form>
    </Layout>
  );
}

const ownerOf = (req: Req): string => `person:${me(req).personId}`;

export async function showPassword(req: Req) {
  proveFirst(req);
  return passwordPage(req, await identity.beginPasswordWay(req.ctx.app, ownerOf(req)));
}

const codesPage = async (req: Req, codes: string[]): Promise<Response> =>
  page(
    <Layout ui={await accountUi(req, await read(req))} title={req.ctx.t('identity.codes.title')} kind="staff">
      <RecoveryCodes req={req} codes={codes} next="/account?said=identity.said.saved" />
    </Layout>,
  );

export async function submitPassword(req: Req): Promise<Response> {
  proveFirst(req);
  const { handle = '', password = '', code = '' } = (await req.form()).fields;
  const { app } = req.ctx;
  return orAgain(
    req,
    async () => {
      const { email, name } = me(req);
      const way = await identity.checkPasswordWay(app, ownerOf(req), { handle, password, code }, [email, name]);
      const { recoveryCodes } = await identity.addWay(req.ctx, { way });
      return codesPage(req, recoveryCodes ?? []);
    },
    async (errors) => {
      const secret = await identity.pendingSecret(app, ownerOf(req), handle);
      return passwordPage(
        req,
        secret ? { handle, secret } : await identity.beginPasswordWay(app, ownerOf(req)),
        errors,
      );
    },
  );
}

export async function submitCodes(req: Req): Promise<Response> {
  const { recoveryCodes } = await identity.renewRecoveryCodes(req.ctx, {});
  return codesPage(req, recoveryCodes);
}
