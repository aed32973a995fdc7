/**
 * Merging duplicates. A provider chose for itself what the public sees of it; what comes over from a duplicate was not chosen, so it stays as closed as
 * it was, unless somebody who has read what would open says otherwise. What a merge shows is found by doing it, in a transaction that is undone.
 */
import { createHash } from 'node:crypto';
import { canonical } from '#engines/canonical';
import { type Ctx, today, type Tx, tenantOf } from '#kernel';
import { addMerge, type Audience, type Fields, type Rec } from '#modules/organisations';
import type { Document } from '../documents.ts';
import { documentsNow, shown, type ShownAudience, withGuests } from '../project.ts';
import { keepAlias } from './aliases.ts';

/** What one audience would see of one record and did not see before, or would see no more. */
export interface Shift {
  audience: ShownAudience;
  kind: Document['kind'];
  id: string;
  name: string;
  /** Field → what of it is new: a value, or the children that were not there. */
  values: Fields;
}
export interface Outcome {
  appears: Shift[];
  /** Records that an audience finds no more. */
  vanishes: Shift[];
  /** Values of the duplicate itself that the one that stays does not show: nobody reads them any more. */
  lost: Shift[];
}

type Made = ReadonlyMap<ShownAudience, readonly Document[]>;

// Rules.

/** Names that say which record it is, and to whom it belongs: that it comes to the one that stays is what a merge is. */
const itself = new Set(['id', 'organization_id']);

/** What is in `after` and not in `before`, by audience. */
function newIn(before: Made, after: Made): Shift[] {
  return shown.flatMap((audience) => {
    const known = new Map((before.get(audience) ?? []).map((one) => [`${one.kind} ${one.id}`, one.body]));
    const all = after.get(audience) ?? [];
    const placeOf = (body: Fields) => all.find(({ kind, id }) => kind === 'location' && id === body.location_id)?.name;
    return all.flatMap(({ kind, id, name, body }): Shift[] => {
      const values = newValues(known.get(`${kind} ${id}`), body);
      const words = [name, kind === 'service_at_location' ? placeOf(body) : ''].filter(Boolean).join(' – ');
      return Object.keys(values).length > 0 ? [{ audience, kind, id, name: words, values }] : [];
    });
  });
}

function newValues(before: Fields | undefined, after: Fields): Fields {
  const out: Fields = {};
  for (const [name, value] of Object.entries(after)) {
    if (itself.has(name)) continue;
    const old = before?.[name];
    if (Array.isArray(value) && Array.isArray(old)) {
      const had = new Set(old.map((one) => canonical(one)));
      const added = value.filter((one) => !had.has(canonical(one)));
      if (added.length > 0) out[name] = added;
    } else if (canonical(old ?? null) !== canonical(value)) out[name] = value;
  }
  return out;
}

/** `goes`: the duplicate; its id leads to `stays`. */
export const outcomeOf = (before: Made, after: Made, goes: string, stays: string): Outcome => ({
  appears: newIn(before, after),
  vanishes: newIn(after, before).filter(
    ({ audience, kind, id }) =>
      id !== goes && !(after.get(audience) ?? []).some((one) => one.kind === kind && one.id === id),
  ),
  lost: shown.flatMap((audience): Shift[] => {
    const [was, left] = [bodyIn(before, audience, goes), bodyIn(after, audience, stays)];
    if (!was) return [];
    const values = newValues(left && nameless(left.body), nameless(was.body));
    return Object.keys(values).length > 0 ? [{ audience, kind: was.kind, id: goes, name: was.name, values }] : [];
  }),
});

const bodyIn = (made: Made, audience: ShownAudience, id: string): Document | undefined =>
  (made.get(audience) ?? []).find((one) => one.id === id);

/** The same telephone number in two records is one number: what names a child, or a link, says nothing to a reader. */
const nameless = (body: Fields): Fields =>
  Object.fromEntries(
    Object.entries(body).flatMap(([field, value]) =>
      field === 'translations' || field.endsWith('_id')
        ? []
        : [[field, Array.isArray(value) ? value.map(({ id: _, ...rest }: Fields) => rest) : value]],
    ),
  );

/** Says that somebody has read what appears: another outcome needs another. */
export const confirmation = ({ appears }: Pick<Outcome, 'appears'>): string =>
  createHash('sha256').update(canonical(appears)).digest('hex').slice(0, 32);

/** The widest audience that was shown a record; links and places that no document is made of were for nobody outside vetting. */
function shownTo(made: Made, rec: Rec): Audience {
  const seen = (audience: ShownAudience) => (made.get(audience) ?? []).some((one) => one.id === rec.id);
  return shown.find(seen) ?? 'vetting';
}

// Doing it.

export interface Merging {
  from: Rec;
  into: Rec;
  reason: string;
  /** Opens what comes over as it is marked, though the duplicate was not shown. */
  open: boolean;
}

/** Merges in the open transaction and says what that shows to whom; the documents are for the caller to write (../project.ts). */
export async function mergeIn(tx: Tx, ctx: Ctx, { from, into, reason, open }: Merging): Promise<Outcome> {
  const networkId = ctx.network!.id;
  const day = today(ctx);
  const ids = await withGuests(tx, networkId, [...new Set([from.organizationId, into.organizationId])]);
  const before = await documentsNow(tx, networkId, ids, day);
  // A program is a heading: services under it are shown whether it is shown or not.
  const widest = open || from.kind === 'program' ? 'public' : shownTo(before, from);
  await keepAlias(tx, networkId, from.id, into.id);
  await addMerge(tx, ctx, networkId, from, into, reason, widest);
  return outcomeOf(before, await documentsNow(tx, networkId, ids, day), from.id, into.id);
}

class Undone extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('A merge that was only looked at.');
    this.outcome = outcome;
  }
}

/** What a merge would show. Nothing of it stays. */
export async function lookAtMerge(ctx: Ctx, asked: Merging): Promise<Outcome> {
  try {
    return await ctx.app.db.run(tenantOf(ctx), async (tx) => {
      throw new Undone(await mergeIn(tx, ctx, asked));
    });
  } catch (error) {
    if (error instanceof Undone) return error.outcome;
    throw error;
  }
}
