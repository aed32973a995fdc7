/**
 * Passkeys (WebAuthn): a key that stays on the person's phone, computer or stick and is unlocked by its finger, face or PIN. The server keeps the
 * public half. Challenges are the server's own, used once, five minutes; user verification is required, so a passkey is two factors at once.
 */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { App } from '../context.ts';
import type { Tx } from '../database.ts';
import { Problem } from '../problem.ts';
import { beginCeremony, takeCeremony } from './ceremony.ts';
import { NewWay, Proof } from './proof.ts';
import { known } from './tables.ts';

/** Whom browsers bind a key to: the host of the public address. */
const party = (app: App) => {
  const { hostname, origin } = new URL(app.config.baseUrl);
  return { rpID: hostname, origin };
};

// Only the shape that decides what is looked up; the library checks the rest, byte by byte.
const responseShape = z.looseObject({
  id: z.string().min(1).max(1400),
  type: z.literal('public-key'),
  response: z.looseObject({}),
});

function readResponse<T>(text: string): T | null {
  try {
    return responseShape.parse(JSON.parse(text)) as T;
  } catch {
    return null;
  }
}

const failed = (): Problem => Problem.invalid({ form: { key: 'identity.passkey.failed' } });

export interface KeyOwner {
  personId: string;
  email: string;
  name: string;
  /** What the ceremony belongs to, so that it cannot be carried elsewhere: `person:<id>` or `link:<id>`. */
  place: string;
}

/** What the browser needs to make a key. Keys the person already has are named, so that no device is registered twice. */
export async function registrationOptions(
  app: App,
  owner: KeyOwner,
): Promise<{ handle: string; options: PublicKeyCredentialCreationOptionsJSON }> {
  const has = await app.db.run({ scope: 'system' }, (tx) =>
    known(tx)
      .selectFrom('app.passkey')
      .select(['credential_id', 'transports'])
      .where('person_id', '=', owner.personId)
      .execute(),
  );
  const options = await generateRegistrationOptions({
    rpName: 'Waymark',
    rpID: party(app).rpID,
    userName: owner.email,
    userDisplayName: owner.name,
    userID: new Uint8Array(Buffer.from(owner.personId.replaceAll('-', ''), 'hex')),
    attestationType: 'none',
    excludeCredentials: has.map((key) => ({ id: key.credential_id, transports: key.transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  // The person may not have a row yet, so they are named inside the sealed part.
  const handle = await beginCeremony(app, 'register', null, {
    challenge: options.challenge,
    personId: owner.personId,
    place: owner.place,
  });
  return { handle, options };
}

/** Checks what the browser made. Throws Problem.invalid with one sentence, whatever the reason. */
export async function checkRegistration(
  app: App,
  place: string,
  handle: string,
  response: string,
  name: string,
): Promise<NewWay> {
  const ceremony = await takeCeremony(app, 'register', handle);
  const given = readResponse<RegistrationResponseJSON>(response);
  if (!ceremony || !given || ceremony.place !== place) throw failed();
  const checked = await verifyRegistrationResponse({
    response: given,
    expectedChallenge: ceremony.challenge!,
    expectedOrigin: party(app).origin,
    expectedRPID: party(app).rpID,
    requireUserVerification: true,
  }).catch(() => null);
  if (!checked?.verified) throw failed();
  const { credential, credentialBackedUp } = checked.registrationInfo;
  return new NewWay('passkey', ceremony.personId!, async (tx, personId, now) => {
    const added = await known(tx)
      .insertInto('app.passkey')
      .values({
        person_id: personId,
        credential_id: credential.id,
        public_key: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: (credential.transports ?? []).filter((transport) => /^[a-z-]{2,20}$/.test(transport)),
        backed_up: credentialBackedUp,
        name,
        created_at: now,
      })
      .onConflict((conflict) => conflict.column('credential_id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) throw failed();
    return null;
  });
}

/** What the browser needs to use a key. For signing in nobody is named: the browser offers the keys it has. */
export async function authenticationOptions(
  app: App,
  personId: string | null,
): Promise<{ handle: string; options: PublicKeyCredentialRequestOptionsJSON }> {
  const own = personId
    ? await app.db.run({ scope: 'system' }, (tx) =>
        known(tx)
          .selectFrom('app.passkey')
          .select(['credential_id', 'transports'])
          .where('person_id', '=', personId)
          .execute(),
      )
    : [];
  const options = await generateAuthenticationOptions({
    rpID: party(app).rpID,
    allowCredentials: own.map((key) => ({ id: key.credential_id, transports: key.transports })),
    userVerification: 'required',
  });
  return {
    handle: await beginCeremony(app, 'authenticate', personId, {
      challenge: options.challenge,
      personId: personId ?? '',
    }),
    options,
  };
}

/** Checks a use of a key. Throws Problem.invalid with one sentence, whatever the reason. */
export async function proveByPasskey(
  app: App,
  personId: string | null,
  handle: string,
  response: string,
): Promise<Proof> {
  const ceremony = await takeCeremony(app, 'authenticate', handle);
  const given = readResponse<AuthenticationResponseJSON>(response);
  if (!ceremony || !given || ceremony.personId !== (personId ?? '')) throw failed();
  const key = await app.db.run({ scope: 'system' }, (tx) =>
    known(tx).selectFrom('app.passkey').selectAll().where('credential_id', '=', given.id).executeTakeFirst(),
  );
  if (!key || (personId && key.person_id !== personId)) throw failed();
  // A key found by the browser names its person too; both must agree.
  const named = given.response.userHandle;
  if (named && Buffer.from(named, 'base64url').toString('hex') !== key.person_id.replaceAll('-', '')) throw failed();
  const checked = await verifyAuthenticationResponse({
    response: given,
    expectedChallenge: ceremony.challenge!,
    expectedOrigin: party(app).origin,
    expectedRPID: party(app).rpID,
    credential: { id: key.credential_id, publicKey: new Uint8Array(key.public_key), counter: key.counter },
    requireUserVerification: true,
  }).catch(() => null);
  if (!checked?.verified) throw failed();
  const { newCounter, credentialBackedUp } = checked.authenticationInfo;
  return new Proof(key.person_id, 'passkey', async (tx, now) => {
    const moved = await known(tx)
      .updateTable('app.passkey')
      .set({ counter: newCounter, backed_up: credentialBackedUp, used_at: now })
      .where('id', '=', key.id)
      .where('counter', '=', key.counter)
      .returning('id')
      .executeTakeFirst();
    if (!moved) throw failed();
  });
}

export interface PasskeyRow {
  id: string;
  name: string;
  createdAt: Date;
  usedAt: Date | null;
  /** Copied to the person's other devices by their phone or computer. */
  backedUp: boolean;
}

export async function passkeysOf(tx: Tx, personId: string): Promise<PasskeyRow[]> {
  const rows = await known(tx)
    .selectFrom('app.passkey')
    .select(['id', 'name', 'created_at', 'used_at', 'backed_up'])
    .where('person_id', '=', personId)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    usedAt: row.used_at,
    backedUp: row.backed_up,
  }));
}
