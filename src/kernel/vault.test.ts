/** The vault on a database: what opens, for whom, and what never does again. */
import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/harness.ts';
import type { Database, Tx } from './database.ts';
import { localRoot } from './root-key.ts';
import { normal, openVault, SealBroken, Shredded, type Vault, vaultOver } from './vault.ts';
import { joined, unwrapBytes } from './vault-crypto.ts';
import { rewrapRoot, rootsInUse } from './vault-renew.ts';

let db: Database;
let vault: Vault;
let rootKey: Buffer;
let agencies: string[];
const at = { table: 'app.note', column: 'body', row: randomUUID() };

beforeAll(async () => {
  ({ db } = await testDatabase());
  rootKey = randomBytes(32);
  vault = await openVault({ db, rootKey, dataDir: 'unused', env: 'test' });
  agencies = await db.run({ scope: 'system' }, async (tx) =>
    (
      await tx
        .insertInto('app.agency')
        .values(['north', 'south'].map((slug) => ({ slug, name: JSON.stringify({ en: slug }) })))
        .returning('id')
        .execute()
    ).map((row) => row.id),
  );
});
afterAll(() => db.close());

const inAgency = <T>(agencyId: string, work: (tx: Tx) => Promise<T>) => db.run({ agencyId }, work);

test('what one agency sealed opens there with the same context, also in another process', async () => {
  const [a] = agencies as [string];
  const sealed = await inAgency(a, (tx) => vault.seal(tx, { agencyId: a }, at, 'Se escondió en casa de su tía. 🕊'));
  const other = vaultOver(localRoot(rootKey));
  expect(await inAgency(a, (tx) => other.openText(tx, { agencyId: a }, at, sealed))).toBe(
    'Se escondió en casa de su tía. 🕊',
  );
  expect(sealed.includes(Buffer.from('escondi'))).toBe(false);
});

test('any changed byte, of the version, the nonce, the text or the tag, keeps it shut', async () => {
  const [a] = agencies as [string];
  await inAgency(a, async (tx) => {
    const keys = await vault.keys(tx, { agencyId: a, subjectId: randomUUID() });
    const sealed = keys.seal(at, 'forty-two bytes of somebody’s private story');
    for (let i = 0; i < sealed.length; i++) {
      for (const flip of [1, 0x80]) {
        const bad = Buffer.from(sealed);
        bad[i]! ^= flip;
        expect(() => keys.open(at, bad)).toThrow(SealBroken);
      }
      expect(() => keys.open(at, sealed.subarray(0, i))).toThrow(SealBroken);
    }
    expect(() => keys.open(at, Buffer.concat([sealed, Buffer.alloc(1)]))).toThrow(SealBroken);
  });
});

test('a value moved to another table, column, row, person or agency keeps shut', async () => {
  const [a, b] = agencies as [string, string];
  const [ana, bea] = [randomUUID(), randomUUID()];
  const sealed = await inAgency(a, (tx) => vault.seal(tx, { agencyId: a, subjectId: ana }, at, 'x'));
  await inAgency(a, async (tx) => {
    const keys = await vault.keys(tx, { agencyId: a, subjectId: ana });
    for (const moved of [
      { ...at, table: 'app.other' },
      { ...at, column: 'title' },
      { ...at, row: randomUUID() },
    ]) {
      expect(() => keys.open(moved, sealed)).toThrow(SealBroken);
    }
    await vault.keys(tx, { agencyId: a, subjectId: bea });
    await expect(vault.open(tx, { agencyId: a, subjectId: bea }, at, sealed)).rejects.toThrow(SealBroken);
    await expect(vault.open(tx, { agencyId: a }, at, sealed)).rejects.toThrow(SealBroken);
  });
  await inAgency(b, async (tx) => {
    await vault.keys(tx, { agencyId: b, subjectId: ana });
    await expect(vault.open(tx, { agencyId: b, subjectId: ana }, at, sealed)).rejects.toThrow(SealBroken);
    // The other agency's keys are not even there to be asked for.
    await expect(vault.open(tx, { agencyId: a, subjectId: ana }, at, sealed)).rejects.toThrow(SealBroken);
  });
  await expect(inAgency(b, (tx) => vault.seal(tx, { agencyId: a, subjectId: ana }, at, 'y'))).rejects.toThrow(
    /row-level security/,
  );
});

test('the deployment’s own keys are for the system alone', async () => {
  const sealed = await db.run({ scope: 'system' }, (tx) => vault.seal(tx, 'deployment', at, 'JBSWY3DPEHPK3PXP'));
  expect(await db.run({ scope: 'system' }, (tx) => vault.openText(tx, 'deployment', at, sealed))).toBe(
    'JBSWY3DPEHPK3PXP',
  );
  await expect(inAgency(agencies[0]!, (tx) => vault.open(tx, 'deployment', at, sealed))).rejects.toThrow(SealBroken);
  await expect(db.readPublic(randomUUID(), (tx) => sql`select * from app.vault_key`.execute(tx))).rejects.toThrow(
    /permission denied/,
  );
});

