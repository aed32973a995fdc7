/**
 * Bundles the browser scripts listed in src/ui/client/entries.ts into a folder, one small file each.
 *
 *   import { buildClient } from './build-client.mjs';  await buildClient('dist/assets')  → ['exit.js', …]
 *   node scripts/build-client.mjs dist/assets
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { clientEntries } from '../src/ui/client/entries.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Writes `<name>.js` for every entry into `outdir` (absolute or relative to the root) and returns the file names. */
export async function buildClient(outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(clientEntries).map(([out, path]) => ({ in: path, out })),
    outdir: resolve(root, outdir),
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome90', 'firefox90', 'safari15'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return Object.keys(clientEntries).map((name) => `${name}.js`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(await buildClient(process.argv[2] ?? 'dist/assets'));
}
