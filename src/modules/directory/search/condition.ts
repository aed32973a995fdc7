/** What must hold of a search row: that it carries a key or a stem (keys.ts), all of several things, or any of them. */
export type Condition = string | { all: readonly Condition[] } | { any: readonly Condition[] };

/** As the database takes it (a tsquery). Keys are in quotes, with nothing in them that could end one. */
export function asTsquery(condition: Condition): string {
  if (typeof condition === 'string') return `'${condition.replaceAll(/['\\]/g, '')}'`;
  const [parts, joint] = 'all' in condition ? [condition.all, ' & '] : [condition.any, ' | '];
  return parts.length === 0 ? "'none:'" : `(${parts.map(asTsquery).join(joint)})`;
}

/** One query a word, any of whose stems will do, in a field of the ranking (`:A`, `:B`, `:C`; '' for anywhere); null for no words. */
export const eachWord = (groups: readonly { stems: readonly string[] }[], field: string): string[] | null =>
  groups.length === 0 ? null : groups.map(({ stems }) => stems.map((stem) => asTsquery(stem) + field).join(' | '));
