/** The metrics of heartbeats: what was received, and the health of the agents that send them. */
import { Counter, type Registry } from 'prom-client';
import { tally } from '../../../core/fleet/tally.ts';
import type { Heartbeats } from '../../../flows/heartbeats/heartbeats.ts';
import type { FleetView } from '../../../flows/status/fleet-view.ts';
import { sampled, samplesOf } from './sampled.ts';

type Source = Pick<Heartbeats, 'expected' | 'figures'>;

/** The returned function shows the figures of this moment; null: the fleet cannot be read. */
export function createHeartbeatMetrics(
  registry: Registry,
  heartbeats: Source,
): (fleet: FleetView | null) => void {
  const of = (name: string, help: string, labels: readonly string[] = []) =>
    sampled(registry, name, help, labels);
  const received = new Counter({
    name: 'aura_heartbeats_total',
    help: 'Heartbeats that this process received, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const replicas = of('aura_heartbeat_replicas', 'Replicas of the service that listen.');
  const age = of('aura_heartbeat_exchange_age_seconds', 'Since the last exchange with them.');
  const health = of('aura_agent_health', 'Agents by health, as their heartbeats say.', ['state']);
  const problems = of('aura_agent_problems', 'Unhealthy agents by problem.', ['problem']);
  const reboots = of('aura_agent_reboots_pending', 'Agents whose host asks for a reboot.');
  return (fleet) => {
    const figures = heartbeats.figures();
    received.reset();
    for (const [outcome, count] of Object.entries(figures.received))
      received.inc({ outcome }, count);
    replicas([[{}, figures.replicas]]);
    const { exchangeAgeMs } = figures;
    age(exchangeAgeMs === null ? [] : [[{}, exchangeAgeMs / 1000]]);
    const expected = fleet === null ? [] : heartbeats.expected(fleet).map((one) => one.health);
    health(samplesOf(tally(expected.map(({ state }) => ({ state })))));
    const found = expected.flatMap(({ problem }) => (problem === null ? [] : [{ problem }]));
    problems(samplesOf(tally(found)));
    const pending = expected.filter(({ rebootPending }) => rebootPending).length;
    reboots(fleet === null ? [] : [[{}, pending]]);
  };
}
