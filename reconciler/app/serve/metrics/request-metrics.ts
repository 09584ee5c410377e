/** Counts and times the requests that this service answers, by route. */
import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';
import { onEachRoute } from '../each-route.ts';
import { hasLeft } from '../errors.ts';

const bucketsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Methods that a route may have; any other one is `other`. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE']);

export function countRequests(app: FastifyInstance, registry: Registry): void {
  const requests = new Counter({
    name: 'aura_http_requests_total',
    help: 'Requests that this process answered, by route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
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
    return {
      onResponse(request, reply, done) {
        done();
        if (hasLeft(request)) return;
        const method = methods.has(request.method) ? request.method : 'other';
        requests.inc({ method, route, status: String(reply.statusCode) });
        time.observe(reply.elapsedTime / 1000);
      },
    };
  });
}
