/**
 * From what a person types to places: a ZIP code, a town, a county, a state, an address, in English or Spanish, with one letter wrong. No outside
 * service is asked, so nobody learns who looked where. An address written out gives its ZIP code, else its town: near enough to sort by distance.
 *
 * Exact names come first; only when there is none do beginnings ("Hous") and misspellings ("Huston") count. Among equals the one with more
 * people comes first, unless the caller says which state or point is meant.
 */
import { type StateRow, allStates, gazetteer } from './data.ts';
import { type Point, kilometres } from './geometry.ts';
import { bareName, nickname, plain, stateNamed, stateSpellings, withinOneLetter } from './names.ts';
import { type OwnPlace, type Place, countyPlace, placeLabel, statePlace, townPlace, zip } from './place.ts';

type Options = {
  /** Postal code of a state: its places come first. */
  state?: string;
  /** Places near this point come first. */
  near?: Point;
  /** At most so many; 8 if not said. */
  limit?: number;
  /** Places of the network's own; they come before others of the same name. */
  own?: readonly OwnPlace[];
};

/** One name that leads to a row; `people` orders those that share it. */
type Entry = { kind: 'place' | 'county' | 'state'; row: number; state: string; people: number; own?: OwnPlace };

/** What people write for "where I am": no place that anybody here could know, and nobody means Maine by "near me", nor Michigan by "cerca de mí". */
const whereTheyAre = new Set(
  `near me|near us|near here|near by|nearby|near home|near my home|near my house|close by|close to me|close to here|close to home|next to me|by me|around|
  around me|around here|here|where i am|my area|in my area|my town|my city|my home|my house|my place|my location|my neighborhood|cerca|cerca de mi|
  cerca de aqui|cerca de mi casa|cerca de donde estoy|aqui|aqui cerca|por aqui|por mi casa|mi zona|en mi zona|mi barrio|mi ciudad|mi casa|mi pueblo|
  donde estoy|donde vivo`
    .split('|')
    .map((words) => words.trim()),
);

const saysHere = (text: string): boolean =>
  whereTheyAre.has(
    text
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, ' ')
      .trim(),
  );

/** Places that a text may mean, the likeliest first; none when nothing fits. */
export function findPlaces(text: string, options: Options = {}): Place[] {
  const { limit = 8 } = options;
  if (saysHere(text)) return [];
  const search = new Search(options);
  const typed = text.slice(0, 200);
  const byZip = zipIn(typed, search, options.own ?? []);
  if (byZip) return [byZip];
  const words = typed.replace(/\b\d{5}(?:-\d{4})?\s*$/, '');
  return search.find(words).slice(0, limit);
}

/** The ZIP code in a text: alone, at its end, or at its start when the rest agrees ("77002 Houston"), for a house may have five digits too. */
function zipIn(text: string, search: Search, own: readonly OwnPlace[]): Place | null {
  const codes = [...text.matchAll(/(?<![\d-])(\d{5})(?:-\d{4})?(?![\d-])/g)];
  const last = codes.at(-1);
  if (!last) return null;
  const known = own.find((place) => place.zip === last[1]) ?? zip(last[1]!);
  if (!known) return null;
  const before = text.slice(0, last.index).replace(/[^\p{L}\p{N}]/gu, '');
  const after = text.slice(last.index + last[0].length);
  if (before !== '' || !/\p{L}/u.test(after)) return known;
  return search.find(after)[0]?.state === known.state ? known : null;
}

class Search {
  readonly #options: Options;
  readonly #own = new Map<string, Entry[]>();

