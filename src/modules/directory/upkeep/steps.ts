/**
 * The day's work of upkeep: asks whom a campaign has to ask, and takes the next step with those who were asked. What is to be done is worked out from
 * dated facts each time, and each step is one transaction with its letter: run twice, or after days without a server, it does what is left and no more.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, cleanError, type Ctx, type Job, Problem, tenantOf, today, type Tx } from '#kernel';
import { recordsById } from '#modules/organisations';
import { standing } from '../listing.ts';
import { project } from '../project.ts';
import { addListingEvent } from '../vetting/events.ts';
import { type Campaign, campaignById, campaignsOf, isRunning, upkeepJob } from './campaigns.ts';
import { dueOf, type Periods, type Value } from './due.ts';
import { letterBoxOf, sendLetter } from './letters.ts';
import { endLinks } from './link.ts';
import { periodsOf } from './periods.ts';
import { type Listing, listingsOf, type Request, requestsOf, stillOpen, valuesBy } from './read.ts';
import { type Asked, type CallingWhy, type Closing, nextStep, type RequestKind } from './request.ts';
import { upkeep } from './tables.ts';

/** Days for which a campaign that goes on leaves a provider alone after a request was closed. */
export const restDays = 30;

const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

// Rules.

/** The values a campaign asks a listing for today; none when it is not its turn. */
export function toAsk(
  campaign: Pick<Campaign, 'continuous' | 'listings' | 'asks' | 'startedOn'> & { organizations: readonly string[] },
  listing: Listing,
  values: readonly Value[],
  before: readonly Pick<Request, 'organizationId' | 'closedOn' | 'askedOn'>[],
  periods: Periods,
  day: string,
): Asked[] {
  const { standing: now, events, id } = listing;
  if (campaign.startedOn === null || day < campaign.startedOn || !now.listed) return [];
  if (campaign.listings === 'chosen' && !campaign.organizations.includes(id)) return [];
  if (campaign.listings === 'public' && !now.public) return [];
  if (campaign.listings === 'internal' && now.public) return [];
  const due = values.filter((value) => dueOf(value, periods, day).state !== 'fine');
  if (campaign.continuous) {
    if (before.some(({ closedOn }) => closedOn === null || day < addDays(closedOn, restDays))) return [];
    // Free places change by the week: whoever keeps them does so by itself, and no letter goes out for them alone.
    if (!due.some((value) => value.class !== 'capacity')) return [];
  } else if (before.length > 0 || !standing(events, campaign.startedOn).listed) return [];
  const asked = campaign.asks === 'due' ? due : values;
  return asked.map(({ record, field }) => ({ record, field }));
}

/** Why a request is over, or null. */
export function closingOf(
  request: Pick<Request, 'events'>,
  campaign: Pick<Campaign, 'endedAt'>,
  listing: Listing | undefined,
  open: readonly Asked[],
): Closing | null {
  const demoted = request.events.some(({ kind }) => kind === 'demoted');
  if (!listing) return 'unlisted';
  if (demoted && listing.standing.listed) return 'restored';
  if (open.length === 0) return 'answered';
  return campaign.endedAt !== null && !demoted ? 'ended' : null;
}

// Actions, of the system alone.

