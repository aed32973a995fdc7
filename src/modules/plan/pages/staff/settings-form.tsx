/** What a plan says of itself as form fields, and back: titles, the names of its levels, its words for statuses, themes, totals as printed, dates. */
import { BilingualField, DateField, Details, type FieldErrors, Select, TextField, type Ui } from '#ui';
import type { PlanFields } from '../../fields.ts';
import { type StatusClass, statusClasses } from '../../shape.ts';
import { needText, Reading, textFrom, textTo, textValue, type Values } from './forms.ts';

/** Empty rows offered after those that are there; saving gives the next ones. */
const spare = { levels: 1, statuses: 2, themes: 2, totals: 1 } as const;
type Rows = keyof typeof spare;
const most: Record<Rows, number> = { levels: 50, statuses: 40, themes: 60, totals: 200 };

export function planValues(fields: PlanFields): Values {
  const values: Values = {
    ...textTo('title', fields.title),
    ...textTo('summary', fields.summary),
    ...textTo('source', fields.source),
    startsOn: fields.startsOn ?? '',
    endsOn: fields.endsOn ?? '',
    baselineOn: fields.baselineOn ?? '',
  };
  fields.levels.forEach((level, n) =>
    Object.assign(values, textTo(`levels.${n}.one`, level.one), textTo(`levels.${n}.many`, level.many)),
  );
  fields.statuses.forEach((word, n) =>
    Object.assign(values, textTo(`statuses.${n}.label`, word.label), {
      [`statuses.${n}.class`]: word.class,
      [`statuses.${n}.code`]: word.code,
    }),
  );
  fields.themes.forEach((theme, n) =>
    Object.assign(values, textTo(`themes.${n}.title`, theme.title), { [`themes.${n}.key`]: theme.key }),
  );
  fields.publishedTotals.forEach((totals, n) => {
    for (const name of totalNames) values[`totals.${n}.${name}`] = totals[name]?.toString() ?? '';
  });
  return values;
}

const counts = ['done', 'active', 'notBegun', 'excluded'] as const;
const totalNames = ['asOf', ...counts, 'percent', 'source'] as const;

/** The numbers of the rows in which something was entered. `besides` names fields that a row may carry unseen. */
function usedRows(values: Values, rows: Rows, besides: string[] = []): number[] {
  const used = new Set<number>();
  for (const [key, value] of Object.entries(values)) {
    const found = new RegExp(`^${rows}\\.(\\d{1,3})\\.(.+)$`).exec(key);
    if (found && value.trim() !== '' && !besides.includes(found[2]!)) used.add(Number(found[1]));
  }
  return [...used].filter((n) => n < most[rows]).sort((a, b) => a - b);
}

/** A key for words that have none yet: from the English text, else by number, never one that is taken. */
function keyFrom(text: string, fallback: string, taken: Set<string>): string {
  const plain = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  let key = plain || fallback;
  for (let n = 2; taken.has(key); n++) key = `${plain || fallback}-${n}`;
  taken.add(key);
  return key;
}

