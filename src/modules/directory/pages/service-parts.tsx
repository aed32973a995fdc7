/** The parts of a service's page, drawn from the documents of whoever reads: the public, a partner, an advocate. `mark` says what is internal. */
import type { Child } from 'hono/jsx';
import type { Fields } from '#modules/organisations';
import { callAddress } from '#modules/site';
import { LinkButton, Section, SummaryList, type Ui } from '#ui';
import { termsLinked, type Attribute } from '../features.ts';
import { termName } from './words.ts';
import { addressLine, costOf, languagesOf, PhoneLink, PhoneMore, phonesOf } from './facts.tsx';
import { defaultTerms } from '../search/terms.ts';
import { Week } from './hours.tsx';
import { doorsOf } from './opening.ts';
import type { Doc, ServiceView } from './read.ts';
import { areaSaid, Lines, said, Words } from './said.tsx';

/** Says who else may see a field (or a child of a list); nothing for the public. */
export type Mark = (name: string, childId?: string) => Child;
const noMark: Mark = () => null;

export interface PartProps {
  ui: Ui;
  view: ServiceView;
  today: string;
  zone: string;
  mark?: Mark;
}

const list = <T,>(body: Fields, name: string): T[] => (body[name] as T[] | undefined) ?? [];
const attributes = (body: Fields, type: string): Attribute[] =>
  list<Attribute>(body, 'attributes').filter((one) => one.link_type === type);

/** An attribute in words: its term, and what was said of it. */
const attributeWords = (ui: Pick<Ui, 'locale'>, one: Attribute): string =>
  [
    one.taxonomy_term_id ? termName(one.taxonomy_term_id, ui.locale) : '',
    one.value ?? (one.taxonomy_term_id ? '' : one.label),
  ]
    .filter(Boolean)
    .join(': ');

function Attributes({ ui, title, from, mark }: { ui: Ui; title: string; from: readonly Attribute[]; mark: Mark }) {
  const lines = from.map((one) => ({ one, words: attributeWords(ui, one) })).filter(({ words }) => words !== '');
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {lines.map(({ one, words }) => (
          <li>
            {words} {mark('attributes', one.id)}
          </li>
        ))}
      </ul>
    </>
  );
}