/** One at a time for an organisation, together with whoever writes that it is not to be contacted (../vetting/events.ts). */
const lock = (tx: Tx, organizationId: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`directory ${organizationId}`}, 0))`.execute(tx);

/** Notes an event of a request; false when it was noted before. */
async function note(
  tx: Tx,
  ctx: Ctx,
  requestId: string,
  kind: RequestKind,
  more: { why?: CallingWhy; mailId?: string } = {},
): Promise<boolean> {
  const done = await upkeep(tx)
    .insertInto('app.directory_request_event')
    .values({
      network_id: ctx.network!.id,
      request_id: requestId,
      kind,
      on_day: today(ctx),
      why: more.why ?? null,
      mail_id: more.mailId ?? null,
      at: ctx.app.clock(),
    })
    .onConflict((c) => c.columns(['network_id', 'request_id', 'kind']).doNothing())
    .executeTakeFirst();
  return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
}

const nameOf = async (tx: Tx, ctx: Ctx, organizationId: string): Promise<string> =>
  String((await recordsById(tx, ctx.network!.id, [organizationId]))[0]?.fields.name ?? '');

/** Writes the letter of a step and notes the step with it; where no letter may or can go, notes that people call. */
async function writeOrCall(
  tx: Tx,
  ctx: Ctx,
  kind: 'asked' | 'reminded',
  request: Pick<Request, 'id' | 'answerBy' | 'organizationId'>,
  campaign: Campaign,
  doNotContact: boolean,
): Promise<void> {
  if (doNotContact) return void (await note(tx, ctx, request.id, 'calling', { why: 'doNotContact' }));
  const box = await letterBoxOf(tx, ctx, request.organizationId);
  if (!box) return void (await note(tx, ctx, request.id, 'calling', { why: 'noAddress' }));
  const name = await nameOf(tx, ctx, request.organizationId);
  await note(tx, ctx, request.id, kind, {
    mailId: await sendLetter(tx, ctx, box, { kind, request, campaign, name }),
  });
}

export const askProvider = action('directory.upkeep.ask', {
  input: z.object({ campaign: z.uuid(), organization: z.uuid() }),
  may: [],
  asSystem: true,
  run: async ({ tx, input, ctx }) => {
    await lock(tx, input.organization);
    const networkId = ctx.network!.id;
    const campaign = await campaignById(tx, networkId, input.campaign);
    const listing = (await listingsOf(tx, ctx, [input.organization])).get(input.organization);
    const all = await requestsOf(tx, networkId, { organization: input.organization });
    if (!isRunning(campaign) || !listing || all.some(({ closedOn }) => closedOn === null)) return;
    const values = (await valuesBy(tx, ctx, [input.organization])).get(input.organization) ?? [];
    const before = campaign.continuous ? all : all.filter(({ campaignId }) => campaignId === campaign.id);
    const asked = toAsk(campaign, listing, values, before, await periodsOf(tx, networkId), today(ctx));
    if (asked.length === 0) return;
    const askedOn = today(ctx);
    const waited = addDays(askedOn, campaign.waits.remind + campaign.waits.escalate);
    // Whoever is asked late has as long to answer as the others had.
    const answerBy =
      campaign.answerBy !== null && campaign.answerBy >= addDays(askedOn, 14) ? campaign.answerBy : waited;
    const { id } = await upkeep(tx)
      .insertInto('app.directory_request')
      .values({
        network_id: networkId,
        campaign_id: campaign.id,
        organization_id: input.organization,
        asked_on: askedOn,
        answer_by: answerBy,
        asked: JSON.stringify(asked),
        at: ctx.app.clock(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const request = { id, answerBy, organizationId: input.organization };
    await writeOrCall(tx, ctx, 'asked', request, campaign, listing.position.doNotContact);
  },
  audit: ({ input }) => ({ subject: `organization:${input.organization}`, fields: ['asked'] }),
});

interface Look {
  request: Request;
  campaign: Campaign;
  listing: Listing | undefined;
  open: Asked[];
}

type Todo =
  | { do: 'close'; because: Closing }
  | { do: 'call'; why: CallingWhy }
  | { do: 'remind' }
  | { do: 'escalate' }
  | { do: 'demote' }
  | null;

/** What is to be done with an open request today: at most one thing. */
function todoOf({ request, campaign, listing, open }: Look, undelivered: boolean, day: string): Todo {
  const because = closingOf(request, campaign, listing, open);
  if (because) return { do: 'close', because };
  const demoted = request.events.some(({ kind }) => kind === 'demoted');
  if (demoted || request.events.some(({ kind }) => kind === 'calling')) return null;
  if (listing!.position.doNotContact) return { do: 'call', why: 'doNotContact' };
  if (undelivered) return { do: 'call', why: 'undelivered' };
  const next = nextStep(request.events, request.answerBy, campaign.waits);
  if (!next || day < next.from) return null;
  return { do: next.step === 'reminded' ? 'remind' : next.step === 'escalated' ? 'escalate' : 'demote' };
}

/** Letters among these that did not arrive. */
async function notDelivered(tx: Tx, requests: readonly Request[]): Promise<Set<string>> {
  const ids = requests.flatMap(({ events }) => events.flatMap(({ mailId }) => mailId ?? []));
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id from app.mail where id = any(${ids}::uuid[]) and failed_at is not null and last_error <> 'withdrawn'`.execute(
    tx,
  );
  return new Set(rows.map((row) => row.id));
}

