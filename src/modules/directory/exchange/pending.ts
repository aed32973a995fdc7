/** Imports as pages show them: those that wait, and one whole. Rows hold counts and places, never the file. */
import { z } from 'zod';
import { type Ctx, Problem, tenantOf, type Tx } from '#kernel';
import { imports } from './store.ts';

const columns = [
  'i.id',
  'i.filename',
  'i.choices',
  'i.summary',
  'i.author_id',
  'i.at',
  'i.confirmed_at',
  'i.listed_at',
  'p.name as author',
] as const;

/** One import that waits, or that is written and waits to be listed. Throws notFound. */
export async function shownImport(ctx: Ctx, id: string) {
  if (!z.uuid().safeParse(id).success) throw Problem.notFound('directory.exchange.problem.gone');
  const row = await ctx.app.db.run(tenantOf(ctx), (tx) =>
    imports(tx)
      .selectFrom('app.directory_import as i')
      .leftJoin('app.person as p', 'p.id', 'i.author_id')
      .select(columns)
      .where('i.id', '=', id)
      .where('i.network_id', '=', ctx.network!.id)
      .executeTakeFirst(),
  );
  if (!row) throw Problem.notFound('directory.exchange.problem.gone');
  return row;
}
export type ShownImport = Awaited<ReturnType<typeof shownImport>>;

/** Imports that are written, and whose organisations wait for a second person to list them: anybody but whoever brought them in. */
export const waitingToList = (tx: Tx, networkId: string, personId: string): Promise<{ id: string }[]> =>
  imports(tx)
    .selectFrom('app.directory_import as i')
    .select('i.id')
    .where('i.network_id', '=', networkId)
    .where('i.confirmed_at', 'is not', null)
    .where('i.listed_at', 'is', null)
    .where((eb) => eb(eb.ref('i.choices', '->>').key('show' as never), '<>', 'vetting' as never))
    .where((eb) => eb.or([eb('i.author_id', 'is', null), eb('i.author_id', '<>', personId)]))
    .orderBy('i.at')
    .limit(50)
    .execute();

/** Imports on which somebody still has something to do, newest first. */
export const openImports = (ctx: Ctx): Promise<ShownImport[]> =>
  ctx.app.db.run(tenantOf(ctx), (tx) =>
    imports(tx)
      .selectFrom('app.directory_import as i')
      .leftJoin('app.person as p', 'p.id', 'i.author_id')
      .select(columns)
      .where('i.network_id', '=', ctx.network!.id)
      .where((eb) =>
        eb.or([
          eb('i.confirmed_at', 'is', null),
          eb.and([
            eb('i.listed_at', 'is', null),
            eb(eb.ref('i.choices', '->>').key('show' as never), '<>', 'vetting' as never),
          ]),
        ]),
      )
      .orderBy('i.at', 'desc')
      .limit(50)
      .execute(),
  );
