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
import { dieAt } from './deadly.ts';

const [, , slug = '', file = '', deadly] = process.argv;
const app = await openApp({ config: readConfig() });
const network = await app.networks.bySlug(slug);
const ctx = await systemCtx(app, 'test', network?.id ?? null, 'test');
const choices = { ...plainChoices, show: 'public' as const };
const reading = readFile('all.zip', readFileSync(file), { network: network!.id, choices, mappings: {}, known: {} });

if (deadly) await dieAt(app, deadly);
const done = await importNow(ctx, { reading, choices, dry: false, onProgress: () => {} });
process.stdout.write(JSON.stringify(done.written));
await app.db.close();
