/**
 * Behind a start, one network after another, modules read in what would make the first visitor wait. Requests are answered meanwhile, and in a whole that
 * is not there yet: a failure is a line in the log and nothing else.
 */
import type { App } from './context.ts';
import type { Module } from './module.ts';
import { systemCtx } from './system.ts';

/** Ends when everything is read in, or soon after `stopped`. Never rejects. */
export async function warmUp(
  app: App,
  modules: readonly Pick<Module, 'name' | 'warm'>[],
  stopped: AbortSignal,
): Promise<void> {
  for (const { id } of await app.networks.all().catch(() => []))
    for (const module of modules) {
      if (stopped.aborted) return;
      try {
        await module.warm(await systemCtx(app, 'warm', id, 'warm'));
      } catch (error) {
        if (!stopped.aborted) app.log.warn({ err: error, module: module.name }, 'reading in behind the start failed');
      }
    }
}
