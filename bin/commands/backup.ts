/** Backup and restore. What each file holds and how long it is kept: docs/decisions/0004-backups-and-shredding.md */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { openApp } from '../../src/app.ts';
import type { Config } from '../../src/config.ts';
import { backup } from '../../src/kernel/backup.ts';
import { type BackupSummary, readHeader } from '../../src/kernel/backup-file.ts';
import { type Command, type CommandArgs, type CommandOut, UsageError } from '../../src/kernel/command.ts';
import { openDatabase } from '../../src/kernel/database.ts';
import { findMigrations } from '../../src/kernel/migrate.ts';
import { noteRestored } from '../../src/kernel/provision.ts';
import { restore, type RestoreSummary } from '../../src/kernel/restore.ts';
import { findRoot } from '../../src/kernel/root-key.ts';
import { systemCtx } from '../../src/kernel/system.ts';
import { verifyAudit } from '../../src/kernel/audit-verify.ts';
import { modules } from '../../src/modules.ts';
import { count } from './audit.ts';

export const backupCommands: Command[] = [
  {
    name: 'backup',
    summary: 'Write everything to a file, and the keys of people to a second one.',
    usage: 'FILE [--keys FILE | --no-keys | --keys-only]',
    about:
      'FILE holds every table but the keys of people; FILE.keys holds those. Keep them apart and keep key files for a few days only: a key file that is kept ' +
      'undoes the destruction of a key. Neither holds the root key. The server may go on running, when the database is a server.',
    positionals: [1, 1],
    options: {
      keys: { type: 'string', value: 'FILE', about: 'Where the keys of people go; default FILE.keys.' },
      'no-keys': { type: 'boolean', about: 'Leave the keys of people out.' },
      'keys-only': { type: 'boolean', about: 'Write only the keys, to FILE.keys (or --keys).' },
    },
    async run(app, args, out) {
      const given = args.text('keys');
      if (args.flag('no-keys') && (given || args.flag('keys-only')))
        throw new UsageError('--no-keys goes with neither --keys nor --keys-only.');
      const file = resolve(args.positionals[0]!);
      const keysFile = args.flag('no-keys') ? null : resolve(given ?? `${file}.keys`);
      const { data, keys } = await backup({
        db: app.db,
        root: app.services.vault.root,
        file: args.flag('keys-only') ? null : file,
        keysFile,
        now: app.clock(),
        onProgress: telling(out),
      });
      out.result(
        { data, keys, rootKey: app.services.vault.root.id },
        [data, keys].flatMap((one) => (one ? [inWords(one)] : [])).join('\n'),
      );
    },
  },
  {
    name: 'restore',
    summary: 'Read a backup into a new, empty database.',
    usage: 'FILE [--keys FILE | --no-keys]',
    about:
      'Give the newest key file you have, not the one made with the backup: whoever was destroyed since stays destroyed. The root key must be that of the ' +
      'backup. Everything or nothing is written; afterwards every session is over and the audit chains are checked.',
    positionals: [1, 1],
    options: {
      keys: { type: 'string', value: 'FILE', about: 'The key file; default FILE.keys.' },
      'no-keys': {
        type: 'boolean',
        about: 'Restore without the keys of people: what is sealed for them stays shut for good.',
      },
    },
    runAlone: runRestore,
  },
];

async function runRestore(config: Config, args: CommandArgs, out: CommandOut): Promise<void> {
  const given = args.text('keys');
  const file = resolve(args.positionals[0]!);
  const beside = `${file}.keys`;
  const without = args.flag('no-keys');
  if (without && given) throw new UsageError('--no-keys does not go with --keys.');
  const head = await readHeader(file);
  if (!given && !without && !existsSync(beside)) {
    throw new UsageError(
      `There is no key file at ${beside}. Name one with --keys, or say --no-keys to restore without the keys of people.`,
    );
  }
  const keysFile = without ? null : given ? resolve(given) : beside;
  const db = await openDatabase(config);
  let done: RestoreSummary;
  try {
    const root = findRoot({
      rootKey: config.rootKey,
      dataDir: config.dataDir,
      env: config.env,
      kind: db.kind,
      inUse: [head.rootKey],
    });
    done = await restore({
      db,
      root,
      file,
      keysFile,
      migrations: findMigrations(modules.map((m) => m.name)),
      onProgress: telling(out),
    });
  } finally {
    await db.close();
  }
  // Opened as at any start: newer migrations run on the restored rows.
  const app = await openApp({ config, onMigration: (step) => out.progress(`database: ${step.module} ${step.name}`) });
  try {
    const report = await verifyAudit(app.db);
    const sessionsEnded = await noteRestored(await systemCtx(app, 'command line', null, 'command-line'), {
      madeAt: done.madeAt,
    });
    out.result(
      { ...done, sessionsEnded, audit: report },
      `${count(done.rows, 'row')} in ${count(done.tables, 'table')} restored, as they were at ${done.madeAt}. ` +
        `The keys of ${count(done.peopleWithKeys, 'person', 'people')} are there. ${count(sessionsEnded, 'session')} ended.\n` +
        (report.ok
          ? `${count(report.entries, 'audit entry', 'audit entries')}: in order.`
          : `The audit chains have ${count(report.found, 'problem')}, which the backup brought with it: run waymark audit verify.`),
      !report.ok,
    );
  } finally {
    await app.db.close();
  }
}

/** One line for every table that takes long. */
function telling(out: CommandOut): (table: string, rows: number) => void {
  let told = Date.now();
  return (table, rows) => {
    if (Date.now() - told < 2_000) return;
    told = Date.now();
    out.progress(`${table}: ${count(rows, 'row')}`);
  };
}

const inWords = (one: BackupSummary): string =>
  `${one.file}: ${count(one.rows, 'row')} of ${count(one.tables, 'table')}, ${(one.bytes / 1_048_576).toFixed(1)} MB, SHA-256 ${one.sha256}`;
