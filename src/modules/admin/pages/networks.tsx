/** The deployment's page for operators: its networks, and making another one. */
import { pick, type Req, redirect } from '#kernel';
import {
  Actions,
  BilingualField,
  Checkboxes,
  ErrorSummary,
  type FieldErrors,
  Form,
  Layout,
  LinkButton,
  PageHeader,
  Radios,
  Select,
  Submit,
  Table,
  TextField,
} from '#ui';
import { orAgain } from '../forms.ts';
import { addNetwork } from '../networks.ts';
import { languageOptions, zoneOptions } from './settings.tsx';

export async function deploymentPage(req: Req) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const networks = await ctx.app.networks.all();
  return (
    <Layout ui={ui} title={t('admin.networks.title')} kind="staff">
      <PageHeader
        title={t('admin.networks.title')}
        lead={t('admin.networks.lead')}
        actions={<LinkButton href={ui.href('/admin/networks/new')}>{t('admin.networks.add')}</LinkButton>}
      />
      <Table
        ui={ui}
        caption={t('admin.networks.title')}
        captionHidden
        rows={networks}
        empty={t('admin.networks.none')}
        columns={[
          {
            key: 'name',
            label: t('admin.networks.name'),
            cell: (network) => <a href={ui.href(`/${network.slug}`)}>{pick(network.name, ctx.locale)}</a>,
          },
          { key: 'slug', label: t('admin.networks.slug'), cell: (network) => `/${network.slug}` },
          {
            key: 'languages',
            label: t('admin.settings.languages'),
            cell: (network) => network.languages.map((locale) => t(`ui.language.${locale}`)).join(', '),
          },
          {
            key: 'admin',
            label: t('admin.networks.manage'),
            quiet: true,
            cell: (network) => (
              <a href={ui.href(`/${network.slug}/admin`)}>
                {t('admin.networks.manage')}
                <span class="wm-sr"> {pick(network.name, ctx.locale)}</span>
              </a>
            ),
          },
        ]}
      />
    </Layout>
  );
}

export const newNetworkPage = (req: Req) =>
  draw(req, { timezone: 'America/Chicago', defaultLocale: 'en' }, ['en', 'es']);

export async function networkAdded(req: Req) {
  const { fields, lists } = await req.form();
  const languages = lists.languages ?? [];
  return orAgain(
    req,
    async () => {
      const id = await addNetwork(req.ctx, { ...fields, languages } as never);
      req.ctx.app.networks.touch(id);
      return redirect(req, `/${fields.slug!.trim()}/admin`, { said: 'admin.said.networkAdded' });
    },
    (errors) => draw(req, fields, languages, errors),
  );
}

function draw(req: Req, entered: Record<string, string>, languages: string[], errors?: FieldErrors) {
  const { ui, ctx } = req;
  const { t } = ctx;
  return (
    <Layout
      ui={ui}
      title={t('admin.networks.add')}
      kind="staff"
      crumbs={[{ label: t('admin.networks.title'), href: ui.href('/admin') }, { label: t('admin.networks.add') }]}
    >
      <PageHeader title={t('admin.networks.add')} lead={t('admin.networks.addLead')} />
      <ErrorSummary ui={ui} errors={errors} />
      <Form ui={ui} action={ui.href('/admin/networks')}>
        <BilingualField
          ui={ui}
          name="name"
          label={t('admin.settings.name')}
          value={{ en: entered['name.en'], es: entered['name.es'] }}
          errors={errors}
          maxlength={120}
        />
        <TextField
          ui={ui}
          name="slug"
          label={t('admin.networks.slug')}
          hint={t('admin.networks.slugHint')}
          value={entered.slug}
          errors={errors}
          maxlength={40}
          spellcheck={false}
          autocomplete="off"
        />
        <Select
          ui={ui}
          name="timezone"
          label={t('admin.settings.timezone')}
          options={zoneOptions(ctx.locale, entered.timezone || 'America/Chicago')}
          value={entered.timezone}
          errors={errors}
        />
        <Checkboxes
          ui={ui}
          name="languages"
          label={t('admin.settings.languages')}
          options={languageOptions(req)}
          values={languages}
          errors={errors}
          row
        />
        <Radios
          ui={ui}
          name="defaultLocale"
          label={t('admin.settings.defaultLocale')}
          options={languageOptions(req)}
          value={entered.defaultLocale}
          errors={errors}
          row
        />
        <Actions>
          <Submit>{t('admin.networks.addButton')}</Submit>
        </Actions>
      </Form>
    </Layout>
  );
}
