/** Renewing: another root key over every tenant key, another agency key over its people's keys, current keys under a whole column. */
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import type { RootKeeper } from './root-key.ts';
import type { Vault } from './vault.ts';
import { SealBroken, unwrapBytes, wrapBytes } from './vault-crypto.ts';
import { type Keys, personContext, type VaultTables, wrapContext } from './vault-keys.ts';

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

/** Wraps the keys of an agency's people under its newest key, a thousand at a time. */
export async function rewrapPeople(
  tx: Tx,
  agencyId: string,
  agency: Map<number, Buffer>,
  version: number,
): Promise<void> {
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

/** Vault.resealColumn. */
export async function resealColumn(
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
