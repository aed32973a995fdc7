/** The second person's last look: what the public will read from the moment of the button on. */
import { type Req } from '#kernel';
import { Actions, Alert, ErrorSummary, type FieldErrors, Form, Hidden, Steps, Submit, SummaryList } from '#ui';
import { type Progress, rollUp } from '../../progress.ts';
import { approveRevision } from '../../publishing.ts';
import { leavesOf, type PlanState } from '../../state.ts';
import { bothTexts } from '../changes.tsx';
import { inLocale, percentWord, say } from '../words.ts';
import { attempt } from './forms.ts';
import { base, me, now, PlanPage } from './frame.tsx';
import { HiddenNote } from './redaction.tsx';
import { at, done, readPublication } from './publication-read.ts';

/** Check your answers: what the public will read from the moment of the button on. */
export async function approvalPage(req: Req, errors: FieldErrors = {}) {
  const { ui, ctx } = req;
  const view = await readPublication(req);
  const { plan, waiting, published, next, changes } = view;
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
              ? ui.t('plan.staff.changes.count', { count: changes.length })
              : ui.t('plan.staff.changes.first', { count: next.items.length }),
          },
          excluded > 0 && {
            term: ui.t('plan.staff.approval.excluded'),
            value: ui.t('plan.staff.approval.excludedCount', { count: excluded }),
          },
          { term: ui.t('plan.staff.approval.note'), value: bothTexts(waiting.note) },
        ]}
      />
      <p class="wm-section">{ui.t('plan.staff.approval.after')}</p>
      {view.hidden && <HiddenNote ui={ui} href={ui.href(`${base(ctx, plan.slug)}/redactions#requests`)} />}
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
