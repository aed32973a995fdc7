/**
 * Leaving fast. One hop: the session ends, the browser is asked to drop what the site saved, and the answer is a redirect to a plain outside page.
 *
 * A redirect and not a page of our own that forwards, because nothing of ours is then drawn, named in a tab or kept in the history: the entry belongs
 * to the outside page. With the script the page being left is replaced as well (location.replace), without it Back asks the server again.
 */
import { cleanError, identity, type Req } from '#kernel';

/** A page that anyone might have open, on a site that names no cause. The same for every network, so that it tells nothing. */
export const outsidePage = 'https://www.weather.gov/';

export async function leave(req: Req): Promise<Response> {
  if (req.ctx.actor.kind === 'person') {
    // A session that another tab has just ended, or that cannot be ended now, keeps nobody on our page.
    await identity.endOwnSession(req.ctx, { sessionId: req.ctx.actor.sessionId }).catch((error: unknown) => {
      const { app, requestId } = req.ctx;
      app.log.warn({ requestId, err: cleanError(error) }, 'a session was not ended by leaving');
    });
  }
  if (req.raw.headers.has('cookie')) req.signOut();
  return new Response(null, {
    status: 303,
    headers: {
      location: outsidePage,
      'clear-site-data': '"cache", "cookies", "storage"',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    },
  });
}
