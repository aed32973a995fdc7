/** Settings of a network's single sign-on. The provider is asked to describe itself before anything is saved. */
import { identity, type Req } from '#kernel';
import {
  Actions,
  Checkbox,
  CopyLine,
  ErrorSummary,
  type FieldErrors,
  Form,
  Layout,
  PageHeader,
  Submit,
  TextField,
} from '#ui';
import { done, orAgain } from '../forms.ts';

async function providerPage(req: Req, errors?: FieldErrors, fields?: Record<string, string>) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const now = await identity.viewProvider(ctx, undefined);
  const slug = ctx.network!.slug;
  const field = (name: string, value: string | undefined) => ({
    ui,
    name,
    label: t(`identity.sso.${name}`),
    hint: t(`identity.sso.${name}Hint`),
    value: fields?.[name] ?? value,
    errors,
  });
  return (
    <Layout ui={ui} title={t('identity.sso.title')} kind="staff">
      <PageHeader title={t('identity.sso.title')} lead={t('identity.sso.lead')} />
      <ErrorSummary ui={ui} errors={errors} />
      <CopyLine
        ui={ui}
        id="return"
        label={t('identity.sso.return')}
        value={`${ctx.app.config.baseUrl}/${slug}/sign-in/return`}
      />
      <Form ui={ui} action={ui.href(`/${slug}/admin/single-sign-on`)} unsaved>
        <TextField {...field('name', now?.name)} />
        <TextField {...field('issuer', now?.issuer)} type="url" spellcheck={false} />
        <TextField {...field('clientId', now?.clientId)} spellcheck={false} autocomplete="off" />
        <TextField
          ui={ui}
          name="clientSecret"
          type="password"
          label={t('identity.sso.clientSecret')}
          hint={t(now?.hasSecret ? 'identity.sso.secretKept' : 'identity.sso.clientSecretHint')}
          autocomplete="off"
          optional
          errors={errors}
        />
        <TextField {...field('domains', now?.domains.join(', '))} spellcheck={false} />
        <Checkbox
          ui={ui}
          name="enabled"
          label={t('identity.sso.enabled')}
          checked={fields ? fields.enabled === 'yes' : (now?.enabled ?? false)}
          errors={errors}
        />
        <Actions>
          <Submit>{t('identity.sso.save')}</Submit>
        </Actions>
      </Form>
    </Layout>
  );
}

export const showProvider = (req: Req) => providerPage(req);

export async function submitProvider(req: Req): Promise<Response> {
  const { fields } = await req.form();
  const { name = '', issuer = '', clientId = '', clientSecret = '', domains = '' } = fields;
  return orAgain(
    req,
    async () => {
      const input = { name, issuer: issuer.trim(), clientId, clientSecret, domains, enabled: fields.enabled === 'yes' };
      if (input.issuer) await identity.checkProvider(req.ctx, input);
      await identity.saveProvider(req.ctx, input);
      return done(req, `/${req.ctx.network!.slug}/admin/single-sign-on`, 'saved');
    },
    (errors) => providerPage(req, errors, fields),
  );
}
