/** Counts and times the requests that this service answers, by route. */
import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';
import { onEachRoute } from '../each-route.ts';
import { hasLeft } from '../errors.ts';

const bucketsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Methods that a route may have; any other one is `other`. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE']);

export function countRequests(app: FastifyInstance, registry: Registry): void {
  /** By route, method and status. Labels are put together for a scrape, not for each request. */
  const counts = new Map<string, Map<string, Map<number, number>>>();
  new Counter({
    name: 'aura_http_requests_total',
    help: 'Requests that this process answered, by route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [route, byMethod] of counts)
        for (const [method, byStatus] of byMethod)
          for (const [status, count] of byStatus)
            this.inc({ method, route, status: String(status) }, count);
    },
  });
  const times = new Histogram({
    name: 'aura_http_request_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['route'],
    buckets: bucketsSeconds,
    registers: [registry],
  });
  onEachRoute(app, (route) => {
    const time = times.labels({ route });
    const byMethod = counts.get(route) ?? new Map<string, Map<number, number>>();
    counts.set(route, byMethod);
    return {
      onResponse(request, reply, done) {
        done();
        if (hasLeft(request)) return;
        const method = methods.has(request.method) ? request.method : 'other';
        const byStatus = byMethod.get(method) ?? new Map<number, number>();
        byMethod.set(method, byStatus);
        byStatus.set(reply.statusCode, (byStatus.get(reply.statusCode) ?? 0) + 1);
        time.observe(reply.elapsedTime / 1000);
      },
    };
  });
}
