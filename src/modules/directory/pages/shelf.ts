/**
 * Where a search waits between the form and its result page: in this process's memory, for half an hour, under a random name.
 *
 * Why not the address: what somebody looks for would stand in the browser's history and in every log on the way. Why not a table: it would be in the
 * backups, and each search of the public would be a write. The price: after a restart, or on another process, the page asks again, kindly.
 */
import { randomBytes } from 'node:crypto';

export class Shelf<T> {
  readonly #kept = new Map<string, { owner: string; value: T; until: number }>();
  readonly #milliseconds: number;
  readonly #most: number;

  /** `most`: how many are kept; the oldest go first. */
  constructor({ minutes, most }: { minutes: number; most: number }) {
    this.#milliseconds = minutes * 60_000;
    this.#most = most;
  }

  /** Puts a value away for an owner (a network, a person in a network) and returns its name: 22 letters that nobody can guess. */
  put(owner: string, value: T, now: Date): string {
    const name = randomBytes(16).toString('base64url');
    for (const [oldest, { until }] of this.#kept) {
      if (until > now.getTime() && this.#kept.size < this.#most) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(name, { owner, value, until: now.getTime() + this.#milliseconds });
    return name;
  }

  /** What was put away under this name by this owner, if its time is not over. */
  get(owner: string, name: string, now: Date): T | null {
    const found = this.#kept.get(name);
    if (!found || found.owner !== owner) return null;
    if (found.until > now.getTime()) return found.value;
    this.#kept.delete(name);
    return null;
  }
}
