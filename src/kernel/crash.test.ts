/** kill -9 at any moment: nothing acknowledged is lost, nothing takes effect twice. A real process, a real mail server, a real disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MailServer, mailServer } from '../../test/support/mail-server.ts';
import { root } from '../config.ts';
import { openDatabase } from './database.ts';

let dataDir: string;
let bundleDir: string;
let server: MailServer;
let child: ChildProcess | null = null;

beforeEach(async () => {
  server = await mailServer();
  dataDir = mkdtempSync(join(tmpdir(), 'waymark-crash-'));
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  bundleDir = mkdtempSync(join(root, 'node_modules/.cache/waymark-crash-'));
  await build({
    entryPoints: [join(root, 'test/support/crash-child.ts')],
    outfile: join(bundleDir, 'child.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    // Our own folders are written `#kernel`, `#modules/x`; everything else that looks like a package stays outside.
    plugins: [
      {
        name: 'packages',
        setup: (b) =>
          b.onResolve({ filter: /^[^.#/]/ }, (args) => (args.kind === 'entry-point' ? null : { external: true })),
      },
    ],
    logLevel: 'silent',
  });
});
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(bundleDir, { recursive: true, force: true });
});

/** One life of the child: ends when it ends itself, or is killed when `dies` says so after a line or a letter. */
async function live(
  env: Record<string, string>,
  dies: (seen: { lines: string[]; letters: number }) => boolean,
): Promise<string[]> {
  const lines: string[] = [];
  const before = server.received.length;
  const started = spawn(process.execPath, [join(bundleDir, 'child.mjs')], {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      SMTP_URL: server.url,
      BASE_URL: 'https://waymark.test',
      DEMO: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let complaint = '';
  started.stderr.on('data', (part: Buffer) => {
    complaint += part.toString();
  });
  const look = () => {
    if (dies({ lines, letters: server.received.length - before })) started.kill('SIGKILL');
  };
  server.onLetter = look;
  createInterface(started.stdout).on('line', (line) => {
    lines.push(line);
    look();
  });
  await once(started, 'close');
  server.onLetter = () => {};
  if (started.signalCode !== 'SIGKILL' && started.exitCode !== 0)
    throw new Error(`The child ended with ${started.exitCode}: ${complaint}`);
  return lines;
}

test('a process killed again and again while it writes, delivers and mails loses nothing it acknowledged and does nothing twice', async () => {
  const acknowledged: number[] = [];
  const committed = (lines: string[]) => lines.filter((line) => line.startsWith('committed '));
  // After so many acknowledgements; after so many letters, in the very moment the mail server has the letter and has not said so.
  const deaths: Parameters<typeof live>[1][] = [
    ({ lines }) => committed(lines).length >= 1,
    ({ letters }) => letters >= 1,
    ({ letters }) => letters >= 5,
    ({ lines }) => committed(lines).length >= 7,
    ({ letters }) => letters >= 12,
  ];
  for (const [n, dies] of deaths.entries()) {
    const lines = await live({ SHIFT_HOURS: String(n), FIRST: String(n * 1000) }, dies);
    acknowledged.push(...committed(lines).map((line) => Number(line.split(' ')[1])));
  }
  const last = await live({ SHIFT_HOURS: String(deaths.length), FIRST: '0', DRAIN: '1' }, () => false);
  expect(last.at(-1)).toBe('drained');

  const db = await openDatabase({ databaseUrl: null, dataDir });
  const all = async <T>(query: ReturnType<typeof sql<T>>) => (await query.execute(db.owner)).rows;
  const written = (await all(sql<{ id: number }>`select id from app.crash_written order by id`)).map((row) => row.id);
  const applied = (
    await all(sql<{ id: number }>`select id from app.crash_effect where what = 'apply' order by ctid`)
  ).map((row) => row.id);
  const letters = await all(
    sql<{ id: string; key: string; sent_at: Date | null }>`select id, key, sent_at from app.mail`,
  );
  await db.close();

  expect(acknowledged.length).toBeGreaterThan(8);
  expect(written).toEqual(expect.arrayContaining(acknowledged));
  // Once each, in the order in which they were written.
  expect(applied).toEqual(written);
  expect(letters.map((letter) => letter.key).sort()).toEqual(
    written.flatMap((id) => [`own ${id}`, `event ${id}`, `job ${id}`]).sort(),
  );
  expect(letters.every((letter) => letter.sent_at !== null)).toBe(true);
  // On the wire a letter may be seen twice, always under one Message-ID; none is missing.
  const arrived = new Set(server.received.map((text) => /^Message-ID: <([^@]+)@waymark\.test>/im.exec(text)?.[1]));
  expect([...arrived].sort()).toEqual(letters.map((letter) => letter.id).sort());
}, 240_000);
