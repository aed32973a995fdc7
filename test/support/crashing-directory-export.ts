/**
 * A process that does the long work of exporting that is open, and is killed in the middle of it: run by src/modules/directory/exchange/crash.test.ts,
 * which sets DATA_DIR or DATABASE_URL.
 *   node crashing-directory-export.mjs NETWORK PERSON STATEMENT   kills itself with the signal 9 as it sends the first statement that holds STATEMENT
 *   node crashing-directory-export.mjs NETWORK PERSON             lives, and prints how large the file is that the person can fetch
 */
import { sql } from 'kysely';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Ctx } from '../../src/kernel/context.ts';
import { systemCtx } from '../../src/kernel/system.ts';
import { exportWork, filesOf, openFile } from '../../src/modules/directory/exchange/export-files.ts';
import { dieAt } from './deadly.ts';

const [, , slug = '', personId = '', deadly] = process.argv;
const app = await openApp({ config: readConfig() });
const network = await app.networks.bySlug(slug);
const ctx = await systemCtx(app, 'test', network?.id ?? null, 'test');
const nobody = { name: '', email: '', agencyId: '', sessionId: '', stepUpAt: null };
const asPerson: Ctx = {
  ...ctx,
  actor: { kind: 'person', personId, roles: new Set(['directory_editor']), ...nobody },
};
const open = await app.db.run({ scope: 'system' }, (tx) =>
  sql<{ id: string }>`select id from app.long_work where finished_at is null`.execute(tx),
);
const id = open.rows[0]?.id ?? (await exportWork.begin(asPerson, { audience: 'hotline', format: 'csv' }, 'one'));
if (deadly) await dieAt(app, deadly);
await exportWork.job.run(ctx, { id });
let lines = 0;
for (const row of await filesOf(asPerson))
  for await (const part of (await openFile(asPerson, row.id)).bytes)
    lines += Buffer.from(part).toString('utf8').split('\r\n').length - 1;
process.stdout.write(String(lines));
await app.db.close();
