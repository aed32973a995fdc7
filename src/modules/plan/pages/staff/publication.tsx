/**
 * Publishing, seen by each of the two: the editor reads what differs from the public page and asks; the approver reads the same, checks what the
 * public will see, and approves or returns it with a reason. The history of requests stands below.
 */
import type { Child } from 'hono/jsx';
import { Problem, type Req, redirect } from '#kernel';
import {
  Actions,
  Alert,
  DateText,
  Details,
  ErrorSummary,
  type FieldErrors,
  Form,
  Hidden,
  LinkButton,
  Section,
  Steps,
  Submit,
  SummaryList,
  Table,
  Tag,
  TextArea,
} from '#ui';
import { networkId } from '../../drafting.ts';
import { type Progress, rollUp } from '../../progress.ts';
import { publicRevisions } from '../../public.ts';
import {
  approvers,
  approveRevision,
  pendingChanges,
  requestPublication,
  returnRevision,
  withdrawRevision,
} from '../../publishing.ts';
import { leavesOf, type PlanRow, type PlanState, readPlan } from '../../state.ts';
import type { Change } from '../../snapshot.ts';
import type { Keeper } from '../../upkeep.ts';
import { inLocale, percentWord, say } from '../words.ts';
import { Changes, type SettingChange, settingChanges } from './changes.tsx';
import { attempt, blank, type Refused } from './forms.ts';
import { base, draftedWords, mayApprove, mayEdit, me, now, PlanPage } from './frame.tsx';
import {
  type Drafted,
  draftedIn,
  isWaiting,
  type ListedRevision,
  listRevisions,
  peopleWith,
  planHere,
  reading,
} from './reading.ts';

interface PublicationView {
  plan: PlanRow;
  drafted: Drafted;
  revisions: ListedRevision[];
  waiting: ListedRevision | undefined;
  published: PlanState | null;
  /** What the public would read: with the waiting revision, or else with everything drafted. */
  next: PlanState;
  changes: Change[];
  settings: SettingChange[];
  /** Who may approve: everyone with the role but the one who asks or asked. */
  approvers: Keeper[];
}

async function readPublication(req: Req): Promise<PublicationView> {
  const { ctx } = req;
  return reading(ctx, async (tx) => {
    const plan = await planHere(tx, ctx, req.params.plan);
    const revisions = await listRevisions(tx, plan.id);
    const waiting = revisions.find(isWaiting);
    const which = waiting ? 'proposed' : 'draft';
    const published = await readPlan(tx, plan, 'published').catch((error) => {
      if (error instanceof Problem && error.kind === 'notFound') return null;
      throw error;
    });
    const next = await readPlan(tx, plan, which);
    const asker = waiting?.askedBy ?? me(ctx);
    return {
      plan,
      revisions,
      waiting,
      published,
      next,
      drafted: await draftedIn(tx, plan.id),
      changes: await pendingChanges(tx, plan, which),
      settings: settingChanges(req.ui, published?.fields ?? null, next.fields),
      approvers: (await peopleWith(tx, networkId(ctx), approvers)).filter(({ id }) => id !== asker),
    };
  });
}

const at = (req: Req): string => `${base(req.ctx, req.params.plan)}/publication`;

