/** The cookie that keeps an application open in one browser: for this session only, unreadable for scripts, never sent from another site. */
import type { Req } from '#kernel';

const nameOf = (req: Req) =>
  req.ctx.app.config.baseUrl.startsWith('https:') ? '__Host-waymark-application' : 'waymark-application';

/** The token this browser holds, or an empty text. */
export function doorOf(req: Req): string {
  const name = nameOf(req);
  const found = (req.raw.headers.get('cookie') ?? '')
    .split(';')
    .map((part) => part.trim().split('='))
    .find(([key]) => key === name);
  return found?.[1]?.slice(0, 200) ?? '';
}

/** An answer that lets this browser in, or out with an empty token; kept by no cache. */
export function withDoor(req: Req, response: Response, token: string): Response {
  const secure = req.ctx.app.config.baseUrl.startsWith('https:') ? '; Secure' : '';
  const end = token ? '' : '; Max-Age=0';
  response.headers.set('set-cookie', `${nameOf(req)}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}${end}`);
  return unkept(response);
}

/** What somebody wrote is kept by no cache, and its address is told to no other site. */
export function unkept(response: Response): Response {
  response.headers.set('cache-control', 'no-store');
  return response;
}
