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
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import { findRoot, type RootKeeper } from './root-key.ts';
import { derive, hmac, joined, keyLength, SealBroken, unwrapBytes, wrapBytes } from './vault-crypto.ts';

export { SealBroken } from './vault-crypto.ts';

/** Whose key: the deployment's own (system transactions only), an agency's, or that of one person whose rows the agency holds. */
export type Scope = 'deployment' | { agencyId: string; subjectId?: string };

/** Where a sealed value stands. `row` is the row's id, so make the id before inserting. */
export interface SealContext {
  table: string;
  column: string;
  row: string;
}

/** The keys of one scope, ready for many values without another query. */
export interface Keys {
  /** 33 bytes longer than the plaintext. */
  seal(context: SealContext, plaintext: string | Buffer): Buffer;
  /** Throws SealBroken when the value was changed, moved, or sealed for somebody else. */
  open(context: SealContext, sealed: Buffer): Buffer;
  openText(context: SealContext, sealed: Buffer): string;
  /** True when the value was sealed under an older version of the key. */
  isOld(sealed: Buffer): boolean;
}

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

type VaultTables = {
  'app.vault_key': {
    agency_id: string | null;
    purpose: 'seal' | 'index';
    version: number;
    root_id: string;
    wrapped: Buffer;
  };
  'app.person_key': {
    agency_id: string;
    subject_id: string;
    version: number;
    agency_key_version: number;
    wrapped: Buffer;
  };
  'app.person_shredded': { agency_id: string; subject_id: string };
};

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

/** Names of the root keys that wrap what the database holds; none before anything was sealed. */
export async function rootsInUse(db: Database): Promise<string[]> {
  return asOwner(db, async (tx) => {
    const found = await tx.withTables<VaultTables>().selectFrom('app.vault_key').select('root_id').distinct().execute();
    return found.map((row) => row.root_id).sort();
  });
}

/** Wraps every tenant key under another root key, all or none; sealed values stay as they are. Returns how many keys. */
export async function rewrapRoot(db: Database, from: RootKeeper, to: RootKeeper): Promise<number> {
  return asOwner(db, async (tx) => {
    await sql`lock table app.vault_key in exclusive mode`.execute(tx);
    const t = tx.withTables<VaultTables>();
    const rows = await t.selectFrom('app.vault_key').selectAll().execute();
    for (const row of rows) {
      if (row.root_id === to.id) continue;
      const context = wrapContext(row.agency_id, row.purpose, row.version);
      const wrapped = await to.wrap(await from.unwrap(row.wrapped, context), context);
      await t
        .updateTable('app.vault_key')
        .set({ wrapped, root_id: to.id })
        .where('agency_id', row.agency_id === null ? 'is' : '=', row.agency_id)
        .where('purpose', '=', row.purpose)
        .where('version', '=', row.version)
        .execute();
    }
    return rows.length;
  });
}

const asOwner = <T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> =>
  db.owner.transaction().execute(async (tx) => {
    await sql`set local role waymark_owner`.execute(tx);
    return work(tx);
  });

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

const format = 1;
const headLength = 5;
/** How long, and how many, unwrapped tenant keys stay in memory. */
const rememberMs = 5 * 60_000;
const rememberMost = 1_000;

const wrapContext = (agencyId: string | null, purpose: string, version: number): Buffer =>
  joined('waymark tenant key', agencyId ?? 'deployment', purpose, version);
const personContext = (agencyId: string, subjectId: string, version: number, agencyKeyVersion: number): Buffer =>
  joined('waymark person key', agencyId, subjectId, version, agencyKeyVersion);

const tenantName = (scope: Scope): string =>
  scope === 'deployment'
    ? 'deployment'
    : scope.subjectId
      ? `person ${scope.agencyId} ${scope.subjectId}`
      : `agency ${scope.agencyId}`;

