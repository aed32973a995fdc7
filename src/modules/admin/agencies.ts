/**
 * Agencies: the organisations with staff accounts. One agency may work in several networks; its name belongs to all of them, so only an agency that
 * works here alone is renamed here.
 */
import { action, type Ctx, Problem, type Text, tenantOf, type Tx } from '#kernel';
import { sql } from 'kysely';
import { z } from 'zod';
import { textOf } from './forms.ts';
import { newKey } from './lines.ts';

export interface AgencyRow {
  id: string;
  slug: string;
  name: Text;
  joinedOn: string;
  people: number;
}

const names = {
  'name.en': z.string().trim().min(1, 'admin.agencies.needName').max(160),
  'name.es': z.string().trim().max(160).default(''),
};
const id = z.guid();

/** The agencies of the network, with how many of their people hold a role here. */
export const listAgencies = (ctx: Ctx): Promise<AgencyRow[]> =>
  ctx.app.db.run(tenantOf(ctx), async (tx) => {
    const rows = await tx
      .selectFrom('app.agency as a')
      .innerJoin('app.agency_network as n', 'n.agency_id', 'a.id')
      .select([
        'a.id',
        'a.slug',
        'a.name',
        'n.joined_on',
        sql<number>`(select count(distinct g.person_id) from app.role_grant g join app.person p on p.id = g.person_id
          where p.agency_id = a.id and g.network_id = n.network_id and g.ended_at is null)`.as('people'),
      ])
      .where('n.network_id', '=', ctx.network!.id)
      .orderBy(sql`a.name ->> 'en'`)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      slug: row.slug,
      name: row.name,
      joinedOn: row.joined_on,
      people: row.people,
    }));
  });

/** Agencies of the deployment that do not work in this network yet. */
export const otherAgencies = (ctx: Ctx): Promise<{ id: string; name: Text }[]> =>
  ctx.app.db.run(tenantOf(ctx), (tx) =>
    tx
      .selectFrom('app.agency as a')
      .select(['a.id', 'a.name'])
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('app.agency_network as n')
              .select('n.agency_id')
              .whereRef('n.agency_id', '=', 'a.id')
              .where('n.network_id', '=', ctx.network!.id),
          ),
        ),
      )
      .orderBy(sql`a.name ->> 'en'`)
      .execute(),
  );

/** One agency of the network. Throws Problem.notFound for another's. */
export async function readAgency(ctx: Ctx, agencyId: string): Promise<AgencyRow> {
  const found = (await listAgencies(ctx)).find((agency) => agency.id === agencyId);
  if (!found) throw Problem.notFound();
  return found;
}

const joinNetwork = (tx: Tx, agencyId: string, networkId: string) =>
  tx.insertInto('app.agency_network').values({ agency_id: agencyId, network_id: networkId }).execute();

export const addAgency = action('admin.agency.add', {
  input: z.object(names),
  may: ['network_admin'],
  // Agencies belong to the deployment, not to one network; only the system makes them.
  asSystem: true,
  run: async ({ tx, input, ctx }) => {
    const taken = await tx.selectFrom('app.agency').select('slug').execute();
    const slug = newKey(
      // A slug begins with a letter.
      input['name.en'].replace(/^[^a-z]+/i, ''),
      taken.map((row) => row.slug),
    );
    const { id: agencyId } = await tx
      .insertInto('app.agency')
      .values({
        slug: slug.length > 1 ? slug : `agency-${slug}`,
        name: JSON.stringify(textOf(input['name.en'], input['name.es'])),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await joinNetwork(tx, agencyId, ctx.network!.id);
    return agencyId;
  },
  audit: ({ result }) => ({ subject: `agency:${result}`, fields: ['name', 'joined'] }),
});

export const joinAgency = action('admin.agency.join', {
  input: z.object({ agencyId: z.guid('admin.agencies.choose') }),
  may: ['network_admin'],
  load: async ({ tx, input, ctx }) => {
    const found = await tx.selectFrom('app.agency').select('id').where('id', '=', input.agencyId).executeTakeFirst();
    if (!found) throw Problem.invalid({ agencyId: { key: 'admin.agencies.choose' } });
    const already = await tx
      .selectFrom('app.agency_network')
      .select('agency_id')
      .where('agency_id', '=', input.agencyId)
      .where('network_id', '=', ctx.network!.id)
      .executeTakeFirst();
    if (already) throw Problem.conflict('admin.agencies.already');
    return found;
  },
  run: ({ tx, loaded, ctx }) => joinNetwork(tx, loaded.id, ctx.network!.id),
  audit: ({ input }) => ({ subject: `agency:${input.agencyId}`, fields: ['joined'] }),
});

export const renameAgency = action('admin.agency.rename', {
  input: z.object({ ...names, agencyId: id }),
  may: ['network_admin'],
  asSystem: true,
  load: async ({ tx, input, ctx }) => {
    const networks = await tx
      .selectFrom('app.agency_network')
      .select('network_id')
      .where('agency_id', '=', input.agencyId)
      .execute();
    if (!networks.some((row) => row.network_id === ctx.network!.id)) throw Problem.notFound();
    return networks;
  },
  check: ({ loaded }) => {
    if (loaded.length > 1) throw Problem.conflict('admin.agencies.shared');
  },
  run: ({ tx, input }) =>
    tx
      .updateTable('app.agency')
      .set({ name: JSON.stringify(textOf(input['name.en'], input['name.es'])) })
      .where('id', '=', input.agencyId)
      .execute(),
  audit: ({ input }) => ({ subject: `agency:${input.agencyId}`, fields: ['name'] }),
});
