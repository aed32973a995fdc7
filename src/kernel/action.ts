/**
 * action(): the only way to write. It checks the rule, parses the input, opens the transaction inside the tenancy, loads, checks the state,
 * runs, and leaves the audit entry in the same transaction. What was denied is audited outside the transaction that never was.
 */
import type { z } from 'zod';
import { appendAudit } from './audit.ts';
import { type Ctx, tenantOf } from './context.ts';
import type { Tx } from './database.ts';
import { type DomainEvent, recordEvents } from './events.ts';
import { type Access, allows } from './policy.ts';
import { Problem } from './problem.ts';

/** How long a repeated proof of identity lasts for dangerous acts. */
const stepUpMinutes = 10;

interface Step<I, L> {
  tx: Tx;
  input: I;
  loaded: L;
  ctx: Ctx;
  /** News for other modules and jobs, sent only if the transaction commits. Ids only, never values. */
  emit(name: string, ids: DomainEvent['ids']): void;
}

export interface ActionDefinition<S extends z.ZodType, L, O> {
  /** Shape of the input; strings from forms are coerced here. */
  input: S;
  may: Access;
  /** Dangerous: the person must have proved who they are within the last ten minutes. */
  stepUp?: boolean;
  /** Runs as the kernel itself (sign-in, invitations): row-level security is opened by the system scope. */
  asSystem?: boolean;
  /** Reads what the action is about. Throw Problem.notFound() when it is not there. */
  load?: (step: Omit<Step<z.output<S>, undefined>, 'loaded' | 'emit'>) => Promise<L>;
  /** Rules that depend on what was loaded: ownership, two different people. Throw Problem.forbidden() or Problem.conflict(). */
  check?: (step: Omit<Step<z.output<S>, L>, 'emit'>) => void | Promise<void>;
  run: (step: Step<z.output<S>, L>) => Promise<O>;
  /** Subject as `kind:id` and the names of the fields touched. */
  audit: (step: { input: z.output<S>; loaded: L; result: O; ctx: Ctx }) => {
    subject: string;
    fields?: string[];
    reason?: string;
  };
  /** True when the public can see the result: caches are told. */
  public?: boolean;
}

export interface Action<S extends z.ZodType = z.ZodType, O = unknown> {
  (ctx: Ctx, input: z.input<S>): Promise<O>;
  actionName: string;
  may: Access;
  stepUp: boolean;
  input: S;
}

const known = new Map<string, Action>();
/** Every action of the product, for the access test. */
export const allActions = (): ReadonlyMap<string, Action> => known;

/** Defines an action. Names are `module.noun.verb`. */
export function action<S extends z.ZodType, O, L = undefined>(
  name: string,
  def: ActionDefinition<S, L, O>,
): Action<S, O> {
  const perform = async (ctx: Ctx, raw: z.input<S>): Promise<O> => {
    const deny = async (reason: string) => {
      await ctx.app.db.run(tenantOf(ctx), (tx) => appendAudit(tx, ctx, { action: name, outcome: 'denied', reason }));
    };
    if (!allows(def.may, ctx)) {
      if (ctx.actor.kind === 'anonymous' && def.may !== 'guest') throw new Problem('signIn', 'kernel.problem.signIn');
      await deny('role');
      throw Problem.forbidden();
    }
    if (def.stepUp && ctx.actor.kind === 'person' && !recentlyProved(ctx))
      throw new Problem('stepUp', 'kernel.problem.stepUp');
    const input = parseInput(def.input, raw);
    const events: DomainEvent[] = [];
    try {
      const tenant = def.asSystem ? { ...tenantOf(ctx), scope: 'system' as const } : tenantOf(ctx);
      const result = await ctx.app.db.run(tenant, async (tx) => {
        const loaded = (def.load ? await def.load({ tx, input, ctx }) : undefined) as L;
        await def.check?.({ tx, input, loaded, ctx });
        const out = await def.run({ tx, input, loaded, ctx, emit: (event, ids) => events.push({ name: event, ids }) });
        const note = def.audit({ input, loaded, result: out, ctx });
        await appendAudit(tx, ctx, { action: name, outcome: 'done', ...note });
        await recordEvents(tx, ctx, events);
        if (def.public && ctx.network) await bumpEpoch(tx, ctx.network.id);
        return out;
      });
      if (def.public && ctx.network) ctx.app.networks.touch(ctx.network.id);
      if (events.length > 0) ctx.app.services.events?.nudge();
      return result;
    } catch (error) {
      if (error instanceof Problem && error.kind === 'forbidden') await deny('rule');
      throw error;
    }
  };
  const made = Object.assign(perform, {
    actionName: name,
    may: def.may,
    stepUp: def.stepUp ?? false,
    input: def.input,
  });
  if (known.has(name)) throw new Error(`Two actions are called ${name}.`);
  known.set(name, made as unknown as Action);
  return made;
}

/** Whether the person has proved who they are within the last ten minutes; a page asks before it lets them begin. */
export function recentlyProved(ctx: Pick<Ctx, 'app' | 'actor'>): boolean {
  if (ctx.actor.kind !== 'person' || !ctx.actor.stepUpAt) return false;
  return ctx.app.clock().getTime() - ctx.actor.stepUpAt.getTime() < stepUpMinutes * 60_000;
}

async function bumpEpoch(tx: Tx, networkId: string): Promise<void> {
  await tx
    .updateTable('app.network')
    .set((eb) => ({ public_epoch: eb('public_epoch', '+', 1) }))
    .where('id', '=', networkId)
    .execute();
}

/** Parses with a schema; every bad field is named with what to enter. Throws Problem.invalid. */
export function parseInput<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const fields: Problem['fields'] = {};
  for (const issue of parsed.error.issues) {
    const field = issue.path.join('.') || 'form';
    fields[field] ??= messageFor(issue);
  }
  throw Problem.invalid(fields);
}

/** A schema may give its own message key (anything with a dot); the rest are said by their kind. */
function messageFor(issue: z.core.$ZodIssue): { key: string; values?: Record<string, unknown> } {
  if (/^[a-z][\w]*(\.[\w]+)+$/i.test(issue.message)) return { key: issue.message };
  switch (issue.code) {
    case 'too_small':
      return issue.minimum === 1 && issue.origin === 'string'
        ? { key: 'kernel.field.required' }
        : {
            key: issue.origin === 'string' ? 'kernel.field.tooShort' : 'kernel.field.tooSmall',
            values: { minimum: Number(issue.minimum) },
          };
    case 'too_big':
      return {
        key: issue.origin === 'string' ? 'kernel.field.tooLong' : 'kernel.field.tooBig',
        values: { maximum: Number(issue.maximum) },
      };
    case 'invalid_format':
      return {
        key:
          issue.format === 'email'
            ? 'kernel.field.email'
            : issue.format === 'date'
              ? 'kernel.field.date'
              : 'kernel.field.format',
      };
    case 'invalid_value':
      return { key: 'kernel.field.choose' };
    default:
      return { key: 'kernel.field.required' };
  }
}
