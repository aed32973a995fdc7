/**
 * Work too long for one request: asked for by a person, done by the worker as that person, watched on a page.
 *
 *   begin ─▶ waiting ─▶ running ─▶ done, or refused with a sentence
 *                 ↺ killed: rolled back whole, and done again by the next worker
 *
 * The work notes its result in the transaction in which it writes, so it happens once or not at all, however often it is begun. How far it has
 * come is known only in the process that does it: it is for the eye, and on the embedded database nobody could read it meanwhile.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action } from './action.ts';
import { type Actor, type App, type Ctx, tenantOf } from './context.ts';
import type { Tx } from './database.ts';
import { cleanError } from './clean-error.ts';
import { isLocale, translator } from './i18n.ts';
import type { Job } from './module.ts';
import type { Access } from './policy.ts';
import { Problem } from './problem.ts';

/** What the work is handed to say how far it is and how it ended. */
export interface WorkStep<O> {
  /** How many of how many parts are done. */
  report(done: number, total: number): void;
  /** Notes the result, in the transaction that writes. Throws where the work was finished before, so that nothing is written twice. */
  finish(tx: Tx, result: O): Promise<void>;
}

export type WorkState<O> =
  /** `total` is missing while it waits, or while another process does it. */
  | { state: 'open'; done: number; total?: number }
  | { state: 'done'; result: O }
  | { state: 'refused'; key: string; values: Record<string, unknown> };

export interface LongWork<I, O> {
  /** Asks for the work; the same key again finds the work that is not finished. Returns its id. */
  begin(ctx: Ctx, input: I, key: string): Promise<string>;
  /** Where the person's own work is. Throws notFound. */
  state(ctx: Ctx, id: string): Promise<WorkState<O>>;
  /** For the module's `jobs`. */
  job: Job;
}

/** A person's finished work is forgotten after so many days. */
const keptDays = 7;
const progress = new Map<string, { done: number; total: number }>();

/**
 * Defines long work. `input` holds ids, `run` calls the action that writes and hands it the step; the result holds counts and addresses.
 * A Problem that `run` throws is what the person reads; anything else is logged and said in general words.
 */
export function longWork<I extends Record<string, string>, O>(
  name: string,
  def: { may: Access; run: (ctx: Ctx, input: I, step: WorkStep<O>) => Promise<unknown> },
): LongWork<I, O> {
  const begin = action(`${name}.begin`, {
    input: z.object({ input: z.custom<I>(), key: z.string().max(200) }),
    may: def.may,
    run: async ({ tx, ctx, input: { input, key } }) => {
      const { actor, network } = ctx;
      if (actor.kind !== 'person' || !network) throw Problem.forbidden();
      const now = ctx.app.clock();
      await sql`delete from app.long_work where finished_at < ${new Date(now.getTime() - keptDays * 86_400_000)}`.execute(
        tx,
      );
      const made = await sql<{ id: string }>`
        insert into app.long_work (network_id, person_id, name, key, input, locale, begun_at)
        values (${network.id}, ${actor.personId}, ${name}, ${key}, ${JSON.stringify(input)}, ${ctx.locale}, ${now})
        on conflict (person_id, network_id, name, key) where finished_at is null do nothing returning id`.execute(tx);
      const id = made.rows[0]?.id;
      if (id) {
        await ctx.app.services.jobs.send(tx, name, { id });
        return id;
      }
      const held = await sql<{ id: string }>`
        select id from app.long_work where name = ${name} and key = ${key} and network_id = ${network.id} and finished_at is null`.execute(
        tx,
      );
      return held.rows[0]!.id;
    },
    audit: ({ result }) => ({ subject: `long-work:${result}` }),
  });
  return {
    begin: (ctx, input, key) => begin(ctx, { input, key }),
    state: (ctx, id) => stateOf<O>(ctx, name, id),
    job: { name, run: (ctx, data) => perform(ctx, String(data.id), def.run as Perform) },
  };
}

