/** Narrowing a search: what is set can be taken away, what the found services have can be added, each with its count. Buttons, because words may not travel in an address. */
import { Details, Form, formatNumber, type Ui } from '#ui';
import { county, placeLabel } from '../gazetteer/index.ts';
import type { Count, SearchResult } from '../search/index.ts';
import { type Asked, whoChoices } from './ask.ts';
import { languageName, termName } from './words.ts';

type Choice = { change: string; label: string; count?: number };

const mostOfEach = 8;

/** What is set now, each with the change that takes it away. */
export function chosen(ui: Ui, asked: Asked): Choice[] {
  const { locale } = ui;
  const place = asked.place;
  return [
    ...(asked.what ? [{ change: 'what:', label: `“${asked.what}”` }] : []),
    ...asked.needs.map((id) => ({ change: `needs:${id}`, label: termName(id, locale) })),
    ...(place ? [{ change: 'where:', label: placeLabel(place, locale) }] : []),
    ...(asked.county ? [{ change: `county:${asked.county}`, label: countyName(asked.county, locale) }] : []),
    ...(asked.who
      ? [
          {
            change: `who:${asked.who}`,
            label: asked.who === 'minors' ? ui.t('directory.page.ask.minors') : termName(asked.who, locale),
          },
        ]
      : []),
    ...asked.languages.map((code) => ({ change: `languages:${code}`, label: languageName(code, locale) })),
    ...asked.accessibility.map((id) => ({ change: `accessibility:${id}`, label: termName(id, locale) })),
    ...asked.trafficking.map((id) => ({ change: `trafficking:${id}`, label: termName(id, locale) })),
    ...(['open', 'free', 'accepting', 'warmTransfer'] as const)
      .filter((name) => asked[name])
      .map((name) => ({ change: `${name}:`, label: ui.t(`directory.page.ask.${name}`) })),
  ].filter((one) => one.label !== '');
}

const countyName = (fips: string, locale: Ui['locale']): string => {
  const found = county(fips);
  return found ? placeLabel(found, locale) : '';
};

/** Groups of filters that would leave something, and are not set yet. */
export function offered(
  ui: Ui,
  asked: Asked,
  found: SearchResult,
  staff: boolean,
): { title: string; choices: Choice[] }[] {
  const { locale } = ui;
  const group = (counts: readonly Count[], name: string, label: (id: string) => string, set: readonly string[]) =>
    counts
      .filter((one) => one.count < found.total && !set.includes(one.id))
      .map((one) => ({ change: `${name}:${one.id}`, label: label(one.id), count: one.count }))
      .filter((one) => one.label !== '')
      .slice(0, mostOfEach);
  const flags = (['free', 'accepting', ...(staff ? (['warmTransfer'] as const) : [])] as const)
    .filter((name) => !asked[name] && found.flags[name] > 0 && found.flags[name] < found.total)
    .map((name) => ({ change: `${name}:`, label: ui.t(`directory.page.ask.${name}`), count: found.flags[name] }));
  const open = asked.open ? [] : [{ change: 'open:', label: ui.t('directory.page.ask.open') }];
  const minors =
    asked.who === '' && found.flags.minors > 0 && found.flags.minors < found.total
      ? [{ change: 'who:minors', label: ui.t('directory.page.ask.minors'), count: found.flags.minors }]
      : [];
  return [
    {
      title: ui.t('directory.page.facet.needs'),
      choices: group(found.facets.needs, 'needs', (id) => termName(id, locale), asked.needs),
    },
    {
      title: ui.t('directory.page.facet.languages'),
      choices: group(found.facets.languages, 'languages', (code) => languageName(code, locale), asked.languages),
    },
    {
      title: ui.t('directory.page.facet.who'),
      choices: [
        ...minors,
        ...(asked.who ? [] : group(found.facets.specialisations, 'who', (id) => whoName(id, locale), [])),
      ],
    },
    {
      title: ui.t('directory.page.facet.counties'),
      choices: asked.county ? [] : group(found.facets.counties, 'county', (fips) => countyName(fips, locale), []),
    },
    { title: ui.t('directory.page.facet.more'), choices: [...open, ...flags] },
    ...(staff
      ? [
          {
            title: ui.t('directory.page.facet.trafficking'),
            choices: group(found.facets.trafficking, 'trafficking', (id) => termName(id, locale), asked.trafficking),
          },
          {
            title: ui.t('directory.page.facet.accessibility'),
            choices: group(
              found.facets.accessibility,
              'accessibility',
              (id) => termName(id, locale),
              asked.accessibility,
            ),
          },
        ]
      : []),
  ].filter((one) => one.choices.length > 0);
}

/** That somebody is under 18 is asked by a choice of its own, which counts all who take them. */
const whoName = (id: string, locale: Ui['locale']): string =>
  whoChoices(locale).find((one) => one.value === id)?.label ?? '';

const Press = ({ ui, choice, remove }: { ui: Ui; choice: Choice; remove?: boolean }) => (
  <button class={remove ? 'wm-chip wm-chip--set' : 'wm-chip'} type="submit" name="change" value={choice.change}>
    {choice.label}
    {choice.count !== undefined && <span class="wm-soft wm-num"> ({formatNumber(ui.locale, choice.count)})</span>}
    {remove && <span class="wm-sr"> {ui.t('directory.page.facet.remove')}</span>}
  </button>
);

/** What is set, as buttons that take it away. */
export function Chosen({ ui, asked, action }: { ui: Ui; asked: Asked; action: string }) {
  const set = chosen(ui, asked);
  if (set.length === 0) return null;
  return (
    <Form ui={ui} action={action} class="wm-chips" label={ui.t('directory.page.facet.chosen')}>
      {set.map((choice) => (
        <Press ui={ui} choice={choice} remove />
      ))}
    </Form>
  );
}

export function Facets(props: { ui: Ui; asked: Asked; found: SearchResult; action: string; staff?: boolean }) {
  const { ui, asked, found, action, staff = false } = props;
  const groups = offered(ui, asked, found, staff);
  if (groups.length === 0) return null;
  return (
    <Details summary={ui.t('directory.page.facet.narrow')}>
      <Form ui={ui} action={action} label={ui.t('directory.page.facet.narrow')}>
        {groups.map((one) => (
          <fieldset class="wm-plainset">
            <legend class="wm-small wm-strong">{one.title}</legend>
            <div class="wm-chips">
              {one.choices.map((choice) => (
                <Press ui={ui} choice={choice} />
              ))}
            </div>
          </fieldset>
        ))}
      </Form>
    </Details>
  );
}
