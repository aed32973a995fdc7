/** One's own account: who I am here, how I get in, where I am signed in. Each change is a small form of its own. */
import { identity, json, page, pick, redirect, type Req } from '#kernel';
import {
  Actions,
  Alert,
  Button,
  DateText,
  ErrorSummary,
  type FieldErrors,
  Form,
  Layout,
  LinkButton,
  PageHeader,
  Section,
  Select,
  Submit,
  SummaryList,
  Table,
  TextField,
  type Ui,
} from '#ui';
import { done, orAgain, proveFirst } from '../forms.ts';
import { PasskeyForm, PasswordFields, RecoveryCodes, roleNames, Sessions } from './parts.tsx';

const me = (req: Req) => identity.personOf(req.ctx);
const read = (req: Req) => identity.viewAccount(req.ctx, undefined);

/** Instants in the time of the person's first network: the account page itself stands in none. */
async function uiIn(req: Req, account: identity.OwnAccount): Promise<Ui> {
  const first = account.networks[0] && (await req.ctx.app.networks.byId(account.networks[0].id));
  return { ...req.ui, timeZone: first?.timezone ?? req.ui.timeZone };
}

async function accountPage(req: Req, errors?: FieldErrors, values?: Record<string, string>) {
  const { ctx } = req;
  const { t } = ctx;
  const account = await read(req);
  const ui = await uiIn(req, account);
  const providers = await identity.signInProviders(ctx.app);
  const connectable = providers.filter(
    (one) =>
      account.networks.some((network) => network.slug === one.slug) &&
      !account.connected.some(
        (link) => account.networks.find((network) => network.id === link.networkId)?.slug === one.slug,
      ),
  );
  return (
    <Layout ui={ui} title={t('identity.account.title')} kind="staff">
      <ErrorSummary ui={ui} errors={errors} />
      <PageHeader title={t('identity.account.title')} />
      {account.ways.passkeys === 0 && !account.ways.password && account.ways.links === 0 && !account.isDemo && (
        <Alert kind="warning">{t('identity.account.noWay')}</Alert>
      )}
      {account.ways.password && account.ways.codesLeft <= 3 && (
        <Alert kind="warning">{t('identity.account.fewCodes', { count: account.ways.codesLeft })}</Alert>
      )}

      <Section title={t('identity.account.networks')}>
        <ul>
          {account.networks.map((network) => (
            <li>
              <a href={ui.href(`/${network.slug}`)}>{pick(network.name, ctx.locale)}</a>:{' '}
              {roleNames(req, network.roles)}
            </li>
          ))}
        </ul>
      </Section>

      <Section title={t('identity.account.you')}>
        <SummaryList
          facts={[
            { term: t('identity.field.email'), value: account.email },
            { term: t('identity.field.agency'), value: pick(account.agency, ctx.locale) },
          ]}
        />
        <Form ui={ui} action={ui.href('/account')}>
          <TextField
            ui={ui}
            name="name"
            label={t('identity.field.name')}
            value={values?.name ?? account.name}
            autocomplete="name"
            errors={errors}
          />
          <Select
            ui={ui}
            name="locale"
            label={t('identity.field.locale')}
            value={values?.locale ?? account.locale}
            options={[
              { value: 'en', label: t('ui.language.en') },
              { value: 'es', label: t('ui.language.es') },
            ]}
            errors={errors}
          />
          <Actions>
            <Submit kind="outline">{t('identity.account.save')}</Submit>
          </Actions>
        </Form>
      </Section>

      <Section title={t('identity.account.passkeys')} id="passkeys">
        <p>{t('identity.account.passkeysLead')}</p>
        <Table
          ui={ui}
          caption={t('identity.account.passkeys')}
          captionHidden
          rows={account.passkeys}
          empty={t('identity.account.noPasskeys')}
          columns={[
            {
              key: 'name',
              label: t('identity.passkey.name'),
              cell: (key) => <a href={ui.href(`/account/passkeys/${key.id}`)}>{key.name}</a>,
            },
            {
              key: 'made',
              label: t('identity.passkey.made'),
              cell: (key) => <DateText ui={ui} date={key.createdAt} />,
            },
            {
              key: 'used',
              label: t('identity.passkey.used'),
              cell: (key) => (key.usedAt ? <DateText ui={ui} date={key.usedAt} /> : t('identity.passkey.never')),
            },
          ]}
        />
        <p>
          <LinkButton href={ui.href('/account/passkeys/new')} kind="outline">
            {t('identity.account.addPasskey')}
          </LinkButton>
        </p>
      </Section>

      <Section title={t('identity.account.password')} id="password">
        <p>
          {account.ways.password
            ? t('identity.account.hasPassword', { count: account.ways.codesLeft })
            : t('identity.account.noPassword')}
        </p>
        <div class="wm-row">
          <LinkButton href={ui.href('/account/password')} kind="outline">
            {t(account.ways.password ? 'identity.account.changePassword' : 'identity.account.setPassword')}
          </LinkButton>
          {account.ways.password && (
            <>
              <Form ui={ui} action={ui.href('/account/codes')}>
                <Button kind="outline">{t('identity.account.newCodes')}</Button>
              </Form>
              <Form ui={ui} action={ui.href('/account/password/removal')}>
                <Button kind="outline">{t('identity.account.removePassword')}</Button>
              </Form>
            </>
          )}
        </div>
      </Section>

      {(account.connected.length > 0 || connectable.length > 0) && (
        <Section title={t('identity.account.organisations')} id="organisations">
          <ul>
            {account.connected.map((link) => (
              <li>
                {link.issuer}
                <Form ui={ui} action={ui.href(`/account/connected/${link.networkId}/removal`)}>
                  <Button kind="outline">{t('identity.account.disconnect')}</Button>
                </Form>
              </li>
            ))}
            {connectable.map((one) => (
              <li>
                <a href={ui.href(`/${one.slug}/sign-in/connect`)}>
                  {t('identity.account.connect', { name: one.name })}
                </a>
              </li>
            ))}
          </ul>
        </Section>
      )}

      <Section title={t('identity.session.title')} id="sessions">
        <p>{t('identity.session.lead')}</p>
        <Sessions
          req={req}
          ui={ui}
          rows={account.sessions}
          currentId={me(req).sessionId}
          end={(id) => ui.href(`/account/sessions/${id}/end`)}
        />
        {account.sessions.length > 1 && (
          <Form ui={ui} action={ui.href('/account/sessions/others')}>
            <Button kind="outline">{t('identity.session.endOthers')}</Button>
          </Form>
        )}
      </Section>
    </Layout>
  );
}

