/**
 * How many different records one visitor may open in an hour, so that nobody walks through all of them page by page. What a search has just shown may
 * be opened freely, so whoever looks for help is not counted, also where somebody else at the same address is; programs that want everything ask the
 * HSDS API, which has a limit of its own.
 *
 * Two counts: by address and browser, and by address alone against a program that calls itself something else each time. Nothing is stored: keys are
 * salted, live in memory, and end with the hour.
 */
import type { Req } from '#kernel';
import { isId } from './read.ts';

const hour = 3_600_000;
const mostKeys = 20_000;
/** Different records in an hour that no search led to. */
export const mostOpened = { browser: 200, address: 1_000 };
/** Records in an hour that searches of one browser lead to freely. */
const mostOffered = 600;

interface Held {
  until: number;
  opened: Set<string>;
  offered: Set<string>;
}

const held = new Map<string, Held>();

function of(key: string, now: number): Held {
  const known = held.get(key);
  if (known && known.until > now) return known;
  held.delete(key);
  for (const [oldest, { until }] of held) {
    if (until > now && held.size < mostKeys) break;
    held.delete(oldest);
  }
  const fresh = { until: now + hour, opened: new Set<string>(), offered: new Set<string>() };
  held.set(key, fresh);
  return fresh;
}

const keyOf = (req: Req, id: string): string => `${req.ctx.network!.id} ${id}`;

/** Notes what a page of results leads to. */
export function offer(req: Req, ids: Iterable<string>): void {
  const { offered } = of(req.origin, req.ctx.app.clock().getTime());
  for (const id of ids) if (offered.size < mostOffered) offered.add(keyOf(req, id));
}

/** Seconds to wait before this record may be opened; 0: now. A record counts once an hour, whether there is one of that id or not. */
export function waitToOpen(req: Req): number {
  const { params, ctx } = req;
  if (ctx.actor.kind !== 'anonymous' || !isId(params.id)) return 0;
  const now = ctx.app.clock().getTime();
  const key = keyOf(req, params.id.toLowerCase());
  const browser = of(req.origin, now);
  if (browser.offered.has(key) || browser.opened.has(key)) return 0;
  const address = of(req.address, now);
  const full =
    browser.opened.size >= mostOpened.browser
      ? browser
      : address.opened.size >= mostOpened.address && !address.opened.has(key)
        ? address
        : null;
  if (full) return Math.max(1, Math.ceil((full.until - now) / 1000));
  browser.opened.add(key);
  address.opened.add(key);
  return 0;
}
