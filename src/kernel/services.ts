/** The parts that every running Waymark has, worker or not: mail and jobs can be asked for, and events nudged, from any transaction. */
import type { App } from './context.ts';
import { jobService } from './jobs.ts';
import { mailService } from './mail.ts';

/** What a commit may have left to do. */
export type Chore = 'mail' | 'events' | 'jobs';

declare module './context.ts' {
  interface Services {
    /** Tells the worker of this process, if one runs, not to wait for its next look. */
    wake(chore: Chore): void;
  }
}

/** Puts the services into the app. */
export function installServices(app: App): void {
  app.services.wake = () => {};
  app.services.mail = mailService(app);
  app.services.jobs = jobService(app);
  app.services.events = { nudge: () => app.services.wake('events') };
}
