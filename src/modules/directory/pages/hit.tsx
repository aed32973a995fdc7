/** One service in a list: readable without a map, and enough to call without opening its page. */
import { Details, type Ui } from '#ui';
import type { Hit } from '../search/index.ts';
import type { Asked } from './ask.ts';
import {
  checkedWords,
  costOf,
  dotted,
  languagesOf,
  marksOf,
  OpenTag,
  PhoneLink,
  phonesOf,
  spokenWords,
} from './facts.tsx';
import { nowOf } from './opening.ts';
import type { ServiceView } from './read.ts';
import { said, Words } from './said.tsx';
import { farWords, rankWords, whyWords } from './why.tsx';

const longest = 220;

/** The first sentences of a description. */
function short(text: string): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 120))} …`;
}

export function HitItem(props: {
  ui: Ui;
  hit: Hit;
  view: ServiceView;
  asked: Asked;
  href: string;
  at: Date;
  timeZone: string;
  /** Its number on the map, where there is one. */
  number?: number;
}) {
  const { ui, hit, view, asked, at, timeZone } = props;
  const { body } = view.service;
  const name = said(body, 'name', ui.locale) ?? { text: view.service.name };
  const owner = said(view.organization.body, 'name', ui.locale) ?? { text: view.organization.name };
  const description = said(body, 'description', ui.locale);
  const alert = said(body, 'alert', ui.locale);
  const [phone] = phonesOf(view);
  const languages = languagesOf(view, ui.locale);
  const cost = costOf(ui, body);
  const why = whyWords(ui, hit, asked);
  const far = farWords(ui, hit);
  const rank = rankWords(ui, hit);
  const marks = marksOf(ui, body, false).filter((mark) => mark !== cost);
  return (
    <li class="wm-hit" id={`s-${hit.id}`}>
      <h3>
        {props.number !== undefined && <span class="wm-hit__number">{props.number}</span>}
        <a href={props.href}>
          <Words of={name} />
        </a>
      </h3>
      <p class="wm-tight">
        <Words of={owner} />
        {far && <span class="wm-soft"> · {far}</span>}
      </p>
      <p class="wm-tight">
        <OpenTag ui={ui} now={nowOf(view, at, timeZone)} at={at} timeZone={timeZone} />
      </p>
      {alert && (
        <p class="wm-tight wm-strong">
          <Words of={alert} />
        </p>
      )}
      {description && (
        <p class="wm-hit__text" lang={description.lang}>
          {short(description.text)}
        </p>
      )}
      {why.length > 0 && (
        <p class="wm-tight">
          <span class="wm-strong">{ui.t('directory.page.whyTitle')}</span> {why.join(' ')}
        </p>
      )}
      <p class="wm-tight">
        {phone ? (
          <>
            {ui.t('directory.page.call')} <PhoneLink ui={ui} phone={phone} />
          </>
        ) : (
          ui.t('directory.page.noPhone')
        )}
      </p>
      {body.confidential_place === true && <p class="wm-tight">{ui.t('directory.page.confidential')}</p>}
      <p class="wm-soft wm-small wm-tight">
        {dotted([
          languages.length > 0 ? spokenWords(ui, languages) : null,
          cost ? ui.t('directory.page.costs', { cost }) : null,
          ...marks,
          checkedWords(ui, body),
        ])}
      </p>
      {rank.length > 0 && (
        <Details summary={ui.t('directory.page.rank.title')}>
          <p class="wm-small">{rank.join(' · ')}</p>
        </Details>
      )}
    </li>
  );
}
