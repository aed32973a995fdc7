/** The board: what is due, late, waiting, asked and not answered, set aside; from here people note what they made sure of. */
import type { Req } from '#kernel';
import {
  Actions,
  Button,
  DateText,
  Empty,
  ErrorSummary,
  fieldId,
  Form,
  Hidden,
  LinkButton,
  Pager,
  pageFrom,
  Select,
  Submit,
  Table,
  Tabs,
  Tag,
  type Ui,
} from '#ui';
import { mayVet } from '../../vetting/roles.ts';
import { reading } from '../../vetting/staff/frame.tsx';
import { namesOf } from '../../vetting/staff/read.ts';
import { type BoardRow, type BoardTab, boardTabs, countTabs, fits, readBoard } from '../board.ts';
import { campaignsOf } from '../campaigns.ts';
import { type CheckedClass, checkedClasses } from '../due.ts';
import { base, changesAt, RequestWords, UpkeepPage } from './frame.tsx';

const size = 50;

/** `nobody`: what to do, where somebody went on without choosing a provider. */
export async function boardPage(req: Req, nobody?: string) {
  const { ui, ctx } = req;
  const tab: BoardTab = boardTabs.find((one) => one === req.query.show) ?? 'late';
  const only: CheckedClass | null = checkedClasses.find((one) => one === req.query.class) ?? null;
  const view = await reading(ctx, async (tx) => {
    const rows = await readBoard(tx, ctx, only);
    const found = rows.filter(fits[tab]);
    const page = pageFrom(req.query, found.length, size);
    const cut = found.slice((page - 1) * size, page * size);
    return {
      counts: countTabs(rows),
      listed: rows.length,
      total: found.length,
      page,
      cut,
      names: await namesOf(
        tx,
        ctx.network!.id,
        cut.map(({ id }) => id),
      ),
      campaigns: new Map((await campaignsOf(tx, ctx.network!.id)).map((one) => [one.id, one])),
    };
  });
  const query = { class: only ?? undefined };
  return (
    <UpkeepPage
      req={req}
      title={ui.t('directory.upkeep.title')}
      section="board"
      lead={ui.t('directory.upkeep.lead', { late: view.counts.late, listed: view.listed })}
    >
      <ErrorSummary ui={ui} errors={{ organization: nobody }} />
      <Tabs
        label={ui.t('directory.upkeep.lists')}
        tabs={boardTabs.map((one) => ({
          href: ui.href(base(ctx), { ...query, show: one === 'late' ? undefined : one }),
          label: `${ui.t(`directory.upkeep.tab.${one}`)} (${view.counts[one]})`,
          current: one === tab,
        }))}
      />
      <p class="wm-soft">{ui.t(`directory.upkeep.tabLead.${tab}`)}</p>
      {tab === 'review' && (
        <p>
          <a href={ui.href(changesAt(ctx))}>{ui.t('directory.upkeep.changes')}</a>
        </p>
      )}
      <ClassFilter ui={ui} action={ui.href(base(ctx))} tab={tab} only={only} />
      {view.total === 0 ? (
        <Empty>{ui.t(`directory.upkeep.none.${tab}`)}</Empty>
      ) : (
        <Form ui={ui} action={base(ctx, '/checks')} method="get" label={ui.t('directory.upkeep.checks.choose')}>
          {tab !== 'late' && <Hidden name="show" value={tab} />}
          {only && <Hidden name="class" value={only} />}
          <Table
            ui={ui}
            caption={ui.t(`directory.upkeep.tab.${tab}`)}
            captionHidden
            rows={view.cut}
            columns={[
              {
                key: 'choose',
                label: ui.t('directory.upkeep.checks.chooseOne'),
                quiet: true,
                cell: (row) => (
                  <label class="wm-check">
                    <input
                      type="checkbox"
                      name="organization"
                      value={row.id}
                      id={row === view.cut[0] ? fieldId('organization') : undefined}
                      aria-invalid={nobody ? 'true' : undefined}
                      aria-describedby={nobody ? 'errors' : undefined}
                    />
                    <span class="wm-sr">
                      {ui.t('directory.upkeep.checks.chooseName', { name: view.names.get(row.id) ?? '' })}
                    </span>
                  </label>
                ),
              },
              {
                key: 'name',
                label: ui.t('directory.upkeep.provider'),
                heading: true,
                cell: (row) => <Provider req={req} row={row} name={view.names.get(row.id) ?? ''} />,
              },
              {
                key: 'due',
                label: ui.t('directory.upkeep.values'),
                cell: (row) => <DueWords ui={ui} row={row} />,
              },
              {
                key: 'request',
                label: ui.t('directory.upkeep.request'),
                cell: ({ request }) =>
                  request ? (
                    <RequestWords ui={ui} request={request} campaign={view.campaigns.get(request.campaignId)} />
                  ) : (
                    <span class="wm-soft">{ui.t('directory.upkeep.notAsked')}</span>
                  ),
              },
            ]}
          />
          <Actions>
            <Button kind="outline">{ui.t('directory.upkeep.checks.begin')}</Button>
            {mayVet(ctx) && tab === 'all' && (
              <Button kind="outline" formaction={ui.href(base(ctx, '/campaigns/new'))}>
                {ui.t('directory.upkeep.campaign.forChosen')}
              </Button>
            )}
          </Actions>
        </Form>
      )}
      {view.total > size && <Pager ui={ui} total={view.total} size={size} page={view.page} />}
      <Actions>
        <LinkButton href={ui.href(base(ctx, '/campaigns/new'))}>{ui.t('directory.upkeep.campaign.new')}</LinkButton>
      </Actions>
    </UpkeepPage>
  );
}

