/** Where all providers stand: what is being looked at, who is listed, who is not. */
import type { Req } from '#kernel';
import { DateText, Pager, Table, Tabs, Tag } from '#ui';
import { base, reading, VettingPage } from './frame.tsx';
import { isTab, queue, tabNames, waitingPlaces, waitingProposals } from './read.ts';

export async function queuePage(req: Req) {
  const { ui, ctx } = req;
  const tab = isTab(req.query.show ?? '') ? (req.query.show as (typeof tabNames)[number]) : 'open';
  const view = await reading(ctx, async (tx) => ({
    ...(await queue(tx, ctx.network!.id, tab, req.query)),
    proposals: (await waitingProposals(tx, ctx.network!.id)).length + (await waitingPlaces(tx, ctx.network!.id)).length,
  }));
  const title = ui.t('directory.vetting.queue.title');
  return (
    <VettingPage req={req} title={title} lead={ui.t('directory.vetting.queue.lead')}>
      {view.proposals > 0 && (
        <p>
          <a href={ui.href(base(ctx, '/changes'))}>
            {ui.t('directory.vetting.queue.changes', { count: view.proposals })}
          </a>
        </p>
      )}
      <Tabs
        label={ui.t('directory.vetting.queue.tabs')}
        tabs={tabNames.map((name) => ({
          href: ui.href(base(ctx), { show: name === 'open' ? undefined : name }),
          label: ui.t(`directory.vetting.tab.${name}`, { count: view.counts[name] }),
          current: name === tab,
        }))}
      />
      <Table
        ui={ui}
        caption={ui.t(`directory.vetting.tab.${tab}`, { count: view.counts[tab] })}
        captionHidden
        rows={view.rows}
        empty={ui.t(`directory.vetting.empty.${tab}`)}
        columns={[
          {
            key: 'name',
            label: ui.t('directory.vetting.queue.name'),
            cell: (row) => <a href={ui.href(base(ctx, `/${row.id}`))}>{row.name}</a>,
          },
          {
            key: 'state',
            label: ui.t('directory.vetting.queue.state'),
            cell: (row) => (
              <>
                {ui.t(`directory.vetting.state.${row.state}`)}{' '}
                {row.public && <Tag>{ui.t('directory.vetting.public')}</Tag>}{' '}
                {row.doNotContact && <Tag>{ui.t('directory.vetting.doNotContact')}</Tag>}
              </>
            ),
          },
          {
            key: 'since',
            label: ui.t('directory.vetting.queue.since'),
            cell: (row) => (row.since ? <DateText ui={ui} date={row.since} style="short" /> : '–'),
          },
        ]}
      />
      {view.total > 0 && <Pager ui={ui} page={view.page} total={view.total} size={view.size} />}
    </VettingPage>
  );
}
