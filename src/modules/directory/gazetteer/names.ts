/**
 * How people write the names of places, brought to one form: capitals, accents and dots aside, "St." and "Saint" alike, "condado de Harris" and
 * "Harris Co." the same county, "Nueva York" the same state.
 */
import { type StateRow, allStates } from './data.ts';

const spelledOut: Record<string, string> = { st: 'saint', ste: 'sainte', ft: 'fort', mt: 'mount' };

/** Lower case without accents and marks, words apart by one space, usual short forms spelled out. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .map((word) => spelledOut[word] ?? word)
    .join(' ');
}

/** Names in daily use for places whose own name is another. */
const nicknames: Record<string, readonly [name: string, state: string]> = {
  nyc: ['new york', 'NY'],
  'new york city': ['new york', 'NY'],
  'nueva york': ['new york', 'NY'],
  'ciudad de nueva york': ['new york', 'NY'],
  la: ['los angeles', 'CA'],
  sf: ['san francisco', 'CA'],
  dc: ['washington', 'DC'],
  'washington dc': ['washington', 'DC'],
  philly: ['philadelphia', 'PA'],
  filadelfia: ['philadelphia', 'PA'],
  vegas: ['las vegas', 'NV'],
  nola: ['new orleans', 'LA'],
  'nueva orleans': ['new orleans', 'LA'],
  'nueva orleans luisiana': ['new orleans', 'LA'],
  htown: ['houston', 'TX'],
  'h town': ['houston', 'TX'],
  'san antonio de bexar': ['san antonio', 'TX'],
  corpus: ['corpus christi', 'TX'],
  redwood: ['redwood city', 'CA'],
};

/** The place meant by a nickname, as plain name and state. */
export const nickname = (name: string) => (Object.hasOwn(nicknames, name) ? nicknames[name] : undefined);

const stateNames = new Map(
  allStates.flatMap((state) =>
    [state.code, state.en, state.es, ...(state.also ?? [])].map((name) => [plain(name), state] as const),
  ),
);

/** The state by its postal code or a name in English or Spanish, already plain. */
export const stateNamed = (name: string): StateRow | undefined => stateNames.get(name);

/** Plain names of all states, codes left out: for misspelt ones. */
export const stateSpellings: readonly (readonly [string, StateRow])[] = [...stateNames].filter(
  ([name]) => name.length > 4,
);

const filler = /^(?:(?:in|near|around|close to|en|cerca de|alrededor de|por) )+(?:the |el |la (?=ciudad|zona))?/;
const town = /^(?:the )?(?:city|town|village|ciudad|pueblo) (?:of|de) (?=.)/;
const countyBefore = /^(?:el )?(?:condado|county|parroquia|parish|municipio|borough)(?: of| de la| del| de)? (?=.)/;
const countyAfter = /(?<=.) (?:county|co|parish|borough|census area|municipio|municipality|condado)$/;

/** A name without what only says of what sort it is, and whether it asked for a county. */
export function bareName(name: string): { name: string; asCounty: boolean } {
  const place = name.replace(filler, '').replace(town, '');
  const bare = place.replace(countyBefore, '').replace(countyAfter, '');
  return { name: bare, asCounty: bare !== place };
}

/** Whether one letter more, less, other, or two swapped make the same word. Equal words count. */
export function withinOneLetter(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}
