/**
 * npm test: everything. Types, lint, format and unused code; the suite on the embedded database with the browser journeys, and what asks a
 * database again on a real PostgreSQL server started for it. Ends with one line, `N passed, N failed, N skipped`, and with 1 when anything failed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from './build.mjs';
import { findPostgres, startPostgres } from './postgres.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const total = { passed: 0, failed: 0, skipped: 0 };
const trouble = [];
const started = Date.now();
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;

let interrupted = false;
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    interrupted = true;
    for (const child of running) child.kill(signal);
  });

/** Runs a program of this project and returns its exit code; its words go to the screen, or to `hear`. */
function run(command, args, { env = {}, hear } = {}) {
  return new Promise((resolve) => {
    const out = hear ? 'pipe' : 'inherit';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', out, out], env: { ...process.env, ...env } });
    running.add(child);
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('close', (code, signal) => {
      running.delete(child);
      if (signal) (hear ?? console.log)(`${command} was ended from outside (${signal}).\n`);
      resolve(code ?? 1);
    });
    child.on('error', (error) => {
      hear?.(`${error.message}\n`);
      resolve(1);
    });
  });
}

/** A check counts as one test. What it says is shown when it fails. */
async function check(name, command, args) {
  const since = Date.now();
  const said = [];
  const code = await run(command, args, { hear: (words) => said.push(String(words)) });
  total[code === 0 ? 'passed' : 'failed'] += 1;
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds(since)})`);
  if (code === 0) return;
  trouble.push(name);
  console.log(said.join(''));
}

/** One run of all test files; every test counts, and so does a file that could not be run at all. */
async function suite(name, env) {
  const since = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'waymark-report-'));
  const file = join(folder, 'report.json');
  console.log(`\n${name}`);
  const code = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], {
    env,
  });
  let failed = 0;
  if (existsSync(file)) {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const broken = report.testResults.filter(
      (one) => one.status === 'failed' && one.assertionResults.every((test) => test.status !== 'failed'),
    );
    failed = report.numFailedTests + broken.length;
    total.passed += report.numPassedTests;
    total.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
  }
  // It ended badly without naming a test: an error outside every test, or no report at all.
  if (code !== 0 && failed === 0) {
    failed = 1;
    console.log(
      existsSync(file) ? 'Something failed outside every test; see above.' : 'The run ended before its report.',
    );
  }
  total.failed += failed;
  if (failed > 0) trouble.push(name);
  rmSync(folder, { recursive: true, force: true });
  console.log(`${name}: ${seconds(since)}`);
}

const browsers = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const findBrowser = () => browsers.find((path) => path && existsSync(path));

/** The browser for the journeys; Debian's Chromium is installed when there is none and we may. */
function ensureBrowser() {
  if (!findBrowser() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium for the browser tests …');
    const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update'], quiet);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'], quiet);
  }
  const found = findBrowser();
  if (found) process.env.CHROMIUM = found;
  else
    console.log(
      'No Chromium was found, so the browser tests are skipped. Debian and Ubuntu: apt-get install chromium. Elsewhere set CHROMIUM to its path.',
    );
}

ensureBrowser();
await buildAll();

console.log('Checks');
await Promise.all([
  check('types', 'tsc', ['--noEmit', '-p', '.']),
  check('lint', 'oxlint', ['--type-aware', '--deny-warnings', 'src', 'bin', 'test', 'bench', 'scripts']),
  check('format', 'biome', ['format', '.']),
  check('unused code', 'knip', ['--no-config-hints']),
]);

if (!interrupted) await suite('Suite on the embedded database', { TEST_DATABASE_URL: '' });
if (interrupted) {
  total.failed += 1;
  trouble.push('interrupted');
} else if (process.env.TEST_DATABASE_URL) {
  await suite('Suite on the PostgreSQL server of TEST_DATABASE_URL', { WAYMARK_DB_ONLY: '1' });
} else if (findPostgres()) {
  const server = await startPostgres({ fsync: false });
  try {
    await suite('Suite on a private PostgreSQL server', { TEST_DATABASE_URL: server.url, WAYMARK_DB_ONLY: '1' });
  } finally {
    await server.stop();
  }
} else {
  total.skipped += 1;
  console.log(
    '\nNo PostgreSQL 15 or newer was found, so the suite on a server is skipped. Debian and Ubuntu: apt-get install postgresql.',
  );
}

if (trouble.length > 0) console.log(`\nNot passed: ${trouble.join(', ')}`);
console.log(`\nTook ${seconds(started)}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
