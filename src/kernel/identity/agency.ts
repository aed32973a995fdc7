/** Agencies of a network, as far as accounts need them: listed to choose from, or made when their first person is invited. */
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
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

/** The agency a form names: one of the network's, or a new one where that is allowed. Throws Problem.invalid. */
export async function agencyFor(
  tx: Tx,
  networkId: string,
  given: { agencyId: string; newAgency: string },
  mayMake: boolean,
): Promise<string> {
  if (given.agencyId) {
    const here = await tx
      .selectFrom('app.agency_network')
      .select('agency_id')
      .where('network_id', '=', networkId)
      .where('agency_id', '=', given.agencyId)
      .executeTakeFirst();
    if (here) return here.agency_id;
  }
  if (given.newAgency && mayMake) return makeAgency(tx, networkId, given.newAgency);
  throw Problem.invalid({ agencyId: { key: 'identity.invitation.chooseAgency' } });
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
