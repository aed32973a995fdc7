/** Agencies of the network: the list, adding a new one, letting one of the deployment join, and renaming. */
import { pick, type Req, redirect } from '#kernel';
import {
  Actions,
  BilingualField,
  DateText,
  type FieldErrors,
  Form,
  LinkButton,
  NumberText,
  Section,
  Select,
  Submit,
  Table,
} from '#ui';
import { addAgency, joinAgency, listAgencies, otherAgencies, readAgency, renameAgency } from '../agencies.ts';
import { orAgain } from '../forms.ts';
import { adminPath, AdminPage } from './frame.tsx';

export async function agenciesPage(req: Req) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const agencies = await listAgencies(ctx);
  return (
    <AdminPage
      req={req}
      tab="/admin/agencies"
      title={t('admin.agencies.title')}
      lead={t('admin.agencies.lead')}
      actions={<LinkButton href={ui.href(adminPath(req, '/agencies/new'))}>{t('admin.agencies.add')}</LinkButton>}
    >
      <Table
        ui={ui}
        caption={t('admin.agencies.title')}
        captionHidden
        rows={agencies}
        empty={t('admin.agencies.none')}
        columns={[
          {
            key: 'name',
            label: t('admin.agencies.name'),
            cell: (agency) => (
              <a href={ui.href(adminPath(req, `/agencies/${agency.id}`))}>{pick(agency.name, ctx.locale)}</a>
            ),
          },
          {
            key: 'people',
            label: t('admin.agencies.people'),
            numeric: true,
            cell: (agency) => <NumberText ui={ui} value={agency.people} />,
          },
          {
            key: 'joined',
            label: t('admin.agencies.joined'),
            cell: (agency) => <DateText ui={ui} date={agency.joinedOn} />,
          },
        ]}
      />
    </AdminPage>
  );
}

export const newAgencyPage = (req: Req) => drawNew(req, {});

export async function agencyAdded(req: Req) {
  const { fields } = await req.form();
  return orAgain(
    req,
    async () => {
      await addAgency(req.ctx, fields as never);
      return redirect(req, adminPath(req, '/agencies'), { said: 'admin.said.agencyAdded' });
    },
    (errors) => drawNew(req, fields, errors),
  );
}

export async function agencyJoined(req: Req) {
  const { fields } = await req.form();
  return orAgain(
    req,
    async () => {
      await joinAgency(req.ctx, { agencyId: fields.agencyId ?? '' });
      return redirect(req, adminPath(req, '/agencies'), { said: 'admin.said.agencyJoined' });
    },
    (errors) => drawNew(req, fields, errors),
  );
}

async function drawNew(req: Req, entered: Record<string, string>, errors?: FieldErrors) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const others = await otherAgencies(ctx);
  return (
    <AdminPage
      req={req}
      tab="/admin/agencies"
      title={t('admin.agencies.add')}
      errors={errors}
      up={{ label: t('admin.agencies.title'), path: '/admin/agencies' }}
    >
      <Form ui={ui} action={ui.href(adminPath(req, '/agencies'))}>
        <BilingualField
          ui={ui}
          name="name"
          label={t('admin.agencies.name')}
          value={{ en: entered['name.en'], es: entered['name.es'] }}
          errors={errors}
          maxlength={160}
        />
        <Actions>
          <Submit>{t('admin.agencies.addButton')}</Submit>
        </Actions>
      </Form>
      {others.length > 0 && (
        <Section title={t('admin.agencies.join')}>
          <p>{t('admin.agencies.joinLead')}</p>
          <Form ui={ui} action={ui.href(adminPath(req, '/agencies/members'))}>
            <Select
              ui={ui}
              name="agencyId"
              label={t('admin.agencies.which')}
              blank={t('admin.choose')}
              options={others.map((agency) => ({ value: agency.id, label: pick(agency.name, ctx.locale) }))}
              value={entered.agencyId}
              errors={errors}
            />
            <Actions>
              <Submit kind="outline">{t('admin.agencies.joinButton')}</Submit>
            </Actions>
          </Form>
        </Section>
      )}
    </AdminPage>
  );
}

export const agencyPage = (req: Req) => drawAgency(req);

export async function agencyRenamed(req: Req) {
  const { fields } = await req.form();
  const agency = await readAgency(req.ctx, req.params.id ?? '');
  return orAgain(
    req,
    async () => {
      await renameAgency(req.ctx, { ...fields, agencyId: agency.id } as never);
      return redirect(req, adminPath(req, '/agencies'), { said: 'admin.said.agencyRenamed' });
    },
    (errors) => drawAgency(req, fields, errors),
  );
}

async function drawAgency(req: Req, entered?: Record<string, string>, errors?: FieldErrors) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const agency = await readAgency(ctx, req.params.id ?? '');
  return (
    <AdminPage
      req={req}
      tab="/admin/agencies"
      title={pick(agency.name, ctx.locale)}
      lead={t('admin.agencies.since', { count: agency.people })}
      errors={errors}
      up={{ label: t('admin.agencies.title'), path: '/admin/agencies' }}
    >
      <Form ui={ui} action={ui.href(adminPath(req, `/agencies/${agency.id}`))}>
        <BilingualField
          ui={ui}
          name="name"
          label={t('admin.agencies.name')}
          value={entered ? { en: entered['name.en'], es: entered['name.es'] } : agency.name}
          errors={errors}
          maxlength={160}
        />
        <Actions>
          <Submit>{t('admin.save')}</Submit>
        </Actions>
      </Form>
    </AdminPage>
  );
}
