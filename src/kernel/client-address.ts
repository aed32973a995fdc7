/** Where requests come from, for limits alone: never stored, never logged. */
import type { Context } from 'hono';
import type { App } from './context.ts';

/**
 * Where a request comes from, as far as it can be known. Never stored or logged. Of an IPv6 address the first four groups: a line is given all addresses
 * that begin so, and who owns it could be somebody new each time.
 */
export function clientAddress(c: Context, app: App): string {
  const forwarded = app.config.trustProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  const incoming = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming;
  return lineOf(forwarded ?? incoming?.socket?.remoteAddress ?? 'local');
}

/** `2001:db8:1:2:…` is one line; an IPv4 address, also written as IPv6, is itself. */
export function lineOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address.replace(/^::ffff:/i, '');
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const groups = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const whole = [...groups, ...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0'), ...after];
  return whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
