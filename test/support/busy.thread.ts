/** A thread that never rests, for src/kernel/apart.test.ts: until it is told to, or for ever; or one that takes all the memory it can. */
import { parentPort, workerData } from 'node:worker_threads';

const [what, shared] = workerData as ['wait' | 'hoard' | 'fail' | 'look', SharedArrayBuffer?];
if (what === 'fail') throw new Error('This went wrong in the thread.');
if (what === 'look') parentPort!.postMessage({ env: Object.keys(process.env), args: process.execArgv });
if (what === 'hoard') for (const kept: number[][] = []; ; ) kept.push(Array.from({ length: 10_000 }, (_, i) => i / 3));
if (what === 'wait') {
  const told = new Int32Array(shared!);
  Atomics.add(told, 1, 1);
  while (Atomics.load(told, 0) === 0);
  parentPort!.postMessage('done');
}
