/**
 * Ten codes on paper for the day the phone is lost. Each has 80 random bits, stands in place of one code from the app, and works once;
 * only hashes are kept, so they are shown a single time.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Tx } from '../database.ts';
import { known } from './tables.ts';

// No letter or digit that is easily taken for another: no 1, i, l, o.
const alphabet = '023456789abcdefghjkmnpqrstuvwxyz';
export const recoveryCodeCount = 10;

export function newRecoveryCode(): string {
  const letters = Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/** As typed by a person: capitals, spaces and dashes do not matter. Null when it cannot be such a code. */
export function tidyRecoveryCode(typed: string): string | null {
  const letters = typed.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0');
  return letters.length === 16 && [...letters].every((letter) => alphabet.includes(letter)) ? letters : null;
}

const hashCode = (personId: string, letters: string): Buffer =>
  createHash('sha256').update(`${personId} ${letters}`).digest();

/** Replaces all codes of a person; returns the new ones, which are stored nowhere. */
export async function replaceRecoveryCodes(tx: Tx, personId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, newRecoveryCode);
  await known(tx).deleteFrom('app.recovery_code').where('person_id', '=', personId).execute();
  await known(tx)
    .insertInto('app.recovery_code')
    .values(codes.map((code) => ({ person_id: personId, code_hash: hashCode(personId, tidyRecoveryCode(code)!) })))
    .execute();
  return codes;
}

/** Uses a code up; false when it is not one of the person's unused codes. */
export async function useRecoveryCode(tx: Tx, personId: string, typed: string, now: Date): Promise<boolean> {
  const letters = tidyRecoveryCode(typed);
  if (!letters) return false;
  const used = await known(tx)
    .updateTable('app.recovery_code')
    .set({ used_at: now })
    .where('person_id', '=', personId)
    .where('code_hash', '=', hashCode(personId, letters))
    .where('used_at', 'is', null)
    .returning('person_id')
    .execute();
  return used.length === 1;
}
