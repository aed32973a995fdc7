/**
 * A process that imports a plan and is killed in the middle of it: run by src/modules/plan/import-crash.test.ts, which sets DATA_DIR or DATABASE_URL.
 *   node crashing-import.mjs NETWORK FILE STATEMENT   kills itself with the signal 9 as it sends the first statement that holds STATEMENT
 *   node crashing-import.mjs NETWORK FILE             lives, and prints the counts
 *   node crashing-import.mjs NETWORK FILE STATEMENT|- PERSON   the same as long work of a person: what is open is done first
 */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Ctx } from '../../src/kernel/context.ts';
import { systemCtx } from '../../src/kernel/system.ts';
import { confirmImport, importWork, previewImport } from '../../src/modules/plan/importing.ts';
import { dieAt } from './deadly.ts';

const [, , slug = '', file = '', statement = '-', person] = process.argv;
const deadly = statement === '-' ? null : statement;
const app = await openApp({ config: readConfig() });
const network = await app.networks.bySlug(slug);
const ctx = await systemCtx(app, 'test', network?.id ?? null, 'test');
const preview = (who: Ctx) =>
  previewImport(who, { planSlug: 'big', filename: 'plan.csv', bytes: readFileSync(file), asOf: '2026-06-30' });

/** Long work of the person that is not finished, else the work of importing the file, asked for now. */
async function openWork(personId: string): Promise<string> {
  const found = await app.db.run({ scope: 'system' }, (tx) =>
    sql<{ id: string }>`select id from app.long_work where finished_at is null`.execute(tx),
  );
  if (found.rows[0]) return found.rows[0].id;
  const roles = new Set(['plan_editor']);
  const nobody = { name: '', email: '', agencyId: '', sessionId: '', stepUpAt: null };
  const asPerson: Ctx = { ...ctx, actor: { kind: 'person', personId, roles, ...nobody } };
  const shown = await preview(asPerson);
  return importWork.begin(asPerson, { import: shown.id, basis: shown.basis }, shown.id);
}

const work = person ? await openWork(person) : null;
const shown = work ? null : await preview(ctx);

if (deadly) await dieAt(app, deadly);
if (work) await importWork.job.run(ctx, { id: work });
const counts = shown ? await confirmImport(ctx, { id: shown.id, basis: shown.basis }) : { work };
process.stdout.write(JSON.stringify(counts));
await app.db.close();
