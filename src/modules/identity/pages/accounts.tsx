/** One person's account as administrators see it, and recovery by two of them. */
import { identity, page, pick, type Req } from '#kernel';
import {
  Actions,
  Alert,
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
  Table,
  TextArea,
} from '#ui';
import { done, orAgain } from '../forms.ts';
import { base, HandOver, roleNames, Sessions } from './parts.tsx';

async function accessPage(req: Req, errors?: FieldErrors, reason?: string) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const person = await identity.viewAccess(ctx, { id: req.params.id! });
  const path = `${base(req)}/accounts/${person.id}`;
  const self = identity.personOf(ctx).personId === person.id;
  const mayDisable = identity.personOf(ctx).roles.has('network_admin');
  return (
    <Layout ui={ui} title={person.name} kind="staff">
      <PageHeader title={person.name} eyebrow={t('identity.access.title')} />
      <ErrorSummary ui={ui} errors={errors} />
      {person.disabledAt && <Alert kind="warning">{t('identity.access.isOff')}</Alert>}
      <SummaryList
        facts={[
          { term: t('identity.field.email'), value: person.email },
          { term: t('identity.field.agency'), value: pick(person.agency, ctx.locale) },
          {
            term: t('identity.field.roles'),
            value: person.roles.length > 0 ? roleNames(req, person.roles) : t('identity.access.noRole'),
          },
          {
            term: t('identity.access.ways'),
            value: t('identity.access.waysText', {
              passkeys: person.ways.passkeys,
              password: String(person.ways.password),
              links: person.ways.links,
            }),
          },
          { term: t('identity.access.since'), value: <DateText ui={ui} date={person.createdAt} /> },
        ]}
      />
      {!person.onlyHere && <Alert kind="info">{t('identity.access.elsewhere')}</Alert>}
      {person.onlyHere && (
        <Section title={t('identity.session.title')}>
          <Sessions req={req} ui={ui} rows={person.sessions} />
          {person.sessions.length > 0 && (
            <Form ui={ui} action={ui.href(`${path}/sessions/end`)}>
              <Button kind="outline">{t('identity.access.endSessions')}</Button>
            </Form>
          )}
        </Section>
      )}
      {person.onlyHere && !self && !person.disabledAt && (
        <Section title={t('identity.recovery.start')}>
          <p>{t('identity.recovery.startLead')}</p>
          <Form ui={ui} action={ui.href(`${path}/recovery`)}>
            <TextArea
              ui={ui}
              name="reason"
              label={t('identity.recovery.reason')}
              hint={t('identity.recovery.reasonHint')}
              value={reason}
              rows={3}
              errors={errors}
            />
            <Actions>
              <Submit kind="outline">{t('identity.recovery.start')}</Submit>
              <a href={ui.href(`${base(req)}/recoveries`)}>{t('identity.recovery.all')}</a>
            </Actions>
          </Form>
        </Section>
      )}
      {person.onlyHere && !self && mayDisable && (
        <Section title={t(person.disabledAt ? 'identity.access.on' : 'identity.access.off')}>
          <p>{t(person.disabledAt ? 'identity.access.onLead' : 'identity.access.offLead')}</p>
          <Form ui={ui} action={ui.href(`${path}/${person.disabledAt ? 'enabling' : 'disabling'}`)}>
            <Button kind={person.disabledAt ? 'outline' : 'danger'}>
              {t(person.disabledAt ? 'identity.access.on' : 'identity.access.off')}
            </Button>
          </Form>
        </Section>
      )}
    </Layout>
  );
}

export const showAccess = (req: Req) => accessPage(req);

/** A change of one account, and back to its page with a notice. */
const accessChange =
  (change: (req: Req) => Promise<unknown>, said: string) =>
  (req: Req): Promise<Response> =>
    orAgain(
      req,
      async () => {
        await change(req);
        return done(req, `${base(req)}/accounts/${req.params.id}`, said);
      },
      (errors) => accessPage(req, errors),
    );

