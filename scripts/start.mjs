/** npm start: builds, then serves. */
import { buildAll } from './build.mjs';

await buildAll();
process.setSourceMapsEnabled(true);
await import('../dist/main.js');
