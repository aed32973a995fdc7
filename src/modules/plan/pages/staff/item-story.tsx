/** What of an item is not public yet, and its whole story, drafts among it. */
import { dayIn, type Req } from '#kernel';
import { Alert, type Moment, Section, Tag, Timeline } from '#ui';
import { told } from '../../public.ts';
import { snapshotOf } from '../../state.ts';
import type { SnapshotItem } from '../../snapshot.ts';
import { type Entry, storyOf } from '../../story.ts';
import { changeBody } from '../changes.tsx';
import { inLocale, langOf, say } from '../words.ts';
import { nameToType } from './frame.tsx';
import type { ItemView } from './item-read.ts';
import { spoken } from './spoken.ts';

/** The changes of this item's text and place that no approved revision holds. */
export function Pending({ req: { ui }, view }: { req: Req; view: ItemView }) {
  if (!view.published) return <p class="wm-soft">{ui.t('plan.staff.item.notPublic')}</p>;
  if (view.pending.length === 0) return <p class="wm-soft">{ui.t('plan.staff.item.asPublic')}</p>;
  return (
    <Alert kind="info" announce={false} title={ui.t('plan.staff.item.pending', { count: view.pending.length })}>
      <ul>
        {view.pending.map((change) => (
          <li>
            {say(ui, spoken(ui, change, view.state.fields).said)}
            {changeBody(ui, change)}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** The facts of the draft with the names of who recorded them. */
function signedItem(view: ItemView): SnapshotItem {
  const by = new Map(view.facts.map((fact) => [fact.id, fact.by]));
  const scopes = view.facts.filter(({ kind }) => kind === 'scope');
  const sign = (name: string | null | undefined) => (name ? { by: name } : {});
  const own = snapshotOf(view.state).find((item) => item.ref === view.item.ref)!;
  return {
    ...own,
    facts: own.facts.map((fact) => ({ ...fact, ...sign(by.get(fact.id)) })),
    scope: own.scope.map((fact, n) => ({ ...fact, ...sign(scopes[n]?.by) })),
    updates: own.updates?.map((update) => ({ ...update, ...sign(by.get(update.id)) })),
    reviews: view.around.reviews,
  };
}

/** Tells two entries apart by everything the reader sees except names. */
const sameness = ({ on, kind, said, counted, reason, text, subject }: Entry): string =>
  JSON.stringify([on, kind, said, counted, reason, text, subject]);

export function Story({ req, view }: { req: Req; view: ItemView }) {
  const { ui, ctx } = req;
  const name = nameToType(view.state);
  const zone = ctx.network!.timezone;
  const revisions = told(
    view.revisions,
    (at) => dayIn(at, zone),
    (text) => inLocale(text, ui.locale),
  );
  const entries = storyOf(signedItem(view), revisions, name);
  const open = new Map<string, number>();
  for (const entry of view.published ? storyOf(view.published, revisions, name) : []) {
    const key = sameness(entry);
    open.set(key, (open.get(key) ?? 0) + 1);
  }
  const moments = entries.map((entry): Moment => {
    const key = sameness(entry);
    const left = open.get(key) ?? 0;
    if (left > 0) open.set(key, left - 1);
    // Figures and reviews are read live or never published, so they are no drafts of this item.
    const draft = left === 0 && entry.kind !== 'review' && entry.kind !== 'indicator';
    return {
      when: entry.on,
      title: (
        <>
          {entry.counted ? say(ui, entry.said) : <s>{say(ui, entry.said)}</s>}{' '}
          {draft && <Tag>{ui.t('plan.staff.tag.draft')}</Tag>}
          {entry.kind === 'review' && <Tag>{ui.t('plan.staff.tag.internal')}</Tag>}
        </>
      ),
      by:
        entry.by && entry.approvedBy
          ? ui.t('plan.staff.story.by', { by: entry.by, approvedBy: entry.approvedBy })
          : entry.by,
      body: (
        <>
          {!entry.counted && <p class="wm-soft">{ui.t('plan.staff.story.retracted')}</p>}
          {entry.subject && <p>{inLocale(entry.subject, ui.locale)}</p>}
          {entry.text && (
            <p class="wm-lines" lang={langOf(entry.text, ui.locale)}>
              {inLocale(entry.text, ui.locale)}
            </p>
          )}
          {entry.reason && <p>{ui.t('plan.staff.story.why', { reason: inLocale(entry.reason, ui.locale) })}</p>}
          {entry.change && changeBody(ui, entry.change)}
        </>
      ),
    };
  });
  return (
    <Section title={ui.t('plan.staff.story.title')} id="story">
      {moments.length === 0 ? (
        <p class="wm-soft">{ui.t('plan.staff.story.none')}</p>
      ) : (
        <Timeline ui={ui} moments={moments.reverse()} />
      )}
    </Section>
  );
}
