/**
 * Ceremonies: what the server must remember between two steps of one person at one browser. A passkey challenge, a code secret that is not yet
 * confirmed, a sign-in that went to another site. Short, used once, known by the hash of a handle, its content sealed by the vault.
 */
import type { App } from '../context.ts';
import type { Tx } from '../database.ts';
import type { SealContext } from '../vault.ts';
import { known } from './tables.ts';
import { hashToken, newToken } from './token.ts';

/** Minutes until each is over. A secret has to be typed into a phone, which takes longer. */
const minutes = { register: 5, authenticate: 5, sso: 10, code: 20 };
export type CeremonyPurpose = keyof typeof minutes;

export type CeremonyData = Record<string, string>;

const place = (hash: Buffer): SealContext => ({ table: 'app.ceremony', column: 'data', row: hash.toString('hex') });

/** Begins one and returns its handle. Old ones are swept on the way, so that nothing piles up. */
export async function beginCeremony(
  app: App,
  purpose: CeremonyPurpose,
  personId: string | null,
  data: CeremonyData,
): Promise<string> {
  const handle = newToken();
  const hash = hashToken(handle);
  const now = app.clock();
  await app.db.run({ scope: 'system' }, async (tx) => {
    await known(tx).deleteFrom('app.ceremony').where('expires_at', '<', now).execute();
    await known(tx)
      .insertInto('app.ceremony')
      .values({
        handle_hash: hash,
        purpose,
        person_id: personId,
        data: await app.services.vault.seal(tx, 'deployment', place(hash), JSON.stringify(data)),
        expires_at: new Date(now.getTime() + minutes[purpose] * 60_000),
      })
      .execute();
  });
  return handle;
}

const opened = async (app: App, tx: Tx, hash: Buffer, data: Buffer): Promise<CeremonyData> =>
  JSON.parse(await app.services.vault.openText(tx, 'deployment', place(hash), data)) as CeremonyData;

/** Takes a ceremony: it is gone afterwards, whether what follows succeeds or not. Null when unknown, over, or for something else. */
export async function takeCeremony(app: App, purpose: CeremonyPurpose, handle: string): Promise<CeremonyData | null> {
  const hash = hashToken(handle);
  return app.db.run({ scope: 'system' }, async (tx) => {
    const row = await known(tx)
      .deleteFrom('app.ceremony')
      .where('handle_hash', '=', hash)
      .where('purpose', '=', purpose)
      .returning(['data', 'expires_at'])
      .executeTakeFirst();
    return row && row.expires_at > app.clock() ? opened(app, tx, hash, row.data) : null;
  });
}

/** Looks without taking: a mistyped code must not cost the person the square they already scanned. */
export async function readCeremony(app: App, purpose: CeremonyPurpose, handle: string): Promise<CeremonyData | null> {
  const hash = hashToken(handle);
  return app.db.run({ scope: 'system' }, async (tx) => {
    const row = await known(tx)
      .selectFrom('app.ceremony')
      .select('data')
      .where('handle_hash', '=', hash)
      .where('purpose', '=', purpose)
      .where('expires_at', '>', app.clock())
      .executeTakeFirst();
    return row ? opened(app, tx, hash, row.data) : null;
  });
}
