/** The root key, changed. */
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { signHeads } from '../../src/kernel/audit-heads.ts';
import { type Command, UsageError } from '../../src/kernel/command.ts';
import { noteRootChanged } from '../../src/kernel/provision.ts';
import { nextRootKeyPath, readRoot, rootKeyPath, writeRoot } from '../../src/kernel/root-key.ts';
import { systemCtx } from '../../src/kernel/system.ts';
import { rewrapRoot } from '../../src/kernel/vault-renew.ts';

export const keyCommands: Command[] = [
  {
    name: 'keys rotate-root',
    summary: 'Wrap every key under a new root key.',
    usage: '[--to FILE]',
    about:
      'What was sealed stays as it is and opens under the new key. Stop the servers first: those that run hold the old key. Backups made before need the old ' +
      'key, so keep it apart until they are gone, and make a new backup now.',
    options: {
      to: {
        type: 'string',
        value: 'FILE',
        about: 'Where the new key is written, or is already; needed when the key comes from ROOT_KEY or ROOT_KEY_FILE.',
      },
    },
    async run(app, args, out) {
      const own = rootKeyPath(app.config.dataDir);
      const given = args.text('to');
      const inPlace = app.config.rootKey === null;
      if (!inPlace && !given)
        throw new UsageError('--to is missing: a file for the new root key, outside the database and its backups.');
      if (inPlace && given)
        throw new UsageError(
          `--to is not for here: the root key of this deployment is kept in ${own} and is replaced there.`,
        );
      const path = inPlace ? nextRootKeyPath(app.config.dataDir) : resolve(given!);
      const from = app.services.vault.root;
      if (!existsSync(path)) writeRoot(path, randomBytes(32));
      const to = readRoot(path);
      if (to.id === from.id) throw new UsageError(`${path} holds the root key that is in use already.`);
      const keys = await rewrapRoot(app.db, from, to);
      // Only now: had the database not committed, the old key would still be the right one (src/kernel/root-key.ts finishes what a crash left).
      if (inPlace) renameSync(path, own);
      await noteRootChanged(await systemCtx(app, 'command line', null, 'command-line'), { from: from.id, to: to.id });
      await signHeads(app.db, to, app.config.auditHeadsFile, app.clock());
      out.result(
        { from: from.id, to: to.id, keys, file: inPlace ? own : path },
        `${keys} keys are wrapped by root key ${to.id} now (before: ${from.id}). ` +
          (inPlace ? `It is in ${own}.` : `Set ROOT_KEY_FILE=${path} before the next start.`),
      );
    },
  },
];
