/**
 * A backup file: gzip over lines of JSON.
 *
 *   {"waymark":"backup", …}          what it is, of which release, under which root key
 *   {"table":"app.network", …}       a table and its columns; its rows follow, each an array of texts as PostgreSQL writes them
 *   ["…","…",null]
 *   {"end":true, …}                  row counts, SHA-256 over every byte before, and a MAC under the root key, so that a file that was
 *                                    cut short, damaged or altered is known before anything is written
 *
 * Read and written as a stream: memory stays the same however large the database is.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import type { RootKeeper } from './root-key.ts';

/** Something about the file or the database that the person at the command line can do something about. */
export class BackupError extends Error {}

const header = z.object({
  waymark: z.literal('backup'),
  format: z.literal(1),
  /** data: everything but people's keys · keys: people's keys and whose were destroyed. */
  holds: z.enum(['data', 'keys']),
  madeAt: z.string(),
  release: z.string(),
  /** Name of the root key that wraps the keys inside and signs the end. */
  rootKey: z.string(),
  migrations: z.array(z.object({ module: z.string(), name: z.string(), checksum: z.string() })),
});
export type BackupHeader = z.infer<typeof header>;

const tableLine = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });

const trailer = z.object({
  end: z.literal(true),
  counts: z.record(z.string(), z.number().int()),
  /** The next value of each sequence, by `schema.name`. */
  sequences: z.record(z.string(), z.object({ value: z.number().int(), called: z.boolean() })),
  sha256: z.string(),
  mac: z.string(),
});
export type BackupTrailer = z.infer<typeof trailer>;

/** No single row of ours comes near; a line beyond it is an attack or damage. */
const longestLine = 200 * 1024 * 1024;

export type BackupPart =
  | { kind: 'table'; table: string; columns: string[] }
  | { kind: 'rows'; lines: string[] }
  | { kind: 'trailer'; trailer: BackupTrailer };

/** What a backup holds once written. */
export interface BackupSummary {
  file: string;
  bytes: number;
  rows: number;
  tables: number;
  sha256: string;
}

/**
 * Writes a file from its parts, whole or not at all, readable by this user alone. `parts` yields tables and rows; what it returns goes to the end.
 * Throws BackupError when the file is there already.
 */
