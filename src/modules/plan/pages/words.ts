/** Putting the plan rules' words (key and values, days as ISO) into a sentence of the reader's language. */
import { escapeToBuffer, type StringBuffer } from 'hono/utils/html';
import { formatDay, formatPercent, type Locale, type Ui } from '#ui';
import type { PlanFields } from '../fields.ts';
import { type Difference, differenceParts, type Progress, type Words } from '../progress.ts';
import type { StatusClass, StatusFact, Text } from '../shape.ts';

type Speaker = Pick<Ui, 't' | 'locale'>;

/** The reader's language, or English where there is no translation yet. */
export const inLocale = (text: Partial<Text> | null | undefined, locale: Locale): string =>
  text?.[locale] || text?.en || text?.es || '';

/** The `lang` of a text shown in another language than the page, so that a screen reader says it right. */
export const langOf = (text: Partial<Text> | null | undefined, locale: Locale): string | undefined =>
  text && !text[locale] ? (text.en ? 'en' : 'es') : undefined;

const isDay = /^\d{4}-\d{2}-\d{2}$/;

/** A message with its days written out. */
export function say(ui: Speaker, words: Words): string {
  const values = Object.fromEntries(
    Object.entries(words.values).map(([key, value]) => [
      key,
      typeof value === 'string' && isDay.test(value) ? formatDay(ui.locale, value) : value,
    ]),
  );
  return ui.t(words.key, values);
}

/** Text made safe to stand in HTML. */
export function escapeHtml(text: string): string {
  if (!/[&<>'"]/.test(text)) return text;
  const buffer = [''] as unknown as StringBuffer;
  escapeToBuffer(text, buffer);
  return buffer[0] as string;
}

/**
 * The plan's own word for a status, or the product's where the plan has none in the reader's language. A fact may carry the word it was published
 * with.
 */
export function statusWord(
  ui: Speaker,
  fields: Pick<PlanFields, 'statuses'>,
  status: StatusClass,
  fact?: StatusFact | null,
): string {
  const own =
    (fact?.label && fields.statuses.find((s) => s.code === fact.label)) ||
    fields.statuses.find((s) => s.class === status);
  return own?.label[ui.locale] || ui.t(`ui.status.${status}`);
}

/** "65 %" or words. */
export const percentWord = (ui: Speaker, progress: Pick<Progress, 'percent'>): string =>
  progress.percent === null ? ui.t('plan.page.noPercent') : formatPercent(ui.locale, progress.percent);

/** "+11 completed, −7 in progress": with a real minus sign. */
export function differenceWords(ui: Speaker, change: Difference, fields: Pick<PlanFields, 'statuses'>): string {
  if (!change.comparable) return say(ui, change.because);
  const parts = differenceParts(change).map(({ status, change: n }) => {
    const sign = n > 0 ? '+' : '−';
    const own = fields.statuses.some((label) => label.class === status);
    const word = own ? statusWord(ui, fields, status).toLocaleLowerCase(ui.locale) : ui.t(`plan.change.${status}`);
    return `${sign}${Math.abs(n)} ${word}`;
  });
  return parts.length === 0 ? ui.t('plan.page.noDifference') : parts.join(', ');
}

/** "3 of 4 completed (75%)"; where there is no percentage, how many items there are and that nothing is known of them. */
export function shareWords(ui: Speaker, progress: Progress): string {
  const counted = progress.total - progress.excluded;
  if (progress.percent !== null)
    return ui.t('plan.page.doneOf', { done: progress.done, of: counted, percent: percentWord(ui, progress) });
  return ui.t(progress.unknown > 0 ? 'plan.page.itemsUnknown' : 'plan.page.items', { count: progress.total });
}
