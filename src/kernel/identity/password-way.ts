/**
 * Password with one-time code, as one way in: choosing it (the code's secret goes to a phone, and a first code comes back), and proving it.
 * Neither half opens anything alone.
 */
import type { App } from '../context.ts';
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import type { SealContext } from '../vault.ts';
import { beginCeremony, readCeremony, takeCeremony } from './ceremony.ts';
import { newCodeSecret, stepOfCode } from './one-time-code.ts';
import { checkPassword, hashPassword, weakness } from './password.ts';
import { NewWay, Proof } from './proof.ts';
import { replaceRecoveryCodes, tidyRecoveryCode, useRecoveryCode } from './recovery-codes.ts';
import { known } from './tables.ts';

const place = (personId: string): SealContext => ({ table: 'app.one_time_code', column: 'secret', row: personId });

/** Begins choosing: a fresh secret for the phone. `owner` is `person:<id>` or `link:<id>`. */
export async function beginPasswordWay(app: App, owner: string): Promise<{ handle: string; secret: string }> {
  const secret = newCodeSecret();
  return { handle: await beginCeremony(app, 'code', null, { secret, owner }), secret };
}

/** The secret already on its way to the phone, to draw the form again; null when that took too long. */
export async function pendingSecret(app: App, owner: string, handle: string): Promise<string | null> {
  const ceremony = await readCeremony(app, 'code', handle);
  return ceremony?.owner === owner ? ceremony.secret! : null;
}

/**
 * Checks a new password and the first code. Throws Problem.invalid naming `password` or `code`. `about` is what others know of the person.
 */
export async function checkPasswordWay(
  app: App,
  owner: string,
  given: { handle: string; password: string; code: string },
  about: string[],
): Promise<NewWay> {
  const secret = await pendingSecret(app, owner, given.handle);
  const fields: Problem['fields'] = {};
  const weak = await weakness(given.password, about);
  if (weak) fields.password = { key: weak };
  const step = secret ? stepOfCode(secret, given.code, app.clock(), -1) : null;
  if (!secret) fields.code = { key: 'identity.code.over' };
  else if (step === null) fields.code = { key: 'identity.code.wrong' };
  if (Object.keys(fields).length > 0) throw Problem.invalid(fields);
  await takeCeremony(app, 'code', given.handle);
  const hash = await hashPassword(given.password);
  return new NewWay('password+code', null, async (tx, personId, now) => {
    const t = known(tx);
    await t
      .insertInto('app.password')
      .values({ person_id: personId, hash, changed_at: now })
      .onConflict((conflict) => conflict.column('person_id').doUpdateSet({ hash, changed_at: now }))
      .execute();
    const sealed = await app.services.vault.seal(tx, 'deployment', place(personId), secret!);
    const code = { secret: sealed, last_step: step!, confirmed_at: now };
    await t
      .insertInto('app.one_time_code')
      .values({ person_id: personId, ...code })
      .onConflict((conflict) => conflict.column('person_id').doUpdateSet(code))
      .execute();
    return replaceRecoveryCodes(tx, personId);
  });
}

export const wrongPassword = (): Problem => Problem.invalid({ form: { key: 'identity.signIn.wrong' } });

/**
 * Checks a password, and leaves the code to be used up inside the transaction. Exactly one hash is computed whatever is wrong: unknown address,
 * no password, disabled account, wrong password. Throws the one Problem.invalid for all of them.
 */
export async function proveByPassword(
  app: App,
  who: { email: string } | { personId: string },
  given: { password: string; code: string },
): Promise<Proof> {
  const row = await app.db.run({ scope: 'system' }, (tx) =>
    known(tx)
      .selectFrom('app.person as p')
      .innerJoin('app.password as w', 'w.person_id', 'p.id')
      .select(['p.id', 'w.hash'])
      .where('p.disabled_at', 'is', null)
      .where((eb) => ('email' in who ? eb('p.email', '=', who.email) : eb('p.id', '=', who.personId)))
      .executeTakeFirst(),
  );
  const right = await checkPassword(given.password, row?.hash ?? null);
  if (!row || !right) throw wrongPassword();
  return new Proof(row.id, 'password+code', async (tx, now) => {
    if (!(await useCode(app, tx, row.id, given.code, now))) throw wrongPassword();
  });
}

/** Uses up a code from the phone or one from paper. */
async function useCode(app: App, tx: Tx, personId: string, typed: string, now: Date): Promise<boolean> {
  if (tidyRecoveryCode(typed)) return useRecoveryCode(tx, personId, typed, now);
  const row = await known(tx)
    .selectFrom('app.one_time_code')
    .select(['secret', 'last_step'])
    .where('person_id', '=', personId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return false;
  const secret = await app.services.vault.openText(tx, 'deployment', place(personId), row.secret);
  const step = stepOfCode(secret, typed, now, row.last_step);
  if (step === null) return false;
  await known(tx).updateTable('app.one_time_code').set({ last_step: step }).where('person_id', '=', personId).execute();
  return true;
}
