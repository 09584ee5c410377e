/** Collects a plan's entries by agent; agents without an entry are converged. */

import type { AgentRecord } from '../fleet/recorded.ts';
import type { Change, Idle } from '../fleet/situation.ts';
import type { DeepCheck } from '../plan/deep-check.ts';
import type { Plan } from '../plan/plan.ts';

type Deferred = Plan['deferred'][number];
type Refused = Plan['refused'][number];

/** A plan's entries about one agent. */
export type Mention = {
  readonly idle: readonly Idle[];
  readonly deferred: Deferred | null;
  readonly refused: Refused | null;
  readonly deepCheck: DeepCheck | null;
  /** what is degraded, whatever is done about it */
  readonly degraded: Plan['degraded'];
  readonly change: Change | null;
  readonly finished: Plan['finished'][number] | null;
  /** this plan's time, if it sees the requested end first and trusts its clock; else null */
  readonly firstSeen: string | null;
};

export const unmentioned: Mention = {
  idle: [],
  deferred: null,
  refused: null,
  deepCheck: null,
  degraded: [],
  change: null,
  finished: null,
  firstSeen: null,
};

/** By agent id. */
export function mentionsOf(plan: Plan): ReadonlyMap<string, Mention> {
  const mentions = new Map<string, Mention>();
  const add = (agent: string, part: Partial<Mention>) => {
    mentions.set(agent, { ...unmentioned, ...mentions.get(agent), ...part });
  };
  for (const idle of plan.idle)
    add(idle.agent, { idle: [...(mentions.get(idle.agent)?.idle ?? []), idle] });
  for (const deferred of plan.deferred) add(deferred.change.agent, { deferred });
  for (const refused of plan.refused) add(refused.change.agent, { refused });
  for (const one of plan.degraded)
    add(one.agent, { degraded: [...(mentions.get(one.agent)?.degraded ?? []), one] });
  for (const deepCheck of plan.deepChecks) add(deepCheck.agent, { deepCheck });
  for (const { agent, seen } of plan.endings)
    if (seen === plan.basis.at && isTimeKnown(plan)) add(agent, { firstSeen: seen });
  for (const change of plan.changes)
    if (change.kind !== 'destroyOrphan') add(change.agent, { change });
  for (const finished of plan.finished) add(finished.agent, { finished });
  return mentions;
}

function isTimeKnown({ reading }: Plan): boolean {
  return reading.kind !== 'partial' || reading.reasons.every(({ source }) => source !== 'clock');
}

/** Whether it has no entry that becomes a condition. */
export function saysNothing({ idle, deferred, refused, degraded }: Mention): boolean {
  return idle.length + degraded.length === 0 && deferred === null && refused === null;
}

/** What the plan found degraded; empty if this run's change has just repaired the agent. */
export function stillDegraded(
  { attempts }: AgentRecord,
  mention: Mention | undefined,
): Plan['degraded'] {
  const isRight =
    mention !== undefined && mention.change !== null && attempts.at(-1)?.outcome === 'succeeded';
  return isRight ? [] : (mention?.degraded ?? []);
}

/** Types of conditions by reason. */
export const typeOfDegraded = {
  DeviceOffline: 'Offline',
  PortOpen: 'PortOpen',
  PowerUnknown: 'Attention',
  ServerLocked: 'Locked',
} as const satisfies Readonly<Record<Plan['degraded'][number]['reason'], string>>;
