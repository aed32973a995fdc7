/**
 * The vault: fields sealed so that a stolen database, a dump or a backup tells nothing, and so that one person's data can be destroyed by
 * destroying one key.
 *
 *   root key (outside the database) → agency key, deployment key → person key → field
 *
 * A sealed value is bound to where it stands (table, column, row, tenant, key version): moved anywhere else it does not open. Keys are read
 * inside the transaction that uses them, so row-level security decides whose keys there are; only unwrapped keys are remembered, briefly.
 * Why and what backups keep: docs/decisions/0004-backups-and-shredding.md
 */
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import { findRoot, type RootKeeper } from './root-key.ts';
import { derive, hmac, joined, SealBroken } from './vault-crypto.ts';
import { type Keys, keyStore, keysFor, newest, type Scope, type SealContext, type VaultTables } from './vault-keys.ts';
import { resealColumn, rewrapPeople, rootsInUse } from './vault-renew.ts';

export { SealBroken } from './vault-crypto.ts';
export type { Keys, Scope, SealContext } from './vault-keys.ts';

/** The person's keys were destroyed; nothing sealed under them opens again, and nothing more is sealed for them. */
export class Shredded extends Error {
  constructor() {
    super('The keys of this person were destroyed; their sealed fields cannot be read or written any more.');
  }
}

export interface Vault {
  readonly root: RootKeeper;
  /** The keys of a scope, made on first use. `tx` must belong to the scope's agency, or to the system for 'deployment'. Throws Shredded. */
  keys(tx: Tx, scope: Scope): Promise<Keys>;
  /** Keys of several people of one agency in two queries, for lists. People without a key, or shredded, are not in the map. */
  keysOf(tx: Tx, agencyId: string, subjectIds: string[]): Promise<Map<string, Keys>>;
  seal(tx: Tx, scope: Scope, context: SealContext, plaintext: string | Buffer): Promise<Buffer>;
  open(tx: Tx, scope: Scope, context: SealContext, sealed: Buffer): Promise<Buffer>;
  openText(tx: Tx, scope: Scope, context: SealContext, sealed: Buffer): Promise<string>;
  /**
   * A value to search by without storing it: 32 bytes, equal for equal values of one tenant and field, unrelated anywhere else.
   * Pass the value through `normal` first. It outlives shredding: delete the row or empty the column with the person.
   */
  blindIndex(tx: Tx, tenant: 'deployment' | { agencyId: string }, field: string, value: string): Promise<Buffer>;
  /** Makes a new version of the key; what was sealed before still opens. Returns the version. For an agency, its people's keys are wrapped anew. */
  rotate(tx: Tx, scope: Scope): Promise<number>;
  /** The value under the current key, or null when it is already; for renewing values as they are met. */
  reseal(tx: Tx, scope: Scope, context: SealContext, sealed: Buffer): Promise<Buffer | null>;
  /** Renews a whole column of what `tx` may see, in batches; returns how many values changed. Safe to repeat. */
  resealColumn(
    tx: Tx,
    target: { table: string; column: string; rowColumn?: string; subjectColumn?: string },
    tenant: 'deployment' | { agencyId: string },
  ): Promise<number>;
  /** Destroys every key of a person, for good. Returns false when that had been done before. */
  shred(tx: Tx, person: { agencyId: string; subjectId: string }): Promise<boolean>;
}

declare module './context.ts' {
  interface Services {
    vault: Vault;
  }
}

export interface OpenVaultOptions {
  db: Database;
  /** From the environment, or null. */
  rootKey: Buffer | null;
  dataDir: string;
  env: string;
}

/** Finds the root key and compares it with what is in the database. Throws with a sentence when it is missing or another. */
export async function openVault({ db, rootKey, dataDir, env }: OpenVaultOptions): Promise<Vault> {
  return vaultOver(findRoot({ rootKey, dataDir, env, kind: db.kind, inUse: await rootsInUse(db) }));
}

/** Ways to make equal what people write differently, before a blind index is taken. */
export const normal = {
  /** Compatibility form, one space between words, lower case. */
  text: (value: string): string => value.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase(),
  email: (value: string): string => value.normalize('NFKC').trim().toLowerCase(),
  /** Digits only; ten digits are a number in the United States. */
  phone: (value: string): string => {
    const digits = value.normalize('NFKC').replace(/\D/g, '');
    return digits.length === 10 ? `1${digits}` : digits;
  },
};

