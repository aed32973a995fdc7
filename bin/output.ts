/** Where a command's words go: the result to stdout, progress and errors to stderr. With --json stdout holds one JSON document and nothing else. */
import type { CommandOut } from '../src/kernel/command.ts';

export interface CliOut extends CommandOut {
  /** Whether the result said that something is not in order. */
  readonly failed: boolean;
  error(kind: 'usage' | 'failed', message: string): void;
}

/** What takes words: the process, or a test. */
export interface Streams {
  stdout: Pick<NodeJS.WritableStream, 'write'>;
  stderr: Pick<NodeJS.WritableStream, 'write'>;
}

export function output(json: boolean, streams: Streams): CliOut {
  let failed = false;
  return {
    get failed() {
      return failed;
    },
    result(value, text, wrong = false) {
      failed = wrong;
      streams.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`);
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        streams.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    progress: (line) => void streams.stderr.write(`${line}\n`),
    error(kind, message) {
      if (json) streams.stdout.write(`${JSON.stringify({ error: { kind, message } }, null, 2)}\n`);
      streams.stderr.write(`${message}\n`);
    },
  };
}
