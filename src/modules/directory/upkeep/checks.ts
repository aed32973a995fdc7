/** What people do about upkeep: noting what they made sure of, writing down where letters go, and putting a listing back once it is confirmed. */
import { z } from 'zod';
import { action, type Ctx, locales, Problem, today, type Tx, authorOf } from '#kernel';
import { addChecks } from '#modules/organisations';
import { project } from '../project.ts';
import { keepers } from '../records/actions.ts';
import { addListingEvent } from '../vetting/events.ts';
import { vetters } from '../vetting/roles.ts';
import { dueOf, type Periods, type Value } from './due.ts';
import { periodsOf } from './periods.ts';
import { listingsOf, requestsOf, stillOpen, valuesBy } from './read.ts';
import { keyOf } from './request.ts';
import { closeRequest } from './steps.ts';
import { upkeep } from './tables.ts';

/** How staff make sure of a value without writing. */
export const staffWays = ['phone', 'website', 'visit', 'document'] as const;

async function listed(tx: Tx, ctx: Ctx, id: string) {
  const found = (await listingsOf(tx, ctx, [id])).get(id);
  if (!found) throw Problem.notFound();
  return found;
}

/** "We called and it is right", for the values that somebody named one by one. */
export const noteChecks = action('directory.upkeep.check', {
  input: z.object({
    values: z.array(z.object({ record: z.uuid(), field: z.string().regex(/^(\*|[a-z_]+)$/) })).max(5_000),
    how: z.enum(staffWays),
    on: z.iso.date(),
  }),
  may: keepers,
  asSystem: true,
  run: async ({ tx, input, ctx }) => {
    if (input.values.length === 0) throw Problem.invalid({ values: { key: 'directory.upkeep.bad.noValue' } });
    if (input.on > today(ctx)) throw Problem.invalid({ on: { key: 'directory.upkeep.bad.future' } });
    const networkId = ctx.network!.id;
    const all = await valuesBy(tx, ctx, null);
    const known = new Map([...all.values()].flat().map((value) => [keyOf(value), value]));
    const found = input.values.flatMap((one) => known.get(keyOf(one)) ?? []);
    if (found.length < input.values.length) throw Problem.notFound();
    await addChecks(
      tx,
      ctx,
      networkId,
      found.map(({ record, field }) => ({ recordId: record, field, on: input.on, how: input.how })),
    );
    // A request that is answered by this is over at once, and its link with it.
    const organizations = [...new Set(found.map((value) => value.organizationId))];
    for (const organization of organizations) {
      const [open] = await requestsOf(tx, networkId, { organization, open: true });
      if (!open) continue;
      const values = (await valuesBy(tx, ctx, [organization])).get(organization) ?? [];
      if (stillOpen(open, values).length === 0) await closeRequest(tx, ctx, open.id, 'answered');
    }
    return organizations;
  },
  audit: ({ input, result }) => ({
    subject: result.length === 1 ? `organization:${result[0]}` : 'organization:several',
    fields: [...new Set(input.values.map(({ field }) => field))].filter((field) => field !== '*'),
  }),
});

/** To whom letters about a listing go; an empty address goes back to what its record says. */
export const saveLetterBox = action('directory.upkeep.letterBox', {
  input: z.object({
    organization: z.uuid(),
    email: z.union([z.literal(''), z.email().max(254).toLowerCase()]),
    locale: z.enum(locales),
  }),
  may: keepers,
  load: ({ tx, input, ctx }) => listed(tx, ctx, input.organization),
  run: async ({ tx, input, ctx }) => {
    const key = { network_id: ctx.network!.id, organization_id: input.organization };
    const boxes = upkeep(tx);
    if (input.email === '') {
      await boxes
        .deleteFrom('app.directory_letter_box')
        .where('network_id', '=', key.network_id)
        .where('organization_id', '=', key.organization_id)
        .execute();
      return;
    }
    const row = { email: input.email, locale: input.locale, set_by: authorOf(ctx), set_at: ctx.app.clock() };
    await boxes
      .insertInto('app.directory_letter_box')
      .values({ ...key, ...row })
      .onConflict((c) => c.columns(['network_id', 'organization_id']).doUpdateSet(row))
      .execute();
  },
  audit: ({ input }) => ({ subject: `organization:${input.organization}`, fields: ['letterBox'] }),
});

/** What still keeps a listing that was set aside from being put back: values that nobody has made sure of in time. */
export const missingToRestore = (values: readonly Value[], periods: Periods, day: string): Value[] =>
  values.filter((value) => value.class !== 'capacity' && dueOf(value, periods, day).state === 'late');

/** Puts a listing back that was set aside, once everything about it is confirmed again. */
export const restoreListing = action('directory.upkeep.restore', {
  input: z.object({ organization: z.uuid() }),
  may: vetters,
  asSystem: true,
  public: true,
  load: ({ tx, input, ctx }) => listed(tx, ctx, input.organization),
  run: async ({ tx, input, loaded, ctx }) => {
    const { organization } = input;
    const networkId = ctx.network!.id;
    if (loaded.position.state !== 'demoted') throw Problem.conflict('directory.vetting.refused.restored');
    const values = (await valuesBy(tx, ctx, [organization])).get(organization) ?? [];
    const [request] = await requestsOf(tx, networkId, { organization });
    const late = missingToRestore(values, await periodsOf(tx, networkId), today(ctx));
    const open = request && request.closedOn === null ? stillOpen(request, values) : [];
    if (late.length > 0 || open.length > 0)
      throw Problem.conflict('directory.upkeep.bad.notConfirmed', {
        count: new Set([...late, ...open].map(keyOf)).size,
      });
    await addListingEvent(tx, ctx, organization, 'restored', { ...(request && { request: request.id }) });
    await project(tx, ctx, [organization]);
    if (request && request.closedOn === null) await closeRequest(tx, ctx, request.id, 'restored');
  },
  audit: ({ input }) => ({ subject: `organization:${input.organization}`, fields: ['restored'] }),
});
