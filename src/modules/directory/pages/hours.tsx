/** A week of hours, as the sign on the door says them; like days stand together, what is not certain says so. */
import { type DaySpan, weekTable } from '#engines/opening-hours-week';
import type { ScheduleRow } from '#engines/opening-hours';
import type { Fields } from '#modules/organisations';
import { capitalized, formatList, type Ui } from '#ui';
import { clockWords, weekdayWord } from './opening.ts';

type Speaker = Pick<Ui, 't' | 'locale'>;

function spanWords(ui: Speaker, span: DaySpan): string {
  const { opens, closes } = span;
  const clock = (time: string) => clockWords(ui.locale, time);
  let words: string;
  if (opens === '00:00' && (closes === '24:00' || closes === '00:00')) words = ui.t('directory.page.hours.allDay');
  else if (opens && closes) words = ui.t('directory.page.hours.span', { opens: clock(opens), closes: clock(closes) });
  else if (opens) words = ui.t('directory.page.hours.from', { opens: clock(opens) });
  else if (closes) words = ui.t('directory.page.hours.until', { closes: clock(closes) });
  else words = ui.t('directory.page.hours.ask');
  if (span.nextDay && closes !== '00:00') words = ui.t('directory.page.hours.nextDay', { hours: words });
  if (span.appointment) words = ui.t('directory.page.hours.appointment', { hours: words });
  return span.doubt ? ui.t('directory.page.hours.doubt', { hours: words }) : words;
}

/** "Monday to Friday" for days in a row, "Saturday and Sunday" for two; as they stand within a sentence. */
function dayNames(ui: Speaker, weekdays: readonly number[]): string {
  if (weekdays.length === 7) return ui.t('directory.page.hours.everyDay');
  const words = weekdays.map((day) => weekdayWord(ui.locale, day));
  return words.length > 2
    ? ui.t('directory.page.hours.days', { first: words[0], last: words.at(-1) })
    : formatList(ui.locale, words);
}

/** The same where a line begins with it. */
export const daysWords = (ui: Speaker, weekdays: readonly number[]): string => capitalized(dayNames(ui, weekdays));

/** Each stretch of like days, beginning with the Monday of this week; words as they stand within a sentence. */
export function weekWords(
  ui: Speaker,
  rows: ScheduleRow[],
  today: string,
  zone: string,
): { days: string; hours: string }[] {
  const monday = Temporal.PlainDate.from(today);
  const from = monday.subtract({ days: monday.dayOfWeek - 1 }).toString();
  return weekTable(rows, from, zone).map(({ weekdays, hours }) => ({
    days: dayNames(ui, weekdays),
    hours:
      hours.spans.length > 0
        ? formatList(
            ui.locale,
            hours.spans.map((span) => spanWords(ui, span)),
          )
        : ui.t(hours.state === 'closed' ? 'directory.page.hours.closed' : 'directory.page.hours.unknown'),
  }));
}

/** The week in one line: "Monday to Friday: 9:00 AM to 5:00 PM; Saturday and Sunday: closed". */
export const weekLine = (week: readonly { days: string; hours: string }[]): string =>
  capitalized(week.map(({ days, hours }) => `${days}: ${hours}`).join('; '));

/** Hours that people wrote as words, where no rule can hold them. */
export const hoursInWords = (rows: readonly Fields[]): string[] => [
  ...new Set(rows.flatMap((row) => (typeof row.description === 'string' && row.description ? [row.description] : []))),
];

export function Week({ ui, rows, today, zone }: { ui: Speaker; rows: ScheduleRow[]; today: string; zone: string }) {
  const lines = weekWords(ui, rows, today, zone);
  const known = lines.some((line) => line.hours !== ui.t('directory.page.hours.unknown'));
  return (
    <>
      {known && (
        <dl class="wm-summary wm-week">
          {lines.map((line) => (
            <div>
              <dt>{capitalized(line.days)}</dt>
              <dd>{capitalized(line.hours)}</dd>
            </div>
          ))}
        </dl>
      )}
      {hoursInWords(rows as Fields[]).map((words) => (
        <p>{words}</p>
      ))}
    </>
  );
}
