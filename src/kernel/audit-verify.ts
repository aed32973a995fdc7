/**
 * Checks every audit chain from outside: entries are read in order, each hash is computed here and not by the database, and the end is
 * compared with the head and with the heads that were signed earlier. Finds changed, missing, moved and added entries and a cut-off end,
 * and names chain and entry. Memory stays the same however long the chains are.
 */
import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import { auditHash } from './audit.ts';
import { checkSignature, readHeads, type SignedHead } from './audit-heads.ts';
import type { Database, Tx } from './database.ts';
import type { RootKeeper } from './root-key.ts';
import type { AuditEntry } from './audit.ts';

export type AuditProblemKind =
  | 'changed' // what the entry says is not what its hash was taken over
  | 'moved' // its hash fits another place: entries were reordered
  | 'missing' // one or more entries before this one are gone
  | 'unlinked' // does not follow the entry before it
  | 'added' // stands after the head: put in without the chain's own function
  | 'cutOff' // the head names an entry that is not there
  | 'headChanged' // the head's hash is not that of its entry
  | 'noHead' // entries without a head
  | 'rewritten' // not the entry that was signed earlier
  | 'signature' // a signed line that was not made with the root key
  | 'headsFile'; // a line of the heads file that cannot be read, or no file where one was named

export interface AuditProblem {
  kind: AuditProblemKind;
  /** The network's id, or the zero uuid for the deployment's own chain; empty for the file itself. */
  chain: string;
  seq: number;
  /** One English sentence. */
  message: string;
}

export interface AuditReport {
  ok: boolean;
  entries: number;
  chains: { chain: string; entries: number; seq: number }[];
  /** The first hundred. */
  problems: AuditProblem[];
  /** How many there are in all. */
  found: number;
  signed: { checked: number; otherKey: number };
}

export interface VerifyOptions {
  /** Root key and file of the signed heads; without them only the chains themselves are checked. */
  root?: RootKeeper;
  headsFile?: string | null;
  /** Called now and then with the number of entries read. */
  onProgress?: (entries: number) => void;
}

const pageSize = 2_000;
const headBatch = 500;
const mostProblems = 100;
const zeroHash = '0'.repeat(64);

type Row = Omit<AuditEntry, 'at'> & { micros: string };

/** Walks every chain at one moment. Needs the owner's side of the database. */
export async function verifyAudit(db: Database, options: VerifyOptions = {}): Promise<AuditReport> {
  const report: AuditReport = {
    ok: true,
    entries: 0,
    chains: [],
    problems: [],
    found: 0,
    signed: { checked: 0, otherKey: 0 },
  };
  const note = (kind: AuditProblemKind, chain: string, seq: number, message: string) => {
    report.ok = false;
    report.found++;
    if (report.problems.length < mostProblems) report.problems.push({ kind, chain, seq, message });
  };
  await db.owner
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await sql`set local role waymark_owner`.execute(tx);
      const chains = await sql<{ chain: string; seq: number | null; hash: Buffer | null }>`
        select chain, h.seq, h.hash from (select chain from app.audit_head union select distinct chain from app.audit_entry) as c
        left join app.audit_head h using (chain) order by chain`.execute(tx);
      for (const { chain, seq, hash } of chains.rows) {
        const walked = await walk(tx, chain, seq, note, (more) => {
          report.entries += more;
          options.onProgress?.(report.entries);
        });
        report.chains.push({ chain, entries: walked.entries, seq: walked.seq });
        if (seq === null) {
          note('noHead', chain, walked.seq, `The chain has ${walked.entries} entries and no head.`);
        } else if (walked.headSeq < seq) {
          note(
            'cutOff',
            chain,
            seq,
            `The chain should end with entry ${seq}; its last one is ${walked.headSeq}. Entries at the end were removed.`,
          );
        } else if (hash?.toString('hex') !== walked.headHash) {
          note('headChanged', chain, seq, `The head does not hold the hash of entry ${seq}.`);
        }
      }
      if (options.root && options.headsFile) await checkHeads(tx, options.root, options.headsFile, report, note);
    });
  return report;
}

type Note = (kind: AuditProblemKind, chain: string, seq: number, message: string) => void;

