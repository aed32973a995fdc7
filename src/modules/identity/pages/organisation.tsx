/**
 * To the network's own organisation and back (single sign-on). Going there is a link, because a form may not be sent to another site; the way back is
 * bound to this browser by a cookie that lives ten minutes and is good once.
 */
import { identity, Problem, redirect, type Req } from '#kernel';
import { done, goOn, proveFirst, safePath } from '../forms.ts';
import { finishJoinByOrganisation } from './join.tsx';

const cookieName = (req: Req): string =>
  req.ctx.app.config.baseUrl.startsWith('https:') ? '__Host-waymark-sso' : 'waymark-sso';

async function begin(req: Req, intent: identity.SsoIntent): Promise<Response> {
  const { url, handle } = await identity.beginSso(req.ctx, intent);
  const secure = req.ctx.app.config.baseUrl.startsWith('https:') ? '; Secure' : '';
  const cookie = `${cookieName(req)}=${handle}; Path=/; HttpOnly; SameSite=Lax; Max-Age=600${secure}`;
  return new Response(null, { status: 303, headers: { location: url, 'set-cookie': cookie } });
}

/** True when one of our own pages sent the browser here. A browser that says neither has not come from one of them. */
function fromOurPage(req: Req): boolean {
  const site = req.raw.headers.get('sec-fetch-site');
  if (site) return site === 'same-origin';
  const referer = req.raw.headers.get('referer') ?? '';
  return URL.canParse(referer) && new URL(referer).host === new URL(req.ctx.app.config.baseUrl).host;
}

const personIn = (req: Req): string => identity.personOf(req.ctx).personId;

export const goSignIn = (req: Req) => begin(req, { kind: 'signIn', next: safePath(req.query.next) ?? '' });
export const goJoin = async (req: Req) => {
  await identity.viewArrival(req.ctx, { token: req.params.token! });
  return begin(req, { kind: 'join', token: req.params.token! });
};
/**
 * Connecting begins on our own account page only. It is a link, so a link elsewhere could begin it too, unseen; and whoever runs the organisation
 * could answer with a sign-in of their own, which would then open this person's account.
 */
export async function goConnect(req: Req): Promise<Response> {
  if (!fromOurPage(req)) return redirect(req, '/account');
  proveFirst(req);
  return begin(req, { kind: 'connect', personId: personIn(req) });
}
export const goConfirm = (req: Req) =>
  begin(req, { kind: 'confirm', personId: personIn(req), next: safePath(req.query.next) ?? '' });

/** The provider's answer, whatever it was for. */
export async function comeBack(req: Req): Promise<Response> {
  const handle = new RegExp(`(?:^|;\\s*)${cookieName(req)}=([\\w-]+)`).exec(req.raw.headers.get('cookie') ?? '')?.[1];
  if (!handle) throw Problem.conflict('identity.sso.failed');
  const result = await identity.finishSso(req.ctx, handle, new URL(req.raw.url).search);
  const { intent } = result;
  if (intent.kind === 'join') return finishJoinByOrganisation(req, intent.token, result);
  if (intent.kind === 'signIn') {
    const { token } = await identity.openSession(req.ctx, {
      proof: identity.proveBySso(req.ctx, result),
      userAgent: req.userAgent,
    });
    req.signIn(token);
    return goOn(req, intent.next);
  }
  // The other two are for somebody who was signed in when they left, and must still be the same person.
  if (req.ctx.actor.kind !== 'person' || req.ctx.actor.personId !== intent.personId)
    throw Problem.conflict('identity.sso.failed');
  if (intent.kind === 'confirm') {
    await identity.confirmSession(req.ctx, { proof: identity.proveBySso(req.ctx, result) });
    return redirect(req, safePath(intent.next) ?? '/account');
  }
  await identity.addWay(req.ctx, { way: identity.wayBySso(req.ctx, result, intent.personId) });
  return done(req, '/account', 'connected');
}
