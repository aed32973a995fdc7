/** Reading a network's own words: terms beside the default taxonomy, and places no gazetteer has. Public by nature; changed in words.ts. */
import type { Tx } from '#kernel';
import type { OwnPlace } from '../gazetteer/index.ts';

/** A term of the network. `parent` is the code of a default term or of another of its own; `endedOn` a day or null. */
export interface OwnTerm {
  id: string;
  code: string;
  parent: string | null;
  name: { en: string; es: string };
  synonyms: { en: string[]; es: string[] };
  endedOn: string | null;
}

type Tables = {
  'site.directory_term': {
    network_id: string;
    id: string;
    code: string;
    parent: string | null;
    name: string;
    synonyms: string;
    ended_on: string | null;
  };
  'site.directory_place': {
    network_id: string;
    id: string;
    kind: 'place' | 'county' | 'zip';
    name: string;
    also: string[];
    state: string;
    zip: string | null;
    lat: number;
    lon: number;
    radius_km: number;
  };
};
/** The transaction with the tables of the network's own words in its types. */
export const own = (tx: Tx) => tx.withTables<Tables>();

/** The network's own terms, in the order of their codes. */
export async function ownTerms(tx: Tx, networkId: string): Promise<OwnTerm[]> {
  const rows = await own(tx)
    .selectFrom('site.directory_term')
    .selectAll()
    .where('network_id', '=', networkId)
    .orderBy('code')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    code: row.code,
    parent: row.parent,
    name: row.name as unknown as OwnTerm['name'],
    synonyms: row.synonyms as unknown as OwnTerm['synonyms'],
    endedOn: row.ended_on,
  }));
}

/** The network's own places, as `findPlaces({ own })` takes them. */
export async function ownPlaces(tx: Tx, networkId: string): Promise<(OwnPlace & { id: string })[]> {
  const rows = await own(tx)
    .selectFrom('site.directory_place')
    .selectAll()
    .where('network_id', '=', networkId)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    also: row.also,
    state: row.state,
    ...(row.zip ? { zip: row.zip } : {}),
    lat: row.lat,
    lon: row.lon,
    radiusKm: row.radius_km,
  }));
}
