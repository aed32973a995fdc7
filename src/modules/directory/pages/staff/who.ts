/** Who may open the working directory, and as which audience they read it. */
import { allows, type Ctx, Problem, type Req } from '#kernel';
import { revealers } from '../../hidden-places.ts';
import { keepers } from '../../records/actions.ts';

/** Those who vet read as the hotline here; what only they may see stands on the vetting pages. */
export const insiders = [
  'advocate',
  'directory_editor',
  'directory_vetter',
  'directory_approver',
  'directory_visitor',
] as const;
export const readers = [...insiders, 'partner'] as const;

export const audienceOf = (ctx: Ctx): 'hotline' | 'partner' => (allows(insiders, ctx) ? 'hotline' : 'partner');
export const mayReveal = (ctx: Ctx): boolean => allows(revealers, ctx);
export const mayKeep = (ctx: Ctx): boolean => allows(keepers, ctx);

/** The person who asks; these pages are nobody else's. */
export function personOf(ctx: Ctx): string {
  if (ctx.actor.kind !== 'person') throw Problem.forbidden();
  return ctx.actor.personId;
}

export const deskOf = (ctx: Ctx): string => `/${ctx.network!.slug}/staff/services`;
/** The page of the service that the address names. */
export const pathOf = (req: Req): string => `${deskOf(req.ctx)}/${req.params.id}`;
