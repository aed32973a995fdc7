/**
 * Limits, in memory: so many in so long for one key. Keys are a session or a salted mix of address and browser, never an address alone,
 * because a whole shelter may share one. Nothing of it is stored: each process counts for itself, and a restart begins anew. That is enough for one
 * server, where two factors hold meanwhile; several are limited at the proxy as well (docs/deploy.md).
 */
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

export class Limiter {
  readonly #limiter: RateLimiterMemory;

  constructor(limit: { points: number; seconds: number }) {
    this.#limiter = new RateLimiterMemory({ points: limit.points, duration: limit.seconds });
  }

  /** Takes so many; 0 when they were there, else the seconds until there are some again. */
  async wait(key: string, points = 1): Promise<number> {
    try {
      await this.#limiter.consume(key, points);
      return 0;
    } catch (error) {
      if (error instanceof Error) throw error;
      return Math.max(1, Math.ceil((error as RateLimiterRes).msBeforeNext / 1000));
    }
  }

  /** Takes one; false when there is none left for this key. */
  async take(key: string): Promise<boolean> {
    return (await this.wait(key)) === 0;
  }
}