/** The vault over a root key. openVault is the usual way; this one is for tools that hold the root already. */
export function vaultOver(root: RootKeeper): Vault {
  const remembered = new Map<string, { key: Buffer; until: number }>();

  /** Keyed by the wrapped bytes, so a key that was rolled back, rotated or restored is never taken for another. */
  const unwrapTenant = async (row: VaultTables['app.vault_key']): Promise<Buffer> => {
    const name = createHash('sha256').update(row.wrapped).digest('base64');
    const known = remembered.get(name);
    if (known && known.until > performance.now()) return known.key;
    if (row.root_id !== root.id)
      throw new Error(
        `A key is wrapped by root key ${row.root_id}; this process holds ${root.id}. Restart it with the new one.`,
      );
    const key = await root.unwrap(row.wrapped, wrapContext(row.agency_id, row.purpose, row.version));
    remembered.delete(name);
    if (remembered.size >= rememberMost) remembered.delete(remembered.keys().next().value!);
    remembered.set(name, { key, until: performance.now() + rememberMs });
    return key;
  };

  const tenantRows = (tx: Tx, agencyId: string | null, purpose: 'seal' | 'index') =>
    tx
      .withTables<VaultTables>()
      .selectFrom('app.vault_key')
      .select(['agency_id', 'purpose', 'version', 'root_id', 'wrapped'])
      .where('agency_id', agencyId === null ? 'is' : '=', agencyId)
      .where('purpose', '=', purpose)
      .orderBy('version')
      .execute();

  const addTenantKey = async (
    tx: Tx,
    agencyId: string | null,
    purpose: 'seal' | 'index',
    version: number,
  ): Promise<void> => {
    await tx
      .withTables<VaultTables>()
      .insertInto('app.vault_key')
      .values({
        agency_id: agencyId,
        purpose,
        version,
        root_id: root.id,
        wrapped: await root.wrap(randomBytes(keyLength), wrapContext(agencyId, purpose, version)),
      })
      .onConflict((c) => c.doNothing())
      .execute();
  };

  const tenantKeys = async (
    tx: Tx,
    agencyId: string | null,
    purpose: 'seal' | 'index',
  ): Promise<Map<number, Buffer>> => {
    let rows = await tenantRows(tx, agencyId, purpose);
    if (rows.length === 0) {
      await addTenantKey(tx, agencyId, purpose, 1);
      rows = await tenantRows(tx, agencyId, purpose);
    }
    const keys = new Map<number, Buffer>();
    for (const row of rows) keys.set(row.version, await unwrapTenant(row));
    return keys;
  };

  const personRows = (tx: Tx, agencyId: string, subjectIds: string[]) =>
    tx
      .withTables<VaultTables>()
      .selectFrom('app.person_key as k')
      .selectAll('k')
      .where('k.agency_id', '=', agencyId)
      .where('k.subject_id', 'in', subjectIds)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('app.person_shredded as s')
              .select('s.subject_id')
              .whereRef('s.agency_id', '=', 'k.agency_id')
              .whereRef('s.subject_id', '=', 'k.subject_id'),
          ),
        ),
      )
      .orderBy('k.version')
      .execute();

  /** One maker or shredder of a person's keys at a time, so that no key is born beside its tombstone. */
  const lockPerson = (tx: Tx, agencyId: string, subjectId: string) =>
    sql`select pg_advisory_xact_lock(hashtextextended(${`vault ${agencyId} ${subjectId}`}, 0))`.execute(tx);

  const addPersonKey = async (tx: Tx, agencyId: string, subjectId: string, version: number): Promise<void> => {
    const agency = await tenantKeys(tx, agencyId, 'seal');
    const agencyVersion = newest(agency);
    await tx
      .withTables<VaultTables>()
      .insertInto('app.person_key')
      .values({
        agency_id: agencyId,
        subject_id: subjectId,
        version,
        agency_key_version: agencyVersion,
        wrapped: wrapBytes(
          agency.get(agencyVersion)!,
          randomBytes(keyLength),
          personContext(agencyId, subjectId, version, agencyVersion),
        ),
      })
      .execute();
  };

  const isShredded = async (tx: Tx, agencyId: string, subjectId: string): Promise<boolean> =>
    (await tx
      .withTables<VaultTables>()
      .selectFrom('app.person_shredded')
      .select('subject_id')
      .where('agency_id', '=', agencyId)
      .where('subject_id', '=', subjectId)
      .executeTakeFirst()) !== undefined;

  const keysOf: Vault['keysOf'] = async (tx, agencyId, subjectIds) => {
    const found = new Map<string, Keys>();
    if (subjectIds.length === 0) return found;
    const rows = await personRows(tx, agencyId, [...new Set(subjectIds)]);
    if (rows.length === 0) return found;
    const agency = await tenantKeys(tx, agencyId, 'seal');
    const bySubject = new Map<string, Map<number, Buffer>>();
    for (const row of rows) {
      const wrapping = agency.get(row.agency_key_version);
      if (!wrapping) throw new SealBroken();
      const key = unwrapBytes(
        wrapping,
        row.wrapped,
        personContext(agencyId, row.subject_id, row.version, row.agency_key_version),
      );
      bySubject.set(row.subject_id, (bySubject.get(row.subject_id) ?? new Map()).set(row.version, key));
    }
    for (const [subjectId, keys] of bySubject) found.set(subjectId, keysFor({ agencyId, subjectId }, keys));
    return found;
  };

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

