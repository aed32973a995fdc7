/**
 * Bundles the server, the command line and the browser's small scripts into dist/. Takes a fraction of a second, so it runs at every start.
 */
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildClient } from './build-client.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Options of the server bundle; installed packages stay outside it. */
export const serverBuild = {
  absWorkingDir: root,
  entryPoints: [
    { in: './src/main.ts', out: 'main' },
    { in: './bin/waymark.ts', out: 'waymark' },
    // Started by their own path: src/kernel/apart.ts.
    ...globSync('src/**/*.thread.ts', { cwd: root }).map((file) => ({
      in: `./${file}`,
      out: file.replace(/\.ts$/, ''),
    })),
  ],
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node26',
  packages: 'external',
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  sourcemap: true,
  logLevel: 'warning',
};

export async function buildAll() {
  await Promise.all([build(serverBuild), buildClient('dist/client')]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildAll();
