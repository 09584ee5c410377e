/**
 * `GET /metrics`, in Prometheus' text format, for holders of a token with the scope `metrics`:
 * alarms, the fleet as recorded, runs, and figures of this process. The fleet is read at most every
 * few seconds; if that fails, `aura_readable` is 0 and the figures of this process are shown.
 */
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import type { Alarm } from '../../core/alarms/alarm.ts';
import { heardAlarms } from '../../core/alarms/heard-alarms.ts';
import { withSilences } from '../../core/alarms/silenced.ts';
import {
  type AlarmPorts,
  lastKnownAccount,
  readAlarmInput,
} from '../../flows/alarms/alarm-input.ts';
import type { Heartbeats } from '../../flows/heartbeats/heartbeats.ts';
import type { Intake } from '../../flows/intake/intake.ts';
import type { RunWatch } from '../../flows/reconcile/watch/run-watch.ts';
import type { ReadModel } from '../../flows/status/read-model.ts';
import { createKept } from '../../ports/kept.ts';
import type { Ports } from '../../ports/ports.ts';
import { type ApiConfig, countApiCalls } from './metrics/api-metrics.ts';
import { createFleetMetrics, type FleetReading } from './metrics/fleet-metrics.ts';
import { createHeartbeatMetrics } from './metrics/heartbeat-metrics.ts';
import { createProcessMetrics } from './metrics/process-metrics.ts';
import { countRequests } from './metrics/request-metrics.ts';
import type { Platform } from './platform.ts';

type MetricsRouteOptions = {
  readonly ports: AlarmPorts & Pick<Ports, 'billing'>;
  readonly workflow: string;
  readonly platform: Pick<Platform, 'only'>;
  readonly intake: Pick<Intake, 'figures'>;
  /** the alarms of this process */
  readonly own: () => Promise<readonly Alarm[]>;
  /** null where the service accepts no heartbeats */
  readonly heartbeats: Pick<Heartbeats, 'expected' | 'figures'> | null;
  readonly model: Pick<ReadModel, 'current'>;
  readonly runs: Pick<RunWatch, 'figures'>;
  /** with the addresses of the services that are called, where they are known */
  readonly config: ApiConfig;
};

export const metricsRoutePath = '/metrics';
const freshMs = 15_000;

/** Has to be called before the routes are registered, whose requests it counts. */
export function registerMetrics(app: FastifyInstance, options: MetricsRouteOptions): void {
  const { platform, intake, own, runs, heartbeats, model, config } = options;
  const { clock, log } = options.ports;
  const ports = { ...options.ports, billing: lastKnownAccount(options.ports.billing, clock) };
  const registry = new Registry();
  countRequests(app, registry);
  countApiCalls(app, registry, config);
  const fleet = createFleetMetrics(registry);
  const showBeats = heartbeats === null ? null : createHeartbeatMetrics(registry, heartbeats);
  const showProcess = createProcessMetrics(registry);
  const read = async () => {
    try {
      fleet.show(await readFleet(ports, options));
    } catch (error) {
      log.warn({ error }, 'the metrics of the fleet could not be read');
      const nowMs = clock.now();
      const alarms = withSilences(await own(), [], nowMs);
      fleet.show({ nowMs, alarms, fleet: null });
    }
  };
  const kept = createKept(read, { clock, freshMs });

  app.get(metricsRoutePath, { onRequest: platform.only('metrics') }, async (_request, reply) => {
    await kept.get();
    showBeats?.((await model.current().catch(() => null))?.view ?? null);
    showProcess({ intake: intake.figures(), watch: runs.figures() });
    return reply.header('content-type', registry.contentType).send(await registry.metrics());
  });
}

async function readFleet(
  ports: AlarmPorts,
  { workflow, own }: MetricsRouteOptions,
): Promise<FleetReading> {
  const fleet = await readAlarmInput(ports, workflow);
  const { nowMs } = fleet;
  return { nowMs, alarms: heardAlarms(fleet, await own()), fleet };
}
