/** The condition Unhealthy of an agent whose heartbeats have been missing, or bad, for an hour. */
import type { AgentRecord, Condition } from '../fleet/recorded.ts';
import type { HealthProblem } from '../heartbeats/heartbeat.ts';
import type { HealthFinding } from '../heartbeats/long-unhealthy.ts';
import { isoOf } from '../text/time.ts';
import { byTypeAndReason } from './file-lost.ts';

const type = 'Unhealthy';

const said: Readonly<Record<HealthProblem, string>> = {
  NoHeartbeat: 'its host has sent no heartbeat',
  AgentDown: 'openclaw does not answer on its host',
  ContainerUnhealthy: 'a container on its host fails its own check',
  TailnetUnreachable: 'its host is not connected to the tailnet',
};

/** null if nothing changes: while it stays unhealthy, the first reason stays. */
export function withHealth(record: AgentRecord, finding: HealthFinding): AgentRecord | null {
  const known = unhealthyOf(record);
  if ((known === undefined) === (finding.kind === 'well')) return null;
  const others = record.conditions.filter((one) => one !== known);
  if (finding.kind === 'well') return { ...record, conditions: others };
  const since = isoOf(finding.sinceMs);
  const message = `${said[finding.problem]} since ${since}`;
  const condition: Condition = { type, status: 'True', reason: finding.problem, message, since };
  return { ...record, conditions: [...others, condition].sort(byTypeAndReason) };
}

export function unhealthyOf({
  conditions,
}: Pick<AgentRecord, 'conditions'>): Condition | undefined {
  return conditions.find((one) => one.type === type);
}
