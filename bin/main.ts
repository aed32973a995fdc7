/**
 * The command line: finds the command, reads its options, opens the application the way the server does, runs, and ends with 0 (done), 1 (it
 * failed, or what it checked is not in order) or 2 (called wrongly). Results on stdout, everything else on stderr.
 */
import pino from 'pino';
import { openApp } from '../src/app.ts';
import { ConfigError, readConfig } from '../src/config.ts';
import { BackupError } from '../src/kernel/backup-file.ts';
import { type Command, type CommandArgs, UsageError } from '../src/kernel/command.ts';
import { translator } from '../src/kernel/i18n.ts';
import { Problem } from '../src/kernel/problem.ts';
import { type CliOut, output, type Streams } from './output.ts';
import { commandHelp, find, generalHelp, readArgs } from './parse.ts';
import { commands } from './registry.ts';

/** Runs one command line and returns its exit code. `env` and `streams` are given by tests. */
export async function main(
  argv: string[],
  env: NodeJS.ProcessEnv = process.env,
  streams: Streams = process,
): Promise<number> {
  const json = argv.includes('--json');
  const out = output(json, streams);
  let command: Command | null = null;
  try {
    const found = find(commands, argv);
    if (!found) {
      const help = generalHelp(commands);
      if (argv.some((word) => word === '--help' || word === '-h' || word === 'help')) {
        out.result({ commands: commands.map(({ name, usage, summary }) => ({ name, usage, summary })) }, help);
        return 0;
      }
      const words = argv.filter((word) => !word.startsWith('-'));
      throw new UsageError(
        words.length > 0 ? `There is no command "${words.join(' ')}".\n\n${help}` : `Say what to do.\n\n${help}`,
      );
    }
    command = found.command;
    if (found.rest.some((word) => word === '--help' || word === '-h')) {
      const { name, usage, summary, about, options } = command;
      out.result({ name, usage, summary, about, options }, commandHelp(command));
      return 0;
    }
    return await perform(command, readArgs(command, found.rest), out, env);
  } catch (error) {
    return fail(error, command, out, env);
  }
}

async function perform(command: Command, args: CommandArgs, out: CliOut, env: NodeJS.ProcessEnv): Promise<number> {
  const config = readConfig(env);
  if ('runAlone' in command) {
    await command.runAlone(config, args, out);
    return out.failed ? 1 : 0;
  }
  const app = await openApp({
    config,
    // Warnings belong beside the progress: stdout is for the result alone.
    log: pino(
      { level: config.logLevel === 'info' ? 'warn' : config.logLevel, base: null },
      pino.destination({ dest: 2, sync: true }),
    ),
    onMigration: (step) => out.progress(`database: ${step.module} ${step.name}`),
  });
  try {
    await command.run(app, args, out);
  } finally {
    await app.db.close();
  }
  return out.failed ? 1 : 0;
}

function fail(error: unknown, command: Command | null, out: CliOut, env: NodeJS.ProcessEnv): number {
  const usage = error instanceof UsageError;
  const text = sentence(error);
  out.error(usage ? 'usage' : 'failed', text);
  if (usage && command)
    out.progress(`\nUsage: waymark ${command.name} ${command.usage}\nMore: waymark ${command.name} --help`);
  const expected = usage || error instanceof Problem || error instanceof ConfigError || error instanceof BackupError;
  if (!expected && env.LOG_LEVEL === 'debug' && error instanceof Error) out.progress(error.stack ?? '');
  return usage ? 2 : 1;
}

function sentence(error: unknown): string {
  if (error instanceof ConfigError) return `These settings need attention:\n${error.message}`;
  if (error instanceof Problem) {
    const t = translator('en');
    const fields = Object.entries(error.fields).map(([name, { key, values }]) => `${name}: ${t(key, values)}`);
    return [t(error.key, error.values), ...fields].join('\n');
  }
  return error instanceof Error ? error.message : String(error);
}
