/**
 * Who may do what: rules are data, so the access test can list every route and action against every role.
 * Roles are held in one network (role_grant); a module adds its own with defineModule({ roles }).
 */
import type { Ctx } from './context.ts';

/** Roles the kernel itself knows. `operator` is held in the deployment and only makes networks and their first administrator. */
export const kernelRoles = ['operator', 'network_admin', 'agency_admin', 'auditor', 'staff'] as const;

/**
 * public: anyone · guest: only who is not signed in · signedIn: any member of staff, anywhere · member: any role in this network ·
 * a list: one of these roles in this network.
 */
export type Access = 'public' | 'guest' | 'signedIn' | 'member' | readonly string[];

/** Decides an access rule for who is asking. An empty list means nobody. */
export function allows(access: Access, ctx: Pick<Ctx, 'actor' | 'network'>): boolean {
  const { actor } = ctx;
  if (actor.kind === 'system') return true;
  if (access === 'public') return true;
  if (access === 'guest') return actor.kind === 'anonymous';
  if (actor.kind !== 'person') return false;
  if (access === 'signedIn') return true;
  // Who runs the deployment is a member of no network by that alone.
  if (access === 'member') return ctx.network !== null && [...actor.roles].some((role) => role !== 'operator');
  return access.some((role) => actor.roles.has(role));
}
