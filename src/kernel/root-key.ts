/**
 * The root key: 32 bytes that wrap every other key and are kept apart from the database, in the environment or in a file.
 * A key service (KMS) fits behind the same interface: it wraps, unwraps and makes a MAC, and never hands the key over.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { derive, hmac, keyLength, unwrapBytes, wrapBytes } from './vault-crypto.ts';

export interface RootKeeper {
  /** Names the key without giving it away; stored beside everything it wraps. */
  readonly id: string;
  /** Wraps a key of 32 bytes, bound to `context`. */
  wrap(bytes: Buffer, context: Buffer): Promise<Buffer>;
  /** Throws SealBroken when the bytes or the context are not what was wrapped. */
  unwrap(wrapped: Buffer, context: Buffer): Promise<Buffer>;
  /** HMAC-SHA-256 under a key for that purpose alone, derived from the root. */
  mac(purpose: string, data: Buffer): Promise<Buffer>;
}

/** A root key held in this process's memory. Throws unless it is 32 bytes. */
export function localRoot(key: Buffer): RootKeeper {
  if (key.length !== keyLength) throw new Error(`A root key is ${keyLength} bytes; this one is ${key.length}.`);
  const wrapping = derive(key, 'waymark root: wrap');
  return {
    id: derive(key, 'waymark root: name', 8).toString('hex'),
    wrap: async (bytes, context) => wrapBytes(wrapping, bytes, context),
    unwrap: async (wrapped, context) => unwrapBytes(wrapping, wrapped, context),
    mac: async (purpose, data) => hmac(derive(key, `waymark root: mac ${purpose}`), data),
  };
}

export const rootKeyPath = (dataDir: string): string => join(dataDir, 'keys', 'root.key');
/** Where a new root key waits while the database is re-wrapped, so that a crash in between loses neither. */
export const nextRootKeyPath = (dataDir: string): string => join(dataDir, 'keys', 'root.key.new');

export interface FindRootOptions {
  /** The key from the environment, or null. */
  rootKey: Buffer | null;
  dataDir: string;
  env: string;
  kind: 'embedded' | 'server';
  /** Names of the root keys that wrap what is in the database now; empty while nothing has been wrapped. */
  inUse: string[];
}

/**
 * The root key of this deployment: from the environment; else, embedded or outside production, from `data/keys/root.key`, made once.
 * Throws with a sentence when production on a server has none, or when the key is not the one the database was wrapped with.
 */
export function findRoot(options: FindRootOptions): RootKeeper {
  const { rootKey, dataDir, env, kind, inUse } = options;
  const fits = (root: RootKeeper) => inUse.length === 0 || (inUse.length === 1 && inUse[0] === root.id);
  const path = rootKeyPath(dataDir);
  if (rootKey) {
    const root = localRoot(rootKey);
    if (!fits(root)) throw new Error(wrongRoot('ROOT_KEY or ROOT_KEY_FILE', root.id, inUse));
    return root;
  }
  if (kind === 'server' && env === 'production') {
    throw new Error(
      'ROOT_KEY_FILE: enter the path of a file with 64 hexadecimal characters, made once with `openssl rand -hex 32` and kept outside the database and its backups. ' +
        'It wraps every key of this deployment; production does not start without it.',
    );
  }
  const next = nextRootKeyPath(dataDir);
  if (existsSync(next)) {
    // A change of the root key was interrupted: the database says which side of it we are on.
    if (inUse.length > 0 && fits(readRoot(next))) renameSync(next, path);
    else rmSync(next);
  }
  if (existsSync(path)) {
    const root = readRoot(path);
    if (!fits(root)) throw new Error(wrongRoot(path, root.id, inUse));
    return root;
  }
  if (inUse.length > 0) {
    throw new Error(
      `The root key ${inUse.join(', ')} that this database was wrapped with is missing. Put it back at ${path}, or give it as ROOT_KEY_FILE.`,
    );
  }
  writeRoot(path, randomBytes(keyLength));
  return readRoot(path);
}

const wrongRoot = (where: string, id: string, inUse: string[]): string =>
  `${where}: this is root key ${id}, but the database was wrapped with ${inUse.join(', ')}. Give the key that belongs to this database.`;

/** Writes a root key that only this user may read, whole or not at all. A file that is there already is kept. */
export function writeRoot(path: string, key: Buffer): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${key.toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    // Another process of this deployment made it a moment ago: that one counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Reads a root key file. Throws with a sentence when it holds anything else. */
export function readRoot(path: string): RootKeeper {
  return localRoot(readRootBytes(path));
}

export function readRootBytes(path: string): Buffer {
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new Error(`${path} must hold 64 hexadecimal characters (32 random bytes) and nothing else.`);
  return Buffer.from(text, 'hex');
}
