/**
 * What the public reads of plans: the schema site only, through the public role. Status and progress are worked out from the dated facts each time.
 */
import { sql } from 'kysely';
import type { App, Text } from '#kernel';
import { Problem } from '#kernel';
import type { PlanFields } from './fields.ts';
import type { PlanIndicator, PlanItem } from './state.ts';
import type { Change } from './snapshot.ts';
import type { ToldRevision } from './story.ts';
import { plans } from './tables.ts';

/** An item as lists show it. */
export type PublicItem = Pick<
  PlanItem,
  | 'ref'
  | 'parentRef'
  | 'position'
  | 'number'
  | 'title'
  | 'leaf'
  | 'lead'
  | 'due'
  | 'themes'
  | 'pillars'
  | 'facts'
  | 'scope'
> & {
  /** Day of its newest update. */
  updated?: string;
};

export interface PublicPlan {
  id: string;
  slug: string;
  fields: PlanFields;
  revision: number;
  publishedAt: Date;
  predecessorId: string | null;
}

export interface PublicRevision {
  n: number;
  publishedAt: Date;
  note: Partial<Text>;
  changes: Change[];
  requestedBy: Text;
  approvedBy: Text;
}

type Db = Pick<App, 'db'>;

const planColumns = ['plan_id', 'slug', 'fields', 'revision', 'published_at', 'predecessor_id'] as const;
const toPlan = (row: {
  plan_id: string;
  slug: string;
  fields: unknown;
  revision: number;
  published_at: Date;
  predecessor_id: string | null;
}) => ({
  id: row.plan_id,
  slug: row.slug,
  fields: row.fields as PlanFields,
  revision: row.revision,
  publishedAt: row.published_at,
  predecessorId: row.predecessor_id,
});

/** Every published plan of a network, in order. */
export async function publicPlans(app: Db, networkId: string): Promise<PublicPlan[]> {
  return app.db.readPublic(networkId, async (tx) => {
    const rows = await plans(tx).selectFrom('site.plan').select(planColumns).orderBy('position').execute();
    return rows.map(toPlan);
  });
}

/** A plan with everything a list of it needs. Two queries. Throws notFound. */
export async function publicPlan(
  app: Db,
  networkId: string,
  slug: string,
): Promise<{ plan: PublicPlan; items: PublicItem[] }> {
  return app.db.readPublic(networkId, async (tx) => {
    const row = await plans(tx).selectFrom('site.plan').select(planColumns).where('slug', '=', slug).executeTakeFirst();
    if (!row) throw Problem.notFound('plan.problem.noPlan', { slug });
    // A hundred items to a row: thousands of small rows cost the driver more than all the rest of the page, one text of megabytes the collector.
    const heads = await sql<{ list: string }>`
      select concat('[', string_agg(head::text, ','), ']') as list from site.plan_item
      where plan_id = ${row.plan_id} and kind = 'item' group by ref / 100`.execute(tx);
    return { plan: toPlan(row), items: heads.rows.flatMap(({ list }) => JSON.parse(list) as PublicItem[]) };
  });
}

/** Refs of the items whose words hold the searched ones, any order, capitals and accents aside. */
export async function searchItems(app: Db, networkId: string, planId: string, query: string): Promise<Set<number>> {
  const words = fold(query).split(/\s+/).filter(Boolean).slice(0, 12);
  const rows = await app.db.readPublic(networkId, (tx) =>
    plans(tx)
      .selectFrom('site.plan_item')
      .select(['ref', 'words'])
      .where('plan_id', '=', planId)
      .where('kind', '=', 'item')
      .execute(),
  );
  return new Set(rows.filter((row) => words.every((word) => fold(row.words).includes(word))).map((row) => row.ref));
}

/** Lower case, without accents. */
export const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Items with all their detail, e.g. for a download. */
export async function publicItemsInFull(
  app: Db,
  networkId: string,
  planId: string,
): Promise<{ items: PlanItem[]; indicators: PlanIndicator[] }> {
  const rows = await app.db.readPublic(networkId, (tx) =>
    plans(tx)
      .selectFrom('site.plan_item')
      .select(['ref', 'kind', 'head', 'detail'])
      .where('plan_id', '=', planId)
      .orderBy('ref')
      .execute(),
  );
  const whole = (kind: string) =>
    rows.filter((r) => r.kind === kind).map((r) => ({ ...(r.head as object), ...(r.detail as object) }));
  return { items: whole('item') as PlanItem[], indicators: whole('indicator') as PlanIndicator[] };
}

/** The revisions, newest first; with `ref`, only the changes of that item. */
export async function publicRevisions(
  app: Db,
  networkId: string,
  planId: string,
  options: { ref?: number; limit?: number } = {},
): Promise<PublicRevision[]> {
  const { ref = null, limit = 100 } = options;
  return app.db.readPublic(networkId, async (tx) => {
    const rows = await sql<{
      n: number;
      published_at: Date;
      note: Partial<Text>;
      changes: Change[] | null;
      requested_by_agency: Text;
      approved_by_agency: Text;
    }>`
      select n, published_at, note, requested_by_agency, approved_by_agency,
        case when ${ref}::int is null then changes
          else (select json_agg(c) from json_array_elements(changes) c where (c->>'ref')::int = ${ref}::int) end as changes
      from site.plan_revision where plan_id = ${planId} order by n desc limit ${limit}`.execute(tx);
    return rows.rows.map((row) => ({
      n: row.n,
      publishedAt: row.published_at,
      note: row.note,
      changes: row.changes ?? [],
      requestedBy: row.requested_by_agency,
      approvedBy: row.approved_by_agency,
    }));
  });
}

/** Revisions in the shape the story of an item is told from. */
export const told = (
  revisions: PublicRevision[],
  dayOf: (at: Date) => string,
  name: (text: Text) => string,
): ToldRevision[] =>
  revisions.map((r) => ({
    on: dayOf(r.publishedAt),
    changes: r.changes,
    by: name(r.requestedBy),
    approvedBy: name(r.approvedBy),
  }));
