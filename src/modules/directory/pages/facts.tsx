/** Small facts of a service in words: cost, languages, how to reach it, when it was last checked. Used by lists, pages, print and PDF alike. */
import type { Fields } from '#modules/organisations';
import { callAddress } from '#modules/site';
import { formatDay, formatList, formatMoney, type Locale, type Ui } from '#ui';
import { accepting, isFree, servesMinors, termsLinked, warmTransfer } from '../features.ts';
import { languageName, termName } from './words.ts';
import { type Now, nowWords } from './opening.ts';
import type { Doc, ServiceView } from './read.ts';
import { said, Words } from './said.tsx';

type Speaker = Pick<Ui, 't' | 'locale'>;
type Phone = {
  id: string;
  number: string;
  extension?: number;
  type?: string;
  description?: string;
  languages?: Fields[];
};

const list = <T,>(body: Fields, name: string): T[] => (body[name] as T[] | undefined) ?? [];

/** The phones of a service: its own, else those of where it is given, else its organisation's. */
export function phonesOf({ service, places, organization }: ServiceView): Phone[] {
  const own = list<Phone>(service.body, 'phones');
  if (own.length > 0) return own;
  const there = places.flatMap(({ link, place }) => [
    ...list<Phone>(link.body, 'phones'),
    ...list<Phone>(place.body, 'phones'),
  ]);
  return there.length > 0 ? there : list<Phone>(organization.body, 'phones');
}

/** What one needs to know of a number beside it. */
export function PhoneMore({ ui, phone }: { ui: Speaker; phone: Phone }) {
  const words = said({ ...phone }, 'description', ui.locale);
  return (
    <>
      {phone.extension !== undefined && ` ${ui.t('directory.page.extension', { extension: String(phone.extension) })}`}
      {words && (
        <span class="wm-soft">
          {' · '}
          <Words of={words} />
        </span>
      )}
    </>
  );
}

export const PhoneLink = ({ ui, phone }: { ui: Speaker; phone: Phone }) => (
  <>
    <a href={callAddress(phone.number)}>{phone.number}</a>
    <PhoneMore ui={ui} phone={phone} />
  </>
);

/** Names of the languages that a service speaks, in the reader's language. */
export function languagesOf({ service, places }: ServiceView, locale: Locale): string[] {
  const codes = [service.body, ...places.map(({ place }) => place.body)]
    .flatMap((body) => list<{ code?: string; name?: string }>(body, 'languages'))
    .flatMap((one) => (one.code ? languageName(one.code, locale) : (one.name ?? [])));
  return [...new Set(codes)];
}

/** "Speaks English and Spanish". In Spanish the name of a language stands small within a sentence. */
export const spokenWords = (ui: Speaker, languages: readonly string[]): string =>
  ui.t('directory.page.speaks', {
    languages: formatList(
      ui.locale,
      ui.locale === 'es' ? languages.map((name) => name.charAt(0).toLowerCase() + name.slice(1)) : languages,
    ),
  });

/** Short facts in one line, that breaks after a dot and never before one. */
export const dotted = (facts: readonly (string | null)[]): string => facts.filter(Boolean).join('\u00a0· ');

/** What it costs, in one line; null where nobody said. */
export function costOf(ui: Speaker, body: Fields): string | null {
  const words = said(body, 'fees_description', ui.locale) ?? said(body, 'fees', ui.locale);
  if (isFree(body)) return ui.t('directory.page.free');
  const terms = termsLinked(body, 'cost').map((id) => termName(id, ui.locale));
  const amounts = list<{ option?: string; amount?: number; amount_description?: string }>(body, 'cost_options').flatMap(
    (one) =>
      [one.option, one.amount === undefined ? '' : formatMoney(ui.locale, one.amount), one.amount_description]
        .filter(Boolean)
        .join(' ') || [],
  );
  return [...new Set([...terms.filter(Boolean), ...amounts, ...(words ? [words.text] : [])])].join(' · ') || null;
}

/** When somebody last made sure of the record (HSDS `assured_date`), in words. */
export const checkedWords = (ui: Speaker, body: Fields): string =>
  typeof body.assured_date === 'string'
    ? ui.t('directory.page.checked', { day: formatDay(ui.locale, body.assured_date) })
    : ui.t('directory.page.notChecked');

/** Places of a service as one line each; a hidden one is never among them. */
export function addressLine(place: Doc): string {
  const all = list<Record<string, string>>(place.body, 'addresses');
  const one = all.find((address) => address.address_type === 'physical') ?? all[0];
  if (!one) return '';
  return [one.address_1, one.address_2, one.city, [one.state_province, one.postal_code].filter(Boolean).join(' ')]
    .filter(Boolean)
    .join(', ');
}

/** A word and a shape for the hours; the same shapes as statuses. */
const shapes = {
  open: 'wm-status wm-status--done',
  closed: 'wm-status wm-status--notBegun',
  unknown: 'wm-status wm-status--unknown',
};

export const OpenTag = ({ ui, now, at, timeZone }: { ui: Speaker; now: Now; at: Date; timeZone: string }) => (
  <span class={`${shapes[now.state]} wm-wrapping`}>{nowWords(ui, now, at, timeZone)}</span>
);

/** Short marks of a service: free, minors, whether it takes people now. */
export function marksOf(ui: Speaker, body: Fields, staff: boolean): string[] {
  const out: string[] = [];
  if (body.status === 'temporarily closed') out.push(ui.t('directory.page.temporarilyClosed'));
  if (isFree(body)) out.push(ui.t('directory.page.free'));
  if (servesMinors(body)) out.push(ui.t('directory.page.servesMinors'));
  const takes = accepting(body);
  if (takes !== 'unknown') out.push(ui.t(`directory.page.accepting.${takes}`));
  const warm = warmTransfer(body);
  if (staff && warm !== 'unknown') out.push(ui.t(`directory.page.warm.${warm}`));
  return out;
}
