/** The first set-up: who administers, which network, which agency. Opened by the link that the server prints; afterwards the person chooses how to sign in. */
import { identity, Problem, redirect, type Req } from '#kernel';
import {
  Actions,
  ErrorSummary,
  type FieldErrors,
  FieldGroup,
  Form,
  Layout,
  PageHeader,
  Select,
  Steps,
  Submit,
  TextField,
} from '#ui';
import { orAgain } from '../forms.ts';

/** Time zones of the United States, named in the reader's language. */
const zones = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'America/Puerto_Rico',
  'Pacific/Guam',
];

function zoneName(locale: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' }).formatToParts(0);
  return `${parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone} (${timeZone.split('/')[1]?.replaceAll('_', ' ')})`;
}

function setupPage(req: Req, values: Record<string, string>, errors?: FieldErrors) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const field = (name: string, label: string) => ({ ui, name, label: t(label), value: values[name], errors });
  return (
    <Layout ui={ui} title={t('identity.setup.title')} kind="staff">
      <PageHeader title={t('identity.setup.title')} lead={t('identity.setup.lead')} />
      <ErrorSummary ui={ui} errors={errors} />
      <Steps ui={ui} steps={[t('identity.setup.step1'), t('identity.setup.step2')]} current={0} />
      <Form ui={ui} action={ui.href(req.path)}>
        <FieldGroup legend={t('identity.setup.you')}>
          <TextField {...field('name', 'identity.field.name')} autocomplete="name" />
          <TextField {...field('email', 'identity.field.email')} type="email" autocomplete="email" />
        </FieldGroup>
        <FieldGroup legend={t('identity.setup.network')}>
          <TextField
            {...field('networkName', 'identity.setup.networkName')}
            hint={t('identity.setup.networkNameHint')}
            lang="en"
          />
          <TextField {...field('networkNameEs', 'identity.setup.networkNameEs')} lang="es" optional />
          <TextField
            {...field('slug', 'identity.setup.slug')}
            hint={t('identity.setup.slugHint', { address: `${ctx.app.config.baseUrl}/harbor` })}
            spellcheck={false}
          />
          <Select
            ui={ui}
            name="timezone"
            label={t('identity.setup.timezone')}
            value={values.timezone ?? 'America/Chicago'}
            options={zones.map((zone) => ({ value: zone, label: zoneName(ctx.locale, zone) }))}
            errors={errors}
          />
          <TextField {...field('agency', 'identity.setup.agency')} hint={t('identity.setup.agencyHint')} />
        </FieldGroup>
        <Actions>
          <Submit>{t('identity.setup.submit')}</Submit>
        </Actions>
      </Form>
    </Layout>
  );
}

export async function showSetup(req: Req) {
  if (!(await identity.setupOpen(req.ctx.app, req.params.token!))) throw Problem.linkOver('identity.problem.linkOver');
  return setupPage(req, {});
}

export async function submitSetup(req: Req): Promise<Response> {
  const { fields } = await req.form();
  return orAgain(
    req,
    async () => {
      const token = req.params.token!;
      const input = { ...fields, locale: req.ctx.locale, token } as Parameters<typeof identity.setUp>[1];
      const { slug } = await identity.setUp(req.ctx, input);
      return redirect(req, `/${slug}/join/${token}`);
    },
    (errors) => setupPage(req, fields, errors),
  );
}
