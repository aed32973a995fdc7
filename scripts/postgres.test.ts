import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { root } from '../src/config.ts';
import { findPostgres, startPostgres } from './postgres.mjs';

const found = findPostgres();

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test.skipIf(!found)(
  'a private server answers at its address only with its password, and is gone after stop',
  async () => {
    const server = await startPostgres();
    try {
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      const { rows } = await client.query(
        `select current_setting('server_version_num')::int / 10000 as version, current_setting('fsync') as fsync,
         current_setting('server_encoding') as encoding, current_setting('listen_addresses') as listens, lower('ÑÉ') as lower, 'B' < 'a' as by_bytes`,
      );
      await client.end();
      expect(rows[0]).toEqual({
        version: found?.version,
        fsync: 'off',
        encoding: 'UTF8',
        listens: '127.0.0.1',
        lower: 'ñé',
        by_bytes: true,
      });
      const other = new URL(server.url);
      other.password = 'wrong';
      const stranger = new pg.Client({ connectionString: other.href });
      await expect(stranger.connect()).rejects.toThrow(/password authentication failed/);
    } finally {
      await Promise.all([server.stop(), server.stop()]);
    }
    expect(isAlive(server.pid)).toBe(false);
  },
);

test.skipIf(!found)('the command line runs a command with the address and passes its exit code on', () => {
  const ran = spawnSync(
    process.execPath,
    [
      `${root}/scripts/postgres.mjs`,
      process.execPath,
      '-e',
      'console.log(process.env.TEST_DATABASE_URL); process.exit(7)',
    ],
    { encoding: 'utf8' },
  );
  expect(ran.stdout).toMatch(/^postgres:\/\/postgres:[0-9a-f]+@127\.0\.0\.1:\d+\/postgres\n$/);
  expect(ran.status).toBe(7);
});

test.skipIf(!found || process.platform === 'win32')(
  'a server whose starter is killed goes with it, files and all',
  async () => {
    const code = `import { startPostgres } from ${JSON.stringify(`${root}/scripts/postgres.mjs`)};
    const server = await startPostgres(); console.log(server.pid); setInterval(() => {}, 1000);`;
    const folder = mkdtempSync(join(tmpdir(), 'waymark-guard-'));
    // The server runs as another user when this one is root.
    chmodSync(folder, 0o755);
    const starter = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder },
    });
    const pid = Number(
      await new Promise<string>((resolve) => starter.stdout.once('data', (text) => resolve(String(text)))),
    );
    expect(isAlive(pid)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(1);
    starter.kill('SIGKILL');
    while (isAlive(pid) || readdirSync(folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    rmdirSync(folder);
  },
);
