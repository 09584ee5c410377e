/**
 * The metrics of the fleet, from one reading of files, records and runs. Their labels are kinds,
 * phases, steps, regions, plans and reasons, and never an agent.
 */
import { Histogram, type Registry } from 'prom-client';
import { type AlarmKind, alarmKinds } from '../../../core/agent/alarm-kinds.ts';
import type { AlarmInput } from '../../../core/alarms/alarms.ts';
import { serviceAlarmKinds } from '../../../core/alarms/service-alarms.ts';
import type { HeardAlarm } from '../../../core/alarms/silenced.ts';
import { readableRecords } from '../../../core/fleet/recorded.ts';
import { type Labels, tally } from '../../../core/fleet/tally.ts';
import { fleetFigures } from '../../../core/status/fleet-figures.ts';
import { timeMs } from '../../../core/text/time.ts';
import { type Sample, sampled, samplesOf } from './sampled.ts';

export type FleetReading = {
  readonly nowMs: number;
  readonly alarms: readonly HeardAlarm[];
  /** null where files or records cannot be read; then the alarms are those of this process */
  readonly fleet: (AlarmInput & { readonly stop: string | null }) | null;
};

type FleetMetrics = { show(reading: FleetReading): void };

export function createFleetMetrics(registry: Registry): FleetMetrics {
  const of = (name: string, help: string, labels: readonly string[] = []) =>
    sampled(registry, name, help, labels);
  const readable = of('aura_readable', 'Whether files and records can be read.');
  const showAlarms = createAlarmMetrics(registry);
  const showRecords = createRecordMetrics(registry);
  const files = of('aura_agent_files', 'Files of agents on main.');
  const stopped = of('aura_stopped', 'Whether the stop ref or a pause forbids effects.');
  const lastRun = of('aura_last_successful_run_timestamp_seconds', 'When a run last succeeded.');
  return {
    show({ nowMs, alarms, fleet }) {
      readable([[{}, fleet === null ? 0 : 1]]);
      showAlarms(fleet === null ? [...serviceAlarmKinds] : alarmKinds, alarms, nowMs);
      showRecords(fleet);
      files(fleet === null ? [] : [[{}, fleet.files.length]]);
      const isStopped = fleet !== null && (fleet.stop !== null || fleet.policy.pause !== undefined);
      stopped(fleet === null ? [] : [[{}, isStopped ? 1 : 0]]);
      const last = fleet?.runs.kind === 'known' ? fleet.runs.lastSuccess : null;
      lastRun(last === null ? [] : [[{}, Math.round(timeMs(last) / 1000)]]);
    },
  };
}

function createAlarmMetrics(registry: Registry) {
  const of = (name: string, help: string) => sampled(registry, name, help, ['kind']);
  const raised = of('aura_alarms', 'Alarms of a kind that are raised now.');
  const silenced = of('aura_alarms_silenced', 'Those of them that a commit has silenced.');
  const sent = sampled(registry, 'aura_alarms_unsilenced', 'Raised alarms that are not silenced.', [
    'kind',
    'severity',
  ]);
  const agents = of('aura_alarm_agents', 'Agents that the alarms of a kind are about.');
  const oldest = of('aura_alarm_oldest_seconds', 'How long the oldest case of a kind has lasted.');
  return (kinds: readonly AlarmKind[], alarms: readonly HeardAlarm[], nowMs: number) => {
    const byKind = Map.groupBy(alarms, ({ kind }) => kind);
    const each = (countOf: (alarms: readonly HeardAlarm[]) => number) =>
      kinds.map((kind): Sample => [{ kind }, countOf(byKind.get(kind) ?? [])]);
    const seconds = ({ since }: HeardAlarm) =>
      since === null ? 0 : Math.max(0, Math.round((nowMs - timeMs(since)) / 1000));
    raised(each((some) => some.length));
    silenced(each((some) => some.filter((alarm) => alarm.silenced !== null).length));
    sent(samplesOf(tally(heard(alarms))));
    agents(each((some) => some.flatMap((alarm) => alarm.agents).length));
    oldest(each((some) => Math.max(0, ...some.map(seconds))));
  };
}

function heard(alarms: readonly HeardAlarm[]): readonly Labels[] {
  const some = alarms.filter(({ silenced }) => silenced === null);
  return some.map(({ kind, severity }) => ({ kind, severity }));
}

const bucketsSeconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

function createRecordMetrics(registry: Registry) {
  const of = (name: string, help: string, labels: readonly string[]) =>
    sampled(registry, name, help, labels);
  const phases = of('aura_agents', 'Agents by phase, as recorded.', ['phase']);
  const conditions = of('aura_conditions', 'Conditions of agents, as recorded.', [
    'type',
    'reason',
  ]);
  const attemptLabels = ['change', 'outcome', 'step', 'reason'];
  const attempts = of('aura_attempts', 'Attempts that the records keep.', attemptLabels);
  const cost = of('aura_cost_monthly', 'Recorded cost a month, net.', ['currency', 'plan']);
  const histogram = (name: string, help: string, labelNames: readonly string[]) =>
    new Histogram({ name, help, labelNames, buckets: bucketsSeconds, registers: [registry] });
  const stepTimes = histogram(
    'aura_provision_step_seconds',
    'Steps of the last create of each recorded agent.',
    ['step', 'region'],
  );
  const times = histogram(
    'aura_provision_seconds',
    'The last create of each recorded agent, from its first step to a verified server.',
    ['region'],
  );
  return (fleet: AlarmInput | null) => {
    const records = fleet?.records ?? [];
    const figures = fleetFigures(readableRecords(records));
    phases(
      [
        ...Map.groupBy(records, (file) =>
          file.kind === 'valid' ? file.record.phase : 'unreadable',
        ),
      ]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([phase, some]) => [{ phase }, some.length]),
    );
    conditions(samplesOf(figures.conditions));
    attempts(samplesOf(figures.attempts));
    cost(figures.costs.map(({ currency, plan, monthly }) => [{ currency, plan }, monthly]));
    stepTimes.reset();
    for (const { step, region, seconds } of figures.steps)
      stepTimes.observe({ step, region }, seconds);
    times.reset();
    for (const { region, seconds } of figures.provisions) times.observe({ region }, seconds);
  };
}
