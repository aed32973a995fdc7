import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/harness.ts';
import { appendAudit, auditHash } from './audit.ts';
import { type SignedHead, signHeads } from './audit-heads.ts';
import { type AuditProblem, verifyAudit } from './audit-verify.ts';
import type { Database } from './database.ts';
import { localRoot } from './root-key.ts';

let db: Database;
const root = localRoot(randomBytes(32));
const zero = '00000000-0000-0000-0000-000000000000';

beforeAll(async () => {
  ({ db } = await testDatabase());
});
afterAll(() => db.close());

let made = 0;
/** A network whose chain has so many entries. */
async function chainOf(entries: number): Promise<string> {
  const slug = `chain-${++made}`;
  const { id } = await db.run({ scope: 'system' }, (tx) =>
    tx.insertInto('app.network').values({ slug, name: '{"en":"N"}' }).returning('id').executeTakeFirstOrThrow(),
  );
  await append(id, entries);
  return id;
}

const append = (networkId: string, entries: number) =>
  db.run({ networkId }, (tx) =>
    sql`select app.audit_append('person', gen_random_uuid(), 'test.thing.change', 'thing:' || n, array['title', 'año'], 'done', 'porque sí', 'r' || n)
      from generate_series(1, ${entries}) n`.execute(tx),
  );

/** Tampers as whoever owns the database. */
const tamper = (...statements: RawBuilder<unknown>[]) =>
  db.owner.transaction().execute(async (tx) => {
    for (const statement of statements) await statement.execute(tx);
  });

const problemsOf = async (
  chain: string,
  more: Parameters<typeof verifyAudit>[1] = {},
): Promise<Pick<AuditProblem, 'kind' | 'seq'>[]> =>
  (await verifyAudit(db, more)).problems.filter((p) => p.chain === chain).map(({ kind, seq }) => ({ kind, seq }));

test('chains as they were written hold, across several pages of reading, the deployment’s own among them', async () => {
  const chain = await chainOf(4_321);
  const ctx = { actor: { kind: 'system' as const, job: 'test' }, requestId: 'r' };
  await db.run({ scope: 'system' }, (tx) =>
    appendAudit(tx, ctx, { action: 'test.start', outcome: 'denied', reason: 'rule' }),
  );
  const seen: number[] = [];
  const report = await verifyAudit(db, { onProgress: (entries) => seen.push(entries) });
  expect(report.problems).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.chains).toContainEqual({ chain, entries: 4_321, seq: 4_321 });
  expect(report.chains).toContainEqual({ chain: zero, entries: 1, seq: 1 });
  expect(seen.length).toBeGreaterThanOrEqual(4);
  // Out of the way, so that every later check need not read it again.
  await tamper(
    sql`delete from app.audit_entry where chain = ${chain}`,
    sql`delete from app.audit_head where chain = ${chain}`,
  );
});

test.each(['actor_kind', 'action', 'subject', 'reason', 'request_id'])(
  'a changed %s is found and named',
  async (column) => {
    const chain = await chainOf(3);
    await tamper(
      sql`update app.audit_entry set ${sql.ref(column)} = ${sql.ref(column)} || 'x' where chain = ${chain} and seq = 2`,
    );
    expect(await problemsOf(chain)).toEqual([{ kind: 'changed', seq: 2 }]);
  },
);

test('a changed moment, actor, field or outcome is found, one microsecond is enough', async () => {
  const chain = await chainOf(9);
  await tamper(
    sql`update app.audit_entry set at = at + interval '1 microsecond' where chain = ${chain} and seq = 1`,
    sql`update app.audit_entry set actor_id = null where chain = ${chain} and seq = 3`,
    sql`update app.audit_entry set fields = '{title}' where chain = ${chain} and seq = 5`,
    sql`update app.audit_entry set outcome = 'read' where chain = ${chain} and seq = 9`,
  );
  expect(await problemsOf(chain)).toEqual([1, 3, 5, 9].map((seq) => ({ kind: 'changed', seq })));
});

test('an entry changed together with its hash no longer leads to the next', async () => {
  const chain = await chainOf(4);
  await tamper(
    sql`update app.audit_entry set action = 'test.thing.nothing' where chain = ${chain} and seq = 2`,
    sql`update app.audit_entry e set hash = sha256(convert_to(app.audit_text(e), 'UTF8')) where chain = ${chain} and seq = 2`,
  );
  expect(await problemsOf(chain)).toEqual([{ kind: 'unlinked', seq: 3 }]);
});

