/**
 * A process that imports a file into the directory and is killed in the middle of it: run by src/modules/directory/exchange/crash.test.ts, which sets
 * DATA_DIR or DATABASE_URL.
 *   node crashing-directory-import.mjs NETWORK FILE STATEMENT   kills itself with the signal 9 as it sends the first statement that holds STATEMENT
 *   node crashing-directory-import.mjs NETWORK FILE             lives, and prints what was written
 */
import { readFileSync } from 'node:fs';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { systemCtx } from '../../src/kernel/system.ts';
import { importNow, plainChoices } from '../../src/modules/directory/exchange/importing.ts';
import { readFile } from '../../src/modules/directory/exchange/reading.ts';

const [, , slug = '', file = '', deadly] = process.argv;
const app = await openApp({ config: readConfig() });
const network = await app.networks.bySlug(slug);
const ctx = await systemCtx(app, 'test', network?.id ?? null, 'test');
const choices = { ...plainChoices, show: 'public' as const };
const reading = readFile('all.zip', readFileSync(file), { network: network!.id, choices, mappings: {}, known: {} });

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
const done = await importNow(ctx, { reading, choices, dry: false, onProgress: () => {} });
process.stdout.write(JSON.stringify(done.written));
await app.db.close();
