/**
 * The plan's levels as quiet nested sections, each with its small bar; a leaf is one line. Written as text and not as elements, because a plan may
 * have thousands of lines and this is most of the page.
 */
import { raw } from 'hono/html';
import { formatDay, type Ui } from '#ui';
import type { Branch } from '../../outline.ts';
import type { Progress } from '../../progress.ts';
import type { PublicItem } from '../../public.ts';
import type { StatusClass, StatusFact } from '../../shape.ts';
import { escapeHtml as escape, inLocale, langOf, shareWords, statusWord } from '../words.ts';
import type { PlanOnDay } from './read.ts';

/** Draws outline and lines for one view. Links keep the day that is looked at. */
export function outlineWriter(ui: Ui, view: PlanOnDay, base: string) {
  const query = view.isToday ? {} : { asOf: view.day };
  // One link is made and cut in two, so that a line costs a concatenation.
  const [before = '', after = ''] = ui.href(`${base}/items/0`, query).split('/items/0');
  const dueWord = escape(ui.t('plan.page.due'));
  const lateWord = ` <b>${escape(ui.t('plan.page.late'))}</b>`;
  // A plan says the same few words on thousands of lines: each is made once.
  const dayWord = once((day: string) => escape(formatDay(ui.locale, day, 'short')));
  const leadWord = once(escape);
  const statusTag = once((_key: string, status: StatusClass, because: StatusFact | null) => {
    const word = escape(statusWord(ui, view.plan.fields, status, because));
    return `<span class="wm-status wm-status--${status}">${word}</span>`;
  });
  const small = once((_key: string, progress: Progress) => smallBar(progress, escape(shareWords(ui, progress))));

  // Pieces of the page in their order. They are joined once for each top section: text joined level by level is copied at every level, and one
  // text of megabytes would be copied again with the page around it.
  let out: string[] = [];
  const joined: ReturnType<typeof raw>[] = [];
  const join = () => {
    joined.push(raw(out.join('')));
    out = [];
  };

  const name = ({ number, title }: PublicItem): void => {
    if (number) out.push('<span class="wm-plan__number">', escape(number), '</span> ');
    const lang = langOf(title, ui.locale);
    const text = escape(inLocale(title, ui.locale));
    if (lang) out.push('<span lang="', lang, '">', text, '</span>');
    else out.push(text);
  };

  const line = (item: PublicItem): void => {
    const { status, because } = view.standings.get(item.ref)!;
    const { ref, lead, due } = item;
    out.push(`<li id="i${ref}" class="wm-plan__leaf"><a href="`, before, `/items/${ref}`, after, '">');
    name(item);
    out.push('</a>', statusTag(`${status} ${because?.label ?? ''}`, status, because));
    if (lead || due) {
      out.push('<span class="wm-plan__meta">');
      if (lead) out.push(leadWord(lead));
      if (lead && due) out.push(' · ');
      if (due) out.push(dueWord, ' ', dayWord(due));
      if (due && due < view.day && status !== 'done' && status !== 'excluded') out.push(lateWord);
      out.push('</span>');
    }
    out.push('</li>');
  };

  const section = ({ item, children }: Branch<PublicItem>, depth: number): void => {
    const progress = view.branches.get(item.ref);
    if (!progress || progress.total === 0) return;
    const bar = small(shareKey(progress), progress);
    if (depth === 0) {
      out.push(
        `<section class="wm-plan__top" id="i${item.ref}"><h3><a href="`,
        before,
        `/items/${item.ref}`,
        after,
        '">',
      );
      name(item);
      out.push('</a></h3>', bar);
      branches(children, depth + 1);
      out.push('</section>');
      join();
    } else {
      out.push(`<details class="wm-plan__branch" id="i${item.ref}"><summary><span class="wm-plan__name">`);
      name(item);
      out.push('</span>', bar, '</summary>');
      branches(children, depth + 1);
      out.push('</details>');
    }
  };

  /** Lines first stand together in one list; branches between them keep their order. */
  const branches = (children: Branch<PublicItem>[], depth: number): void => {
    let open = false;
    for (const child of children) {
      const single = child.item.leaf && child.children.length === 0;
      if (single && !view.standings.get(child.item.ref)?.inScope) continue;
      if (single !== open) out.push(single ? '<ul class="wm-plan__leaves">' : '</ul>');
      open = single;
      if (single) line(child.item);
      else section(child, depth);
    }
    if (open) out.push('</ul>');
  };

  return {
    outline() {
      branches(view.roots, 0);
      join();
      return joined.splice(0);
    },
    /** Items that are in scope, as one list. */
    lines(items: PublicItem[]) {
      out.push('<ul class="wm-plan__leaves">');
      for (const item of items) line(item);
      out.push('</ul>');
      join();
      return joined.splice(0);
    },
  };
}

/** The function, remembering what it made for each first argument. */
function once<A extends [key: string, ...rest: unknown[]]>(make: (...args: A) => string): (...args: A) => string {
  const made = new Map<string, string>();
  return (...args) => {
    let word = made.get(args[0]);
    if (word === undefined) made.set(args[0], (word = make(...args)));
    return word;
  };
}

/** All that `shareWords` looks at. */
const shareKey = ({ done, total, excluded, unknown, percent }: Progress): string =>
  `${done} ${total} ${excluded} ${unknown} ${percent}`;

function smallBar({ percent }: Progress, text: string): string {
  const bar =
    percent === null
      ? ''
      : `<svg class="wm-bar wm-bar--small" aria-hidden="true"><rect class="wm-fill-grey" width="100%" height="8" rx="4"></rect><rect class="wm-fill-accent" width="${percent}%" height="8" rx="4"></rect></svg>`;
  return `<span class="wm-smallbar">${bar}<span class="wm-smallbar__text">${text}</span></span>`;
}
