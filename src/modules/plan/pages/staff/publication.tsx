/**
 * Publishing, seen by each of the two: the editor reads what differs from the public page and asks; the approver reads the same, and goes on to
 * check and approve it (approval.tsx) or returns it with a reason.
 */
import { allows, type Req } from '#kernel';
import { Actions, Alert, DateText, Details, ErrorSummary, Form, LinkButton, Section, Submit, TextArea } from '#ui';
import { hiders } from '../../redaction.ts';
import { requestPublication, returnRevision, withdrawRevision } from '../../publishing.ts';
import type { Keeper } from '../../upkeep.ts';
import { bothTexts } from '../changes.tsx';
import { inLocale } from '../words.ts';
import { Changes } from './changes.tsx';
import { attempt, blank, type Refused } from './forms.ts';
import { base, draftedWords, mayApprove, mayEdit, me, PlanPage } from './frame.tsx';
import { anyDrafted, type ListedRevision } from './reading.ts';
import { at, done, type PublicationView, readPublication } from './publication-read.ts';
import { History } from './history.tsx';
import { HiddenNote } from './redaction.tsx';

export async function publicationPage(req: Req, form: Refused = blank) {
  const { ui, ctx } = req;
  const view = await readPublication(req);
  const { plan, next, waiting, drafted } = view;
  const any = anyDrafted(drafted);
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={next.fields}
      tab="publication"
      title={ui.t('plan.staff.tab.publication')}
      lead={ui.t('plan.staff.publication.lead')}
    >
      <ErrorSummary ui={ui} errors={form.errors} />
      {view.hidden && <HiddenNote ui={ui} href={ui.href(`${base(ctx, plan.slug)}/redactions#requests`)} />}
      {waiting ? (
        <Waiting req={req} view={view} waiting={waiting} form={form} />
      ) : any ? (
        <Ask req={req} view={view} form={form} />
      ) : (
        <p>{ui.t('plan.staff.bar.none')}</p>
      )}
      {waiting && any && <p class="wm-soft">{ui.t('plan.staff.bar.later', { what: draftedWords(ui, drafted) })}</p>}
      {(waiting || any) && <WhatChanges req={req} view={view} />}
      <History req={req} view={view} />
      {view.published && allows(hiders, ctx) && (
        <p>
          <a href={ui.href(`${base(ctx, plan.slug)}/redactions`)}>{ui.t('plan.staff.redaction.link')}</a>
        </p>
      )}
      {mayEdit(ctx) && view.published && (
        <p>
          <a href={ui.href(`/${ctx.network!.slug}/plans/${plan.slug}`)}>{ui.t('plan.staff.publication.public')}</a>
        </p>
      )}
    </PlanPage>
  );
}

function WhatChanges({ req, view }: { req: Req; view: PublicationView }) {
  const { ui } = req;
  const { changes, published, next } = view;
  const count = changes.length;
  return (
    <Section title={ui.t('plan.staff.changes.title')} id="changes">
      <p>
        {published
          ? count === 0
            ? ui.t('plan.staff.changes.none')
            : ui.t('plan.staff.changes.count', { count })
          : ui.t('plan.staff.changes.first', { count: next.items.length })}
      </p>
      <Changes
        req={req}
        state={next}
        changes={published ? changes : changes.filter(({ ref }) => ref > 0)}
        first={!published}
      />
    </Section>
  );
}

function Ask({ req, view, form }: { req: Req; view: PublicationView; form: Refused }) {
  const { ui, ctx } = req;
  if (!mayEdit(ctx)) return <p>{ui.t('plan.staff.bar.drafted', { what: draftedWords(ui, view.drafted) })}</p>;
  return (
    <>
      <p>
        {ui.t('plan.staff.bar.drafted', { what: draftedWords(ui, view.drafted) })} {ui.t('plan.staff.bar.notPublic')}
      </p>
      <MayApprove req={req} people={view.approvers} />
      <Form ui={ui} action={ui.href(`${at(req)}/requests`)} unsaved>
        <TextArea
          ui={ui}
          name="note"
          label={ui.t('plan.staff.publication.note')}
          hint={ui.t('plan.staff.publication.noteHint')}
          value={form.values.note}
          errors={form.errors}
          rows={3}
          maxlength={1000}
          lang="en"
          optional
        />
        <TextArea
          ui={ui}
          name="noteEs"
          label={ui.t('plan.staff.publication.noteEs')}
          value={form.values.noteEs}
          errors={form.errors}
          rows={3}
          maxlength={1000}
          lang="es"
          optional
        />
        <Actions>
          <Submit>{ui.t('plan.staff.bar.ask')}</Submit>
        </Actions>
      </Form>
    </>
  );
}

