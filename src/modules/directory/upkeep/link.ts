/** The door of a letter: a token of 256 random bits that stands in its address alone; the database knows its hash. */
import { createHash, randomBytes } from 'node:crypto';
import type { Ctx, Tx } from '#kernel';
import { type Request, requestsOf } from './read.ts';
import { upkeep } from './tables.ts';

export const newToken = (): string => randomBytes(32).toString('base64url');
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The request behind a token while its door opens, else null, and nobody learns which of the reasons. `tx` must be one of the system. */
export async function requestByToken(
  tx: Tx,
  ctx: Pick<Ctx, 'app' | 'network'>,
  token: string,
): Promise<Request | null> {
  const networkId = ctx.network!.id;
  const row = await upkeep(tx)
    .selectFrom('app.directory_request_link')
    .select('request_id')
    .where('token_hash', '=', hashToken(token))
    .where('network_id', '=', networkId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', ctx.app.clock())
    .executeTakeFirst();
  if (!row) return null;
  const [request] = await requestsOf(tx, networkId, { id: row.request_id });
  return request && request.closedOn === null ? request : null;
}

/** Ends every link of a request: it is over. */
export async function endLinks(tx: Tx, ctx: Pick<Ctx, 'app' | 'network'>, requestId: string): Promise<void> {
  await upkeep(tx)
    .updateTable('app.directory_request_link')
    .set({ used_at: ctx.app.clock() })
    .where('network_id', '=', ctx.network!.id)
    .where('request_id', '=', requestId)
    .where('used_at', 'is', null)
    .execute();
}
