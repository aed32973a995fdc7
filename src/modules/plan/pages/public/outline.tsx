/**
 * The plan's levels as quiet nested sections, each with its small bar; a leaf is one line. Written as text and not as elements, because a plan may
 * have thousands of lines and this is most of the page.
 */
import { raw } from 'hono/html';
import { formatDay, type Ui } from '#ui';
import type { Branch } from '../../outline.ts';
import type { Progress } from '../../progress.ts';
import type { PublicItem } from '../../public.ts';
import { escapeHtml as escape, inLocale, langOf, shareWords, statusWord } from '../words.ts';
import type { PlanOnDay } from './read.ts';

/** Draws outline and lines for one view. Links keep the day that is looked at. */
export function outlineWriter(ui: Ui, view: PlanOnDay, base: string) {
  const query = view.isToday ? {} : { asOf: view.day };
  // One link is made and cut in two, so that a line costs a concatenation.
  const [before = '', after = ''] = ui.href(`${base}/items/0`, query).split('/items/0');
  const words = new Map<string, string>();
  const wordOf = (status: string, label: string | undefined, make: () => string): string => {
    const key = `${status} ${label ?? ''}`;
    let word = words.get(key);
    if (word === undefined) words.set(key, (word = escape(make())));
    return word;
  };
  const dueWord = escape(ui.t('plan.page.due'));
  const days = new Map<string, string>();
  const dayWord = (day: string): string => {
    let word = days.get(day);
    if (word === undefined) days.set(day, (word = escape(formatDay(ui.locale, day, 'short'))));
    return word;
  };
  const titleOf = (item: PublicItem): string => {
    const lang = langOf(item.title, ui.locale);
    const text = escape(inLocale(item.title, ui.locale));
    return lang ? `<span lang="${lang}">${text}</span>` : text;
  };
  const numberOf = (item: PublicItem): string =>
    item.number ? `<span class="wm-plan__number">${escape(item.number)}</span> ` : '';

  const line = (item: PublicItem): string => {
    const at = view.standings.get(item.ref);
    if (!at?.inScope) return '';
    const { status, because } = at;
    const word = wordOf(status, because?.label, () => statusWord(ui, view.plan.fields, status, because));
    const late = item.due && status !== 'done' && status !== 'excluded' && item.due < view.day;
    const meta = [
      item.lead ? escape(item.lead) : '',
      item.due ? `${dueWord} ${dayWord(item.due)}${late ? ` <b>${escape(ui.t('plan.page.late'))}</b>` : ''}` : '',
    ].filter(Boolean);
    return `<li id="i${item.ref}" class="wm-plan__leaf"><a href="${before}/items/${item.ref}${after}">${numberOf(item)}${titleOf(item)}</a><span class="wm-status wm-status--${status}">${word}</span>${meta.length ? `<span class="wm-plan__meta">${meta.join(' · ')}</span>` : ''}</li>`;
  };

  const small = (progress: Progress): string => {
    const percent = progress.percent ?? 0;
    const bar =
      progress.percent === null
        ? ''
        : `<svg class="wm-bar wm-bar--small" aria-hidden="true"><rect class="wm-fill-grey" width="100%" height="8" rx="4"></rect><rect class="wm-fill-accent" width="${percent}%" height="8" rx="4"></rect></svg>`;
    const text = shareWords(ui, progress);
    return `<span class="wm-smallbar">${bar}<span class="wm-smallbar__text">${escape(text)}</span></span>`;
  };

  const section = (branch: Branch<PublicItem>, depth: number): string => {
    const { item, children } = branch;
    if (item.leaf && children.length === 0) return '';
    const progress = view.branches.get(item.ref);
    if (!progress || progress.total === 0) return '';
    const inner = branchBody(children, depth + 1);
    if (depth === 0) {
      return `<section class="wm-plan__top" id="i${item.ref}"><h3><a href="${before}/items/${item.ref}${after}">${numberOf(item)}${titleOf(item)}</a></h3>${small(progress)}${inner}</section>`;
    }
    return `<details class="wm-plan__branch" id="i${item.ref}"><summary><span class="wm-plan__name">${numberOf(item)}${titleOf(item)}</span>${small(progress)}</summary>${inner}</details>`;
  };

  /** Lines first stand together in one list; branches between them keep their order. */
  const branchBody = (children: Branch<PublicItem>[], depth: number): string => {
    const parts: string[] = [];
    let open = false;
    for (const child of children) {
      if (child.item.leaf && child.children.length === 0) {
        const text = line(child.item);
        if (!text) continue;
        if (!open) parts.push('<ul class="wm-plan__leaves">');
        open = true;
        parts.push(text);
      } else {
        if (open) parts.push('</ul>');
        open = false;
        parts.push(section(child, depth));
      }
    }
    if (open) parts.push('</ul>');
    return parts.join('');
  };

  return {
    outline: () => raw(branchBody(view.roots, 0)),
    lines: (items: PublicItem[]) => raw(`<ul class="wm-plan__leaves">${items.map(line).join('')}</ul>`),
  };
}
