/** For processes that are to be killed in the middle of something. */
import type { App } from '../../src/kernel/context.ts';

/** From now on the process kills itself with the signal 9 as it sends the first statement that holds this text. */
export async function dieAt(app: Pick<App, 'db'>, deadly: string): Promise<void> {
  const client = await app.db.pool.connect();
  const prototype = Object.getPrototypeOf(client) as { query: (...args: unknown[]) => unknown };
  client.release();
  const { query } = prototype;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const text = typeof args[0] === 'string' ? args[0] : ((args[0] as { text?: string } | undefined)?.text ?? '');
    const sent = query.apply(this, args);
    // The statement may be on its way to the database, which is then left alone with it.
    if (text.includes(deadly)) process.kill(process.pid, 'SIGKILL');
    return sent;
  };
}
