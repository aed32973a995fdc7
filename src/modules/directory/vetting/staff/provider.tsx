/** One provider on its way: where it stands, what is next, what was found, and who speaks for it. */
import { type Req, redirect } from '#kernel';
import {
  Actions,
  Alert,
  Checkboxes,
  DateField,
  DateText,
  Details,
  Empty,
  ErrorSummary,
  Form,
  formatDay,
  Hidden,
  LinkButton,
  Section,
  Select,
  Submit,
  Table,
  TextArea,
} from '#ui';
import { recordName } from '../../pages/said.tsx';
import { linkProvider, unlinkProvider } from '../accounts.ts';
import { decideListing, recordMove, recordStep, type simpleMoves } from '../actions.ts';
import { askForVisit, endVisit } from '../visits.ts';
import { inLocale } from '../words.ts';
import { evidenceLabel, NextStep, OtherMoves } from './forms.tsx';
import { attempt, base, blank, reading, type Refused, VettingPage } from './frame.tsx';
import { type ProviderView, readProvider } from './read.ts';
import { Report, StepsDone, Story } from './story.tsx';

const home = (req: Req) => base(req.ctx, `/${req.params.id ?? ''}`);

export async function providerPage(req: Req, refused: Refused = blank) {
  const { ui, ctx } = req;
  const view = await reading(ctx, (tx) => readProvider(tx, ctx, req.params.id ?? ''));
  const given = { req, view, refused };
  const { at } = view;
  return (
    <VettingPage
      req={req}
      title={view.name}
      eyebrow={ui.t(`directory.vetting.state.${at.state}`)}
      lead={ui.t(`directory.vetting.stateLead.${at.state}`)}
      crumbs={[{ label: ui.t('directory.vetting.queue.title'), href: ui.href(base(ctx)) }, { label: view.name }]}
      actions={
        view.applied && (
          <LinkButton kind="outline" href={ui.href(`${home(req)}/application`)}>
            {ui.t('directory.vetting.application.see')}
          </LinkButton>
        )
      }
    >
      <ErrorSummary ui={ui} errors={refused.errors} labels={(name) => evidenceLabel(ui, name)} />
      {at.doNotContact && (
        <Alert kind="warning" announce={false} title={ui.t('directory.vetting.doNotContact')}>
          {ui.t('directory.vetting.doNotContactLead')}
        </Alert>
      )}
      {view.proposals.map((proposal) => (
        <p>
          <a href={ui.href(base(ctx, `/changes/${proposal.id}`))}>{ui.t('directory.vetting.change.waits')}</a>
        </p>
      ))}
      <Section title={ui.t('directory.vetting.next')} id="next">
        <NextStep {...given} />
      </Section>
      <Section title={ui.t('directory.vetting.steps')}>
        <StepsDone ui={ui} view={view} />
      </Section>
      <Visits {...given} />
      <Accounts {...given} />
      <Section title={ui.t('directory.vetting.other')}>
        <OtherMoves {...given} />
      </Section>
      <Section title={ui.t('directory.vetting.story')}>
        {view.events.length === 0 ? <Empty>{ui.t('directory.vetting.noStory')}</Empty> : <Story ui={ui} view={view} />}
      </Section>
    </VettingPage>
  );
}

interface Given {
  req: Req;
  view: ProviderView;
  refused: Refused;
}

function Visits({ req, view, refused }: Given) {
  const { ui } = req;
  const { values, errors } = refused;
  const hidden = view.records.filter((rec) => rec.confidential);
  return (
    <Section title={ui.t('directory.vetting.visit.title')} id="visits">
      <ul class="wm-plain-list">
        {view.visits.map((visit) => (
          <li>
            <p>
              {visit.visitor} ·{' '}
              {visit.reported_at ? (
                ui.t('directory.vetting.visit.done', { day: formatDay(ui.locale, visit.visited_on ?? '') })
              ) : visit.ended_at ? (
                ui.t('directory.vetting.visit.ended')
              ) : visit.due_on ? (
                <>
                  {ui.t('directory.vetting.visit.due')} <DateText ui={ui} date={visit.due_on} />
                </>
              ) : (
                ui.t('directory.vetting.visit.asked')
              )}
            </p>
            {visit.report ? (
              <Details summary={ui.t('directory.vetting.visit.report')}>
                <Report ui={ui} report={visit.report} />
              </Details>
            ) : (
              !visit.ended_at && (
                <div class="wm-row">
                  <a href={ui.href(`/${req.ctx.network!.slug}/staff/visits/${visit.id}`)}>
                    {ui.t('directory.vetting.visit.paper')}
                  </a>
                  <Form ui={ui} action={ui.href(`${home(req)}/visits/end`)}>
                    <Hidden name="visit" value={visit.id} />
                    <Submit kind="outline">{ui.t('directory.vetting.visit.end')}</Submit>
                  </Form>
                </div>
              )
            )}
          </li>
        ))}
      </ul>
      <Details summary={ui.t('directory.vetting.visit.ask')} open={values.form === 'visit'}>
        {view.visitors.length === 0 ? (
          <p>{ui.t('directory.vetting.visit.nobody')}</p>
        ) : (
          <Form ui={ui} action={ui.href(`${home(req)}/visits`)}>
            <Hidden name="form" value="visit" />
            <p>{ui.t('directory.vetting.visit.lead')}</p>
            <Select
              ui={ui}
              name="visitor"
              label={ui.t('directory.vetting.visit.who')}
              blank={ui.t('directory.vetting.choose')}
              value={values.visitor}
              errors={errors}
              options={view.visitors.map(({ id, name, agency }) => ({
                value: id,
                label: `${name} (${inLocale(agency, ui.locale)})`,
              }))}
            />
            <DateField
              ui={ui}
              name="dueOn"
              label={ui.t('directory.vetting.visit.dueOn')}
              value={values.dueOn}
              errors={errors}
              optional
            />
            <TextArea
              ui={ui}
              name="visitNote"
              label={ui.t('directory.vetting.visit.note')}
              hint={ui.t('directory.vetting.visit.noteHint')}
              value={values.visitNote}
              rows={3}
              optional
            />
            {hidden.length > 0 && (
              <Checkboxes
                ui={ui}
                name="places"
                label={ui.t('directory.vetting.visit.places')}
                hint={ui.t('directory.vetting.visit.placesHint')}
                optional
                options={hidden.map((rec) => ({ value: rec.id, label: recordName(ui, rec) }))}
              />
            )}
            <Actions>
              <Submit>{ui.t('directory.vetting.visit.do')}</Submit>
            </Actions>
          </Form>
        )}
      </Details>
    </Section>
  );
}

