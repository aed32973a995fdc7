/**
 * Audit campaigns: whom a network asks to confirm what the directory says of them.
 *
 *   draft → running → ended        a draft writes to nobody; what is begun is seen before it is begun
 *
 * A campaign asks everyone once, or goes on by itself and asks whoever has something due. The asking is done by ./steps.ts, day by day.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, type Ctx, Problem, today, type Tx, authorOf } from '#kernel';
import { keepers } from '../records/actions.ts';
import type { Waits } from './request.ts';
import { campaignAsks, campaignListings, upkeep } from './tables.ts';

export interface Campaign {
  id: string;
  name: string;
  continuous: boolean;
  listings: (typeof campaignListings)[number];
  organizations: string[];
  asks: (typeof campaignAsks)[number];
  answerBy: string | null;
  letter: { en?: string; es?: string };
  waits: Waits;
  escalateTo: string | null;
  startedOn: string | null;
  endedAt: Date | null;
}

/** Campaigns of a network, newest first. */
export async function campaignsOf(tx: Tx, networkId: string, id?: string): Promise<Campaign[]> {
  const all = upkeep(tx)
    .selectFrom('app.directory_campaign')
    .selectAll()
    .where('network_id', '=', networkId)
    .orderBy('created_at', 'desc')
    .orderBy('id');
  const rows = await (id === undefined ? all : all.where('id', '=', id)).execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    continuous: row.continuous,
    listings: row.listings,
    organizations: row.organizations,
    asks: row.asks,
    answerBy: row.answer_by,
    letter: row.letter,
    waits: { remind: row.remind_days, escalate: row.escalate_days, demote: row.demote_days },
    escalateTo: row.escalate_to,
    startedOn: row.started_on,
    endedAt: row.ended_at,
  }));
}

/** One campaign. Throws Problem.notFound for an id that is none of this network's. */
export async function campaignById(tx: Tx, networkId: string, id: string): Promise<Campaign> {
  const found = z.uuid().safeParse(id).success ? (await campaignsOf(tx, networkId, id))[0] : undefined;
  if (!found) throw Problem.notFound();
  return found;
}

export const isRunning = (campaign: Pick<Campaign, 'startedOn' | 'endedAt'>): boolean =>
  campaign.startedOn !== null && campaign.endedAt === null;

/** Days that a provider has at least, before it is said to be late. */
export const leastDays = 14;

const words = z.string().trim().max(2_000).default('');
const wait = (least: number) => z.coerce.number().int().min(least).max(90);

