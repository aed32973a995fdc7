/**
 * Records that may be the same twice, by name, telephone number and address together: the likeness that imports use, asked of what the network has. Few
 * are compared at once. Many take seconds, so that is done beside everything else, and until it is done the pairs of before are shown, as far as both
 * records still stand there; nobody decides by that list alone, the two are read side by side before anything is merged.
 */
import { setImmediate as breath } from 'node:timers/promises';
import { type Ctx, tenantOf, type Tx } from '#kernel';
import { holdings, organizationIds, type Rec, recordsById, recordsStamp, sameValue } from '#modules/organisations';
import { alike, alikeInTurns } from '../exchange/likeness.ts';
import { recordsIn } from './read.ts';

export type Pair = ReturnType<typeof alike>[number];

/** Whether a field of two records says another thing; entries of lists have ids of their own in each, which say nothing. */
export function saysOther(one: unknown, two: unknown): boolean {
  const said = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value ?? null, (key, inner: unknown) => (key === 'id' ? undefined : inner)));
  return !sameValue(said(one), said(two));
}

interface Known {
  stamp: string;
  pairs: Pair[];
  comparing: Promise<void> | null;
}

/** By network; worked out anew only when a record or a merge came. */
const known = new Map<string, Known>();

/** Organisations whose records are compared while the person waits. */
const atOnce = 300;
/** Organisations read in one transaction. */
const slice = 100;

/** Pairs that look like one, most alike first; hidden places are not looked at. `comparing`: records that came since are still being compared. */
export async function likelyDuplicates(ctx: Ctx): Promise<{ pairs: Pair[]; comparing: boolean }> {
  const networkId = ctx.network!.id;
  return ctx.app.db.run(tenantOf(ctx), async (tx) => {
    const stamp = await recordsStamp(tx, networkId);
    const held = known.get(networkId);
    if (held?.stamp === stamp) return { pairs: held.pairs, comparing: false };
    const ids = await organizationIds(tx, networkId);
    if (ids.length <= atOnce) {
      const all = [...(await holdings(tx, networkId)).values()].flatMap(recordsIn);
      const pairs = alike(all.map(asFound), []);
      known.set(networkId, { stamp, pairs, comparing: null });
      return { pairs, comparing: false };
    }
    compareAside(ctx, stamp, ids);
    return { pairs: await stillThere(tx, networkId, held?.pairs ?? []), comparing: true };
  });
}

/** A record as the comparison takes it: as if a file had just brought it. */
const asFound = (rec: Rec) => ({
  found: rec as never,
  what: 'new' as const,
  before: null,
  fields: rec.fields,
  place: null,
  hides: false,
  hidden: rec.confidential,
  said: {} as never,
  saidBefore: false,
});

function compareAside(ctx: Ctx, stamp: string, ids: readonly string[]): void {
  const networkId = ctx.network!.id;
  const held = known.get(networkId) ?? { stamp: '', pairs: [], comparing: null };
  known.set(networkId, held);
  held.comparing ??= compareAll(ctx, ids)
    .then((pairs) => {
      held.stamp = stamp;
      held.pairs = pairs;
    })
    .catch((error: unknown) => ctx.app.log.warn({ err: error }, 'the records could not be compared'))
    .finally(() => {
      held.comparing = null;
    });
}

async function compareAll(ctx: Ctx, ids: readonly string[]): Promise<Pair[]> {
  const all: Rec[] = [];
  for (let i = 0; i < ids.length; i += slice) {
    const some = await ctx.app.db.run({ networkId: ctx.network!.id }, (tx) =>
      holdings(tx, ctx.network!.id, ids.slice(i, i + slice)),
    );
    all.push(...[...some.values()].flatMap(recordsIn));
    await breath();
  }
  return alikeInTurns(all.map(asFound), breath);
}

/** Pairs of records that both still stand, in the open, under the names they have now. */
async function stillThere(tx: Tx, networkId: string, pairs: readonly Pair[]): Promise<Pair[]> {
  const ids = pairs.flatMap((pair) => [pair.id, pair.other.id]);
  const now = new Map((await recordsById(tx, networkId, ids)).map((rec) => [rec.id, rec]));
  return pairs.flatMap((pair) => {
    const [one, two] = [now.get(pair.id), now.get(pair.other.id)];
    if (!one || !two || one.confidential || two.confidential) return [];
    const name = (rec: Rec) => String(rec.fields.name ?? '');
    return [{ ...pair, name: name(one), other: { ...pair.other, name: name(two) } }];
  });
}
