/** Records that may be the same twice, by name, telephone number and address together: the likeness that imports use, asked of what the network has. */
import { type Ctx, tenantOf } from '#kernel';
import { holdings, recordsStamp } from '#modules/organisations';
import { alike } from '../exchange/likeness.ts';
import { recordsIn } from './read.ts';

export type Pair = ReturnType<typeof alike>[number];

/** Worked out anew only when a record or a merge came: comparing four thousand organisations takes a while. */
const known = new Map<string, { stamp: string; pairs: Pair[] }>();

/** Pairs that look like one, most alike first. Hidden places are not looked at. */
export async function likelyDuplicates(ctx: Ctx): Promise<Pair[]> {
  const networkId = ctx.network!.id;
  return ctx.app.db.run(tenantOf(ctx), async (tx) => {
    const stamp = await recordsStamp(tx, networkId);
    const held = known.get(networkId);
    if (held?.stamp === stamp) return held.pairs;
    const all = [...(await holdings(tx, networkId)).values()].flatMap(recordsIn);
    const pairs = alike(
      all.map((rec) => ({
        found: rec as never,
        what: 'new',
        fields: rec.fields,
        place: null,
        hides: false,
        hidden: rec.confidential,
        said: {} as never,
        saidBefore: false,
      })),
      [],
    );
    known.set(networkId, { stamp, pairs });
    return pairs;
  });
}