const Provider = ({ req, row, name }: { req: Req; row: BoardRow; name: string }) => {
  const { ui, ctx } = req;
  const { position, standing } = row.listing;
  return (
    <>
      <a href={ui.href(base(ctx, `/listings/${row.id}`))}>{name || ui.t('directory.upkeep.noName')}</a>{' '}
      {position.state === 'demoted' && <Tag>{ui.t('directory.upkeep.demoted')}</Tag>}
      {position.doNotContact && <Tag>{ui.t('directory.upkeep.doNotContact')}</Tag>}
      {standing.public && <span class="wm-soft wm-small"> {ui.t('directory.upkeep.public')}</span>}
    </>
  );
};

export const DueWords = ({ ui, row: { count, waiting } }: { ui: Ui; row: BoardRow }) => (
  <>
    {count.late > 0 && (
      <div>
        {ui.t('directory.upkeep.late', { count: count.late })}{' '}
        <span class="wm-soft wm-small">
          {ui.t('directory.upkeep.since')} <DateText ui={ui} date={count.lateSince!} />
        </span>
      </div>
    )}
    {count.due > 0 && <div>{ui.t('directory.upkeep.due', { count: count.due })}</div>}
    {count.late + count.due === 0 && <div class="wm-soft">{ui.t('directory.upkeep.fine')}</div>}
    {waiting > 0 && <div>{ui.t('directory.upkeep.waiting', { count: waiting })}</div>}
  </>
);

const ClassFilter = (props: { ui: Ui; action: string; tab: BoardTab; only: CheckedClass | null }) => {
  const { ui, tab } = props;
  return (
    <Form ui={ui} action={props.action} method="get" class="wm-filters">
      {tab !== 'late' && <input type="hidden" name="show" value={tab} />}
      <Select
        ui={ui}
        name="class"
        filter
        label={ui.t('directory.upkeep.classFilter')}
        blank={ui.t('directory.upkeep.everyClass')}
        value={props.only}
        options={checkedClasses.map((one) => ({ value: one, label: ui.t(`directory.upkeep.class.${one}`) }))}
      />
      <Submit kind="outline">{ui.t('directory.upkeep.show')}</Submit>
    </Form>
  );
};