/** How to reach it: the safe ways first. */
export function Reach({ ui, view, mark = noMark }: PartProps) {
  const { body } = view.service;
  const phones = phonesOf(view);
  // Calling is what the public comes to this page for.
  const first = mark === noMark ? phones[0] : undefined;
  const others = phones.filter((one) => one !== first);
  const email = (body.email ?? view.organization.body.email) as string | undefined;
  const url = (body.url ?? view.organization.body.website) as string | undefined;
  const apply = said(body, 'application_process', ui.locale);
  return (
    <Section title={ui.t('directory.page.reach')} id="reach">
      {first && (
        <p>
          <LinkButton href={callAddress(first.number)}>
            {ui.t('directory.page.call')} {first.number}
          </LinkButton>
          <PhoneMore ui={ui} phone={first} />
        </p>
      )}
      {others.length > 0 && (
        <ul class="wm-plain-list">
          {others.map((phone) => (
            <li>
              <PhoneLink ui={ui} phone={phone} /> {mark('phones', phone.id)}
            </li>
          ))}
        </ul>
      )}
      {phones.length === 0 && <p>{ui.t(mark === noMark ? 'directory.page.noPhone' : 'directory.desk.noPhone')}</p>}
      {apply && (
        <>
          <Lines of={apply} />
          {mark('application_process')}
        </>
      )}
      <SummaryList
        facts={[
          email !== undefined && { term: ui.t('directory.page.email'), value: <a href={`mailto:${email}`}>{email}</a> },
          url !== undefined && {
            term: ui.t('directory.page.website'),
            value: (
              <a href={url} rel="noreferrer nofollow">
                {url.replace(/^https?:\/\//, '').replace(/\/$/, '')}
              </a>
            ),
          },
        ]}
      />
      {phones.length > 0 && <p class="wm-soft wm-small">{ui.t('directory.page.reachSafely')}</p>}
    </Section>
  );
}

/** When: a week for each door that has hours of its own. */
export function Hours({ ui, view, today, zone, mark = noMark }: PartProps) {
  const doors = doorsOf(view);
  return (
    <Section title={ui.t('directory.page.hoursTitle')} id="hours">
      {doors.length === 0 && <p>{ui.t('directory.page.hours.none')}</p>}
      {doors.map((door) => (
        <>
          {doors.length > 1 && (
            <h3>{door.place ? door.place.name || addressLine(door.place) : ui.t('directory.page.hours.service')}</h3>
          )}
          <Week ui={ui} rows={door.rows} today={today} zone={zone} />
        </>
      ))}
      {mark('schedules')}
    </Section>
  );
}

/** What happened to people, and not who they are. */
const isSituation = (one: Attribute): boolean =>
  defaultTerms()
    .byId(one.taxonomy_term_id ?? '')
    ?.code.startsWith('situation.') ?? false;

/** For whom it is and for whom not, in plain words. */
export function Eligibility({ ui, view, mark = noMark }: PartProps) {
  const { body } = view.service;
  const words = said(body, 'eligibility_description', ui.locale);
  const to = body.maximum_age as number | undefined;
  // From nothing on is no lower limit.
  const from = (body.minimum_age as number | undefined) || undefined;
  const ages =
    from !== undefined && to !== undefined
      ? ui.t('directory.page.ages.between', { from, to })
      : from !== undefined
        ? ui.t('directory.page.ages.from', { from })
        : to !== undefined
          ? ui.t('directory.page.ages.to', { to })
          : body.minimum_age === 0
            ? ui.t('directory.page.ages.all')
            : '';
  const audience = attributes(body, 'audience');
  const groups = [
    ['directory.page.forWhom', audience.filter((one) => !isSituation(one))],
    ['directory.page.knowsWell', attributes(body, 'specialisation')],
    ['directory.page.situations', [...attributes(body, 'trafficking'), ...audience.filter(isSituation)]],
    ['directory.page.include', attributes(body, 'eligibility_include')],
    ['directory.page.exclude', attributes(body, 'eligibility_exclude')],
  ] as const;
  const any = groups.some(([, some]) => some.length > 0);
  if (!words && !ages && !any) return null;
  return (
    <Section title={ui.t('directory.page.eligibility')} id="eligibility">
      {words && (
        <>
          <Lines of={words} />
          {mark('eligibility_description')}
        </>
      )}
      {ages && (
        <p>
          {ages} {mark('minimum_age')}
        </p>
      )}
      {groups.map(([title, from]) => (
        <Attributes ui={ui} title={ui.t(title)} from={from} mark={mark} />
      ))}
    </Section>
  );
}

/** Cost, languages, papers to bring, area: facts in pairs. */
export function Facts({ ui, view, mark = noMark }: PartProps) {
  const { body } = view.service;
  const { locale } = ui;
  const languages = languagesOf(view, locale);
  const interpreters = said(body, 'interpretation_services', locale);
  const wait = said(body, 'wait_time', locale);
  const documents = list<{ document?: string }>(body, 'required_documents').flatMap((one) => one.document ?? []);
  const fee = said(body, 'fees_description', locale);
  const cost = costOf(ui, body);
  const areas = [body, ...view.places.map(({ link }) => link.body)]
    .flatMap((one) => list<Fields>(one, 'service_areas'))
    .flatMap((one) => areaSaid(one, locale) ?? []);
  const needs = termsLinked(body, 'need').map((id) => termName(id, locale));
  const programs = said(body, 'accreditations', locale);
  return (
    <Section title={ui.t('directory.page.facts')} id="facts">
      <SummaryList
        facts={[
          needs.length > 0 && {
            term: ui.t('directory.page.offers'),
            value: [...new Set(needs)].filter(Boolean).join(', '),
          },
          {
            term: ui.t('directory.page.cost'),
            value: (
              <>
                {cost ?? ui.t('directory.page.costUnknown')}
                {fee && cost !== null && !cost.includes(fee.text) && (
                  <>
                    {' · '}
                    <Words of={fee} />
                  </>
                )}{' '}
                {mark('fees_description')}
              </>
            ),
          },
          {
            term: ui.t('directory.page.languages'),
            value: (
              <>
                {languages.length > 0 ? languages.join(', ') : ui.t('directory.page.languagesUnknown')}
                {interpreters && (
                  <>
                    {' · '}
                    <Words of={interpreters} />
                  </>
                )}{' '}
                {mark('languages')}
              </>
            ),
          },
          areas.length > 0 && {
            term: ui.t('directory.page.area'),
            value: (
              <>
                {[...new Map(areas.map((name) => [name.text, name])).values()].map((name, i) => (
                  <>
                    {i > 0 && ', '}
                    <Words of={name} />
                  </>
                ))}{' '}
                {mark('service_areas')}
              </>
            ),
          },
          {
            term: ui.t('directory.page.bring'),
            value:
              documents.length > 0 ? (
                <>
                  {documents.join(', ')} {mark('required_documents')}
                </>
              ) : (
                ui.t('directory.page.bringUnknown')
              ),
          },
          wait && {
            term: ui.t('directory.page.wait'),
            value: (
              <>
                <Words of={wait} /> {mark('wait_time')}
              </>
            ),
          },
          programs && { term: ui.t('directory.page.accreditations'), value: <Words of={programs} /> },
        ]}
      />
    </Section>
  );
}

/** Where: each place that may be known, with what one needs to know before coming; and that there is one that may not. */
export function Places({ ui, view }: PartProps) {
  const { body } = view.service;
  const hidden = body.confidential_place === true;
  if (view.places.length === 0 && !hidden) return null;
  return (
    <Section title={ui.t('directory.page.where')} id="where">
      {hidden && <p>{ui.t('directory.page.confidentialLong')}</p>}
      {view.places.map(({ place, link }) => (
        <PlaceItem ui={ui} place={place} link={link} />
      ))}
    </Section>
  );
}

function PlaceItem({ ui, place, link }: { ui: Ui; place: Doc; link: Doc }) {
  const address = addressLine(place);
  const transport = said(place.body, 'transportation', ui.locale);
  const note = said(link.body, 'description', ui.locale);
  const access = [
    ...list<Attribute>(place.body, 'attributes')
      .filter((one) => one.link_type === 'accessibility')
      .map((one) => attributeWords(ui, one)),
    ...list<{ description?: string }>(place.body, 'accessibility').flatMap((one) => one.description ?? []),
  ].filter(Boolean);
  const name = said(place.body, 'name', ui.locale);
  return (
    <article class="wm-place">
      <h3>{name ? <Words of={name} /> : address || ui.t('directory.page.place')}</h3>
      {name && address && <p>{address}</p>}
      {note && <Lines of={note} />}
      {transport && <Lines of={transport} />}
      {access.length > 0 && (
        <p>
          <span class="wm-strong">{ui.t('directory.page.access')}</span> {[...new Set(access)].join(' · ')}
        </p>
      )}
    </article>
  );
}
