/** Bringing the database to this release's newest state. */
import { sql } from 'kysely';
import { openApp } from '../../src/app.ts';
import type { Command } from '../../src/kernel/command.ts';
import type { Migration } from '../../src/kernel/migrate.ts';

export const databaseCommands: Command[] = [
  {
    name: 'migrate',
    summary: 'Bring the database to the newest state.',
    usage: '',
    about:
      'The server does this by itself at every start; run it alone to see that it works before the server is replaced.',
    options: {},
    async runAlone(config, _args, out) {
      const ran: Migration[] = [];
      const app = await openApp({
        config,
        onMigration: (step) => {
          ran.push(step);
          out.progress(`database: ${step.module} ${step.name}`);
        },
      });
      try {
        const all = await sql<{ n: number }>`select count(*) as n from waymark_ledger.migration`.execute(app.db.owner);
        const total = all.rows[0]?.n ?? 0;
        out.result(
          { ran: ran.map(({ module, name }) => ({ module, name })), total, database: app.db.kind },
          ran.length === 0 ? `Nothing to do: all ${total} files had run.` : `${ran.length} of ${total} files ran now.`,
        );
      } finally {
        await app.db.close();
      }
    },
  },
];
