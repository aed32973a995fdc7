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
  /** `locale`: the field in that language. Links are told by names. */
  fields: { name: string; locale?: string; now: unknown; wanted: unknown }[];
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
  const names = new Map(changes.map(({ found, fields }) => [found.id, fields.name]));
  return {
    records: changed.slice(0, most).map((change) => differenceOf(change, names)),
    more: Math.max(0, changed.length - most),
  };
}

function differenceOf(
  { found, before, fields, hides, place }: Change,
  known: ReadonlyMap<string, unknown>,
): Difference {
  const now: Fields = before ?? {};
  const value = (of: Fields, name: string) =>
    name.endsWith('_id') ? (known.get(String(of[name])) ?? of[name]) : of[name];
  return {
    kind: found.kind,
    name: String(fields.name ?? now.name ?? ''),
    file: found.file,
    line: found.line,
    fields: differing(now, fields).flatMap((name) =>
      name === 'translations'
        ? translated(now.translations as Said, fields.translations as Said)
        : [{ name, now: value(now, name), wanted: value(fields, name) }],
    ),
    place: hides ? 'hides' : place ? 'moves' : null,
  };
}

const differing = (now: Fields, wanted: Fields): string[] =>
  [...new Set([...Object.keys(now), ...Object.keys(wanted)])].filter(
    (name) => canonical(now[name] ?? null) !== canonical(wanted[name] ?? null),
  );

/** What a record says in other languages, by locale and field. */
type Said = Record<string, Fields> | undefined;

const translated = (now: Said = {}, wanted: Said = {}): Difference['fields'] =>
  differing(now, wanted).flatMap((locale) =>
    differing(now[locale] ?? {}, wanted[locale] ?? {}).map((name) => ({
      name,
      locale,
      now: now[locale]?.[name],
      wanted: wanted[locale]?.[name],
    })),
  );

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
