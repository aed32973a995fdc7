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

/** The page that the form stood on, as the browser says it, when it is one of ours (`hosts`). A message of what was done there is not said again. */
export function formPageOf(referer: string | null, hosts: readonly (string | null)[], routes: Pages): Address | null {
  if (!referer || !URL.canParse(referer)) return null;
  const url = new URL(referer);
  const path = url.pathname.replace(/^\/+/, '/');
  if (!hosts.includes(url.host) || !isPage(path, routes)) return null;
  url.searchParams.delete('said');
  return { path, query: Object.fromEntries(url.searchParams) };
}

/** The address of this route, or the nearest above it, that can be opened; the home page where there is none. */
export function nearestPage({ path, query }: Address, pattern: string, routes: Pages): Address {
  const parts = partsOf(path);
  const wanted = partsOf(pattern);
  for (let n = Math.min(wanted.length, parts.length); n > 0; n--) {
    const above = `/${wanted.slice(0, n).join('/')}`;
    if (!routes.some((one) => one.method === 'GET' && one.path === above)) continue;
    return n === parts.length ? { path, query } : { path: `/${parts.slice(0, n).join('/')}`, query: {} };
  }
  return { path: '/', query: {} };
}
