/**
 * Taking published text out again: a name in an update, an address in a description.
 *
 *   hidden (one person, at once) → confirmed by another: overwritten wherever it was kept, drafts, notes and letters too
 *                                ↘ refused by another: shown again
 *
 * Everything public is hidden by the first step, because a text that should not be there harms by the minute and hiding can be undone. Until it is
 * decided the text is kept sealed, and no plan of the network is published. Why: docs/decisions/0010-redaction.md
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import { action, type App, type Ctx, Problem, rewriteLetters, type Tx, view } from '#kernel';
import { editors, keepers, lockPlan, networkId, slug } from './drafting.ts';
import { approvers } from './publishing.ts';
import { Mask, type Taken } from './redaction-mask.ts';
import { findPlaces, type Place } from './redaction-places.ts';
import { hideHistory, hideItems } from './redaction-site.ts';
import { plans } from './tables.ts';

/** Who may hide; and who may then decide, if it is somebody else. */
export const hiders = [...keepers, 'plan_approver'] as const;
export const redactionDeciders = [...new Set([...editors, ...approvers])];

export const redactionReasons = ['person', 'safety', 'private', 'mistake'] as const;

const sealedAt = (row: string) => ({ table: 'app.plan_redaction', column: 'sealed', row });
const open = async (app: App, tx: Tx, row: { id: string; sealed: Buffer }): Promise<Taken> =>
  JSON.parse(await app.services.vault.openText(tx, 'deployment', sealedAt(row.id), row.sealed)) as Taken;

/** What is hidden in the network and not decided, oldest first. System scope: only then do the seals open. */
async function waitingTexts(app: App, tx: Tx, network: string): Promise<{ id: string; taken: Taken }[]> {
  const rows = await plans(tx)
    .selectFrom('app.plan_redaction')
    .select(['id', 'sealed'])
    .where('network_id', '=', network)
    .where('outcome', 'is', null)
    .orderBy('asked_at')
    .execute();
  return Promise.all(rows.map(async ({ id, sealed }) => ({ id, taken: await open(app, tx, { id, sealed: sealed! }) })));
}

/** Every plan of the network, locked, so that nothing is published or asked for meanwhile. */
async function lockPlans(tx: Tx, network: string): Promise<void> {
  await sql`select id from app.plan where network_id = ${network} order by id for update`.execute(tx);
}

/** The texts of a fact in the languages it has. Throws notFound when there is no such fact, or no text in it. */
async function textsOf(tx: Tx, planId: string, factId: string): Promise<Taken> {
  const { rows } = await sql<{ ref: number; data: Record<string, unknown> }>`
    select i.ref, f.data from app.plan_fact f join app.plan_item i on i.id = f.item_id
    where f.plan_id = ${planId} and f.id = ${factId}::uuid and f.kind <> 'value'`.execute(tx);
  const fact = rows[0];
  const said = (fact?.data.text ?? fact?.data.reason) as { en?: string; es?: string } | null | undefined;
  const texts = [said?.en, said?.es].filter((text): text is string => Boolean(text));
  if (!fact || texts.length === 0) throw Problem.notFound();
  return { texts, whole: { plan: planId, ref: fact.ref } };
}

const someText = z.string().trim().min(2, { error: 'plan.staff.field.redactShort' }).max(8000);