test('keys of an agency cannot be read by the system scope, changed or removed by the app', async () => {
  const [a] = agencies as [string];
  await inAgency(a, (tx) => vault.keys(tx, { agencyId: a }));
  const seen = await db.run({ scope: 'system' }, (tx) =>
    sql<{ agency_id: string | null }>`select agency_id from app.vault_key`.execute(tx),
  );
  expect(seen.rows.every((row) => row.agency_id === null)).toBe(true);
  await expect(inAgency(a, (tx) => sql`delete from app.vault_key`.execute(tx))).rejects.toThrow(/permission denied/);
  await expect(inAgency(a, (tx) => sql`update app.vault_key set version = 9`.execute(tx))).rejects.toThrow(
    /permission denied/,
  );
  await expect(inAgency(a, (tx) => sql`delete from app.person_shredded`.execute(tx))).rejects.toThrow(
    /permission denied/,
  );
});

test('a key made in a transaction that rolled back is never used again', async () => {
  const [a] = agencies as [string];
  const subjectId = randomUUID();
  await expect(
    inAgency(a, async (tx) => {
      await vault.seal(tx, { agencyId: a, subjectId }, at, 'x');
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  const sealed = await inAgency(a, (tx) => vault.seal(tx, { agencyId: a, subjectId }, at, 'kept'));
  expect(
    await inAgency(a, (tx) => vaultOver(localRoot(rootKey)).openText(tx, { agencyId: a, subjectId }, at, sealed)),
  ).toBe('kept');
});

test('a blind index is equal for equal values of one tenant and field, and for nothing else', async () => {
  const [a, b] = agencies as [string, string];
  const index = (agencyId: string, field: string, value: string) =>
    inAgency(agencyId, (tx) => vault.blindIndex(tx, { agencyId }, field, normal.phone(value)));
  const mine = await index(a, 'care.person.phone', '713 555 0100');
  expect(mine).toHaveLength(32);
  expect((await index(a, 'care.person.phone', '+1 (713) 555-0100')).equals(mine)).toBe(true);
  expect((await index(a, 'care.person.phone', '713 555 0101')).equals(mine)).toBe(false);
  expect((await index(a, 'care.contact.phone', '713 555 0100')).equals(mine)).toBe(false);
  expect((await index(b, 'care.person.phone', '713 555 0100')).equals(mine)).toBe(false);
  await inAgency(a, (tx) => vault.rotate(tx, { agencyId: a }));
  expect((await index(a, 'care.person.phone', '713 555 0100')).equals(mine)).toBe(true);
});

test('a rotated agency key opens the old, seals the new, and wraps its people’s keys anew', async () => {
  const [a] = agencies as [string];
  const people = [randomUUID(), randomUUID(), randomUUID()];
  const before = await inAgency(a, async (tx) => ({
    own: await vault.seal(tx, { agencyId: a }, at, 'own'),
    theirs: await Promise.all(
      people.map(async (subjectId) => vault.seal(tx, { agencyId: a, subjectId }, at, subjectId)),
    ),
  }));
  const version = await inAgency(a, (tx) => vault.rotate(tx, { agencyId: a }));
  await inAgency(a, async (tx) => {
    const keys = await vault.keys(tx, { agencyId: a });
    expect(keys.openText(at, before.own)).toBe('own');
    expect(keys.isOld(before.own)).toBe(true);
    const renewed = (await vault.reseal(tx, { agencyId: a }, at, before.own))!;
    expect(keys.openText(at, renewed)).toBe('own');
    expect(await vault.reseal(tx, { agencyId: a }, at, renewed)).toBeNull();
    // The new version cannot be passed off as the old one, nor the old as the new.
    const forged = Buffer.from(renewed);
    forged.writeUInt32BE(version - 1, 1);
    expect(() => keys.open(at, forged)).toThrow(SealBroken);
    const rows = await sql<{
      agency_key_version: number;
    }>`select distinct agency_key_version from app.person_key`.execute(tx);
    expect(rows.rows).toEqual([{ agency_key_version: version }]);
    const byPerson = await vault.keysOf(tx, a, people);
    expect(people.map((id, i) => byPerson.get(id)!.openText(at, before.theirs[i]!))).toEqual(people);
  });
});

test('a person’s rotated key opens the old and a whole column is renewed once', async () => {
  const [a] = agencies as [string];
  await inAgency(a, async (tx) => {
    await sql`create temp table renewal (id uuid primary key, person uuid not null, body bytea)`.execute(tx);
    const person = randomUUID();
    const gone = randomUUID();
    const rows = Array.from({ length: 5 }, (_, i) => ({ id: randomUUID(), person: i === 4 ? gone : person }));
    for (const row of rows) {
      const body = await vault.seal(
        tx,
        { agencyId: a, subjectId: row.person },
        { table: 'renewal', column: 'body', row: row.id },
        `note ${row.id}`,
      );
      await sql`insert into renewal values (${row.id}, ${row.person}, ${body})`.execute(tx);
    }
    expect(await vault.rotate(tx, { agencyId: a, subjectId: person })).toBe(2);
    await vault.shred(tx, { agencyId: a, subjectId: gone });
    const target = { table: 'renewal', column: 'body', subjectColumn: 'person' };
    expect(await vault.resealColumn(tx, target, { agencyId: a })).toBe(4);
    expect(await vault.resealColumn(tx, target, { agencyId: a })).toBe(0);
    const keys = await vault.keys(tx, { agencyId: a, subjectId: person });
    const now = await sql<{ id: string; person: string; body: Buffer }>`select id, person, body from renewal`.execute(
      tx,
    );
    for (const row of now.rows.filter((r) => r.person === person)) {
      expect(keys.isOld(row.body)).toBe(false);
      expect(keys.openText({ table: 'renewal', column: 'body', row: row.id }, row.body)).toBe(`note ${row.id}`);
    }
    await sql`drop table renewal`.execute(tx);
  });
});

test('a shredded person opens nowhere, not even with everything else that was dumped, and gets no new key', async () => {
  const [a] = agencies as [string];
  const subjectId = randomUUID();
  const scope = { agencyId: a, subjectId };
  const sealed = await inAgency(a, (tx) => vault.seal(tx, scope, at, 'canary'));
  const neighbour = { agencyId: a, subjectId: randomUUID() };
  const kept = await inAgency(a, (tx) => vault.seal(tx, neighbour, at, 'kept'));
  expect(await inAgency(a, (tx) => vault.shred(tx, scope))).toBe(true);
  expect(await inAgency(a, (tx) => vault.shred(tx, scope))).toBe(false);
  await expect(inAgency(a, (tx) => vault.open(tx, scope, at, sealed))).rejects.toThrow(Shredded);
  await expect(inAgency(a, (tx) => vault.seal(tx, scope, at, 'again'))).rejects.toThrow(Shredded);
  expect((await inAgency(a, (tx) => vault.keysOf(tx, a, [subjectId]))).size).toBe(0);
  expect(await inAgency(a, (tx) => vault.openText(tx, neighbour, at, kept))).toBe('kept');
  // With the root key and every row of every other table in hand: each key there is tried on the value.
  const rows = await sql<{
    agency_id: string | null;
    purpose: string;
    version: number;
    wrapped: Buffer;
  }>`select * from app.vault_key`.execute(db.owner);
  const root = localRoot(rootKey);
  const keys = await Promise.all(
    rows.rows.map((row) =>
      root.unwrap(row.wrapped, joined('waymark tenant key', row.agency_id ?? 'deployment', row.purpose, row.version)),
    ),
  );
  const left = await sql<{
    n: number;
  }>`select count(*) as n from app.person_key where subject_id = ${subjectId}`.execute(db.owner);
  expect(left.rows[0]?.n).toBe(0);
  const additional = joined('waymark field', 1, at.table, at.column, at.row, `person ${a} ${subjectId}`, 1);
  expect(keys.length).toBeGreaterThan(2);
  for (const key of keys) expect(() => unwrapBytes(key, sealed.subarray(5), additional)).toThrow(SealBroken);
});

test('a new root key opens all that was sealed before, and the old root nothing any more', async () => {
  const [a] = agencies as [string];
  const subjectId = randomUUID();
  const sealed = await inAgency(a, (tx) => vault.seal(tx, { agencyId: a, subjectId }, at, 'through the change'));
  const next = randomBytes(32);
  const changed = await rewrapRoot(db, localRoot(rootKey), localRoot(next));
  expect(changed).toBeGreaterThan(2);
  expect(await rootsInUse(db)).toEqual([localRoot(next).id]);
  const reopened = await openVault({ db, rootKey: next, dataDir: 'unused', env: 'test' });
  expect(await inAgency(a, (tx) => reopened.openText(tx, { agencyId: a, subjectId }, at, sealed))).toBe(
    'through the change',
  );
  await expect(openVault({ db, rootKey, dataDir: 'unused', env: 'test' })).rejects.toThrow(/wrapped with/);
  await expect(
    inAgency(a, (tx) => vaultOver(localRoot(rootKey)).open(tx, { agencyId: a, subjectId }, at, sealed)),
  ).rejects.toThrow(/Restart it/);
  // A failure half-way changes nothing: the keys still belong to the root before.
  await expect(rewrapRoot(db, localRoot(randomBytes(32)), localRoot(rootKey))).rejects.toThrow(SealBroken);
  expect(await rootsInUse(db)).toEqual([localRoot(next).id]);
  await rewrapRoot(db, localRoot(next), localRoot(rootKey));
});

test('whatever is sealed opens as it was', async () => {
  const [a] = agencies as [string];
  await inAgency(a, async (tx) => {
    const keys = await vault.keys(tx, { agencyId: a, subjectId: randomUUID() });
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2_000 }),
        fc.string(),
        fc.string(),
        fc.string(),
        (bytes, table, column, row) => {
          const context = { table, column, row };
          const sealed = keys.seal(context, Buffer.from(bytes));
          expect(sealed).toHaveLength(bytes.length + 33);
          expect(keys.open(context, sealed).equals(Buffer.from(bytes))).toBe(true);
          expect(keys.seal(context, Buffer.from(bytes)).equals(sealed)).toBe(false);
        },
      ),
    );
  });
});
