/** The table of the working view: the outline with who keeps each item, where it stands and what it needs. */
import { type Req } from '#kernel';
import { SmallBar, StatusTag, Table } from '#ui';
import type { Progress } from '../../progress.ts';
import { type PlanItem, type PlanState } from '../../state.ts';
import { statusWord } from '../words.ts';
import { type Refused } from './forms.ts';
import { day, itemName, Marks, ownersOf } from './frame.tsx';
import { type WorkRow } from './work-rows.ts';

/** Which boxes were ticked, when the form comes back. */
export interface WorkForm extends Refused {
  checked: Set<string>;
  query: Record<string, string>;
}

export function Items(props: {
  req: Req;
  state: PlanState;
  rows: WorkRow[];
  branches: Map<number, Progress>;
  flat: boolean;
  form: WorkForm;
  mine: (row: WorkRow) => boolean;
  ticking: boolean;
}) {
  const { req, state, rows, branches, flat, form, mine, ticking } = props;
  const { ui, ctx } = req;
  const link = (row: WorkRow) =>
    ui.href(`/${ctx.network!.slug}/staff/plans/${state.slug}/items/${row.branch.item.ref}`);
  return (
    <Table
      ui={ui}
      caption={ui.t('plan.staff.work.items')}
      captionHidden
      rows={rows}
      rowId={(row) => `i${row.branch.item.ref}`}
      columns={[
        ...(ticking
          ? [
              {
                key: 'check',
                label: ui.t('plan.staff.work.check'),
                quiet: true,
                cell: (row: WorkRow) =>
                  mine(row) && (
                    <Tick req={req} item={row.branch.item} checked={form.checked.has(String(row.branch.item.ref))} />
                  ),
              },
            ]
          : []),
        {
          key: 'item',
          label: ui.t('plan.staff.work.item'),
          heading: true,
          cell: (row) => (
            <div class={`wm-depth wm-depth-${flat ? 0 : Math.min(row.branch.depth, 6)}`}>
              <a href={link(row)} class={row.branch.item.leaf ? undefined : 'wm-strong'}>
                {itemName(row.branch.item, ui)}
              </a>
              {row.branch.item.leaf && <Keepers req={req} row={row} />}
              {row.kept.inScope ? (
                <Marks ui={ui} marks={row.kept.marks} />
              ) : (
                row.branch.item.leaf && <p class="wm-soft wm-small">{ui.t('plan.staff.work.gone')}</p>
              )}
            </div>
          ),
        },
        {
          key: 'status',
          label: ui.t('plan.staff.work.status'),
          cell: ({ branch, kept }) =>
            branch.item.leaf ? (
              <StatusTag ui={ui} status={kept.status} label={statusWord(ui, state.fields, kept.status, kept.because)} />
            ) : (
              <BranchBar req={req} progress={branches.get(branch.item.ref)} />
            ),
        },
        {
          key: 'due',
          label: ui.t('plan.staff.work.due'),
          cell: ({ branch: { item } }) => item.due && <span class="wm-nowrap">{day(ui, item.due)}</span>,
        },
      ]}
    />
  );
}

const Tick = ({ req: { ui }, item, checked }: { req: Req; item: PlanItem; checked: boolean }) => (
  <label class="wm-check">
    <input
      type="checkbox"
      name="refs"
      value={String(item.ref)}
      checked={checked}
      aria-label={ui.t('plan.staff.work.checkOne', { name: itemName(item, ui) })}
    />
  </label>
);

const BranchBar = ({ req: { ui }, progress }: { req: Req; progress: Progress | undefined }) =>
  !progress || progress.total === 0 ? (
    <span class="wm-soft">{ui.t('plan.staff.work.nothingUnder')}</span>
  ) : (
    <SmallBar
      ui={ui}
      percent={progress.percent}
      text={ui.t('plan.staff.work.doneOf', { done: progress.done, of: progress.total - progress.excluded })}
    />
  );

/** Who keeps it, who leads it, when it was last touched: one quiet line, so that titles have the room. */
const Keepers = ({ req: { ui }, row: { branch, kept } }: { req: Req; row: WorkRow }) => (
  <p class="wm-soft wm-small wm-tight">
    {[ownersOf(kept), branch.item.lead, ui.t('plan.staff.work.touched', { day: day(ui, kept.touched) })]
      .filter(Boolean)
      .join(' · ')}
  </p>
);
