/** Who does what on the way into the directory. Administrators of the network do none of it by that alone. */
import { allows, type Ctx } from '#kernel';

/** Those who look at applications. */
export const vetters = ['directory_vetter', 'directory_approver'] as const;
/** Those who decide; never on what they proposed themselves. */
export const deciders = ['directory_approver'] as const;
export const visitors = ['directory_visitor'] as const;
export const providers = ['provider'] as const;

export const mayVet = (ctx: Ctx): boolean => allows(vetters, ctx);
export const mayDecide = (ctx: Ctx): boolean => allows(deciders, ctx);
