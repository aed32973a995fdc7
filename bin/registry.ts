/** Every command, in the order of the help: the kernel's own, then one line for each module that brings a cli.ts. */
import type { Command } from '../src/kernel/command.ts';
import { commands as directoryCommands } from '../src/modules/directory/cli.ts';
import { commands as planCommands } from '../src/modules/plan/cli.ts';
import { auditCommands } from './commands/audit.ts';
import { backupCommands } from './commands/backup.ts';
import { databaseCommands } from './commands/database.ts';
import { demoCommands } from './commands/demo.ts';
import { keyCommands } from './commands/keys.ts';
import { networkCommands } from './commands/network.ts';
import { userCommands } from './commands/user.ts';

export const commands: Command[] = [
  ...databaseCommands,
  ...networkCommands,
  ...userCommands,
  ...auditCommands,
  ...backupCommands,
  ...keyCommands,
  ...demoCommands,
  ...planCommands,
  ...directoryCommands,
];
