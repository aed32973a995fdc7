/**
 * Account recovery by two administrators, for somebody who lost every way in.
 *
 *   started ──second administrator──→ confirmed ──link opened by the person──→ used
 *      ↘ cancelled | expired (a day)      ↘ cancelled | expired (a day)
 *
 * Three different people: who starts, who confirms, who is recovered. Whatever the start asked is asked again at the confirmation and when the link
 * is used: whoever started must still be an administrator here, and the account must still belong to this network alone. The link goes to the person's own address; when it is used, every old way in
 * and every session ends. The person is told at the start, so that a recovery nobody asked for is noticed.
 */
import { z } from 'zod';
import { action } from '../action.ts';
import type { Ctx } from '../context.ts';
import type { Tx } from '../database.ts';
import { pick } from '../i18n.ts';
import { Problem } from '../problem.ts';
import { view } from '../view.ts';
import { handsOverLinks, tell, writeTo } from './notice.ts';
import { linkHours, makeLink, revokeLink } from './one-time-link.ts';
import { grantsOf, onlyHere, personOf } from './roles.ts';
import { known } from './tables.ts';

const admins = ['network_admin', 'agency_admin'];

export type RecoveryState = 'started' | 'confirmed' | 'used' | 'cancelled' | 'expired';

/** A start that nobody confirms within this time is over. */
const startedHours = 24;

interface Facts {
  started_at: Date;
  confirmed_at: Date | null;
  cancelled_at: Date | null;
  used_at: Date | null;
}

export function recoveryState(row: Facts, now: Date): RecoveryState {
  if (row.used_at) return 'used';
  if (row.cancelled_at) return 'cancelled';
  if (!row.confirmed_at)
    return now.getTime() - row.started_at.getTime() >= startedHours * 3_600_000 ? 'expired' : 'started';
  return now.getTime() - row.confirmed_at.getTime() >= linkHours.recovery * 3_600_000 ? 'expired' : 'confirmed';
}

/** Why this administrator may not confirm, as a message key, or null when they may. */
export function confirmProblem(
  row: { started_by: string; person_id: string } & Facts,
  who: string,
  now: Date,
): string | null {
  if (recoveryState(row, now) !== 'started') return 'identity.problem.recoveryOver';
  if (row.started_by === who) return 'identity.problem.secondPerson';
  if (row.person_id === who) return 'identity.problem.notYourself';
  return null;
}

