/**
 * Signing in as an invented person, in a demo and nowhere else: so that a newcomer can be each of them. Without the demo setting none of this
 * answers, nor where others than this machine could press the button (demoDoorsOpen); a person who is not marked as invented, or who has a role in a
 * network that is no demo, is never opened.
 */
import { demoDoorsOpen } from '../../config.ts';
import type { App, Ctx } from '../context.ts';
import { Problem } from '../problem.ts';
import type { Text } from '../tables.ts';
import { Proof } from './proof.ts';
import { confirmSession, openSession } from './sign-in.ts';
import { personOf } from './roles.ts';

export interface DemoPerson {
  id: string;
  name: string;
  agency: Text;
  /** Null for who runs the deployment. */
  network: Text | null;
  networkSlug: string | null;
  roles: string[];
}

/** Whether anyone who reaches this server may be one of the invented people. */
export const demoDoors = (app: App): boolean => demoDoorsOpen(app.config);

/** The invented people of a demo with their roles; an empty list anywhere else and where the demo's doors are shut. */
export async function demoPeople(app: App): Promise<DemoPerson[]> {
  if (!demoDoors(app)) return [];
  const rows = await app.db.run({ scope: 'system' }, (tx) =>
    tx
      .selectFrom('app.person as p')
      .innerJoin('app.agency as a', 'a.id', 'p.agency_id')
      .innerJoin('app.role_grant as g', 'g.person_id', 'p.id')
      .leftJoin('app.network as n', 'n.id', 'g.network_id')
      .select(['p.id', 'p.name', 'a.name as agency', 'n.name as network', 'n.slug', 'g.role'])
      .where('p.is_demo', '=', true)
      .where('p.disabled_at', 'is', null)
      .where('g.ended_at', 'is', null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('app.role_grant as r')
              .innerJoin('app.network as real', 'real.id', 'r.network_id')
              .select('r.id')
              .whereRef('r.person_id', '=', 'p.id')
              .where('r.ended_at', 'is', null)
              .where('real.is_demo', '=', false),
          ),
        ),
      )
      .orderBy('n.created_at')
      .orderBy('p.created_at')
      .orderBy('p.name')
      .orderBy('g.role')
      .execute(),
  );
  const people = new Map<string, DemoPerson>();
  for (const row of rows) {
    const person = people.get(row.id) ?? {
      id: row.id,
      name: row.name,
      agency: row.agency,
      network: row.network,
      networkSlug: row.slug,
      roles: [],
    };
    if (!person.roles.includes(row.role)) person.roles.push(row.role);
    people.set(row.id, person);
  }
  return [...people.values()];
}

async function demoProof(app: App, personId: string): Promise<Proof> {
  if (!(await demoPeople(app)).some((person) => person.id === personId)) throw Problem.notFound();
  return new Proof(personId, 'demo', async () => {});
}

/** Opens a session as an invented person. Throws notFound outside a demo. */
export async function signInAsDemo(ctx: Ctx, personId: string, userAgent: string) {
  return openSession(ctx, { proof: await demoProof(ctx.app, personId), userAgent });
}

/** An invented person has no key to show again: one press stands for it. Throws notFound outside a demo. */
export async function confirmAsDemo(ctx: Ctx): Promise<void> {
  await confirmSession(ctx, { proof: await demoProof(ctx.app, personOf(ctx).personId) });
}
