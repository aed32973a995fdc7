/** Agencies of a network, as far as accounts need them: listed to choose from, or made with the first set-up. */
import type { Tx } from '../database.ts';
import type { Text } from '../tables.ts';

/** A slug from a name: 'Bay Shelter, Inc.' → 'bay-shelter-inc'. */
export function slugFrom(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '');
  return slug.length >= 2 ? slug : 'agency';
}

/** Makes an agency and lets it work in the network. Needs a system transaction. */
export async function makeAgency(tx: Tx, networkId: string, name: string): Promise<string> {
  const base = slugFrom(name);
  const taken = await tx.selectFrom('app.agency').select('slug').where('slug', 'like', `${base}%`).execute();
  const slugs = new Set(taken.map((row) => row.slug));
  let slug = base;
  for (let n = 2; slugs.has(slug); n++) slug = `${base}-${n}`;
  const { id } = await tx
    .insertInto('app.agency')
    .values({ slug, name: JSON.stringify({ en: name }) })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx.insertInto('app.agency_network').values({ agency_id: id, network_id: networkId }).execute();
  return id;
}

/** Agencies that work in the network, by name. */
export async function agenciesOf(tx: Tx, networkId: string): Promise<{ id: string; name: Text }[]> {
  return tx
    .selectFrom('app.agency as a')
    .innerJoin('app.agency_network as n', 'n.agency_id', 'a.id')
    .select(['a.id', 'a.name'])
    .where('n.network_id', '=', networkId)
    .orderBy('a.slug')
    .execute();
}
