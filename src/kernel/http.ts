/**
 * From a request to a Ctx and back: where (network), who (session), in which language, allowed or not; problems become answers in problem-answer.ts.
 * A page handler sees only Req and returns JSX, a redirect, or a finished response.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { withAwayNote } from './away.tsx';
import { clientAddress } from './client-address.ts';
import { type App, type Ctx, dayIn } from './context.ts';
import { isLocale, type Locale, negotiate, translator } from './i18n.ts';
import { absoluteHours, checkCsrf, newCsrf, readSession } from './identity/session.ts';
import type { Module, Route } from './module.ts';
import { bytesFor, cachedPage, type CachedPage, keepPage, newestPage } from './page-cache.ts';
import { allows } from './policy.ts';
import { Problem } from './problem.ts';
import { faultOf, problemAnswer } from './problem-answer.ts';
import { Limiter } from './rate-limit.ts';
import { documentOf, htmlHeaders, page, readForm, type Req } from './request.ts';
import { uiFor } from './request-ui.ts';
import { formPageOf, nearestPage } from './stands-on.ts';

const originSalt = randomBytes(16).toString('hex');
const writes = new Limiter({ points: 120, seconds: 60 });
/** Pages that have to be made anew for one visitor: enough for any person or crawler that behaves, too few to wear the server out. */
const renders = new Limiter({ points: 1200, seconds: 60 });

const publicPolicy =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; manifest-src 'self'";
const staffPolicy = (nonce: string) => publicPolicy.replace("script-src 'self'", `script-src 'nonce-${nonce}'`);

/** Headers of every answer. HSTS only where the site is served over TLS. */
function secure(
  headers: Headers,
  app: App,
  route: Pick<Route, 'survivor' | 'embed' | 'secretPath'>,
  nonce: string | null,
): void {
  const policy = nonce ? staffPolicy(nonce) : publicPolicy;
  headers.set('content-security-policy', `${policy}; frame-ancestors ${route.embed ? '*' : "'none'"}`);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', route.survivor || route.secretPath ? 'no-referrer' : 'same-origin');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), browsing-topics=()');
  if (!route.embed) headers.set('x-frame-options', 'DENY');
  if (app.config.baseUrl.startsWith('https:'))
    headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains');
}

