/** npm run dev: serves, and starts again whenever a source file changes. */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from './build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
let server = null;
let waiting = null;

async function restart() {
  waiting = null;
  try {
    await buildAll();
  } catch {
    console.error('The sources do not build; still serving the last version that did.');
    return;
  }
  if (server) {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await gone;
  }
  server = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], { cwd: root, stdio: 'inherit' });
}

for (const folder of ['src', 'bin']) {
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void restart(), 150);
  });
}
process.on('SIGINT', () => server?.kill('SIGTERM'));
await restart();
