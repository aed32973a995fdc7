/** Accounts of providers: a person of the network who holds the role "provider" speaks for one organisation, sees it, and sees nothing of another. */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, type Ctx, Problem, type Tx, authorOf } from '#kernel';
import { organizationById } from './actions.ts';
import { vetters } from './roles.ts';
import { vetting } from './tables.ts';

/** The organisation that a person speaks for in this network, or null. */
export async function organizationOf(tx: Tx, networkId: string, personId: string): Promise<string | null> {
  const row = await vetting(tx)
    .selectFrom('app.directory_provider')
    .select('organization_id')
    .where('network_id', '=', networkId)
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row?.organization_id ?? null;
}

/** Who speaks for an organisation now. */
export const accountsOf = (tx: Tx, networkId: string, organizationId: string) =>
  vetting(tx)
    .selectFrom('app.directory_provider as d')
    .innerJoin('app.person as p', 'p.id', 'd.person_id')
    .select(['d.id', 'd.linked_at', 'p.id as person', 'p.name', 'p.email'])
    .where('d.network_id', '=', networkId)
    .where('d.organization_id', '=', organizationId)
    .where('d.ended_at', 'is', null)
    .orderBy('p.name')
    .execute();

/** People with the role who speak for nobody yet. */
export async function freeProviders(tx: Tx, networkId: string): Promise<{ id: string; name: string; email: string }[]> {
  const { rows } = await sql<{ id: string; name: string; email: string }>`
    select p.id, p.name, p.email from app.person p
    where p.disabled_at is null
      and exists (select 1 from app.role_grant g where g.person_id = p.id and g.network_id = ${networkId} and g.role = 'provider' and g.ended_at is null)
      and not exists (select 1 from app.directory_provider d where d.network_id = ${networkId} and d.person_id = p.id and d.ended_at is null)
    order by p.name, p.id`.execute(tx);
  return rows;
}

export const linkProvider = action('directory.provider.link', {
  input: z.object({ organization: z.uuid(), person: z.uuid('kernel.field.choose') }),
  may: vetters,
  asSystem: true,
  load: ({ tx, input, ctx }) => organizationById(tx, ctx, input.organization),
  run: async ({ tx, input, ctx }) => {
    const free = await freeProviders(tx, ctx.network!.id);
    if (!free.some(({ id }) => id === input.person)) throw Problem.invalid({ person: { key: 'kernel.field.choose' } });
    await vetting(tx)
      .insertInto('app.directory_provider')
      .values({
        network_id: ctx.network!.id,
        person_id: input.person,
        organization_id: input.organization,
        linked_by: authorOf(ctx),
        linked_at: ctx.app.clock(),
      })
      .execute();
  },
  audit: ({ input }) => ({ subject: `person:${input.person}`, fields: ['provider'] }),
});

export const unlinkProvider = action('directory.provider.unlink', {
  input: z.object({ id: z.uuid() }),
  may: vetters,
  asSystem: true,
  run: async ({ tx, input, ctx }) => {
    const ended = await vetting(tx)
      .updateTable('app.directory_provider')
      .set({ ended_at: ctx.app.clock(), ended_by: authorOf(ctx) })
      .where('network_id', '=', ctx.network!.id)
      .where('id', '=', input.id)
      .where('ended_at', 'is', null)
      .returning(['person_id', 'organization_id'])
      .executeTakeFirst();
    if (!ended) throw Problem.notFound();
    return ended;
  },
  audit: ({ result }) => ({ subject: `person:${result.person_id}`, fields: ['provider'] }),
});

/** The organisation of the person who asks; Problem.notFound for anybody who speaks for none. */
export async function ownOrganization(tx: Tx, ctx: Ctx): Promise<string> {
  const id = await organizationOf(tx, ctx.network!.id, authorOf(ctx) ?? '');
  if (!id) throw Problem.notFound();
  return id;
}