const failedFor = (request: Request, failed: ReadonlySet<string>): boolean =>
  request.events.some(({ mailId }) => mailId !== null && failed.has(mailId));

/** Looks at a request again in the transaction that acts on it. */
async function lookAgain(tx: Tx, ctx: Ctx, id: string): Promise<Look & { todo: Todo }> {
  const networkId = ctx.network!.id;
  const before = await upkeep(tx)
    .selectFrom('app.directory_request')
    .select('organization_id')
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!before) throw Problem.notFound();
  await lock(tx, before.organization_id);
  const [request] = await requestsOf(tx, networkId, { id });
  const organization = request!.organizationId;
  const values = (await valuesBy(tx, ctx, [organization])).get(organization) ?? [];
  const look = {
    request: request!,
    campaign: await campaignById(tx, networkId, request!.campaignId),
    listing: (await listingsOf(tx, ctx, [organization])).get(organization),
    open: stillOpen(request!, values),
  };
  const undelivered = failedFor(request!, await notDelivered(tx, [request!]));
  return { ...look, todo: request!.closedOn === null ? todoOf(look, undelivered, today(ctx)) : null };
}

/** Closes a request: its links are over. */
export async function closeRequest(tx: Tx, ctx: Ctx, id: string, because: Closing): Promise<void> {
  await upkeep(tx)
    .updateTable('app.directory_request')
    .set({ closed_on: today(ctx), closed_because: because })
    .where('network_id', '=', ctx.network!.id)
    .where('id', '=', id)
    .where('closed_on', 'is', null)
    .execute();
  await endLinks(tx, ctx, id);
}

/** Takes the next step with a provider that was asked; setting aside is an action of its own. */
export const advanceRequest = action('directory.upkeep.advance', {
  input: z.object({ id: z.uuid() }),
  may: [],
  asSystem: true,
  load: ({ tx, input, ctx }) => lookAgain(tx, ctx, input.id),
  run: async ({ tx, loaded: { request, campaign, todo }, ctx }) => {
    if (todo?.do === 'close') await closeRequest(tx, ctx, request.id, todo.because);
    else if (todo?.do === 'call') await note(tx, ctx, request.id, 'calling', { why: todo.why });
    else if (todo?.do === 'remind') await writeOrCall(tx, ctx, 'reminded', request, campaign, false);
    else if (todo?.do === 'escalate') await note(tx, ctx, request.id, 'escalated');
  },
  audit: ({ loaded: { request, todo } }) => ({
    subject: `organization:${request.organizationId}`,
    fields: todo ? [todo.do] : [],
  }),
});

