/**
 * Numbers about the process for a collector that shows the token (Prometheus text): no path, no person, only method, status and time.
 *
 * A token and not the sender's address: behind a proxy on the same machine everybody comes from loopback, and whether the proxy says so is its choice.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whether a request's `Authorization` header shows the token that was set. Without one nobody may. */
export const mayCollect = (token: string | null, authorization: string | undefined): boolean =>
  token !== null && timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));

export function metrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'status'],
    buckets: [0.005, 0.015, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  return {
    request: (method: string, status: number, ms: number) =>
      requests.observe({ method, status: String(status) }, ms / 1000),
    text: () => registry.metrics(),
    type: registry.contentType,
  };
}
