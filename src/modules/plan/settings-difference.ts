/**
 * What differs in the settings of a plan between two revisions: the names of its levels, its words for statuses, its themes, days, printed totals,
 * the phase it follows and its place in the list. Title and summary are told with the items (story.ts). Told to who approves and to the public alike.
 */
import type { PlanFields } from './fields.ts';
import { verb } from './item-difference.ts';
import type { PublishedTotals, Text } from './shape.ts';
import type { Change } from './snapshot.ts';
import type { Words } from './progress.ts';

export interface Settings {
  fields: PlanFields;
  /** English title of the phase it follows where that is public, '' where it is not; null: it follows none. */
  follows: string | null;
  /** Place in the list of plans, from 1. */
  place: number;
}

type Told = Pick<Change, 'subject' | 'locale' | 'before' | 'after'>;

/** Every difference in the settings, as changes of the plan itself (ref 0). */
export function diffSettings(was: Settings, is: Settings): Change[] {
  const changes: Change[] = [];
  const tell = (key: string, values: Words['values'], told: Told = {}) =>
    changes.push({ ref: 0, kind: 'settings', said: { key: `plan.story.${key}`, values }, ...told });
  const plain = (setting: string, before: string | number, after: string | number, values: Words['values'] = {}) => {
    if (before === after) return;
    const all = { setting, n: 0, locale: '', before, after, ...values };
    tell(`setting${verb(before, after)}`, all, { before, after });
  };
  const text = (setting: string, before: Text | undefined, after: Text | undefined, n = 0) => {
    for (const locale of ['en', 'es'] as const)
      plain(setting, before?.[locale] ?? '', after?.[locale] ?? '', { n, locale });
  };

  text('source', was.fields.source, is.fields.source);
  for (const day of ['startsOn', 'endsOn', 'baselineOn'] as const)
    plain(day, was.fields[day] ?? '', is.fields[day] ?? '');
  diffLevels(was.fields.levels, is.fields.levels, text, tell);

  const words = keyed(was.fields.statuses, is.fields.statuses, ({ code }) => code);
  rows(
    'word',
    words,
    ({ label }) => label,
    tell,
    (before, after, n) => {
      text('word', before.label, after.label, n);
      if (before.class !== after.class)
        tell(
          'settingClass',
          { word: after.label.en, before: before.class, after: after.class },
          { before: before.class, after: after.class },
        );
    },
  );
  const themes = keyed(was.fields.themes, is.fields.themes, ({ key }) => key);
  rows(
    'theme',
    themes,
    ({ title }) => title,
    tell,
    (before, after, n) => text('theme', before.title, after.title, n),
  );
  diffTotals(was.fields.publishedTotals, is.fields.publishedTotals, tell);

  if (was.follows !== is.follows)
    tell(`follows${phase(was.follows, is.follows)}`, { before: was.follows ?? '', after: is.follows ?? '' });
  plain('place', was.place, is.place);
  return changes;
}

type Tell = (key: string, values: Words['values'], told?: Told) => void;

/** A row by its English name, and beside it in every language it has. */
const row = (tell: Tell, key: string, setting: string, name: Text) =>
  tell(key, { setting, name: name.en }, name.es ? { subject: name } : {});

/** The ending of the sentence about phases; one that is not public is not named. */
const phase = (before: string | null, after: string | null): string =>
  after === null ? 'Nothing' : after === '' ? 'Hidden' : before ? 'Changed' : 'Added';

/** Levels are known by their depth. */
function diffLevels(
  was: PlanFields['levels'],
  is: PlanFields['levels'],
  text: (setting: string, before: Text | undefined, after: Text | undefined, n: number) => void,
  tell: Tell,
): void {
  for (let n = 0; n < Math.max(was.length, is.length); n++) {
    const [before, after] = [was[n], is[n]];
    if (before && after) {
      text('levelOne', before.one, after.one, n + 1);
      text('levelMany', before.many, after.many, n + 1);
    } else if (after) {
      row(tell, 'rowAdded', 'level', after.one);
      row(tell, 'rowAdded', 'levelMany', after.many);
    } else row(tell, 'rowRemoved', 'level', before!.one);
  }
}

interface Keyed<T> {
  was: T[];
  is: T[];
  keyOf: (one: T) => string;
}
const keyed = <T>(was: T[], is: T[], keyOf: (one: T) => string): Keyed<T> => ({ was, is, keyOf });

/** Rows that came, went, changed or changed their order. */
function rows<T>(
  setting: string,
  { was, is, keyOf }: Keyed<T>,
  nameOf: (one: T) => Text,
  tell: Tell,
  both: (before: T, after: T, n: number) => void,
): void {
  const old = new Map(was.map((one) => [keyOf(one), one]));
  const now = new Set(is.map(keyOf));
  is.forEach((one, index) => {
    const before = old.get(keyOf(one));
    if (before === undefined) row(tell, 'rowAdded', setting, nameOf(one));
    else both(before, one, index + 1);
  });
  for (const one of was) if (!now.has(keyOf(one))) row(tell, 'rowRemoved', setting, nameOf(one));
  const order = (list: T[], other: { has(key: string): boolean }) =>
    list
      .map(keyOf)
      .filter((key) => other.has(key))
      .join();
  if (order(was, now) !== order(is, old)) tell('rowOrder', { setting });
}

/** Totals as printed are known by their day; a source is shown as it was written. */
function diffTotals(was: PublishedTotals[], is: PublishedTotals[], tell: Tell): void {
  const old = new Map(was.map((one) => [one.asOf, one]));
  const days = new Set(is.map(({ asOf }) => asOf));
  for (const totals of is) {
    const { asOf: on, done, active, notBegun, excluded, percent, source } = totals;
    const before = old.get(on);
    if (before && JSON.stringify(values(before)) === JSON.stringify(values(totals))) continue;
    const said = { on, done, active, notBegun, excluded, percent: percent ?? -1 };
    tell(before ? 'totalsChanged' : 'totalsAdded', said, source ? { subject: { en: source } } : {});
  }
  for (const { asOf: on } of was) if (!days.has(on)) tell('totalsRemoved', { on });
}

const values = ({ asOf, done, active, notBegun, excluded, percent, source }: PublishedTotals) => [
  asOf,
  done,
  active,
  notBegun,
  excluded,
  percent ?? null,
  source ?? '',
];
