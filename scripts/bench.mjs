/** npm run bench: bundles the benchmarks as the server itself is bundled, starts a private PostgreSQL server where there is one, and prints ratios. */
import { build } from 'esbuild';
import { buildAll, serverBuild } from './build.mjs';
import { findPostgres, startPostgres } from './postgres.mjs';

await buildAll();
await build({ ...serverBuild, entryPoints: [{ in: './bench/index.ts', out: 'bench' }] });
const { runAll } = await import('../dist/bench.js');
const server = findPostgres() ? await startPostgres({ fsync: true }) : null;
try {
  await runAll(server?.url ?? null);
} finally {
  await server?.stop();
}
process.exit(0);