  constructor(options: Options) {
    this.#options = options;
    for (const [row, place] of (options.own ?? []).entries()) {
      const kind = place.kind === 'county' || place.kind === 'state' ? place.kind : 'place';
      const entry: Entry = { kind, row, state: place.state, people: 0, own: place };
      for (const name of [place.name, ...(place.also ?? [])]) {
        for (const key of new Set([plain(name), bareName(plain(name)).name])) add(this.#own, key, entry);
      }
    }
  }

  find(text: string): Place[] {
    const all = plain(text).replace(/(?:^| )(?:usa|united states|eeuu|ee uu|estados unidos)$/, '');
    if (all === '') return [];
    const readings = [{ name: all, state: undefined as StateRow | undefined }, ...stateAtEnd(text, all)];
    const exact = readings.flatMap(({ name, state }) => this.#exact(name, state?.code));
    if (exact.length > 0) return this.#places(exact);
    const address = /^\d/.test(all) || text.includes(',');
    const inParts = address ? this.#inParts(text, readings.at(-1)!.state) : [];
    if (inParts.length > 0) return this.#places(inParts);
    for (const { name, state } of [...readings].reverse()) {
      const similar = this.#similar(name, state?.code);
      if (similar.length > 0) return this.#places(similar);
    }
    return this.#places(this.#lastWords(readings.at(-1)!.name, readings.at(-1)!.state?.code));
  }

  /** Entries of exactly this name, or of the name that a nickname stands for. */
  #exact(text: string, state: string | undefined): Entry[] {
    const { name, asCounty } = bareName(text);
    const meant = nickname(name);
    const [known, within] = meant && (state ?? meant[1]) === meant[1] ? meant : [name, state];
    const found = (index().get(known) ?? []).filter(
      // "New York, NY" asks for what lies in the state, not for the state.
      (entry) => (within === undefined || entry.state === within) && (state === undefined || entry.kind !== 'state'),
    );
    const own = (this.#own.get(name) ?? []).filter((entry) => state === undefined || entry.state === state);
    return [...own, ...found].filter((entry) => !asCounty || entry.kind === 'county');
  }

  /** Names that begin like this one or differ in one letter. Beginnings weigh less, so that "Huston" is Houston and not Hustonville. */
  #similar(text: string, state: string | undefined): Entry[] {
    const { name, asCounty } = bareName(text);
    if (name.length < 3) return [];
    const found: Entry[] = [];
    for (const names of [this.#own, index()]) {
      for (const [key, entries] of names) {
        const misspelt = name.length > 3 && withinOneLetter(name, key);
        if (!misspelt && !key.startsWith(name)) continue;
        for (const entry of entries) {
          if ((asCounty && entry.kind !== 'county') || (state !== undefined && entry.state !== state)) continue;
          found.push(misspelt ? entry : { ...entry, people: entry.people / 5 });
        }
      }
    }
    return found;
  }

  /** "Montrose, Houston, TX": the last part that is a place gives the region; parts before it count when they lie there. */
  #inParts(text: string, state: StateRow | undefined): Entry[] {
    let found: Entry[] = [];
    let at: Place | undefined;
    for (const part of text.split(',').reverse()) {
      const name = plain(part);
      if (name === '' || (state !== undefined && stateNamed(name) === state)) continue;
      const street = /^\d/.test(name);
      if (street && at !== undefined) continue;
      const meant = this.#inPart(name, state, street);
      const close = meant.filter(lieBy(at, meant));
      if (close.length === 0) continue;
      found = close;
      at = placeOf(this.#ordered(close)[0]!);
    }
    return found;
  }

  /** What one part of an address means, with the state at its own end or the one given. Of a street's part only the last words count. */
  #inPart(part: string, given: StateRow | undefined, street: boolean): Entry[] {
    for (const { name, state } of [{ name: part, state: given }, ...stateAtEnd(part, part)].reverse()) {
      const code = (state ?? given)?.code;
      const found = street ? this.#lastWords(name, code) : this.#exact(name, code);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** "1200 Main St Houston": the longest run of last words that is a name. */
  #lastWords(name: string, state: string | undefined): Entry[] {
    const words = name.split(' ');
    for (let from = Math.max(1, words.length - 5); from < words.length; from++) {
      const exact = this.#exact(words.slice(from).join(' '), state).filter((entry) => entry.kind !== 'state');
      if (exact.length > 0) return exact;
    }
    return [];
  }

  #places(entries: Entry[]): Place[] {
    // Of two that read alike nobody could choose one: a place of the network's own stands for its like.
    const seen = new Set<string>();
    return this.#ordered(entries)
      .map(placeOf)
      .filter((place) => {
        const label = `${place.kind} ${placeLabel(place)}`;
        return !seen.has(label) && seen.add(label);
      });
  }

  #ordered(entries: Entry[]): Entry[] {
    const { near, state } = this.#options;
    const weight = (entry: Entry) => {
      if (entry.own) return Number.MAX_VALUE;
      const here = state !== undefined && entry.state === state ? 1e9 : 0;
      const far = near ? kilometres(placeOf(entry), near) / 50 : 0;
      return here + entry.people / (1 + far * far);
    };
    return entries
      .map((entry) => ({ entry, weight: weight(entry) }))
      .sort((a, b) => b.weight - a.weight)
      .map(({ entry }) => entry);
  }
}

