/**
 * What an export is made of: the documents of one audience, a slice of organisations at a time. No transaction stays open between two slices, so a slow
 * reader holds up nothing.
 */
import { type Ctx, dayIn, tenantOf } from '#kernel';
import { type Audience, type Fields, recordsById } from '#modules/organisations';
import type { Document } from '../documents.ts';
import { type TermOf, toHsds } from '../hsds/shape.ts';
import { documentsNow } from '../project.ts';

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
    const made = await ctx.app.db.run(tenantOf(ctx), (tx) => documentsNow(tx, networkId, ids, day, [job.audience]));
    yield [...Map.groupBy(made.get(job.audience)!, (doc) => doc.organizationId).values()];
    onProgress(round * all.length + Math.min(i + slice, all.length), all.length * rounds);
  }
}

/** The places at which services of these organisations are offered, their own and those of others, by id. */
export async function placesOf(ctx: Ctx, job: ExportJob, made: readonly Document[][]): Promise<Map<string, Document>> {
  const all = made.flat();
  const places = new Map(all.filter((doc) => doc.kind === 'location').map((doc) => [doc.id, doc]));
  const missing = new Set(
    all
      .filter((doc) => doc.kind === 'service_at_location')
      .map((doc) => String(doc.body.location_id))
      .filter((id) => !places.has(id)),
  );
  if (missing.size === 0) return places;
  const { id: networkId, timezone } = ctx.network!;
  return ctx.app.db.run(tenantOf(ctx), async (tx) => {
    const owners = [...new Set((await recordsById(tx, networkId, [...missing])).map((rec) => rec.organizationId))];
    const found = await documentsNow(tx, networkId, owners, dayIn(ctx.app.clock(), timezone), [job.audience]);
    for (const doc of found.get(job.audience)!) if (missing.has(doc.id)) places.set(doc.id, doc);
    return places;
  });
}

export const hsdsOf = (job: ExportJob, { kind, body }: Document): Fields => toHsds(kind, body, job.term);
