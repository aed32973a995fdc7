import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/harness.ts';
import type { Database, Tx } from './database.ts';
import { findRoot, localRoot, nextRootKeyPath, rootKeyPath } from './root-key.ts';
import { normal, openVault, SealBroken, Shredded, type Vault, vaultOver } from './vault.ts';
import { rewrapRoot, rootsInUse } from './vault-renew.ts';
import { derive, gcmDecrypt, gcmEncrypt, hmac, joined, unwrapBytes, wrapBytes } from './vault-crypto.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex');

describe('published vectors', () => {
  // McGrew and Viega, The Galois/Counter Mode of Operation, appendix B: the test cases with 256-bit keys and 96-bit nonces.
  const long = 'feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308';
  const text =
    'd9313225f88406e5a55909c5aff5269a 86a7a9531534f7da2e4c303d8a318a72 1c3c0c95956809532fcf0e2449a6b525 b16aedf5aa0de657ba637b391aafd255';
  const cipher =
    '522dc1f099567d07f47f37a32a84427d 643a8cdcbfe5c0c97598a2bd2555d1aa 8cb08e48590dbb3da7b08b1056828838 c5f61e6393ba7a0abcc9f662898015ad';
  const cases = [
    {
      name: '13',
      key: '00'.repeat(32),
      nonce: '00'.repeat(12),
      plain: '',
      aad: '',
      sealed: '530f8afbc74536b9a963b4f1c4cb738b',
    },
    {
      name: '14',
      key: '00'.repeat(32),
      nonce: '00'.repeat(12),
      plain: '00'.repeat(16),
      aad: '',
      sealed: 'cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919',
    },
    {
      name: '15',
      key: long,
      nonce: 'cafebabefacedbaddecaf888',
      plain: text,
      aad: '',
      sealed: `${cipher} b094dac5d93471bdec1a502270e3cc6c`,
    },
    {
      name: '16',
      key: long,
      nonce: 'cafebabefacedbaddecaf888',
      plain: text.replace(/\s+/g, '').slice(0, 120),
      aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      sealed: `${cipher.replace(/\s+/g, '').slice(0, 120)} 76fc6ece0f4e1768cddf8853bb2d551b`,
    },
  ];
  test.each(cases)('AES-256-GCM test case $name', ({ key, nonce, plain, aad, sealed }) => {
    expect(gcmEncrypt(hex(key), hex(nonce), hex(plain), hex(aad)).toString('hex')).toBe(hex(sealed).toString('hex'));
    expect(gcmDecrypt(hex(key), hex(nonce), hex(sealed), hex(aad)).toString('hex')).toBe(hex(plain).toString('hex'));
  });

  test.each([
    {
      name: '1',
      key: '0b'.repeat(20),
      data: Buffer.from('Hi There'),
      mac: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    },
    {
      name: '2',
      key: Buffer.from('Jefe').toString('hex'),
      data: Buffer.from('what do ya want for nothing?'),
      mac: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    },
    {
      name: '3',
      key: 'aa'.repeat(20),
      data: hex('dd'.repeat(50)),
      mac: '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    },
    {
      name: '4',
      key: '0102030405060708090a0b0c0d0e0f10111213141516171819',
      data: hex('cd'.repeat(50)),
      mac: '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    },
    {
      name: '6',
      key: 'aa'.repeat(131),
      data: Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'),
      mac: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    },
  ])('RFC 4231 HMAC-SHA-256 test case $name', ({ key, data, mac }) => {
    expect(hmac(hex(key), data).toString('hex')).toBe(mac);
  });

  test('RFC 5869 HKDF-SHA-256 test case 1', () => {
    const out = derive(hex('0b'.repeat(22)), hex('f0f1f2f3f4f5f6f7f8f9'), 42, hex('000102030405060708090a0b0c'));
    expect(out.toString('hex')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });
});

describe('primitives', () => {
  test('what was wrapped unwraps, and any single changed bit does not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 40 }), fc.nat(), (plain, aad, at) => {
        const key = randomBytes(32);
        const wrapped = wrapBytes(key, Buffer.from(plain), Buffer.from(aad));
        expect(unwrapBytes(key, wrapped, Buffer.from(aad)).equals(Buffer.from(plain))).toBe(true);
        const bad = Buffer.from(wrapped);
        const bit = at % (bad.length * 8);
        bad[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => unwrapBytes(key, bad, Buffer.from(aad))).toThrow(SealBroken);
      }),
    );
  });

  test('two different lists of words never give the same bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        expect(joined(...a).equals(joined(...b))).toBe(
          a.length === b.length && a.every((word, i) => Buffer.from(word).equals(Buffer.from(b[i]!))),
        );
      }),
    );
  });

  test('people write the same thing differently', () => {
    expect(normal.phone('(713) 555-0100')).toBe(normal.phone('+1 713.555.0100'));
    expect(normal.email(' Ana@Example.ORG')).toBe('ana@example.org');
    expect(normal.text('  María   DEL Mar ')).toBe('maría del mar');
  });
});

describe('root key', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'waymark-root-'));
  const none = { rootKey: null, env: 'development', kind: 'embedded' as const, inUse: [] };

  test('is made once, for this user alone, and found again', () => {
    const dataDir = folder();
    const made = findRoot({ ...none, dataDir });
    expect(statSync(rootKeyPath(dataDir)).mode & 0o777).toBe(0o600);
    const text = readFileSync(rootKeyPath(dataDir), 'utf8');
    expect(findRoot({ ...none, dataDir }).id).toBe(made.id);
    expect(readFileSync(rootKeyPath(dataDir), 'utf8')).toBe(text);
  });

  test('is not made for a production server, which is told what to enter', () => {
    const dataDir = folder();
    expect(() => findRoot({ ...none, dataDir, kind: 'server', env: 'production' })).toThrow(
      /ROOT_KEY_FILE: enter .*openssl rand -hex 32/,
    );
    expect(existsSync(rootKeyPath(dataDir))).toBe(false);
  });

  test('that is missing or another one is refused by name, and none is made in its place', () => {
    const dataDir = folder();
    expect(() => findRoot({ ...none, dataDir, inUse: ['aa11'] })).toThrow(/root key aa11 .* is missing/);
    expect(existsSync(rootKeyPath(dataDir))).toBe(false);
    expect(() => findRoot({ ...none, dataDir, rootKey: randomBytes(32), inUse: ['aa11'] })).toThrow(
      /wrapped with aa11/,
    );
  });

  test('is found on the right side of an interrupted change', () => {
    const dataDir = folder();
    const old = findRoot({ ...none, dataDir });
    const key = randomBytes(32);
    writeFileSync(nextRootKeyPath(dataDir), `${key.toString('hex')}\n`);
    expect(findRoot({ ...none, dataDir, inUse: [old.id] }).id).toBe(old.id);
    expect(existsSync(nextRootKeyPath(dataDir))).toBe(false);
    writeFileSync(nextRootKeyPath(dataDir), `${key.toString('hex')}\n`);
    expect(findRoot({ ...none, dataDir, inUse: [localRoot(key).id] }).id).toBe(localRoot(key).id);
    expect(existsSync(nextRootKeyPath(dataDir))).toBe(false);
  });
});

describe('on the database', () => {
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
});
