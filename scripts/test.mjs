/**
 * npm test: everything. Types, lint, format, unused code and imports; the suite on the embedded database and again on a real PostgreSQL server
 * started for it; browser journeys. Ends with one line: N passed, N failed, N skipped.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from './build.mjs';
import { findPostgres, startPostgres } from './postgres.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const total = { passed: 0, failed: 0, skipped: 0 };
const trouble = [];

function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
    child.on('exit', (code) => resolve(code ?? 1));
    child.on('error', () => resolve(1));
  });
}

async function check(name, command, args) {
  const started = Date.now();
  const code = await run(command, args);
  total[code === 0 ? 'passed' : 'failed'] += 1;
  if (code !== 0) trouble.push(name);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

async function suite(name, env) {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-report-'));
  const file = join(folder, 'report.json');
  console.log(`\n${name}`);
  const code = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], env);
  if (existsSync(file)) {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
    const broken = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.every((a) => a.status !== 'failed'));
    total.failed += broken.length;
    if (code !== 0 && report.numFailedTests + broken.length === 0) total.failed += 1;
  } else total.failed += 1;
  if (code !== 0) trouble.push(name);
  rmSync(folder, { recursive: true, force: true });
}

/** Debian's Chromium, installed when it is missing and we may. */
function ensureChromium() {
  if (existsSync('/usr/bin/chromium') || process.env.CHROMIUM) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium for the browser tests …');
    const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update'], quiet);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'], quiet);
  }
  if (!existsSync('/usr/bin/chromium')) {
    console.log('Chromium was not found, so the browser tests are skipped. Install it with: apt-get install chromium (or set CHROMIUM to its path).');
  }
}

ensureChromium();
await buildAll();
console.log('Checks');
await check('types', 'tsc', ['--noEmit', '-p', '.']);
await check('lint', 'oxlint', ['--type-aware', '--deny-warnings', 'src', 'bin', 'test', 'bench', 'scripts']);
await check('format', 'biome', ['format', '.']);
await check('unused code', 'knip', []);
await check('imports', 'depcruise', ['src', 'bin', '--config', '.dependency-cruiser.cjs']);

await suite('Suite on the embedded database', { TEST_DATABASE_URL: '' });
if (process.env.TEST_DATABASE_URL) {
  await suite('Suite on the PostgreSQL server given in TEST_DATABASE_URL', { WAYMARK_DB_ONLY: '1' });
} else if (await findPostgres()) {
  const server = await startPostgres({ fsync: false });
  try {
    await suite('Suite on a private PostgreSQL server', { TEST_DATABASE_URL: server.url, WAYMARK_DB_ONLY: '1' });
  } finally {
    await server.stop();
  }
} else {
  total.skipped += 1;
  console.log('\nNo PostgreSQL binaries were found, so the suite on a server is skipped (apt-get install postgresql brings them).');
}

if (trouble.length > 0) console.log(`\nNot passed: ${trouble.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
