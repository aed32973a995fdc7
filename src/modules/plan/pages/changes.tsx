/** A revision's changes as moments of a story: which item, what happened, the words that changed, and why. Used by public and staff pages. */
import type { Child } from 'hono/jsx';
import { Diff, type Moment, type Ui } from '#ui';
import type { PublicRevision } from '../public.ts';
import type { Text } from '../shape.ts';
import type { Change } from '../snapshot.ts';
import { inLocale, say } from './words.ts';

/** A text in every language it has: who approves answers for all of them. */
export const bothTexts = (text: Partial<Text> | null | undefined): Child =>
  (['en', 'es'] as const)
    .filter((locale) => text?.[locale])
    .map((locale, index) => (
      <>
        {index > 0 && ' / '}
        <span lang={locale}>{text![locale]}</span>
      </>
    ));

/** What changed, said in one line, with its marked-up text below. */
export function changeBody(ui: Ui, change: Change, both = false): Child {
  return (
    <>
      {change.words && <Diff ui={ui} pieces={change.words} />}
      {change.subject && change.kind !== 'added' && (
        <p>{both ? bothTexts(change.subject) : inLocale(change.subject, ui.locale)}</p>
      )}
      {change.reason && (
        <p>
          {ui.t('plan.page.why')} {both ? bothTexts(change.reason) : inLocale(change.reason, ui.locale)}
        </p>
      )}
    </>
  );
}

/** The moments of one revision. `items` gives the title of an item by its permanent number. */
export function changeMoments(
  ui: Ui,
  revision: PublicRevision,
  view: { items: readonly { ref: number; number: string; title: { en: string; es?: string } }[] },
  base: string,
): Moment[] {
  const byRef = new Map(view.items.map((item) => [item.ref, item]));
  return revision.changes.map((change) => {
    const item = byRef.get(change.ref);
    const name = item ? `${item.number} ${inLocale(item.title, ui.locale)}`.trim() : '';
    return {
      when: revision.publishedAt,
      title: (
        <>
          {item && <a href={ui.href(`${base}/items/${change.ref}`)}>{name}</a>}
          {item && ': '}
          {say(ui, change.said)}
        </>
      ),
      body: changeBody(ui, change),
    };
  });
}
