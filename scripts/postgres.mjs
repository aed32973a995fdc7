/**
 * A private PostgreSQL server for tests and benchmarks, from whatever binaries this machine has. Listens on 127.0.0.1 alone, behind a password
 * made for the occasion, with its files in a temporary folder that goes when the server stops. Run as root it gives its rights away first,
 * because PostgreSQL refuses to run with them.
 *
 *   node scripts/postgres.mjs                       prints the address and serves until interrupted
 *   node scripts/postgres.mjs npx vitest run        runs the command with TEST_DATABASE_URL set, then stops
 *
 * Plain JavaScript for any Node ≥ 18: it runs before the project's own Node is installed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const oldest = 15;
const exe = process.platform === 'win32' ? '.exe' : '';

/**
 * The newest PostgreSQL on this machine that Waymark runs on, or null.
 * @returns {{ bin: string, version: number } | null} folder of the binaries and major version
 */
export function findPostgres() {
  const found = [];
  for (const bin of new Set(folders())) {
    if (!existsSync(join(bin, `initdb${exe}`)) || !existsSync(join(bin, `postgres${exe}`))) continue;
    try {
      const text = execFileSync(join(bin, `postgres${exe}`), ['--version'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const version = Number(/(\d+)(?:\.\d+)?/.exec(text)?.[1]);
      if (version >= oldest) found.push({ bin, version });
    } catch {
      // A binary for another machine, or without its libraries: not usable.
    }
  }
  return found.sort((a, b) => b.version - a.version)[0] ?? null;
}

function folders() {
  const below = (folder, pattern, rest) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => pattern.test(name))
          .map((name) => join(folder, name, rest))
      : [];
  return [
    ...(process.env.POSTGRES_BIN ? [process.env.POSTGRES_BIN] : []),
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
    ...below('/usr/lib/postgresql', /^\d+/, 'bin'),
    ...below('/usr', /^pgsql-\d+$/, 'bin'),
    '/usr/local/pgsql/bin',
    ...below('/opt/homebrew/opt', /^postgresql/, 'bin'),
    ...below('/usr/local/opt', /^postgresql/, 'bin'),
    ...below('/home/linuxbrew/.linuxbrew/opt', /^postgresql/, 'bin'),
    ...below('/Applications/Postgres.app/Contents/Versions', /^\d+/, 'bin'),
    ...below('C:\\Program Files\\PostgreSQL', /^\d+/, 'bin'),
  ];
}

/** Whom to become when run as root: the machine's own database user, else nobody. */
function otherUser() {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user)
    throw new Error(
      'PostgreSQL does not run as root, and this machine has no user named postgres or nobody to run it as.',
    );
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/**
 * Starts a server of its own and waits until it answers.
 * @param {{ fsync?: boolean, settings?: Record<string, string> }} [options] fsync (default false): whether writes survive a power loss
 * @returns {Promise<{ url: string, pid: number, version: number, stop(): Promise<void> }>}
 * Throws with a sentence when there are no binaries, or with the server's own words when it does not start.
 */
export async function startPostgres({ fsync = false, settings = {} } = {}) {
  const found = findPostgres();
  if (!found)
    throw new Error(
      `No PostgreSQL ${oldest} or newer was found. Install it (Debian: apt-get install postgresql) or set POSTGRES_BIN to its folder.`,
    );
  const who = otherUser();
  const folder = mkdtempSync(join(tmpdir(), 'waymark-pg-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const password = randomBytes(18).toString('hex');
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (who.uid !== undefined) for (const path of [folder, passwordFile]) chownSync(path, who.uid, who.gid);
    const data = join(folder, 'data');
    const common = { cwd: folder, env: { ...process.env, LC_ALL: 'C' }, ...who };
    makeCluster(found.bin, data, passwordFile, fsync, common);
    rmSync(passwordFile);
    const quick = fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const all = {
        listen_addresses: '127.0.0.1',
        port: String(port),
        unix_socket_directories: '',
        ...quick,
        ...settings,
      };
      const log = join(folder, 'server.log');
      const out = openSync(log, 'w');
      const child = spawn(
        join(found.bin, `postgres${exe}`),
        ['-D', data, ...Object.entries(all).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
        {
          ...common,
          stdio: ['ignore', out, out],
        },
      );
      const ended = new Promise((resolve) => {
        child.once('exit', resolve);
        child.once('error', resolve);
      });
      if (await ready(child, data))
        return running(
          child,
          ended,
          found.version,
          `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
          folder,
          remove,
        );
      child.kill('SIGKILL');
      await ended;
      const said = readFileSync(log, 'utf8');
      // Somebody took the port between asking and using it.
      if (attempt < 5 && /Address already in use/.test(said)) continue;
      throw new Error(`PostgreSQL did not start:\n${said}`);
    }
  } catch (error) {
    remove();
    throw error;
  }
}

/** Sorts by bytes and knows every letter's case, as the embedded database does; the name of such a locale differs between systems. */
function makeCluster(bin, data, passwordFile, fsync, common) {
  const names = ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'C'];
  for (const [i, name] of names.entries()) {
    const order = ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--lc-collate=C', `--lc-ctype=${name}`];
    const access = ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`, ...(fsync ? [] : ['--no-sync'])];
    try {
      execFileSync(join(bin, `initdb${exe}`), [...order, ...access], {
        ...common,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      return;
    } catch (error) {
      rmSync(data, { recursive: true, force: true });
      if (i === names.length - 1 || !/locale/i.test(String(error.stderr)))
        throw new Error(`initdb failed:\n${error.stderr}`);
    }
  }
}

/** The server writes `ready` as the last line of its pid file once it takes connections. */
async function ready(child, data) {
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return false;
    const file = join(data, 'postmaster.pid');
    if (existsSync(file) && /^ready\s*$/m.test(readFileSync(file, 'utf8'))) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/**
 * Stops the server and removes its files when this process is gone, however it went: kill -9 leaves no time to tidy up. The guard reads a pipe
 * whose other end only this process holds. (Windows has no such guard; there a killed run leaves its server.)
 */
function guard(folder) {
  if (process.platform === 'win32') return null;
  const script =
    'cat >/dev/null; pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid"; sleep 1; rm -rf "$0"';
  const watching = spawn('/bin/sh', ['-c', script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watching.unref();
  watching.stdin.unref?.();
  watching.on('error', () => {});
  return watching;
}

function running(child, ended, version, url, folder, remove) {
  const watching = guard(folder);
  child.unref();
  let stopping;
  return {
    url,
    pid: child.pid,
    version,
    stop() {
      stopping ??= (async () => {
        child.ref();
        child.kill('SIGINT');
        const impatient = setTimeout(() => child.kill('SIGQUIT'), 10_000);
        await ended;
        clearTimeout(impatient);
        remove();
        // It finds nothing left to do.
        watching?.stdin.destroy();
      })();
      return stopping;
    },
  };
}

async function main(command) {
  const server = await startPostgres();
  const until = (child) =>
    new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0))));
  let code = 0;
  if (command.length === 0) {
    console.log(server.url);
    const awake = setInterval(() => {}, 1 << 30);
    await new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
    });
    clearInterval(awake);
  } else {
    const child = spawn(command[0], command.slice(1), {
      stdio: 'inherit',
      env: { ...process.env, TEST_DATABASE_URL: server.url },
    });
    // The command hears an interruption from the terminal itself; this process stays until it has ended.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.once('error', (error) => console.error(error.message));
    code = await Promise.race([until(child), new Promise((resolve) => child.once('error', () => resolve(1)))]);
  }
  await server.stop();
  process.exitCode = code;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
