/**
 * Changing a network's own words, by those who keep the records. Search, the API and the pages read them (read.ts); a job makes the rows of the search
 * anew.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, Problem, today } from '#kernel';
import { keepers } from '../records/actions.ts';
import { own, ownTerms } from './read.ts';
import { stableId, termByCode } from '../taxonomy/index.ts';

const said = z.string().trim().min(1).max(100);
const words = z.array(said).max(40);

/** Adds or changes a term of the network. What is linked to it is found by the new words as soon as the job has run. */
export const saveTerm = action('directory.term.save', {
  input: z.object({
    code: z.string().regex(/^own\.[a-z0-9-]{1,60}$/, { error: 'directory.own.code' }),
    parent: z.string().max(100).nullable().default(null),
    name: z.object({ en: said, es: said }),
    synonyms: z.object({ en: words, es: words }).default({ en: [], es: [] }),
    ended: z.boolean().default(false),
  }),
  may: keepers,
  public: true,
  load: async ({ tx, ctx }) => ownTerms(tx, ctx.network!.id),
  check: ({ input, loaded }) => {
    const parentOf = (code: string) =>
      code === input.code ? input.parent : loaded.find((term) => term.code === code)?.parent;
    if (input.parent && !termByCode(input.parent) && !loaded.some((term) => term.code === input.parent))
      throw Problem.invalid({ parent: { key: 'directory.own.parent' } });
    for (let at = input.parent, steps = 0; at; at = parentOf(at) ?? null, steps++)
      if (at === input.code || steps > 50) throw Problem.invalid({ parent: { key: 'directory.own.circle' } });
  },
  run: async ({ tx, input, loaded, ctx, emit }) => {
    const known = loaded.find((term) => term.code === input.code);
    const row = {
      network_id: ctx.network!.id,
      id: stableId(`network:${ctx.network!.id}:${input.code}`),
      code: input.code,
      parent: input.parent,
      name: JSON.stringify(input.name),
      synonyms: JSON.stringify(input.synonyms),
      ended_on: input.ended ? (known?.endedOn ?? today(ctx)) : null,
    };
    const { network_id: _network, id: _id, code: _code, ...changes } = row;
    await own(tx)
      .insertInto('site.directory_term')
      .values(row)
      .onConflict((c) => c.columns(['network_id', 'code']).doUpdateSet(changes))
      .execute();
    emit('directory.words', { network: ctx.network!.id });
    return row.id;
  },
  audit: ({ result }) => ({ subject: `term:${result}`, fields: ['parent', 'name', 'synonyms', 'ended'] }),
});

/** Adds or changes a place of the network. */
export const savePlace = action('directory.ownPlace.save', {
  input: z.object({
    kind: z.enum(['place', 'county', 'zip']),
    name: said,
    also: words.default([]),
    state: z.string().regex(/^[A-Z]{2}$/),
    zip: z
      .string()
      .regex(/^\d{5}$/)
      .optional(),
    lat: z.coerce.number().min(-90).max(90),
    lon: z.coerce.number().min(-180).max(180),
    radiusKm: z.coerce.number().min(0.1).max(500),
  }),
  may: keepers,
  public: true,
  run: async ({ tx, input, ctx, emit }) => {
    const { radiusKm, zip, ...rest } = input;
    const row = { ...rest, zip: zip ?? null, radius_km: radiusKm };
    const { id } = await own(tx)
      .insertInto('site.directory_place')
      .values({ network_id: ctx.network!.id, id: sql<string>`gen_random_uuid()`, ...row })
      .onConflict((c) => c.columns(['network_id', 'kind', 'state', 'name']).doUpdateSet(row))
      .returning('id')
      .executeTakeFirstOrThrow();
    emit('directory.words', { network: ctx.network!.id });
    return id;
  },
  audit: ({ result }) => ({
    subject: `place:${result}`,
    fields: ['kind', 'name', 'also', 'state', 'zip', 'lat', 'lon', 'radiusKm'],
  }),
});

/** Takes a place of the network away. */
export const removePlace = action('directory.ownPlace.remove', {
  input: z.object({ id: z.uuid() }),
  may: keepers,
  public: true,
  run: async ({ tx, input, ctx, emit }) => {
    const gone = await own(tx)
      .deleteFrom('site.directory_place')
      .where('network_id', '=', ctx.network!.id)
      .where('id', '=', input.id)
      .executeTakeFirst();
    if (Number(gone.numDeletedRows) === 0) throw Problem.notFound();
    emit('directory.words', { network: ctx.network!.id });
  },
  audit: ({ input }) => ({ subject: `place:${input.id}`, fields: ['*'] }),
});
