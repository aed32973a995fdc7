/**
 * A command of `npm run -s waymark -- <command>`. A module brings its own in `src/modules/<name>/cli.ts`, exported as `commands`, with one line in
 * bin/registry.ts. Results go to stdout (as JSON with --json, else as words), everything else to stderr.
 */
import type { Config } from '../config.ts';
import type { App } from './context.ts';

export interface CommandOption {
  type: 'string' | 'boolean';
  /** May be given several times; the value is then a list. */
  multiple?: boolean;
  required?: boolean;
  /** What stands for the value in the help, e.g. `FILE`. */
  value?: string;
  about: string;
}

export interface CommandArgs {
  positionals: string[];
  /** The value of a text option, or null when it was not given. */
  text(name: string): string | null;
  /** The values of an option that may be given several times. */
  list(name: string): string[];
  /** Whether a boolean option was given. */
  flag(name: string): boolean;
}

export interface CommandOut {
  /** The result, once: `json` with --json, else `text`. `failed` ends the command with exit code 1. */
  result(json: unknown, text: string, failed?: boolean): void;
  /** Bytes for a pipe, e.g. an exported file; not together with `result`. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** A line for whoever waits. */
  progress(line: string): void;
}

interface CommandBase {
  /** e.g. `plan import` */
  name: string;
  /** One line. */
  summary: string;
  /** What follows the name, e.g. `FILE --network SLUG --plan SLUG`. */
  usage: string;
  /** More to know, for the help. */
  about?: string;
  /** How many words without a dash it takes: [least, most]. Default none. */
  positionals?: [number, number];
  options: Record<string, CommandOption>;
}

export type Command =
  | (CommandBase & { run(app: App, args: CommandArgs, out: CommandOut): Promise<void> })
  /** Runs without the database being opened and migrated for it. */
  | (CommandBase & { runAlone(config: Config, args: CommandArgs, out: CommandOut): Promise<void> });

/** Called wrongly: the sentence and the usage are shown, exit code 2. */
export class UsageError extends Error {}
