/**
 * Imported organisations that were vetted before: whoever brings them proposes them all at once, another person who may decide it lists them all at
 * once. Each is an event of its own, signed by who made it, as in the vetting of one.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { action, Problem, authorOf } from '#kernel';
import type { Move } from '../listing.ts';
import { project } from '../project.ts';
import { addListingEvents } from '../vetting/events.ts';
import { imports } from './store.ts';

/** The moves of an import, as ../vetting/events.ts takes them. */
export const importMoves = (kinds: readonly ('proposed' | 'listed' | 'published')[], importId: string | null): Move[] =>
  kinds.map((kind) => ({ kind, data: { via: 'import', ...(importId ? { import: importId } : {}) } }));

/** Lists, and publishes if that was asked, what an import proposed. Organisations on which something was decided since are left alone. */
export const listImport = action('directory.import.list', {
  input: z.object({ id: z.uuid() }),
  may: ['directory_approver'],
  public: true,
  load: async ({ tx, ctx, input }) => {
    const row = await imports(tx)
      .selectFrom('app.directory_import')
      .select(['id', 'author_id', 'choices', 'confirmed_at', 'listed_at'])
      .where('id', '=', input.id)
      .where('network_id', '=', ctx.network!.id)
      .forUpdate()
      .executeTakeFirst();
    if (!row?.confirmed_at || row.choices.show === 'vetting') throw Problem.notFound('directory.exchange.problem.gone');
    return row;
  },
  check: ({ ctx, loaded }) => {
    if (loaded.listed_at) throw Problem.conflict('directory.exchange.problem.done');
    if (ctx.actor.kind === 'person' && ctx.actor.personId === loaded.author_id)
      throw Problem.conflict('directory.exchange.problem.another');
  },
  run: async ({ tx, ctx, loaded }) => {
    const networkId = ctx.network!.id;
    // Only those whose last step is still this proposal.
    const { rows } = await sql<{ id: string }>`
      select e.organization_id as id from app.directory_event e
      where e.network_id = ${networkId} and e.kind = 'proposed' and e.data ->> 'import' = ${loaded.id}
        and not exists (select 1 from app.directory_event later where later.network_id = e.network_id
          and later.organization_id = e.organization_id and later.seq > e.seq)`.execute(tx);
    const ids = rows.map((row) => row.id);
    const kinds = loaded.choices.show === 'public' ? (['listed', 'published'] as const) : (['listed'] as const);
    const listed = await addListingEvents(tx, ctx, ids, importMoves(kinds, loaded.id));
    await imports(tx)
      .updateTable('app.directory_import')
      .set({ listed_at: ctx.app.clock(), listed_by: authorOf(ctx) })
      .where('id', '=', loaded.id)
      .execute();
    await project(tx, ctx, listed);
    return listed.length;
  },
  audit: ({ input, loaded }) => ({ subject: `directory-import:${input.id}`, fields: [loaded.choices.show] }),
});
