/** Days and numbers inside sentences, marked up so that machines can read them too. */
import { formatDay, formatInstant, formatNumber } from './format.ts';
import type { Ui } from './ui.ts';

/** A day (`YYYY-MM-DD`) or an instant in words, e.g. `<time datetime="2019-04-25">April 25, 2019</time>`. */
export function DateText({
  ui,
  date,
  style = 'long',
}: {
  ui: Pick<Ui, 'locale' | 'timeZone'>;
  date: string | Date;
  style?: 'long' | 'short' | 'month' | 'year';
}) {
  return typeof date === 'string' ? (
    <time datetime={date}>{formatDay(ui.locale, date, style)}</time>
  ) : (
    <time datetime={date.toISOString()}>{formatInstant(ui.locale, date, ui.timeZone)}</time>
  );
}

/** A number in the reader's habit, with figures of equal width. `digits`: the most decimals shown. */
export function NumberText({ ui, value, digits }: { ui: Pick<Ui, 'locale'>; value: number; digits?: number }) {
  return <span class="wm-num">{formatNumber(ui.locale, value, digits)}</span>;
}
