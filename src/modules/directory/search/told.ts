/** How what was found is told: each hit with its reasons, the counts by what they are of. */
import { type Hours, rememberHours, stateOf } from './hours.ts';
import type { Plan } from './plan.ts';
import {
  type Count,
  type FacetName,
  facetNames,
  flagNames,
  type Hit,
  type RankPart,
  type Reason,
  type SearchQuery,
  type SearchResult,
} from './query.ts';
import { flagBits } from './rows.ts';
import { type FoundHit, weights } from './source.ts';
import type { TermBook } from './terms.ts';

/** An answer but for who is open: true for as long as the rows are as they were. */
export type Settled = Omit<SearchResult, 'hits'> & { hits: readonly SettledHit[] };
type SettledHit = { hit: Omit<Hit, 'open'>; hoursKey: string | null; hours: Hours };

/** The answer as of an instant, in a time zone. */
export const toldAt = ({ hits, ...rest }: Settled, at: Date, zone: string): SearchResult => ({
  ...rest,
  hits: hits.map(({ hit, hoursKey, hours }) => {
    if (hoursKey) rememberHours(hoursKey, hours);
    return { ...hit, open: stateOf(hoursKey, at, zone) };
  }),
});

const fieldNames = { a: 'name', b: 'term', c: 'organization', d: 'description' } as const;

/** `words`: one a group of the plan, as it stands in the directory. */
export function hitOf(
  hit: FoundHit,
  planned: Plan,
  words: readonly string[],
  query: SearchQuery,
  terms: TermBook,
  locale: 'en' | 'es',
): SettledHit {
  const { card } = hit;
  const office = planned.metres === null ? hit.office === true : hit.far !== null && hit.far <= planned.metres;
  const place = !planned.place ? null : office ? (hit.area ? 'both' : 'office') : hit.area ? 'area' : null;
  const matched: Reason[] = (hit.fields ?? []).flatMap((field, at): Reason[] =>
    field && words[at] ? [{ kind: 'word', word: words[at], field: fieldNames[field as keyof typeof fieldNames] }] : [],
  );
  for (const id of hit.needs ?? []) {
    const term = terms.byId(id);
    if (term) matched.push({ kind: 'term', termId: id, term: term.name[locale] });
  }
  if (place) matched.push({ kind: 'place', by: place });
  return {
    hit: {
      id: hit.id,
      organizationId: hit.org,
      name: hit.name,
      organization: card.organization,
      matched,
      ...(hit.far === null ? {} : { distanceKm: Math.round(hit.far / 100) / 10 }),
      place,
      offices: card.offices,
      json: hit.json,
      ...(query.explain ? { explain: { score: round(hit.score), parts: partsOf(hit.parts, planned) } } : {}),
    },
    hoursKey: hit.hoursKey,
    hours: card.hours,
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

function partsOf([said, focus, exact, term, near]: FoundHit['parts'], planned: Plan): RankPart[] {
  const all: RankPart[] = [
    { part: 'words', weight: round(planned.groups.reduce((sum, group) => sum + group.weight, 0)), value: round(said) },
    { part: 'nameFocus', weight: weights.nameFocus, value: round(weights.nameFocus * Math.min(1, focus)) },
    { part: 'exactName', weight: weights.exactName, value: round(weights.exactName * exact) },
    { part: 'term', weight: weights.term, value: round(weights.term * term) },
    { part: 'near', weight: weights.near, value: round(weights.near * near) },
  ];
  return all.filter((one) => one.value > 0);
}

/** Which facet a column's key belongs to, and how it is told there. */
export function countsOf(rows: readonly [string, string, number][]): SearchResult['facets'] {
  const out = Object.fromEntries(facetNames.map((name) => [name, []])) as unknown as Record<FacetName, Count[]>;
  const plainly: Record<string, FacetName> = { needs: 'needs', languages: 'languages' };
  const byLetter: Record<string, FacetName> = {
    's:': 'specialisations',
    't:': 'trafficking',
    'x:': 'accessibility',
    'c:': 'counties',
    'p:': 'cities',
  };
  for (const [column, key, count] of rows) {
    const whole = plainly[column];
    if (whole) out[whole].push({ id: key, count });
    else if (column !== 'flags') out[byLetter[key.slice(0, 2)]!].push({ id: key.slice(2), count });
  }
  return out;
}

export function flagsOf(rows: readonly [string, string, number][]): SearchResult['flags'] {
  const out = { free: 0, minors: 0, accepting: 0, warmTransfer: 0 };
  for (const [name, key, count] of rows)
    if (name === 'flags') for (const flag of flagNames) if (Number(key) & flagBits[flag]) out[flag] += count;
  return out;
}
