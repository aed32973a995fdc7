/**
 * The overview of all providers. Filters stand in the address; what somebody types to find a name does not: it waits on the server for half an hour
 * under a random name, like every search of the directory.
 */
import { allows, type Req, redirect } from '#kernel';
import { DateText, Empty, Form, Hidden, LinkButton, Pager, Select, sortFrom, Submit, Table, Tag, TextField } from '#ui';
import { importers } from '../exchange/roles.ts';
import { Shelf } from '../pages/shelf.ts';
import { networkWords, termName } from '../pages/words.ts';
import { base, mayKeep, reading, RecordsPage } from './frame.tsx';
import { lacks, overview, standings } from './overview.ts';

const searches = new Shelf<string>({ minutes: 30, most: 1_000 });
const ownerOf = ({ ctx }: Req): string => `${ctx.network!.id} ${ctx.actor.kind === 'person' ? ctx.actor.personId : ''}`;

const one = <T extends string>(known: readonly T[], text: string | undefined): T | null =>
  known.find((word) => word === text) ?? null;

export async function listPage(req: Req) {
  const { ui, ctx, query } = req;
  const keeps = mayKeep(ctx);
  const name = query.found ? (searches.get(ownerOf(req), query.found, ctx.app.clock()) ?? '') : '';
  const standing = one(standings, query.standing);
  const lack = one(lacks, query.missing);
  const sort = sortFrom(query, ['name', 'services', 'checked'], { by: 'name', dir: 'asc' });
  await networkWords(ctx.app, ctx.network!);
  const view = await reading(ctx, (tx) => overview(tx, ctx, { standing, lack, name, sort }, query));
  const kept = { standing: standing ?? undefined, missing: lack ?? undefined };
  return (
    <RecordsPage
      req={req}
      title={ui.t('directory.records.title')}
      lead={ui.t('directory.records.lead', { count: view.all })}
      actions={
        keeps && <LinkButton href={ui.href(base(ctx, '/new'))}>{ui.t('directory.records.new.organization')}</LinkButton>
      }
    >
      {keeps && (
        <p class="wm-row">
          <a href={ui.href(base(ctx, '/duplicates'))}>{ui.t('directory.records.duplicates.title')}</a>
          <a href={ui.href(base(ctx, '/words'))}>{ui.t('directory.records.words.title')}</a>
          {allows(importers, ctx) && <a href={ui.href(base(ctx, '/import'))}>{ui.t('directory.records.toImport')}</a>}
          <a href={ui.href(base(ctx, '/export'))}>{ui.t('directory.records.toExport')}</a>
        </p>
      )}
      <Form ui={ui} action={ui.href(base(ctx), kept)} class="wm-filters" label={ui.t('directory.records.find')}>
        <TextField ui={ui} name="name" label={ui.t('directory.records.findName')} type="search" value={name} filter />
        <Submit kind="outline">{ui.t('directory.records.find')}</Submit>
      </Form>
      <Form
        ui={ui}
        action={ui.href(base(ctx))}
        method="get"
        class="wm-filters"
        label={ui.t('directory.records.narrow')}
      >
        {name !== '' && <Hidden name="found" value={query.found!} />}
        <Select
          ui={ui}
          name="standing"
          label={ui.t('directory.records.standing')}
          blank={ui.t('directory.records.any')}
          value={standing}
          options={standings.map((value) => ({
            value,
            label: `${ui.t(`directory.records.stands.${value}`)} (${view.counts[value]})`,
          }))}
          filter
        />
        <Select
          ui={ui}
          name="missing"
          label={ui.t('directory.records.missing')}
          blank={ui.t('directory.records.any')}
          value={lack}
          options={lacks.map((value) => ({ value, label: ui.t(`directory.records.lacks.${value}`) }))}
          filter
        />
        <Submit kind="outline">{ui.t('directory.records.narrow')}</Submit>
      </Form>
      {name !== '' && (
        <p>
          {ui.t('directory.records.named', { name, count: view.total })}{' '}
          <a href={ui.href(base(ctx), kept)}>{ui.t('directory.records.everyName')}</a>
        </p>
      )}
      {query.found && name === '' && <p>{ui.t('directory.records.searchOver')}</p>}
      {view.all === 0 && name === '' ? (
        <Empty>{ui.t('directory.records.none')}</Empty>
      ) : (
        <Table
          ui={ui}
          caption={ui.t('directory.records.title')}
          captionHidden
          rows={view.rows}
          sort={sort}
          empty={ui.t('directory.records.noneSuch')}
          columns={[
            {
              key: 'name',
              label: ui.t('directory.records.name'),
              sortable: true,
              cell: (row) => (keeps ? <a href={ui.href(base(ctx, `/providers/${row.id}`))}>{row.name}</a> : row.name),
            },
            {
              key: 'standing',
              label: ui.t('directory.records.standing'),
              cell: (row) => (
                <>
                  {ui.t(`directory.vetting.state.${row.state}`)}{' '}
                  {row.standing === 'public' && <Tag>{ui.t('directory.records.isPublic')}</Tag>}
                </>
              ),
            },
            {
              key: 'kinds',
              label: ui.t('directory.records.kinds'),
              cell: (row) =>
                row.kinds
                  .map((id) => termName(id, ui.locale))
                  .filter(Boolean)
                  .join(', ') || '–',
            },
            {
              key: 'services',
              label: ui.t('directory.records.services'),
              numeric: true,
              sortable: true,
              cell: (row) => row.services,
            },
            {
              key: 'checked',
              label: ui.t('directory.records.lastChecked'),
              sortable: true,
              cell: (row) =>
                row.lastChecked ? (
                  <DateText ui={ui} date={row.lastChecked} style="short" />
                ) : (
                  ui.t('directory.records.never')
                ),
            },
            {
              key: 'missing',
              label: ui.t('directory.records.missing'),
              cell: (row) => row.missing.map((word) => ui.t(`directory.records.lacks.${word}`)).join(', ') || '–',
            },
          ]}
        />
      )}
      <Pager ui={ui} total={view.total} size={view.size} page={view.page} />
    </RecordsPage>
  );
}

/** Looks for a name. */
export async function postSearch(req: Req) {
  const { fields } = await req.form();
  const name = (fields.name ?? '').trim().slice(0, 200);
  const { standing, missing } = req.query;
  return redirect(req, base(req.ctx), {
    standing: one(standings, standing) ?? undefined,
    missing: one(lacks, missing) ?? undefined,
    found: name === '' ? undefined : searches.put(ownerOf(req), name, req.ctx.app.clock()),
  });
}