test('removed entries are named, at the start, in the middle and several at once', async () => {
  const chain = await chainOf(10);
  await tamper(sql`delete from app.audit_entry where chain = ${chain} and seq in (1, 4, 5, 6)`);
  const report = await verifyAudit(db);
  const mine = report.problems.filter((p) => p.chain === chain);
  expect(mine.map(({ kind, seq }) => ({ kind, seq }))).toEqual([
    { kind: 'missing', seq: 1 },
    { kind: 'missing', seq: 4 },
  ]);
  expect(mine[1]?.message).toBe('Entries 4 to 6 are missing.');
});

test('two entries that changed places are found, and where they belong is said', async () => {
  const chain = await chainOf(6);
  await tamper(
    sql`update app.audit_entry set seq = -1 where chain = ${chain} and seq = 2`,
    sql`update app.audit_entry set seq = 2 where chain = ${chain} and seq = 4`,
    sql`update app.audit_entry set seq = 4 where chain = ${chain} and seq = -1`,
  );
  const report = await verifyAudit(db);
  const mine = report.problems.filter((p) => p.chain === chain);
  expect(mine).toContainEqual(
    expect.objectContaining({ kind: 'moved', seq: 2, message: 'Entry 2 was written as entry 4: entries were moved.' }),
  );
  expect(mine).toContainEqual(
    expect.objectContaining({ kind: 'moved', seq: 4, message: 'Entry 4 was written as entry 2: entries were moved.' }),
  );
});

test('an entry put in by hand after the head is found, even one that links and hashes well', async () => {
  const chain = await chainOf(2);
  await tamper(
    sql`insert into app.audit_entry select chain, 3, at, actor_kind, actor_id, action, subject, fields, outcome, reason, request_id, hash, hash
      from app.audit_entry where chain = ${chain} and seq = 2`,
    sql`update app.audit_entry e set hash = sha256(convert_to(app.audit_text(e), 'UTF8')) where chain = ${chain} and seq = 3`,
  );
  expect(await problemsOf(chain)).toEqual([{ kind: 'added', seq: 3 }]);
});

test('an end that was cut off, a head that was changed and a head that was removed are found', async () => {
  const cut = await chainOf(5);
  await tamper(sql`delete from app.audit_entry where chain = ${cut} and seq > 3`);
  expect(await problemsOf(cut)).toEqual([{ kind: 'cutOff', seq: 5 }]);
  const all = await chainOf(2);
  await tamper(sql`delete from app.audit_entry where chain = ${all}`);
  expect(await problemsOf(all)).toEqual([{ kind: 'cutOff', seq: 2 }]);
  const head = await chainOf(2);
  await tamper(sql`update app.audit_head set hash = decode(repeat('ab', 32), 'hex') where chain = ${head}`);
  expect(await problemsOf(head)).toEqual([{ kind: 'headChanged', seq: 2 }]);
  const none = await chainOf(2);
  await tamper(sql`delete from app.audit_head where chain = ${none}`);
  expect(await problemsOf(none)).toEqual([{ kind: 'noHead', seq: 2 }]);
});

/** What an owner of the database can do: change an entry and write every later hash and the head anew. */
async function rewrite(chain: string, from: number): Promise<void> {
  await tamper(
    sql`update app.audit_entry set reason = 'rewritten' where chain = ${chain} and seq = ${from}`,
    sql.raw(`do $$
      declare e app.audit_entry; last bytea;
      begin
        for e in select * from app.audit_entry where chain = '${chain}' order by seq loop
          if last is not null then e.prev_hash := last; end if;
          e.hash := sha256(convert_to(app.audit_text(e), 'UTF8'));
          update app.audit_entry set prev_hash = e.prev_hash, hash = e.hash where chain = e.chain and seq = e.seq;
          last := e.hash;
        end loop;
        update app.audit_head set hash = last where chain = '${chain}';
      end $$`),
  );
}