/** Reads one chain from its first entry to its last; `headSeq` and `headHash` are of the last entry up to the head. */
async function walk(tx: Tx, chain: string, head: number | null, note: Note, onPage: (entries: number) => void) {
  const state = { entries: 0, seq: 0, headSeq: 0, headHash: zeroHash };
  let previous = { seq: 0, hash: zeroHash };
  // As text: below every number a row can have.
  let after = '-9223372036854775808';
  for (;;) {
    const page: Row[] = await readPage(tx, chain, after);
    for (const row of page) {
      const hash = row.hash.toString('hex');
      if (row.seq !== previous.seq + 1) {
        const gap = row.seq - previous.seq - 1;
        note(
          'missing',
          chain,
          previous.seq + 1,
          gap === 1
            ? `Entry ${previous.seq + 1} is missing.`
            : `Entries ${previous.seq + 1} to ${row.seq - 1} are missing.`,
        );
      } else if (row.prev_hash.toString('hex') !== previous.hash) {
        note('unlinked', chain, row.seq, `Entry ${row.seq} does not follow the entry before it.`);
      }
      if (auditHash(row).toString('hex') !== hash) {
        const place = placeOf(row, hash);
        if (place !== null)
          note('moved', chain, row.seq, `Entry ${row.seq} was written as entry ${place}: entries were moved.`);
        else note('changed', chain, row.seq, `Entry ${row.seq} was changed after it was written.`);
      }
      if (head !== null && row.seq > head) {
        note('added', chain, row.seq, `Entry ${row.seq} stands after the head (${head}): it was put in by hand.`);
      } else {
        state.headSeq = row.seq;
        state.headHash = hash;
      }
      state.entries++;
      state.seq = row.seq;
      previous = { seq: row.seq, hash };
    }
    onPage(page.length);
    if (page.length < pageSize) return state;
    after = String(page[page.length - 1]!.seq);
  }
}

async function readPage(tx: Tx, chain: string, after: string): Promise<Row[]> {
  const found = await sql<Row>`
    select chain, seq, (extract(epoch from at) * 1000000)::bigint::text as micros, actor_kind, actor_id, action, subject, fields, outcome,
      reason, request_id, prev_hash, hash
    from app.audit_entry where chain = ${chain} and seq > ${after}::bigint order by seq limit ${pageSize}`.execute(tx);
  return found.rows;
}

/** Where near by the entry was written, when only its number was changed; else null. */
function placeOf(row: Row, hash: string): number | null {
  for (let distance = 1; distance <= 50; distance++) {
    for (const seq of [row.seq - distance, row.seq + distance]) {
      if (seq > 0 && auditHash({ ...row, seq }).toString('hex') === hash) return seq;
    }
  }
  return null;
}

/** Compares what was signed earlier with what stands there now. */
async function checkHeads(tx: Tx, root: RootKeeper, file: string, report: AuditReport, note: Note): Promise<void> {
  if (!existsSync(file)) {
    note('headsFile', '', 0, `There is no file of signed heads at ${file}.`);
    return;
  }
  let batch: SignedHead[] = [];
  const compare = async () => {
    if (batch.length === 0) return;
    const found = await sql<{ chain: string; seq: number; hash: string }>`
      select e.chain, e.seq, encode(e.hash, 'hex') as hash
      from unnest(${batch.map((h) => h.chain)}::uuid[], ${batch.map((h) => h.seq)}::bigint[]) as s(chain, seq)
      join app.audit_entry e on e.chain = s.chain and e.seq = s.seq`.execute(tx);
    const now = new Map(found.rows.map((row) => [`${row.chain} ${row.seq}`, row.hash]));
    for (const head of batch) {
      const hash = now.get(`${head.chain} ${head.seq}`);
      report.signed.checked++;
      if (hash === head.hash) continue;
      const what =
        hash === undefined
          ? 'is not there: entries were removed, or an older backup was restored'
          : 'is another one now: the chain was rewritten';
      note('rewritten', head.chain, head.seq, `Entry ${head.seq}, signed on ${head.at}, ${what}.`);
    }
    batch = [];
  };
  for await (const { line, head } of readHeads(file)) {
    if (!head) {
      note('headsFile', '', 0, `Line ${line} of ${file} is not a signed head.`);
      continue;
    }
    const signature = await checkSignature(root, head);
    if (signature === 'unknown') report.signed.otherKey++;
    else if (signature === 'bad')
      note(
        'signature',
        head.chain,
        head.seq,
        `Line ${line} of ${file} was not signed with the root key, or was changed.`,
      );
    else if (batch.push(head) >= headBatch) await compare();
  }
  await compare();
}