/** Which of these lie by a region: the towns of a county if it has any, for a large one reaches far and its neighbours are near; else what is near. */
function lieBy(at: Place | undefined, meant: readonly Entry[]): (entry: Entry) => boolean {
  if (at === undefined) return () => true;
  const inside = (entry: Entry) => at.kind === 'county' && entry.kind === 'place' && placeOf(entry).fips === at.fips;
  return meant.some(inside) ? inside : (entry) => kilometres(placeOf(entry), at) <= 60;
}

function placeOf({ kind, row, own }: Entry): Place {
  if (own) {
    const { also: _, ...place } = own;
    return place;
  }
  if (kind === 'place') return townPlace(row);
  return kind === 'county' ? countyPlace(row) : statePlace(allStates[row]!);
}

/** Readings of a text whose last one to four words are a state, one letter wrong allowed after a comma. The surest last. */
function stateAtEnd(text: string, all: string): { name: string; state: StateRow }[] {
  const words = all.split(' ');
  const found: { name: string; state: StateRow }[] = [];
  for (let from = words.length - 1; from > 0 && from >= words.length - 6; from--) {
    const state = stateNamed(words.slice(from).join(' '));
    if (state) found.push({ name: words.slice(0, from).join(' '), state });
  }
  const last = plain(text.split(',').at(-1)!);
  if (found.length === 0 && text.includes(',') && last.length > 4) {
    const misspelt = stateSpellings.find(([name]) => withinOneLetter(name, last));
    if (misspelt) found.push({ name: all.slice(0, -last.length).trim(), state: misspelt[1] });
  }
  return found;
}

let names: Map<string, Entry[]> | undefined;

/** All names, plain, with what they may mean. */
function index(): Map<string, Entry[]> {
  if (names) return names;
  names = new Map();
  const { place, county } = gazetteer();
  const states = new Map(allStates.map((state, row) => [state.fips, { ...state, row, people: 0 }]));
  const inCounty = new Float64Array(county.fips.length);
  place.name.forEach((name, row) => {
    const at = place.county[row]!;
    const state = states.get(county.fips[at]!.slice(0, 2))!;
    const people = place.population[row]! + 1;
    inCounty[at]! += people;
    state.people += people;
    const entry: Entry = { kind: 'place', row, state: state.code, people };
    const key = plain(name);
    add(names!, key, entry);
    if (key.startsWith('the ')) add(names!, key.slice(4), entry);
  });
  // A name alone means the town rather than its county, and the state only when no city is as well known.
  county.name.forEach((name, row) => {
    const state = states.get(county.fips[row]!.slice(0, 2))!;
    const entry: Entry = { kind: 'county', row, state: state.code, people: (inCounty[row]! + 1) / 20 };
    const full = plain(name);
    const bare = bareName(full).name.replace(/ city$/, '');
    for (const key of new Set([full, bareName(full).name, bare])) add(names!, key, entry);
  });
  for (const state of states.values()) {
    const entry: Entry = { kind: 'state', row: state.row, state: state.code, people: state.people / 8 };
    for (const name of new Set([state.code, state.en, state.es, ...(state.also ?? [])].map(plain))) {
      add(names, name, entry);
    }
  }
  return names;
}

function add(to: Map<string, Entry[]>, key: string, entry: Entry) {
  const known = to.get(key);
  if (known) known.push(entry);
  else to.set(key, [entry]);
}
