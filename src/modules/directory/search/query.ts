/**
 * What a search of the directory asks and answers. Within one list (needs, languages …) any entry will do; different filters must all hold; of
 * accessibility every entry must. Nothing here can ask for more than the audience's own documents hold.
 */
/** Where a person is, or asks for. */
export interface Near {
  lat: number;
  lon: number;
  /** As it was typed or chosen; only told back. */
  label: string;
  /** Kept are offices within so many kilometres and services whose area covers the point. Without it all are kept and the nearest come first. */
  radiusKm?: number;
  /** What the point lies in, where it is known; worked out from the outlines otherwise. */
  state?: string;
  county?: string;
  zip?: string;
}

/** The narrowest that is given counts: ZIP code, county (five-digit number), state (postal code, e.g. TX). */
export interface Area {
  state?: string;
  county?: string;
  zip?: string;
}

export interface SearchQuery {
  text?: string;
  /** Ids of taxonomy terms; a term stands for those below it too. */
  needs?: readonly string[];
  specialisations?: readonly string[];
  trafficking?: readonly string[];
  /** BCP 47, e.g. `es`, `vi`. */
  languages?: readonly string[];
  accessibility?: readonly string[];
  near?: Near;
  area?: Area;
  /** Only what is certainly open then. `SearchResult.hoursUnknown` says how many more may be. */
  openAt?: Date;
  free?: boolean;
  age?: number;
  minors?: boolean;
  /** Only who takes referrals now (yes; a waiting list is not yes). */
  accepting?: boolean;
  warmTransfer?: boolean;
  organizationId?: string;
  sort?: 'best' | 'near' | 'name';
  /** From 1. */
  page?: number;
  /** 1 to 100, default 20. */
  perPage?: number;
  /** For names of terms in `expanded`; default English. */
  locale?: 'en' | 'es';
  /** Counts are over everything found and cost the most of a search; default true. */
  facets?: boolean;
  /** Tells of each hit how its place in the list came about. */
  explain?: boolean;
}

/** Why a service was found. `field` is an HSDS name of what held the word. */
export type Reason =
  | { kind: 'word'; word: string; field: 'name' | 'organization' | 'term' | 'description' }
  | { kind: 'term'; termId: string; term: string }
  | { kind: 'place'; by: 'office' | 'area' | 'both' };

/** A part of a hit's score: how much it gave, of what it could give. */
export interface RankPart {
  part: 'words' | 'exactName' | 'nameFocus' | 'term' | 'near';
  /** The most it can give. */
  weight: number;
  value: number;
}

/** A place of the service that the audience may know; never a hidden one. */
export interface Office {
  id: string;
  name?: string;
  address?: string;
  city?: string;
  lat?: number;
  lon?: number;
}

export interface Hit {
  id: string;
  organizationId: string;
  name: string;
  organization: string;
  matched: readonly Reason[];
  /** To the nearest office that the audience may know of; absent when there is none. */
  distanceKm?: number;
  /** What lies in, or covers, the place asked for. */
  place: 'office' | 'area' | 'both' | null;
  open: 'open' | 'closed' | 'unknown';
  offices: readonly Office[];
  /** The service's HSDS document for this audience as JSON, in the bytes of UTF-8: whoever passes it on need not read it. */
  json: Buffer;
  explain?: { score: number; parts: RankPart[] };
}

export interface Count {
  id: string;
  count: number;
}

export const facetNames = [
  'needs',
  'specialisations',
  'trafficking',
  'languages',
  'accessibility',
  'counties',
  'cities',
] as const;
export type FacetName = (typeof facetNames)[number];

export const flagNames = ['free', 'minors', 'accepting', 'warmTransfer'] as const;
export type FlagName = (typeof flagNames)[number];

/** Answers are given again while nothing changed: nobody may write into one. */
export interface SearchResult {
  total: number;
  page: number;
  perPage: number;
  hits: readonly Hit[];
  /** Over everything found, not only this page; the most frequent first, none with 0. */
  facets: Readonly<Record<FacetName, readonly Count[]>>;
  flags: Readonly<Record<FlagName, number>>;
  /** Words that nobody here uses and what was searched for in their place. */
  corrected: readonly { from: string; to: string }[];
  /** Words of the query that name a term of the taxonomy: services that carry it come first. */
  expanded: readonly { from: string; term: string; termId: string }[];
  /** Nothing had all the words: these have some of them. */
  loosened: boolean;
  /** With `openAt`: services that would be found but whose hours nobody knows. */
  hoursUnknown: number;
}
