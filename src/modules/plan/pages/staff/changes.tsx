/** What differs between what the public reads and a draft, item by item in reading order, with marked-up texts. */
import type { Req } from '#kernel';
import { Details, Section, Tag } from '#ui';
import type { PlanState } from '../../state.ts';
import type { Change } from '../../snapshot.ts';
import { bothTexts, changeBody } from '../changes.tsx';
import { inLocale, say } from '../words.ts';
import { base, itemName } from './frame.tsx';
import { spoken } from './spoken.ts';

/** Above this many items with changes the rest waits behind a line, so that the page stays readable. */
const openItems = 60;

export function Changes(props: { req: Req; state: PlanState; changes: Change[]; first: boolean }) {
  const { req, state, changes, first } = props;
  const { ui } = req;
  const settings = changes.filter(({ kind }) => kind === 'settings');
  const groups = new Map<number, Change[]>();
  for (const change of changes)
    if (change.kind !== 'settings') groups.set(change.ref, [...(groups.get(change.ref) ?? []), change]);
  const list = [...groups].map(([ref, own]) => <ItemChanges req={req} state={state} item={ref} changes={own} />);
  return (
    <>
      {settings.length > 0 && !first && (
        <Section title={ui.t('plan.staff.changes.settings')} level={3}>
          <ul class="wm-plain-list">
            {settings.map((change) => (
              <li>
                {say(ui, change.said)}
                {changeBody(ui, change, true)}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {list.slice(0, first ? 0 : openItems)}
      {list.length > (first ? 0 : openItems) && (
        <Details
          summary={ui.t(first ? 'plan.staff.changes.all' : 'plan.staff.changes.more', {
            count: first ? list.length : list.length - openItems,
          })}
        >
          {list.slice(first ? 0 : openItems)}
        </Details>
      )}
    </>
  );
}

function ItemChanges({
  req,
  state,
  item: ref,
  changes,
}: {
  req: Req;
  state: PlanState;
  item: number;
  changes: Change[];
}) {
  const { ui, ctx } = req;
  const item = state.items.find((one) => one.ref === ref);
  const gone = changes.find(({ subject }) => subject)?.subject;
  return (
    <section class="wm-change" id={`change-${ref}`}>
      <h3>
        {ref === 0 ? (
          ui.t('plan.staff.changes.plan')
        ) : item ? (
          <a href={ui.href(`${base(ctx, state.slug)}/items/${ref}`)}>{itemName(item, ui)}</a>
        ) : (
          inLocale(gone, ui.locale)
        )}
      </h3>
      <ul class="wm-plain-list">
        {changes.map((change) => (
          <li>
            {say(ui, spoken(ui, change, state.fields).said)}{' '}
            {change.kind === 'status' && change.after === 'excluded' && (
              <Tag>{ui.t('plan.staff.changes.excludes')}</Tag>
            )}
            {changeBody(ui, change, true)}
            {change.text && <p class="wm-lines">{bothTexts(change.text)}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