/** Writes a campaign down as a draft. */
export const draftCampaign = action('directory.upkeep.draft', {
  input: z.object({
    name: z.string().trim().min(1).max(200),
    continuous: z.boolean(),
    listings: z.enum(campaignListings),
    organizations: z.array(z.uuid()).max(500).default([]),
    asks: z.enum(campaignAsks),
    answerBy: z.iso.date().nullable().default(null),
    letter: z.object({ en: words, es: words }),
    remind: wait(7).default(21),
    escalate: wait(3).default(14),
    demote: wait(3).default(14),
    escalateTo: z.uuid().nullable().default(null),
  }),
  may: keepers,
  check: ({ input, ctx }) => {
    const wrong = (field: string, key: string, values?: Record<string, unknown>): never => {
      throw Problem.invalid({ [field]: { key, ...(values && { values }) } });
    };
    if (!input.continuous && input.answerBy === null) wrong('answerBy', 'kernel.field.date');
    const least = Temporal.PlainDate.from(today(ctx)).add({ days: leastDays }).toString();
    if (!input.continuous && input.answerBy! < least)
      wrong('answerBy', 'directory.upkeep.bad.answerBy', { days: leastDays });
    if (input.listings === 'chosen' && input.organizations.length === 0)
      wrong('organizations', 'directory.upkeep.bad.nobody');
  },
  run: async ({ tx, input, ctx }) => {
    if (input.escalateTo && !(await mayBeTold(tx, ctx)).some(({ id }) => id === input.escalateTo))
      throw Problem.invalid({ escalateTo: { key: 'kernel.field.choose' } });
    const { id } = await upkeep(tx)
      .insertInto('app.directory_campaign')
      .values({
        network_id: ctx.network!.id,
        name: input.name,
        continuous: input.continuous,
        listings: input.listings,
        organizations: input.listings === 'chosen' ? input.organizations : [],
        asks: input.continuous ? 'due' : input.asks,
        answer_by: input.continuous ? null : input.answerBy,
        letter: JSON.stringify(input.letter),
        remind_days: input.remind,
        escalate_days: input.escalate,
        demote_days: input.demote,
        escalate_to: input.escalateTo,
        created_by: authorOf(ctx),
        created_at: ctx.app.clock(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  },
  audit: ({ input, result }) => ({ subject: `campaign:${result}`, fields: Object.keys(input) }),
});

/** People who may be told when nobody answers: those who keep or vet the directory here. */
export async function mayBeTold(tx: Tx, ctx: Pick<Ctx, 'network'>): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select distinct p.id, p.name from app.role_grant g join app.person p on p.id = g.person_id and p.disabled_at is null
    where g.network_id = ${ctx.network!.id} and g.ended_at is null and g.role = any(${[...keepers]}::text[]) order by p.name, p.id`.execute(
    tx,
  );
  return rows;
}

const load = async ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) =>
  campaignById(tx, ctx.network!.id, input.id);

/** Begins a campaign: letters go out as soon as its work has run. */
export const startCampaign = action('directory.upkeep.start', {
  input: z.object({ id: z.uuid() }),
  may: keepers,
  load,
  run: async ({ tx, loaded, ctx }) => {
    if (loaded.startedOn) throw Problem.conflict('directory.upkeep.bad.started');
    if (loaded.answerBy !== null && loaded.answerBy <= today(ctx)) throw Problem.conflict('directory.upkeep.bad.over');
    if (loaded.continuous && (await campaignsOf(tx, ctx.network!.id)).some((one) => one.continuous && isRunning(one)))
      throw Problem.conflict('directory.upkeep.bad.oneContinuous');
    await upkeep(tx)
      .updateTable('app.directory_campaign')
      .set({ started_by: authorOf(ctx), started_at: ctx.app.clock(), started_on: today(ctx) })
      .where('network_id', '=', ctx.network!.id)
      .where('id', '=', loaded.id)
      .where('started_at', 'is', null)
      .execute();
    await ctx.app.services.jobs.send(tx, upkeepJob, {});
  },
  audit: ({ input }) => ({ subject: `campaign:${input.id}`, fields: ['started'] }),
});

/** The day's work, by name: ./steps.ts. */
export const upkeepJob = 'directory.upkeepDay';

/** Ends a campaign: nobody is asked, reminded or set aside by it any more. A draft is deleted. */
export const endCampaign = action('directory.upkeep.end', {
  input: z.object({ id: z.uuid() }),
  may: keepers,
  load,
  run: async ({ tx, loaded, ctx }) => {
    if (loaded.endedAt) throw Problem.conflict('directory.upkeep.bad.ended');
    const networkId = ctx.network!.id;
    if (loaded.startedOn === null) {
      await upkeep(tx)
        .deleteFrom('app.directory_campaign')
        .where('network_id', '=', networkId)
        .where('id', '=', loaded.id)
        .where('started_at', 'is', null)
        .execute();
      return { deleted: true };
    }
    await upkeep(tx)
      .updateTable('app.directory_campaign')
      .set({ ended_by: authorOf(ctx), ended_at: ctx.app.clock() })
      .where('network_id', '=', networkId)
      .where('id', '=', loaded.id)
      .execute();
    await ctx.app.services.jobs.send(tx, upkeepJob, {});
    return { deleted: false };
  },
  audit: ({ input }) => ({ subject: `campaign:${input.id}`, fields: ['ended'] }),
});
