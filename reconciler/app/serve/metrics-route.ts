/**
 * `GET /metrics`, in Prometheus' text format, for holders of a token with the scope `metrics`: alarms, agents
 * by phase, runs, and figures of this process. The fleet is read at most every few seconds; if that
 * fails, `aura_readable` is 0 and the figures of this process are shown.
 */
import type { FastifyInstance } from 'fastify';
import { type AlarmKind, alarmKinds } from '../../core/agent/alarm-kinds.ts';
import type { Alarm } from '../../core/status/alarm.ts';
import { alarmsOf } from '../../core/status/alarms.ts';
import { intakeAlarmKinds, intakeAlarms } from '../../core/status/intake-alarms.ts';
import { timeMs } from '../../core/text/time.ts';
import {
  type AlarmPorts,
  lastKnownAccount,
  readAlarmInput,
} from '../../flows/alarms/alarm-input.ts';
import type { Intake } from '../../flows/intake/intake.ts';
import type { WriterFigures } from '../../flows/intake/writer.ts';
import type { RunWatch } from '../../flows/reconcile/watch/run-watch.ts';
import { createKept } from '../../ports/kept.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Platform } from './platform.ts';

type MetricsRouteOptions = {
  readonly ports: AlarmPorts & Pick<Ports, 'billing'>;
  readonly workflow: string;
  readonly platform: Pick<Platform, 'only'>;
  readonly intake: Pick<Intake, 'figures' | 'troubles'>;
  readonly runs: Pick<RunWatch, 'failures'>;
};

export const metricsRoutePath = '/metrics';
const freshMs = 15_000;

export function registerMetrics(app: FastifyInstance, options: MetricsRouteOptions): void {
  const { platform, intake, runs } = options;
  const { clock, log } = options.ports;
  const ports = { ...options.ports, billing: lastKnownAccount(options.ports.billing, clock) };
  const readLines = async () => {
    try {
      return await readFleet(ports, options);
    } catch (error) {
      log.warn({ error }, 'the metrics of the fleet could not be read');
      return ownLines(options);
    }
  };
  const fleetLines = createKept(readLines, { clock, freshMs });

  app.get(metricsRoutePath, { onRequest: platform.only('metrics') }, async (_request, reply) => {
    const failures = gauge('aura_watch_failures', 'Looks for work that failed, in a row.', [
      [{}, runs.failures()],
    ]);
    const lines = [...(await fleetLines.get()), ...processLines(intake.figures()), failures];
    return reply
      .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      .send(`${lines.join('\n')}\n`);
  });
}

async function readFleet(
  ports: AlarmPorts,
  { workflow, intake }: MetricsRouteOptions,
): Promise<readonly string[]> {
  const input = await readAlarmInput(ports, workflow);
  const { nowMs } = input;
  const alarms = [...alarmsOf(input, nowMs), ...intakeAlarms(intake.troubles(), nowMs)];
  const phases = new Map<string, number>();
  for (const file of input.records) {
    const phase = file.kind === 'valid' ? file.record.phase : 'unreadable';
    phases.set(phase, (phases.get(phase) ?? 0) + 1);
  }
  const { runs } = input;
  const last = runs.kind === 'known' ? runs.lastSuccess : null;
  return [
    gauge('aura_readable', 'Whether files and records can be read.', [[{}, 1]]),
    ...alarmLines(alarmKinds, alarms, nowMs),
    gauge(
      'aura_agents',
      'Agents by phase, as recorded.',
      [...phases].sort().map(([phase, count]) => [{ phase }, count]),
    ),
    gauge('aura_agent_files', 'Files of agents on main.', [[{}, input.files.length]]),
    gauge('aura_stopped', 'Whether the stop ref or a pause forbids effects.', [
      [{}, input.stop === null && input.policy.pause === undefined ? 0 : 1],
    ]),
    ...(last === null
      ? []
      : [
          gauge('aura_last_successful_run_timestamp_seconds', 'When a run last succeeded.', [
            [{}, Math.round(timeMs(last) / 1000)],
          ]),
        ]),
  ].filter((text) => text !== '');
}

/** The metrics that need no reading of the fleet. */
function ownLines({ intake, ports }: MetricsRouteOptions): readonly string[] {
  const nowMs = ports.clock.now();
  return [
    gauge('aura_readable', 'Whether files and records can be read.', [[{}, 0]]),
    ...alarmLines(intakeAlarmKinds, intakeAlarms(intake.troubles(), nowMs), nowMs),
  ];
}

function alarmLines(
  kinds: readonly AlarmKind[],
  alarms: readonly Alarm[],
  nowMs: number,
): readonly string[] {
  const of = (kind: AlarmKind) => alarms.filter((alarm) => alarm.kind === kind);
  const seconds = ({ since }: Alarm) =>
    since === null ? 0 : Math.max(0, Math.round((nowMs - timeMs(since)) / 1000));
  return [
    gauge(
      'aura_alarms',
      'Alarms of a kind that are raised now.',
      kinds.map((kind) => [{ kind }, of(kind).length]),
    ),
    gauge(
      'aura_alarm_agents',
      'Agents that the alarms of a kind are about.',
      kinds.map((kind) => [{ kind }, of(kind).flatMap(({ agents }) => agents).length]),
    ),
    gauge(
      'aura_alarm_oldest_seconds',
      'How long the oldest case of a kind has lasted.',
      kinds.map((kind) => [{ kind }, Math.max(0, ...of(kind).map(seconds))]),
    ),
  ];
}

function processLines(figures: WriterFigures): readonly string[] {
  const counter = (name: string, help: string, value: number) =>
    metric('counter', { name, help, samples: [[{}, value]] });
  const { rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    counter('aura_intake_pushes_total', 'Pushes to main by this process.', figures.pushes),
    counter('aura_intake_stripe_reads_total', 'Requests to Stripe.', figures.stripeReads),
    counter('aura_intake_races_lost_total', 'Pushes that came too late.', figures.racesLost),
    gauge('aura_intake_events_waiting', 'Events that are not committed yet.', [
      [{}, figures.eventsWaiting],
    ]),
    gauge('aura_intake_push_budget_exceeded', 'Whether pushes exceed their budget.', [
      [{}, figures.pushBudgetExceeded ? 1 : 0],
    ]),
    gauge('process_resident_memory_bytes', 'Resident memory.', [[{}, rss]]),
    counter('process_cpu_seconds_total', 'CPU time of this process.', (user + system) / 1e6),
  ];
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return metric('gauge', { name, help, samples });
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
function metric(
  type: 'gauge' | 'counter',
  { name, help, samples }: { name: string; help: string; samples: readonly Sample[] },
): string {
  if (samples.length === 0) return '';
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
