/** What an import would change, value by value: what stands there now beside what the file says. Kept sealed for as long as the import waits. */
import { z } from 'zod';
import { type Ctx, Problem, type Tx, view } from '#kernel';
import { canonical, type Fields, type Kind } from '#modules/organisations';
import type { Change } from './compare.ts';
import { importers } from './roles.ts';
import { imports } from './store.ts';

/** Records that are kept to be looked at; the others are counted. */
const most = 300;

/** One record that would change. */
export interface Difference {
  kind: Kind;
  name: string;
  file: string;
  line: number;
  fields: { name: string; now: unknown; wanted: unknown }[];
  /** Where it is, or that this is hidden from now on: never said here. */
  place: 'moves' | 'hides' | null;
}
export interface Differences {
  records: Difference[];
  /** How many there are beyond those. */
  more: number;
}

export function differencesOf(changes: readonly Change[]): Differences {
  const changed = changes.filter((change) => change.what === 'changed');
  return { records: changed.slice(0, most).map(differenceOf), more: Math.max(0, changed.length - most) };
}

function differenceOf({ found, before, fields, hides, place }: Change): Difference {
  const now: Fields = before ?? {};
  const names = [...new Set([...Object.keys(now), ...Object.keys(fields)])];
  return {
    kind: found.kind,
    name: String(fields.name ?? now.name ?? ''),
    file: found.file,
    line: found.line,
    fields: names
      .filter((name) => canonical(now[name] ?? null) !== canonical(fields[name] ?? null))
      .map((name) => ({ name, now: now[name], wanted: fields[name] })),
    place: hides ? 'hides' : place ? 'moves' : null,
  };
}

const sealedAt = (row: string) => ({ table: 'app.directory_import', column: 'differences', row });

export const sealDifferences = (tx: Tx, ctx: Ctx, id: string, changes: readonly Change[]): Promise<Buffer> =>
  ctx.app.services.vault.seal(tx, 'deployment', sealedAt(id), JSON.stringify(differencesOf(changes)));

/** Opens what an import that waits would change. Throws notFound where it is gone or written. */
export const viewDifferences = view('directory.import.differences', {
  may: importers,
  asSystem: true,
  load: async ({ tx, ctx, input }: { tx: Tx; ctx: Ctx; input: { id: string } }) => {
    const row = z.uuid().safeParse(input.id).success
      ? await imports(tx)
          .selectFrom('app.directory_import')
          .select(['id', 'filename', 'differences'])
          .where('id', '=', input.id)
          .where('network_id', '=', ctx.network!.id)
          .where('confirmed_at', 'is', null)
          .executeTakeFirst()
      : undefined;
    if (!row?.differences) throw Problem.notFound('directory.exchange.problem.gone');
    const text = await ctx.app.services.vault.openText(tx, 'deployment', sealedAt(row.id), row.differences);
    return { filename: row.filename, ...(JSON.parse(text) as Differences) };
  },
  audit: ({ input }) => ({ subject: `directory-import:${input.id}`, fields: ['differences'] }),
});
