/**
 * view(): the only way to read rows about people. It checks the rule, reads inside the tenancy and leaves an audit entry that names
 * what was shown, in the same transaction: no read without its entry.
 */
import { appendAudit } from './audit.ts';
import { type Ctx, tenantOf } from './context.ts';
import type { Tx } from './database.ts';
import { type Access, allows } from './policy.ts';
import { Problem } from './problem.ts';

export interface ViewDefinition<I, O> {
  may: Access;
  /** Runs with the system scope (administration of accounts); the rule above still decides who. */
  asSystem?: boolean;
  load: (step: { tx: Tx; input: I; ctx: Ctx }) => Promise<O>;
  /** Subject as `kind:id` and the names of the fields shown. */
  audit: (step: { input: I; result: O; ctx: Ctx }) => { subject: string; fields: string[] };
}

export interface View<I = unknown, O = unknown> {
  (ctx: Ctx, input: I): Promise<O>;
  viewName: string;
  may: Access;
}

const known = new Map<string, View>();
/** Every person-level view of the product, for the access test. */
export const allViews = (): ReadonlyMap<string, View> => known;

export function view<I, O>(name: string, def: ViewDefinition<I, O>): View<I, O> {
  const read = async (ctx: Ctx, input: I): Promise<O> => {
    if (!allows(def.may, ctx)) {
      if (ctx.actor.kind === 'anonymous') throw new Problem('signIn', 'kernel.problem.signIn');
      await ctx.app.db.run(tenantOf(ctx), (tx) =>
        appendAudit(tx, ctx, { action: name, outcome: 'denied', reason: 'role' }),
      );
      throw Problem.forbidden();
    }
    const tenant = def.asSystem ? { ...tenantOf(ctx), scope: 'system' as const } : tenantOf(ctx);
    return ctx.app.db.run(tenant, async (tx) => {
      const result = await def.load({ tx, input, ctx });
      await appendAudit(tx, ctx, {
        action: name,
        outcome: 'read',
        reason: ctx.purpose,
        ...def.audit({ input, result, ctx }),
      });
      return result;
    });
  };
  const made = Object.assign(read, { viewName: name, may: def.may });
  if (known.has(name)) throw new Error(`Two views are called ${name}.`);
  known.set(name, made as unknown as View);
  return made;
}
