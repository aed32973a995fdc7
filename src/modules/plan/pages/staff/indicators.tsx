/** The indicators of a plan in a list, each with its newest figure and what it says. */
import { type Req } from '#kernel';
import { LinkButton, Table } from '#ui';
import { boundValues } from '../../figures.ts';
import { assess, type Assessment } from '../../indicator-math.ts';
import { inLocale, say } from '../words.ts';
import { base, day, itemName, mayEdit, now, PlanPage } from './frame.tsx';
import { readState } from './indicator-read.ts';

export async function indicatorsPage(req: Req) {
  const { ui, ctx } = req;
  const { plan, state } = await readState(req);
  const home = base(ctx, plan.slug);
  const rows = await Promise.all(
    state.indicators.map(async (one) => {
      const held = await boundValues(req, one);
      return { indicator: held, found: assess(held, now(req)) };
    }),
  );
  const itemOf = new Map(state.items.map((item) => [item.ref, item]));
  return (
    <PlanPage
      req={req}
      plan={plan}
      fields={state.fields}
      tab="indicators"
      title={ui.t('plan.staff.tab.indicators')}
      lead={ui.t('plan.staff.indicators.lead')}
      actions={
        mayEdit(ctx) && (
          <LinkButton href={ui.href(`${home}/indicators/new`)}>{ui.t('plan.staff.indicator.add')}</LinkButton>
        )
      }
    >
      <Table
        ui={ui}
        caption={ui.t('plan.staff.tab.indicators')}
        captionHidden
        rows={rows}
        empty={ui.t('plan.staff.indicators.none')}
        columns={[
          {
            key: 'title',
            label: ui.t('plan.staff.indicator.name'),
            cell: ({ indicator }) => (
              <a href={ui.href(`${home}/indicators/${indicator.ref}`)}>{inLocale(indicator.title, ui.locale)}</a>
            ),
          },
          {
            key: 'item',
            label: ui.t('plan.staff.indicator.item'),
            cell: ({ indicator }) => {
              const item = indicator.item === null ? null : itemOf.get(indicator.item);
              return item ? (
                <a href={ui.href(`${home}/items/${item.ref}`)}>{itemName(item, ui)}</a>
              ) : (
                ui.t('plan.staff.indicator.whole')
              );
            },
          },
          {
            key: 'says',
            label: ui.t('plan.staff.indicator.says'),
            cell: ({ found }) => <Says req={req} found={found} />,
          },
        ]}
      />
    </PlanPage>
  );
}

/** What the machine concluded, always with because, and the day it rests on. */
const Says = ({ req: { ui }, found }: { req: Req; found: Assessment }) => (
  <>
    <b>{ui.t(`plan.staff.state.${found.state}`)}</b>
    <br />
    {say(ui, found.because)} {found.latest && <span class="wm-soft">{day(ui, found.latest.on)}</span>}
  </>
);
