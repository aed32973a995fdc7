/**
 * Where a person stands. An answer to a form has an address that cannot always be opened again: what leads back to "this page" (the other language,
 * going on after signing in) leads to the page that the form stood on, else to the nearest page above.
 */
import type { Route } from './module.ts';

export interface Address {
  path: string;
  query: Record<string, string>;
}

type Pages = readonly Pick<Route, 'method' | 'path'>[];

const partsOf = (path: string): string[] => path.split('/').filter(Boolean);

/** Whether this path can be opened by one of the routes. */
function isPage(path: string, routes: Pages): boolean {
  const parts = partsOf(path);
  return routes.some(({ method, path: pattern }) => {
    const wanted = partsOf(pattern);
    return (
      method === 'GET' && wanted.length === parts.length && wanted.every((one, i) => one[0] === ':' || one === parts[i])
    );
  });
}

/** The page that the form stood on, as the browser says it, when it is one of ours. A message of what was done there is not said again. */
function formPage(referer: string | null, hosts: readonly (string | null)[], routes: Pages): Address | null {
  if (!referer || !URL.canParse(referer)) return null;
  const url = new URL(referer);
  const path = url.pathname.replace(/^\/+/, '/');
  if (!hosts.includes(url.host) || !isPage(path, routes)) return null;
  url.searchParams.delete('said');
  return { path, query: Object.fromEntries(url.searchParams) };
}

/** The address of this route, or of the nearest above it, that can be opened; the home page where there is none. */
function nearestPage(path: string, pattern: string, routes: Pages): string {
  const parts = partsOf(path);
  const wanted = partsOf(pattern);
  for (let n = Math.min(wanted.length, parts.length); n > 0; n--) {
    const above = `/${wanted.slice(0, n).join('/')}`;
    if (routes.some((one) => one.method === 'GET' && one.path === above)) return `/${parts.slice(0, n).join('/')}`;
  }
  return '/';
}

/** Where the person of a request stands. `hosts`: ours, for the browser's word of where it came from. */
export function standsOn(
  asked: Address & { method: string; pattern: string; referer: string | null; hosts: readonly (string | null)[] },
  routes: Pages,
): Address {
  const { path, query } = asked;
  if (asked.method !== 'POST') return { path, query };
  const stood = formPage(asked.referer, asked.hosts, routes);
  if (stood) return stood;
  const nearest = nearestPage(path, asked.pattern, routes);
  return { path: nearest, query: nearest === path ? query : {} };
}
