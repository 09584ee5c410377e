/**
 * Decides which agents Terraform itself reads in this run. A listing does not show every attribute
 * of a server; if the two readings differ (core/stack/refreshed), ours is wrong or an attribute
 * changed that it does not cover. The difference is reported to a person and nothing is changed.
 *
 * Turns are not recorded. Time is divided into days, one for each drift run; a cycle of days covers
 * each agent once, and each cycle begins at another agent, so that days without a run do not
 * always miss the same agents. Agents whose readings disagreed are read again until they agree.
 */
import { digest } from '../agent/digest.ts';
import { agentStateKey, type ObservedServer } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText, type World } from '../fleet/world.ts';
import { dayMs, timeMs } from '../text/time.ts';
import type { Plan } from './plan.ts';

export type DeepCheck = Plan['deepChecks'][number];

/** Type of the condition that a record has until the two readings agree. */
export const deepCheckCondition = 'DeepCheck';

/** One agent to read, with the server from the listing. */
export type DeepCheckTurn = {
  readonly agent: string;
  readonly stateKey: string;
  readonly server: ObservedServer;
};

/** A new server is still changing: firewalls are attached minutes later. */
const youngMs = 15 * 60_000;

/**
 * `agentsPerRun` agents in turn, and up to half as many whose readings disagreed; sorted by agent.
 * Empty unless the reading is complete. An agent in the plan, or with a lease, misses its turn.
 */
export function deepCheckTurns(world: World, plan: Plan): readonly DeepCheckTurn[] {
  const { policy, observed, nowMs } = world;
  const { agentsPerRun } = policy.deepCheck;
  if (agentsPerRun === 0 || plan.reading.kind !== 'complete') return [];
  const slot = Math.floor(nowMs / dayMs);
  const live = world.records.filter(({ server, gone }) => server !== undefined && !gone);
  const namesOf = (records: readonly AgentRecord[]) =>
    records.map(({ name }) => name).sort(compareText);
  const chosen = new Set([
    ...windowOf(namesOf(live), slot, agentsPerRun),
    ...windowOf(namesOf(live.filter(isDoubted)), slot, Math.ceil(agentsPerRun / 2)),
  ]);
  const busy = mentionedIn(plan);
  const turns = live.flatMap(({ name, server: recorded, lease }): DeepCheckTurn[] => {
    if (!chosen.has(name) || busy.has(name) || lease !== undefined) return [];
    const stateKey = agentStateKey(policy.fleet, name);
    const server = observed.servers.find(({ id }) => id === recorded?.id);
    const isKept = observed.states.some(({ key, locked }) => key === stateKey && !locked);
    if (server === undefined || !isKept) return [];
    return nowMs - timeMs(server.created) < youngMs ? [] : [{ agent: name, stateKey, server }];
  });
  return turns.sort((a, b) => compareText(a.agent, b.agent));
}

/** Agents that the plan changes or reports. */
function mentionedIn({ changes, deferred, refused, idle, removed }: Plan): ReadonlySet<string> {
  const waiting = [...deferred, ...refused].map(({ change }) => change);
  return new Set([...changes, ...waiting, ...idle, ...removed].map(({ agent }) => agent));
}

/** Whether an earlier deep check disagreed. */
export function isDoubted({ conditions }: AgentRecord): boolean {
  return conditions.some(({ type }) => type === deepCheckCondition);
}

/** The names of one slot: `size` of them, cyclically; each cycle begins at another name. */
function windowOf(names: readonly string[], slot: number, size: number): readonly string[] {
  const slots = Math.ceil(names.length / size);
  if (slots === 0) return [];
  const cycle = Math.floor(slot / slots);
  const beginning = Number.parseInt(digest(`run ${cycle}`, 8), 16) % names.length;
  const first = (slot % slots) * size;
  const last = Math.min(first + size, names.length);
  return Array.from({ length: last - first }, (_, n) => {
    return names[(beginning + first + n) % names.length] ?? '';
  });
}
