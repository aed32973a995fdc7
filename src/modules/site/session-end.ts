/** Ends the session of who is leaving, on the server, so that a token left behind opens nothing. */
import { action } from '#kernel';
import { z } from 'zod';

export const endOwnSession = action('site.session.leave', {
  input: z.void(),
  may: 'signedIn',
  run: async ({ tx, ctx }) => {
    if (ctx.actor.kind !== 'person') return;
    await tx
      .updateTable('app.session')
      .set({ ended_at: ctx.app.clock(), ended_why: 'left' })
      .where('id', '=', ctx.actor.sessionId)
      .where('ended_at', 'is', null)
      .execute();
  },
  audit: ({ ctx }) => ({
    subject: ctx.actor.kind === 'person' ? `session:${ctx.actor.sessionId}` : '',
    fields: ['ended_at'],
  }),
});
