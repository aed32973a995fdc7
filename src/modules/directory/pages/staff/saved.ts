/** Searches that a person keeps for the next shift. They are theirs alone; words and place are kept as they were meant, not as they were typed. */
import { z } from 'zod';
import { action, type Ctx, Problem, tenantOf } from '#kernel';
import { sharing } from '../../share/tables.ts';
import { type Asked, nothingAsked } from '../ask.ts';
import { placeLabel } from '../../gazetteer/index.ts';
import { personOf, readers } from './who.ts';

const mostSaved = 30;

export interface Saved {
  id: string;
  name: string;
}

export async function savedOf(ctx: Ctx): Promise<Saved[]> {
  return ctx.app.db.run(tenantOf(ctx), (tx) =>
    sharing(tx)
      .selectFrom('app.directory_saved_search')
      .select(['id', 'name'])
      .where('network_id', '=', ctx.network!.id)
      .where('person_id', '=', personOf(ctx))
      .orderBy('name')
      .execute(),
  );
}

/** The search of one's own with this id, or null. */
export async function savedSearch(ctx: Ctx, id: string): Promise<Asked | null> {
  const row = await ctx.app.db.run(tenantOf(ctx), (tx) =>
    sharing(tx)
      .selectFrom('app.directory_saved_search')
      .select('query')
      .where('network_id', '=', ctx.network!.id)
      .where('person_id', '=', personOf(ctx))
      .where('id', '=', id)
      .executeTakeFirst(),
  );
  return row ? { ...nothingAsked, ...row.query } : null;
}

/** An address that somebody typed is kept as its ZIP code or its town. */
export const withoutAddress = (asked: Asked): Asked => ({
  ...asked,
  where: asked.place ? placeLabel(asked.place) : '',
  others: [],
});

export const saveSearch = action('directory.search.save', {
  input: z.object({ name: z.string().trim().min(1).max(80), query: z.custom<Asked>() }),
  may: readers,
  run: async ({ tx, input, ctx }) => {
    const mine = await sharing(tx)
      .selectFrom('app.directory_saved_search')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('network_id', '=', ctx.network!.id)
      .where('person_id', '=', personOf(ctx))
      .executeTakeFirstOrThrow();
    if (Number(mine.n) >= mostSaved) throw Problem.conflict('directory.desk.tooManySaved', { most: mostSaved });
    await sharing(tx)
      .insertInto('app.directory_saved_search')
      .values({
        network_id: ctx.network!.id,
        person_id: personOf(ctx),
        name: input.name,
        query: JSON.stringify(withoutAddress(input.query)),
        at: ctx.app.clock(),
      })
      .execute();
  },
  audit: ({ ctx }) => ({ subject: `person:${personOf(ctx)}`, fields: ['savedSearch'] }),
});

export const removeSearch = action('directory.search.remove', {
  input: z.object({ id: z.uuid() }),
  may: readers,
  run: async ({ tx, input, ctx }) => {
    const gone = await sharing(tx)
      .deleteFrom('app.directory_saved_search')
      .where('network_id', '=', ctx.network!.id)
      .where('person_id', '=', personOf(ctx))
      .where('id', '=', input.id)
      .returning('id')
      .executeTakeFirst();
    if (!gone) throw Problem.notFound();
  },
  audit: ({ ctx }) => ({ subject: `person:${personOf(ctx)}`, fields: ['savedSearch'] }),
});