/** Hides a text in everything public of the network's plans, at once. Gives the redaction's id and in how many places the text was found. */
export const hideText = action('plan.redaction.hide', {
  input: z
    .object({
      plan: slug,
      /** The text itself, and the same in another language or spelling; or else a fact, whole. */
      text: someText.optional(),
      other: someText.optional(),
      fact: z.uuid().optional(),
      why: z.enum(redactionReasons),
    })
    .refine((input) => input.text || input.fact, { error: 'kernel.field.required', path: ['text'] }),
  may: hiders,
  asSystem: true,
  public: true,
  load: async ({ tx, ctx, input }) => {
    const network = networkId(ctx);
    const plan = await lockPlan(tx, ctx, input.plan);
    await lockPlans(tx, network);
    const taken: Taken = input.fact
      ? await textsOf(tx, plan.id, input.fact)
      : { texts: [input.text, input.other].filter((text): text is string => Boolean(text)) };
    return { network, taken, places: await findPlaces(tx, network, taken) };
  },
  check: ({ ctx, input, loaded }) => {
    if (ctx.actor.kind !== 'person') throw Problem.forbidden();
    if (loaded.places.length === 0)
      throw Problem.invalid({ [input.fact ? 'fact' : 'text']: { key: 'plan.staff.field.redactNowhere' } });
  },
  run: async ({ tx, ctx, input, loaded: { network, taken, places }, emit }) => {
    if (ctx.actor.kind !== 'person') throw Problem.forbidden();
    const { app } = ctx;
    const before = (await waitingTexts(app, tx, network)).map((one) => one.taken);
    const id = randomUUID();
    await plans(tx)
      .insertInto('app.plan_redaction')
      .values({
        id,
        network_id: network,
        why: input.why,
        sealed: await app.services.vault.seal(tx, 'deployment', sealedAt(id), JSON.stringify(taken)),
        asked_by: ctx.actor.personId,
        asked_at: app.clock(),
        decided_by: null,
        decided_at: null,
        outcome: null,
        places: null,
      })
      .execute();
    await hideItems(tx, network, new Mask([...before, taken]));
    await hideHistory(app, tx, network, { hidden: [...before, taken] });
    emit('plan.redaction.hidden', { redaction: id });
    return { id, places: places.length };
  },
  audit: ({ loaded, result }) => ({ subject: `plan-redaction:${result.id}`, fields: fieldsOf(loaded.places) }),
});

/** Names of the fields in which a text stood; never the text. */
const fieldsOf = (places: readonly Place[]): string[] => [
  'hidden',
  ...[...new Set(places.flatMap(({ kind, fields }) => [kind, ...fields]))].filter((name) => /^\w+$/.test(name)).sort(),
];

/** A redaction that waits for the second person, who must be another. */
async function waitingRedaction({ tx, ctx, input }: { tx: Tx; ctx: Ctx; input: { id: string } }) {
  const network = networkId(ctx);
  await lockPlans(tx, network);
  const row = await plans(tx)
    .selectFrom('app.plan_redaction')
    .select(['id', 'sealed', 'asked_by', 'outcome'])
    .where('network_id', '=', network)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw Problem.notFound();
  if (row.outcome !== null) throw Problem.conflict('plan.problem.redactionDecided');
  return {
    id: row.id,
    network,
    askedBy: row.asked_by,
    taken: await open(ctx.app, tx, { id: row.id, sealed: row.sealed! }),
  };
}

function mustBeAnother(ctx: Ctx, askedBy: string): string {
  if (ctx.actor.kind !== 'person') throw Problem.forbidden();
  if (ctx.actor.personId === askedBy) throw Problem.conflict('plan.problem.redactionSecondPerson');
  return ctx.actor.personId;
}

/** Writes the decision; the sealed text goes with it. Gives what still waits besides. */
async function decide(
  tx: Tx,
  ctx: Ctx,
  loaded: { id: string; network: string; askedBy: string },
  outcome: 'confirmed' | 'refused',
  places: number | null,
): Promise<Taken[]> {
  await plans(tx)
    .updateTable('app.plan_redaction')
    .set({
      outcome,
      sealed: null,
      decided_by: mustBeAnother(ctx, loaded.askedBy),
      decided_at: ctx.app.clock(),
      places,
    })
    .where('id', '=', loaded.id)
    .execute();
  return (await waitingTexts(ctx.app, tx, loaded.network)).map(({ taken }) => taken);
}

/** The second person agrees: the text is overwritten wherever it is kept. There is no way back. */
export const confirmRedaction = action('plan.redaction.confirm', {
  input: z.object({ id: z.uuid() }),
  may: redactionDeciders,
  stepUp: true,
  asSystem: true,
  public: true,
  load: async (step) => {
    const waiting = await waitingRedaction(step);
    return { ...waiting, places: await findPlaces(step.tx, waiting.network, waiting.taken) };
  },
  check: ({ ctx, loaded }) => void mustBeAnother(ctx, loaded.askedBy),
  run: async ({ tx, ctx, loaded, emit }) => {
    const { id, network, taken, places } = loaded;
    const others = await decide(tx, ctx, loaded, 'confirmed', places.length);
    for (const { kind, key, after } of places) {
      if (kind === 'note')
        await sql`update app.plan_note set body = ${String(after)} where id = ${key}::uuid`.execute(tx);
      else
        await sql`select app.plan_take_out(${id}::uuid, ${kind}, ${key}, ${JSON.stringify(after)}::jsonb)`.execute(tx);
    }
    await takeOutOfImports(tx, network, taken);
    const mask = new Mask([taken]);
    await rewriteLetters(tx, network, (text) => mask.text(text));
    await hideItems(tx, network, new Mask(others));
    await hideHistory(ctx.app, tx, network, { hidden: others, gone: taken });
    await tellPublic(tx, ctx, id, places);
    emit('plan.redaction.confirmed', { redaction: id });
  },
  audit: ({ loaded }) => ({
    subject: `plan-redaction:${loaded.id}`,
    fields: ['confirmed', ...fieldsOf(loaded.places).slice(1)],
  }),
});

