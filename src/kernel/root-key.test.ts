import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRoot, localRoot, nextRootKeyPath, rootKeyPath } from './root-key.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'waymark-root-'));
const none = { rootKey: null, env: 'development', kind: 'embedded' as const, inUse: [] };

test('the root key is made once, for this user alone, and found again', () => {
  const dataDir = folder();
  const made = findRoot({ ...none, dataDir });
  expect(statSync(rootKeyPath(dataDir)).mode & 0o777).toBe(0o600);
  const text = readFileSync(rootKeyPath(dataDir), 'utf8');
  expect(findRoot({ ...none, dataDir }).id).toBe(made.id);
  expect(readFileSync(rootKeyPath(dataDir), 'utf8')).toBe(text);
});

test('the root key is not made for a production server, which is told what to enter', () => {
  const dataDir = folder();
  expect(() => findRoot({ ...none, dataDir, kind: 'server', env: 'production' })).toThrow(
    /ROOT_KEY_FILE: enter .*openssl rand -hex 32/,
  );
  expect(existsSync(rootKeyPath(dataDir))).toBe(false);
});

test('the root key that is missing or another one is refused by name, and none is made in its place', () => {
  const dataDir = folder();
  expect(() => findRoot({ ...none, dataDir, inUse: ['aa11'] })).toThrow(/root key aa11 .* is missing/);
  expect(existsSync(rootKeyPath(dataDir))).toBe(false);
  expect(() => findRoot({ ...none, dataDir, rootKey: randomBytes(32), inUse: ['aa11'] })).toThrow(/wrapped with aa11/);
});

test('the root key is found on the right side of an interrupted change', () => {
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