const newest = (keys: Map<number, Buffer>): number => Math.max(...keys.keys());

/** Seals and opens with the versions of one scope's key. */
function keysFor(scope: Scope, keys: Map<number, Buffer>): Keys {
  const tenant = tenantName(scope);
  const current = newest(keys);
  const additional = (context: SealContext, version: number): Buffer =>
    joined('waymark field', format, context.table, context.column, context.row, tenant, version);
  const versionOf = (sealed: Buffer): number => {
    if (sealed.length < headLength || sealed[0] !== format) throw new SealBroken();
    return sealed.readUInt32BE(1);
  };
  const open: Keys['open'] = (context, sealed) => {
    const version = versionOf(sealed);
    const key = keys.get(version);
    if (!key) throw new SealBroken();
    return unwrapBytes(key, sealed.subarray(headLength), additional(context, version));
  };
  return {
    seal(context, plaintext) {
      const head = Buffer.alloc(headLength);
      head[0] = format;
      head.writeUInt32BE(current, 1);
      const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext;
      return Buffer.concat([head, wrapBytes(keys.get(current)!, bytes, additional(context, current))]);
    },
    open,
    openText: (context, sealed) => open(context, sealed).toString('utf8'),
    isOld: (sealed) => versionOf(sealed) !== current,
  };
}

/** Wraps the keys of an agency's people under its newest key, a thousand at a time. */
async function rewrapPeople(tx: Tx, agencyId: string, agency: Map<number, Buffer>, version: number): Promise<void> {
  const t = tx.withTables<VaultTables>();
  for (;;) {
    const rows = await t
      .selectFrom('app.person_key')
      .selectAll()
      .where('agency_id', '=', agencyId)
      .where('agency_key_version', '<>', version)
      .limit(1_000)
      .execute();
    if (rows.length === 0) return;
    for (const row of rows) {
      const old = agency.get(row.agency_key_version);
      if (!old) throw new SealBroken();
      const key = unwrapBytes(
        old,
        row.wrapped,
        personContext(agencyId, row.subject_id, row.version, row.agency_key_version),
      );
      await t
        .updateTable('app.person_key')
        .set({
          agency_key_version: version,
          wrapped: wrapBytes(agency.get(version)!, key, personContext(agencyId, row.subject_id, row.version, version)),
        })
        .where('agency_id', '=', agencyId)
        .where('subject_id', '=', row.subject_id)
        .where('version', '=', row.version)
        .execute();
    }
  }
}

async function resealColumn(
  tx: Tx,
  target: Parameters<Vault['resealColumn']>[1],
  tenant: Parameters<Vault['resealColumn']>[2],
  vault: Vault,
): Promise<number> {
  const { table, column, rowColumn = 'id', subjectColumn } = target;
  const [at, id, sealed] = [sql.table(table), sql.ref(rowColumn), sql.ref(column)];
  const subject = subjectColumn ? sql`${sql.ref(subjectColumn)}::text` : sql`null::text`;
  let after = '';
  let changed = 0;
  for (;;) {
    const { rows } = await sql<{ id: string; subject: string | null; sealed: Buffer }>`
      select ${id}::text as id, ${subject} as subject, ${sealed} as sealed from ${at}
      where ${sealed} is not null and ${id}::text > ${after} order by ${id}::text limit 500 for update`.execute(tx);
    if (rows.length === 0) return changed;
    const subjects = rows.flatMap((row) => (row.subject ? [row.subject] : []));
    const people =
      tenant === 'deployment' ? new Map<string, Keys>() : await vault.keysOf(tx, tenant.agencyId, subjects);
    const own = subjectColumn ? null : await vault.keys(tx, tenant);
    for (const row of rows) {
      after = row.id;
      // A shredded person's values stay unreadable: there is nothing to renew.
      const held = own ?? people.get(row.subject ?? '');
      if (!held?.isOld(row.sealed)) continue;
      const context = { table, column, row: row.id };
      await sql`update ${at} set ${sealed} = ${held.seal(context, held.open(context, row.sealed))} where ${id}::text = ${row.id}`.execute(
        tx,
      );
      changed++;
    }
  }
}