export const showAccount = (req: Req) => accountPage(req);

/** Where a day begins: the staff page of the one network, or the account page with all of them. */
export async function startPage(req: Req): Promise<Response> {
  const { networks } = await read(req);
  const hasStart = [...req.module.values()].some((module) =>
    module.routes.some((route) => route.path === '/:network/staff'),
  );
  return redirect(req, networks.length === 1 && hasStart ? `/${networks[0]!.slug}/staff` : '/account');
}

export async function submitAccount(req: Req): Promise<Response> {
  const { fields } = await req.form();
  return orAgain(
    req,
    async () => {
      await identity.updateAccount(req.ctx, { name: fields.name ?? '', locale: fields.locale as 'en' });
      return done(req, '/account', 'saved');
    },
    (errors) => accountPage(req, errors, fields),
  );
}

function newPasskeyPage(req: Req, errors?: FieldErrors, name = '') {
  const { ui, ctx } = req;
  return (
    <Layout ui={ui} title={ctx.t('identity.account.addPasskey')} kind="staff">
      <ErrorSummary ui={ui} errors={errors} />
      <PageHeader title={ctx.t('identity.account.addPasskey')} lead={ctx.t('identity.join.passkeyLead')} />
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
  const { ui, ctx } = req;
  const { t } = ctx;
  const account = await read(req);
  const key = account.passkeys.find((one) => one.id === req.params.id);
  if (!key) return redirect(req, '/account');
  const inZone = await uiIn(req, account);
  return (
    <Layout ui={ui} title={key.name} kind="staff">
      <ErrorSummary ui={ui} errors={errors} />
      <PageHeader title={key.name} eyebrow={t('identity.passkey.one')} />
      <SummaryList
        facts={[
          { term: t('identity.passkey.made'), value: <DateText ui={inZone} date={key.createdAt} /> },
          {
            term: t('identity.passkey.used'),
            value: key.usedAt ? <DateText ui={inZone} date={key.usedAt} /> : t('identity.passkey.never'),
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

function passwordPage(req: Req, pending: { handle: string; secret: string }, errors?: FieldErrors) {
  const { ui, ctx } = req;
  return (
    <Layout ui={ui} title={ctx.t('identity.account.password')} kind="staff">
      <ErrorSummary ui={ui} errors={errors} />
      <PageHeader title={ctx.t('identity.account.password')} lead={ctx.t('identity.account.passwordLead')} />
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

const codesPage = (req: Req, codes: string[]): Promise<Response> =>
  page(
    <Layout ui={req.ui} title={req.ctx.t('identity.codes.title')} kind="staff">
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

export const submitPasswordRemoval = (req: Req): Promise<Response> =>
  orAgain(
    req,
    async () => {
      await identity.removePassword(req.ctx, {});
      return done(req, '/account', 'passwordRemoved');
    },
    (errors) => accountPage(req, errors),
  );

export async function submitCodes(req: Req): Promise<Response> {
  const { recoveryCodes } = await identity.renewRecoveryCodes(req.ctx, {});
  return codesPage(req, recoveryCodes);
}

export const submitDisconnect = (req: Req): Promise<Response> =>
  orAgain(
    req,
    async () => {
      await identity.disconnect(req.ctx, { networkId: req.params.id! });
      return done(req, '/account', 'saved');
    },
    (errors) => accountPage(req, errors),
  );

export async function submitSessionEnd(req: Req): Promise<Response> {
  await identity.endOwnSession(req.ctx, { sessionId: req.params.id! });
  return done(req, '/account', 'sessionEnded');
}

export async function submitOthersEnd(req: Req): Promise<Response> {
  await identity.endOtherSessions(req.ctx, {});
  return done(req, '/account', 'sessionEnded');
}
