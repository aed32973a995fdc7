/**
 * Ceremonies: what the server must remember between two steps of one person at one browser. A passkey challenge, a code secret that is not yet
 * confirmed, a sign-in that went to another site. Five minutes (twenty for typing a secret into a phone), used once, known by the hash of a handle.
 */
import type { App } from '../context.ts';
import { known } from './tables.ts';
import { hashToken, newToken } from './token.ts';

const minutes = { register: 5, authenticate: 5, sso: 10, code: 20 };
export type CeremonyPurpose = keyof typeof minutes;

export interface Ceremony {
  personId: string | null;
  data: Record<string, string>;
}

/** Begins one and returns its handle. Old ones are swept on the way, so that nothing piles up. */
export async function beginCeremony(app: App, purpose: CeremonyPurpose, ceremony: Ceremony): Promise<string> {
  const handle = newToken();
  const now = app.clock();
  await app.db.run({ scope: 'system' }, async (tx) => {
    await known(tx).deleteFrom('app.ceremony').where('expires_at', '<', now).execute();
    await known(tx)
      .insertInto('app.ceremony')
      .values({
        handle_hash: hashToken(handle),
        purpose,
        person_id: ceremony.personId,
        data: JSON.stringify(ceremony.data),
        expires_at: new Date(now.getTime() + minutes[purpose] * 60_000),
      })
      .execute();
  });
  return handle;
}

/** Takes a ceremony: it is gone afterwards, whether what follows succeeds or not. Null when unknown, over, or for something else. */
export async function takeCeremony(app: App, purpose: CeremonyPurpose, handle: string): Promise<Ceremony | null> {
  return app.db.run({ scope: 'system' }, async (tx) => {
    const row = await known(tx)
      .deleteFrom('app.ceremony')
      .where('handle_hash', '=', hashToken(handle))
      .where('purpose', '=', purpose)
      .returning(['person_id', 'data', 'expires_at'])
      .executeTakeFirst();
    return row && row.expires_at > app.clock() ? { personId: row.person_id, data: row.data } : null;
  });
}

/** Looks without taking: a mistyped code must not cost the person the square they already scanned. */
export async function readCeremony(app: App, purpose: CeremonyPurpose, handle: string): Promise<Ceremony | null> {
  return app.db.run({ scope: 'system' }, async (tx) => {
    const row = await known(tx)
      .selectFrom('app.ceremony')
      .select(['person_id', 'data'])
      .where('handle_hash', '=', hashToken(handle))
      .where('purpose', '=', purpose)
      .where('expires_at', '>', app.clock())
      .executeTakeFirst();
    return row ? { personId: row.person_id, data: row.data } : null;
  });
}
