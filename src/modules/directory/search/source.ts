/** Where a search is answered from: the database's own functions (find.ts), or rows kept in memory (memory/). Both answer the same. */
import type { Hours } from './hours.ts';
import type { Plan } from './plan.ts';
import type { Card } from './rows.ts';
import type { WordFact } from './understand.ts';

export type SearchAudience = 'public' | 'partner' | 'hotline';

/** So many of what is found are weighed, whatever page is asked for, so that no page repeats what another had; 0016_search_direct.sql has it too. */
export const weighed = 200;

/**
 * What the parts of a rank are worth beside the words themselves (understand.ts). 0016_search_direct.sql has them too, and the order of HSDS lists those
 * it needs (directory_order of 0011_entries.sql).
 */
export const weights = { nameFocus: 0.2, exactName: 1, term: 0.5, near: 0.4 } as const;

export type ToFind = Plan & {
  /** Keys of hours; null where it does not matter who is open. */
  open: string[] | null;
  skip: number;
  take: number;
  /** How many are taken in the rough order; the first `weighed` of them are ranked. */
  most: number;
  facets: boolean;
  /** Asks for the hours among what is found instead of for hits. */
  doors: boolean;
};

export type Found = {
  total: number | null;
  doors: [key: string | null, services: number, sample: string][] | null;
  facets: [facet: string, key: string, services: number][] | null;
  hits: FoundHit[] | null;
};

export type FoundHit = {
  id: string;
  org: string;
  name: string;
  card: Card;
  far: number | null;
  office: boolean | null;
  area: boolean | null;
  fields: (string | null)[] | null;
  needs: string[] | null;
  score: number;
  parts: [number, number, number, number, number];
  /** The service's document, as it is kept. */
  json: Buffer;
  /** Of the card's hours. */
  hoursKey: string | null;
};

export interface Source {
  /** What is known of words, in their order. */
  words(asked: readonly string[]): Promise<WordFact[]>;
  /** Hours of services, with their keys. */
  hours(services: readonly string[]): Promise<[string, Hours][]>;
  find(asked: ToFind): Promise<Found>;
  /** To be called with what will be shown, last of all. */
  finish(found: Found): Promise<Found>;
}
