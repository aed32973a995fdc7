/**
 * Before the tests: the browser's scripts, and one migrated template, so that every test file starts from a copy in a fraction of a second.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { sql } from 'kysely';
import type { TestProject } from 'vitest/node';
import { buildClient } from '../../scripts/build-client.mjs';
import { openDatabase } from '../../src/kernel/database.ts';
import { findMigrations, migrate } from '../../src/kernel/migrate.ts';
import { modules } from '../../src/modules.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** File with the embedded template, or null when the suite runs on a server. */
    embeddedTemplate: string | null;
    /** Address of the server to make test databases on, or null. */
    serverUrl: string | null;
  }
}

export const templateName = 'waymark_template';

export default async function setup(project: TestProject) {
  await buildClient('dist/client');
  const serverUrl = process.env.TEST_DATABASE_URL || null;
  const names = modules.map((m) => m.name);
  if (serverUrl) {
    const admin = await openDatabase({ databaseUrl: serverUrl, databasePool: 2, dataDir: null });
    await sql.raw(`drop database if exists ${templateName}`).execute(admin.owner);
    await sql.raw(`create database ${templateName}`).execute(admin.owner);
    await admin.close();
    const url = new URL(serverUrl);
    url.pathname = `/${templateName}`;
    const db = await openDatabase({ databaseUrl: url.href, databasePool: 2, dataDir: null });
    await migrate(db, findMigrations(names));
    await db.close();
    project.provide('embeddedTemplate', null);
    project.provide('serverUrl', serverUrl);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'waymark-test-'));
  const file = join(folder, 'template.tar');
  const db = await openDatabase({ databaseUrl: null, dataDir: null });
  await migrate(db, findMigrations(names));
  const engine = db.pglite!;
  await engine.exec("alter system set shared_buffers = '16MB'");
  await engine.exec('checkpoint');
  leaveOutSpares(engine.Module.FS);
  const dump = await engine.dumpDataDir('none');
  writeFileSync(file, Buffer.from(await dump.arrayBuffer()));
  await db.close();
  project.provide('embeddedTemplate', file);
  project.provide('serverUrl', null);
  return () => rmSync(folder, { recursive: true, force: true });
}

/** PostgreSQL keeps two databases to copy others from, a third of its files; no test makes another there, and every copy of the template is smaller. */
function leaveOutSpares({ readdir, unlink }: PGlite['Module']['FS']): void {
  for (const folder of ['/pglite/data/base/1', '/pglite/data/base/4'])
    for (const file of readdir(folder)) if (!['.', '..', 'PG_VERSION'].includes(file)) unlink(`${folder}/${file}`);
}
