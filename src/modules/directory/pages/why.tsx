/** Why a service was found, and how it came to its place in the list, in words. */
import type { Ui } from '#ui';
import { formatNumber } from '#ui';
import type { Hit, SearchResult } from '../search/index.ts';
import { type Asked, milesOf } from './ask.ts';
import { placeLabel } from '../gazetteer/index.ts';

type Speaker = Pick<Ui, 't' | 'locale'>;
const quoted = (words: readonly string[]): string => words.map((word) => `“${word}”`).join(', ');

/** One sentence for each reason; none where nothing was asked. */
export function whyWords(ui: Speaker, hit: Hit, asked: Asked): string[] {
  const out: string[] = [];
  const terms = hit.matched.flatMap((one) => (one.kind === 'term' ? [one.term] : []));
  // Where the term itself is named, single words of it in the small print say nothing more.
  const fields =
    terms.length > 0 ? (['name', 'organization'] as const) : (['name', 'term', 'organization', 'description'] as const);
  for (const field of fields) {
    const words = hit.matched.flatMap((one) => (one.kind === 'word' && one.field === field ? [one.word] : []));
    if (words.length > 0)
      out.push(ui.t(`directory.page.why.${field}`, { words: quoted([...new Set(words)]), count: words.length }));
  }
  if (terms.length > 0) out.push(ui.t('directory.page.why.offers', { terms: terms.join(', ') }));
  if (hit.place && asked.place)
    out.push(ui.t(`directory.page.why.${hit.place}`, { place: placeLabel(asked.place, ui.locale) }));
  return out;
}

/** "About 3 miles away", to the nearest office that may be known. */
export function farWords(ui: Speaker, hit: Hit): string | null {
  if (hit.distanceKm === undefined) return null;
  const miles = milesOf(hit.distanceKm);
  return miles < 1
    ? ui.t('directory.page.far.near')
    : ui.t('directory.page.far.miles', { miles: formatNumber(ui.locale, miles, miles < 10 ? 1 : 0) });
}

/** The parts of a hit's score, the largest first. */
export function rankWords(ui: Speaker, hit: Hit): string[] {
  return [...(hit.explain?.parts ?? [])]
    .sort((a, b) => b.value - a.value)
    .map((part) => `${ui.t(`directory.page.rank.${part.part}`)} (${formatNumber(ui.locale, part.value, 2)})`);
}

/** What the search made of the words: corrected ones, terms they name, and what it had to give up. */
export function toldWords(ui: Speaker, found: SearchResult): string[] {
  const out = found.corrected.map(({ from, to }) => ui.t('directory.page.told.corrected', { from, to }));
  for (const { from, term } of found.expanded) out.push(ui.t('directory.page.told.term', { from, term }));
  if (found.loosened && found.total > 0) out.push(ui.t('directory.page.told.loosened'));
  if (found.hoursUnknown > 0) out.push(ui.t('directory.page.told.hoursUnknown', { count: found.hoursUnknown }));
  return out;
}
