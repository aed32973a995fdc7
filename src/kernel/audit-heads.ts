/**
 * Signed heads: from time to time the end of every audit chain is written, signed, to a file outside the database. Whoever can rewrite a whole
 * chain in the database cannot sign a new head, so the old line tells on them. Copy the file where the database's keeper cannot write.
 */
import {
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { RootKeeper } from './root-key.ts';
import { joined } from './vault-crypto.ts';

/** One line of the file. */
export interface SignedHead {
  chain: string;
  seq: number;
  /** Hash of that entry, hexadecimal. */
  hash: string;
  /** When it was signed, ISO 8601. */
  at: string;
  /** Name of the root key whose MAC this is. */
  key: string;
  signature: string;
}

const macOf = (root: RootKeeper, head: Pick<SignedHead, 'chain' | 'seq' | 'hash' | 'at'>): Promise<Buffer> =>
  root.mac('audit heads', joined(head.chain, head.seq, head.hash, head.at));

/**
 * Appends a signed line for every chain that has grown since its last line, and returns those lines once they are on the disk.
 * A half line that a crash left stays as it is, on a line of its own, and verifying says so.
 */
export async function signHeads(db: Database, root: RootKeeper, file: string, now: Date): Promise<SignedHead[]> {
  const last = new Map<string, SignedHead>();
  if (existsSync(file)) for await (const { head } of readHeads(file)) if (head) last.set(head.chain, head);
  const heads = await db.owner.transaction().execute(async (tx) => {
    await sql`set local role waymark_owner`.execute(tx);
    const found = await sql<{ chain: string; seq: number; hash: Buffer }>`
      select chain, seq, hash from app.audit_head where seq > 0 order by chain`.execute(tx);
    return found.rows;
  });
  const signed: SignedHead[] = [];
  for (const { chain, seq, hash } of heads) {
    const before = last.get(chain);
    if (before && before.seq === seq && before.hash === hash.toString('hex') && before.key === root.id) continue;
    const head = { chain, seq, hash: hash.toString('hex'), at: now.toISOString() };
    signed.push({ ...head, key: root.id, signature: (await macOf(root, head)).toString('hex') });
  }
  if (signed.length === 0) return signed;
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(file, 'a', 0o600);
  try {
    const text = signed.map((head) => `${JSON.stringify(head)}\n`).join('');
    writeSync(handle, endsWithLine(file) ? text : `\n${text}`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return signed;
}

function endsWithLine(file: string): boolean {
  const { size } = statSync(file);
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  const handle = openSync(file, 'r');
  readSync(handle, last, 0, 1, size - 1);
  closeSync(handle);
  return last[0] === 10;
}

/** The lines of the file one by one; `head` is null where a line is not one. */
export async function* readHeads(file: string): AsyncGenerator<{ line: number; head: SignedHead | null }> {
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line++;
    if (text.trim() === '') continue;
    yield { line, head: parse(text) };
  }
}

function parse(text: string): SignedHead | null {
  try {
    const head = JSON.parse(text) as SignedHead;
    const fits =
      /^[0-9a-f-]{36}$/.test(head.chain) &&
      Number.isSafeInteger(head.seq) &&
      head.seq > 0 &&
      /^[0-9a-f]{64}$/.test(head.hash) &&
      /^[0-9a-f]{64}$/.test(head.signature) &&
      typeof head.at === 'string' &&
      typeof head.key === 'string';
    return fits ? head : null;
  } catch {
    return null;
  }
}

/** 'unknown' when the line was signed under another root key, which this process cannot check. */
export async function checkSignature(root: RootKeeper, head: SignedHead): Promise<'good' | 'bad' | 'unknown'> {
  if (head.key !== root.id) return 'unknown';
  return timingSafeEqual(await macOf(root, head), Buffer.from(head.signature, 'hex')) ? 'good' : 'bad';
}
