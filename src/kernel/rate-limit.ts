/**
 * Limits, in memory: so many in so long for one key. Keys are a session or a salted mix of address and browser, never an address alone,
 * because a whole shelter may share one. Nothing of it is stored.
 */
import { RateLimiterMemory } from 'rate-limiter-flexible';

export class Limiter {
  readonly #limiter: RateLimiterMemory;

  constructor(limit: { points: number; seconds: number }) {
    this.#limiter = new RateLimiterMemory({ points: limit.points, duration: limit.seconds });
  }

  /** Takes one; false when there is none left for this key. */
  async take(key: string): Promise<boolean> {
    try {
      await this.#limiter.consume(key);
      return true;
    } catch (error) {
      if (error instanceof Error) throw error;
      return false;
    }
  }
}
