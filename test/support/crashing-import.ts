/**
 * A process that imports a plan and is killed in the middle of it: run by src/modules/plan/import-crash.test.ts, which sets DATA_DIR or DATABASE_URL.
 *   node crashing-import.mjs NETWORK FILE STATEMENT   kills itself with the signal 9 as it sends the first statement that holds STATEMENT
 *   node crashing-import.mjs NETWORK FILE             lives, and prints the counts
 */
import { readFileSync } from 'node:fs';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { systemCtx } from '../../src/kernel/system.ts';
import { confirmImport, previewImport } from '../../src/modules/plan/importing.ts';

const [, , slug = '', file = '', deadly] = process.argv;
const app = await openApp({ config: readConfig() });
const network = await app.networks.bySlug(slug);
const ctx = await systemCtx(app, 'test', network?.id ?? null, 'test');
const shown = await previewImport(ctx, {
  planSlug: 'big',
  filename: 'plan.csv',
  bytes: readFileSync(file),
  asOf: '2026-06-30',
});

if (deadly) {
  const client = await app.db.pool.connect();
  const prototype = Object.getPrototypeOf(client) as { query: (...args: unknown[]) => unknown };
  client.release();
  const { query } = prototype;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const text = typeof args[0] === 'string' ? args[0] : ((args[0] as { text?: string } | undefined)?.text ?? '');
    const sent = query.apply(this, args);
    // The statement may be on its way to the database, which is then left alone with it.
    if (text.includes(deadly)) process.kill(process.pid, 'SIGKILL');
    return sent;
  };
}
const counts = await confirmImport(ctx, { id: shown.id, basis: shown.basis });
process.stdout.write(JSON.stringify(counts));
await app.db.close();