/** Sets a listing aside because nobody answered, and tells the provider why and what to do. */
export const demoteListing = action('directory.upkeep.demote', {
  input: z.object({ id: z.uuid() }),
  may: [],
  asSystem: true,
  public: true,
  load: ({ tx, input, ctx }) => lookAgain(tx, ctx, input.id),
  run: async ({ tx, loaded: { request, campaign, todo }, ctx }) => {
    if (todo?.do !== 'demote') return;
    const organization = request.organizationId;
    await addListingEvent(tx, ctx, organization, 'demoted', {
      reason: ctx.t('directory.upkeep.demotedReason', { campaign: campaign.name }),
      campaign: campaign.id,
      request: request.id,
    });
    await project(tx, ctx, [organization]);
    const box = await letterBoxOf(tx, ctx, organization);
    const name = await nameOf(tx, ctx, organization);
    const mailId = box ? await sendLetter(tx, ctx, box, { kind: 'demoted', request, campaign, name }) : undefined;
    await note(tx, ctx, request.id, 'demoted', { ...(mailId && { mailId }) });
  },
  audit: ({ loaded: { request, todo } }) => ({
    subject: `organization:${request.organizationId}`,
    fields: todo?.do === 'demote' ? ['demoted'] : [],
  }),
});

// The job.

/** What has to be done today, from one look at everything. */
async function plan(
  tx: Tx,
  ctx: Ctx,
): Promise<{ advance: string[]; demote: string[]; ask: { campaign: string; organization: string }[] }> {
  const networkId = ctx.network!.id;
  const day = today(ctx);
  const campaigns = await campaignsOf(tx, networkId);
  const running = campaigns.filter(isRunning);
  const open = await requestsOf(tx, networkId, { open: true });
  if (running.length === 0 && open.length === 0) return { advance: [], demote: [], ask: [] };
  const listings = await listingsOf(tx, ctx);
  const values = await valuesBy(tx, ctx, running.length > 0 ? null : open.map((one) => one.organizationId));
  const periods = await periodsOf(tx, networkId);
  const failed = await notDelivered(tx, open);
  const todos = open.map((request) => {
    const campaign = campaigns.find(({ id }) => id === request.campaignId)!;
    const look = {
      request,
      campaign,
      listing: listings.get(request.organizationId),
      open: stillOpen(request, values.get(request.organizationId) ?? []),
    };
    return { id: request.id, todo: todoOf(look, failedFor(request, failed), day) };
  });
  const busy = new Set(open.map(({ organizationId }) => organizationId));
  const everything = Map.groupBy(await requestsOf(tx, networkId), (request) => request.organizationId);
  // What was asked once goes before what goes on by itself.
  const ask = running
    .sort((a, b) => Number(a.continuous) - Number(b.continuous))
    .flatMap((campaign) =>
      [...listings.values()].flatMap((listing) => {
        if (busy.has(listing.id)) return [];
        const all = everything.get(listing.id) ?? [];
        const before = campaign.continuous ? all : all.filter(({ campaignId }) => campaignId === campaign.id);
        if (toAsk(campaign, listing, values.get(listing.id) ?? [], before, periods, day).length === 0) return [];
        busy.add(listing.id);
        return [{ campaign: campaign.id, organization: listing.id }];
      }),
    );
  return {
    advance: todos.flatMap(({ id, todo }) => (todo && todo.do !== 'demote' ? [id] : [])),
    demote: todos.flatMap(({ id, todo }) => (todo?.do === 'demote' ? [id] : [])),
    ask,
  };
}

/** Does what is to be done today. One that cannot be done does not keep the others waiting; it is told about at the end by throwing. */
export const upkeepDay: Job = {
  name: upkeepJob,
  run: async (ctx) => {
    const todo = await ctx.app.db.run(tenantOf(ctx), (tx) => plan(tx, ctx));
    let failures = 0;
    const attempt = async (work: () => Promise<unknown>) => {
      try {
        await work();
      } catch (error) {
        // A listing that somebody has just moved elsewhere is looked at again tomorrow.
        if (error instanceof Problem && error.kind === 'conflict') return;
        failures += 1;
        ctx.app.log.error({ err: cleanError(error) }, 'upkeep of a listing failed');
      }
    };
    for (const id of todo.advance) await attempt(() => advanceRequest(ctx, { id }));
    for (const id of todo.demote) await attempt(() => demoteListing(ctx, { id }));
    for (const one of todo.ask) await attempt(() => askProvider(ctx, one));
    if (failures > 0) throw new Error(`Upkeep of ${failures} listings failed.`);
  },
};
