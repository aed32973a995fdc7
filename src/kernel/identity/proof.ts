/**
 * Two values that only the checks of this folder can make, because this file is not part of the kernel's public surface. An action that opens a
 * session takes a Proof and nothing less; an action that adds a way in takes a NewWay. The slow part of a check (hashing, signatures) has then
 * been done outside the transaction; what must happen exactly once is left to do inside it.
 */
import type { Tx } from '../database.ts';
import type { SignInMethod } from './session.ts';

/** Somebody has shown that they are this person. */
export class Proof {
  readonly personId: string;
  readonly method: SignInMethod;
  /** Uses up the code or moves the key's counter. Throws Problem.invalid when it was used already. */
  readonly useUp: (tx: Tx, now: Date) => Promise<void>;

  constructor(personId: string, method: SignInMethod, useUp: Proof['useUp']) {
    this.personId = personId;
    this.method = method;
    this.useUp = useUp;
  }
}

/** A way in that was checked and can be stored. */
export class NewWay {
  readonly method: SignInMethod;
  /** The person the key was made for, where the key itself names them. */
  readonly personId: string | null;
  /** Stores it; returns recovery codes to show once, where the way has them. */
  readonly store: (tx: Tx, personId: string, now: Date) => Promise<string[] | null>;

  constructor(method: SignInMethod, personId: string | null, store: NewWay['store']) {
    this.method = method;
    this.personId = personId;
    this.store = store;
  }
}