/** The second person does not agree: the text is public again. */
export const refuseRedaction = action('plan.redaction.refuse', {
  input: z.object({ id: z.uuid() }),
  may: redactionDeciders,
  asSystem: true,
  public: true,
  load: waitingRedaction,
  check: ({ ctx, loaded }) => void mustBeAnother(ctx, loaded.askedBy),
  run: async ({ tx, ctx, loaded, emit }) => {
    const others = await decide(tx, ctx, loaded, 'refused', null);
    await hideItems(tx, loaded.network, new Mask(others));
    await hideHistory(ctx.app, tx, loaded.network, { hidden: others });
    emit('plan.redaction.refused', { redaction: loaded.id });
  },
  audit: ({ loaded }) => ({ subject: `plan-redaction:${loaded.id}`, fields: ['refused'] }),
});

/** Files that wait may hold the text in parts that nobody reads, so all of them are dropped; of a confirmed one little is kept, and that is cleaned. */
async function takeOutOfImports(tx: Tx, network: string, taken: Taken): Promise<void> {
  await sql`delete from app.plan_import where network_id = ${network} and confirmed_at is null`.execute(tx);
  const held = await plans(tx)
    .selectFrom('app.plan_import')
    .select(['id', 'filename', 'parsed'])
    .where('network_id', '=', network)
    .execute();
  const mask = new Mask([taken]);
  for (const { id, filename, parsed } of held) {
    const stored = parsed as { choices?: { statusMap?: Record<string, string> } };
    const words = Object.entries(stored.choices?.statusMap ?? {});
    const known = words.filter(([word]) => mask.text(word) === word);
    const clean = mask.value(
      known.length === words.length
        ? stored
        : { ...stored, choices: { ...stored.choices, statusMap: Object.fromEntries(known) } },
    );
    const name = mask.text(filename);
    if (clean === parsed && name === filename) continue;
    await plans(tx)
      .updateTable('app.plan_import')
      .set({ filename: name, parsed: JSON.stringify(clean) })
      .where('id', '=', id)
      .execute();
  }
}

/** The history of each plan in which published text was taken out says so, and on which day. */
async function tellPublic(tx: Tx, ctx: Ctx, id: string, places: readonly Place[]): Promise<void> {
  for (const planId of new Set(places.filter(({ published }) => published).map((place) => place.planId))) {
    await sql`insert into site.plan_redaction (network_id, plan_id, id, taken_out_at)
      select network_id, plan_id, ${id}::uuid, ${ctx.app.clock()} from site.plan where plan_id = ${planId}`.execute(tx);
  }
}

/** The text that waits, with every place it stands in, for the second person. Leaves an entry in the audit. */
export const readRedaction = view('plan.redaction.read', {
  may: redactionDeciders,
  asSystem: true,
  load: async ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => {
    const row = await plans(tx)
      .selectFrom('app.plan_redaction')
      .select(['id', 'sealed'])
      .where('network_id', '=', networkId(ctx))
      .where('id', '=', input.id)
      .where('outcome', 'is', null)
      .executeTakeFirst();
    if (!row) throw Problem.notFound();
    const taken = await open(ctx.app, tx, { id: row.id, sealed: row.sealed! });
    return {
      texts: taken.texts,
      whole: taken.whole !== undefined,
      places: await findPlaces(tx, networkId(ctx), taken),
    };
  },
  audit: ({ input }) => ({ subject: `plan-redaction:${input.id}`, fields: ['text'] }),
});

/** The texts of one fact, to be shown before it is hidden. Throws notFound. */
export const factTexts = textsOf;
