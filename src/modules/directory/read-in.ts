/** What the first visitor after a start would wait for: the rows that searches are answered from, and the book of providers. */
import type { Ctx } from '#kernel';
import { readBook } from './book.ts';
import { keeperOf } from './search/memory/keeper.ts';

export async function readIn(ctx: Ctx): Promise<void> {
  for (const audience of ['public', 'hotline'] as const) await keeperOf(ctx.app).prepare(ctx.network!.id, audience);
  await readBook(ctx);
}
