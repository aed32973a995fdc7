/** readFile in a thread of its own; how threads are run is in src/kernel/apart.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { readFile } from './reading.ts';

parentPort!.postMessage(readFile(...(workerData as Parameters<typeof readFile>)));