/** Reads the form; throws invalid with a sentence for each field. An emptied row is a removed one; a theme in use keeps its key. */
export function planFrom(values: Values): PlanFields {
  const form = new Reading(values);
  const title = needText(form, 'title');
  const summary = textFrom(values, 'summary') && needText(form, 'summary');
  const source = textFrom(values, 'source') && needText(form, 'source');
  const levels = usedRows(values, 'levels').map((n) => ({
    one: needText(form, `levels.${n}.one`),
    many: needText(form, `levels.${n}.many`),
  }));
  if (levels.length === 0) form.wrong('levels.0.one.en', 'plan.staff.field.needLevel');
  const codes = new Set<string>();
  const statuses = usedRows(values, 'statuses', ['code', 'class']).map((n) => {
    const label = needText(form, `statuses.${n}.label`);
    const status = statusClasses.find((one) => one === values[`statuses.${n}.class`]);
    if (!status) form.wrong(`statuses.${n}.class`, 'kernel.field.choose');
    const code = form.text(`statuses.${n}.code`);
    if (code) codes.add(code);
    return { code: code || keyFrom(label.en, `status-${n + 1}`, codes), class: status as StatusClass, label };
  });
  const keys = new Set(
    usedRows(values, 'themes')
      .map((n) => form.text(`themes.${n}.key`))
      .filter(Boolean),
  );
  const themes = usedRows(values, 'themes', ['key']).map((n) => {
    const name = needText(form, `themes.${n}.title`);
    return { key: form.text(`themes.${n}.key`) || keyFrom(name.en, `theme-${n + 1}`, keys), title: name };
  });
  const publishedTotals = usedRows(values, 'totals').map((n) => {
    const count = (name: string) => {
      const value = form.number(`totals.${n}.${name}`);
      if (value === undefined || !Number.isInteger(value) || value < 0)
        form.wrong(`totals.${n}.${name}`, 'plan.staff.field.count');
      return value ?? 0;
    };
    const asOf = form.text(`totals.${n}.asOf`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(asOf)) form.wrong(`totals.${n}.asOf`, 'plan.field.day');
    const percent = form.number(`totals.${n}.percent`);
    if (percent !== undefined && (percent < 0 || percent > 100))
      form.wrong(`totals.${n}.percent`, 'plan.staff.field.percent');
    const from = form.text(`totals.${n}.source`);
    return {
      asOf,
      done: count('done'),
      active: count('active'),
      notBegun: count('notBegun'),
      excluded: count('excluded'),
      ...(percent !== undefined && { percent }),
      ...(from && { source: from }),
    };
  });
  const [startsOn, endsOn, baselineOn] = [form.text('startsOn'), form.text('endsOn'), form.text('baselineOn')];
  if (startsOn && endsOn && endsOn < startsOn) form.wrong('endsOn', 'plan.staff.field.endsBefore');
  form.done();
  return {
    title,
    ...(summary && { summary }),
    levels,
    statuses,
    themes,
    ...(startsOn && { startsOn }),
    ...(endsOn && { endsOn }),
    ...(baselineOn && { baselineOn }),
    publishedTotals,
    ...(source && { source }),
  };
}

/** A field's name in words, for telling two edits apart. */
export function settingWord(ui: Pick<Ui, 't'>, name: string): string {
  const [first = '', second, third] = name.split('.');
  const locale = name.endsWith('.es')
    ? ` (${ui.t('ui.language.es')})`
    : name.endsWith('.en')
      ? ` (${ui.t('ui.language.en')})`
      : '';
  if (/^\d+$/.test(second ?? '')) {
    const part = counts.find((one) => one === third);
    const what = part ? ui.t(`ui.status.${part}`) : ui.t(`plan.staff.settings.part.${third}`);
    return `${ui.t(`plan.staff.settings.row.${first}`, { n: Number(second) + 1 })}: ${what}${locale}`;
  }
  return `${ui.t(`plan.staff.field.${first}`)}${locale}`;
}

/** A schema's place in a list as the row of the form that it came from. */
export function settingField(values: Values, field: string): string {
  const found = /^(levels|statuses|themes|publishedTotals)\.(\d+)\.(.+)$/.exec(field);
  if (!found) return field;
  const rows = found[1] === 'publishedTotals' ? 'totals' : (found[1] as Rows);
  const besides = rows === 'statuses' ? ['code', 'class'] : rows === 'themes' ? ['key'] : [];
  return `${rows}.${usedRows(values, rows, besides)[Number(found[2])] ?? found[2]}.${found[3]}`;
}

