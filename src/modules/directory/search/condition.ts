/** What must hold of a search row: that it carries a key or a stem (keys.ts), all of several things, or any of them. */
export type Condition = string | { all: readonly Condition[] } | { any: readonly Condition[] };

/** As the database takes it (a tsquery). Keys are in quotes, with nothing in them that could end one. */
export function asTsquery(condition: Condition): string {
  if (typeof condition === 'string') return `'${condition.replaceAll(/['\\]/g, '')}'`;
  const [parts, joint] = 'all' in condition ? [condition.all, ' & '] : [condition.any, ' | '];
  return parts.length === 0 ? "'none:'" : `(${parts.map(asTsquery).join(joint)})`;
}
