/**
 * What an export is made of: the documents of one audience, a slice of organisations at a time. No transaction stays open between two slices, so a slow
 * reader holds up nothing.
 */
import { type Ctx, dayIn, tenantOf } from '#kernel';
import { type Audience, type Fields, holdings, recordsById } from '#modules/organisations';
import { looksFor } from '../areas/looks.ts';
import { type Document, documents } from '../documents.ts';
import { type TermOf, toHsds } from '../hsds/shape.ts';
import { standingsOf } from '../project.ts';

export const exportFormats = ['hsds', 'tabular', 'xlsx', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Organisations that are read at once. */
export const slice = 200;

export interface ExportJob {
  organizations: string[];
  audience: Audience;
  format: ExportFormat;
  term: TermOf;
  terms: Fields[];
  taxonomies: Fields[];
}

/** How many of how many parts are done. */
export type OnProgress = (done: number, total: number) => void;

/** The documents of each slice of organisations, and how far it is. */
export async function* slices(ctx: Ctx, job: ExportJob, onProgress: OnProgress, round = 0, rounds = 1) {
  const networkId = ctx.network!.id;
  const day = dayIn(ctx.app.clock(), ctx.network!.timezone);
  const all = job.organizations;
  for (let i = 0; i < all.length; i += slice) {
    const ids = all.slice(i, i + slice);
    const made = await ctx.app.db.run(tenantOf(ctx), async (tx) => {
      const held = await holdings(tx, networkId, ids);
      const standings = await standingsOf(tx, networkId, ids, day);
      const looked = await looksFor(tx, networkId, held.values());
      return ids.map((id) => {
        const holding = held.get(id);
        return holding
          ? { documents: documents(holding, standings.get(id)!, job.audience, undefined, undefined, looked), holding }
          : { documents: [], holding: null };
      });
    });
    yield made;
    onProgress(round * all.length + Math.min(i + slice, all.length), all.length * rounds);
  }
}

export type Made = { documents: Document[]; holding: { links: { fields: Fields }[] } | null }[];

/** Places of other organisations that services of these are offered at, where this audience is shown them. */
export async function foreignPlaces(ctx: Ctx, job: ExportJob, made: Made): Promise<[string, Fields][]> {
  const here = new Set(
    made.flatMap((one) => one.documents.filter((doc) => doc.kind === 'location').map((doc) => doc.id)),
  );
  const wanted = new Set(
    made.flatMap((one) =>
      one.documents.filter((doc) => doc.kind === 'service_at_location').map((doc) => String(doc.body.location_id)),
    ),
  );
  const missing = [...wanted].filter((id) => !here.has(id));
  if (missing.length === 0) return [];
  const { network } = ctx;
  return ctx.app.db.run(tenantOf(ctx), async (tx) => {
    const owners = [...new Set((await recordsById(tx, network!.id, missing)).map((rec) => rec.organizationId))];
    const held = await holdings(tx, network!.id, owners);
    const standings = await standingsOf(tx, network!.id, owners, dayIn(ctx.app.clock(), network!.timezone));
    return [...held.values()]
      .flatMap((one) => documents(one, standings.get(one.organization.id)!, job.audience))
      .filter((doc) => doc.kind === 'location' && missing.includes(doc.id))
      .map((doc): [string, Fields] => [doc.id, hsdsOf(job, doc)]);
  });
}

export const hsdsOf = (job: ExportJob, { kind, body }: Document): Fields => toHsds(kind, body, job.term);