export function SettingsFieldset({ ui, values, errors }: { ui: Ui; values: Values; errors: FieldErrors }) {
  const shared = { ui, errors };
  const rows = (name: Rows) => {
    const length = Math.min((usedRows(values, name).at(-1) ?? -1) + 1 + spare[name], most[name]);
    return Array.from({ length }, (_, n) => n);
  };
  const heading = (name: Rows) => ui.t(`plan.staff.settings.${name}`, { count: usedRows(values, name).length });
  const refused = (name: Rows) => Object.keys(errors).some((key) => key.startsWith(`${name}.`));
  const bilingual = (
    name: string,
    label: string,
    more: { optional?: boolean; lines?: number; maxlength?: number } = {},
  ) => <BilingualField {...shared} name={name} label={label} value={textValue(values, name)} {...more} />;
  return (
    <>
      {bilingual('title', ui.t('plan.staff.field.title'), { maxlength: 200 })}
      {bilingual('summary', ui.t('plan.staff.field.summary'), { optional: true, lines: 4, maxlength: 2000 })}
      {bilingual('source', ui.t('plan.staff.field.source'), { optional: true, lines: 2, maxlength: 600 })}
      <div class="wm-filters wm-section">
        {(['startsOn', 'endsOn', 'baselineOn'] as const).map((name) => (
          <DateField {...shared} name={name} label={ui.t(`plan.staff.field.${name}`)} value={values[name]} optional />
        ))}
      </div>
      <p class="usa-hint">{ui.t('plan.staff.field.baselineHint')}</p>
      <Details summary={heading('levels')} open={refused('levels')}>
        <p class="usa-hint">{ui.t('plan.staff.settings.levelsHint')}</p>
        {rows('levels').map((n) => (
          <div class="wm-repeat">
            {bilingual(`levels.${n}.one`, ui.t('plan.staff.field.levelOne', { n: n + 1 }), {
              optional: true,
              maxlength: 60,
            })}
            {bilingual(`levels.${n}.many`, ui.t('plan.staff.field.levelMany', { n: n + 1 }), {
              optional: true,
              maxlength: 60,
            })}
          </div>
        ))}
      </Details>
      <Details summary={heading('statuses')} open={refused('statuses')}>
        <p class="usa-hint">{ui.t('plan.staff.settings.statusesHint')}</p>
        {rows('statuses').map((n) => (
          <div class="wm-repeat">
            <input type="hidden" name={`statuses.${n}.code`} value={values[`statuses.${n}.code`] ?? ''} />
            {bilingual(`statuses.${n}.label`, ui.t('plan.staff.settings.row.statuses', { n: n + 1 }), {
              optional: true,
              maxlength: 60,
            })}
            <Select
              {...shared}
              name={`statuses.${n}.class`}
              label={ui.t('plan.staff.settings.class')}
              value={values[`statuses.${n}.class`]}
              blank={ui.t('plan.staff.choose')}
              options={statusClasses.map((status) => ({ value: status, label: ui.t(`ui.status.${status}`) }))}
              optional
            />
          </div>
        ))}
      </Details>
      <Details summary={heading('themes')} open={refused('themes')}>
        <p class="usa-hint">{ui.t('plan.staff.settings.themesHint')}</p>
        {rows('themes').map((n) => (
          <div class="wm-repeat">
            <input type="hidden" name={`themes.${n}.key`} value={values[`themes.${n}.key`] ?? ''} />
            {bilingual(`themes.${n}.title`, ui.t('plan.staff.settings.row.themes', { n: n + 1 }), {
              optional: true,
              maxlength: 200,
            })}
          </div>
        ))}
      </Details>
      <Details summary={heading('totals')} open={refused('totals')}>
        <p class="usa-hint">{ui.t('plan.staff.settings.totalsHint')}</p>
        {rows('totals').map((n) => (
          <fieldset class="wm-repeat">
            <legend>{ui.t('plan.staff.settings.row.totals', { n: n + 1 })}</legend>
            <div class="wm-filters">
              <DateField
                {...shared}
                name={`totals.${n}.asOf`}
                label={ui.t('plan.staff.settings.asOf')}
                value={values[`totals.${n}.asOf`]}
                optional
              />
              {counts.map((name) => (
                <TextField
                  {...shared}
                  name={`totals.${n}.${name}`}
                  label={ui.t(`ui.status.${name}`)}
                  value={values[`totals.${n}.${name}`]}
                  inputmode="numeric"
                  small
                  optional
                />
              ))}
              <TextField
                {...shared}
                name={`totals.${n}.percent`}
                label={ui.t('plan.staff.settings.percent')}
                value={values[`totals.${n}.percent`]}
                inputmode="decimal"
                small
                optional
              />
              <TextField
                {...shared}
                name={`totals.${n}.source`}
                label={ui.t('plan.staff.settings.from')}
                value={values[`totals.${n}.source`]}
                maxlength={400}
                optional
              />
            </div>
          </fieldset>
        ))}
      </Details>
    </>
  );
}
