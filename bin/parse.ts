/** From words to a command and its options, and from a command to its help. */
import { parseArgs } from 'node:util';
import { type Command, type CommandArgs, UsageError } from '../src/kernel/command.ts';

/** The command with the most words that the line begins with, and what follows it. Options may stand before it. */
export function find(commands: Command[], argv: string[]): { command: Command; rest: string[] } | null {
  const byLength = [...commands].sort((a, b) => b.name.split(' ').length - a.name.split(' ').length);
  for (const command of byLength) {
    const words = command.name.split(' ');
    // --json and --help may be put anywhere; nothing else comes before the name.
    const before = argv.findIndex((word) => word !== '--json' && word !== '--help' && word !== '-h');
    if (before >= 0 && words.every((word, i) => argv[before + i] === word)) {
      return { command, rest: [...argv.slice(0, before), ...argv.slice(before + words.length)] };
    }
  }
  return null;
}

/** Throws UsageError with a sentence for every way of calling it wrongly. */
export function readArgs(command: Command, rest: string[]): CommandArgs {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, multiple }]) => [
      name,
      { type, ...(multiple ? { multiple } : {}) },
    ]),
  );
  let parsed: { values: Record<string, string | boolean | string[] | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: rest,
      options: { ...options, json: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. To specify')[0]!);
  }
  const [least, most] = command.positionals ?? [0, 0];
  const { positionals } = parsed;
  if (positionals.length < least) throw new UsageError(`${command.usage.split(' ')[positionals.length]} is missing.`);
  if (positionals.length > most) throw new UsageError(`"${positionals[most]}" is one word too many.`);
  for (const [name, option] of Object.entries(command.options)) {
    const value = parsed.values[name];
    if (option.required && value === undefined) throw new UsageError(`--${name} is missing: ${option.about}`);
    if (option.type === 'string' && [value].flat().some((one) => typeof one === 'string' && one.trim() === '')) {
      throw new UsageError(`--${name} is empty: ${option.about}`);
    }
  }
  const { values } = parsed;
  return {
    positionals,
    text: (name) => (typeof values[name] === 'string' ? values[name] : null),
    list: (name) => [values[name] ?? []].flat().filter((one) => typeof one === 'string'),
    flag: (name) => values[name] === true,
  };
}

export function commandHelp(command: Command): string {
  const options: Command['options'] = {
    ...command.options,
    json: { type: 'boolean', about: 'Print the result as JSON.' },
    help: { type: 'boolean', about: 'Print this.' },
  };
  const left = Object.entries(options).map(([name, option]) => {
    const value = option.type === 'string' ? ` ${option.value ?? 'TEXT'}` : '';
    return [`--${name}${value}`, option.about] as const;
  });
  const width = Math.max(...left.map(([name]) => name.length));
  return [
    `waymark ${command.name} ${command.usage}`.trim(),
    '',
    command.summary,
    ...(command.about ? ['', command.about] : []),
    '',
    ...left.map(([name, about]) => `  ${name.padEnd(width)}  ${about}`),
  ].join('\n');
}

export function generalHelp(commands: Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    'npm run -s waymark -- <command>',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'Each command explains itself with --help and prints JSON with --json. Settings are those of the server: DATABASE_URL, DATA_DIR, ROOT_KEY_FILE, ….',
    'The embedded database serves one process: stop the server before running a command on it.',
  ].join('\n');
}
