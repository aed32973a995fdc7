/** People and roles: who works here, what each may do, and giving and ending roles. */
import { pick, type Req, redirect } from '#kernel';
import {
  Actions,
  Alert,
  DateText,
  type FieldErrors,
  Form,
  LinkButton,
  Select,
  Submit,
  SummaryList,
  Table,
  Tag,
} from '#ui';
import { orAgain } from '../forms.ts';
import { endRole, grantRole, listPeople, networkRoles, type PersonRow, readPerson } from '../people.ts';
import { adminPath, AdminPage } from './frame.tsx';

/** Every role that can be given in a network, in words. */
const rolesOf = (req: Req): Map<string, string> =>
  new Map(networkRoles(req.ctx).map(([role, label]) => [role, req.ctx.t(label)]));

export async function peoplePage(req: Req) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const people = await listPeople(ctx, {});
  const names = rolesOf(req);
  const words = (person: PersonRow) => person.roles.map((grant) => names.get(grant.role) ?? grant.role).join(', ');
  return (
    <AdminPage
      req={req}
      tab="/admin/people"
      title={t('admin.people.title')}
      lead={t('admin.people.lead')}
      actions={<LinkButton href={ui.href(adminPath(req, '/invitations'))}>{t('admin.people.invite')}</LinkButton>}
    >
      <Table
        ui={ui}
        caption={t('admin.people.title')}
        captionHidden
        rows={people}
        columns={[
          {
            key: 'name',
            label: t('admin.people.name'),
            cell: (person) => (
              <>
                <a href={ui.href(adminPath(req, `/people/${person.id}`))}>{person.name}</a>{' '}
                {person.disabled && <Tag>{t('admin.people.disabled')}</Tag>}
              </>
            ),
          },
          { key: 'agency', label: t('admin.people.agency'), cell: (person) => pick(person.agency, ctx.locale) },
          { key: 'roles', label: t('admin.people.roles'), cell: (person) => words(person) || t('admin.people.noRole') },
        ]}
      />
    </AdminPage>
  );
}

export const personPage = (req: Req) => drawPerson(req, req.params.id ?? '');

export async function roleGranted(req: Req) {
  const { fields } = await req.form();
  const personId = req.params.id ?? '';
  await readPerson(req.ctx, personId);
  return orAgain(
    req,
    async () => {
      await grantRole(req.ctx, { personId, role: fields.role ?? '' });
      return redirect(req, adminPath(req, `/people/${personId}`), { said: 'admin.said.roleGranted' });
    },
    (errors) => drawPerson(req, personId, errors),
  );
}

export async function roleEnded(req: Req) {
  const grantId = req.params.id ?? '';
  const { fields } = await req.form();
  const personId = fields.person ?? '';
  return orAgain(
    req,
    async () => {
      const ended = await endRole(req.ctx, { grantId });
      const own = req.ctx.actor.kind === 'person' && req.ctx.actor.personId === ended.person_id;
      // Who ended their own administration can no longer see these pages.
      if (own && ended.role === 'network_admin') {
        return redirect(req, `/${req.ctx.network!.slug}`, { said: 'admin.said.roleEnded' });
      }
      return redirect(req, adminPath(req, `/people/${ended.person_id}`), { said: 'admin.said.roleEnded' });
    },
    (errors) => drawPerson(req, personId, errors),
  );
}

async function drawPerson(req: Req, personId: string, errors?: FieldErrors) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const person = await readPerson(ctx, personId);
  const names = rolesOf(req);
  const held = new Set(person.roles.map((grant) => grant.role));
  const open = [...names].filter(([role]) => !held.has(role));
  return (
    <AdminPage
      req={req}
      tab="/admin/people"
      title={person.name}
      actions={<a href={ui.href(adminPath(req, `/accounts/${person.id}`))}>{t('admin.people.account')}</a>}
      errors={errors}
      up={{ label: t('admin.people.title'), path: '/admin/people' }}
    >
      {person.disabled && (
        <Alert kind="info" announce={false}>
          {t('admin.people.closed')}
        </Alert>
      )}
      <SummaryList
        facts={[
          { term: t('admin.people.email'), value: person.email },
          { term: t('admin.people.agency'), value: pick(person.agency, ctx.locale) },
        ]}
      />
      <div class="wm-section">
        <Table
          ui={ui}
          caption={t('admin.people.roles')}
          rows={person.roles}
          empty={t('admin.people.noRole')}
          columns={[
            { key: 'role', label: t('admin.people.role'), cell: (grant) => names.get(grant.role) ?? grant.role },
            {
              key: 'since',
              label: t('admin.people.since'),
              cell: (grant) => <DateText ui={ui} date={grant.grantedAt} />,
            },
            {
              key: 'end',
              label: t('admin.people.endRole'),
              quiet: true,
              cell: (grant) => (
                <Form ui={ui} action={ui.href(adminPath(req, `/roles/${grant.id}/end`))}>
                  <input type="hidden" name="person" value={person.id} />
                  <button class="wm-linkbutton wm-nowrap" type="submit">
                    {t('admin.people.endRole')}
                    <span class="wm-sr"> {names.get(grant.role) ?? grant.role}</span>
                  </button>
                </Form>
              ),
            },
          ]}
        />
      </div>
      {!person.disabled && open.length > 0 && (
        <Form ui={ui} action={ui.href(adminPath(req, `/people/${person.id}/roles`))}>
          <Select
            ui={ui}
            name="role"
            label={t('admin.people.give')}
            hint={t('admin.people.giveHint')}
            blank={t('admin.choose')}
            options={open.map(([value, label]) => ({ value, label }))}
            errors={errors}
          />
          <Actions>
            <Submit>{t('admin.people.giveButton')}</Submit>
          </Actions>
        </Form>
      )}
    </AdminPage>
  );
}
