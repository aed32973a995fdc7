/** The requests to publish a plan, what became of each, and everything that one of them changed. */
import type { Child } from 'hono/jsx';
import { Problem, type Req } from '#kernel';
import { DateText, Section, Table, Tag } from '#ui';
import { networkId } from '../../drafting.ts';
import { publicRevisions } from '../../public.ts';
import { readPlan } from '../../state.ts';
import { inLocale } from '../words.ts';
import { Changes } from './changes.tsx';
import { base, PlanPage } from './frame.tsx';
import { type ListedRevision, planHere, reading } from './reading.ts';
import { at, type PublicationView } from './publication-read.ts';

export function History({ req, view }: { req: Req; view: PublicationView }) {
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
        <Section title={ui.t('plan.page.changes', { count: revision.changes.length })}>
          <Changes req={req} state={state} changes={revision.changes} first={false} />
        </Section>
      )}
    </PlanPage>
  );
}
