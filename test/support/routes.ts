/** The product's routes as the house tests walk them: named, matched and filled in. */
import type { Route } from '#kernel';

/** `GET /:network/plans` */
export const routeKey = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

/** The names of a pattern's parameters, in order. */
export const paramsOf = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);

/** A pattern with its parameters put in. Throws with what to add when a name has no value. */
export function fillPath(path: string, values: Record<string, string>): string {
  return path.replace(/:(\w+)(\{[^}]*\})?/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`The route ${path} has a parameter :${name} that this test has no value for; add one.`);
    return encodeURIComponent(value);
  });
}

/** Finds the first route whose pattern fits a path, as the router does. */
export function routeFinder(routes: readonly Route[]): (method: string, path: string) => Route | null {
  const patterns = routes.map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/:\w+(\{[^}]*\})?/g, '[^/]+')}/?$`),
  }));
  return (method, path) =>
    patterns.find(({ route, pattern }) => route.method === method && pattern.test(path))?.route ?? null;
}
