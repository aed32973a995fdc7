/**
 * Work on a stranger's bytes in a thread of its own: a file made to be heavy holds up whoever sent it, never the server. A thread lives for one
 * call, knows no settings and no secrets, may take so much memory and so much time, and is then ended.
 *
 * A thread file is called `*.thread.ts`, reads its arguments from `workerData` and posts one value; it imports pure code only.
 */
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { root } from '../config.ts';
import type { Ctx } from './context.ts';
import { Problem } from './problem.ts';

export interface ApartLimits {
  seconds: number;
  /** Megabytes of values; the bytes that are handed over are not counted. */
  memory: number;
}

const usual: ApartLimits = { seconds: 20, memory: 768 };
/** Threads of the whole process at one time: the machine has other work. */
const mostAtOnce = 2;
/** A person's calls that wait or run; each may hold a file of the largest size. */
const mostOfOne = 4;

const lastOf = new Map<string, { count: number; last: Promise<unknown> }>();
let running = 0;
const waiting: (() => void)[] = [];

/**
 * A function that runs the thread file (a path below the project, e.g. `src/modules/plan/exchange/read.thread.ts`) with its arguments, one call
 * at a time for each person. Arguments and result are copied. Throws invalid, said of the field `file`, when the limit of time or memory is
 * reached, tooMany when the person has too many files waiting, and what the thread threw as an Error.
 */
export function apart<A extends unknown[], O>(
  threadFile: string,
  limits: ApartLimits = usual,
): (ctx: Pick<Ctx, 'actor'>, ...args: A) => Promise<O> {
  const entry = locate(threadFile);
  return (ctx, ...args) => inTurn(whoAsks(ctx), () => run<O>(entry, args, limits));
}

const whoAsks = ({ actor }: Pick<Ctx, 'actor'>): string =>
  actor.kind === 'person' ? actor.personId : actor.kind === 'system' ? `job ${actor.job}` : actor.kind;

/** The bundle runs its own bundled threads; sources run sources. */
function locate(threadFile: string): URL {
  const dist = join(root, 'dist');
  const bundled = fileURLToPath(import.meta.url).startsWith(dist + sep);
  const file = bundled ? join(dist, threadFile.replace(/\.ts$/, '.js')) : join(root, threadFile);
  if (!existsSync(file)) throw new Error(`The thread file ${file} is missing.`);
  return pathToFileURL(file);
}

/** After the person's earlier calls, and when a thread is free. */
async function inTurn<O>(who: string, work: () => Promise<O>): Promise<O> {
  const line = lastOf.get(who) ?? { count: 0, last: Promise.resolve() };
  if (line.count >= mostOfOne) throw new Problem('tooMany', 'kernel.apart.queue');
  const turn = line.last.then(() => whenFree(work));
  lastOf.set(who, { count: line.count + 1, last: turn.catch(() => {}) });
  try {
    return await turn;
  } finally {
    const { count, last } = lastOf.get(who)!;
    if (count > 1) lastOf.set(who, { count: count - 1, last });
    else lastOf.delete(who);
  }
}

async function whenFree<O>(work: () => Promise<O>): Promise<O> {
  if (running >= mostAtOnce) await new Promise<void>((free) => waiting.push(free));
  else running++;
  try {
    return await work();
  } finally {
    // The place goes straight to whoever waits longest.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

async function run<O>(entry: URL, args: unknown[], { seconds, memory }: ApartLimits): Promise<O> {
  const tooHeavy = (key: string) => Problem.invalid({ file: { key, values: { seconds } } }, key);
  // No environment: it holds the key of the vault. No flags either: those of a test runner are not for a thread.
  const thread = new Worker(entry, {
    workerData: args,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memory },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<O>((resolve, reject) => {
      timer = setTimeout(() => reject(tooHeavy('kernel.apart.time')), seconds * 1000);
      thread.once('message', resolve);
      thread.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooHeavy('kernel.apart.memory') : error),
      );
      thread.once('exit', () => reject(new Error('The thread ended without an answer.')));
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
