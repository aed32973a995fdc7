/** The board of upkeep: every listing with what is due, who was asked, and what waits for whom. One reading for the page, the start page and the mail. */
import { type Ctx, today, type Tx } from '#kernel';
import { placeProposals } from '../vetting/place-proposals.ts';
import { vetting } from '../vetting/tables.ts';
import { bookOf, standingIn } from '../book.ts';
import { type CheckedClass, type Count, countBases } from './due.ts';
import { periodsOf } from './periods.ts';
import { type Brief, type Listing, openRequests } from './read.ts';
import { upkeep } from './tables.ts';

export interface BoardRow {
  id: string;
  listing: Listing;
  count: Count;
  /** The open request, or null. */
  request: Brief | null;
  /** Changes and words of the provider that nobody has seen to. */
  waiting: number;
}

export const boardTabs = ['late', 'due', 'review', 'calls', 'unanswered', 'demoted', 'all'] as const;
export type BoardTab = (typeof boardTabs)[number];

const silent = new Set(['reminded', 'escalated']);

/** Which lists a listing stands in. */
export const fits: Record<BoardTab, (row: BoardRow) => boolean> = {
  late: (row) => row.count.late > 0,
  due: (row) => row.count.due > 0,
  review: (row) => row.waiting > 0,
  // People call where no letter may or can go, and where letters were not answered.
  calls: ({ request, listing, count }) =>
    request !== null
      ? request.state === 'calling' || request.state === 'escalated'
      : listing.position.doNotContact && count.late > 0,
  unanswered: ({ request }) => request !== null && silent.has(request.state),
  demoted: ({ listing }) => listing.position.state === 'demoted',
  all: () => true,
};

/** Every listing, what has been late longest first. `only` narrows by class what is counted. */
export async function readBoard(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'network'>,
  only: CheckedClass | null = null,
): Promise<BoardRow[]> {
  const networkId = ctx.network!.id;
  const day = today(ctx);
  const book = await bookOf(tx, ctx);
  const periods = await periodsOf(tx, networkId);
  const open = await openRequests(tx, networkId);
  const waiting = await waitingBy(tx, networkId);
  const rows = [...book].flatMap(([id, entry]): BoardRow[] => {
    const { bases, events, position } = entry;
    const listing: Listing = { id, standing: standingIn(entry, day), position, events };
    if (!listing.standing.listed && listing.position.state !== 'demoted') return [];
    const own = only === null ? bases : bases.filter((base) => base.class === only);
    return [
      {
        id,
        listing,
        count: countBases(own, periods, day),
        request: open.get(id) ?? null,
        waiting: waiting.get(id) ?? 0,
      },
    ];
  });
  const order = (row: BoardRow) => row.count.lateSince ?? '9999';
  return rows.sort((a, b) => (order(a) === order(b) ? b.count.due - a.count.due : order(a) < order(b) ? -1 : 1));
}

export const countTabs = (rows: readonly BoardRow[]): Record<BoardTab, number> =>
  Object.fromEntries(boardTabs.map((tab) => [tab, rows.filter(fits[tab]).length])) as Record<BoardTab, number>;

/** Proposed changes and unsettled words, by organisation. */
async function waitingBy(tx: Tx, networkId: string): Promise<Map<string, number>> {
  const proposals = await vetting(tx)
    .selectFrom('app.directory_proposal')
    .select('organization_id as id')
    .where('network_id', '=', networkId)
    .where('outcome', 'is', null)
    .execute();
  const places = await placeProposals(tx, networkId, 'waiting');
  const answers = await upkeep(tx)
    .selectFrom('app.directory_answer as a')
    .innerJoin('app.directory_request as r', (join) =>
      join.onRef('r.network_id', '=', 'a.network_id').onRef('r.id', '=', 'a.request_id'),
    )
    .select('r.organization_id as id')
    .where('a.network_id', '=', networkId)
    .where('a.answer', 'in', ['wrong', 'moved'])
    .where('a.settled_at', 'is', null)
    .execute();
  const out = new Map<string, number>();
  for (const { id } of [...proposals, ...places.map((one) => ({ id: one.organization_id })), ...answers])
    out.set(id, (out.get(id) ?? 0) + 1);
  return out;
}
