/**
 * Visits: somebody of another agency goes there, on behalf of the network, with a printed page or a phone.
 *
 *   asked → reported (by the visitor, or typed in from paper by those who vet) | ended
 *
 * A visitor sees the name of the organisation, whom to call, where to go and what to look at; nothing else of it. A hidden place is told only where
 * the visit says so, one at a time, and leaves an entry in the audit.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, type Ctx, Problem, tenantOf, today, type Tx, view, authorOf } from '#kernel';
import { type Fields, recordsById } from '#modules/organisations';
import { openPlace } from '../hidden-places.ts';
import { organizationById, ownRecords } from './actions.ts';
import { visitReport } from './evidence.ts';
import { mayVet, vetters, visitors } from './roles.ts';
import { vetting } from './tables.ts';

export interface VisitorChoice {
  id: string;
  name: string;
  agency: { en: string; es?: string };
}

/** Visitors whom this person may ask: of another agency, and not of one that speaks for the organisation. */
export async function visitorsFor(tx: Tx, networkId: string, organizationId: string, askedBy: string) {
  const { rows } = await sql<VisitorChoice>`
    select p.id, p.name, a.name as agency from app.person p join app.agency a on a.id = p.agency_id
    where p.disabled_at is null
      and exists (select 1 from app.role_grant g where g.person_id = p.id and g.network_id = ${networkId} and g.role = 'directory_visitor' and g.ended_at is null)
      and p.agency_id <> (select agency_id from app.person where id = ${askedBy})
      and not exists (select 1 from app.directory_provider d join app.person o on o.id = d.person_id
        where d.network_id = ${networkId} and d.organization_id = ${organizationId} and d.ended_at is null and o.agency_id = p.agency_id)
    order by p.name, p.id`.execute(tx);
  return rows;
}

