/** A value as lines in the reader's language, for those who are to say whether it is still right. */
import type { ScheduleRow } from '#engines/opening-hours';
import { type Ctx, today } from '#kernel';
import type { Fields } from '#modules/organisations';
import type { Ui } from '#ui';
import { hoursInWords, weekLine, weekWords } from '../../pages/hours.tsx';
import { languageName, termName } from '../../pages/words.ts';
import { attributeWords, linesOf } from '../../records/value.ts';

export function valueWords(
  ui: Pick<Ui, 't' | 'locale'>,
  ctx: Pick<Ctx, 'app' | 'network'>,
  field: string,
  value: unknown,
): string[] {
  const list = Array.isArray(value) ? (value as Fields[]) : [];
  if (field === 'status') return [ui.t(`directory.vetting.status.${String(value).replace(' ', '_')}`)];
  if (field === 'schedules' && list.length > 0) {
    const week = weekWords(ui, list as unknown as ScheduleRow[], today(ctx), ctx.network!.timezone);
    return [...week.map((line) => weekLine([line])), ...hoursInWords(list)];
  }
  if (field === 'languages')
    return list.map((one) => (one.code ? languageName(String(one.code), ui.locale) : String(one.name ?? '')));
  if (field === 'attributes')
    return list.flatMap((one) => {
      const name = one.taxonomy_term_id ? termName(String(one.taxonomy_term_id), ui.locale) : '';
      const said = name || attributeWords(ui, one as { id: string });
      const rule = /^eligibility_(include|exclude)$/.exec(String(one.link_type))?.[1];
      return rule ? `${ui.t(`directory.page.${rule}`)}: ${said}` : said;
    });
  return linesOf(ui, field, value);
}
