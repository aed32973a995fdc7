/** readPlan in a thread of its own; how threads are run is in src/kernel/apart.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { readPlan } from './read.ts';

parentPort!.postMessage(await readPlan(...(workerData as Parameters<typeof readPlan>)));
