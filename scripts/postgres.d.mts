/** The newest PostgreSQL on this machine that Waymark runs on, or null. */
export function findPostgres(): { bin: string; version: number } | null;

/** Starts a server of its own and waits until it answers. Throws with a sentence when it cannot. */
export function startPostgres(options?: { fsync?: boolean; settings?: Record<string, string> }): Promise<{
  url: string;
  pid: number;
  version: number;
  stop(): Promise<void>;
}>;
