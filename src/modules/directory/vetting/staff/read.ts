/** What the pages of vetting read: the queue, one provider with all that happened, names. */
import { sql } from 'kysely';
import type { Ctx, Tx } from '#kernel';
import { authorOf } from '#kernel';
import { recordsById } from '#modules/organisations';
import { pageFrom } from '#ui';
import { type ListingEvent, type Position, positionOf, type State } from '../../listing.ts';
import { eventsOf } from '../../project.ts';
import { accountsOf, freeProviders } from '../accounts.ts';
import { organizationById, ownRecords } from '../actions.ts';
import { placeProposals } from '../place-proposals.ts';
import { vetting } from '../tables.ts';
import { visitorsFor, visitsOf } from '../visits.ts';

/** The tabs of the queue, and the states in each. */
export const tabs = {
  open: ['applied', 'reviewed', 'called', 'referenced', 'visited', 'proposed'],
  listed: ['listed'],
  aside: ['demoted', 'unlisted'],
  closed: ['declined', 'withdrawn'],
  none: ['none'],
} as const satisfies Record<string, State[]>;
export type Tab = keyof typeof tabs;
export const tabNames = Object.keys(tabs) as Tab[];
export const isTab = (text: string): text is Tab => (tabNames as string[]).includes(text);

export interface QueueRow {
  id: string;
  name: string;
  state: State;
  since: string | null;
  public: boolean;
  doNotContact: boolean;
}

const size = 50;

/** Every organisation of the network with where it stands, cut to one tab and page; who waits longest comes first. */
export async function queue(tx: Tx, networkId: string, tab: Tab, query: Record<string, string>) {
  const { rows } = await sql<{ id: string }>`
    select r.id from app.record r where r.network_id = ${networkId} and r.kind = 'organization'
      and not exists (select 1 from app.record_merge m where m.network_id = r.network_id and m.from_id = r.id and m.undone_at is null)
    order by r.created_at, r.id`.execute(tx);
  const ids = rows.map((row) => row.id);
  const events = await eventsOf(tx, networkId, ids);
  const all = ids.map((id) => ({ id, at: positionOf(events.get(id) ?? []) }));
  const counts = Object.fromEntries(tabNames.map((name) => [name, all.filter(inTab(name)).length])) as Record<
    Tab,
    number
  >;
  const found = all.filter(inTab(tab)).sort((a, b) => ((a.at.last?.on ?? '') < (b.at.last?.on ?? '') ? -1 : 1));
  const page = pageFrom(query, found.length, size);
  const cut = found.slice((page - 1) * size, page * size);
  const names = await namesOf(
    tx,
    networkId,
    cut.map(({ id }) => id),
  );
  return {
    counts,
    page,
    total: found.length,
    size,
    rows: cut.map(
      ({ id, at }): QueueRow => ({
        id,
        name: names.get(id) ?? '',
        state: at.state,
        since: at.last?.on ?? null,
        public: at.state === 'listed' && at.chosen,
        doNotContact: at.doNotContact,
      }),
    ),
  };
}

const inTab =
  (tab: Tab) =>
  ({ at }: { at: Position }) =>
    (tabs[tab] as readonly State[]).includes(at.state);

export async function namesOf(tx: Tx, networkId: string, ids: readonly string[]): Promise<Map<string, string>> {
  return new Map((await recordsById(tx, networkId, ids)).map((rec) => [rec.id, String(rec.fields.name ?? '')]));
}

/** An event with the name of who wrote it. */
export type Told = ListingEvent & { by: string | null };

/** One provider as its page needs it. Throws Problem.notFound. */
export async function readProvider(tx: Tx, ctx: Ctx, id: string) {
  const networkId = ctx.network!.id;
  const organization = await organizationById(tx, ctx, id);
  const events = (await eventsOf(tx, networkId, [id])).get(id) ?? [];
  const people = await peopleNames(
    tx,
    events.flatMap((event) => event.authorId ?? []),
  );
  const proposals = await vetting(tx)
    .selectFrom('app.directory_proposal')
    .select(['id', 'record_id', 'proposed_at'])
    .where('network_id', '=', networkId)
    .where('organization_id', '=', id)
    .where('outcome', 'is', null)
    .execute();
  const application = await vetting(tx)
    .selectFrom('app.directory_event')
    .select('data')
    .where('network_id', '=', networkId)
    .where('organization_id', '=', id)
    .where('kind', '=', 'applied')
    .executeTakeFirst();
  return {
    organization,
    name: String(organization.fields.name),
    at: positionOf(events),
    events: events.map((event): Told => ({ ...event, by: people.get(event.authorId ?? '') ?? null })),
    records: await ownRecords(tx, networkId, id),
    visits: await visitsOf(tx, networkId, id),
    visitors: await visitorsFor(tx, networkId, id, authorOf(ctx) ?? ''),
    accounts: await accountsOf(tx, networkId, id),
    free: await freeProviders(tx, networkId),
    proposals,
    applied: application?.data.application !== undefined,
  };
}
export type ProviderView = Awaited<ReturnType<typeof readProvider>>;

async function peopleNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const unique = [...new Set(ids)];
  if (unique.length === 0) return new Map();
  const rows = await tx.selectFrom('app.person').select(['id', 'name']).where('id', 'in', unique).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

export interface WaitingProposal {
  id: string;
  organizationId: string;
  name: string;
  at: Date;
  fields: string[];
  /** The new address of a hidden place: what it says is sealed. */
  hidden: boolean;
}

/** Changes that wait for somebody to look at them, oldest first. */
export async function waitingProposals(tx: Tx, networkId: string): Promise<WaitingProposal[]> {
  const rows = await vetting(tx)
    .selectFrom('app.directory_proposal')
    .select(['id', 'organization_id', 'proposed_at', 'fields'])
    .where('network_id', '=', networkId)
    .where('outcome', 'is', null)
    .orderBy('proposed_at')
    .limit(200)
    .execute();
  const names = await namesOf(
    tx,
    networkId,
    rows.map((row) => row.organization_id),
  );
  return rows.map((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    name: names.get(row.organization_id) ?? '',
    at: row.proposed_at,
    fields: Object.keys(row.fields),
    hidden: false,
  }));
}

/** New addresses of hidden places that wait for somebody, without what they say. */
export async function waitingPlaces(tx: Tx, networkId: string): Promise<WaitingProposal[]> {
  const rows = await placeProposals(tx, networkId, 'waiting');
  const names = await namesOf(
    tx,
    networkId,
    rows.map((row) => row.organization_id),
  );
  return rows.map((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    name: names.get(row.organization_id) ?? '',
    at: row.proposed_at,
    fields: [],
    hidden: true,
  }));
}
