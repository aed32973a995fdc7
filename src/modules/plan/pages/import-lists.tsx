/** What an import would do, item by item. */
import type { Child } from 'hono/jsx';
import { Details, Section, type Ui } from '#ui';
import type { ItemChange } from '../import-changes.ts';
import type { Preview } from '../importing.ts';
import { diffItem, scopeWords } from '../item-difference.ts';
import type { Words } from '../progress.ts';
import { changeBody } from './changes.tsx';
import { inLocale, say } from './words.ts';

/** Lines of one list that are drawn; the rest is counted. */
export const mostLines = 200;

/** New, changed and missing items and the statuses recorded, each list closed at first. */
export function ChangeLists({ ui, shown }: { ui: Ui; shown: Preview }) {
  const { changes } = shown;
  const title = (change: {
    fields?: { number: string };
    row: { number: string; title: { en: string; es?: string } };
  }) => `${change.row.number} ${inLocale(change.row.title, ui.locale)}`.trim();
  const group = <T,>(key: string, list: readonly T[], line: (one: T) => Child) =>
    list.length > 0 && (
      <Details summary={ui.t(`plan.import.list.${key}`, { count: list.length })}>
        <ul class="wm-plain-list">
          {list.slice(0, mostLines).map((one) => (
            <li>{line(one)}</li>
          ))}
        </ul>
        <More ui={ui} all={list.length} />
      </Details>
    );
  const scope = changes.scope.flatMap(({ row, on, fact }) => (row ? [{ row, fact: { on, ...fact } }] : []));
  const nameOf = namesIn(ui, shown);
  return (
    <Section title={ui.t('plan.import.details')}>
      {[changes.added, changes.changed, changes.statuses, scope, changes.missing].every(
        (list) => list.length === 0,
      ) && <p>{ui.t('plan.import.noDetails')}</p>}
      {group('added', changes.added, (change) => title(change))}
      {group('changed', changes.changed, (change) => (
        <>
          <p class="wm-strong">{title(change)}</p>
          {difference(ui, shown, change)}
        </>
      ))}
      {group('statuses', changes.statuses, (change) => (
        <>
          {title(change)}
          {': '}
          {say(ui, {
            key: 'plan.import.statusLine',
            values: {
              from: ui.t(`ui.status.${change.before}`),
              to: ui.t(`ui.status.${change.fact.status}`),
              on: change.on,
            },
          })}
        </>
      ))}
      {group('scope', scope, (change) => (
        <>
          {title(change)}
          {': '}
          {say(ui, scopeWords(change.fact, nameOf))}
        </>
      ))}
      {group('missing', changes.missing, (item) => `${item.number} ${inLocale(item.title, ui.locale)}`.trim())}
    </Section>
  );
}

/** An item as people know it: its printed number as the import leaves it, with its title where the file does not touch it and nothing else tells it. */
function namesIn(ui: Ui, { changes }: Preview): (ref: number) => string {
  const names = new Map<number, string>();
  for (const { ref, number, title } of changes.standing)
    names.set(ref, `${number} ${inLocale(title, ui.locale)}`.trim());
  for (const { ref, fields } of [...changes.changed, ...changes.added])
    names.set(ref, fields.number || inLocale(fields.title, ui.locale));
  return (ref) => names.get(ref) ?? `#${ref}`;
}

/** One changed item, told as the history of the plan will tell it. */
function difference(ui: Ui, shown: Preview, change: ItemChange): Child {
  const before = change.before!;
  const nameOf = namesIn(ui, shown);
  const lines: { said: Words; body?: Child }[] = [];
  if (before.number !== change.fields.number)
    lines.push({
      said: {
        key: 'plan.story.numberChanged',
        values: { before: before.number, after: change.fields.number, below: 0 },
      },
    });
  if (change.changed.includes('parentRef')) lines.push({ said: { key: 'plan.import.movedElsewhere', values: {} } });
  else if (change.moved) lines.push({ said: { key: 'plan.story.reordered', values: {} } });
  if (change.changed.includes('leaf'))
    lines.push({ said: { key: change.fields.leaf ? 'plan.import.isLeaf' : 'plan.import.isNoLeaf', values: {} } });
  const { position: _, ...fields } = change.fields;
  for (const one of diffItem(before, { ...before, ...fields }, nameOf))
    lines.push({ said: one.said, body: changeBody(ui, one) });
  return (
    <ul>
      {lines.map(({ said, body }) => (
        <li>
          {say(ui, said)}
          {body}
        </li>
      ))}
    </ul>
  );
}

/** How many lines of a list are not drawn. */
export const More = ({ ui, all }: { ui: Ui; all: number }) =>
  all > mostLines ? <p class="wm-soft">{ui.t('plan.import.more', { count: all - mostLines })}</p> : null;