export async function writeBackup(
  file: string,
  head: BackupHeader,
  root: RootKeeper,
  parts: AsyncGenerator<Exclude<BackupPart, { kind: 'trailer' }>, BackupTrailer['sequences']>,
): Promise<BackupSummary> {
  if (existsSync(file))
    throw new BackupError(`There is a file at ${file} already. Give another name, or move it away first.`);
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  let sha256 = '';
  async function* text() {
    const say = (lines: string[]): Buffer => {
      const bytes = Buffer.from(`${lines.join('\n')}\n`, 'utf8');
      hash.update(bytes);
      return bytes;
    };
    yield say([JSON.stringify(head)]);
    let table = '';
    for (;;) {
      const step = await parts.next();
      if (step.done) {
        sha256 = hash.digest('hex');
        const mac = (await root.mac('backup', Buffer.from(sha256, 'hex'))).toString('hex');
        const end: BackupTrailer = { end: true, counts, sequences: step.value, sha256, mac };
        yield Buffer.from(`${JSON.stringify(end)}\n`, 'utf8');
        return;
      }
      if (step.value.kind === 'table') {
        table = step.value.table;
        counts[table] = 0;
        yield say([JSON.stringify({ table, columns: step.value.columns })]);
      } else if (step.value.lines.length > 0) {
        counts[table]! += step.value.lines.length;
        yield say(step.value.lines);
      }
    }
  }
  const draft = `${file}.part`;
  try {
    await pipeline(
      Readable.from(text(), { objectMode: false }),
      createGzip({ level: 6 }),
      createWriteStream(draft, { mode: 0o600 }),
    );
    const handle = openSync(draft, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  const rows = Object.values(counts).reduce((sum, n) => sum + n, 0);
  return { file, bytes: statSync(file).size, rows, tables: Object.keys(counts).length, sha256 };
}

/** Only the first line. Throws BackupError when the file is not a backup. */
export async function readHeader(file: string): Promise<BackupHeader> {
  for await (const line of linesOf(file)) return headerFrom(file, line);
  throw new BackupError(`${file} is not a backup: it is empty.`);
}

/**
 * The parts of a file in order, rows in groups of at most `most` or about four megabytes. The last part is the end, and it comes only
 * when every byte before it is as it was written. Throws BackupError.
 */
export async function* readBackup(file: string, root: RootKeeper, most = 1_000): AsyncGenerator<BackupPart> {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  let head: BackupHeader | null = null;
  let table = '';
  let end: BackupTrailer | null = null;
  let lines: string[] = [];
  let size = 0;
  for await (const line of linesOf(file)) {
    if (end) throw damaged(file, 'there is more after its end');
    if (!head) {
      head = headerFrom(file, line);
      if (head.rootKey !== root.id) {
        throw new BackupError(
          `${file} was made under root key ${head.rootKey}; this process holds ${root.id}. Give the root key that belongs to the backup (ROOT_KEY_FILE, or data/keys/root.key).`,
        );
      }
    } else if (line.startsWith('[')) {
      if (!table) throw damaged(file, 'a row stands before any table');
      counts[table]!++;
      size += line.length;
      lines.push(line);
    } else {
      if (lines.length > 0) yield { kind: 'rows', lines };
      lines = [];
      size = 0;
      const found = tableLine.or(trailer).safeParse(parse(line));
      if (!found.success) throw damaged(file, 'a line is not what it should be');
      if ('end' in found.data) {
        end = found.data;
        continue;
      }
      table = found.data.table;
      if (counts[table] !== undefined) throw damaged(file, `${table} stands in it twice`);
      counts[table] = 0;
      yield { kind: 'table', ...found.data };
    }
    hash.update(line).update('\n');
    if (lines.length >= most || size > 4 * 1024 * 1024) {
      yield { kind: 'rows', lines };
      lines = [];
      size = 0;
    }
  }
  if (!head || !end) throw damaged(file, 'it ends too early');
  const sha256 = hash.digest('hex');
  const mac = (await root.mac('backup', Buffer.from(sha256, 'hex'))).toString('hex');
  if (sha256 !== end.sha256 || mac !== end.mac) throw damaged(file, 'its bytes are not those that were written');
  const same =
    Object.keys(end.counts).length === Object.keys(counts).length &&
    Object.entries(counts).every(([name, n]) => end.counts[name] === n);
  if (!same) throw damaged(file, 'its row counts do not agree');
  yield { kind: 'trailer', trailer: end };
}

const damaged = (file: string, why: string) =>
  new BackupError(`${file} is cut short, damaged or altered: ${why}. Nothing was restored from it.`);

function headerFrom(file: string, line: string): BackupHeader {
  const given = parse(line);
  const found = header.safeParse(given);
  if (found.success) return found.data;
  const format = (given as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > 1)
    throw new BackupError(`${file} was made by a newer release (format ${format}). Restore it with that release.`);
  throw new BackupError(`${file} is not a backup made by this program.`);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Unpacked lines, one at a time. */
async function* linesOf(file: string): AsyncGenerator<string> {
  if (!existsSync(file)) throw new BackupError(`There is no file at ${file}.`);
  const source = createReadStream(file);
  const unpacked = source.pipe(createGunzip());
  source.on('error', (error) => unpacked.destroy(error));
  let rest: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, at)]).toString('utf8');
        rest = [];
        length = 0;
        from = at + 1;
      }
      if (from < chunk.length) {
        rest.push(chunk.subarray(from));
        length += chunk.length - from;
        if (length > longestLine) throw damaged(file, 'a line is far too long');
      }
    }
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw damaged(
      file,
      /unexpected end/.test((error as Error).message) ? 'it ends too early' : 'it cannot be unpacked',
    );
  } finally {
    source.destroy();
    unpacked.destroy();
  }
  if (length > 0) throw damaged(file, 'its last line is not whole');
}