export async function publicationPage(req: Req, form: Refused = blank) {
  const { ui, ctx } = req;
  const view = await readPublication(req);
  const { plan, next, waiting, drafted } = view;
  const any = drafted.edited + drafted.records > 0;
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
  const { changes, settings, published, next } = view;
  const count = changes.length + settings.length;
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
        settings={settings}
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
        {inLocale(waiting.note, ui.locale) && <p class="wm-lines">{inLocale(waiting.note, ui.locale)}</p>}
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

function History({ req, view }: { req: Req; view: PublicationView }) {
  const { ui, ctx } = req;
  const fate = (row: ListedRevision): Child =>
    row.approvedAt ? (
      <>
        {ui.t('plan.staff.history.approved', { who: row.approvedByName ?? ui.t('plan.staff.somebody') })}{' '}
        <DateText ui={ui} date={row.approvedAt} />
      </>
    ) : row.returnedAt ? (
      <>
        {row.why
          ? ui.t('plan.staff.history.returned', { who: row.returnedByName ?? ui.t('plan.staff.somebody') })
          : ui.t('plan.staff.history.withdrawn')}{' '}
        <DateText ui={ui} date={row.returnedAt} />
        {row.why && <p class="wm-lines">{row.why}</p>}
      </>
    ) : (
      <Tag>{ui.t('plan.staff.tag.waiting')}</Tag>
    );
  return (
    <Section title={ui.t('plan.staff.history.title')} id="history">
      <Table
        ui={ui}
        caption={ui.t('plan.staff.history.title')}
        captionHidden
        rows={view.revisions}
        empty={ui.t('plan.staff.history.none')}
        columns={[
          {
            key: 'n',
            label: ui.t('plan.staff.history.n'),
            cell: (row) =>
              row.approvedAt ? (
                <a href={ui.href(`${base(ctx, view.plan.slug)}/publication/${row.n}`)}>
                  {ui.t('plan.staff.revision', { n: row.n })}
                </a>
              ) : (
                ui.t('plan.staff.revision', { n: row.n })
              ),
          },
          {
            key: 'asked',
            label: ui.t('plan.staff.history.asked'),
            cell: (row) => (
              <>
                {row.askedByName} · <DateText ui={ui} date={row.askedAt} />
                {inLocale(row.note, ui.locale) && <p class="wm-lines wm-soft">{inLocale(row.note, ui.locale)}</p>}
              </>
            ),
          },
          { key: 'fate', label: ui.t('plan.staff.history.fate'), cell: fate },
        ]}
      />
    </Section>
  );
}

/** Check your answers: what the public will read from the moment of the button on. */
export async function approvalPage(req: Req, errors: FieldErrors = {}) {
  const { ui, ctx } = req;
  const view = await readPublication(req);
  const { plan, waiting, published, next, changes, settings } = view;
  const title = ui.t('plan.staff.approval.title');
  const crumbs = [{ label: ui.t('plan.staff.tab.publication'), href: ui.href(at(req)) }, { label: title }];
  if (!waiting) {
    return (
      <PlanPage req={req} plan={plan} fields={next.fields} tab={null} title={title} crumbs={crumbs}>
        <ErrorSummary ui={ui} errors={errors} />
        <p>{ui.t('plan.problem.nothingWaiting')}</p>
      </PlanPage>
    );
  }
  const mine = waiting.askedBy === me(ctx);
  const headline = (state: PlanState): Progress => rollUp(leavesOf(state), now(req), state.fields.publishedTotals);
  const [before, after] = [published && headline(published), headline(next)];
  const excluded = changes.filter(({ kind, after: to }) => kind === 'status' && to === 'excluded').length;
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={next.fields}
      tab={null}
      title={title}
      lead={ui.t('plan.staff.approval.lead')}
      crumbs={crumbs}
    >
      <ErrorSummary ui={ui} errors={errors} />
      <Steps
        ui={ui}
        steps={[
          ui.t('plan.staff.approval.stepRead'),
          ui.t('plan.staff.approval.stepCheck'),
          ui.t('plan.staff.approval.stepPublic'),
        ]}
        current={1}
      />
      <SummaryList
        facts={[
          { term: ui.t('plan.staff.plan'), value: inLocale(next.fields.title, ui.locale) },
          { term: ui.t('plan.staff.history.n'), value: ui.t('plan.staff.revision', { n: waiting.n }) },
          { term: ui.t('plan.staff.history.asked'), value: waiting.askedByName },
          { term: ui.t('plan.staff.approval.address'), value: `/${ctx.network!.slug}/plans/${plan.slug}` },
          {
            term: ui.t('plan.staff.approval.headline'),
            value:
              before && before.percent !== after.percent
                ? ui.t('plan.staff.approval.from', { before: percentWord(ui, before), after: percentWord(ui, after) })
                : percentWord(ui, after),
          },
          { term: ui.t('plan.staff.approval.rule'), value: say(ui, after.rule) },
          {
            term: ui.t('plan.staff.approval.changes'),
            value: published
              ? ui.t('plan.staff.changes.count', { count: changes.length + settings.length })
              : ui.t('plan.staff.changes.first', { count: next.items.length }),
          },
          excluded > 0 && {
            term: ui.t('plan.staff.approval.excluded'),
            value: ui.t('plan.staff.approval.excludedCount', { count: excluded }),
          },
          { term: ui.t('plan.staff.approval.note'), value: inLocale(waiting.note, ui.locale) },
        ]}
      />
      <p class="wm-section">{ui.t('plan.staff.approval.after')}</p>
      {mine ? (
        <Alert kind="warning" announce={false}>
          {ui.t('plan.problem.secondPerson')}
        </Alert>
      ) : (
        <Form ui={ui} action={ui.href(`${at(req)}/approval`)}>
          <Hidden name="n" value={String(waiting.n)} />
          <Actions>
            <Submit>{ui.t('plan.staff.approval.publish')}</Submit>
            <a href={ui.href(at(req))}>{ui.t('plan.staff.approval.back')}</a>
          </Actions>
        </Form>
      )}
    </PlanPage>
  );
}

/** One published revision with everything it changed. */
export async function revisionPage(req: Req) {
  const { ui, ctx } = req;
  const { plan, state } = await reading(ctx, async (tx) => {
    const found = await planHere(tx, ctx, req.params.plan);
    return { plan: found, state: await readPlan(tx, found, 'draft') };
  });
  const revision = (await publicRevisions(ctx.app, networkId(ctx), plan.id)).find(
    ({ n }) => String(n) === req.params.n,
  );
  if (!revision) throw Problem.notFound();
  const title = ui.t('plan.staff.revision', { n: revision.n });
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={state.fields}
      tab={null}
      title={title}
      lead={inLocale(revision.note, ui.locale) || undefined}
      crumbs={[{ label: ui.t('plan.staff.tab.publication'), href: ui.href(at(req)) }, { label: title }]}
    >
      <p>
        {ui.t('plan.staff.history.public')} <DateText ui={ui} date={revision.publishedAt} />
      </p>
      {revision.changes.length === 0 ? (
        <p>{ui.t('plan.staff.history.noChanges')}</p>
      ) : (
        <Changes req={req} state={state} changes={revision.changes} settings={[]} first={false} />
      )}
    </PlanPage>
  );
}

const done = (req: Req, said: string) => redirect(req, at(req), { said: `plan.staff.said.${said}` });

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

export async function postApproval(req: Req) {
  const { fields } = await req.form();
  return attempt(
    req,
    async () => {
      await approveRevision(req.ctx, { plan: req.params.plan!, n: fields.n ?? '' });
      return done(req, 'approved');
    },
    (errors) => approvalPage(req, errors),
  );
}