test('a whole chain rewritten with good hashes and a good head is found by the heads signed before', async () => {
  const headsFile = join(mkdtempSync(join(tmpdir(), 'waymark-heads-')), 'heads.jsonl');
  const chain = await chainOf(4);
  const signed = await signHeads(db, root, headsFile, new Date('2026-11-21T10:00:00Z'));
  expect(signed.find((head) => head.chain === chain)?.seq).toBe(4);
  expect(statSync(headsFile).mode & 0o777).toBe(0o600);
  // Nothing grew: nothing is signed again.
  expect(await signHeads(db, root, headsFile, new Date('2026-11-21T11:00:00Z'))).toEqual([]);
  await append(chain, 3);
  expect(
    (await signHeads(db, root, headsFile, new Date('2026-11-21T12:00:00Z'))).map((head) => [head.chain, head.seq]),
  ).toEqual([[chain, 7]]);
  expect(await problemsOf(chain, { root, headsFile })).toEqual([]);
  await rewrite(chain, 6);
  expect(await problemsOf(chain)).toEqual([]);
  expect(await problemsOf(chain, { root, headsFile })).toEqual([{ kind: 'rewritten', seq: 7 }]);
  await rewrite(chain, 2);
  expect(await problemsOf(chain, { root, headsFile })).toEqual([
    { kind: 'rewritten', seq: 4 },
    { kind: 'rewritten', seq: 7 },
  ]);
});

test('a chain cut back together with its head is found by the heads signed before', async () => {
  const headsFile = join(mkdtempSync(join(tmpdir(), 'waymark-heads-')), 'heads.jsonl');
  const chain = await chainOf(5);
  await signHeads(db, root, headsFile, new Date());
  await tamper(
    sql`delete from app.audit_entry where chain = ${chain} and seq > 3`,
    sql`update app.audit_head h set seq = 3, hash = e.hash from app.audit_entry e where h.chain = ${chain} and e.chain = h.chain and e.seq = 3`,
  );
  expect(await problemsOf(chain)).toEqual([]);
  expect(await problemsOf(chain, { root, headsFile })).toEqual([{ kind: 'rewritten', seq: 5 }]);
});

test('a signed line that was changed or forged, a broken line and a missing file are found; another root key’s are counted', async () => {
  const headsFile = join(mkdtempSync(join(tmpdir(), 'waymark-heads-')), 'heads.jsonl');
  const chain = await chainOf(3);
  await signHeads(db, root, headsFile, new Date());
  const lines = readFileSync(headsFile, 'utf8').trim().split('\n');
  const mine = JSON.parse(lines.find((line) => line.includes(chain))!) as SignedHead;
  const write = (head: object) => writeFileSync(headsFile, `${JSON.stringify(head)}\n`);
  for (const change of [
    { seq: 2 },
    { hash: 'ab'.repeat(32) },
    { at: '2020-01-01T00:00:00.000Z' },
    { signature: 'cd'.repeat(32) },
  ]) {
    write({ ...mine, ...change });
    expect(await problemsOf(chain, { root, headsFile })).toEqual([{ kind: 'signature', seq: change.seq ?? 3 }]);
  }
  write(mine);
  const other = await verifyAudit(db, { root: localRoot(randomBytes(32)), headsFile });
  expect(other.signed).toEqual({ checked: 0, otherKey: 1 });
  // A crash left half a line; what is signed next stands on its own.
  appendFileSync(headsFile, '{"chain": "half');
  await append(chain, 1);
  await signHeads(db, root, headsFile, new Date());
  expect((await verifyAudit(db, { root, headsFile })).signed.checked).toBeGreaterThan(1);
  expect((await verifyAudit(db, { root, headsFile })).problems).toContainEqual(
    expect.objectContaining({ kind: 'headsFile' }),
  );
  expect((await verifyAudit(db, { root, headsFile: `${headsFile}.none` })).problems).toContainEqual(
    expect.objectContaining({ kind: 'headsFile' }),
  );
});

test('the hash computed here is the database’s own for any text', async () => {
  const networkId = await chainOf(1);
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary' }).filter((s) => !s.includes('\0')),
      fc.array(fc.stringMatching(/^[a-zñ_]{1,9}$/), { maxLength: 4 }),
      async (text, fields) => {
        await db.run({ networkId }, async (tx) => {
          await appendAudit(
            tx,
            { actor: { kind: 'anonymous' }, requestId: text },
            { action: text, fields, outcome: 'read', reason: text },
          );
          const { rows } = await sql<Parameters<typeof auditHash>[0] & { hash: Buffer }>`
            select *, (extract(epoch from at) * 1000000)::bigint::text as micros from app.audit_entry order by seq desc limit 1`.execute(
            tx,
          );
          expect(auditHash(rows[0]!).equals(rows[0]!.hash)).toBe(true);
        });
      },
    ),
    { numRuns: 40 },
  );
  expect(await problemsOf(networkId)).toEqual([]);
});
