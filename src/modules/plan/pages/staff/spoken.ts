/** Changes with the codes in them put into words: themes by their titles, pillars, directions, periods and money as people say them. */
import { formatMoney, type Ui } from '#ui';
import { directions, type PlanFields } from '../../fields.ts';
import type { Change } from '../../snapshot.ts';
import { inLocale } from '../words.ts';
import { pillarWord } from './item-parts.tsx';

export function spoken(ui: Pick<Ui, 't' | 'locale'>, change: Change, fields: Pick<PlanFields, 'themes'>): Change {
  const values = { ...change.said.values };
  const theme = (key: string) =>
    inLocale(fields.themes.find((one) => one.key === key)?.title ?? { en: key }, ui.locale);
  const list = (word: (key: string) => string) => {
    const [before, after] = [change.before, change.after].map((side) => (Array.isArray(side) ? side : []));
    values.added = after!
      .filter((key) => !before!.includes(key))
      .map(word)
      .join(', ');
    values.removed = before!
      .filter((key) => !after!.includes(key))
      .map(word)
      .join(', ');
  };
  const sides = (word: (value: string | number) => string) => {
    for (const side of ['before', 'after'] as const)
      if (values[side] !== undefined && values[side] !== '') values[side] = word(values[side]);
  };
  if (change.field === 'themes') list(theme);
  if (change.field === 'pillars') list((key) => pillarWord(ui, key));
  if (change.field === 'fundingNeeded' || change.field === 'fundingSecured')
    sides((value) => formatMoney(ui.locale, Number(value)));
  if (change.kind === 'indicator' && values.field === 'direction')
    sides((value) => (directions.some((one) => one === value) ? ui.t(`plan.staff.direction.${value}`) : String(value)));
  if (change.kind === 'indicator' && values.field === 'period') sides((value) => ui.t(`plan.staff.period.${value}`));
  return { ...change, said: { key: change.said.key, values } };
}
