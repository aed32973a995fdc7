/** Invitations: whom, into which agency, with which roles; and, for an agency's administrator, who is there already. */
import { identity, page, pick, type Req } from '#kernel';
import {
  Actions,
  Button,
  Checkboxes,
  DateText,
  ErrorSummary,
  type FieldErrors,
  Form,
  Layout,
  PageHeader,
  Section,
  Select,
  Submit,
  Table,
  TextField,
} from '#ui';
import { done, orAgain } from '../forms.ts';
import { base, HandOver, roleNames } from './parts.tsx';

/** The people of the reader's own agency, for its administrator; the network's list of people is the network's administrators'. */
function Colleagues({ req, people }: { req: Req; people: Awaited<ReturnType<typeof identity.viewColleagues>> }) {
  const { ui, ctx } = req;
  const { t } = ctx;
  return (
    <Section title={t('identity.access.colleagues')}>
      <Table
        ui={ui}
        caption={t('identity.access.colleagues')}
        captionHidden
        rows={people}
        columns={[
          {
            key: 'name',
            label: t('identity.field.name'),
            cell: (row) => <a href={ui.href(`${base(req)}/accounts/${row.id}`)}>{row.name}</a>,
          },
          { key: 'email', label: t('identity.field.email'), cell: (row) => row.email },
          {
            key: 'roles',
            label: t('identity.field.roles'),
            cell: (row) =>
              row.disabled
                ? t('identity.access.isOff')
                : row.roles.length > 0
                  ? roleNames(req, row.roles)
                  : t('identity.access.noRole'),
          },
        ]}
      />
    </Section>
  );
}

interface InvitationForm {
  errors?: FieldErrors;
  fields?: Record<string, string>;
  roles?: string[];
  link?: string | null;
}

async function invitationsPage(req: Req, shown: InvitationForm = {}) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const [rows, choices] = [await identity.viewInvitations(ctx, undefined), await identity.viewChoices(ctx, undefined)];
  const leads = identity.personOf(ctx).roles.has('agency_admin');
  const colleagues = leads ? await identity.viewColleagues(ctx, undefined) : null;
  const { errors, fields = {} } = shown;
  return (
    <Layout ui={ui} title={t('identity.invitation.title')} kind="staff">
      <PageHeader title={t('identity.invitation.title')} lead={t('identity.invitation.lead')} />
      <ErrorSummary ui={ui} errors={errors} />
      {shown.link && <HandOver req={req} link={shown.link} />}
      {colleagues && <Colleagues req={req} people={colleagues} />}
      <Section title={t('identity.invitation.new')}>
        <Form ui={ui} action={ui.href(`${base(req)}/invitations`)}>
          <TextField
            ui={ui}
            name="email"
            type="email"
            label={t('identity.field.email')}
            value={fields.email}
            autocomplete="off"
            errors={errors}
          />
          <TextField
            ui={ui}
            name="name"
            label={t('identity.field.name')}
            value={fields.name}
            autocomplete="off"
            errors={errors}
          />
          <Select
            ui={ui}
            name="agencyId"
            label={t('identity.field.agency')}
            hint={t('identity.invitation.agencyHint')}
            blank={choices.agencies.length > 1 ? t('identity.invitation.choose') : undefined}
            value={fields.agencyId}
            options={choices.agencies.map((agency) => ({ value: agency.id, label: pick(agency.name, ctx.locale) }))}
            errors={errors}
          />
          <Checkboxes
            ui={ui}
            name="roles"
            label={t('identity.field.roles')}
            values={shown.roles}
            options={choices.roles.map((role) => ({ value: role, label: roleNames(req, [role]) }))}
            errors={errors}
          />
          <Select
            ui={ui}
            name="locale"
            label={t('identity.invitation.locale')}
            value={fields.locale ?? ctx.locale}
            options={[
              { value: 'en', label: t('ui.language.en') },
              { value: 'es', label: t('ui.language.es') },
            ]}
            errors={errors}
          />
          <Actions>
            <Submit>{t('identity.invitation.send')}</Submit>
          </Actions>
        </Form>
      </Section>
      <Section title={t('identity.invitation.sent')}>
        <Table
          ui={ui}
          caption={t('identity.invitation.sent')}
          captionHidden
          rows={rows}
          empty={t('identity.invitation.none')}
          columns={[
            { key: 'name', label: t('identity.field.name'), cell: (row) => row.name },
            { key: 'email', label: t('identity.field.email'), cell: (row) => row.email },
            { key: 'roles', label: t('identity.field.roles'), cell: (row) => roleNames(req, row.roles) },
            {
              key: 'state',
              label: t('identity.field.state'),
              cell: (row) => (
                <>
                  {t(`identity.invitation.state.${row.state}`)}
                  {row.state === 'open' && (
                    <>
                      {', '}
                      {t('identity.invitation.until')} <DateText ui={ui} date={row.expiresAt} />
                    </>
                  )}
                </>
              ),
            },
            {
              key: 'revoke',
              label: t('identity.field.action'),
              quiet: true,
              cell: (row) =>
                row.state === 'open' ? (
                  <Form ui={ui} action={ui.href(`${base(req)}/invitations/${row.id}/revocation`)}>
                    <Button kind="outline">{t('identity.invitation.revoke')}</Button>
                  </Form>
                ) : null,
            },
          ]}
        />
      </Section>
    </Layout>
  );
}

export const showInvitations = (req: Req) => invitationsPage(req);

export async function submitInvitation(req: Req): Promise<Response> {
  const { fields, lists } = await req.form();
  const roles = lists.roles ?? [];
  return orAgain(
    req,
    async () => {
      const { email = '', name = '', agencyId = '' } = fields;
      const { link } = await identity.invite(req.ctx, { email, name, agencyId, roles, locale: fields.locale as 'en' });
      return link ? page(await invitationsPage(req, { link })) : done(req, `${base(req)}/invitations`, 'invited');
    },
    (errors) => invitationsPage(req, { errors, fields, roles }),
  );
}

export const submitRevocation = (req: Req): Promise<Response> =>
  orAgain(
    req,
    async () => {
      await identity.revokeInvitation(req.ctx, { id: req.params.id! });
      return done(req, `${base(req)}/invitations`, 'revoked');
    },
    (errors) => invitationsPage(req, { errors }),
  );