/** Makes a Hono handler of a route. */
export function serve(app: App, route: Route, modules: ReadonlyMap<string, Module>) {
  const secureCookie = app.config.baseUrl.startsWith('https:');
  const cookieName = secureCookie ? '__Host-waymark' : 'waymark';
  const pages = [...modules.values()].flatMap((module) => module.routes);

  return async (c: Context): Promise<Response> => {
    if (route.secretPath) c.set('loggedPath' as never, route.path as never);
    // What is open to other sites never knows who asks.
    const token = route.open || route.embed ? undefined : getCookie(c, cookieName);
    const slug = c.req.param('network');
    // Where the database is away the page that says so is still drawn, and what needs no database still answers.
    const faults: Error[] = [];
    const failed = (error: unknown): null => {
      faults.push(error instanceof Error ? error : new Error('unknown'));
      return null;
    };
    const network = slug === undefined ? null : await app.networks.bySlug(slug).catch(failed);
    const chosen = c.req.query('lang');
    const offered = network?.languages ?? (['en', 'es'] as const);
    let locale: Locale =
      isLocale(chosen) && offered.includes(chosen)
        ? chosen
        : negotiate(c.req.header('accept-language'), offered, network?.defaultLocale ?? 'en');

    const keepable = route.cache === true && network !== null && c.req.method === 'GET';
    const cacheable = keepable && !token;
    const url = new URL(c.req.url);
    const anyDay = keepable
      ? `${network.id} ${network.epoch} ${locale} ${isLocale(chosen)} ${url.pathname}${url.search}`
      : '';
    const cacheKey = keepable ? `${dayIn(app.clock(), network.timezone)} ${anyDay}` : '';
    // Pages are still served while the database is away, and say so. Who is signed in then reads what everyone reads.
    const noteIfAway = () => (app.networks.away() ? translator(locale) : null);
    const fromBefore = () => {
      const kept = keepable ? (cachedPage(cacheKey) ?? newestPage(anyDay)) : undefined;
      return kept && answer(c, kept, app, route, translator(locale));
    };
    if (cacheable) {
      const kept = cachedPage(cacheKey);
      if (kept) return answer(c, kept, app, route, noteIfAway());
    }

    const requestId = c.get('requestId') as string;
    const session = token ? await readSession(app, token, network?.id ?? null).catch(failed) : null;
    if (faults[0] || app.networks.away()) {
      const before = fromBefore();
      if (before) return before;
    }
    if (session && !isLocale(chosen) && isLocale(session.locale) && offered.includes(session.locale))
      locale = session.locale;
    if (token && !session && faults.length === 0) deleteCookie(c, cookieName, { path: '/', secure: secureCookie });
    const ctx: Ctx = {
      app,
      network,
      actor: session?.actor ?? { kind: 'anonymous' },
      locale,
      t: translator(locale),
      requestId,
      purpose: '',
    };
    const nonce = session ? randomBytes(16).toString('base64') : null;
    // Text with a NUL cannot be stored or looked for; it never comes from a link of ours.
    const query = Object.fromEntries([...url.searchParams].map(([key, value]) => [key, value.replaceAll('\0', '')]));
    let whole = true;
    // What is drawn while the database is away may lack something.
    const keepUnder = () => (whole && !app.networks.away() ? cacheKey : null);
    // Two slashes at the start would make a link to this page one to another site.
    const path = url.pathname.replace(/^\/+/, '/');
    const hosts = [new URL(app.config.baseUrl).host, c.req.header('host') ?? null];
    const formPage = c.req.method === 'POST' ? formPageOf(c.req.header('referer') ?? null, hosts, pages) : null;
    let shownAs: Parameters<typeof secure>[2] = route;
    let pattern = route.path;
    const req: Req = {
      ctx,
      formPage,
      ui: uiFor(ctx, modules, {
        nonce,
        csrf: session && token ? newCsrf(token) : null,
        query,
        path,
        standsOn: () =>
          formPage ?? (c.req.method === 'POST' ? nearestPage({ path, query }, pattern, pages) : { path, query }),
        chosen: isLocale(chosen),
      }),
      params: c.req.param() as Record<string, string>,
      query,
      path: url.pathname,
      raw: c.req.raw,
      form: onceOnly(() => readForm(c.req.raw)),
      signIn: (value) =>
        setCookie(c, cookieName, value, {
          path: '/',
          httpOnly: true,
          sameSite: 'Lax',
          secure: secureCookie,
          maxAge: absoluteHours * 3600,
        }),
      signOut: () => deleteCookie(c, cookieName, { path: '/', secure: secureCookie }),
      userAgent: c.req.header('user-agent') ?? '',
      origin: `${originSalt} ${clientAddress(c, app)} ${c.req.header('user-agent') ?? ''}`,
      address: `${originSalt} ${clientAddress(c, app)}`,
      module: modules,
      doNotKeep: () => {
        whole = false;
      },
    };

    let response: Response;
    try {
      // A survivor's page needs no session: it is drawn as for anyone.
      if (faults[0] && !route.always && !(route.survivor && network)) throw faults[0];
      if (Object.values(req.params).some((part) => part?.includes('\0'))) throw Problem.notFound();
      if (slug !== undefined && !network) {
        // Below an address of the deployment itself a missing page answers as a forbidden one does.
        const own = app.services.registry.reservedSlugs.has(slug);
        throw own ? Problem.notFound() : Problem.notFound('kernel.problem.noNetwork', { slug });
      }
      if (!allows(route.access, ctx)) throw refusal(route, ctx);
      if (!session && !route.always && !route.open && !(await renders.take(req.origin)))
        throw new Problem('tooMany', 'kernel.problem.tooMany');
      if (!/^(GET|HEAD)$/.test(c.req.method) && !route.open)
        await guardWrite(c, req, token ?? null, session !== null && !route.asks);
      const reply = await route.handler(req);
      if (cacheable && !(reply instanceof Response)) {
        // Kept as it is: a response around the text would copy megabytes several times.
        const body = Buffer.from(await documentOf(reply));
        const kept = keepPage(keepUnder(), anyDay, 200, body, Object.entries(htmlHeaders));
        return await answer(c, kept, app, route, noteIfAway());
      }
      response = reply instanceof Response ? reply : await page(reply);
    } catch (error) {
      const before = !(error instanceof Problem) && faultOf(error).status === 503 ? fromBefore() : undefined;
      if (before) return before;
      // What is not for somebody leads where a missing page leads, and tells no more of itself in its headers.
      if (error instanceof Problem && error.status === 404) {
        pattern = network ? '/:network/*' : '*';
        if (route.access !== 'public') shownAs = {};
      }
      response = await problemAnswer(error, req, route);
    }

    if (cacheable && response.status === 200) {
      const body = Buffer.from(await response.arrayBuffer());
      const kept = keepPage(keepUnder(), anyDay, response.status, body, [...response.headers]);
      return answer(c, kept, app, route, noteIfAway());
    }
    secure(response.headers, app, shownAs, nonce);
    response.headers.set(
      'cache-control',
      route.survivor || route.secretPath || session
        ? 'no-store'
        : (response.headers.get('cache-control') ?? 'no-cache'),
    );
    response.headers.append('vary', 'accept-language, cookie');
    return c.body(response.body as ReadableStream, response.status as 200, Object.fromEntries(response.headers));
  };
}

