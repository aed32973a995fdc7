/** Clients that ask one thing after another for some seconds, in a thread of their own so that they do not take time from the server. Posts the requests answered a second. */
import { Agent, get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const { addresses, clients, seconds } = workerData as { addresses: string[]; clients: number; seconds: number };
const agent = new Agent({ keepAlive: true, maxSockets: clients });

const ask = (address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    get(address, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${response.statusCode} from ${address}`));
      response.on('data', () => {}).on('end', resolve);
    }).on('error', reject);
  });

const started = performance.now();
let done = 0;
await Promise.all(
  Array.from({ length: clients }, async (_, client) => {
    for (let at = client * 31; performance.now() - started < seconds * 1_000; at++) {
      await ask(addresses[at % addresses.length]!);
      done++;
    }
  }),
);
parentPort!.postMessage(done / ((performance.now() - started) / 1_000));
agent.destroy();