const MayApprove = ({ req: { ui }, people }: { req: Req; people: Keeper[] }) =>
  people.length > 0 ? (
    <p>{ui.t('plan.staff.publication.mayApprove', { names: people.map(({ name }) => name).join(', ') })}</p>
  ) : (
    <Alert kind="warning" announce={false}>
      {ui.t('plan.staff.publication.nobody')}
    </Alert>
  );

/** The waiting revision: to its asker, who may take it back; to others, who may approve or return it. */
function Waiting({
  req,
  view,
  waiting,
  form,
}: {
  req: Req;
  view: PublicationView;
  waiting: ListedRevision;
  form: Refused;
}) {
  const { ui, ctx } = req;
  const mine = waiting.askedBy === me(ctx);
  return (
    <>
      <Alert kind="info" announce={false} title={ui.t('plan.staff.bar.waiting', { n: waiting.n })}>
        <p>
          {ui.t('plan.staff.publication.askedBy', { who: waiting.askedByName })}{' '}
          <DateText ui={ui} date={waiting.askedAt} />
        </p>
        {inLocale(waiting.note, ui.locale) && <p class="wm-lines">{bothTexts(waiting.note)}</p>}
      </Alert>
      {mine && <MayApprove req={req} people={view.approvers} />}
      {mine && mayEdit(ctx) && (
        <Form ui={ui} action={ui.href(`${at(req)}/withdrawal`)}>
          <p>
            <Submit kind="outline">{ui.t('plan.staff.publication.withdraw')}</Submit>
          </p>
        </Form>
      )}
      {!mine && mayApprove(ctx) && (
        <>
          <p>
            <LinkButton href={ui.href(`${at(req)}/approval`)}>{ui.t('plan.staff.publication.check')}</LinkButton>
          </p>
          <Details summary={ui.t('plan.staff.publication.return')} open={'reason' in form.errors}>
            <Form ui={ui} action={ui.href(`${at(req)}/return`)} unsaved>
              <TextArea
                ui={ui}
                name="reason"
                label={ui.t('plan.staff.publication.reason')}
                hint={ui.t('plan.staff.publication.reasonHint')}
                value={form.values.reason}
                errors={form.errors}
                rows={3}
                maxlength={2000}
              />
              <Actions>
                <Submit kind="outline">{ui.t('plan.staff.publication.returnIt')}</Submit>
              </Actions>
            </Form>
          </Details>
        </>
      )}
    </>
  );
}

export async function postRequest(req: Req) {
  const { fields: values } = await req.form();
  return attempt(
    req,
    async () => {
      await requestPublication(req.ctx, {
        plan: req.params.plan!,
        note: values.note ?? '',
        noteEs: values.noteEs ?? '',
      });
      return done(req, 'asked');
    },
    (errors) => publicationPage(req, { values, errors }),
  );
}

export async function postReturn(req: Req) {
  const { fields: values } = await req.form();
  return attempt(
    req,
    async () => {
      await returnRevision(req.ctx, { plan: req.params.plan!, reason: values.reason ?? '' });
      return done(req, 'returned');
    },
    (errors) => publicationPage(req, { values, errors }),
  );
}

export const postWithdrawal = (req: Req) =>
  attempt(
    req,
    async () => {
      await withdrawRevision(req.ctx, { plan: req.params.plan! });
      return done(req, 'withdrawn');
    },
    (errors) => publicationPage(req, { values: {}, errors }),
  );
