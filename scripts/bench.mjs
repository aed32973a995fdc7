/**
 * npm run bench: bundles the benchmarks as the server itself is bundled, starts a private PostgreSQL server where there is one, and prints ratios.
 * `npm run bench -- search plan` runs only the parts that are named.
 */
import { build } from 'esbuild';
import { buildAll, serverBuild } from './build.mjs';
import { findPostgres, startPostgres } from './postgres.mjs';

await buildAll();
await build({
  ...serverBuild,
  entryPoints: [
    { in: './bench/index.ts', out: 'bench' },
    { in: './bench/clients.thread.ts', out: 'bench/clients.thread' },
  ],
});
const { runAll } = await import('../dist/bench.js');
const server = findPostgres() ? await startPostgres({ fsync: true }) : null;
try {
  await runAll(server?.url ?? null, process.argv.slice(2));
} finally {
  await server?.stop();
}
process.exit(0);
