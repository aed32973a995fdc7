/** npm run -s waymark -- <command>: builds when needed, then runs the command line. */
import { buildAll } from './build.mjs';

await buildAll();
await import('../dist/waymark.js');
