/**
 * The worker: what goes on without a request. Each chore looks at its table every few seconds and at once when a commit wakes it, so a crash
 * between a commit and the waking only delays. Nothing is remembered in the process; any number of processes may run one.
 */
import { signHeads } from './audit-heads.ts';
import type { App } from './context.ts';
import { sendDigests } from './digest.ts';
import { cleanError } from './clean-error.ts';
import {
  collectJobs,
  forgetRequests,
  forwardRequests,
  openQueues,
  releaseJobs,
  requeueOwed,
  workQueues,
} from './jobs.ts';
import { deliverMail, forgetMail, openTransport } from './mail.ts';
import type { Job, Module, Schedule, Subscriber } from './module.ts';
import { deliverEvents, forgetEvents, releaseClaims } from './outbox.ts';
import type { Chore } from './services.ts';

export interface Worker {
  /** Ends gently: work in hand is finished (at most half a minute), nothing new is begun. */
  stop(): Promise<void>;
}

type WorkingModule = Pick<Module, 'jobs' | 'schedules' | 'subscribers' | 'digests'>;

const lookSeconds: Record<Chore, number> = { mail: 15, events: 5, jobs: 5 };
const stopMs = 30_000;

/** Starts the background work of all modules. Throws when two jobs or subscribers share a name or a schedule names no job. */
export async function startWorker(app: App, modules: readonly WorkingModule[]): Promise<Worker> {
  const { jobs, schedules } = collectJobs(kernelJobs(app, modules), modules, kernelSchedules);
  const subscribers = collectSubscribers(modules);
  const transport = await openTransport(app);
  const boss = await openQueues(app, jobs, schedules);
  if (app.db.kind === 'embedded') {
    await releaseClaims(app);
    await releaseJobs(app, boss, jobs);
  }
  await requeueOwed(app);
  const wakeQueue = await workQueues(app, boss, jobs);
  const chores: Record<Chore, Loop> = {
    mail: loop(app, 'mail', (stopped) => deliverMail(app, transport, stopped)),
    events: loop(app, 'events', (stopped) => deliverEvents(app, subscribers, stopped)),
    jobs: loop(app, 'jobs', async () => {
      for (const name of await forwardRequests(app, boss, jobs)) wakeQueue.get(name)?.();
    }),
  };
  app.services.wake = (chore) => chores[chore].wake();
  return {
    async stop() {
      app.services.wake = () => {};
      await Promise.all(Object.values(chores).map((chore) => chore.stop()));
      await boss.stop({ graceful: true, timeout: stopMs });
      transport?.close();
    },
  };
}

function collectSubscribers(modules: readonly Pick<Module, 'subscribers'>[]): Subscriber[] {
  const all = modules.flatMap((module) => module.subscribers);
  const names = new Set<string>();
  for (const { name, event } of all) {
    if (names.has(`${event} ${name}`)) throw new Error(`Two subscribers of ${event} are called ${name}.`);
    names.add(`${event} ${name}`);
  }
  return all;
}

/** The kernel's own jobs. */
export function kernelJobs(app: App, modules: readonly Pick<Module, 'digests'>[]): Job[] {
  const sources = modules.flatMap((module) => module.digests);
  return [
    {
      name: 'kernel.digest',
      run: async (ctx) => {
        if (ctx.network) await sendDigests(app, ctx.network, sources);
      },
    },
    {
      name: 'kernel.forget',
      run: async () => {
        await forgetMail(app);
        await forgetEvents(app);
        await forgetRequests(app);
      },
    },
    {
      name: 'kernel.audit.sign',
      run: async () => {
        await signHeads(app.db, app.services.vault.root, app.config.auditHeadsFile, app.clock());
      },
    },
  ];
}

const kernelSchedules: Schedule[] = [
  { job: 'kernel.digest', cron: '0 * * * *' },
  { job: 'kernel.forget', cron: '20 3 * * *', per: 'deployment' },
  { job: 'kernel.audit.sign', cron: '40 * * * *', per: 'deployment' },
];

interface Loop {
  wake(): void;
  stop(): Promise<void>;
}

/** Runs `work` now, then every few seconds and whenever woken, never twice at once. What it throws is logged and tried again at the next look. */
function loop(app: App, chore: Chore, work: (stopped: () => boolean) => Promise<unknown>): Loop {
  let stopping = false;
  let woken = false;
  let rise = () => {};
  const stopped = () => stopping;
  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lookSeconds[chore] * 1000);
      rise = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    while (!stopping) {
      woken = false;
      try {
        await work(stopped);
      } catch (error) {
        app.log.error({ chore, err: cleanError(error) }, 'background work failed');
      }
      if (!woken && !stopping) await rest();
    }
  })();
  return {
    wake: () => {
      woken = true;
      rise();
    },
    stop: () => {
      stopping = true;
      rise();
      return running;
    },
  };
}
