/** npm start: builds, then serves. */
import { stop } from 'esbuild';
import { buildAll } from './build.mjs';

await buildAll();
// The builder's own process has done its work.
await stop();
process.setSourceMapsEnabled(true);
await import('../dist/main.js');