const idOf = (req: Req) => ({ id: req.params.id! });
export const submitSessionsEnd = accessChange((req) => identity.endPersonSessions(req.ctx, idOf(req)), 'sessionEnded');
export const submitDisabling = accessChange((req) => identity.disablePerson(req.ctx, idOf(req)), 'disabled');
export const submitEnabling = accessChange((req) => identity.enablePerson(req.ctx, idOf(req)), 'enabled');

export async function submitRecoveryStart(req: Req): Promise<Response> {
  const { reason = '' } = (await req.form()).fields;
  return orAgain(
    req,
    async () => {
      await identity.startRecovery(req.ctx, { personId: req.params.id!, reason });
      return done(req, `${base(req)}/recoveries`, 'recoveryStarted');
    },
    (errors) => accessPage(req, errors, reason),
  );
}

async function recoveriesPage(req: Req, shown: { errors?: FieldErrors; link?: string | null } = {}) {
  const { ui, ctx } = req;
  const { t } = ctx;
  const rows = await identity.viewRecoveries(ctx, undefined);
  const self = identity.personOf(ctx).personId;
  const path = `${base(req)}/recoveries`;
  return (
    <Layout ui={ui} title={t('identity.recovery.title')} kind="staff">
      <PageHeader title={t('identity.recovery.title')} lead={t('identity.recovery.lead')} />
      <ErrorSummary ui={ui} errors={shown.errors} />
      {shown.link && <HandOver req={req} link={shown.link} />}
      <Table
        ui={ui}
        caption={t('identity.recovery.title')}
        captionHidden
        rows={rows}
        empty={t('identity.recovery.none')}
        columns={[
          {
            key: 'name',
            label: t('identity.field.name'),
            cell: (row) => <a href={ui.href(`${base(req)}/accounts/${row.personId}`)}>{row.name}</a>,
          },
          { key: 'reason', label: t('identity.recovery.reason'), cell: (row) => row.reason },
          {
            key: 'started',
            label: t('identity.recovery.started'),
            cell: (row) => (
              <>
                {row.startedBy}, <DateText ui={ui} date={row.startedAt} />
              </>
            ),
          },
          {
            key: 'state',
            label: t('identity.field.state'),
            cell: (row) => t(`identity.recovery.state.${row.state}`, { name: row.confirmedBy ?? '' }),
          },
          {
            key: 'act',
            label: t('identity.field.action'),
            quiet: true,
            cell: (row) => (
              <div class="wm-row">
                {row.state === 'started' && row.startedById !== self && row.personId !== self && (
                  <Form ui={ui} action={ui.href(`${path}/${row.id}/confirmation`)}>
                    <Button>{t('identity.recovery.confirm')}</Button>
                  </Form>
                )}
                {(row.state === 'started' || row.state === 'confirmed') && (
                  <Form ui={ui} action={ui.href(`${path}/${row.id}/cancellation`)}>
                    <Button kind="outline">{t('identity.recovery.cancel')}</Button>
                  </Form>
                )}
              </div>
            ),
          },
        ]}
      />
    </Layout>
  );
}

export const showRecoveries = (req: Req) => recoveriesPage(req);

export const submitRecoveryConfirmation = (req: Req): Promise<Response> =>
  orAgain(
    req,
    async () => {
      const { link } = await identity.confirmRecovery(req.ctx, idOf(req));
      return link
        ? page(await recoveriesPage(req, { link }))
        : done(req, `${base(req)}/recoveries`, 'recoveryConfirmed');
    },
    (errors) => recoveriesPage(req, { errors }),
  );

export const submitRecoveryCancellation = (req: Req): Promise<Response> =>
  orAgain(
    req,
    async () => {
      await identity.cancelRecovery(req.ctx, idOf(req));
      return done(req, `${base(req)}/recoveries`, 'recoveryCancelled');
    },
    (errors) => recoveriesPage(req, { errors }),
  );