export const askForVisit = action('directory.visit.ask', {
  input: z.object({
    organization: z.uuid(),
    visitor: z.uuid('kernel.field.choose'),
    dueOn: z.union([z.literal('').transform(() => null), z.iso.date()]).default(null),
    note: z.string().trim().max(2_000).default(''),
    places: z.array(z.uuid()).max(20).default([]),
  }),
  may: vetters,
  asSystem: true,
  load: ({ tx, input, ctx }) => organizationById(tx, ctx, input.organization),
  run: async ({ tx, input, ctx, emit }) => {
    const networkId = ctx.network!.id;
    const may = await visitorsFor(tx, networkId, input.organization, authorOf(ctx)!);
    if (!may.some(({ id }) => id === input.visitor))
      throw Problem.invalid({ visitor: { key: 'directory.vetting.field.visitor' } });
    if (input.dueOn && input.dueOn < today(ctx))
      throw Problem.invalid({ dueOn: { key: 'directory.vetting.field.future' } });
    const hidden = new Set(
      (await ownRecords(tx, networkId, input.organization)).filter((rec) => rec.confidential).map((rec) => rec.id),
    );
    const { id } = await vetting(tx)
      .insertInto('app.directory_visit')
      .values({
        network_id: networkId,
        organization_id: input.organization,
        visitor_id: input.visitor,
        asked_by: authorOf(ctx)!,
        asked_at: ctx.app.clock(),
        due_on: input.dueOn,
        note: input.note,
        places: input.places.filter((place) => hidden.has(place)),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    emit('directory.visitAsked', { visit: id });
    return { id };
  },
  audit: ({ input, result }) => ({
    subject: `visit:${result.id}`,
    fields: ['visitor', ...(input.places.length > 0 ? ['places'] : [])],
  }),
});

const visitById = async (tx: Tx, ctx: Ctx, id: string) => {
  const row = z.uuid().safeParse(id).success
    ? await vetting(tx)
        .selectFrom('app.directory_visit')
        .selectAll()
        .where('network_id', '=', ctx.network!.id)
        .where('id', '=', id)
        .executeTakeFirst()
    : undefined;
  // A visitor has no visits but their own.
  if (!row || (row.visitor_id !== authorOf(ctx) && !mayVet(ctx))) throw Problem.notFound();
  return row;
};

export const endVisit = action('directory.visit.end', {
  input: z.object({ id: z.uuid() }),
  may: vetters,
  asSystem: true,
  load: ({ tx, input, ctx }) => visitById(tx, ctx, input.id),
  run: async ({ tx, loaded, ctx }) => {
    if (loaded.reported_at || loaded.ended_at) throw Problem.conflict('directory.vetting.visit.over');
    await vetting(tx)
      .updateTable('app.directory_visit')
      .set({ ended_at: ctx.app.clock() })
      .where('id', '=', loaded.id)
      .execute();
  },
  audit: ({ input }) => ({ subject: `visit:${input.id}`, fields: ['ended'] }),
});

/** Writes down what was seen; once. Those who vet may type it in from paper. */
export const reportVisit = action('directory.visit.report', {
  input: z.object({ id: z.uuid(), on: z.iso.date(), report: visitReport }),
  may: [...visitors, ...vetters],
  asSystem: true,
  load: ({ tx, input, ctx }) => visitById(tx, ctx, input.id),
  run: async ({ tx, input, loaded, ctx, emit }) => {
    if (loaded.reported_at || loaded.ended_at) throw Problem.conflict('directory.vetting.visit.over');
    if (input.on > today(ctx)) throw Problem.invalid({ on: { key: 'directory.vetting.field.past' } });
    await vetting(tx)
      .updateTable('app.directory_visit')
      .set({
        report: JSON.stringify(input.report),
        visited_on: input.on,
        reported_by: authorOf(ctx),
        reported_at: ctx.app.clock(),
        // What was told for the visit is told no more.
        places: [],
      })
      .where('id', '=', loaded.id)
      .execute();
    emit('directory.visitReported', { organization: loaded.organization_id });
  },
  audit: ({ input }) => ({ subject: `visit:${input.id}`, fields: ['report'] }),
});

const visitFields = [
  'v.id',
  'v.organization_id',
  'v.visitor_id',
  'v.asked_by',
  'v.asked_at',
  'v.due_on',
  'v.note',
  'v.places',
  'v.report',
  'v.visited_on',
  'v.reported_by',
  'v.reported_at',
  'v.ended_at',
  'p.name as visitor',
] as const;

/** All visits of an organisation, newest first. */
export const visitsOf = (tx: Tx, networkId: string, organizationId: string) =>
  vetting(tx)
    .selectFrom('app.directory_visit as v')
    .innerJoin('app.person as p', 'p.id', 'v.visitor_id')
    .select(visitFields)
    .where('v.network_id', '=', networkId)
    .where('v.organization_id', '=', organizationId)
    .orderBy('v.asked_at', 'desc')
    .execute();

/** The visits that one person was asked for, those to come first, with the names of the organisations and nothing else of them. */
export async function visitsBy(tx: Tx, networkId: string, personId: string) {
  const rows = await vetting(tx)
    .selectFrom('app.directory_visit')
    .select(['id', 'organization_id', 'due_on', 'visited_on', 'reported_at'])
    .where('network_id', '=', networkId)
    .where('visitor_id', '=', personId)
    .where('ended_at', 'is', null)
    .orderBy(sql`reported_at desc nulls first`)
    .orderBy('due_on')
    .limit(100)
    .execute();
  const named = await recordsById(
    tx,
    networkId,
    rows.map((row) => row.organization_id),
  );
  const names = new Map(named.map((rec) => [rec.id, String(rec.fields.name)]));
  return rows.map((row) => ({ ...row, name: names.get(row.organization_id) ?? '' }));
}

export const ownVisits = (ctx: Ctx) =>
  ctx.app.db.run(tenantOf(ctx), (tx) => visitsBy(tx, ctx.network!.id, authorOf(ctx) ?? ''));

export interface VisitPlace {
  id: string;
  name: string;
  /** Lines of the address; null: hidden. */
  address: string[] | null;
  /** Hidden, and this visit may be told. */
  mayAsk: boolean;
}

export const addressLines = (place: Fields): string[] =>
  ((place.addresses as Record<string, string>[] | undefined) ?? []).map((one) =>
    [one.address_1, one.address_2, one.city, `${one.state_province ?? ''} ${one.postal_code ?? ''}`.trim()]
      .filter(Boolean)
      .join(', '),
  );

/** What a visit needs: name, whom to call, where, what to look at. */
export const viewVisit = view('directory.visit.read', {
  may: [...visitors, ...vetters],
  asSystem: true,
  load: async ({ tx, input, ctx }: { tx: Tx; input: { id: string }; ctx: Ctx }) => {
    const visit = await visitById(tx, ctx, input.id);
    const own = await ownRecords(tx, ctx.network!.id, visit.organization_id);
    const org = own[0];
    if (!org) throw Problem.notFound();
    const contacts = (org.fields.contacts as { name?: string; phones?: { number: string }[] }[] | undefined) ?? [];
    const places = own
      .filter((rec) => rec.kind === 'location')
      .map(
        (rec): VisitPlace => ({
          id: rec.id,
          name: String(rec.fields.name ?? ''),
          address: rec.confidential ? null : addressLines(rec.fields),
          mayAsk: rec.confidential && visit.places.includes(rec.id) && !visit.reported_at && !visit.ended_at,
        }),
      );
    return { visit, name: String(org.fields.name), contact: contacts[0] ?? null, places };
  },
  audit: ({ result }) => ({ subject: `visit:${result.visit.id}`, fields: ['name', 'contact', 'places'] }),
});

/** Tells a visitor where one hidden place is, while the visit is still to come. */
export const revealForVisit = view('directory.visit.place', {
  may: visitors,
  asSystem: true,
  load: async ({ tx, input, ctx }: { tx: Tx; input: { id: string; place: string }; ctx: Ctx }) => {
    const visit = await visitById(tx, ctx, input.id);
    const open = !visit.reported_at && !visit.ended_at && visit.visitor_id === authorOf(ctx);
    if (!open || !visit.places.includes(input.place)) throw Problem.notFound();
    const place = await openPlace(tx, ctx, ctx.network!.id, input.place);
    return { visit: visit.id, place: input.place, address: place ? addressLines(place) : [] };
  },
  audit: ({ result }) => ({ subject: `location:${result.place}`, fields: ['addresses'] }),
});