/** The vault over a root key. openVault is the usual way; this one is for tools that hold the root already. */
export function vaultOver(root: RootKeeper): Vault {
  const { tenantRows, tenantKeys, addTenantKey, personRows, addPersonKey, lockPerson, isShredded, keysOf } =
    keyStore(root);

  const keys: Vault['keys'] = async (tx, scope) => {
    if (scope === 'deployment') return keysFor(scope, await tenantKeys(tx, null, 'seal'));
    const { agencyId, subjectId } = scope;
    if (subjectId === undefined) return keysFor(scope, await tenantKeys(tx, agencyId, 'seal'));
    const known = (await keysOf(tx, agencyId, [subjectId])).get(subjectId);
    if (known) return known;
    await lockPerson(tx, agencyId, subjectId);
    if (await isShredded(tx, agencyId, subjectId)) throw new Shredded();
    // Another transaction may have made the key while this one waited for the lock.
    const made = (await keysOf(tx, agencyId, [subjectId])).get(subjectId);
    if (made) return made;
    await addPersonKey(tx, agencyId, subjectId, 1);
    return (await keysOf(tx, agencyId, [subjectId])).get(subjectId)!;
  };

  /** Keys for reading: none is made. */
  const existing = async (tx: Tx, scope: Scope): Promise<Keys> => {
    if (scope === 'deployment' || scope.subjectId === undefined) {
      const rows = await tenantRows(tx, scope === 'deployment' ? null : scope.agencyId, 'seal');
      if (rows.length === 0) throw new SealBroken();
      return keys(tx, scope);
    }
    const found = (await keysOf(tx, scope.agencyId, [scope.subjectId])).get(scope.subjectId);
    if (found) return found;
    throw (await isShredded(tx, scope.agencyId, scope.subjectId)) ? new Shredded() : new SealBroken();
  };

  const vault: Vault = {
    root,
    keys,
    keysOf,
    seal: async (tx, scope, context, plaintext) => (await keys(tx, scope)).seal(context, plaintext),
    open: async (tx, scope, context, sealed) => (await existing(tx, scope)).open(context, sealed),
    openText: async (tx, scope, context, sealed) => (await existing(tx, scope)).openText(context, sealed),
    async blindIndex(tx, tenant, field, value) {
      const agencyId = tenant === 'deployment' ? null : tenant.agencyId;
      const index = (await tenantKeys(tx, agencyId, 'index')).get(1)!;
      return hmac(
        derive(index, joined('waymark blind index', agencyId ?? 'deployment', field)),
        Buffer.from(value, 'utf8'),
      );
    },
    async rotate(tx, scope) {
      if (scope !== 'deployment' && scope.subjectId !== undefined) {
        const { agencyId, subjectId } = scope;
        await keys(tx, scope);
        await lockPerson(tx, agencyId, subjectId);
        const version = Math.max(...(await personRows(tx, agencyId, [subjectId])).map((row) => row.version)) + 1;
        await addPersonKey(tx, agencyId, subjectId, version);
        return version;
      }
      const agencyId = scope === 'deployment' ? null : scope.agencyId;
      await sql`select pg_advisory_xact_lock(hashtextextended(${`vault ${agencyId ?? 'deployment'}`}, 0))`.execute(tx);
      const version = newest(await tenantKeys(tx, agencyId, 'seal')) + 1;
      await addTenantKey(tx, agencyId, 'seal', version);
      if (agencyId !== null) await rewrapPeople(tx, agencyId, await tenantKeys(tx, agencyId, 'seal'), version);
      return version;
    },
    async reseal(tx, scope, context, sealed) {
      const held = await existing(tx, scope);
      return held.isOld(sealed) ? held.seal(context, held.open(context, sealed)) : null;
    },
    resealColumn: (tx, target, tenant) => resealColumn(tx, target, tenant, vault),
    async shred(tx, { agencyId, subjectId }) {
      await lockPerson(tx, agencyId, subjectId);
      const t = tx.withTables<VaultTables>();
      await t
        .deleteFrom('app.person_key')
        .where('agency_id', '=', agencyId)
        .where('subject_id', '=', subjectId)
        .execute();
      const marked = await t
        .insertInto('app.person_shredded')
        .values({ agency_id: agencyId, subject_id: subjectId })
        .onConflict((c) => c.doNothing())
        .executeTakeFirst();
      return Number(marked.numInsertedOrUpdatedRows ?? 0) > 0;
    },
  };
  return vault;
}
