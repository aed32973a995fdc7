/**
 * The keys behind the vault: read inside the transaction that uses them, so row-level security decides whose keys there are, and unwrapped.
 * Only unwrapped tenant keys are remembered, briefly, by their wrapped bytes: a key that was rolled back, rotated or restored is never taken
 * for another.
 */
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from './database.ts';
import type { RootKeeper } from './root-key.ts';
import { joined, keyLength, SealBroken, unwrapBytes, wrapBytes } from './vault-crypto.ts';

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

export type VaultTables = {
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

const format = 1;
const headLength = 5;
/** How long, and how many, unwrapped tenant keys stay in memory. */
const rememberMs = 5 * 60_000;
const rememberMost = 1_000;

export const wrapContext = (agencyId: string | null, purpose: string, version: number): Buffer =>
  joined('waymark tenant key', agencyId ?? 'deployment', purpose, version);
export const personContext = (agencyId: string, subjectId: string, version: number, agencyKeyVersion: number): Buffer =>
  joined('waymark person key', agencyId, subjectId, version, agencyKeyVersion);

const tenantName = (scope: Scope): string =>
  scope === 'deployment'
    ? 'deployment'
    : scope.subjectId
      ? `person ${scope.agencyId} ${scope.subjectId}`
      : `agency ${scope.agencyId}`;

export const newest = (keys: Map<number, Buffer>): number => Math.max(...keys.keys());

/** Everything about keys that needs the root key. `purpose`: what a tenant key is for; an index key has one version for ever. */
export function keyStore(root: RootKeeper) {
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

  const keysOf: (tx: Tx, agencyId: string, subjectIds: string[]) => Promise<Map<string, Keys>> = async (
    tx,
    agencyId,
    subjectIds,
  ) => {
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

  return { tenantRows, tenantKeys, addTenantKey, personRows, addPersonKey, lockPerson, isShredded, keysOf };
}

/** Seals and opens with the versions of one scope's key. */
export function keysFor(scope: Scope, keys: Map<number, Buffer>): Keys {
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
