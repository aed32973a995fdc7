/** Notes of advocates on a service: what one should know before sending somebody there. Inside the network only; never a survivor's name. */
import { z } from 'zod';
import { action, type Ctx, Problem, tenantOf } from '#kernel';
import { sharing } from '../../share/tables.ts';
import { readService } from '../read.ts';
import { audienceOf, insiders, mayKeep, personOf } from './who.ts';

export interface Note {
  id: string;
  text: string;
  authorId: string | null;
  at: Date;
}

/** The notes that stand, the newest first. Partners are shown none. */
export async function notesOf(ctx: Ctx, serviceId: string): Promise<Note[]> {
  if (audienceOf(ctx) !== 'hotline') return [];
  const rows = await ctx.app.db.run(tenantOf(ctx), (tx) =>
    sharing(tx)
      .selectFrom('app.directory_note')
      .select(['id', 'text', 'author_id', 'at'])
      .where('network_id', '=', ctx.network!.id)
      .where('service_id', '=', serviceId)
      .where('ended_at', 'is', null)
      .orderBy('at', 'desc')
      .limit(50)
      .execute(),
  );
  return rows.map((row) => ({ id: row.id, text: row.text, authorId: row.author_id, at: row.at }));
}

const addNoteAction = action('directory.note.add', {
  input: z.object({ service: z.uuid(), text: z.string().trim().min(1).max(2_000) }),
  may: insiders,
  run: async ({ tx, input, ctx }) => {
    const { id } = await sharing(tx)
      .insertInto('app.directory_note')
      .values({
        network_id: ctx.network!.id,
        service_id: input.service,
        text: input.text,
        author_id: personOf(ctx),
        at: ctx.app.clock(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  },
  audit: ({ input }) => ({ subject: `service:${input.service}`, fields: ['note'] }),
});

/** Adds a note to a service that the person can see; throws not found for any other. */
export async function addNote(ctx: Ctx, input: { service: string; text: string }): Promise<string> {
  if (!(await readService(ctx.app, ctx.network!.id, audienceOf(ctx), input.service))) throw Problem.notFound();
  return addNoteAction(ctx, input);
}

/** Takes a note away: its author may, and those who keep the records. It stays in the database with who took it away. */
export const endNote = action('directory.note.end', {
  input: z.object({ id: z.uuid() }),
  may: insiders,
  run: async ({ tx, input, ctx }) => {
    const mine = sharing(tx)
      .updateTable('app.directory_note')
      .set({ ended_at: ctx.app.clock(), ended_by: personOf(ctx) })
      .where('network_id', '=', ctx.network!.id)
      .where('id', '=', input.id)
      .where('ended_at', 'is', null);
    const ended = await (mayKeep(ctx) ? mine : mine.where('author_id', '=', personOf(ctx)))
      .returning('service_id')
      .executeTakeFirst();
    if (!ended) throw Problem.notFound();
    return ended.service_id;
  },
  audit: ({ result }) => ({ subject: `service:${result}`, fields: ['note'] }),
});
