/** Taking text out of letters that were written, sent or not, and of what the daily mail remembers to have told. For redactions, in system scope. */
import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Rewrites the letters of a network with `without`, which gives a text as it should stand. Returns how many rows changed. */
export async function rewriteLetters(tx: Tx, networkId: string, without: (text: string) => string): Promise<number> {
  let changed = 0;
  const mails = await sql<{ id: string; subject: string; body: string }>`
    select id, subject, body from app.mail where network_id = ${networkId}`.execute(tx);
  for (const { id, ...held } of mails.rows) {
    const [subject, body] = [without(held.subject), without(held.body)];
    if (subject === held.subject && body === held.body) continue;
    await sql`update app.mail set subject = ${subject}, body = ${body} where id = ${id}`.execute(tx);
    changed += 1;
  }
  const told = await sql<{ person_id: string; key: string }>`
    select person_id, key from app.digest_told where position(${networkId} in key) > 0`.execute(tx);
  for (const { person_id, key } of told.rows) {
    const left = without(key);
    if (left === key) continue;
    await sql`delete from app.digest_told where person_id = ${person_id} and key = ${left}`.execute(tx);
    await sql`update app.digest_told set key = ${left} where person_id = ${person_id} and key = ${key}`.execute(tx);
    changed += 1;
  }
  return changed;
}
