/**
 * Before start and test: installs exactly what the lockfile says when it is missing or older. Runs on any Node from 18 on, with nothing installed.
 * The project then runs on the Node that it brings along (node_modules/.bin/node), whatever the machine has.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lock = join(root, 'package-lock.json');
const installed = join(root, 'node_modules/.package-lock.json');

const major = Number(process.versions.node.split('.')[0]);
if (major < 18) {
  console.error(
    `Waymark needs Node 18 or newer to install itself; this is ${process.version}. Install a newer Node and try again.`,
  );
  process.exit(1);
}

if (!existsSync(installed) || statSync(lock).mtimeMs > statSync(installed).mtimeMs) {
  console.error('Installing what Waymark needs (once; about half a minute) …');
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const done = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 'inherit'],
  });
  if (done.status !== 0) {
    console.error('The installation did not finish. Check the network and try again; nothing else was changed.');
    process.exit(done.status ?? 1);
  }
}
