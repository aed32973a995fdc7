/**
 * Routes that other sites' pages and programs may ask without a key (`open` in src/kernel/module.ts): every answer, refusals too, may be read from
 * any origin, a browser's question before the question (preflight) is answered, and the limit is one of its own, told with Retry-After.
 *
 * The limit is by address: it holds for these routes alone, so a shelter that shares one address keeps its pages whatever a program there asks for.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { clientAddress } from './client-address.ts';
import type { App } from './context.ts';
import { isLocale, negotiate, translator } from './i18n.ts';
import { Limiter } from './rate-limit.ts';

/** Five a second, on average over a minute. Who needs all asks for all at once (format=ndjson) and counts once. */
const asks = new Limiter({ points: 300, seconds: 60 });
const salt = randomBytes(16).toString('hex');

const everyone = { 'access-control-allow-origin': '*' };

/** A browser asks whether it may ask. */
export const preflight = (): Response =>
  new Response(null, {
    status: 204,
    headers: {
      ...everyone,
      'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
      'access-control-allow-headers': 'accept, accept-language, content-type, if-none-match',
      'access-control-max-age': '86400',
    },
  });

/** Puts the limit before a handler, and leave to read its answer on it. */
export function openDoor(app: App, handler: (c: Context) => Promise<Response>) {
  return async (c: Context): Promise<Response> => {
    const seconds = await asks.wait(`${salt} ${clientAddress(c, app)}`);
    const response = seconds > 0 ? tooMany(c, seconds) : await handler(c);
    response.headers.set('access-control-allow-origin', '*');
    response.headers.set('access-control-expose-headers', 'etag, link, retry-after');
    response.headers.set('cross-origin-resource-policy', 'cross-origin');
    return response;
  };
}

function tooMany(c: Context, seconds: number): Response {
  const asked = c.req.query('lang');
  const t = translator(isLocale(asked) ? asked : negotiate(c.req.header('accept-language'), ['en', 'es'], 'en'));
  return new Response(JSON.stringify({ status: 429, detail: t('kernel.problem.tooMany') }), {
    status: 429,
    headers: { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': String(seconds) },
  });
}
