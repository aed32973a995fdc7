/** The answers of an application, for those who vet; opening them leaves an entry in the audit. Where a hidden place is, is not among them. */
import { type Ctx, Problem, type Req, type Tx, view } from '#kernel';
import { DateText, Section, SummaryList } from '#ui';
import { openAnswers } from '../answers.ts';
import { factsOf } from '../apply/fields.tsx';
import { pageOf, pagesOf } from '../apply/questions.ts';
import { organizationById } from '../actions.ts';
import { vetters } from '../roles.ts';
import { vetting } from '../tables.ts';
import { base, VettingPage } from './frame.tsx';

export const viewApplication = view('directory.application.read', {
  may: vetters,
  asSystem: true,
  load: async ({ tx, input, ctx }: { tx: Tx; input: { organization: string }; ctx: Ctx }) => {
    const organization = await organizationById(tx, ctx, input.organization);
    const row = await vetting(tx)
      .selectFrom('app.directory_application')
      .select(['id', 'sealed', 'sent_at', 'locale'])
      .where('network_id', '=', ctx.network!.id)
      .where('organization_id', '=', organization.id)
      .executeTakeFirst();
    if (!row) throw Problem.notFound();
    return {
      id: row.id,
      organization: organization.id,
      name: String(organization.fields.name),
      sentAt: row.sent_at!,
      answers: await openAnswers(tx, ctx.app, row),
    };
  },
  audit: ({ result }) => ({ subject: `application:${result.id}`, fields: ['answers'] }),
});

export async function applicationPage(req: Req) {
  const { ui, ctx } = req;
  const shown = await viewApplication(ctx, { organization: req.params.id ?? '' });
  const title = ui.t('directory.vetting.application.title');
  const pages = pagesOf(shown.answers).filter((key) => shown.answers[key]);
  return (
    <VettingPage
      req={req}
      title={title}
      eyebrow={shown.name}
      lead={
        <>
          {ui.t('directory.vetting.application.sent')} <DateText ui={ui} date={shown.sentAt} />
        </>
      }
      crumbs={[
        { label: ui.t('directory.vetting.queue.title'), href: ui.href(base(ctx)) },
        { label: shown.name, href: ui.href(base(ctx, `/${shown.organization}`)) },
        { label: title },
      ]}
    >
      {pages.length === 0 && <p>{ui.t('directory.vetting.application.gone')}</p>}
      {pages.map((key) => {
        const { kind, n } = pageOf(key)!;
        return (
          <Section title={ui.t(`directory.vetting.page.${kind}`, { n })}>
            <SummaryList facts={factsOf(ui, kind, shown.answers[key]!)} />
          </Section>
        );
      })}
    </VettingPage>
  );
}
