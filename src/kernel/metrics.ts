/** Numbers about the process for the machine's own collector (Prometheus text): no path, no person, only method, status and time. */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

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