type Perform = (ctx: Ctx, input: Record<string, string>, step: WorkStep<unknown>) => Promise<unknown>;

async function stateOf<O>(ctx: Ctx, name: string, id: string): Promise<WorkState<O>> {
  if (!z.uuid().safeParse(id).success) throw Problem.notFound();
  const { rows } = await ctx.app.db.run(tenantOf(ctx), (tx) =>
    sql<{ finished_at: Date | null; result: O; problem: { key: string; values: Record<string, unknown> } | null }>`
      select finished_at, result, problem from app.long_work
      where id = ${id} and name = ${name} and network_id = ${ctx.network?.id ?? null}`.execute(tx),
  );
  const row = rows[0];
  if (!row) throw Problem.notFound();
  if (row.problem) return { state: 'refused', ...row.problem };
  if (row.finished_at) return { state: 'done', result: row.result };
  return { state: 'open', done: 0, ...progress.get(id) };
}

/** Does the work as the person who asked, unless it is finished. */
async function perform({ app, network }: Ctx, id: string, run: Perform): Promise<void> {
  const work = await app.db.run({ scope: 'system' }, (tx) => openWork(tx, id));
  if (!work) return;
  const requestId = `work-${id.slice(0, 8)}`;
  const step: WorkStep<unknown> = {
    report: (done, total) => void progress.set(id, { done, total }),
    finish: async (tx, result) => {
      if (!(await settle(app, tx, id, { result }))) throw Problem.conflict('kernel.work.twice');
    },
  };
  try {
    if (!work.actor) throw Problem.forbidden();
    const { actor, locale, input } = work;
    await run({ app, network, actor, locale, t: translator(locale), requestId, purpose: '' }, input, step);
  } catch (error) {
    const known = error instanceof Problem;
    if (!known) app.log.error({ requestId, err: cleanError(error) }, 'long work failed');
    const problem = known
      ? { key: error.key, values: error.values }
      : { key: 'kernel.work.failed', values: { requestId } };
    await app.db.run({ scope: 'system' }, (tx) => settle(app, tx, id, { problem }));
  } finally {
    progress.delete(id);
  }
}

/** Notes how the work ended; false where somebody had noted it before, whose commit is waited for. */
async function settle(app: App, tx: Tx, id: string, end: { result?: unknown; problem?: unknown }): Promise<boolean> {
  const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const { numAffectedRows } = await sql`
    update app.long_work set finished_at = ${app.clock()}, result = ${text(end.result)}::jsonb, problem = ${text(end.problem)}::jsonb
    where id = ${id} and finished_at is null`.execute(tx);
  return numAffectedRows === 1n;
}

/** Unfinished work, and who asked for it with the roles they hold now; `actor` is null where the account is closed. */
async function openWork(tx: Tx, id: string) {
  const { rows } = await sql<{ network_id: string; person_id: string; input: Record<string, string>; locale: string }>`
    select network_id, person_id, input, locale from app.long_work where id = ${id} and finished_at is null`.execute(
    tx,
  );
  const work = rows[0];
  if (!work) return null;
  const person = await tx
    .selectFrom('app.person')
    .select(['id', 'name', 'email', 'agency_id'])
    .where('id', '=', work.person_id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  const grants = await tx
    .selectFrom('app.role_grant')
    .select('role')
    .where('person_id', '=', work.person_id)
    .where('ended_at', 'is', null)
    .where((eb) => eb.or([eb('network_id', 'is', null), eb('network_id', '=', work.network_id)]))
    .execute();
  const actor: Actor | null = person
    ? {
        kind: 'person',
        personId: person.id,
        name: person.name,
        email: person.email,
        agencyId: person.agency_id,
        roles: new Set(grants.map(({ role }) => role)),
        sessionId: '',
        stepUpAt: null,
      }
    : null;
  return { actor, locale: isLocale(work.locale) ? work.locale : ('en' as const), input: work.input };
}