/**
 * Sends a kept page: 304 when the reader has it, else the smallest form the reader understands. While the database is away (`away`) it says so, and
 * nobody keeps it.
 */
async function answer(c: Context, kept: CachedPage, app: App, route: Route, away: Ctx['t'] | null): Promise<Response> {
  const headers = new Headers(kept.headers);
  if (away && headers.get('content-type')?.startsWith('text/html')) {
    headers.set('cache-control', 'no-store');
    secure(headers, app, route, null);
    return c.body(withAwayNote(kept.body, away) as unknown as ArrayBuffer, 200, Object.fromEntries(headers));
  }
  headers.set('etag', kept.etag);
  headers.set('vary', 'accept-language, accept-encoding, cookie');
  headers.set('cache-control', route.survivor ? 'no-store' : 'public, no-cache');
  secure(headers, app, route, null);
  const held = c.req.header('if-none-match');
  if (held?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === kept.etag)) {
    return c.body(null, 304, Object.fromEntries(headers));
  }
  const { bytes, encoding } = await bytesFor(kept, c.req.header('accept-encoding') ?? '');
  if (encoding) headers.set('content-encoding', encoding);
  return c.body(bytes as unknown as ArrayBuffer, kept.status as 200, Object.fromEntries(headers));
}

/** Staff addresses answer like missing ones to who may not see them; who is not signed in is asked to sign in first. */
function refusal(route: Route, ctx: Ctx): Problem {
  if (route.access === 'guest') return new Problem('conflict', 'kernel.problem.alreadySignedIn');
  return ctx.actor.kind === 'anonymous' ? new Problem('signIn', 'kernel.problem.signIn') : Problem.forbidden();
}

/** A write must come from our own page: same origin always, and the session's hidden field where there is a session. */
async function guardWrite(c: Context, req: Req, token: string | null, hasSession: boolean): Promise<void> {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  const own = new URL(req.ctx.app.config.baseUrl).host;
  const from = origin && origin !== 'null' ? hostOf(origin) : null;
  if ((site && site !== 'same-origin' && site !== 'none') || (from && from !== own && from !== c.req.header('host'))) {
    throw new Problem('conflict', 'kernel.problem.otherSite');
  }
  if (!(await writes.take(token ?? req.origin))) throw new Problem('tooMany', 'kernel.problem.tooMany');
  if (hasSession && token) {
    const { fields } = await req.form();
    if (!checkCsrf(token, fields._csrf ?? '')) throw new Problem('conflict', 'kernel.problem.formExpired');
  }
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : '(unreadable)');

function onceOnly<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
