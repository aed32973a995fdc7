/** One's own account: who I am here, how I get in, where I am signed in. Each change is a small form of its own. */
import { identity, pick, redirect, type Req } from '#kernel';
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
import { done, orAgain } from '../forms.ts';
import { roleNames, Sessions } from './parts.tsx';

const me = (req: Req) => identity.personOf(req.ctx);
const read = (req: Req) => identity.viewAccount(req.ctx, undefined);

/**
 * The account pages stand in no network: instants are told in the time of the person's first one, and the side navigation leads back to where
 * they work.
 */
export async function accountUi(req: Req, account: identity.OwnAccount): Promise<Ui> {
  const first = account.networks[0] && (await req.ctx.app.networks.byId(account.networks[0].id));
  const staffNav = [
    { href: req.ui.href('/account'), label: req.ctx.t('identity.account.title'), current: true },
    ...account.networks.map((network) => ({
      href: req.ui.href(`/${network.slug}/staff`),
      label: req.ctx.t('identity.account.work', { network: pick(network.name, req.ctx.locale) }),
      current: false,
    })),
    ...(me(req).roles.has('operator')
      ? [{ href: req.ui.href('/admin'), label: req.ctx.t('identity.account.deployment'), current: false }]
      : []),
  ];
  return { ...req.ui, staffNav, timeZone: first?.timezone ?? req.ui.timeZone };
}

async function accountPage(req: Req, errors?: FieldErrors, values?: Record<string, string>) {
  const { ctx } = req;
  const { t } = ctx;
  const account = await read(req);
  const ui = await accountUi(req, account);
  const providers = await identity.signInProviders(ctx.app);
  const connectable = providers.filter(
    (one) =>
      account.networks.some((network) => network.slug === one.slug) &&
      !account.connected.some(
        (link) => link.opens && account.networks.find((network) => network.id === link.networkId)?.slug === one.slug,
      ),
  );
  return (
    <Layout ui={ui} title={t('identity.account.title')} kind="staff">
      <PageHeader title={t('identity.account.title')} />
      <ErrorSummary ui={ui} errors={errors} />
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
                {link.issuer} {!link.opens && t('identity.account.opensNothing')}
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

export const submitPasswordRemoval = (req: Req): Promise<Response> =>
  orAgain(
    req,
    async () => {
      await identity.removePassword(req.ctx, {});
      return done(req, '/account', 'passwordRemoved');
    },
    (errors) => accountPage(req, errors),
  );

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
