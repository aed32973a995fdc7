/**
 * What a file says, where it says no more than the network knows, put in the network's own words: else a file that a network took out itself, sent back
 * untouched or with one number put right, would take away what it could not carry. Pure.
 *
 *   the day of being made sure of   worked out here (documents.ts); a file that says no later one is no source of it
 *   a description that is the name  HSDS must have one, so the name stands in (documents.ts)
 *   the label of a term             HSDS writes the term's name beside its id; here the term is enough
 *   entries of a plain list         know less than ours (a number without its kind): one that says nothing else than one of ours is that one
 */
import { canonical, type Fields } from '#modules/organisations';
import { hoursText } from './flat-row.ts';

/** `checked`: days on which fields were made sure of. `plainList`: the file is one, so its lists are cells. */
export function inOurWords(
  theirs: Fields,
  ours: Fields,
  checked: Readonly<Record<string, string>>,
  plainList: boolean,
): Fields {
  const out: Fields = { ...theirs };
  const known = [ours.assured_date, ...Object.values(checked)]
    .filter((day) => typeof day === 'string')
    .sort()
    .at(-1);
  if (known !== undefined && typeof theirs.assured_date === 'string' && theirs.assured_date <= known) {
    if (ours.assured_date === undefined) delete out.assured_date;
    else out.assured_date = ours.assured_date;
  }
  if (ours.description === undefined && theirs.description === theirs.name) delete out.description;
  for (const [name, list] of Object.entries(theirs)) {
    const mine = ours[name];
    if (!isEntries(list) || !isEntries(mine)) continue;
    if (plainList) out[name] = carried(name, list, mine);
    else if (name === 'attributes') out[name] = list.map((one) => mine.find((other) => isNamed(one, other)) ?? one);
  }
  return out;
}

/** The same attribute but for a label that only repeats its term. */
function isNamed(one: Fields, ours: Fields): boolean {
  const { label, ...rest } = one;
  return label !== undefined && one.taxonomy_term_id !== undefined && canonical(rest) === canonical(ours);
}

/** Our entries that the list repeats, in our order, then what it brings. Of attributes a plain list speaks of keywords alone. */
function carried(name: string, list: readonly Fields[], mine: readonly Fields[]): Fields[] {
  // Hours that no rule can be read from, such as closures, are words in a list.
  if (name === 'schedules' && list.length === 1 && list[0]!.description === hoursText(mine)) return [...mine];
  // A cell holds one address; those beside it stay.
  if (name === 'addresses')
    return mine.some((one) => saysNoMore(list[0]!, one)) ? [...mine] : [...list, ...mine.slice(1)];
  const stay = new Set(name === 'attributes' ? mine.filter((one) => one.link_type !== 'keyword') : []);
  const brought: Fields[] = [];
  for (const one of list) {
    const same = mine.find((other) => !stay.has(other) && saysNoMore(one, other));
    if (same) stay.add(same);
    else brought.push(one);
  }
  return [...mine.filter((one) => stay.has(one)), ...brought];
}

/** Ids of a plain list are made of what it says. */
const saysNoMore = (one: Fields, ours: Fields): boolean =>
  Object.entries(one).every(([name, value]) => name === 'id' || canonical(value) === canonical(ours[name]));

const isEntries = (value: unknown): value is Fields[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