/** The person, if this administrator may restore their account: here alone, and of the own agency unless a network's administrator. */
async function target(tx: Tx, ctx: Ctx, personId: string) {
  const actor = personOf(ctx);
  const person = await tx
    .selectFrom('app.person')
    .select(['id', 'email', 'name', 'locale', 'agency_id'])
    .where('id', '=', personId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  const grants = person ? await grantsOf(tx, personId) : [];
  if (!person || !grants.some((grant) => grant.networkId === ctx.network!.id)) throw Problem.notFound();
  if (!actor.roles.has('network_admin') && person.agency_id !== actor.agencyId) throw Problem.notFound();
  return { person, grants };
}

/** Whether somebody could start the recovery of a person of this agency now. */
async function mayRestore(tx: Tx, networkId: string, adminId: string, agencyId: string): Promise<boolean> {
  const admin = await tx
    .selectFrom('app.person')
    .select('agency_id')
    .where('id', '=', adminId)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  if (!admin) return false;
  const roles = (await grantsOf(tx, adminId)).filter((grant) => grant.networkId === networkId).map(({ role }) => role);
  return roles.includes('network_admin') || (roles.includes('agency_admin') && admin.agency_id === agencyId);
}

export const startRecovery = action('identity.recovery.start', {
  input: z.object({ personId: z.guid(), reason: z.string().trim().min(3).max(500) }),
  may: admins,
  stepUp: true,
  asSystem: true,
  load: ({ tx, input, ctx }) => target(tx, ctx, input.personId),
  check: ({ input, loaded, ctx }) => {
    if (input.personId === personOf(ctx).personId) throw Problem.conflict('identity.problem.notYourself');
    if (!onlyHere(loaded.grants, ctx.network!.id)) throw Problem.conflict('identity.problem.elsewhereToo');
  },
  run: async ({ tx, input, ctx }) => {
    const now = ctx.app.clock();
    const before = await known(tx)
      .selectFrom('app.account_recovery')
      .select(['id', 'started_at', 'confirmed_at', 'cancelled_at', 'used_at'])
      .where('network_id', '=', ctx.network!.id)
      .where('person_id', '=', input.personId)
      .where('used_at', 'is', null)
      .where('cancelled_at', 'is', null)
      .executeTakeFirst();
    if (before && recoveryState(before, now) !== 'expired') throw Problem.conflict('identity.problem.recoveryRuns');
    if (before)
      await known(tx)
        .updateTable('app.account_recovery')
        .set({ cancelled_at: now, cancelled_by: personOf(ctx).personId })
        .where('id', '=', before.id)
        .execute();
    const { id } = await known(tx)
      .insertInto('app.account_recovery')
      .values({
        network_id: ctx.network!.id,
        person_id: input.personId,
        reason: input.reason,
        started_by: personOf(ctx).personId,
        started_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tell(tx, ctx, input.personId, 'identity.mail.recoveryStarted');
    return { id };
  },
  audit: ({ input, result }) => ({ subject: `recovery:${result.id}`, fields: [`person:${input.personId}`, 'reason'] }),
});

const loadRecovery = async ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => {
  const row = await known(tx)
    .selectFrom('app.account_recovery')
    .selectAll()
    .where('id', '=', input.id)
    .where('network_id', '=', ctx.network!.id)
    .executeTakeFirst();
  if (!row) throw Problem.notFound();
  return { row, ...(await target(tx, ctx, row.person_id)) };
};

/** The second administrator agrees. Returns the link only where no mail server is set; then they hand it over themselves. */
export const confirmRecovery = action('identity.recovery.confirm', {
  input: z.object({ id: z.guid() }),
  may: admins,
  stepUp: true,
  asSystem: true,
  load: loadRecovery,
  check: async ({ tx, loaded, ctx }) => {
    const problem = confirmProblem(loaded.row, personOf(ctx).personId, ctx.app.clock());
    if (problem) throw Problem.conflict(problem);
    if (!onlyHere(loaded.grants, ctx.network!.id)) throw Problem.conflict('identity.problem.elsewhereToo');
    if (!(await mayRestore(tx, ctx.network!.id, loaded.row.started_by, loaded.person.agency_id)))
      throw Problem.conflict('identity.problem.starterGone');
  },
  run: async ({ tx, loaded, ctx }) => {
    const { person, row } = loaded;
    const link = await makeLink(tx, ctx.app, 'recovery', person.id);
    await known(tx)
      .updateTable('app.account_recovery')
      .set({ confirmed_at: ctx.app.clock(), confirmed_by: personOf(ctx).personId, link_id: link.id })
      .where('id', '=', row.id)
      .execute();
    const address = `${ctx.app.config.baseUrl}/${ctx.network!.slug}/join/${link.token}`;
    const locale = person.locale === 'es' ? 'es' : 'en';
    await writeTo(
      tx,
      ctx,
      person,
      'identity.mail.recovery',
      { link: address, network: pick(ctx.network!.name, locale), hours: linkHours.recovery },
      { expiresAt: link.expiresAt },
    );
    return { link: handsOverLinks(ctx) ? address : null };
  },
  audit: ({ input, loaded }) => ({
    subject: `recovery:${input.id}`,
    fields: [`person:${loaded.row.person_id}`, 'confirmed_at'],
  }),
});

export const cancelRecovery = action('identity.recovery.cancel', {
  input: z.object({ id: z.guid() }),
  may: admins,
  asSystem: true,
  load: loadRecovery,
  check: ({ loaded, ctx }) => {
    const state = recoveryState(loaded.row, ctx.app.clock());
    if (state !== 'started' && state !== 'confirmed') throw Problem.conflict('identity.problem.recoveryOver');
  },
  run: async ({ tx, loaded, ctx }) => {
    const now = ctx.app.clock();
    await known(tx)
      .updateTable('app.account_recovery')
      .set({ cancelled_at: now, cancelled_by: personOf(ctx).personId })
      .where('id', '=', loaded.row.id)
      .execute();
    if (loaded.row.link_id) await revokeLink(tx, loaded.row.link_id, now);
  },
  audit: ({ input, loaded }) => ({
    subject: `recovery:${input.id}`,
    fields: [`person:${loaded.row.person_id}`, 'cancelled_at'],
  }),
});

export interface RecoveryRow {
  id: string;
  personId: string;
  name: string;
  reason: string;
  startedBy: string;
  startedById: string;
  startedAt: Date;
  confirmedBy: string | null;
  state: RecoveryState;
}

/** Recoveries of the network, newest first; an agency's administrator sees those of the agency's people. */
export const viewRecoveries = view('identity.recovery.list', {
  may: admins,
  asSystem: true,
  load: async ({ tx, ctx }: { tx: Tx; input: undefined; ctx: Ctx }): Promise<RecoveryRow[]> => {
    const actor = personOf(ctx);
    let query = known(tx)
      .selectFrom('app.account_recovery as r')
      .innerJoin('app.person as p', 'p.id', 'r.person_id')
      .innerJoin('app.person as s', 's.id', 'r.started_by')
      .leftJoin('app.person as c', 'c.id', 'r.confirmed_by')
      .selectAll('r')
      .select(['p.name', 's.name as starter', 'c.name as confirmer'])
      .where('r.network_id', '=', ctx.network!.id)
      .orderBy('r.started_at', 'desc')
      .limit(100);
    if (!actor.roles.has('network_admin')) query = query.where('p.agency_id', '=', actor.agencyId);
    const now = ctx.app.clock();
    return (await query.execute()).map((row) => ({
      id: row.id,
      personId: row.person_id,
      name: row.name,
      reason: row.reason,
      startedBy: row.starter,
      startedById: row.started_by,
      startedAt: row.started_at,
      confirmedBy: row.confirmer,
      state: recoveryState(row, now),
    }));
  },
  audit: ({ ctx }) => ({ subject: `network:${ctx.network!.id}`, fields: ['name', 'reason'] }),
});