function Accounts({ req, view, refused }: Given) {
  const { ui } = req;
  return (
    <Section title={ui.t('directory.vetting.account.title')} id="accounts">
      <Table
        ui={ui}
        caption={ui.t('directory.vetting.account.title')}
        captionHidden
        rows={view.accounts}
        empty={ui.t(view.free.length > 0 ? 'directory.vetting.account.none' : 'directory.vetting.account.hint')}
        columns={[
          { key: 'name', label: ui.t('directory.vetting.account.name'), cell: (row) => row.name },
          { key: 'email', label: ui.t('directory.vetting.account.email'), cell: (row) => row.email },
          {
            key: 'end',
            label: ui.t('directory.vetting.account.end'),
            quiet: true,
            cell: (row) => (
              <Form ui={ui} action={ui.href(`${home(req)}/accounts/end`)} label={row.name}>
                <Hidden name="account" value={row.id} />
                <Submit kind="outline">{ui.t('directory.vetting.account.end')}</Submit>
              </Form>
            ),
          },
        ]}
      />
      {view.free.length > 0 && (
        <Form ui={ui} action={ui.href(`${home(req)}/accounts`)}>
          <Select
            ui={ui}
            name="person"
            label={ui.t('directory.vetting.account.add')}
            hint={ui.t('directory.vetting.account.hint')}
            blank={ui.t('directory.vetting.choose')}
            errors={refused.errors}
            options={view.free.map(({ id, name, email }) => ({ value: id, label: `${name}, ${email}` }))}
          />
          <Actions>
            <Submit kind="outline">{ui.t('directory.vetting.account.do')}</Submit>
          </Actions>
        </Form>
      )}
    </Section>
  );
}

/** Runs an action from this page and comes back to it. */
const posting =
  (
    run: (req: Req, fields: Record<string, string>, lists: Record<string, string[]>) => Promise<unknown>,
    said: string,
  ) =>
  (req: Req) =>
    attempt(
      req,
      async () => {
        const { fields, lists } = await req.form();
        await run(req, fields, lists);
        return redirect(req, home(req), { said: `directory.vetting.said.${said}` });
      },
      (refused) => providerPage(req, refused),
    );

const organizationIn = (req: Req) => req.params.id ?? '';

export const postStep = posting(async (req, { step, on, _csrf, ...evidence }) => {
  await recordStep(req.ctx, { organization: organizationIn(req), step: step as 'called', on, evidence });
}, 'step');

export const postMove = posting(async (req, fields) => {
  const kind = fields.kind as (typeof simpleMoves)[number];
  await recordMove(req.ctx, {
    organization: organizationIn(req),
    kind,
    reason: fields.reason ?? fields[`reason-${kind}`] ?? '',
    ...(fields.step && { step: fields.step as 'called' }),
  });
}, 'moved');

export const postDecision = posting(async (req, fields) => {
  const decision = fields.decision as 'listed' | 'declined';
  await decideListing(req.ctx, {
    organization: organizationIn(req),
    decision,
    ...(decision === 'listed' && { audience: fields.audience as 'hotline' }),
    reason: fields.reason ?? fields['reason-declined'] ?? '',
    words: fields.words ?? '',
  });
}, 'decided');

export const postVisit = posting(async (req, fields, lists) => {
  await askForVisit(req.ctx, {
    organization: organizationIn(req),
    visitor: fields.visitor ?? '',
    dueOn: fields.dueOn ?? '',
    note: fields.visitNote ?? '',
    places: lists.places ?? (fields.places ? [fields.places] : []),
  });
}, 'asked');

export const postVisitEnd = posting((req, fields) => endVisit(req.ctx, { id: fields.visit ?? '' }), 'visitEnded');
export const postAccount = posting(
  (req, fields) => linkProvider(req.ctx, { organization: organizationIn(req), person: fields.person ?? '' }),
  'linked',
);
export const postAccountEnd = posting(
  (req, fields) => unlinkProvider(req.ctx, { id: fields.account ?? '' }),
  'unlinked',
);
