/** “What needs me today”: what the modules have for this person. Empty is a pleasant sentence. */
import { pick, type Req, today } from '#kernel';
import { panelsFor } from '#modules/site';
import { DateText, Empty, Layout, PageHeader } from '#ui';

export async function startPage(req: Req) {
  const { ui, ctx } = req;
  const panels = await panelsFor(req, 'start');
  const name = ctx.actor.kind === 'person' ? ctx.actor.name : '';
  return (
    <Layout ui={ui} title={ctx.t('admin.start.title')} kind="staff">
      <PageHeader
        eyebrow={<DateText ui={ui} date={today(ctx)} />}
        title={ctx.t('admin.start.title')}
        lead={ctx.t('admin.start.lead', { name, network: pick(ctx.network!.name, ctx.locale) })}
      />
      {panels.length === 0 ? (
        <Empty>{ctx.t('admin.start.empty')}</Empty>
      ) : (
        panels.map((panel) => <div class="wm-section">{panel as string}</div>)
      )}
    </Layout>
  );
}
