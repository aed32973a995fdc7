/** Values in words, whole: what a page shows of a field, of a child of a list, and of the difference between two. */
import { capitalized, formatDay, formatMoney, formatNumber, type Ui } from '#ui';
import { shapeOfExtent } from '../areas/shape.ts';
import { sizeWords } from '../pages/area-served.tsx';
import { daysWords } from '../pages/hours.tsx';
import { clockWords, weekdayWord } from '../pages/opening.ts';
import { areaSaid, said } from '../pages/said.tsx';
import { languageName, termName } from '../pages/words.ts';
import { plainDays, weekdays } from './controls.ts';
import type { Child } from './sections.ts';
import { questions } from './terms.ts';

type Speaker = Pick<Ui, 't' | 'locale'>;

const joined = (parts: readonly unknown[], by = ', '): string =>
  parts.filter((part) => part !== undefined && part !== null && part !== '').join(by);

/** Three days or more in a row as one stretch, others one by one. */
function daysLine(ui: Speaker, byday: string): string {
  const days = byday.split(',').map((day) => weekdays.indexOf(day as 'MO') + 1);
  return days.length > 2 && days.every((day, i) => day === days[0]! + i)
    ? daysWords(ui, days)
    : days.map((day) => weekdayWord(ui.locale, day)).join(', ');
}

function hoursLine(ui: Speaker, row: Child): string {
  const days =
    row.byday === undefined ? '' : plainDays(row.byday) ? daysLine(ui, String(row.byday)) : String(row.byday);
  const clock = (time: unknown) => clockWords(ui.locale, String(time));
  const hours = row.closed
    ? ui.t('directory.page.hours.closed')
    : row.opens_at === '00:00' && /^(24|00):00/.test(String(row.closes_at))
      ? ui.t('directory.page.hours.allDay')
      : row.opens_at && row.closes_at
        ? ui.t('directory.page.hours.span', { opens: clock(row.opens_at), closes: clock(row.closes_at) })
        : '';
  const from = row.valid_from ?? row.dtstart;
  const to = row.valid_to ?? row.until;
  const dates =
    from && to && from !== to
      ? `${formatDay(ui.locale, String(from))} – ${formatDay(ui.locale, String(to))}`
      : from || to
        ? formatDay(ui.locale, String(from ?? to))
        : '';
  return capitalized(joined([days, hours, dates, row.description, row.notes]));
}

/** One child of a list in a line. */
export function childWords(ui: Speaker, list: string, child: Child): string {
  const names = (field: string, name: string) =>
    ((child[field] as Child[] | undefined) ?? []).map((one) => one[name]).filter(Boolean);
  switch (list) {
    case 'schedules':
      return hoursLine(ui, child) || capitalized(ui.t('directory.page.hours.unknown'));
    case 'phones':
      return joined([
        child.extension === undefined
          ? child.number
          : `${String(child.number)} ${ui.t('directory.page.extension', { extension: String(child.extension) })}`,
        child.type === undefined ? '' : choiceWords(ui, 'type', String(child.type)),
        said(child, 'description', ui.locale)?.text,
        ...names('languages', 'name'),
      ]);
    case 'addresses':
      return joined([
        child.attention,
        child.address_1,
        child.address_2,
        child.city,
        joined([child.state_province, child.postal_code], ' '),
      ]);
    case 'languages':
      return joined([child.code ? languageName(String(child.code), ui.locale) : child.name, child.note]);
    case 'contacts':
      return joined([child.name, child.title, child.department, child.email, ...names('phones', 'number')]);
    case 'capacities':
      return joined([
        `${String((child.unit as Child | undefined)?.name ?? '')}: ${joined([child.available, child.maximum], ' / ')}`,
        child.description,
      ]);
    case 'cost_options':
      return joined([
        child.option,
        child.amount === undefined
          ? ''
          : child.currency === undefined || child.currency === 'USD'
            ? formatMoney(ui.locale, Number(child.amount))
            : `${formatNumber(ui.locale, Number(child.amount))} ${String(child.currency)}`,
        child.amount_description,
      ]);
    case 'attributes':
      return attributeWords(ui, child);
    case 'service_areas':
      return joined([
        areaSaid(child, ui.locale)?.text,
        child.name === undefined ? undefined : said(child, 'description', ui.locale)?.text,
        child.uri,
        shapeWords(ui, child),
      ]);
    default:
      return joined([
        child.label ?? child.name ?? child.identifier_type,
        child.identifier,
        child.url,
        child.source,
        child.document,
        child.uri,
        child.description,
        child.details,
      ]);
  }
}

/** The shape of an area: how large it is, or that it is kept unread. */
function shapeWords(ui: Speaker, area: Child): string {
  if (area.extent === undefined) return '';
  const shape = shapeOfExtent(area.extent);
  if (!shape) return ui.t('directory.records.area.unread');
  return ui.t('directory.records.area.shape', { size: sizeWords(ui, shape), points: shape.points });
}

/** What an attribute says: what it is about, and the term or the answer. */
export function attributeWords(ui: Speaker, one: Child): string {
  const name = one.taxonomy_term_id ? termName(String(one.taxonomy_term_id), ui.locale) : '';
  const use = useWords(ui, one);
  const words =
    name || String(one.label && one.label !== one.link_type && !labelsSaid.has(String(one.label)) ? one.label : '');
  // "Free" is a term and, beside it, a value for machines.
  const value = one.value === undefined || one.value === 'free' ? '' : choiceWords(ui, 'answer', String(one.value));
  return `${use}: ${joined([words, value]) || String(one.id)}`;
}

const uses = new Set(
  'need specialisation trafficking audience eligibility_include eligibility_exclude cost accessibility feature accepting_referrals warm_transfer'.split(
    ' ',
  ),
);
/** Labels that `useWords` has said already. */
const labelsSaid: ReadonlySet<string> = new Set([...uses, ...questions]);
/** A feature says in its label what it is about. */
const useWords = (ui: Speaker, one: Child): string => {
  const use = [one.label, one.link_type].find((name) => uses.has(String(name)));
  return use === undefined ? String(one.link_type ?? one.label ?? '') : ui.t(`directory.records.use.${String(use)}`);
};

const chosen = {
  status: ['active', 'temporarily closed', 'inactive', 'defunct'],
  location_type: ['physical', 'postal', 'virtual'],
  address_type: ['physical', 'postal', 'virtual'],
  type: ['voice', 'hotline', 'text', 'fax', 'tty', 'advocates'],
  freq: ['WEEKLY', 'MONTHLY'],
  answer: ['yes', 'no', 'ask', 'waitlist'],
} as Record<string, string[]>;

/** The word of a choice; what no list knows stays as it was written. */
export function choiceWords(ui: Speaker, field: string, value: string): string {
  if (field === 'wkst' && weekdays.includes(value as 'MO'))
    return weekdayWord(ui.locale, weekdays.indexOf(value as 'MO') + 1);
  return chosen[field]?.includes(value) ? ui.t(`directory.records.choice.${value.replace(' ', '-')}`) : value;
}

/** A single value in words. */
export function valueWords(ui: Speaker, field: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (field === 'assured_date') return formatDay(ui.locale, String(value));
  if (chosen[field]) return choiceWords(ui, field, String(value));
  return String(value);
}

/** Any value of a record as lines: one for a single value, one a child for a list. */
export const linesOf = (ui: Speaker, field: string, value: unknown): string[] =>
  Array.isArray(value)
    ? value.map((one) => childWords(ui, field, one as Child))
    : [valueWords(ui, field, value)].filter(Boolean);
